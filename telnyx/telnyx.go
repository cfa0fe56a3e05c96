// Package telnyx asks Telnyx to do something with a call: the commands on a live
// call, the change of a running TeXML call, and a new call.
//
// What can be asked is declared in package commands; here it is typed, checked
// against that declaration, sent, and sent again where that is safe. Package
// calls and the program use it; it knows nothing of flows and sessions. Telnyx's
// own SDK has the same wire form and environment names, so it could stand in its
// place.
package telnyx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client is what the rest of texmlsrv needs of Telnyx. All of it may be called
// at once from many goroutines.
//
// The errors are *InvalidError for what was not sent because Telnyx would
// refuse it, *APIError for what Telnyx refused, *SendError where no answer came,
// and *AnswerError for an answer that is none of Telnyx's.
type Client interface {
	// Do gives a command to the call with this call_control_id, which is the
	// same as the CallSid of TeXML. Accepted is not finished: what comes of a
	// command is told by events.
	Do(ctx context.Context, callControlID string, c Command) (Accepted, error)

	// UpdateCall changes a running TeXML call.
	UpdateCall(ctx context.Context, callSID string, u UpdateCall) (Call, error)

	// HangUp ends a running TeXML call.
	HangUp(ctx context.Context, callSID string) (Call, error)

	// InitiateCall begins a call. An error for which MayHaveHappened is true
	// may stand for a call that rings all the same.
	InitiateCall(ctx context.Context, i InitiateCall) (Queued, error)
}

// DefaultBaseURL is where Telnyx's API is.
const DefaultBaseURL = "https://api.telnyx.com/v2"

// Options are what New needs, and its knobs. APIKey is required, and AccountID
// for all but Do; every other zero value works.
type Options struct {
	APIKey    Key
	BaseURL   string            // DefaultBaseURL when empty
	AccountID string            // account_sid of TeXML REST: the organization id of the account
	Transport http.RoundTripper // nil is one that keeps connections open
	Log       *slog.Logger      // nil logs nothing
	Now       func() time.Time  // nil is time.Now
	NewID     func() string     // makes the command_id of a command that has none; nil makes random UUIDs

	// Timeout bounds a request with all its repetitions, besides the context:
	// 5 s when 0, at most 50 s, because Telnyx knows a command_id for 60 s.
	Timeout time.Duration
	// Attempt is how long the first answer of a request that may be repeated
	// is waited for, doubled for each further one: 500 ms when 0, which is
	// what Telnyx advises.
	Attempt time.Duration
	// Attempts is how often a request is sent at most: 4 when 0.
	Attempts int
}

// ErrNoKey is given by New when there is no API key.
var ErrNoKey = errors.New("telnyx: no API key (TELNYX_API_KEY)")

// errKey does not show the key.
var errKey = errors.New("telnyx: the API key holds spaces, or characters that no key has (TELNYX_API_KEY)")

// longest is the most that Options.Timeout can be.
const longest = 50 * time.Second

// API is the Client that asks Telnyx over HTTP.
type API struct {
	base   string // without a slash at the end
	client *http.Client
	o      Options
}

var _ Client = (*API)(nil)

// New makes an API. Its errors are ErrNoKey, and a BaseURL that is none.
func New(o Options) (*API, error) {
	if o.APIKey == "" {
		return nil, ErrNoKey
	}
	if strings.ContainsFunc(string(o.APIKey), func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errKey
	}
	o = o.withDefaults()
	base, err := baseURL(o.BaseURL)
	if err != nil {
		return nil, err
	}
	return &API{base: base, o: o, client: &http.Client{
		Transport: o.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // a redirect could carry the key elsewhere
		},
	}}, nil
}

// Close lets go of idle connections.
func (a *API) Close() { a.client.CloseIdleConnections() }

func (o Options) withDefaults() Options {
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	if o.Transport == nil {
		o.Transport = &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
			TLSHandshakeTimeout:   3 * time.Second,
			MaxIdleConnsPerHost:   32,
			IdleConnTimeout:       time.Minute,
			ForceAttemptHTTP2:     true,
			ResponseHeaderTimeout: longest,
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NewID == nil {
		o.NewID = randomID
	}
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	o.Timeout = min(o.Timeout, longest)
	if o.Attempt <= 0 {
		o.Attempt = 500 * time.Millisecond
	}
	if o.Attempts <= 0 {
		o.Attempts = 4
	}
	return o
}

// baseURL refuses what cannot be the address of an API, and what would show a
// password in errors.
func baseURL(s string) (string, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return "", errors.New("telnyx: the base URL is not a URL")
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return "", fmt.Errorf("telnyx: the base URL %q does not begin with https:// or http:// and a host", u.Redacted())
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", fmt.Errorf("telnyx: the base URL %q has more than a host and a path", u.Redacted())
	}
	return strings.TrimRight(s, "/"), nil
}

// OptionsFromEnv reads the names that Telnyx's own tools use, TELNYX_API_KEY and
// TELNYX_BASE_URL, from an environment such as os.Environ gives. Of a name that
// is there twice the last one counts.
func OptionsFromEnv(environ []string) Options {
	var o Options
	for _, pair := range environ {
		switch name, value, _ := strings.Cut(pair, "="); name {
		case "TELNYX_API_KEY":
			o.APIKey = Key(strings.TrimSpace(value))
		case "TELNYX_BASE_URL":
			o.BaseURL = strings.TrimSpace(value)
		}
	}
	return o
}
