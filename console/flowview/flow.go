package flowview

import (
	"strings"
	"time"

	"texmlsrv/flows/graph"
	"texmlsrv/sessions"
)

// Flow is everything about one flow.
type Flow struct {
	Entry

	Release   Release    `json:"release"`
	Older     []Older    `json:"older"`   // releases that calls which stand in the flow go by
	Over      Over       `json:"over"`    // how far back Figures, Questions and Ways go
	Counted   bool       `json:"counted"` // the figures are known; else all are 0
	Figures   Figures    `json:"figures"`
	Steps     []Step     `json:"steps"` // in the order of the file
	Questions []Question `json:"questions"`
	Ways      []Way      `json:"ways"`

	Problems []Problem `json:"problems"` // of the flow, and of the files that all flows share
	Refused  bool      `json:"refused"`  // the problems keep what was saved from being served
	Saved    time.Time `json:"saved,omitzero"`

	Documents []Document `json:"documents"`
	Files     []File     `json:"files"`

	graph *graph.Graph
}

// Step is a step of the flow and what calls did there.
type Step struct {
	Name    string    `json:"name"`
	Kind    string    `json:"kind"` // as package graph names it: ai, keys, play …
	Does    string    `json:"does"` // in words
	Outcome string    `json:"outcome,omitempty"`
	Ends    bool      `json:"ends,omitempty"` // the flow ends here
	Waiting int       `json:"waiting"`        // calls that stand here now
	Since   time.Time `json:"since,omitzero"` // when the one that waits longest was sent its document
	Ended   int       `json:"ended"`          // calls that ended here
}

// Question is a step that asks, and what became of its question.
type Question struct {
	Step    string `json:"step"`
	Kind    string `json:"kind"`
	Waiting int    `json:"waiting"`
	graph.Asking
}

// Percent is how much of all that was asked a part is, to a whole number.
func (q Question) Percent(part int) int {
	whole := max(q.Asked, q.Answered+q.Again+q.GaveUp+q.Dropped)
	if whole == 0 {
		return 0
	}
	return (100*part + whole/2) / whole
}

// Way is a rule, or something else that leads from one step to another, and how
// many turns it led.
type Way struct {
	From   string `json:"from"` // a step; "" where calls come from outside, or from any step
	To     string `json:"to"`   // a step, of another flow as flow/step
	Kind   string `json:"kind"` // as package graph names it: next, on, otherwise …; "other" for what is not in the graph
	Name   string `json:"name"` // of where it begins, in words
	Rule   string `json:"rule,omitempty"`
	When   string `json:"when,omitempty"`
	Label  string `json:"label,omitempty"` // the condition in short
	Taken  int    `json:"taken"`
	ToFlow string `json:"-"`
	ToStep string `json:"-"`
}

// FlowOf is everything about a flow, with the figures of a span; ok is false
// where there is no such flow.
func FlowOf(g *Given, name string, over Over) (f *Flow, ok bool) {
	flow := g.Release.Flows[name]
	if flow == nil {
		return nil, false
	}
	drawn, err := graph.Of(g.Release, name)
	if err != nil {
		return nil, false
	}
	f = &Flow{
		Entry: g.entry(flow), Release: g.release(), Older: g.older(name), Over: over, Figures: figuresOf(g.over(over), name),
		Steps: []Step{}, Questions: []Question{}, Ways: []Way{},
		Problems: problemsOf(aboutFlow(g.Checked.Found, name)), Refused: g.Checked.Refused, Saved: g.Checked.At, graph: drawn,
	}
	var rest []sessions.Move
	if counts := g.over(over); counts != nil {
		f.Counted = true
		rest = drawn.Count(*counts)
	}
	f.steps()
	f.ways(rest)
	f.Documents = documentsOf(g.Release, flow)
	f.Files = filesOf(g.Release, flow)
	return f, true
}

// Graph is the graph of the flow, with the figures where they are known.
func (f *Flow) Graph() *graph.Graph { return f.graph }

func (f *Flow) steps() {
	for i := range f.graph.Nodes {
		n := &f.graph.Nodes[i]
		if n.Step == "" || n.Kind == graph.External {
			continue
		}
		f.Steps = append(f.Steps, Step{
			Name: n.Step, Kind: string(n.Kind), Does: n.Detail, Outcome: n.Outcome, Ends: n.Ends, Waiting: n.Waiting, Since: n.Since, Ended: n.Ended,
		})
		if !n.Asks() {
			continue
		}
		q := Question{Step: n.Step, Kind: string(n.Kind), Waiting: n.Waiting}
		if n.Asking != nil {
			q.Asking = *n.Asking
		}
		f.Questions = append(f.Questions, q)
	}
}

// ways are the edges of the graph, and what was counted beside them.
func (f *Flow) ways(rest []sessions.Move) {
	nodes := map[string]*graph.Node{}
	for i := range f.graph.Nodes {
		nodes[f.graph.Nodes[i].ID] = &f.graph.Nodes[i]
	}
	for _, e := range f.graph.Edges {
		from, to := nodes[e.From], nodes[e.To]
		if from == nil || to == nil || e.Kind == graph.ByAside || from.Kind == graph.Over {
			continue
		}
		w := Way{From: from.Step, Name: from.Name, Kind: string(e.Kind), Rule: e.Rule, When: e.When, Label: e.Label, Taken: e.Taken, ToFlow: f.Name, ToStep: to.Step}
		if to.Kind == graph.External {
			w.ToFlow = to.Flow
		}
		w.To = f.placeName(sessions.Place{Flow: w.ToFlow, Step: w.ToStep})
		f.Ways = append(f.Ways, w)
	}
	for _, m := range rest {
		w := Way{From: m.From.Step, Name: f.placeName(m.From), Kind: "other", Rule: m.Rule, Label: f.restLabel(m), Taken: m.Count, ToFlow: m.To.Flow, ToStep: m.To.Step, To: f.placeName(m.To)}
		if m.From.Flow != f.Name {
			w.From = ""
		}
		f.Ways = append(f.Ways, w)
	}
}

// restLabel says of a move that is no edge of the graph what it was.
func (f *Flow) restLabel(m sessions.Move) string {
	switch {
	case m.Rule == sessions.RulePerson:
		return "taken there by a person"
	case m.To.Flow == f.Name && m.From.Flow != f.Name:
		return "from another flow"
	case m.To.Flow != f.Name:
		return "into another flow"
	case m.From.Step == "":
		return "by a URL"
	}
	return "not in these flows: by those of another release"
}

// placeName is a place as authors write it in this flow.
func (f *Flow) placeName(p sessions.Place) string {
	switch {
	case p == sessions.Place{}:
		return "outside"
	case p.Flow == f.Name && p.Step == "":
		return "any step"
	case p.Flow == f.Name:
		return p.Step
	}
	return strings.TrimSuffix(p.Flow+"/"+p.Step, "/")
}
