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

// bookingToken is SECRET_BOOKING of every story.
const bookingToken = "token-of-the-booking-service"

// booking is the service that appointments are booked at. It expects the
// requests that the story says, in that order, and answers as it says.
type booking struct {
	t       *testing.T
	url     string // "" in a story without one
	mu      sync.Mutex
	pending []exchange
}

// exchange is a line of a story:
//
//	booking slots service=check-up day=2026-11-24 -> 200 ["09:00"]
type exchange struct {
	path   string
	asked  map[string]string
	status string // of HTTP; "silence" for no answer at all
	answer string
}

// newBooking reads the lines of a story that begin with booking.
func newBooking(t *testing.T, call string) *booking {
	b := &booking{t: t}
	for line := range strings.Lines(call) {
		line, is := strings.CutPrefix(strings.TrimSpace(line), "booking ")
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
		t.Fatalf("booking %s: what is the answer?", line)
	}
	e := exchange{path: "/" + words[0], asked: pairs(t, words[1:])}
	e.status, e.answer, _ = strings.Cut(answered, " ")
	return e
}

// finished reports requests that never came.
func (b *booking) finished() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.pending {
		b.t.Errorf("the booking service was not asked for %s %v", e.path, e.asked)
	}
}

// ServeHTTP answers the next request.
func (b *booking) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		b.t.Errorf("the booking service could not read what it was asked: %v", err)
	}
	e, ok := b.next()
	if !ok {
		b.t.Errorf("the booking service was asked once too often: %s %s", r.URL.Path, body)
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

func (b *booking) next() (exchange, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.pending) == 0 {
		return exchange{}, false
	}
	e := b.pending[0]
	b.pending = b.pending[1:]
	return e, true
}

func (b *booking) check(e exchange, r *http.Request, body []byte) {
	if r.Method != http.MethodPost || r.URL.Path != e.path {
		b.t.Errorf("the booking service was asked %s %s, want POST %s", r.Method, r.URL.Path, e.path)
	}
	if got := r.Header.Get("Authorization"); got != "Bearer "+bookingToken {
		b.t.Errorf("the booking service was shown %q", got)
	}
	if r.Header.Get("Idempotency-Key") == "" {
		b.t.Error("the booking service cannot tell a repeated request: Idempotency-Key is missing")
	}
	var asked map[string]string
	if err := json.Unmarshal(body, &asked); err != nil {
		b.t.Errorf("the booking service was asked %s: %v", body, err)
	}
	if diff := cmp.Diff(e.asked, asked); diff != "" {
		b.t.Errorf("the booking service was asked something else (-want +got):\n%s", diff)
	}
}
