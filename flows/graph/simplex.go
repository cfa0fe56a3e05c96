package graph

// arc keeps node to at least length behind node from. Every unit of distance
// costs its weight.
type arc struct{ from, to, length, weight int }

// simplex gives every node of an acyclic, connected graph a place, so that all
// arcs are long enough and the sum of weighted distances is least: the network
// simplex method (Gansner, Koutsofios, North, Vo: A Technique for Drawing
// Directed Graphs, 1993). The smallest place is 0. After so many steps what is
// there is taken: it is correct, if not the best.
func simplex(n int, arcs []arc, steps int) []int {
	s := newSimplex(n, arcs)
	s.span()
	for range steps {
		s.number()
		leaving := s.leaving()
		if leaving < 0 || !s.exchange(leaving) {
			break
		}
	}
	least := 0
	for i, place := range s.place {
		if i == 0 || place < least {
			least = place
		}
	}
	for i := range s.place {
		s.place[i] -= least
	}
	return s.place
}

// network is the state of the method: a tree of arcs that are as short as may be,
// and the places that it makes.
type network struct {
	arcs    []arc
	at      [][]int // arcs of a node, by index
	place   []int
	in      []bool  // arcs of the tree
	tree    [][]int // arcs of the tree at a node
	order   []int   // nodes of the tree, parents first
	index   []int   // place in order
	last    []int   // the last place in order of its subtree
	up      []int   // the arc to its parent, -1 for the root
	balance []int   // weights of arcs that leave, less those that come
	sum     []int   // balance of its subtree
	next    int     // where the search for a bad arc goes on
}

func newSimplex(n int, arcs []arc) *network {
	s := &network{
		arcs: arcs, at: make([][]int, n), in: make([]bool, len(arcs)), tree: make([][]int, n), index: make([]int, n),
		last: make([]int, n), up: make([]int, n), balance: make([]int, n), sum: make([]int, n),
	}
	for i, a := range arcs {
		s.at[a.from] = append(s.at[a.from], i)
		s.at[a.to] = append(s.at[a.to], i)
		s.balance[a.from] += a.weight
		s.balance[a.to] -= a.weight
	}
	s.place = longest(n, arcs)
	return s
}

// longest gives every node the least place that its arcs allow.
func longest(n int, arcs []arc) []int {
	place, before, out := make([]int, n), make([]int, n), make([][]arc, n)
	for _, a := range arcs {
		before[a.to]++
		out[a.from] = append(out[a.from], a)
	}
	var queue []int
	for i := range n {
		if before[i] == 0 {
			queue = append(queue, i)
		}
	}
	for len(queue) > 0 {
		node := queue[0]
		queue = queue[1:]
		for _, a := range out[node] {
			place[a.to] = max(place[a.to], place[node]+a.length)
			if before[a.to]--; before[a.to] == 0 {
				queue = append(queue, a.to)
			}
		}
	}
	return place
}

func (s *network) slack(i int) int {
	a := s.arcs[i]
	return s.place[a.to] - s.place[a.from] - a.length
}

func (s *network) other(arc, node int) int {
	if s.arcs[arc].from == node {
		return s.arcs[arc].to
	}
	return s.arcs[arc].from
}

// span finds a first tree: what is reached is moved until one more arc is tight.
func (s *network) span() {
	reached := make([]bool, len(s.place))
	var nodes []int
	var grow func(node int)
	grow = func(node int) {
		reached[node] = true
		nodes = append(nodes, node)
		for _, i := range s.at[node] {
			if to := s.other(i, node); !reached[to] && s.slack(i) == 0 {
				s.join(i)
				grow(to)
			}
		}
	}
	if len(s.place) > 0 {
		grow(0)
	}
	for len(nodes) < len(s.place) {
		best := -1
		for i, a := range s.arcs {
			if reached[a.from] != reached[a.to] && (best < 0 || s.slack(i) < s.slack(best)) {
				best = i
			}
		}
		if best < 0 {
			return // not connected: the rest stays where it is
		}
		by, to := s.slack(best), s.arcs[best].to
		if reached[to] {
			by, to = -by, s.arcs[best].from
		}
		for _, node := range nodes {
			s.place[node] += by
		}
		s.join(best)
		grow(to)
	}
}

func (s *network) join(i int) {
	s.in[i] = true
	a := s.arcs[i]
	s.tree[a.from] = append(s.tree[a.from], i)
	s.tree[a.to] = append(s.tree[a.to], i)
}

// number goes through the tree: which nodes are below which, and what the arcs
// below cost.
func (s *network) number() {
	s.order = s.order[:0]
	for i := range s.up {
		s.up[i], s.index[i] = -1, -1
	}
	stack := []int{0}
	for len(stack) > 0 && len(s.place) > 0 {
		node := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		s.index[node] = len(s.order)
		s.order = append(s.order, node)
		for _, i := range s.tree[node] {
			if to := s.other(i, node); i != s.up[node] {
				s.up[to] = i
				stack = append(stack, to)
			}
		}
	}
	for i := len(s.order) - 1; i >= 0; i-- {
		node := s.order[i]
		s.last[node], s.sum[node] = i, s.balance[node]
	}
	for i := len(s.order) - 1; i > 0; i-- {
		node := s.order[i]
		parent := s.other(s.up[node], node)
		s.last[parent] = max(s.last[parent], s.last[node])
		s.sum[parent] += s.sum[node]
	}
}

// leaving is a node whose arc to its parent should be longer, -1 for none. The
// arcs that cross from the one side of a tree's arc to the other cost as much as
// what is below it sends more than it gets.
func (s *network) leaving() int {
	for range s.order {
		node := s.order[s.next%len(s.order)]
		s.next++
		if s.up[node] < 0 {
			continue
		}
		cut := s.sum[node]
		if s.arcs[s.up[node]].to == node {
			cut = -cut
		}
		if cut < 0 {
			return node
		}
	}
	return -1
}

// exchange takes the arc of a node to its parent out of the tree, and the
// shortest that crosses the other way in.
func (s *network) exchange(node int) bool {
	out := s.up[node]
	down := s.arcs[out].to == node // the arc leads down the tree
	from, to := s.index[node], s.last[node]
	below := func(node int) bool { return s.index[node] >= from && s.index[node] <= to }
	best := -1
	for _, inner := range s.order[from : to+1] {
		for _, i := range s.at[inner] {
			a := s.arcs[i]
			enters := down && a.from == inner && !below(a.to) || !down && a.to == inner && !below(a.from)
			if enters && !s.in[i] && (best < 0 || s.slack(i) < s.slack(best)) {
				best = i
			}
		}
	}
	if best < 0 {
		return false
	}
	by := s.slack(best)
	if !down {
		by = -by
	}
	for _, inner := range s.order[from : to+1] {
		s.place[inner] += by
	}
	s.leave(out)
	s.join(best)
	return true
}

func (s *network) leave(i int) {
	s.in[i] = false
	for _, node := range []int{s.arcs[i].from, s.arcs[i].to} {
		kept := s.tree[node][:0]
		for _, other := range s.tree[node] {
			if other != i {
				kept = append(kept, other)
			}
		}
		s.tree[node] = kept
	}
}
