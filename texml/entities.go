package texml

import (
	"strconv"
	"strings"
)

// place is where character data stands: what XML does with whitespace depends on it.
type place int

const (
	inText place = iota
	inAttr
)

// expand returns the character data of a range of the source: references resolved, line ends
// normalised, and in attributes all whitespace made spaces, as XML demands.
func (s *scanner) expand(in span, where place) (string, error) {
	raw := s.text[in.start:in.end]
	if !strings.Contains(raw, "&") {
		return literal(raw, where), nil
	}
	var b strings.Builder
	for at := 0; ; {
		i := strings.IndexByte(raw[at:], '&')
		if i < 0 {
			b.WriteString(literal(raw[at:], where))
			return b.String(), nil
		}
		b.WriteString(literal(raw[at:at+i], where))
		at += i
		r, n, wrong := reference(raw[at:])
		if wrong != "" {
			return "", s.fail(in.start+at, "%s", wrong)
		}
		b.WriteRune(r)
		at += n
	}
}

// literal returns what stands in the source without references.
func literal(raw string, where place) string {
	raw = newlines(raw)
	if where == inAttr && strings.ContainsAny(raw, "\n\t") {
		raw = strings.NewReplacer("\n", " ", "\t", " ").Replace(raw)
	}
	return raw
}

// newlines makes every line end a line feed.
func newlines(s string) string {
	if !strings.Contains(s, "\r") {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// reference reads the reference that raw begins with: its character, its length, and what is wrong
// with it.
func reference(raw string) (r rune, length int, wrong string) {
	name, _, closed := strings.Cut(raw[1:], ";")
	number, numeric := strings.CutPrefix(name, "#")
	length = len(name) + len("&;")
	switch {
	case closed && numeric:
		r, ok := characterNumber(number)
		if !ok {
			return 0, 0, "&#" + number + "; is not a character that XML allows"
		}
		return r, length, ""
	case !closed || !isNCName(name):
		return 0, 0, `"&" is written "&amp;"`
	}
	if r := namedEntity(name); r != 0 {
		return r, length, ""
	}
	return 0, 0, "&" + name + "; is not an entity of XML (amp, lt, gt, quot, apos are): write the character itself"
}

func namedEntity(name string) rune {
	switch name {
	case "amp":
		return '&'
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	return 0
}

// characterNumber reads the digits of a character reference: decimal, or hexadecimal behind an x.
func characterNumber(s string) (rune, bool) {
	base := 10
	if digits, ok := strings.CutPrefix(s, "x"); ok {
		s, base = digits, 16
	}
	n, err := strconv.ParseUint(s, base, 31)
	return rune(n), err == nil && isXMLChar(rune(n))
}
