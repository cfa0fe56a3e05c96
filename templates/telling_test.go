package templates_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// tell puts a timeline into words: for each entry how it came, the steps it
// went through with the rule that won there, what changed, and what the caller
// then heard; in the end what is known of the call.
func tell(s *sessions.Session, timeline []sessions.Entry) string {
	var b strings.Builder
	last, times := "", 0
	flush := func() {
		if b.WriteString(last); times > 1 {
			fmt.Fprintf(&b, "  (%d times)\n", times)
		}
	}
	for _, e := range timeline {
		told := tellEntry(e)
		if told != last {
			flush()
			last, times = told, 0
		}
		times++
	}
	flush()
	b.WriteString(tellEnd(s))
	return b.String()
}

func tellEntry(e sessions.Entry) string {
	var b strings.Builder
	b.WriteString(e.Kind)
	if e.Turn > 0 {
		fmt.Fprintf(&b, " %d", e.Turn)
	}
	if e.Request != nil && e.Request.Via != "" {
		b.WriteString(" by " + e.Request.Via)
	}
	if e.Answer != nil {
		b.WriteString(": " + tellAnswer(e.Answer))
	}
	b.WriteString("\n")
	for _, v := range e.Path {
		fmt.Fprintf(&b, "  %s/%s%s\n", v.Flow, v.Step, tellVisit(v))
	}
	if e.Attempt > 1 {
		fmt.Fprintf(&b, "  %s/%s, attempt %d\n", e.Flow, e.Step, e.Attempt)
	}
	tellLine(&b, "gathered", e.Gathered)
	tellLine(&b, "vars", e.Vars)
	for _, note := range e.Notes {
		b.WriteString("  note: " + note + "\n")
	}
	if e.Request != nil && e.Request.Malformed != "" {
		fmt.Fprintf(&b, "  could not be read: %.40q\n", e.Request.Malformed)
	}
	if e.Ended != "" {
		b.WriteString("  the call has ended: " + e.Ended + "\n")
	}
	for _, line := range heard(e.Document) {
		b.WriteString("  " + line + "\n")
	}
	return b.String()
}

// tellAnswer is an answer in a few words.
func tellAnswer(a *sessions.Answer) string {
	told := a.Kind + " " + a.Status
	for _, detail := range []string{a.Choice, a.Digits, a.Speech, a.Recording, a.Reason} {
		if detail != "" {
			told += fmt.Sprintf(" %q", detail)
		}
	}
	if a.Code != 0 {
		told += fmt.Sprintf(" %d", a.Code)
	}
	for _, problem := range a.Problems {
		told += "; " + problem
	}
	return told
}

// tellVisit is what a step decided.
func tellVisit(v sessions.Visit) string {
	told := ""
	if v.Answer != nil {
		told += ", " + tellAnswer(v.Answer)
	}
	for _, tried := range v.Tried {
		if tried.Goto != "" {
			told += ", " + tried.Rule + " to " + tried.Goto
		}
		if tried.Problem != "" {
			told += ", " + tried.Rule + ": " + tried.Problem
		}
	}
	return told
}

// tellLine writes values as JSON; nothing when there are none.
func tellLine(b *strings.Builder, name string, v sessions.Values) {
	if len(v) == 0 {
		return
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		out.WriteString(err.Error() + "\n")
	}
	b.WriteString("  " + name + ": " + out.String())
}

// tellEnd is what is known of a call in the end.
func tellEnd(s *sessions.Session) string {
	var b strings.Builder
	fmt.Fprintf(&b, "in the end: %s/%s, turn %d\n", s.Flow, s.Step, s.Turn)
	if s.Ended() {
		b.WriteString("  ended: " + s.Ending + "\n")
	}
	if s.Outcome != "" {
		b.WriteString("  outcome: " + s.Outcome + "\n")
	}
	if s.Summary != "" {
		b.WriteString("  summary: " + s.Summary + "\n")
	}
	tellLine(&b, "gathered", s.Gathered)
	tellLine(&b, "vars", s.Vars)
	for _, r := range s.Recordings {
		fmt.Fprintf(&b, "  recording: %s, %v seconds, turn %d\n", r.ID, r.Seconds, r.Turn)
	}
	for _, m := range s.History {
		fmt.Fprintf(&b, "  %s: %s\n", m.Role, m.Content)
	}
	return b.String()
}

// heard is a document as the caller meets it.
func heard(document string) []string {
	if document == "" {
		return nil
	}
	response, err := texml.Parse([]byte(document))
	if err != nil {
		return []string{err.Error()}
	}
	var lines []string
	for _, v := range response.Verbs {
		lines = append(lines, heardVerb(v)...)
	}
	return lines
}

func heardVerb(v texml.Verb) []string {
	switch v := v.(type) {
	case *texml.Say:
		return []string{"> " + v.Content.Text()}
	case *texml.Gather:
		var lines []string
		for _, prompt := range v.Prompts {
			lines = append(lines, heardVerb(prompt)...)
		}
		return append(lines, "waits for "+v.Input)
	case *texml.AIGather:
		var lines []string
		if v.Greeting != nil {
			lines = append(lines, "> "+v.Greeting.Content.Text())
		}
		return append(lines, "asks for "+strings.Join(required(v), " and "))
	case *texml.Dial:
		return []string{"dials " + number(v)}
	case *texml.Record:
		return []string{"records"}
	case *texml.Hangup:
		return []string{"hangs up"}
	case *texml.Redirect:
		return nil
	}
	return []string{texml.Name(v)}
}

func number(d *texml.Dial) string {
	for _, noun := range d.Nouns {
		if n, is := noun.(*texml.Number); is {
			return n.Number
		}
	}
	return d.Number
}

// required are the names that an AI gather has to bring.
func required(g *texml.AIGather) []string {
	var schema struct{ Required []string }
	if g.Parameters == nil || json.Unmarshal([]byte(g.Parameters.JSON), &schema) != nil {
		return []string{"what nobody can read"}
	}
	return schema.Required
}
