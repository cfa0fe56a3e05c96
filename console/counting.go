package console

import (
	"context"
	"sync"
	"time"

	"texmlsrv/sessions"
)

// countingTakes is the most that a reading of the counts may take.
const countingTakes = 10 * time.Second

// counting reads counts for everybody who looks at them: each page asks again
// whenever something changes, and a reading goes over all live calls. Of one span
// one reading is under way at a time; who asks meanwhile shares the one after it,
// so that nobody is told what was true before they asked.
type counting struct {
	finder sessions.Finder
	mu     sync.Mutex
	spans  map[sessions.Span]*spanCounting
}

type spanCounting struct {
	busy chan struct{} // of one place, taken while counts are read
	due  *reading      // the reading that has not begun; nil: none is wanted
}

// reading is one reading, for all who wait for it. Nobody changes it.
type reading struct {
	done   chan struct{}
	counts sessions.Counts
	err    error
}

func newCounting(finder sessions.Finder) *counting {
	return &counting{finder: finder, spans: map[sessions.Span]*spanCounting{}}
}

// Counts are the counts of a span, as of now.
func (c *counting) Counts(ctx context.Context, span sessions.Span) (sessions.Counts, error) {
	r := c.join(ctx, span)
	select {
	case <-r.done:
		return r.counts, r.err
	case <-ctx.Done():
		return sessions.Counts{}, ctx.Err()
	}
}

// join is the next reading of a span. The first to want it has it begun, and is
// not missed when gone: others may have joined.
func (c *counting) join(ctx context.Context, span sessions.Span) *reading {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, is := c.spans[span]
	if !is {
		s = &spanCounting{busy: make(chan struct{}, 1)}
		c.spans[span] = s
	}
	if s.due == nil {
		s.due = &reading{done: make(chan struct{})}
		go c.read(context.WithoutCancel(ctx), span, s)
	}
	return s.due
}

func (c *counting) read(ctx context.Context, span sessions.Span, s *spanCounting) {
	s.busy <- struct{}{}
	defer func() { <-s.busy }()
	c.mu.Lock()
	r := s.due
	s.due = nil
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, countingTakes)
	defer cancel()
	defer close(r.done)
	r.counts, r.err = c.finder.Counts(ctx, span)
}
