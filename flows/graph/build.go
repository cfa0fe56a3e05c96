package graph

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"texmlsrv/flows"
)

// IDs of the nodes that are no steps. A step's is "step-" and its name.
const (
	idStart    = "begin"
	idOver     = "over"
	idAnywhere = "always"
	idFallback = "otherwise"
)

// sharedFrom is from how many steps on the flow's own otherwise is drawn once,
// and not as an edge of each.
const sharedFrom = 3

// builder makes the graph of one flow.
type builder struct {
	flow      *flows.Flow
	graph     *Graph
	external  map[string]bool // IDs of steps of other flows that have their node
	after     map[string]bool // steps that only come after the end of the call
	asides    map[string]bool // steps that are only played to other legs
	fallbacks []*flows.Step   // steps that the flow's otherwise is for
}

func newBuilder(flow *flows.Flow) *builder {
	b := &builder{flow: flow, graph: &Graph{Flow: flow.Name, Title: flow.Title}, external: map[string]bool{}}
	called := reach(flow, flow.Start, true)
	b.after, b.asides = map[string]bool{}, map[string]bool{}
	if flow.Ended != "" {
		b.after = without(reach(flow, flow.Ended, false), called)
	}
	for _, step := range flow.Order {
		for _, l := range flow.Steps[step].Outline().Links {
			if l.Aside {
				maps.Copy(b.asides, without(reach(flow, l.Step, false), called))
			}
		}
	}
	return b
}

// reach are the steps that a call can get to from one, by what the flow's own
// steps say; with the rules for all steps where they count.
func reach(flow *flows.Flow, from string, all bool) map[string]bool {
	seen := map[string]bool{}
	queue := []string{from}
	if all {
		queue = append(queue, targets(flow.Always, flow.Defaults.Otherwise)...)
	}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		step := flow.Steps[name]
		if step == nil || seen[name] {
			continue
		}
		seen[name] = true
		lists := []flows.Rules{step.Next, step.Otherwise}
		for _, on := range step.On {
			lists = append(lists, on.Rules)
		}
		queue = append(queue, targets(lists...)...)
		for _, l := range step.Outline().Links {
			if !l.Aside {
				queue = append(queue, l.Step)
			}
		}
	}
	return seen
}

// targets are the steps of the same flow that rules lead to.
func targets(lists ...flows.Rules) []string {
	var names []string
	for _, rules := range lists {
		for _, r := range rules {
			if r.Goto.Flow == "" && r.Goto.Step != "" {
				names = append(names, r.Goto.Step)
			}
		}
	}
	return names
}

func without(a, b map[string]bool) map[string]bool {
	maps.DeleteFunc(a, func(name string, _ bool) bool { return b[name] })
	return a
}

func stepID(name string) string { return "step-" + name }

// begin adds where a call begins, and where its end does.
func (b *builder) begin() {
	b.graph.Nodes = append(b.graph.Nodes, Node{ID: idStart, Kind: Start, Name: "the call begins"})
	b.edge(Edge{From: idStart, To: stepID(b.flow.Start), Kind: ByMark})
	if b.flow.Ended != "" {
		b.graph.Nodes = append(b.graph.Nodes, Node{ID: idOver, Kind: Over, Name: "the call is over"})
		b.edge(Edge{From: idOver, To: stepID(b.flow.Ended), Kind: ByMark})
	}
}

func (b *builder) edge(e Edge) { b.graph.Edges = append(b.graph.Edges, e) }

// step adds a step and what leads away from it.
func (b *builder) step(s *flows.Step) {
	outline := s.Outline()
	n := Node{ID: stepID(s.Name), Step: s.Name, Name: s.Name, Flow: s.Flow, Ends: s.Next == nil && !b.asides[s.Name] && !b.after[s.Name]}
	n.Kind, n.Detail = describe(s, outline)
	if s.Outcome != nil {
		n.Outcome = source(s.Outcome)
	}
	b.graph.Nodes = append(b.graph.Nodes, n)
	if attempts := b.flow.Defaults.Attempts; outline.Question() && attempts > 1 && s.Next != nil {
		b.edge(Edge{From: n.ID, To: n.ID, Kind: ByRetry, After: attempts, Label: fmt.Sprintf("up to %d×", attempts)})
	}
	kind := ByNext
	if s.Flow != "" {
		kind = ByReturn
	}
	b.rules(n.ID, s.Next, Edge{Kind: kind})
	for _, status := range slices.Sorted(maps.Keys(s.On)) {
		b.rules(n.ID, s.On[status].Rules, Edge{Kind: ByStatus, Status: status, After: s.On[status].After})
	}
	b.rules(n.ID, s.Otherwise, Edge{Kind: ByOtherwise})
	if !b.after[s.Name] && !b.asides[s.Name] && b.falls(s, outline) {
		b.fallbacks = append(b.fallbacks, s)
	}
	for _, l := range outline.Links {
		kind := ByLink
		if l.Aside {
			kind = ByAside
		}
		b.edge(Edge{From: n.ID, To: stepID(l.Step), Kind: kind, Label: string(kind)})
	}
}

// rules adds an edge for every rule that leads somewhere, up to the first that
// always holds.
func (b *builder) rules(from string, rules flows.Rules, like Edge) {
	tried := false
	for _, r := range rules {
		if r.Goto == (flows.Target{}) {
			continue
		}
		e := like
		e.From, e.To, e.Rule, e.Forget = from, b.target(from, r.Goto), r.Name, r.Forget
		for _, a := range r.Set {
			e.Set = append(e.Set, a.Name)
		}
		if r.When != nil {
			e.When = r.When.Source()
		}
		if r.Goto.Again {
			e.Kind = ByRetry
		}
		e.Label = label(e, tried)
		b.edge(e)
		if r.When == nil {
			return
		}
		tried = true
	}
}

// target is the ID of where a rule leads; a step of another flow gets its node.
func (b *builder) target(from string, t flows.Target) string {
	if t.Again {
		return from
	}
	if t.Flow == "" || t.Flow == b.flow.Name {
		return stepID(t.Step)
	}
	id := "flow-" + t.Flow + "." + t.Step
	if !b.external[id] {
		b.external[id] = true
		b.graph.Nodes = append(b.graph.Nodes, Node{ID: id, Kind: External, Flow: t.Flow, Step: t.Step, Name: t.String(), Detail: "goes on in " + t.Flow})
	}
	return id
}

// falls reports whether a step may come to the flow's own otherwise: the engine
// goes there after a failure, and where no rule of the step leads on.
func (b *builder) falls(s *flows.Step, outline flows.Outline) bool {
	switch {
	case len(b.flow.Defaults.Otherwise) == 0 || leadsOn(s.Otherwise):
		return false
	case s.Lookup != nil:
		return true
	case s.Next == nil:
		return false
	}
	return outline.Question() || !leadsOn(s.Next)
}

// leadsOn reports whether rules lead somewhere whatever is the case.
func leadsOn(rules flows.Rules) bool {
	return slices.ContainsFunc(rules, func(r flows.Rule) bool {
		return r.When == nil && r.Goto != (flows.Target{}) && !r.Goto.Again
	})
}

// shared adds the rules that stand for all steps. They are drawn once: as an edge
// of every step they would hide all others.
func (b *builder) shared() {
	if len(b.flow.Always) > 0 {
		n := len(b.flow.Order) - len(b.after) - len(b.asides)
		b.graph.Nodes = append(b.graph.Nodes, Node{ID: idAnywhere, Kind: Anywhere, Name: "at every step", Detail: "always", Of: n})
		b.rules(idAnywhere, b.flow.Always, Edge{Kind: ByAlways})
	}
	rules := slices.DeleteFunc(slices.Clone(b.fallbacks), func(s *flows.Step) bool { return b.onlyToItself(s) })
	if len(rules) < sharedFrom {
		for _, s := range rules {
			b.rules(stepID(s.Name), b.flow.Defaults.Otherwise, Edge{Kind: ByOtherwise})
		}
		b.dropSelf()
		return
	}
	names := make([]string, len(rules))
	for i, s := range rules {
		names[i] = s.Name
	}
	b.graph.Nodes = append(b.graph.Nodes, Node{ID: idFallback, Kind: Fallback, Name: "steps that cannot go on", Detail: strings.Join(names, ", "), Of: len(rules)})
	b.rules(idFallback, b.flow.Defaults.Otherwise, Edge{Kind: ByOtherwise})
}

// onlyToItself reports whether the flow's otherwise leads nowhere but to a step:
// it is not followed then.
func (b *builder) onlyToItself(s *flows.Step) bool {
	return !slices.ContainsFunc(b.flow.Defaults.Otherwise, func(r flows.Rule) bool {
		return r.Goto != (flows.Target{}) && r.Goto.Step != s.Name
	})
}

// dropSelf takes out what the engine does not follow: otherwise never leads to
// the step that failed.
func (b *builder) dropSelf() {
	b.graph.Edges = slices.DeleteFunc(b.graph.Edges, func(e Edge) bool { return e.Kind == ByOtherwise && e.From == e.To })
}

// finish puts the nodes of other flows behind the steps, and the edges in the
// order of the nodes they leave.
func (b *builder) finish() *Graph {
	b.dropSelf()
	rank := func(n Node) int { return map[Kind]int{External: 1, Anywhere: 2, Fallback: 3}[n.Kind] }
	slices.SortStableFunc(b.graph.Nodes, func(x, y Node) int { return rank(x) - rank(y) })
	place := map[string]int{}
	for i, n := range b.graph.Nodes {
		place[n.ID] = i
	}
	slices.SortStableFunc(b.graph.Edges, func(x, y Edge) int { return place[x.From] - place[y.From] })
	return b.graph
}
