package metrics

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// unrouted is the route of what no route answers.
const unrouted = "none"

// methods are those that somebody may have a reason to send.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

// Requests counts the requests of a listener: telnyx or console. What it returns
// is told each one, by the pattern of its route, "" for none.
func (m *Metrics) Requests(listener string) func(method, route string, status int, took time.Duration) {
	return func(method, route string, status int, took time.Duration) {
		if !slices.Contains(methods, method) {
			method = other
		}
		if route == "" {
			route = unrouted
		}
		m.requests.WithLabelValues(listener, method, route, strconv.Itoa(status)).Inc()
		m.requestTimes.WithLabelValues(listener, route).Observe(took.Seconds())
	}
}

// Degraded counts a document of a flow that was given though the store did not
// take the turn.
func (m *Metrics) Degraded(flow string) {
	m.degraded.WithLabelValues(m.words.of("flow", flow)).Inc()
}

// Apology counts a request for a flow's document that could only be answered with
// the apology.
func (m *Metrics) Apology(flow string) {
	m.apologies.WithLabelValues(m.words.of("flow", flow)).Inc()
}
