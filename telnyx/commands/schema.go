package commands

import (
	"bytes"
	"encoding/json"
)

// SchemaOptions change what Schema gives. The zero value gives the parameters
// as they go to Telnyx.
type SchemaOptions struct {
	// Expressions lets a text with {{ … }} stand for any value, as in flow.yaml.
	Expressions bool
}

// Schema is the JSON Schema of a command's parameters, for editors: draft-07,
// indented, always the same bytes. It passes what the check only warns of. The
// check has the last word: a schema cannot compare two numbers.
func (d Declaration) Schema(o SchemaOptions) []byte {
	head := ordered{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", d.Name}, {"description", d.Doc}}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(append(head, o.members(d.Params, d.Rules, "", "")...)); err != nil {
		return nil // texts, numbers, lists and objects of them: nothing that JSON lacks
	}
	return b.Bytes()
}

// member is one member of a JSON object.
type member struct {
	name  string
	value any
}

// ordered is a JSON object whose members keep their order.
type ordered []member

// MarshalJSON writes the members in order.
func (o ordered) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, part := range []any{m.name, m.value} {
			if j > 0 {
				b.WriteByte(':')
			}
			if err := enc.Encode(part); err != nil {
				return nil, err
			}
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// members are the keywords of an object schema. tag and name are those of a
// variant, or "".
func (o SchemaOptions) members(fields []Param, rules []Rule, tag, name string) ordered {
	var properties ordered
	var required []string
	if tag != "" {
		properties = append(properties, member{tag, ordered{{"const", name}}})
		required = append(required, tag)
	}
	for _, p := range fields {
		properties = append(properties, member{p.Name, o.param(p)})
		if p.Required {
			required = append(required, p.Name)
		}
	}
	out := ordered{{"type", "object"}, {"properties", properties}}
	if required != nil {
		out = append(out, member{"required", required})
	}
	out = append(out, member{"additionalProperties", false})
	if all := ruled(rules); all != nil {
		out = append(out, member{"allOf", all})
	}
	return out
}

// ruled are the rules that JSON Schema can say.
func ruled(rules []Rule) []any {
	var all []any
	for _, r := range rules {
		switch r.Kind {
		case AtMostOne:
			for i, one := range r.Names {
				for _, other := range r.Names[i+1:] {
					all = append(all, ordered{{"not", ordered{{"required", []string{one, other}}}}})
				}
			}
		case AtLeastOne:
			var some []ordered
			for _, name := range r.Names {
				some = append(some, ordered{{"required", []string{name}}})
			}
			all = append(all, ordered{{"anyOf", some}})
		case OnlyWith:
			is := ordered{{"properties", ordered{{r.Names[0], ordered{{"const", r.Value}}}}}, {"required", r.Names[:1]}}
			only := ordered{{"properties", ordered{{r.Names[1], ordered{{"const", r.Other}}}}}}
			all = append(all, ordered{{"if", is}, {"then", only}})
		}
	}
	return all
}

// param is the schema of one parameter.
func (o SchemaOptions) param(p Param) ordered {
	out := o.bare(p)
	if free := p.Type == TypeText && p.Format == Plain && (p.Enum == nil || p.Open); o.Expressions && !free {
		out = ordered{{"anyOf", []ordered{out, expression()}}}
	}
	head := ordered{}
	if p.Doc != "" {
		head = append(head, member{"description", p.Doc})
	}
	if p.Default != nil {
		head = append(head, member{"default", p.Default})
	}
	return append(head, out...)
}

// expression is a text that a flow computes.
func expression() ordered { return ordered{{"type", "string"}, {"pattern", `\{\{`}} }

// bare is the schema of a parameter without its documentation.
func (o SchemaOptions) bare(p Param) ordered {
	switch p.Type {
	case TypeText:
		return textSchema(p)
	case TypeInteger, TypeNumber:
		return limits(ordered{{"type", string(p.Type)}}, p, "minimum", "maximum")
	case TypeBoolean:
		return ordered{{"type", "boolean"}}
	case TypeScalar:
		return ordered{{"type", []string{"string", "number", "boolean"}}}
	case TypeList:
		return limits(ordered{{"type", "array"}, {"items", o.param(*p.Item)}}, p, "minItems", "maxItems")
	case TypeMap:
		return ordered{{"type", "object"}, {"additionalProperties", o.param(*p.Item)}}
	case TypeUnion:
		return o.union(p)
	case TypeEither:
		return ordered{{"anyOf", o.alternatives(p)}}
	case TypeSchema:
		return ordered{
			{"type", "object"},
			{"properties", ordered{
				{"type", ordered{{"const", "object"}}},
				{"properties", ordered{{"type", "object"}}},
				{"required", ordered{{"type", "array"}, {"items", ordered{{"type", "string"}}}}},
			}},
			{"required", []string{"type"}},
		}
	case TypeFree:
		return ordered{{"type", "object"}}
	}
	return o.members(p.Fields, p.Rules, "", "")
}

func (o SchemaOptions) union(p Param) ordered {
	var one []ordered
	for _, v := range p.Variants {
		one = append(one, append(ordered{{"description", v.Doc}}, o.members(v.Fields, v.Rules, p.Tag, v.Name)...))
	}
	return ordered{{"oneOf", one}}
}

func (o SchemaOptions) alternatives(p Param) []ordered {
	var out []ordered
	for _, a := range p.Alternatives {
		out = append(out, o.param(a))
	}
	return out
}

func limits(out ordered, p Param, least, most string) ordered {
	if p.Min != nil {
		out = append(out, member{least, *p.Min})
	}
	if p.Max != nil {
		out = append(out, member{most, *p.Max})
	}
	return out
}

// textSchema leaves words that are only known to completion, and lets others
// pass.
func textSchema(p Param) ordered {
	out := limits(ordered{{"type", "string"}}, p, "minLength", "maxLength")
	switch {
	case p.Open:
		return ordered{{"anyOf", []ordered{{{"enum", p.Enum}}, out}}}
	case p.Enum != nil && p.Format != Words:
		out = append(out, member{"enum", p.Enum})
	}
	if pattern := patterns()[p.Format]; pattern != "" {
		out = append(out, member{"pattern", pattern})
	}
	return out
}

// patterns are the formats that a regular expression can tell.
func patterns() map[Format]string {
	return map[Format]string{
		Base64:  `^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$`,
		URL:     `^https?://[^/\s]\S*$`,
		ToolURL: `^https?://[^/]`,
		Digit:   `^[0-9*#]$`,
		Digits:  `^[0-9A-D*#]+$`,
	}
}
