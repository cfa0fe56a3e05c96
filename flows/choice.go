package flows

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"texmlsrv/sessions"
)

// fold makes text comparable: lower case, no accents, words parted by single
// spaces, everything but letters (with the vowel signs of scripts that write
// them apart), digits, * and # taken for a space.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.Is(unicode.Mc, r), unicode.IsDigit(r), r == '*', r == '#':
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return collapse(b.String())
}

// chosen is the choice that was pressed, or said as whole words; "" when there
// is none, or more than one.
func chosen(choices []Choice, a sessions.Answer) string {
	said := " " + fold(a.Speech) + " "
	name := ""
	for _, c := range choices {
		if !slices.Contains(c.Keys, a.Digits) && !saysAny(said, c.Words) {
			continue
		}
		if name != "" {
			return ""
		}
		name = c.Name
	}
	return name
}

func saysAny(said string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(said, " "+w+" ") })
}
