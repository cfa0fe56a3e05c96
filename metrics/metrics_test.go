package metrics_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/callbacks"
	"texmlsrv/flows"
	"texmlsrv/metrics"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redisstore"
)

const desk = `
start: menu
defaults: {attempts: 3, otherwise: bye}
steps:
  menu:
    document: <Gather numDigits="1"><Say>Press 1.</Say></Gather>
    next: bye
  bye:
    document: <Say>Goodbye.</Say><Hangup/>
    outcome: served
`

const (
	sid    = "v3:a-call"
	caller = "+14155550123"
)

// failing is a store that can be away.
type failing struct {
	sessions.Store
	away bool
}

var errAway = errors.New("away")

func (f *failing) Load(ctx context.Context, callSID string) (*sessions.Session, error) {
	if f.away {
		return nil, errAway
	}
	return f.Store.Load(ctx, callSID)
}

func (f *failing) Ping(ctx context.Context) error {
	if f.away {
		return errAway
	}
	return f.Store.Ping(ctx)
}

// metered is a server that is counted.
type metered struct {
	*metrics.Metrics
	server *servertest.Server
	store  *failing
}

func start(t *testing.T) *metered {
	t.Helper()
	m := &metered{store: &failing{Store: servertest.Embedded(t)}}
	clock := servertest.NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	m.Metrics = metrics.New(metrics.Options{
		Version: "test", Ping: m.store.Ping, Now: clock.Now,
		Index: func() redisstore.IndexStats { return redisstore.IndexStats{Waiting: 3, Indexed: 4, Dropped: 5} },
	})
	m.server = servertest.Start(t, servertest.Options{
		Flows: fstest.MapFS{"desk/flow.yaml": {Data: []byte(desk)}}, Store: m.Store(m.store), Clock: clock, Meter: m.Metrics,
		Callbacks: callbacks.Options{Answered: m.Requests("telnyx")},
	})
	m.Serving(m.server.Calls.Release)
	return m
}

// post sends what Telnyx would send of the call.
func (m *metered) post(path string, brings ...string) servertest.Reply {
	form := url.Values{"CallSid": {sid}, "From": {caller}, "To": {"+13125550188"}}
	for i := 0; i+1 < len(brings); i += 2 {
		form.Set(brings[i], brings[i+1])
	}
	return m.server.Post(path, form)
}

// scraped are all metrics as Prometheus reads them.
func (m *metered) scraped(t *testing.T) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler(slog.New(slog.DiscardHandler)).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	return w.Body.String()
}

// counted are the lines of metrics whose names begin with one of some texts.
func counted(scraped string, names ...string) string {
	var lines []string
	for line := range strings.Lines(scraped) {
		if slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(line, "texmlsrv_"+name) }) {
			lines = append(lines, strings.TrimPrefix(line, "texmlsrv_"))
		}
	}
	return strings.Join(lines, "")
}

// TestMetrics counts a call: its turns, a request that came twice, and its end.
func TestMetrics(t *testing.T) {
	m := start(t)
	document := m.post("/texml/desk").Body
	action := servertest.Link(t, document, "action")
	m.post(action, "Digits", "1")
	m.post(action, "Digits", "1")
	m.post("/callbacks/status", "CallStatus", "completed", "CallbackSource", "call-progress-events", "Timestamp", "Mon, 23 Nov 2026 10:00:00 +0000")
	m.server.Send("BREW", "/nowhere", "", nil)
	got := m.scraped(t)
	want := `calls_begun_total{flow="desk"} 1
calls_ended_total{ending="completed",flow="desk",outcome="served"} 1
entries_total{kind="duplicate"} 1
entries_total{kind="status"} 1
entries_total{kind="turn"} 2
http_requests_total{listener="telnyx",method="POST",route="/callbacks/status",status="200"} 1
http_requests_total{listener="telnyx",method="POST",route="/texml/:flow",status="200"} 1
http_requests_total{listener="telnyx",method="POST",route="/texml/:flow/:step/:ticket",status="200"} 2
http_requests_total{listener="telnyx",method="other",route="none",status="404"} 1
turns_total{flow="desk",step="bye"} 1
turns_total{flow="desk",step="menu"} 1
`
	if diff := cmp.Diff(want, counted(got, "calls_", "entries_", "http_requests_", "turns_", "degraded_", "apologies_")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want = `flows 1
index_dropped_total 5
index_failed_total 0
index_found_total 0
index_indexed_total 4
index_removed_total 0
index_waiting 3
release_info{release="` + m.server.Release.ID + `"} 1
store_up 1
`
	if diff := cmp.Diff(want, counted(got, "flows", "index_", "release_", "store_up")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, name := range []string{"http_request_seconds_count{", "store_seconds_count{", "build_info{", "store_operations_total{operation=\"commit\",result=\"ok\"}"} {
		if counted(got, name) == "" {
			t.Errorf("there is no %s", name)
		}
	}
}

// TestMetrics_labels holds what stands in labels to what may: nothing of a caller.
func TestMetrics_labels(t *testing.T) {
	m := start(t)
	m.post(servertest.Link(t, m.post("/texml/desk").Body, "action"), "Digits", "98765")
	m.server.Get("/texml/"+caller, nil)
	m.server.Send(http.MethodPost, "/webhooks", `{"data":{"event_type":"call.hangup","id":"e1","occurred_at":"2026-11-23T10:00:00Z","payload":{"call_control_id":"`+sid+`","from":"`+caller+`"}}}`,
		http.Header{"Content-Type": {"application/json"}})
	got := m.scraped(t)
	for _, private := range []string{sid, "4155550123", "98765"} {
		if strings.Contains(got, private) {
			t.Errorf("there is %s in\n%s", private, got)
		}
	}
	known := []string{
		"listener", "method", "route", "status", "flow", "step", "outcome", "ending", "kind", "name", "operation", "result", "release", "version", "go", "le", "quantile",
	}
	for _, label := range regexp.MustCompile(`[{,]([a-z_]+)="`).FindAllStringSubmatch(counted(got, ""), -1) {
		if !slices.Contains(known, label[1]) {
			t.Errorf("nobody bounds what %s may be", label[1])
		}
	}
}

// TestMetrics_trouble tells that the store is away, and which documents were
// given all the same.
func TestMetrics_trouble(t *testing.T) {
	m := start(t)
	m.store.away = true
	if reply := m.post("/texml/desk"); reply.Status != http.StatusOK {
		t.Fatal(reply)
	}
	want := `degraded_documents_total{flow="desk"} 1
store_operations_total{operation="load",result="error"} 1
store_up 0
`
	if diff := cmp.Diff(want, counted(m.scraped(t), "degraded_", "store_operations_", "store_up", "calls_")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestStore counts what came of everything that the store was asked.
func TestStore(t *testing.T) {
	m := start(t)
	store, ctx := m.Store(m.store), t.Context()
	s := &sessions.Session{Call: sessions.Call{SID: sid, Flow: "desk"}, Flow: "desk", Step: "menu", Turn: 1}
	stale := *s
	if err := store.Commit(ctx, s, sessions.Entry{Kind: sessions.EntryTurn, Flow: "desk", Step: "menu"}); err != nil {
		t.Fatal(err)
	}
	if err := store.Commit(ctx, &stale, sessions.Entry{Kind: sessions.EntryTurn}); err == nil {
		t.Error("a stale session was stored")
	}
	for _, entry := range []sessions.Entry{
		{Kind: sessions.EntryEvent, Event: &sessions.Event{Kind: "call.ai_gather.ended"}},
		{Kind: sessions.EntryCommand, Sending: &sessions.Sending{Name: "gather_using_ai", Outcome: "ok"}},
		{Kind: sessions.EntryCommand, Sending: &sessions.Sending{Name: "update_call", Outcome: "timeout"}},
	} {
		if _, err := store.Append(ctx, sid, entry); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.Append(ctx, "v3:early", sessions.Entry{Kind: sessions.EntryStatus}); !errors.Is(err, sessions.ErrNotFound) {
		t.Error(err)
	}
	if _, _, err := store.Fetched(ctx, sid, sessions.Entry{Kind: sessions.EntryStray}); err != nil {
		t.Error(err)
	}
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	if err := store.Schedule(ctx, sid, now); err != nil {
		t.Error(err)
	}
	if sids, err := store.Claim(ctx, now.Add(time.Second), time.Minute, 5); err != nil || len(sids) != 1 {
		t.Error(sids, err)
	}
	if held, err := store.Hold(ctx, sid, now, now.Add(time.Minute)); err != nil || held {
		t.Error(held, err)
	}
	if err := store.Settle(ctx, sid, now); err != nil {
		t.Error(err)
	}
	want := `calls_begun_total{flow="desk"} 1
commands_total{name="gather_using_ai",outcome="ok"} 1
commands_total{name="update_call",outcome="timeout"} 1
due_claimed_total 1
entries_total{kind="command"} 2
entries_total{kind="event"} 1
entries_total{kind="status"} 1
entries_total{kind="stray"} 1
entries_total{kind="turn"} 1
events_total{kind="call.ai_gather.ended"} 1
store_operations_total{operation="append",result="ok"} 3
store_operations_total{operation="append",result="unknown"} 1
store_operations_total{operation="claim",result="ok"} 1
store_operations_total{operation="commit",result="ok"} 1
store_operations_total{operation="commit",result="stale"} 1
store_operations_total{operation="fetched",result="ok"} 1
store_operations_total{operation="hold",result="ok"} 1
store_operations_total{operation="schedule",result="ok"} 1
store_operations_total{operation="settle",result="ok"} 1
turns_total{flow="desk",step="menu"} 1
`
	if diff := cmp.Diff(want, counted(m.scraped(t), "calls_", "commands_", "due_", "entries_", "events_", "store_operations_", "turns_")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// found answers every look-up alike.
type found flows.Found

func (f found) Look(context.Context, flows.LookupRequest) flows.Found { return flows.Found(f) }

// TestLooker counts look-ups by what came of them.
func TestLooker(t *testing.T) {
	m := start(t)
	for _, f := range []found{{Code: 200}, {Code: 200}, {Code: 503, Failed: "status"}} {
		m.Looker(f).Look(t.Context(), flows.LookupRequest{Flow: "desk", Step: "slots"})
	}
	want := `lookup_seconds_count{flow="desk"} 3
lookups_total{flow="desk",outcome="ok",step="slots"} 2
lookups_total{flow="desk",outcome="status",step="slots"} 1
`
	if diff := cmp.Diff(want, counted(m.scraped(t), "lookup_seconds_count", "lookups_")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestBounded takes no more values for a label than a number that a server can
// hold, whatever it is sent.
func TestBounded(t *testing.T) {
	m := start(t)
	for i := range 5000 {
		m.Degraded("flow-" + strings.Repeat("x", i%600))
	}
	m.Degraded("\xff")
	lines := strings.Count(counted(m.scraped(t), "degraded_"), "\n")
	if lines < 90 || lines > 501 {
		t.Errorf("%d values", lines)
	}
	for i := range 600 {
		m.Apology(string(rune('a'+i%26)) + string(rune('a'+i/26)))
	}
	if got := counted(m.scraped(t), "apologies_"); strings.Count(got, "\n") > 501 || !strings.Contains(got, `apologies_total{flow="other"}`) {
		t.Errorf("%d values", strings.Count(got, "\n"))
	}
}

// BenchmarkStore is what counting adds to a commit.
func BenchmarkStore(b *testing.B) {
	m := metrics.New(metrics.Options{Now: time.Now, Ping: func(context.Context) error { return nil }, Index: func() redisstore.IndexStats { return redisstore.IndexStats{} }})
	store := m.Store(nowhere{})
	s, entry := &sessions.Session{Flow: "desk", Revision: 1}, sessions.Entry{Kind: sessions.EntryTurn, Flow: "desk", Step: "menu"}
	b.ReportAllocs()
	for b.Loop() {
		if err := store.Commit(b.Context(), s, entry); err != nil {
			b.Fatal(err)
		}
	}
}

// nowhere takes everything.
type nowhere struct{ sessions.Store }

func (nowhere) Commit(context.Context, *sessions.Session, ...sessions.Entry) error { return nil }
