package expressions

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// Reason says what kind of mistake a finding is.
type Reason int

// The mistakes that types show.
const (
	NoMember     Reason = iota + 1 // a name that nothing has
	Elsewhere                      // a name that is there, but never when this is read
	WrongKind                      // a value of a kind that the operation cannot work on
	NeverEqual                     // a comparison with a value that cannot be
	Absent                         // a value that is never there
	MayWrongKind                   // a value of several kinds, of which the operation cannot work on one
)

// Finding is something in an expression that cannot do what was meant.
type Finding struct {
	Reason     Reason
	Offset     int // bytes from the start of the expression
	Message    string
	Suggestion string // what was probably meant; empty when nothing is near
}

// Types are what is known of what an expression reads.
type Types struct {
	// Names holds the type of each name; one that is missing is unknown.
	Names map[string]Type
	// Missing says what is wrong with a path whose last name the map before it
	// does not have; nil, and nil as its answer, take the ordinary words.
	Missing func(path []string) *Finding
}

// Link is a step("name") or aside("name") in an expression.
type Link struct {
	Kind   string // "step" or "aside"
	Name   string
	Offset int // of the call, in bytes from the start of the expression
}

// Inference is what types say of an expression.
type Inference struct {
	Type     Type // of its value
	Findings []Finding
	Links    []Link
	// Wants tells of values of which nothing is known, by path, the kinds they
	// are used as; 0 where any would do. The path of an item ends in [].
	Wants map[string]Kind
	// Compared tells the constants that each path is compared with, in the order
	// of the expression.
	Compared map[string][]any
}

// Infer finds out what the value of e is, and what in e cannot be meant.
func (e *Expression) Infer(t Types) *Inference {
	c := &inferring{
		source: e.source, types: t, seen: map[Finding]bool{},
		out: &Inference{Wants: map[string]Kind{}, Compared: map[string][]any{}},
	}
	c.out.Type = c.node(e.tree)
	c.doubts()
	slices.SortStableFunc(c.out.Findings, func(a, b Finding) int { return a.Offset - b.Offset })
	return c.out
}

// inferring goes through a tree, the lower parts first.
type inferring struct {
	source string
	types  Types
	out    *Inference
	items  []Type // of the lists that predicates go over, the innermost last
	seen   map[Finding]bool
	doubt  []doubt
}

func (c *inferring) offset(n ast.Node) int {
	if begin := leftmost(n); begin != nil {
		n = begin
	}
	return byteOffset(c.source, n.Location().From)
}

// leftmost is the part that n begins with.
func leftmost(n ast.Node) ast.Node {
	for {
		switch at := n.(type) {
		case *ast.MemberNode:
			n = at.Node
		case *ast.ChainNode:
			n = at.Node
		case *ast.SliceNode:
			n = at.Node
		case *ast.BinaryNode:
			n = at.Left
		case *ast.ConditionalNode:
			n = at.Cond
		case *ast.CallNode:
			if isTruth(at) {
				n = at.Arguments[0]
				continue
			}
			return at
		default:
			return n
		}
	}
}

func isTruth(n *ast.CallNode) bool {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	return ok && callee.Value == opTruth
}

func (c *inferring) find(reason Reason, at int, suggestion, format string, args ...any) {
	c.note(Finding{reason, at, fmt.Sprintf(format, args...), suggestion})
}

// note keeps a finding; the parser shares parts, which are then met twice.
func (c *inferring) note(f Finding) {
	if !c.seen[f] {
		c.seen[f] = true
		c.out.Findings = append(c.out.Findings, f)
	}
}

// node is the type of a part.
func (c *inferring) node(n ast.Node) Type {
	switch n := n.(type) {
	case *ast.IdentifierNode, *ast.MemberNode, *ast.ChainNode, *ast.SliceNode, *ast.PointerNode:
		return c.access(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		c.node(n.Cond)
		return Union(c.node(n.Exp1), c.node(n.Exp2))
	case *ast.ArrayNode:
		return c.list(n)
	case *ast.MapNode:
		return c.object(n)
	case *ast.CallNode:
		return c.call(n)
	case *ast.BuiltinNode:
		return c.predicate(n)
	}
	if v, ok := constantOf(n); ok {
		return OfValue(v)
	}
	return Unknown("")
}

// constantOf is the value of a literal.
func constantOf(n ast.Node) (any, bool) {
	switch n := n.(type) {
	case *ast.NilNode:
		return nil, true
	case *ast.IntegerNode:
		return float64(n.Value), true
	case *ast.FloatNode:
		return n.Value, true
	case *ast.BoolNode:
		return n.Value, true
	case *ast.StringNode:
		return n.Value, true
	case *ast.UnaryNode:
		if v, ok := constantOf(n.Node); ok && n.Operator == "-" {
			f, isNumber := v.(float64)
			return -f, isNumber
		}
	}
	return nil, false
}

// constantsOf are the values of a list of literals.
func constantsOf(n ast.Node) ([]any, bool) {
	array, ok := n.(*ast.ArrayNode)
	if !ok {
		return nil, false
	}
	values := make([]any, len(array.Nodes))
	for i, item := range array.Nodes {
		if values[i], ok = constantOf(item); !ok {
			return nil, false
		}
	}
	return values, true
}

func (c *inferring) list(n *ast.ArrayNode) Type {
	t := Type{Kinds: List}
	for _, item := range n.Nodes {
		of := c.node(item)
		if t.Item != nil {
			of = Union(*t.Item, of)
		}
		t.Item = &of
	}
	if values, ok := constantsOf(n); ok {
		t.Samples = []any{values}
	}
	return t
}

func (c *inferring) object(n *ast.MapNode) Type {
	t := Type{Kinds: Map, Members: map[string]Type{}}
	for _, p := range n.Pairs {
		pair, ok := p.(*ast.PairNode)
		if !ok {
			continue
		}
		value := c.node(pair.Value)
		if key, ok := pair.Key.(*ast.StringNode); ok {
			t.Members[key.Value] = value
			continue
		}
		c.node(pair.Key)
		t.Rest = &Type{Kinds: Any}
	}
	return t
}

// access is the type of a.b, a["b"], a[b], a[b:c] and names.
func (c *inferring) access(n ast.Node) Type {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return c.name(n.Value)
	case *ast.ChainNode:
		return c.node(n.Node)
	case *ast.PointerNode:
		return c.pointer(n)
	case *ast.SliceNode:
		t := c.node(n.Node)
		for _, end := range []ast.Node{n.From, n.To} {
			if end != nil {
				c.want(c.node(end), Number, end, "a place in a list")
			}
		}
		c.want(t, String|List, n.Node, "what [ : ] takes a part of")
		t.Values, t.Samples = nil, nil
		return t
	case *ast.MemberNode:
		if key, ok := n.Property.(*ast.StringNode); ok {
			return c.member(c.node(n.Node), key, n.Node)
		}
		return c.index(n)
	}
	return Unknown("")
}

func (c *inferring) name(name string) Type {
	if t, ok := c.types.Names[name]; ok {
		return t
	}
	return Unknown("")
}

func (c *inferring) pointer(n *ast.PointerNode) Type {
	if n.Name != "" || len(c.items) == 0 {
		return Type{Kinds: Number}
	}
	return c.items[len(c.items)-1]
}

// member is the type of t.key.
func (c *inferring) member(t Type, key *ast.StringNode, of ast.Node) Type {
	switch {
	case t.Kinds == Any:
		c.uses(t, Map)
		found := Unknown(below(t.Path, "."+key.Value))
		c.uses(found, 0)
		return found
	case t.solid() == 0:
		return t
	case t.solid()&Map == 0:
		c.find(WrongKind, c.at(key), "", "%s is %s and has no %s", spell(of, "this"), t.solid(), key.Value)
		return Unknown("")
	}
	found, ok := t.Members[key.Value]
	switch {
	case ok && found.Kinds == Nil && found.Never != "":
		c.find(Absent, c.at(key), "", "%s.%s is never there: %s", spell(of, "this"), key.Value, found.Never)
	case ok:
	case t.Rest != nil:
		found = *t.Rest
		if found.Kinds == Any {
			found.Path = below(spell(of, ""), "."+key.Value)
		}
		return found.Maybe()
	default:
		c.missing(t, key, of)
		return Unknown("")
	}
	if t.Kinds&Nil != 0 {
		return found.Maybe()
	}
	return found
}

func (c *inferring) at(n ast.Node) int { return byteOffset(c.source, n.Location().From) }

// below is a path below another; "" when that is not known.
func below(path, step string) string {
	if path == "" {
		return ""
	}
	return path + step
}

func (c *inferring) missing(t Type, key *ast.StringNode, of ast.Node) {
	path, known := pathOf(of)
	if known && c.types.Missing != nil {
		if f := c.types.Missing(append(path, key.Value)); f != nil {
			f.Offset = c.at(key)
			c.note(*f)
			return
		}
	}
	whole := spell(of, "this")
	c.find(NoMember, c.at(key), Nearest(key.Value, spell(of, ""), slices.Sorted(maps.Keys(t.Members))),
		"%s has no member %s", whole, key.Value)
}

// Nearest suggests the member of a path that a mistyped one was probably meant
// to be: "did you mean gathered.size?", or "" when none is near.
func Nearest(name, path string, members []string) string {
	if path != "" {
		path += "."
	}
	return nearest(name, path, members)
}

// pathOf are the names of a path that is known in advance.
func pathOf(n ast.Node) ([]string, bool) {
	root, path, _ := static(n)
	if root == nil {
		return nil, false
	}
	return append([]string{root.Value}, path...), true
}

// spell is a path as its author writes it; otherwise when n is none.
func spell(n ast.Node, otherwise string) string {
	path, ok := pathOf(n)
	if !ok {
		return otherwise
	}
	return strings.Join(path, ".")
}

// index is the type of a[b] where b is not known in advance.
func (c *inferring) index(n *ast.MemberNode) Type {
	t, by := c.node(n.Node), c.node(n.Property)
	switch {
	case t.Kinds == Any:
		if by.solid() == Number {
			c.uses(t, List)
			return Unknown(below(t.Path, "[]"))
		}
		return Unknown("")
	case t.solid()&(List|String|Map) == 0 && t.solid() != 0:
		c.find(WrongKind, c.offset(n), "", "%s is %s and has no members", spell(n.Node, "this"), t.solid())
		return Unknown("")
	case by.solid() == String && t.solid()&Map == 0 && t.solid() != 0:
		c.find(WrongKind, c.offset(n.Property), "", "%s is %s: its members have numbers, not names", spell(n.Node, "this"), t.solid())
		return Unknown("")
	case t.solid() == List && t.Item != nil:
		return t.Item.Maybe()
	case t.solid() == Map && t.Rest == nil:
		var all Type
		for _, name := range slices.Sorted(maps.Keys(t.Members)) {
			all = Union(all, t.Members[name])
		}
		return all.Maybe()
	}
	return Unknown("")
}

// uses notes that a value of which nothing is known is used as one of kinds.
func (c *inferring) uses(t Type, kinds Kind) {
	if t.Kinds == Any && t.Path != "" {
		c.out.Wants[t.Path] |= kinds
	}
}

// want says so when a value cannot be of the kinds that its use needs.
func (c *inferring) want(t Type, kinds Kind, n ast.Node, what string) {
	c.uses(t, kinds)
	if t.solid() != 0 && t.solid()&kinds == 0 {
		c.find(WrongKind, c.offset(n), "", "%s is %s, not %s", spell(n, what), t.solid(), kinds)
		return
	}
	c.mayBe(t, kinds, n)
}
