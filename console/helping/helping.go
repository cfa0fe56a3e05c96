// Package helping is how a person does something about a running call, by a form
// or by a program: it is looked whether it can be done, it is written down, it is
// done, and it is said in words what came of it or why it was not done.
package helping

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"texmlsrv/calls"
	"texmlsrv/console/story"
	"texmlsrv/console/web"
	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// Words of the audit trail.
const (
	PreviewAction = "preview"
	Action        = "help"
	NoteAction    = "note"
)

// Calls are the calls that people can do something about. *calls.Service is one.
type Calls interface {
	// Able says what can be done about a call, and of the rest why not.
	Able(session *sessions.Session) []calls.Ability
	// Steps are those that a call can be taken to.
	Steps(session *sessions.Session) []sessions.Place
	// Fields are the values of a call that can be put right.
	Fields(session *sessions.Session) []flows.Field
	// Preview tells what would come of an intervention.
	Preview(ctx context.Context, callSID string, i calls.Intervention) (calls.Preview, error)
	// Intervene does it.
	Intervene(ctx context.Context, callSID string, i calls.Intervention) (calls.Result, error)
}

// Desk is where calls are helped from.
type Desk struct {
	Calls Calls // nil: nothing can be done
	Store sessions.Store
}

// Check refuses everything where calls are only looked at.
func (d Desk) Check() error {
	if d.Calls == nil {
		return web.Refuse(http.StatusNotFound, "Calls cannot be helped from here", "This console only looks at them.")
	}
	return nil
}

// Note says in the audit trail what a request is about: no values, and nothing
// that is said.
func Note(r *http.Request, i calls.Intervention) {
	detail, why := story.Would(i.Kind, web.Shortened(about(i), aboutMost)), web.Shortened(i.Why, calls.WhyMost)
	if i.Kind == calls.HelpNote || !slices.Contains(calls.Helps(), i.Kind) {
		detail, why = "", ""
	}
	web.Note(r, detail, why)
	web.VisitOf(r).Audit.Turn = i.Turn
}

// aboutMost is how many letters of a name or an address are written down.
const aboutMost = 100

func about(i calls.Intervention) string {
	switch i.Kind {
	case calls.HelpGoto:
		return i.Step
	case calls.HelpValue, calls.HelpStartAssistant:
		return i.Name
	case calls.HelpTransfer:
		return i.To
	}
	return ""
}

// Do does what a person wants, if it can be done, and has it written down before.
// Errors are those of calls.Service, see Refused, or of the audit trail.
func (d Desk) Do(r *http.Request, sid string, i calls.Intervention) (calls.Result, error) {
	trial := i
	if trial.Why == "" {
		trial.Why = " " // a preview would do without
	}
	if _, err := d.Calls.Preview(r.Context(), sid, trial); err != nil && !d.again(r, sid, i, err) {
		return calls.Result{}, err //nolint:wrapcheck // Refused says it in words
	}
	if err := web.Record(r); err != nil {
		return calls.Result{}, err //nolint:wrapcheck // it is an answer
	}
	return d.Calls.Intervene(r.Context(), sid, i) //nolint:wrapcheck // as above
}

// again reports whether the same was asked for before: then the call has gone on
// because of it.
func (d Desk) again(r *http.Request, sid string, i calls.Intervention, err error) bool {
	if _, is := errors.AsType[*calls.InterventionError](err); is || i.ID == "" {
		return false
	}
	session, err := d.Store.Load(r.Context(), sid)
	return err == nil && session.Helped(i.ID)
}

// fields are what people call the fields of an intervention. What is wrong with a
// value names it.
var fields = map[string]string{
	"why": "The reason: ", "step": "The step: ", "name": "The name: ", "text": "The text: ", "to": "Whom to ring: ",
}

// Refused says why something was not done; nil for errors that are not about what
// was wanted.
func Refused(err error) *web.Problem {
	meanwhile, answered := errors.AsType[*calls.AnsweredMeanwhileError](err)
	unable, is := errors.AsType[*calls.UnableError](err)
	wrong, mistaken := errors.AsType[*calls.InterventionError](err)
	switch {
	case answered && meanwhile.Now == meanwhile.Turn:
		return &web.Problem{Status: http.StatusConflict, Err: err, Title: "The caller has answered meanwhile",
			Detail: fmt.Sprintf("Nothing was done: the answer to turn %d has come, and is about to be taken.", meanwhile.Turn)}
	case answered:
		return &web.Problem{Status: http.StatusConflict, Err: err, Title: "The caller has answered meanwhile",
			Detail: fmt.Sprintf("Nothing was done. You saw turn %d; the call is at turn %d.", meanwhile.Turn, meanwhile.Now)}
	case is:
		return &web.Problem{Status: http.StatusConflict, Err: err, Title: "That cannot be done now", Detail: unable.Why}
	case mistaken && wrong.Field == "kind":
		return &web.Problem{Status: http.StatusUnprocessableEntity, Err: err, Title: "There is no such thing to do",
			Detail: "There are " + strings.Join(calls.Helps(), ", ") + "."}
	case mistaken:
		return &web.Problem{Status: http.StatusUnprocessableEntity, Err: err, Title: "That does not go", Detail: fields[wrong.Field] + wrong.Problem}
	}
	return nil
}

// Told says what came of an intervention.
func Told(r calls.Result) (text string, bad bool) {
	switch {
	case r.Again:
		return "It was done already, and not once more.", false
	case r.Outcome == "":
		return "It is done. The caller hears nothing of it.", false
	case r.Outcome == "ok":
		return "It is done: Telnyx has taken it.", false
	case r.Outcome == "gone":
		return "Telnyx says that the call is over.", true
	}
	text = map[string]string{
		"unauthorized": "Telnyx refuses the API key.", "rate_limited": "Telnyx was asked too often in a moment.",
		"timeout": "Telnyx did not answer in time; it may have been done all the same.", "unavailable": "Telnyx could not be reached.",
	}[r.Outcome]
	if text == "" {
		text = "Telnyx did not take it."
	}
	if !r.Stored {
		return text + " The call goes on as it was.", true
	}
	return text + " It is stored: the call gets it as soon as it asks for a document again.", true
}
