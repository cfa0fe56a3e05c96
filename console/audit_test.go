package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/sessions"
)

// withTrail runs a console that has an audit trail already.
func withTrail(t *testing.T) *consoletest.Server {
	t.Helper()
	s := consoletest.Start(t, nil)
	at := func(minutes int) time.Time { return s.Clock.Now().Add(time.Duration(minutes-600) * time.Minute) }
	for _, a := range []sessions.Audit{
		{At: at(0), Who: "ada@example.com", Role: "operator", Action: "sign-in", Detail: "password", From: "192.0.2.10"},
		{At: at(1), Who: "ada@example.com", Role: "operator", Action: "view", CallSID: "v3:u5OAKGEPT3Dx8SZSSDRWEMdNH2OripQhO", From: "192.0.2.10"},
		{At: at(2), Who: "ada@example.com", Role: "operator", Action: "reveal", CallSID: "v3:u5OAKGEPT3Dx8SZSSDRWEMdNH2OripQhO", Turn: 4, Detail: "card", Why: "The caller asked which card it was.", From: "192.0.2.10"},
		{At: at(9), Who: "eve", Action: "sign-in", Refused: "The name or the password is wrong.", From: "198.51.100.7"},
		{At: at(30), Who: "nightly-export", Role: "viewer", Action: "export", Detail: "flow=booking&outcome=booked", From: "192.0.2.44"},
		{At: at(31), Who: "<b>bold</b>", Action: "sign-in", Refused: "The name or the password is wrong.", From: "198.51.100.7"},
	} {
		if err := s.Store.Record(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestAudit_page(t *testing.T) {
	s := withTrail(t)
	page := s.Get(access.Operator, "/audit")
	if page.Status != http.StatusOK {
		t.Fatalf("%d\n%s", page.Status, page.Body)
	}
	for _, want := range []string{
		"ada@example.com", `href="/calls/v3:u5OAKGEPT3Dx8SZSSDRWEMdNH2OripQhO"`, "turn 4", "Why: The caller asked which card it was.",
		"198.51.100.7", "&lt;b&gt;bold&lt;/b&gt;", "refused", `<time datetime="2026-11-23T00:02:00.000Z">2026-11-23 00:02:00</time>`,
	} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if got := entries(t, s)[0]; got.Who != "otto" || got.Action != "audit" {
		t.Errorf("looking at the trail left %+v", got)
	}
}

func TestAudit_filters(t *testing.T) {
	row := regexp.MustCompile(`<tr id="a-`)
	tests := []struct {
		name, query string
		status      int
		rows        int
	}{
		{"all", "", 200, 6},
		{"who", "who=eve", 200, 1},
		{"action", "action=sign-in", 200, 3},
		{"call", "sid=v3:u5OAKGEPT3Dx8SZSSDRWEMdNH2OripQhO", 200, 2},
		{"several", "who=ada@example.com&action=reveal", 200, 1},
		{"empty-fields", "who=&action=&sid=&from=&to=", 200, 6},
		{"day", "from=2026-11-23&to=2026-11-23", 200, 6},
		{"day-before", "to=2026-11-22", 200, 0},
		{"nobody", "who=nobody", 200, 0},
		{"no-day", "from=yesterday", 400, 0},
		{"no-place", "after=nowhere", 400, 0},
		{"no-part", "part=nothing", 404, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page := withTrail(t).Get(access.Operator, "/audit?"+tt.query)
			if got := len(row.FindAllString(page.Body, -1)); page.Status != tt.status || got != tt.rows {
				t.Errorf("%d with %d rows, want %d with %d", page.Status, got, tt.status, tt.rows)
			}
		})
	}
}

// TestAudit_pages follows the links from page to page; the filter stays.
func TestAudit_pages(t *testing.T) {
	s := consoletest.Start(t, nil)
	for i := range 120 {
		a := sessions.Audit{ID: fmt.Sprintf("id%03d", i), At: s.Clock.Now().Add(time.Duration(i) * time.Second), Who: "ada", Action: "view"}
		if err := s.Store.Record(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	row, older := regexp.MustCompile(`<tr id="a-(\w+)"`), regexp.MustCompile(`href="([^"]+)" rel="next"`)
	seen := map[string]int{}
	path := "/audit?who=ada"
	for pages := 1; ; pages++ {
		page := s.Get(access.Operator, path)
		for _, found := range row.FindAllStringSubmatch(page.Body, -1) {
			seen[found[1]]++
		}
		next := older.FindStringSubmatch(page.Body)
		if next == nil {
			if pages != 3 {
				t.Errorf("%d pages, want 3", pages)
			}
			break
		}
		path = strings.ReplaceAll(next[1], "&amp;", "&")
		if u, err := url.Parse(path); err != nil || u.Query().Get("who") != "ada" {
			t.Fatalf("the next page is %s", path)
		}
	}
	if len(seen) != 120 || seen["id000"] != 1 {
		t.Errorf("%d entries were shown, want 120", len(seen))
	}
}
