package simulator

import (
	"sync"
	"time"
)

// VirtualClock is a Clock that stands still until it is moved. It is safe for
// concurrent use.
type VirtualClock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock is a clock that shows t.
func NewClock(t time.Time) *VirtualClock { return &VirtualClock{now: t} }

// Now is what the clock shows.
func (c *VirtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on; it never goes back.
func (c *VirtualClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(max(d, 0))
}
