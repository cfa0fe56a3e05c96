package calls_test

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/servertest"
	"texmlsrv/sessions"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// desk is the flow of most tests: an AI gather, a menu, a person or a message.
const desk = `
start: name
defaults: {attempts: 3, otherwise: operator}
steps:
  name:
    document: |
      <AIGather>
        <Greeting>Who is calling?</Greeting>
        <Parameters>{"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}</Parameters>
      </AIGather>
    next: menu
  menu:
    document: |
      <Gather numDigits="1" validDigits="12">
        <Say>Hello {{ gathered.name }}. Press 1 for a person, 2 to leave a message.</Say>
      </Gather>
    choices: {person: 1, message: 2}
    next:
      - {when: answer.choice == "person", goto: person}
      - goto: message
  person:
    document: <Dial><Number>+13125550100</Number></Dial>
    next:
      - {when: answer.status == "completed", goto: bye}
      - goto: message
  message:
    document: <Say>Please leave a message.</Say><Record maxLength="60"/>
    into: message
    outcome: message
    next: bye
  operator:
    document: <Say>We will call you back.</Say>
    outcome: operator
    next: bye
  bye:
    document: <Say>Goodbye.</Say><Hangup/>
`

// flow makes a tree of one flow, called desk, and further files: name, text.
func flow(yaml string, more ...string) fstest.MapFS {
	tree := fstest.MapFS{"desk/flow.yaml": {Data: []byte(yaml)}}
	for i := 0; i+1 < len(more); i += 2 {
		tree[more[i]] = &fstest.MapFile{Data: []byte(more[i+1])}
	}
	return tree
}

// What callers of these tests are and say, and what services are told, may be
// in no log.
const (
	caller   = "+14155550123"
	called   = "+13125550188"
	spoken   = "Zinfandel"
	password = "look-up-password"
)

// private is how they would look there: the digits in any spelling.
var private = []string{"4155550123", "3125550188", "3125550100", spoken, password, servertest.Secret}

// start runs a server with these flows; when the test is over, its log is read.
func start(t testing.TB, o servertest.Options) *servertest.Server {
	t.Helper()
	if o.Flows == nil {
		o.Flows = flow(desk)
	}
	server := servertest.Start(t, o)
	t.Cleanup(func() {
		for _, secret := range private {
			if log := server.Log.String(); strings.Contains(log, secret) {
				t.Errorf("the log holds %q:\n%s", secret, log)
			}
		}
	})
	return server
}

// call is one call as Telnyx leads it.
type call struct {
	t         testing.TB
	server    *servertest.Server // answers what is sent
	store     sessions.Store
	sid       string
	documents []string // of turn 1, 2, …
}

// newCall is a call of its own for each test.
func newCall(t testing.TB, server *servertest.Server, store sessions.Store) *call {
	return &call{t: t, server: server, store: store, sid: "v3:" + strings.ReplaceAll(t.Name(), "/", ".")}
}

// form is what every request of the call has, and what this one brings: name,
// value.
func (c *call) form(brings ...string) url.Values {
	form := url.Values{"CallSid": {c.sid}, "From": {caller}, "To": {called}}
	for i := 0; i+1 < len(brings); i += 2 {
		form.Set(brings[i], brings[i+1])
	}
	return form
}

// fetch posts to the URL that stands in the portal.
func (c *call) fetch(brings ...string) servertest.Reply {
	c.t.Helper()
	return c.server.Post("/texml/desk", c.form(brings...))
}

// status posts to the URL for callbacks.
func (c *call) status(brings ...string) servertest.Reply {
	c.t.Helper()
	return c.server.Post("/callbacks/status", c.form(brings...))
}

// link is the URL in the document of a turn that is reached in a way. It leads to
// the server of the test, whatever its public address.
func (c *call) link(turn int, via string) string {
	c.t.Helper()
	return strings.TrimPrefix(servertest.Link(c.t, c.documents[turn-1], via), public)
}

// send posts to a URL of a turn's document.
func (c *call) send(turn int, via string, brings ...string) servertest.Reply {
	c.t.Helper()
	return c.server.Post(c.link(turn, via), c.form(brings...))
}

// begin fetches the first document.
func (c *call) begin() *call {
	c.t.Helper()
	c.documents = []string{c.document(c.fetch())}
	return c
}

// answer sends the action of the current document.
func (c *call) answer(brings ...string) *call {
	c.t.Helper()
	c.documents = append(c.documents, c.document(c.send(len(c.documents), "action", brings...)))
	return c
}

// document is the body of a reply that holds one.
func (c *call) document(r servertest.Reply) string {
	c.t.Helper()
	if r.Status != http.StatusOK || !strings.Contains(r.Header.Get("Content-Type"), "xml") {
		c.t.Fatalf("answered with %d %s\n%s", r.Status, r.Header.Get("Content-Type"), r.Body)
	}
	return r.Body
}

// session is the call as the store has it.
func (c *call) session() *sessions.Session {
	c.t.Helper()
	s, err := c.store.Load(c.t.Context(), c.sid)
	if err != nil {
		c.t.Fatalf("session of %s: %v", c.sid, err)
	}
	return s
}

func (c *call) timeline() []sessions.Entry {
	c.t.Helper()
	entries, err := c.store.Timeline(c.t.Context(), c.sid)
	if err != nil {
		c.t.Fatal(err)
	}
	return entries
}

// last is the youngest entry of the timeline.
func (c *call) last() sessions.Entry {
	c.t.Helper()
	entries := c.timeline()
	if len(entries) == 0 {
		c.t.Fatal("the timeline is empty")
	}
	return entries[len(entries)-1]
}

// named is what an AI gather brings that heard a name.
func named(name string) []string {
	result, err := json.Marshal(map[string]any{"status": "valid", "result": map[string]any{"name": name}})
	if err != nil {
		panic(err) // of a string, never
	}
	return []string{"Status", "valid", "Base64Result", base64.StdEncoding.EncodeToString(result)}
}

// recorded is what a Record brings.
var recorded = []string{"RecordingSid", "rec-1", "RecordingDuration", "7", "RecordingUrl", "https://media.example.net/rec-1.mp3"}

// says fails the test unless a document says something.
func says(t testing.TB, document, text string) {
	t.Helper()
	if !strings.Contains(document, text) {
		t.Errorf("the document does not say %q:\n%s", text, document)
	}
}

func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", what, diff)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, path, got, string(want))
}
