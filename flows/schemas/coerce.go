package schemas

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// shape is what coercion needs to know of a schema: types where they are plain.
type shape struct {
	types      []string // empty: any
	null       bool     // null is a value
	properties map[string]*shape
	required   []string
	items      *shape
	prefix     []*shape
}

// typesOf are the types a schema names, or those of the values it lists.
func typesOf(c *jsonschema.Schema) []string {
	if c.Types != nil {
		return c.Types.ToStrings()
	}
	var listed []any
	if c.Enum != nil {
		listed = c.Enum.Values
	}
	if c.Const != nil {
		listed = append(listed, *c.Const)
	}
	var types jsonschema.Types
	for _, v := range listed {
		types.Add(typeName(v))
	}
	return types.ToStrings()
}

func typeName(v any) string {
	switch v.(type) {
	case bool:
		return "boolean"
	case float64:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "null"
}

// shapeOf reads a compiled schema, and what allOf adds where it says nothing itself.
func shapeOf(c *jsonschema.Schema) *shape {
	sh := &shape{null: c.Validate(nil) == nil}
	for _, part := range append([]*jsonschema.Schema{c}, c.AllOf...) {
		if len(sh.types) == 0 {
			sh.types = typesOf(part)
		}
		sh.required = append(sh.required, part.Required...)
		for name, sub := range part.Properties {
			if sh.properties == nil {
				sh.properties = map[string]*shape{}
			}
			if sh.properties[name] == nil {
				sh.properties[name] = shapeOf(sub)
			}
		}
		if sh.items == nil && part.Items2020 != nil {
			sh.items = shapeOf(part.Items2020)
		}
		for i := len(sh.prefix); i < len(part.PrefixItems); i++ {
			sh.prefix = append(sh.prefix, shapeOf(part.PrefixItems[i]))
		}
	}
	return sh
}

// at is the shape of an array's item, nil when the schema does not say.
func (sh *shape) at(i int) *shape {
	switch {
	case sh == nil:
		return nil
	case i < len(sh.prefix):
		return sh.prefix[i]
	}
	return sh.items
}

// named is the shape of an object's member, nil when the schema does not declare it.
func (sh *shape) named(name string) *shape {
	if sh == nil {
		return nil
	}
	return sh.properties[name]
}

func (sh *shape) takes(types ...string) bool {
	return slices.ContainsFunc(types, func(t string) bool { return slices.Contains(sh.types, t) })
}

// coerce makes v what the shape wants where nothing is lost by it, else returns it as it is. It
// never changes v.
func (sh *shape) coerce(v any) any {
	switch v := v.(type) {
	case string:
		return sh.text(strings.TrimSpace(v))
	case float64:
		return sh.number(v)
	case []any:
		return sh.list(v)
	case map[string]any:
		return sh.object(v)
	}
	return v
}

func (sh *shape) text(s string) any {
	if sh == nil || len(sh.types) == 0 || sh.takes("string") {
		return s
	}
	if sh.takes("integer", "number") {
		if f, ok := exact(s); ok && (f == math.Trunc(f) || sh.takes("number")) {
			return f
		}
	}
	if sh.takes("boolean") {
		switch strings.ToLower(s) {
		case "true":
			return true
		case "false":
			return false
		}
	}
	return s
}

// exact reads a plain decimal that a float64 holds to the last digit. Zeros in front are no part
// of a number but of a code or a phone number.
func exact(s string) (float64, bool) {
	digits := strings.TrimPrefix(s, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	point := strings.Contains(digits, ".")
	switch {
	case !allDigits(whole), point && !allDigits(fraction), len(whole) > 1 && whole[0] == '0':
		return 0, false
	case len(strings.TrimRight(whole+fraction, "0")) > 15, len(whole) > 15:
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f + 0, err == nil // -0 is 0
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// number makes a number the text that only fits, when its digits are those the caller gave.
func (sh *shape) number(f float64) any {
	if sh == nil || !sh.takes("string") || sh.takes("number", "integer") || math.Abs(f) > 1<<53 {
		return f
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func (sh *shape) list(v []any) any {
	out := make([]any, len(v))
	for i, item := range v {
		out[i] = sh.at(i).coerce(item)
	}
	return out
}

// object coerces the members; null counts as absent for an optional one that cannot be null.
func (sh *shape) object(v map[string]any) any {
	out := make(map[string]any, len(v))
	for name, item := range v {
		sub := sh.named(name)
		if item == nil && sub != nil && !sub.null && !slices.Contains(sh.required, name) {
			continue
		}
		out[name] = sub.coerce(item)
	}
	return out
}
