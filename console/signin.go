package console

import (
	"errors"
	"net/http"
	"strings"

	"texmlsrv/console/access"
	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

const formLimit = 16 << 10 // of a sign-in

// signInView is what the page of signing in shows.
type signInView struct {
	Link     string // secret of a one-time link that the page was opened with
	Links    bool   // a new link can be asked for
	Asked    bool   // and was
	Trouble  string
	Next     string
	SignedIn bool
}

func (s *server) signInView(r *http.Request) signInView {
	return signInView{
		Links: s.Access.Links(), Next: local(r.FormValue("next")), SignedIn: web.Who(r).Name != "",
	}
}

// signInPage is shown for a link too, without using it up: what only previews a
// page must not spend it.
func (s *server) signInPage(w http.ResponseWriter, r *http.Request) error {
	v := s.signInView(r)
	v.Link = r.URL.Query().Get("link")
	return s.render(w, r, "signin", v)
}

// signIn takes what the page of signing in sends.
func (s *server) signIn(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, formLimit)
	if err := r.ParseForm(); err != nil {
		return &web.Problem{Status: http.StatusBadRequest, Title: "That form could not be read", Err: err}
	}
	who, err := s.Access.ByLink(r.PostForm.Get("link"))
	switch {
	case errors.Is(err, access.ErrRefused):
		return s.signInRefused(w, r, "This link was used already, or it is too old. Ask for a new one.")
	case err != nil:
		return err
	}
	return s.signedIn(w, r, who)
}

// signedIn begins a sign-in and goes where the person wanted to go.
func (s *server) signedIn(w http.ResponseWriter, r *http.Request, who access.Person) error {
	entry := sessions.Audit{At: s.Now(), Who: who.Name, Role: who.Role.String(), Action: "sign-in", Detail: who.By, From: address(r)}
	if err := s.Audit.Record(r.Context(), entry); err != nil {
		return err
	}
	if err := s.Access.Begin(w, r, who); err != nil {
		return err
	}
	http.Redirect(w, r, local(r.PostForm.Get("next")), http.StatusSeeOther)
	return nil
}

func (s *server) signInRefused(w http.ResponseWriter, r *http.Request, trouble string) error {
	entry := sessions.Audit{At: s.Now(), Who: r.PostForm.Get("name"), Action: "sign-in", Refused: trouble, From: address(r)}
	if err := s.Audit.Record(r.Context(), entry); err != nil {
		return err
	}
	v := s.signInView(r)
	v.Trouble = trouble
	return s.renderAs(w, r, http.StatusUnauthorized, "signin", v)
}

// askLink prints a new one-time link where the server was started.
func (s *server) askLink(w http.ResponseWriter, r *http.Request) error {
	if !s.Access.Links() {
		return web.Refuse(http.StatusNotFound, "There are no links here", "Sign in with your name.")
	}
	s.PrintLink(s.base() + "/signin?link=" + s.Access.NewLink())
	v := s.signInView(r)
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
	if len(next) > 2000 || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/calls"
	}
	return next
}
