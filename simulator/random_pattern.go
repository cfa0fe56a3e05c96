package simulator

import (
	"regexp/syntax"
	"strings"
	"unicode"
)

// matching is a text that a pattern matches; false for a pattern that cannot be
// read here.
func (f *filler) matching(pattern string) (string, bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", false
	}
	var b strings.Builder
	f.match(&b, re.Simplify())
	return b.String(), true
}

// repeatsMost is how often something that may be repeated without end is.
const repeatsMost = 4

// match writes what one piece of a pattern matches.
func (f *filler) match(b *strings.Builder, re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		b.WriteRune(f.oneOf(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte(byte('a' + f.IntN(26)))
	case syntax.OpConcat, syntax.OpCapture:
		for _, sub := range re.Sub {
			f.match(b, sub)
		}
	case syntax.OpAlternate:
		f.match(b, pick(f.Rand, re.Sub...))
	case syntax.OpStar:
		f.times(b, re, 0, repeatsMost)
	case syntax.OpPlus:
		f.times(b, re, 1, repeatsMost)
	case syntax.OpQuest:
		f.times(b, re, 0, 1)
	case syntax.OpRepeat:
		most := re.Max
		if most < 0 {
			most = re.Min + repeatsMost
		}
		f.times(b, re, re.Min, most)
	}
}

func (f *filler) times(b *strings.Builder, re *syntax.Regexp, least, most int) {
	for range least + f.IntN(most-least+1) {
		f.match(b, re.Sub[0])
	}
}

// oneOf is a character of a class, given as pairs of bounds: a visible one of
// ASCII, where there is one.
func (f *filler) oneOf(bounds []rune) rune {
	var visible []rune
	for i := 0; i+1 < len(bounds); i += 2 {
		for r := max(bounds[i], ' '); r <= min(bounds[i+1], unicode.MaxASCII-1); r++ {
			visible = append(visible, r)
		}
	}
	switch {
	case len(visible) > 0:
		return pick(f.Rand, visible...)
	case len(bounds) > 0:
		return bounds[0]
	}
	return 'x'
}
