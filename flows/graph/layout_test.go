package graph

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// rect is a place that something takes up.
type rect struct {
	what                     string
	left, top, right, bottom float64
}

func (r rect) overlaps(o rect) bool {
	return r.left < o.right && o.left < r.right && r.top < o.bottom && o.top < r.bottom
}

func (r rect) grown(by float64) rect {
	return rect{r.what, r.left - by, r.top - by, r.right + by, r.bottom + by}
}

// meets reports whether a piece of a line goes through the rectangle: it is
// clipped to it, side by side.
func (r rect) meets(a, b point) bool {
	from, to := 0.0, 1.0
	for _, side := range [][2]float64{{a.x - b.x, a.x - r.left}, {b.x - a.x, r.right - a.x}, {a.y - b.y, a.y - r.top}, {b.y - a.y, r.bottom - a.y}} {
		by, room := side[0], side[1]
		switch {
		case by == 0 && room < 0:
			return false
		case by < 0:
			from = max(from, room/by)
		case by > 0:
			to = min(to, room/by)
		}
	}
	return from < to
}

// picture is where everything of a sheet is.
type picture struct {
	nodes  []rect
	labels []rect      // by bundle; those without label are empty
	lines  [][]point   // by bundle
	ends   map[int]any // bundles that end in another one
}

func pictureOf(s *sheet) picture {
	p := picture{nodes: make([]rect, len(s.cards)), labels: make([]rect, len(s.bundles)), lines: make([][]point, len(s.bundles)), ends: map[int]any{}}
	d := &drawer{scale: 1}
	for i, l := range s.parts {
		x, y := float64(s.offsets[i][0]), float64(s.offsets[i][1])
		for _, node := range l.nodes {
			v, c := l.vertices[l.of[node]], s.cards[node]
			at, w, h := point{x + float64(v.x), y + float64(v.y)}, float64(c.width)/2, float64(c.height)/2
			p.nodes[node] = rect{s.graph.Nodes[node].ID, at.x - w, at.y - h, at.x + w, at.y + h}
			if c.loop >= 0 {
				_, high := s.labelSize(&s.bundles[c.loop])
				p.labels[c.loop] = rect{"loop of " + s.graph.Nodes[node].ID, at.x + w + 1, at.y - max(float64(high)/2, 15), at.x + w + loopRoom + float64(c.loopLabel), at.y + max(float64(high)/2, 15)}
			}
		}
		for _, b := range l.bundles {
			r := l.routes[b]
			for _, line := range d.flat(r.path.moved(x, y)) {
				p.lines[b] = append(p.lines[b], line...)
			}
			if r.joins {
				p.ends[b] = true
			}
			if wide, high := s.labelSize(&s.bundles[b]); high > 0 {
				at := point{r.label.x + x, r.label.y + y}
				p.labels[b] = rect{fmt.Sprintf("label of bundle %d", b), at.x - float64(wide)/2, at.y - float64(high)/2, at.x + float64(wide)/2, at.y + float64(high)/2}
			}
		}
	}
	return p
}

// faults are what a picture does wrong.
func faults(s *sheet) []string {
	p := pictureOf(s)
	var found []string
	fault := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	boxes := append([]rect{}, p.nodes...)
	for _, l := range p.labels {
		if l.what != "" {
			boxes = append(boxes, l)
		}
	}
	sheet := rect{"sheet", 0, 0, float64(s.width), float64(s.height)}
	for i, a := range boxes {
		if a.left < sheet.left || a.top < sheet.top || a.right > sheet.right || a.bottom > sheet.bottom {
			fault("%s is not on the sheet: %v", a.what, a)
		}
		for _, b := range boxes[:i] {
			if a.overlaps(b) {
				fault("%s and %s overlap: %v %v", b.what, a.what, b, a)
			}
		}
	}
	for i, line := range p.lines {
		b := s.bundles[i]
		if b.from == b.to {
			continue
		}
		for j := 1; j < len(line); j++ {
			for n, node := range p.nodes {
				inner := node.grown(2)
				if n == b.from || n == b.to {
					inner = node.grown(-1)
				}
				if inner.meets(line[j-1], line[j]) {
					fault("line %s → %s goes through %s", s.graph.Nodes[b.from].ID, s.graph.Nodes[b.to].ID, node.what)
				}
			}
			for n, label := range p.labels {
				if n != i && label.what != "" && label.meets(line[j-1], line[j]) {
					fault("line %s → %s goes through %s", s.graph.Nodes[b.from].ID, s.graph.Nodes[b.to].ID, label.what)
				}
			}
		}
		if fault := p.wrongEnd(s, i); fault != "" {
			found = append(found, fault)
		}
	}
	return found
}

// wrongEnd says when a line does not lead from its node to its other one, or into
// a line that does.
func (p picture) wrongEnd(s *sheet, i int) string {
	b, line := s.bundles[i], p.lines[i]
	name := s.graph.Nodes[b.from].ID + " → " + s.graph.Nodes[b.to].ID
	if len(line) < 2 {
		return name + " has no line"
	}
	if first := line[0]; !p.nodes[b.from].grown(1).meets(first, point{first.x, first.y - 1}) {
		return name + " does not begin at its node"
	}
	last := line[len(line)-1]
	if p.ends[i] == nil {
		if !p.nodes[b.to].grown(1).meets(last, point{last.x, last.y + arrowLength}) {
			return name + " does not end at its node"
		}
		return ""
	}
	touching := rect{"", last.x - 1, last.y - 1, last.x + 1, last.y + 1}
	for j, other := range p.lines {
		if j == i || s.bundles[j].to != b.to {
			continue
		}
		for k := 1; k < len(other); k++ {
			if touching.meets(other[k-1], other[k]) {
				return ""
			}
		}
	}
	return name + " ends nowhere"
}

// anyGraph draws a graph: any steps with names and labels of any length, and any
// edges between them, which is more than flows can be.
func anyGraph(t *rapid.T) *Graph {
	g := &Graph{Flow: "any"}
	kinds := []Kind{AsksAI, AsksKeys, Dials, Records, Waits, Plays, LooksUp, SubFlow, Decides, External, Start, Over, Anywhere, Fallback}
	words := func(name string, most int) string {
		return strings.Repeat("word ", rapid.IntRange(0, most).Draw(t, name))
	}
	n := rapid.IntRange(1, 24).Draw(t, "nodes")
	for i := range n {
		g.Nodes = append(g.Nodes, Node{
			ID: fmt.Sprintf("n%d", i), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Name: fmt.Sprintf("n%d ", i) + words("name", 12),
			Detail: words("detail", 9), Outcome: words("outcome", 3), Ends: rapid.Bool().Draw(t, "ends"),
		})
	}
	edges := []EdgeKind{ByNext, ByNext, ByStatus, ByOtherwise, ByOtherwise, ByRetry, ByLink, ByAside, ByMark, ByReturn}
	for range rapid.IntRange(0, 3*n).Draw(t, "edges") {
		e := Edge{Kind: rapid.SampledFrom(edges).Draw(t, "by"), Label: words("label", 8)}
		e.From = g.Nodes[rapid.IntRange(0, n-1).Draw(t, "from")].ID
		e.To = g.Nodes[rapid.IntRange(0, n-1).Draw(t, "to")].ID
		e.Path = rapid.IntRange(0, 9).Draw(t, "path") == 0
		g.Edges = append(g.Edges, e)
	}
	if g.Counted = rapid.Bool().Draw(t, "counted"); g.Counted {
		for i := range g.Edges {
			g.Edges[i].Taken = rapid.SampledFrom([]int{0, 1, 9999, 123456, 1 << 40}).Draw(t, "taken")
		}
	}
	return g
}

// TestLayout holds pictures of any graph to what makes them readable: nothing
// lies on anything else, lines go round what they do not lead to, and lead where
// they should.
func TestLayout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		s := newSheet(g)
		if found := faults(s); len(found) > 0 {
			t.Fatalf("%d × %d\n%s", s.width, s.height, strings.Join(found, "\n"))
		}
		if most := 400 * (len(g.Nodes) + len(g.Edges) + 2); s.width <= 0 || s.height <= 0 || s.width > most || s.height > most {
			t.Fatalf("the sheet is %d × %d", s.width, s.height)
		}
	})
}

// TestScale keeps pictures of many steps within what an image may take.
func TestScale(t *testing.T) {
	for _, size := range [][2]int{{100, 100}, {3000, 3000}, {5000, 60000}, {1000000, 1000000}} {
		scale := scaleOf(size[0], size[1])
		if pixels := scale * float64(size[0]) * scale * float64(size[1]); scale > pngScale || pixels > pngPixels+1 || scale < pngScale && pixels < pngPixels-1 {
			t.Errorf("%v: %v, which is %v pixels", size, scale, pixels)
		}
	}
}
