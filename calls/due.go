package calls

import (
	"context"
	"errors"
	"time"

	"texmlsrv/sessions"
)

const (
	wrapDelay  = 5 * time.Second  // after the end: an answer that the hang-up cut off may still come
	wrapLease  = 30 * time.Second // until another instance, or the next try, takes it up
	wrapBudget = 10 * time.Second // of the look-ups after an end; nobody is waiting on the line
	wrapTries  = 5                // then it is given up, and the timeline says so
	dueBatch   = 16               // calls claimed at once
	dueEvery   = time.Second      // how often it is looked whether something is due
)

// WorkDue does what is due about calls until the context ends: what flows want
// done after a call. Every instance may run it; each call is taken by one.
func (s *Service) WorkDue(ctx context.Context) {
	tick := time.NewTicker(dueEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.Due(ctx); err != nil && ctx.Err() == nil {
			s.Log.Warn("what is due could not be looked up", "error", err)
		}
	}
}

// Due does once what is due now.
func (s *Service) Due(ctx context.Context) error {
	claim, cancel := context.WithTimeout(ctx, s.StoreBudget)
	defer cancel()
	calls, err := s.Store.Claim(claim, s.Now(), wrapLease, dueBatch)
	if err != nil {
		return err
	}
	for _, sid := range calls {
		if err := s.wrapUp(ctx, sid); err != nil && ctx.Err() == nil {
			s.Log.Error("what comes after a call could not be done; it will be tried again", "call_sid", sid, "error", err)
		}
	}
	return nil
}

// wrapUp does what a flow wants done after the end of one call, once. Until it
// is stored as done it stays in the schedule, so that it is tried again after
// a crash or a failure; look-ups then carry the same Idempotency-Key.
func (s *Service) wrapUp(ctx context.Context, sid string) error {
	p := s.take(Request{Call: sessions.Call{SID: sid}})
	session, _, err := p.load(ctx)
	if err != nil {
		return err
	}
	for range placings {
		if session != nil && !session.Ended() {
			if session, err = p.endedEarly(ctx, session); err != nil {
				return err
			}
		}
		if session == nil || !session.Ended() || session.Wrapped {
			return s.Store.Settle(ctx, sid)
		}
		done, err := p.wrapOnce(ctx, session)
		stale, is := errors.AsType[*sessions.StaleError](err)
		if !is {
			if err == nil && done {
				return s.Store.Settle(ctx, sid)
			}
			return err
		}
		session = stale.Current
	}
	return errors.New("calls: the session changed faster than its end could be noted")
}

// scheduleEarly has somebody look, a little later, at a call whose end was told
// before its beginning: both may be on their way at once.
func (p *placing) scheduleEarly(ctx context.Context, entry sessions.Entry) error {
	if entry.Ended == "" {
		return nil
	}
	return p.spend(ctx, func(ctx context.Context) error {
		return p.Store.Schedule(ctx, p.request.Call.SID, p.Now().Add(wrapDelay))
	})
}

// endedEarly ends a session whose end stands in its timeline already: the first
// fetch was being decided when it came.
func (p *placing) endedEarly(ctx context.Context, s *sessions.Session) (*sessions.Session, error) {
	p.budget = p.StoreBudget
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
	if stale, is := errors.AsType[*sessions.StaleError](err); is {
		return stale.Current, nil
	}
	p.cache.Remove(s.Call.SID)
	return &next, err
}

// wrapOnce runs the steps after the end and stores what came of them. done is
// false when they failed and are to be tried again.
func (p *placing) wrapOnce(ctx context.Context, s *sessions.Session) (done bool, err error) {
	p.goOnWith(s)
	d, wanted := p.release.Wrap(s, p.Now())
	if !wanted {
		return true, nil
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
	err = p.spend(ctx, func(ctx context.Context) error { return p.Store.Commit(ctx, next, d.Entry) })
	p.cache.Remove(s.Call.SID)
	return next.Wrapped, err
}

// scheduleWrap notes, before the end of a call is stored, that something is to
// be done after it. A note without an end is dropped when it is taken up; an
// end without a note would be forgotten.
func (p *placing) scheduleWrap(ctx context.Context, s *sessions.Session) error {
	p.goOnWith(s)
	if !p.release.Wraps(s) {
		return nil
	}
	return p.spend(ctx, func(ctx context.Context) error {
		return p.Store.Schedule(ctx, s.Call.SID, p.Now().Add(wrapDelay))
	})
}
