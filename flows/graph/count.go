package graph

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"texmlsrv/sessions"
)

// Asking is what became of a question. Asked is how often it was put; that it
// was, and what became of it, may fall on different sides of the begin of the
// span that is counted.
type Asking struct {
	Asked    int `json:"asked"`
	Answered int `json:"answered"` // an answer led on
	Again    int `json:"again"`    // it was asked again
	GaveUp   int `json:"gave_up"`  // otherwise, or a status, led elsewhere
	Dropped  int `json:"dropped"`  // the call ended here
}

// Count notes what calls did, for the picture to show: how many took each edge,
// what became of questions, and how many stand at a step. Counts of steps that
// are not in the graph are left out. It is called once. rest are the moves within
// the flow, into it and out of it that no edge stands for: into a flow that comes
// back, and those of releases with other rules.
func (g *Graph) Count(c sessions.Counts) (rest []sessions.Move) {
	g.Counted = true
	for i := range g.Nodes {
		if n := &g.Nodes[i]; n.Asks() {
			n.Asking = &Asking{}
		}
	}
	for _, m := range c.Moves {
		if e := g.taken(m); e != nil {
			e.Taken += m.Count
		} else if (m.From.Flow == g.Flow || m.To.Flow == g.Flow) && m.To != (sessions.Place{}) {
			rest = append(rest, m)
		}
		g.came(m)
		g.left(m)
	}
	for _, s := range c.Standing {
		if n := g.at(s.Place); n != nil {
			n.Waiting, n.Since = n.Waiting+s.Live, earlier(n.Since, s.Since)
		}
	}
	return rest
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// at is the node of a place; nil for none, and for a flow without step.
func (g *Graph) at(p sessions.Place) *Node {
	i := slices.IndexFunc(g.Nodes, func(n Node) bool {
		if n.Kind == External {
			return p.Flow == n.Flow && p.Step == n.Step
		}
		return n.Step != "" && p.Flow == g.Flow && p.Step == n.Step
	})
	if i < 0 {
		return nil
	}
	return &g.Nodes[i]
}

// came counts a turn that put a question.
func (g *Graph) came(m sessions.Move) {
	if n := g.at(m.To); n != nil && n.Asking != nil {
		n.Asking.Asked += m.Count
	}
}

// left counts a turn that went on from a step, or a call that ended there.
func (g *Graph) left(m sessions.Move) {
	n := g.at(m.From)
	if n == nil {
		return
	}
	over := m.To == sessions.Place{}
	if over {
		n.Ended += m.Count
	}
	if n.Asking == nil {
		return
	}
	switch list, _, _ := strings.Cut(m.Rule, "["); {
	case over:
		n.Asking.Dropped += m.Count
	case m.To == m.From:
		n.Asking.Again += m.Count
	case list == "" || list == "next" || list == "always" || list == "on.valid":
		n.Asking.Answered += m.Count
	default:
		n.Asking.GaveUp += m.Count
	}
}

// taken is the edge that a turn went along; nil where none stands for it.
func (g *Graph) taken(m sessions.Move) *Edge {
	to := g.at(m.To)
	switch {
	case to == nil:
		return nil
	case m.From == sessions.Place{}:
		return g.edge(func(e *Edge) bool { return e.From == idStart && e.To == to.ID })
	case m.From == sessions.Place{Flow: g.Flow} && m.Rule == "":
		return g.linked(to.ID)
	}
	from := g.at(m.From)
	if from == nil {
		return nil
	}
	if m.Rule == "" && from == to {
		return g.edge(func(e *Edge) bool { return e.Kind == ByRetry && e.From == from.ID && e.Rule == "" })
	}
	for _, source := range []string{from.ID, idAnywhere, idFallback} {
		if e := g.edge(func(e *Edge) bool {
			return e.From == source && e.Kind != ByAside && e.Rule == m.Rule && m.Rule != "" && (e.To == to.ID || from == to && e.Kind == ByRetry && e.From == e.To)
		}); e != nil {
			return e
		}
	}
	return nil
}

func (g *Graph) edge(is func(*Edge) bool) *Edge {
	for i := range g.Edges {
		if is(&g.Edges[i]) {
			return &g.Edges[i]
		}
	}
	return nil
}

// linked is the one edge of a URL that leads to a step; nil where several do:
// counts do not tell them apart.
func (g *Graph) linked(to string) *Edge {
	var found *Edge
	for i := range g.Edges {
		if e := &g.Edges[i]; e.Kind == ByLink && e.To == to {
			if found != nil {
				return nil
			}
			found = e
		}
	}
	return found
}

// Asks reports whether a step puts a question that can be put again.
func (n *Node) Asks() bool { return slices.Contains([]Kind{AsksAI, AsksKeys, Records}, n.Kind) }

// holds reports whether calls can stand at a step of this flow: it has a
// document.
func (n *Node) holds() bool {
	return n.Asks() || slices.Contains([]Kind{Dials, Waits, Plays}, n.Kind)
}

// counts reports whether turns that go along an edge are counted.
func (e *Edge) counts() bool { return e.Kind != ByAside && e.From != idOver }

// brief is a number in at most four characters: 1234, 12k, 3M.
func brief(n int) string {
	const thousand, million = 1000, 1000000
	switch {
	case n < 10*thousand:
		return strconv.Itoa(n)
	case n < million:
		return strconv.Itoa(n/thousand) + "k"
	}
	return strconv.Itoa(min(n/million, 999)) + "M"
}

// times is how often, in words.
func times(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return strconv.Itoa(n) + " " + thing
}

// dropped says how many hung up at a question; "" where nobody was asked.
func (a *Asking) dropped() string {
	switch {
	case a == nil || a.Asked == 0 && a.Dropped == 0:
		return ""
	case a.Dropped == 0:
		return "nobody hung up"
	}
	return brief(a.Dropped) + " of " + brief(max(a.Asked, a.Dropped)) + " hung up"
}

// Room for figures: it is the same whatever they are, so that a picture stays as
// it is while they change.
const (
	takenChars  = "0000" // as brief makes them
	takenHeight = 18     // of the figure at a line
	chipPadding = 12
	waitingRoom = 44 // in a node, for how many wait
	droppedText = "0000 of 0000 hung up"
)

// taken draws how many took a line, in the middle of a place or to the right of
// it, below a top.
func (s *sheet) taken(i int, x, top float64, middle bool) group {
	b := &s.bundles[i]
	line := s.lineGroup(i)
	g := group{id: "taken-" + strings.TrimPrefix(line.id, "edge-"), class: "taken", data: line.data[:2]}
	text := brief(b.taken)
	wide := float64(s.ruler.width(text, labelSize, true) + chipPadding)
	if middle {
		x -= wide / 2
	}
	if b.taken == 0 {
		g.write("taken-none", text, x+wide/2, top+12, true)
		return g
	}
	g.title = times(b.taken, "turn") + " went from " + s.graph.Nodes[b.from].Name + " to " + s.graph.Nodes[b.to].Name
	g.outline("taken", rounded(x, top, wide, takenHeight-2, (takenHeight-2)/2))
	g.write("taken-text", text, x+wide/2, top+12, true)
	return g
}

// waiting draws how many calls stand at a step, round a place.
func (s *sheet) waiting(n *Node, x, y float64) group {
	g := group{id: "waiting-" + n.ID, class: "waiting", data: [][2]string{{"step", n.Step}}}
	if n.Waiting == 0 {
		return g
	}
	g.title = times(n.Waiting, "call") + " at " + n.Name + " now"
	text := brief(n.Waiting)
	wide := float64(max(s.ruler.width(text, nameSize, true)+chipPadding, 24))
	g.outline("waiting", rounded(x-wide/2, y-11, wide, 22, 11))
	g.write("waiting-text", text, x, y+4.5, true)
	return g
}

// figures draws what is counted of a step; x and y are the corner of its card.
func (s *sheet) figures(i int, x, y float64) []group {
	n, c := &s.graph.Nodes[i], s.cards[i]
	if !s.graph.Counted || !n.holds() {
		return nil
	}
	right := x + float64(c.width) - padding
	if n.Ends {
		right -= endRoom
	}
	all := []group{s.waiting(n, right-waitingRoom/2+4, y+float64(c.height)/2)}
	if text := n.Asking.dropped(); text != "" {
		style := "dropped"
		if n.Asking.Dropped == 0 {
			style = "dropped-none"
		}
		g := group{class: "dropped"}
		g.write(style, text, x+padding+iconRoom, y+float64(c.height)-padding-3, false)
		all = append(all, g)
	}
	return all
}
