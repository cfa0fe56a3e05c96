package console

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"texmlsrv/console/web"
)

// audited handles a request that leaves a trace. The answer is held back until
// the trace is kept: what cannot be written down is not shown.
func (s *server) audited(w http.ResponseWriter, r *http.Request, row web.Route, visit *web.Visit) {
	held := &held{to: w, header: http.Header{}}
	recorded := false
	visit.Record = func() error {
		if recorded {
			return nil
		}
		if err := s.record(r, row, visit); err != nil {
			return err
		}
		recorded = true
		held.release()
		return nil
	}
	err := row.Handle(held, r)
	switch {
	case err != nil && !recorded:
		s.refuse(r, row, visit, err)
		s.fail(w, r, err)
	case err != nil && held.began:
		s.Log.Error("console: an answer broke off", "route", row.Pattern, "error", err)
	case err != nil: // it was written down as something that is going to be done
		visit.Audit.At = s.Now()
		s.refuse(r, row, visit, err)
		s.fail(w, r, err)
	default:
		if err := visit.Record(); err != nil {
			s.fail(w, r, err)
		}
	}
}

// record writes a request down. A look at the same thing by the same person
// from the same address counts once in ten minutes; what is taken away counts every time.
func (s *server) record(r *http.Request, row web.Route, visit *web.Visit) error {
	a := visit.Audit
	view := row.Once || r.Method == http.MethodGet && row.Action != exportAction && row.Action != scenarioAction
	key := viewed{who: a.Who, from: a.From, action: a.Action, sid: a.CallSID, turn: a.Turn, detail: a.Detail}
	if view && s.seen.lately(key, a.At) {
		return nil
	}
	if err := s.Audit.Record(r.Context(), a); err != nil {
		return &web.Problem{
			Status: http.StatusServiceUnavailable, Title: "That could not be written down", Err: fmt.Errorf("console: %s: %w", row.Pattern, err),
			Detail: "What people do here is recorded. The record cannot be written just now, so nothing was done.",
		}
	}
	if view {
		s.seen.note(key, a.At)
	}
	return nil
}

// refuse writes down that something was tried and not done. Looking for what is
// not there is no such thing.
func (s *server) refuse(r *http.Request, row web.Route, visit *web.Visit, err error) {
	problem := web.ProblemOf(err)
	if row.Action == "" || r.Method == http.MethodGet && problem.Status != http.StatusForbidden {
		return
	}
	a := visit.Audit
	a.Refused = cmp.Or(problem.Title, problem.Words())
	if err := s.Audit.Record(r.Context(), a); err != nil {
		s.Log.Error("console: a refusal was not written down", "route", row.Pattern, "error", err)
	}
}

const (
	viewFor  = 10 * time.Minute
	viewMost = 10_000 // looks that are remembered; older ones are written down again
)

type viewed struct {
	who, from, action, sid, detail string
	turn                           int
}

// views remembers who looked at what lately: a page that keeps itself up to
// date is one look.
type views struct{ at *lru.Cache[viewed, time.Time] }

func newViews() (*views, error) {
	at, err := lru.New[viewed, time.Time](viewMost)
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	return &views{at: at}, nil
}

func (v *views) lately(key viewed, now time.Time) bool {
	at, is := v.at.Get(key)
	return is && now.Sub(at) < viewFor
}

func (v *views) note(key viewed, now time.Time) { v.at.Add(key, now) }

// held is an answer that waits until it may go.
type held struct {
	mu     sync.Mutex
	to     http.ResponseWriter
	header http.Header
	status int
	body   bytes.Buffer
	free   bool // released: what comes now goes straight on
	began  bool // something was sent
}

// Header implements http.ResponseWriter.
func (h *held) Header() http.Header {
	if h.free {
		return h.to.Header()
	}
	return h.header
}

// WriteHeader implements http.ResponseWriter.
func (h *held) WriteHeader(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.free:
		h.began = true
		h.to.WriteHeader(status)
	case h.status == 0:
		h.status = status
	}
}

// Write implements http.ResponseWriter.
func (h *held) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.free {
		h.began = true
		return h.to.Write(p)
	}
	return h.body.Write(p)
}

// Unwrap lets http.ResponseController flush an answer that was released.
func (h *held) Unwrap() http.ResponseWriter { return h.to }

// release sends what waits.
func (h *held) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.free = true
	maps.Copy(h.to.Header(), h.header)
	if h.status != 0 {
		h.began = true
		h.to.WriteHeader(h.status)
	}
	if h.body.Len() > 0 {
		h.began = true
		_, _ = h.to.Write(h.body.Bytes()) // the reader is gone: nobody to tell
	}
}
