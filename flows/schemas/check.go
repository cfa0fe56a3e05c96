package schemas

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"texmlsrv/texml"
)

// checker collects the mistakes of one schema document.
type checker struct {
	root     *Node
	problems []*Problem
	schemas  map[*Node]bool   // every schema of the document: what a reference may lead to
	anchors  map[string]*Node // by $anchor
	refs     []*Node          // values of $ref
}

func (c *checker) report(n *Node, format string, args ...any) *Problem {
	p := problemAt(n, format, args...)
	c.problems = append(c.problems, p)
	return p
}

// document checks everything that the meta-schema does not.
func (c *checker) document() {
	c.schemas, c.anchors = map[*Node]bool{}, map[string]*Node{}
	c.schema(c.root)
	for _, ref := range c.refs {
		c.reference(ref)
	}
}

func (c *checker) schema(n *Node) {
	c.schemas[n] = true
	for _, m := range n.Members {
		c.keyword(n, m)
		subschemas(m, c.schema)
	}
	c.required(n)
}

func (c *checker) keyword(n *Node, m Member) {
	switch m.Name {
	case "$ref":
		c.refs = append(c.refs, m.Value)
	case "$anchor":
		c.anchor(n, m.Value)
	case "$schema":
		c.dialect(m.Value)
	case "$id":
		if n != c.root {
			c.report(m.Value, `"$id" belongs at the top only`)
		}
	case "pattern":
		c.pattern(m.Value, m.Value.Value)
	case "patternProperties":
		for _, p := range m.Value.Members {
			c.pattern(&Node{Line: p.Line, Column: p.Column}, p.Name)
		}
	case "format":
		c.format(m.Value)
	case "enum":
		if m.Value.Kind == Array && len(m.Value.Items) == 0 {
			c.report(m.Value, "an empty enum: nothing can be answered")
		}
	case "x-sensitive":
		if m.Value.Kind != Bool {
			c.report(m.Value, `"x-sensitive" is true or false, not %s`, article(m.Value.Kind))
		}
	default:
		c.known(m)
	}
}

func (c *checker) known(m Member) {
	if _, ok := keywords[m.Name]; ok || isExtension(m.Name) {
		return
	}
	at := &Node{Line: m.Line, Column: m.Column}
	if hint, ok := elsewhere[m.Name]; ok {
		c.report(at, "%q is not a keyword here: %s", m.Name, hint)
		return
	}
	c.report(at, "unknown keyword %q", m.Name).Suggestion = texml.Nearest(m.Name, keywordNames())
}

func (c *checker) anchor(n, value *Node) {
	name, _ := value.Value.(string)
	if c.anchors[name] != nil {
		c.report(value, "the anchor %q is here twice", name)
	}
	c.anchors[name] = n
}

func (c *checker) dialect(n *Node) {
	uri, _ := n.Value.(string)
	if strings.TrimSuffix(uri, "#") != "https://json-schema.org/draft/2020-12/schema" {
		c.report(n, "schemas are read as JSON Schema 2020-12: leave $schema out, or name that one")
	}
}

func (c *checker) pattern(at *Node, value any) {
	source, ok := value.(string)
	if !ok {
		return // the meta-schema says so
	}
	if _, err := regexp.Compile(source); err == nil {
		return
	}
	for _, part := range []string{"(?=", "(?!", "(?<=", "(?<!"} {
		if strings.Contains(source, part) {
			c.report(at, "a pattern cannot look ahead or behind: %q", part)
			return
		}
	}
	c.report(at, "%q is not a regular expression", source)
}

func (c *checker) format(n *Node) {
	name, ok := n.Value.(string)
	if ok && !slices.Contains(formats, name) {
		c.report(n, "unknown format %q: use a pattern, or say it in the description", name).Suggestion = texml.Nearest(name, formats)
	}
}

// required finds names that a gather would wait for and never ask. A schema that may have them
// from elsewhere is left alone.
func (c *checker) required(n *Node) {
	properties, required := n.Get("properties"), n.Get("required")
	if properties == nil || required == nil {
		return
	}
	for _, other := range []string{"$ref", "allOf", "anyOf", "oneOf", "if", "patternProperties", "additionalProperties"} {
		if v := n.Get(other); v != nil && v.Value != false {
			return
		}
	}
	for _, item := range required.Items {
		name, ok := item.Value.(string)
		if ok && properties.Get(name) == nil {
			c.report(item, "%q is required and not among the properties", name).Suggestion = texml.Nearest(name, memberNames(properties))
		}
	}
}

func memberNames(n *Node) []string {
	if n == nil {
		return nil
	}
	names := make([]string, len(n.Members))
	for i, m := range n.Members {
		names[i] = m.Name
	}
	return names
}

func article(k Kind) string {
	if k == Null {
		return "null"
	}
	if strings.ContainsRune("aeiou", rune(k.String()[0])) {
		return "an " + k.String()
	}
	return "a " + k.String()
}

// Fixed is what of a schema is known before its expressions have values, for checking a templated
// schema when it is loaded: without the keywords whose value is a text that open says holds an
// expression, or a list with one. A property that is wholly an expression stays, as one that takes
// anything. It is nil when nothing is known.
func Fixed(n *Node, open func(text string) bool) *Node {
	switch n.Kind {
	case String:
		if text, _ := n.Value.(string); open(text) {
			return nil
		}
	case Array:
		return fixedItems(n, open)
	case Object:
		out := &Node{Kind: Object, Line: n.Line, Column: n.Column}
		for _, m := range n.Members {
			if m.Name == "properties" && m.Value.Kind == Object {
				m.Value = fixedProperties(m.Value, open)
			} else {
				m.Value = Fixed(m.Value, open)
			}
			if m.Value != nil {
				out.Members = append(out.Members, m)
			}
		}
		return out
	}
	return n
}

func fixedItems(n *Node, open func(string) bool) *Node {
	out := &Node{Kind: Array, Line: n.Line, Column: n.Column}
	for _, item := range n.Items {
		fixed := Fixed(item, open)
		if fixed == nil {
			return nil
		}
		out.Items = append(out.Items, fixed)
	}
	return out
}

func fixedProperties(n *Node, open func(string) bool) *Node {
	out := &Node{Kind: Object, Line: n.Line, Column: n.Column}
	for _, m := range n.Members {
		line, column := m.Value.Line, m.Value.Column
		if m.Value = Fixed(m.Value, open); m.Value == nil {
			m.Value = &Node{Kind: Object, Line: line, Column: column}
		}
		out.Members = append(out.Members, m)
	}
	return out
}

func quoted(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = fmt.Sprintf("%q", w)
	}
	return strings.Join(out, ", ")
}
