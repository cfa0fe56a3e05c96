package telnyx_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/simulator/api"
	"texmlsrv/telnyx"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const (
	key     = "KEY0123-secret"
	account = "acc-1"
	sid     = "v3:Qm4-7aT_zX1kR9-wLp0_Yb6=="
)

// direct carries requests to a handler without a network, so that a test may
// have its own time. It tells of connections as a real transport does.
type direct struct {
	handler http.Handler
	refuse  int // so many connections fail first

	mu   sync.Mutex
	sent []string // every request as it went out
}

// errRefused is what a port says that nobody listens on.
var errRefused = errors.New("connection refused")

func (d *direct) RoundTrip(r *http.Request) (*http.Response, error) {
	trace := httptrace.ContextClientTrace(r.Context())
	trace.GetConn(r.URL.Host)
	d.mu.Lock()
	d.refuse--
	refused := d.refuse >= 0
	d.mu.Unlock()
	if refused {
		return nil, errRefused
	}
	trace.GotConn(httptrace.GotConnInfo{})
	d.note(r)
	w, done := httptest.NewRecorder(), make(chan bool, 1)
	go func() {
		defer func() { done <- recover() == nil }()
		d.handler.ServeHTTP(w, r)
	}()
	select {
	case answered := <-done:
		if !answered {
			return nil, io.ErrUnexpectedEOF
		}
		return w.Result(), nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// note keeps a request as it goes over the wire, with its headers sorted.
func (d *direct) note(r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", r.Method, r.URL)
	for _, name := range []string{"Accept", "Authorization", "Content-Type", "User-Agent"} {
		fmt.Fprintf(&b, "%s: %s\n", name, r.Header.Get(name))
	}
	fmt.Fprintf(&b, "\n%s\n", body)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sent = append(d.sent, b.String())
}

// rig is a client with a fake of Telnyx behind it.
type rig struct {
	*telnyx.API
	fake *api.API
	wire *direct
	log  *strings.Builder
}

func newRig(t *testing.T, o telnyx.Options, fake api.Options) *rig {
	t.Helper()
	fake.APIKey, fake.AccountID = key, account
	f, err := api.New(fake)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{fake: f, wire: &direct{handler: f}, log: &strings.Builder{}}
	ids := 0
	o.APIKey, o.AccountID, o.Transport = key, account, r.wire
	o.Log = slog.New(slog.NewTextHandler(r.log, nil))
	o.NewID = func() string { ids++; return fmt.Sprintf("id-%d", ids) }
	if r.API, err = telnyx.New(o); err != nil {
		t.Fatal(err)
	}
	return r
}

// statuses are what the fake answered, in order; ids the command_ids that came.
func (r *rig) statuses() []int {
	var out []int
	for _, got := range r.fake.Received() {
		out = append(out, got.Status)
	}
	return out
}

func (r *rig) ids() []string {
	var out []string
	for _, got := range r.fake.Received() {
		id, _ := got.Params["command_id"].(string)
		out = append(out, id)
	}
	return slices.Compact(out)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got), -update rewrites it:\n%s", path, diff)
	}
}

var _ telnyx.Client = (*rig)(nil)

// ask is a small command that begins a conversation.
func ask() telnyx.GatherUsingAI {
	return telnyx.GatherUsingAI{Parameters: []byte(`{"type":"object","properties":{"age":{"type":"integer"}},"required":["age"]}`)}
}

func do(t *testing.T, r *rig, c telnyx.Command) (telnyx.Accepted, error) {
	t.Helper()
	return r.Do(context.WithoutCancel(t.Context()), sid, c)
}
