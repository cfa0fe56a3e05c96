package callbacks

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of what the query of an entry URL may say.
const (
	paramLimit = 32
	paramBytes = 1 << 10 // of one value
)

// params are the parameters of our own in the URL that was called: those whose
// name does not begin with a capital, as every name of the platform's does. A
// signature does not cover them: whoever can reach the URL can choose them.
func params(query string) map[string]string {
	if query == "" {
		return nil
	}
	var out map[string]string
	for _, p := range parseFields(query).pairs {
		first, _ := utf8.DecodeRuneInString(p.key)
		_, taken := out[p.key]
		if unicode.IsUpper(first) || taken || len(out) >= paramLimit || strings.ContainsAny(p.key, "[].") {
			continue
		}
		if out == nil {
			out = map[string]string{}
		}
		out[clean(p.key)] = cut(clean(p.value), paramBytes)
	}
	return out
}
