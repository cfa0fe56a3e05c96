package callbacks_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"texmlsrv/callbacks"
	"texmlsrv/calls"
)

// signedAt is the timestamp of the reference's signature vectors.
const signedAt = 1767225600

// seed is the throw-away private key of the reference's signature vectors.
var seed = []byte{
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
}

// publicKey belongs to seed.
const publicKey = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="

// fakeCalls keeps what the routes hand on.
type fakeCalls struct {
	mu        sync.Mutex
	documents []calls.Request
	notices   []calls.Request
	events    []calls.Request

	documentErr, noticeErr error
	panics                 bool
	ticket                 string // the one that holds, of sid
	sid                    string
	health                 calls.Health
}

var _ callbacks.Calls = (*fakeCalls)(nil)

const document = "<Response><Hangup/></Response>"

func (f *fakeCalls) Document(_ context.Context, r calls.Request) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.documents = append(f.documents, r)
	if f.panics {
		panic("a defect")
	}
	return []byte(document), f.documentErr
}

func (f *fakeCalls) Notice(_ context.Context, r calls.Request) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.notices = append(f.notices, r)
	return f.noticeErr
}

func (f *fakeCalls) Event(_ context.Context, r calls.Request) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events = append(f.events, r)
	return f.noticeErr
}

func (f *fakeCalls) TicketHolds(callSID, flow, step, ticket string) bool {
	return f.ticket != "" && ticket == f.ticket && callSID == f.sid && flow == "booking" && step == "party"
}

func (f *fakeCalls) Health(context.Context) calls.Health { return f.health }

// received is how many requests reached calls.
func (f *fakeCalls) received() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.documents) + len(f.notices) + len(f.events)
}

// harness is a listening server in front of fake calls.
type harness struct {
	t     testing.TB
	calls *fakeCalls
	url   string
	logs  *syncedText
}

// serve starts a server whose clock stands at signedAt.
func serve(t testing.TB, fake *fakeCalls, o callbacks.Options) *harness {
	t.Helper()
	h := &harness{t: t, calls: fake, logs: &syncedText{}}
	o.Now = func() time.Time { return time.Unix(signedAt, 0) }
	o.Log = slog.New(slog.NewJSONHandler(h.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	srv := httptest.NewServer(callbacks.New(fake, o))
	t.Cleanup(srv.Close)
	h.url = srv.URL
	return h
}

// reply is an answer, read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

// do sends a request; redirects are not followed, as Telnyx does not follow them.
func (h *harness) do(method, path, body string, header http.Header) reply {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	req.Host = header.Get("Host")
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, string(text)}
}

// key parses a public key.
func key(t testing.TB, s string) ed25519.PublicKey {
	t.Helper()
	k, err := callbacks.ParseKey(s)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// sign makes the headers that Telnyx would send with body.
func sign(body string, at int64) http.Header {
	timestamp := strconv.FormatInt(at, 10)
	signature := ed25519.Sign(ed25519.NewKeyFromSeed(seed), []byte(timestamp+"|"+body))
	return http.Header{
		"Telnyx-Timestamp":         {timestamp},
		"Telnyx-Signature-Ed25519": {base64.StdEncoding.EncodeToString(signature)},
	}
}

// syncedText collects a log that handlers write while the test reads it.
type syncedText struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *syncedText) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncedText) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
