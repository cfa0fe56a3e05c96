package graph

import (
	"testing"

	"pgregory.net/rapid"
)

// cost is what places cost, and whether they are far enough apart.
func cost(places []int, arcs []arc) (sum int, right bool) {
	for _, a := range arcs {
		length := places[a.to] - places[a.from]
		if length < a.length {
			return 0, false
		}
		sum += a.weight * (length - a.length)
	}
	return sum, true
}

// cheapest tries all places up to a limit.
func cheapest(n, limit int, arcs []arc) int {
	best := -1
	places := make([]int, n)
	var try func(node int)
	try = func(node int) {
		if node == n {
			if sum, right := cost(places, arcs); right && (best < 0 || sum < best) {
				best = sum
			}
			return
		}
		for places[node] = 0; places[node] <= limit; places[node]++ {
			try(node + 1)
		}
	}
	try(0)
	return best
}

// TestSimplex holds the places of small graphs against all that there can be.
func TestSimplex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "nodes")
		var arcs []arc
		for to := 1; to < n; to++ { // connected, and without cycles
			from := rapid.IntRange(0, to-1).Draw(t, "from")
			arcs = append(arcs, arc{from, to, rapid.IntRange(0, 2).Draw(t, "length"), rapid.IntRange(0, 3).Draw(t, "weight")})
		}
		for range rapid.IntRange(0, 5).Draw(t, "more") {
			to := rapid.IntRange(1, n-1).Draw(t, "to")
			from := rapid.IntRange(0, to-1).Draw(t, "from")
			arcs = append(arcs, arc{from, to, rapid.IntRange(0, 2).Draw(t, "length"), rapid.IntRange(0, 3).Draw(t, "weight")})
		}
		got, right := cost(simplex(n, arcs, simplexSteps), arcs)
		if want := cheapest(n, 2*(n-1), arcs); !right || got != want {
			t.Fatalf("costs %d (%v), could cost %d: %v", got, right, want, arcs)
		}
	})
}
