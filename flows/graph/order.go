package graph

import (
	"slices"
)

// orderSweeps is how often the layers are gone through to untangle them.
const orderSweeps = 24

// order puts the vertices of each layer into an order in which few lines cross:
// each where the middle of its neighbours is, then pairs change places while
// that helps. The best order that was seen is kept.
func (l *layout) order() {
	l.position = make([]int, len(l.vertices))
	l.firstOrder()
	best, least := l.copyLayers(), l.crossings()
	for sweep := 0; sweep < orderSweeps && least > 0; sweep++ {
		l.sweep((sweep+l.try/2)%2 == 0, sweep%4 > 1)
		l.transpose()
		if now := l.crossings(); now < least {
			best, least = l.copyLayers(), now
		}
	}
	l.layers, l.crossed = best, least
	l.number()
}

func (l *layout) copyLayers() [][]int {
	out := make([][]int, len(l.layers))
	for i, layer := range l.layers {
		out[i] = slices.Clone(layer)
	}
	return out
}

// firstOrder puts everything where going down the lines from the first nodes
// comes upon it.
func (l *layout) firstOrder() {
	seen := make([]bool, len(l.vertices))
	var visit func(v int)
	visit = func(v int) {
		if seen[v] {
			return
		}
		seen[v] = true
		l.layers[l.vertices[v].layer] = append(l.layers[l.vertices[v].layer], v)
		down := l.vertices[v].down
		for i := range down {
			if l.try%2 == 1 {
				i = len(down) - 1 - i
			}
			visit(down[i])
		}
	}
	for _, turns := range []bool{false, true} {
		for v := range l.vertices {
			if len(l.vertices[v].up) == 0 && l.vertices[v].turn == turns {
				visit(v)
			}
		}
	}
	l.number()
}

func (l *layout) number() {
	for _, layer := range l.layers {
		for i, v := range layer {
			l.position[v] = i
		}
	}
}

// sweep orders each layer by the one before it.
func (l *layout) sweep(down, late bool) {
	n := len(l.layers)
	for i := 1; i < n; i++ {
		at := i
		if !down {
			at = n - 1 - i
		}
		l.orderLayer(at, down, late)
	}
}

// orderLayer moves the vertices of a layer that have neighbours above (or below)
// to where these are; the others stay. late lets those that are equal change
// places.
func (l *layout) orderLayer(at int, down, late bool) {
	layer := l.layers[at]
	middles := make(map[int]float64, len(layer))
	var moving, places []int
	for i, v := range layer {
		if middle, has := l.middle(v, down); has {
			middles[v] = middle
			moving, places = append(moving, v), append(places, i)
		}
	}
	if late {
		slices.Reverse(moving)
	}
	slices.SortStableFunc(moving, func(a, b int) int {
		switch x, y := middles[a], middles[b]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	for i, v := range moving {
		layer[places[i]] = v
	}
	for i, v := range layer {
		l.position[v] = i
	}
}

// middle is the weighted median of the places of a vertex's neighbours.
func (l *layout) middle(v int, down bool) (float64, bool) {
	near := l.places(0, v, down)
	n := len(near)
	switch {
	case n == 0:
		return 0, false
	case n%2 == 1:
		return float64(near[n/2]), true
	case n == 2:
		return float64(near[0]+near[1]) / 2, true
	}
	left, right := float64(near[n/2-1]-near[0]), float64(near[n-1]-near[n/2])
	if left+right == 0 {
		return float64(near[n/2]), true
	}
	return (float64(near[n/2-1])*right + float64(near[n/2])*left) / (left + right), true
}

// places are where the neighbours of a vertex above (or below) are, sorted. They
// stay there until the same scratch is used again.
func (l *layout) places(scratch, v int, above bool) []int {
	near := l.vertices[v].down
	if above {
		near = l.vertices[v].up
	}
	out := l.scratch[scratch][:0]
	for _, w := range near {
		out = append(out, l.position[w])
	}
	slices.Sort(out)
	l.scratch[scratch] = out
	return out
}

// transpose lets neighbours change places as long as fewer lines cross then.
func (l *layout) transpose() {
	for range orderSweeps {
		better := false
		for _, layer := range l.layers {
			for i := 0; i+1 < len(layer); i++ {
				v, w := layer[i], layer[i+1]
				if l.between(v, w) > l.between(w, v) {
					layer[i], layer[i+1] = w, v
					l.position[v], l.position[w] = i+1, i
					better = true
				}
			}
		}
		if !better {
			return
		}
	}
}

// between counts the lines of two neighbours that cross when v is left of w.
func (l *layout) between(v, w int) int {
	n := 0
	for _, above := range []bool{true, false} {
		left, right := l.places(0, v, above), l.places(1, w, above)
		j := 0
		for _, p := range left {
			for j < len(right) && right[j] < p {
				j++
			}
			n += j
		}
	}
	return n
}

// crossings counts the lines that cross.
func (l *layout) crossings() int {
	n := 0
	for i := 0; i+1 < len(l.layers); i++ {
		n += l.crossingsBelow(i)
	}
	return n
}

// crossingsBelow counts the lines that cross between a layer and the next: for
// every line, those before it that end further right.
func (l *layout) crossingsBelow(i int) int {
	tree := make([]int, len(l.layers[i+1])+1)
	n, total := 0, 0
	for _, v := range l.layers[i] {
		near := l.places(0, v, false)
		for _, p := range near {
			n += total
			for j := p + 1; j > 0; j -= j & -j {
				n -= tree[j]
			}
		}
		for _, p := range near {
			total++
			for j := p + 1; j < len(tree); j += j & -j {
				tree[j]++
			}
		}
	}
	return n
}
