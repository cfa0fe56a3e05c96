package strictyaml_test

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/strictyaml"
)

// In each text the place looked for is marked twice: by ^ in the source, and by
// X in what YAML makes of it.
func TestPlaceIn(t *testing.T) {
	tests := map[string]string{
		"plain":           "k: one ^X two",
		"plain-start":     "k: ^X",
		"plain-folded":    "k: one\n  two ^X",
		"plain-paragraph": "k: one\n\n  two\n  ^X",
		"plain-accents":   "k: é ü ^X",
		"double":          `k: "one ^X"`,
		"double-escapes":  `k: "a\"b\\\x41\u0042\t^X"`,
		"double-folded":   "k: \"one\n    two ^X\"",
		"double-joined":   "k: \"one\\\n    two ^X\"",
		"single":          `k: 'one ^X'`,
		"single-quote":    `k: 'it''s ^X'`,
		"single-folded":   "k: 'one\n\n  two ^X'",
		"literal":         "k: |\n  one\n  two ^X",
		"literal-deep":    "k: |\n  one\n    two ^X",
		"literal-line":    "k: |\n  one\n  ^X",
		"literal-blank":   "k: |\n\n  one\n\n  two ^X",
		"literal-hint":    "k: |2\n    one\n  two ^X",
		"literal-keep":    "k: |+\n  one ^X\n\n",
		"literal-crlf":    "k: |\r\n  one\r\n  two ^X\r\n",
		"folded":          "k: >\n  one\n  two ^X",
		"folded-line":     "k: >\n  one\n  ^X",
		"folded-blank":    "k: >\n  one\n\n  two\n  three ^X",
		"folded-deep":     "k: >-\n  one\n    two\n  three ^X",
		"anchor":          `k: &here "one ^X"`,
		"tag":             "k: !!str\n  one ^X",
		"flow-mapping":    `k: {when: "a ^X"}`,
		"later":           "a: 1\n# é\nk: one ^X",
	}
	for name, marked := range tests {
		t.Run(name, func(t *testing.T) {
			at := strings.Index(marked, "^")
			source := marked[:at] + marked[at+1:]
			f := strictyaml.Parse("f.yaml", []byte(source))
			if len(f.Problems) > 0 {
				t.Fatal(f.Problems)
			}
			n := scalarWith(f.Root, "X")
			line, column := f.PlaceIn(n, strings.Index(n.Value, "X"))
			before := marked[:at]
			wantLine := 1 + strings.Count(before, "\n")
			wantColumn := 1 + len([]rune(before[strings.LastIndex(before, "\n")+1:]))
			if line != wantLine || column != wantColumn {
				t.Errorf("%q: place %d:%d, want %d:%d", n.Value, line, column, wantLine, wantColumn)
			}
		})
	}
}

// scalarWith finds the scalar that holds a text.
func scalarWith(n *yaml.Node, text string) *yaml.Node {
	if n.Kind == yaml.ScalarNode && strings.Contains(n.Value, text) {
		return n
	}
	for _, child := range n.Content {
		if found := scalarWith(child, text); found != nil {
			return found
		}
	}
	return nil
}
