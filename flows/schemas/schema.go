package schemas

import (
	"maps"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is a gather's schema: an object whose top-level properties are what is asked for. It is
// immutable and safe for concurrent use.
type Schema struct {
	full     *Node // references expanded, x-* kept
	sent     []byte
	compiled *jsonschema.Schema
	whole    bool // must not be sent in part

	names      []string // top-level properties in author's order
	required   []string
	properties map[string]*property
	sensitive  []string
}

// Compile makes a schema of what an author wrote. All mistakes are reported at once, as *Problem
// joined by errors.Join: values the meta-schema of 2020-12 refuses, unknown keywords and formats,
// an empty enum, required names that are no properties, references out of the document, to
// nowhere, or in a circle, and a top that is not of type object.
func Compile(n *Node) (*Schema, error) {
	if n.Kind != Object {
		return nil, problemAt(n, "a gather's schema is an object, not %s", article(n.Kind))
	}
	c := &checker{root: n}
	c.document()
	c.meta()
	if err := join(c.problems); err != nil {
		return nil, err
	}
	e := &expander{checker: c, open: map[*Node]bool{}, left: maxNodes}
	full := e.schema(n)
	if !full.fitsDepth(maxDepth) { // what is sent must be readable again
		c.report(n, "references nest this schema deeper than %d", maxDepth)
	}
	if err := join(c.problems); err != nil {
		return nil, err
	}
	if t := full.Get("type"); t == nil || t.Value != "object" {
		return nil, problemAt(n, `a gather's schema says "type": "object" at the top`)
	}
	return build(full, mustBeWhole(n))
}

// mustBeWhole tells schemas whose top-level properties cannot be asked for apart, because a rule
// is about several of them or counts them.
func mustBeWhole(n *Node) bool {
	return slices.ContainsFunc(n.Members, func(m Member) bool {
		switch m.Name {
		case "allOf", "anyOf", "oneOf", "not", "if", "dependentRequired", "dependentSchemas", "$ref", "minProperties":
			return true
		}
		return false
	})
}

func build(full *Node, whole bool) (*Schema, error) {
	const address = "gather:///schema"
	compiler := newCompiler()
	if err := compiler.AddResource(address, full.Plain()); err != nil {
		return nil, problemAt(full, "not usable: %v", err)
	}
	compiled, err := compiler.Compile(address)
	if err != nil {
		return nil, problemAt(full, "not usable: %v", err)
	}
	s := &Schema{full: full, sent: sendable(full).Bytes(), compiled: compiled, whole: whole}
	g := gatherer{schema: s}
	g.collect(full, compiled, false)
	return s, join(g.problems)
}

// Sent is what Telnyx gets: the schema as compact JSON in author's order, without x-*, $schema and
// $id, local references expanded. The bytes are shared: do not change them.
func (s *Schema) Sent() []byte { return s.sent }

// Properties names the top-level properties in author's order, which is the order the agent asks
// in; those that only a branch of a combinator declares come where the combinator stands.
func (s *Schema) Properties() []string { return slices.Clone(s.names) }

// Required names the properties without which the gather does not end, in author's order. When it
// is empty, Telnyx ends a gather at the first value.
func (s *Schema) Required() []string { return slices.Clone(s.required) }

// Sensitive names the top-level properties that are, or hold somewhere, what "x-sensitive": true
// marks.
func (s *Schema) Sensitive() []string { return slices.Clone(s.sensitive) }

// Valid tells whether value, as encoding/json decodes it, holds as the top-level property name on
// its own. It is not coerced. A name that the schema does not take is never valid.
func (s *Schema) Valid(name string, value any) bool {
	checks, ok := s.checks(name)
	if !ok {
		return false
	}
	return !slices.ContainsFunc(checks, func(c *jsonschema.Schema) bool { return c.Validate(value) != nil })
}

// checks are the schemas that a property's value must meet on its own; false when the schema does
// not take the name. Names that the author did not write down are taken where patternProperties
// or a spelt-out additionalProperties does.
func (s *Schema) checks(name string) ([]*jsonschema.Schema, bool) {
	var checks []*jsonschema.Schema
	p, ok := s.properties[name]
	if ok {
		checks = p.checks
	}
	for pattern, check := range s.compiled.PatternProperties {
		if pattern.MatchString(name) {
			checks, ok = append(slices.Clip(checks), check), true
		}
	}
	if ok {
		return checks, true
	}
	switch additional := s.compiled.AdditionalProperties.(type) {
	case bool:
		return nil, additional
	case *jsonschema.Schema:
		if additional.Bool != nil {
			return nil, *additional.Bool
		}
		return []*jsonschema.Schema{additional}, true
	}
	return nil, false
}

// Without is the schema to send when the values kept under these top-level names are already
// valid: the properties are left out, and required is what is still missing, which is returned
// too, in author's order. The schema comes back whole when its top has rules about several
// properties (allOf, anyOf, oneOf, not, if, dependent*, $ref, minProperties), or when nothing
// would be required, where Telnyx would end the gather at the first value.
func (s *Schema) Without(kept []string) (*Schema, []string) {
	gone := func(name string) bool { return slices.Contains(kept, name) }
	missing := slices.DeleteFunc(slices.Clone(s.required), gone)
	if s.whole || len(missing) == 0 || !slices.ContainsFunc(s.names, gone) {
		return s, missing
	}
	n := &Node{Kind: Object, Line: s.full.Line, Column: s.full.Column}
	for _, m := range s.full.Members {
		switch m.Name {
		case "properties":
			m.Value = &Node{Kind: Object, Members: slices.DeleteFunc(slices.Clone(m.Value.Members),
				func(p Member) bool { return gone(p.Name) })}
		case "required":
			m.Value = &Node{Kind: Array, Items: slices.DeleteFunc(slices.Clone(m.Value.Items),
				func(item *Node) bool { name, _ := item.Value.(string); return gone(name) })}
		}
		n.Members = append(n.Members, m)
	}
	part, err := recent.schema("part "+string(n.Bytes()), func() (*Schema, error) { return build(n, false) })
	if err != nil { // asking for too much is better than for nothing
		return s, missing
	}
	return part, missing
}

// gatherer collects what the top of a schema declares, following its combinators.
type gatherer struct {
	schema   *Schema
	problems []*Problem
}

// collect takes the properties of n. Compiled is n's own when its values must hold, and nil in a
// branch that may or may not apply: names count as declared there, and hold to nothing alone.
func (g *gatherer) collect(n *Node, compiled *jsonschema.Schema, sensitive bool) {
	sensitive = sensitive || n.Get("x-sensitive").isTrue()
	for _, m := range n.Members {
		switch m.Name {
		case "properties":
			g.declare(m.Value, compiled, sensitive)
		case "required":
			g.require(m.Value, compiled != nil)
		case "allOf":
			for i, item := range m.Value.Items {
				g.collect(item, branch(compiled, i), sensitive)
			}
		case "anyOf", "oneOf", "if", "then", "else", "dependentSchemas":
			subschemas(m, func(sub *Node) { g.collect(sub, nil, sensitive) })
		case "patternProperties", "additionalProperties", "unevaluatedProperties":
			g.unnamed(m, sensitive)
		}
	}
}

func branch(compiled *jsonschema.Schema, i int) *jsonschema.Schema {
	if compiled == nil || i >= len(compiled.AllOf) {
		return nil
	}
	return compiled.AllOf[i]
}

func (g *gatherer) declare(properties *Node, compiled *jsonschema.Schema, sensitive bool) {
	s := g.schema
	if s.properties == nil {
		s.properties = map[string]*property{}
	}
	for _, m := range properties.Members {
		p := s.properties[m.Name]
		if p == nil {
			p = &property{node: m.Value}
			s.properties[m.Name] = p
			s.names = append(s.names, m.Name)
		}
		if compiled != nil {
			p.hold(compiled.Properties[m.Name])
		}
		if (sensitive || isSensitive(m.Value)) && !slices.Contains(s.sensitive, m.Name) {
			s.sensitive = append(s.sensitive, m.Name)
		}
	}
}

func (g *gatherer) require(names *Node, certain bool) {
	for _, item := range names.Items {
		name, _ := item.Value.(string)
		if certain && !slices.Contains(g.schema.required, name) {
			g.schema.required = append(g.schema.required, name)
		}
	}
}

// unnamed refuses to mark as sensitive what has no name to mask it by.
func (g *gatherer) unnamed(m Member, sensitive bool) {
	subschemas(m, func(sub *Node) {
		if isSensitive(sub) || sensitive && sub.Value != false {
			g.problems = append(g.problems, &Problem{Line: m.Line, Column: m.Column,
				Message: `"x-sensitive" needs a property with a name, not ` + m.Name})
		}
	})
}

func (n *Node) isTrue() bool { return n != nil && n.Value == true }

// isSensitive tells whether anything in a schema is marked.
func isSensitive(n *Node) bool {
	if n.Get("x-sensitive").isTrue() {
		return true
	}
	found := false
	for _, m := range n.Members {
		subschemas(m, func(sub *Node) { found = found || isSensitive(sub) })
	}
	return found
}

// property is what the top of a schema says of one name.
type property struct {
	node   *Node                // the first declaration
	checks []*jsonschema.Schema // what a value must meet on its own
	shape  *shape               // how a value is coerced; nil: only trimmed
	null   bool                 // null is a value
}

func (p *property) hold(check *jsonschema.Schema) {
	if check == nil {
		return
	}
	sh := shapeOf(check)
	if p.shape == nil {
		p.shape, p.null = sh, sh.null
	}
	p.null = p.null && sh.null
	p.checks = append(p.checks, check)
}

// names of a map in order, for what must not depend on a map's.
func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
