package format

import (
	"slices"

	"go.yaml.in/yaml/v4"
)

// shape says in which order the keys of a mapping stand, and what the values
// are. The order of keys that it does not name means something to the author:
// steps, variables, choices.
type shape struct {
	keys   []string
	values map[string]*shape
	each   *shape // every value, or every item of a list
}

var (
	defaultsShape = &shape{keys: []string{"voice", "language", "timezone", "attempts", "otherwise", "history"}}
	ruleShape     = &shape{keys: []string{"when", "after", "set", "forget", "goto"}}
	rulesShape    = &shape{keys: ruleShape.keys, each: ruleShape} // a rule, or a list of them
	lookupShape   = &shape{keys: []string{"method", "url", "headers", "body", "timeout", "into"}}
	stepShape     = &shape{
		keys: []string{
			"document", "lookup", "flow", "choices", "ask", "into", "sensitive", "outcome", "on", "next", "otherwise",
		},
		values: map[string]*shape{
			"lookup": lookupShape, "next": rulesShape, "otherwise": rulesShape, "on": {each: rulesShape},
		},
	}
	flowShape = &shape{
		keys: []string{
			"title", "start", "timezone", "summary", "ended", "degraded", "variables", "defaults", "always", "steps",
		},
		values: map[string]*shape{"defaults": defaultsShape, "always": rulesShape, "steps": {each: stepShape}},
	}
	numberShape = &shape{keys: []string{"flow", "variables", "defaults"}, values: map[string]*shape{"defaults": defaultsShape}}
	appShape    = &shape{keys: []string{"default", "numbers"}, values: map[string]*shape{"numbers": {each: numberShape}}}
)

// shapes are the files whose keys have an order, by base name.
var shapes = map[string]*shape{"flow.yaml": flowShape, "app.yaml": appShape}

// arrange puts keys in their order. What stands above the first key of a file
// is about the file, and stays there. Where there are anchors or merge keys,
// order means something, and is kept.
func arrange(root *yamlNode, s *shape) {
	if s == nil || len(root.entries) == 0 || root.ordered() {
		return
	}
	header := root.entries[0].above
	root.entries[0].above = nil
	s.arrange(root)
	root.entries[0].above = append(header, root.entries[0].above...)
}

// ordered reports whether something below depends on the order of keys.
func (n *yamlNode) ordered() bool {
	return n.from.Anchor != "" || n.from.Tag == "!!merge" || slices.ContainsFunc(n.entries, func(e *yamlEntry) bool {
		return e.key != nil && e.key.ordered() || e.value.ordered()
	})
}

func (s *shape) arrange(n *yamlNode) {
	if n.from.Kind != yaml.MappingNode {
		for _, e := range n.entries {
			if s.each != nil {
				s.each.arrange(e.value)
			}
		}
		return
	}
	slices.SortStableFunc(n.entries, func(a, b *yamlEntry) int { return s.rank(a) - s.rank(b) })
	for _, e := range n.entries {
		if inner := s.of(e); inner != nil {
			inner.arrange(e.value)
		}
	}
}

// of is the shape of a member's value; nil for none.
func (s *shape) of(e *yamlEntry) *shape {
	if inner := s.values[e.key.from.Value]; inner != nil {
		return inner
	}
	if len(s.keys) == 0 {
		return s.each
	}
	return nil
}

// rank is where a key stands; keys that are not known come last.
func (s *shape) rank(e *yamlEntry) int {
	if i := slices.Index(s.keys, e.key.from.Value); i >= 0 {
		return i
	}
	return len(s.keys)
}
