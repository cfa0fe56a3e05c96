// Package metrics counts what the server does, for Prometheus.
//
// Nothing that counts knows of it: it stands between a service and what the
// service is given. What was stored is counted where it is stored, look-ups where
// they are made, requests where they are answered.
//
// Every label has a bounded number of values. CallSids, numbers and what callers
// say are never among them.
package metrics

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"texmlsrv/flows"
	"texmlsrv/sessions/redisstore"
)

const (
	namespace     = "texmlsrv"
	scrapeTimeout = 5 * time.Second
	scrapesAtOnce = 4
	pingTimeout   = 300 * time.Millisecond
)

// seconds are the buckets of times: a caller waits for everything that is
// measured here.
var seconds = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// Options is what else metrics are made of. All are needed.
type Options struct {
	Version string                       // of the program
	Index   func() redisstore.IndexStats // how the index of calls fares
	Ping    func(context.Context) error  // whether the store answers
	Now     func() time.Time
}

// Metrics are the metrics of one process. Its methods may be called from any
// goroutine.
type Metrics struct {
	registry *prometheus.Registry
	now      func() time.Time
	words    *words

	requests     *prometheus.CounterVec
	requestTimes *prometheus.HistogramVec

	begun, ended, turns       *prometheus.CounterVec
	entries, events, commands *prometheus.CounterVec
	lookups                   *prometheus.CounterVec
	lookupTimes               *prometheus.HistogramVec
	degraded, apologies       *prometheus.CounterVec
	storeWork                 *prometheus.CounterVec
	storeTimes                *prometheus.HistogramVec
	claimed                   prometheus.Counter
}

// New makes metrics with a registry of their own.
func New(o Options) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), now: o.Now, words: newWords()}
	m.requests = m.counter("http_requests_total", "Requests that were answered.", "listener", "method", "route", "status")
	m.requestTimes = m.times("http_request_seconds", "How long requests took, to the end of the answer.", "listener", "route")

	m.begun = m.counter("calls_begun_total", "Calls that began here.", "flow")
	m.ended = m.counter("calls_ended_total", "Calls that ended.", "flow", "outcome", "ending")
	m.turns = m.counter("turns_total", "Turns that were stored, by the step whose document was sent.", "flow", "step")
	m.entries = m.counter("entries_total", "What came and went, by its kind in timelines: turn, duplicate, stray, status, event, command …", "kind")
	m.events = m.counter("events_total", "Events of Telnyx.", "kind")
	m.commands = m.counter("commands_total", "Requests to Telnyx, and what came of them: ok, or why not.", "name", "outcome")
	m.lookups = m.counter("lookups_total", "Look-ups, and what came of them: ok, or why not.", "flow", "step", "outcome")
	m.lookupTimes = m.times("lookup_seconds", "How long look-ups took.", "flow")

	m.degraded = m.counter("degraded_documents_total", "Documents that were given though the store did not take the turn.", "flow")
	m.apologies = m.counter("apologies_total", "Requests that could only be answered with the apology.", "flow")
	m.storeWork = m.counter("store_operations_total", "What the store was asked, and what came of it: ok, stale (another request was faster), unknown (no such call), error.", "operation", "result")
	m.storeTimes = m.times("store_seconds", "How long the store took.", "operation")
	m.claimed = prometheus.NewCounter(prometheus.CounterOpts{Namespace: namespace, Name: "due_claimed_total", Help: "Calls about which something was due, taken up from the schedule."})

	m.registry.MustRegister(m.claimed, &index{stats: o.Index}, &store{ping: o.Ping},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.info("build_info", "The program; the value is 1.", prometheus.Labels{"version": o.Version, "go": runtime.Version()})
	return m
}

func (m *Metrics) counter(name, help string, labels ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
	m.registry.MustRegister(v)
	return v
}

func (m *Metrics) times(name, help string, labels ...string) *prometheus.HistogramVec {
	v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: seconds}, labels)
	m.registry.MustRegister(v)
	return v
}

func (m *Metrics) info(name, help string, labels prometheus.Labels) {
	v := prometheus.NewGauge(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help, ConstLabels: labels})
	v.Set(1)
	m.registry.MustRegister(v)
}

// Serving adds the flows that are served: how many, and of which release. It is
// called once, before anybody reads.
func (m *Metrics) Serving(release func() *flows.Release) { m.registry.MustRegister(&serving{release}) }

// Handler answers with all metrics, in the format that the reader prefers.
func (m *Metrics) Handler(log *slog.Logger) http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn), ErrorHandling: promhttp.ContinueOnError,
		MaxRequestsInFlight: scrapesAtOnce, Timeout: scrapeTimeout,
	})
}
