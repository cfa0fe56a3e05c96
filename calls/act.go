package calls

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/telnyx"
	"texmlsrv/telnyx/commands"
)

// act is what is to be done for a person: a decision, or a command, or neither.
type act struct {
	help     sessions.Help
	decision *flows.Decision // nil: nothing about the call is decided
	name     string          // of the command; "" for none
	settings json.RawMessage // its parameters
	command  telnyx.Command  // the same, with its id
}

// prepare decides what an intervention comes to, for a session that may have
// gone on since the person saw it.
func (p *placing) prepare(s *sessions.Session, i Intervention) (*act, error) {
	if i.Kind != HelpNote && s.Turn != i.Turn && !s.Ended() {
		return nil, &AnsweredMeanwhileError{Turn: i.Turn, Now: s.Turn}
	}
	p.goOnWith(s)
	if why := p.unable(s, i.Kind); why != "" {
		return nil, &UnableError{Kind: i.Kind, Why: why}
	}
	if i.Kind != HelpNote && s.Waiting != nil && worth(s.Waiting) == worthResult {
		return nil, &AnsweredMeanwhileError{Turn: i.Turn, Now: s.Turn}
	}
	a := &act{help: sessions.Help{ID: i.ID, Kind: i.Kind, Who: i.Who, Why: i.Why}}
	var err error
	switch i.Kind {
	case HelpNote:
		a.help.Text = i.Text
	case HelpStopGather, HelpStartAssistant, HelpStopAssistant:
		err = a.commands(s, i)
	case HelpSay:
		if a.help.Text = i.Text; s.Ask.Has("AIGather") {
			err = a.commands(s, i)
		} else {
			err = p.decides(a, s, i)
		}
	default:
		err = p.decides(a, s, i)
	}
	if err != nil {
		return nil, told(i.Kind, err)
	}
	return a, nil
}

// moves reports whether the call gets another document.
func (a *act) moves() bool {
	return a.decision != nil && (a.decision.Lookup != nil || !a.decision.Document.IsZero())
}

// decides has the engine decide what an intervention comes to.
func (p *placing) decides(a *act, s *sessions.Session, i Intervention) error {
	var d flows.Decision
	var err error
	switch now := p.Now(); i.Kind {
	case HelpRepeat:
		d, err = p.release.Repeat(s, now)
	case HelpSay:
		d, err = p.release.SayFirst(s, i.Text, now)
	case HelpGoto:
		a.help.Flow, a.help.Step = s.Flow, i.Step
		if flow, step, cross := strings.Cut(i.Step, "/"); cross {
			a.help.Flow, a.help.Step = flow, step
		}
		d, err = p.release.Enter(s, a.help.Flow, a.help.Step, now)
	case HelpValue:
		d, err = p.release.Correct(s, i.Name, i.Value, now)
		a.help.Name, a.help.Before, a.help.After = i.Name, s.Gathered[i.Name], d.Session.Gathered[i.Name]
	case HelpTransfer:
		a.help.To, _ = flows.Reachable(i.To)
		a.help.Text = i.Text
		d, err = p.release.Transfer(s, a.help.To, i.Text, now)
	case HelpHangUp:
		d = p.release.HangUp(s, now)
	}
	a.decision = &d
	return err
}

// sayNow is what an agent is told that is to say something.
const sayNow = "Say this to the caller now, in these words, and then go on as before: "

// commands makes the command that an intervention comes to.
func (a *act) commands(s *sessions.Session, i Intervention) error {
	params := map[string]any{}
	switch i.Kind {
	case HelpSay:
		a.name = commands.AIAssistantAddMessages
		params["messages"] = []any{map[string]any{"role": "system", "content": sayNow + plainly(i.Text)}}
		params["trigger_response"] = true
	case HelpStopGather:
		a.name = commands.GatherStop
	case HelpStopAssistant:
		a.name = commands.AIAssistantStop
	case HelpStartAssistant:
		a.name = commands.AIAssistantStart
		a.help.Name, a.help.Text = i.Name, i.Text
		params["assistant"] = map[string]any{"id": plainly(i.Name)}
		if i.Text != "" {
			params["greeting"] = plainly(i.Text)
		}
	}
	var err error
	if a.settings, err = json.Marshal(params); err != nil {
		return err
	}
	// No client state: Telnyx would put it into the events of later turns, too.
	params["command_id"] = telnyx.CommandID("help", s.Call.SID, i.ID)
	a.command, err = telnyx.Decode(a.name, params)
	return err
}

// plainly is a text in which Telnyx sees no variable.
func plainly(text string) string {
	for strings.Contains(text, "{{") {
		text = strings.ReplaceAll(text, "{{", "{ {")
	}
	return text
}

// told is an error of the engine for whoever intervenes.
func told(kind string, err error) error {
	if step, is := errors.AsType[*flows.UnknownStepError](err); is {
		return &InterventionError{"step", sentence(step.Error())}
	}
	if value, is := errors.AsType[*flows.ValueError](err); is {
		field := "value"
		if value.Problem == flows.NoField {
			field = "name"
		}
		if field == "name" {
			return &InterventionError{field, sentence(value.Problem)}
		}
		if rest, about := strings.CutPrefix(value.Problem, "it"); about {
			return &InterventionError{field, value.Name + rest + "."} // day is not a date, party.guests is too large
		}
		return &InterventionError{field, value.Name + ": " + value.Problem + "."}
	}
	if invalid, is := errors.AsType[*telnyx.InvalidError](err); is {
		return &InterventionError{"text", sentence(invalid.Error())}
	}
	switch {
	case errors.Is(err, flows.ErrNothingToRepeat):
		return &UnableError{kind, "The step has no document that could be played again."}
	case errors.Is(err, flows.ErrNotServed):
		return &UnableError{kind, "The flow of the call is not served any more."}
	}
	return err
}

func sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// carryOut asks Telnyx for what was stored. What becomes of it is in the
// timeline; where that cannot be written any more, in the log.
func (p *placing) carryOut(ctx context.Context, s *sessions.Session, a *act) Result {
	r := Result{Turn: s.Turn, Stored: a.moves()}
	var err error
	switch {
	case a.command != nil:
		r.Outcome, err = p.commandsFor(ctx, s, a)
	case a.help.Kind == HelpHangUp:
		r.Outcome, err = p.hangsUp(ctx, s)
	case a.decision != nil && s.Push != nil:
		var next *sessions.Session
		if next, err = p.push(ctx, s); next != nil && next.Turn > r.Turn {
			r.Turn = next.Turn
		}
		r.Outcome = cmp.Or(p.came.word, s.Push.Failed)
	}
	if err != nil {
		p.Log.Error("what came of an intervention was not noted", "call_sid", s.Call.SID, "kind", a.help.Kind, "error", err)
	}
	return r
}

// commandsFor gives a command to the platform.
func (p *placing) commandsFor(ctx context.Context, s *sessions.Session, a *act) (word string, err error) {
	bounded, cancel := context.WithTimeout(ctx, sendBudget)
	defer cancel()
	_, failed := p.Commander.Do(bounded, s.Call.SID, a.command)
	sending := outcome(failed).of(a.name)
	sending.ID, sending.Settings = telnyx.CommandID("help", s.Call.SID, a.help.ID), a.settings
	return p.asked(ctx, s, sending, failed, func(now *sessions.Session) {
		if failed != nil && a.help.Kind == HelpStartAssistant && !telnyx.HasCode(failed, telnyx.CodeAssistantRunning) {
			now.Assisted = false
		}
	})
}

// hangsUp has the platform end a call whose next document does so already.
func (p *placing) hangsUp(ctx context.Context, s *sessions.Session) (word string, err error) {
	bounded, cancel := context.WithTimeout(ctx, sendBudget)
	defer cancel()
	_, failed := p.Commander.UpdateCall(bounded, s.Call.SID, telnyx.UpdateCall{Status: "completed"})
	sending := outcome(failed).of(commands.UpdateCall)
	sending.Settings = json.RawMessage(`{"Status":"completed"}`)
	return p.asked(ctx, s, sending, failed, func(now *sessions.Session) {
		if failed != nil && now.Turn == s.Turn && now.Push != nil {
			now.Push = &sessions.Push{Failed: sending.Outcome}
		}
	})
}

// asked notes what came of a request to the platform.
func (p *placing) asked(ctx context.Context, s *sessions.Session, sending sessions.Sending, failed error, change func(*sessions.Session)) (word string, err error) {
	p.tell(ctx, s, sending.Name, outcome(failed), failed)
	p.budget = p.StoreBudget
	entry := sessions.Entry{At: p.Now(), Kind: sessions.EntryCommand, Sending: &sending}
	_, err = p.change(ctx, s, entry, func(now sessions.Session, _ *sessions.Entry) (sessions.Session, bool) {
		change(&now)
		return now, true
	})
	return sending.Outcome, err
}
