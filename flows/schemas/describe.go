package schemas

import "slices"

// Property describes what a schema says of a value, as far as it says it plainly.
type Property struct {
	Name        string   // empty for items
	Types       []string // JSON Schema's words, or those of the values in Enum; empty: any
	Format      string
	Pattern     string
	Minimum     *float64 // of a number, or of the length of text; nil: none
	Maximum     *float64
	Description string
	Enum        []any      // nil when the values are not listed
	Required    bool       // by the object that it is a property of
	Sensitive   bool       // it, or something in it
	Properties  []Property // of an object, in author's order
	Open        bool       // an object that may have further members
	Items       *Property  // of an array; nil: any
}

// Describe tells what the schema says of a top-level property, false when it declares none of
// that name.
func (s *Schema) Describe(name string) (Property, bool) {
	p, ok := s.properties[name]
	if !ok {
		return Property{}, false
	}
	d := describe(name, p.node)
	d.Required = slices.Contains(s.required, name)
	d.Sensitive = slices.Contains(s.sensitive, name)
	return d, true
}

func describe(name string, n *Node) Property {
	p := Property{Name: name, Types: wordsOf(n.Get("type")), Sensitive: isSensitive(n)}
	p.Format, p.Pattern = textOf(n.Get("format")), textOf(n.Get("pattern"))
	p.Minimum = numberOf(n, "minimum", "exclusiveMinimum", "minLength")
	p.Maximum = numberOf(n, "maximum", "exclusiveMaximum", "maxLength")
	p.Description = textOf(n.Get("description"))
	if enum := n.Get("enum"); enum != nil {
		p.Enum, _ = enum.Plain().([]any)
		if p.Types == nil {
			p.Types = kindsOf(enum.Items)
		}
	}
	required := wordsOf(n.Get("required"))
	if properties := n.Get("properties"); properties != nil {
		for _, m := range properties.Members {
			sub := describe(m.Name, m.Value)
			sub.Required = slices.Contains(required, m.Name)
			p.Properties = append(p.Properties, sub)
		}
	}
	p.Open = len(p.Properties) == 0 || slices.ContainsFunc(n.Members, opens)
	if items := n.Get("items"); items != nil {
		sub := describe("", items)
		p.Items = &sub
	}
	return p
}

func kindsOf(items []*Node) []string {
	var kinds []string
	for _, item := range items {
		if k := item.Kind.String(); !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// opens tells members that may give an object names beyond its properties.
func opens(m Member) bool {
	switch m.Name {
	case "additionalProperties":
		return m.Value.Value != false
	case "patternProperties", "allOf", "anyOf", "oneOf", "if", "dependentSchemas":
		return true
	}
	return false
}

// wordsOf are the texts of a text or a list of texts.
func wordsOf(n *Node) []string {
	if n == nil {
		return nil
	}
	if n.Kind != Array {
		return []string{textOf(n)}
	}
	words := make([]string, len(n.Items))
	for i, item := range n.Items {
		words[i] = textOf(item)
	}
	return words
}

// numberOf is the first of the members that n has and that is a number.
func numberOf(n *Node, names ...string) *float64 {
	for _, name := range names {
		if m := n.Get(name); m != nil {
			if f, ok := m.Value.(float64); ok {
				return &f
			}
		}
	}
	return nil
}

func textOf(n *Node) string {
	if n == nil {
		return ""
	}
	text, _ := n.Value.(string)
	return text
}
