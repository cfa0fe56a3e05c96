package telnyx

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"

	"texmlsrv/telnyx/commands"
)

// UpdateCall changes a running TeXML call. At most one of URL, Texml and Status
// is given: which one would win, Telnyx does not say.
type UpdateCall struct {
	URL                  string `json:"Url,omitempty"`    // fetch this document and go on with it
	Method               string `json:"Method,omitempty"` // of URL: GET or POST
	FallbackURL          string `json:"FallbackUrl,omitempty"`
	FallbackMethod       string `json:"FallbackMethod,omitempty"`
	Texml                string `json:"Texml,omitempty"`  // go on with this document
	Status               string `json:"Status,omitempty"` // completed hangs up
	StatusCallback       string `json:"StatusCallback,omitempty"`
	StatusCallbackMethod string `json:"StatusCallbackMethod,omitempty"`
}

// String hides the documents, and the URLs with their tickets.
func (UpdateCall) String() string { return commands.UpdateCall }

// GoString is String.
func (u UpdateCall) GoString() string { return u.String() }

// LogValue is String.
func (u UpdateCall) LogValue() slog.Value { return slog.StringValue(u.String()) }

// Call is what Telnyx tells of a TeXML call.
type Call struct {
	SID        string
	Status     string // ringing, in-progress, canceled, completed, failed, busy or no-answer
	Direction  string // inbound or outbound
	AnsweredBy string // human, machine or not_sure; "" without detection
	Duration   string // in seconds; a text, and empty while the call runs
}

// completed is the one status that a call can be given.
const completed = "completed"

// UpdateCall changes a running TeXML call. The request has no id, so Telnyx
// carries out each one that it gets.
//
// With a URL, and with Status, it is repeated like a command, also when the first
// try may have been carried out: both say what the call shall do from now on,
// and a URL that is fetched twice can answer twice the same. With Texml it is
// repeated only when Telnyx did not get it: a document that began to play, or is
// already over, would begin again.
func (a *API) UpdateCall(ctx context.Context, callSID string, u UpdateCall) (Call, error) {
	body, err := checked(commands.UpdateCall, u)
	if err != nil {
		return Call{}, err
	}
	form, err := formOf(body)
	if err != nil {
		return Call{}, fmt.Errorf("telnyx: %s: %w", commands.UpdateCall, err)
	}
	answer, err := a.send(ctx, request{
		name: commands.UpdateCall, call: callSID, body: form, kind: formType,
		path:   append(a.calls(), segment{"call_sid", callSID}),
		repeat: u.Texml == "",
	})
	if err != nil {
		return Call{}, err
	}
	return readCall(answer)
}

// HangUp ends a running TeXML call. The call may have ended by itself, or by an
// earlier try: then Telnyx says that it is gone, and the error is one for which
// IsGone is true.
func (a *API) HangUp(ctx context.Context, callSID string) (Call, error) {
	return a.UpdateCall(ctx, callSID, UpdateCall{Status: completed})
}

// calls is the path of the account's TeXML calls.
func (a *API) calls() []segment {
	return []segment{{text: "texml"}, {text: "Accounts"}, {"account_sid", a.o.AccountID}, {text: "Calls"}}
}

// formOf turns texts in JSON into a form, which is the documented body of update
// call. The keys are sorted.
func formOf(body []byte) ([]byte, error) {
	var fields map[string]string
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, err
	}
	form := url.Values{}
	for key, value := range fields {
		form.Set(key, value)
	}
	return []byte(form.Encode()), nil
}
