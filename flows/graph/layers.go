package graph

import "slices"

// The layout is made as most are (Sugiyama, Tagawa, Toda, 1981): edges that lead
// back are turned round, nodes are put into layers, what passes a layer gets a
// place of its own in it, the layers are ordered so that few lines cross, and
// then everything gets its coordinates.
//
// Nodes stand in layers of odd numbers. Those between hold the labels, so that
// no label can be on a node or on another label. A line that leads back leaves
// its node below, turns in the next layer, goes up a lane of its own and turns
// again above the node it leads to.

// vertex is something that has a place in a layer.
type vertex struct {
	node   int   // of the graph; -1 for a place where a line passes
	bundle int   // of what passes; of several, the first
	joined []int // bundles that come to the same node as the first, and share its way from here
	layer  int
	turn   bool // where a line that leads back turns; it takes part in the order only
	label  bool // the label of the bundle stands here

	left, right int // what it needs on both sides of x
	height      int
	x, y        int // its middle
	up, down    []int
}

// layout is a picture in the making: one connected part of a graph.
type layout struct {
	try      int // which beginning
	crossed  int // lines that cross
	sheet    *sheet
	nodes    []int // of the graph
	bundles  []int // of the sheet; without those from a node to itself
	vertices []vertex
	of       map[int]int   // vertex of a node
	chains   map[int][]int // vertices between the ends of a bundle, downwards; without turns
	trunks   map[trunk]int
	layers   [][]int
	position []int // of a vertex in its layer
	scratch  [2][]int

	ports      map[port]int // x of where a line meets a node, from the middle of the node
	routes     map[int]route
	gaps       []gap
	tops       []int // of the layers
	heights    []int
	wide, high int
}

// port is where a bundle meets a node: its end on the side of a layer.
type port struct {
	bundle int
	from   bool // where the bundle begins
}

// cycles turns round what leads back: depth first from where calls begin, the
// usual ways before the others.
func (l *layout) cycles() {
	out := map[int][]int{}
	into := map[int]int{}
	for _, i := range l.bundles {
		b := l.sheet.bundles[i]
		out[b.from] = append(out[b.from], i)
		into[b.to]++
	}
	for _, node := range l.nodes {
		slices.SortStableFunc(out[node], func(x, y int) int { return int(l.sheet.bundles[x].look) - int(l.sheet.bundles[y].look) })
	}
	const fresh, open, done = 0, 1, 2
	state := map[int]int{}
	var visit func(node int)
	visit = func(node int) {
		state[node] = open
		for _, i := range out[node] {
			b := &l.sheet.bundles[i]
			switch state[b.to] {
			case open:
				b.back = true
			case fresh:
				visit(b.to)
			}
		}
		state[node] = done
	}
	for _, first := range []bool{true, false} {
		for _, node := range l.nodes {
			if state[node] == fresh && (!first || into[node] == 0) {
				visit(node)
			}
		}
	}
}

// weight is how much a line wants to be short and straight.
func (b *bundle) weight() int {
	switch {
	case b.look == lookMark:
		return 6
	case b.back:
		return 1
	case b.main:
		return 3
	case b.look == lookNext:
		return 2
	}
	return 1
}

// rank puts the nodes into layers.
func (l *layout) rank() {
	at := map[int]int{}
	for i, node := range l.nodes {
		at[node] = i
	}
	var arcs []arc
	for _, i := range l.bundles {
		b := &l.sheet.bundles[i]
		a := arc{at[b.from], at[b.to], 1, b.weight()}
		if b.back {
			a.from, a.to = a.to, a.from
		}
		arcs = append(arcs, a)
	}
	places := simplex(len(l.nodes), arcs, simplexSteps)
	for i, node := range l.nodes {
		l.of[node] = l.add(vertex{node: node, layer: 2*places[i] + 1})
	}
}

// simplexSteps bounds how long the layers and the coordinates of a graph are
// improved. Flows of a few dozen steps need some hundred.
const simplexSteps = 20000

func (l *layout) add(v vertex) int {
	for len(l.layers) < v.layer+2 {
		l.layers = append(l.layers, nil)
	}
	l.vertices = append(l.vertices, v)
	return len(l.vertices) - 1
}

// link says that a line goes from a vertex to one in the next layer.
func (l *layout) link(upper, lower int) {
	if slices.Contains(l.vertices[upper].down, lower) {
		return
	}
	l.vertices[upper].down = append(l.vertices[upper].down, lower)
	l.vertices[lower].up = append(l.vertices[lower].up, upper)
}

// pass gives every line its places in the layers between its ends.
func (l *layout) pass() {
	for _, i := range l.bundles {
		b := &l.sheet.bundles[i]
		from, to := l.of[b.from], l.of[b.to]
		if b.back {
			l.passBack(i, from, to)
			continue
		}
		before := from
		for layer := l.vertices[from].layer + 1; layer < l.vertices[to].layer; layer++ {
			at := l.passDown(i, layer, layer == l.vertices[from].layer+1)
			l.chains[i] = append(l.chains[i], at)
			l.link(before, at)
			before = at
		}
		l.link(before, to)
	}
}

// passDown is the place of a line in a layer. The many ways in which a flow gives
// up often lead to one step: behind their labels these lines become one.
func (l *layout) passDown(i, layer int, first bool) int {
	b := &l.sheet.bundles[i]
	key := trunk{b.to, layer}
	if shared, is := l.trunks[key]; is && !first && b.look == lookOtherwise {
		l.vertices[shared].joined = append(l.vertices[shared].joined, i)
		return shared
	}
	at := l.add(vertex{node: -1, bundle: i, layer: layer, label: first && b.written()})
	if !first && b.look == lookOtherwise {
		l.trunks[key] = at
	}
	return at
}

// trunk names the place in a layer of all lines of otherwise to one node.
type trunk struct{ to, layer int }

func (l *layout) passBack(i, from, to int) {
	lowest, highest := l.vertices[from].layer, l.vertices[to].layer
	before := l.add(vertex{node: -1, bundle: i, layer: highest - 1, turn: true})
	l.link(before, to)
	for layer := highest; layer <= lowest; layer++ {
		at := l.add(vertex{node: -1, bundle: i, layer: layer, label: layer == lowest-1 && l.sheet.bundles[i].written()})
		l.chains[i] = append(l.chains[i], at)
		l.link(before, at)
		before = at
	}
	turn := l.add(vertex{node: -1, bundle: i, layer: lowest + 1, turn: true})
	l.link(before, turn)
	l.link(from, turn)
}
