package graph

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// randomGraph is a graph such as flows are: every step leads a little further,
// some lead back, and some give up.
func randomGraph(r *rand.Rand, steps int) *Graph {
	g := &Graph{Flow: "random", Title: "Random"}
	kinds := []Kind{AsksAI, AsksKeys, Dials, Records, Plays, LooksUp, SubFlow, Decides, External}
	for i := range steps {
		n := Node{ID: fmt.Sprintf("step-%d", i), Step: fmt.Sprintf("step-%d", i), Kind: kinds[r.IntN(len(kinds))], Detail: "does something"}
		n.Name = n.Step
		if r.IntN(6) == 0 {
			n.Outcome, n.Ends = "outcome", true
		}
		g.Nodes = append(g.Nodes, n)
	}
	edge := func(from, to int, kind EdgeKind, label string) {
		g.Edges = append(g.Edges, Edge{From: g.Nodes[from].ID, To: g.Nodes[to].ID, Kind: kind, Label: label})
	}
	for i := range steps {
		for range r.IntN(3) {
			edge(i, min(steps-1, i+1+r.IntN(6)), ByNext, `choice = "yes"`)
		}
		edge(i, min(steps-1, i+1), ByNext, "")
		switch r.IntN(6) {
		case 0:
			edge(i, max(0, i-r.IntN(8)), ByNext, "once more")
		case 1:
			edge(i, steps-1, ByOtherwise, "otherwise")
		case 2:
			edge(i, i, ByRetry, "up to 3×")
		}
	}
	return g
}

func BenchmarkLayout(b *testing.B) {
	for _, steps := range []int{14, 200} {
		g := randomGraph(rand.New(rand.NewPCG(1, 2)), steps)
		b.Run(fmt.Sprintf("steps=%d", steps), func(b *testing.B) {
			for b.Loop() {
				newSheet(g)
			}
		})
	}
}
