package templates_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"texmlsrv/flows"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redisstore"
	"texmlsrv/texml"
)

// The call of every story that does not say otherwise: that of the fixtures
// whose bodies stories bring along.
const (
	usualSID = "v3:Qm4-7aT_zX1kR9-wLp0_Yb6cNvE2sHdU8fGjKi3oMtB5xCqWrA_-aQ"
	caller   = "+14155550123"
	called   = "+13125550188"
)

// clockForm is how stories write an instant, in the flows' time zone.
const clockForm = "2006-01-02 15:04"

// usualTime is a Monday morning.
const usualTime = "2026-11-23 10:30"

// player plays a story: it does what the platform does, with the links of the
// document it received last.
type player struct {
	t         *testing.T
	story     *story
	server    *servertest.Server
	services  []*service
	zone      *time.Location
	sid       string
	others    []string        // calls of the same story that came before
	current   *texml.Response // the document last received
	sent      []request
	documents []string // received, each once
	log       strings.Builder
	recorded  int
	played    map[string]bool // asides: flow/step
}

type request struct{ method, path, body string }

// newPlayer prepares what a story says to be there: clock, environment, the
// services that look-ups go to.
func newPlayer(t *testing.T, s *story, root fs.FS, store *redisstore.Store) *player {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	call := s.file(t, "call.txt")
	p := &player{t: t, story: s, zone: zone, sid: usualSID, played: map[string]bool{}}
	env := flows.Environment{Env: map[string]string{}, Secrets: map[string]string{}}
	for _, name := range []string{"booking", "messages"} {
		service := newService(t, name, call)
		p.services = append(p.services, service)
		env.Secrets[strings.ToUpper(name)] = token(name)
		if service.url != "" {
			env.Env[strings.ToUpper(name)+"_URL"] = service.url + service.path()
		}
	}
	for line := range strings.Lines(call) {
		line = strings.TrimSpace(line)
		if pair, is := strings.CutPrefix(line, "env "); is {
			maps.Copy(env.Env, pairs(t, split(pair)))
		}
		if name, is := strings.CutPrefix(line, "company "); is {
			root = edited{root, `company: ""`, "company: " + name}
		}
	}
	p.server = servertest.Start(t, servertest.Options{
		Flows: root, Env: env, Store: store, Clock: servertest.NewClock(p.time(usualTime)),
	})
	return p
}

// edited is a templates root in whose files one text stands for another.
type edited struct {
	fs.FS
	old, new string
}

// ReadFile reads a file as it is after the change.
func (e edited) ReadFile(name string) ([]byte, error) {
	content, err := fs.ReadFile(e.FS, name)
	return bytes.ReplaceAll(content, []byte(e.old), []byte(e.new)), err
}

func (p *player) time(text string) time.Time {
	p.t.Helper()
	at, err := time.ParseInLocation(clockForm, text, p.zone)
	if err != nil {
		p.t.Fatal(err)
	}
	return at
}

// play plays one line: see act. With "get" in front the request is a GET, with
// "20 times" behind it is made that often.
func (p *player) play(line string) {
	p.t.Helper()
	if line == "" || strings.HasPrefix(line, "#") {
		return
	}
	method, times := http.MethodPost, 1
	rest, get := strings.CutPrefix(line, "get ")
	if get {
		method = http.MethodGet
	}
	words := split(rest)
	if n := len(words); n > 2 && words[n-1] == "times" {
		var err error
		if times, err = strconv.Atoi(words[n-2]); err != nil {
			p.t.Fatalf("how often in %q? %v", line, err)
		}
		words = words[:n-2]
	}
	r := p.act(rest, words)
	if r.method == "" {
		r.method = method
	}
	for range times {
		if r.path != "" {
			p.send(line, r)
		}
	}
}

// act says which request a line stands for; none for a line that is no more
// than a circumstance.
//
//	clock 2026-11-23 10:30        what time it is, in the flows' time zone; else that one
//	env FRONT_DESK_NUMBER=+1…     what is set up; holds from the beginning
//	company Harbor Dental         the author has filled in a name
//	booking … , messages …        see exchange; "booking down" is a service that is off
//	sid v3:…                      whose call it is from here on; else that of the fixtures
//	calls [flow] [field=value]    somebody calls: the first document is fetched
//	says "…"                      the caller speaks: to a Gather, or to an AIGather that learns nothing
//	says "…" meaning k=v k="v w"  … and the AIGather learns that, or {"k": …}; sent as an envelope
//	says "…" plainly k=v          … sent as the bare object
//	presses 1                     the caller presses a key
//	silent                        the document runs out: its last Redirect is followed
//	records 12                    the caller speaks for 12 seconds after the tone
//	dial busy [seconds]           how the dialed leg ended
//	answered                      the person called answers, and is played what the Number says first
//	… presses 1                   … and presses a key
//	later                         a moment after the call: what is due is done
//	garbled                       the answer comes as a form that cannot be read
//	hangs up                      the call is over
//	again [n]                     the last request, or the n-th, comes once more
//	action|status|fetch path [field=value … | @file]
//	                              a request as the story spells it: to the action of the
//	                              document, to the callback route, to a path
func (p *player) act(line string, words []string) request {
	p.t.Helper()
	rest := words[1:]
	if len(rest) == 0 && slices.Contains([]string{"sid", "says", "presses", "records", "dial", "fetch"}, words[0]) {
		p.t.Fatalf("%s what?", line)
	}
	switch words[0] {
	case "clock":
		p.server.Clock.Advance(p.time(strings.Join(rest, " ")).Sub(p.server.Clock.Now()))
	case "env", "company", "booking", "messages":
	case "answered":
		p.answered(rest)
	case "later":
		p.server.Clock.Advance(5 * time.Second)
		if err := p.server.Calls.Due(p.t.Context()); err != nil {
			p.t.Error(err)
		}
	case "sid":
		if len(p.sent) > 0 {
			p.others = append(p.others, p.sid)
		}
		p.sid = rest[0]
	case "calls":
		return p.calls(rest)
	case "says":
		return p.says(line, rest)
	case "presses":
		return request{path: p.action("Gather"), body: p.form("Digits", rest[0])}
	case "silent":
		return request{path: p.next(), body: p.form("CallStatus", "in-progress")}
	case "records":
		return p.records(rest[0])
	case "dial":
		return p.dial(rest)
	case "garbled":
		return request{path: p.action(""), body: p.form() + garbage()}
	case "hangs":
		return request{path: statusPath, body: p.form("CallStatus", "completed",
			"CallbackSource", "call-progress-events", "HangupCause", "normal_clearing", "HangupSource", "caller")}
	case "again":
		return p.again(rest)
	case "action":
		return request{path: p.action(""), body: p.body(rest)}
	case "fetch":
		return request{path: rest[0], body: p.body(rest[1:])}
	case "status":
		return request{path: statusPath, body: p.body(rest)}
	default:
		p.t.Fatalf("what does %q mean?", line)
	}
	return request{}
}

// asker is the verb of the current document that asks something: the one
// named, or the only one.
func (p *player) asker(name string) texml.Asker {
	p.t.Helper()
	if p.current != nil {
		for _, v := range p.current.Verbs {
			if asker, is := v.(texml.Asker); is && (name == "" || texml.Name(v) == name) {
				return asker
			}
		}
	}
	p.t.Fatalf("after %d requests the document asks for no %s", len(p.sent), name)
	return nil
}

func (p *player) action(name string) string {
	p.t.Helper()
	return p.asker(name).Action()
}

// next is where the last Redirect of the current document leads.
func (p *player) next() string {
	p.t.Helper()
	if p.current != nil && len(p.current.Verbs) > 0 {
		if r, is := p.current.Verbs[len(p.current.Verbs)-1].(*texml.Redirect); is {
			return r.URL
		}
	}
	p.t.Fatalf("after %d requests the document leads nowhere", len(p.sent))
	return ""
}

// known is what the store knows of every call in the end: the entries of their
// timelines, and in words.
func (p *player) known(store *redisstore.Store) (entries []sessions.Entry, told string) {
	p.t.Helper()
	for _, sid := range append(p.others, p.sid) {
		session, err := store.Load(p.t.Context(), sid)
		if err != nil {
			p.t.Fatal(err)
		}
		timeline, err := store.Timeline(p.t.Context(), sid)
		if err != nil {
			p.t.Fatal(err)
		}
		if entries = append(entries, timeline...); len(p.others) > 0 {
			told += "call " + sid + "\n"
		}
		told += tell(session, timeline)
	}
	return entries, told
}

// send makes a request and takes in the reply.
func (p *player) send(line string, r request) {
	p.t.Helper()
	p.sent = append(p.sent, r)
	header := formHeader()
	target, body := r.path, r.body
	if r.method == http.MethodGet {
		header, target, body = nil, r.path+"?"+r.body, ""
	} else if strings.HasPrefix(body, "{") {
		header.Set("Content-Type", "application/json")
	}
	reply := p.server.Send(r.method, target, body, header)
	what := fmt.Sprintf("# request %d: %s\n", len(p.sent), line)
	switch {
	case reply.Status != http.StatusOK:
		p.log.WriteString(what + fmt.Sprintf("# %d: %s", reply.Status, reply.Body))
	case r.path == statusPath && reply.Body == "":
		p.log.WriteString(what + "# 200, and nothing to do\n")
	default:
		p.log.WriteString(what)
		p.receive(reply)
	}
}

func formHeader() http.Header {
	return http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
}

// receive takes in a document. Each is written down once.
func (p *player) receive(reply servertest.Reply) {
	p.t.Helper()
	for name, want := range map[string]string{"Content-Type": "application/xml; charset=utf-8", "Cache-Control": "no-store"} {
		if got := reply.Header.Get(name); got != want {
			p.t.Errorf("request %d: %s is %q, want %q", len(p.sent), name, got, want)
		}
	}
	document, err := texml.Parse([]byte(reply.Body))
	if err != nil {
		p.t.Fatalf("request %d: %v\n%s", len(p.sent), err, reply.Body)
	}
	if n := len(document.Verbs); n == 0 || !texml.Terminal(document.Verbs[n-1]) {
		p.t.Errorf("request %d: the call runs off the end of its document", len(p.sent))
	}
	if strings.Contains(reply.Body, "{{") || strings.Contains(reply.Body, "\n") {
		p.t.Errorf("request %d: a brace pair or a line break in the document", len(p.sent))
	}
	p.current = document
	if i := slices.Index(p.documents, reply.Body); i >= 0 {
		fmt.Fprintf(&p.log, "# document %d once more\n", i+1)
		return
	}
	p.documents = append(p.documents, reply.Body)
	fmt.Fprintf(&p.log, "# document %d\n%s\n", len(p.documents), reply.Body)
}
