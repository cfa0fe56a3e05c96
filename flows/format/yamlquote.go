package format

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// words are texts that one YAML reader or another takes for something else.
var words = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "none"}

// scalarText is a scalar on one line: without quotes where nobody could take
// it for anything but text, else in double quotes where those need no escapes.
// Inside of brackets and braces text of several words keeps its quotes, for a
// comma that is added later would cut it in two.
func (n *yamlNode) scalarText(inFlow bool) string {
	value := n.from.Value
	style := n.from.Style
	switch {
	case n.multiline() || style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) == 0:
		return n.text
	case strings.Contains(n.text, `\`) && style&yaml.DoubleQuotedStyle != 0:
		return n.text // escapes are there for a reason
	case n.props == "" && isWords(value) && !(inFlow && strings.ContainsAny(value, " ,:#[]{}")):
		return value
	case !strings.ContainsAny(value, `"\`) && printable(value):
		return `"` + value + `"`
	}
	return n.text
}

// isWords reports whether a text needs no quotes: it begins with a letter, is
// no word of YAML's, and holds nothing that means something to YAML, nor an
// expression, which is easier to see in quotes.
func isWords(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	switch {
	case !unicode.IsLetter(first) && first != '_', slices.Contains(words, strings.ToLower(s)), !printable(s):
		return false
	case strings.Contains(s, ": "), strings.Contains(s, " #"), strings.Contains(s, "{{"):
		return false
	}
	return !strings.HasSuffix(s, ":") && !strings.HasSuffix(s, " ")
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
