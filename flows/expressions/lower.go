package expressions

import (
	"regexp"

	"github.com/expr-lang/expr/ast"
)

// conditions wraps what is used as a condition, so that nil, "" and empty
// lists are no, for the type check as well as for running. It may meet a part
// twice and then leaves it alone.
type conditions struct{}

// Visit is called for each part of a tree, the lower ones first.
func (conditions) Visit(n *ast.Node) {
	switch n := (*n).(type) {
	case *ast.UnaryNode:
		if n.Operator == "!" || n.Operator == "not" {
			n.Node = condition(n.Node)
		}
	case *ast.BinaryNode:
		if isLogic(n.Operator) {
			n.Left, n.Right = condition(n.Left), condition(n.Right)
		}
	case *ast.ConditionalNode:
		n.Cond = condition(n.Cond)
	case *ast.BuiltinNode:
		if predicates[n.Name] && len(n.Arguments) == 2 {
			if each, ok := n.Arguments[1].(*ast.PredicateNode); ok {
				each.Node = condition(each.Node)
			}
		}
	}
}

func isLogic(operator string) bool {
	return operator == "and" || operator == "&&" || operator == "or" || operator == "||"
}

// condition is n as true or false. What is always one of them stays as it is.
func condition(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.BoolNode:
		return n
	case *ast.UnaryNode:
		if n.Operator == "!" || n.Operator == "not" {
			return n
		}
	case *ast.BinaryNode:
		if _, ok := comparisons[n.Operator]; ok || isLogic(n.Operator) {
			return n
		}
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok && callee.Value == opTruth {
			return n
		}
	}
	return placed(n, &ast.CallNode{Callee: &ast.IdentifierNode{Value: opTruth}, Arguments: []ast.Node{n}})
}

// placed gives made the location of n.
func placed(n, made ast.Node) ast.Node {
	made.SetLocation(n.Location())
	return made
}

// operation is a call of one of our own operations or functions in place of n.
// Its first argument is the run.
func operation(n ast.Node, name string, args ...ast.Node) ast.Node {
	callee := &ast.IdentifierNode{Value: name}
	all := append([]ast.Node{&ast.IdentifierNode{Value: "$env"}}, args...)
	return placed(n, &ast.CallNode{Callee: callee, Arguments: all})
}

// lower builds the tree that runs: every operator, access and function of
// expr's own that would fail on nil becomes an operation of ours. It builds
// anew instead of changing the tree, as the parser shares parts of it.
func lower(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.IdentifierNode, *ast.MemberNode, *ast.ChainNode, *ast.SliceNode:
		return lowerAccess(n)
	case *ast.UnaryNode:
		return lowerUnary(n)
	case *ast.BinaryNode:
		return lowerBinary(n)
	case *ast.ConditionalNode:
		return placed(n, &ast.ConditionalNode{Cond: lower(n.Cond), Exp1: lower(n.Exp1), Exp2: lower(n.Exp2)})
	case *ast.ArrayNode:
		return placed(n, &ast.ArrayNode{Nodes: lowerAll(n.Nodes)})
	case *ast.MapNode:
		return placed(n, &ast.MapNode{Pairs: lowerAll(n.Pairs)})
	case *ast.PairNode:
		return placed(n, &ast.PairNode{Key: operation(n.Key, "string", lower(n.Key)), Value: lower(n.Value)})
	case *ast.CallNode:
		return operation(n, n.Callee.(*ast.IdentifierNode).Value, lowerAll(n.Arguments)...)
	case *ast.BuiltinNode:
		return lowerPredicate(n)
	}
	return n
}

func lowerAll(all []ast.Node) []ast.Node {
	lowered := make([]ast.Node, len(all))
	for i, n := range all {
		lowered[i] = lower(n)
	}
	return lowered
}

func lowerAccess(n ast.Node) ast.Node {
	if root, path, _ := static(n); root != nil {
		whole := append([]string{root.Value}, path...)
		return operation(n, opPath, &ast.ConstantNode{Value: whole})
	}
	switch n := n.(type) {
	case *ast.ChainNode:
		return lower(n.Node)
	case *ast.MemberNode:
		return operation(n, opMember, lower(n.Node), lower(n.Property))
	case *ast.SliceNode:
		return operation(n, opSlice, lower(n.Node), bound(n.From), bound(n.To))
	}
	return n
}

// bound is one end of a slice; nil when it was left out.
func bound(n ast.Node) ast.Node {
	if n == nil {
		return &ast.NilNode{}
	}
	return lower(n)
}

func lowerUnary(n *ast.UnaryNode) ast.Node {
	switch n.Operator {
	case "-":
		return operation(n, opNegate, lower(n.Node))
	case "+":
		return operation(n, opNumber, lower(n.Node))
	}
	return placed(n, &ast.UnaryNode{Operator: n.Operator, Node: lower(n.Node)})
}

func lowerBinary(n *ast.BinaryNode) ast.Node {
	if n.Operator == "??" || isLogic(n.Operator) {
		return placed(n, &ast.BinaryNode{Operator: n.Operator, Left: lower(n.Left), Right: lower(n.Right)})
	}
	left, right := lower(n.Left), lower(n.Right)
	if tested := absence(n, left, right); tested != nil {
		return tested
	}
	if pattern, ok := n.Right.(*ast.StringNode); ok && n.Operator == "matches" {
		// The type check has compiled it before, so it does compile.
		if compiled, err := regexp.Compile(pattern.Value); err == nil {
			right = &ast.ConstantNode{Value: compiled}
		}
	}
	return operation(n, n.Operator, left, right)
}

// absence is the test for nil that x == nil and x != nil are; nil for any
// other comparison.
func absence(n *ast.BinaryNode, left, right ast.Node) ast.Node {
	name := map[string]string{"==": opAbsent, "!=": opPresent}[n.Operator]
	if name == "" {
		return nil
	}
	if _, ok := n.Right.(*ast.NilNode); ok {
		return operation(n, name, left)
	}
	if _, ok := n.Left.(*ast.NilNode); ok {
		return operation(n, name, right)
	}
	return nil
}

// lowerPredicate keeps expr's loops, over a list that is never nil; sums and
// counts without a condition are ours.
func lowerPredicate(n *ast.BuiltinNode) ast.Node {
	list := operation(n, opList, lower(n.Arguments[0]))
	if len(n.Arguments) == 1 {
		return operation(n, map[string]string{"sum": opSum, "count": opCount}[n.Name], list)
	}
	each := n.Arguments[1].(*ast.PredicateNode)
	body := placed(each, &ast.PredicateNode{Node: lower(each.Node)})
	if n.Name == "sum" {
		mapped := placed(n, &ast.BuiltinNode{Name: "map", Arguments: []ast.Node{list, body}})
		return operation(n, opSum, mapped)
	}
	return placed(n, &ast.BuiltinNode{Name: n.Name, Arguments: []ast.Node{list, body}})
}
