package expressions

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// Implied lists the paths that are there, whenever e as a
// condition is yes, or no. It may list too few, never too many.
func (e *Expression) Implied(yes bool) []string {
	paths := implied(e.tree, yes)
	slices.Sort(paths)
	return slices.Compact(paths)
}

func implied(n ast.Node, yes bool) []string {
	switch n := n.(type) {
	case *ast.IdentifierNode, *ast.MemberNode, *ast.ChainNode:
		if yes {
			return present(n)
		}
	case *ast.UnaryNode:
		if n.Operator == "!" || n.Operator == "not" {
			return implied(n.Node, !yes)
		}
	case *ast.CallNode:
		return impliedCall(n, yes)
	case *ast.BinaryNode:
		return impliedBinary(n, yes)
	}
	return nil
}

// present is the path that n is, if it is one.
func present(n ast.Node) []string {
	if path := spell(n, ""); path != "" {
		return []string{path}
	}
	return nil
}

func impliedCall(n *ast.CallNode, yes bool) []string {
	if isTruth(n) {
		return implied(n.Arguments[0], yes)
	}
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok || !yes || callee.Value != "open" {
		return nil
	}
	var paths []string
	for _, a := range n.Arguments {
		paths = append(paths, present(a)...)
	}
	return paths
}

func impliedBinary(n *ast.BinaryNode, yes bool) []string {
	_, absent := n.Right.(*ast.NilNode)
	switch n.Operator {
	case "and", "&&", "or", "||":
		left, right := implied(n.Left, yes), implied(n.Right, yes)
		if both := n.Operator == "and" || n.Operator == "&&"; both == yes {
			return append(left, right...)
		}
		return slices.DeleteFunc(left, func(p string) bool { return !slices.Contains(right, p) })
	case "!=":
		if absent == yes {
			return append(present(n.Left), present(n.Right)...)
		}
	case "==":
		if absent != yes {
			return append(present(n.Left), present(n.Right)...)
		}
	case "<", "<=", ">", ">=", "in", "contains", "startsWith", "endsWith", "matches":
		if yes {
			return append(present(n.Left), present(n.Right)...)
		}
	}
	return nil
}
