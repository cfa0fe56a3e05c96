package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"texmlsrv/sessions"
)

// appendUnknown appends to a call that has not begun.
func appendUnknown(t *testing.T, store sessions.Store, texts ...string) {
	t.Helper()
	for _, text := range texts {
		s, err := store.Append(t.Context(), sid, note(text))
		if s != nil || !errors.Is(err, sessions.ErrNotFound) {
			t.Fatalf("Append = %v, %v; want ErrNotFound", s, err)
		}
	}
}

// early is what a store says came for a call that has not begun.
func early(t *testing.T, store sessions.Store, callSID string) []sessions.Entry {
	t.Helper()
	_, err := store.Load(t.Context(), callSID)
	var unknown *sessions.NotFoundError
	if !errors.As(err, &unknown) {
		t.Fatalf("Load of a call that has not begun: %v, want a NotFoundError", err)
	}
	return unknown.Early
}

func testEarly(t *testing.T, h Harness) {
	appendUnknown(t, h.Store, "early 1", "early 2")
	if _, _, err := h.Again().Fetched(t.Context(), sid, note("early 3")); !errors.Is(err, sessions.ErrNotFound) {
		t.Errorf("Fetched of an unknown call: %v, want ErrNotFound", err)
	}
	want := []string{"early 1", "early 2", "early 3"}
	equal(t, "early entries", notesOf(early(t, h.Again(), sid)), want)
	equal(t, "timeline before the call", notes(t, h.Store, sid), []string(nil))

	s := running(sid)
	commit(t, h.Store, s, note("turn 1"), note("more"))
	commit(t, h.Store, s, note("turn 2"))
	equal(t, "timeline", notes(t, h.Store, sid), append(want, "turn 1", "more", "turn 2"))
	expire(t, h, live)
}

// testEarlyExpires checks that an entry is kept for its ten minutes, counted
// from the last one, and that a call which begins later does not get it.
func testEarlyExpires(t *testing.T, h Harness) {
	appendUnknown(t, h.Store, "early 1")
	expire(t, h, earlyFor)
	h.Advance(earlyFor / 2)
	appendUnknown(t, h.Store, "early 2")
	expire(t, h, earlyFor)
	h.Advance(earlyFor + 1e9)
	equal(t, "keys", len(h.Keys()), 0)
	commit(t, h.Store, running(sid), note("turn 1"))
	equal(t, "timeline", notes(t, h.Store, sid), []string{"turn 1"})
}

func testAppend(t *testing.T, h Harness) {
	want := Session(sid)
	commit(t, h.Store, want, note("turn"))
	got, err := h.Again().Append(t.Context(), sid, note("callback"))
	succeed(t, err)
	equal(t, "the session that Append returns", got, want)
	equal(t, "timeline", notes(t, h.Store, sid), []string{"turn", "callback"})

	want.Turn++ // an entry more does not make a commit stale
	commit(t, h.Store, want)
}

func testConcurrentAppend(t *testing.T, h Harness) {
	commit(t, h.Store, running(sid))
	var want []string
	var wg sync.WaitGroup
	for i := range 10 {
		text := fmt.Sprint("entry ", i)
		want = append(want, text)
		wg.Go(func() {
			if _, err := h.Store.Append(t.Context(), sid, note(text)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	equal(t, "timeline, sorted", slices.Sorted(slices.Values(notes(t, h.Store, sid))), want)
}

func testFetched(t *testing.T, h Harness) {
	s := running(sid)
	commit(t, h.Store, s, note("turn 1"))
	fetched(t, h.Store, s, "fetch 1", 1)
	fetched(t, h.Again(), s, "fetch 2", 2)
	if _, err := h.Store.Append(t.Context(), sid, note("callback")); err != nil {
		t.Error(err)
	}
	fetched(t, h.Store, s, "fetch 3", 3)

	s.Turn = 2
	commit(t, h.Store, s, note("turn 2"))
	fetched(t, h.Store, s, "fetch 4", 1)
	equal(t, "timeline", notes(t, h.Store, sid),
		[]string{"turn 1", "fetch 1", "fetch 2", "callback", "fetch 3", "turn 2", "fetch 4"})
}

func fetched(t *testing.T, store sessions.Store, want *sessions.Session, text string, count int) {
	t.Helper()
	s, n, err := store.Fetched(t.Context(), sid, note(text))
	succeed(t, err)
	equal(t, "the session that Fetched returns", s, want)
	equal(t, "fetches", n, count)
}
