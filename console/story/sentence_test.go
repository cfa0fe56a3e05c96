package story

import (
	"testing"
	"time"
)

// TestSentence is every wording of the sentence about a call.
func TestSentence(t *testing.T) {
	const s = time.Second
	tests := []struct {
		name  string
		facts facts
		want  string
	}{
		{"summary", facts{summary: "Booked a table for 4 on Friday.", ending: "completed", duration: 72 * s}, "Booked a table for 4 on Friday; 1 min 12 s."},
		{"asked-twice", facts{summary: "Booked a table for 4 on Friday", again: []asking{{"for the day", 2}}, duration: 72 * s},
			"Booked a table for 4 on Friday after asking twice for the day; 1 min 12 s."},
		{"summary-with-comma", facts{summary: "Booked: 4, Friday", again: []asking{{"for the day", 2}}, duration: 72 * s},
			"Booked: 4, Friday, after asking twice for the day; 1 min 12 s."},
		{"asked-more", facts{summary: "Booked", again: []asking{{"for the day and the time", 3}, {"at the step menu", 2}}, duration: 60 * s},
			"Booked after asking three times for the day and the time, and twice at the step menu; 1 min."},
		{"outcome", facts{outcome: "no_table", ending: "completed", duration: 9 * s}, "No table; 9 s."},
		{"outcome-and-left", facts{outcome: "voicemail", left: true, open: "at the step message", duration: 9 * s}, "Voicemail, and the caller hung up at the step message; 9 s."},
		{"left", facts{ending: "completed", left: true, open: "when asked for the day", duration: 34 * s}, "The caller hung up when asked for the day; 34 s."},
		{"no-outcome", facts{ending: "completed", byFlow: true, duration: 34 * s}, "The call came to its end, and the flow gives it no outcome; 34 s."},
		{"ended", facts{ending: "completed", duration: 34 * s}, "The call ended, and the flow gives it no outcome; 34 s."},
		{"busy", facts{ending: "busy", duration: 3 * s}, "The line was busy; 3 s."},
		{"no-answer", facts{ending: "no_answer", duration: 30 * s}, "Nobody answered; 30 s."},
		{"canceled", facts{ending: "canceled", duration: 4 * s}, "The call was given up before anybody answered; 4 s."},
		{"failed", facts{ending: "failed", outcome: "x", duration: 0}, "The call failed; 0 s."},
		{"running", facts{running: true, doing: "Asking for the day", waiting: 12 * s, duration: 48 * s}, "Asking for the day, for 12 s now; 48 s so far."},
		{"running-again", facts{running: true, doing: "Asking for the day", nth: 2, waiting: 12 * s, duration: 48 * s, again: []asking{{"at the step menu", 3}}},
			"Asking for the day for the second time, for 12 s now, after asking three times at the step menu; 48 s so far."},
		{"running-summary", facts{running: true, doing: "Ringing, or talking to, +13125550170", duration: 48 * s, summary: "Call from Ada."},
			"Ringing, or talking to, +13125550170; 48 s so far. Call from Ada."},
		{"nothing", facts{running: true, notYet: true}, "The call has had no document yet."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.facts.sentence(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestTrouble(t *testing.T) {
	tests := []struct {
		name   string
		counts []counting
		want   string
	}{
		{"none", nil, ""},
		{"one", []counting{{"the apology was given", 1}}, "Trouble: the apology was given."},
		{"several", []counting{{"the look-up of slots failed", 2}, {"the store had lost turns", 1}}, "Trouble: the look-up of slots failed twice and the store had lost turns."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := trouble(tt.counts); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0 s", 0: "0 s", 340 * time.Millisecond: "0.4 s", time.Second: "1 s", 48*time.Second + 900*time.Millisecond: "48 s",
		72 * time.Second: "1 min 12 s", 2 * time.Minute: "2 min", time.Hour: "1 h", 125 * time.Minute: "2 h 5 min",
	} {
		if got := Span(d); got != want {
			t.Errorf("Span(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestJoined(t *testing.T) {
	tests := []struct {
		items []string
		want  string
	}{
		{nil, ""}, {[]string{"a"}, "a"}, {[]string{"a", "b"}, "a and b"}, {[]string{"a", "b", "c"}, "a, b and c"},
		{[]string{"a", "b", "c", "d", "e"}, "a, b, c and 2 more things"},
	}
	for _, tt := range tests {
		if got := joined(tt.items); got != tt.want {
			t.Errorf("joined(%q) = %q, want %q", tt.items, got, tt.want)
		}
	}
}
