package story

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/sessions"
)

var began = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

const question = `<Response><Gather action="/texml/desk/menu/1.action.x"><Say>One?</Say></Gather></Response>`

// sent is an entry of a turn.
func sent(turn int, a *sessions.Answer, notes ...string) sessions.Entry {
	return sessions.Entry{
		At: began.Add(time.Duration(turn) * 10 * time.Second), Kind: sessions.EntryTurn, Turn: turn, Flow: "desk", Step: "menu", Attempt: turn, Answer: a, Notes: notes,
		Document: question, Request: &sessions.Request{Path: "/texml/desk/menu/" + itoa(turn-1) + ".action.x", Fingerprint: "f" + itoa(turn)},
	}
}

func again(kind, path, fingerprint string) sessions.Entry {
	return sessions.Entry{At: began.Add(time.Minute), Kind: kind, Turn: 2, Request: &sessions.Request{Path: path, Fingerprint: fingerprint}}
}

// TestMarks is what the first turn of a call is marked with, by what came then.
func TestMarks(t *testing.T) {
	pressed := &sessions.Answer{Kind: "digits", Status: "valid", Usable: true, Digits: "1"}
	first := again(sessions.EntryDuplicate, "/texml/desk/menu/0.action.x", "f1") // the request that the first document answers
	first.Turn = 1
	left := sent(2, pressed) // a rule wanted it asked again, which was not to be
	left.Step, left.Attempt = "bye", 1
	left.Path = []sessions.Visit{{Flow: "desk", Step: "menu", Tried: []sessions.Tried{{Rule: "next[0]", Held: true, Goto: "again"}, {Rule: "otherwise[0]", Held: true, Goto: "bye"}}}}
	tests := []struct {
		name    string
		entries []sessions.Entry // after the first turn
		session sessions.Session
		want    string
	}{
		{"waiting", nil, sessions.Session{}, "waiting"},
		{"pushed", nil, sessions.Session{Push: &sessions.Push{}}, "pushed"},
		{"not-fetched", nil, sessions.Session{Push: &sessions.Push{Failed: "no_api_key"}}, "not fetched"},
		{"told-by-event", nil, sessions.Session{Waiting: &sessions.Waiting{}}, "told by event"},
		{"hung-up", nil, sessions.Session{EndedAt: began}, "hung up"},
		{"refused", []sessions.Entry{sent(2, pressed)}, sessions.Session{}, "refused, re-asked"},
		{"silent", []sessions.Entry{sent(2, &sessions.Answer{Kind: "digits", Status: "no_input"})}, sessions.Session{}, "no answer, re-asked"},
		{"unreadable", []sessions.Entry{sent(2, &sessions.Answer{Kind: "ai", Status: "malformed"})}, sessions.Session{}, "unreadable, re-asked"},
		{"error", []sessions.Entry{sent(2, &sessions.Answer{Kind: "ai", Status: "error"})}, sessions.Session{}, "error, re-asked"},
		{"lost", []sessions.Entry{{Kind: sessions.EntryLost, Turn: 2, Step: "bye", Attempt: 1}}, sessions.Session{}, "lost"},
		{"intervened", []sessions.Entry{{Kind: "intervention", Turn: 2, Step: "bye", Attempt: 1, Document: question}}, sessions.Session{}, "intervened"},
		{"twice", []sessions.Entry{sent(2, pressed), again(sessions.EntryDuplicate, "/texml/desk/menu/1.action.x", "f2"), again(sessions.EntryDuplicate, "/texml/desk/menu/1.action.x", "f2")},
			sessions.Session{}, "refused, re-asked, duplicate ×2"},
		{"twice-elsewhere", []sessions.Entry{sent(2, pressed), again(sessions.EntryDuplicate, "/texml/desk", "f2")}, sessions.Session{}, "refused, re-asked, duplicate"},
		{"late", []sessions.Entry{sent(2, pressed), again(sessions.EntryDuplicate, "/texml/desk/menu/1.next.x", "other")}, sessions.Session{}, "refused, re-asked, late"},
		{"first-twice", []sessions.Entry{sent(2, pressed), first, first}, sessions.Session{}, "refused, re-asked, duplicate ×2"},
		{"left", []sessions.Entry{left}, sessions.Session{}, "refused, given up"},
		{"masked", []sessions.Entry{sent(2, pressed), again(sessions.EntryDuplicate, "/texml/desk/menu/1.action.x", "")}, sessions.Session{}, "refused, re-asked, duplicate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.session
			s.Call.SID, s.BeganAt = "a", began
			told := Of(&s, append([]sessions.Entry{sent(1, nil)}, tt.entries...), began.Add(time.Minute))
			var got []string
			for _, m := range told.Turns[0].Marks {
				got = append(got, m.Word)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestMarks_usedUp is what the rules are marked with when one wanted a question
// again that had been asked as often as it may be: only one of them has won.
func TestMarks_usedUp(t *testing.T) {
	asked, left := sent(2, nil), sent(3, &sessions.Answer{Kind: "digits", Status: "valid", Usable: true, Digits: "1"})
	left.Step, left.Attempt = "bye", 1
	left.Path = []sessions.Visit{{Flow: "desk", Step: "menu", Tried: []sessions.Tried{{Rule: "next[1]", Held: true, Goto: "again"}, {Rule: "defaults.otherwise[0]", Held: true, Goto: "bye"}}}}
	told := Of(&sessions.Session{BeganAt: began}, []sessions.Entry{sent(1, nil), asked, left}, began.Add(time.Minute))
	var got []Mark
	for _, rule := range told.Body(1).Reply.Visits[0].Rules {
		got = append(got, rule.Came)
	}
	want := []Mark{{"held", Quiet, "The question has been asked twice already, so it is not asked again."}, {"won", Good, ""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMarks_way is what the document of a turn is marked with for what went
// wrong on the way to it.
func TestMarks_way(t *testing.T) {
	e := sent(1, nil, "release lost: goes on with the flows served now", "the apology was given")
	e.Path = []sessions.Visit{
		{Step: "slots", Answer: &sessions.Answer{Kind: "lookup", Status: "error", Reason: "timeout"}},
		{Step: "menu", Tried: []sessions.Tried{{Rule: "next[0]", Problem: "no number"}, {Rule: "next[1]", Problem: "otherwise never leads to the step that failed"}}},
	}
	told := Of(&sessions.Session{BeganAt: began}, []sessions.Entry{e}, began)
	var got []string
	for _, m := range told.Turns[0].Marks {
		got = append(got, m.Word)
	}
	if diff := cmp.Diff([]string{"waiting", "apology", "release lost", "look-up failed", "rule failed"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := "Trouble: the look-up of slots failed, the rule menu next[0] failed, the flows that it began with were gone and the apology was given."; told.Trouble != want {
		t.Errorf("got  %s\nwant %s", told.Trouble, want)
	}
	if diff := cmp.Diff([]string{"Turn 1: release lost: goes on with the flows served now"}, told.Releases); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestOf_nothing tells a call of which nothing is known but that it is there.
func TestOf_nothing(t *testing.T) {
	told := Of(&sessions.Session{}, nil, began)
	if told.Sentence != "The call has had no document yet." || told.Body(0) != nil || told.Body(-1) != nil || told.Index(1) != -1 {
		t.Errorf("%+v", told)
	}
}

// FuzzOf tells whatever documents and requests hold, and never shows the proof
// in one of our links.
func FuzzOf(f *testing.F) {
	f.Add(question, "Base64MessageHistory", "W3sicm9sZSI6InVzZXIiLCJjb250ZW50IjoiSGkifV0=", "no_input")
	f.Add("•••", "Digits", "1", "valid")
	f.Add(`<Response><AIGather><Parameters>{"type":"object"}</Parameters></AIGather></Response>`, "x", "[{}]", "invalid")
	f.Fuzz(func(t *testing.T, document, field, value, status string) {
		one, two := sent(1, nil), sent(2, &sessions.Answer{Kind: "ai", Status: status, Result: map[string]any{field: value}, Problems: []string{field + ": " + value}})
		one.Document, two.Document = document+`<a href="/texml/desk/menu/1.action.c2VjcmV0"/>`, document
		two.Request.Fields = map[string]string{field: value}
		told := Of(&sessions.Session{BeganAt: began, Summary: value, Outcome: field}, []sessions.Entry{one, two}, began)
		for i := range told.Turns {
			for _, l := range told.Body(i).Document {
				if strings.Contains(l.String(), "c2VjcmV0") && !strings.Contains(document, "c2VjcmV0") {
					t.Errorf("a proof is shown: %s", l)
				}
			}
		}
		if told.Sentence == "" {
			t.Error("no sentence")
		}
	})
}

// TestOf_live tells of a call that goes on what events told: what is said, and
// what the gather has so far.
func TestOf_live(t *testing.T) {
	e := sent(1, nil)
	e.Document = `<Response><AIGather action="/texml/desk/menu/1.action.x"><Greeting>Your age?</Greeting>` +
		`<Parameters>{"type":"object","required":["age"],"properties":{"age":{"type":"integer"}}}</Parameters></AIGather></Response>`
	s := sessions.Session{
		BeganAt: began, Flow: "desk", Step: "menu", Turn: 1, Partial: sessions.Values{"age": 29.0}, PartialAt: began, Live: 2,
		History: []sessions.Message{{Role: "assistant", Content: "Your age?"}, {Role: "user", Content: "I am 29."}},
	}
	told := Of(&s, []sessions.Entry{e}, began.Add(22*time.Second))
	var got []string
	for _, b := range told.Talk {
		got = append(got, string(b.Who)+": "+b.Text+map[bool]string{true: " (live)"}[b.Live])
	}
	want := []string{"assistant: Your age?", "caller: I am 29. (live)", "system: So far: age 29 (live)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := "Asking for the age, for 12 s now; 22 s so far."; told.Sentence != want {
		t.Errorf("got %s, want %s", told.Sentence, want)
	}
	if f := told.Body(0).Fields; len(f) != 1 || f[0].Came.Word != "not yet" {
		t.Errorf("fields %+v", f)
	}
	raw, err := json.Marshal(told)
	if err != nil || !strings.Contains(string(raw), `"waited":12,`) {
		t.Errorf("as JSON: %s, %v", raw, err)
	}
}

// TestReveal gives a value that is masked everywhere else, and no other.
func TestReveal(t *testing.T) {
	s := &sessions.Session{Gathered: sessions.Values{"card": "4242424242", "name": "Ada"}, Sensitive: []string{"card", "pin"}}
	if v, ok := Reveal(s, "card"); v != "4242424242" || !ok {
		t.Errorf("card: %q %v", v, ok)
	}
	for _, name := range []string{"name", "pin", "", "other"} {
		if v, ok := Reveal(s, name); v != "" || ok {
			t.Errorf("%s: %q %v", name, v, ok)
		}
	}
	told := Of(s, nil, began)
	if told.Gathered[0].Value != sessions.Mask || !told.Gathered[0].Reveal || told.Gathered[1].Reveal {
		t.Errorf("%+v", told.Gathered)
	}
}
