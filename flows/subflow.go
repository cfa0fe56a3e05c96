package flows

import (
	"fmt"
	"slices"

	"texmlsrv/sessions"
)

// nestingLimit bounds how deep flows may call flows.
const nestingLimit = 8

// call enters the flow that a step names, and remembers where to come back to.
func (d *turn) call(step *Step) {
	s := &d.session
	if len(s.Callers) >= nestingLimit {
		d.bound(fmt.Sprintf("%d flows deep", nestingLimit))
		return
	}
	s.Callers = append(slices.Clip(s.Callers), sessions.Caller{Flow: s.Flow, Step: s.Step, Outcome: s.Outcome})
	s.Outcome = ""
	flow := d.release.Flows[step.Flow]
	d.enter(flow, flow.Start)
}

// back returns to the flow that called this one. It reports the step that
// called, or nil when nobody did, or its place is not served any more.
func (d *turn) back() (step *Step, outcome string) {
	s := &d.session
	n := len(s.Callers)
	if n == 0 {
		return nil, ""
	}
	caller := s.Callers[n-1]
	s.Callers = slices.Clone(s.Callers[:n-1])
	flow := d.release.Flows[caller.Flow]
	if flow == nil || flow.Steps[caller.Step] == nil {
		return nil, ""
	}
	outcome = s.Outcome
	if outcome == "" {
		s.Outcome = caller.Outcome
	}
	d.flow = flow
	s.Flow, s.Step, s.Attempt, s.Kept, s.Silences = caller.Flow, caller.Step, 1, nil, 0
	return flow.Steps[caller.Step], outcome
}

// end is what comes after a step without `next`: the calling flow goes on, or
// the call is hung up.
func (d *turn) end() {
	step, outcome := d.back()
	if step == nil {
		d.document, d.session.Ask = Hangup(), sessions.Ask{}
		return
	}
	if d.budget() {
		answer := sessions.Answer{Kind: "flow", Status: "ended", Usable: true, Result: text(outcome)}
		d.answered(step, answer)
	}
}
