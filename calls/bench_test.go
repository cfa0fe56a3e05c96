package calls_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"texmlsrv/calls"
	"texmlsrv/flows"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redistest"
)

// round is a call that asks the same AI question for ever: the turn that is
// measured.
const round = `
start: ask
steps:
  ask:
    document: |
      <AIGather>
        <Greeting>Thank you, {{ gathered.name ?? "caller" }}. Who else?</Greeting>
        <Parameters>{"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}</Parameters>
      </AIGather>
    next:
      - {when: gathered.age > 200, goto: ask}
      - {set: {count: "{{ (vars.count ?? 0) + 1 }}"}, goto: ask}
`

// turns is how many turns a call has before the next one begins: a call may
// have 200.
const turns = 150

// eachStore runs a benchmark on the embedded and on a real Redis.
func eachStore(b *testing.B, bench func(b *testing.B, store sessions.Store)) {
	b.Run("embedded", func(b *testing.B) { bench(b, servertest.Embedded(b)) })
	b.Run("redis", func(b *testing.B) { bench(b, servertest.Redis(b, redistest.Start(b).URL())) })
}

// BenchmarkTurn is a whole turn: a request decided, committed and answered.
// It knows the tickets that the documents would bring.
func BenchmarkTurn(b *testing.B) {
	eachStore(b, func(b *testing.B, store sessions.Store) {
		release, err := flows.Load(flow(round), flows.Environment{})
		if err != nil {
			b.Fatal(err)
		}
		tickets := calls.NewTickets([]byte(servertest.Secret))
		lookups := calls.NewLookups()
		b.Cleanup(lookups.Close)
		service, err := calls.New(calls.Deps{
			Store: store, Release: release, Tickets: tickets, Looker: lookups,
			Log: slog.New(slog.DiscardHandler), StoreBudget: time.Minute,
		})
		if err != nil {
			b.Fatal(err)
		}
		request := calls.Request{
			Call: sessions.Call{From: caller, To: called}, Flow: "desk",
			Method: "POST", Path: "/texml/desk/ask", Fields: map[string]string{"From": caller, "To": called},
		}
		n, turn := 0, turns
		b.ReportAllocs()
		for b.Loop() {
			r := request
			if turn == turns {
				n, turn = n+1, 0
			} else {
				r.Step, r.Ticket = "ask", tickets.Make(fmt.Sprint("v3:", n), "desk", "ask", calls.Ticket{Turn: turn, Via: flows.ViaAction})
				r.Brought.AI = &flows.AIResult{Status: "valid", Result: map[string]any{"name": "Ada", "age": 36.0}}
			}
			turn++
			r.Call.SID, r.Fingerprint = fmt.Sprint("v3:", n), fmt.Sprint(turn)
			if _, err := service.Document(b.Context(), r); err != nil {
				b.Fatal(err)
			}
		}
		b.StopTimer()
		s, err := store.Load(b.Context(), fmt.Sprint("v3:", n))
		if err != nil || s.Turn != turn {
			b.Fatalf("the call is at turn %d (%v), want %d", s.Turn, err, turn)
		}
	})
}

// BenchmarkTurn_http is the same with HTTP before it, client included.
func BenchmarkTurn_http(b *testing.B) {
	eachStore(b, func(b *testing.B, store sessions.Store) {
		server := servertest.Start(b, servertest.Options{Store: store, Flows: flow(round)})
		c := newCall(b, server, store)
		n, turn, document := 0, turns, ""
		b.ReportAllocs()
		for b.Loop() {
			if turn == turns {
				n, turn = n+1, 0
				c.sid = fmt.Sprint("v3:", n)
				document = c.document(c.fetch())
			} else {
				document = c.document(server.Post(servertest.Link(b, document, "action"), c.form(named("Ada")...)))
			}
			turn++
		}
		b.StopTimer()
		equal(b, "turn", c.session().Turn, turn)
	})
}
