package schemas

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind says which of the six kinds of JSON value a node is.
type Kind int

// The kinds of JSON value. The zero Kind is Null.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// String is the kind's name in JSON Schema, such as "boolean".
func (k Kind) String() string {
	return [...]string{"null", "boolean", "number", "string", "array", "object"}[k]
}

// Node is a JSON value that keeps its author's order of members and where each value stood.
// Nodes are shared between trees: do not change one after it was read.
type Node struct {
	Kind    Kind
	Members []Member // of an Object
	Items   []*Node  // of an Array
	Value   any      // string, float64 or bool by Kind; nil for Null, Array and Object

	// Line and Column are 1-based, columns counting characters; both 0 for values that no
	// author wrote.
	Line, Column int

	literal string // a number as its author wrote it: 1.50 stays 1.50
}

// Member is one name and value of an object. Line and Column are those of the name.
type Member struct {
	Name         string
	Value        *Node
	Line, Column int
}

// Get is the value of an object's member, nil when n is nil, no object, or has no such member.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	for i := range n.Members {
		if n.Members[i].Name == name {
			return n.Members[i].Value
		}
	}
	return nil
}

// With is an object like n with a member of that name: in its place, or as the last one.
func (n *Node) With(name string, value *Node) *Node {
	out := *n
	out.Members = slices.Clone(n.Members)
	out.set(Member{Name: name, Value: value})
	return &out
}

// Strings calls visit for every string value in author's order, names of members excepted, and
// stops at its first error.
func (n *Node) Strings(visit func(*Node) error) error {
	if n.Kind == String {
		return visit(n)
	}
	for _, item := range n.Items {
		if err := item.Strings(visit); err != nil {
			return err
		}
	}
	for _, m := range n.Members {
		if err := m.Value.Strings(visit); err != nil {
			return err
		}
	}
	return nil
}

// Map returns n with every string value replaced by what fill makes of it, which may be any value
// that JSON can express (see [From]); positions stay. It stops at fill's first error.
func (n *Node) Map(fill func(*Node) (any, error)) (*Node, error) {
	switch n.Kind {
	case String:
		return n.filled(fill)
	case Array:
		out := &Node{Kind: Array, Items: make([]*Node, len(n.Items)), Line: n.Line, Column: n.Column}
		for i, item := range n.Items {
			var err error
			if out.Items[i], err = item.Map(fill); err != nil {
				return nil, err
			}
		}
		return out, nil
	case Object:
		out := &Node{Kind: Object, Members: slices.Clone(n.Members), Line: n.Line, Column: n.Column}
		for i, m := range n.Members {
			var err error
			if out.Members[i].Value, err = m.Value.Map(fill); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return n, nil
}

func (n *Node) filled(fill func(*Node) (any, error)) (*Node, error) {
	v, err := fill(n)
	if err != nil {
		return nil, err
	}
	if v == n.Value {
		return n, nil
	}
	out, err := From(v)
	if err != nil {
		return nil, err
	}
	out.Line, out.Column = n.Line, n.Column
	return out, nil
}

// From makes a node of a Go value: nil, booleans, numbers, strings, slices and maps of these, or
// what else encoding/json can write. The members of maps are sorted by name. The error says that a
// value has no JSON form (NaN, a function), without quoting it.
func From(v any) (*Node, error) {
	switch v := v.(type) {
	case nil:
		return &Node{}, nil
	case bool:
		return &Node{Kind: Bool, Value: v}, nil
	case string:
		return &Node{Kind: String, Value: v}, nil
	case []any:
		return fromSlice(v)
	case map[string]any:
		return fromMap(v)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("schemas: a %T has no JSON form", v)
	}
	out, err := ReadJSON(raw)
	if err != nil {
		return nil, fmt.Errorf("schemas: a %T has no JSON form that can be used", v)
	}
	out.forgetPlaces()
	return out, nil
}

func fromSlice(v []any) (*Node, error) {
	out := &Node{Kind: Array, Items: make([]*Node, len(v))}
	for i, item := range v {
		var err error
		if out.Items[i], err = From(item); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func fromMap(v map[string]any) (*Node, error) {
	out := &Node{Kind: Object, Members: make([]Member, 0, len(v))}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		value, err := From(v[name])
		if err != nil {
			return nil, err
		}
		out.Members = append(out.Members, Member{Name: name, Value: value})
	}
	return out, nil
}

func (n *Node) forgetPlaces() {
	n.Line, n.Column = 0, 0
	for _, item := range n.Items {
		item.forgetPlaces()
	}
	for i := range n.Members {
		n.Members[i].Line, n.Members[i].Column = 0, 0
		n.Members[i].Value.forgetPlaces()
	}
}

// Plain is the value as encoding/json would decode it into an any: float64, []any, map[string]any.
func (n *Node) Plain() any {
	switch n.Kind {
	case Array:
		out := make([]any, len(n.Items))
		for i, item := range n.Items {
			out[i] = item.Plain()
		}
		return out
	case Object:
		out := make(map[string]any, len(n.Members))
		for _, m := range n.Members {
			out[m.Name] = m.Value.Plain()
		}
		return out
	}
	return n.Value
}

// Bytes is the value as compact JSON: members in order, numbers as their author wrote them, no
// HTML escaping. Equal nodes give equal bytes.
func (n *Node) Bytes() []byte { return n.appendTo(nil) }

func (n *Node) appendTo(b []byte) []byte {
	switch n.Kind {
	case Bool:
		return strconv.AppendBool(b, n.Value == true)
	case Number:
		return n.appendNumber(b)
	case String:
		s, _ := n.Value.(string)
		return appendString(b, s)
	case Array:
		b = append(b, '[')
		for i, item := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.appendTo(b)
		}
		return append(b, ']')
	case Object:
		b = append(b, '{')
		for i, m := range n.Members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, m.Name), ':')
			b = m.Value.appendTo(b)
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}

func (n *Node) appendNumber(b []byte) []byte {
	if n.literal != "" {
		return append(b, n.literal...)
	}
	f, _ := n.Value.(float64)
	text, err := json.Marshal(f)
	if err != nil { // NaN and infinities have no JSON form
		return append(b, "null"...)
	}
	return append(b, text...)
}

const hex = "0123456789abcdef"

// appendString quotes s. Only what JSON demands is escaped, and U+2028 and U+2029, which readers
// that take JSON for JavaScript stumble over; broken UTF-8 becomes U+FFFD.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\t':
			b = append(b, '\\', 't')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r < 0x20:
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&0xf])
		case r == '\u2028' || r == '\u2029':
			b = append(b, '\\', 'u', '2', '0', '2', hex[r&0xf])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
