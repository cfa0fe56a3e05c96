package calls_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"texmlsrv/servertest"
	"texmlsrv/sessions/redisstore"
	"texmlsrv/sessions/redistest"
	"texmlsrv/texml"
)

// troubled is a call at its second turn, and the Redis it lives in. Its server
// gives up after a budget, once the test has taken Redis away.
type troubled struct {
	*call
	redis *redistest.Server
	store *hooked // of the server: what happens just before it is asked
}

// outages are the ways in which a Redis goes away.
var outages = []struct {
	name       string
	away, back func(*redistest.Server)
}{
	{"killed", (*redistest.Server).Kill, (*redistest.Server).Restart},
	{"frozen", (*redistest.Server).Freeze, (*redistest.Server).Thaw},
}

func trouble(t *testing.T) *troubled {
	t.Helper()
	t.Parallel() // most of it is waiting
	redis := redistest.StartDurable(t)
	store := servertest.Redis(t, redis.URL())
	calm := start(t, servertest.Options{Store: store})
	c := newCall(t, calm, store).begin().answer(named(spoken)...)

	// What must not succeed may be hasty; what must, gets its time.
	away := &hooked{Store: servertest.Redis(t, redis.URL()), before: map[string]func(){}}
	c.server = start(t, servertest.Options{Store: away, Clock: calm.Clock, Budget: 500 * time.Millisecond})
	return &troubled{c, redis, away}
}

// errors counts what the server logged as an error.
func (c *call) errors() int { return strings.Count(c.server.Log.String(), "level=ERROR") }

// TestTrouble_load sends requests while the store is away.
func TestTrouble_load(t *testing.T) {
	tests := []struct {
		name string
		send func(c *troubled) servertest.Reply
		says string
	}{
		{"action", func(c *troubled) servertest.Reply { return c.send(2, "action", "Digits", "2") }, "We will call you back."},
		{"next", func(c *troubled) servertest.Reply { return c.send(2, "next") }, "We will call you back."},
		{"action-without-ticket", func(c *troubled) servertest.Reply { return c.fetch("Digits", "2") }, "We will call you back."},
		{"forged-ticket", func(c *troubled) servertest.Reply {
			return c.server.Post("/texml/desk/menu/2.action.AAAA", c.form("Digits", "2"))
		}, "We will call you back."},
		{"new-call", func(c *troubled) servertest.Reply { return c.fetch("CallSid", "v3:new") }, "Who is calling?"},
		{"stray-callback", func(c *troubled) servertest.Reply { return c.fetch(progress("completed")...) }, "<Response/>"},
		{"malformed", func(c *troubled) servertest.Reply { return c.send(1, "action", "Base64Result", "!") }, "We will call you back."},
	}
	for _, outage := range outages {
		t.Run(outage.name, func(t *testing.T) {
			c := trouble(t)
			outage.away(c.redis)
			for _, tt := range tests {
				before := c.errors()
				document := c.document(tt.send(c))
				says(t, document, tt.says)
				if _, err := texml.Parse([]byte(document)); err != nil {
					t.Errorf("%s: the document is not valid: %v", tt.name, err)
				}
				equal(t, tt.name+": errors logged", c.errors()-before, 1)
			}
			c.degraded(t)
			outage.back(c.redis)
			c.recovered(t)

			c.answer("Digits", "2")
			says(t, c.documents[2], "Please leave a message.")
			equal(t, "turn", c.session().Turn, 3)
		})
	}
}

// degraded checks what the health routes say while the store is away, and that
// callbacks are told 200.
func (c *troubled) degraded(t *testing.T) {
	t.Helper()
	ready := c.server.Get("/readyz", nil)
	equal(t, "status of readyz", ready.Status, http.StatusOK)
	says(t, ready.Body, `"status":"degraded"`)
	equal(t, "status of healthz", c.server.Get("/healthz", nil).Status, http.StatusOK)

	before := c.errors()
	reply := c.status(progress("completed")...)
	equal(t, "answer to a callback", reply.Body, "")
	equal(t, "status of a callback", reply.Status, http.StatusOK)
	equal(t, "errors logged of a callback", c.errors()-before, 1)
}

// recovered waits until the server finds its store again.
func (c *troubled) recovered(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for !strings.Contains(c.server.Get("/readyz", nil).Body, `"status":"ok"`) {
		if ctx.Err() != nil {
			t.Fatal("the store is back, and the server does not find it")
		}
	}
}

// TestTrouble_between takes the store away between its first and its second
// question: the caller hears what was decided, or what is due.
func TestTrouble_between(t *testing.T) {
	tests := []struct {
		name   string
		method string // before which the store goes away
		send   func(c *troubled) servertest.Reply
		says   string
	}{
		{"the-commit-of-an-answer", "Commit", func(c *troubled) servertest.Reply { return c.send(2, "action", "Digits", "2") }, "Please leave a message."},
		{"the-commit-of-a-fetch", "Commit", func(c *troubled) servertest.Reply { return c.fetch("CallSid", "v3:new") }, "Who is calling?"},
		{"the-note-of-a-duplicate", "Append", func(c *troubled) servertest.Reply { return c.send(1, "action", named(spoken)...) }, "Press 1 for a person"},
		{"the-note-of-a-stray", "Fetched", func(c *troubled) servertest.Reply { return c.fetch("CallStatus", "in-progress") }, "Press 1 for a person"},
		{"the-note-of-a-callback", "Append", func(c *troubled) servertest.Reply { return c.fetch(progress("in-progress")...) }, "Press 1 for a person"},
		{"the-end-of-the-call", "Commit", func(c *troubled) servertest.Reply { return c.fetch(progress("completed")...) }, "Press 1 for a person"},
	}
	for _, outage := range outages {
		for _, tt := range tests {
			t.Run(outage.name+"-at-"+tt.name, func(t *testing.T) {
				c := trouble(t)
				c.store.before[tt.method] = func() { outage.away(c.redis) }
				document := c.document(tt.send(c))
				says(t, document, tt.says)
				equal(t, "errors logged", c.errors(), 1)
				outage.back(c.redis)
				c.recovered(t)
			})
		}
	}
}

// TestTrouble_goesOn answers a document that could not be stored. The store is
// behind then, or not, and the call goes on either way, each turn once.
func TestTrouble_goesOn(t *testing.T) {
	for _, outage := range outages {
		t.Run(outage.name, func(t *testing.T) {
			c := trouble(t)
			c.store.before["Commit"] = func() { outage.away(c.redis) }
			c.answer("Digits", "2")
			outage.back(c.redis)
			c.recovered(t)

			c.answer(recorded...)
			s := c.session()
			equal(t, "turn", s.Turn, 4)
			if s.Step != "operator" && s.Step != "bye" {
				t.Errorf("the call is at %s", s.Step)
			}
			turns := turnsOf(c.timeline())
			if lost := len(turns) == 3; lost {
				equal(t, "turns in the timeline", turns, []int{1, 2, 4})
				return
			}
			equal(t, "turns in the timeline", turns, upTo(4))
		})
	}
}

// TestTrouble_budget uses the program's own client and budget: a caller is
// answered soon, also while the store hangs.
func TestTrouble_budget(t *testing.T) {
	redis := redistest.Start(t)
	client, err := redisstore.Open(t.Context(), redis.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	store := redisstore.New(client, redisstore.Options{})
	c := newCall(t, start(t, servertest.Options{Store: store, Budget: 300 * time.Millisecond}), store)
	redis.Freeze()
	began := time.Now()
	says(t, c.document(c.fetch()), "Who is calling?")
	if took := time.Since(began); took > 5*time.Second { // of a busy machine; alone it is 0.3 s
		t.Errorf("a caller waited %v", took)
	}
}
