package graph

import (
	"fmt"
	"strings"
)

// DOT is the graph as text that Graphviz draws.
func (g *Graph) DOT() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %s {\n", dotText(g.Flow))
	fmt.Fprintf(&b, "    graph [label=%s, labelloc=t, fontname=\"Helvetica\"];\n", dotText(printable(g.titled())))
	b.WriteString("    node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", fontname=\"Helvetica\", fontsize=11];\n")
	b.WriteString("    edge [fontname=\"Helvetica\", fontsize=9, color=\"#64748b\"];\n")
	for i := range g.Nodes {
		n := &g.Nodes[i]
		fmt.Fprintf(&b, "    %s [label=%s%s];\n", dotText(n.ID), dotText(n.lines()...), dotNode(n))
	}
	for _, e := range g.Edges {
		if g.index(e.From) < 0 || g.index(e.To) < 0 {
			continue
		}
		fmt.Fprintf(&b, "    %s -> %s%s;\n", dotText(e.From), dotText(e.To), dotEdge(e))
	}
	b.WriteString("}\n")
	return []byte(b.String())
}

// lines are what a node says.
func (n *Node) lines() []string {
	lines := []string{printable(n.Name)}
	if n.Detail != "" && !n.isMark() {
		lines = append(lines, printable(n.Detail))
	}
	if n.Outcome != "" {
		lines = append(lines, "→ "+printable(n.Outcome))
	}
	return lines
}

func dotNode(n *Node) string {
	text := ""
	switch {
	case n.Kind == Decides:
		text = `, shape=hexagon, style=filled`
	case n.Kind == SubFlow:
		text = ", peripheries=2"
	case n.Kind == External:
		text = `, shape=oval, style="filled,dashed"`
	case n.isMark():
		text = `, shape=oval, fillcolor="#e2e8f0"`
	}
	for _, h := range hues {
		if h.kind == n.Kind {
			text += fmt.Sprintf(", fillcolor=%q, color=%q", h.badge[0], h.ink[0])
		}
	}
	if n.Path {
		text += ", penwidth=3"
	}
	return text
}

func dotEdge(e Edge) string {
	var with []string
	if e.Label != "" {
		with = append(with, "label="+dotText(wrap(e.Label, labelChars, labelLines)...))
	}
	switch e.Kind {
	case ByOtherwise:
		with = append(with, "style=dashed")
	case ByAside:
		with = append(with, "style=dotted")
	}
	switch {
	case e.Path:
		with = append(with, `color="#2563eb", penwidth=3`)
	case e.Kind == ByOtherwise:
		with = append(with, `color="#d97706", fontcolor="#92400e"`)
	}
	if len(with) == 0 {
		return ""
	}
	return " [" + strings.Join(with, ", ") + "]"
}

// dotText is text between quotes, a line each.
func dotText(lines ...string) string {
	out := make([]string, len(lines))
	for i, line := range lines {
		line = strings.ReplaceAll(printable(line), `\`, `\\`)
		out[i] = strings.ReplaceAll(line, `"`, `\"`)
	}
	return `"` + strings.Join(out, `\n`) + `"`
}
