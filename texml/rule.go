package texml

import "slices"

// Severity says how sure it is that a document does not do what was meant.
type Severity int

// An Error is heard by a caller, or keeps one from hearing something; a Warning is likely to be, or is
// something that Telnyx contradicts itself about.
const (
	Error Severity = iota
	Warning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// MarshalText writes a severity as its word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Rule is one thing that the checker looks for. Codes are never given to another rule.
type Rule struct {
	Code        string // "TX" and three digits, the first of which is the group
	Severity    Severity
	Title       string // one line
	Explanation string // why it matters, and what to do
	Wrong       string // an example that breaks the rule: verbs, or a whole document
	Right       string // the same without the mistake
}

// Explain returns the rule of a code, such as "TX201".
func Explain(code string) (Rule, bool) {
	i, found := slices.BinarySearchFunc(rules, code, compareRule)
	if !found {
		return Rule{}, false
	}
	return rules[i], true
}

// Rules returns every rule, in the order of the codes.
func Rules() []Rule { return slices.Clone(rules) }

// rules are in the order of their codes.
var rules = slices.Concat(documentRules, elementRules, attributeRules, urlRules, speechRules, orderRules, aiRules, twimlRules)

func compareRule(r Rule, code string) int {
	switch {
	case r.Code < code:
		return -1
	case r.Code > code:
		return 1
	}
	return 0
}
