package story_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/console/story"
	"texmlsrv/sessions"
)

// TestHelps tells what people did, and what came of it.
func TestHelps(t *testing.T) {
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	took := func(name, settings, outcome string) *sessions.Entry {
		return &sessions.Entry{Kind: sessions.EntryCommand, Sending: &sessions.Sending{Name: name, Settings: []byte(settings), Outcome: outcome}}
	}
	fetch := took("update_call", "", "ok")
	tests := []struct {
		name  string
		help  sessions.Help
		after *sessions.Entry
		did   string
		came  string
	}{
		{"repeat", sessions.Help{Kind: "repeat"}, fetch, "had the question asked again", "done"},
		{"goto", sessions.Help{Kind: "goto", Flow: "desk", Step: "bye"}, took("update_call", "", "gone"), "took the call to the step desk/bye", "gone"},
		{"value", sessions.Help{Kind: "value", Name: "guests", Before: 4.0, After: 5.0}, fetch, "changed guests from 4 to 5", "done"},
		{"first-value", sessions.Help{Kind: "value", Name: "guests", After: 5.0}, nil, "changed guests from nothing to 5", "done"},
		{"hidden-value", sessions.Help{Kind: "value", Name: "pin", Before: sessions.Mask, After: sessions.Mask}, fetch, "changed pin from ••• to •••", "done"},
		{"say", sessions.Help{Kind: "say", Text: "Hold  on."}, took("ai_assistant_add_messages", "{}", "rate_limited"), "had “Hold on.” said", "rate limited"},
		{"stop-gather", sessions.Help{Kind: "stop_gather"}, took("gather_stop", "{}", "ok"), "stopped the gather", "done"},
		{"start-assistant", sessions.Help{Kind: "start_assistant", Name: "assistant-1"}, took("ai_assistant_start", "{}", "ok"), "started the assistant assistant-1", "done"},
		{"stop-assistant", sessions.Help{Kind: "stop_assistant"}, took("ai_assistant_stop", "{}", "invalid"), "stopped the AI agent", "invalid"},
		{"transfer", sessions.Help{Kind: "transfer", To: "+13125550177"}, fetch, "had +13125550177 rung", "done"},
		{"hang-up", sessions.Help{Kind: "hang_up"}, took("update_call", `{"Status":"completed"}`, "timeout"), "hung up", "timeout"},
		{"note", sessions.Help{Kind: "note", Text: "A regular\nguest."}, fetch, "noted: A regular guest.", "kept"},
		{"unknown", sessions.Help{Kind: "some_thing"}, nil, "some thing", "done"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.help.ID, tt.help.Who, tt.help.Why = "form-1", "otto", "she asked"
			s := &sessions.Session{Call: sessions.Call{SID: "v3:a"}, Flow: "desk", Step: "menu", Turn: 1, BeganAt: at, SentAt: at}
			timeline := []sessions.Entry{
				{At: at, Kind: sessions.EntryTurn, Turn: 1, Flow: "desk", Step: "menu", Attempt: 1, Document: "<Response><Gather><Say>Hello.</Say></Gather></Response>"},
				{At: at.Add(time.Second), Kind: sessions.EntryIntervention, Turn: 1, Help: &tt.help},
			}
			if tt.after != nil {
				tt.after.At, tt.after.Turn = at.Add(2*time.Second), 1
				timeline = append(timeline, *tt.after)
			}
			told := story.Of(s, timeline, at.Add(time.Minute))
			if len(told.Helps) != 1 {
				t.Fatalf("%d", len(told.Helps))
			}
			want := story.Helped{ID: "form-1", At: at.Add(time.Second), Who: "otto", Kind: tt.help.Kind, Did: tt.did, Why: "she asked", Turn: 1, Came: told.Helps[0].Came}
			if diff := cmp.Diff(want, told.Helps[0]); diff != "" || told.Helps[0].Came.Word != tt.came {
				t.Errorf("it came to %s (-want +got)\n%s", told.Helps[0].Came.Word, diff)
			}
			bubbles := 0
			for _, b := range told.Talk {
				if b.Kind == "helped" {
					bubbles++
					if b.Text != "A person stepped in: otto "+tt.did+" (she asked)" {
						t.Errorf("the conversation says %q", b.Text)
					}
				}
			}
			if notes := tt.help.Kind == "note"; notes == (bubbles == 1) {
				t.Errorf("%d bubbles", bubbles)
			}
			if title := told.Beside[0].Title; title != "otto "+tt.did+" (she asked)" {
				t.Errorf("beside the turns it is %q", title)
			}
		})
	}
}

// TestWould is what somebody wants, in the words in which it is told when it is
// done; never what is to be said or noted.
func TestWould(t *testing.T) {
	for _, tt := range []struct{ kind, about, want string }{
		{"value", "day", "change day"},
		{"goto", "desk/bye", "take the call to the step desk/bye"},
		{"goto", "", "take the call to the step …"},
		{"transfer", "+13125550177", "have +13125550177 rung"},
		{"say", "", "have something said"},
		{"some_thing", "", "some thing"},
	} {
		if got := story.Would(tt.kind, tt.about); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.kind, got, tt.want)
		}
	}
}
