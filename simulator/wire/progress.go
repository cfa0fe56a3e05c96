package wire

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Instants on the wire: most fields have seconds, CallInitiatedAt has
// milliseconds.
const (
	secondsForm = "2006-01-02T15:04:05Z"
	millisForm  = "2006-01-02T15:04:05.000Z"
	microsForm  = "2006-01-02T15:04:05.000000Z"
)

func seconds(t time.Time) string { return instant(t, secondsForm) }

func instant(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(layout)
}

// hyphenated are Telnyx's words with a hyphen where ours have an underscore.
var hyphenated = map[string]bool{
	"no_answer": true, "in_progress": true, "validation_error": true, "payment_connector_error": true,
	"internal_error": true, "too_many_failed_attempts": true,
}

// Word is one of our words as Telnyx writes it: no_answer is no-answer. Words
// that Telnyx writes with an underscore, and unknown ones, stay.
func Word(s string) string {
	if hyphenated[s] {
		return strings.ReplaceAll(s, "_", "-")
	}
	return s
}

// Progress is one moment of a call for a status callback.
type Progress struct {
	Status   string    // initiated, ringing, answered (sent as in-progress); completed, busy, no-answer, canceled, failed
	Sequence int       // SequenceNumber: 0, 1 …
	At       time.Time // when this is
	Began    time.Time // when the call was initiated; zero: At
	Answered time.Time // when it was answered; zero: it was not, or not yet

	HangupCause  string // of the final statuses; default by Status: normal_clearing, user_busy …
	HangupSource string // caller, callee, unknown; default caller
	SIPCause     string // default by Status: 200, 486 …

	ErrorCode, ErrorMessage string
}

// Status is a status callback: initiated, ringing, answered, or one of the
// final words. On a leg it names the call that dialed it.
func (c Call) Status(p Progress) url.Values {
	v := c.progress(p)
	if p.Status == "answered" || v.Get("CallStatus") == "in-progress" {
		v.Set("CallStatus", "in-progress")
		add(v, "Codec", "PCMU", "SamplingRate", "8000")
	}
	if end, final := endOf(v.Get("CallStatus")); final {
		c.addEnd(v, p, end)
	}
	return v
}

// progress is what every status callback has.
func (c Call) progress(p Progress) url.Values {
	if p.Began.IsZero() {
		p.Began = p.At
	}
	return with(c.party(),
		"CallInitiatedAt", instant(p.Began, millisForm), "CallStatus", Word(p.Status),
		"CallbackSource", "call-progress-events", "CallerId", c.CallerID,
		"ErrorCode", p.ErrorCode, "ErrorMessage", p.ErrorMessage,
		"ParentCallSid", c.Parent, "ParentCallSidLegacy", c.Parent,
		"SequenceNumber", strconv.Itoa(p.Sequence), "Timestamp", seconds(p.At), "AnsweredBy", c.AnsweredBy)
}

// end is one of the final words, with what Telnyx and SIP call the cause.
type end struct{ word, cause, sip string }

func allEnds() []end {
	return []end{
		{"completed", "normal_clearing", "200"},
		{"busy", "user_busy", "486"},
		{"no-answer", "timeout", "408"},
		{"canceled", "originator_cancel", "487"},
		{"failed", "call_rejected", "603"},
	}
}

// endOf finds an end by its word or cause.
func endOf(name string) (end, bool) {
	for _, e := range allEnds() {
		if e.word == name || e.cause == name {
			return e, true
		}
	}
	return end{}, false
}

// addEnd adds what only a final callback has.
func (c Call) addEnd(v url.Values, p Progress, e end) {
	if p.Began.IsZero() {
		p.Began = p.At
	}
	setDefault(&p.HangupCause, e.cause)
	setDefault(&p.SIPCause, e.sip)
	setDefault(&p.HangupSource, "caller")
	add(v, "AnsweredTime", seconds(p.Answered), "CallControlId", c.SID, "CallDuration", "0",
		"CallLegId", c.LegID, "CallSessionId", c.SessionID, "EndTime", seconds(p.At),
		"HangupCause", p.HangupCause, "HangupSource", p.HangupSource, "OccurredAt", seconds(p.At),
		"SipHangupCause", p.SIPCause, "StartTime", seconds(p.Began), "UserId", c.AccountSID)
	if !p.Answered.IsZero() {
		v.Set("CallDuration", wholeSeconds(p.At.Sub(p.Answered)))
		v.Set("CallQualityStats", `{"inbound":{"mos":"4.50","packet_count":"591"},"outbound":{"packet_count":"588"}}`)
	}
}

func wholeSeconds(d time.Duration) string { return strconv.Itoa(rounded(d)) }

// rounded is a duration in seconds.
func rounded(d time.Duration) int { return int(max(0, d).Round(time.Second) / time.Second) }

// Dialed is how a Dial ended.
type Dialed struct {
	Status string        // completed, busy, no-answer, canceled, failed
	SID    string        // of the dialed leg; "" when none was made
	Length time.Duration // how long they talked; 0 sends no DialCallDuration

	ErrorCode, ErrorMessage string // of a leg that failed
}

// Dial is the action request of a Dial: the final status callback of the
// caller's own leg (whatever p.Status says, CallStatus is completed), and how
// the dialed one ended.
func (c Call) Dial(p Progress, d Dialed) url.Values {
	p.Status = "completed"
	v := with(c.Status(p), "DialCallStatus", Word(d.Status), "DialCallSid", d.SID, "DialCallSidLegacy", d.SID,
		"ErrorCode", d.ErrorCode, "ErrorMessage", d.ErrorMessage)
	if d.Length > 0 {
		v.Set("DialCallDuration", wholeSeconds(d.Length))
	}
	return v
}

// MachineDetection tells asynchronously who or what answered: human,
// machine_start, machine_end_beep … (AnsweredBy of the call, else human), and
// how long it took to tell.
func (c Call) MachineDetection(took time.Duration) url.Values {
	by := c.AnsweredBy
	setDefault(&by, "human")
	return with(c.ids(), "ConnectionId", c.ConnectionID, "AnsweredBy", by,
		"MachineDetectionDuration", strconv.FormatInt(took.Milliseconds(), 10))
}

// Digit tells of one key that was pressed. The Status of p is not used.
func (c Call) Digit(digit string, p Progress) url.Values {
	p.Status = "dtmf"
	return with(c.progress(p), "Digit", digit)
}

// Cost tells what a call cost, in dollars.
func (c Call) Cost(dollars string) url.Values {
	return form("AccountSid", c.AccountSID, "CallSid", c.SID, "CallbackSource", "call-cost-events",
		"CallCost["+c.SID+"]", dollars)
}
