// Package console is what staff see of calls: server-rendered pages on a
// listener of their own, with embedded styles and one script.
//
// Every page is a row of the table in routes.go; what stands before all of them
// (who may, what is written down, what browsers are told) is in middleware.go.
package console

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"texmlsrv/calls"
	"texmlsrv/console/access"
	"texmlsrv/console/flowview"
	"texmlsrv/console/helping"
	"texmlsrv/console/tries"
	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

// Deps is what the console is made of. Store, Finder, Feed, Audit and Access are
// needed.
type Deps struct {
	Store     sessions.Store
	Finder    sessions.Finder
	Feed      sessions.Feed
	Audit     sessions.Auditor
	Access    *access.Access
	Flows     Flows             // nil: no graphs, and nobody knows which release is served
	Log       *slog.Logger      // nil logs nothing
	Now       func() time.Time  // nil is time.Now
	PublicURL string            // where people reach the console: https://console.example.com; "" is this machine alone
	LinkBase  string            // http://127.0.0.1:8081; "" where the listener is reached from elsewhere
	PrintLink func(link string) // tells a one-time link where only the operator of the server reads it; needed with links

	Calls   helping.Calls           // what people can do about running calls; nil: nothing, and no notes
	Tries   *tries.Tries            // of the flows; whoever made them closes them. nil: flows cannot be tried
	Checked func() flowview.Checked // what check finds in the flows; nil: nobody knows

	Metrics http.Handler   // of the whole program; nil: there are none
	Proxies []netip.Prefix // before the console: their X-Forwarded-For says where people come from. nil: nobody's does

	Answered func(method, route string, status int, took time.Duration) // told of each request that was answered; nil: nobody counts

	Parked func() []calls.Parked // numbers whose calls reach no flow; nil: nobody knows
}

// server is what the handlers share.
type server struct {
	Deps
	host   string // of PublicURL
	assets *assets
	pages  map[string]*page
	nav    []navItem
	seen   *views

	streams  *streams
	counting *counting
}

// New returns the handler of the console's listener. An error is a mistake in
// PublicURL or in what is embedded.
func New(d Deps) (http.Handler, error) {
	s, err := newServer(d)
	if err != nil {
		return nil, err
	}
	return s.handler(s.routes()), nil
}

func newServer(d Deps) (*server, error) {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Answered == nil {
		d.Answered = func(string, string, int, time.Duration) {}
	}
	d.Audit = patient{d.Audit}
	s := &server{Deps: d, streams: newStreams(d.Feed, d.Log), counting: newCounting(d.Finder)}
	public, err := url.Parse(d.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	s.host = public.Host
	if s.seen, err = newViews(); err != nil {
		return nil, err
	}
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = s.loadPages(); err != nil {
		return nil, err
	}
	return s, nil
}

// handler answers the rows of a table.
func (s *server) handler(rows []web.Route) http.Handler {
	mux := http.NewServeMux()
	for _, row := range rows {
		mux.Handle(row.Method+" "+row.Pattern, s.serve(row))
		if row.Nav != "" {
			s.nav = append(s.nav, navItem{Name: row.Nav, Path: row.Pattern, role: row.Role})
		}
	}
	mux.Handle("/", s.unknown(mux))
	return s.outer(mux)
}

// base is what links begin with that are read outside of a browser.
func (s *server) base() string { return cmp.Or(s.PublicURL, s.LinkBase) }
