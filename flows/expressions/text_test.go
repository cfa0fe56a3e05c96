package expressions_test

import (
	"encoding/json"
	"reflect"
	"strconv"
	"testing"

	"texmlsrv/flows/expressions"
)

func compileText(t testing.TB, source string) *expressions.Text {
	t.Helper()
	text, err := expressions.CompileText(source, options)
	if err != nil {
		t.Fatalf("compile %s: %v", source, err)
	}
	return text
}

func TestTextString(t *testing.T) {
	tests := []struct{ source, want string }{
		{"", ""},
		{"Hello", "Hello"},
		{"Hello {{ gathered.name }}!", "Hello Zoë!"},
		{"{{gathered.name}}{{gathered.guests}}", "Zoë4"},
		{"a{{ gathered.nothing }}b", "ab"},
		{`{{ "}}" }} and {{ '{{' }}`, "}} and {{"},
		{"{{ `\\` }}", `\`},
		{`{{ "\"}}" }}`, `"}}`},
		{`{{ {a: {b: 1}}.a.b }}`, "1"},
		{`{{ {a: {b: 1}}}}`, `{"a":{"b":1}}`},
		{`{"a": {"b": {{ json(missing) }}}}`, `{"a": {"b": ["day","time"]}}`},
		{"one } and }} and { stay", "one } and }} and { stay"},
		{"{{ vars.big }} {{ vars.thirds }} {{ missing }}", "100000000 0.3 day, time"},
	}
	for i, tt := range tests {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			if got, err := compileText(t, tt.source).String(scope(t)); err != nil || got != tt.want {
				t.Errorf("%s: got %q, %v, want %q", tt.source, got, err, tt.want)
			}
		})
	}
}

func TestTextValue(t *testing.T) {
	tests := []struct{ source, want string }{
		{"{{ gathered.guests }}", "4"},
		{" \n {{ gathered.guests }}\t", "4"},
		{"{{ gathered.guests }} people", `"4 people"`},
		{"{{ gathered.guests }}{{ attempt }}", `"42"`},
		{"{{ missing }}", `["day","time"]`},
		{"{{ gathered.vegan }}", "false"},
		{"{{ gathered.nothing }}", "null"},
		{"01", `"01"`},
		{"+1312", `"+1312"`},
		{"", `""`},
	}
	for i, tt := range tests {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			v, err := compileText(t, tt.source).Value(scope(t))
			if got := shown(t, v); err != nil || got != tt.want {
				t.Errorf("%s: got %s, %v, want %s", tt.source, got, err, tt.want)
			}
		})
	}
}

func TestTextMistakes(t *testing.T) {
	tests := []struct {
		name, source string
		want         expressions.Error
	}{
		{"unclosed", "ab {{ gathered.x", expressions.Error{Offset: 3, Message: "{{ is not closed by }}"}},
		{"closed-in-quotes", `{{ "x }}`, expressions.Error{Offset: 0, Message: "{{ is not closed by }}"}},
		{"empty", "ab {{ }}", expressions.Error{Offset: 5, Message: "the expression is empty"}},
		{"second", "é{{ attempt }} {{  attmpt }}", expressions.Error{
			Offset: 20, Message: "there is no name attmpt", Suggestion: "did you mean attempt?"}},
		{"mustache", "{{#secret}}a{{/secret}}", expressions.Error{
			Offset: 2, Message: "not expected here: #", Suggestion: `what Telnyx replaces is written telnyx_secret("name") or telnyx_variable("name")`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := expressions.CompileText(tt.source, expressions.Options{})
			checkError(t, err, tt.want)
		})
	}
}

func TestTextErrorsPoint(t *testing.T) {
	want := expressions.Error{Offset: 20, Message: "text cannot be compared with a number"}
	for _, source := range []string{"abc {{ gathered.day > 4 }}", "    {{ gathered.day > 4 }}"} {
		_, err := compileText(t, source).String(scope(t))
		checkError(t, err, want)
		_, err = compileText(t, source).Value(scope(t))
		checkError(t, err, want)
		_, err = compileText(t, source).Pieces(scope(t))
		checkError(t, err, want)
	}
}

func TestTextParts(t *testing.T) {
	type part struct {
		offset  int
		literal string
		source  string
	}
	var got []part
	for _, p := range compileText(t, "{{ env.FLOW_URL }}/é/{{attempt}}?").Parts() {
		one := part{offset: p.Offset, literal: p.Literal}
		if p.Expression != nil {
			one.source = p.Expression.Source()
		}
		got = append(got, one)
	}
	want := []part{{3, "", "env.FLOW_URL"}, {18, "/é/", ""}, {24, "", "attempt"}, {33, "?", ""}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTextConstantAndWhole(t *testing.T) {
	tests := []struct {
		source, constant string
		isConstant       bool
		whole            string
	}{
		{"", "", true, ""},
		{" x ", " x ", true, ""},
		{" {{ attempt }} ", "", false, "attempt"},
		{"x{{ attempt }}", "", false, ""},
		{"{{ attempt }}{{ attempt }}", "", false, ""},
	}
	for i, tt := range tests {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			text := compileText(t, tt.source)
			if got, is := text.Constant(); got != tt.constant || is != tt.isConstant {
				t.Errorf("%s: constant %q, %v", tt.source, got, is)
			}
			whole := ""
			if text.Whole() != nil {
				whole = text.Whole().Source()
			}
			if whole != tt.whole {
				t.Errorf("%s: whole %q, want %q", tt.source, whole, tt.whole)
			}
		})
	}
}

// Only what telnyx_secret and telnyx_variable wrote is Mustache, whatever a
// value holds.
func TestTextPieces(t *testing.T) {
	s := scope(t)
	s.Values["vars"] = map[string]any{"evil": "{{#secret}}x{{/secret}}"}
	text := compileText(t, `Key {{ vars.evil }}{{ gathered.nothing }}: {{ telnyx_secret("crm") }}{{ telnyx_variable("From") }}.`)
	got, err := text.Pieces(s)
	want := []expressions.Piece{
		{Text: "Key {{#secret}}x{{/secret}}: "},
		{Text: "{{#secret}}crm{{/secret}}", Mustache: true},
		{Text: "{{From}}", Mustache: true},
		{Text: "."},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	if v, err := compileText(t, `{{ telnyx_secret("crm") }}`).Value(s); v != expressions.Mustache("{{#secret}}crm{{/secret}}") {
		t.Errorf("got %T %v, %v", v, v, err)
	}
}

func TestFormat(t *testing.T) {
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"nil", nil, ""},
		{"text", "a", "a"},
		{"int", 42, "42"},
		{"int64", int64(-42), "-42"},
		{"uint8", uint8(42), "42"},
		{"large", 100000000.0, "100000000"},
		{"larger", 1e21, "1000000000000000000000"},
		{"exact", float64(1<<53 - 1), "9007199254740991"},
		{"decimal", 4.5, "4.5"},
		{"small", 0.000001, "0.000001"},
		{"sum", 0.1 + 0.2, "0.3"},
		{"negative-zero", 0 * -1.0, "0"},
		{"float32", float32(0.5), "0.5"},
		{"json-number", json.Number("1e2"), "100"},
		{"json-integer", json.Number("12345678901234567890"), "12345678901234567000"},
		{"true", true, "true"},
		{"false", false, "false"},
		{"list", []any{1, "b", nil, 2.5}, "1, b, , 2.5"},
		{"strings", []string{"a", "b"}, "a, b"},
		{"map", map[string]any{"b": 1, "a": []any{"<"}}, `{"a":["<"],"b":1}`},
		{"mustache", expressions.Mustache("{{From}}"), "{{From}}"},
		{"unwritable", func() {}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := expressions.Format(tt.value); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
