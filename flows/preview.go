package flows

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// Preview is what a step would send if a call came to it now: one of Document
// and Lookup, or neither for a step that has rules alone.
type Preview struct {
	Document Document
	Command  *sessions.Command // that goes with Document
	Lookup   *LookupRequest
	Aside    bool     // Document is played to somebody else, and is no turn
	Gaps     []string // expressions without a value: nothing stands in their place
}

// UnknownStepError says that a flow, or a step of one, does not exist.
type UnknownStepError struct {
	Name  string
	Known []string // what there is in its place
}

func (e *UnknownStepError) Error() string {
	hint := texml.Nearest(e.Name, e.Known)
	if hint != "" {
		return fmt.Sprintf("there is no %q; did you mean %s?", e.Name, hint)
	}
	return fmt.Sprintf("there is no %q; there are %s", e.Name, strings.Join(e.Known, ", "))
}

// Preview renders a step for a session as it stands, which is not changed. The
// error is an *UnknownStepError, or says why the step cannot be rendered.
func (r *Release) Preview(s *sessions.Session, flow, step string, now time.Time) (Preview, error) {
	if r.Flows[flow] == nil {
		return Preview{}, &UnknownStepError{flow, r.Names()}
	}
	at := r.Flows[flow].Steps[step]
	if at == nil {
		return Preview{}, &UnknownStepError{step, r.Flows[flow].Order}
	}
	d := r.decide(s, now)
	d.flow, d.session.Flow, d.session.Step = r.Flows[flow], flow, step
	d.session.Attempt = max(d.session.Attempt, 1)
	switch {
	case at.Lookup != nil:
		request, err := d.lookupRequest(at.Lookup, d.scope())
		return Preview{Lookup: request, Gaps: d.gaps}, err
	case at.Document == nil:
		return Preview{}, nil
	}
	if at.Missing || d.session.Attempt > 1 {
		d.keepKnown(at)
	}
	var p Preview
	var err error
	p.Aside = d.flow.playsAside(step)
	d.aside = p.Aside
	p.Document, _, p.Command, err = d.draw(at, d.documentScope(at))
	p.Gaps = d.gaps
	return p, err
}

// playsAside reports whether a document of the flow has a step played as an
// aside.
func (f *Flow) playsAside(name string) bool {
	return slices.ContainsFunc(f.Order, func(step string) bool {
		return slices.Contains(f.Steps[step].Outline().Links, StepLink{Step: name, Aside: true})
	})
}

// Typed is the value of a name of gathered that a text stands for: where a step
// of the flow gathers the name, what its schema takes; else JSON, else the text
// itself.
func (r *Release) Typed(flow, name, text string) any {
	values := []any{text}
	if v, err := schemas.DecodeJSON([]byte(text)); err == nil {
		values = []any{v, text}
	}
	if f := r.Flows[flow]; f != nil {
		for _, step := range f.Order {
			schema := f.Steps[step].written()
			if schema == nil {
				continue
			}
			if i := slices.IndexFunc(values, func(v any) bool { return schema.Valid(name, v) }); i >= 0 {
				return values[i]
			}
		}
	}
	return values[0]
}

// written is the schema of what a step gathers, if there is no expression in
// it; else nil.
func (s *Step) written() *schemas.Schema {
	var found *schemas.Schema
	s.walk(func(e *element) {
		if found == nil && e.name == "Parameters" {
			found = e.schema
		}
	})
	return found
}
