package simulator

import (
	"net/http"
	"net/url"
	"time"

	"texmlsrv/texml"
)

// End says how a call ended.
type End string

// How a call can end.
const (
	HungUp          End = "hung_up"          // the document said Hangup
	CallerHungUp    End = "caller_hung_up"   // the caller did
	RanOut          End = "ran_out"          // the document ended without saying what comes next
	Rejected        End = "rejected"         // the document said Reject
	Transferred     End = "transferred"      // a Refer handed the call over, and it was not asked about
	InvalidDocument End = "invalid_document" // a document with an Error of the checker: Telnyx would end the call
	NoDocument      End = "no_document"      // the application and its fallback URL both failed
	TooLong         End = "too_long"         // more documents than a call can have
	Completed       End = "completed"        // an update of the call by the API said so
	Aborted         End = "aborted"          // the context ended, or the Caller failed
)

// The kinds of an Exchange beside those of a Moment that asks.
const (
	KindFetch         = "fetch"         // the first document
	KindRedirect      = "redirect"      // the document of a Redirect
	KindInvalid       = "invalid"       // invalidDigitsAction of a Gather
	KindWait          = "wait"          // waitUrl
	KindScreen        = "screen"        // url of a Number or a Sip
	KindQueued        = "queued"        // url of a Queue
	KindStatus        = "status"        // progress of a call or a leg
	KindConversation  = "conversation"  // conversation_ended
	KindEvent         = "event"         // a JSON webhook
	KindRecording     = "recording"     // recordingStatusCallback
	KindTranscription = "transcription" // transcriptionCallback
	KindConference    = "conference"    // statusCallback of a Conference
	KindService       = "service"       // statusCallback of a Stream or a Siprec
	KindPartial       = "partial"       // partialResultCallback of a Gather
	KindMachine       = "machine"       // amdStatusCallback
	KindPayment       = "payment"       // statusCallback of a Pay
	KindUpdate        = "update"        // the document that an update of the call by the API named or brought
)

// Exchange is one request and its answer.
type Exchange struct {
	Kind    string // fetch, redirect, status, event, …; of an action the kind of the Moment: ai, gather, dial …
	At      time.Time
	Leg     string // as in Line: on whose behalf
	Behaves string // the misbehaviour that made it, or made it different; "" when it is in order

	Method string
	URL    string // as requested, with the fields in it when it is a GET
	Header http.Header
	Body   []byte     // as sent
	Fields url.Values // the platform's fields as they were meant, of a form; nil for an event

	Status   int    // 0: no answer
	Failure  string // why there is no answer
	Answer   []byte
	Headers  http.Header     // of the answer
	Took     time.Duration   // real time
	Executed bool            // the answer was executed as TeXML
	Document int             // its number among the documents that led the call; 0: it was an aside, or not executed
	Problems []texml.Problem // what the checker says of an executed answer
}

// Record is everything that happened in a call.
type Record struct {
	Call      Call // as played: with its SID and parties
	Began     time.Time
	Ended     time.Time // of the call, not of callbacks that came later
	End       End
	Reason    string     // the same in words, where End leaves a question; "" otherwise
	Exchanges []Exchange // in the order in which they were sent
	Lines     []Line
	Documents int // that led the call
}
