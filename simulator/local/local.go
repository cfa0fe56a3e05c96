// Package local is the application in this process, for one simulated world:
// the flows of a release behind the routes that Telnyx calls, with a clock that
// whoever plays Telnyx moves, look-ups that are made up, and a store of its own.
// There is no socket, and nothing goes on in the background: a request is a call
// of the handler, and what is due happens while the clock is moved. So a call of
// ten minutes takes milliseconds, and comes out alike every time.
package local

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"texmlsrv/callbacks"
	"texmlsrv/calls"
	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/telnyx"
)

// Address is the URL of every world, without a slash at the end. Nobody
// listens there: a Server is its own http.RoundTripper.
const Address = "http://localhost"

// secret signs the links of every world, so that documents are the same in
// every run.
const secret = "the secret of simulated worlds"

// storeBudget is the time for store work of a request: so long that no world
// meets it, however busy the machine.
const storeBudget = time.Minute

// Patience is the real time that a request to a world may take, for the same
// reason.
const Patience = time.Minute

// Options say what world it is. Release or Flows is needed.
type Options struct {
	Release *flows.Release    // the flows, with the environment they see
	Flows   fs.FS             // where Release is nil: a folder of flows, to be loaded
	Env     flows.Environment // of Flows

	Clock  *Clock              // nil: one of its own, that begins on Monday, 2026-11-23 10:00 UTC
	Looker calls.Looker        // nil: no service that a look-up wants can be reached
	Keys   []ed25519.PublicKey // of Telnyx; none: requests need no signature
	Store  sessions.Store      // nil: one of its own, in memory
	Stores *Stores             // where Store is nil: what it is in; nil starts one
	Log    *slog.Logger        // nil logs nothing

	// API is Telnyx's, such as a simulator.Control: it gets commands, and what is
	// to be pushed. It is asked while the clock is moved, and must not move it.
	// nil: the application has no API key.
	API http.RoundTripper
}

// Server is the application in one world. It is safe for concurrent use.
type Server struct {
	Release *flows.Release
	Clock   *Clock

	service *calls.Service
	handler http.Handler
	tickets calls.Tickets
	store   *schedule
	log     *slog.Logger
	stop    func()
}

// Start makes a world. Its only errors are those of the flows (a
// problems.List) and of a store that does not start.
func Start(o Options) (*Server, error) {
	s := &Server{Release: o.Release, Clock: o.Clock, tickets: calls.NewTickets([]byte(secret)), stop: func() {}}
	if s.Clock == nil {
		s.Clock = NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	}
	if s.Release == nil {
		var err error
		if s.Release, err = flows.Load(o.Flows, o.Env); err != nil {
			return nil, err
		}
	}
	if o.Looker == nil {
		o.Looker = nobody{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s.log = o.Log
	if err := s.open(o); err != nil {
		return nil, err
	}
	if err := s.serve(o); err != nil {
		s.stop()
		return nil, err
	}
	s.Clock.join(s)
	return s, nil
}

// open takes the store that was given, or makes one.
func (s *Server) open(o Options) error {
	store := o.Store
	if store == nil {
		stores := o.Stores
		if stores == nil {
			var err error
			if stores, err = NewStores(); err != nil {
				return err
			}
			s.stop = stores.Close
		}
		store = stores.New()
	}
	s.store = &schedule{Store: store, due: map[string]time.Time{}}
	return nil
}

func (s *Server) serve(o Options) error {
	commander, err := commander(o.API, s.Clock.Now)
	if err != nil {
		return err
	}
	service, err := calls.New(calls.Deps{
		Store: s.store, Release: s.Release, Tickets: s.tickets, Looker: o.Looker, Log: o.Log,
		Now: s.Clock.Now, PublicURL: Address, StoreBudget: storeBudget,
		Commander: commander, Push: commander != nil, Account: commander != nil,
	})
	if err != nil {
		return fmt.Errorf("local: %w", err)
	}
	s.service = service
	s.handler = callbacks.New(service, callbacks.Options{
		Keys: o.Keys, FetchKey: s.tickets.FetchKey(), Now: s.Clock.Now, Log: o.Log,
	})
	return nil
}

// commander is a client of the API. It asks once: to ask again takes real time,
// and what goes wrong in a simulated world goes wrong each time.
func commander(api http.RoundTripper, now func() time.Time) (calls.Commander, error) {
	if api == nil {
		return nil, nil
	}
	client, err := telnyx.New(telnyx.Options{APIKey: "simulated", AccountID: "simulated", Transport: api, Now: now, Attempts: 1})
	if err != nil {
		return nil, fmt.Errorf("local: %w", err)
	}
	return client, nil
}

// Close lets go of the world. Its clock may go on in another.
func (s *Server) Close() {
	s.Clock.leave(s)
	s.stop()
}

// VoiceURL is what a TeXML application in the portal would have as its URL, and
// as its failover URL. flow "" leaves the flow to the number that is called.
func (s *Server) VoiceURL(flow string) string {
	path := "/texml"
	if flow != "" {
		path += "/" + url.PathEscape(flow)
	}
	return Address + path + "?texml_key=" + url.QueryEscape(s.tickets.FetchKey())
}

// StatusURL is what the portal would have as the URL of status callbacks.
func (s *Server) StatusURL() string { return Address + "/callbacks/status" }

// EventsURL is what the portal would have as the URL of webhooks.
func (s *Server) EventsURL() string { return Address + "/webhooks" }

// Calls is the application behind the routes: what people do to its calls is done
// there.
func (s *Server) Calls() *calls.Service { return s.service }

// Session is what is known of a call, with its current document. For an
// unknown one the error is sessions.ErrNotFound.
func (s *Server) Session(ctx context.Context, callSID string) (*sessions.Session, error) {
	return s.store.Load(ctx, callSID)
}

// Timeline is everything that happened to a call, oldest first: each turn with
// its document, the steps it passed and the rules that were tried there.
func (s *Server) Timeline(ctx context.Context, callSID string) ([]sessions.Entry, error) {
	return s.store.Timeline(ctx, callSID)
}

// nobody is a world without services.
type nobody struct{}

// Look implements calls.Looker.
func (nobody) Look(context.Context, flows.LookupRequest) flows.Found {
	return flows.Found{Failed: "connection"}
}
