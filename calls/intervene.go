package calls

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// Kinds of interventions: what a person can do about a call.
const (
	HelpRepeat         = "repeat"          // play the document of the step once more
	HelpGoto           = "goto"            // take the call to a step
	HelpValue          = "value"           // put a gathered value right
	HelpSay            = "say"             // say something
	HelpStopGather     = "stop_gather"     // stop the gather that runs
	HelpStartAssistant = "start_assistant" // start an AI assistant
	HelpStopAssistant  = "stop_assistant"  // stop the assistant, or AI gather, that runs
	HelpTransfer       = "transfer"        // ring somebody
	HelpHangUp         = "hang_up"         // end the call
	HelpNote           = "note"            // write something down; the caller hears nothing of it
)

// Helps lists the kinds of interventions, in the order in which people are
// offered them.
func Helps() []string {
	return []string{
		HelpRepeat, HelpSay, HelpValue, HelpGoto, HelpTransfer,
		HelpStopGather, HelpStartAssistant, HelpStopAssistant, HelpHangUp, HelpNote,
	}
}

// Limits of what a person writes, in characters.
const (
	WhyLeast   = 3
	WhyMost    = 500
	TextMost   = 1000  // of what is said, and of a note
	valueMost  = 10000 // of a value
	namedMost  = 200   // of names and addresses
	helpIDMost = 100
)

// Intervention is what a person wants to be done about a call. Fields that the
// kind has no use for are ignored.
type Intervention struct {
	Kind string `json:"kind"`
	Turn int    `json:"turn"` // that the person saw: when the call is beyond it, nothing is done. A note goes to any
	ID   string `json:"id"`   // what comes twice with the same one is done once; "" is made up

	Step  string `json:"step,omitempty"`  // goto: a step of the call's flow, or flow/step
	Name  string `json:"name,omitempty"`  // value: of what; start_assistant: the assistant's id
	Value string `json:"value,omitempty"` // value: as text; JSON for lists and objects
	Text  string `json:"text,omitempty"`  // say, note; transfer: said first; start_assistant: its greeting. The last two may be empty
	To    string `json:"to,omitempty"`    // transfer: a number with its country code, or a SIP address
	Who   string `json:"who"`             // the person
	Why   string `json:"why"`             // as the person said; a note needs none
}

// Result is what came of an intervention.
type Result struct {
	Turn    int    // of the call, now
	Outcome string // of what Telnyx was asked: ok, or why not, as in sessions.Sending; "" where it was asked nothing
	Stored  bool   // a document was stored, which the call gets in any case
	Again   bool   // it was done before, by a request with the same id: nothing happened now
}

// AnsweredMeanwhileError says that the call is not where the person saw it any
// more. Nothing was done.
type AnsweredMeanwhileError struct {
	Turn int // that the person saw
	Now  int // the same, where an answer to it has come and is about to be decided
}

func (e *AnsweredMeanwhileError) Error() string {
	return fmt.Sprintf("calls: the caller has answered meanwhile: turn %d was seen, the call is at turn %d", e.Turn, e.Now)
}

// UnableError says why something cannot be done with a call as it stands.
// Nothing was done.
type UnableError struct {
	Kind string
	Why  string // a sentence for people
}

func (e *UnableError) Error() string { return "calls: " + e.Kind + ": " + e.Why }

// InterventionError says what is wrong with an intervention. Nothing was done.
type InterventionError struct {
	Field   string // kind, turn, step, name, value, text, to, who, why or id
	Problem string // a sentence for people; never the value
}

func (e *InterventionError) Error() string { return "calls: " + e.Field + ": " + e.Problem }

// Intervene does what a person wants with a call, if it still is at the turn
// that the person saw: else the error is an *AnsweredMeanwhileError. Other errors
// are *UnableError, *InterventionError, sessions.ErrNotFound and those of the
// store.
//
// It is stored first, with who did it and why; then Telnyx is asked. What it does
// not take is in the timeline, in Result.Outcome, and tried no more: a document
// that was stored is what the call gets with its next request.
func (s *Service) Intervene(ctx context.Context, callSID string, i Intervention) (Result, error) {
	if err := i.check(); err != nil {
		return Result{}, err
	}
	if i.ID == "" {
		i.ID = rand.Text()
	}
	p := s.helping(callSID)
	session, err := p.standing(ctx)
	if err != nil {
		return Result{}, err
	}
	for range placings {
		if session.Helped(i.ID) {
			return Result{Turn: session.Turn, Again: true}, nil
		}
		p.budget = p.StoreBudget
		act, err := p.prepare(session, i)
		if err != nil {
			return Result{}, err
		}
		next, err := p.commits(ctx, session, act)
		stale, is := errors.AsType[*sessions.StaleError](err)
		switch {
		case err == nil:
			return p.carryOut(context.WithoutCancel(ctx), next, act), nil
		case !is:
			return Result{}, fmt.Errorf("calls: %s: %w", i.Kind, err)
		case stale.Current == nil:
			return Result{}, sessions.ErrNotFound
		}
		session = stale.Current
	}
	return Result{}, errors.New("calls: the session changed faster than an intervention could be stored")
}

// helping gives the placing of what a person wants.
func (s *Service) helping(callSID string) *placing {
	p := s.take(Request{Call: sessions.Call{SID: callSID}})
	p.unasked, p.person = true, true
	return p
}

// standing is the session as the store has it, whatever this process remembers.
func (p *placing) standing(ctx context.Context) (session *sessions.Session, err error) {
	err = p.spend(ctx, func(ctx context.Context) error {
		session, err = p.Store.Load(ctx, p.request.Call.SID)
		return err
	})
	return session, err
}

// commits stores an act. The error is a *sessions.StaleError where something else
// was faster.
func (p *placing) commits(ctx context.Context, session *sessions.Session, a *act) (*sessions.Session, error) {
	if a.moves() {
		d := *a.decision
		d.Session.Help(a.help.ID)
		d.Entry.Help = &a.help
		return p.settled(ctx, d)
	}
	next, entry := *session, sessions.Entry{At: p.Now(), Kind: sessions.EntryIntervention}
	if a.decision != nil {
		next, entry = a.decision.Session, a.decision.Entry
	}
	next.Help(a.help.ID)
	switch a.help.Kind {
	case HelpStartAssistant:
		next.Assisted = true
	case HelpStopAssistant:
		next.Assisted = false
	}
	entry.Turn, entry.Help = next.Turn, &a.help
	next.MaskEntry(&entry)
	err := p.spend(ctx, func(ctx context.Context) error { return p.Store.Commit(ctx, &next, entry) })
	if err != nil {
		p.cache.Remove(next.Call.SID)
		return nil, err
	}
	p.cache.Add(next.Call.SID, &next)
	return &next, nil
}

// check finds what is wrong with an intervention whatever the call is.
func (i *Intervention) check() error {
	for _, field := range []*string{&i.ID, &i.Step, &i.Name, &i.Text, &i.To, &i.Who, &i.Why} {
		*field = strings.TrimSpace(*field)
	}
	limits := []struct {
		field, text string
		least, most int
	}{
		{"id", i.ID, 0, helpIDMost},
		{"who", i.Who, 1, namedMost},
		{"why", i.Why, 0, WhyMost},
		{"step", i.Step, 0, namedMost},
		{"name", i.Name, 0, namedMost},
		{"to", i.To, 0, namedMost},
		{"text", i.Text, 0, TextMost},
		{"value", i.Value, 0, valueMost},
	}
	if i.Kind != HelpNote {
		limits[2].least = WhyLeast
	}
	for _, l := range limits {
		switch n := utf8.RuneCountInString(l.text); {
		case !utf8.ValidString(l.text):
			return &InterventionError{l.field, "This is not text."}
		case n < l.least && l.least > 1:
			return &InterventionError{l.field, fmt.Sprintf("It needs %d characters or more.", l.least)}
		case n < l.least:
			return &InterventionError{l.field, "This is missing."}
		case n > l.most:
			return &InterventionError{l.field, fmt.Sprintf("It may have %d characters at most.", l.most)}
		}
	}
	return i.needs()
}

// needs finds what a kind cannot do without.
func (i *Intervention) needs() error {
	missing := func(field, text string) error {
		if text != "" {
			return nil
		}
		return &InterventionError{field, "This is missing."}
	}
	switch i.Kind {
	case HelpRepeat, HelpStopGather, HelpStopAssistant, HelpHangUp:
		return nil
	case HelpGoto:
		return missing("step", i.Step)
	case HelpValue:
		return missing("name", i.Name)
	case HelpSay, HelpNote:
		return missing("text", i.Text)
	case HelpStartAssistant:
		return missing("name", i.Name)
	case HelpTransfer:
		if _, ok := flows.Reachable(i.To); !ok {
			return &InterventionError{"to", "That is neither a number with its country code, such as +13125550123, nor a SIP address, such as sip:desk@example.com."}
		}
		return nil
	}
	return &InterventionError{"kind", "There is no such thing to do."}
}
