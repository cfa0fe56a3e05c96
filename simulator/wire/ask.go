package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strconv"
)

// Message is one thing said in an AI conversation. Timestamp is only sent in
// the Messages of a conversation callback.
type Message struct {
	Role      string `json:"role"` // user, assistant
	Content   string `json:"content"`
	Timestamp string `json:"timestamp,omitempty"`
}

// Shape is how the result of an AI gather comes. Telnyx's sample is enveloped;
// nobody has confirmed either on the wire.
type Shape int

// The shapes of a result.
const (
	Enveloped Shape = iota // {"status":"valid","result":{…}}
	Bare                   // {…}
	Missing                // no Base64Result at all
)

// Alphabet is how bytes become base64: Telnyx's samples are Padded; the others
// are what proxies and re-encoders make of it.
type Alphabet int

// The spellings of base64.
const (
	Padded   Alphabet = iota // standard alphabet, with =
	Unpadded                 // standard alphabet, without =
	URLSafe                  // - and _, without =
)

// Encode is data in this spelling.
func (a Alphabet) Encode(data []byte) string {
	switch a {
	case Unpadded:
		return base64.RawStdEncoding.EncodeToString(data)
	case URLSafe:
		return base64.RawURLEncoding.EncodeToString(data)
	case Padded:
	}
	return base64.StdEncoding.EncodeToString(data)
}

// AIGather is what an AI gather brought.
type AIGather struct {
	Status   string          // valid, invalid …; "" is valid
	Result   json.RawMessage // the gathered object, sent in the order written; nil sends no result
	History  []Message       // nil sends no Base64MessageHistory
	Shape    Shape
	Alphabet Alphabet
}

// AIGather is the action request of an AI gather.
func (c Call) AIGather(g AIGather) url.Values {
	setDefault(&g.Status, "valid")
	v := with(c.party(), "Status", g.Status)
	if g.Result != nil && g.Shape != Missing {
		result := []byte(g.Result)
		if g.Shape == Enveloped {
			result = object("status", g.Status, "result", g.Result)
		}
		v.Set("Base64Result", g.Alphabet.Encode(result))
	}
	if g.History != nil {
		v.Set("Base64MessageHistory", g.Alphabet.Encode(compact(g.History)))
	}
	return v
}

// OldAIGather is the action request of an AI gather as an earlier revision of
// Telnyx's page has it: plain JSON, text instead of content, no Status, no
// ConnectionId.
func (c Call) OldAIGather(g AIGather) url.Values {
	v := with(c.ids(), "From", c.From, "To", c.To, "Result", string(g.Result))
	if g.History != nil {
		type item struct {
			Role string `json:"role"`
			Text string `json:"text"`
		}
		items := make([]item, len(g.History))
		for i, m := range g.History {
			items[i] = item{m.Role, m.Content}
		}
		v.Set("MessageHistory", string(compact(items)))
	}
	return v
}

// Gather is what a Gather brought: digits, speech, or neither. A group that is
// nil is not sent; an empty text is.
type Gather struct {
	Digits     *string
	Speech     *string
	Confidence float64 // of Speech, 0 to 1
}

// Gather is the action request of a Gather, and the one to its
// invalidDigitsAction.
func (c Call) Gather(g Gather) url.Values {
	v := with(c.ids(), "From", c.From, "To", c.To)
	if g.Digits != nil {
		v.Set("Digits", *g.Digits)
	}
	if g.Speech != nil {
		v.Set("SpeechResult", *g.Speech)
		v.Set("Confidence", decimal(g.Confidence))
	}
	return v
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// compact is a value as JSON on one line, with <, > and & as they are. Only
// values that JSON can say are given to it.
func compact(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return []byte("null")
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// object is a JSON object of alternating names and values, in that order. A
// json.RawMessage stands for itself.
func object(members ...any) []byte {
	b := []byte{'{'}
	for i := 0; i+1 < len(members); i += 2 {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, compact(members[i])...), ':')
		if raw, is := members[i+1].(json.RawMessage); is && json.Valid(raw) {
			b = append(b, raw...)
			continue
		}
		b = append(b, compact(members[i+1])...)
	}
	return append(b, '}')
}
