package callbacks

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/gin-gonic/gin"

	"texmlsrv/calls"
)

// Bytes.
const (
	bodyLimit   = 4 << 20  // a longer body is refused
	readLimit   = 1 << 20  // a longer form is not read as the answer of a document
	textLimit   = 64 << 10 // what is kept of a text that could not be read
	pathLimit   = 1 << 10
	nameLimit   = 128     // of a flow or step in a path
	ticketLimit = 2 << 10 // twice what a sealed ticket takes

	documentCT = "application/xml; charset=utf-8"
	plainCT    = "text/plain; charset=utf-8"
)

// lastResort is spoken when a defect of ours left a request for a document
// without one.
const lastResort = `<?xml version="1.0" encoding="UTF-8"?>
<Response><Say>We are sorry, something went wrong. Please call again later.</Say><Hangup/></Response>
`

// document answers a request whose reply is executed.
func (s *server) document(c *gin.Context) {
	in, ok := s.receive(c)
	if !ok {
		return
	}
	doc, err := s.calls.Document(c.Request.Context(), in.documentRequest())
	if unknown, is := errors.AsType[*calls.UnknownFlowError](err); is {
		plain(c, http.StatusNotFound, unknown.Error())
		return
	}
	if err != nil {
		s.log.Error("no document for a request", "err", err, "call_sid", in.form.CallSid)
		doc = []byte(lastResort)
	}
	writeDocument(c, doc)
}

// notice takes a callback whose reply is not executed. It answers 200 even
// when it could not be kept: anything else makes the platform repeat it at the
// failover URL, which is a document route.
func (s *server) notice(c *gin.Context) {
	in, ok := s.receive(c)
	if !ok {
		return
	}
	if err := s.calls.Notice(c.Request.Context(), in.noticeRequest()); err != nil {
		s.log.Error("a callback was not kept", "err", err, "call_sid", in.form.CallSid)
	}
	c.Status(http.StatusOK)
}

// healthz says that the process runs.
func (s *server) healthz(c *gin.Context) { plain(c, http.StatusOK, "ok") }

// readiness is the body of /readyz.
type readiness struct {
	Status string `json:"status"` // ok, degraded, draining, no flows
	Flows  int    `json:"flows"`
	Store  string `json:"store"` // ok, unreachable
}

// readyz says whether documents can be answered. Without the store they can.
func (s *server) readyz(c *gin.Context) {
	h := s.calls.Health(c.Request.Context())
	out := readiness{Status: "ok", Flows: h.Flows, Store: "ok"}
	if h.Store != nil {
		out.Status, out.Store = "degraded", "unreachable"
	}
	status := http.StatusOK
	switch {
	case h.Draining:
		status, out.Status = http.StatusServiceUnavailable, "draining"
	case h.Flows == 0:
		status, out.Status = http.StatusServiceUnavailable, "no flows"
	}
	c.JSON(status, out)
}

// receive reads, proves and decodes a request that is a form. When ok is false,
// the request is answered already.
func (s *server) receive(c *gin.Context) (in incoming, ok bool) {
	if in, ok = s.prove(c); !ok {
		return in, false
	}
	in.decode()
	if problem := sidProblem(in.form.CallSid); problem != "" {
		plain(c, http.StatusBadRequest, problem+" "+sidHint(in.method, in.text, in.query))
		return in, false
	}
	c.Set(callKey, in.form.CallSid)
	return in, true
}

// prove reads a request and proves it authentic. When ok is false, the request
// is answered already.
func (s *server) prove(c *gin.Context) (in incoming, ok bool) {
	in = incoming{
		method: c.Request.Method,
		path:   cut(clean(c.Request.URL.Path), pathLimit),
		flow:   cut(clean(c.Param("flow")), nameLimit),
		step:   cut(clean(c.Param("step")), nameLimit),
		ticket: cut(clean(c.Param("ticket")), ticketLimit),
		query:  c.Request.URL.RawQuery,
	}
	text, ok := platformText(c)
	if !ok {
		return in, false
	}
	in.text = text
	reason := s.guard.refusal(c.Request, text, func() bool { return s.ticketHolds(in) })
	if reason != "" && !s.guard.observes() {
		c.Set(refusedKey, reason)
		plain(c, http.StatusForbidden, reason)
		return in, false
	}
	if reason != "" {
		c.Set(observedKey, reason)
		c.Set(observedCountKey, s.guard.observed.Add(1))
	}
	return in, true
}

// ticketHolds reports whether a request that cannot be signed carries the
// ticket of its own call.
func (s *server) ticketHolds(in incoming) bool {
	if in.ticket == "" {
		return false
	}
	in.decode()
	return sidProblem(in.form.CallSid) == "" &&
		s.calls.TicketHolds(in.form.CallSid, in.flow, in.step, in.ticket)
}

// platformText returns the text that holds the platform's fields: the query of
// a GET, the body of a POST. The query of a POST is ours, not the platform's.
func platformText(c *gin.Context) (text string, ok bool) {
	if c.Request.Method == http.MethodGet {
		return c.Request.URL.RawQuery, true
	}
	body, err := io.ReadAll(io.LimitReader(c.Request.Body, bodyLimit+1))
	switch {
	case err != nil:
		plain(c, http.StatusBadRequest, "The body could not be read to its end.")
	case len(body) > bodyLimit:
		plain(c, http.StatusRequestEntityTooLarge, "The body is longer than 4 MiB, which no callback is.")
	default:
		return string(body), true
	}
	return "", false
}

// rescue answers what a defect of ours left unanswered.
func (s *server) rescue(c *gin.Context) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if err, is := p.(error); is && errors.Is(err, http.ErrAbortHandler) {
			panic(p) // net/http ends the connection, and says nothing
		}
		s.log.Error("panic", "route", c.FullPath(), "panic", p, "stack", string(debug.Stack()))
		c.Abort()
		switch {
		case c.Writer.Written():
		case strings.HasPrefix(c.FullPath(), "/texml"):
			writeDocument(c, []byte(lastResort))
		default:
			plain(c, http.StatusInternalServerError, "Something went wrong on our side.")
		}
	}()
	c.Next()
}

// Keys of what the access log takes from a request's context.
const (
	callKey          = "call_sid"
	refusedKey       = "refused"
	observedKey      = "would_refuse"
	observedCountKey = "would_refuse_total"
)

// access logs how a request ended. It names the route's pattern, never the
// path or the query: they hold numbers, words and keys.
func (s *server) access(c *gin.Context) {
	began := s.now()
	c.Next()
	took := s.now().Sub(began)
	s.answered(c.Request.Method, c.FullPath(), c.Writer.Status(), took)
	attrs := []slog.Attr{
		slog.String("route", c.FullPath()),
		slog.String("method", c.Request.Method),
		slog.Int("status", c.Writer.Status()),
		slog.Duration("duration", took),
	}
	for _, key := range []string{callKey, refusedKey, observedKey, observedCountKey} {
		if v, is := c.Get(key); is {
			attrs = append(attrs, slog.Any(key, v))
		}
	}
	s.log.LogAttrs(c.Request.Context(), accessLevel(c), "request", attrs...)
}

// accessLevel is how loud a request is logged: health is asked all the time,
// and what was or would be refused is worth a look.
func accessLevel(c *gin.Context) slog.Level {
	_, observed := c.Get(observedKey)
	switch status := c.Writer.Status(); {
	case c.FullPath() == "/healthz" || c.FullPath() == "/readyz":
		return slog.LevelDebug
	case status >= http.StatusInternalServerError:
		return slog.LevelError
	case status >= http.StatusBadRequest || observed:
		return slog.LevelWarn
	default:
		return slog.LevelInfo
	}
}

func noRoute(c *gin.Context) {
	plain(c, http.StatusNotFound, "There is nothing here. Documents are at /texml and /texml/{flow}, callbacks go to /callbacks/status, JSON events to /webhooks.")
}

func noMethod(c *gin.Context) {
	plain(c, http.StatusMethodNotAllowed, "This route takes "+c.Writer.Header().Get("Allow")+".")
}

// plain answers with a sentence for a person with curl.
func plain(c *gin.Context, status int, sentence string) {
	c.Data(status, plainCT, []byte(sentence+"\n"))
}

func writeDocument(c *gin.Context, doc []byte) {
	c.Header("Cache-Control", "no-store")
	c.Data(http.StatusOK, documentCT, doc)
}
