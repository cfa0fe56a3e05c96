package expressions

import (
	"slices"
	"strconv"

	"github.com/expr-lang/expr/ast"

	"texmlsrv/texml"
)

func (c *inferring) unary(n *ast.UnaryNode) Type {
	t := c.node(n.Node)
	if n.Operator == "!" || n.Operator == "not" {
		return Type{Kinds: Bool}
	}
	if v, ok := constantOf(n); ok {
		return OfValue(v)
	}
	c.want(t, Number, n.Node, "this")
	return Type{Kinds: Number | t.Kinds&Nil}
}

func (c *inferring) binary(n *ast.BinaryNode) Type {
	left, right := c.node(n.Left), c.node(n.Right)
	switch n.Operator {
	case "and", "&&", "or", "||":
	case "??":
		left.Kinds &^= Nil
		return Union(left, right)
	case "==", "!=":
		c.equality(n, left, right)
	case "<", "<=", ">", ">=":
		c.order(n, left, right)
	case "in":
		c.within(n, left, right)
	case "contains", "startsWith", "endsWith", "matches":
		c.want(left, String, n.Left, "what stands before "+n.Operator)
		c.want(right, String, n.Right, "what stands after "+n.Operator)
		c.compares(n.Left, n.Right)
	case "+":
		return c.plus(n, left, right)
	default:
		c.want(left, Number, n.Left, "what is calculated with")
		c.want(right, Number, n.Right, "what is calculated with")
		return Type{Kinds: Number | (left.Kinds|right.Kinds)&Nil}
	}
	return Type{Kinds: Bool}
}

// compares notes the constant that a path is compared with.
func (c *inferring) compares(a, b ast.Node) {
	for _, side := range [][2]ast.Node{{a, b}, {b, a}} {
		path := spell(side[0], "")
		if path == "" {
			continue
		}
		values, ok := constantsOf(side[1])
		if v, is := constantOf(side[1]); is {
			values, ok = []any{v}, true
		}
		for _, v := range values {
			if ok && v != nil && !slices.Contains(c.out.Compared[path], v) {
				c.out.Compared[path] = append(c.out.Compared[path], v)
			}
		}
	}
}

// equality checks a == b and a != b.
func (c *inferring) equality(n *ast.BinaryNode, left, right Type) {
	c.compares(n.Left, n.Right)
	if left.solid() == 0 || right.solid() == 0 {
		return
	}
	c.uses(left, right.solid())
	c.uses(right, left.solid())
	if left.solid()&right.solid() == 0 {
		c.unlike(n, left, right)
		return
	}
	c.values(n.Left, n.Right, left, right)
}

// unlike says that two values are of kinds that are never equal.
func (c *inferring) unlike(n *ast.BinaryNode, left, right Type) {
	value, constant, other := n.Left, n.Right, left
	if _, ok := constantOf(value); ok {
		value, constant, other = n.Right, n.Left, right
	}
	v, ok := constantOf(constant)
	if !ok {
		c.find(WrongKind, c.offset(n.Right), "", "%s is %s and is compared with %s", spell(n.Left, "the left side"), left.solid(), right.solid())
		return
	}
	suggestion := ""
	if s, is := v.(string); is && other.Kinds&Number != 0 {
		if _, err := strconv.ParseFloat(s, 64); err == nil {
			suggestion = "write " + s + " without quotes"
		}
	} else if _, is := v.(float64); is && other.Kinds&String != 0 {
		suggestion = "write " + strconv.Quote(Format(v)) + " in quotes"
	}
	c.find(WrongKind, c.offset(constant), suggestion, "%s is %s and is compared with %s", spell(value, "this"), other.solid(), kind(v))
}

// values says so when two values of which all that they can be is known have
// none in common.
func (c *inferring) values(a, b ast.Node, left, right Type) {
	if left.Values == nil || right.Values == nil || slices.ContainsFunc(right.Values, left.allows) {
		return
	}
	value, constant, known := a, b, left
	if _, ok := constantOf(value); ok {
		value, constant, known = b, a, right
	}
	v, ok := constantOf(constant)
	if !ok {
		c.find(NeverEqual, c.offset(b), "", "%s is %s, and never %s", spell(a, "the left side"), listed(left.Values), listed(right.Values))
		return
	}
	c.never(constant, v, spell(value, "this"), known.Values)
}

// never says that a value is never the constant it is compared with.
func (c *inferring) never(at ast.Node, v any, value string, known []any) {
	suggestion := ""
	if s, ok := v.(string); ok {
		suggestion = nearestValue(s, known)
	}
	c.find(NeverEqual, c.offset(at), suggestion, "%s is never %s: it is %s", value, quote(v), listed(known))
}

// nearestValue suggests the value that was probably meant.
func nearestValue(word string, known []any) string {
	words := make([]string, 0, len(known))
	for _, v := range known {
		if s, ok := v.(string); ok {
			words = append(words, s)
		}
	}
	best := texml.Nearest(word, words)
	if best == "" {
		return ""
	}
	return "did you mean " + strconv.Quote(best) + "?"
}

// order checks a < b and its like.
func (c *inferring) order(n *ast.BinaryNode, left, right Type) {
	c.compares(n.Left, n.Right)
	c.uses(left, right.solid()&(Number|String))
	c.uses(right, left.solid()&(Number|String))
	l, r := left.solid(), right.solid()
	switch {
	case l == 0 || r == 0:
	case l&(Number|String) == 0:
		c.want(left, Number|String, n.Left, "what is compared")
	case r&(Number|String) == 0:
		c.want(right, Number|String, n.Right, "what is compared")
	case l&r == 0:
		c.unlike(n, left, right)
	default:
		c.mayBe(left, r&(Number|String), n.Left)
		c.mayBe(right, l&(Number|String), n.Right)
	}
}

// within checks a in b.
func (c *inferring) within(n *ast.BinaryNode, left, right Type) {
	c.compares(n.Left, n.Right)
	switch {
	case right.Kinds == Any:
		c.uses(right, List)
		return
	case right.solid() == 0 || left.solid() == 0:
		return
	case right.solid()&(List|Map) == 0:
		suggestion := ""
		if right.solid() == String {
			suggestion = "write " + spell(n.Right, "text") + " contains …"
		}
		c.find(WrongKind, c.offset(n.Right), suggestion, "in wants a list or a map on its right, not %s", right.solid())
		return
	}
	if array, ok := n.Right.(*ast.ArrayNode); ok {
		for _, item := range array.Nodes {
			c.itemOf(n, left, item)
		}
		return
	}
	if right.solid() != List || right.Item == nil || right.Item.solid() == 0 {
		return
	}
	if left.solid()&right.Item.solid() == 0 {
		c.find(WrongKind, c.offset(n.Left), "", "%s is %s, but the list holds %s", spell(n.Left, "this"), left.solid(), right.Item.solid())
		return
	}
	v, ok := constantOf(n.Left)
	if ok && right.Item.Values != nil && !right.Item.allows(v) {
		suggestion := ""
		if s, is := v.(string); is {
			suggestion = nearestValue(s, right.Item.Values)
		}
		c.find(NeverEqual, c.offset(n.Left), suggestion, "%s never holds %s, only %s", spell(n.Right, "the list"), quote(v), listed(right.Item.Values))
	}
}

// itemOf checks one item of a list that a value is looked for in.
func (c *inferring) itemOf(n *ast.BinaryNode, left Type, item ast.Node) {
	v, ok := constantOf(item)
	if !ok || v == nil {
		return
	}
	switch {
	case left.solid()&kindIn(v) == 0:
		c.find(WrongKind, c.offset(item), "", "%s is %s and is compared with %s", spell(n.Left, "this"), left.solid(), kind(v))
	case left.Values != nil && !left.allows(v):
		c.never(item, v, spell(n.Left, "this"), left.Values)
	}
}

// plus is the type of a + b: a sum, or joined text.
func (c *inferring) plus(n *ast.BinaryNode, left, right Type) Type {
	c.want(left, Number|String, n.Left, "what is added")
	c.want(right, Number|String, n.Right, "what is added")
	l, r := left.solid()&(Number|String), right.solid()&(Number|String)
	if left.Kinds != Any && right.Kinds != Any && l != 0 && r != 0 && l&r == 0 {
		c.find(WrongKind, c.offset(n.Right), "write string(…) around the number, or put each between {{ and }}",
			"%s and %s cannot be added", left.solid(), right.solid())
		return Unknown("")
	}
	c.uses(left, r)
	c.uses(right, l)
	switch {
	case left.Kinds == Any && right.Kinds == Any:
		return Type{Kinds: Any, Free: left.Free || right.Free}
	case left.Kinds == Any:
		l = r
	case right.Kinds == Any:
		r = l
	default:
		c.mayBe(left, r, n.Left)
		c.mayBe(right, l, n.Right)
	}
	t := Type{Kinds: (l | r) | (left.Kinds|right.Kinds)&Nil, Free: left.Free || right.Free}
	if l == String || r == String {
		t.Kinds = String
	}
	return t
}
