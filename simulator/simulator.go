// Package simulator is a Telnyx in a box: it places a call to a TeXML
// application, fetches documents, executes them verb by verb and plays the
// person on the phone, in virtual time.
//
// It exists because nobody can test a TeXML application without a phone and a
// public URL, and because the platform's bad days cannot be ordered: here every
// request can be repeated, delayed, lost, sent wrongly signed or not at all
// (Behaviour). Where Telnyx does not say what it does, the seed of a call draws
// among what is plausible, and seed 0 takes what is documented or likeliest.
//
// The package knows the application through HTTP alone. What is sent is made by
// package wire; how it is sent is in deliver.go and what is around it; what a
// document makes happen is in execute.go, one file a family of verbs. What the
// application asks of Telnyx's API comes by Control; a call heeds it in orders.go,
// and what a command does is in execute_command.go and what is around it. A call
// on a TeXML application sends no call.initiated, call.answered or call.hangup:
// status callbacks tell the same.
package simulator

import (
	"context"
	"crypto/ed25519"
	"net/http"
	"net/url"
	"time"
)

// Telnyx is one simulated platform, as it is set up for one TeXML application.
// It is safe for concurrent calls, which share its Clock.
type Telnyx struct {
	URL         string             // voice URL, with whatever query it has; absolute
	Method      string             // of URL, and of verbs that have no method of their own: POST (default) or GET
	FallbackURL string             // requested when a document request fails: no answer, not 200, no XML; "" is none
	StatusURL   string             // gets status and conversation callbacks; "" sends none
	EventsURL   string             // gets JSON webhooks; "" sends none
	MachineURL  string             // is told who answered an outbound call, while that goes on; "": the first fetch tells
	Transport   http.RoundTripper  // to the application; nil: http.DefaultTransport
	Outside     http.RoundTripper  // to what HttpRequest verbs call; nil: no network, the Caller's Act decides
	Control     *Control           // the API that commands on the calls come to; nil: there is none
	Key         ed25519.PrivateKey // signs every request; nil: requests are unsigned
	Clock       Clock              // nil: each call has a clock of its own, which begins now
	SignedAt    func() time.Time   // timestamp of signatures; nil: Clock.Now. A server elsewhere wants time.Now
	Patience    time.Duration      // real time that a request may take; default 5 s
}

// Call says who calls whom, and who plays the person on the phone.
type Call struct {
	SID        string // "": derived from Seed
	From, To   string // numbers or SIP addresses; "": +14155550123 calls +13125550188
	CallerName string // CallerId; free text
	Type       string // pstn (default) or sip
	Direction  string // inbound (default) or outbound
	AnsweredBy string // of an outbound call: human, machine_start, …; "": no detection

	Params  url.Values     // added to the query of the voice URL
	Seed    uint64         // of ids, and of what Telnyx leaves open; 0: what is documented or likeliest
	Caller  Caller         // nil: somebody who listens and says nothing
	Behaves []Behaviour    // of the first fetch
	Observe func(Exchange) // told of each request once it is answered; may be nil
}

// Place plays one call to its end. The error is the context's or the Caller's;
// the record is never nil, and holds what happened up to then.
func (t *Telnyx) Place(ctx context.Context, c Call) (*Record, error) {
	p := t.begin(c)
	err := p.play(ctx)
	return p.finished(), err
}

// Clock is the time of the simulated world. A call of ten minutes advances it
// by ten minutes, in milliseconds.
type Clock interface {
	// Now is the instant in the simulated world.
	Now() time.Time
	// Advance moves the clock on.
	Advance(d time.Duration)
}
