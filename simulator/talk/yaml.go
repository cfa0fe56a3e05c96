package talk

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/schemas"
)

// node is a piece of YAML; the zero node is left out.
type node struct{ *yaml.Node }

func mapping() node { return node{&yaml.Node{Kind: yaml.MappingNode}} }

// put adds a member, unless it is empty.
func (n node) put(name string, v node) {
	if v.Node == nil || v.Kind != yaml.ScalarNode && len(v.Content) == 0 && !v.kept() {
		return
	}
	n.Content = append(n.Content, text(name).Node, v.Node)
}

// kept says that a list or mapping is written although it is empty.
func (n node) kept() bool { return n.Style&yaml.FlowStyle != 0 }

func sequence(items []node) node {
	n := &yaml.Node{Kind: yaml.SequenceNode}
	for _, item := range items {
		n.Content = append(n.Content, item.Node)
	}
	return node{n}
}

// plainText is text that means nothing else to any reader of YAML.
var plainText = regexp.MustCompile(`^[A-Za-z_/][A-Za-z0-9_/ -]*$`)

// special are words that some reader of YAML takes for something else.
var special = []string{"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"}

func text(s string) node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle}
	if plainText.MatchString(s) && !slices.Contains(special, strings.ToLower(s)) && !strings.HasSuffix(s, " ") {
		n.Style = 0
	}
	return node{n}
}

func texts(m map[string]string) node {
	all := mapping()
	for _, name := range slices.Sorted(maps.Keys(m)) {
		all.put(name, text(m[name]))
	}
	return all
}

// value is a JSON value.
func value(v any) node {
	n, err := schemas.From(v)
	if err != nil {
		return node{}
	}
	return ordered(n)
}

// ordered is a JSON value in its order; lists and objects are written on one
// line, also where they are empty.
func ordered(n *schemas.Node) node {
	switch n.Kind {
	case schemas.Object:
		out := mapping()
		out.Style = yaml.FlowStyle
		for _, m := range n.Members {
			out.Content = append(out.Content, text(m.Name).Node, ordered(m.Value).Node)
		}
		return out
	case schemas.Array:
		var items []node
		for _, item := range n.Items {
			items = append(items, ordered(item))
		}
		out := sequence(items)
		out.Style = yaml.FlowStyle
		return out
	case schemas.String:
		s, _ := n.Value.(string)
		return text(s)
	case schemas.Number:
		return node{&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!float", Value: number(n)}}
	case schemas.Bool:
		return node{&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(n.Value == true)}}
	}
	return node{&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}}
}

// number is a number as JSON has it.
func number(n *schemas.Node) string {
	f, _ := n.Value.(float64)
	text, err := json.Marshal(f)
	if err != nil {
		return "0"
	}
	return string(text)
}
