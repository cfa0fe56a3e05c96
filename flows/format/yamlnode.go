package format

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// yamlNode is a value with the pieces of source that it is written with.
type yamlNode struct {
	from  *yaml.Node // what the library read here
	props string     // anchor and tag
	text  string     // of a scalar or alias, as it is written; of a block scalar the header alone

	block   []string // lines of a block scalar, without their indentation
	deeper  int      // indentation that a block scalar's header asks for; 0 when it does not
	flow    bool     // a collection in brackets or braces
	pair    bool     // the one member of a list in brackets that is written without braces: [a: b]
	entries []*yamlEntry

	above []string // comments between the key and the value that it has on another line
	lead  string   // comment behind the key or the dash, before the value begins
	foot  []string // comments below the last entry
}

// yamlEntry is a member of a mapping, or an item of a list.
type yamlEntry struct {
	above  []string  // comments before it; "" is an empty line
	key    *yamlNode // nil in a list
	value  *yamlNode
	beside string   // comment behind the value
	foot   []string // comments below the key of an empty value
}

func (n *yamlNode) collection() bool {
	return n.from.Kind == yaml.MappingNode || n.from.Kind == yaml.SequenceNode
}

// empty reports whether nothing is written for the value, properties aside.
func (n *yamlNode) empty() bool { return !n.collection() && n.text == "" }

// multiline reports whether a scalar goes over several lines.
func (n *yamlNode) multiline() bool {
	return n.isBlock() || strings.Contains(n.text, "\n")
}

func (n *yamlNode) isBlock() bool {
	return n.from.Kind == yaml.ScalarNode && n.from.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

// same reports whether the library reads the node's value in another tree.
func (n *yamlNode) same(o *yaml.Node) bool {
	f := n.from
	if f.Kind != o.Kind || f.Tag != o.Tag || f.Value != o.Value || f.Anchor != o.Anchor {
		return false
	}
	i := 0
	for _, e := range n.entries {
		for _, part := range []*yamlNode{e.key, e.value} {
			if part == nil {
				continue
			}
			if i >= len(o.Content) || !part.same(o.Content[i]) {
				return false
			}
			i++
		}
	}
	return i == len(o.Content)
}
