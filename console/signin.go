package console

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"texmlsrv/console/access"
	"texmlsrv/console/story"
	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

const (
	formLimit = 16 << 10 // bytes of a form
	nameLimit = 128      // of a name that was tried and is written down
	nextLimit = 2000     // of where somebody wants to go
)

// signInView is what the page of signing in shows.
type signInView struct {
	Link      string // secret of a one-time link that the page was opened with
	Links     bool   // ways to sign in
	Passwords bool
	OIDC      bool

	Next     string // where the person wants to go
	Away     string // where OpenID Connect begins
	Name     string // that was tried
	Trouble  string // why the last try was in vain
	Asked    bool   // a new link was asked for
	SignedIn bool
}

func (s *server) signInView(r *http.Request, next string) signInView {
	next = local(next)
	return signInView{
		Links: s.Access.Links(), Passwords: s.Access.Passwords(), OIDC: s.Access.OIDC(),
		Next: next, Away: "/signin/away?" + url.Values{"next": {next}}.Encode(),
		SignedIn: web.Who(r).Name != "",
	}
}

// signInPage is shown for a link too, without using it up: what only previews a
// page must not spend it.
func (s *server) signInPage(w http.ResponseWriter, r *http.Request) error {
	v := s.signInView(r, r.URL.Query().Get("next"))
	v.Link = r.URL.Query().Get("link")
	return s.render(w, r, "signin", v)
}

// signIn takes what the page of signing in sends: the secret of a link, or a
// name and a password.
func (s *server) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	next := r.PostForm.Get("next")
	if r.PostForm.Has("link") {
		who, err := s.Access.ByLink(r.PostForm.Get("link"), s.address(r))
		if err != nil {
			return s.signInRefused(w, r, access.Person{}, next, "This link was used already, or it is too old.", err)
		}
		return s.signedIn(w, r, who, next)
	}
	tried := access.Person{Name: r.PostForm.Get("name")}
	who, err := s.Access.ByPassword(r.Context(), tried.Name, r.PostForm.Get("password"), s.address(r))
	if err != nil {
		return s.signInRefused(w, r, tried, next, "The name or the password is wrong.", err)
	}
	return s.signedIn(w, r, who, next)
}

func readForm(w http.ResponseWriter, r *http.Request) error { return readFormOf(w, r, formLimit) }

// readFormOf reads a form of at most so many bytes.
func readFormOf(w http.ResponseWriter, r *http.Request, most int64) error {
	r.Body = http.MaxBytesReader(w, r.Body, most)
	var tooLarge *http.MaxBytesError
	switch err := r.ParseForm(); {
	case errors.As(err, &tooLarge):
		return err
	case err != nil:
		return &web.Problem{Status: http.StatusBadRequest, Title: "That form could not be read", Err: err}
	}
	return nil
}

// away sends somebody to the issuer of OpenID Connect. It is a link, not a form:
// the forms of these pages lead nowhere else.
func (s *server) away(w http.ResponseWriter, r *http.Request) error {
	if !s.Access.OIDC() {
		return web.Refuse(http.StatusNotFound, "There is no such way to sign in", "")
	}
	next := local(r.URL.Query().Get("next"))
	to, err := s.Access.BeginOIDC(w, r, next, s.address(r))
	if _, limited := errors.AsType[*access.LimitError](err); limited {
		return s.signInRefused(w, r, access.Person{}, next, "", err)
	}
	if err != nil {
		return issuerTrouble(err)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// back takes somebody back from the issuer.
func (s *server) back(w http.ResponseWriter, r *http.Request) error {
	if !s.Access.OIDC() {
		return web.Refuse(http.StatusNotFound, "There is no such way to sign in", "")
	}
	who, next, err := s.Access.ByOIDC(w, r, s.address(r))
	_, limited := errors.AsType[*access.LimitError](err)
	switch {
	case limited:
		return s.signInRefused(w, r, who, next, "", err)
	case errors.Is(err, access.ErrNoRole):
		return s.signInRefused(w, r, who, next, "You are known as "+who.Name+", but nobody gave you a role here.", err)
	case errors.Is(err, access.ErrRefused):
		s.Log.Warn("console: a sign-in failed", "error", err)
		return s.signInRefused(w, r, who, next, "The sign-in did not come to an end.", err)
	case err != nil:
		return issuerTrouble(err)
	}
	return s.signedIn(w, r, who, next)
}

func issuerTrouble(err error) error {
	return &web.Problem{
		Status: http.StatusBadGateway, Title: "The sign-in service does not answer as it should", Err: err,
		Detail: "Try again in a moment. The server's log says what is wrong.",
	}
}

// signedIn begins a sign-in and goes where the person wanted to go.
func (s *server) signedIn(w http.ResponseWriter, r *http.Request, who access.Person, next string) error {
	entry := sessions.Audit{At: s.Now(), Who: who.Name, Role: who.Role.String(), Action: signInAction, Detail: who.By, From: s.address(r)}
	if err := s.Audit.Record(r.Context(), entry); err != nil {
		return err
	}
	if err := s.Access.Begin(w, r, who); err != nil {
		return err
	}
	if who.By != access.ByOIDC {
		http.Redirect(w, r, local(next), http.StatusSeeOther)
		return nil
	}
	// Who comes from another site has no strict cookie with them, over redirects
	// too; a page that goes on by itself is ours.
	w.Header().Set("Refresh", "0; url="+local(next))
	return s.render(w, r, "signedin", local(next))
}

// signInRefused shows the page again and says why. The name is written down:
// who tries whose name is what an audit trail is read for. Of those that tried too
// often the first is: the trail is bounded, and who is not known must not push out
// what it says of others.
func (s *server) signInRefused(w http.ResponseWriter, r *http.Request, who access.Person, next, trouble string, err error) error {
	status := http.StatusUnauthorized
	var limit *access.LimitError
	switch {
	case errors.As(err, &limit):
		seconds := int(math.Ceil(limit.Wait.Seconds()))
		trouble, status = fmt.Sprintf("That was tried too often. Wait %s.", story.Span(limit.Wait)), http.StatusTooManyRequests
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	case errors.Is(err, access.ErrBusy):
		trouble, status = "Too many people sign in just now. Try again in a moment.", http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "2")
	case errors.Is(err, access.ErrNoRole):
		status = http.StatusForbidden
	case !errors.Is(err, access.ErrRefused), errors.Is(err, context.Canceled):
		return err
	}
	entry := sessions.Audit{At: s.Now(), Who: web.Shortened(who.Name, nameLimit), Action: signInAction, Refused: trouble, From: s.address(r)}
	if limit == nil || limit.First {
		if err := s.Audit.Record(r.Context(), entry); err != nil {
			return err
		}
	}
	v := s.signInView(r, next)
	v.Trouble, v.Name = trouble, web.Shortened(who.Name, nameLimit)
	return s.renderAs(w, r, status, "signin", v)
}

// askLink prints a new one-time link where the server was started.
func (s *server) askLink(w http.ResponseWriter, r *http.Request) error {
	if !s.Access.Links() {
		return web.Refuse(http.StatusNotFound, "There is no such way to sign in", "")
	}
	if err := readForm(w, r); err != nil {
		return err
	}
	next := r.PostForm.Get("next")
	secret, err := s.Access.AskedLink()
	if err != nil {
		return s.signInRefused(w, r, access.Person{}, next, "", err)
	}
	s.PrintLink(s.base() + "/signin?link=" + secret)
	v := s.signInView(r, next)
	v.Asked = true
	return s.render(w, r, "signin", v)
}

// signOut ends the sign-in that the request came with.
func (s *server) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.Access.End(w, r); err != nil {
		return err
	}
	http.Redirect(w, r, "/signin", http.StatusSeeOther)
	return nil
}

// local is a path of the console; what leads elsewhere becomes the list of
// calls.
func local(next string) string {
	outside := func(r rune) bool { return r <= ' ' || r == '\\' || r >= 0x7f }
	if len(next) > nextLimit || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsFunc(next, outside) {
		return "/calls"
	}
	return next
}
