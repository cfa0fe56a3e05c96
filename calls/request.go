package calls

import (
	"fmt"
	"strings"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// Request is a request of the platform, in our words.
type Request struct {
	Call   sessions.Call // SID is always there; the rest as far as the request said
	Flow   string        // of the route; "" chooses by the called number
	Step   string        // of the route of a ticket; else ""
	Ticket string        // as in the route: turn.via.token; "" for none

	Brought  flows.Brought
	Callback *Callback // what its fields make of it; counts only where there is no ticket
	Event    *Event    // of a JSON webhook, or of a callback that tells the end of a talk; else nil

	Method      string
	Path        string            // without the query
	Fields      map[string]string // the platform's fields, as they came
	Malformed   string            // raw text of what could not be read
	Fingerprint string            // hash of the sorted platform fields, or of an event
}

// underWay reports whether a request can only be one of a call that has begun:
// it came to a link of ours, even if the ticket is not known any more, or it
// brings what only a document asks for. Words do not tell: a fetch may have
// fields we do not know.
func (r *Request) underWay() bool {
	b := r.Brought
	return r.Ticket != "" || b.AI != nil || b.Digits != nil || b.Speech != nil || b.Dial != nil || b.Recording != nil
}

// Kinds of callbacks.
const (
	CallbackProgress      = "progress"     // the course of the call: initiated … completed
	CallbackConversation  = "conversation" // conversation_created, conversation_ended, analyzed
	CallbackRecording     = "recording"
	CallbackTranscription = "transcription"
	CallbackCost          = "cost"
	CallbackMachine       = "machine" // answering machine detection
	CallbackDigit         = "digit"   // a key pressed outside of a Gather
	CallbackConference    = "conference"
	CallbackStream        = "stream"
	CallbackSiprec        = "siprec"
	CallbackQueue         = "queue"
	CallbackOther         = "other"
)

// Callback is a notification: its reply is not executed.
type Callback struct {
	Kind       string
	Status     string // the platform's word, in snake_case: completed, in_progress, no_answer …
	Parent     string // the call that dialed this leg, if it is one
	Ends       bool   // a call-progress callback of the call itself with a final status
	AnsweredBy string // of machine detection, in snake_case
	Recording  *sessions.Recording
}

// looksLikeAnswer reports whether the same fields may also be the action of a
// verb: a recording callback and the action of a Record cannot be told apart,
// once the recording is over.
func (c *Callback) looksLikeAnswer() bool {
	return c.Kind == CallbackRecording && c.Status != "in_progress" || c.Kind == CallbackQueue
}

// UnknownFlowError says that a fetch named a flow that is not served.
type UnknownFlowError struct {
	Flow  string
	Known []string // sorted
}

func (e *UnknownFlowError) Error() string {
	return fmt.Sprintf("there is no flow %q; there are: %s", e.Flow, strings.Join(e.Known, ", "))
}

// Health is what the readiness route reports.
type Health struct {
	Flows    int   // how many are served
	Store    error // nil while the store answers
	Draining bool
}
