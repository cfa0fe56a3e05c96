package talk

import (
	"testing"

	"texmlsrv/flows/schemas"
)

// everything is a schema with a property of each kind.
const everything = `{
  "type": "object",
  "properties": {
    "intent":  {"type": "string", "enum": ["appointment", "feedback", "es-US"]},
    "rating":  {"type": "integer", "enum": [1, 2, 3, 4, 5]},
    "guests":  {"type": "integer", "minimum": 1, "maximum": 8},
    "price":   {"type": "number"},
    "smoking": {"type": "boolean"},
    "name":    {"type": "string", "minLength": 1, "maxLength": 5},
    "phone":   {"type": "string", "pattern": "^[0-9]{3}$"},
    "day":     {"type": "string", "format": "date"},
    "tags":    {"type": "array", "items": {"type": "string"}},
    "sizes":   {"type": "array", "items": {"type": "integer"}},
    "extra":   {"type": "object"},
    "maybe":   {"type": ["integer", "null"]},
    "any":     {}
  },
  "required": ["intent"]
}`

func schemaOf(t testing.TB, source string) *schemas.Schema {
	t.Helper()
	node, err := schemas.ReadJSON([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := schemas.Compile(node)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestValueOf reads what people type for values of every kind. A line that is
// no value says what would be one.
func TestValueOf(t *testing.T) {
	schema := schemaOf(t, everything)
	for _, c := range []struct{ name, typed, want string }{
		{"intent", "feedback", `feedback`},
		{"intent", "FEEDBACK", `feedback`},
		{"intent", "2", `feedback`},
		{"intent", "es", `es-US`},
		{"intent", "4", "this does not fit: it must be one of those listed, or its number: 1 to 3"},
		{"rating", "4", `4`},
		{"rating", "9", "this does not fit: it must be one of those listed"},
		{"guests", "4", `4`},
		{"guests", "9", "this does not fit: it must be a whole number from 1 to 8"},
		{"guests", "four", "this does not fit: it must be a whole number from 1 to 8"},
		{"guests", "1e3", "this does not fit: it must be a whole number from 1 to 8"},
		{"price", "4.5", `4.5`},
		{"price", "NaN", "this does not fit: it must be a number"},
		{"smoking", "No", `false`},
		{"smoking", "true", `true`},
		{"smoking", "maybe", "this does not fit: it must be yes or no"},
		{"name", "12", `12`},
		{"name", "Ada Lovelace", "this does not fit: it must be text of at most 5 characters"},
		{"phone", "12", "this does not fit: it must be text that matches ^[0-9]{3}$"},
		{"day", "2026-11-25", `2026-11-25`},
		{"day", "tomorrow", "this does not fit: it must be a date such as 2026-11-25"},
		{"tags", "red, green", `["red", "green"]`},
		{"tags", `["red"]`, `["red"]`},
		{"sizes", "1,2", `[1, 2]`},
		{"sizes", "1,two", "this does not fit: it must be a list with commas between, each a whole number"},
		{"extra", `{"a": [1]}`, `{a: [1]}`},
		{"extra", "none", "this does not fit: it must be an object, as JSON"},
		{"maybe", "null", `null`},
		{"any", "no", `no`},
		{"any", "false", `false`},
		{"any", "[1]", `[1]`},
	} {
		t.Run(c.name+"_"+c.typed, func(t *testing.T) {
			p, _ := schema.Describe(c.name)
			value, err := ValueOf(p, c.typed)
			if err == nil && !schema.Valid(c.name, value) {
				err = Unfit(p)
			}
			got := Written(value)
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
