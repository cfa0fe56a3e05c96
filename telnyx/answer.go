package telnyx

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"texmlsrv/telnyx/commands"
)

var (
	errTooLong = errors.New("it is too long")
	errNoJSON  = errors.New("it is no JSON object of the form expected")
)

// mostErrors is how many errors of a refusal are kept; wordy how many characters
// of what each says.
const (
	mostErrors = 20
	wordy      = 500
)

// readAccepted reads the answer to a command: {"data":{"result":"ok"}}.
func readAccepted(name string, body []byte) (Accepted, error) {
	var answer struct {
		Data *struct {
			Result         loose `json:"result"`
			ConversationID loose `json:"conversation_id"`
		} `json:"data"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.Data == nil {
		return Accepted{}, &AnswerError{Request: name, Err: errNoJSON}
	}
	return Accepted{Result: string(answer.Data.Result), ConversationID: string(answer.Data.ConversationID)}, nil
}

// readCall reads the answer to update call, which has no data around it. The
// deprecated twin of the route has; that is taken too.
func readCall(body []byte) (Call, error) {
	type resource struct {
		SID        loose `json:"sid"`
		Status     loose `json:"status"`
		Direction  loose `json:"direction"`
		AnsweredBy loose `json:"answered_by"`
		Duration   loose `json:"duration"`
	}
	var answer struct {
		resource
		Data *resource `json:"data"`
	}
	if !isObject(body) || json.Unmarshal(body, &answer) != nil {
		return Call{}, &AnswerError{Request: commands.UpdateCall, Err: errNoJSON}
	}
	r := answer.resource
	if answer.Data != nil {
		r = *answer.Data
	}
	return Call{
		SID: string(r.SID), Status: string(r.Status), Direction: string(r.Direction),
		AnsweredBy: string(r.AnsweredBy), Duration: string(r.Duration),
	}, nil
}

// readQueued reads the answer to initiate call: {"from","to","status"}. An id is
// taken by either of the names that Telnyx's other answers have for it.
func readQueued(body []byte) (Queued, error) {
	var answer struct {
		SID     loose `json:"sid"`
		CallSID loose `json:"call_sid"`
		From    loose `json:"from"`
		To      loose `json:"to"`
		Status  loose `json:"status"`
	}
	if !isObject(body) || json.Unmarshal(body, &answer) != nil {
		return Queued{}, &AnswerError{Request: commands.InitiateCall, Err: errNoJSON}
	}
	return Queued{
		SID: string(cmp.Or(answer.SID, answer.CallSID)), From: string(answer.From), To: string(answer.To), Status: string(answer.Status),
	}, nil
}

func isObject(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) }

// refusal reads an answer that is not 2xx:
// {"errors":[{"code","title","detail","source":{"pointer"}}]}. Whatever cannot be
// read is left out; the status always tells something.
func refusal(name string, answer *http.Response, body []byte, now time.Time) *APIError {
	e := &APIError{Request: name, Status: answer.StatusCode, RetryAfter: retryAfter(answer.Header, answer.StatusCode, now)}
	var said struct {
		Errors []json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(body, &said) != nil {
		return e
	}
	for _, raw := range said.Errors[:min(len(said.Errors), mostErrors)] {
		if d, is := readDetail(raw); is {
			e.Errors = append(e.Errors, d)
		}
	}
	return e
}

func readDetail(raw []byte) (ErrorDetail, bool) {
	var said struct {
		Code   loose           `json:"code"`
		Title  loose           `json:"title"`
		Detail loose           `json:"detail"`
		Source json.RawMessage `json:"source"`
	}
	if json.Unmarshal(raw, &said) != nil {
		return ErrorDetail{}, false
	}
	var source struct {
		Pointer loose `json:"pointer"`
	}
	if json.Unmarshal(said.Source, &source) != nil {
		source.Pointer = "" // of another form: the code says enough
	}
	d := ErrorDetail{Code: brief(said.Code), Title: brief(said.Title), Detail: brief(said.Detail), Pointer: brief(source.Pointer)}
	return d, d != ErrorDetail{}
}

// brief cuts what a server says to one line of a bearable length.
func brief(s loose) string {
	line := []rune(strings.Join(strings.Fields(string(s)), " "))
	return string(line[:min(len(line), wordy)])
}

// loose is a text that may come as a number, and is empty when it comes as
// anything else: Telnyx's documentation has code as text, and other servers
// between us and it have not.
type loose string

// UnmarshalJSON takes any JSON value.
func (l *loose) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*l = loose(text)
		return nil
	}
	*l = ""
	if c := data[0]; c == '-' || c >= '0' && c <= '9' {
		*l = loose(data)
	}
	return nil
}
