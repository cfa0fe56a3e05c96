package telnyx

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Codes that Telnyx gives in errors, of the many it has.
const (
	CodeMissing          = "10004" // a required parameter is missing
	CodeNotFound         = "10005"
	CodeUnauthorized     = "10009" // the key is wrong
	CodeForbidden        = "10010" // the key may not do this
	CodeTooMany          = "10011"
	CodeEnum             = "10032" // not one of the values
	CodeRange            = "10033"
	CodeCallID           = "90015" // no call_control_id
	CodeCallEnded        = "90018"
	CodeNotAnswered      = "90034"
	CodeAssistantRunning = "90061" // an AI assistant is already in progress
	CodeTooManyDials     = "90103"
)

// APIError is a refusal of Telnyx.
type APIError struct {
	Request    string        // name of the command, or update_call, initiate_call
	Status     int           // of HTTP
	Errors     []ErrorDetail // what Telnyx says of it; nil when it does not in its usual form
	RetryAfter time.Duration // how long Telnyx asks to wait; 0 when it does not
}

// ErrorDetail is one of the errors in a refusal.
type ErrorDetail struct {
	Code    string // digits: 90018
	Title   string
	Detail  string // may quote what was sent: not for logs
	Pointer string // JSON Pointer to the parameter: /greeting
}

// Error has the codes and titles. It leaves out the details, which may quote a
// caller's number or words.
func (e *APIError) Error() string {
	said := make([]string, len(e.Errors))
	for i, d := range e.Errors {
		said[i] = strings.TrimSpace(d.Code + " " + d.Title)
		if d.Pointer != "" {
			said[i] += " (" + d.Pointer + ")"
		}
	}
	if len(said) == 0 {
		said = []string{http.StatusText(e.Status)}
	}
	return fmt.Sprintf("telnyx: %s: %d: %s", e.Request, e.Status, strings.Join(said, "; "))
}

// LogValue is Error: what %+v would show beyond it is not for logs.
func (e *APIError) LogValue() slog.Value { return slog.StringValue(e.Error()) }

// SendError is a request that was not answered.
type SendError struct {
	Request string
	Sent    bool // Telnyx may have got it
	Err     error
}

func (e *SendError) Error() string { return fmt.Sprintf("telnyx: %s: %v", e.Request, e.Err) }

func (e *SendError) Unwrap() error { return e.Err }

// AnswerError is an answer of 2xx that is none of Telnyx's: most likely the base
// URL is another server's.
type AnswerError struct {
	Request string
	Err     error
}

func (e *AnswerError) Error() string {
	return fmt.Sprintf("telnyx: %s: the answer is none of Telnyx's: %v", e.Request, e.Err)
}

func (e *AnswerError) Unwrap() error { return e.Err }

// IsGone reports that there is no such call any more: 404, or 90018, which comes
// with 422. Telnyx also says 404 to a wrong account id.
func IsGone(err error) bool {
	e, is := errors.AsType[*APIError](err)
	return is && (e.Status == http.StatusNotFound || HasCode(err, CodeCallEnded))
}

// IsUnauthorized reports that the API key is wrong, or may not do this.
func IsUnauthorized(err error) bool {
	e, is := errors.AsType[*APIError](err)
	return is && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden)
}

// IsRateLimited reports that Telnyx was asked too often.
func IsRateLimited(err error) bool {
	e, is := errors.AsType[*APIError](err)
	return is && e.Status == http.StatusTooManyRequests
}

// HasCode reports whether a refusal has one of Telnyx's codes.
func HasCode(err error, code string) bool {
	e, is := errors.AsType[*APIError](err)
	return is && slices.ContainsFunc(e.Errors, func(d ErrorDetail) bool { return d.Code == code })
}

// MayHaveHappened reports that a request failed, and may have been carried out
// all the same.
func MayHaveHappened(err error) bool {
	if e, is := errors.AsType[*SendError](err); is {
		return e.Sent
	}
	if e, is := errors.AsType[*APIError](err); is {
		return e.Status >= 500 || e.Status == http.StatusRequestTimeout
	}
	_, is := errors.AsType[*AnswerError](err)
	return is
}
