package schemas

import (
	"slices"
	"strings"
)

// inWords is what breaking a keyword means to somebody who reads no JSON Schema.
var inWords = []struct {
	keywords []string
	says     string
}{
	{[]string{"required", "dependentRequired"}, "is missing"},
	{[]string{"type"}, "is of another kind than asked for"},
	{[]string{"format", "pattern"}, "is not in the form asked for"},
	{[]string{"enum", "const"}, "is none of the choices"},
	{[]string{"minLength"}, "is too short"},
	{[]string{"maxLength"}, "is too long"},
	{[]string{"minimum", "exclusiveMinimum"}, "is too small"},
	{[]string{"maximum", "exclusiveMaximum"}, "is too large"},
	{[]string{"minItems", "minContains", "minProperties"}, "has too few parts"},
	{[]string{"maxItems", "maxContains", "maxProperties"}, "has too many parts"},
	{[]string{"uniqueItems"}, "has a part twice"},
}

// InWords says a problem of a [Reading] in words: "day: format" is "day is not in
// the form asked for". A line that is none, or has a keyword without words, stays
// as it is.
func InWords(line string) string {
	at := strings.LastIndex(line, ": ")
	if at < 0 {
		return line
	}
	for _, w := range inWords {
		if slices.Contains(w.keywords, line[at+2:]) {
			return line[:at] + " " + w.says
		}
	}
	return line
}
