package calls

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"texmlsrv/flows"
	"texmlsrv/flows/schemas"
)

// replyLimit is the most that is read of a look-up's reply.
const replyLimit = 256 << 10

// Lookups makes look-ups over HTTP.
type Lookups struct {
	client *http.Client
}

// NewLookups makes a Lookups that keeps connections open between calls.
func NewLookups() *Lookups {
	transport := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: time.Second}).DialContext,
		TLSHandshakeTimeout: time.Second,
		MaxIdleConnsPerHost: 32,
		IdleConnTimeout:     time.Minute,
		ForceAttemptHTTP2:   true,
	}
	return &Lookups{client: &http.Client{
		Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // a redirect could lead anywhere
		},
	}}
}

// Close lets go of idle connections.
func (l *Lookups) Close() { l.client.CloseIdleConnections() }

// Look makes one look-up. Failed says in a word what went wrong: timeout,
// connection, status, not JSON, too large.
func (l *Lookups) Look(ctx context.Context, r flows.LookupRequest) flows.Found {
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	request, err := newRequest(ctx, r)
	if err != nil {
		return flows.Found{Failed: "request"}
	}
	reply, err := l.client.Do(request)
	if err != nil {
		return flows.Found{Failed: failure(err)}
	}
	defer reply.Body.Close()
	return read(reply)
}

func newRequest(ctx context.Context, r flows.LookupRequest) (*http.Request, error) {
	var body io.Reader
	if r.Body != nil && r.Method != http.MethodGet {
		body = bytes.NewReader(r.Body)
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, r.URL, body)
	if err != nil {
		return nil, fmt.Errorf("calls: look-up: %w", err)
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, h := range r.Headers {
		request.Header.Set(h[0], h[1])
	}
	request.Header.Set("Idempotency-Key", r.Key)
	return request, nil
}

func read(reply *http.Response) flows.Found {
	found := flows.Found{Code: reply.StatusCode}
	if reply.StatusCode >= 300 {
		found.Failed = "status"
		return found
	}
	body, err := io.ReadAll(io.LimitReader(reply.Body, replyLimit+1))
	switch {
	case err != nil:
		found.Failed = failure(err)
	case len(body) > replyLimit:
		found.Failed = "too large"
	default:
		if found.Result, err = schemas.DecodeJSON(body); err != nil {
			found.Failed = "not JSON"
		}
	}
	return found
}

func failure(err error) string {
	var timeout interface{ Timeout() bool }
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		return "timeout"
	}
	return "connection"
}
