package calls

import (
	"context"
	"errors"
	"net/url"
	"reflect"
	"sync"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// emptyDocument answers a callback whose call is unknown: it says nothing and
// changes nothing.
var emptyDocument = (&texml.Response{}).Bytes()

// decide settles a decision and gives its document. When the store does not take
// it in time the caller hears the document all the same: silence would be worse,
// and the ticket in the document tells the next request what was lost.
func (p *placing) decide(ctx context.Context, d flows.Decision) ([]byte, error) {
	next, err := p.settled(ctx, d)
	if _, stale := errors.AsType[*sessions.StaleError](err); stale {
		return nil, err
	}
	if err != nil {
		p.Log.Error("the turn could not be stored; its document was given", "call_sid", next.Call.SID, "turn", next.Turn, "error", err)
		p.Meter.Degraded(next.Flow)
		return next.Document, nil
	}
	p.goesOut(next)
	return next.Document, nil
}

// settled makes the look-ups of a decision and commits it over the revision it
// was made from, behind entries of what led to it. It gives the session as it
// is to be, also when that could not be stored.
func (p *placing) settled(ctx context.Context, d flows.Decision, before ...sessions.Entry) (*sessions.Session, error) {
	d = p.lookUp(ctx, d)
	document := d.Document.Fill(p.link(&d.Session))
	next := &d.Session
	next.Document, next.Waiting, next.Push = document, nil, nil
	if p.unasked {
		next.Push = p.pushing(next)
	} else {
		next.Remember(p.request.Fingerprint)
	}
	p.arm(next)
	d.Entry.Request, d.Entry.Document = p.described(), string(document)
	if !d.Shown.IsZero() {
		d.Entry.Document = string(d.Shown.Fill(p.link(&d.Session)))
	}
	next.MarkBy(d.Entry)
	next.MaskEntry(&d.Entry)
	err := p.commit(ctx, next, append(before, d.Entry)...)
	if err != nil {
		p.cache.Remove(next.Call.SID)
		return next, err
	}
	p.cache.Add(next.Call.SID, next)
	return next, nil
}

// commit stores a decision, or that its document is out. A call that was over
// before it began is put into the schedule first: no other request will do it.
// One whose command is to be sent is put there at once, so that the caller waits
// no longer; without it this instance sends the command all the same.
func (p *placing) commit(ctx context.Context, next *sessions.Session, entries ...sessions.Entry) error {
	e := p.errand(next)
	switch over := next.Revision == 0 && next.Ended(); {
	case e.do == nil || p.unasked || next.Ended() && !over:
	case over:
		if err := p.plan(ctx, next.Call.SID, e.at); err != nil {
			return err
		}
	default:
		return p.commitPlanned(ctx, next, e.at, entries)
	}
	return p.spend(ctx, func(ctx context.Context) error { return p.Store.Commit(ctx, next, entries...) })
}

func (p *placing) commitPlanned(ctx context.Context, next *sessions.Session, at time.Time, entries []sessions.Entry) error {
	return p.spend(ctx, func(ctx context.Context) error {
		var planned error
		var both sync.WaitGroup
		both.Go(func() { planned = p.Store.Schedule(ctx, next.Call.SID, at) })
		err := p.Store.Commit(ctx, next, entries...)
		both.Wait()
		if planned != nil {
			p.Log.Warn("only this instance knows of a command", "call_sid", next.Call.SID, "error", planned)
		}
		return err
	})
}

// link gives the URL of a link in the document of a session's turn.
func (p *placing) link(s *sessions.Session) func(flows.Link) string {
	return func(l flows.Link) string {
		ticket := p.Tickets.Make(s.Call.SID, l.Flow, l.Step, Ticket{Turn: s.Turn, Via: l.Via})
		return p.PublicURL + "/texml/" + l.Flow + "/" + l.Step + "/" + ticket
	}
}

// lookUp makes every look-up that a decision wants before its document. They
// share one budget, also with those of a decision that lost a race: the caller
// has been waiting since the first.
func (p *placing) lookUp(ctx context.Context, d flows.Decision) flows.Decision {
	if d.Lookup == nil {
		return d
	}
	if p.lookBy.IsZero() {
		p.lookBy = time.Now().Add(lookupBudget)
	}
	ctx, cancel := context.WithDeadline(ctx, p.lookBy)
	defer cancel()
	for d.Lookup != nil {
		d = p.release.LookedUp(d, p.look(ctx, *d.Lookup), p.Now())
	}
	return d
}

// look makes a look-up, once for a request: when its turn has to be decided
// again, what was found is still good.
func (p *placing) look(ctx context.Context, r flows.LookupRequest) flows.Found {
	for _, made := range p.looked {
		if reflect.DeepEqual(made.request, r) {
			return made.found
		}
	}
	found := p.ask(ctx, r)
	p.looked = append(p.looked, looked{r, found})
	return found
}

// ask makes a look-up and logs its failure, which a flow may well hide from
// whoever could mend it. Of the address only the host is told: what stands
// behind it may come from the caller or be a secret.
func (p *placing) ask(ctx context.Context, r flows.LookupRequest) flows.Found {
	found := p.Looker.Look(ctx, r)
	if found.Failed != "" {
		host := ""
		if u, err := url.Parse(r.URL); err == nil {
			host = u.Host
		}
		p.Log.Warn("a look-up failed", "call_sid", p.request.Call.SID, "host", host, "reason", found.Failed, "code", found.Code)
	}
	return found
}

// looked is a look-up and what came of it.
type looked struct {
	request flows.LookupRequest
	found   flows.Found
}

// withoutStore answers while the store is away.
func (p *placing) withoutStore(ctx context.Context, cause error) ([]byte, error) {
	p.Log.Error("the store does not answer", "call_sid", p.request.Call.SID, "error", cause)
	if p.request.Callback != nil && !p.ticketed {
		return emptyDocument, nil // a callback is not executed; if it is, this does no harm
	}
	d, err := p.decideAlone()
	if err != nil {
		return nil, err
	}
	d = p.lookUp(ctx, d)
	p.Meter.Degraded(d.Session.Flow)
	return d.Document.Fill(p.link(&d.Session)), nil
}

// decideAlone decides without a session. A ticket says flow and step: the call
// goes on at otherwise, as does one that is under way without. Anything
// else is taken for a new call.
func (p *placing) decideAlone() (flows.Decision, error) {
	switch r := p.request; {
	case p.ticketed:
		return p.release.Lost(p.remains(nil, nil), p.Now()), nil
	case p.release.Flows[r.Flow] == nil:
		return flows.Decision{}, p.unknown(r.Flow)
	case r.underWay():
		return p.release.Lost(p.remains(nil, nil), p.Now()), nil
	default:
		return p.release.Begin(r.Call, r.Flow, p.Now()), nil
	}
}
