package console_test

import (
	"strings"
	"testing"
	"time"

	"texmlsrv/calls"
	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/sessions"
)

// TestParked looks for calls that never reach a flow, because their number is on
// a Call Control application: the list says so, and so does the page of a call
// that something was told of.
func TestParked(t *testing.T) {
	var parked []calls.Parked
	s := consoletest.Start(t, func(d *console.Deps) { d.Parked = func() []calls.Parked { return parked } })
	says := func(path string, status int, words string, want bool) {
		t.Helper()
		got := s.Get(access.Viewer, path)
		if got.Status != status || strings.Contains(got.Body, words) != want {
			t.Errorf("%s: %d, want %d; %q is there: want %v\n%s", path, got.Status, status, words, want, got.Body)
		}
	}
	const reason = "Call Control application"
	says("/calls", 200, reason, false)
	says("/calls/v3:parked", 404, "It may have been a while ago", true)

	parked = []calls.Parked{{Number: "+13125550188", At: morning}, {At: morning.Add(time.Minute)}}
	says("/calls", 200, "Calls to &#43;13125550188, a number that was not told reach no flow.", true)

	early := sessions.Entry{Kind: sessions.EntryEvent, At: morning}
	for _, notes := range [][]string{nil, {"the number is on a Call Control application: put it on a TeXML application"}} {
		says("/calls/v3:parked", 404, reason, false)
		early.Notes = notes
		for range 2 {
			_, _ = s.Store.Append(t.Context(), "v3:parked", early) // fails: there is no such call
		}
		says("/calls/v3:parked", 404, "it has fetched no document", true)
	}
	says("/calls/v3:parked", 404, "no document: the number is on a "+reason+": put it on a TeXML application.</p>", true)
}
