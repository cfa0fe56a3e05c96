package templates_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// token is what every service of a story knows the program by: SECRET_BOOKING,
// SECRET_MESSAGES.
func token(service string) string { return "token-of-" + service }

// service is one that the flows look things up at: booking, where appointments
// are booked, or messages, where messages are delivered. It expects the requests
// that the story says, in that order, and answers as it says.
type service struct {
	t       *testing.T
	name    string
	url     string // "" in a story without one
	mu      sync.Mutex
	pending []exchange
}

// exchange is a line of a story:
//
//	booking slots service=check-up day=2026-11-24 -> 200 ["09:00"]
//	messages delivery kind=message name=Ada -> 200 {}
//
// What is not there is asked for as null, and not written down.
type exchange struct {
	path   string
	asked  map[string]string
	status string // of HTTP; "silence" for no answer at all
	answer string
}

// newService reads the lines of a story that begin with the service's name.
func newService(t *testing.T, name, call string) *service {
	b := &service{t: t, name: name}
	for line := range strings.Lines(call) {
		line, is := strings.CutPrefix(strings.TrimSpace(line), name+" ")
		if !is {
			continue
		}
		if b.url == "" {
			server := httptest.NewServer(b)
			t.Cleanup(server.Close)
			b.url = server.URL
			if line == "down" {
				server.Close()
			}
		}
		if line != "down" {
			b.pending = append(b.pending, readExchange(t, line))
		}
	}
	return b
}

func readExchange(t *testing.T, line string) exchange {
	asked, answered, ok := strings.Cut(line, " -> ")
	words := split(asked)
	if !ok || len(words) == 0 {
		t.Fatalf("%s: what is the answer?", line)
	}
	e := exchange{path: "/" + words[0], asked: pairs(t, words[1:])}
	e.status, e.answer, _ = strings.Cut(answered, " ")
	return e
}

// finished reports requests that never came.
func (b *service) finished() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.pending {
		b.t.Errorf("%s was not asked for %s %v", b.name, e.path, e.asked)
	}
}

// ServeHTTP answers the next request.
func (b *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		b.t.Errorf("%s could not read what it was asked: %v", b.name, err)
	}
	e, ok := b.next()
	if !ok {
		b.t.Errorf("%s was asked once too often: %s %s", b.name, r.URL.Path, body)
		w.WriteHeader(http.StatusTeapot)
		return
	}
	b.check(e, r, body)
	switch e.status {
	case "silence":
		<-r.Context().Done() // until the program has had enough
	case "200":
		_, _ = io.WriteString(w, e.answer)
	case "409":
		w.WriteHeader(http.StatusConflict)
	default:
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// path is where the service is found below its host: messages have one address.
func (b *service) path() string {
	if b.name == "messages" {
		return "/delivery"
	}
	return ""
}

func (b *service) next() (exchange, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.pending) == 0 {
		return exchange{}, false
	}
	e := b.pending[0]
	b.pending = b.pending[1:]
	return e, true
}

func (b *service) check(e exchange, r *http.Request, body []byte) {
	if r.Method != http.MethodPost || r.URL.Path != e.path {
		b.t.Errorf("%s was asked %s %s, want POST %s", b.name, r.Method, r.URL.Path, e.path)
	}
	if got := r.Header.Get("Authorization"); got != "Bearer "+token(b.name) {
		b.t.Errorf("%s was shown %q", b.name, got)
	}
	if r.Header.Get("Idempotency-Key") == "" {
		b.t.Errorf("%s cannot tell a repeated request: Idempotency-Key is missing", b.name)
	}
	var asked map[string]*string
	if err := json.Unmarshal(body, &asked); err != nil {
		b.t.Errorf("%s was asked %s: %v", b.name, body, err)
	}
	given := map[string]string{}
	for name, value := range asked {
		if value != nil {
			given[name] = *value
		}
	}
	if diff := cmp.Diff(e.asked, given); diff != "" {
		b.t.Errorf("%s was asked something else (-want +got):\n%s", b.name, diff)
	}
}
