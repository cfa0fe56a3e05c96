package calls_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redistest"
)

// progress is a call-progress callback: what it says of the call, and more.
func progress(status string, more ...string) []string {
	return append([]string{"CallbackSource", "call-progress-events", "CallStatus", status}, more...)
}

// TestEnd sends callbacks to a running call: which of them end it, and what
// the timeline calls them.
func TestEnd(t *testing.T) {
	tests := []struct {
		name   string
		brings []string
		ending string // "" does not end it
		kind   string
	}{
		{"completed", progress("completed"), "completed", sessions.EntryStatus},
		{"busy", progress("busy"), "busy", sessions.EntryStatus},
		{"no-answer", progress("no-answer"), "no_answer", sessions.EntryStatus},
		{"canceled", progress("canceled"), "canceled", sessions.EntryStatus},
		{"failed", progress("failed"), "failed", sessions.EntryStatus},
		{"completed-without-its-source", []string{"CallStatus", "completed"}, "completed", sessions.EntryStatus},
		{"answered", progress("answered"), "", sessions.EntryStatus},
		{"in-progress", progress("in-progress"), "", sessions.EntryStatus},
		{"a-word-of-tomorrow", progress("evaporated"), "", sessions.EntryStatus},
		{"another-leg", progress("completed", "ParentCallSid", "v3:someone-else"), "", ""},
		{"a-dialed-leg", progress("completed", "DialCallStatus", "completed"), "", sessions.EntryStatus},
		{"conversation-ended", []string{"CallStatus", "conversation_ended", "DurationSec", "17"}, "", sessions.EntryCallback},
		{"analyzed", []string{"CallStatus", "analyzed"}, "", sessions.EntryCallback},
		{"recording", []string{"RecordingStatus", "completed", "RecordingSid", "rec-9", "CallStatus", "completed"}, "", sessions.EntryCallback},
		{"cost", []string{"CallbackSource", "call-cost-events", "CallCost[x]", "0.01", "CallStatus", "completed"}, "", sessions.EntryCallback},
		{"nothing-known", []string{"Weather", "fine"}, "", sessions.EntryCallback},
	}
	store := servertest.Redis(t, redistest.Start(t).URL())
	server := start(t, servertest.Options{Store: store})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCall(t, server, store).begin()
			before := len(c.timeline())
			reply := c.status(tt.brings...)
			equal(t, "status", reply.Status, 200)
			equal(t, "body", reply.Body, "")

			s := c.session()
			equal(t, "ending", s.Ending, tt.ending)
			equal(t, "ended", s.Ended(), tt.ending != "")
			equal(t, "turn", s.Turn, 1)
			equal(t, "document", string(s.Document), c.documents[0])
			if tt.kind == "" {
				equal(t, "entries", len(c.timeline()), before)
				return
			}
			entry := c.last()
			equal(t, "kind of entry", entry.Kind, tt.kind)
			equal(t, "ending in the timeline", entry.Ended, tt.ending)
			equal(t, "field in the timeline", entry.Request.Fields[tt.brings[0]], tt.brings[1])
		})
	}
}

// TestEnd_legs sends callbacks of a leg that the call dialed: they are told in
// the call's timeline, and the leg has no session.
func TestEnd_legs(t *testing.T) {
	store := servertest.Embedded(t)
	server := start(t, servertest.Options{Store: store})
	for _, path := range []string{"/callbacks/status", "/texml/desk"} {
		t.Run(strings.Trim(strings.ReplaceAll(path, "/", "-"), "-"), func(t *testing.T) {
			c := newCall(t, server, store).begin()
			leg := *c
			leg.sid += ".leg"
			reply := server.Post(path, leg.form(progress("completed", "ParentCallSid", c.sid)...))
			equal(t, "status", reply.Status, 200)
			if path == "/texml/desk" { // the document of the call is not the leg's
				says(t, reply.Body, "<Response/>")
			}
			equal(t, "kind of entry", c.last().Kind, sessions.EntryLeg)
			equal(t, "whose it is", c.last().Request.Fields["CallSid"], leg.sid)
			equal(t, "ended", c.session().Ended(), false)
			if _, err := store.Load(t.Context(), leg.sid); err == nil {
				t.Error("the leg has a session")
			}
		})
	}
}

// TestEnd_answers sends answers to the open turn of a call that is over.
func TestEnd_answers(t *testing.T) {
	store := servertest.Redis(t, redistest.Start(t).URL())
	server := start(t, servertest.Options{Store: store})
	c := newCall(t, server, store).begin().answer(named(spoken)...).answer("Digits", "2")
	c.status(progress("completed")...)
	ended := c.session()

	server.Clock.Advance(time.Second)
	hangup := c.document(c.send(3, "action", recorded...))
	says(t, hangup, "<Response><Hangup/></Response>")
	s := c.session()
	equal(t, "turn", s.Turn, 4)
	equal(t, "step", s.Step, "bye")
	equal(t, "outcome", s.Outcome, "message")
	equal(t, "gathered", s.Gathered, sessions.Values{"name": spoken, "message": "rec-1"})
	equal(t, "kind of entry", c.last().Kind, sessions.EntryTurn)
	equal(t, "answer in the timeline", c.last().Answer.Status, "completed")

	for name, send := range map[string]func() servertest.Reply{
		"the answer again":         func() servertest.Reply { return c.send(3, "action", recorded...) },
		"the answer by failover":   func() servertest.Reply { return c.fetch(recorded...) },
		"another fetch":            func() servertest.Reply { return c.fetch() },
		"an answer nobody awaited": func() servertest.Reply { return c.fetch("Digits", "1") },
		"an older answer":          func() servertest.Reply { return c.send(1, "action", named(spoken)...) },
	} {
		equal(t, "answer to "+name, send().Body, hangup)
	}
	c.status(progress("busy")...)
	equal(t, "a second ending in the timeline", c.last().Ended, "")
	c.status(progress("in-progress")...)
	s = c.session()
	equal(t, "turn at the end", s.Turn, 4)
	equal(t, "ending", s.Ending, ended.Ending)
	equal(t, "ended at", s.EndedAt, ended.EndedAt)
}

// TestEnd_asksNothing checks that a call that is over cannot be answered any
// further: what would have been asked next was not sent.
func TestEnd_asksNothing(t *testing.T) {
	store := servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: store}), store).begin()
	c.status(progress("completed")...)
	says(t, c.document(c.send(1, "action", named(spoken)...)), "<Hangup/>")
	equal(t, "step", c.session().Step, "menu")
	says(t, c.document(c.fetch("Digits", "2")), "<Hangup/>")
	equal(t, "turn", c.session().Turn, 2)
	equal(t, "step", c.session().Step, "menu")
}

// TestEarly sends callbacks before the first fetch: they begin no session, and
// stand at the head of the timeline when it begins.
func TestEarly(t *testing.T) {
	tests := []struct {
		name   string
		early  [][]string
		says   string
		ending string
	}{
		{"on-its-way", [][]string{progress("initiated"), progress("ringing")}, "Who is calling?", ""},
		{"over-before-it-began", [][]string{progress("ringing"), progress("canceled")}, "<Response><Hangup/></Response>", "canceled"},
		{"over-twice", [][]string{progress("busy"), progress("completed")}, "<Response><Hangup/></Response>", "busy"},
	}
	store := servertest.Redis(t, redistest.Start(t).URL())
	server := start(t, servertest.Options{Store: store})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCall(t, server, store)
			for _, brings := range tt.early {
				equal(t, "status", c.status(brings...).Status, 200)
				if _, err := store.Load(t.Context(), c.sid); err == nil {
					t.Error("a callback has begun a session")
				}
			}
			says(t, c.document(c.fetch()), tt.says)
			entries := c.timeline()
			equal(t, "entries", len(entries), len(tt.early)+1)
			for i, brings := range tt.early {
				equal(t, "kind", entries[i].Kind, sessions.EntryStatus)
				equal(t, "status", entries[i].Request.Fields["CallStatus"], brings[3])
			}
			equal(t, "kind of the last", entries[len(entries)-1].Kind, sessions.EntryTurn)
			equal(t, "ending", c.session().Ending, tt.ending)
			equal(t, "turn", c.session().Turn, 1)
		})
	}
}

// TestEarly_lost lets a call end that the store has forgotten, before its last
// answer arrives.
func TestEarly_lost(t *testing.T) {
	known := servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: known}), known).begin()
	c.store = servertest.Embedded(t)
	c.server = start(t, servertest.Options{Store: c.store})
	c.status(progress("completed")...)
	says(t, c.document(c.send(1, "action", named(spoken)...)), "<Response><Hangup/></Response>")
	equal(t, "ending", c.session().Ending, "completed")
}

// TestEarly_meanwhile lets the first fetch be committed while a final status is
// on its way into the store.
func TestEarly_meanwhile(t *testing.T) {
	store := servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: store}), store)
	slow := &hooked{Store: store, before: map[string]func(){"Append": func() { c.begin() }}}
	other := start(t, servertest.Options{Store: slow})
	other.Post("/callbacks/status", c.form(progress("completed")...))
	equal(t, "ending", c.session().Ending, "completed")
	equal(t, "entries", len(c.timeline()), 2)
}

// TestStray sends callbacks to the URL of documents: the reply is the current
// document, and nothing moves but what the callback says.
func TestStray(t *testing.T) {
	tests := []struct {
		name   string
		brings []string
		kind   string
		ending string
	}{
		{"status", progress("in-progress"), sessions.EntryStatus, ""},
		{"final-status", progress("completed"), sessions.EntryStatus, "completed"},
		{"conversation-ended", []string{"CallStatus", "conversation_ended"}, sessions.EntryCallback, ""},
		{"recording", []string{"RecordingStatus", "completed", "RecordingSid", "rec-9"}, sessions.EntryCallback, ""},
		{"transcription", []string{"TranscriptionSid", "t-1", "TranscriptionText", spoken}, sessions.EntryCallback, ""},
		{"machine", []string{"MachineDetectionDuration", "900", "AnsweredBy", "machine_start"}, sessions.EntryCallback, ""},
	}
	store := servertest.Redis(t, redistest.Start(t).URL())
	server := start(t, servertest.Options{Store: store})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCall(t, server, store).begin()
			equal(t, "reply", c.document(c.fetch(tt.brings...)), c.documents[0])
			equal(t, "turn", c.session().Turn, 1)
			equal(t, "kind of entry", c.last().Kind, tt.kind)
			equal(t, "ending", c.session().Ending, tt.ending)
		})
		t.Run(tt.name+"-of-an-unknown-call", func(t *testing.T) {
			c := newCall(t, server, store)
			says(t, c.document(c.fetch(tt.brings...)), "<Response/>")
			if _, err := store.Load(t.Context(), c.sid); err == nil {
				t.Error("a callback has begun a session")
			}
		})
	}
}

// TestCallbacks_kept checks what callbacks say that lasts.
func TestCallbacks_kept(t *testing.T) {
	store := servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: store}), store).begin().answer(named(spoken)...).answer("Digits", "2")
	c.status("MachineDetectionDuration", "900", "AnsweredBy", "human")
	equal(t, "answered by", c.session().Call.AnsweredBy, "human")

	c.status("RecordingStatus", "in-progress", "RecordingSid", "rec-1")
	equal(t, "recordings at its beginning", c.session().Recordings, []sessions.Recording{{ID: "rec-1"}})
	callback := []string{"RecordingStatus", "completed", "RecordingSid", "rec-1", "RecordingDuration", "7"}
	c.status(callback...)
	c.status(callback...)
	equal(t, "recordings before the action", c.session().Recordings, []sessions.Recording{{ID: "rec-1", Seconds: 7}})
	c.answer(recorded...)
	c.status(callback...)
	equal(t, "recordings", c.session().Recordings, []sessions.Recording{{ID: "rec-1", Seconds: 7, Turn: 3}})
	c.status("RecordingStatus", "completed", "RecordingSid", "rec-2", "RecordingDuration", "60")
	equal(t, "recordings", len(c.session().Recordings), 2)
}

// TestEarly_whileBeginning ends a call while its first fetch is being decided:
// the end is told before the beginning is stored, and counts all the same.
func TestEarly_whileBeginning(t *testing.T) {
	store := servertest.Embedded(t)
	other := start(t, servertest.Options{Store: store})
	c := newCall(t, nil, store)
	slow := &hooked{Store: store, before: map[string]func(){
		"Commit": func() { other.Post("/callbacks/status", c.form(progress("completed")...)) },
	}}
	c.server = start(t, servertest.Options{Store: slow})
	c.fetch()
	c.server = other
	if c.session().Ended() {
		t.Fatal("the end was seen at once; this test shows nothing")
	}
	c.server.Clock.Advance(time.Minute)
	if err := c.server.Calls.Due(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "how it ended", c.session().Ending, "completed")
}

// TestRepeats_masked repeats a request whose answer nobody may read.
func TestRepeats_masked(t *testing.T) {
	pin := `
start: pin
steps:
  pin:
    document: <Gather numDigits="4"><Say>Your PIN?</Say></Gather>
    sensitive: true
    next: bye
  bye: {document: "<Say>Thank you.</Say><Hangup/>", next: bye}
`
	store := servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Flows: flow(pin), Store: store}), store)
	c.begin()
	for range 3 {
		c.send(1, "action", "Digits", "4711")
	}
	for _, entry := range c.timeline()[1:] {
		if text, err := json.Marshal(entry); err != nil || strings.Contains(string(text), "4711") {
			t.Errorf("%s: %s %v", entry.Kind, text, err)
		}
	}
	equal(t, "entries", len(c.timeline()), 4)
}
