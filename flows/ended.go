package flows

import (
	"time"

	"texmlsrv/sessions"
)

// Wrap is what is done once after the end of a call: look-ups and rules from
// the step that the flow names under `ended`. It is done when no rule leads
// further, and has failed when a look-up did and the step has no otherwise of
// its own. The session keeps the place where the call ended. ok is false when
// no flow of the call names such a step.
func (r *Release) Wrap(s *sessions.Session, now time.Time) (d Decision, ok bool) {
	flow := r.endedBy(s)
	if flow == nil {
		return Decision{}, false
	}
	t := r.decide(s, now)
	t.wrap = &wrap{at: *s}
	t.entry.Kind = sessions.EntryWrap
	t.session.Callers = nil
	t.enter(flow, flow.Ended)
	return t.done(), true
}

// wrap is what a turn remembers while it does what comes after the end.
type wrap struct {
	at     sessions.Session // as the call ended
	failed bool             // otherwise led nowhere
}

// Wraps reports whether anything is to be done after the end of a call.
func (r *Release) Wraps(s *sessions.Session) bool { return r.endedBy(s) != nil }

// endedBy is the flow whose `ended` counts: the one the call ended in, else
// the nearest that called it, else the one the call began with.
func (r *Release) endedBy(s *sessions.Session) *Flow {
	names := []string{s.Flow}
	for i := len(s.Callers) - 1; i >= 0; i-- {
		names = append(names, s.Callers[i].Flow)
	}
	for _, name := range append(names, s.Call.Flow) {
		if f := r.Flows[name]; f != nil && f.Ended != "" {
			return f
		}
	}
	return nil
}

// wrapped closes a decision that came after the end: what was learnt is kept,
// the place is the one where the call ended.
func (d *turn) wrapped() Decision {
	if d.lookup == nil {
		after, at := d.session, d.wrap.at
		at.Vars, at.Outcome, at.Visits, at.Release = after.Vars, after.Outcome, after.Visits, after.Release
		d.session, d.flow = at, d.release.Flows[at.Flow]
		d.summarize()
		d.entry.Turn, d.entry.Outcome = at.Turn, at.Outcome
	}
	return Decision{Session: d.session, Lookup: d.lookup, Entry: d.entry, Failed: d.wrap.failed, silent: d.silent, wrap: d.wrap}
}
