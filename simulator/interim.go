package simulator

import (
	"cmp"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"texmlsrv/texml"
)

// ids are the parties and identifiers of a leg.
type ids struct {
	SID string
	url.Values
}

func newIDs(c Call, _ time.Time) ids {
	sid := c.SID
	if sid == "" {
		sid = "v3:" + strconv.FormatUint(c.Seed, 10)
	}
	return ids{SID: sid, Values: url.Values{"CallSid": {sid}, "From": {c.From}, "To": {c.To}}}
}

func (i ids) with(pairs ...string) url.Values {
	v := url.Values{}
	for k := range i.Values {
		v[k] = i.Values[k]
	}
	for n := 0; n < len(pairs); n += 2 {
		v.Set(pairs[n], pairs[n+1])
	}
	return v
}

func (i ids) Fetch() url.Values { return i.with() }

func (i ids) Gather(digits, speech *string, _ float64) url.Values {
	v := i.with()
	if digits != nil {
		v.Set("Digits", *digits)
	}
	if speech != nil {
		v.Set("SpeechResult", *speech)
	}
	return v
}

func (i ids) AI(status string, result json.RawMessage, _ []Message) url.Values {
	v := i.with("Status", status)
	if result != nil {
		v.Set("Base64Result", base64.StdEncoding.EncodeToString(result))
	}
	return v
}

func (i ids) Partial(text string) url.Values          { return i.with("UnstableSpeechResult", text) }
func (i ids) Leg(status string, _ float64) url.Values { return i.with("CallStatus", status) }
func (i ids) Machine(by string) url.Values            { return i.with("AnsweredBy", by) }
func (i ids) Conference(event, room string) url.Values {
	return i.with("StatusCallbackEvent", event, "FriendlyName", room)
}
func (i ids) Enqueue(queue, result string, _ float64) url.Values {
	return i.with("QueueSid", queue, "QueueResult", result)
}
func (i ids) Wait(queue string, _ float64) url.Values { return i.with("QueueSid", queue) }
func (i ids) Connect(reason string) url.Values        { return i.with("Reason", reason) }
func (i ids) Refer(status, code string) url.Values {
	return i.with("ReferCallStatus", status, "ReferSipResponseCode", code)
}
func (i ids) PayStatus(status, result string) url.Values {
	return i.with("Status", status, "Result", result)
}
func (i ids) Pay(_ *texml.Pay, result, reason string) url.Values {
	return i.with("PayResult", result, "Result", cmp.Or(reason, result))
}
func (i ids) Stream(event, name string) url.Values {
	return i.with("StreamEvent", event, "StreamName", name)
}
func (i ids) Siprec(event string) url.Values { return i.with("SiprecEvent", event) }
func (i ids) Transcript(text string, _ float64) url.Values {
	return i.with("Transcript", text, "IsFinal", "true")
}
func (i ids) HTTP(values map[string]string) url.Values {
	v := i.with()
	for k, text := range values {
		v.Set(k, text)
	}
	return v
}

func (t *talk) action() url.Values { return t.ids.with("DialCallStatus", t.status) }
func (r *recorded) form(status string) url.Values {
	return r.l.ids.with("RecordingSid", "r", "RecordingStatus", status)
}
func (r *recorded) transcription() url.Values { return r.l.ids.with("TranscriptionText", "text") }
func (r *recorded) length() string            { return strconv.Itoa(int(r.seconds)) + " s" }
func (r *recorded) stops() []request          { return r.ends() }

func (l *leg) child(name, party string, _ int) *leg {
	c := &leg{course: l.course, name: name, ids: l.ids}
	c.ids.Values = l.ids.with("To", party)
	return c
}

func (l *leg) progress(status string) []request {
	if l.StatusURL == "" {
		return nil
	}
	return []request{{kind: KindStatus, method: http.MethodPost, url: l.StatusURL, form: l.ids.with("CallStatus", status, "CallbackSource", "call-progress-events")}}
}

func finalWord(End) string                   { return "completed" }
func (l *leg) conversation(talked) []request { return nil }
func (l *leg) partial(talked) []request      { return nil }
func (l *leg) gatherEnded(talked) []request  { return nil }
func (l *leg) gathered(t talked, _ behaviours) url.Values {
	return l.ids.AI(t.status, t.result, t.messages)
}

func signature(key ed25519.PrivateKey, at time.Time, body []byte) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	return http.Header{
		"Telnyx-Timestamp":         {stamp},
		"Telnyx-Signature-Ed25519": {base64.StdEncoding.EncodeToString(ed25519.Sign(key, []byte(stamp+"|"+string(body))))},
	}
}
