package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"texmlsrv/sessions"
)

// auditFor is how long an audit trail is kept; the design promises a year.
const auditFor = 366 * 24 * time.Hour

// AuditHarness is an empty audit trail, and what a test needs around it.
type AuditHarness struct {
	Audit sessions.Auditor
	Keys  func() map[string]time.Duration // every key of the server, and how long it lives; below 0: for ever
}

// RunAudit runs the suite of audit trails. start is called once for each test
// and starts empty.
func RunAudit(t *testing.T, start func(t *testing.T) AuditHarness) {
	tests := []struct {
		name string
		test func(*testing.T, AuditHarness)
	}{
		{"comes-back-as-it-was", testAuditRoundTrip},
		{"newest-first-page-by-page", testAuditPages},
		{"of-one-instant", testAuditOneInstant},
		{"goes-on-while-entries-come", testAuditStays},
		{"filters", testAuditFilters},
		{"rare-entries-among-many", testAuditRare},
		{"recorded-twice-is-once", testAuditTwice},
		{"recorded-at-once-keeps-all", testAuditConcurrent},
		{"old-entries-go", testAuditRetention},
		{"wrong-cursors", testAuditCursor},
		{"odd-call-ids", testAuditOddCalls},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, start(t)) })
	}
}

// auditStart is when trails of tests begin.
var auditStart = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func record(t *testing.T, h AuditHarness, entries ...sessions.Audit) {
	t.Helper()
	for _, a := range entries {
		succeed(t, h.Audit.Record(t.Context(), a))
	}
}

func audits(t *testing.T, h AuditHarness, q sessions.AuditQuery) sessions.AuditPage {
	t.Helper()
	page, err := h.Audit.Audits(t.Context(), q)
	succeed(t, err)
	return page
}

// trail is all that a query finds, over all pages, as who did it.
func trail(t *testing.T, h AuditHarness, q sessions.AuditQuery) []string {
	t.Helper()
	var all []string
	for pages := 0; ; pages++ {
		if pages > 1000 {
			t.Fatal("the trail does not end")
		}
		page := audits(t, h, q)
		for _, a := range page.Entries {
			all = append(all, a.Who)
		}
		if page.Next == "" {
			return all
		}
		q.After = page.Next
	}
}

func testAuditRoundTrip(t *testing.T, h AuditHarness) {
	equal(t, "of nothing", audits(t, h, sessions.AuditQuery{}), sessions.AuditPage{})
	want := sessions.Audit{
		ID: "a1", At: auditStart.Add(7 * time.Millisecond), Who: "ada", Role: "operator", Action: "reveal", CallSID: "v3:abc",
		Turn: 3, Detail: "gathered.card <&>", Why: "she asked: “which card?”", Refused: "no", From: "192.0.2.1",
	}
	record(t, h, want)
	equal(t, "of everything", audits(t, h, sessions.AuditQuery{}).Entries, []sessions.Audit{want})
	equal(t, "of the call", audits(t, h, sessions.AuditQuery{CallSID: "v3:abc"}).Entries, []sessions.Audit{want})
	equal(t, "of another", audits(t, h, sessions.AuditQuery{CallSID: "v3:ab"}).Entries, []sessions.Audit(nil))

	record(t, h, sessions.Audit{At: auditStart, Who: "bea", Action: "view"})
	page := audits(t, h, sessions.AuditQuery{Who: "bea"})
	if len(page.Entries) != 1 || page.Entries[0].ID == "" {
		t.Errorf("an entry without id: %+v", page.Entries)
	}
}

func testAuditPages(t *testing.T, h AuditHarness) {
	var want []string
	for i := range 25 {
		record(t, h, sessions.Audit{At: auditStart.Add(time.Duration(i) * time.Second), Who: fmt.Sprint(i), Action: "view", CallSID: "v3:abc"})
		want = append([]string{fmt.Sprint(i)}, want...)
	}
	for _, limit := range []int{0, 1, 7, 25, 100} {
		equal(t, fmt.Sprintf("pages of %d", limit), trail(t, h, sessions.AuditQuery{Limit: limit}), want)
		equal(t, fmt.Sprintf("of the call, pages of %d", limit), trail(t, h, sessions.AuditQuery{CallSID: "v3:abc", Limit: limit}), want)
	}
	if n := len(audits(t, h, sessions.AuditQuery{Limit: 7}).Entries); n != 7 {
		t.Errorf("a page of 7 has %d", n)
	}
}

// testAuditOneInstant pages through more entries of one millisecond than are
// fetched at once.
func testAuditOneInstant(t *testing.T, h AuditHarness) {
	const count = 600
	for i := range count {
		record(t, h, sessions.Audit{At: auditStart, ID: fmt.Sprintf("%05d", i), Who: fmt.Sprint(i), Action: "view"})
	}
	seen := map[string]int{}
	for _, who := range trail(t, h, sessions.AuditQuery{Limit: 100}) {
		seen[who]++
	}
	if len(seen) != count {
		t.Errorf("%d of %d were found", len(seen), count)
	}
	for who, n := range seen {
		if n != 1 {
			t.Errorf("%s was found %d times", who, n)
		}
	}
}

func testAuditStays(t *testing.T, h AuditHarness) {
	for i := range 10 {
		record(t, h, sessions.Audit{At: auditStart.Add(time.Duration(i) * time.Second), Who: fmt.Sprint(i), Action: "view"})
	}
	first := audits(t, h, sessions.AuditQuery{Limit: 4})
	record(t, h, sessions.Audit{At: auditStart.Add(time.Hour), Who: "new", Action: "view"})
	rest := trail(t, h, sessions.AuditQuery{After: first.Next})
	equal(t, "after the first page", rest, []string{"5", "4", "3", "2", "1", "0"})
}

func testAuditFilters(t *testing.T, h AuditHarness) {
	at := func(minutes int) time.Time { return auditStart.Add(time.Duration(minutes) * time.Minute) }
	record(t, h,
		sessions.Audit{At: at(0), Who: "ada", Action: "view", CallSID: "v3:1"},
		sessions.Audit{At: at(1), Who: "bea", Action: "view", CallSID: "v3:1"},
		sessions.Audit{At: at(2), Who: "ada", Action: "reveal", CallSID: "v3:2"},
		sessions.Audit{At: at(3), Who: "ada", Action: "sign-in"},
	)
	tests := []struct {
		name  string
		query sessions.AuditQuery
		want  int
	}{
		{"all", sessions.AuditQuery{}, 4},
		{"who", sessions.AuditQuery{Who: "ada"}, 3},
		{"whole-name", sessions.AuditQuery{Who: "ad"}, 0},
		{"action", sessions.AuditQuery{Action: "view"}, 2},
		{"call", sessions.AuditQuery{CallSID: "v3:1"}, 2},
		{"several", sessions.AuditQuery{CallSID: "v3:1", Who: "ada", Action: "view"}, 1},
		{"from", sessions.AuditQuery{From: at(2)}, 2},
		{"to", sessions.AuditQuery{To: at(2)}, 2},
		{"between", sessions.AuditQuery{From: at(1), To: at(3)}, 2},
		{"never", sessions.AuditQuery{From: at(3), To: at(1)}, 0},
	}
	for _, tt := range tests {
		for _, limit := range []int{1, 50} {
			tt.query.Limit = limit
			if got := trail(t, h, tt.query); len(got) != tt.want {
				t.Errorf("%s, pages of %d: %v, want %d", tt.name, limit, got, tt.want)
			}
		}
	}
}

// testAuditRare looks for one entry among more than a page looks at.
func testAuditRare(t *testing.T, h AuditHarness) {
	record(t, h, sessions.Audit{At: auditStart, Who: "rare", Action: "reveal"})
	var adding sync.WaitGroup
	for part := range 8 {
		adding.Go(func() {
			for i := range 300 {
				at := auditStart.Add(time.Duration(1+i) * time.Second)
				if err := h.Audit.Record(t.Context(), sessions.Audit{At: at, Who: fmt.Sprint(part), Action: "view"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	adding.Wait()
	equal(t, "the rare one", trail(t, h, sessions.AuditQuery{Action: "reveal"}), []string{"rare"})
}

func testAuditTwice(t *testing.T, h AuditHarness) {
	a := sessions.Audit{ID: "same", At: auditStart, Who: "ada", Action: "view", CallSID: "v3:abc"}
	record(t, h, a, a)
	if n := len(trail(t, h, sessions.AuditQuery{})) + len(trail(t, h, sessions.AuditQuery{CallSID: "v3:abc"})); n != 2 {
		t.Errorf("it is there %d times, want once in both trails", n)
	}
}

func testAuditConcurrent(t *testing.T, h AuditHarness) {
	const people, each = 8, 25
	var all sync.WaitGroup
	for who := range people {
		all.Go(func() {
			for range each {
				if err := h.Audit.Record(t.Context(), sessions.Audit{At: auditStart, Who: fmt.Sprint(who), Action: "view", CallSID: "v3:abc"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if n := len(trail(t, h, sessions.AuditQuery{})); n != people*each {
		t.Errorf("%d entries, want %d", n, people*each)
	}
}

func testAuditRetention(t *testing.T, h AuditHarness) {
	record(t, h,
		sessions.Audit{At: auditStart.Add(-auditFor - time.Hour), Who: "old", Action: "view", CallSID: "v3:abc"},
		sessions.Audit{At: auditStart.Add(-auditFor + time.Hour), Who: "older", Action: "view", CallSID: "v3:abc"},
		sessions.Audit{At: auditStart, Who: "new", Action: "view", CallSID: "v3:abc"},
	)
	want := []string{"new", "older"}
	equal(t, "after a year", trail(t, h, sessions.AuditQuery{}), want)
	equal(t, "of the call, after a year", trail(t, h, sessions.AuditQuery{CallSID: "v3:abc"}), want)
	for key, lives := range h.Keys() {
		if lives <= auditFor-time.Minute || lives > auditFor {
			t.Errorf("%s lives %v, want a year", key, lives)
		}
	}
}

func testAuditCursor(t *testing.T, h AuditHarness) {
	record(t, h, sessions.Audit{At: auditStart, Who: "ada", Action: "view"})
	for _, cursor := range []string{"x", "-", "1", "1-", "zz!-a", strings.Repeat("9", 100) + "-a"} {
		if _, err := h.Audit.Audits(t.Context(), sessions.AuditQuery{After: cursor}); !errors.Is(err, sessions.ErrCursor) {
			t.Errorf("%q: %v, want ErrCursor", cursor, err)
		}
	}
}

// testAuditOddCalls records about calls that cannot be: what was tried is kept.
func testAuditOddCalls(t *testing.T, h AuditHarness) {
	record(t, h, sessions.Audit{At: auditStart, Who: "ada", Action: "view", CallSID: "a{b}c"})
	equal(t, "of everything", trail(t, h, sessions.AuditQuery{}), []string{"ada"})
	equal(t, "of the call", trail(t, h, sessions.AuditQuery{CallSID: "a{b}c"}), []string(nil))
}
