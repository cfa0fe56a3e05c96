package sessions

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// wordLimit is how many runes of a word are told apart.
const wordLimit = 32

// Words are the words of a text as searches compare them: lower case, without
// accents, cut after 32 letters. Signs in words part them. Scripts that write no
// spaces are taken letter by letter.
func Words(text string) []string {
	if strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return plainWords(strings.ToLower(text))
	}
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, string(word))
			word = word[:0]
		}
	}
	for _, r := range norm.NFD.String(strings.ToLower(text)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			end()
			words = append(words, string(r))
		case unicode.IsLetter(r), unicode.Is(unicode.Mc, r), unicode.IsDigit(r):
			if len(word) < wordLimit {
				word = append(word, r)
			}
		default:
			end()
		}
	}
	end()
	return words
}

// plainWords are the words of a text that is ASCII in lower case.
func plainWords(text string) []string {
	words := make([]string, 0, len(text)/4)
	for from := 0; from < len(text); from++ {
		to := from
		for to < len(text) && isPlain(text[to]) {
			to++
		}
		if to > from {
			words = append(words, text[from:min(to, from+wordLimit)])
		}
		from = to
	}
	return words
}

func isPlain(b byte) bool { return 'a' <= b && b <= 'z' || '0' <= b && b <= '9' }

// HasWords reports whether all of the wanted words are there; the last of them
// may be the beginning of one.
func HasWords(words, wanted []string) bool {
	for i, w := range wanted {
		switch {
		case slices.Contains(words, w):
		case i == len(wanted)-1 && slices.ContainsFunc(words, func(have string) bool { return strings.HasPrefix(have, w) }):
		default:
			return false
		}
	}
	return true
}

// Words are the words that people may find a session by, sorted: what was said
// in AI conversations, the latest speech, the caller's name, gathered values,
// summary and outcome. What is sensitive is never among them.
func (s *Session) Words() []string {
	words := s.words()
	slices.Sort(words)
	return slices.Compact(words)
}

// words are the same, as they stand in the session.
func (s *Session) words() []string {
	masked, secrets := s.Masked(), s.secrets()
	texts := []string{s.Call.CallerName, masked.Answer.Speech, s.Summary, s.Outcome}
	for _, message := range s.History {
		texts = append(texts, message.Content)
	}
	for _, value := range masked.Gathered {
		texts = append(texts, textOf(value))
	}
	var words []string
	for _, text := range texts {
		if text = scrubbed(text, secrets); !holds(text, secrets) { // spelled out, it is still there
			words = append(words, Words(text)...)
		}
	}
	return words
}

// textOf is the texts and numbers in a value, parted by spaces.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		texts := make([]string, len(v))
		for i, item := range v {
			texts[i] = textOf(item)
		}
		return strings.Join(texts, " ")
	case map[string]any:
		texts := make([]string, 0, len(v))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			texts = append(texts, textOf(v[name]))
		}
		return strings.Join(texts, " ")
	default:
		return ""
	}
}
