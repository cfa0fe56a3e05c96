package texml_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"texmlsrv/texml"
)

// ruleOptions are how the examples of a rule have to be checked where the zero value does not do.
var ruleOptions = map[string]texml.CheckOptions{
	"TX008": {Template: true},
	"TX009": {Template: true},
	"TX110": {Context: texml.WaitURL},
}

// exampleDocument puts a Response around verbs.
func exampleDocument(example string) []byte {
	if !strings.HasPrefix(example, "<Response") {
		example = "<Response>" + example + "</Response>"
	}
	return []byte(example)
}

// TestRules: every rule explains itself, and its examples show what it says.
func TestRules(t *testing.T) {
	last := ""
	for _, rule := range texml.Rules() {
		t.Run(rule.Code, func(t *testing.T) {
			if !regexp.MustCompile(`^TX[0-7][0-9][0-9]$`).MatchString(rule.Code) || rule.Code <= last {
				t.Errorf("the code comes after %s", last)
			}
			last = rule.Code
			if strings.ContainsAny(rule.Title, "\n") || rule.Title == "" || strings.HasSuffix(rule.Title, ".") {
				t.Errorf("not a title: %q", rule.Title)
			}
			sentence(t, rule.Explanation)
			if got, found := texml.Explain(rule.Code); !found || got != rule {
				t.Errorf("Explain = %v, %v", got, found)
			}
			checkExamples(t, rule)
		})
	}
	if _, found := texml.Explain("TX999"); found {
		t.Error("Explain knows a rule that there is not")
	}
}

func checkExamples(t *testing.T, rule texml.Rule) {
	t.Helper()
	o := ruleOptions[rule.Code]
	breaks := func(p texml.Problem) bool { return p.Code == rule.Code }
	wrong := exampleDocument(rule.Wrong)
	switch rule.Code {
	case "TX003", "TX407": // too long to show
		wrong = exampleDocument("<Say>" + strings.Repeat("Hello, hello. ", 5000) + "</Say>")
	}
	if found := texml.Check(wrong, o); !slices.ContainsFunc(found, breaks) {
		t.Errorf("the wrong example breaks %v", found)
	}
	if found := texml.Check(exampleDocument(rule.Right), o); len(found) > 0 {
		t.Errorf("the right example breaks %v", found)
	}
}
