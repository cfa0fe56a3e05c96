package calls

import (
	"context"
	"errors"
	"sync"
	"time"

	"texmlsrv/sessions"
)

const (
	dueLease   = 10 * time.Second       // until another instance takes a call up that this one claimed
	dueBatch   = 16                     // calls claimed at once
	dueEvery   = 250 * time.Millisecond // how often it is looked whether something is due
	dueWorkers = 64                     // calls looked after at once
	dueQueue   = 1024                   // calls of this instance that wait for it; beyond, they are claimed when due
	dueErrands = 16                     // errands for one call in a row
)

// attention is a call that is to be looked after.
type attention struct {
	sid  string
	due  time.Time // at which it stands in the schedule
	sent int       // the turn whose document went out from here: its command may follow; 0 for none

	claimed bool // it stands there for us; else whoever looks may take it up as well
}

// WorkDue does what is due about calls until the context ends: answers that
// events brought are taken, their documents pushed, commands sent, and what
// flows want done after a call. Every instance may run it. What an instance put
// into the schedule itself it does to the moment, and holds the call meanwhile;
// what others left undone is claimed a little later, each call by one.
func (s *Service) WorkDue(ctx context.Context) {
	var work sync.WaitGroup
	defer work.Wait()
	slots := make(chan struct{}, dueWorkers)
	take := func(a attention) {
		slots <- struct{}{}
		work.Go(func() {
			defer func() { <-slots }()
			s.lookAfter(ctx, a)
		})
	}
	tick := time.NewTicker(dueEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case a := <-s.soon:
			if len(slots) < dueWorkers { // else it is claimed when it is due
				take(a)
			}
		case <-tick.C:
			claimed, err := s.claim(ctx, min(dueBatch, dueWorkers-len(slots)))
			if err != nil && ctx.Err() == nil {
				s.Log.Warn("what is due could not be looked up", "error", err)
			}
			for _, a := range claimed {
				take(a)
			}
		}
	}
}

// Due does once what is due now, one call after the other.
func (s *Service) Due(ctx context.Context) error {
	claimed, err := s.claim(ctx, dueBatch)
	for _, a := range claimed {
		s.lookAfter(ctx, a)
	}
	return err
}

func (s *Service) claim(ctx context.Context, limit int) ([]attention, error) {
	if limit <= 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.StoreBudget)
	defer cancel()
	now := s.Now()
	sids, err := s.Store.Claim(ctx, now, dueLease, limit)
	claimed := make([]attention, len(sids))
	for i, sid := range sids {
		claimed[i] = attention{sid: sid, due: now.Add(dueLease), claimed: true}
	}
	return claimed, err
}

// later has this instance look after a call in a while. Nothing depends on it:
// the call stands in the schedule as well.
func (s *Service) later(after time.Duration, a attention) {
	time.AfterFunc(after, func() {
		select {
		case s.soon <- a:
		default:
		}
	})
}

func (s *Service) lookAfter(ctx context.Context, a attention) {
	if err := s.attend(ctx, a); err != nil && ctx.Err() == nil {
		s.Log.Error("what is due about a call could not be done; it will be tried again", "call_sid", a.sid, "error", err)
	}
}

// errand is one thing to do about a call, and when. do gives the session as it
// is afterwards; nil leaves what remains until the lease is over.
type errand struct {
	do func(context.Context, *sessions.Session) (*sessions.Session, error)
	at time.Time
}

// attend does all that is due about one call. Until that is stored as done the
// call stays in the schedule, so that it is tried again after a crash or a
// failure. The session is the judge: what another instance did, or what a
// request made needless, is not done again.
func (s *Service) attend(ctx context.Context, a attention) error {
	p := s.take(Request{Call: sessions.Call{SID: a.sid}})
	p.unasked, p.attention = true, a
	if mine, err := p.hold(ctx); err != nil || !mine {
		return err
	}
	session, _, err := p.load(ctx)
	if err != nil {
		return err
	}
	sought := false // an end that was told before the call began
	for range dueErrands {
		p.budget, p.lookBy = s.StoreBudget, time.Time{}
		if session == nil {
			return p.leave(ctx, errand{})
		}
		e := p.errand(session)
		if e.do == nil && session.Turn == 1 && !session.Ended() && !sought {
			e.do, sought = p.endEarly, true
		}
		if e.do == nil || e.at.After(p.Now()) {
			return p.leave(ctx, e)
		}
		next, err := e.do(ctx, session)
		stale, is := errors.AsType[*sessions.StaleError](err)
		switch {
		case is:
			session = stale.Current
		case err != nil || next == nil:
			return err
		default:
			session = next
		}
	}
	return errors.New("calls: the session changed faster than what was due could be done")
}

// hold has nobody else take a call up meanwhile. It is not ours when it stands
// in the schedule at another instant than this instance put it: then somebody
// has claimed it, or something else is to be done about it then.
func (p *placing) hold(ctx context.Context) (mine bool, err error) {
	if p.attention.claimed {
		return true, nil
	}
	until := p.Now().Add(dueLease)
	err = p.spend(ctx, func(ctx context.Context) error {
		mine, err = p.Store.Hold(ctx, p.attention.sid, p.attention.due, until)
		return err
	})
	p.budget, p.attention.due = p.StoreBudget, until
	return mine, err
}

// errand is what is to be done next about a call.
func (p *placing) errand(s *sessions.Session) errand {
	p.goOnWith(s)
	switch wrapAt := s.EndedAt.Add(wrapDelay); {
	case s.Ended() && s.Waiting != nil && worth(s.Waiting) == worthResult && !s.Wrapped:
		// Before what comes after the call, whatever is still missing.
		if s.Waiting.Due.After(wrapAt) {
			return errand{p.takeWaiting, wrapAt}
		}
		return errand{p.takeWaiting, s.Waiting.Due}
	case s.Ended() && !s.Wrapped && p.release.Wraps(s):
		return errand{p.wrapUp, wrapAt}
	case s.Ended():
		return errand{}
	case s.Waiting != nil:
		return errand{p.takeWaiting, s.Waiting.Due}
	case unsent(s) && p.attention.sent == s.Turn:
		return errand{p.send, time.Time{}}
	case unsent(s):
		return errand{p.send, s.Command.At}
	}
	return errand{}
}

// leave takes a call out of the schedule, or puts it where its next errand is.
func (p *placing) leave(ctx context.Context, e errand) error {
	return p.spend(ctx, func(ctx context.Context) error {
		if e.do == nil {
			return p.Store.Settle(ctx, p.attention.sid, p.attention.due)
		}
		return p.Store.Schedule(ctx, p.attention.sid, e.at)
	})
}

// plan puts a call into the schedule, before what makes it due is stored. A note
// without a reason is dropped when it is taken up; a reason without a note would
// be forgotten.
func (p *placing) plan(ctx context.Context, sid string, at time.Time) error {
	return p.spend(ctx, func(ctx context.Context) error { return p.Store.Schedule(ctx, sid, at) })
}
