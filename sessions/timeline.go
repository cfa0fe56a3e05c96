package sessions

import (
	"encoding/json"
	"time"
)

// Kinds of timeline entries.
const (
	EntryTurn      = "turn"      // a request was decided and a document committed
	EntryDuplicate = "duplicate" // a request of an earlier turn; it got the document again
	EntryStray     = "stray"     // a request that could not be tied to the turn; it got the current document
	EntryStatus    = "status"    // a call-progress callback
	EntryCallback  = "callback"  // any other callback: recording, transcription, cost …
	EntryEvent     = "event"     // an event: a JSON webhook
	EntryCommand   = "command"   // a request that we made to the platform, and what came of it
	EntryPush      = "push"      // the platform fetched a document that no request had led to: it was told to, or the one before had run out
	EntryLeg       = "leg"       // a callback of a leg that this call dialed
	EntryLost      = "lost"      // the store had no such turn; the flow went on at otherwise
	EntryWrap      = "wrap"      // what the flow does once after the end

	EntryIntervention = "intervention" // a person did something about the call; with a document it is a turn
)

// Entry is one line of a call's timeline: what came, what was decided and why,
// what went out. Kind tells which fields are filled.
type Entry struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	Turn int       `json:"turn,omitzero"` // of the document that went out; for other entries the current one, 0 where the session was not looked at

	Request *Request `json:"request,omitempty"`
	Event   *Event   `json:"event,omitempty"` // of an event; of a turn, the one that brought its answer
	Sending *Sending `json:"sending,omitempty"`
	Help    *Help    `json:"help,omitempty"` // of an intervention
	Flow    string   `json:"flow,omitempty"` // where the turn ended up
	Step    string   `json:"step,omitempty"`
	Attempt int      `json:"attempt,omitzero"`
	Answer  *Answer  `json:"answer,omitempty"`
	Path    []Visit  `json:"path,omitempty"` // the steps on the way, with the rules tried

	Gathered Values   `json:"gathered,omitempty"` // what changed; nil where it was forgotten
	Vars     Values   `json:"vars,omitempty"`     // what changed
	Outcome  string   `json:"outcome,omitempty"`
	Document string   `json:"document,omitempty"`
	Notes    []string `json:"notes,omitempty"` // anything a person should know
	Ended    string   `json:"ended,omitempty"` // the final status, where this entry ended the session

	AnsweredBy string `json:"answered_by,omitempty"` // who answered the call, where this entry told so
}

// Request is what arrived, as it was.
type Request struct {
	Method      string            `json:"method,omitempty"`
	Path        string            `json:"path,omitempty"`
	Via         string            `json:"via,omitempty"` // how it was reached: fetch, action, invalid, next, step, push, event, person
	Fingerprint string            `json:"fingerprint,omitempty"`
	Fields      map[string]string `json:"fields,omitempty"`    // the platform's fields, undecoded
	Malformed   string            `json:"malformed,omitempty"` // raw text that could not be read
}

// Event says which event a JSON webhook was of.
type Event struct {
	ID   string    `json:"id,omitempty"`  // the same in every delivery
	Kind string    `json:"kind"`          // its type, as the platform calls it: call.ai_gather.ended …
	At   time.Time `json:"at,omitzero"`   // when it occurred; it may come much later
	Turn int       `json:"turn,omitzero"` // that it belongs to by our own client state; 0 where it has none
}

// Sending is a request that we made to the platform, and what came of it.
type Sending struct {
	Name     string          `json:"name"`               // of the command; update_call where a document was pushed
	ID       string          `json:"id,omitempty"`       // of the command
	Settings json.RawMessage `json:"settings,omitempty"` // its parameters, an object
	Outcome  string          `json:"outcome"`            // ok; else why not: unauthorized, gone, invalid, rate_limited, timeout, unavailable, no_api_key
	Status   int             `json:"status,omitzero"`    // of HTTP; 0 where there was no answer, or nothing to say of it
	Codes    []string        `json:"codes,omitempty"`    // the platform's own
}

// Visit is a step that a turn passed through, and what was tried there.
type Visit struct {
	Flow   string  `json:"flow,omitempty"`
	Step   string  `json:"step"`
	Answer *Answer `json:"answer,omitempty"` // of a look-up made here
	Tried  []Tried `json:"tried,omitempty"`
}

// Tried is one rule that was looked at.
type Tried struct {
	Rule    string `json:"rule"`           // where it stands: next[1], otherwise[0], always[0], on.no_input[0]
	When    string `json:"when,omitempty"` // its condition, as written
	Held    bool   `json:"held"`
	Goto    string `json:"goto,omitempty"` // where it led, if it won
	Problem string `json:"problem,omitempty"`
	Read    Values `json:"read,omitempty"` // what the condition read, by path: gathered.day; nil where there was nothing
}
