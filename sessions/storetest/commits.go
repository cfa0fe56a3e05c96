package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"texmlsrv/sessions"
)

func testRevisions(t *testing.T, h Harness) {
	s := running(sid)
	for want := int64(1); want <= 3; want++ {
		s.Turn = int(want)
		commit(t, h.Store, s)
		equal(t, "revision after the commit", s.Revision, want)
		equal(t, "revision loaded", load(t, h.Store, sid).Revision, want)
	}
}

func testStale(t *testing.T, h Harness) {
	first := running(sid)
	commit(t, h.Store, first, note("first"))
	late := load(t, h.Again(), sid)

	first.Turn, first.Document = 2, []byte("<Response><Hangup/></Response>")
	commit(t, h.Store, first, note("second"))
	before := h.Keys()

	late.Turn, late.Step = 2, "elsewhere"
	current := stale(t, h.Again().Commit(t.Context(), late, note("late")))
	equal(t, "the session that comes with the error", current, first)
	equal(t, "revision of the late one", late.Revision, int64(1))
	equal(t, "timeline", notes(t, h.Store, sid), []string{"first", "second"})
	equal(t, "keys", len(h.Keys()), len(before))

	current.Turn, current.Step = 3, "elsewhere"
	commit(t, h.Again(), current, note("decided again"))
	equal(t, "turn", load(t, h.Store, sid).Turn, 3)
}

// stale expects a *StaleError and returns the session it brings.
func stale(t *testing.T, err error) *sessions.Session {
	t.Helper()
	var staleErr *sessions.StaleError
	if !errors.As(err, &staleErr) {
		t.Fatalf("Commit = %v, want a StaleError", err)
	}
	return staleErr.Current
}

func testBegunTwice(t *testing.T, h Harness) {
	commit(t, h.Store, running(sid), note("first"))
	again := running(sid)
	again.Step = "elsewhere"
	current := stale(t, h.Again().Commit(t.Context(), again, note("again")))
	equal(t, "step", current.Step, "table")
	equal(t, "revision of the second", again.Revision, int64(0))
	equal(t, "timeline", notes(t, h.Store, sid), []string{"first"})
}

func testGone(t *testing.T, h Harness) {
	s := running(sid)
	commit(t, h.Store, s)
	h.Advance(live + time.Second)
	if current := stale(t, h.Store.Commit(t.Context(), s, note("late"))); current != nil {
		t.Errorf("the session that comes with the error is %v, want none", current)
	}
	equal(t, "keys", len(h.Keys()), 0)

	s.Revision = 0 // what a session has that begins again
	commit(t, h.Store, s, note("again"))
	equal(t, "timeline", notes(t, h.Store, sid), []string{"again"})
}

// testConcurrent lets two instances decide the same turn many times at once.
func testConcurrent(t *testing.T, h Harness) {
	commit(t, h.Store, running(sid))
	stores := []sessions.Store{h.Store, h.Again()}
	const rivals = 10
	decided := make([]*sessions.Session, rivals)
	for i := range decided {
		decided[i] = load(t, stores[i%2], sid)
		decided[i].Turn, decided[i].Outcome = 2, fmt.Sprint("rival ", i)
	}
	errs := make([]error, rivals)
	var wg sync.WaitGroup
	for i, s := range decided {
		wg.Go(func() { errs[i] = stores[i%2].Commit(t.Context(), s, note(s.Outcome)) })
	}
	wg.Wait()

	if n := slices.Index(errs, nil); n < 0 {
		t.Fatalf("nobody won: %v", errs)
	}
	winner := load(t, h.Store, sid)
	equal(t, "revision", winner.Revision, int64(2))
	equal(t, "timeline", notes(t, h.Store, sid), []string{winner.Outcome})
	for i, err := range errs {
		if name := fmt.Sprint("rival ", i); name == winner.Outcome {
			succeed(t, err)
			continue
		}
		equal(t, "the session that a loser gets", stale(t, err), winner)
	}
}
