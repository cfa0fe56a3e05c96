// Package scenarios plays scripted callers against flows, and tells what came
// of it: they are the tests of a flow's author.
//
// A scenario is a file in a flow's folder, scenarios/<name>.yaml. It says how
// the world is, what the caller hears and does, and what must come of the call.
// Find reads them, strictly and with the place of every mistake; Check holds
// them against the flows; Play runs one in a world of its own, with a simulated
// Telnyx at the other end, and compares. What does not hold is told with the
// line of the scenario and the conversation up to there.
package scenarios

import (
	"time"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/strictyaml"
	"texmlsrv/simulator"
)

// Scenario is one file.
type Scenario struct {
	Flow  string // the folder it stands in
	File  string // from the templates root: front-desk/scenarios/busy.yaml
	Title string

	Caller    Person
	Given     Given
	Exchanges []Exchange
	Expect    Expect

	source *strictyaml.File
}

// Place is a place in a scenario's file. The zero value is the whole file.
type Place struct{ Line, Column int }

// Person is who is at the other end of the call.
type Person struct {
	Number string // E.164 or a SIP address; "" is withheld
	Type   string // pstn or sip; "" is pstn
	Name   string // that the network shows
}

// Given is how the world is when the call begins. What is left out is ordinary.
type Given struct {
	Now        time.Time // as written, in UTC where Zoned is false; zero: a Monday at ten
	Zoned      bool      // Now is an instant, and not a time of the flow's zone
	Called     string    // our number
	Direction  string    // inbound or outbound; "" is inbound
	AnsweredBy string
	Params     map[string]string
	Variables  []Value
	Env        map[string]string
	Secrets    map[string]string
	Lookups    []Canned
	Behaves    []simulator.Behaviour // of the first request
	Keyless    bool                  // no API key: nothing can be asked of Telnyx
}

// Value is a value under a name.
type Value struct {
	Name  string
	Value any // as encoding/json would decode it
	Place Place
}

// Canned is what is answered to the look-ups of a step.
type Canned struct {
	Step    string // step, or flow/step
	Replies []Reply
	Place   Place
}

// Reply is what one look-up gets.
type Reply struct {
	Asked  *Asked // what must have been asked; nil for anything
	Code   int    // 200 when left out
	Result any    // decoded JSON
	Text   string // a reply that is no JSON; "" for none
	Takes  time.Duration
	Fails  string // timeout or connection; "" does not
}

// Asked is what a look-up must have been. What is zero may be anything.
type Asked struct {
	Method  string
	URL     string
	Headers map[string]string
	Body    any // of an object, members that it had
	HasBody bool
	Place   Place
}

// Exchange is a piece of the call: what the caller hears, and one thing that
// they do then.
type Exchange struct {
	Hears []Heard // in their order
	Does  string  // says, presses, gathers, silent, record, dial, queue, connect, refer, pay, http or hangs_up; "" listens
	Act   simulator.Act
	Place Place // of the exchange
	At    Place // of what they do

	named   map[string]Place // of the values that an AI gather brings
	untaken bool             // dial: it was answered, and nobody took the call
}

// at is the place of a value that an AI gather brings.
func (e *Exchange) at(name string) Place {
	if at, has := e.named[name]; has {
		return at
	}
	return e.At
}

// Expect is what must have come of the call when it is over. What is nil may be
// anything.
type Expect struct {
	Steps     *Steps
	Outcome   *Value // its Value nil: none
	Gathered  []Value
	Vars      []Value
	Documents *Documents
	Lookups   *Lookups
}

// Steps are the steps of a call, in order.
type Steps struct {
	Names []Named
	Place Place
}

// Named is a step by name: step, or flow/step.
type Named struct {
	Name  string
	Place Place
}

// Documents are the documents of a call, turn by turn.
type Documents struct {
	Turns []Expected
	Place Place
}

// Expected is one document: the name of a file, XML, or nothing in particular.
type Expected struct {
	File  string // beside the scenario; "" for none
	XML   string // in place; "" for none
	Place Place

	node *yaml.Node // of XML
}

// Lookups are the look-ups of a call, in order.
type Lookups struct {
	Made  []Made
	Place Place
}

// Made is a look-up that was made.
type Made struct {
	Step  string
	Asked Asked
}
