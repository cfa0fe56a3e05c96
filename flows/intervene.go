package flows

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"texmlsrv/flows/expressions"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// What a person can do to a call that runs. Each function decides a turn that no
// request asked for, as Answer decides one that a request did, and leaves alone
// what it is given.

// ErrNothingToRepeat says that the step of a call has no document that could be
// played again.
var ErrNothingToRepeat = errors.New("flows: the step has no document to play again")

// ErrNotServed says that the flow of a call is not there any more.
var ErrNotServed = errors.New("flows: the flow of the call is not served any more")

// intervene begins a decision that a person wants.
func (r *Release) intervene(s *sessions.Session, now time.Time) (*turn, error) {
	d := r.decide(s, now)
	d.session.Cause, d.entry.Kind = ViaPerson, sessions.EntryIntervention
	if d.flow == nil {
		return nil, ErrNotServed
	}
	return d, nil
}

// Repeat plays the document of the current step once more. It is no attempt of
// the caller's, so none is counted.
func (r *Release) Repeat(s *sessions.Session, now time.Time) (Decision, error) {
	return r.SayFirst(s, "", now)
}

// SayFirst says something, and then plays the document of the current step once
// more.
func (r *Release) SayFirst(s *sessions.Session, text string, now time.Time) (Decision, error) {
	d, err := r.intervene(s, now)
	if err != nil {
		return Decision{}, err
	}
	step := d.flow.Steps[s.Step]
	if step == nil || step.Document == nil {
		return Decision{}, ErrNothingToRepeat
	}
	d.preface = collapse(tidyText(text))
	d.session.Reasked = true
	d.present(step)
	return d.done(), nil
}

// says is the sentence before the document, in the voice that defaults.xml has
// for Say.
func (d *turn) says() (*texml.Say, error) {
	response, err := d.alone("Say", content{})
	if err != nil {
		return nil, err
	}
	say, is := response.Verbs[0].(*texml.Say)
	if !is {
		return nil, fmt.Errorf("flows: %T is no Say", response.Verbs[0])
	}
	say.Content = texml.Plain(breakMustache(d.preface, false))
	return say, nil
}

// prefaced puts the sentence before a document, if there is one.
func (d *turn) prefaced(response *texml.Response) error {
	if d.preface == "" {
		return nil
	}
	say, err := d.says()
	if err != nil {
		return err
	}
	response.Verbs = slices.Insert(response.Verbs, 0, texml.Verb(say))
	return nil
}

// alone is a document of one element with what defaults.xml has for it: the
// voice of a Say, the number that a Dial shows. Of the children only the one
// given is in it; a text where none is.
func (d *turn) alone(name string, child content) (*texml.Response, error) {
	if child.element == nil {
		text, err := expressions.CompileText("…", expressions.Options{})
		if err != nil {
			return nil, err
		}
		child.text = text
	}
	e := &element{name: name, children: []content{child}}
	for _, defaults := range d.flow.carried {
		defaults.complete(e)
	}
	e.children = e.children[:1]
	root := &element{name: "Response", children: []content{{element: e}}}
	return (&Template{root: root, file: "intervention"}).render(*d.scope())
}

// Enter takes the call to a step, as a rule with that goto does. A step of a
// flow that waits for the current one to end is gone back to; any other flow is
// entered for good. The error is an *UnknownStepError.
func (r *Release) Enter(s *sessions.Session, flow, step string, now time.Time) (Decision, error) {
	d, err := r.intervene(s, now)
	switch {
	case err != nil:
		return Decision{}, err
	case r.Flows[flow] == nil:
		return Decision{}, &UnknownStepError{flow, r.Names()}
	case !r.Flows[flow].enterable(step):
		known := slices.DeleteFunc(slices.Clone(r.Flows[flow].Order), func(name string) bool { return !r.Flows[flow].enterable(name) })
		return Decision{}, &UnknownStepError{step, known}
	}
	if flow != s.Flow {
		waits := slices.IndexFunc(s.Callers, func(c sessions.Caller) bool { return c.Flow == flow })
		d.session.Callers = slices.Clone(s.Callers[:max(0, waits)])
	}
	d.enter(r.Flows[flow], step)
	return d.done(), nil
}

// enterable reports whether a call can be taken to a step: not to one that is
// played to somebody else, or that comes after the end.
func (f *Flow) enterable(step string) bool {
	return f.Steps[step] != nil && step != f.Ended && !f.playsAside(step)
}

// Enterable are the steps that a call can be taken to, those of its own flow
// first.
func (r *Release) Enterable(s *sessions.Session) []sessions.Place {
	var places []sessions.Place
	names := slices.DeleteFunc(r.Names(), func(name string) bool { return name == s.Flow })
	if r.Flows[s.Flow] != nil {
		names = slices.Insert(names, 0, s.Flow)
	}
	for _, name := range names {
		for _, step := range r.Flows[name].Order {
			if r.Flows[name].enterable(step) {
				places = append(places, sessions.Place{Flow: name, Step: step})
			}
		}
	}
	return places
}

// Transfer rings somebody in place of what the step does, after saying text if
// there is any. When they have talked the call is over; when nobody was reached
// the document of the step is played again. to is what Reachable gave.
func (r *Release) Transfer(s *sessions.Session, to, text string, now time.Time) (Decision, error) {
	d, err := r.intervene(s, now)
	if err != nil {
		return Decision{}, err
	}
	d.preface = collapse(tidyText(text))
	response, err := d.rings(to)
	if err != nil {
		return Decision{}, fmt.Errorf("flows: transfer: %w", err)
	}
	f := &furnisher{flow: d.flow, step: &Step{Name: s.Step, Next: Rules{}}, settings: d.settings(), session: &d.session}
	if err := f.furnish(response); err != nil {
		return Decision{}, fmt.Errorf("flows: transfer: %w", err)
	}
	if d.document, err = finish(response); err != nil {
		return Decision{}, fmt.Errorf("flows: transfer: %w", err)
	}
	d.session.Ask, d.session.Transferring = f.ask, true
	out := d.done()
	if d.preface != "" && len(d.session.Sensitive) > 0 { // it may quote what nobody is to see
		out.Shown = Document{[]byte(d.session.Scrub(string(out.Document.marked)))}
	}
	return out, nil
}

// rings is a document that rings somebody.
func (d *turn) rings(to string) (*texml.Response, error) {
	text, err := expressions.CompileText(to, expressions.Options{})
	if err != nil {
		return nil, err
	}
	noun := &element{name: "Number", children: []content{{text: text}}}
	if strings.HasPrefix(to, "sip") {
		noun.name = "Sip"
	}
	response, err := d.alone("Dial", content{element: noun})
	if err != nil {
		return nil, err
	}
	return response, d.prefaced(response)
}

// transferred goes on after somebody was rung because a person wanted it.
func (d *turn) transferred(step *Step, b Brought, via string) {
	a := d.interpret(step, b, via)
	d.session.Answer, d.entry.Answer = a, &a
	switch {
	case a.Kind == "dial" && a.Status == "completed":
		d.note("the transfer is over, and with it the call")
		d.document, d.session.Ask = Hangup(), sessions.Ask{}
	case step.Document == nil:
		d.note("the transfer reached nobody, and the step has nothing to play again")
		d.otherwise(step)
	default:
		d.note("the transfer reached nobody; the step goes on where it was")
		d.session.Reasked = true
		d.present(step)
	}
}

var sipAddress = regexp.MustCompile(`^sips?:[A-Za-z0-9._~!$&'()*+=%-]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?(;[A-Za-z0-9._=-]+)*$`)

// Reachable is what a person typed whom to ring, as it is written in a document:
// a number with its country code, or a SIP address. ok is false for anything
// else.
func Reachable(typed string) (to string, ok bool) {
	to = strings.TrimSpace(typed)
	if sipAddress.MatchString(to) {
		return to, true
	}
	to = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "", "/", "").Replace(to)
	if rest, found := strings.CutPrefix(to, "00"); found {
		to = "+" + rest
	}
	return to, e164.MatchString(to)
}

// HangUp ends the call.
func (r *Release) HangUp(s *sessions.Session, now time.Time) Decision {
	d := r.decide(s, now)
	d.session.Cause, d.entry.Kind = ViaPerson, sessions.EntryIntervention
	d.document, d.session.Ask = Hangup(), sessions.Ask{}
	return d.done()
}

// Correct puts a value that the call gathered right, or adds one. The text is
// read as the schema has it that gathers the value, and has to hold by it.
//
// Where the caller is being asked, and nothing is missing any more, the flow goes
// on as if the caller had answered; where something is, or the question is about
// something else, it is asked again, so that what the caller hears goes by the
// new value. Where nothing is asked, the caller may be talking to somebody or be
// recorded: then the value is kept, and the Decision has no document. The error
// is a *ValueError.
func (r *Release) Correct(s *sessions.Session, name, text string, now time.Time) (Decision, error) {
	d, err := r.intervene(s, now)
	if err != nil {
		return Decision{}, err
	}
	field, found := d.field(name)
	if !found {
		return Decision{}, &ValueError{Name: name, Problem: NoField}
	}
	value, err := field.read(tidyText(text), d.session.Gathered)
	if err != nil {
		return Decision{}, err
	}
	before := d.session
	d.session.Gathered = with(d.session.Gathered, name, value)
	if field.Sensitive {
		d.session.Hide(name)
	}
	d.changes(&before)
	step := d.flow.Steps[s.Step]
	if step == nil || !Interrupts(s) {
		return d.kept(s), nil
	}
	if a, complete := d.completes(step, field, value); complete {
		d.answered(step, a)
	} else {
		d.session.Reasked = true
		d.present(step)
	}
	return d.done(), nil
}

// Interrupts reports whether the caller is being asked something, so that a value
// that is put right is heard of at once.
func Interrupts(s *sessions.Session) bool {
	return s.Ask.Has("AIGather") || s.Ask.Has("Gather")
}

// completes gives the answer of the current question when the value was all that
// it wanted.
func (d *turn) completes(step *Step, field Field, value any) (a sessions.Answer, complete bool) {
	switch ask := d.session.Ask; {
	case !field.Asked:
		return a, false
	case !ask.Has("AIGather"):
		a = sessions.Answer{Kind: "digits", Status: "valid", Usable: true, Digits: fmt.Sprint(value)}
		if len(step.Choices) > 0 {
			a.Digits, a.Choice = "", fmt.Sprint(value)
		}
	default:
		authored, err := compiled(whole(ask))
		if err != nil {
			return a, false
		}
		if !slices.Contains(d.session.Kept, field.Name) {
			d.session.Kept = append(slices.Clip(d.session.Kept), field.Name)
			slices.Sort(d.session.Kept)
		}
		result := map[string]any{}
		for _, name := range d.session.Kept {
			result[name] = d.session.Gathered[name]
		}
		wanted := authored.Required()
		if len(wanted) == 0 {
			wanted = authored.Properties()
		}
		for _, name := range wanted {
			if _, has := result[name]; !has {
				return a, false
			}
		}
		a = sessions.Answer{Kind: "ai", Status: "valid", Usable: true, Result: maps.Clone(result)}
	}
	a.Sensitive = field.Sensitive || d.secretive(step)
	return a, true
}

// kept is a decision that changes values, and nothing that the caller hears.
func (d *turn) kept(s *sessions.Session) Decision {
	d.summarize()
	next := *s
	next.Gathered, next.Sensitive, next.Guarded = d.session.Gathered, d.session.Sensitive, d.session.Guarded
	next.Summary, next.Release, next.Marks = d.session.Summary, d.session.Release, d.session.Marks
	d.entry.Turn, d.entry.Flow, d.entry.Step = s.Turn, s.Flow, s.Step
	return Decision{Session: next, Entry: d.entry}
}
