package listing

import (
	"fmt"
	"strings"
	"time"

	"texmlsrv/console/story"
	"texmlsrv/sessions"
)

// Row is a call as a row of the list. Nothing in it is sensitive.
type Row struct {
	SID       string       `json:"sid"`
	Direction string       `json:"direction"` // inbound or outbound
	From      string       `json:"from"`
	To        string       `json:"to"`
	Name      string       `json:"name,omitempty"` // of who calls, as the network has it
	State     story.Mark   `json:"state"`
	Running   bool         `json:"running"`
	Flow      string       `json:"flow"` // where it stands, or stood when it ended
	Step      string       `json:"step"`
	Turn      int          `json:"turn"`
	Release   string       `json:"release"`
	What      string       `json:"what"`              // what the flow says of it, or its outcome; "" for nothing yet
	Outcome   string       `json:"outcome,omitempty"` // the flow's label
	Ending    string       `json:"ending,omitempty"`  // the platform's final word
	Marks     []story.Mark `json:"marks"`
	Began     time.Time    `json:"began"`
	Sent      time.Time    `json:"sent"` // when its latest document was: a running call waits since then
	Ended     time.Time    `json:"ended,omitzero"`
}

// RowOf is the row of a call.
func RowOf(s *sessions.Session) Row {
	row := Row{
		SID: s.Call.SID, Direction: s.Call.Direction, From: s.Call.From, To: s.Call.To, Name: s.Call.CallerName,
		State: stateOf(s), Running: !s.Ended(), Flow: s.Flow, Step: s.Step, Turn: s.Turn, Release: s.Release, What: whatOf(s), Outcome: s.Outcome, Ending: s.Ending, Marks: marksOf(s),
		Began: s.BeganAt.UTC(), Sent: s.SentAt.UTC(), Ended: s.EndedAt.UTC(),
	}
	if row.Outbound() || row.Name == row.From { // it is our own; nobody has a name for the number
		row.Name = ""
	}
	if s.Reveals(s.Outcome) {
		row.Outcome = sessions.Mask
	}
	return row
}

// Outbound reports whether we called.
func (r Row) Outbound() bool { return r.Direction == "outbound" }

// Other is the number of the person.
func (r Row) Other() string {
	if r.Outbound() {
		return r.To
	}
	return r.From
}

// Own is the number that was called, or that we called from.
func (r Row) Own() string {
	if r.Outbound() {
		return r.From
	}
	return r.To
}

// Lasted is how long an ended call was.
func (r Row) Lasted() time.Duration { return r.Ended.Sub(r.Began) }

// whatOf is what the flow says of a call, or its outcome, but for what is
// sensitive.
func whatOf(s *sessions.Session) string {
	for _, text := range []string{s.Summary, Plain(s.Outcome)} {
		switch {
		case text == "":
		case s.Reveals(text):
			return sessions.Mask
		default:
			return text
		}
	}
	return ""
}

// stateOf is how a call stands.
func stateOf(s *sessions.Session) story.Mark {
	switch {
	case !s.Ended():
		return story.Mark{Word: "running", Tone: story.Live}
	case s.Ending == "completed", s.Ending == "":
		return story.Mark{Word: "ended", Tone: story.Quiet}
	case s.Ending == "failed":
		return story.Mark{Word: "failed", Tone: story.Bad}
	}
	return story.Mark{Word: Plain(s.Ending), Tone: story.Warn}
}

// marksOf are what somebody should look at.
func marksOf(s *sessions.Session) []story.Mark {
	all := []story.Mark{}
	for _, mark := range []struct {
		of   sessions.Mark
		tone story.Tone
	}{
		{sessions.MarkApology, story.Bad}, {sessions.MarkRuleFailed, story.Bad}, {sessions.MarkReleaseLost, story.Bad},
		{sessions.MarkTurnsLost, story.Bad}, {sessions.MarkDegraded, story.Warn},
	} {
		if n := s.Marks[mark.of]; n > 0 {
			all = append(all, story.Mark{Word: Repeated(Plain(string(mark.of)), n), Tone: mark.tone})
		}
	}
	if s.Duplicates > 0 {
		all = append(all, story.Mark{Word: Repeated("duplicate", s.Duplicates), Tone: story.Warn})
	}
	if s.Attempt > 1 && !s.Ended() {
		all = append(all, story.Mark{Word: Repeated("asked", s.Attempt), Tone: story.Warn})
	}
	return all
}

// Repeated is a word with how often: duplicate ×2.
func Repeated(word string, n int) string {
	if n == 1 {
		return word
	}
	return fmt.Sprintf("%s ×%d", word, n)
}

// Plain is a word of a program as people write it.
func Plain(word string) string { return strings.NewReplacer("_", " ", "-", " ").Replace(word) }
