package wire

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Partial is what a Gather has understood so far, for its
// partialResultCallback. Telnyx publishes no fields; these are TwiML's.
func (c Call) Partial(unstable string) url.Values {
	return with(c.ids(), "From", c.From, "To", c.To, "UnstableSpeechResult", unstable)
}

// HTTP is the action request of an HttpRequest: what its Response mapping took
// out of the reply, under the author's names. Which wins when such a name is
// one of Telnyx's is not known; here Telnyx's does.
func (c Call) HTTP(extracted map[string]string) url.Values {
	v := with(c.party(), "CallerId", c.CallerID)
	for _, name := range slices.Sorted(maps.Keys(extracted)) {
		if !v.Has(name) {
			v.Set(name, extracted[name])
		}
	}
	return v
}

// Waiting is how somebody waits in a queue.
type Waiting struct {
	Queue    string // its name
	Position int    // 1 is next
	Size     int
	Waited   time.Duration
	Average  time.Duration
}

// Queue is the fetch of an Enqueue's waitUrl.
func (c Call) Queue(w Waiting) url.Values {
	return with(c.party(), "QueueSid", w.Queue, "QueuePosition", strconv.Itoa(w.Position),
		"CurrentQueueSize", strconv.Itoa(max(w.Size, w.Position)), "QueueTime", wholeSeconds(w.Waited),
		"AvgQueueTime", wholeSeconds(w.Average))
}

// Enqueue is the action request of an Enqueue. Telnyx publishes no fields for
// it: result is TwiML's QueueResult (bridged, leave, hangup …), and is left out
// when empty.
func (c Call) Enqueue(w Waiting, result string) url.Values {
	return with(c.party(), "QueueSid", w.Queue, "QueueTime", wholeSeconds(w.Waited), "QueueResult", result)
}

// Connect is the action request of a Connect, with why it ended: handoff,
// hangup, service_error, stt_error …
func (c Call) Connect(reason string) url.Values {
	return with(c.party(), "Reason", reason)
}

// Refer is the action request of a Refer: in-progress, busy, canceled or
// failed, and the SIP codes of the other platform ("" for none).
func (c Call) Refer(status, response, notify string, at time.Time) url.Values {
	return with(c.ids(), "ReferCallStatus", Word(status), "ReferSipResponseCode", response,
		"NotifySipResponseCode", notify, "Timestamp", seconds(at))
}

// Payment is how a Pay went.
type Payment struct {
	Result    string // our success, failed; or the raw word of what failed: validation-error, cancelled …
	Method    string // credit-card, ach-debit; "" is credit-card
	Connector string // "" is Default
	Step      string // of a failure, and of status callbacks: payment-card-number …
	Error     string
	Attempt   int // of status callbacks; 0 is 1
}

func (p Payment) filled() Payment {
	setDefault(&p.Result, "success")
	setDefault(&p.Method, "credit-card")
	setDefault(&p.Connector, "Default")
	p.Result = Word(p.Result)
	p.Attempt = max(p.Attempt, 1)
	return p
}

// Pay is the action request of a Pay.
func (c Call) Pay(p Payment) url.Values {
	p = p.filled()
	v := with(c.party(), "Result", p.Result, "PaymentMethod", p.Method, "PaymentConnector", p.Connector)
	if p.Result == "success" {
		charge, token := c.NewUUID("charge"), c.NewUUID("token")
		return with(v, "PayResult", "success", "ChargeId", charge, "PaymentConfirmationCode", charge,
			"TokenId", token, "PaymentToken", token)
	}
	if p.Result == "failed" {
		v.Set("Result", "payment-connector-error")
	}
	return with(v, "PayResult", "failed", "PaymentStep", p.Step, "PaymentError", p.Error)
}

// PayStatus is a status callback of a Pay: processing or completed, and the
// result so far: pending, success or failed.
func (c Call) PayStatus(status, result string, p Payment) url.Values {
	p = p.filled()
	return with(c.party(), "Status", status, "Result", result, "For", p.Step, "Attempt", strconv.Itoa(p.Attempt),
		"PaymentMethod", p.Method, "PaymentConnector", p.Connector, "ErrorType", p.Error)
}
