package flows

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"texmlsrv/flows/expressions"
	"texmlsrv/sessions"
)

// LookupRequest is a look-up for the caller of the engine to make. Redirects
// are not followed.
type LookupRequest struct {
	Method  string
	URL     string
	Headers [][2]string // name and value, in the author's order
	Body    []byte      // JSON; nil for none
	Timeout time.Duration
	Key     string // Idempotency-Key: the same for the same look-up of the same turn

	Flow, Step string // the step that wants it; not part of what is sent
}

// Found is what came of a look-up.
type Found struct {
	Code   int    // HTTP status; 0 when there was no reply
	Result any    // decoded JSON of a reply with a status below 400
	Failed string // why it failed: timeout, connection, status, not JSON …; "" when it did not
}

// lookUp makes the request of the current step, or treats it as failed when it
// cannot be made.
func (d *turn) lookUp(step *Step) {
	request, err := d.lookupRequest(step.Lookup, d.scope())
	if err != nil {
		d.note(fmt.Sprintf("the look-up of %s: %v", step.Name, err))
		d.answered(step, sessions.Answer{Kind: "lookup", Status: "error", Reason: "request"})
		return
	}
	d.lookup = request
}

// lookupRequest makes a request of what a scope holds; secrets come to it here.
func (d *turn) lookupRequest(l *Lookup, scope *expressions.Scope) (*LookupRequest, error) {
	d.watch(scope)
	request := &LookupRequest{Method: l.Method, Timeout: l.Timeout, Key: d.lookupKey(), Flow: d.session.Flow, Step: d.session.Step}
	if l.Body != nil {
		body, err := l.Body.eval(scope)
		if err != nil {
			return nil, fmt.Errorf("body: %w", err)
		}
		if request.Body, err = json.Marshal(body); err != nil {
			return nil, fmt.Errorf("body: %w", err)
		}
	}
	scope.Values["secrets"] = map[string]any(d.release.secrets)
	address, err := l.URL.String(scope)
	if err != nil {
		return nil, fmt.Errorf("url: %w", err)
	}
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("url: not an address")
	}
	u.RawQuery, u.Fragment, u.RawFragment = sendable(u.RawQuery), "", ""
	request.URL = u.String()
	for _, h := range l.Headers {
		v, err := h.Value.String(scope)
		if err != nil || strings.ContainsAny(v, "\r\n\x00") {
			return nil, fmt.Errorf("header %s cannot be sent", h.Name)
		}
		request.Headers = append(request.Headers, [2]string{h.Name, v})
	}
	return request, nil
}

// sendable writes what may not stand in the query of a URL as percent and two
// digits; what is written so already stays.
func sendable(query string) string {
	var b strings.Builder
	for i := range len(query) {
		if c := query[i]; c <= ' ' || c >= 0x7F || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// lookupKey tells one look-up from every other, and is the same when the turn
// is decided again. What comes after the end is counted by itself: an answer
// may come late, between one try and the next.
func (d *turn) lookupKey() string {
	s := &d.session
	turn, visits := s.Turn, s.Visits
	if d.wrap != nil {
		turn, visits = 0, visits-d.wrap.at.Visits
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%s/%s\x00%d", s.Call.SID, turn, s.Flow, s.Step, visits))
	return hex.EncodeToString(sum[:16])
}

// lookupAnswer is the answer that the outcome of a look-up stands for.
func (d *turn) lookupAnswer(step *Step, found Found) sessions.Answer {
	a := sessions.Answer{Kind: "lookup", Status: "ok", Usable: true, Code: found.Code, Result: tidy(found.Result)}
	if found.Failed != "" {
		a.Status, a.Usable, a.Reason, a.Result = "error", false, tidyText(found.Failed), nil
		return a
	}
	if step.Lookup.Into != "" {
		before := d.session
		d.session.Vars = with(d.session.Vars, step.Lookup.Into, a.Result)
		d.changes(&before)
	}
	return a
}
