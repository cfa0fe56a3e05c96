package sessions_test

import (
	"encoding/json"
	"testing"

	"texmlsrv/sessions"
)

// TestMasked_command masks the settings of a command that say what people may
// not see, and leaves others as they are.
func TestMasked_command(t *testing.T) {
	tests := []struct{ name, settings, want string }{
		{"holds-it", `{"greeting":"Your card is 4242 4242."}`, `"•••"`},
		{"deep-inside", `{"assistant":{"tools":[{"note":"42424242"}]}}`, `"•••"`},
		{"holds-nothing", `{"greeting":"Hello."}`, `{"greeting":"Hello."}`},
		{"not-readable", `{`, `"•••"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sessions.Session{
				Gathered: sessions.Values{"card": "42424242"}, Sensitive: []string{"card"},
				Command: &sessions.Command{Name: "gather_using_ai", ID: "1", Settings: json.RawMessage(tt.settings)},
			}
			got := s.Masked().Command
			if string(got.Settings) != tt.want || got.Name != "gather_using_ai" || got.ID != "1" {
				t.Errorf("%s %s %s, want the settings %s", got.Name, got.ID, got.Settings, tt.want)
			}
			if string(s.Command.Settings) != tt.settings {
				t.Errorf("the session itself was changed: %s", s.Command.Settings)
			}
		})
	}
}

// TestMasked_waiting masks what an event brought to a call that is asked
// something sensitive, and a request to the platform that says it.
func TestMasked_waiting(t *testing.T) {
	s := sessions.Session{
		Guarded: true, Gathered: sessions.Values{"card": "42424242"}, Sensitive: []string{"card"},
		Waiting: &sessions.Waiting{Kind: "ai", Status: "valid", Result: map[string]any{"card": "1234", "name": "Ada"}, Digits: "99"},
	}
	w := s.Masked().Waiting
	if got, _ := json.Marshal(w.Result); string(got) != `{"card":"•••","name":"•••"}` || w.Digits != sessions.Mask || w.Status != "valid" {
		t.Errorf("waiting is shown as %+v", w)
	}
	if s.Waiting.Digits != "99" {
		t.Error("the session itself was changed")
	}
	for settings, want := range map[string]string{`{"greeting":"4242 4242?"}`: `"•••"`, `{"greeting":"Hello."}`: `{"greeting":"Hello."}`} {
		e := sessions.Entry{Kind: sessions.EntryCommand, Sending: &sessions.Sending{Name: "gather_using_ai", Settings: json.RawMessage(settings)}}
		s.MaskEntry(&e)
		if got := string(e.Sending.Settings); got != want {
			t.Errorf("the settings %s are shown as %s, want %s", settings, got, want)
		}
	}
}
