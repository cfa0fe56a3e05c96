package flows_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// TestTried_read tells with every rule what its condition read, nil where there
// was nothing, and leaves out what is long, or not of this call.
func TestTried_read(t *testing.T) {
	flow := strings.ReplaceAll(`
start: menu
variables: {long: "LONG"}
steps:
  menu:
    document: <Gather><Say>One or two?</Say></Gather>
    next:
      - {when: vars.long == "x" or env.NONE, goto: bye}
      - {when: gathered.guests > 8, goto: bye}
      - {when: answer.digits == "1" and attempt == 1, goto: bye}
  bye: {document: <Hangup/>}
`, "LONG", strings.Repeat("long ", 40))
	r, err := flows.Load(fstest.MapFS{"desk/flow.yaml": {Data: []byte(flow)}}, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	began := r.Begin(sessions.Call{SID: "1"}, "desk", now)
	d := r.Answer(&began.Session, flows.Brought{Digits: new("1")}, flows.ViaAction, "", now)
	if len(d.Entry.Path) == 0 {
		t.Fatalf("nothing was passed: %+v", d.Entry)
	}
	var got []sessions.Values
	for _, tried := range d.Entry.Path[0].Tried {
		got = append(got, tried.Read)
	}
	want := []sessions.Values{nil, {"gathered.guests": nil}, {"answer.digits": "1", "attempt": 1.0}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
