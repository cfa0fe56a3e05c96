package flows

import (
	"texmlsrv/sessions"
)

// How a request was reached; a ticket says so.
const (
	ViaFetch   = "fetch"   // the call's first document
	ViaAction  = "action"  // a verb has its answer
	ViaInvalid = "invalid" // a Gather refused what was pressed
	ViaNext    = "next"    // the document ran out, and its last Redirect was followed
	ViaStep    = "step"    // a URL made by step("name") was followed
	ViaPush    = "push"    // the call was told to fetch the document that an event led to
	ViaEvent   = "event"   // no request: an event brought the answer, or told that there is none
	ViaPerson  = "person"  // no request: a person wanted it so
	ViaAside   = "aside"   // a URL made by aside("name"): played without being a turn
)

// Brought is what a request carried, in our words. What of it counts is told
// by what the document of its turn asked, not by which fields there are. The
// zero value brought nothing.
type Brought struct {
	Digits     *string // keys pressed; nil when the request had no such field
	Speech     *string // what was understood; may be empty
	Confidence float64 // of Speech, 0 to 1
	AI         *AIResult
	Dial       *DialResult
	Recording  *sessions.Recording
	Words      map[string]Word // by asking verb: Enqueue, Connect, Refer, Pay, HttpRequest
	Malformed  bool            // the request could not be read; nothing in it counts
}

// AIResult is what an AIGather brought.
type AIResult struct {
	Status    string // the platform's word; decides only where there is no result
	Result    any    // decoded JSON: envelope or bare object; nil for none
	Malformed bool   // there was a result, but it was not readable
	History   []sessions.Message
}

// DialResult is how a dialed leg ended.
type DialResult struct {
	Status  string // completed, busy, no_answer, canceled, failed
	Seconds float64
}

// Word is the platform's word for how a verb ended, in snake_case.
type Word struct {
	Status string
	Reason string
	Values sessions.Values // what an HttpRequest extracted
}

// verbs lists the asking verbs that b can be the answer of, the surest first:
// an action of a Record may carry the key that ended it, and one of a Dial a
// recording of the leg, but neither is ever in the action of a Gather.
func (b Brought) verbs() []string {
	var verbs []string
	add := func(is bool, verb string) {
		if is {
			verbs = append(verbs, verb)
		}
	}
	add(b.AI != nil, "AIGather")
	add(b.Dial != nil, "Dial")
	add(b.Recording != nil, "Record")
	add(b.Digits != nil || b.Speech != nil, "Gather")
	for _, verb := range []string{"Enqueue", "Connect", "Refer", "Pay", "HttpRequest"} {
		_, is := b.Words[verb]
		add(is, verb)
	}
	return verbs
}

// Answers reports whether b is the kind of answer that ask waits for.
func (b Brought) Answers(ask sessions.Ask) bool {
	for _, verb := range b.verbs() {
		if ask.Has(verb) {
			return true
		}
	}
	return false
}
