package console

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"texmlsrv/sessions"
)

// slowFinder counts for a second; each reading finds calls at one more step.
type slowFinder struct {
	sessions.Finder
	began, at atomic.Int32
}

func (f *slowFinder) Counts(ctx context.Context, _ sessions.Span) (sessions.Counts, error) {
	n := f.began.Add(1)
	if f.at.Add(1) > 1 {
		return sessions.Counts{}, errors.New("two readings at once")
	}
	defer f.at.Add(-1)
	select {
	case <-time.After(time.Second):
		return sessions.Counts{Standing: make([]sessions.Standing, n)}, nil
	case <-ctx.Done():
		return sessions.Counts{}, ctx.Err()
	}
}

// TestCounting has many ask while counts are read: they share the reading that
// begins after they asked, also when the one who asked first is gone.
func TestCounting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		finder := &slowFinder{}
		counts := newCounting(finder)
		asks := func(ctx context.Context, want int, wantErr error) {
			got, err := counts.Counts(ctx, sessions.LastHour)
			if len(got.Standing) != want || !errors.Is(err, wantErr) {
				t.Errorf("reading %d, %v; want %d, %v", len(got.Standing), err, want, wantErr)
			}
		}
		var all sync.WaitGroup
		all.Go(func() { asks(t.Context(), 1, nil) })
		synctest.Wait()
		impatient, cancel := context.WithCancel(t.Context())
		all.Go(func() { asks(impatient, 0, context.Canceled) })
		synctest.Wait()
		cancel()
		for range 50 {
			all.Go(func() { asks(t.Context(), 2, nil) })
		}
		all.Wait()
		asks(t.Context(), 3, nil)
		if n := finder.began.Load(); n != 3 {
			t.Errorf("%d readings", n)
		}
	})
}
