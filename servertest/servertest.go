// Package servertest runs the whole program as a test sees it: real HTTP in
// front, a store behind, flows in between, and a clock that the test moves.
package servertest

import (
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"texmlsrv/callbacks"
	"texmlsrv/calls"
	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// Secret signs the links of every server that is not given another, so that
// documents are the same in every run.
const Secret = "a secret for tests, known to all"

// Clock is a clock that stands still until it is moved. It is safe for
// concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock is a clock that shows t.
func NewClock(t time.Time) *Clock { return &Clock{now: t} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Options say how a server differs from the ordinary one. Flows and Store are
// needed.
type Options struct {
	Flows     fs.FS
	Env       flows.Environment
	Store     sessions.Store
	Clock     *Clock            // default: Monday, 2026-11-23 10:00 UTC
	Tickets   *calls.Tickets    // default: of Secret
	Callbacks callbacks.Options // Now, Log and FetchKey are filled in
	PublicURL string
	Commander calls.Commander // default: no API key; with one and a PublicURL documents are pushed
	Meter     calls.Meter     // default: nobody counts
	Grace     time.Duration   // for an action to follow its event; default: that of calls
	Budget    time.Duration   // of store work a request; default: so long that no test meets it
}

// Server is one running instance.
type Server struct {
	*httptest.Server
	Calls   *calls.Service
	Release *flows.Release
	Clock   *Clock
	Log     *Log
	t       testing.TB
}

// Start runs an instance until the test ends.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	release, err := flows.Load(o.Flows, o.Env)
	if err != nil {
		t.Fatalf("the flows of the test: %v", err)
	}
	if o.Clock == nil {
		o.Clock = NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	}
	tickets := calls.NewTickets([]byte(Secret))
	if o.Tickets != nil {
		tickets = *o.Tickets
	}
	if o.Budget == 0 {
		o.Budget = time.Minute
	}
	log := new(Log)
	logger := slog.New(slog.NewTextHandler(log, nil))
	lookups := calls.NewLookups()
	t.Cleanup(lookups.Close)
	service, err := calls.New(calls.Deps{
		Store: o.Store, Release: release, Tickets: tickets, Looker: lookups, Log: logger, Meter: o.Meter,
		Now: o.Clock.Now, PublicURL: o.PublicURL, StoreBudget: o.Budget,
		Commander: o.Commander, Push: o.Commander != nil && o.PublicURL != "", ActionGrace: o.Grace,
	})
	if err != nil {
		t.Fatal(err)
	}
	o.Callbacks.Now, o.Callbacks.Log, o.Callbacks.FetchKey = o.Clock.Now, logger, tickets.FetchKey()
	server := httptest.NewServer(callbacks.New(service, o.Callbacks))
	t.Cleanup(server.Close)
	return &Server{Server: server, Calls: service, Release: release, Clock: o.Clock, Log: log, t: t}
}

// Log keeps what a server logged. It is safe for concurrent use.
type Log struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write adds to the log.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String is everything logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Reply is what the server answered.
type Reply struct {
	Status int
	Header http.Header
	Body   string
}

// Post sends a form to a path or URL.
func (s *Server) Post(path string, form url.Values) Reply {
	s.t.Helper()
	return s.Send(http.MethodPost, path, form.Encode(), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
}

// Get fetches a path or URL with a form in its query.
func (s *Server) Get(path string, form url.Values) Reply {
	s.t.Helper()
	if len(form) > 0 {
		path += "?" + form.Encode()
	}
	return s.Send(http.MethodGet, path, "", nil)
}

// Send sends any request. It may be called from several goroutines, as long as
// the test runs.
func (s *Server) Send(method, path, body string, header http.Header) Reply {
	s.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = s.URL + path
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(body))
	if err != nil {
		s.t.Errorf("%s %s: %v", method, path, err)
		return Reply{}
	}
	for k, v := range header {
		request.Header[k] = v
	}
	response, err := s.Client().Do(request)
	if err != nil {
		s.t.Errorf("%s %s: %v", method, path, err)
		return Reply{}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Errorf("%s %s: %v", method, path, err)
	}
	return Reply{Status: response.StatusCode, Header: response.Header, Body: string(text)}
}
