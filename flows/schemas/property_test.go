package schemas_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"texmlsrv/flows/schemas"
)

// plainSchema draws a schema without rules, and a value that it takes.
func plainSchema(t *rapid.T, depth int) (map[string]any, any) {
	kinds := []string{"string", "integer", "number", "boolean", "enum", "null-or-integer"}
	if depth > 0 {
		kinds = append(kinds, "array", "object")
	}
	switch kind := rapid.SampledFrom(kinds).Draw(t, "kind"); kind {
	case "string":
		return map[string]any{"type": kind}, strings.TrimSpace(rapid.String().Draw(t, "text"))
	case "integer":
		return map[string]any{"type": kind, "minimum": -1e9}, float64(rapid.IntRange(-1e9, 1e9).Draw(t, "integer"))
	case "number":
		return map[string]any{"type": kind}, rapid.Float64Range(-1e9, 1e9).Draw(t, "number") + 0
	case "boolean":
		return map[string]any{"type": kind}, rapid.Bool().Draw(t, "boolean")
	case "enum":
		return map[string]any{"enum": []any{"a", "b", 3.0}}, rapid.SampledFrom([]any{"a", "b", 3.0}).Draw(t, "choice")
	case "null-or-integer":
		return map[string]any{"type": []any{"integer", "null"}}, rapid.SampledFrom([]any{nil, 3.0}).Draw(t, "choice")
	case "array":
		items, value := plainSchema(t, depth-1)
		return map[string]any{"type": kind, "items": items}, []any{value, value}
	}
	return objectSchema(t, depth)
}

// objectSchema draws an object of up to four properties; those that are not required may be absent.
func objectSchema(t *rapid.T, depth int) (map[string]any, any) {
	properties, value, required := map[string]any{}, map[string]any{}, []any{}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "type", "result", "é"}), 0, 4, rapid.ID).Draw(t, "names") {
		sub, v := plainSchema(t, depth-1)
		properties[name] = sub
		if rapid.Bool().Draw(t, "required") {
			required = append(required, name)
			value[name] = v
		} else if rapid.Bool().Draw(t, "present") {
			value[name] = v
		}
	}
	return map[string]any{"type": "object", "properties": properties, "required": required}, value
}

// speak makes numbers and booleans the texts an agent may give for them.
func speak(v any) any {
	switch v := v.(type) {
	case float64, bool:
		raw, err := json.Marshal(v)
		if err == nil && !strings.ContainsRune(string(raw), 'e') {
			return " " + string(raw) + "\n"
		}
	case map[string]any:
		out := map[string]any{}
		for name, item := range v {
			out[name] = speak(item)
		}
		return out
	}
	return v
}

func TestReadTakesWhatItsSchemaDescribes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn, value := objectSchema(t, 2)
		n, err := schemas.From(drawn)
		if err != nil {
			t.Fatal(err)
		}
		s, err := schemas.Compile(n)
		if err != nil {
			t.Fatalf("Compile(%s): %v", n.Bytes(), err)
		}
		result := value.(map[string]any)
		first := schemas.Read(s, s, result, nil)
		if !first.Usable || len(first.Dropped)+len(first.Missing)+len(first.Problems) > 0 {
			t.Fatalf("%s does not take %v: %+v", n.Bytes(), result, first)
		}
		if diff := cmp.Diff(result, first.Values); diff != "" {
			t.Fatalf("a fitting value was changed:\n%s", diff)
		}
		if diff := cmp.Diff(first, schemas.Read(s, s, first.Values, first.Values)); diff != "" {
			t.Fatalf("reading again differs:\n%s", diff)
		}
	})
}

func TestReadIsIdempotentOverSpokenValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn, value := objectSchema(t, 2)
		n, err := schemas.From(drawn)
		if err != nil {
			t.Fatal(err)
		}
		s, err := schemas.Compile(n)
		if err != nil {
			t.Fatal(err)
		}
		first := schemas.Read(s, s, speak(value).(map[string]any), nil)
		again := schemas.Read(s, s, first.Values, nil)
		if diff := cmp.Diff(first.Values, again.Values); diff != "" {
			t.Fatalf("reading again differs:\n%s", diff)
		}
		if first.Usable && !again.Usable {
			t.Fatalf("usable once only: %+v", again)
		}
	})
}
