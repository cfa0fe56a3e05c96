package expressions_test

import (
	"slices"
	"testing"

	"texmlsrv/flows/expressions"
)

// TestSpans holds what is found against the texts between the places, and
// against what compiling finds.
func TestSpans(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		open       bool
	}{
		{"none", "Hello", nil, false},
		{"two", "Hello {{ vars.a }} and {{vars.b}}.", []string{"{{ vars.a }}", "{{vars.b}}"}, false},
		{"quoted_braces", `{{ join(vars.a, "}} {{") }}!`, []string{`{{ join(vars.a, "}} {{") }}`}, false},
		{"map", `{{ {a: {b: 1}}.a }} x`, []string{`{{ {a: {b: 1}}.a }}`}, false},
		{"open", "a {{ b } c", nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			spans, ok := expressions.Spans(c.text)
			var got []string
			for _, s := range spans {
				got = append(got, c.text[s.Begin:s.End])
			}
			if ok == c.open || !slices.Equal(got, c.want) {
				t.Errorf("got %q, closed %v; want %q", got, ok, c.want)
			}
			if _, err := expressions.CompileText(c.text, expressions.Options{}); (err != nil) != c.open {
				t.Errorf("compiling it gives %v", err)
			}
		})
	}
}
