package calls

import (
	"context"
	"time"

	"texmlsrv/sessions"
)

const (
	wrapDelay  = 5 * time.Second  // after the end: an answer that the hang-up cut off may still come
	wrapLease  = 30 * time.Second // until another instance, or the next try, takes it up
	wrapBudget = 10 * time.Second // of the look-ups after an end; nobody is waiting on the line
	wrapTries  = 5                // then it is given up, and the timeline says so
)

// wrapUp does what a flow wants done after the end of a call, once: it runs the
// steps after the end and stores what came of them. When they failed it is
// tried again under the lease; look-ups then carry the same Idempotency-Key.
func (p *placing) wrapUp(ctx context.Context, s *sessions.Session) (*sessions.Session, error) {
	d, wanted := p.release.Wrap(s, p.Now())
	if !wanted {
		return s, nil
	}
	p.attention.due = p.Now().Add(wrapLease)
	if err := p.plan(ctx, s.Call.SID, p.attention.due); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, wrapBudget)
	defer cancel()
	for d.Lookup != nil {
		d = p.release.LookedUp(d, p.ask(ctx, *d.Lookup), p.Now())
	}
	next := &d.Session
	next.WrapTries++
	next.Wrapped = !d.Failed || next.WrapTries >= wrapTries
	if d.Failed && next.Wrapped {
		d.Entry.Notes = append(d.Entry.Notes, "given up")
	}
	if d.Failed { // tried again from where the call ended
		next.Vars, next.Outcome, next.Visits = s.Vars, s.Outcome, s.Visits
	}
	next.MaskEntry(&d.Entry)
	p.budget = p.StoreBudget
	err := p.spend(ctx, func(ctx context.Context) error { return p.Store.Commit(ctx, next, d.Entry) })
	p.cache.Remove(s.Call.SID)
	if err != nil || !next.Wrapped {
		return nil, err
	}
	return next, nil
}

// scheduleEarly has somebody look, a little later, at a call whose end was told
// before its beginning: both may be on their way at once.
func (p *placing) scheduleEarly(ctx context.Context, entry sessions.Entry) error {
	if entry.Ended == "" {
		return nil
	}
	return p.plan(ctx, p.request.Call.SID, p.Now().Add(wrapDelay))
}

// endEarly ends a session whose end stands in its timeline already: the first
// fetch was being decided when it came.
func (p *placing) endEarly(ctx context.Context, s *sessions.Session) (*sessions.Session, error) {
	var timeline []sessions.Entry
	err := p.spend(ctx, func(ctx context.Context) (err error) {
		timeline, err = p.Store.Timeline(ctx, s.Call.SID)
		return err
	})
	ending := ended(timeline)
	if err != nil || ending == "" {
		return s, err
	}
	next := *s
	next.EndedAt, next.Ending = p.Now(), ending
	err = p.spend(ctx, func(ctx context.Context) error { return p.Store.Commit(ctx, &next) })
	p.cache.Remove(s.Call.SID)
	return &next, err
}
