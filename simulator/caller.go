package simulator

import (
	"context"
	"encoding/json"
	"time"

	"texmlsrv/flows/schemas"
	"texmlsrv/texml"
)

// Caller is the person on the phone, and the world behind: dialed people,
// queues, payment. One Caller plays one call; its methods are not called
// concurrently.
type Caller interface {
	// Hears is told each thing as it is played or done. True hangs up in the middle of it; it counts
	// on the caller's own line only (Line.Leg is empty).
	Hears(l Line) (hangsUp bool)
	// Acts is asked at each moment in which something is waited for, and at the end of a document
	// that waited for nothing. Its error ends the call and comes out of Place.
	Acts(ctx context.Context, m Moment) (Act, error)
}

// Line is one thing that was played or done.
type Line struct {
	// Kind is: say, play, pause, greeting, digits (sent as tones), ring, dial, record, enqueue,
	// connect, refer, pay, http, start, stop, redirect, leave, reject, hangup, unknown (a verb that
	// Telnyx drops), command or update (that the API took); or, in a Record alone, what the caller did: says, presses, gathers, records,
	// silent, hangs_up.
	Kind     string
	Text     string    // what is said, who is dialed, where it leads
	Voice    string    // of say and greeting; "" is the platform's default
	Language string    // of say; "" is the voice's
	Leg      string    // "": the caller's own; callee, queued: another person hears it
	At       time.Time // when it began, in the simulated world
}

// Message is one thing said in the conversation of an AI gather.
type Message struct {
	Role    string // user or assistant
	Content string
}

// The kinds of a Moment.
const (
	MomentAI       = "ai"       // an AIGather asks
	MomentGather   = "gather"   // a Gather waits for digits or speech
	MomentDial     = "dial"     // somebody is called
	MomentRecord   = "record"   // the caller is recorded
	MomentQueue    = "queue"    // the call waits in a queue
	MomentConnect  = "connect"  // a service has the call
	MomentRefer    = "refer"    // the call is handed over
	MomentPay      = "pay"      // a payment is taken
	MomentHTTP     = "http"     // a third party is called
	MomentListened = "listened" // the document is over and waited for nothing
)

// Moment is something that waits for the Caller.
type Moment struct {
	Kind       string          // ai, gather, dial, record, queue, connect, refer, pay, http or listened
	Verb       texml.Verb      // what waits; for a command the verb that asks the same; nil for listened
	Command    string          // gather_using_ai …: the command that asks; "": the document does
	Parameters *schemas.Node   // ai: the JSON Schema as the document has it; nil when it is no JSON
	Schema     *schemas.Schema // ai: the same compiled; nil where that fails
	History    []Message       // ai: MessageHistory of the document
	Leg        string          // as in Line: who is asked; whoever dials is asked about a dial
	Context    texml.Context   // what the document was fetched for
	Document   int             // 1, 2 …: of the documents that led the call so far; asides do not count
	URL        string          // where the document came from
	Last       bool            // listened: the call ends here whatever the Act is
	At         time.Time       // in the simulated world
}

// Act is what the Caller does. The zero Act is silence: nothing pressed or
// said, and of the world the ordinary (a dial is answered, a payment is made).
type Act struct {
	Digits       *string           // gather: with # or * as pressed
	Speech       *string           // gather: what is understood
	Confidence   float64           // of Speech; 0 is 0.9
	Gathers      json.RawMessage   // ai: an object; whether it fits the schema decides Telnyx's Status
	Conversation []Message         // ai: what was said; nil: made up from the greeting and Gathers
	Seconds      float64           // of a recording, a talk, a wait; 0: of ordinary length, for a recording: nobody spoke
	Status       string            // dial, queue, connect, refer, pay, http, ai: how it went, in our words (no_answer); "": well
	Reason       string            // connect, refer, pay, dial: more about Status, as it goes over the wire
	Values       map[string]string // http: what the Response mapping took from the reply
	HangUp       bool              // instead of answering; of a recording: after Seconds of it
	Behaves      []Behaviour       // how the request that follows misbehaves
}
