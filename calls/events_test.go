package calls_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"texmlsrv/calls"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redistest"
)

// aged is a flow that asks what Telnyx's published samples answer.
const aged = `
start: who
steps:
  who:
    document: |
      <AIGather>
        <Greeting>Hello, can you tell me your age and where you live?</Greeting>
        <Parameters>{"type": "object", "required": ["age", "city"], "properties": {"age": {"type": "integer"}, "city": {"type": "string"}}}</Parameters>
      </AIGather>
    next: day
  day:
    document: <AIGather><Parameters>{"type":"object","required":["day"],"properties":{"day":{"type":"string"}}}</Parameters></AIGather>
    next: menu
  menu: {document: <Gather numDigits="1"/>, next: menu}
`

// published is shortly before the time in Telnyx's samples.
var published = time.Date(2018, 2, 2, 22, 25, 0, 0, time.UTC)

// controlled finds the call of a webhook.
var controlled = regexp.MustCompile(`"call_control_id": ?"([^"]+)"`)

// TestEvents_samples sends each webhook of package callbacks to a running call:
// what it changes in the session, and what the timeline says.
func TestEvents_samples(t *testing.T) {
	paths, err := filepath.Glob("../callbacks/testdata/requests/webhook-*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no webhooks: %v", err)
	}
	for _, path := range paths {
		archive, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(archive), "-- body --\n")
		body, _, _ := strings.Cut(rest, "-- want.json --\n")
		sid := controlled.FindStringSubmatch(body)
		if sid == nil {
			continue // a form, or a query
		}
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "webhook-"), ".txtar")
		t.Run(name, func(t *testing.T) {
			store := servertest.Embedded(t)
			c := newCall(t, start(t, servertest.Options{Store: store, Flows: flow(aged), Clock: servertest.NewClock(published)}), store)
			c.sid = sid[1]
			c.begin()
			before := c.session()
			equal(t, "status", c.webhook(strings.TrimSuffix(body, "\n")).Status, http.StatusOK)
			equal(t, "entries", len(c.timeline()), 2)
			golden(t, filepath.Join("events", name+".txt"),
				"session\n"+changes(t, before, c.session())+"\ntimeline\n"+indented(t, c.last())+"\n")
		})
	}
}

// webhook posts to the URL for events.
func (c *call) webhook(body string) servertest.Reply {
	c.t.Helper()
	return c.server.Send(http.MethodPost, "/webhooks", body, http.Header{"Content-Type": {"application/json"}})
}

// happening is an event of a test: what is not told is left out.
type happening struct {
	id, kind string
	at       time.Duration // since the clock of the test began
	state    string
	payload  string // further members, as JSON
}

const (
	partially = "call.ai_gather.partial_results"
	talked    = "call.ai_gather.message_history_updated"
	hungUp    = "call.hangup"
)

// happens sends an event of the call.
func (c *call) happens(h happening) servertest.Reply {
	c.t.Helper()
	payload := fmt.Sprintf(`"call_control_id":%q,"from":%q,"to":%q,"client_state":%q`, c.sid, caller, called, h.state)
	if h.payload != "" {
		payload += "," + h.payload
	}
	id := ""
	if h.id != "" {
		id = fmt.Sprintf(`"id":%q,`, h.id)
	}
	return c.webhook(fmt.Sprintf(`{"data":{%s"event_type":%q,"occurred_at":%q,"payload":{%s}}}`,
		id, h.kind, published.Add(h.at).Format(time.RFC3339Nano), payload))
}

// age is the payload of partial results.
func age(n int) string { return fmt.Sprintf(`"partial_results":{"age":%d}`, n) }

// heard is the payload of a talk.
func heard(words ...string) string {
	var talk []sessions.Message
	for i, word := range words {
		talk = append(talk, sessions.Message{Role: []string{"assistant", "user"}[i%2], Content: word})
	}
	return `"message_history":` + plain(talk)
}

// encoded is a text as an action brings it.
func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// changes are the members of a session that differ, as they are now.
func changes(t *testing.T, before, after *sessions.Session) string {
	t.Helper()
	var old, now map[string]any
	for s, to := range map[*sessions.Session]*map[string]any{before: &old, after: &now} {
		if err := json.Unmarshal([]byte(plain(s)), to); err != nil {
			t.Fatal(err)
		}
	}
	for name, was := range old {
		if is, has := now[name]; has && plain(is) == plain(was) {
			delete(now, name)
		} else if !has {
			now[name] = nil
		}
	}
	return indented(t, now)
}

func indented(t *testing.T, v any) string {
	t.Helper()
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// clocked runs a call of aged whose clock begins at the time of the samples,
// and which is asked its second question, the day, a minute later.
func clocked(t *testing.T) *call {
	store := servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: store, Flows: flow(aged), Clock: servertest.NewClock(published)}), store).begin()
	c.server.Clock.Advance(time.Minute)
	return c.answer(said(`{"age": 29, "city": "Paris"}`)...)
}

// TestEvents_partial sends partial results in every order: the session has the
// youngest of the current turn, and the timeline has them all.
func TestEvents_partial(t *testing.T) {
	const early, late = 61 * time.Second, 62 * time.Second // of the second turn
	tests := []struct {
		name   string
		events []happening
		want   sessions.Values
		note   string // of the last
	}{
		{"one", []happening{{"1", partially, early, "", age(1)}}, sessions.Values{"age": 1.0}, ""},
		{"in-order", []happening{{"1", partially, early, "", age(1)}, {"2", partially, late, "", age(2)}}, sessions.Values{"age": 2.0}, ""},
		{"out-of-order", []happening{{"2", partially, late, "", age(2)}, {"1", partially, early, "", age(1)}}, sessions.Values{"age": 2.0}, "something younger was told before"},
		{"at-the-same-time", []happening{{"1", partially, early, "", age(1)}, {"2", partially, early, "", age(2)}}, sessions.Values{"age": 2.0}, ""},
		{"nothing-yet", []happening{{"1", partially, early, "", `"partial_results":{}`}}, nil, ""},
		{"of-the-turn-before", []happening{{"1", partially, 30 * time.Second, "", age(1)}}, nil, "before the document of this turn was sent"},
		{"as-the-document-was-sent", []happening{{"1", partially, time.Minute, "", age(1)}}, nil, "before the document of this turn was sent"},
		{"of-this-turn-by-state", []happening{{"1", partially, 0, calls.ClientState("desk", "day", 2), age(1)}}, sessions.Values{"age": 1.0}, ""},
		{"of-the-turn-before-by-state", []happening{{"1", partially, late, calls.ClientState("desk", "who", 1), age(1)}}, nil, "of turn 1, the step desk/who"},
		{"of-a-turn-that-was-lost", []happening{{"1", partially, late, calls.ClientState("desk", "who", 2), age(1)}}, nil, "of turn 2, the step desk/who"},
		{"of-another-state", []happening{{"1", partially, late, "aGF2ZSBhIG5pY2UgZGF5ID1d", age(1)}}, sessions.Values{"age": 1.0}, ""},
		{"the-final-result-is-none", []happening{{"1", calls.EventAIGatherEnded, late, "", `"status":"valid","result":{"age":1}`}}, nil, "its result does not fit what was asked"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := clocked(t)
			before := len(c.timeline())
			for _, h := range tt.events {
				c.happens(h)
			}
			equal(t, "partial", c.session().Partial, tt.want)
			equal(t, "turn", c.session().Turn, 2)
			equal(t, "entries", len(c.timeline())-before, len(tt.events))
			last := c.last()
			equal(t, "kind of entry", last.Kind, sessions.EntryEvent)
			equal(t, "turn of entry", last.Turn, 2)
			if got := strings.Join(last.Notes, "\n"); !strings.Contains(got, tt.note) || tt.note == "" && got != "" {
				t.Errorf("the timeline says %q, want %q", got, tt.note)
			}
		})
	}
}

// TestEvents_turn follows a call that tells of itself while it goes on: what
// events told is in the session once, and the next turn begins without it.
func TestEvents_turn(t *testing.T) {
	c := clocked(t)
	before := c.session().History
	c.happens(happening{"1", partially, 61 * time.Second, "", age(1) + "," + heard("Which day?")})
	c.happens(happening{"2", talked, 62 * time.Second, "", heard("Which day?", spoken)})
	c.happens(happening{"3", talked, 61500 * time.Millisecond, "", heard("Which")})
	equal(t, "notes of what came too late", c.last().Notes, []string{"something younger was told before"})
	day := []sessions.Message{{Role: "assistant", Content: "Which day?"}, {Role: "user", Content: spoken}}
	s := c.session()
	equal(t, "history while it goes on", s.History, slices.Concat(before, day))
	equal(t, "of it live", s.Live, 2)

	c.answer("Status", "valid", "Base64Result", encoded(`{"day": "Friday"}`))
	s = c.session()
	equal(t, "history when it is over", s.History, slices.Concat(before, day))
	equal(t, "partial in the next turn", s.Partial, nil)
	equal(t, "live in the next turn", s.Live, 0)

	c.happens(happening{"4", partially, 63 * time.Second, "", age(4)})
	equal(t, "partial of a gather that is over", c.session().Partial, nil)
}

// TestEvents_history lets the action bring the whole talk that events had told
// of: it is in the session, and in the next document, once.
func TestEvents_history(t *testing.T) {
	c := clocked(t)
	sent := c.session().History
	all := slices.Concat(sent, []sessions.Message{{Role: "assistant", Content: "Which day?"}, {Role: "user", Content: spoken}})
	c.happens(happening{"1", talked, 61 * time.Second, "", `"message_history":` + plain(all[:len(all)-1])})
	c.happens(happening{"2", talked, 62 * time.Second, "", `"message_history":` + plain(all)})
	equal(t, "history while it goes on", c.session().History, all)
	c.answer("Status", "valid", "Base64Result", encoded(`{"day":"Friday"}`), "Base64MessageHistory", encoded(plain(all)))
	equal(t, "history", c.session().History, all)
	equal(t, "step", c.session().Step, "menu")
}

// TestEvents_end ends a call by event, by callback, and by both: the first
// counts, and what comes after it is told and changes nothing.
func TestEvents_end(t *testing.T) {
	busy := happening{"1", hungUp, 61 * time.Second, "", `"hangup_cause":"user_busy"`}
	tests := []struct {
		name   string
		send   func(c *call)
		ending string
		ended  []string // of the entries
	}{
		{"event", func(c *call) { c.happens(busy) }, "busy", []string{"busy"}},
		{"event-then-callback", func(c *call) { c.happens(busy); c.status(progress("completed")...) }, "busy", []string{"busy", ""}},
		{"callback-then-event", func(c *call) { c.status(progress("completed")...); c.happens(busy) }, "completed", []string{"completed", ""}},
		{"twice", func(c *call) { c.happens(busy); c.happens(busy) }, "busy", []string{"busy"}},
		{"two-events", func(c *call) {
			c.happens(busy)
			c.happens(happening{"2", hungUp, 62 * time.Second, "", `"hangup_cause":"normal_clearing"`})
		}, "busy", []string{"busy", ""}},
		{"partial-afterwards", func(c *call) {
			c.happens(busy)
			c.happens(happening{"2", partially, 62 * time.Second, "", age(1) + "," + heard("Which day?")})
		}, "busy", []string{"busy", ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := clocked(t)
			before, entries := c.session(), len(c.timeline())
			tt.send(c)
			s := c.session()
			equal(t, "ending", s.Ending, tt.ending)
			equal(t, "ended at", s.EndedAt, c.server.Clock.Now())
			equal(t, "turn", s.Turn, 2)
			equal(t, "history", s.History, before.History)
			equal(t, "partial", s.Partial, nil)
			var ended []string
			for _, e := range c.timeline()[entries:] {
				ended = append(ended, e.Ended)
			}
			equal(t, "endings in the timeline", ended, tt.ended)
			says(t, c.document(c.send(2, "action", said(`{"day": "Friday"}`)...)), "<Response><Hangup/></Response>")
		})
	}
}

// TestEvents_wrap ends a call by event and by callback: what the flow wants done
// afterwards is done, once.
func TestEvents_wrap(t *testing.T) {
	s := serve(t, reply(200, `{"number": "R-1"}`))
	store := servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: store, Flows: flow(reporting), Env: environment(s.URL)}), store).begin()
	c.happens(happening{"1", hungUp, 0, "", `"hangup_cause":"normal_clearing"`})
	c.status(progress("completed")...)
	c.happens(happening{"2", hungUp, 0, "", ""})
	c.server.Clock.Advance(afterEnd)
	c.due()
	c.server.Clock.Advance(time.Hour)
	c.due()
	equal(t, "reports", len(s.requests()), 1)
	equal(t, "wrapped", c.session().Wrapped, true)
}

// TestEvents_answeredBy hears from machine detection.
func TestEvents_answeredBy(t *testing.T) {
	c := clocked(t)
	c.happens(happening{"1", "call.machine.detection.ended", 61 * time.Second, "", `"result":"human"`})
	equal(t, "answered by", c.session().Call.AnsweredBy, "human")
	c.happens(happening{"2", "call.machine.greeting.ended", 62 * time.Second, "", `"result":"beep_detected"`})
	equal(t, "answered by", c.session().Call.AnsweredBy, "human")
}

// TestEvents_twice delivers events more than once: before the call begins, while
// it runs, with an id and without. Each is in the timeline once.
func TestEvents_twice(t *testing.T) {
	store := servertest.Redis(t, redistest.Start(t).URL())
	server := start(t, servertest.Options{Store: store, Clock: servertest.NewClock(published)})
	c := newCall(t, server, store)
	for range 2 {
		c.happens(happening{"1", "call.initiated", 0, "", ""})
		c.happens(happening{"", "call.answered", 0, "", ""})
	}
	c.begin()
	for range 2 {
		c.happens(happening{"1", "call.initiated", 0, "", ""})
		c.happens(happening{"", "call.answered", 0, "", ""})
		c.happens(happening{"3", partially, time.Second, "", age(1)})
		c.happens(happening{"", "call.dtmf.received", time.Second, "", `"digit":"1"`})
		c.happens(happening{"", "call.dtmf.received", time.Second, "", `"digit":"2"`})
	}
	want := []string{"call.initiated", "call.answered", "", partially, "call.dtmf.received", "call.dtmf.received"}
	equal(t, "timeline", kindsOf(c.timeline()), want)
	equal(t, "ids", c.session().Events[0], "1")
}

// kindsOf are the kinds of the events in a timeline; "" for another entry.
func kindsOf(entries []sessions.Entry) []string {
	var kinds []string
	for _, e := range entries {
		kind := ""
		if e.Event != nil {
			kind = e.Event.Kind
		}
		kinds = append(kinds, kind)
	}
	return kinds
}

// TestEvents_early hangs a call up before its first fetch: it begins as one that
// is over, and its flow's report is made.
func TestEvents_early(t *testing.T) {
	store := servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: store}), store)
	c.happens(happening{"1", hungUp, 0, "", `"hangup_cause":"originator_cancel"`})
	if _, err := store.Load(t.Context(), c.sid); err == nil {
		t.Fatal("an event has begun a session")
	}
	says(t, c.document(c.fetch()), "<Response><Hangup/></Response>")
	equal(t, "ending", c.session().Ending, "canceled")
	equal(t, "timeline", kindsOf(c.timeline()), []string{hungUp, ""})
	c.happens(happening{"2", partially, time.Hour, "", age(1)})
	equal(t, "ending", c.session().Ending, "canceled")
	equal(t, "notes", c.last().Notes, []string{"the call was over"})
}

// TestEvents_meanwhile lets the first fetch be committed while an event is on
// its way into the store.
func TestEvents_meanwhile(t *testing.T) {
	store := servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: store}), store)
	slow := &hooked{Store: store, before: map[string]func(){"Append": func() { c.begin() }}}
	other := *c
	other.server = start(t, servertest.Options{Store: slow})
	other.happens(happening{"1", hungUp, 0, "", ""})
	equal(t, "ending", c.session().Ending, "completed")
	equal(t, "timeline", kindsOf(c.timeline()), []string{"", hungUp})
	c.happens(happening{"1", hungUp, 0, "", ""})
	equal(t, "entries", len(c.timeline()), 2)
}

// TestEvents_sensitive tells, while sensitive questions are asked, what is
// answered: nobody reads it.
func TestEvents_sensitive(t *testing.T) {
	store := servertest.Embedded(t)
	env := environment("http://127.0.0.1:1")
	c := newCall(t, start(t, servertest.Options{Store: store, Flows: flow(guarded), Env: env, Clock: servertest.NewClock(published)}), store).begin()
	c.happens(happening{"1", calls.EventGatherEnded, time.Second, "", `"digits":"` + pin + `"`})
	c.happens(happening{"2", "call.dtmf.received", time.Second, "", `"digit":"` + pin + `"`})
	c.answer("Digits", pin)
	c.happens(happening{"3", partially, time.Second, "", `"partial_results":{"card":"` + card + `"},` + heard("Your card?", told)})
	c.happens(happening{"4", calls.EventAIGatherEnded, time.Second, "", `"result":"{\"card\":\"` + wrongCard + `\""`})
	s := c.session()
	equal(t, "partial for the flow", s.Partial, sessions.Values{"card": card})
	equal(t, "partial for people", s.Masked().Partial, sessions.Values{"card": sessions.Mask})
	equal(t, "history", s.History, nil)
	equal(t, "entries", len(c.timeline()), 6)
	readsNothing(t, "timeline", plain(c.timeline()))
	readsNothing(t, "log", c.server.Log.String())
}

// TestEvents_storeAway loses the store: the platform is told 200, the log why.
func TestEvents_storeAway(t *testing.T) {
	redis := redistest.Start(t)
	store := servertest.Redis(t, redis.URL())
	c := newCall(t, start(t, servertest.Options{Store: store, Budget: 100 * time.Millisecond}), store)
	redis.Kill()
	equal(t, "status", c.happens(happening{"1", hungUp, 0, "", ""}).Status, http.StatusOK)
	says(t, c.server.Log.String(), "a webhook was not kept")
}
