// Package calls is the one path that a request of the platform takes: it is
// placed, the session is loaded, the flow decides, the turn is committed, and
// the committed document is the answer.
//
// Two promises are kept here. Each turn is decided once, however often and
// over however many instances its request arrives. And whoever asks for a
// document gets one: whatever fails behind us becomes a document too.
package calls

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

const (
	storeBudget  = 300 * time.Millisecond  // all store work of one request
	lookupBudget = 1500 * time.Millisecond // all look-ups of one turn
	cacheSize    = 2048                    // sessions this process committed last
	fetchLimit   = 20                      // fetches of one document without a ticket
	placings     = 5                       // times a request is placed anew after losing a race
)

// Looker makes look-ups. It never fails: what goes wrong is part of what was
// found.
type Looker interface {
	Look(ctx context.Context, r flows.LookupRequest) flows.Found
}

// Deps is what a Service is made of. All are needed but those with a default.
type Deps struct {
	Store   sessions.Store
	Release *flows.Release // served at first; see Service.Serve
	Tickets Tickets
	Looker  Looker
	Log     *slog.Logger
	Now     func() time.Time // default time.Now
	Meter   Meter            // nil: nobody counts

	PublicURL   string        // put before every link; "" makes links relative
	StoreBudget time.Duration // all store work of one request; default 300 ms

	Commander    Commander     // gives commands; nil: there is no API key, and nothing is sent
	Push         bool          // documents that an event led to are pushed: Commander has an account id, and PublicURL is set
	Account      bool          // Commander has an account id: calls can be ended
	ActionGrace  time.Duration // how long an action may take to follow its event; default 1 s
	CommandDelay time.Duration // from the answer with a document to its command; default 200 ms
}

// Meter counts what goes wrong without a trace in the store.
type Meter interface {
	// Degraded is told of a document of a flow that was given though the store
	// did not take the turn.
	Degraded(flow string)
	// Apology is told of a request for a document of a flow that could only be
	// answered with the apology.
	Apology(flow string)
}

// unmetered is a Meter where nobody counts.
type unmetered struct{}

// Degraded implements Meter.
func (unmetered) Degraded(string) {}

// Apology implements Meter.
func (unmetered) Apology(string) {}

// Service answers the platform. It is safe for concurrent use.
type Service struct {
	Deps
	cache    *lru.Cache[string, *sessions.Session] // as committed by this process; only read
	releases *releases
	draining atomic.Bool
	soon     chan attention // for WorkDue, of what is due by what this instance did
	parked   numbers        // that are on a Call Control application
}

// New makes a Service.
func New(d Deps) (*Service, error) {
	if d.Store == nil || d.Release == nil || d.Looker == nil || d.Log == nil || len(d.Tickets.secrets) == 0 {
		return nil, errors.New("calls: store, release, looker, log and tickets are needed")
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Meter == nil {
		d.Meter = unmetered{}
	}
	if d.StoreBudget == 0 {
		d.StoreBudget = storeBudget
	}
	if d.ActionGrace == 0 {
		d.ActionGrace = actionGrace
	}
	if d.CommandDelay == 0 {
		d.CommandDelay = commandDelay
	}
	d.PublicURL = strings.TrimSuffix(d.PublicURL, "/")
	cache, err := lru.New[string, *sessions.Session](cacheSize)
	if err != nil {
		return nil, fmt.Errorf("calls: %w", err)
	}
	return &Service{Deps: d, cache: cache, releases: newReleases(d.Release, d.Now()), soon: make(chan attention, dueQueue)}, nil
}

// Drain makes Health say that no new work should come.
func (s *Service) Drain() { s.draining.Store(true) }

// Health reports whether documents can be answered, and from what.
func (s *Service) Health(ctx context.Context) Health {
	ctx, cancel := context.WithTimeout(ctx, s.StoreBudget)
	defer cancel()
	return Health{Flows: len(s.Release().Flows), Store: s.Store.Ping(ctx), Draining: s.draining.Load()}
}

// TicketHolds reports whether a ticket was given out by us for that call, flow
// and step.
func (s *Service) TicketHolds(callSID, flow, step, ticket string) bool {
	_, ok := s.Tickets.Open(callSID, flow, step, ticket)
	return ok
}

// Document answers a request for a document. The only error is
// *UnknownFlowError; any other failure is answered with a document.
func (s *Service) Document(ctx context.Context, r Request) ([]byte, error) {
	t := s.take(r)
	if r.Step == "" {
		name, err := t.flowFor()
		if err != nil {
			return nil, err
		}
		t.request.Flow = name
	}
	t.ticket, t.ticketed = s.Tickets.Open(r.Call.SID, t.request.Flow, r.Step, r.Ticket)
	if t.ticket.Owner != "" {
		return t.aside(ctx), nil
	}
	document, err := t.answer(ctx)
	if unknown, is := errors.AsType[*UnknownFlowError](err); is {
		return nil, unknown
	}
	if err != nil {
		s.Log.Error("no document could be decided; the apology was given", "call_sid", r.Call.SID, "flow", t.request.Flow, "error", err)
		s.Meter.Apology(t.request.Flow)
		return flows.Apology(t.release.Flows[t.request.Flow]).Fill(nil), nil
	}
	if t.out != nil {
		s.later(s.CommandDelay, *t.out)
	}
	return document, nil
}

// flowFor is the flow a call is to begin with: the one in the URL, else the
// called number's. A flow that only older releases have may be that of a call
// in progress; if it is not, that is found when the session is.
func (p *placing) flowFor() (string, error) {
	meant := func(r *flows.Release) string {
		if p.request.Flow != "" {
			return p.request.Flow
		}
		name, _ := r.FlowFor(p.request.Call.To)
		return name
	}
	has := func(r *flows.Release) bool { return r.Flows[meant(r)] != nil }
	if !has(p.served) && !p.releases.older(has) {
		return "", p.unknown(p.request.Flow)
	}
	return meant(p.served), nil
}

func (p *placing) unknown(flow string) *UnknownFlowError {
	return &UnknownFlowError{Flow: flow, Known: p.served.Names()}
}

// spend does store work within what is left of the request's budget.
func (p *placing) spend(ctx context.Context, work func(context.Context) error) error {
	if p.budget <= 0 {
		return context.DeadlineExceeded
	}
	ctx, cancel := context.WithTimeout(ctx, p.budget)
	defer cancel()
	began := time.Now()
	err := work(ctx)
	p.budget -= time.Since(began)
	return err
}
