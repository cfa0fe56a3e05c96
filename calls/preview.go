package calls

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// Preview is what would come of an intervention: a document or a command, a
// value that is kept, or a note, of which the caller hears nothing. What is
// sensitive is masked.
type Preview struct {
	Turn     int             // that the call would be at
	Place    sessions.Place  // where it would stand
	Document string          // "" where none is sent, or a look-up comes first. Its links have no proof
	Command  string          // name of the command, or of the one that follows the document
	Settings json.RawMessage // of the command, an object
	Name     string          // of a value
	Before   any             // the value as it is; nil for none
	After    any             // as it would be
	Says     []string        // what the caller hears, in sentences
	Warnings []string        // what the person should think of first
}

// Preview tells what would come of an intervention, and does nothing. Its errors
// are those of Intervene.
func (s *Service) Preview(ctx context.Context, callSID string, i Intervention) (Preview, error) {
	if i.Kind != HelpNote && i.Why == "" { // it is given when it is confirmed
		i.Why = strings.Repeat(".", WhyLeast)
	}
	if err := i.check(); err != nil {
		return Preview{}, err
	}
	p := s.helping(callSID)
	session, err := p.standing(ctx)
	if err != nil {
		return Preview{}, err
	}
	a, err := p.prepare(session, i)
	if err != nil {
		return Preview{}, err
	}
	return p.preview(session, a), nil
}

func (p *placing) preview(s *sessions.Session, a *act) Preview {
	v := Preview{Turn: s.Turn, Place: s.Place()}
	switch d := a.decision; {
	case a.command != nil:
		v.Command = a.name
		masked := sessions.Entry{Sending: &sessions.Sending{Settings: a.settings}}
		s.MaskEntry(&masked)
		v.Settings = masked.Sending.Settings
	case d != nil:
		p.decided(&v, s, a)
	}
	v.Says, v.Warnings = append(v.Says, heard(s, a, v)...), append(v.Warnings, warned(s, a, v)...)
	return v
}

// decided adds what the engine decided.
func (p *placing) decided(v *Preview, s *sessions.Session, a *act) {
	d := a.decision
	entry := d.Entry
	entry.Help = &a.help
	next := d.Session
	next.MaskEntry(&entry)
	v.Name, v.Before, v.After = entry.Help.Name, entry.Help.Before, entry.Help.After
	v.Warnings = append(v.Warnings, entry.Notes...)
	if len(d.Gaps) > 0 {
		v.Warnings = append(v.Warnings, "Not known in this call: "+strings.Join(d.Gaps, ", ")+". Where the caller would hear it, nothing is said.")
	}
	v.Turn, v.Place = next.Turn, next.Place()
	if d.Lookup != nil {
		v.Turn++
		v.Warnings = append(v.Warnings, fmt.Sprintf("The step %s makes a look-up first; what the caller hears depends on it, and it is not made for this preview.", placeName(v.Place, s.Flow)))
		return
	}
	shown := d.Document
	if !d.Shown.IsZero() {
		shown = d.Shown
	}
	v.Document = string(shown.Fill(func(l flows.Link) string {
		return p.PublicURL + "/texml/" + l.Flow + "/" + l.Step + "/" + strconv.Itoa(next.Turn) + "." + l.Via + ".…"
	}))
	if c := next.Masked().Command; c != nil {
		v.Command, v.Settings = c.Name, c.Settings
	}
}

// heard says what the caller hears.
func heard(s *sessions.Session, a *act, v Preview) []string {
	switch a.help.Kind {
	case HelpNote:
		return []string{"Nothing: the note is for colleagues."}
	case HelpStopGather:
		return []string{"The question ends as if nothing had been answered; the flow goes on by its rules for that."}
	case HelpStopAssistant:
		if s.Ask.Has("AIGather") {
			return []string{"The agent stops talking, and the question ends without an answer; the flow goes on by its rules for that."}
		}
		return []string{"The agent stops talking. The document goes on."}
	case HelpStartAssistant:
		if a.help.Text != "" {
			return []string{"An assistant: “" + a.help.Text + "”"}
		}
		return []string{"An assistant, with its own greeting."}
	case HelpSay:
		if a.command != nil {
			return []string{"The agent, if it does as it is told: “" + s.Scrub(a.help.Text) + "”"}
		}
	}
	switch {
	case a.decision == nil || a.decision.Lookup != nil:
		return nil
	case v.Document == "":
		return []string{"Nothing: the value is kept, and the call goes on as it is."}
	case v.Document == sessions.Mask:
		return []string{"Something sensitive, which cannot be shown."}
	}
	response, err := texml.Parse([]byte(v.Document))
	if err != nil {
		return nil
	}
	said := sounds(response.Verbs)
	if v.Command != "" {
		said = append(said, "Then the command "+v.Command+" is sent.")
	}
	return said
}

// sounds are what verbs sound like.
func sounds(verbs []texml.Verb) (said []string) {
	for _, v := range verbs {
		switch v := v.(type) {
		case *texml.Say:
			said = append(said, quoted(v.Content.Text()))
		case *texml.Play:
			said = append(said, "A sound: "+v.URL+v.Digits)
		case *texml.Gather:
			said = append(said, append(sounds(v.Prompts), "Then what is pressed or said is waited for.")...)
		case *texml.AIGather:
			if v.Greeting != nil {
				said = append(said, quoted(v.Greeting.Content.Text()))
			}
			said = append(said, "Then an AI agent asks for what is missing.")
		case *texml.Dial:
			said = append(said, "A ringing tone, until somebody answers.")
		case *texml.Record:
			said = append(said, "A beep; what is said then is recorded.")
		case *texml.Hangup, *texml.Reject:
			said = append(said, "The call is hung up.")
		case *texml.Enqueue:
			said = append(said, "The music of the queue "+v.Queue+".")
		case *texml.Connect:
			said = append(said, "An assistant.")
		case *texml.Pause, *texml.Redirect:
		default:
			said = append(said, "The platform carries out "+texml.Name(v)+".")
		}
	}
	return slices.DeleteFunc(said, func(text string) bool { return text == quoted("") })
}

func quoted(text string) string { return "“" + strings.Join(strings.Fields(text), " ") + "”" }

// warned says what the person should think of first.
func warned(s *sessions.Session, a *act, v Preview) (all []string) {
	replaces := a.decision != nil && (v.Document != "" || a.decision.Lookup != nil)
	switch does := busy(s); {
	case replaces && s.Ask.Has("Record"):
		all = append(all, "The caller is being recorded: what was said so far may be lost.")
	case replaces && does != "":
		all = append(all, "The caller "+does+": that is broken off.")
	case replaces && s.Ask.Asks():
		all = append(all, "What the caller is saying at this moment is not taken any more.")
	}
	if replaces && (s.Assisted || s.Command != nil && !s.Command.SentAt.IsZero()) {
		all = append(all, "An AI agent or gather was started by a command. Telnyx does not say whether another document ends it: it may be stopped first.")
	}
	switch a.help.Kind {
	case HelpTransfer:
		all = append(all, "When they have talked, the call is over. When nobody answers, the step is played again.")
	case HelpGoto:
		if a.decision.Lookup == nil && v.Place != (sessions.Place{Flow: a.help.Flow, Step: a.help.Step}) {
			all = append(all, "The step leads on by itself: the call comes to stand at "+placeName(v.Place, s.Flow)+".")
		}
	case HelpSay:
		if a.command != nil {
			all = append(all, "The agent may use other words. Telnyx does not promise that an AI gather takes messages.")
		}
	case HelpStopGather:
		if s.Ask.Has("AIGather") {
			all = append(all, "Telnyx does not promise that this ends an AI gather; stopping the assistant is the other way.")
		}
	case HelpStartAssistant:
		all = append(all, "It talks beside what is being played. Telnyx does not say what becomes of the document meanwhile.")
	}
	if s.Waiting != nil {
		all = append(all, "The platform has told that the talk is over; what it brought is being waited for.")
	}
	return all
}
