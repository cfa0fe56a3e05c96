package simulator

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
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

func (l *leg) progress(status string) []request {
	if l.StatusURL == "" {
		return nil
	}
	form := l.ids.with("CallStatus", status, "CallbackSource", "call-progress-events", "SequenceNumber", strconv.Itoa(l.status))
	l.status++
	return []request{{kind: KindStatus, method: http.MethodPost, url: l.StatusURL, form: form}}
}

func signature(key ed25519.PrivateKey, at time.Time, body []byte) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	return http.Header{
		"Telnyx-Timestamp":         {stamp},
		"Telnyx-Signature-Ed25519": {base64.StdEncoding.EncodeToString(ed25519.Sign(key, []byte(stamp+"|"+string(body))))},
	}
}
