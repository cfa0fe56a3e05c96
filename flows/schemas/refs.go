package schemas

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"texmlsrv/texml"
)

func (c *checker) reference(ref *Node) {
	text, ok := ref.Value.(string)
	switch target := c.resolve(text); {
	case !ok: // the meta-schema says so
	case !strings.HasPrefix(text, "#"):
		c.report(ref, "%q is outside this document: references begin with #", text)
	case target == nil:
		c.report(ref, "%q leads nowhere", text).Suggestion = texml.Nearest(text, c.targets())
	case !c.schemas[target]:
		c.report(ref, "%q is no schema", text)
	}
}

// resolve is the value that a local reference leads to, nil when there is none.
func (c *checker) resolve(ref string) *Node {
	fragment, err := url.PathUnescape(strings.TrimPrefix(ref, "#"))
	if err != nil {
		return nil
	}
	if fragment == "" {
		return c.root
	}
	pointer, ok := strings.CutPrefix(fragment, "/")
	if !ok {
		return c.anchors[fragment]
	}
	n := c.root
	for token := range strings.SplitSeq(pointer, "/") {
		if n = step(n, strings.NewReplacer("~1", "/", "~0", "~").Replace(token)); n == nil {
			return nil
		}
	}
	return n
}

// targets are the references that would lead somewhere, for suggestions.
func (c *checker) targets() []string {
	var refs []string
	for _, keyword := range []string{"$defs", "definitions", "properties"} {
		for _, name := range memberNames(c.root.Get(keyword)) {
			refs = append(refs, "#/"+keyword+"/"+name)
		}
	}
	return refs
}

// step goes from a value into the member or item that token names, nil when there is none.
func step(n *Node, token string) *Node {
	if n.Kind != Array {
		return n.Get(token)
	}
	i, err := strconv.Atoi(token)
	if err != nil || i < 0 || i >= len(n.Items) {
		return nil
	}
	return n.Items[i]
}

// expander copies a checked schema with its references replaced by what they lead to, and without
// what is then of no use: $defs, anchors, $schema, $id.
type expander struct {
	*checker
	open map[*Node]bool // schemas being expanded: meeting one again is recursion
	left int
}

func (e *expander) schema(n *Node) *Node {
	if e.left--; e.left == 0 {
		e.report(n, "references grow this schema beyond %d values", maxNodes)
	}
	if n.Kind != Object || e.left <= 0 {
		return n
	}
	e.open[n] = true
	defer delete(e.open, n)
	out := &Node{Kind: Object, Line: n.Line, Column: n.Column}
	var target *Node
	for _, m := range n.Members {
		switch m.Name {
		case "$defs", "definitions", "$anchor", "$schema", "$id":
		case "$ref":
			target = e.target(m.Value)
		default:
			out.Members = append(out.Members, rewrite(m, e.schema))
		}
	}
	if target == nil {
		return out
	}
	return inline(out, target)
}

func (e *expander) target(ref *Node) *Node {
	text, _ := ref.Value.(string)
	target := e.resolve(text)
	if e.open[target] {
		e.report(ref, "%q refers to itself: a schema that is asked for must end", text)
		return nil
	}
	return e.schema(target)
}

// inline puts a reference's target in its place. Annotations beside the reference win over the
// target's; with keywords beside it that hold values to something, both must hold.
func inline(beside, target *Node) *Node {
	mere := func(m Member) bool { return isAnnotation(m.Name) }
	if len(beside.Members) == 0 {
		return target
	}
	if target.Kind == Object && !slices.ContainsFunc(beside.Members, func(m Member) bool { return !mere(m) }) {
		out := &Node{Kind: Object, Members: slices.Clone(target.Members), Line: beside.Line, Column: beside.Column}
		for _, m := range beside.Members {
			out.set(m)
		}
		return out
	}
	all := &Node{Kind: Array, Items: []*Node{target}, Line: target.Line, Column: target.Column}
	if own := beside.Get("allOf"); own != nil {
		all.Items = append(all.Items, own.Items...)
	}
	beside.set(Member{Name: "allOf", Value: all})
	return beside
}

func (n *Node) set(m Member) {
	at := slices.IndexFunc(n.Members, func(old Member) bool { return old.Name == m.Name })
	if at < 0 {
		n.Members = append(n.Members, m)
		return
	}
	n.Members[at] = m
}

// sendable is an expanded schema without our own keywords.
func sendable(n *Node) *Node {
	if n.Kind != Object {
		return n
	}
	out := &Node{Kind: Object, Line: n.Line, Column: n.Column}
	for _, m := range n.Members {
		if !isExtension(m.Name) {
			out.Members = append(out.Members, rewrite(m, sendable))
		}
	}
	return out
}

// fitsDepth tells whether n nests no deeper than limit.
func (n *Node) fitsDepth(limit int) bool {
	if limit < 0 {
		return false
	}
	for _, item := range n.Items {
		if !item.fitsDepth(limit - 1) {
			return false
		}
	}
	for _, m := range n.Members {
		if !m.Value.fitsDepth(limit - 1) {
			return false
		}
	}
	return true
}
