package console

import (
	"cmp"
	"context"
	"crypto/rand"
	"time"

	"github.com/cenkalti/backoff/v5"

	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

const (
	recordTries = 4
	recordPause = 20 * time.Millisecond // before the second try; longer before each further one

	detailMost = 1000 // bytes of what an entry says; people type some of it
)

// patient is an audit trail that is tried more than once. The store is quick to
// give up, for the sake of callers; a person can wait a second, and is shown
// nothing when it is not written down.
type patient struct{ sessions.Auditor }

// Record implements sessions.Auditor. What is recorded twice is there once.
func (p patient) Record(ctx context.Context, a sessions.Audit) error {
	a.ID = cmp.Or(a.ID, rand.Text())
	a.Detail, a.Why = web.Shortened(a.Detail, detailMost), web.Shortened(a.Why, detailMost)
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval = recordPause
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		return struct{}{}, p.Auditor.Record(ctx, a)
	}, backoff.WithBackOff(pauses), backoff.WithMaxTries(recordTries))
	return err //nolint:wrapcheck // the trail's own
}
