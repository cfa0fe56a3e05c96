package fromcall

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"texmlsrv/sessions"
)

// fakes stand for what is personal in one call: the same for the same, wherever it
// stands, in the order in which it comes first. What is the author's – words that
// choices and rules look for, and the values of enums – stays.
type fakes struct {
	authors map[string]bool   // words of the author, in small letters
	theirs  map[string]bool   // all words of the call, so that no fake is one of them
	numbers string            // all digits of the call, runs apart
	words   map[string]string // by word, in small letters
	digit   map[string]string // by digits
	runs    []string          // of the digits that have a fake, in order
	mails   map[string]string
	used    map[*[]string]int // of each pool
	phones  int
	literal []string // texts that rules look for
}

// known is what is known of a call before anything is made up.
type known struct {
	authors, theirs map[string]bool
	numbers         string
	literal         []string
}

func newFakes(k known) *fakes {
	return &fakes{
		authors: k.authors, theirs: k.theirs, numbers: k.numbers, literal: k.literal,
		words: map[string]string{}, digit: map[string]string{}, mails: map[string]string{}, used: map[*[]string]int{},
	}
}

// What people are called, where they live, and what they say, made up.
var (
	givenNames = []string{
		"Robin", "Kim", "Alex", "Jamie", "Morgan", "Sasha", "Noor", "Casey", "Rowan", "Toni", "Quinn", "Jules", "Marlo", "Perry", "Lane", "Devon",
	}
	surnames = []string{
		"Example", "Sample", "Placeholder", "Testwell", "Fairmock", "Standin", "Makebelieve", "Dummett", "Inkling", "Notreal", "Fabler", "Mockley",
	}
	things = []string{
		"amber", "birch", "cedar", "delta", "ember", "fern", "grove", "heron", "iris", "juniper", "kettle", "lantern", "maple", "nectar", "orchid", "pebble",
		"quartz", "river", "saddle", "timber", "umber", "velvet", "willow", "yonder", "zephyr", "acorn", "basil", "canvas", "dahlia", "elder", "falcon", "garnet",
		"hazel", "indigo", "jasper", "kelp", "lilac", "meadow", "nutmeg", "opal", "poppy", "quill", "raven", "sorrel", "thistle", "vale", "walnut", "yarrow",
	}
)

// common are words that everybody says: they tell nothing of anybody.
var common = set(`a an the i my me you your we our it its is am are was be been not no yes and or but if of in on at to for from with by about
	this that there here what when where which who how do does did have has had can could would should like want need please thanks thank hello hi
	one two three four five six seven eight nine ten first last next new old good bad very much more just only so then than too again
	today tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday morning afternoon evening night week month day days hour time am pm`)

func set(text string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(text) {
		out[w] = true
	}
	return out
}

// next is one of a pool that is no word of the call.
func (f *fakes) next(pool *[]string) string {
	for {
		n := f.used[pool]
		f.used[pool]++
		word := (*pool)[n%len(*pool)]
		if round := n / len(*pool); round > 0 {
			word += strings.Repeat("o", round) + things[n%len(things)]
		}
		if lower := strings.ToLower(word); !f.theirs[lower] && !f.authors[lower] {
			return word
		}
	}
}

// word is the fake of a word.
func (f *fakes) word(word string, pool *[]string) string {
	lower := strings.ToLower(word)
	if f.words[lower] == "" {
		f.words[lower] = strings.ToLower(f.next(pool))
	}
	fake := []rune(f.words[lower])
	if first := []rune(word)[0]; unicode.IsUpper(first) {
		fake[0] = unicode.ToUpper(fake[0])
	}
	return string(fake)
}

var (
	dated   = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9:]+)?)?|[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?(Z| ?[AaPp][Mm])?|P[0-9DTHMSYW]+)$`)
	mailed  = regexp.MustCompile(`^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$`)
	dialled = regexp.MustCompile(`^\+?[0-9][0-9 ()./-]{5,}[0-9]$`)
	piece   = regexp.MustCompile(`[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*|[0-9]+|[^\p{L}\p{M}0-9]+`)
	namely  = regexp.MustCompile(`(?i)name|caller|contact|person|customer|patient|guest$`)
	placed  = regexp.MustCompile(`(?i)street|address|city|town|road|place|zip|post`)
)

// said is free text, word by word. What is sensitive has no word left.
func (f *fakes) said(text string, secret bool) string {
	if strings.Contains(text, sessions.Mask) {
		text, secret = "something else", true
	}
	return f.text(text, &things, secret, false)
}

// named is the text of something with a name: what the name says decides what is
// made up.
func (f *fakes) named(name, text string) string {
	switch {
	case text == "" || dated.MatchString(text) || f.authors[strings.ToLower(text)] || f.rules(text):
		return text
	case mailed.MatchString(text):
		return f.mail(text)
	case dialled.MatchString(text):
		return f.number(text)
	case namely.MatchString(name):
		return f.name(text)
	case placed.MatchString(name):
		return f.text(text, &things, true, true)
	}
	return f.text(text, &things, false, false)
}

// name is that of a person: the first word is a given name, the others are not.
func (f *fakes) name(text string) string {
	pool := &givenNames
	return piece.ReplaceAllStringFunc(text, func(part string) string {
		switch first := []rune(part)[0]; {
		case unicode.IsDigit(first):
			return f.digits(part)
		case !unicode.IsLetter(first):
			return part
		}
		word := f.word(part, pool)
		pool = &surnames
		return word
	})
}

// text is made up piece by piece. whole leaves no word, digits no number as it was.
func (f *fakes) text(text string, pool *[]string, whole, digits bool) string {
	var out strings.Builder
	for _, field := range fieldsOf(text) {
		switch {
		case dated.MatchString(field) && !whole:
			out.WriteString(field)
		case mailed.MatchString(strings.TrimRight(field, ".,;:!?")):
			trimmed := strings.TrimRight(field, ".,;:!?")
			out.WriteString(f.mail(trimmed) + field[len(trimmed):])
		default:
			out.WriteString(piece.ReplaceAllStringFunc(field, func(part string) string { return f.piece(part, pool, whole, digits) }))
		}
	}
	return out.String()
}

// fieldsOf cuts a text into words and the spaces between.
func fieldsOf(text string) []string {
	var out []string
	for i := 0; i < len(text); {
		j := strings.IndexFunc(text[i:], unicode.IsSpace)
		switch {
		case j < 0:
			return append(out, text[i:])
		case j == 0:
			j = 1
			for i+j < len(text) && unicode.IsSpace(rune(text[i+j])) {
				j++
			}
		}
		out = append(out, text[i:i+j])
		i += j
	}
	return out
}

func (f *fakes) piece(part string, pool *[]string, whole, digits bool) string {
	first := []rune(part)[0]
	lower := strings.ToLower(part)
	switch {
	case unicode.IsDigit(first) && (digits || whole || len(part) > menuKeys):
		return f.digits(part)
	case !unicode.IsLetter(first):
		return part
	case f.words[lower] != "":
		return f.word(part, pool) // it was a name, elsewhere
	case !whole && (common[lower] || f.authors[lower]):
		return part
	}
	return f.word(part, pool)
}

// rules reports whether a rule looks for a text.
func (f *fakes) rules(text string) bool { return slices.Contains(f.literal, text) }

// address is that of who calls: a number, or a SIP address.
func (f *fakes) address(text string) string {
	switch {
	case text == "" || text == withheld:
		return text
	case strings.Contains(text, "@"):
		scheme, user, is := strings.Cut(text, ":")
		if !is {
			scheme, user = "", text
		} else {
			scheme += ":"
		}
		name, _, _ := strings.Cut(user, "@")
		if f.mails[strings.ToLower(name)] == "" {
			f.mails[strings.ToLower(name)] = f.next(&givenNames)
		}
		return scheme + strings.ToLower(f.mails[strings.ToLower(name)]) + "@example.com"
	}
	return f.number(text)
}

// mail is a mail address.
func (f *fakes) mail(text string) string {
	key := strings.ToLower(text)
	if f.mails[key] == "" {
		f.mails[key] = strings.ToLower(f.next(&givenNames)) + "@example.com"
	}
	return f.mails[key]
}

// number is a telephone's, written as the real one is: +1 312 555 01xx, and as
// much of it as the real one has digits.
func (f *fakes) number(text string) string {
	if strings.HasPrefix(text, "+") {
		return f.international(text)
	}
	fake := f.digits(strings.Map(onlyDigits, text))
	i := 0
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return r
		}
		i++
		return rune(fake[(i-1)%len(fake)])
	}, text)
}

// international is a number with its country, whatever the real one's is; with what
// a rule looks for in front.
func (f *fakes) international(text string) string {
	real := strings.Map(onlyDigits, text)
	fake := f.digit[real]
	if fake == "" {
		for fake == "" || strings.Contains(f.numbers, fake) {
			f.phones++
			fake = f.phone(len("13125550100"))
		}
		f.digit[real] = fake
		f.runs = append(f.runs, real)
	}
	for _, literal := range f.literal {
		if prefix := strings.Map(onlyDigits, literal); strings.HasPrefix(literal, "+") && strings.HasPrefix(text, literal) && len(prefix) < len(fake) {
			fake = prefix + fake[len(prefix):]
		}
	}
	if text == "+"+real || len(fake) != len("13125550100") {
		return "+" + fake
	}
	return "+" + fake[:1] + " " + fake[1:4] + " " + fake[4:7] + " " + fake[7:]
}

func onlyDigits(r rune) rune {
	if r >= '0' && r <= '9' {
		return r
	}
	return -1
}

// phoneDigits is how many digits a number of a telephone has at least.
const phoneDigits = 7

// digits are as many others. Of numbers of telephones, one that ends as another is
// the same: +13125550142 and 3125550142.
func (f *fakes) digits(real string) string {
	if fake := f.digit[real]; fake != "" {
		return fake
	}
	fake := ""
	for _, run := range f.runs {
		switch {
		case len(real) < phoneDigits || len(run) < phoneDigits:
		case strings.HasSuffix(run, real):
			fake = fill("1", len(real)-len(f.digit[run])) + f.digit[run][max(0, len(f.digit[run])-len(real)):]
		case strings.HasSuffix(real, run):
			fake = fill("1", len(real)-len(f.digit[run])) + f.digit[run]
		}
	}
	for try := 0; fake == ""; try++ {
		if len(real) >= phoneDigits {
			f.phones++
			fake = f.phone(len(real))
		} else {
			fake = turned(real, try)
		}
		if fake != real && strings.Contains(f.numbers, " "+fake+" ") && try < 50 {
			fake = ""
		}
	}
	f.digit[real] = fake
	f.runs = append(f.runs, real)
	return fake
}

// phone is the next number that is nobody's, of so many digits: those that end a
// number in the range for examples.
func (f *fakes) phone(length int) string {
	number := fmt.Sprintf("1312555%04d", 100+f.phones%100+(f.phones/100)*1000)
	if length <= len(number) {
		return number[len(number)-length:]
	}
	return number + fill("0", length-len(number))
}

func fill(with string, n int) string { return strings.Repeat(with, max(n, 0)) }

// turned are other digits, of the same number; the first stays what it is for
// whoever compares sizes, unless it is alone.
func turned(real string, try int) string {
	out := []byte(real)
	for i := range out {
		if i > 0 || len(out) < 3 {
			out[i] = '0' + byte((int(out[i]-'0')*3+i*2+try+3)%10)
		}
	}
	if string(out) == real {
		last := len(out) - 1
		out[last] = '0' + (out[last]-'0'+1)%10
	}
	return string(out)
}
