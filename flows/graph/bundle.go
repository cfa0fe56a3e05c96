package graph

import (
	"slices"
)

// How edges look. Those that look the same, and lead from one node to the same
// other, are drawn as one line with all their labels.
type look int

const (
	lookNext look = iota
	lookOtherwise
	lookLink
	lookAside
	lookMark
)

func lookOf(k EdgeKind) look {
	switch k {
	case ByOtherwise:
		return lookOtherwise
	case ByLink:
		return lookLink
	case ByAside:
		return lookAside
	case ByMark:
		return lookMark
	}
	return lookNext
}

// Bounds of what is written at one line.
const (
	labelChars = 26 // of a line
	labelLines = 3  // of one label
	labelRules = 6  // labels of one line
)

// bundle is one line of the picture, and the edges of the graph that it shows.
type bundle struct {
	from, to int // nodes
	look     look
	edges    []int // of the graph
	labels   [][]string
	path     bool
	counted  bool // taken is written at it
	taken    int  // turns that went along its edges
	main     bool // a rule of next
	back     bool // against the direction of the picture
}

// bundles are the lines of a picture, in the order of the edges.
func bundles(g *Graph) []bundle {
	var all []bundle
	at := map[string]int{}
	for i, n := range g.Nodes {
		at[n.ID] = i
	}
	for i, e := range g.Edges {
		from, known := at[e.From]
		to, also := at[e.To]
		if !known || !also {
			continue // the flow has problems; there is nothing to draw
		}
		like := lookOf(e.Kind)
		j := slices.IndexFunc(all, func(b bundle) bool { return b.from == from && b.to == to && b.look == like })
		if j < 0 {
			j = len(all)
			all = append(all, bundle{from: from, to: to, look: like})
		}
		all[j].edges = append(all[j].edges, i)
		all[j].path = all[j].path || e.Path
		all[j].counted = all[j].counted || g.Counted && e.counts()
		all[j].taken += e.Taken
		all[j].main = all[j].main || e.Kind == ByNext || e.Kind == ByReturn
	}
	for i := range all {
		all[i].labels = labels(g, all[i].edges)
	}
	return all
}

// written reports whether anything is written at a line.
func (b *bundle) written() bool { return len(b.labels) > 0 || b.counted }

// labels are what is written at a line, each once.
func labels(g *Graph, edges []int) [][]string {
	var texts []string
	for _, i := range edges {
		text := g.Edges[i].Label
		if text == "" && len(edges) > 1 {
			text = "next"
		}
		if text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	var all [][]string
	for i, text := range texts {
		if i == labelRules-1 && len(texts) > labelRules {
			return append(all, []string{"and more"})
		}
		all = append(all, wrap(text, labelChars, labelLines))
	}
	return all
}
