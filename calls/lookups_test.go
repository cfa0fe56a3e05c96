package calls_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"texmlsrv/flows"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redistest"
)

// booking asks for a day and looks up what is free; found says what came.
const booking = `
start: day
defaults: {otherwise: operator}
steps:
  day:
    document: <Gather><Say>Which day?</Say></Gather>
    into: day
    next: slots
  slots:
    lookup:
      url: "{{ env.URL }}/slots/{{ gathered.day }}?key={{ secrets.KEY }}"
      headers: {Authorization: "Bearer {{ secrets.KEY }}", X-Call: "{{ call.sid }}"}
      body: {day: "{{ gathered.day }}", from: "{{ call.from }}"}
      timeout: 1500ms
      into: slots
    next: found
    otherwise:
      - {when: answer.code == 409, goto: taken}
      - goto: operator
  found: {document: "<Gather><Say>Free: {{ json(vars.slots) }}</Say></Gather>", next: day}
  taken: {document: "<Gather><Say>Taken.</Say></Gather>", next: day}
  operator: {document: "<Gather><Say>An operator.</Say></Gather>", next: day}
`

// service is what look-ups of a test reach. It keeps what it was asked.
type service struct {
	*httptest.Server
	mu    sync.Mutex
	asked []asked
}

// asked is one request, as it came.
type asked struct {
	method, path, key, body string
	header                  http.Header
}

func serve(t *testing.T, answer http.HandlerFunc) *service {
	t.Helper()
	s := new(service)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("body of a look-up: %v", err)
		}
		s.mu.Lock()
		s.asked = append(s.asked, asked{r.Method, r.URL.RequestURI(), r.Header.Get("Idempotency-Key"), string(body), r.Header})
		s.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// requests are what was asked so far.
func (s *service) requests() []asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]asked(nil), s.asked...)
}

// environment sends the look-ups of booking to a URL.
func environment(url string) flows.Environment {
	return flows.Environment{Env: map[string]string{"URL": url}, Secrets: map[string]string{"KEY": password}}
}

func reply(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // a caller that has gone is what some tests want
	}
}

// hang answers only when the one who asked has gone.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// TestLookups tells what becomes of each kind of reply.
func TestLookups(t *testing.T) {
	fits := `"` + strings.Repeat("x", 256<<10-2) + `"`
	tests := []struct {
		name   string
		answer http.HandlerFunc
		says   string
		code   int
		reason string
	}{
		{"ok", reply(200, `["12:00", 19.5]`), `Free: ["12:00",19.5]`, 200, ""},
		{"created", reply(201, `{"id": 1}`), `Free: {"id":1}`, 201, ""},
		{"256-KiB", reply(200, fits), "An operator.", 200, ""}, // found cannot be said, the reply was read
		{"256-KiB-and-a-byte", reply(200, fits+" "), "An operator.", 200, "too large"},
		{"not-JSON", reply(200, "<html>"), "An operator.", 200, "not JSON"},
		{"JSON-and-more", reply(200, `{} {}`), "An operator.", 200, "not JSON"},
		{"nothing", reply(204, ""), "An operator.", 204, "not JSON"},
		{"conflict", reply(409, `{"why": "taken"}`), "Taken.", 409, "status"},
		{"not-found", reply(404, `{}`), "An operator.", 404, "status"},
		{"server-error", reply(500, `{}`), "An operator.", 500, "status"},
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, "An operator.", 307, "status"},
		{"hung-up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "An operator.", 0, "connection"},
		{"half-a-reply", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{`)
		}, "An operator.", 200, "connection"},
		{"no-reply", hang, "An operator.", 0, "timeout"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, tt.answer)
			c := callWith(t, booking, s.URL).begin().answer("Digits", "7")
			says(t, c.documents[1], tt.says)
			if n := len(s.requests()); n != 1 {
				t.Errorf("%d requests were made, want 1", n)
			}
			equal(t, "turn", c.session().Turn, 2)
			answer := visit(t, c.last(), "slots").Answer
			equal(t, "code", answer.Code, tt.code)
			equal(t, "reason", answer.Reason, tt.reason)
			logged := fmt.Sprintf("host=%s reason=", strings.TrimPrefix(s.URL, "http://"))
			equal(t, "logged", strings.Contains(c.server.Log.String(), logged), tt.reason != "")
		})
	}
}

// callWith is a call through a flow whose look-ups go to a URL.
func callWith(t *testing.T, yaml, url string) *call {
	t.Helper()
	store := servertest.Embedded(t)
	return newCall(t, start(t, servertest.Options{Store: store, Flows: flow(yaml), Env: environment(url)}), store)
}

// visit is the step that a turn passed through.
func visit(t *testing.T, e sessions.Entry, step string) sessions.Visit {
	t.Helper()
	for _, v := range e.Path {
		if v.Step == step && v.Answer != nil {
			return v
		}
	}
	t.Fatalf("the turn made no look-up at %s: %+v", step, e.Path)
	return sessions.Visit{}
}

// TestLookups_unreachable looks up at an address where nobody listens.
func TestLookups_unreachable(t *testing.T) {
	s := serve(t, reply(200, "[]"))
	s.Close()
	c := callWith(t, booking, s.URL).begin().answer("Digits", "7")
	says(t, c.documents[1], "An operator.")
	equal(t, "reason", visit(t, c.last(), "slots").Answer.Reason, "connection")
}

// TestLookups_request pins what a service is sent, and that secrets are nowhere
// else.
func TestLookups_request(t *testing.T) {
	s := serve(t, reply(200, `["12:00"]`))
	c := callWith(t, booking, s.URL).begin().answer("Digits", "7")
	got := s.requests()[0]
	equal(t, "method", got.method, "POST")
	equal(t, "path", got.path, "/slots/7?key="+password)
	equal(t, "body", got.body, fmt.Sprintf(`{"day":"7","from":"%s"}`, caller))
	for name, want := range map[string]string{
		"Authorization": "Bearer " + password, "X-Call": c.sid, "Content-Type": "application/json", "Accept": "application/json",
	} {
		equal(t, name, got.header.Get(name), want)
	}
	if len(got.key) != 32 {
		t.Errorf("the Idempotency-Key is %q", got.key)
	}
	stored := fmt.Sprintf("%+v %+v %s", c.session(), c.timeline(), c.documents)
	if strings.Contains(stored, password) {
		t.Errorf("the secret is in what is stored: %s", stored)
	}
}

// TestLookups_budget makes look-ups that each have time enough: together they
// have not.
func TestLookups_budget(t *testing.T) {
	const two = `
start: day
defaults: {otherwise: operator}
steps:
  day: {document: "<Gather><Say>Which day?</Say></Gather>", next: first}
  first:
    lookup: {url: "{{ env.URL }}/first"}
    next: second
    otherwise: second
  second:
    lookup: {url: "{{ env.URL }}/second", timeout: 1s}
    next: day
  operator: {document: "<Gather><Say>An operator.</Say></Gather>", next: day}
`
	s := serve(t, hang)
	c := callWith(t, two, s.URL).begin().answer("Digits", "7")
	says(t, c.documents[1], "An operator.")
	equal(t, "reason of the first", visit(t, c.last(), "first").Answer.Reason, "timeout")
	equal(t, "reason of the second", visit(t, c.last(), "second").Answer.Reason, "timeout")
	if n := len(s.requests()); n != 1 {
		t.Errorf("%d requests were made, want 1: the first used the budget up", n)
	}
}

// TestLookups_beforeCommit checks the order: a turn whose look-up is under way
// is not committed, and is there when its document is answered.
func TestLookups_beforeCommit(t *testing.T) {
	var c *call
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		equal(t, "turn while looking up", c.session().Turn, 1)
		reply(200, "[]")(w, nil)
	})
	c = callWith(t, booking, s.URL)
	c.begin().answer("Digits", "7")
	says(t, c.documents[1], "Free: []")
	equal(t, "turn", c.session().Turn, 2)
}

// TestLookups_decidedAgain lets two instances decide the same turn: the look-up
// may be made twice, under one key, and the next turn's has another.
func TestLookups_decidedAgain(t *testing.T) {
	both := new(sync.WaitGroup)
	both.Add(2)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/slots/7") {
			both.Done()
			both.Wait()
		}
		reply(200, "[]")(w, r)
	})
	servers, store := instances(t, servertest.Options{Flows: flow(booking), Env: environment(s.URL)})
	c := newCall(t, servers[0], store).begin()
	path, form := c.link(1, "action"), c.form("Digits", "7")
	var replies [2]servertest.Reply
	atOnce(
		func() { replies[0] = servers[0].Post(path, form) },
		func() { replies[1] = servers[1].Post(path, form) },
	)
	equal(t, "answer to the copy", c.document(replies[1]), replies[0].Body)
	equal(t, "turns in the timeline", turnsOf(c.timeline()), upTo(2))

	c.documents = append(c.documents, replies[0].Body)
	c.answer("Digits", "8").answer("Digits", "9")
	got := s.requests()
	equal(t, "requests", len(got), 3)
	equal(t, "key of the copy", got[1].key, got[0].key)
	if got[2].key == got[0].key {
		t.Error("another turn's look-up has the same key")
	}
}

// TestLookups_overtaken lets a recording callback change the session while a
// look-up is under way: the turn is decided again, with what was found.
func TestLookups_overtaken(t *testing.T) {
	var c *call
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		c.status("RecordingSid", "rec-2", "RecordingStatus", "completed")
		reply(200, `["12:00"]`)(w, nil)
	})
	c = callWith(t, booking, s.URL)
	c.begin().answer("Digits", "7")
	says(t, c.documents[1], `Free: ["12:00"]`)
	equal(t, "requests", len(s.requests()), 1)
	equal(t, "recordings", len(c.session().Recordings), 1)
	equal(t, "turns in the timeline", turnsOf(c.timeline()), upTo(2))
}

// TestLookups_duplicate sends an answer again that was decided: nothing is
// looked up any more.
func TestLookups_duplicate(t *testing.T) {
	s := serve(t, reply(200, "[]"))
	url := redistest.Start(t).URL()
	store := servertest.Redis(t, url)
	c := newCall(t, start(t, servertest.Options{Store: store, Flows: flow(booking), Env: environment(s.URL)}), store).begin()
	c.answer("Digits", "7")
	equal(t, "answer to the copy", c.send(1, "action", "Digits", "7").Body, c.documents[1])
	equal(t, "requests", len(s.requests()), 1)
}

// TestLookups_address checks that a caller's words cannot change to whom a
// look-up goes: it reaches the service, or is not made.
func TestLookups_address(t *testing.T) {
	s := serve(t, reply(200, "[]"))
	for name, word := range map[string]string{
		"user": "@evil.example/", "host": ".evil.example", "path": "/../..//evil.example", "escaped": "%2F%2Fevil.example",
		"fragment": "7?key=mine#", "backslash": `\evil.example`, "control": "7\r\nHost: evil.example", "percent": "%zz",
	} {
		t.Run(name, func(t *testing.T) {
			before := len(s.requests())
			c := callWith(t, booking, s.URL).begin().answer("SpeechResult", word)
			made := len(s.requests()) > before
			if failed := c.session().Answer.Reason; made == (failed == "request") {
				t.Errorf("the look-up reached the service: %v, and failed with %q", made, failed)
			}
		})
	}
}
