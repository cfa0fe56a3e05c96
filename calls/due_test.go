package calls_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"texmlsrv/flows"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redistest"
)

// reporting takes a message, and reports every call that is over.
const reporting = `
start: name
ended: report
defaults: {otherwise: bye}
summary: "{{ vars.receipt ? 'Reported: ' + vars.receipt.number : 'Not reported' }}"
steps:
  name:
    document: <Gather><Say>Who is calling?</Say></Gather>
    into: name
    next: message
  message:
    document: <Record/>
    into: message
    outcome: message
    next: bye
  bye: {document: <Say>Goodbye.</Say><Hangup/>}
  report:
    next: {when: env.URL, goto: send}
  send:
    lookup:
      url: "{{ env.URL }}/messages"
      headers: {Authorization: "Bearer {{ secrets.KEY }}"}
      body: {name: "{{ gathered.name }}", message: "{{ gathered.message }}", outcome: "{{ call.outcome }}", step: "{{ call.flow }}"}
      timeout: 1s
      into: receipt
`

// after are the waits of the schedule: from the end of a call to the first try,
// and from one try to the next.
const (
	afterEnd  = 5 * time.Second
	afterTry  = 30 * time.Second
	justShort = time.Second
)

// over is a call through reporting that has ended with its message not yet in.
func over(t *testing.T, server *servertest.Server, store sessions.Store) *call {
	c := newCall(t, server, store).begin().answer("Digits", "7")
	c.status(progress("completed")...)
	return c
}

// due does what is due now.
func (c *call) due() {
	c.t.Helper()
	if err := c.server.Calls.Due(c.t.Context()); err != nil {
		c.t.Error(err)
	}
}

// TestEnded follows a call whose report goes well: once, a moment after the
// end, with what came in late.
func TestEnded(t *testing.T) {
	s := serve(t, reply(200, `{"number": "R-1"}`))
	store := servertest.Redis(t, redistest.Start(t).URL())
	c := over(t, start(t, servertest.Options{Store: store, Flows: flow(reporting), Env: environment(s.URL)}), store)

	c.server.Clock.Advance(afterEnd - justShort)
	c.due()
	equal(t, "reports before an answer could come late", len(s.requests()), 0)
	c.send(2, "action", recorded...)
	c.server.Clock.Advance(justShort)
	c.due()
	got := s.requests()
	equal(t, "reports", len(got), 1)
	equal(t, "report", got[0].body, `{"message":"rec-1","name":"7","outcome":"message","step":"desk"}`)
	equal(t, "authorization", got[0].header.Get("Authorization"), "Bearer "+password)

	session := c.session()
	equal(t, "what came back", session.Vars, sessions.Values{"receipt": map[string]any{"number": "R-1"}})
	equal(t, "summary", session.Summary, "Reported: R-1")
	equal(t, "place", session.Flow+"/"+session.Step, "desk/bye")
	equal(t, "turn", session.Turn, 3)
	equal(t, "wrapped", session.Wrapped, true)
	equal(t, "entry", c.last().Kind, sessions.EntryWrap)
	equal(t, "the secret in the timeline", holdsText(c.timeline(), password), false)

	for range 3 {
		c.server.Clock.Advance(afterTry)
		c.due()
	}
	c.status(progress("completed")...)
	c.server.Clock.Advance(time.Hour)
	c.due()
	equal(t, "reports in the end", len(s.requests()), 1)
}

// TestEnded_twoInstances lets two instances look for what is due at once, over
// many calls: each is reported by one of them.
func TestEnded_twoInstances(t *testing.T) {
	s := serve(t, reply(200, `{"number": "R-1"}`))
	servers, store := instances(t, servertest.Options{Flows: flow(reporting), Env: environment(s.URL)})
	const calls = 12
	for i := range calls {
		c := newCall(t, servers[i%2], store)
		c.sid += string(rune('a' + i))
		c.begin().status(progress("completed")...)
	}
	for i := range servers {
		servers[i].Clock.Advance(afterEnd)
	}
	dueOf := func(i int) func() {
		return func() {
			for range 3 {
				if err := servers[i].Calls.Due(t.Context()); err != nil {
					t.Error(err)
				}
			}
		}
	}
	atOnce(dueOf(0), dueOf(1))
	keys := map[string]bool{}
	for _, r := range s.requests() {
		keys[r.key] = true
	}
	equal(t, "reports", len(s.requests()), calls)
	equal(t, "Idempotency-Keys", len(keys), calls)
}

// crashed is a store that is gone from the moment a report was made.
type crashed struct {
	sessions.Store
	broken bool
}

var errCrash = errors.New("the process is gone")

func (c *crashed) Commit(ctx context.Context, s *sessions.Session, entries ...sessions.Entry) error {
	if c.broken {
		return errCrash
	}
	return c.Store.Commit(ctx, s, entries...)
}

// TestEnded_crash lets an instance die between the report and the commit: when
// its lease is over another one reports again, under the same Idempotency-Key,
// even if an answer has come meanwhile.
func TestEnded_crash(t *testing.T) {
	s := serve(t, reply(200, `{"number": "R-1"}`))
	store := servertest.Redis(t, redistest.Start(t).URL())
	clock := servertest.NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	dying := &crashed{Store: store}
	options := servertest.Options{Store: dying, Flows: flow(reporting), Env: environment(s.URL), Clock: clock}
	c := over(t, start(t, options), store)
	options.Store = store
	other := start(t, options)

	dying.broken = true
	clock.Advance(afterEnd)
	c.due()
	equal(t, "wrapped after the crash", c.session().Wrapped, false)
	clock.Advance(afterTry - justShort)
	c.server = other
	c.due()
	equal(t, "reports under the lease", len(s.requests()), 1)
	c.send(2, "action", recorded...)
	clock.Advance(2 * justShort)
	c.due()
	got := s.requests()
	equal(t, "reports", len(got), 2)
	equal(t, "key of the second", got[1].key, got[0].key)
	equal(t, "wrapped", c.session().Wrapped, true)
}

// TestEnded_fails lets the service fail: it is asked again under each lease,
// with the same key, and given up after five times.
func TestEnded_fails(t *testing.T) {
	tests := []struct {
		name    string
		good    int // which try succeeds; 0: none
		asked   int
		summary string
	}{
		{"once", 2, 2, "Reported: R-2"},
		{"up-to-the-last", 5, 5, "Reported: R-5"},
		{"always", 0, 5, "Not reported"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tries := 0
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if tries++; tries != tt.good {
					reply(503, "")(w, r)
					return
				}
				reply(200, `{"number": "R-`+string(rune('0'+tries))+`"}`)(w, r)
			})
			store := servertest.Redis(t, redistest.Start(t).URL())
			c := over(t, start(t, servertest.Options{Store: store, Flows: flow(reporting), Env: environment(s.URL)}), store)
			c.server.Clock.Advance(afterEnd)
			for range 7 {
				c.due()
				c.due() // under the lease: nothing
				c.server.Clock.Advance(afterTry + justShort)
			}
			got := s.requests()
			equal(t, "tries", len(got), tt.asked)
			for _, r := range got {
				equal(t, "key", r.key, got[0].key)
			}
			equal(t, "summary", c.session().Summary, tt.summary)
			equal(t, "wrapped", c.session().Wrapped, true)
			given := len(c.last().Notes) > 0 && c.last().Notes[0] == "given up"
			equal(t, "given up", given, tt.good == 0)
			equal(t, "outcome", c.session().Outcome, "message")
		})
	}
}

// TestEnded_otherwise checks what a failed report may do of its own: the step's
// rules count, the flow's do not, as they are where callers are led.
func TestEnded_otherwise(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/messages") {
			reply(409, "")(w, r)
			return
		}
		reply(200, `{"number": "spare"}`)(w, r)
	})
	yaml := strings.Replace(reporting, "      into: receipt\n", `      into: receipt
    otherwise: {when: answer.code == 409, goto: spare}
  spare:
    lookup: {url: "{{ env.URL }}/spare", into: receipt}
`, 1)
	store := servertest.Embedded(t)
	c := over(t, start(t, servertest.Options{Store: store, Flows: flow(yaml), Env: environment(s.URL)}), store)
	c.server.Clock.Advance(afterEnd)
	c.due()
	equal(t, "reports", len(s.requests()), 2)
	equal(t, "summary", c.session().Summary, "Reported: spare")
	equal(t, "wrapped", c.session().Wrapped, true)
}

// TestEnded_nothingToDo checks that rules that lead nowhere are no failure: the
// service is not set up.
func TestEnded_nothingToDo(t *testing.T) {
	store := servertest.Embedded(t)
	c := over(t, start(t, servertest.Options{Store: store, Flows: flow(reporting)}), store)
	c.server.Clock.Advance(afterEnd)
	c.due()
	equal(t, "wrapped", c.session().Wrapped, true)
	equal(t, "tries", c.session().WrapTries, 1)
	equal(t, "place", c.session().Step, "message")
	equal(t, "notes", len(c.last().Notes), 0)
}

// TestEnded_without ends a call of a flow that wants nothing done: nothing is
// scheduled.
func TestEnded_without(t *testing.T) {
	store := servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: store}), store).begin()
	c.status(progress("completed")...)
	before := len(c.timeline())
	c.server.Clock.Advance(time.Hour)
	claimed, err := store.Claim(t.Context(), c.server.Clock.Now(), time.Second, 10)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "claimed", len(claimed), 0)
	c.due()
	equal(t, "entries", len(c.timeline()), before)
}

// TestEnded_whose ends calls in one flow and in another it goes through: the
// flow the call ended in counts, then those that wait for it, then the first.
func TestEnded_whose(t *testing.T) {
	const inner = `
start: ask
steps:
  ask: {document: <Gather><Say>Well?</Say></Gather>, next: end}
  end: {document: <Say>I see.</Say>}
`
	report := func(who string) string {
		return "ended: report\nsteps:\n  report: {lookup: {url: \"{{ env.URL }}/" + who + "\"}}\n"
	}
	with := func(yaml, who string) string { return strings.Replace(yaml, "steps:\n", report(who), 1) }
	through := "start: visit\nsteps:\n  visit: {flow: inner, next: bye}\n  bye: {document: <Hangup/>}\n"
	leads := "start: visit\nsteps:\n  visit: {next: inner/ask}\n"
	tests := []struct {
		name, desk, inner string
		reports           []string
	}{
		{"the-flow-it-ended-in", with(through, "desk"), with(inner, "inner"), []string{"/inner"}},
		{"the-flow-that-waits", with(through, "desk"), inner, []string{"/desk"}},
		{"the-first-flow", with(leads, "desk"), inner, []string{"/desk"}},
		{"none", through, inner, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, reply(200, "{}"))
			store := servertest.Embedded(t)
			tree := flow(tt.desk, "inner/flow.yaml", tt.inner)
			c := newCall(t, start(t, servertest.Options{Store: store, Flows: tree, Env: environment(s.URL)}), store).begin()
			c.status(progress("completed")...)
			c.server.Clock.Advance(afterEnd)
			c.due()
			var reports []string
			for _, r := range s.requests() {
				reports = append(reports, r.path)
			}
			equal(t, "reports", reports, tt.reports)
			equal(t, "place", c.session().Flow+"/"+c.session().Step, "inner/ask")
		})
	}
}

// TestEnded_schedule lets a call end while the schedule cannot be written: nothing
// is lost, because the end is told again and only then stored.
func TestEnded_schedule(t *testing.T) {
	s := serve(t, reply(200, `{"number": "R-1"}`))
	store := servertest.Embedded(t)
	failing := &unscheduled{Store: store}
	c := newCall(t, start(t, servertest.Options{Store: failing, Flows: flow(reporting), Env: environment(s.URL)}), store).begin()
	c.status(progress("completed")...)
	equal(t, "ended without a schedule", c.session().Ended(), false)
	failing.works = true
	c.status(progress("completed")...)
	c.server.Clock.Advance(afterEnd)
	c.due()
	equal(t, "reports", len(s.requests()), 1)
}

// unscheduled is a store whose schedule cannot be written at first.
type unscheduled struct {
	sessions.Store
	works bool
}

func (u *unscheduled) Schedule(ctx context.Context, callSID string, at time.Time) error {
	if !u.works {
		return errCrash
	}
	return u.Store.Schedule(ctx, callSID, at)
}

// TestEnded_early ends a call before its first fetch: it is reported as well,
// once it has begun.
func TestEnded_early(t *testing.T) {
	s := serve(t, reply(200, `{"number": "R-1"}`))
	store := servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: store, Flows: flow(reporting), Env: environment(s.URL)}), store)
	c.status(progress("completed")...)
	says(t, c.document(c.fetch()), "<Hangup/>")
	c.server.Clock.Advance(afterEnd)
	c.due()
	equal(t, "reports", len(s.requests()), 1)
	equal(t, "wrapped", c.session().Wrapped, true)
}

// TestWorkDue checks that the work ends with its context.
func TestWorkDue(t *testing.T) {
	server := start(t, servertest.Options{Store: servertest.Embedded(t), Flows: flow(reporting), Env: flows.Environment{}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	server.Calls.WorkDue(ctx)
}

// holdsText reports whether text is anywhere in a timeline.
func holdsText(entries []sessions.Entry, text string) bool {
	return strings.Contains(plain(entries), text)
}
