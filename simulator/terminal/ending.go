package terminal

import (
	"context"
	"fmt"

	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/talk"
)

// Closes says how the call ended, lets the application do what is due then, and
// says what came of it. settle may be nil.
func (c *Conversation) Closes(ctx context.Context, r *simulator.Record, settle func()) {
	c.screen.line(plain, "")
	c.screen.rule("the call is over", "")
	how := talk.Ended(r.End)
	if r.Reason != "" && r.End != simulator.NoDocument && r.End != simulator.InvalidDocument { // these were told when they came
		how += " (" + r.Reason + ")"
	}
	c.screen.row("end", how)
	if settle != nil {
		settle()
	}
	defer func() {
		c.screen.row("call", fmt.Sprintf("%s, %s on the phone", plural(c.turns, c.counted()), talk.Span(r.Ended.Sub(r.Began))))
	}()
	if c.Application == nil {
		return
	}
	wraps := 0
	for _, e := range c.Application.News(ctx) {
		if e.Kind == sessions.EntryWrap {
			wraps++
		}
		c.afterwards(e, wraps)
	}
	if s := c.Application.Session(ctx); s != nil {
		c.outcome(s)
	}
}

// counted is what is counted of a call: turns, where they are known.
func (c *Conversation) counted() string {
	if c.Application == nil {
		return "document"
	}
	return "turn"
}

// afterwards shows what was decided when the call was over. wraps is how often
// what the flow does then was tried up to here.
func (c *Conversation) afterwards(e sessions.Entry, wraps int) {
	switch {
	case e.Kind == sessions.EntryTurn:
		c.turns = e.Turn
		c.screen.row("then", fmt.Sprintf("turn %d · %s/%s", e.Turn, e.Flow, e.Step))
	case e.Kind != sessions.EntryWrap || !told(e):
		return
	case wraps == 1:
		c.screen.row("then", "what the flow does after the end:")
	default:
		c.screen.row("then", "the same again:")
	}
	c.entry(e)
}

// told reports whether there is anything to tell of an entry.
func told(e sessions.Entry) bool {
	for _, v := range e.Path {
		if v.Answer != nil && v.Answer.Kind == "lookup" {
			return true
		}
		for _, t := range v.Tried {
			if t.Problem != "" || t.Held && t.Goto != "" {
				return true
			}
		}
	}
	return len(e.Gathered)+len(e.Vars)+len(e.Notes) > 0
}

func (c *Conversation) outcome(s *sessions.Session) {
	told := s.Outcome
	if told == "" {
		told = "none"
	}
	c.screen.row("outcome", told)
	told = valuesIn(s.Gathered)
	if told == "" {
		told = "nothing"
	}
	c.screen.row("gathered", told)
	if s.Summary != "" {
		c.screen.row("summary", s.Summary)
	}
}

func plural(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun + "s"
	case 1:
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
