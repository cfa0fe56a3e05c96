package calls_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"texmlsrv/calls"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/simulator/api"
	"texmlsrv/telnyx"
)

// platform is Telnyx's API in a box, and a client of it that does not try twice.
type platform struct {
	*telnyx.API
	fake *api.API
}

// public is the address of the servers that push.
const public = "https://voice.example.net"

func newPlatform(t testing.TB) platform { return platformOf(t, api.Options{}) }

func platformOf(t testing.TB, o api.Options) platform {
	t.Helper()
	o.AccountID = "account-1"
	fake, err := api.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	client, err := telnyx.New(telnyx.Options{
		APIKey: "key-1", BaseURL: server.URL + api.Prefix, AccountID: "account-1",
		Attempts: 1, Attempt: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return platform{client, fake}
}

// TestStories plays calls in which answers come by event, documents are pushed
// and commands sent. Each archive holds a flow and what happens; the file story
// is what comes of each line: the document that is answered, what the API is
// asked, and what the timeline tells.
//
// What happens, one a line: fetch; action N, next N, digits N with what it
// brings, N being the turn of the document it comes from; push, which fetches
// what was pushed last; event KIND with a payload, in which $N is our client
// state of turn N; ended SECONDS, the callback of the end of a conversation, with
// what was said; status WORD; wait; refuse WORD, the API's next answer; and
// session with the names of members to show. Between two lines all is done that
// is due.
func TestStories(t *testing.T) {
	paths, err := filepath.Glob("testdata/stories/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			head, want, _ := strings.Cut(string(archive), storyHead)
			got := tell(t, files(head))
			if *update {
				if err := os.WriteFile(path, []byte(head+storyHead+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			equal(t, path, got, want)
		})
	}
}

const storyHead = "-- story --\n"

// fileHead is the line before a file in an archive.
var fileHead = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

// files are those in an archive, by name.
func files(archive string) map[string]string {
	found := map[string]string{}
	heads := fileHead.FindAllStringSubmatchIndex(archive, -1)
	for i, h := range heads {
		end := len(archive)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		found[archive[h[2]:h[3]]] = archive[h[1]:end]
	}
	return found
}

// teller plays one story.
type teller struct {
	*call
	api   platform
	told  strings.Builder
	asked int // requests of the API that were told of
	lines int // entries of the timeline that were
}

func tell(t *testing.T, archive map[string]string) string {
	tree := fstest.MapFS{}
	for name, text := range archive {
		if strings.Contains(name, "/") {
			tree[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	_, without := archive["without-key"]
	s := &teller{api: newPlatform(t)}
	s.call = newCall(t, nil, servertest.Embedded(t))
	s.sid, s.server = "v3:story", begun(t, s.store, tree, s.api, !without)
	for line := range strings.Lines(archive["happens"]) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			s.play(line)
		}
	}
	return s.told.String()
}

// begun is a server with or without an API key.
func begun(t testing.TB, store sessions.Store, tree fs.FS, p platform, key bool) *servertest.Server {
	o := servertest.Options{Store: store, Flows: tree, PublicURL: public}
	if key {
		o.Commander = p
	}
	return start(t, o)
}

// play plays a line, and then what is due.
func (s *teller) play(line string) {
	fmt.Fprintf(&s.told, "> %s\n", line)
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "wait":
		d, err := time.ParseDuration(rest)
		if err != nil {
			s.t.Fatal(err)
		}
		s.server.Clock.Advance(d)
	case "refuse":
		s.api.fake.Script(api.Fault{Failure: refusals[rest]})
	case "session":
		s.show(strings.Fields(rest))
	default:
		if reply := s.request(verb, rest); reply != "" {
			s.tell(reply)
		}
	}
	s.note()
	s.due()
	s.note()
}

// refusals are answers of the API.
var refusals = map[string]*api.Failure{
	"gone": api.CallEnded(), "unauthorized": api.Unauthorized(), "rate_limited": api.TooMany(0), "unavailable": api.ServerError(503),
	"not-answered": api.NotAnswered(), "not-found": api.NotFound(),
}

// request sends what a line says, and gives the document it is answered with.
func (s *teller) request(verb, rest string) (document string) {
	first, rest, _ := strings.Cut(rest, " ")
	turn, _ := strconv.Atoi(first)
	switch verb {
	case "fetch":
		return s.document(s.fetch())
	case "action":
		return s.document(s.from(turn, "action", brought(rest)...))
	case "digits":
		return s.document(s.from(turn, "action", "Digits", rest))
	case "next":
		return s.document(s.from(turn, "next"))
	case "push":
		return s.document(s.server.Post(s.pushed(), s.form()))
	case "event":
		s.happens(happening{kind: first, id: fmt.Sprint(len(s.timeline())), at: s.server.Clock.Now().Sub(published), payload: s.states(rest)})
	case "ended":
		s.status("CallStatus", "conversation_ended", "DurationSec", first, "Messages", talk(rest), "Reason", "normal", "ConversationId", "conversation-"+first)
	case "status":
		s.status(progress(first)...)
	default:
		s.t.Fatalf("there is no %q in a story", verb)
	}
	return ""
}

// from posts to a link in the document of a turn.
func (s *teller) from(turn int, via string, brings ...string) servertest.Reply {
	for _, e := range s.timeline() {
		if e.Turn == turn && e.Document != "" {
			return s.server.Post(strings.TrimPrefix(servertest.Link(s.t, e.Document, via), public), s.form(brings...))
		}
	}
	s.t.Fatalf("there is no document of turn %d", turn)
	return servertest.Reply{}
}

// pushed is the path that the API was told last.
func (s *teller) pushed() string {
	received := s.api.fake.Received()
	for i := len(received) - 1; i >= 0; i-- {
		if url, is := received[i].Params["Url"].(string); is {
			return strings.TrimPrefix(url, public)
		}
	}
	s.t.Fatal("nothing was pushed")
	return ""
}

// brought is what an action brings: a JSON object, or what was said and no
// result, or nothing.
func brought(result string) []string {
	if result == "" {
		return []string{"Status", "invalid"}
	}
	if result[0] != '{' {
		return []string{"Status", "invalid", "Base64MessageHistory", encoded(talk(result))}
	}
	return []string{"Status", "valid", "Base64Result", encoded(result)}
}

// talk is what was said, as a callback brings it: "assistant: … / user: …".
func talk(text string) string {
	said := []sessions.Message{}
	for part := range strings.SplitSeq(text, " / ") {
		if role, content, ok := strings.Cut(part, ": "); ok {
			said = append(said, sessions.Message{Role: role, Content: content})
		}
	}
	return plain(said)
}

// ofTurn is a client state in the payload of an event.
var ofTurn = regexp.MustCompile(`\$(\d+)`)

// states puts our client states into a payload. The turn's step is where the
// timeline has it.
func (s *teller) states(payload string) string {
	return ofTurn.ReplaceAllStringFunc(payload, func(found string) string {
		turn, _ := strconv.Atoi(found[1:])
		for _, e := range s.timeline() {
			if e.Turn == turn && e.Step != "" {
				return `"client_state":"` + calls.ClientState(e.Flow, e.Step, turn) + `"`
			}
		}
		s.t.Fatalf("there is no turn %d", turn)
		return ""
	})
}

// linked is a link with a ticket.
var linked = regexp.MustCompile(`[^"<>\s]*/texml/([a-z0-9_-]+/[a-z0-9_-]+)/(\d+)\.([a-z]+)\.[A-Za-z0-9_~-]+`)

// shortened is a text whose links are "turn via flow/step".
func shortened(text string) string { return linked.ReplaceAllString(text, "$2 $3 $1") }

// tell prints a document, an element a line.
func (s *teller) tell(document string) {
	_, body, _ := strings.Cut(document, "?>")
	body = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(body), "<Response>"), "</Response>")
	for line := range strings.SplitSeq(strings.ReplaceAll(shortened(body), "><", ">\n<"), "\n") {
		fmt.Fprintf(&s.told, "\t%s\n", line)
	}
}

// note prints what the API was asked and what the timeline tells since the last
// time.
func (s *teller) note() {
	received := s.api.fake.Received()
	for _, r := range received[s.asked:] {
		params := map[string]any{}
		for name, value := range r.Params {
			params[name] = value
		}
		if state, is := params["client_state"].(string); is {
			flow, step, turn, _ := calls.ReadClientState(state)
			params["client_state"] = fmt.Sprintf("%s/%s %d", flow, step, turn)
		}
		fmt.Fprintf(&s.told, "API %s %d: %s\n", r.Name, r.Status, shortened(plain(params)))
	}
	s.asked = len(received)
	entries := s.timeline()
	for _, e := range entries[s.lines:] {
		fmt.Fprintf(&s.told, "- %s\n", summary(e))
	}
	s.lines = len(entries)
}

// summary is an entry in a line.
func summary(e sessions.Entry) string {
	said := []string{e.Kind, strconv.Itoa(e.Turn)}
	if e.Kind == sessions.EntryTurn {
		said = append(said, e.Flow+"/"+e.Step)
	}
	if e.Request != nil && e.Request.Via != "" {
		said = append(said, "via "+e.Request.Via)
	}
	if e.Event != nil {
		said = append(said, "by "+e.Event.Kind)
	}
	if a := e.Answer; a != nil {
		said = append(said, "answer "+strings.TrimSpace(strings.Join([]string{a.Kind, a.Status, a.Reason}, " ")))
	}
	if e.Gathered != nil {
		said = append(said, "gathered "+plain(e.Gathered))
	}
	if o := e.Sending; o != nil {
		said = append(said, fmt.Sprintf("%s %s %d %v", o.Name, o.Outcome, o.Status, o.Codes))
	}
	if e.Outcome != "" {
		said = append(said, "outcome "+e.Outcome)
	}
	said = append(said, e.Notes...)
	return strings.Join(said, ", ")
}

// show prints members of the session.
func (s *teller) show(names []string) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(plain(s.session())), &all); err != nil {
		s.t.Fatal(err)
	}
	for _, name := range names {
		fmt.Fprintf(&s.told, "\t%s %s\n", name, all[name])
	}
}
