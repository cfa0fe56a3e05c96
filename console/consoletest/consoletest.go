// Package consoletest runs the console as tests see it: real HTTP in front, a
// store behind, a clock that the test moves, and people who are signed in.
package consoletest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/tries"
	"texmlsrv/servertest"
	"texmlsrv/sessions/redisstore"
)

// Server is a running console.
type Server struct {
	*httptest.Server
	Deps   console.Deps // as given, what was missing filled in
	Store  *redisstore.Store
	Access *access.Access
	Clock  *servertest.Clock
	Log    *servertest.Log
	t      testing.TB
}

// Store is an empty store in this process, which goes with the test. What is
// committed to it is soon found.
func Store(t testing.TB) *redisstore.Store {
	t.Helper()
	client, stop, err := redisstore.Embedded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	store := redisstore.New(client, redisstore.Options{})
	ctx, end := context.WithCancel(context.WithoutCancel(t.Context()))
	var working sync.WaitGroup
	working.Go(func() { store.Work(ctx) })
	t.Cleanup(func() {
		end()
		working.Wait()
	})
	return store
}

// Start runs a console until the test ends. change, which may be nil, fills in
// or replaces what it is made of; a store that replaces the given one has to
// take its place in every field.
func Start(t testing.TB, change func(*console.Deps)) *Server {
	t.Helper()
	return StartWith(t, Store(t), access.Options{Link: true}, change)
}

// StartWith is Start with a store, and ways to sign in.
func StartWith(t testing.TB, store *redisstore.Store, ways access.Options, change func(*console.Deps)) *Server {
	t.Helper()
	s := &Server{Store: store, Clock: servertest.NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)), Log: new(servertest.Log), t: t}
	ways.Keeper, ways.Now = store, s.Clock.Now
	s.Access = access.New(ways)
	s.Server = httptest.NewUnstartedServer(nil)
	s.Deps = console.Deps{
		Store: store, Finder: store, Feed: store, Audit: store, Access: s.Access, Now: s.Clock.Now,
		Log: slog.New(slog.NewTextHandler(s.Log, nil)), LinkBase: "http://" + s.Listener.Addr().String(),
		PrintLink: func(link string) { _, _ = io.WriteString(s.Log, "link "+link+"\n") },
	}
	s.Deps.Tries = tries.New(tries.Options{Now: s.Clock.Now, Log: s.Deps.Log})
	t.Cleanup(s.Deps.Tries.Close)
	if change != nil {
		change(&s.Deps)
	}
	handler, err := console.New(s.Deps)
	if err != nil {
		t.Fatal(err)
	}
	s.Config.Handler = handler
	s.Server.Start()
	t.Cleanup(s.Close)
	return s
}

// As is a client that is signed in as a person with a role; access.None is one
// who is not. It follows no redirects.
func (s *Server) As(role access.Role) *http.Client {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if role != access.None {
		base, err := url.Parse(s.URL)
		if err != nil {
			s.t.Fatal(err)
		}
		jar.SetCookies(base, []*http.Cookie{s.Cookie(role)})
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Cookie is the cookie of somebody who just signed in; viewers are called vera,
// operators otto.
func (s *Server) Cookie(role access.Role) *http.Cookie {
	s.t.Helper()
	name := map[access.Role]string{access.Viewer: "vera", access.Operator: "otto"}[role]
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/signin", nil)
	if err := s.Access.Begin(w, r, access.Person{Name: name, Role: role, By: access.ByLink}); err != nil {
		s.t.Fatal(err)
	}
	return w.Result().Cookies()[0]
}

// Get fetches a path as somebody with a role.
func (s *Server) Get(role access.Role, path string) servertest.Reply {
	s.t.Helper()
	return s.Send(s.As(role), http.MethodGet, path, nil, nil)
}

// Post sends a form to a path as somebody with a role.
func (s *Server) Post(role access.Role, path string, form url.Values) servertest.Reply {
	s.t.Helper()
	return s.Send(s.As(role), http.MethodPost, path, form, nil)
}

// Send sends any request.
func (s *Server) Send(client *http.Client, method, path string, form url.Values, header http.Header) servertest.Reply {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, values := range header {
		r.Header[name] = values
	}
	if host := header.Get("Host"); host != "" {
		r.Host = host
	}
	answer, err := client.Do(r)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return servertest.Reply{Status: answer.StatusCode, Header: answer.Header, Body: string(body)}
}
