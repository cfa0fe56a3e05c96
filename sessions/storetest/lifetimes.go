package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"texmlsrv/sessions"
)

// expire checks that there are keys and that each lives for want, give or take
// what the test itself took.
func expire(t *testing.T, h Harness, want time.Duration) {
	t.Helper()
	keys := h.Keys()
	if len(keys) == 0 {
		t.Error("nothing is stored")
	}
	for key, ttl := range keys {
		if ttl > want || ttl < want-time.Minute {
			t.Errorf("%s expires in %v, want %v", key, ttl, want)
		}
	}
}

func testLive(t *testing.T, h Harness) {
	commit(t, h.Store, running(sid), note("turn"))
	expire(t, h, live)
	h.Advance(live - time.Minute)
	equal(t, "turn", load(t, h.Store, sid).Turn, 1)
	h.Advance(time.Minute)
	if _, err := h.Store.Load(t.Context(), sid); !errors.Is(err, sessions.ErrNotFound) {
		t.Errorf("Load after the session expired: %v", err)
	}
}

func testRefresh(t *testing.T, h Harness) {
	s := running(sid)
	touches := map[string]func() error{
		"Commit": func() error { return h.Store.Commit(t.Context(), s, note("turn")) },
		"Append": func() error {
			_, err := h.Store.Append(t.Context(), sid, note("callback"))
			return err
		},
		"Fetched": func() error {
			_, _, err := h.Store.Fetched(t.Context(), sid, note("fetch"))
			return err
		},
	}
	commit(t, h.Store, s, note("turn"))
	for name, touch := range touches {
		h.Advance(live / 2)
		if err := touch(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		expire(t, h, live)
	}
	h.Advance(live / 2)
	load(t, h.Store, sid)
	notes(t, h.Store, sid)
	expire(t, h, live/2) // reading is no touch
}

// testRetained ends a call and touches it later: it is kept as an ended one,
// neither cut back to the time of a live one nor made live again.
func testRetained(t *testing.T, h Harness) {
	s := running(sid)
	commit(t, h.Store, s, note("turn"))
	end := ended(sid)
	end.Revision = s.Revision
	commit(t, h.Store, end, note("end"))
	expire(t, h, retain)

	h.Advance(24 * time.Hour)
	got, err := h.Store.Append(t.Context(), sid, note("recording"))
	succeed(t, err)
	equal(t, "ended after Append", got.Ended(), true)
	expire(t, h, retain)

	h.Advance(24 * time.Hour)
	got, _, err = h.Store.Fetched(t.Context(), sid, note("fetch"))
	succeed(t, err)
	equal(t, "ended after Fetched", got.Ended(), true)
	expire(t, h, retain)

	h.Advance(24 * time.Hour)
	commit(t, h.Store, end, note("last answer"))
	expire(t, h, retain)
}

// testNothingLeft touches a session after it expired: that does not bring any
// of it back, and what is kept of the touch goes too.
func testNothingLeft(t *testing.T, h Harness) {
	commit(t, h.Store, ended(sid), note("end"))
	h.Advance(retain + time.Second)
	equal(t, "keys after the session expired", len(h.Keys()), 0)
	appendUnknown(t, h.Store, "late")
	equal(t, "timeline", notes(t, h.Store, sid), []string(nil))
	expire(t, h, earlyFor)
	h.Advance(earlyFor + time.Second)
	equal(t, "keys in the end", len(h.Keys()), 0)
}

func testSecret(t *testing.T, h Harness) {
	proposed := []byte("\x00\xff{first}\r\n\x80")
	got, err := h.Store.Secret(t.Context(), proposed)
	succeed(t, err)
	equal(t, "the first proposal", got, proposed)
	got, err = h.Again().Secret(t.Context(), []byte("second"))
	succeed(t, err)
	equal(t, "what the second instance gets", got, proposed)

	// It outlives every session that has tickets signed with it, and is
	// counted anew each time an instance starts.
	for range 20 {
		h.Advance(30 * 24 * time.Hour)
		got, err = h.Again().Secret(t.Context(), []byte("later"))
		succeed(t, err)
		equal(t, "what a later instance gets", got, proposed)
	}
	for key, ttl := range h.Keys() {
		if ttl < 30*24*time.Hour {
			t.Errorf("%s expires in %v", key, ttl)
		}
	}
}

func testEmptySecret(t *testing.T, h Harness) {
	if secret, err := h.Store.Secret(t.Context(), nil); err == nil {
		t.Errorf("Secret of an empty proposal = %q, want an error", secret)
	}
}

func testPing(t *testing.T, h Harness) { succeed(t, h.Store.Ping(t.Context())) }

func testCancelled(t *testing.T, h Harness) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	failWith(t, h, ctx, context.Canceled)
}

func testDeadline(t *testing.T, h Harness) {
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	failWith(t, h, ctx, context.DeadlineExceeded)
}

// failWith expects every method to fail with the context's error and to store
// nothing.
func failWith(t *testing.T, h Harness, ctx context.Context, want error) {
	t.Helper()
	errs := everyMethod(ctx, h.Store, sid)
	_, errs["Secret"] = h.Store.Secret(ctx, []byte("x"))
	errs["Ping"] = h.Store.Ping(ctx)
	for name, err := range errs {
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	equal(t, "keys", len(h.Keys()), 0)
}
