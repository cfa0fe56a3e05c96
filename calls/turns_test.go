package calls_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redistest"
)

// turnTest is one request to a call whose current document is of turn 3: turn
// 1 asked for a name, turn 2 showed a menu, turn 3 records a message.
type turnTest struct {
	name   string
	before func(c *call)                  // what happens first
	send   func(c *call) servertest.Reply // the request
	turn   int                            // stored afterwards
	kind   string                         // of the entry in the timeline
	via    string                         // how the entry says it was reached
	step   string                         // stored afterwards
}

var turnTests = []turnTest{
	// t = n: decided and committed.
	{
		name: "n-action",
		send: func(c *call) servertest.Reply { return c.send(3, "action", recorded...) },
		turn: 4, kind: sessions.EntryTurn, via: "action", step: "bye",
	},
	{
		name: "n-next",
		send: func(c *call) servertest.Reply { return c.send(3, "next") },
		turn: 4, kind: sessions.EntryTurn, via: "next", step: "message",
	},
	{
		name: "n-by-GET",
		send: func(c *call) servertest.Reply { return c.server.Get(c.link(3, "action"), c.form(recorded...)) },
		turn: 4, kind: sessions.EntryTurn, via: "action", step: "bye",
	},

	// t = n-1: document n again, whatever the request carries.
	{
		name: "n-1-the-same",
		send: func(c *call) servertest.Reply { return c.send(2, "action", "Digits", "2") },
		turn: 3, kind: sessions.EntryDuplicate, via: "action", step: "message",
	},
	{
		name: "n-1-another-answer",
		send: func(c *call) servertest.Reply { return c.send(2, "action", "Digits", "1") },
		turn: 3, kind: sessions.EntryDuplicate, via: "action", step: "message",
	},
	{
		name: "n-1-the-answer-to-turn-n",
		send: func(c *call) servertest.Reply { return c.send(2, "action", recorded...) },
		turn: 3, kind: sessions.EntryDuplicate, via: "action", step: "message",
	},
	{
		name: "n-1-nothing",
		send: func(c *call) servertest.Reply { return c.send(2, "action") },
		turn: 3, kind: sessions.EntryDuplicate, via: "action", step: "message",
	},
	{
		name: "n-1-the-other-way",
		send: func(c *call) servertest.Reply { return c.send(2, "next") },
		turn: 3, kind: sessions.EntryDuplicate, via: "next", step: "message",
	},
	{
		name: "n-1-a-status-callback",
		send: func(c *call) servertest.Reply {
			return c.send(2, "action", "CallbackSource", "call-progress-events", "CallStatus", "completed")
		},
		turn: 3, kind: sessions.EntryDuplicate, via: "action", step: "message",
	},

	// The one exception: the document ran out and asked again while its answer
	// was on the way.
	{
		name:   "n-1-overtaken-by-its-fall-through",
		before: func(c *call) { c.send(3, "next") },
		send:   func(c *call) servertest.Reply { return c.send(3, "action", recorded...) },
		turn:   5, kind: sessions.EntryTurn, via: "action", step: "bye",
	},
	{
		name: "n-1-overtaken-and-again",
		before: func(c *call) {
			c.send(3, "next")
			c.send(3, "action", recorded...)
		},
		send: func(c *call) servertest.Reply { return c.send(3, "action", recorded...) },
		turn: 5, kind: sessions.EntryDuplicate, via: "action", step: "bye",
	},
	{
		name: "n-1-overtaken-when-nothing-is-asked-any-more",
		before: func(c *call) { // the third silence leads away
			c.documents = append(c.documents, c.document(c.send(3, "next")))
			c.documents = append(c.documents, c.document(c.send(4, "next")))
			c.send(5, "next")
		},
		send: func(c *call) servertest.Reply { return c.send(5, "action", recorded...) },
		turn: 6, kind: sessions.EntryDuplicate, via: "action", step: "operator",
	},
	{
		name:   "n-1-a-fall-through-after-the-answer-was-refused",
		before: func(c *call) { c.send(3, "action") },
		send:   func(c *call) servertest.Reply { return c.send(3, "next") },
		turn:   4, kind: sessions.EntryDuplicate, via: "next", step: "message",
	},
	{
		name:   "n-1-a-second-fall-through",
		before: func(c *call) { c.send(3, "next") },
		send:   func(c *call) servertest.Reply { return c.send(3, "next") },
		turn:   4, kind: sessions.EntryDuplicate, via: "next", step: "message",
	},

	// t < n-1: the current document.
	{
		name: "n-2",
		send: func(c *call) servertest.Reply { return c.send(1, "action", named(spoken)...) },
		turn: 3, kind: sessions.EntryDuplicate, via: "action", step: "message",
	},
	{
		name: "n-2-the-answer-to-turn-n",
		send: func(c *call) servertest.Reply { return c.send(1, "action", recorded...) },
		turn: 3, kind: sessions.EntryDuplicate, via: "action", step: "message",
	},

	// No ticket: placed by what the request brings.
	{
		name: "none-duplicate",
		send: func(c *call) servertest.Reply { return c.fetch("Digits", "2") },
		turn: 3, kind: sessions.EntryDuplicate, via: "fetch", step: "message",
	},
	{
		name: "none-duplicate-by-GET",
		send: func(c *call) servertest.Reply { return c.server.Get("/texml/desk", c.form("Digits", "2")) },
		turn: 3, kind: sessions.EntryDuplicate, via: "fetch", step: "message",
	},
	{
		name: "none-the-first-fetch-again",
		send: func(c *call) servertest.Reply { return c.fetch() },
		turn: 3, kind: sessions.EntryDuplicate, via: "fetch", step: "message",
	},
	{
		name: "none-the-kind-asked-for",
		send: func(c *call) servertest.Reply { return c.fetch(recorded...) },
		turn: 4, kind: sessions.EntryTurn, via: "fetch", step: "bye",
	},
	{
		name: "none-a-recording-that-has-begun",
		send: func(c *call) servertest.Reply {
			return c.fetch("RecordingSid", "rec-1", "RecordingStatus", "in-progress")
		},
		turn: 3, kind: sessions.EntryCallback, via: "recording", step: "message",
	},
	{
		name: "none-another-kind",
		send: func(c *call) servertest.Reply { return c.fetch("Digits", "1") },
		turn: 3, kind: sessions.EntryStray, via: "fetch", step: "message",
	},
	{
		name: "none-another-fetch",
		send: func(c *call) servertest.Reply { return c.fetch("CallStatus", "in-progress") },
		turn: 3, kind: sessions.EntryStray, via: "fetch", step: "message",
	},
	{
		name: "none-at-the-URL-of-all-flows",
		send: func(c *call) servertest.Reply {
			return c.server.Post("/texml", c.form(append(recorded, "CallStatus", "in-progress")...))
		},
		turn: 4, kind: sessions.EntryTurn, via: "fetch", step: "bye",
	},
	{
		name: "none-a-path-cut-off",
		send: func(c *call) servertest.Reply {
			link := c.link(3, "action")
			return c.server.Post(link[:strings.LastIndex(link, "/")], c.form(recorded...))
		},
		turn: 4, kind: sessions.EntryTurn, via: "fetch", step: "bye",
	},
}

func TestTurns(t *testing.T) {
	store := servertest.Redis(t, redistest.Start(t).URL())
	server := start(t, servertest.Options{Store: store})
	for _, tt := range turnTests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCall(t, server, store).begin().answer(named(spoken)...).answer("Digits", "2")
			if tt.before != nil {
				tt.before(c)
			}
			before := c.timeline()
			reply := tt.send(c)
			check(t, c, tt, reply)
			equal(t, "entries added", len(c.timeline())-len(before), 1)
		})
	}
}

// check holds the reply, the stored session and the timeline against a row.
func check(t *testing.T, c *call, want turnTest, reply servertest.Reply) {
	t.Helper()
	body, s, entry := c.document(reply), c.session(), c.last()
	equal(t, "the answer, which is the stored document", body, string(s.Document))
	equal(t, "turn", s.Turn, want.turn)
	equal(t, "step", s.Step, want.step)
	if want.turn <= len(c.documents) {
		equal(t, "the answer, which is the document of the turn", body, c.documents[want.turn-1])
	}
	equal(t, "kind of entry", entry.Kind, want.kind)
	equal(t, "turn of the entry", entry.Turn, want.turn)
	equal(t, "way of the entry", entry.Request.Via, want.via)
	if moved := want.kind == sessions.EntryTurn || want.kind == sessions.EntryLost; moved {
		equal(t, "document of the entry", entry.Document, body)
	}
}

// TestTurns_lost sends the answer to turn 3 to a store that knows less.
func TestTurns_lost(t *testing.T) {
	first := servertest.Redis(t, redistest.Start(t).URL())
	behind := start(t, servertest.Options{Store: first})
	tests := []struct {
		name  string
		knows func(c *call) // what the second store has heard of the call
		kept  sessions.Values
	}{
		{"a-lower-turn", func(c *call) {
			c.fetch()
			c.send(1, "action", named(spoken)...)
		}, sessions.Values{"name": spoken}},
		{"no-session", func(*call) {}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCall(t, behind, first).begin().answer(named(spoken)...).answer("Digits", "2")
			c.store = servertest.Redis(t, redistest.Start(t).URL())
			c.server = start(t, servertest.Options{Store: c.store})
			tt.knows(c)

			row := turnTest{turn: 4, kind: sessions.EntryLost, via: "action", step: "operator"}
			reply := c.send(3, "action", recorded...)
			check(t, c, row, reply)
			says(t, reply.Body, "We will call you back.")
			equal(t, "gathered", c.session().Gathered, tt.kept)
			if notes := c.last().Notes; len(notes) == 0 || !strings.Contains(notes[0], "lost") {
				t.Errorf("the timeline says %q of what was lost", notes)
			}

			again := c.send(3, "action", recorded...)
			equal(t, "the answer to a duplicate", again.Body, reply.Body)
			equal(t, "turn after the duplicate", c.session().Turn, 4)
		})
	}
}

// TestTurns_answerWithoutSession sends an answer for a call that is not known,
// without a ticket that verifies: it is never greeted.
func TestTurns_answerWithoutSession(t *testing.T) {
	store := servertest.Embedded(t)
	server := start(t, servertest.Options{Store: store})
	for name, brings := range map[string][]string{
		"ai":     named(spoken),
		"digits": {"Digits", "2"},
		"speech": {"SpeechResult", spoken, "Confidence", "0.9"},
		"dial":   {"DialCallStatus", "busy"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCall(t, server, store)
			says(t, c.document(c.fetch(brings...)), "We will call you back.")
			equal(t, "turn", c.session().Turn, 1)
			equal(t, "kind of entry", c.last().Kind, sessions.EntryLost)
		})
	}
	t.Run("fields-that-tell-nothing", func(t *testing.T) {
		c := newCall(t, server, store)
		says(t, c.document(c.fetch("SomethingNew", "1")), "Who is calling?")
	})
}

// TestTurns_forged changes the ticket of the current turn. One that does not
// verify counts as none: what it brings decides, and what it says does not.
func TestTurns_forged(t *testing.T) {
	store := servertest.Redis(t, redistest.Start(t).URL())
	server := start(t, servertest.Options{Store: store})
	tests := []struct {
		name  string
		forge func(c *call) string // the URL
	}{
		{"another-token", func(c *call) string {
			link := []byte(c.link(2, "action"))
			link[len(link)-3] ^= 1
			return string(link)
		}},
		{"shortened", func(c *call) string { link := c.link(2, "action"); return link[:len(link)-1] }},
		{"another-turn", func(c *call) string { return strings.Replace(c.link(2, "action"), "/2.", "/9.", 1) }},
		{"an-older-turn", func(c *call) string { return strings.Replace(c.link(2, "action"), "/2.", "/1.", 1) }},
		{"another-way", func(c *call) string { return strings.Replace(c.link(2, "action"), ".action.", ".next.", 1) }},
		{"another-step", func(c *call) string { return strings.Replace(c.link(2, "action"), "/menu/", "/bye/", 1) }},
		{"another-flow", func(c *call) string { return strings.Replace(c.link(2, "action"), "/desk/", "/nowhere/", 1) }},
		{"of-another-call", func(c *call) string {
			other := *c
			other.sid += ".other"
			return other.begin().answer(named(spoken)...).link(2, "action")
		}},
		{"no-ticket-at-all", func(*call) string { return "/texml/desk/menu/9" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCall(t, server, store).begin().answer(named(spoken)...)
			link := tt.forge(c)
			check(t, c, turnTest{turn: 2, kind: sessions.EntryStray, via: "fetch", step: "menu"},
				server.Post(link, c.form("CallStatus", "in-progress")))
			check(t, c, turnTest{turn: 2, kind: sessions.EntryStray, via: "fetch", step: "menu"},
				server.Post(link, c.form(append(slices.Clone(recorded), "CallStatus", "in-progress")...)))
			check(t, c, turnTest{turn: 3, kind: sessions.EntryTurn, via: "fetch", step: "message"},
				server.Post(link, c.form("Digits", "2")))
		})
	}
	// A server that was restarted knows neither the call nor the secret of its links.
	for _, via := range []string{"action", "next"} {
		t.Run("for-an-unknown-call-"+via, func(t *testing.T) {
			c := newCall(t, server, store)
			reply := server.Post("/texml/desk/menu/7."+via+".AAAAAAAAAAAAAAAAAAAAAA", c.form("CallStatus", "in-progress"))
			says(t, c.document(reply), "We will call you back.")
			equal(t, "turn", c.session().Turn, 1)
			equal(t, "kind of entry", c.last().Kind, sessions.EntryLost)
		})
	}
	t.Run("for-an-unknown-call-and-flow", func(t *testing.T) {
		c := newCall(t, server, store)
		reply := server.Post("/texml/nowhere/menu/7.action.AAAAAAAAAAAAAAAAAAAAAA", c.form())
		equal(t, "status", reply.Status, http.StatusNotFound)
		says(t, reply.Body, "desk")
	})
}

// TestTurns_remembered checks that a request is known again after seven
// others, and what becomes of it after that.
func TestTurns_remembered(t *testing.T) {
	store := servertest.Embedded(t)
	server := start(t, servertest.Options{Store: store, Flows: flow(`
start: more
steps:
  more:
    document: <Gather><Say>{{ answer.digits }}</Say></Gather>
    next: more
`)})
	c := newCall(t, server, store).begin()
	for i := range 8 {
		c.answer("Digits", string(rune('1'+i)))
	}
	equal(t, "turn", c.session().Turn, 9)
	c.fetch("Digits", "1")
	equal(t, "kind of the eighth last", c.last().Kind, sessions.EntryDuplicate)
	c.answer("Digits", "9")
	c.fetch("Digits", "1")
	equal(t, "kind of the ninth last", c.last().Kind, sessions.EntryTurn)
}
