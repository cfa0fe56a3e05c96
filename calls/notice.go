package calls

import (
	"context"
	"errors"
	"slices"
	"time"

	"texmlsrv/sessions"
)

// Notice takes note of a callback. The reply to one is not executed.
func (s *Service) Notice(ctx context.Context, r Request) error {
	if r.Callback == nil {
		r.Callback = &Callback{Kind: CallbackOther}
	}
	p := s.take(r)
	if _, err := p.notice(ctx); err != nil && !errors.Is(err, sessions.ErrNotFound) {
		return err
	}
	return nil
}

// notice writes a callback into the timeline, and changes the session where it
// says something that lasts: that the call is over, who answered, a recording.
// For an unknown call it is kept for a while, and the error is
// sessions.ErrNotFound.
func (p *placing) notice(ctx context.Context) (*sessions.Session, error) {
	cb := p.request.Callback
	entry := p.entry(sessions.EntryCallback)
	entry.Request.Via = cb.Kind
	if cb.Kind == CallbackProgress {
		entry.Kind = sessions.EntryStatus
	}
	if cb.Parent != "" {
		entry.Kind = sessions.EntryLeg
		return p.note(ctx, cb.Parent, entry)
	}
	if cb.Ends {
		entry.Ended = cb.Status
	}
	entry.AnsweredBy = cb.AnsweredBy
	if p.request.Event != nil { // the end of a talk, which is told as by an event
		p.request.Event.At = p.Now() // it does not say itself
		s, _, err := p.load(ctx)
		if err != nil {
			return nil, err
		}
		return p.change(ctx, s, entry, p.taken)
	}
	if !cb.Ends && cb.AnsweredBy == "" && cb.Recording == nil {
		if cb.talks() {
			p.guard(ctx, &entry)
		}
		return p.note(ctx, p.request.Call.SID, entry)
	}
	s, _, err := p.load(ctx)
	if err != nil {
		return nil, err
	}
	return p.change(ctx, s, entry, p.told)
}

// talks reports whether a callback may hold what was said or pressed.
func (c *Callback) talks() bool {
	switch c.Kind {
	case CallbackConversation, CallbackTranscription, CallbackDigit, CallbackOther:
		return true
	}
	return false
}

// guard masks an entry where the call was asked something sensitive, or that
// cannot be told.
func (p *placing) guard(ctx context.Context, entry *sessions.Entry) {
	s, _, err := p.load(ctx)
	if err != nil {
		s = &sessions.Session{Guarded: true}
	}
	if s != nil {
		s.MaskEntry(entry)
	}
}

func (p *placing) note(ctx context.Context, sid string, entry sessions.Entry) (s *sessions.Session, err error) {
	err = p.spend(ctx, func(ctx context.Context) error {
		s, err = p.Store.Append(ctx, sid, entry)
		return err
	})
	return s, err
}

// telling gives a session that knows what a request says, and may finish the
// entry about it. It is false when nothing is to be stored.
type telling func(s sessions.Session, entry *sessions.Entry) (next sessions.Session, news bool)

// change stores what a request says that moves no turn, over whatever else
// happens to the session meanwhile. For an unknown call, s being nil, the entry
// is kept for a while, and the error is sessions.ErrNotFound.
func (p *placing) change(ctx context.Context, s *sessions.Session, entry sessions.Entry, tell telling) (*sessions.Session, error) {
	noted := false
	for range placings {
		if s == nil {
			var err error
			if s, err = p.note(ctx, p.request.Call.SID, entry); err != nil {
				return nil, errors.Join(err, p.scheduleEarly(ctx, entry))
			}
			noted = true // the call began meanwhile, and the entry is in its timeline
		}
		line := entry
		next, news := tell(*s, &line)
		if !news {
			return s, nil
		}
		next.MaskEntry(&line)
		line.Turn = next.Turn
		if s.Ended() {
			line.Ended = "" // the first ending counts
		}
		entries := []sessions.Entry{line}
		if noted {
			entries = nil
		}
		err := p.changed(ctx, s, &next, entries)
		stale, is := errors.AsType[*sessions.StaleError](err)
		if !is {
			return &next, err
		}
		s = stale.Current
	}
	return nil, errors.New("calls: the session changed faster than a request could be noted")
}

// changed commits what was told, in place of the session it was told to. What
// is to be done because of it is put into the schedule first.
func (p *placing) changed(ctx context.Context, before, next *sessions.Session, entries []sessions.Entry) error {
	if next.Ended() && next.Waiting != nil && worth(next.Waiting) < worthResult {
		next.Waiting = nil // nobody is there to be asked again
	}
	e := p.errand(next)
	news := !p.unasked && e.do != nil && (next.Ended() && !before.Ended() || next.Waiting != before.Waiting)
	if news {
		if err := p.plan(ctx, next.Call.SID, e.at); err != nil {
			return err
		}
	}
	err := p.spend(ctx, func(ctx context.Context) error { return p.Store.Commit(ctx, next, entries...) })
	if err != nil {
		p.cache.Remove(next.Call.SID)
		return err
	}
	p.cache.Add(next.Call.SID, next)
	if news {
		p.due(ctx, next, e.at)
	}
	return nil
}

// due has this instance do in time what is to be done about a session. Who took
// the call up before the session was stored found nothing: where that may have
// been, it is put into the schedule again.
func (p *placing) due(ctx context.Context, s *sessions.Session, at time.Time) {
	left := at.Sub(p.Now())
	if left <= 0 {
		if err := p.plan(ctx, s.Call.SID, at); err != nil {
			p.Log.Warn("only this instance knows of what is due", "call_sid", s.Call.SID, "error", err)
		}
	}
	if s.Waiting != nil {
		p.later(max(left, 0), attention{sid: s.Call.SID, due: at})
	}
}

// told is a session that knows what the callback says. The first ending counts.
func (p *placing) told(s sessions.Session, _ *sessions.Entry) (sessions.Session, bool) {
	cb := p.request.Callback
	if cb.Ends && !s.Ended() {
		s.EndedAt, s.Ending = p.Now(), cb.Status
	}
	if cb.AnsweredBy != "" {
		s.Call.AnsweredBy = cb.AnsweredBy
	}
	if cb.Recording != nil {
		s.Recordings = withRecording(s.Recordings, *cb.Recording)
	}
	return s, true
}

// withRecording adds what a callback says of a recording. The same one may have
// been told of before: when it began, or by the action of its Record, which
// knows the turn.
func withRecording(known []sessions.Recording, told sessions.Recording) []sessions.Recording {
	i := slices.IndexFunc(known, func(r sessions.Recording) bool { return r.ID == told.ID })
	if i < 0 {
		return append(slices.Clip(known), told)
	}
	known = slices.Clone(known)
	known[i].Seconds = max(known[i].Seconds, told.Seconds)
	return known
}
