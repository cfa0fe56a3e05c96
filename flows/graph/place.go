package graph

import "slices"

// tries are the ways to begin that are tried; graphs with many vertices get one.
const (
	tries       = 4
	triesAmount = 300
)

// newLayout lays one connected part of a graph out. Which order of the layers is
// found depends on where the search begins: of some, the best is taken.
func newLayout(s *sheet, nodes []int) *layout {
	best := tryLayout(s, nodes, 0)
	for try := 1; try < tries && len(best.vertices) < triesAmount; try++ {
		if l := tryLayout(s, nodes, try); l.cost() < best.cost() {
			best = l
		}
	}
	return best
}

// cost is how bad a layout is: lines that cross, and width.
func (l *layout) cost() int { return 40*l.crossed + l.wide }

func tryLayout(s *sheet, nodes []int, try int) *layout {
	l := &layout{try: try, sheet: s, nodes: nodes, of: map[int]int{}, chains: map[int][]int{}, ports: map[port]int{}, trunks: map[trunk]int{}, routes: map[int]route{}}
	for i, b := range s.bundles {
		if b.from != b.to && slices.Contains(nodes, b.from) {
			l.bundles = append(l.bundles, i)
		}
	}
	l.cycles()
	l.rank()
	l.pass()
	l.order()
	l.size()
	l.spreadPorts()
	l.dropTurns()
	l.across()
	l.alignPorts()
	l.stack()
	l.draw()
	return l
}

// size finds how much room everything needs.
func (l *layout) size() {
	for i := range l.vertices {
		v := &l.vertices[i]
		switch {
		case v.node >= 0:
			c := l.sheet.cards[v.node]
			v.left, v.right, v.height = c.width/2, c.width/2, c.height
			if c.loop >= 0 {
				_, high := l.sheet.labelSize(&l.sheet.bundles[c.loop])
				v.right += loopRoom + c.loopLabel
				v.height = max(v.height, high)
			}
		case v.label:
			width, height := l.sheet.labelSize(&l.sheet.bundles[v.bundle])
			v.left, v.right, v.height = width/2, width/2, height
		}
	}
}

// spreadPorts spreads the lines of a node over its sides, in the order of where
// they go.
func (l *layout) spreadPorts() {
	for _, node := range l.nodes {
		v := l.vertices[l.of[node]]
		width := l.sheet.cards[node].width
		for _, below := range []bool{true, false} {
			near := slices.Clone(v.up)
			if below {
				near = slices.Clone(v.down)
			}
			slices.SortStableFunc(near, func(a, b int) int { return l.position[a] - l.position[b] })
			for i, w := range near {
				apart := goodPorts
				if len(near) > 1 {
					apart = min(goodPorts, (width-2*portEdge)/(len(near)-1))
				}
				for _, b := range append([]int{l.vertices[w].bundle}, l.vertices[w].joined...) {
					l.ports[port{b, below}] = (2*i - len(near) + 1) * apart / 2
				}
			}
		}
	}
}

// nudge is how far a line may be moved along the side of a node to make it
// straight.
const nudge = 26

// alignPorts moves lines along the sides of nodes to where they go on, if that is
// near, so that they are straight.
func (l *layout) alignPorts() {
	type side struct {
		node int
		from bool
	}
	sides := map[side][]int{}
	for _, i := range l.bundles {
		b := &l.sheet.bundles[i]
		sides[side{b.from, true}] = append(sides[side{b.from, true}], i)
		if l.owns(i, len(l.chains[i])-1) {
			sides[side{b.to, false}] = append(sides[side{b.to, false}], i)
		}
	}
	for _, node := range l.nodes {
		for _, from := range []bool{true, false} {
			here := sides[side{node, from}]
			slices.SortStableFunc(here, func(a, b int) int { return l.ports[port{a, from}] - l.ports[port{b, from}] })
			l.alignSide(node, from, here)
		}
	}
	for _, v := range l.vertices {
		for _, joined := range v.joined {
			l.ports[port{joined, false}] = l.ports[port{v.bundle, false}]
		}
	}
}

// owns reports whether a place of a line is its own, and not one of a line that
// it has joined.
func (l *layout) owns(i, j int) bool { return l.vertices[l.chains[i][j]].bundle == i }

// alignSide places the lines of one side, which are in their order: straight
// where there is room for it, the others between those.
func (l *layout) alignSide(node int, from bool, here []int) {
	x, most, apart := l.vertices[l.of[node]].x, l.sheet.cards[node].width/2-portEdge, mostPorts
	if len(here) > 1 {
		apart = min(apart, 2*most/(len(here)-1))
	}
	room := func(i int) (least, highest int) { return apart*i - most, most - apart*(len(here)-1-i) }
	fixed := map[int]int{}
	last, lastAt := -1, 0
	for i, b := range here {
		wish, now := l.laneX(b, from)-x, l.ports[port{b, from}]
		least, highest := room(i)
		near := wish-now <= nudge && now-wish <= nudge && wish >= least && wish <= highest
		if near && (last < 0 || wish-lastAt >= apart*(i-last)) {
			fixed[i], last, lastAt = wish, i, wish
		}
	}
	for i, b := range here {
		at, is := fixed[i]
		if !is {
			least, highest := room(i)
			for j, other := range fixed {
				if j > i {
					highest = min(highest, other-apart*(j-i))
				} else {
					least = max(least, other+apart*(i-j))
				}
			}
			if i > 0 {
				least = max(least, l.ports[port{here[i-1], from}]+apart)
			}
			at = max(least, min(l.ports[port{b, from}], highest))
		}
		l.ports[port{b, from}] = at
	}
}

// laneX is where a line goes on from its first or last node.
func (l *layout) laneX(i int, from bool) int {
	chain := l.chains[i]
	if from != l.sheet.bundles[i].back {
		return l.vertices[chain[0]].x
	}
	return l.vertices[chain[len(chain)-1]].x
}

// dropTurns takes out what only had a part in the order.
func (l *layout) dropTurns() {
	for i, layer := range l.layers {
		l.layers[i] = slices.DeleteFunc(layer, func(v int) bool { return l.vertices[v].turn })
	}
	l.number()
}

// straight is how much a line wants to be straight between two nodes.
const straight = 8

// across gives everything its x: lines should be short and straight.
func (l *layout) across() {
	variable, n := l.variables()
	arcs := l.apart(variable)
	pull := func(u, uPort, v, vPort, weight int) {
		a, b := variable[u], variable[v]
		if a == b {
			return
		}
		arcs = append(arcs, arc{n, a, max(0, vPort-uPort), weight}, arc{n, b, max(0, uPort-vPort), weight})
		n++
	}
	for _, i := range l.bundles {
		b, chain := &l.sheet.bundles[i], l.chains[i]
		upper, lower := l.of[b.from], l.of[b.to]
		upperPort, lowerPort := l.ports[port{i, true}], l.ports[port{i, false}]
		if b.back {
			upper, lower, upperPort, lowerPort = lower, upper, lowerPort, upperPort
		}
		pull(upper, upperPort, chain[0], 0, b.weight())
		for j := 1; j < len(chain) && l.owns(i, j-1); j++ {
			weight := straight
			if !l.owns(i, j) {
				weight = b.weight()
			}
			pull(chain[j-1], 0, chain[j], 0, weight)
		}
		if last := len(chain) - 1; l.owns(i, last) {
			pull(chain[last], 0, lower, lowerPort, b.weight())
		}
	}
	places := simplex(n, arcs, simplexSteps)
	least := 0
	for i := range l.vertices {
		v := &l.vertices[i]
		if !v.turn {
			v.x = places[variable[i]]
			least = min(least, v.x-v.left)
		}
	}
	for i := range l.vertices {
		v := &l.vertices[i]
		v.x -= least
		if !v.turn {
			l.wide = max(l.wide, v.x+v.right)
		}
	}
}

// variables gives every node an x of its own, and one to all the places of a line
// that stand above each other. Where two lines cross, one of them bends.
func (l *layout) variables() (variable []int, n int) {
	bent := l.bent()
	variable = make([]int, len(l.vertices))
	for _, node := range l.nodes {
		variable[l.of[node]] = n
		n++
	}
	for _, i := range l.bundles {
		for j, v := range l.chains[i] {
			if !l.owns(i, j) {
				break
			}
			if j == 0 || bent[v] {
				n++
			}
			variable[v] = n - 1
		}
	}
	return variable, n
}

// bent are the places of lines that cannot stand straight below the one before.
func (l *layout) bent() map[int]bool {
	type segment struct{ upper, lower int }
	between := make([][]segment, len(l.layers))
	for _, i := range l.bundles {
		chain := l.chains[i]
		for j := 1; j < len(chain) && l.owns(i, j); j++ {
			at := l.vertices[chain[j-1]].layer
			between[at] = append(between[at], segment{chain[j-1], chain[j]})
		}
	}
	bent := map[int]bool{}
	for _, all := range between {
		for i, a := range all {
			for _, b := range all[:i] {
				if (l.position[a.upper] < l.position[b.upper]) == (l.position[a.lower] < l.position[b.lower]) {
					continue
				}
				weaker := a
				if l.bundle(b.upper).weight() < l.bundle(a.upper).weight() {
					weaker = b
				}
				bent[weaker.lower] = true
			}
		}
	}
	return bent
}

func (l *layout) bundle(v int) *bundle { return &l.sheet.bundles[l.vertices[v].bundle] }

// apart keeps what stands in one layer apart.
func (l *layout) apart(variable []int) []arc {
	type pair struct{ a, b int }
	at := map[pair]int{}
	var arcs []arc
	for _, layer := range l.layers {
		for i := 1; i < len(layer); i++ {
			v, w := &l.vertices[layer[i-1]], &l.vertices[layer[i]]
			length := v.right + w.left + spaceBetween(v, w)
			key := pair{variable[layer[i-1]], variable[layer[i]]}
			if j, known := at[key]; known {
				arcs[j].length = max(arcs[j].length, length)
				continue
			}
			at[key] = len(arcs)
			arcs = append(arcs, arc{key.a, key.b, length, 0})
		}
	}
	return arcs
}

// spaceBetween is the least space between two neighbours of a layer.
func spaceBetween(v, w *vertex) int {
	switch {
	case v.node >= 0 && w.node >= 0:
		return 32
	case v.node >= 0 || w.node >= 0:
		return 20
	}
	return 16
}
