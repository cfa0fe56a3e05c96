package metrics

import (
	"context"
	"errors"
	"time"

	"texmlsrv/sessions"
)

// counting is a store, and counts what it takes.
type counting struct {
	sessions.Store
	*Metrics
}

// Store counts what is done with a store: how it answers, and what it takes into
// timelines.
func (m *Metrics) Store(of sessions.Store) sessions.Store { return &counting{of, m} }

// Load implements sessions.Store.
func (c *counting) Load(ctx context.Context, callSID string) (*sessions.Session, error) {
	began := c.now()
	s, err := c.Store.Load(ctx, callSID)
	c.asked("load", began, err)
	return s, err
}

// Commit implements sessions.Store.
func (c *counting) Commit(ctx context.Context, s *sessions.Session, entries ...sessions.Entry) error {
	began, first := c.now(), s.Revision == 0
	err := c.Store.Commit(ctx, s, entries...)
	c.asked("commit", began, err)
	if err != nil {
		return err
	}
	if first {
		c.begun.WithLabelValues(c.words.of("flow", s.Call.Flow)).Inc()
	}
	for i := range entries {
		c.took(&entries[i], s)
	}
	return nil
}

// Append implements sessions.Store.
func (c *counting) Append(ctx context.Context, callSID string, entry sessions.Entry) (*sessions.Session, error) {
	began := c.now()
	s, err := c.Store.Append(ctx, callSID, entry)
	c.asked("append", began, err)
	if err == nil || errors.Is(err, sessions.ErrNotFound) { // it is kept all the same
		c.took(&entry, s)
	}
	return s, err
}

// Fetched implements sessions.Store.
func (c *counting) Fetched(ctx context.Context, callSID string, entry sessions.Entry) (*sessions.Session, int, error) {
	began := c.now()
	s, n, err := c.Store.Fetched(ctx, callSID, entry)
	c.asked("fetched", began, err)
	if err == nil || errors.Is(err, sessions.ErrNotFound) {
		c.took(&entry, s)
	}
	return s, n, err
}

// Schedule implements sessions.Store.
func (c *counting) Schedule(ctx context.Context, callSID string, at time.Time) error {
	began := c.now()
	err := c.Store.Schedule(ctx, callSID, at)
	c.asked("schedule", began, err)
	return err
}

// Claim implements sessions.Store.
func (c *counting) Claim(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]string, error) {
	began := c.now()
	sids, err := c.Store.Claim(ctx, now, lease, limit)
	c.asked("claim", began, err)
	c.claimed.Add(float64(len(sids)))
	return sids, err
}

// Hold implements sessions.Store.
func (c *counting) Hold(ctx context.Context, callSID string, at, until time.Time) (bool, error) {
	began := c.now()
	held, err := c.Store.Hold(ctx, callSID, at, until)
	c.asked("hold", began, err)
	return held, err
}

// Settle implements sessions.Store.
func (c *counting) Settle(ctx context.Context, callSID string, at time.Time) error {
	began := c.now()
	err := c.Store.Settle(ctx, callSID, at)
	c.asked("settle", began, err)
	return err
}

// asked counts what the store was asked.
func (m *Metrics) asked(operation string, began time.Time, err error) {
	result := "ok"
	switch _, stale := errors.AsType[*sessions.StaleError](err); {
	case stale:
		result = "stale"
	case errors.Is(err, sessions.ErrNotFound):
		result = "unknown"
	case err != nil:
		result = "error"
	}
	m.storeWork.WithLabelValues(operation, result).Inc()
	m.storeTimes.WithLabelValues(operation).Observe(m.now().Sub(began).Seconds())
}

// took counts an entry that the timeline of a session has; nil is one of a call
// that has not begun.
func (m *Metrics) took(e *sessions.Entry, s *sessions.Session) {
	m.entries.WithLabelValues(m.words.of("kind", e.Kind)).Inc()
	if e.Kind == sessions.EntryTurn || e.Kind == sessions.EntryLost {
		m.turns.WithLabelValues(m.words.of("flow", e.Flow), m.words.of("step", e.Step)).Inc()
	}
	if e.Event != nil && e.Kind == sessions.EntryEvent {
		m.events.WithLabelValues(m.words.of("event", e.Event.Kind)).Inc()
	}
	if e.Sending != nil {
		m.commands.WithLabelValues(m.words.of("command", e.Sending.Name), m.words.of("command outcome", e.Sending.Outcome)).Inc()
	}
	if e.Ended != "" && s != nil {
		outcome := s.Outcome
		if s.Reveals(outcome) {
			outcome = sessions.Mask
		}
		m.ended.WithLabelValues(m.words.of("flow", s.Flow), m.words.of("outcome", outcome), m.words.of("ending", e.Ended)).Inc()
	}
}
