package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"texmlsrv/calls"
	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/flows"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redisstore"
	"texmlsrv/telnyx"
)

// programs is a console whose users file knows two programs, and what holds each
// of its answers against the description.
type programs struct {
	*consoletest.Server
	*description
	tokens map[access.Role]string
}

// start runs a console until the test ends, with the flows that come with the
// program.
func start(t *testing.T, change func(*console.Deps)) *programs {
	t.Helper()
	release := consoletest.Embedded(t)
	return startWith(t, func(d *console.Deps) {
		d.Flows = consoletest.Served{Only: release}
		if change != nil {
			change(d)
		}
	})
}

func startWith(t *testing.T, change func(*console.Deps)) *programs {
	t.Helper()
	p := &programs{description: describe(t), tokens: map[access.Role]string{}}
	var file strings.Builder
	for role, name := range map[access.Role]string{access.Viewer: "nightly", access.Operator: "helper"} {
		token, secret := access.NewToken()
		p.tokens[role] = token
		file.WriteString(access.Line(name, role, secret) + "\n")
	}
	path := filepath.Join(t.TempDir(), "users")
	if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	users, err := access.OpenUsers(path, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	p.Server = consoletest.StartWith(t, consoletest.Store(t), access.Options{Users: users}, change)
	return p
}

// request is what a program asks.
type request struct {
	as     access.Role
	method string // "" is GET
	path   string // below /api/v1, unless it begins there
	body   any    // a string as it is, anything else as JSON
	header http.Header
	most   int // bytes that are read of what is answered well; 0 is all
}

// do asks, and holds the answer against the description.
func (p *programs) do(t *testing.T, r request) servertest.Reply {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var body io.Reader
	switch b := r.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		body = strings.NewReader(string(raw))
	}
	if r.method == "" {
		r.method = http.MethodGet
	}
	asked, err := http.NewRequestWithContext(ctx, r.method, p.URL+r.path, body)
	if err != nil {
		t.Fatal(err)
	}
	if r.body != nil {
		asked.Header.Set("Content-Type", "application/json")
	}
	if r.as != access.None {
		asked.Header.Set("Authorization", "Bearer "+p.tokens[r.as])
	}
	for name, values := range r.header {
		asked.Header[name] = values
	}
	answer, err := http.DefaultTransport.RoundTrip(asked)
	if err != nil {
		t.Fatalf("%s %s: %v", r.method, r.path, err)
	}
	defer answer.Body.Close()
	var read io.Reader = answer.Body
	if r.most > 0 && answer.StatusCode == http.StatusOK {
		read = io.LimitReader(read, int64(r.most))
	}
	text, err := io.ReadAll(read)
	if err != nil {
		t.Fatalf("%s %s: %v", r.method, r.path, err)
	}
	p.check(t, r.method, asked.URL.Path, answer.StatusCode, answer.Header, string(text))
	return servertest.Reply{Status: answer.StatusCode, Header: answer.Header, Body: string(text)}
}

// get asks for a path below /api/v1 as a viewer, and reads the answer.
func (p *programs) get(t *testing.T, path string, into any) servertest.Reply {
	t.Helper()
	reply := p.do(t, request{as: access.Viewer, path: "/api/v1" + path})
	if reply.Status != http.StatusOK {
		t.Fatalf("%s: %d\n%s", path, reply.Status, reply.Body)
	}
	if err := json.Unmarshal([]byte(reply.Body), into); err != nil {
		t.Fatalf("%s: %v\n%s", path, err, reply.Body)
	}
	return reply
}

// problem is what went wrong.
type problem struct {
	Status        int
	Title, Detail string
}

// refused asks for what is refused.
func (p *programs) refused(t *testing.T, r request) problem {
	t.Helper()
	reply := p.do(t, r)
	var told problem
	if err := json.Unmarshal([]byte(reply.Body), &told); err != nil || told.Status != reply.Status {
		t.Fatalf("%s: %d %v\n%s", r.path, reply.Status, err, reply.Body)
	}
	return told
}

// broken is a store that is there for the console, and fails in parts.
type broken struct {
	*redisstore.Store
	reads, records bool
}

var errBroken = errors.New("the store is away")

func (b *broken) Load(ctx context.Context, sid string) (*sessions.Session, error) {
	if b.reads {
		return nil, errBroken
	}
	return b.Store.Load(ctx, sid)
}

func (b *broken) Search(ctx context.Context, q sessions.Query) (sessions.Page, error) {
	if b.reads {
		return sessions.Page{}, errBroken
	}
	return b.Store.Search(ctx, q)
}

func (b *broken) Counts(ctx context.Context, span sessions.Span) (sessions.Counts, error) {
	if b.reads {
		return sessions.Counts{}, errBroken
	}
	return b.Store.Counts(ctx, span)
}

func (b *broken) Audits(ctx context.Context, q sessions.AuditQuery) (sessions.AuditPage, error) {
	if b.reads {
		return sessions.AuditPage{}, errBroken
	}
	return b.Store.Audits(ctx, q)
}

func (b *broken) Subscribe(ctx context.Context) (<-chan sessions.Change, error) {
	if b.reads {
		return nil, errBroken
	}
	return b.Store.Subscribe(ctx)
}

func (b *broken) Record(ctx context.Context, a sessions.Audit) error {
	if b.records {
		return errBroken
	}
	return b.Store.Record(ctx, a)
}

// breakable is a console over a store that can be broken.
func breakable(t *testing.T) (*programs, *broken) {
	t.Helper()
	store := new(broken)
	release := consoletest.Desk(t, sensitive)
	p := startWith(t, func(d *console.Deps) {
		store.Store = d.Store.(*redisstore.Store)
		d.Flows = consoletest.Served{Only: release}
		d.Store, d.Finder, d.Feed, d.Audit = store, store, store, store
		d.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "texmlsrv_flows 3\n") })
		d.Calls = service(t, d, release)
	})
	return p, store
}

// willing is a platform that takes everything.
type willing struct{}

func (willing) Do(context.Context, string, telnyx.Command) (telnyx.Accepted, error) {
	return telnyx.Accepted{}, nil
}

func (willing) UpdateCall(context.Context, string, telnyx.UpdateCall) (telnyx.Call, error) {
	return telnyx.Call{}, nil
}

// nobody is reached by look-ups.
type nobody struct{}

func (nobody) Look(context.Context, flows.LookupRequest) flows.Found {
	return flows.Found{Failed: "connection"}
}

// service is the calls of a console that can be helped.
func service(t *testing.T, d *console.Deps, release *flows.Release) *calls.Service {
	t.Helper()
	s, err := calls.New(calls.Deps{
		Store: d.Store, Release: release, Tickets: calls.NewTickets([]byte(servertest.Secret)), Looker: nobody{},
		Log: slog.New(slog.DiscardHandler), Now: d.Now, StoreBudget: time.Minute,
		Commander: willing{}, Push: true, Account: true, PublicURL: "https://voice.example.net",
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sensitive is a flow that gathers something hidden.
const sensitive = `
start: card
summary: "Payment by {{ gathered.name }}"
defaults: {attempts: 2, otherwise: bye}
steps:
  card:
    document: >-
      <AIGather><Greeting>Your name and card?</Greeting><Parameters>{"type":"object","required":["name","card"],
      "properties":{"name":{"type":"string"},"card":{"type":"string","x-sensitive":true}}}</Parameters></AIGather>
    next: more
  more:
    document: <Gather><Say>And the PIN of {{ gathered.card }}?</Say></Gather>
    next: bye
  bye: {document: <Say>Goodbye.</Say><Hangup/>}
`

// paying is a running call that has brought something hidden.
func (p *programs) paying(t *testing.T) (sid string) {
	t.Helper()
	_, sid = p.Place(consoletest.Desk(t, sensitive), "desk", gathers(t, map[string]string{"name": "Ada", "card": "4242424242424242"}))
	if err := p.Store.Indexed(t.Context()); err != nil { // what is listed and counted comes a moment after the call
		t.Fatal(err)
	}
	return sid
}

func escaped(sid string) string { return "/api/v1/calls/" + url.PathEscape(sid) }

// sample is a request that an operation answers with what is described first.
func sample(t *testing.T, p *programs, o operation, sid string) request {
	t.Helper()
	r := request{as: access.Operator, method: o.method}
	r.path = strings.NewReplacer("{sid}", url.PathEscape(sid), "{turn}", "1", "{flow}", "desk").Replace(o.path)
	if strings.Contains(o.path, "{id}") {
		r.path = strings.Replace(r.path, "{id}", p.tries(t, o.id == "getTryScenario"), 1)
	}
	switch o.id {
	case "exportCalls":
		r.path += "?format=json"
	case "reveal":
		r.body = map[string]string{"name": "card", "why": "the caller asked which card"}
	case "intervene", "previewIntervention":
		r.header = http.Header{"If-Match": {`"turn-2"`}}
		r.body = map[string]string{"kind": "repeat", "why": "it was noisy"}
	case "note":
		r.body = map[string]string{"text": "She calls back tomorrow."}
	case "beginTry":
		r.body = map[string]string{"flow": "desk"}
	case "actInTry":
		r.header = http.Header{"If-Match": {"*"}}
		r.body = map[string]string{"do": "silent"}
	case "streamEvents":
		r.most = len("retry: 2000\n\n")
	}
	return r
}

// tries is a try of the operator's program whose call goes on, or is over.
func (p *programs) tries(t *testing.T, over bool) (id string) {
	t.Helper()
	var all list[struct {
		ID   string
		Over bool
	}]
	reply := p.do(t, request{as: access.Operator, path: "/api/v1/tries"})
	if err := json.Unmarshal([]byte(reply.Body), &all); err != nil {
		t.Fatal(err)
	}
	for _, one := range all.Items {
		if one.Over == over {
			return one.ID
		}
	}
	var one struct{ ID string }
	reply = p.do(t, request{as: access.Operator, method: http.MethodPost, path: "/api/v1/tries", body: map[string]string{"flow": "desk"}})
	if err := json.Unmarshal([]byte(reply.Body), &one); err != nil || reply.Status != http.StatusCreated {
		t.Fatalf("%d %v\n%s", reply.Status, err, reply.Body)
	}
	if over {
		p.do(t, request{
			as: access.Operator, method: http.MethodPost, path: "/api/v1/tries/" + one.ID + "/acts", body: map[string]string{"do": "hang_up"},
			header: http.Header{"If-Match": {"*"}},
		})
	}
	return one.ID
}

// provoked are ways to be answered with a status. From 500 on they break
// what is behind.
var provoked = map[string]func(t *testing.T, p *programs, store *broken, r *request){
	"200": func(*testing.T, *programs, *broken, *request) {},
	"201": func(*testing.T, *programs, *broken, *request) {},
	"204": func(*testing.T, *programs, *broken, *request) {},
	"304": func(t *testing.T, p *programs, _ *broken, r *request) {
		r.header = http.Header{"If-None-Match": {p.do(t, *r).Header.Get("ETag")}}
	},
	"400": func(_ *testing.T, _ *programs, _ *broken, r *request) {
		sign := "?"
		if strings.Contains(r.path, "?") {
			sign = "&"
		}
		r.path += sign + "no-such-parameter=1"
	},
	"401": func(_ *testing.T, _ *programs, _ *broken, r *request) {
		r.as = access.None
	},
	"403": func(_ *testing.T, _ *programs, _ *broken, r *request) {
		r.as = access.Viewer
	},
	"404": func(t *testing.T, p *programs, _ *broken, r *request) {
		switch r.path {
		case "/metrics", "/api/v1/flows", "/api/v1/releases", "/api/v1/tries":
			*p = *startWith(t, nil) // which has nothing of the kind
			return
		case "/api/v1/flows/desk", "/api/v1/flows/desk/graph":
			r.path = strings.Replace(r.path, "desk", "nobody", 1)
			return
		}
		if below, is := strings.CutPrefix(r.path, "/api/v1/tries/"); is {
			_, below, _ = strings.Cut(below, "/")
			r.path = strings.TrimSuffix("/api/v1/tries/nobody/"+below, "/")
			return
		}
		r.path = "/api/v1/calls/nobody" + r.path[strings.Index(r.path[len("/api/v1/calls/"):]+"/", "/")+len("/api/v1/calls/"):]
	},
	"413": func(_ *testing.T, _ *programs, _ *broken, r *request) {
		r.body = map[string]string{"why": strings.Repeat("x", 64<<10)}
		if strings.Contains(r.path, "/tries") {
			r.body = map[string]string{"name": strings.Repeat("x", 256<<10)}
		}
	},
	"415": func(_ *testing.T, _ *programs, _ *broken, r *request) {
		r.header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	},
	"422": func(_ *testing.T, _ *programs, _ *broken, r *request) {
		r.body = map[string]string{"why": ""}
		switch {
		case strings.Contains(r.path, "/interventions"):
			r.body = map[string]string{"kind": "goto", "why": "she asked for it"}
		case strings.HasSuffix(r.path, "/notes"):
			r.body = map[string]string{"text": ""}
		case strings.HasSuffix(r.path, "/tries"):
			r.body = map[string]string{"flow": "nothing"}
		case strings.HasSuffix(r.path, "/acts"):
			r.body = map[string]string{"do": "nothing"}
		}
	},
	"409": func(t *testing.T, p *programs, _ *broken, r *request) {
		switch {
		case strings.HasSuffix(r.path, "/acts"):
			p.do(t, request{as: access.Operator, method: http.MethodPost, path: r.path, body: map[string]string{"do": "hang_up"}, header: r.header})
			return
		case strings.HasPrefix(r.path, "/api/v1/tries/"):
			r.path = "/api/v1/tries/" + p.tries(t, false) + "/scenario"
			return
		}
		if strings.HasSuffix(r.path, "/scenario") {
			*p = *start(t, nil) // which serves no flow of that name
			p.paying(t)
			return
		}
		r.body = map[string]string{"kind": "stop_assistant", "why": "nobody talks"}
	},
	"412": func(_ *testing.T, _ *programs, _ *broken, r *request) {
		r.header = http.Header{"If-Match": {`"turn-1"`}}
		if strings.Contains(r.path, "/tries/") {
			r.header = http.Header{"If-Match": {`"moment-0"`}}
		}
	},
	"428": func(_ *testing.T, _ *programs, _ *broken, r *request) {
		r.header = nil
	},
	"429": func(t *testing.T, p *programs, _ *broken, r *request) {
		for range 3 {
			p.do(t, *r)
		}
	},
	"500": func(_ *testing.T, _ *programs, store *broken, _ *request) {
		store.reads = true
	},
	"503": func(t *testing.T, p *programs, store *broken, r *request) {
		if strings.HasSuffix(r.path, "/events") {
			crowd(t, p)
			return
		}
		p.Clock.Advance(15 * time.Minute) // a look that was written down lately is not written down again
		store.records = true
	},
}

// crowd opens as many streams as the operator may have, until the test ends.
func crowd(t *testing.T, p *programs) {
	t.Helper()
	for range 100 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL+"/api/v1/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+p.tokens[access.Operator])
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = answer.Body.Close() })
	}
}

// TestAnswers provokes every status of every operation that is described.
func TestAnswers(t *testing.T) {
	for _, o := range describe(t).operations() {
		t.Run(o.id, func(t *testing.T) {
			p, store := breakable(t)
			sid, before := p.paying(t), ""
			for _, status := range p.statuses(o) {
				provoke, known := provoked[status]
				if !known {
					t.Errorf("nothing here provokes %s", status)
					continue
				}
				if status == "404" || before == "404" || status >= "500" { // what was broken stays so, and streams take a moment to end
					p, store = breakable(t)
					sid = p.paying(t)
				}
				before = status
				r := sample(t, p, o, sid)
				provoke(t, p, store, &r)
				if got := p.do(t, r); fmt.Sprint(got.Status) != status {
					t.Errorf("%s: %d, want %s\n%s", r.path, got.Status, status, got.Body)
				}
			}
		})
	}
}
