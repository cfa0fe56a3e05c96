package storetest

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"texmlsrv/sessions"
)

func testRoundTrip(t *testing.T, h Harness) {
	want := Session(sid)
	commit(t, h.Store, want)
	equal(t, "the session", load(t, h.Again(), sid), want)
}

func testTimeline(t *testing.T, h Harness) {
	want := []sessions.Entry{Entry(), note("second"), note("third")}
	commit(t, h.Store, running(sid), want...)
	got, err := h.Again().Timeline(t.Context(), sid)
	succeed(t, err)
	equal(t, "the timeline", got, want)
}

func testBig(t *testing.T, h Harness) {
	want := running(sid)
	want.Vars = sessions.Values{"slots": strings.Repeat("ten o'clock ", 1<<20/12)}
	want.Document = bytes.Repeat([]byte("<Say/>"), 64<<10/6)
	commit(t, h.Store, want, Entry())
	equal(t, "the session", load(t, h.Store, sid), want)
}

func testUnknown(t *testing.T, h Harness) {
	s, err := h.Store.Load(t.Context(), sid)
	if s != nil || !errors.Is(err, sessions.ErrNotFound) {
		t.Errorf("Load = %v, %v; want ErrNotFound", s, err)
	}
	if before := early(t, h.Store, sid); len(before) > 0 {
		t.Errorf("early entries: %v, want none", before)
	}
	timeline, err := h.Store.Timeline(t.Context(), sid)
	if len(timeline) > 0 || err != nil {
		t.Errorf("Timeline = %v, %v; want none", timeline, err)
	}
	equal(t, "keys after reading", len(h.Keys()), 0)
}

// testOpaqueIDs takes ids that look like parts of a key, and checks that no
// call sees another's session.
func testOpaqueIDs(t *testing.T, h Harness) {
	ids := []string{"v3:abc", "v3:abc:session", "abc", "abc:timeline", "secret", "-", "~", "a=b.c~d_e-f", "A:b", "a:b",
		strings.Repeat("x", 128)}
	for _, id := range ids {
		commit(t, h.Store, running(id), note(id))
	}
	for _, id := range ids {
		equal(t, "session of "+id, load(t, h.Store, id).Call.SID, id)
		equal(t, "timeline of "+id, notes(t, h.Store, id), []string{id})
	}
}

func testUnusableIDs(t *testing.T, h Harness) {
	for _, id := range []string{"", "{", "a}b", "{a}"} {
		for name, err := range everyMethod(t.Context(), h.Store, id) {
			if err == nil || errors.Is(err, sessions.ErrNotFound) {
				t.Errorf("%s of call %q: %v; want a refusal", name, id, err)
			}
		}
	}
	equal(t, "keys", len(h.Keys()), 0)
}

// testUnencodable commits what JSON cannot hold: nothing of it is stored.
func testUnencodable(t *testing.T, h Harness) {
	s := running(sid)
	s.Vars = sessions.Values{"x": math.NaN()}
	entry := note("x")
	entry.Vars = s.Vars
	if err := h.Store.Commit(t.Context(), s); err == nil {
		t.Error("a session with NaN was stored")
	}
	if err := h.Store.Commit(t.Context(), running(sid), note("a"), entry); err == nil {
		t.Error("an entry with NaN was stored")
	}
	if _, err := h.Store.Append(t.Context(), sid, entry); err == nil || errors.Is(err, sessions.ErrNotFound) {
		t.Errorf("Append of an entry with NaN: %v", err)
	}
	equal(t, "keys", len(h.Keys()), 0)
}

// everyMethod calls every method that is about a call and returns their errors.
func everyMethod(ctx context.Context, store sessions.Store, callSID string) map[string]error {
	errs := map[string]error{"Commit": store.Commit(ctx, running(callSID), note("x"))}
	_, errs["Load"] = store.Load(ctx, callSID)
	_, errs["Timeline"] = store.Timeline(ctx, callSID)
	_, errs["Append"] = store.Append(ctx, callSID, note("x"))
	_, _, errs["Fetched"] = store.Fetched(ctx, callSID, note("x"))
	return errs
}
