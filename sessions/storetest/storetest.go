// Package storetest is what every sessions.Store has to pass, whatever keeps
// the sessions behind it.
package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/sessions"
)

// How long things are kept by default; the design promises these.
const (
	live     = 6 * time.Hour
	retain   = 7 * 24 * time.Hour
	earlyFor = 10 * time.Minute
)

// Harness is an empty store with default retention, and what a test needs
// around it.
type Harness struct {
	Store   sessions.Store
	Again   func() sessions.Store           // another store on the same server: a second instance
	Advance func(d time.Duration)           // lets time pass for everything stored
	Keys    func() map[string]time.Duration // every key of the server, and how long it lives; below 0: for ever
}

// Run runs the suite. start is called once for each test and starts empty.
func Run(t *testing.T, start func(t *testing.T) Harness) {
	tests := []struct {
		name string
		test func(*testing.T, Harness)
	}{
		{"session-comes-back-as-it-was", testRoundTrip},
		{"timeline-comes-back-as-it-was", testTimeline},
		{"big-session", testBig},
		{"unknown-call", testUnknown},
		{"opaque-call-ids", testOpaqueIDs},
		{"unusable-call-ids", testUnusableIDs},
		{"unencodable-session", testUnencodable},

		{"commit-counts-revisions", testRevisions},
		{"commit-of-a-stale-session", testStale},
		{"commit-of-a-begun-call", testBegunTwice},
		{"commit-of-a-session-that-is-gone", testGone},
		{"commit-at-once-has-one-winner", testConcurrent},

		{"early-entries-are-joined", testEarly},
		{"early-entries-expire", testEarlyExpires},
		{"append-leaves-the-session", testAppend},
		{"append-at-once-keeps-all", testConcurrentAppend},
		{"fetches-are-counted", testFetched},

		{"live-sessions-expire", testLive},
		{"every-touch-refreshes", testRefresh},
		{"ended-sessions-are-retained", testRetained},
		{"nothing-outlives-its-session", testNothingLeft},

		{"due-calls-are-claimed", testDue},
		{"due-calls-are-claimed-once", testDueOnce},

		{"secret-is-shared", testSecret},
		{"secret-is-not-empty", testEmptySecret},
		{"ping", testPing},
		{"context-cancelled", testCancelled},
		{"context-deadline", testDeadline},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, start(t)) })
	}
}

// equal fails the test where got is not want.
func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", what, diff)
	}
}

// succeed stops the test on an error.
func succeed(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// commit commits a session that must not fail.
func commit(t *testing.T, store sessions.Store, s *sessions.Session, entries ...sessions.Entry) {
	t.Helper()
	succeed(t, store.Commit(t.Context(), s, entries...))
}

func load(t *testing.T, store sessions.Store, callSID string) *sessions.Session {
	t.Helper()
	s, err := store.Load(t.Context(), callSID)
	succeed(t, err)
	return s
}

// notes returns what note wrote, over the entries of a call.
func notes(t *testing.T, store sessions.Store, callSID string) []string {
	t.Helper()
	entries, err := store.Timeline(t.Context(), callSID)
	succeed(t, err)
	return notesOf(entries)
}

func notesOf(entries []sessions.Entry) []string {
	var all []string
	for _, entry := range entries {
		all = append(all, entry.Notes...)
	}
	return all
}
