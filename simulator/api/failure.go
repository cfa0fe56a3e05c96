package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// Failure is an answer that is no success, in Telnyx's shape.
type Failure struct {
	Status     int // of HTTP
	Code       string
	Title      string
	Detail     string
	Pointer    string // JSON Pointer to the parameter: /greeting
	RetryAfter time.Duration
	More       []Failure // further errors in the same answer; their Status is not looked at
}

// NotFound is 404, code 10005: no such call, command or account.
func NotFound() *Failure {
	return &Failure{Status: http.StatusNotFound, Code: "10005", Title: "Resource not found", Detail: "The requested resource or URL could not be found."}
}

// Unauthorized is 401, code 10009.
func Unauthorized() *Failure {
	return &Failure{Status: http.StatusUnauthorized, Code: "10009", Title: "Authentication failed", Detail: "Could not understand the provided credentials."}
}

// CallEnded is 422, code 90018: the call is over.
func CallEnded() *Failure {
	return &Failure{Status: http.StatusUnprocessableEntity, Code: "90018", Title: "Call has already ended", Detail: "This call is no longer active and can't receive commands."}
}

// NotAnswered is 422, code 90034: digits are asked of a call that still rings.
func NotAnswered() *Failure {
	return &Failure{Status: http.StatusUnprocessableEntity, Code: "90034", Title: "Call not answered yet", Detail: "This call has not been answered yet."}
}

// AssistantRunning is 422, code 90061: a second AI assistant on one call.
func AssistantRunning() *Failure {
	return &Failure{Status: http.StatusUnprocessableEntity, Code: "90061", Title: "AI Assistant already in progress", Detail: "An AI Assistant is already active on this call."}
}

// TooMany is 429, code 10011. after is how long the client is told to wait, in
// whole seconds; 0 tells nothing.
func TooMany(after time.Duration) *Failure {
	return &Failure{Status: http.StatusTooManyRequests, Code: "10011", Title: "Too many requests", Detail: "You have exceeded the maximum number of allowed requests.", RetryAfter: after}
}

// TooManyDials is 429, code 90103: more new calls than the account may begin.
func TooManyDials(after time.Duration) *Failure {
	return &Failure{Status: http.StatusTooManyRequests, Code: "90103", Title: "Dials per second limit exceeded", Detail: "The account begins too many calls.", RetryAfter: after}
}

// ServerError is a 5xx without Telnyx's shape, as a gateway answers.
func ServerError(status int) *Failure { return &Failure{Status: status} }

// described is one error as it goes out.
type described struct {
	Code   string  `json:"code"`
	Title  string  `json:"title"`
	Detail string  `json:"detail,omitempty"`
	Source *source `json:"source,omitempty"`
}

type source struct {
	Pointer string `json:"pointer"`
}

func (f *Failure) describe() []described {
	var out []described
	for _, e := range append([]Failure{*f}, f.More...) {
		d := described{Code: e.Code, Title: e.Title, Detail: e.Detail}
		if e.Pointer != "" {
			d.Source = &source{Pointer: e.Pointer}
		}
		out = append(out, d)
	}
	return out
}

// write sends an answer. A client that has gone does not need it, so its errors
// are nobody's.
func write(w http.ResponseWriter, answer any, f *Failure) {
	if f == nil {
		writeJSON(w, http.StatusOK, answer)
		return
	}
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((f.RetryAfter+time.Second-1)/time.Second)))
	}
	if f.Code == "" {
		http.Error(w, "<html><body>"+http.StatusText(f.Status)+"</body></html>", f.Status)
		return
	}
	writeJSON(w, f.Status, map[string]any{"errors": f.describe()})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	raw, is := v.(json.RawMessage)
	if !is {
		encoded, err := json.Marshal(v)
		if err != nil {
			http.Error(w, "", http.StatusInternalServerError)
			return
		}
		raw = encoded
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}
