package graph

import "slices"

// Sizes, in pixels of the picture.
const (
	nameSize   = 13
	detailSize = 11
	labelSize  = 11
	titleSize  = 18

	lineHeight  = 15 // of details and labels
	labelBreak  = 6  // between the labels of one line
	nameHeight  = 17
	chipHeight  = 20
	padding     = 10 // inside a node
	iconSize    = 26
	iconRoom    = iconSize + 10
	endRoom     = 24 // of the mark that the flow ends
	markHeight  = 28 // of what is no step
	loopReach   = 20 // how far a line from a node to itself goes
	loopRoom    = loopReach + 8
	margin      = 24
	headRoom    = 46
	partsApart  = 48
	nameChars   = 26
	detailChars = 30
	mostPorts   = 14 // px between two lines that meet a node, at least
	goodPorts   = 30 // and at most
	portEdge    = 14 // from the corner of a node to its first line

	goodWidth = 900 // parts stand side by side up to here
)

// card is a node as it is drawn.
type card struct {
	width, height int
	name, detail  []string
	outcome       string
	loop          int // the bundle from the node to itself, -1 for none
	loopLabel     int // width of its label
}

// sheet is the whole picture in the making.
type sheet struct {
	graph   *Graph
	ruler   *ruler
	bundles []bundle
	cards   []card
	parts   []*layout
	offsets [][2]int // of the parts
	width   int
	height  int
}

// newSheet lays a graph out.
func newSheet(g *Graph) *sheet {
	s := &sheet{graph: g, ruler: newRuler(), bundles: bundles(g)}
	s.sizeCards()
	for _, nodes := range s.components() {
		s.parts = append(s.parts, newLayout(s, nodes))
	}
	s.pack()
	return s
}

// sizeCards finds how much room every node needs.
func (s *sheet) sizeCards() {
	ports := make([][2]int, len(s.graph.Nodes))
	gathers := map[int]bool{} // nodes with a line of otherwise: those become one
	loops := make([]int, len(s.graph.Nodes))
	for i := range loops {
		loops[i] = -1
	}
	for i, b := range s.bundles {
		if b.from == b.to {
			loops[b.from] = i
			continue
		}
		ports[b.from][0]++
		if b.look != lookOtherwise || !gathers[b.to] {
			ports[b.to][1]++
		}
		gathers[b.to] = gathers[b.to] || b.look == lookOtherwise
	}
	for i, n := range s.graph.Nodes {
		c := s.card(n)
		c.width = max(c.width, 2*portEdge+mostPorts*(max(ports[i][0], ports[i][1])-1))
		c.width += c.width % 2
		c.height += c.height % 2
		if c.loop = loops[i]; c.loop >= 0 {
			c.loopLabel, _ = s.labelSize(&s.bundles[c.loop])
		}
		s.cards = append(s.cards, c)
	}
}

func (s *sheet) card(n Node) card {
	if n.isMark() {
		c := card{name: wrap(n.Name, nameChars, 1)}
		if n.Kind == Fallback {
			c.detail = wrap(n.Detail, detailChars, 3)
		}
		c.width = max(s.widest(c.name, detailSize, false), s.widest(c.detail, detailSize, false)) + 2*padding + 8
		c.height = markHeight + len(c.detail)*lineHeight
		return c
	}
	c := card{name: wrap(n.Name, nameChars, 3), detail: wrap(n.Detail, detailChars, 2)}
	inner := max(s.widest(c.name, nameSize, true), s.widest(c.detail, detailSize, false))
	c.height = 2*padding + nameHeight*len(c.name) + lineHeight*len(c.detail) - 2
	if n.Outcome != "" {
		c.outcome = clip(printable(n.Outcome), detailChars)
		inner = max(inner, s.ruler.width(c.outcome, detailSize, false)+24)
		c.height += chipHeight + 2
	}
	if s.graph.Counted && n.Asks() {
		inner = max(inner, s.ruler.width(droppedText, detailSize, false))
		c.height += lineHeight
	}
	c.width = inner + 2*padding + iconRoom
	if s.graph.Counted && n.holds() {
		c.width += waitingRoom
	}
	if n.Ends {
		c.width += endRoom
	}
	return c
}

// isMark reports whether a node is no step of any flow.
func (n *Node) isMark() bool {
	return slices.Contains([]Kind{Start, Over, Anywhere, Fallback}, n.Kind)
}

func (s *sheet) widest(lines []string, size float64, bold bool) int {
	width := 0
	for _, line := range lines {
		width = max(width, s.ruler.width(line, size, bold))
	}
	return width
}

// labelSize is how much room the labels of one line need, with its figure.
func (s *sheet) labelSize(b *bundle) (width, height int) {
	for i, lines := range b.labels {
		width = max(width, s.widest(lines, labelSize, false))
		height += len(lines) * lineHeight
		if i > 0 {
			height += labelBreak
		}
	}
	if width > 0 {
		width += 8
	}
	if b.counted {
		width = max(width, s.ruler.width(takenChars, labelSize, true)+chipPadding)
		height += takenHeight
	}
	return width + width%2, height + height%2
}

// components are the connected parts of the graph, in the order of their first
// nodes.
func (s *sheet) components() [][]int {
	near := make([][]int, len(s.graph.Nodes))
	for _, b := range s.bundles {
		near[b.from] = append(near[b.from], b.to)
		near[b.to] = append(near[b.to], b.from)
	}
	seen := make([]bool, len(near))
	var all [][]int
	for first := range near {
		var part []int
		queue := []int{first}
		for len(queue) > 0 {
			node := queue[0]
			queue = queue[1:]
			if !seen[node] {
				seen[node] = true
				part = append(part, node)
				queue = append(queue, near[node]...)
			}
		}
		if len(part) > 0 {
			slices.Sort(part)
			all = append(all, part)
		}
	}
	return all
}

// pack puts the parts on the sheet: the first, and the others in rows below it,
// or beside it where there is room.
func (s *sheet) pack() {
	if len(s.parts) == 0 {
		s.width, s.height = 2*margin, headRoom+margin
		return
	}
	first := s.parts[0]
	s.offsets = [][2]int{{margin, headRoom}}
	right, bottom := margin+first.wide, headRoom+first.high
	x, y, below := right+partsApart, headRoom, headRoom
	beside := true
	for _, p := range s.parts[1:] {
		if beside && (x+p.wide > goodWidth || p.high > first.high) {
			beside, x, y, below = false, margin, bottom+partsApart, bottom+partsApart
		}
		if !beside && x > margin && x+p.wide > max(goodWidth, margin+first.wide) {
			x, y = margin, below+partsApart
		}
		s.offsets = append(s.offsets, [2]int{x, y})
		x += p.wide + partsApart
		below = max(below, y+p.high)
		right, bottom = max(right, x-partsApart), max(bottom, below)
	}
	s.width, s.height = max(right, margin+s.headWidth())+margin, bottom+margin
}

func (s *sheet) headWidth() int {
	return s.ruler.width(s.heading(), titleSize, true) + s.ruler.width(s.graph.Flow, labelSize, false)*5/4 + 60
}

// heading is the first line of the picture.
func (s *sheet) heading() string {
	if title := clip(printable(s.graph.Title), 60); title != "" {
		return title
	}
	return s.graph.Flow
}
