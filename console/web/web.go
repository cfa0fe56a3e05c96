// Package web is what the console's pages and its API have in common: the rows
// of their route tables, who a request is from, how it is written down in the
// audit trail, and how it is refused.
package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"texmlsrv/console/access"
	"texmlsrv/sessions"
)

// Handler answers a request. What it returns as an error is answered in its
// place: a *Problem as it says, sessions.ErrNotFound as 404, anything else as
// 500 without telling what it was, which is logged.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is a row of a route table.
type Route struct {
	Method  string
	Pattern string      // of http.ServeMux; {sid} is a call's, {turn} a turn's
	Role    access.Role // that is needed; access.None lets everybody in
	Action  string      // word of the audit trail; "" leaves no trace there
	Nav     string      // name in the navigation; "" is not in it
	Once    bool        // done again and again by the same person, it is written down once in ten minutes, as looks are
	Passive bool        // pages ask for it by themselves: it does not keep a sign-in from running out
	Handle  Handler
}

// Visit is a request under way: who sent it, and what will be written down.
type Visit struct {
	Who    access.Person
	Audit  sessions.Audit // written down once the answer is ready, if the route has an action
	Record func() error   // writes it down now; nil where the route has no action
}

type visitKey struct{}

// WithVisit is the context of a request under way.
func WithVisit(ctx context.Context, v *Visit) context.Context {
	return context.WithValue(ctx, visitKey{}, v)
}

// VisitOf is the visit of a request; an empty one outside of a route.
func VisitOf(r *http.Request) *Visit {
	if v, is := r.Context().Value(visitKey{}).(*Visit); is {
		return v
	}
	return new(Visit)
}

// Who is who sent a request.
func Who(r *http.Request) access.Person { return VisitOf(r).Who }

// Note adds to what the audit trail will say of a request: what exactly it was
// about, and why. Neither may hold what a caller said.
func Note(r *http.Request, detail, why string) {
	v := VisitOf(r)
	v.Audit.Detail, v.Audit.Why = detail, why
}

// Record writes a request down in the audit trail now. Handlers that change
// something outside, or send their answer bit by bit, call it first and stop at
// an error; what then is not done after all is written down as refused, too. For
// all others it is done when the answer is ready, and an answer that could not be
// written down is not given.
func Record(r *http.Request) error {
	if v := VisitOf(r); v.Record != nil {
		return v.Record()
	}
	return nil
}

// Problem is an answer that refuses.
type Problem struct {
	Status int    // of HTTP
	Title  string // a short sentence without full stop; "" is the status' own words
	Detail string // what the person can do
	Page   string // of the console that says it; "" is the one for all problems. Programs get none
	Data   any    // of Page
	Err    error  // for the log

	Members map[string]any // what programs are told beside it, as JSON
}

func (p *Problem) Error() string {
	if p.Err != nil {
		return p.Err.Error()
	}
	return p.Words()
}

func (p *Problem) Unwrap() error { return p.Err }

// Words is the title, never empty.
func (p *Problem) Words() string {
	if p.Title != "" {
		return p.Title
	}
	return http.StatusText(p.Status)
}

// Refuse is a Problem.
func Refuse(status int, title, detail string) error {
	return &Problem{Status: status, Title: title, Detail: detail}
}

// WhyMost is how many letters a reason may have that a person gives.
const WhyMost = 500

const whyLeast = 3

// CheckWhy refuses what is no reason for something that takes one.
func CheckWhy(why string) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(why)); n < whyLeast || n > WhyMost {
		return Refuse(http.StatusUnprocessableEntity, "Please say why", fmt.Sprintf("A reason of %d to %d characters is written down with your name.", whyLeast, WhyMost))
	}
	return nil
}

// ProblemOf is how an error of a handler is answered.
func ProblemOf(err error) *Problem {
	var p *Problem
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, sessions.ErrNotFound):
		return &Problem{Status: http.StatusNotFound, Title: "There is no such call", Detail: unknownCall(err), Err: err}
	case errors.Is(err, sessions.ErrCursor):
		return &Problem{Status: http.StatusBadRequest, Title: "This page cannot be gone on from", Detail: "Begin again at the first page.", Err: err}
	case errors.As(err, &tooLarge):
		return &Problem{Status: http.StatusRequestEntityTooLarge, Title: "That is too much at once", Err: err}
	case errors.Is(err, context.Canceled):
		return &Problem{Status: 499, Title: "The request was given up", Err: err} // nobody reads it
	}
	return &Problem{Status: http.StatusInternalServerError, Title: "That did not work", Detail: "The server's log says why. Trying again may help.", Err: err}
}

// unknownCall says what is known of a call that never began.
func unknownCall(err error) string {
	unknown, is := errors.AsType[*sessions.NotFoundError](err)
	if !is || len(unknown.Early) == 0 {
		return "It may have been a while ago: ended calls are kept for a limited time."
	}
	var notes []string
	for _, entry := range unknown.Early {
		for _, note := range entry.Notes {
			if !slices.Contains(notes, note) {
				notes = append(notes, note)
			}
		}
	}
	said := "Something was told of it in the last ten minutes, but it has fetched no document"
	if len(notes) > 0 {
		said += ": " + strings.Join(notes, "; ")
	}
	return said + "."
}

// Shortened is the beginning of a text of valid UTF-8.
func Shortened(text string, most int) string {
	text = strings.ToValidUTF8(text, "")
	for i := range text {
		if i > most {
			return text[:i] + "…"
		}
	}
	return text
}
