package console_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

// done notes what a handler got round to.
type done struct{ acted, sent bool }

// rows are routes that leave a trace in every way there is.
func rows(d *done) []web.Route {
	say := func(text string) web.Handler {
		return func(w http.ResponseWriter, r *http.Request) error {
			web.Note(r, "what "+r.PathValue("turn"), r.FormValue("why"))
			w.Header().Set("X-Kind", "test")
			w.WriteHeader(http.StatusAccepted)
			_, err := io.WriteString(w, text)
			return err
		}
	}
	act := func(w http.ResponseWriter, r *http.Request) error {
		if err := web.Record(r); err != nil {
			return err
		}
		d.acted = true
		return web.Refuse(http.StatusConflict, "The caller has answered meanwhile", "")
	}
	stream := func(w http.ResponseWriter, r *http.Request) error {
		if err := web.Record(r); err != nil {
			return err
		}
		for i := range 3 {
			fmt.Fprintf(w, "line %d\n", i)
			if err := http.NewResponseController(w).Flush(); err != nil {
				return err
			}
			d.sent = true
		}
		return errors.New("it broke off")
	}
	return []web.Route{
		{Method: "GET", Pattern: "/calls/{sid}", Role: access.Viewer, Action: "view", Handle: say("all of a call")},
		{Method: "GET", Pattern: "/calls/{sid}/turns/{turn}", Role: access.Viewer, Action: "view", Handle: say("the turn")},
		{Method: "GET", Pattern: "/gone/{sid}", Role: access.Viewer, Action: "view", Handle: func(http.ResponseWriter, *http.Request) error { return sessions.ErrNotFound }},
		{Method: "POST", Pattern: "/calls/{sid}/reveal", Role: access.Operator, Action: "reveal", Handle: say("4111")},
		{Method: "POST", Pattern: "/calls/{sid}/act", Role: access.Operator, Action: "act", Handle: act},
		{Method: "POST", Pattern: "/calls/{sid}/refused", Role: access.Operator, Action: "refuse", Handle: func(http.ResponseWriter, *http.Request) error {
			return web.Refuse(http.StatusUnprocessableEntity, "That is no step", "")
		}},
		{Method: "GET", Pattern: "/export", Role: access.Viewer, Action: "export", Handle: stream},
		{Method: "GET", Pattern: "/defect", Role: access.Viewer, Action: "view", Handle: func(http.ResponseWriter, *http.Request) error { panic("a defect") }},
	}
}

// forgetful is an audit trail that cannot be written.
type forgetful struct{ sessions.Auditor }

func (forgetful) Record(context.Context, sessions.Audit) error {
	return errors.New("the store is away")
}

// startRows runs a console with the rows above.
func startRows(t *testing.T, change func(*console.Deps)) (*consoletest.Server, *done) {
	t.Helper()
	s, d := consoletest.Start(t, change), new(done)
	handler, err := console.NewWith(s.Deps, rows(d))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s.Server.URL = server.URL
	return s, d
}

// inOrder puts entries of one instant, which have no order, into one.
var inOrder = cmpopts.SortSlices(func(a, b sessions.Audit) bool { return a.Refused < b.Refused })

// TestRecorded asks for everything that leaves a trace, and looks at the trace.
func TestRecorded(t *testing.T) {
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	tests := []struct {
		name         string
		who          access.Role
		method, path string
		status       int
		want         []sessions.Audit // in any order
	}{
		{"view", access.Viewer, "GET", "/calls/v3:abc", 202, []sessions.Audit{{Who: "vera", Role: "viewer", Action: "view", CallSID: "v3:abc", Detail: "what "}}},
		{"turn", access.Viewer, "GET", "/calls/v3:abc/turns/7", 202, []sessions.Audit{{Who: "vera", Role: "viewer", Action: "view", CallSID: "v3:abc", Turn: 7, Detail: "what 7"}}},
		{"why", access.Operator, "POST", "/calls/v3:abc/reveal?why=asked", 202, []sessions.Audit{{Who: "otto", Role: "operator", Action: "reveal", CallSID: "v3:abc", Detail: "what ", Why: "asked"}}},
		{"not-there", access.Viewer, "GET", "/gone/v3:abc", 404, nil},
		{"not-allowed", access.Viewer, "POST", "/calls/v3:abc/reveal", 403, []sessions.Audit{{Who: "vera", Role: "viewer", Action: "reveal", CallSID: "v3:abc", Refused: "Your role does not allow that"}}},
		{"refused", access.Operator, "POST", "/calls/v3:abc/refused", 422, []sessions.Audit{{Who: "otto", Role: "operator", Action: "refuse", CallSID: "v3:abc", Refused: "That is no step"}}},
		{"recorded-before", access.Operator, "POST", "/calls/v3:abc/act", 409, []sessions.Audit{
			{Who: "otto", Role: "operator", Action: "act", CallSID: "v3:abc", Refused: "The caller has answered meanwhile"},
			{Who: "otto", Role: "operator", Action: "act", CallSID: "v3:abc"},
		}},
		{"nobody", access.None, "GET", "/calls/v3:abc", 303, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, _ := startRows(t, nil)
			got := s.Send(s.As(tt.who), tt.method, tt.path, nil, nil)
			if got.Status != tt.status {
				t.Errorf("%d, want %d\n%s", got.Status, tt.status, got.Body)
			}
			if tt.status == 202 && got.Header.Get("X-Kind") != "test" {
				t.Error("what the handler set in the header is lost")
			}
			for i := range tt.want {
				tt.want[i].At, tt.want[i].From = at, "127.0.0.1"
			}
			if diff := cmp.Diff(tt.want, entries(t, s), cmpopts.IgnoreFields(sessions.Audit{}, "ID"), inOrder); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestRecorded_fromElsewhere writes a look down for every address that it comes
// from: who looks with what was stolen from somebody must be in the trail, too.
func TestRecorded_fromElsewhere(t *testing.T) {
	s, _ := startRows(t, func(d *console.Deps) { d.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} })
	for _, from := range []string{"192.0.2.1", "192.0.2.2", "192.0.2.1"} {
		s.Send(s.As(access.Viewer), "GET", "/calls/v3:abc", nil, http.Header{"X-Forwarded-For": {from}})
	}
	if kept := entries(t, s); len(kept) != 2 || kept[0].From == kept[1].From {
		t.Errorf("three looks from two addresses left %d entries: %v", len(kept), kept)
	}
}

// TestRecorded_cannotBeWritten shows and does nothing that cannot be written
// down.
func TestRecorded_cannotBeWritten(t *testing.T) {
	for _, row := range []struct{ method, path string }{
		{"GET", "/calls/v3:abc"}, {"POST", "/calls/v3:abc/reveal"}, {"POST", "/calls/v3:abc/act"}, {"GET", "/export"},
	} {
		t.Run(row.method+strings.ReplaceAll(row.path, "/", "_"), func(t *testing.T) {
			s, d := startRows(t, func(d *console.Deps) { d.Audit = forgetful{d.Audit} })
			got := s.Send(s.As(access.Operator), row.method, row.path, nil, nil)
			if got.Status != http.StatusServiceUnavailable || d.acted || d.sent {
				t.Errorf("%d, acted %v, sent %v", got.Status, d.acted, d.sent)
			}
			for _, shown := range []string{"all of a call", "4111", "line 0"} {
				if strings.Contains(got.Body, shown) {
					t.Errorf("it shows %q", shown)
				}
			}
		})
	}
}

// TestRecorded_streams sends bit by bit, once it is written down.
func TestRecorded_streams(t *testing.T) {
	s, d := startRows(t, nil)
	got := s.Get(access.Viewer, "/export")
	if got.Status != http.StatusOK || got.Body != "line 0\nline 1\nline 2\n" || !d.sent {
		t.Errorf("%d %q", got.Status, got.Body)
	}
	if len(entries(t, s)) != 1 {
		t.Errorf("%v", entries(t, s))
	}
	if !strings.Contains(s.Log.String(), "it broke off") {
		t.Error("the log does not say that it broke off")
	}
}

// TestRecorded_looksCountOnce looks at a call again and again, as a live page
// does.
func TestRecorded_looksCountOnce(t *testing.T) {
	s, _ := startRows(t, nil)
	count := func(want int, when string) {
		t.Helper()
		if got := len(entries(t, s)); got != want {
			t.Errorf("%s: %d entries, want %d", when, got, want)
		}
	}
	client := s.As(access.Viewer)
	look := func(path string) { s.Send(client, "GET", path, nil, nil) }
	for range 5 {
		look("/calls/v3:abc")
	}
	count(1, "five times")
	look("/calls/v3:abd")
	look("/calls/v3:abc/turns/1")
	count(3, "another call, and a turn")
	s.Get(access.Operator, "/calls/v3:abc")
	count(4, "another person")
	s.Clock.Advance(10 * time.Minute)
	look("/calls/v3:abc")
	count(5, "ten minutes later")
	for range 3 {
		s.Post(access.Operator, "/calls/v3:abc/reveal", nil)
	}
	count(8, "three values revealed")
}

// TestDefect answers for a handler that panics.
func TestDefect(t *testing.T) {
	s, _ := startRows(t, nil)
	got := s.Get(access.Viewer, "/defect")
	if got.Status != http.StatusInternalServerError || strings.Contains(got.Body, "a defect") || !strings.Contains(s.Log.String(), "a defect") {
		t.Errorf("%d\n%s\n%s", got.Status, got.Body, s.Log)
	}
}
