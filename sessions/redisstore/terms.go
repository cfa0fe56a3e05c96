package redisstore

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"

	"texmlsrv/sessions"
)

// A term is something by which sessions are found: a word, a flow, four digits
// of a number. Terms of one kind are spread over groups, one hash each, so that
// no hash grows large; words with the same beginning share a group, so that the
// beginning finds them.
type term struct {
	group  string
	field  string
	prefix bool // in a search: every field of the group that begins so
}

// How many groups a kind has in a shard: their hashes stay small enough for
// Redis to pack them.
const (
	wordGroups    = 512
	digitGroups   = 256
	sidGroups     = 64
	addressGroups = 64
)

const (
	wordHead  = 3    // letters of a word that decide its group; a shorter beginning is not searched for
	gram      = 4    // digits in a row that are a term
	numHead   = 3    // up to so many digits at the beginning of a number are a term, and so many at its end
	numTail   = 2    // fewer digits at the end are none
	sidHead   = 10   // so much of a SID is a term
	wordsMost = 1000 // words of a session are terms
)

// terms are all by which an ended session is found. Words of an address that is
// no number are terms of their own kind. Each term is there once.
func terms(s *sessions.Session) []term {
	all := labels(s.Flow, s.Step, s.Outcome, s.Ending, s.Release)
	all = append(all, marks(s.Degraded(), s.Duplicates > 0, s.Troubled())...)
	for _, address := range []string{s.Call.From, s.Call.To} {
		all = append(all, digitTerms(sessions.AddressDigits(address))...)
		for _, word := range sessions.AddressWords(address) {
			all = append(all, wordTerm("u", addressGroups, word))
		}
	}
	all = append(all, sidTerms(s.Call.SID)...)
	all = unique(all)
	words := s.Words() // each once
	for _, word := range words[:min(len(words), wordsMost)] {
		all = append(all, wordTerm("w", wordGroups, word))
	}
	return all
}

func unique(all []term) []term {
	slices.SortFunc(all, func(a, b term) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.field, b.field))
	})
	return slices.Compact(all)
}

// conditions are terms that every ended session has which a query finds. What
// no term says is left to the session itself. Those that few have come first.
func conditions(q sessions.Query) []term {
	var all []term
	all = append(all, sidTerms(q.SID)...)
	number := sessions.ReadNumber(q.Number)
	all = append(all, numberConditions(number)...)
	all = append(all, wordConditions("u", addressGroups, number.Words)...)
	all = append(all, wordConditions("w", wordGroups, sessions.Words(q.Text))...)
	all = append(all, marks(q.Degraded, q.Duplicates, q.Problems)...)
	return append(all, labels(q.Flow, q.Step, q.Outcome, q.Ending, q.Release)...)
}

// labels are the terms of values that are compared as a whole; "" is none.
func labels(flow, step, outcome, ending, release string) []term {
	var all []term
	for _, l := range [][2]string{{"flow", flow}, {"step", step}, {"outcome", outcome}, {"ending", ending}, {"release", release}} {
		if l[1] != "" {
			all = append(all, term{group: "a", field: l[0] + "=" + l[1]})
		}
	}
	return all
}

func marks(degraded, duplicates, problems bool) []term {
	var all []term
	for i, is := range []bool{degraded, duplicates, problems} {
		if is {
			all = append(all, term{group: "a", field: []string{"degraded", "duplicates", "problems"}[i]})
		}
	}
	return all
}

func sidTerms(sid string) []term {
	if len(sid) < sidHead {
		return nil
	}
	return []term{{group: group("c", sidGroups, sid[:sidHead]), field: sid[:sidHead]}}
}

func digitTerm(text string) term { return term{group: group("n", digitGroups, text), field: text} }

func wordTerm(kind string, groups uint32, word string) term {
	return term{group: group(kind, groups, head(word)), field: word}
}

// head is what decides the group of a word.
func head(word string) string {
	n := 0
	for i := range word {
		if n++; n > wordHead {
			return word[:i]
		}
	}
	return word
}

// group is the one of so many groups of a kind in which a text belongs.
func group(kind string, groups uint32, text string) string {
	return kind + strconv.FormatUint(uint64(hash(text)%groups), 10)
}

func hash(text string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text)) // never fails
	return h.Sum32()
}

// digitTerms are how a number begins, how it ends, and all digits in a row.
func digitTerms(digits string) []term {
	var all []term
	for n := 1; n <= min(numHead, len(digits)); n++ {
		all = append(all, digitTerm("^"+digits[:n]))
	}
	for n := numTail; n <= min(numHead, len(digits)); n++ {
		all = append(all, digitTerm("$"+digits[len(digits)-n:]))
	}
	for i := 0; i+gram <= len(digits); i++ {
		all = append(all, digitTerm(digits[i:i+gram]))
	}
	return all
}

func numberConditions(n sessions.Number) []term {
	var all []term
	digits := n.Digits
	if n.Begins && digits != "" {
		all = append(all, digitTerm("^"+digits[:min(numHead, len(digits))]))
	}
	if n.Ends && len(digits) >= numTail {
		all = append(all, digitTerm("$"+digits))
	}
	for i := 0; len(digits) >= gram && i < len(digits); i += gram {
		at := min(i, len(digits)-gram) // the last ones may overlap
		all = append(all, digitTerm(digits[at:at+gram]))
	}
	return all
}

func wordConditions(kind string, groups uint32, words []string) []term {
	var all []term
	for i, word := range words {
		t := wordTerm(kind, groups, word)
		if t.prefix = i == len(words)-1; t.prefix && len([]rune(word)) < wordHead {
			continue
		}
		all = append(all, t)
	}
	return all
}
