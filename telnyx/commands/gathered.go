package commands

import (
	"fmt"
	"maps"
	"slices"
)

// schema checks a JSON Schema that says what to gather. Package flows knows JSON
// Schema in full; this is what would make Telnyx refuse it, or a gather endless.
func (w *walk) schema(members map[string]any, at Path) any {
	switch kind := plain(members["type"]).(type) {
	case nil:
		w.report(at.to("type"), "is missing; it is object")
	case string:
		if kind != "object" {
			w.report(at.to("type"), "is %s, not object", quote(kind))
		}
	case Unknown:
	default:
		w.report(at.to("type"), "is %s, not object", kindOf(kind))
	}
	w.parts(members, at)
	return w.anything(members, at)
}

// jsonTypes are the types that JSON Schema has.
func jsonTypes() []string {
	return []string{"array", "boolean", "integer", "null", "number", "object", "string"}
}

// subschema checks a schema inside of a schema.
func (w *walk) subschema(v any, at Path) {
	if len(at) > deepest {
		return // anything reports it
	}
	members, is := plain(v).(map[string]any)
	if !is {
		switch plain(v).(type) {
		case bool, Unknown:
		default:
			w.report(at, "is %s, not a JSON Schema", kindOf(plain(v)))
		}
		return
	}
	w.typed(members["type"], at.to("type"))
	w.parts(members, at)
}

// parts checks what a schema is made of.
func (w *walk) parts(members map[string]any, at Path) {
	w.properties(members, at)
	for _, name := range []string{"items", "additionalProperties", "not"} {
		if below, is := members[name]; is {
			w.subschema(below, at.to(name))
		}
	}
	for _, name := range []string{"allOf", "anyOf", "oneOf"} {
		below, _ := plain(members[name]).([]any)
		for i := range below {
			w.subschema(below[i], at.to(name).at(i))
		}
	}
}

// typed checks the type of a property: a name, or a list of names.
func (w *walk) typed(v any, at Path) {
	names, isList := plain(v).([]any)
	if !isList {
		names = []any{v}
	}
	for _, name := range names {
		switch name := plain(name).(type) {
		case nil, Unknown:
		case string:
			if !slices.Contains(jsonTypes(), name) {
				w.problems = append(w.problems, Problem{
					Path: at, Message: fmt.Sprintf("is %s, not %s", quote(name), choices(jsonTypes())), Value: name, Known: jsonTypes(),
				})
			}
		default:
			w.report(at, "is %s, not the name of a type", kindOf(name))
		}
	}
}

// properties checks the properties of a schema, and that what is required can
// come: a gather ends when it has, and else never would.
func (w *walk) properties(members map[string]any, at Path) {
	value, given := members["properties"]
	properties, is := plain(value).(map[string]any)
	if _, later := value.(Unknown); later {
		return
	}
	if given && !is {
		w.report(at.to("properties"), "is %s, not an object", kindOf(plain(value)))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		w.subschema(properties[name], at.to("properties").to(name))
	}
	w.requires(members["required"], properties, at.to("required"))
}

func (w *walk) requires(value any, properties map[string]any, at Path) {
	names, is := plain(value).([]any)
	if _, later := value.(Unknown); later || value == nil {
		return
	}
	if !is {
		w.report(at, "is %s, not a list of names", kindOf(plain(value)))
		return
	}
	for i, name := range names {
		name, is := plain(name).(string)
		if _, later := names[i].(Unknown); later {
			continue
		}
		if !is {
			w.report(at.at(i), "is %s, not a name", kindOf(plain(names[i])))
			continue
		}
		if _, is := properties[name]; !is {
			w.problems = append(w.problems, Problem{
				Path: at.at(i), Message: fmt.Sprintf("names %s, which is not among the properties: it could never be gathered", quote(name)),
				Value: name, Known: slices.Sorted(maps.Keys(properties)),
			})
		}
	}
}
