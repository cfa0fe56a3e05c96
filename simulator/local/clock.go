package local

import (
	"context"
	"slices"
	"sync"
	"time"
)

// settleLimit is how far Settle goes: everything that the application puts off
// is done, or given up, long before.
const settleLimit = time.Hour

// Clock is the time of a world. It stands still until it is moved. It is safe
// for concurrent use.
type Clock struct {
	moving sync.Mutex // held while time passes, so that it passes once

	mu     sync.Mutex
	now    time.Time
	worlds []*Server
}

// NewClock is a clock that shows t.
func NewClock(t time.Time) *Clock { return &Clock{now: t} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance lets time pass. What becomes due meanwhile is done at its instant,
// before Advance returns.
func (c *Clock) Advance(d time.Duration) {
	c.moving.Lock()
	defer c.moving.Unlock()
	until := c.Now().Add(d)
	for c.step(until) {
	}
	c.set(until)
}

// Settle lets time pass until nothing is due any more: what a flow wants done
// after a call is then done, or given up.
func (c *Clock) Settle() {
	c.moving.Lock()
	defer c.moving.Unlock()
	until := c.Now().Add(settleLimit)
	for c.step(until) {
	}
}

// step goes to the next instant at which something is due, and has it done;
// false when there is none until then.
func (c *Clock) step(until time.Time) bool {
	var first *Server
	var at time.Time
	for _, s := range c.joined() {
		if t, ok := s.store.next(); ok && !t.After(until) && (first == nil || t.Before(at)) {
			first, at = s, t
		}
	}
	if first == nil {
		return false
	}
	if at.After(c.Now()) {
		c.set(at)
	}
	return first.work()
}

func (c *Clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

func (c *Clock) joined() []*Server {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.worlds)
}

func (c *Clock) join(s *Server) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.worlds = append(c.worlds, s)
}

func (c *Clock) leave(s *Server) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.worlds = slices.DeleteFunc(c.worlds, func(other *Server) bool { return other == s })
}

// work does what is due; false when that cannot be told.
func (s *Server) work() bool {
	if err := s.service.Due(context.Background()); err != nil {
		s.log.Error("what is due could not be done", "error", err)
		return false
	}
	return true
}
