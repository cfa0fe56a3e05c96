package flows_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// talking asks two AI questions in a row; HISTORY and SECRET are filled in.
const talking = `
start: name
defaults: {history: HISTORY}
steps:
  name:
    document: <AIGather><Parameters>{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}</Parameters></AIGather>
    next: day
  day:
    document: <AIGather><Parameters>{"type":"object","properties":{"day":{"type":"string"SECRET}},"required":["day"]}</Parameters></AIGather>
    next: name
`

// talk makes messages of what the assistant and the caller said in turn.
func talk(words string) []sessions.Message {
	var messages []sessions.Message
	for i, word := range strings.Fields(words) {
		messages = append(messages, sessions.Message{Role: []string{"assistant", "user"}[i%2], Content: word})
	}
	return messages
}

// What events tell of the talk while a gather goes on is the same talk that its
// action brings at the end: it is in the session once.
func TestHeard(t *testing.T) {
	tests := []struct {
		name    string
		history string // carry or fresh
		first   string // said to the first question
		events  []string
		live    string // afterwards
		action  string
		want    string // in the next document
	}{
		{"one-event-then-all", "carry", "name? Ada", []string{"name? Ada day?"}, "name? Ada day?", "name? Ada day? Friday", "name? Ada day? Friday"},
		{"more-and-more", "carry", "name? Ada", []string{"name? Ada day?", "name? Ada day? Friday"}, "name? Ada day? Friday", "name? Ada day? Friday", "name? Ada day? Friday"},
		{"only-what-is-new", "carry", "name? Ada", []string{"day?", "day? Friday"}, "name? Ada day? Friday", "day? Friday", "name? Ada day? Friday"},
		{"the-action-brings-only-what-is-new", "carry", "name? Ada", []string{"name? Ada day? Friday"}, "name? Ada day? Friday", "day? Friday", "name? Ada day? Friday"},
		{"the-action-brings-none", "carry", "name? Ada", []string{"name? Ada day? Friday"}, "name? Ada day? Friday", "", "name? Ada day? Friday"},
		{"the-action-brings-what-was-sent", "carry", "name? Ada", []string{"day? Friday"}, "name? Ada day? Friday", "name? Ada", "name? Ada day? Friday"},
		{"the-event-tells-nothing-new", "carry", "name? Ada", []string{"day? Friday", "name? Ada"}, "name? Ada", "day? Friday", "name? Ada day? Friday"},
		{"fresh", "fresh", "name? Ada", []string{"day?", "day? Friday"}, "name? Ada day? Friday", "day? Friday", "name? Ada day? Friday"},
		{"nothing-before", "carry", "", []string{"day?"}, "day?", "day? Friday", "day? Friday"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			yaml := strings.NewReplacer("HISTORY", tt.history, "SECRET", "").Replace(talking)
			release := load(t, folder(map[string]string{"desk/flow.yaml": yaml}), flows.Environment{})
			begun := release.Begin(sessions.Call{SID: "v3:a"}, "desk", monday)
			d := release.Answer(&begun.Session, heard("name", tt.first), flows.ViaAction, "", monday)
			s := d.Session
			for _, event := range tt.events {
				s = release.Heard(s, talk(event))
			}
			if diff := cmp.Diff(talk(tt.live), s.History); diff != "" {
				t.Errorf("while it goes on (-want +got):\n%s", diff)
			}
			d = release.Answer(&s, heard("day", tt.action), flows.ViaAction, "", monday)
			if diff := cmp.Diff(talk(tt.want), d.Session.History); diff != "" {
				t.Errorf("when it is over (-want +got):\n%s", diff)
			}
			if d.Session.Live != 0 {
				t.Errorf("%d messages still count as told by events", d.Session.Live)
			}
		})
	}
}

// heard is what an AI gather brings that got a value.
func heard(name, words string) flows.Brought {
	return flows.Brought{AI: &flows.AIResult{Status: "valid", Result: map[string]any{name: "x"}, History: talk(words)}}
}

// What is said to a sensitive question is not told on, and a step that is gone
// has no talk.
func TestHeard_notKept(t *testing.T) {
	yaml := strings.NewReplacer("HISTORY", "carry", "SECRET", `,"x-sensitive":true`).Replace(talking)
	release := load(t, folder(map[string]string{"desk/flow.yaml": yaml}), flows.Environment{})
	begun := release.Begin(sessions.Call{SID: "v3:a"}, "desk", monday)
	d := release.Answer(&begun.Session, heard("name", "name? Ada"), flows.ViaAction, "", monday)
	gone := d.Session
	gone.Step = "gone"
	for name, s := range map[string]sessions.Session{"sensitive": d.Session, "gone": gone, "no-flow": {Flow: "gone"}} {
		if diff := cmp.Diff(s, release.Heard(s, talk("name? Ada day? Friday"))); diff != "" {
			t.Errorf("%s: (-before +after)\n%s", name, diff)
		}
	}
}

// A document that runs out takes along what events told of, within its bounds,
// and what was known only while the turn lasted is forgotten.
func TestHeard_fallThrough(t *testing.T) {
	yaml := strings.NewReplacer("HISTORY", "carry", "SECRET", "").Replace(talking)
	release := load(t, folder(map[string]string{"desk/flow.yaml": yaml}), flows.Environment{})
	s := release.Begin(sessions.Call{SID: "v3:a"}, "desk", monday).Session
	s.History = talk(strings.Repeat("before ", 40))
	s = release.Heard(s, talk(strings.Repeat("live ", 50)))
	s.HeardAt, s.Partial, s.PartialAt = monday, sessions.Values{"name": "A"}, monday
	if len(s.History) != 80 || s.Live != 40 {
		t.Fatalf("%d messages, %d of them live", len(s.History), s.Live)
	}
	d := release.Answer(&s, flows.Brought{}, flows.ViaNext, "", monday.Add(time.Second))
	if got := strings.Count(string(d.Document.Fill(linked)), "<Message "); got != 40 {
		t.Errorf("%d messages are sent, want 40", got)
	}
	after := d.Session
	if len(after.History) != 40 || after.Live != 0 || !after.HeardAt.IsZero() || after.Partial != nil || !after.PartialAt.IsZero() {
		t.Errorf("%d messages, %d live at %v, partial %v at %v", len(after.History), after.Live, after.HeardAt, after.Partial, after.PartialAt)
	}
}
