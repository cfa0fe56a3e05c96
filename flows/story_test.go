package flows_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// Every archive holds flows and a call: the file requests has a request a
// line, and story is what comes of each.
func TestStories(t *testing.T) {
	golden(t, "testdata/engine", "story", func(t *testing.T, files []file) string {
		p := newPlayer(t, files)
		for _, f := range files {
			if f.name != "requests" {
				continue
			}
			for line := range strings.Lines(f.content) {
				p.play(strings.TrimSpace(line))
			}
		}
		return p.told.String()
	})
}

// monday is when every story begins, in UTC.
var monday = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// player plays a call and tells what comes of it.
type player struct {
	t       *testing.T
	release *flows.Release
	session *sessions.Session
	pending *flows.Decision // waits for its look-up
	history []sessions.Message
	now     time.Time
	told    strings.Builder
}

func newPlayer(t *testing.T, files []file) *player {
	env := flows.Environment{}
	for _, f := range files {
		if f.name == "env" {
			env = flows.EnvironmentOf(strings.Split(f.content, "\n"))
		}
	}
	return &player{t: t, release: load(t, tree(files), env), now: monday}
}

// play plays one line: a verb and what it is about.
func (p *player) play(line string) {
	if line == "" {
		return
	}
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "#":
	case "wait":
		d, err := time.ParseDuration(rest)
		if err != nil {
			p.t.Fatal(err)
		}
		p.now = p.now.Add(d)
	case "said":
		role, content, _ := strings.Cut(rest, ": ")
		p.history = append(p.history, sessions.Message{Role: role, Content: content})
	case "ended":
		p.session.EndedAt, p.session.Ending = p.now, rest
	case "turns":
		p.session.Turn, _ = strconv.Atoi(rest)
	case "at":
		p.session.Step = rest
	case "session":
		p.tell(line)
		p.show(rest)
	default:
		p.tell(line)
		p.decide(verb, rest)
	}
}

func (p *player) tell(line string) { fmt.Fprintf(&p.told, "> %s\n", line) }

// show prints one member of the session.
func (p *player) show(name string) {
	var all map[string]any
	data, err := json.Marshal(p.session)
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	data, err = json.Marshal(all[name])
	if err != nil {
		p.t.Fatal(err)
	}
	fmt.Fprintf(&p.told, "%s\n", data)
}

// decide lets the engine decide twice: what comes must be the same, and the
// session and the decision it began with unchanged.
func (p *player) decide(verb, rest string) {
	before := p.session
	if verb == "begin" {
		before = &sessions.Session{}
	}
	copied := reread(p.t, before)
	first := p.enter(verb, rest, before)
	if diff := cmp.Diff(copied, reread(p.t, before)); diff != "" {
		p.t.Errorf("%s changed the session it began with:\n%s", verb, diff)
	}
	second := p.enter(verb, rest, copied)
	if !reflect.DeepEqual(first.Document, second.Document) || !cmp.Equal(first.Lookup, second.Lookup) || !cmp.Equal(first.Entry, second.Entry) {
		p.t.Errorf("%s was decided in two ways", verb)
	}
	stored := reread(p.t, &first.Session)
	if diff := cmp.Diff(stored, reread(p.t, stored)); diff != "" {
		p.t.Errorf("the session is not the same when it was stored:\n%s", diff)
	}
	if !reflect.DeepEqual(normal(first.Session.Vars), normal(stored.Vars)) || !reflect.DeepEqual(normal(first.Session.Gathered), normal(stored.Gathered)) {
		p.t.Errorf("values change when they are stored:\n%#v\n%#v", first.Session.Vars, stored.Vars)
	}
	p.session, p.pending, p.history = stored, nil, nil
	if first.Lookup != nil {
		first.Session = *stored
		p.pending = &first
	}
	p.print(first)
}

func normal(v sessions.Values) sessions.Values {
	if len(v) == 0 {
		return nil
	}
	return v
}

// reread is a session as the store gives it back.
func reread(t *testing.T, s *sessions.Session) *sessions.Session {
	t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	out := new(sessions.Session)
	if err := json.Unmarshal(data, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// enter calls the engine.
func (p *player) enter(verb, rest string, s *sessions.Session) flows.Decision {
	answer := func(b flows.Brought) flows.Decision { return p.release.Answer(s, b, flows.ViaAction, "", p.now) }
	words := strings.Fields(rest + "  ")
	for len(words) < 3 {
		words = append(words, "")
	}
	seconds, _ := strconv.ParseFloat(words[1], 64)
	switch verb {
	case "begin":
		return p.release.Begin(call(words), words[0], p.now)
	case "digits":
		return answer(flows.Brought{Digits: &rest})
	case "speech":
		return answer(flows.Brought{Speech: &rest, Confidence: 0.5})
	case "ai":
		result, err := schemas.DecodeJSON([]byte(rest))
		if err != nil {
			p.t.Fatal(err)
		}
		return answer(flows.Brought{AI: &flows.AIResult{Status: "valid", Result: result, History: p.history}})
	case "ai-status":
		return answer(flows.Brought{AI: &flows.AIResult{Status: rest, History: p.history}})
	case "ai-broken":
		return answer(flows.Brought{AI: &flows.AIResult{Malformed: true, History: p.history}})
	case "dial":
		return answer(flows.Brought{Dial: &flows.DialResult{Status: words[0], Seconds: seconds}})
	case "record":
		return answer(flows.Brought{Digits: new(string), Recording: &sessions.Recording{ID: words[0], Seconds: seconds}})
	case "word":
		return answer(flows.Brought{Words: map[string]flows.Word{words[0]: {Status: words[1], Reason: words[2]}}})
	case "malformed":
		return answer(flows.Brought{Malformed: true})
	case "nothing":
		return answer(flows.Brought{})
	case "next":
		return p.release.Answer(s, flows.Brought{}, flows.ViaNext, "", p.now)
	case "invalid":
		return p.release.Answer(s, flows.Brought{Digits: &rest}, flows.ViaInvalid, "", p.now)
	case "step":
		return p.release.Answer(s, flows.Brought{}, flows.ViaStep, rest, p.now)
	case "step-digits":
		return p.release.Answer(s, flows.Brought{Digits: &words[1]}, flows.ViaStep, words[0], p.now)
	case "escape":
		return p.release.Escape(s, rest, p.now)
	case "lost":
		return p.release.Lost(s, p.now)
	case "command-failed":
		code, _ := strconv.Atoi(words[0])
		return p.release.CommandFailed(s, code, words[1], p.now)
	case "found", "failed":
		return p.lookedUp(verb, rest, s)
	}
	p.t.Fatalf("there is no request %q", verb)
	return flows.Decision{}
}

func (p *player) lookedUp(verb, rest string, s *sessions.Session) flows.Decision {
	if p.pending == nil {
		p.t.Fatal("no look-up is waited for")
	}
	before := *p.pending
	before.Session = *s
	status, rest, _ := strings.Cut(rest, " ")
	code, _ := strconv.Atoi(status)
	if verb == "failed" {
		return p.release.LookedUp(before, flows.Found{Code: code, Failed: rest}, p.now)
	}
	result, err := schemas.DecodeJSON([]byte(rest))
	if err != nil {
		p.t.Fatal(err)
	}
	return p.release.LookedUp(before, flows.Found{Code: code, Result: result}, p.now)
}

// call is an inbound call, or what words like from=+1555… make of it.
func call(words []string) sessions.Call {
	c := sessions.Call{SID: "v3:story", Direction: "inbound", From: "+15550100", To: "+13125550188", Type: "pstn"}
	fields := map[string]*string{"from": &c.From, "to": &c.To, "direction": &c.Direction, "name": &c.CallerName}
	for _, word := range words[1:] {
		if name, value, is := strings.Cut(word, "="); is {
			*fields[name] = value
		}
	}
	return c
}

// print tells what a decision is.
func (p *player) print(d flows.Decision) {
	out := &p.told
	if a := d.Entry.Answer; a != nil {
		fmt.Fprintf(out, "answer %s\n", told(p.t, a))
	}
	for _, visit := range d.Entry.Path {
		fmt.Fprintf(out, "%s/%s", visit.Flow, visit.Step)
		if visit.Answer != nil {
			fmt.Fprintf(out, " %s", told(p.t, visit.Answer))
		}
		fmt.Fprintln(out)
		for _, tried := range visit.Tried {
			p.tried(tried)
		}
	}
	if len(d.Entry.Gathered) > 0 {
		fmt.Fprintf(out, "gathered %s\n", told(p.t, d.Entry.Gathered))
	}
	if len(d.Entry.Vars) > 0 {
		fmt.Fprintf(out, "vars %s\n", told(p.t, d.Entry.Vars))
	}
	for _, note := range d.Entry.Notes {
		fmt.Fprintf(out, "note: %s\n", note)
	}
	if r := d.Lookup; r != nil {
		fmt.Fprintf(out, "%s %s %v %v %s\n", r.Method, r.URL, r.Timeout, r.Headers, r.Body)
		return
	}
	fmt.Fprintf(out, "turn %d, attempt %d", d.Session.Turn, d.Session.Attempt)
	if d.Session.Outcome != "" {
		fmt.Fprintf(out, ", %s", d.Session.Outcome)
	}
	fmt.Fprintf(out, "\n%s\n", p.document(d))
	if c := d.Session.Command; c != nil {
		fmt.Fprintf(out, "command %s %s\n", c.Name, c.Settings)
	}
}

func (p *player) tried(tried sessions.Tried) {
	fmt.Fprintf(&p.told, "  %s", tried.Rule)
	if tried.When != "" {
		fmt.Fprintf(&p.told, " %s", tried.When)
	}
	switch {
	case tried.Problem != "":
		fmt.Fprintf(&p.told, ": failed: %s\n", tried.Problem)
	case tried.Goto != "":
		fmt.Fprintf(&p.told, ": to %s\n", tried.Goto)
	case tried.Held:
		fmt.Fprintln(&p.told, ": yes")
	default:
		fmt.Fprintln(&p.told, ": no")
	}
}

func told(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// document is the document of a decision, an element a line, its links as
// via:flow/step. It must be one that Telnyx can read.
func (p *player) document(d flows.Decision) string {
	filled := d.Document.Fill(func(l flows.Link) string { return l.Via + ":" + l.Flow + "/" + l.Step })
	if _, err := texml.Parse(filled); err != nil {
		p.t.Errorf("the document is none: %v\n%s", err, filled)
	}
	_, body, _ := strings.Cut(string(filled), "?>")
	return strings.ReplaceAll(body, "><", ">\n<")
}
