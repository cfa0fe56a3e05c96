package calls_test

import (
	"context"
	"sync/atomic"
	"testing"

	"texmlsrv/servertest"
	"texmlsrv/sessions/redistest"
	"texmlsrv/telnyx"
)

// slow is a platform that takes its time for the first command, and has the
// others at once.
type slow struct {
	platform
	asked       atomic.Int32
	began, over chan struct{}
}

func (s *slow) Do(ctx context.Context, sid string, c telnyx.Command) (telnyx.Accepted, error) {
	if s.asked.Add(1) == 1 {
		close(s.began)
		select {
		case <-s.over:
		case <-ctx.Done():
		}
	}
	return s.platform.Do(ctx, sid, c)
}

// TestCommand_slow has the platform take longer for a command than others wait
// until they send it: nobody sends it besides. It could be taken after the first
// one was given up, and the flow has gone on.
func TestCommand_slow(t *testing.T) {
	p := &slow{platform: newPlatform(t), began: make(chan struct{}), over: make(chan struct{})}
	redis := redistest.Start(t).URL()
	options := servertest.Options{Store: servertest.Redis(t, redis), Flows: flow(commanded), Commander: p, PublicURL: public}
	server := start(t, options)
	working(t, server)
	c := newCall(t, server, options.Store).begin()
	<-p.began

	options.Store, options.Clock = servertest.Redis(t, redis), server.Clock
	c.server = start(t, options)
	c.passed(elsewhere)
	equal(t, "asked while the first waits", p.asked.Load(), 1)
	close(p.over)
	c.passed(2 * elsewhere)
	equal(t, "asked in the end", p.asked.Load(), 1)
}

// working has a server do what is due, as the program does, until the test ends.
func working(t *testing.T, server *servertest.Server) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { server.Calls.WorkDue(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
}
