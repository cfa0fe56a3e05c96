// Package fromcall makes a scenario of a call that was: what a caller did, and the
// world around, with made-up data in place of what is personal.
//
// It exists because the best tests are calls that went wrong, and nobody may copy
// a caller's name into a test. The call is played again with what was made up, so
// that everything the scenario says of hearing and of what must come of it is of
// that play, and nothing of the caller's is in it; whether the play took the same
// way as the call is told.
package fromcall

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/rehearsal"
	"texmlsrv/simulator/talk"
)

// ErrNoFlow says that the release has no flow that the call began with.
var ErrNoFlow = errors.New("fromcall: the release has no flow that the call began with")

// Written is a scenario that was made of a call.
type Written struct {
	Text []byte // the file
	Same bool   // the play took the steps of the call to the same outcome

	Outcome string // of the call, as its author wrote it; of the play, where it was made on the way of what the caller said
}

// Of makes a scenario of a call: of its session and whole timeline as the store has
// them, and the release that it is to be played against. Neither is changed. Errors
// are ErrNoFlow, the context's, and those of a world that does not start.
func Of(ctx context.Context, release *flows.Release, session *sessions.Session, timeline []sessions.Entry) (*Written, error) {
	if release.Flows[session.Call.Flow] == nil {
		return nil, ErrNoFlow
	}
	p := &play{
		session: session, flow: session.Call.Flow, release: release,
		fakes: newFakes(words(release, session, timeline)), turns: turnsOf(timeline), lookups: lookupsOf(timeline),
	}
	call, err := p.call()
	if err != nil {
		return nil, err
	}
	began := session.BeganAt.In(rehearsal.Zone(release, p.flow, p.ours())).Truncate(time.Second)
	w, err := rehearsal.Start(rehearsal.Options{ //nolint:contextcheck // its store is in memory
		Release: withoutSecrets(release), Flow: p.flow, Now: began, Looker: p, Called: p.ours(),
	})
	if err != nil {
		return nil, fmt.Errorf("fromcall: %w", err)
	}
	defer w.Close()
	p.lookups.now = w.Clock.Now
	call.Caller = p
	p.story.Behaves = call.Behaves
	record, err := w.Place(ctx, call)
	if err != nil {
		return nil, fmt.Errorf("fromcall: %w", err)
	}
	w.Clock.Settle()
	s := w.Scenario(ctx, record.Call, p.story.So())
	s.Keyless = keyless(timeline)
	same := p.compares(s, timeline)
	text, err := s.YAML()
	if err != nil {
		return nil, fmt.Errorf("fromcall: %w", err)
	}
	made := &Written{Text: text, Same: same, Outcome: session.Outcome}
	if !p.authored() {
		made.Outcome = s.Outcome
	}
	return made, nil
}

// authored reports whether the outcome of the call stands in a flow as it is: any
// other was made on the way, and may hold what a caller said.
func (p *play) authored() bool {
	if p.session.Outcome == "" {
		return true
	}
	for _, flow := range p.release.Flows {
		for _, step := range flow.Steps {
			if step.Outcome == nil {
				continue
			}
			if text, whole := step.Outcome.Constant(); whole && text == p.session.Outcome {
				return true
			}
		}
	}
	return false
}

// withoutSecrets is a release whose secrets are made up.
func withoutSecrets(r *flows.Release) *flows.Release {
	environment := r.Environment()
	for name := range environment.Secrets {
		environment.Secrets[name] = "made-up"
	}
	return r.In(environment)
}

// keyless reports whether something was to be asked of Telnyx, and could not for
// want of a key.
func keyless(timeline []sessions.Entry) bool {
	return slices.ContainsFunc(timeline, func(e sessions.Entry) bool { return e.Sending != nil && e.Sending.Outcome == "no_api_key" })
}

// play is the call, played again.
type play struct {
	session *sessions.Session
	flow    string
	release *flows.Release
	turns   []turn

	mu      sync.Mutex // of what follows: requests that come twice at once look up while the caller acts
	fakes   *fakes
	lookups lookups
	story   talk.Story
	done    int      // the document whose answer was given
	unlike  []string // what could not be made up so that it fits
}

// ours is our number of the call.
func (p *play) ours() string {
	if p.session.Call.Direction == "outbound" {
		return p.session.Call.From
	}
	return p.session.Call.To
}

// call is who calls whom, with a made-up caller.
func (p *play) call() (simulator.Call, error) {
	real := p.session.Call
	call := simulator.Call{
		From: real.From, To: real.To, Type: real.Type, Direction: real.Direction, AnsweredBy: real.AnsweredBy, Params: url.Values{},
	}
	person := &call.From
	if real.Direction == "outbound" {
		person = &call.To
	}
	name := real.CallerName
	*person = p.fakes.address(*person)
	if name != "" && name != withheld && name != real.From {
		call.CallerName = p.fakes.named("caller_name", name)
	}
	for _, param := range slices.Sorted(maps.Keys(real.Params)) {
		call.Params.Set(param, p.fakes.named(param, real.Params[param]))
	}
	if len(p.turns) == 0 {
		return call, fmt.Errorf("fromcall: %w", sessions.ErrNotFound)
	}
	call.Behaves = p.turns[0].behaves
	return call, nil
}

// withheld is the number of who does not want it known.
const withheld = "anonymous"

// Hears implements simulator.Caller.
func (p *play) Hears(l simulator.Line) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l.Leg == "" && (l.Kind == "say" || l.Kind == "greeting") && strings.TrimSpace(l.Text) != "" {
		p.story.Heard(l.Text)
	}
	return false
}

// Acts implements simulator.Caller.
func (p *play) Acts(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	act, err := p.acts(ctx, m)
	if err == nil {
		p.story.Acted(m, act)
	}
	return act, err
}

func (p *play) acts(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	switch {
	case m.Leg != "":
		return p.other(m), nil
	case m.Document < len(p.turns):
		t := p.turns[m.Document] // the one that this document's answer led to
		if p.done >= m.Document || !t.fits(m.Kind) {
			return simulator.Act{}, nil
		}
		if m.Kind != simulator.MomentListened {
			p.done = m.Document
		}
		act, err := p.answers(ctx, m, t)
		act.Behaves = append(act.Behaves, t.behaves...)
		return act, err
	case m.Kind == simulator.MomentListened && m.Last:
		return simulator.Act{}, nil
	}
	return simulator.Act{HangUp: true}, nil // nothing came back any more
}

// compares holds what came of the play against the call, and says in the scenario
// what is not alike.
func (p *play) compares(s *talk.Scenario, timeline []sessions.Entry) (same bool) {
	was := rehearsal.Steps(timeline, p.flow)
	s.Head = []string{"Made of a call. Numbers, names and words are made up, each the same wherever it stands."}
	for _, e := range timeline {
		if e.Kind == sessions.EntryIntervention {
			s.Head = append(s.Head, fmt.Sprintf("A person stepped in at turn %d; a scenario cannot.", e.Turn))
		}
	}
	if !p.session.Ended() {
		s.Head = append(s.Head, "The call was still going on; here the caller hangs up.")
	}
	s.Head = append(s.Head, p.unlike...)
	outcome, authored := orNone(p.session.Outcome), p.authored()
	if slices.Equal(was, s.Steps) && (p.session.Outcome == s.Outcome || !authored && s.Outcome != "") {
		return true
	}
	if !authored {
		outcome = "one that was made of what is known"
	}
	s.Head = append(s.Head, "Played again, it goes another way. The call itself went:", "  "+orNone(strings.Join(was, ", ")), "and its outcome was "+outcome+".")
	at := 0
	for at < min(len(was), len(s.Steps)) && was[at] == s.Steps[at] {
		at++
	}
	s.Head = append(s.Head, p.reason(timeline, at)...)
	return false
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// reason tells which rules decided that the call came to its at-th step.
func (p *play) reason(timeline []sessions.Entry, at int) []string {
	n := 0
	for e, i := range rehearsal.Arrivals(timeline) {
		if n++; n <= at || i == 0 {
			continue
		}
		before := e.Path[i-1]
		for _, t := range before.Tried {
			if t.Held && t.When != "" {
				return []string{
					fmt.Sprintf("They part at turn %d: the rule %s of %s held there, when", e.Turn, t.Rule, before.Step), "  " + strings.Join(strings.Fields(t.When), " "),
					"and what it reads is made up here. Put in its place what holds, too.",
				}
			}
		}
		return []string{fmt.Sprintf("They part at turn %d, after %s.", e.Turn, before.Step)}
	}
	return nil
}
