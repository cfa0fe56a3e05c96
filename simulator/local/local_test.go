package local_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"texmlsrv/calls"
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

// asking sends a command, and goes on by its event.
const asking = `
start: a
steps:
  a: {document: <Pause length="60"/>, command: {gather: {maximum_digits: 1}}, next: b}
  b: {document: <Say>Thank you.</Say><Hangup/>}
`

// recorder is an API that says yes, and notes what it is asked, and when.
type recorder struct {
	clock *local.Clock
	asked []string // commands, and URLs that are pushed
	at    []time.Time
}

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	asked, answer := path.Base(request.URL.Path), `{"data":{"result":"ok"}}`
	if form, err := url.ParseQuery(string(body)); err == nil && form.Has("Url") {
		asked, answer = form.Get("Url"), `{"sid":"a","status":"in-progress"}`
	}
	r.asked, r.at = append(r.asked, asked), append(r.at, r.clock.Now())
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(answer)), Request: request,
	}, nil
}

// TestCommands sends a command, and pushes the document that its event leads to,
// while the clock is moved.
func TestCommands(t *testing.T) {
	began := time.Date(2026, 12, 24, 18, 0, 0, 0, time.UTC)
	platform := &recorder{clock: local.NewClock(began)}
	s := start(t, local.Options{Flows: one(asking), Clock: platform.clock, API: platform})
	post(t, s, s.VoiceURL("desk"), call("a"))
	s.Clock.Advance(10 * time.Second)
	state := calls.ClientState("desk", "a", 1)
	event := `{"data":{"id":"1","event_type":"call.gather.ended","payload":{"call_control_id":"a","client_state":"` + state + `","digits":"1","status":"valid"}}}`
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.EventsURL(), strings.NewReader(event))
	if err != nil {
		t.Fatal(err)
	}
	response, err := s.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	s.Clock.Advance(0)
	if len(platform.asked) != 2 || platform.asked[0] != "gather" || !platform.at[0].Equal(began.Add(time.Second)) || !platform.at[1].Equal(began.Add(10*time.Second)) {
		t.Fatalf("asked %v at %v", platform.asked, platform.at)
	}
	if status, body := post(t, s, platform.asked[1], call("a")); status != http.StatusOK || !strings.Contains(body, "Thank you.") {
		t.Errorf("pushed %d %s", status, body)
	}
}
