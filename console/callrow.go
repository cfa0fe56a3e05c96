package console

import (
	"fmt"
	"strings"
	"time"

	"texmlsrv/console/story"
	"texmlsrv/sessions"
)

// callRow is a call as a row of the list. Nothing in it is sensitive.
type callRow struct {
	ID, SID, Href string
	Began         time.Time
	Outbound      bool
	Other, Own    string // the person's number, and the one that was called, or that we called from
	Name          string // of the caller, as the network has it
	State         story.Mark
	Flow, Step    string
	What          string // what came of it, or what is asked
	Since         time.Time
	Lasted        time.Duration
	Running       bool
	Marks         []story.Mark
}

// rowOf is a row of the list.
func rowOf(s *sessions.Session, now time.Time) callRow {
	row := callRow{
		ID: "c-" + s.Call.SID, SID: s.Call.SID, Href: callPath(s.Call.SID), Began: s.BeganAt,
		Outbound: s.Call.Direction == "outbound", Other: s.Call.From, Own: s.Call.To, Name: s.Call.CallerName,
		State: stateOf(s), Flow: s.Flow, Step: s.Step, Running: !s.Ended(), Since: s.SentAt, Marks: marksOf(s),
	}
	if row.Outbound {
		row.Other, row.Own, row.Name = s.Call.To, s.Call.From, ""
	}
	if row.Running {
		row.Lasted = now.Sub(s.BeganAt)
	} else {
		row.Lasted = s.EndedAt.Sub(s.BeganAt)
	}
	row.What = whatOf(s)
	return row
}

// whatOf is what the flow says of a call, or its outcome, but for what is
// sensitive.
func whatOf(s *sessions.Session) string {
	for _, text := range []string{s.Summary, plainWord(s.Outcome)} {
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
	return story.Mark{Word: plainWord(s.Ending), Tone: story.Warn}
}

// marksOf are what somebody should look at.
func marksOf(s *sessions.Session) []story.Mark {
	var all []story.Mark
	for _, mark := range []struct {
		of   sessions.Mark
		tone story.Tone
	}{
		{sessions.MarkApology, story.Bad}, {sessions.MarkRuleFailed, story.Bad}, {sessions.MarkReleaseLost, story.Bad},
		{sessions.MarkTurnsLost, story.Bad}, {sessions.MarkDegraded, story.Warn},
	} {
		if n := s.Marks[mark.of]; n > 0 {
			all = append(all, story.Mark{Word: repeated(plainWord(string(mark.of)), n), Tone: mark.tone})
		}
	}
	if s.Duplicates > 0 {
		all = append(all, story.Mark{Word: repeated("duplicate", s.Duplicates), Tone: story.Warn})
	}
	if s.Attempt > 1 && !s.Ended() {
		all = append(all, story.Mark{Word: repeated("asked", s.Attempt), Tone: story.Warn})
	}
	return all
}

// repeated is a word with how often: duplicate ×2.
func repeated(word string, n int) string {
	if n == 1 {
		return word
	}
	return fmt.Sprintf("%s ×%d", word, n)
}

// plainWord is a word of a program as people write it.
func plainWord(word string) string { return strings.NewReplacer("_", " ", "-", " ").Replace(word) }
