package sessions_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/sessions"
)

// TestMaskEntry_help takes out of what a person did what is sensitive, also where
// the person wrote it down.
func TestMaskEntry_help(t *testing.T) {
	s := sessions.Session{Gathered: sessions.Values{"pin": "4711-0815", "guests": 4.0}, Sensitive: []string{"pin"}}
	tests := []struct {
		name       string
		help, want sessions.Help
	}{
		{"sensitive", sessions.Help{Name: "pin", Before: "1", After: "4711-0815", Why: "is 4711-0815", Text: "says 4711-0815."},
			sessions.Help{Name: "pin", Before: sessions.Mask, After: sessions.Mask, Why: "is " + sessions.Mask, Text: "says " + sessions.Mask + "."}},
		{"first", sessions.Help{Name: "pin", After: "4711-0815"}, sessions.Help{Name: "pin", After: sessions.Mask}},
		{"other", sessions.Help{Name: "guests", Before: 3.0, After: 4.0, Why: "misheard"}, sessions.Help{Name: "guests", Before: 3.0, After: 4.0, Why: "misheard"}},
		{"elsewhere", sessions.Help{Name: "wish", After: "pin 4711-0815"}, sessions.Help{Name: "wish", After: sessions.Mask}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			given := tt.help
			entry := sessions.Entry{Kind: sessions.EntryIntervention, Help: &given}
			s.MaskEntry(&entry)
			if diff := cmp.Diff(tt.want, *entry.Help); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if !cmp.Equal(given, tt.help) {
				t.Error("what was given was changed")
			}
		})
	}
	if got := s.Scrub("4711-0815 and 4"); got != sessions.Mask+" and 4" {
		t.Errorf("scrubbed: %q", got)
	}
}

// TestHelped remembers the last forms, and no copy of the session knows of another's.
func TestHelped(t *testing.T) {
	var s sessions.Session
	for i := range 20 {
		before := s
		s.Help(string(rune('a' + i)))
		if before.Helped(string(rune('a' + i))) {
			t.Fatal("the copy knows of it")
		}
	}
	if !s.Helped("t") || !s.Helped("m") || s.Helped("a") || len(s.Helps) != 8 {
		t.Errorf("it remembers %v", s.Helps)
	}
}
