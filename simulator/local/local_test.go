package local_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"texmlsrv/flows"
	"texmlsrv/flows/problems"
	"texmlsrv/sessions"
	"texmlsrv/simulator/local"
	"texmlsrv/templates"
)

// one is a tree of one flow.
func one(flow string) fstest.MapFS {
	return fstest.MapFS{"desk/flow.yaml": {Data: []byte(flow)}}
}

// start makes a world that goes with the test.
func start(t testing.TB, o local.Options) *local.Server {
	t.Helper()
	s, err := local.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// post sends a form as Telnyx would, and gives the answer.
func post(t testing.TB, s *local.Server, address string, form url.Values) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := (&http.Client{Transport: s}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	bytes, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(bytes)
}

func call(sid string) url.Values {
	return url.Values{"CallSid": {sid}, "From": {"+35319605860"}, "To": {"+13125550188"}, "CallStatus": {"in-progress"}}
}

// TestCall goes through the routes of the embedded flows without a socket, and
// looks at what is known of the call.
func TestCall(t *testing.T) {
	s := start(t, local.Options{Flows: templates.FS})
	status, document := post(t, s, s.VoiceURL("front-desk"), call("a"))
	if status != http.StatusOK || !strings.Contains(document, "<Response>") {
		t.Fatalf("status %d, %s", status, document)
	}
	session, err := s.Session(t.Context(), "a")
	if err != nil || session.Flow != "front-desk" || string(session.Document) != document {
		t.Errorf("session %+v, error %v", session, err)
	}
	timeline, err := s.Timeline(t.Context(), "a")
	if err != nil || len(timeline) != 1 || !timeline[0].At.Equal(s.Clock.Now()) {
		t.Errorf("timeline %+v, error %v", timeline, err)
	}
	if _, err := s.Session(t.Context(), "b"); !errors.Is(err, sessions.ErrNotFound) {
		t.Errorf("an unknown call: %v", err)
	}
}

// TestFlowsThatAreWrong gives every mistake.
func TestFlowsThatAreWrong(t *testing.T) {
	_, err := local.Start(local.Options{Flows: one("start: nowhere\nsteps: {a: {document: <Hangup/>}}")})
	var wrong problems.List
	if !errors.As(err, &wrong) {
		t.Errorf("got %v", err)
	}
}

// TestWorldsDoNotMix has one call in two worlds that share a Redis.
func TestWorldsDoNotMix(t *testing.T) {
	stores, err := local.NewStores()
	if err != nil {
		t.Fatal(err)
	}
	defer stores.Close()
	here := start(t, local.Options{Flows: templates.FS, Stores: stores})
	there := start(t, local.Options{Flows: templates.FS, Stores: stores})
	post(t, here, here.VoiceURL("survey"), call("a"))
	if _, err := there.Session(t.Context(), "a"); !errors.Is(err, sessions.ErrNotFound) {
		t.Errorf("the call is in the other world too: %v", err)
	}
}

// reporting looks something up after the end of a call.
const reporting = `
start: a
ended: report
steps:
  a: {document: <Hangup/>}
  report:
    lookup: {url: "http://crm.example/calls"}
    next: [{set: {told: true}, goto: told}]
    otherwise: [{set: {failed: true}, goto: told}]
  told: {outcome: told}
`

// asked notes when it was asked what.
type asked struct {
	clock *local.Clock
	at    []time.Time
	steps []string
}

func (a *asked) Look(_ context.Context, r flows.LookupRequest) flows.Found {
	a.at, a.steps = append(a.at, a.clock.Now()), append(a.steps, r.Flow+"/"+r.Step)
	return flows.Found{Code: http.StatusOK}
}

// TestTimePasses has done what is due, at its instant, when the clock is moved
// beyond it.
func TestTimePasses(t *testing.T) {
	began := time.Date(2026, 12, 24, 18, 0, 0, 0, time.UTC)
	clock := local.NewClock(began)
	looker := &asked{clock: clock}
	s := start(t, local.Options{Flows: one(reporting), Clock: clock, Looker: looker})
	post(t, s, s.VoiceURL("desk"), call("a"))
	over := call("a")
	over.Set("CallStatus", "completed")
	if status, _ := post(t, s, s.StatusURL(), over); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	clock.Advance(time.Second)
	if len(looker.at) != 0 {
		t.Fatalf("asked after a second: %v", looker.at)
	}
	clock.Advance(time.Minute)
	if len(looker.at) != 1 || !looker.at[0].Equal(began.Add(5*time.Second)) || looker.steps[0] != "desk/report" {
		t.Errorf("asked %v at %v", looker.steps, looker.at)
	}
	if want := began.Add(61 * time.Second); !clock.Now().Equal(want) {
		t.Errorf("the clock shows %v, want %v", clock.Now(), want)
	}
	session, err := s.Session(t.Context(), "a")
	if err != nil || session.Outcome != "told" || !session.Wrapped {
		t.Errorf("session %+v, error %v", session, err)
	}
}

// TestSettle goes on to where nothing is due any more, and no further.
func TestSettle(t *testing.T) {
	s := start(t, local.Options{Flows: one(reporting)})
	began := s.Clock.Now()
	post(t, s, s.VoiceURL("desk"), call("a"))
	over := call("a")
	over.Set("CallStatus", "completed")
	post(t, s, s.StatusURL(), over)
	s.Clock.Settle()
	if passed := s.Clock.Now().Sub(began); passed != 5*time.Second {
		t.Errorf("%v passed", passed)
	}
	session, err := s.Session(t.Context(), "a")
	if err != nil || session.Vars["failed"] != true {
		t.Errorf("nobody can be reached, and yet: %+v, error %v", session, err)
	}
}

// BenchmarkStart tells what a world costs.
func BenchmarkStart(b *testing.B) {
	release, err := flows.Load(templates.FS, flows.Environment{})
	if err != nil {
		b.Fatal(err)
	}
	stores, err := local.NewStores()
	if err != nil {
		b.Fatal(err)
	}
	defer stores.Close()
	for name, o := range map[string]local.Options{
		"alone":  {Release: release},
		"shared": {Release: release, Stores: stores},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s, err := local.Start(o)
				if err != nil {
					b.Fatal(err)
				}
				s.Close()
			}
		})
	}
}
