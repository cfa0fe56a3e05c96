package graph

import (
	"fmt"
	"slices"
	"strings"
)

// scene is a picture as things to draw, from the back to the front.
type scene struct {
	width, height int
	groups        []group
}

// group is what belongs to one line or node.
type group struct {
	id, class string
	title     string      // what is shown when somebody points at it
	data      [][2]string // attributes for scripts, without data-
	items     []item
}

// item is an outline or a line of text.
type item struct {
	style  string
	path   path
	text   string
	at     point // of text: on its base line
	middle bool  // of text: at is its middle, not where it begins
}

// newScene lays a graph out and draws it.
func newScene(g *Graph) *scene {
	s := newSheet(g)
	c := &scene{width: s.width, height: s.height}
	c.groups = append(c.groups, s.head())
	for i, l := range s.parts {
		x, y := float64(s.offsets[i][0]), float64(s.offsets[i][1])
		for _, b := range l.bundles {
			c.groups = append(c.groups, s.line(b, l.routes[b], x, y)...)
		}
	}
	for i, l := range s.parts {
		x, y := s.offsets[i][0], s.offsets[i][1]
		for _, node := range l.nodes {
			v := l.vertices[l.of[node]]
			card := s.cards[node]
			left, top := float64(x+v.x)-float64(card.width)/2, float64(y+v.y)-float64(card.height)/2
			c.groups = append(c.groups, s.node(node, left, top))
			c.groups = append(c.groups, s.figures(node, left, top)...)
			if card.loop >= 0 {
				c.groups = append(c.groups, s.loop(card.loop, float64(x+v.x), float64(y+v.y))...)
			}
		}
	}
	return c
}

func (g *group) outline(style string, p path) { g.items = append(g.items, item{style: style, path: p}) }

func (g *group) write(style, text string, x, y float64, middle bool) {
	g.items = append(g.items, item{style: style, text: text, at: point{x, y}, middle: middle})
}

// head is the heading.
func (s *sheet) head() group {
	g := group{class: "head"}
	heading := s.heading()
	g.write("title", heading, margin, margin+12, false)
	if heading != s.graph.Flow {
		g.write("subtitle", s.graph.Flow, margin+1.1*float64(s.ruler.width(heading, titleSize, true))+6, margin+12, false)
	}
	return g
}

// node draws a node; x and y are the corner of its card.
func (s *sheet) node(i int, x, y float64) group {
	n, c := &s.graph.Nodes[i], s.cards[i]
	g := group{id: n.ID, class: "node " + string(n.Kind), title: n.told(), data: [][2]string{{"kind", string(n.Kind)}}}
	if n.Step != "" {
		g.data = append(g.data, [2]string{"step", n.Step})
	}
	if n.Flow != "" {
		g.data = append(g.data, [2]string{"flow", n.Flow})
	}
	w, h := float64(c.width), float64(c.height)
	if n.isMark() {
		s.pill(&g, n, c, x, y)
		return g
	}
	s.frame(&g, n, x, y, w, h)
	s.badge(&g, n, x+padding, y+h/2-iconSize/2)
	s.words(&g, c, x+padding+iconRoom, y)
	if n.Ends {
		s.finish(&g, x+w-padding-6, y+h/2)
	}
	return g
}

// told is what a node is, in words.
func (n *Node) told() string {
	words := []string{n.Name}
	if n.Detail != "" {
		words = append(words, n.Detail)
	}
	if n.Outcome != "" {
		words = append(words, "outcome: "+n.Outcome)
	}
	if n.Ends {
		words = append(words, "the flow ends here")
	}
	if n.Kind == Anywhere {
		words = append(words, fmt.Sprintf("tried at each of %d steps", n.Of))
	}
	if n.Waiting > 0 {
		words = append(words, times(n.Waiting, "call")+" here now")
	}
	if a := n.Asking; a != nil && a.Asked > 0 {
		words = append(words, fmt.Sprintf("asked %d times, of these answered %d, asked again %d, given up %d, hung up %d", a.Asked, a.Answered, a.Again, a.GaveUp, a.Dropped))
	}
	return printable(strings.Join(words, "; "))
}

func (s *sheet) pill(g *group, n *Node, c card, x, y float64) {
	style := map[Kind]string{Start: "pill", Over: "pill", Anywhere: "pill-always", Fallback: "pill-otherwise"}[n.Kind]
	p := rounded(x, y, float64(c.width), float64(c.height), markHeight/2)
	g.outline(style, p)
	if n.Path {
		g.outline("path-card", p)
	}
	y += markHeight/2 + 4
	for _, line := range slices.Concat(c.name, c.detail) {
		g.write(style+"-text", line, x+float64(c.width)/2, y, true)
		y += lineHeight
	}
}

// frame draws the outline of a step.
func (s *sheet) frame(g *group, n *Node, x, y, w, h float64) {
	style, p := "card", rounded(x, y, w, h, 8)
	switch n.Kind {
	case External:
		style, p = "elsewhere", rounded(x, y, w, h, h/2)
	case Decides:
		p = pointed(x, y, w, h, 8)
	}
	if n.Path {
		style = "path-card"
	}
	g.outline(style, p)
	if n.Kind == SubFlow {
		var bars path
		bars.move(x+4, y+4)
		bars.line(x+4, y+h-4)
		bars.move(x+w-4, y+4)
		bars.line(x+w-4, y+h-4)
		g.outline("inner", bars)
	}
}

// badge draws the icon of a kind.
func (s *sheet) badge(g *group, n *Node, x, y float64) {
	kind := string(n.Kind)
	g.outline("badge-"+kind, rounded(x, y, iconSize, iconSize, 7))
	drawing := icons[n.Kind]
	if drawing.fill != "" {
		g.outline("icon-"+kind, icon(drawing.fill, x+5, y+5))
	}
	if drawing.stroke != "" {
		g.outline("draw-"+kind, icon(drawing.stroke, x+5, y+5))
	}
}

// words writes what a step is called, does, and makes of the call.
func (s *sheet) words(g *group, c card, x, y float64) {
	y += padding
	for _, line := range c.name {
		g.write("name", line, x, y+12, false)
		y += nameHeight
	}
	for _, line := range c.detail {
		g.write("detail", line, x, y+10, false)
		y += lineHeight
	}
	if c.outcome != "" {
		wide := float64(s.ruler.width(c.outcome, detailSize, false) + 22)
		g.outline("chip", rounded(x, y+2, wide, chipHeight-2, 9))
		var dot path
		circle(&dot, x+9, y+11, 2.5)
		g.outline("chip-dot", dot)
		g.write("chip-text", c.outcome, x+16, y+15, false)
	}
}

// finish draws the mark that a flow ends.
func (s *sheet) finish(g *group, x, y float64) {
	var ring, dot path
	circle(&ring, x, y, 5.5)
	circle(&dot, x, y, 2.8)
	g.outline("end", ring)
	g.outline("end-dot", dot)
}

// suffix is what the styles of a line end in.
func (b *bundle) suffix() string {
	switch {
	case b.look == lookOtherwise:
		return "-otherwise"
	case b.look == lookAside:
		return "-aside"
	case b.back || b.from == b.to:
		return "-back"
	}
	return ""
}

// line draws a line between two nodes.
func (s *sheet) line(i int, r route, x, y float64) []group {
	b := &s.bundles[i]
	g := s.lineGroup(i)
	s.stroke(&g, b, r.path.moved(x, y), point{r.tip.x + x, r.tip.y + y}, r.heads, r.joins)
	width, height := s.labelSize(b)
	if height == 0 {
		return []group{g}
	}
	left, top := r.label.x+x-float64(width)/2, r.label.y+y-float64(height)/2
	g.outline("plate", rounded(left, top, float64(width), float64(height), 4))
	return s.tell(i, g, r.label.x+x, top, true)
}

// tell writes at a line what there is to say of it, from a top downwards.
func (s *sheet) tell(i int, g group, x, top float64, middle bool) []group {
	b := &s.bundles[i]
	if !b.counted {
		s.write(&g, b, x, top, middle)
		return []group{g}
	}
	s.write(&g, b, x, top+takenHeight, middle)
	return []group{g, s.taken(i, x, top, middle)}
}

// lineGroup says which rules a line stands for.
func (s *sheet) lineGroup(i int) group {
	b := &s.bundles[i]
	from, to := s.graph.Nodes[b.from], s.graph.Nodes[b.to]
	names := [...]string{lookNext: "next", lookOtherwise: "otherwise", lookLink: "link", lookAside: "aside", lookMark: "mark"}
	g := group{id: "edge-" + from.ID + "-" + names[b.look] + "-" + to.ID, class: "edge " + names[b.look]}
	var rules, told []string
	for _, e := range b.edges {
		edge := s.graph.Edges[e]
		if edge.Rule != "" {
			rules = append(rules, edge.Rule)
		}
		told = append(told, edge.told())
		if edge.Taken > 0 {
			told[len(told)-1] += " (" + times(edge.Taken, "turn") + ")"
		}
	}
	g.data = [][2]string{{"from", from.ID}, {"to", to.ID}, {"rules", strings.Join(rules, " ")}}
	g.title = printable(from.Name + " → " + to.Name + ": " + strings.Join(told, "; "))
	return g
}

// told is an edge in words, with the whole condition.
func (e *Edge) told() string {
	text := e.Rule
	if text == "" {
		text = e.Label
	}
	if e.When != "" {
		text += " when " + e.When
	}
	if len(e.Set) > 0 {
		text += ", sets " + strings.Join(e.Set, ", ")
	}
	if len(e.Forget) > 0 {
		text += ", forgets " + strings.Join(e.Forget, ", ")
	}
	return text
}

func (s *sheet) stroke(g *group, b *bundle, p path, tip, heads point, joins bool) {
	line, arrow := "line"+b.suffix(), "tip"+b.suffix()
	if b.path {
		line, arrow = "path-line", "path-tip"
	}
	g.outline(line, p)
	if !joins {
		g.outline(arrow, head(tip, heads))
	}
}

// write writes the labels of a line, from a top downwards.
func (s *sheet) write(g *group, b *bundle, x, top float64, middle bool) {
	for i, lines := range b.labels {
		if i > 0 {
			top += labelBreak
		}
		for _, line := range lines {
			g.write("label"+b.suffix(), line, x, top+11, middle)
			top += lineHeight
		}
	}
}

// loop draws a line from a node to itself, at its right.
func (s *sheet) loop(i int, x, y float64) []group {
	const half = 9.0
	b := &s.bundles[i]
	g := s.lineGroup(i)
	side := x + float64(s.cards[b.from].width)/2
	var p path
	p.move(side, y-half)
	p.curve(side+loopReach*1.25, y-half-6, side+loopReach*1.25, y+half+6, side+arrowLength-1, y+half)
	s.stroke(&g, b, p, point{side, y + half}, point{-1, 0}, false)
	_, height := s.labelSize(b)
	return s.tell(i, g, side+loopRoom-4, y-float64(height)/2, false)
}
