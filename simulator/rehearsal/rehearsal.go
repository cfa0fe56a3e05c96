// Package rehearsal is a call to flows in this process that a person plays: the
// application in a world of its own, a simulated Telnyx, the look-ups as they are
// made up, what is known of the call meanwhile, and the scenario that tells it
// again.
//
// It exists because a flow can be talked to at a terminal and in a browser, and
// must behave alike in both: who asks and who shows is all that differs.
package rehearsal

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"fmt"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"time"

	"texmlsrv/calls"
	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/api"
	"texmlsrv/simulator/local"
	"texmlsrv/simulator/talk"
)

// Options say what call it is. Release and Flow are needed.
type Options struct {
	Release *flows.Release
	Flow    string             // that the call begins with
	ByRoute bool               // the number that is called leads to Flow, and not the URL
	Now     time.Time          // when it begins
	Key     ed25519.PrivateKey // signs requests, which must then be signed; nil: neither
	Stores  *local.Stores      // what the world's own store is in; nil starts one
	Log     *slog.Logger       // nil logs nothing

	Called    string          // the number that is called, as in the call; for Variables
	Variables sessions.Values // instead of the flow's

	Canned   map[string]flows.Found // what look-ups bring, by flow/step
	Looker   calls.Looker           // makes those that are not canned; nil: nobody can be reached
	Looked   func(r flows.LookupRequest, found flows.Found, canned bool)
	Patience time.Duration // real time that a request may take; 0 is local.Patience
}

// World is the application, and all around it, for one call.
type World struct {
	*local.Server
	Flow   string
	Began  time.Time // when the call begins, in the zone that was given
	Telnyx *simulator.Telnyx

	options Options
	mu      sync.Mutex // of what follows: pages look while the call goes on
	sid     string
	told    int // entries of the timeline that were told
	made    []lookedUp
}

// lookedUp is a look-up that was made in a call, and what came of it.
type lookedUp struct {
	step  string // flow/step
	key   string // the same for the same look-up of the same turn
	found flows.Found
}

// Start makes a world. Its errors are those of a store that does not start.
func Start(o Options) (*World, error) {
	o.Release = o.Release.With(o.Flow, o.Called, o.Variables)
	w := &World{Flow: o.Flow, Began: o.Now, options: o}
	clock := local.NewClock(o.Now)
	control, err := simulator.NewControl(api.Options{Now: clock.Now})
	if err != nil {
		return nil, fmt.Errorf("rehearsal: %w", err)
	}
	in := local.Options{Release: o.Release, Clock: clock, Looker: w, API: control, Stores: o.Stores, Log: o.Log}
	if o.Key != nil {
		in.Keys = []ed25519.PublicKey{ed25519.PublicKey(o.Key[ed25519.SeedSize:])}
	}
	if w.Server, err = local.Start(in); err != nil {
		return nil, fmt.Errorf("rehearsal: %w", err)
	}
	portal := w.VoiceURL(o.Flow)
	if o.ByRoute {
		portal = w.VoiceURL("")
	}
	w.Telnyx = &simulator.Telnyx{
		URL: portal, FallbackURL: portal, StatusURL: w.StatusURL(), EventsURL: w.EventsURL(),
		Transport: w.Server, Control: control, Key: o.Key, Clock: clock, Patience: cmp.Or(o.Patience, local.Patience),
	}
	return w, nil
}

// Place plays the call to its end, as simulator.Telnyx.Place.
func (w *World) Place(ctx context.Context, call simulator.Call) (*simulator.Record, error) {
	observe := call.Observe
	call.Observe = func(x simulator.Exchange) {
		w.mu.Lock()
		w.sid = cmp.Or(w.sid, x.Fields.Get("CallSid")) // later ones can be of another leg, or have none
		w.mu.Unlock()
		if observe != nil {
			observe(x)
		}
	}
	return w.Telnyx.Place(ctx, call) //nolint:wrapcheck // the error is the caller's own
}

// Look implements calls.Looker.
func (w *World) Look(ctx context.Context, r flows.LookupRequest) flows.Found {
	place := r.Flow + "/" + r.Step
	found, canned := w.options.Canned[place]
	switch {
	case canned:
	case w.options.Looker == nil:
		found = flows.Found{Failed: "connection"}
	default:
		found = w.options.Looker.Look(ctx, r)
	}
	w.mu.Lock()
	w.made = append(w.made, lookedUp{place, r.Key, found})
	w.mu.Unlock()
	if w.options.Looked != nil {
		w.options.Looked(r, found, canned)
	}
	return found
}

// SID is the call's id; "" before the first request.
func (w *World) SID() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sid
}

// Known is the call as it stands with its timeline, with what is sensitive; nil
// when there is none.
func (w *World) Known(ctx context.Context) (*sessions.Session, []sessions.Entry) {
	sid := w.SID()
	session, err := w.Server.Session(ctx, sid)
	if err != nil {
		return nil, nil
	}
	timeline, err := w.Timeline(ctx, sid)
	if err != nil {
		return session, nil
	}
	return session, timeline
}

// News are the entries of the timeline since the last call of News, as people may
// see them.
func (w *World) News(ctx context.Context) []sessions.Entry {
	session, timeline := w.Known(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(timeline) < w.told {
		return nil
	}
	news := timeline[w.told:]
	w.told = len(timeline)
	for i := range news {
		session.MaskEntry(&news[i])
	}
	return news
}

// Masked is the call as it stands, as people may see it; nil when there is none.
func (w *World) Masked(ctx context.Context) *sessions.Session {
	session, _ := w.Known(ctx)
	if session == nil {
		return nil
	}
	return session.Masked()
}

// Scenario is the conversation with the world it took place in, and what came of
// it. It holds what is sensitive as it was given.
func (w *World) Scenario(ctx context.Context, call simulator.Call, story talk.Story) *talk.Scenario {
	environment := w.Release.Environment()
	out := &talk.Scenario{
		Call: call, Now: w.Began, Flow: w.Flow, Story: story,
		Env: environment.Env, Secrets: environment.Secrets, Lookups: w.lookups(),
		Variables: w.options.Variables,
	}
	session, timeline := w.Known(ctx)
	if session != nil {
		out.Steps = Steps(timeline, w.Flow)
		out.Outcome, out.Gathered = session.Outcome, session.Gathered
	}
	return out
}

// lookups are those that were made, each once: one that was tried again after the
// end, or that a repeated request wanted too, a scenario answers once.
func (w *World) lookups() []talk.Lookup {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []talk.Lookup
	keys := map[string]bool{}
	for _, made := range w.made {
		if keys[made.key] {
			continue
		}
		keys[made.key] = true
		out = append(out, talk.Lookup{
			Step: strings.TrimPrefix(made.step, w.Flow+"/"), Code: made.found.Code, Result: made.found.Result, Failed: made.found.Failed,
		})
	}
	return out
}

// Steps are all that a call was at, in order, as a scenario of a flow names them:
// one that was asked again once, and those of the flow by their name alone.
func Steps(timeline []sessions.Entry, flow string) []string {
	var steps []string
	for e, i := range Arrivals(timeline) {
		steps = append(steps, strings.TrimPrefix(e.Path[i].Flow+"/"+e.Path[i].Step, flow+"/"))
	}
	return steps
}

// Arrivals go through the steps that a call came to, in order, one that was asked
// again once: the entry that tells of it, and where in its Path the step is.
func Arrivals(timeline []sessions.Entry) iter.Seq2[sessions.Entry, int] {
	return func(yield func(sessions.Entry, int) bool) {
		last := ""
		for _, e := range timeline {
			if e.Kind != sessions.EntryTurn && e.Kind != sessions.EntryLost {
				continue
			}
			for i, v := range e.Path {
				at := v.Flow + "/" + v.Step
				if at == last {
					continue // asked again
				}
				if last = at; !yield(e, i) {
					return
				}
			}
		}
	}
}
