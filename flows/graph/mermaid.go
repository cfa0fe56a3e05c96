package graph

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Mermaid is the graph as text that Mermaid draws, as Markdown viewers do.
func (g *Graph) Mermaid() []byte {
	var b strings.Builder
	if title := printable(g.Title); title != "" {
		fmt.Fprintf(&b, "---\ntitle: %s\n---\n", strconv.QuoteToGraphic(title))
	}
	b.WriteString("flowchart TD\n")
	names := map[string]string{}
	for i, n := range g.Nodes {
		names[n.ID] = fmt.Sprintf("n%d", i)
		left, right := mermaidShape(n.Kind)
		fmt.Fprintf(&b, "    %s%s\"%s\"%s:::%s\n", names[n.ID], left, mermaidLabel(&n), right, mermaidClass(&n))
	}
	var dashed []string
	drawn := 0
	for _, e := range g.Edges {
		if names[e.From] == "" || names[e.To] == "" {
			continue
		}
		arrow := "-->"
		if e.Kind == ByOtherwise || e.Kind == ByAside {
			arrow = "-.->"
		}
		if e.Path {
			arrow = "==>"
		}
		if e.Kind == ByOtherwise {
			dashed = append(dashed, strconv.Itoa(drawn))
		}
		label := ""
		if e.Label != "" {
			label = `|"` + mermaidText(clip(printable(e.Label), labelChars*labelLines)) + `"|`
		}
		fmt.Fprintf(&b, "    %s %s%s %s\n", names[e.From], arrow, label, names[e.To])
		drawn++
	}
	for _, h := range hues {
		fmt.Fprintf(&b, "    classDef %s fill:%s,stroke:%s,color:#0f172a\n", mermaidKind(h.kind), h.badge[0], h.ink[0])
	}
	b.WriteString("    classDef mark fill:#334155,stroke:#334155,color:#ffffff\n")
	b.WriteString("    classDef path fill:#eff6ff,stroke:#2563eb,stroke-width:3px,color:#0f172a\n")
	if len(dashed) > 0 {
		fmt.Fprintf(&b, "    linkStyle %s stroke:#d97706\n", strings.Join(dashed, ","))
	}
	return []byte(b.String())
}

// mermaidShape is what stands round a label.
func mermaidShape(k Kind) (left, right string) {
	switch k {
	case Decides:
		return "{{", "}}"
	case SubFlow:
		return "[[", "]]"
	case Start, Over, Anywhere, Fallback, External:
		return "([", "])"
	}
	return "[", "]"
}

func mermaidKind(k Kind) string { return "k-" + string(k) }

func mermaidClass(n *Node) string {
	switch {
	case n.Path:
		return "path"
	case n.isMark():
		return "mark"
	}
	return mermaidKind(n.Kind)
}

// mermaidLabel is what a node says, a line each.
func mermaidLabel(n *Node) string {
	lines := []string{mermaidText(printable(n.Name))}
	if n.Detail != "" && !n.isMark() {
		lines = append(lines, mermaidText(printable(n.Detail)))
	}
	if n.Outcome != "" {
		lines = append(lines, mermaidText("→ "+printable(n.Outcome)))
	}
	return strings.Join(lines, "<br/>")
}

var listItem = regexp.MustCompile(`^(?:[0-9]+[.)]|[-+]) `)

// mermaidText is text between quotes. Letters that mean something to Mermaid, to
// Markdown or to HTML are written by their number.
func mermaidText(text string) string {
	bullet := -1 // in Markdown, 1. or - at the beginning is a list
	if m := listItem.FindStringIndex(text); m != nil {
		bullet = m[1] - 2
	}
	var b strings.Builder
	for i, r := range text {
		if i == bullet || strings.ContainsRune("\"#&<>`;\\*_{}|", r) {
			fmt.Fprintf(&b, "#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
