package calls_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"texmlsrv/calls"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
)

// TestEvents_ofNoTurn sends partial results that are not of the current turn:
// they do not count, and the timeline says why.
func TestEvents_ofNoTurn(t *testing.T) {
	tests := []struct {
		name, occurred, state string
		note                  string
	}{
		{"earlier", published.Add(-time.Second).Format(time.RFC3339), "", "it occurred before the document of this turn was sent"},
		{"undated", "", "", "it does not say when it occurred"},
		{"not-a-date", "yesterday", "", "it does not say when it occurred"},
		{"later-turn", published.Add(time.Hour).Format(time.RFC3339), calls.ClientState("desk", "name", 9), "it is of turn 9, the step desk/name"},
		{"other-step", published.Add(time.Hour).Format(time.RFC3339), calls.ClientState("desk", "bye", 1), "it is of turn 1, the step desk/bye"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store := servertest.Embedded(t)
			c := newCall(t, start(t, servertest.Options{Store: store, Flows: flow(chain)}), store).begin()
			c.webhook(fmt.Sprintf(`{"data":{"event_type":%q,"occurred_at":%q,"payload":{"call_control_id":%q,"client_state":%q,%s}}}`,
				partially, tt.occurred, c.sid, tt.state, age(3)))
			equal(t, "notes", c.last().Notes, []string{tt.note})
			equal(t, "partial", len(c.session().Partial), 0)
		})
	}
}

// TestEvents_notAsked sends what an AI gather tells to a call that is asked for
// a key.
func TestEvents_notAsked(t *testing.T) {
	c := clocked(t).answer(said(`{"day": "Friday"}`)...)
	before := c.session()
	c.happens(happening{"1", partially, time.Hour, "", age(1) + "," + heard("Which day?")})
	equal(t, "history", c.session().History, before.History)
	equal(t, "partial", c.session().Partial, nil)
	equal(t, "notes", c.last().Notes, []string{"nothing that it could be of was asked in this turn"})
}

// TestEvents_parked calls a number that is on a Call Control application: the
// log says so once for a number, and the call's early entries say it each time.
func TestEvents_parked(t *testing.T) {
	store := servertest.Embedded(t)
	server := start(t, servertest.Options{Store: store})
	parked := happening{"1", "call.initiated", 0, "", `"direction":"incoming","state":"parked","connection_id":"7267"`}
	notes := func(c *call) (notes []string) {
		_, err := store.Load(t.Context(), c.sid)
		if unknown, is := errors.AsType[*sessions.NotFoundError](err); is {
			for _, e := range unknown.Early {
				notes = append(notes, e.Notes...)
			}
		}
		return notes
	}
	one, two, running := newCall(t, server, store), newCall(t, server, store), newCall(t, server, store)
	two.sid, running.sid = "v3:two", "v3:running"
	for _, c := range []*call{one, one, two} {
		equal(t, "status", c.happens(parked).Status, http.StatusOK)
	}
	for _, c := range []*call{one, two} {
		equal(t, "notes", notes(c), []string{"the number is on a Call Control application: put it on a TeXML application"})
	}
	running.begin().happens(parked)
	equal(t, "notes of a call that fetched a document", running.last().Notes, nil)

	log := server.Log.String()
	equal(t, "explanations", strings.Count(log, "Call Control application"), 1)
	says(t, log, "number=•••0188 connection_id=7267")
	at := server.Clock.Now()
	equal(t, "parked", server.Calls.Parked(), []calls.Parked{{Number: "+13125550188", At: at}})
	server.Clock.Advance(time.Hour)
	equal(t, "parked an hour ago", server.Calls.Parked(), nil)
}

// TestEvents_ofAnotherTalk tells of a talk that the turn's command did not begin,
// and then of the one that it did.
func TestEvents_ofAnotherTalk(t *testing.T) {
	store := servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: store, Flows: flow(commanded), Commander: newPlatform(t)}), store).begin()
	c.passed(elsewhere)
	tells := func(id, talk string) []string {
		c.happens(happening{id, partially, time.Hour, "", fmt.Sprintf(`"conversation_id":%q,%s`, talk, age(3))})
		return c.last().Notes
	}
	equal(t, "notes of another", tells("1", "another"), []string{"it is of another talk"})
	equal(t, "partial of another", len(c.session().Partial), 0)
	equal(t, "notes of its own", tells("2", c.session().Command.Conversation), nil)
	equal(t, "partial of its own", c.session().Partial, sessions.Values{"age": 3.0})
}
