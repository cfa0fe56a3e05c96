package graph

import "slices"

// point is a place of the picture.
type point struct{ x, y float64 }

// segment is a piece of a path: a move, a line or a cubic curve to the last of
// its points.
type segment struct {
	op   byte // M, L, C or Z
	to   [3]point
	ends int // how many of to there are
}

// path is a line of the picture, or the outline of something.
type path []segment

func (p *path) move(x, y float64) { *p = append(*p, segment{'M', [3]point{{x, y}}, 1}) }
func (p *path) line(x, y float64) { *p = append(*p, segment{'L', [3]point{{x, y}}, 1}) }
func (p *path) close()            { *p = append(*p, segment{op: 'Z'}) }
func (p *path) curve(x1, y1, x2, y2, x, y float64) {
	*p = append(*p, segment{'C', [3]point{{x1, y1}, {x2, y2}, {x, y}}, 3})
}

// end is where a path ends.
func (p path) end() point {
	if len(p) == 0 {
		return point{}
	}
	last := p[len(p)-1]
	return last.to[max(0, last.ends-1)]
}

// route is a line from a node to another.
type route struct {
	path  path
	tip   point // of its arrow
	heads point // the direction of the arrow: (0, 1) is down
	label point // the middle of its label
	joins bool  // it ends in another line; there is no arrow
}

// gap is the space between a layer and the next.
type gap struct {
	arcs   []bend
	height int
}

// bend is where a line that leads back turns: between a lane and a node.
type bend struct {
	bundle, left, right int
	track               int
}

const (
	gapHeight   = 18
	gapMost     = 40 // more for lines that go far to the side
	trackHeight = 9
	trackFirst  = 12 // from the node to the first line that turns
	tipRoom     = 8  // more where there are arrows
	arrowLength = 8
)

// stack gives everything its y.
func (l *layout) stack() {
	l.heights = make([]int, len(l.layers))
	for i, layer := range l.layers {
		for _, v := range layer {
			l.heights[i] = max(l.heights[i], l.vertices[v].height)
		}
	}
	l.gaps = make([]gap, len(l.layers))
	l.bends()
	l.lean()
	l.tops = make([]int, len(l.layers))
	y := 0
	for i := range l.layers {
		l.tops[i] = y
		for _, v := range l.layers[i] {
			l.vertices[v].y = y + l.heights[i]/2
		}
		y += l.heights[i] + l.gaps[i].height
	}
	l.high = y
}

// bends finds where lines turn, and puts those that would be on each other into
// different tracks: the shorter, the nearer to the nodes.
func (l *layout) bends() {
	for _, i := range l.bundles {
		b, chain := &l.sheet.bundles[i], l.chains[i]
		if !b.back {
			continue
		}
		l.bend(i, l.vertices[l.of[b.from]].layer, l.portX(i, true), l.vertices[chain[len(chain)-1]].x)
		l.bend(i, l.vertices[l.of[b.to]].layer-1, l.portX(i, false), l.vertices[chain[0]].x)
	}
	for i := range l.gaps {
		arcs := l.gaps[i].arcs
		slices.SortStableFunc(arcs, func(a, b bend) int { return (a.right - a.left) - (b.right - b.left) })
		tracks := 0
		for j := range arcs {
			for clashes(arcs[:j], arcs[j]) {
				arcs[j].track++
			}
			tracks = max(tracks, arcs[j].track+1)
		}
		if tracks > 0 {
			l.gaps[i].height = trackFirst + tracks*trackHeight
		}
	}
}

func (l *layout) bend(bundle, gap, x1, x2 int) {
	l.gaps[gap].arcs = append(l.gaps[gap].arcs, bend{bundle: bundle, left: min(x1, x2), right: max(x1, x2)})
}

func clashes(others []bend, b bend) bool {
	const near = 8
	return slices.ContainsFunc(others, func(o bend) bool {
		return o.track == b.track && o.left-near < b.right && b.left-near < o.right
	})
}

// lean makes the gaps high enough for lines that go to the side.
func (l *layout) lean() {
	for i := range l.gaps {
		far := 0
		for _, b := range l.bundles {
			xs := l.xs(b)
			first := l.vertices[l.of[l.sheet.bundles[b].from]].layer
			if l.sheet.bundles[b].back {
				first = l.vertices[l.chains[b][0]].layer
			}
			if j := i - first; j >= 0 && j+1 < len(xs) {
				far = max(far, xs[j]-xs[j+1], xs[j+1]-xs[j])
			}
		}
		if outer := i == 0 || i >= len(l.gaps)-2; !outer {
			l.gaps[i].height += gapHeight + min(gapMost, far/8)
		}
		if i%2 == 0 && l.gaps[i].height > 0 {
			l.gaps[i].height += tipRoom
		}
	}
}

// xs are where a line is in the layers that it passes, downwards; of one that
// leads back, its lane.
func (l *layout) xs(i int) []int {
	var xs []int
	back := l.sheet.bundles[i].back
	if !back {
		xs = append(xs, l.portX(i, true))
	}
	for _, v := range l.chains[i] {
		xs = append(xs, l.vertices[v].x)
	}
	if !back {
		xs = append(xs, l.portX(i, false))
	}
	return xs
}

// portX is where a line leaves its first node, or meets its last.
func (l *layout) portX(i int, from bool) int {
	node := l.sheet.bundles[i].to
	if from {
		node = l.sheet.bundles[i].from
	}
	return l.vertices[l.of[node]].x + l.ports[port{i, from}]
}

// draw finds the lines.
func (l *layout) draw() {
	for _, i := range l.bundles {
		if l.sheet.bundles[i].back {
			l.routes[i] = l.routeBack(i)
		} else {
			l.routes[i] = l.routeDown(i)
		}
	}
}

func (l *layout) bottom(layer int) float64 { return float64(l.tops[layer] + l.heights[layer]) }

// edge is the y of the upper or lower edge of a node.
func (l *layout) edge(node int, lower bool) float64 {
	half := l.sheet.cards[node].height / 2
	if !lower {
		half = -half
	}
	return float64(l.vertices[l.of[node]].y + half)
}

func (l *layout) routeDown(i int) route {
	b := &l.sheet.bundles[i]
	xs := l.xs(i)
	layer := l.vertices[l.of[b.from]].layer
	var r route
	r.path.move(float64(xs[0]), l.edge(b.from, true))
	for j := 1; j < len(xs); j++ {
		y := float64(l.tops[layer+j])
		if j == len(xs)-1 {
			y -= tipRoom
		}
		l.stretch(&r.path, float64(xs[j-1]), float64(xs[j]), l.bottom(layer+j-1), y)
		if j < len(xs)-1 && !l.owns(i, j-1) && !b.path {
			r.joins, r.label = true, l.labelPoint(i)
			return r
		}
	}
	r.tip = point{float64(xs[len(xs)-1]), l.edge(b.to, false)}
	r.heads = point{0, 1}
	r.path.line(r.tip.x, r.tip.y-arrowLength+1)
	r.label = l.labelPoint(i)
	return r
}

// stretch goes on from one layer to another: straight, or in a curve that begins
// and ends upright.
func (l *layout) stretch(p *path, x1, x2, y1, y2 float64) {
	if x1 == x2 {
		p.line(x2, y2)
		return
	}
	p.line(x1, y1)
	middle := (y1 + y2) / 2
	p.curve(x1, middle, x2, middle, x2, y2)
}

func (l *layout) labelPoint(i int) point {
	for _, v := range l.chains[i] {
		if l.vertices[v].label {
			return point{float64(l.vertices[v].x), float64(l.vertices[v].y)}
		}
	}
	return point{}
}

func (l *layout) routeBack(i int) route {
	b, xs := &l.sheet.bundles[i], l.xs(i)
	lowest, highest := l.vertices[l.of[b.from]].layer, l.vertices[l.of[b.to]].layer
	below := l.bottom(lowest) + trackFirst + float64(l.track(lowest, i)*trackHeight)
	above := float64(l.tops[highest] - trackFirst - tipRoom - l.track(highest-1, i)*trackHeight)
	start, end := float64(l.portX(i, true)), float64(l.portX(i, false))
	last := len(xs) - 1
	var r route
	r.path.move(start, l.edge(b.from, true))
	turn(&r.path, start, l.edge(b.from, true), below, float64(xs[last]), l.bottom(lowest))
	for j := last; j > 0; j-- {
		l.stretch(&r.path, float64(xs[j]), float64(xs[j-1]), float64(l.tops[highest+j]), l.bottom(highest+j-1))
	}
	r.tip, r.heads = point{end, l.edge(b.to, false)}, point{0, 1}
	r.path.line(float64(xs[0]), float64(l.tops[highest]))
	turn(&r.path, float64(xs[0]), float64(l.tops[highest]), above, end, r.tip.y-arrowLength+1)
	r.label = l.labelPoint(i)
	return r
}

func (l *layout) track(gap, bundle int) int {
	for _, b := range l.gaps[gap].arcs {
		if b.bundle == bundle {
			return b.track
		}
	}
	return 0
}

// turn goes from (x1, y1) to the height y, along it, and back to (x2, y2), with
// round corners.
func turn(p *path, x1, y1, y, x2, y2 float64) {
	const round = 8
	r := min(round, abs(x2-x1)/2)
	side, first, second := r, r, r
	if x2 < x1 {
		side = -r
	}
	if y < y1 {
		first = -r
	}
	if y < y2 {
		second = -r
	}
	p.line(x1, y-first)
	corner(p, x1, y, x1+side, y)
	p.line(x2-side, y)
	corner(p, x2, y, x2, y-second)
	p.line(x2, y2)
}

// corner is a quarter of a circle to (x, y), round the corner (cx, cy).
func corner(p *path, cx, cy, x, y float64) {
	const k = 0.5523 // of a circle made of curves
	from := p.end()
	p.curve(from.x+(cx-from.x)*k, from.y+(cy-from.y)*k, x+(cx-x)*k, y+(cy-y)*k, x, y)
}

func abs(x float64) float64 { return max(x, -x) }
