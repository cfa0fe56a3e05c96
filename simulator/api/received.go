package api

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Received is one request that came, and what was answered.
type Received struct {
	At          time.Time
	Method      string
	Path        string // as it was sent, escaped
	ContentType string
	Body        []byte
	Name        string // of the command; update_call, initiate_call; "" for a path that leads nowhere
	CallID      string
	AccountID   string
	Params      map[string]any // of the body; nil when it could not be read
	Duplicate   bool           // a command_id that was known: nothing happened
	Status      int            // that was answered; 0 when the connection was closed, or the client gave up
}

// Received gives the requests that came, in the order in which they were
// answered or given up; of many only the latest.
func (a *API) Received() []Received {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.received)
}

func (a *API) keep(r Received) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.received = append(a.received, r)
	if beyond := len(a.received) - a.o.Keep; beyond > 0 {
		a.received = slices.Delete(a.received, 0, beyond)
	}
}

// limited counts a request, and refuses it when there were too many in the last
// second.
func (a *API) limited() *Failure {
	if a.o.Limit == 0 {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.o.Now()
	a.requests = since(a.requests, now.Add(-time.Second))
	if len(a.requests) >= a.o.Limit {
		return TooMany(time.Second)
	}
	a.requests = append(a.requests, now)
	return nil
}

// dialled does the same for new calls: Telnyx counts 30 in a second as 150 in
// any five.
func (a *API) dialled() *Failure {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.o.Now()
	a.dials = since(a.dials, now.Add(-5*time.Second))
	if len(a.dials) >= a.o.Dials {
		return TooManyDials(time.Second)
	}
	a.dials = append(a.dials, now)
	return nil
}

// since drops the instants that are not after begin; they are in order.
func since(all []time.Time, begin time.Time) []time.Time {
	return slices.DeleteFunc(all, func(at time.Time) bool { return !at.After(begin) })
}

// limits writes the headers that tell how many requests are left.
func (a *API) limits(w http.ResponseWriter) {
	if a.o.Limit == 0 {
		return
	}
	a.mu.Lock()
	left := a.o.Limit - len(a.requests)
	a.mu.Unlock()
	w.Header().Set("X-Ratelimit-Limit", strconv.Itoa(a.o.Limit))
	w.Header().Set("X-Ratelimit-Remaining", strconv.Itoa(max(0, left)))
	w.Header().Set("X-Ratelimit-Reset", "1")
}
