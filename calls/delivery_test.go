package calls_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"texmlsrv/calls"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redistest"
	"texmlsrv/simulator/api"
	"texmlsrv/telnyx"
)

// chain asks three things by AI gather.
const chain = `
start: name
defaults: {attempts: 3, otherwise: operator}
steps:
  name:
    document: <AIGather><Greeting>Who?</Greeting><Parameters>{"type":"object","required":["name"],"properties":{"name":{"type":"string"}}}</Parameters></AIGather>
    next: table
  table:
    document: <AIGather><Greeting>When?</Greeting><Parameters>{"type":"object","required":["day","guests"],"properties":{"day":{"type":"string"},"guests":{"type":"integer"}}}</Parameters></AIGather>
    next: sure
  sure:
    document: <AIGather><Greeting>Sure?</Greeting><Parameters>{"type":"object","required":["sure"],"properties":{"sure":{"type":"boolean"}}}</Parameters></AIGather>
    next:
      - {when: gathered.sure, goto: booked}
      - goto: name
  operator: {document: <Say>One moment.</Say><Hangup/>, outcome: operator}
  booked: {document: <Say>Goodbye.</Say><Hangup/>, outcome: booked}
`

// answered are the results of its gathers, in order.
var answered = []string{`{"name":"Ada"}`, `{"day":"Friday","guests":"4"}`, `{"sure":"true"}`}

// grace is how long an event waits for its action.
const grace = time.Second

// ofEvent is the event of a gather with its result.
func (c *call) ofEvent(result string) {
	at := c.server.Clock.Now().Sub(published)
	c.happens(happening{id: fmt.Sprint(at, result), kind: calls.EventAIGatherEnded, at: at, payload: `"status":"valid","result":` + result})
}

// passed lets time pass, and has done what is due.
func (c *call) passed(d time.Duration) {
	c.server.Clock.Advance(d)
	c.due()
}

// current is the document that the call gets when it asks again for the one of a
// turn: pushed, where there is an API key, else at the end of what it plays.
func (c *call) current(p platform, key bool, turn int) string {
	if !key {
		return c.document(c.send(turn, "next"))
	}
	received := p.fake.Received()
	url, _ := received[len(received)-1].Params["Url"].(string)
	return c.document(c.server.Post(strings.TrimPrefix(url, public), c.form()))
}

// TestDelivery leads calls through three AI gathers, whose results come in every
// way that Telnyx has: whatever it is, the same is gathered and the call comes to
// the same end.
func TestDelivery(t *testing.T) {
	action := func(c *call, turn int, result string) string {
		return c.document(c.send(turn, "action", "Status", "valid", "Base64Result", encoded(result)))
	}
	tests := []struct {
		name string
		asks int // of each question
		// deliver brings a result to the document of a turn, and gives the one
		// after it.
		deliver func(c *call, p platform, key bool, turn int, result string) string
	}{
		{"action", 1, func(c *call, _ platform, _ bool, turn int, result string) string { return action(c, turn, result) }},
		{"event-only", 1, func(c *call, p platform, key bool, turn int, result string) string {
			c.ofEvent(result)
			c.passed(grace)
			return c.current(p, key, turn)
		}},
		{"event-and-at-once-the-end-of-the-document", 1, func(c *call, _ platform, _ bool, turn int, result string) string {
			c.ofEvent(result)
			return c.document(c.send(turn, "next"))
		}},
		{"event-then-late-action", 1, func(c *call, p platform, key bool, turn int, result string) string {
			c.ofEvent(result)
			c.passed(grace)
			pushed := c.current(p, key, turn)
			equal(c.t, "what the late action is answered with", action(c, turn, result), pushed)
			return pushed
		}},
		{"both-at-once", 1, func(c *call, _ platform, _ bool, turn int, result string) string {
			var document string
			atOnce(func() { c.ofEvent(result) }, func() { document = action(c, turn, result) })
			c.passed(grace)
			return document
		}},
		{"end-of-the-talk-only", 2, func(c *call, p platform, key bool, turn int, result string) string {
			c.status("CallStatus", "conversation_ended", "DurationSec", "8", "ConversationId", fmt.Sprint("c-", turn),
				"Messages", fmt.Sprintf(`[{"role":"user","content":"said in turn %d"}]`, turn))
			c.passed(grace)
			again := c.current(p, key, turn)
			says(c.t, again, fmt.Sprintf("said in turn %d", turn))
			c.documents = append(c.documents, again)
			c.passed(9 * time.Second)
			return action(c, turn+1, result)
		}},
	}
	for _, tt := range tests {
		for name, key := range map[string]bool{"with-key": true, "without-key": false} {
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				p, store := newPlatform(t), servertest.Embedded(t)
				c := newCall(t, begun(t, store, flow(chain), p, key), store).begin()
				for _, result := range answered {
					c.passed(9 * time.Second)
					c.documents = append(c.documents, tt.deliver(c, p, key, len(c.documents), result))
				}
				says(t, c.documents[len(c.documents)-1], "Goodbye.")
				s := c.session()
				equal(t, "gathered", s.Gathered, sessions.Values{"name": "Ada", "day": "Friday", "guests": 4.0, "sure": true})
				equal(t, "outcome", s.Outcome, "booked")
				equal(t, "turns in the timeline", turnsOf(c.timeline()), upTo(1+3*tt.asks))
				c.passed(time.Hour)
				equal(t, "turn, later", c.session().Turn, 1+3*tt.asks)
			})
		}
	}
}

// several are calls of two servers on one Redis, with one platform.
func several(t *testing.T, yaml string, n int) (all []*call, servers [2]*servertest.Server, p platform) {
	p = newPlatform(t)
	clock := servertest.NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	servers, store := instances(t, servertest.Options{Flows: flow(yaml), Commander: p, PublicURL: public, Clock: clock})
	for i := range n {
		c := newCall(t, servers[i%2], store)
		c.sid += fmt.Sprint(".", i)
		all = append(all, c.begin())
	}
	return all, servers, p
}

// TestDelivery_twoInstances has two instances look for what is due at once: each
// answer is taken by one of them, and pushed once.
func TestDelivery_twoInstances(t *testing.T) {
	all, servers, p := several(t, chain, 12)
	servers[0].Clock.Advance(9 * time.Second)
	for _, c := range all {
		c.ofEvent(answered[0])
	}
	servers[0].Clock.Advance(grace)
	due := func(i int) func() {
		return func() {
			for range 3 {
				if err := servers[i].Calls.Due(t.Context()); err != nil {
					t.Error(err)
				}
			}
		}
	}
	atOnce(due(0), due(1), due(0), due(1))
	pushed := map[string]int{}
	for _, r := range p.fake.Received() {
		pushed[r.CallID]++
	}
	for _, c := range all {
		equal(t, "turns in the timeline", turnsOf(c.timeline()), upTo(2))
		equal(t, "pushes", pushed[c.sid], 1)
	}
}

// TestDelivery_otherInstance lets the instance that took the event go away: the
// other one decides, and pushes.
func TestDelivery_otherInstance(t *testing.T) {
	all, servers, p := several(t, chain, 1)
	c := all[0]
	c.passed(9 * time.Second)
	c.ofEvent(answered[0])
	servers[0].Close()
	c.server = servers[1]
	c.passed(grace)
	equal(t, "step", c.session().Step, "table")
	says(t, c.current(p, true, 1), "When?")
	equal(t, "not fetched yet", c.session().Push, nil)
}

// TestDelivery_storm lets everything that ends a gather happen at once, on two
// instances: each turn is decided once, and the caller is asked for nothing that
// was told.
func TestDelivery_storm(t *testing.T) {
	all, servers, _ := several(t, chain, 16)
	servers[0].Clock.Advance(9 * time.Second)
	for i, c := range all {
		other := *c
		other.server = servers[1-i%2]
		action := func() { c.send(1, "action", "Status", "valid", "Base64Result", encoded(answered[0])) }
		due := func(i int) func() { return func() { _ = servers[i].Calls.Due(t.Context()) } }
		crowd := []func(){
			func() { c.ofEvent(answered[0]) }, func() { other.ofEvent(answered[0]) },
			func() { other.status("CallStatus", "conversation_ended", "DurationSec", "8") },
			action, action, func() { other.send(1, "next") }, due(0), due(1),
		}
		atOnce(slices.Concat(crowd[i%len(crowd):], crowd[:i%len(crowd)])...)
	}
	servers[0].Clock.Advance(grace)
	for i := range servers {
		if err := servers[i].Calls.Due(t.Context()); err != nil {
			t.Error(err)
		}
	}
	for _, c := range all {
		s := c.session()
		equal(t, "gathered", s.Gathered, sessions.Values{"name": "Ada"})
		equal(t, "step", s.Step, "table")
		equal(t, "turns in the timeline", turnsOf(c.timeline()), upTo(s.Turn))
	}
}

// commanded asks by command.
const commanded = `
start: name
defaults: {otherwise: operator}
steps:
  name:
    document: <Pause length="60"/>
    command:
      gather_using_ai:
        parameters: {type: object, required: [name, age], properties: {name: {type: string}, age: {type: integer}}}
    on:
      error: {when: answer.code == 429, goto: later}
    next: bye
  later: {document: <Say>Later.</Say><Hangup/>}
  operator: {document: "<Say>An operator: {{ answer.reason }} {{ answer.code }}.</Say><Hangup/>"}
  bye: {document: <Say>Goodbye.</Say><Hangup/>}
`

// elsewhere is when an instance sends a command that did not give the document.
const elsewhere = time.Second

// TestCommand_fails has the API fail in every way: the flow is told how, and the
// call gets a document, whichever way it asks.
func TestCommand_fails(t *testing.T) {
	tests := []struct {
		name  string
		fault api.Fault
		says  string
	}{
		{"unauthorized", api.Fault{Failure: api.Unauthorized()}, "unauthorized 401"},
		{"gone", api.Fault{Failure: api.CallEnded()}, "gone 422"},
		{"not-found", api.Fault{Failure: api.NotFound()}, "gone 404"},
		{"not-answered", api.Fault{Failure: api.NotAnswered()}, "invalid 422"},
		{"rate-limited", api.Fault{Failure: api.TooMany(0)}, "Later."},
		{"server-error", api.Fault{Failure: api.ServerError(502)}, "unavailable 502"},
		{"dropped", api.Fault{Drop: true}, "unavailable ."},
		{"not-telnyx", api.Fault{Body: []byte("<html>")}, "unavailable ."},
		{"silent", api.Fault{Delay: time.Minute}, "timeout ."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, store := newPlatform(t), servertest.Embedded(t)
			server := start(t, servertest.Options{Store: store, Flows: flow(commanded), PublicURL: public, Commander: hurried{p}})
			c := newCall(t, server, store).begin()
			p.fake.Script(tt.fault)
			c.passed(elsewhere)
			says(t, c.document(c.send(1, "next")), tt.says)
			equal(t, "turn", c.session().Turn, 2)
			kinds := []string{}
			for _, e := range c.timeline()[:3] {
				kinds = append(kinds, e.Kind)
			}
			equal(t, "timeline", kinds, []string{sessions.EntryTurn, sessions.EntryCommand, sessions.EntryTurn})
			if told := c.timeline()[1].Sending; told.Name != "gather_using_ai" || told.ID == "" || told.Outcome == "ok" {
				t.Errorf("the timeline tells of %+v", told)
			}
		})
	}
}

// hurried waits for commands no longer than a test can.
type hurried struct{ platform }

func (h hurried) Do(ctx context.Context, sid string, c telnyx.Command) (telnyx.Accepted, error) {
	ctx, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	return h.platform.Do(ctx, sid, c)
}

// TestCommand_crash lets an instance die after a command was sent and before
// that is stored: another one sends it again under the same command_id, when
// the lease is over, and Telnyx carries it out once.
func TestCommand_crash(t *testing.T) {
	p := newPlatform(t)
	store := servertest.Redis(t, redistest.Start(t).URL())
	clock := servertest.NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	dying := &crashed{Store: store}
	options := servertest.Options{Store: dying, Flows: flow(commanded), Commander: p, PublicURL: public, Clock: clock}
	c := newCall(t, start(t, options), store).begin()
	dying.broken = true
	c.passed(elsewhere)
	equal(t, "sent", c.session().Command.SentAt.IsZero(), true)

	options.Store = store
	c.server = start(t, options)
	c.passed(9 * time.Second)
	equal(t, "requests under the lease", len(p.fake.Received()), 1)
	c.passed(time.Second)
	got := p.fake.Received()
	equal(t, "requests", len(got), 2)
	equal(t, "the second is known", got[1].Duplicate, true)
	equal(t, "sent", c.session().Command.SentAt.IsZero(), false)
	c.passed(time.Minute)
	equal(t, "requests in the end", len(p.fake.Received()), 2)
}

// TestCommand_tooLate finds a command that was to be sent a minute ago: Telnyx
// would not know any more that it has it.
func TestCommand_tooLate(t *testing.T) {
	p, store := newPlatform(t), servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: store, Flows: flow(commanded), Commander: p, PublicURL: public}), store).begin()
	c.passed(time.Minute)
	says(t, c.current(p, true, 1), "An operator: timeout .")
	equal(t, "requests", len(p.fake.Received()), 1)
}

// TestCommand_wire: the schema keeps the order of its author.
func TestCommand_wire(t *testing.T) {
	p, store := newPlatform(t), servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: store, Flows: flow(commanded), Commander: p}), store).begin()
	c.passed(elsewhere)
	says(t, string(p.fake.Received()[0].Body), `"properties":{"name":{"type":"string"},"age":{"type":"integer"}}`)
	equal(t, "conversation", c.session().Command.Conversation != "", true)
	equal(t, "tries", c.session().Command.Tries, 1)
}

// TestCommand_roundTrips: the caller of a turn with a command waits no longer for
// the store than any other, because the call is put into the schedule meanwhile.
func TestCommand_roundTrips(t *testing.T) {
	store := &hooked{Store: servertest.Embedded(t)}
	c := newCall(t, start(t, servertest.Options{Store: store, Flows: flow(commanded)}), store).begin()
	store.asked = nil
	equal(t, "status", c.send(1, "next").Status, http.StatusOK)
	slices.Sort(store.asked)
	equal(t, "the store was asked", store.asked, []string{"Commit", "Schedule"})
}

// TestWorkDue_inTime runs the work as the program does: a command follows its
// document, and the document that its event leads to is pushed, without anybody
// asking.
func TestWorkDue_inTime(t *testing.T) {
	commands, updates := make(chan string, 1), make(chan string, 1)
	p := platformOf(t, api.Options{
		OnCommand:    func(_ context.Context, c api.Command) *api.Failure { commands <- c.ClientState; return nil },
		OnUpdateCall: func(_ context.Context, u api.Update) *api.Failure { updates <- u.URL; return nil },
	})
	store := servertest.Embedded(t)
	server := start(t, servertest.Options{Store: store, Flows: flow(commanded), Commander: p, PublicURL: public})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { server.Calls.WorkDue(ctx); close(done) }()
	defer func() { stop(); <-done }()

	c := newCall(t, server, store).begin()
	state := <-commands
	equal(t, "client state", state, calls.ClientState("desk", "name", 1))
	c.happens(happening{id: "1", kind: calls.EventAIGatherEnded, state: state, payload: `"status":"valid","result":{"name":"Ada","age":36}`})
	says(t, c.document(server.Post(strings.TrimPrefix(<-updates, public), c.form())), "Goodbye.")
}
