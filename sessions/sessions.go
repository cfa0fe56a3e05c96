// Package sessions holds what is known of one call, and the contract of the
// store that keeps it.
//
// A Session is a plain value: the engine reads one and returns the next, the
// store keeps it under the call's id. The store's implementations live in
// packages of their own (redisstore) and all pass one suite (storetest), so
// that this package stays free of any database.
package sessions

import (
	"encoding/json"
	"regexp"
	"slices"
	"time"
)

// recentLimit is how many fingerprints of committed requests a session keeps,
// to know a request again that comes without a ticket.
const recentLimit = 8

// eventsLimit is how many ids of events a session keeps, to know an event again
// that is delivered twice.
const eventsLimit = 32

// Session is everything known of one call. Its JSON is what an operator sees
// in Redis; Document and Revision are kept beside it, not in it.
type Session struct {
	Call    Call   `json:"call"`
	Release string `json:"release"` // the flows it began with; see flows.Release

	Flow    string `json:"flow"`
	Step    string `json:"step"`
	Turn    int    `json:"turn"`    // of the document last sent; the first is 1
	Attempt int    `json:"attempt"` // how often the step has asked in a row; 1 on the first ask
	Visits  int    `json:"visits"`  // steps entered so far; tells one visit of a look-up from the next

	Ask        Ask      `json:"ask"`
	Answer     Answer   `json:"answer"`                // the latest
	Silences   int      `json:"silences,omitzero"`     // unusable answers of one status in a row: on, after
	LastStatus string   `json:"last_status,omitempty"` // the status they had
	Kept       []string `json:"kept,omitempty"`        // gathered names that hold since the step was entered
	Command    *Command `json:"command,omitempty"`     // goes with the current document; nil for none
	Cause      string   `json:"cause,omitempty"`       // how the request that led to this turn came: fetch, action, next …
	Reasked    bool     `json:"reasked,omitempty"`     // the turn asks the same step again
	Escaped    bool     `json:"escaped,omitempty"`     // a bound was passed once already; the next time it is the apology
	Callers    []Caller `json:"callers,omitempty"`     // flows that wait for this one to end, outermost first
	Summary    string   `json:"summary,omitempty"`     // what the flow says of the call, for staff
	Outcome    string   `json:"outcome,omitempty"`     // the flow's label for what came of the call
	Gathered   Values   `json:"gathered,omitempty"`    // validated values, merged over the steps
	Vars       Values   `json:"vars,omitempty"`        // what set and look-ups brought; nil marks a removed one
	Sensitive  []string `json:"sensitive,omitempty"`   // names of values that people see masked
	Guarded    bool     `json:"guarded,omitempty"`     // something sensitive was asked: what may have been said to it is masked

	History    []Message   `json:"history,omitempty"`
	Recordings []Recording `json:"recordings,omitempty"`
	Recent     []string    `json:"recent,omitempty"` // fingerprints of the last committed requests, oldest first

	Live      int       `json:"live,omitzero"`       // messages at the end of History that events told of since the document was sent
	HeardAt   time.Time `json:"heard_at,omitzero"`   // when the event occurred that told of them
	Partial   Values    `json:"partial,omitempty"`   // what the gather of this turn has so far, as events told: not validated
	PartialAt time.Time `json:"partial_at,omitzero"` // when the event occurred that told of it
	Events    []string  `json:"events,omitempty"`    // ids of the last events taken, oldest first
	Waiting   *Waiting  `json:"waiting,omitempty"`   // an answer that came by event, while a request may still bring it; nil for none
	Push      *Push     `json:"push,omitempty"`      // the current document was asked for by nobody, and nobody has it yet; else nil

	Helps        []string `json:"helps,omitempty"`        // ids of the last interventions, oldest first
	Transferring bool     `json:"transferring,omitempty"` // a person had the current document ring somebody, in place of what its step does
	Assisted     bool     `json:"assisted,omitempty"`     // a person started an assistant on the call, and it is not known to have ended

	BeganAt time.Time `json:"began_at"`
	SentAt  time.Time `json:"sent_at"` // when the current document was committed
	EndedAt time.Time `json:"ended_at,omitzero"`
	Ending  string    `json:"ending,omitempty"` // the platform's final word: completed, busy …

	Marks map[Mark]int `json:"marks,omitempty"` // what happened to the call, how often; see Mark

	Wrapped   bool `json:"wrapped,omitempty"`   // what the flow wants done after the end is done, or given up
	WrapTries int  `json:"wrap_tries,omitzero"` // how often it was tried

	Document   []byte `json:"-"` // of Turn, as it was sent
	Revision   int64  `json:"-"` // the store's count of writes; 0 is a session not yet stored
	Duplicates int    `json:"-"` // the store's count of EntryDuplicate in the timeline
}

// Values are JSON values by name: numbers are float64, lists []any, objects
// map[string]any.
type Values map[string]any

// Call is who calls whom, as the first request said.
type Call struct {
	SID        string `json:"sid"`
	Direction  string `json:"direction,omitempty"` // inbound or outbound
	From       string `json:"from,omitempty"`      // E.164 or SIP address
	To         string `json:"to,omitempty"`
	CallerName string `json:"caller_name,omitempty"`
	Type       string `json:"type,omitempty"` // pstn or sip
	Flow       string `json:"flow,omitempty"` // the flow the call began with
	AnsweredBy string `json:"answered_by,omitempty"`

	Params map[string]string `json:"params,omitempty"` // what the query of the entry URL said
}

// sidForm is what the id of a call may be: it becomes a part of keys and links.
var sidForm = regexp.MustCompile(`^[A-Za-z0-9:_\-=.~]{1,128}$`)

// UsableSID reports whether a text can be the id of a call: 1 to 128 characters of
// A-Z a-z 0-9 : _ - = . ~
func UsableSID(sid string) bool { return sidForm.MatchString(sid) }

// Ask is what the current document asks of the call. The zero value asks
// nothing.
type Ask struct {
	Verbs   []string        `json:"verbs,omitempty"`   // asking verbs of the document, in order
	Schema  json.RawMessage `json:"schema,omitempty"`  // of an AIGather, as sent
	Whole   json.RawMessage `json:"whole,omitempty"`   // the schema as its author wrote it, where another was sent
	Missing []string        `json:"missing,omitempty"` // required names that were still to come
	Digits  string          `json:"digits,omitempty"`  // validDigits of a Gather
}

// Asks reports whether the document asks anything.
func (a Ask) Asks() bool { return len(a.Verbs) > 0 }

// Has reports whether verb is among what is asked.
func (a Ask) Has(verb string) bool { return slices.Contains(a.Verbs, verb) }

// Answer is what a request brought back from the document of its turn, in the
// words that flows use. The zero value is no answer yet.
type Answer struct {
	Kind       string   `json:"kind,omitempty"`   // ai, digits, speech, dial, record, queue, connect, refer, pay, http, lookup, next
	Status     string   `json:"status,omitempty"` // valid, invalid, no_input …; by kind
	Usable     bool     `json:"usable,omitempty"`
	Choice     string   `json:"choice,omitempty"`
	Digits     string   `json:"digits,omitempty"`
	Speech     string   `json:"speech,omitempty"`
	Confidence float64  `json:"confidence,omitzero"`
	Result     any      `json:"result,omitempty"`
	Recording  string   `json:"recording,omitempty"` // id
	Seconds    float64  `json:"seconds,omitzero"`
	Code       int      `json:"code,omitzero"`       // HTTP status of a look-up
	Reason     string   `json:"reason,omitempty"`    // Connect's, or why a look-up failed
	Problems   []string `json:"problems,omitempty"`  // what did not hold; never the caller's words
	Sensitive  bool     `json:"sensitive,omitempty"` // people see it masked
}

// Caller is a step whose flow waits for another to end.
type Caller struct {
	Flow    string `json:"flow"`
	Step    string `json:"step"`
	Outcome string `json:"outcome,omitempty"` // of the call, when the other flow was entered
}

// Message is one thing said in an AI conversation.
type Message struct {
	Role    string `json:"role"` // user or assistant
	Content string `json:"content"`
}

// Recording is a recording of the call. Its URL is not kept: the platform's
// links die after ten minutes, the id does not.
type Recording struct {
	ID      string  `json:"id"`
	Seconds float64 `json:"seconds,omitzero"`
	Turn    int     `json:"turn,omitzero"`
}

// Ended reports whether the call is over.
func (s *Session) Ended() bool { return !s.EndedAt.IsZero() }

// Remember keeps the fingerprint of a request that is being committed.
func (s *Session) Remember(fingerprint string) {
	s.Recent = remembered(s.Recent, fingerprint, recentLimit)
}

// Remembers reports whether a request with this fingerprint was committed
// lately.
func (s *Session) Remembers(fingerprint string) bool {
	return slices.Contains(s.Recent, fingerprint)
}

// Take keeps the id of an event that is being committed.
func (s *Session) Take(event string) { s.Events = remembered(s.Events, event, eventsLimit) }

// Took reports whether an event with this id was committed lately.
func (s *Session) Took(event string) bool { return slices.Contains(s.Events, event) }

// remembered is a list with one id more and, of the oldest, none beyond limit.
func remembered(ids []string, id string, limit int) []string {
	ids = append(slices.Clone(ids), id)
	return ids[max(0, len(ids)-limit):]
}
