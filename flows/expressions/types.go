package expressions

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Kind is a set of kinds of value.
type Kind uint8

// The kinds of value that an expression can meet. Markup is what
// telnyx_secret and telnyx_variable give.
const (
	Nil Kind = 1 << iota
	Bool
	Number
	String
	List
	Map
	Markup

	Any = Nil | Bool | Number | String | List | Map | Markup
)

var kindNames = []struct {
	kind Kind
	name string
}{
	{Bool, "true or false"}, {Number, "a number"}, {String, "text"}, {List, "a list"}, {Map, "a map"},
	{Markup, "what Telnyx puts in"},
}

// String names the kinds for people: "text or a number"; "nothing" for nil
// alone.
func (k Kind) String() string {
	var words []string
	for _, n := range kindNames {
		if k&n.kind != 0 {
			words = append(words, n.name)
		}
	}
	if words == nil {
		return "nothing"
	}
	return strings.Join(words, " or ")
}

// Type is what is known of a value before there is a call. The zero value is a
// value that cannot be.
type Type struct {
	Kinds Kind
	// Values are all that it can be besides nil: text, float64 or bool; nil when
	// they are not listed.
	Values []any
	// Samples are values that it can have, for trying.
	Samples []any
	// Item is what a list holds; nil for anything.
	Item *Type
	// Members are those of a map, Rest what further ones are: nil when there
	// are none.
	Members map[string]Type
	Rest    *Type
	// Path is where a value is read of which nothing is known; "" when
	// something is, or when it is computed.
	Path string
	// Free is text that the caller may choose: nothing bounds it.
	Free bool
	// Never says why a value is always absent.
	Never string
}

// Unknown is the type of a value of which nothing is known, read at a path;
// "" when it is computed.
func Unknown(path string) Type { return Type{Kinds: Any, Path: path} }

// OneOf is the type of a value that is one of those given.
func OneOf(values ...any) Type {
	t := Type{Values: values}
	for _, v := range values {
		t.Kinds |= kindIn(v)
	}
	return t
}

// OfValue is the type of a constant, decoded from JSON.
func OfValue(v any) Type {
	switch v := v.(type) {
	case nil:
		return Type{Kinds: Nil}
	case []any:
		t := Type{Kinds: List, Samples: []any{v}}
		if len(v) > 0 {
			item := OfValue(v[0])
			for _, other := range v[1:] {
				item = Union(item, OfValue(other))
			}
			t.Item = &item
		}
		return t
	case map[string]any:
		t := Type{Kinds: Map, Members: map[string]Type{}, Samples: []any{v}}
		for name, member := range v {
			t.Members[name] = OfValue(member)
		}
		return t
	}
	t := OneOf(v)
	t.Samples = t.Values
	return t
}

func kindIn(v any) Kind {
	switch v := v.(type) {
	case nil:
		return Nil
	case bool:
		return Bool
	case string:
		return String
	case Mustache:
		return Markup
	case map[string]any:
		return Map
	default:
		if _, ok := decimal(v); ok {
			return Number
		}
		return List
	}
}

const (
	valueLimit  = 64 // values that a type lists
	sampleLimit = 6  // samples that a type keeps
	depthLimit  = 6  // of lists and maps in one another
)

// Union is what a value is that is a or b.
func Union(a, b Type) Type { return union(a, b, depthLimit) }

func union(a, b Type, depth int) Type {
	switch {
	case a.Kinds == 0:
		return b
	case b.Kinds == 0:
		return a
	case depth == 0:
		return Unknown("")
	}
	t := Type{Kinds: a.Kinds | b.Kinds, Free: a.Free || b.Free}
	t.Values = unionValues(a, b)
	t.Samples = unionSamples(a.Samples, b.Samples)
	if a.Path == b.Path || b.Kinds == Nil {
		t.Path = a.Path
	} else if a.Kinds == Nil {
		t.Path = b.Path
	}
	if t.Kinds == Nil {
		t.Never = a.Never
	}
	t.Item = unionItems(a, b, depth)
	t.Members, t.Rest = unionMembers(a, b, depth)
	return t
}

func unionValues(a, b Type) []any {
	switch {
	case a.Kinds == Nil:
		return b.Values
	case b.Kinds == Nil:
		return a.Values
	case a.Values == nil || b.Values == nil:
		return nil
	}
	all := slices.Clone(a.Values)
	for _, v := range b.Values {
		if !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	if len(all) > valueLimit {
		return nil
	}
	return all
}

func unionSamples(a, b []any) []any {
	all := slices.Clone(a)
	for _, v := range b {
		same := func(w any) bool { return Format(w) == Format(v) }
		if len(all) < sampleLimit && !slices.ContainsFunc(all, same) {
			all = append(all, v)
		}
	}
	return all
}

func unionItems(a, b Type, depth int) *Type {
	switch {
	case a.Kinds&List == 0 || a.Item == nil && len(a.Samples) > 0: // none, or only an empty list
		return b.Item
	case b.Kinds&List == 0 || b.Item == nil && len(b.Samples) > 0:
		return a.Item
	case a.Item == nil || b.Item == nil:
		return nil
	}
	item := union(*a.Item, *b.Item, depth-1)
	return &item
}

func unionMembers(a, b Type, depth int) (members map[string]Type, rest *Type) {
	switch {
	case a.Kinds&Map == 0:
		return b.Members, b.Rest
	case b.Kinds&Map == 0:
		return a.Members, a.Rest
	case a.Kinds == Any || b.Kinds == Any:
		return nil, &Type{Kinds: Any}
	}
	members = maps.Clone(a.Members)
	if members == nil {
		members = map[string]Type{}
	}
	for name, t := range b.Members {
		if own, ok := members[name]; ok {
			t = union(own, t, depth-1)
		}
		members[name] = t
	}
	return members, unionRest(a.Rest, b.Rest, depth)
}

func unionRest(a, b *Type, depth int) *Type {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	t := union(*a, *b, depth-1)
	return &t
}

// Maybe is t, or nil.
func (t Type) Maybe() Type {
	t.Kinds |= Nil
	return t
}

// solid are the kinds of t besides nil.
func (t Type) solid() Kind { return t.Kinds &^ Nil }

// allows reports whether t can be v.
func (t Type) allows(v any) bool {
	if t.Values == nil {
		return t.Kinds&kindIn(v) != 0
	}
	return slices.ContainsFunc(t.Values, func(w any) bool { return sameConstant(v, w) })
}

func sameConstant(a, b any) bool {
	x, first := decimal(a)
	y, second := decimal(b)
	if first && second {
		return x == y
	}
	return a == b
}

// quote writes a constant as an author would.
func quote(v any) string {
	if s, ok := v.(string); ok {
		return strconv.Quote(s)
	}
	return Format(v)
}

// listed writes what values there are: "a", "b" or "c".
func listed(values []any) string {
	words := make([]string, 0, len(values))
	for _, v := range values {
		words = append(words, quote(v))
	}
	if n := len(words); n > 8 {
		words = append(words[:7], fmt.Sprintf("%d others", n-7))
	}
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
	return strings.Join(words, "")
}
