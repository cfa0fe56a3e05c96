// Package api is Telnyx's API in a box, as far as texmlsrv asks it: commands on
// live calls, and the TeXML requests that change and begin calls.
//
// It checks what comes as strictly as Telnyx's reference allows, against JSON
// Schemas of its own that were written from the reference by hand; it answers in
// Telnyx's shapes and with its codes; and it goes wrong on demand. What it took
// it hands to hooks, so that the simulator can act on it, and keeps, so that
// tests can look at it. It knows nothing of the rest of texmlsrv.
//
// Where the reference has a code and no HTTP status for it, the status is 422.
package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Prefix is where the API begins. The base URL of a client is the server's
// address with it.
const Prefix = "/v2"

// Options are the knobs of New. The zero value takes any key and any account,
// and says yes to all that is well formed.
type Options struct {
	APIKey    string           // what requests have to carry; "" takes any that carry one
	AccountID string           // of TeXML requests; "" takes any
	Now       func() time.Time // nil is time.Now

	// Call tells of a call by its id, and whether there is one. nil has every
	// call be in progress.
	Call func(id string) (Call, bool)

	// The hooks act on what was taken, before it is answered. A Failure is
	// answered instead; nil is success. They are called from many goroutines at
	// once, and nil hooks do nothing. A command that is a repetition reaches no
	// hook.
	OnCommand    func(ctx context.Context, c Command) *Failure
	OnUpdateCall func(ctx context.Context, u Update) *Failure
	OnInitiate   func(ctx context.Context, i Initiate) *Failure

	// Fault says how a request goes wrong that nothing was scripted for. Of in
	// what is told of the answer is not known yet. It may be nil.
	Fault func(in Received) Fault

	Limit int // requests in a second, of any kind; 0 is no limit
	Dials int // new calls in 5 seconds; 0 is Telnyx's 150
	Keep  int // how many requests Received remembers; 0 is 1000
}

// Call is what the API has to know of a call.
type Call struct {
	From, To   string
	Direction  string // inbound or outbound
	Status     string // ringing, in-progress (also when empty), completed, busy, failed, no-answer or canceled
	AnsweredBy string // human, machine or not_sure; "" without detection
	Started    time.Time
	Ended      time.Time // zero while it runs
}

// API is the fake. Its methods may be called from many goroutines at once.
type API struct {
	o       Options
	schemas map[string]*jsonschema.Schema

	mu       sync.Mutex
	script   []Fault
	seen     map[string]time.Time // when a command_id of a call was taken
	requests []time.Time          // of the last second
	dials    []time.Time          // of the last five seconds
	received []Received
}

var _ http.Handler = (*API)(nil)

// New makes an API. Its only error is a schema of ours that is none.
func New(o Options) (*API, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Call == nil {
		o.Call = func(string) (Call, bool) { return Call{Direction: "inbound", Status: inProgress}, true }
	}
	if o.Dials == 0 {
		o.Dials = 150
	}
	if o.Keep == 0 {
		o.Keep = 1000
	}
	schemas, err := compiled()
	if err != nil {
		return nil, err
	}
	return &API{o: o, schemas: schemas, seen: map[string]time.Time{}}, nil
}

// bodyLimit is how large a request may be. It is ours: Telnyx names no limit.
const bodyLimit = 1 << 20

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !a.serve(w, r, wait) {
		panic(http.ErrAbortHandler) // net/http's way to close a connection without an answer
	}
}

// serve answers one request, unless a fault keeps the answer back. waits is what
// a delay does, and reports whether the client still wants to be answered.
func (a *API) serve(w http.ResponseWriter, r *http.Request, waits func(context.Context, Fault) bool) (answered bool) {
	in := &Received{At: a.o.Now(), Method: r.Method, Path: r.URL.EscapedPath(), ContentType: r.Header.Get("Content-Type")}
	failure := a.open(w, r, in)
	fault := a.next(*in)
	if !waits(r.Context(), fault) || fault.Drop {
		a.keep(*in)
		return false
	}
	if failure == nil {
		failure = fault.Failure
	}
	var answer any
	if failure == nil {
		answer, failure = a.act(r.Context(), in)
	}
	if failure == nil && fault.Body != nil {
		answer = json.RawMessage(fault.Body)
	}
	in.Status = http.StatusOK
	if failure != nil {
		in.Status = failure.Status
	}
	a.keep(*in)
	if fault.Lose {
		return false
	}
	a.limits(w)
	write(w, answer, failure)
	return true
}

// open reads a request, and refuses what is wrong with it by itself.
func (a *API) open(w http.ResponseWriter, r *http.Request, in *Received) *Failure {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	in.Body = body
	if err != nil {
		return &Failure{Status: http.StatusRequestEntityTooLarge, Code: "10015", Title: "Bad Request", Detail: "The request is too large."}
	}
	if failure := a.authorize(r); failure != nil {
		return failure
	}
	if !locate(r, in) {
		return NotFound()
	}
	if failure := a.limited(); failure != nil {
		return failure
	}
	return a.read(in)
}

// act carries a request out.
func (a *API) act(ctx context.Context, in *Received) (any, *Failure) {
	switch in.Name {
	case updateCall:
		return a.update(ctx, in)
	case initiateCall:
		return a.initiate(ctx, in)
	}
	return a.command(ctx, in)
}

// authorize looks at the key.
func (a *API) authorize(r *http.Request) *Failure {
	key, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer || key == "" || a.o.APIKey != "" && key != a.o.APIKey {
		return Unauthorized()
	}
	return nil
}

// Names of the TeXML requests, besides those of the commands.
const (
	updateCall   = "update_call"
	initiateCall = "initiate_call"
)

// locate reads a path, and reports whether it leads anywhere. Segments are
// unescaped one by one, so an id may hold anything.
func locate(r *http.Request, in *Received) bool {
	path, under := strings.CutPrefix(r.URL.EscapedPath(), Prefix+"/")
	if !under || r.Method != http.MethodPost {
		return false
	}
	parts := strings.Split(path, "/")
	for i := range parts {
		part, err := url.PathUnescape(parts[i])
		if err != nil || part == "" {
			return false
		}
		parts[i] = part
	}
	switch {
	case len(parts) == 4 && parts[0] == "calls" && parts[2] == "actions" && slices.Contains(commands(), parts[3]):
		in.Name, in.CallID = parts[3], parts[1]
	case len(parts) == 4 && parts[0] == "texml" && parts[1] == "Accounts" && parts[3] == "Calls":
		in.Name, in.AccountID = initiateCall, parts[2]
	case len(parts) == 5 && parts[0] == "texml" && parts[1] == "Accounts" && parts[3] == "Calls":
		in.Name, in.AccountID, in.CallID = updateCall, parts[2], parts[4]
	default:
		return false
	}
	return true
}

// read decodes the body and holds it against the schema.
func (a *API) read(in *Received) *Failure {
	form := strings.HasPrefix(in.ContentType, "application/x-www-form-urlencoded")
	switch {
	case form && in.Name == updateCall:
		params, failure := readForm(in.Body)
		if failure != nil {
			return failure
		}
		in.Params = params
	case strings.HasPrefix(in.ContentType, "application/json"):
		if err := json.Unmarshal(in.Body, &in.Params); err != nil || in.Params == nil {
			return &Failure{Status: http.StatusBadRequest, Code: "10015", Title: "Bad Request", Detail: "The request is not a JSON object."}
		}
	case in.Name == updateCall:
		return &Failure{Status: http.StatusUnsupportedMediaType, Code: "10034", Title: "Form content type expected"}
	default:
		return &Failure{Status: http.StatusUnsupportedMediaType, Code: "10029", Title: "JSON content type expected"}
	}
	return a.check(in.Name, in.Params)
}

// readForm reads the documented body of update call. A key that is there twice
// is a defect of whoever sent it.
func readForm(body []byte) (map[string]any, *Failure) {
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, &Failure{Status: http.StatusBadRequest, Code: "10015", Title: "Bad Request", Detail: "The request is not a form."}
	}
	params := map[string]any{}
	for key, all := range values {
		if len(all) > 1 {
			return nil, &Failure{Status: http.StatusUnprocessableEntity, Code: "10015", Title: "Bad Request", Detail: fmt.Sprintf("%s is there twice.", key)}
		}
		params[key] = all[0]
	}
	return params, nil
}
