package expressions

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

var tooManyParts = fmt.Sprintf("the expression has more than %d parts", maxNodes)

// predicates are the functions of expr's own that take a condition or a value
// for each item of a list, and whether it is a condition. Of the others of that
// kind, groupBy depends on the order of a map, findLast leaves its loop's
// values behind for whatever stands next to it (expr 1.17.8), and the rest has
// no use on the phone.
var predicates = map[string]bool{
	"all": true, "any": true, "none": true, "one": true, "filter": true, "find": true,
	"count": true, "map": false, "sum": false,
}

// checking walks the author's tree and refuses what the language does not
// have. It stops at the first mistake.
type checking struct {
	source  string
	options Options
	reads   map[string]bool
	visited int
	err     *Error
}

// place says where a part of the tree stands.
type place struct {
	item  bool // inside what filter() and the like do for each item
	value bool // its value becomes the value of the whole, unchanged
}

// operand is the place of a part whose value is worked on.
func (p place) operand() place { return place{item: p.item} }

// check refuses names, functions and forms outside the language, and lists
// what the expression reads.
func check(n ast.Node, src string, o Options) ([]string, error) {
	c := &checking{source: src, options: o, reads: map[string]bool{}}
	c.node(n, place{value: true})
	if c.err != nil {
		return nil, c.err
	}
	return sorted(c.reads), nil
}

func (c *checking) fail(at ast.Node, suggestion, format string, args ...any) {
	if c.err == nil {
		c.err = &Error{
			Offset:     byteOffset(c.source, at.Location().From),
			Message:    fmt.Sprintf(format, args...),
			Suggestion: suggestion,
		}
	}
}

func (c *checking) nodes(p place, all ...ast.Node) {
	for _, n := range all {
		if n != nil {
			c.node(n, p)
		}
	}
}

// node checks one part and those below it. The parser shares parts of a ?: b
// and a < b < c, so that the count here, and not the parser's, is what bounds
// everything that walks the tree later.
func (c *checking) node(n ast.Node, p place) {
	if c.visited++; c.visited > maxNodes {
		c.fail(n, "", "%s", tooManyParts)
	}
	if c.err != nil {
		return
	}
	switch n := n.(type) {
	case *ast.IdentifierNode:
		c.name(n, nil, n)
	case *ast.MemberNode:
		c.member(n, p)
	case *ast.ChainNode:
		c.node(n.Node, p)
	case *ast.UnaryNode:
		c.node(n.Node, p.operand())
	case *ast.BinaryNode:
		c.binary(n, p)
	case *ast.ConditionalNode:
		c.node(n.Cond, p.operand())
		c.nodes(p, n.Exp1, n.Exp2)
	case *ast.SliceNode:
		c.nodes(p.operand(), n.Node, n.From, n.To)
	case *ast.ArrayNode:
		c.nodes(p.operand(), n.Nodes...)
	case *ast.MapNode:
		c.nodes(p.operand(), n.Pairs...)
	case *ast.PairNode:
		c.nodes(p.operand(), n.Key, n.Value)
	case *ast.CallNode:
		c.call(n, p)
	case *ast.BuiltinNode:
		c.builtin(n, p)
	default:
		c.other(n)
	}
}

// other checks literals, and refuses forms of expr that are not ours.
func (c *checking) other(n ast.Node) {
	switch n.(type) {
	case *ast.VariableDeclaratorNode, *ast.SequenceNode:
		c.fail(n, instead["let"], "an expression is one value, without let and ;")
	case *ast.BytesNode:
		c.fail(n, "", "b'…' is not available")
	}
}

// member checks a.b, a["b"] and a[b].
func (c *checking) member(n *ast.MemberNode, p place) {
	if root, path, first := static(n); root != nil {
		c.visited += len(path)
		c.name(root, path, first)
		return
	}
	c.nodes(p.operand(), n.Node, n.Property)
}

// static takes apart a path that is known in advance: its root, the members
// below it, and the part that names the first of them. The root is nil when n
// is no such path.
func static(n ast.Node) (root *ast.IdentifierNode, path []string, first ast.Node) {
	for {
		switch at := n.(type) {
		case *ast.ChainNode:
			n = at.Node
		case *ast.IdentifierNode:
			slices.Reverse(path)
			return at, path, first
		case *ast.MemberNode:
			name, ok := at.Property.(*ast.StringNode)
			if !ok {
				return nil, nil, nil
			}
			path, first, n = append(path, name.Value), name, at.Node
		default:
			return nil, nil, nil
		}
	}
}

// name checks a path that begins with a name, and notes that it is read.
func (c *checking) name(root *ast.IdentifierNode, path []string, first ast.Node) {
	name := root.Value
	if !known(name, c.options.Locals) {
		c.unknown(root)
		return
	}
	local := slices.Contains(c.options.Locals, name)
	if name == "secrets" && !local && !c.options.Secrets {
		c.fail(root, "", "secrets may be read in the url and headers of a look-up only")
		return
	}
	if closed, ok := members[name]; ok && !local && len(path) > 0 {
		if _, ok := closed[path[0]]; !ok {
			c.fail(first, nearest(path[0], name+".", sorted(closed)),
				"%s has no member %s", name, path[0])
		}
	}
	c.reads[strings.Join(append([]string{name}, path...), ".")] = true
}

func (c *checking) unknown(n *ast.IdentifierNode) {
	suggestion := nearest(n.Value, "", append(slices.Clone(names), c.options.Locals...))
	if own := owner(n.Value); own != "" {
		suggestion = own
	}
	if _, ok := functions[n.Value]; ok && suggestion == "" {
		suggestion = "did you mean " + n.Value + "(…)?"
	}
	if n.Value == "if" {
		suggestion = "write condition ? this : that"
	}
	c.fail(n, suggestion, "there is no name %s", n.Value)
}

func (c *checking) binary(n *ast.BinaryNode, p place) {
	switch n.Operator {
	case "??":
		c.nodes(p, n.Left, n.Right)
		return
	case "..":
		c.fail(n, "", "ranges with .. are not available")
		return
	case "and", "&&", "or", "||":
	default:
		// not binds tighter than comparisons: not a == b would be (not a) == b,
		// which is never meant.
		if not, ok := n.Left.(*ast.UnaryNode); ok && (not.Operator == "not" || not.Operator == "!") {
			c.fail(not, "write not (a "+n.Operator+" b)", "%s applies to the left side of %s only", not.Operator, n.Operator)
			return
		}
	}
	c.nodes(p.operand(), n.Left, n.Right)
}

// call checks a call of one of our functions.
func (c *checking) call(n *ast.CallNode, p place) {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		c.fail(n, "", "only functions can be called")
		return
	}
	f, ok := functions[callee.Value]
	if !ok {
		c.noFunction(n, callee.Value)
		return
	}
	if len(n.Arguments) < f.least || f.most >= 0 && len(n.Arguments) > f.most || callee.Value == "open" && len(n.Arguments) == 2 {
		c.fail(n, "write "+f.usage, "%s is called with %d values", callee.Value, len(n.Arguments))
		return
	}
	if f.named {
		c.named(n, callee.Value, p)
	}
	if callee.Value != "default" {
		p = p.operand()
	}
	c.nodes(p, n.Arguments...)
}

func (c *checking) noFunction(at ast.Node, name string) {
	suggestion := nearest(name, "", append(sorted(functions), sorted(predicates)...))
	if known(name, c.options.Locals) {
		suggestion = name + " is a value: write it without ()"
	}
	c.fail(at, suggestion, "there is no function %s", name)
}

// named checks the functions whose argument must be known when the flow is
// loaded.
func (c *checking) named(n *ast.CallNode, name string, p place) {
	constant, ok := n.Arguments[0].(*ast.StringNode)
	switch {
	case !ok:
		c.fail(start(n.Arguments[0]), "", "%s wants a name in quotes, known in advance", name)
	case name == "step" || name == "aside":
		if c.options.Steps == nil {
			return
		}
		if err := c.options.Steps(constant.Value); err != nil {
			c.fail(constant, "", "%s", err)
		}
	case !p.value:
		c.fail(n, "", "%s stands alone between {{ and }}: its value is not known here", name)
	case !plainName(constant.Value):
		c.fail(constant, "", "a name for %s has letters, digits and _ - . : only", name)
	}
}

// start is the part that n begins with, for paths that are known in advance.
func start(n ast.Node) ast.Node {
	if root, _, _ := static(n); root != nil {
		return root
	}
	return n
}

// builtin checks a call of one of expr's own functions.
func (c *checking) builtin(n *ast.BuiltinNode, p place) {
	if _, ok := predicates[n.Name]; !ok {
		c.noFunction(n, n.Name)
		return
	}
	c.node(n.Arguments[0], p.operand())
	if len(n.Arguments) < 2 {
		return
	}
	if p.item {
		c.fail(n, "", "%s cannot stand inside what another function does for each item", n.Name)
		return
	}
	if each, ok := n.Arguments[1].(*ast.PredicateNode); ok {
		c.node(each.Node, place{item: true})
	}
}
