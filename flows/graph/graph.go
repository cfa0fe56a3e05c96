// Package graph draws flows, so that a person can see where a call may go: which
// steps there are, what each of them does, and which rule leads from one to the
// next.
//
// Of makes a model of a flow. The model is written as it is (JSON), as text for
// other tools (Mermaid, DOT), or laid out in layers and drawn (SVG, PNG). All of
// it is pure, and the same flow gives the same bytes.
package graph

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"texmlsrv/flows"
)

// Graph is a flow as nodes and edges. Nodes stand in the order of the file, edges
// by the step they leave and in the order in which rules are tried.
type Graph struct {
	Flow  string `json:"flow"`
	Title string `json:"title,omitempty"`
	Nodes []Node `json:"nodes"`
	Edges []Edge `json:"edges"`

	Counted bool `json:"counted,omitempty"` // it has figures of what calls did: see Count
}

// Kind is what a node stands for.
type Kind string

// The kinds of nodes: first those of steps, by what they do.
const (
	AsksAI   Kind = "ai"        // an AI gather
	AsksKeys Kind = "keys"      // a Gather: keys, speech or both
	Dials    Kind = "dial"      // a Dial
	Records  Kind = "record"    // a Record
	Waits    Kind = "wait"      // another verb that waits for its end: Enqueue, Connect, Refer, Pay, HttpRequest
	Plays    Kind = "play"      // a document that asks nothing
	LooksUp  Kind = "lookup"    // a look-up
	SubFlow  Kind = "sub-flow"  // another flow, which comes back
	Decides  Kind = "decide"    // rules alone
	External Kind = "external"  // no step of this flow: a step of another one
	Start    Kind = "start"     // no step: where a call begins
	Over     Kind = "over"      // no step: the call is over, and what is done then begins
	Anywhere Kind = "anywhere"  // no step: rules that are tried at every step (always)
	Fallback Kind = "otherwise" // no step: where steps lead that have no otherwise of their own
)

// Node is a step, a step of another flow, or one of the marks that are no steps.
type Node struct {
	ID      string `json:"id"` // unique, and the same as long as the step has its name: step-menu
	Kind    Kind   `json:"kind"`
	Flow    string `json:"flow,omitempty"` // of an External, and of a SubFlow the flow it goes through
	Step    string `json:"step,omitempty"` // "" for marks
	Name    string `json:"name"`           // as it is drawn
	Detail  string `json:"detail,omitempty"`
	Outcome string `json:"outcome,omitempty"` // the label that the step gives the call
	Ends    bool   `json:"ends,omitempty"`    // the flow ends here
	Of      int    `json:"of,omitempty"`      // of an Anywhere or Fallback: how many steps it stands for
	Path    bool   `json:"path,omitempty"`    // on the path that was marked

	Waiting int       `json:"waiting,omitempty"` // calls that stand here now
	Since   time.Time `json:"since,omitzero"`    // when the one that waits longest was sent its document
	Ended   int       `json:"ended,omitempty"`   // calls that ended here
	Asking  *Asking   `json:"asking,omitempty"`  // of a question, once it is counted
}

// EdgeKind is why a call goes along an edge.
type EdgeKind string

// The kinds of edges.
const (
	ByNext      EdgeKind = "next"      // a rule of next
	ByReturn    EdgeKind = "return"    // a rule of next, after another flow came back
	ByStatus    EdgeKind = "on"        // a rule for a status
	ByOtherwise EdgeKind = "otherwise" // a rule of otherwise
	ByAlways    EdgeKind = "always"    // a rule of always
	ByRetry     EdgeKind = "again"     // the question is asked again
	ByLink      EdgeKind = "link"      // a URL made by step("name")
	ByAside     EdgeKind = "aside"     // a URL made by aside("name"): played to another leg
	ByMark      EdgeKind = "mark"      // from where a call begins, or what is done after its end
)

// Edge is one way from a node to another, or to itself.
type Edge struct {
	From   string   `json:"from"` // the ID of a node
	To     string   `json:"to"`
	Kind   EdgeKind `json:"kind"`
	Rule   string   `json:"rule,omitempty"`   // where it stands: next[0]; "" for what no rule says
	Status string   `json:"status,omitempty"` // of on
	After  int      `json:"after,omitempty"`  // of on: only after that many in a row
	When   string   `json:"when,omitempty"`   // the condition, as written
	Label  string   `json:"label,omitempty"`  // the condition in short
	Set    []string `json:"set,omitempty"`    // variables that change on the way
	Forget []string `json:"forget,omitempty"` // gathered values that are forgotten on the way
	Path   bool     `json:"path,omitempty"`   // on the path that was marked
	Taken  int      `json:"taken,omitempty"`  // turns that went along it
}

// Of is the graph of a flow of a release. The error says that there is no such
// flow.
func Of(r *flows.Release, name string) (*Graph, error) {
	flow := r.Flows[name]
	if flow == nil {
		return nil, fmt.Errorf("graph: there is no flow %q", name)
	}
	b := newBuilder(flow)
	b.begin()
	for _, step := range flow.Order {
		b.step(flow.Steps[step])
	}
	b.shared()
	return b.finish(), nil
}

// JSON is the model as it is, indented.
func (g *Graph) JSON() ([]byte, error) {
	text, err := json.MarshalIndent(g, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("graph: %w", err)
	}
	return append(text, '\n'), nil
}

// node is the node with an ID, nil for none.
func (g *Graph) node(id string) *Node {
	if i := g.index(id); i >= 0 {
		return &g.Nodes[i]
	}
	return nil
}

func (g *Graph) index(id string) int {
	return slices.IndexFunc(g.Nodes, func(n Node) bool { return n.ID == id })
}

// NoStepError is a step of a path that the flow does not have.
type NoStepError struct {
	Step  string
	Known []string // the steps that there are
}

func (e *NoStepError) Error() string { return fmt.Sprintf("graph: there is no step %q", e.Step) }

// Visit is a step that a call was at.
type Visit struct {
	Flow string // "" for the flow of the graph
	Step string // also flow/step, where Flow is ""
	Rule string // by which it was left, as timelines name it: next[0]; "" where that is not known
}

// Mark marks the way of a call: its steps in their order, and what leads from
// each to the next. Where the rule is not known, these are all edges that do.
// Steps of other flows that are not in the graph are left out. The error is a
// *NoStepError, for a step of this flow.
func (g *Graph) Mark(way []Visit) error {
	var before *Visit
	beforeID := ""
	for i := range way {
		v := &way[i]
		name := v.Step
		if v.Flow != "" && v.Flow != g.Flow {
			name = v.Flow + "/" + v.Step
		}
		at := slices.IndexFunc(g.Nodes, func(n Node) bool { return n.Step != "" && n.Name == name })
		switch {
		case at < 0 && name == v.Step:
			return &NoStepError{name, g.steps()}
		case at < 0:
			continue
		}
		g.Nodes[at].Path = true
		if before != nil {
			g.markEdge(beforeID, g.Nodes[at].ID, before.Rule)
		}
		before, beforeID = v, g.Nodes[at].ID
	}
	return nil
}

func (g *Graph) steps() []string {
	var names []string
	for _, n := range g.Nodes {
		if n.Step != "" {
			names = append(names, n.Name)
		}
	}
	return names
}

// markEdge marks the edges from one node to another, those of a rule where it is
// known; where there is none, those that lead there from every step.
func (g *Graph) markEdge(from, to, rule string) {
	for _, source := range []string{from, idAnywhere, idFallback} {
		found := false
		for i, e := range g.Edges {
			if e.From == source && e.To == to && e.Kind != ByAside && (rule == "" || e.Rule == rule) {
				g.Edges[i].Path, found = true, true
			}
		}
		if found {
			if n := g.node(source); n != nil {
				n.Path = true
			}
			return
		}
	}
}
