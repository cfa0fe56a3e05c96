// Package callbacks is the edge to Telnyx: the routes it calls, the proof that
// it was Telnyx who called, and the translation of its forms and JSON events
// into our words.
//
// The platform's field names (CallSid, Base64Result …) are known here and
// nowhere else. A request is read once and bounded, proven authentic, decoded
// into a calls.Request, and handed to the Calls that New was given; what it
// means for the call is decided there.
package callbacks

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"texmlsrv/calls"
)

// Calls is what the routes need of package calls.
type Calls interface {
	// Document answers a request for a document. Its only error is
	// *calls.UnknownFlowError; every other trouble is answered with a document.
	Document(ctx context.Context, r calls.Request) ([]byte, error)

	// Notice takes a callback whose reply is not executed. Its Callback is
	// never nil. An error is logged; the platform is told 200 all the same.
	Notice(ctx context.Context, r calls.Request) error

	// Event takes an event. The Event of the request is never nil. An error is
	// logged; the platform is told 200 all the same.
	Event(ctx context.Context, r calls.Request) error

	// TicketHolds reports whether ticket was handed out for this call, flow and step.
	TicketHolds(callSID, flow, step, ticket string) bool

	// Health tells whether documents can be answered.
	Health(ctx context.Context) calls.Health
}

// Options are the knobs of New. The zero value verifies, has no key, and so
// takes only requests that come straight to a loopback address.
type Options struct {
	Verify   Mode
	Keys     []ed25519.PublicKey // of the Telnyx account; several while one is being replaced
	FetchKey string              // what ?texml_key= must be to let a GET pass; "" lets none pass
	Now      func() time.Time    // nil is time.Now
	Log      *slog.Logger        // nil logs nothing

	// Answered is told of each request that was answered, by the pattern of its
	// route, "" for none; nil: nobody counts.
	Answered func(method, route string, status int, took time.Duration)
}

// server is what the handlers share.
type server struct {
	calls Calls
	guard *guard
	now   func() time.Time
	log   *slog.Logger

	answered func(method, route string, status int, took time.Duration)
}

// New returns the handler of the public listener: every route that Telnyx
// calls, and the two that tell of health. It switches Gin to release mode,
// because in its other modes Gin prints to the standard output.
func New(c Calls, o Options) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Answered == nil {
		o.Answered = func(string, string, int, time.Duration) {}
	}
	s := &server{calls: c, guard: newGuard(o), now: o.Now, log: o.Log, answered: o.Answered}

	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	// Telnyx does not follow redirects, so nothing may be answered with one.
	engine.RedirectTrailingSlash = false
	engine.RedirectFixedPath = false
	engine.HandleMethodNotAllowed = true
	engine.Use(
		s.access, // outermost: it writes down how a request ended, a panic included
		s.rescue, // a defect of ours must not become silence on the line
	)
	engine.NoRoute(noRoute)
	engine.NoMethod(noMethod)
	for _, r := range s.routes() {
		// Both slash forms are routes of their own.
		engine.Match(r.methods, r.path, r.handle)
		engine.Match(r.methods, r.path+"/", r.handle)
	}
	return engine
}

// route is one row of the route table.
type route struct {
	methods []string
	path    string
	handle  gin.HandlerFunc
}

// routes lists what is served. Telnyx uses GET or POST as an application, a
// verb or a REST call says, so every route of its own takes both.
func (s *server) routes() []route {
	platform := []string{http.MethodGet, http.MethodPost}
	health := []string{http.MethodGet, http.MethodHead}
	return []route{
		{platform, "/texml", s.document},
		{platform, "/texml/:flow", s.document},
		{platform, "/texml/:flow/:step", s.document}, // a ticket's URL that was cut off
		{platform, "/texml/:flow/:step/:ticket", s.document},
		{platform, "/callbacks/status", s.notice},
		{platform, "/webhooks", s.webhook},
		{health, "/healthz", s.healthz},
		{health, "/readyz", s.readyz},
	}
}
