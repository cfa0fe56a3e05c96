package flows_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// stepped is a flow that goes through another, plays an aside, and asks.
const stepped = `
start: wait
ended: report
defaults: {voice: Telnyx.NaturalHD.Astra, language: en-GB}
summary: "{{ gathered.guests }} guests"
steps:
  wait:
    document: <Gather><Say>Press a key.</Say></Gather>
    into: key
    next: inner
  inner: {flow: inner, next: bye}
  queue:
    document: <Enqueue waitUrl="{{ aside('music') }}">desk</Enqueue>
    next: bye
  music: {document: <Play>https://media.example.net/music.mp3</Play>}
  bye: {document: <Say>Goodbye.</Say><Hangup/>}
  report: {outcome: reported}
`

const inner = `
start: ask
defaults: {voice: Telnyx.NaturalHD.Orion}
steps:
  ask:
    document: |
      <AIGather><Parameters>{"type":"object","required":["guests","days"],"properties":{
        "guests":{"type":"integer","minimum":1},"days":{"type":"array","items":{"type":"string"}},"sure":{"type":"boolean"},
        "pin":{"type":"string","x-sensitive":true}}}</Parameters></AIGather>
    next: rest
  rest: {document: <Say>Thanks.</Say>}
`

// inside is a call that stands in the inner flow.
func inside(t testing.TB) (*flows.Release, *sessions.Session) {
	t.Helper()
	release := load(t, folder(map[string]string{"desk/flow.yaml": stepped, "inner/flow.yaml": inner, "inner/defaults.xml": `<Response><Say voice="alice"/></Response>`}), flows.Environment{})
	begun := release.Begin(sessions.Call{SID: "v3:a", To: "+13125550188"}, "desk", monday)
	key := "1"
	d := release.Answer(&begun.Session, flows.Brought{Digits: &key}, flows.ViaAction, "", monday)
	if d.Session.Flow != "inner" || len(d.Session.Callers) != 1 {
		t.Fatalf("the call stands at %s/%s", d.Session.Flow, d.Session.Step)
	}
	return release, &d.Session
}

// filled is a document as it is sent, with short links.
func filled(d flows.Decision) string {
	return string(d.Document.Fill(func(l flows.Link) string { return "/" + l.Via }))
}

// TestIntervene decides each thing twice: alike, and without touching what it was
// given.
func TestIntervene(t *testing.T) {
	release, s := inside(t)
	tests := []struct {
		name   string
		decide func() (flows.Decision, error)
		at     string
		says   []string
	}{
		{"repeat", func() (flows.Decision, error) { return release.Repeat(s, monday) }, "inner/ask", []string{"<AIGather"}},
		{"say", func() (flows.Decision, error) { return release.SayFirst(s, " Hold \x00 on\n please ", monday) }, "inner/ask",
			[]string{`<Say voice="alice">Hold on please</Say><AIGather`}},
		{"goto", func() (flows.Decision, error) { return release.Enter(s, "inner", "rest", monday) }, "inner/rest", []string{"Thanks.", "/next"}},
		{"goto-back", func() (flows.Decision, error) { return release.Enter(s, "desk", "bye", monday) }, "desk/bye", []string{"Goodbye."}},
		{"correct", func() (flows.Decision, error) { return release.Correct(s, "guests", "4", monday) }, "inner/ask", []string{`"required":["days"]`}},
		{"correct-elsewhere", func() (flows.Decision, error) { return release.Correct(s, "key", "2", monday) }, "inner/ask", []string{`"required":["guests","days"]`}},
		{"transfer", func() (flows.Decision, error) { return release.Transfer(s, "+13125550177", "", monday) }, "inner/ask",
			[]string{`<Dial action="/action" method="POST"><Number>+13125550177</Number></Dial><Redirect method="POST">/next</Redirect>`}},
		{"hang-up", func() (flows.Decision, error) { return release.HangUp(s, monday), nil }, "inner/ask", []string{"<Hangup/>"}},
	}
	before, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := tt.decide()
			again, _ := tt.decide()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(filled(d), filled(again)); diff != "" || !cmp.Equal(d.Session, again.Session) {
				t.Errorf("twice is not alike:\n%s", diff)
			}
			for _, text := range tt.says {
				if !strings.Contains(filled(d), text) {
					t.Errorf("no %q in\n%s", text, filled(d))
				}
			}
			if at := d.Session.Flow + "/" + d.Session.Step; at != tt.at || d.Session.Turn != s.Turn+1 || d.Session.Attempt != 1 {
				t.Errorf("it stands at %s, turn %d, attempt %d", at, d.Session.Turn, d.Session.Attempt)
			}
			if d.Entry.Kind != sessions.EntryIntervention || d.Session.Cause != flows.ViaPerson {
				t.Errorf("entry %s, cause %s", d.Entry.Kind, d.Session.Cause)
			}
			if after, _ := json.Marshal(s); string(after) != string(before) {
				t.Errorf("the session was changed:\n%s", cmp.Diff(string(before), string(after)))
			}
		})
	}
}

// TestIntervene_callers keeps who waits for the flow to end, or goes back there.
func TestIntervene_callers(t *testing.T) {
	release, s := inside(t)
	for step, want := range map[string]int{"inner/rest": 1, "desk/bye": 0, "desk/inner": 1} {
		flow, name, _ := strings.Cut(step, "/")
		d, err := release.Enter(s, flow, name, monday)
		if err != nil || len(d.Session.Callers) != want {
			t.Errorf("%s: %v, %v", step, d.Session.Callers, err)
		}
	}
	for _, step := range []string{"desk/music", "desk/report", "desk/nowhere", "nowhere/bye"} {
		flow, name, _ := strings.Cut(step, "/")
		_, err := release.Enter(s, flow, name, monday)
		if _, is := errors.AsType[*flows.UnknownStepError](err); !is {
			t.Errorf("%s: %v", step, err)
		}
	}
}

// TestEnterable lists steps of the call's own flow first, without asides and what
// comes after the end.
func TestEnterable(t *testing.T) {
	release, s := inside(t)
	var got []string
	for _, at := range release.Enterable(s) {
		got = append(got, at.Flow+"/"+at.Step)
	}
	want := []string{"inner/ask", "inner/rest", "desk/wait", "desk/inner", "desk/queue", "desk/bye"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestFields_expressions has what was asked for before put right as the schema of
// then would take it, also where a flow makes it when it asks.
func TestFields_expressions(t *testing.T) {
	const source = `
start: service
variables: {services: [check-up, visit]}
steps:
  service:
    document: <AIGather><Parameters>{"type":"object","required":["service"],"properties":{"service":{"type":"string","enum":"{{ vars.services }}"}}}</Parameters></AIGather>
    next: seat
  seat:
    document: <AIGather><Parameters>{"type":"object","required":["seat"],"properties":{"seat":{"type":"string","enum":"{{ vars.seats }}"}}}</Parameters></AIGather>
    next: day
  day:
    document: <AIGather><Parameters>{"type":"object","required":["day"],"properties":{"day":{"type":"string"}}}</Parameters></AIGather>
`
	release := load(t, folder(map[string]string{"desk/flow.yaml": source}), flows.Environment{})
	s := release.Begin(sessions.Call{SID: "v3:a", To: "+13125550188"}, "desk", monday).Session
	s.Step, s.Ask, s.Gathered = "day", sessions.Ask{}, sessions.Values{"service": "visit"}
	var names []string
	for _, f := range release.Fields(&s, monday) {
		names = append(names, f.Name)
	}
	if diff := cmp.Diff([]string{"service", "day"}, names); diff != "" { // nothing says yet which seats there are
		t.Errorf("fields (-want +got)\n%s", diff)
	}
	if _, err := release.Correct(&s, "service", "party", monday); err == nil {
		t.Error("a service that there is not is taken")
	}
	d, err := release.Correct(&s, "service", "check-up", monday)
	if err != nil || d.Session.Gathered["service"] != "check-up" {
		t.Errorf("%v, %v", d.Session.Gathered, err)
	}
}

// TestCorrect reads values as the schema has them, and refuses what it does not
// take.
func TestCorrect(t *testing.T) {
	release, s := inside(t)
	var names []string
	for _, f := range release.Fields(s, monday) {
		names = append(names, f.Name)
	}
	if diff := cmp.Diff([]string{"guests", "days", "sure", "pin", "key"}, names); diff != "" {
		t.Errorf("fields (-want +got)\n%s", diff)
	}
	tests := []struct {
		name, text string
		want       any // nil: refused
	}{
		{"guests", " 4 ", 4.0},
		{"guests", "0", nil},
		{"guests", "4.5", nil},
		{"guests", "four", nil},
		{"guests", "", nil},
		{"days", `["Friday","Saturday"]`, []any{"Friday", "Saturday"}},
		{"days", "Friday", nil},
		{"days", `[1,{"a":2}]`, nil},
		{"sure", "true", true},
		{"sure", "Yes", true},
		{"sure", "perhaps", nil},
		{"pin", "0815", "0815"},
		{"key", "7", "7"},
		{"age", "7", nil},
	}
	for _, tt := range tests {
		d, err := release.Correct(s, tt.name, tt.text, monday)
		wrong, is := errors.AsType[*flows.ValueError](err)
		switch {
		case tt.want == nil && (!is || wrong.Problem == "" || tt.text != "" && len(tt.text) > 3 && strings.Contains(wrong.Problem, tt.text)):
			t.Errorf("%s=%s: %v", tt.name, tt.text, err)
		case tt.want != nil && (err != nil || !cmp.Equal(d.Session.Gathered[tt.name], tt.want)):
			t.Errorf("%s=%s: %v, %v", tt.name, tt.text, d.Session.Gathered[tt.name], err)
		}
	}
	hidden, err := release.Correct(s, "pin", "0815", monday)
	if err != nil || !slices.Contains(hidden.Session.Sensitive, "pin") {
		t.Errorf("sensitive: %v, %v", hidden.Session.Sensitive, err)
	}
}

// TestCorrect_completes goes on when nothing is missing any more.
func TestCorrect_completes(t *testing.T) {
	release, s := inside(t)
	d, err := release.Correct(s, "guests", "4", monday)
	if err != nil {
		t.Fatal(err)
	}
	d, err = release.Correct(&d.Session, "days", `["Friday"]`, monday)
	if err != nil || d.Session.Step != "rest" || !d.Session.Answer.Usable {
		t.Errorf("it stands at %s (%v)", d.Session.Step, err)
	}
	want := sessions.Values{"days": []any{"Friday"}}
	if diff := cmp.Diff(want, d.Entry.Gathered); diff != "" {
		t.Errorf("what changed (-want +got)\n%s", diff)
	}
}

// TestReachable reads whom people want to ring.
func TestReachable(t *testing.T) {
	tests := map[string]string{ // "" is refused
		"+13125550123": "+13125550123", " +1 (312) 555-0123 ": "+13125550123", "0049 30 1234567": "+49301234567",
		"sip:desk@example.com": "sip:desk@example.com", "sips:a.b+c@pbx.example.com:5061;transport=tls": "sips:a.b+c@pbx.example.com:5061;transport=tls",
		"3125550123": "", "+1": "", "+0123456": "", "": "", "tel:+13125550123": "", "sip:desk": "", "sip:@example.com": "",
		"sip:a@b c": "", "sip:a@example.com?Subject=x": "", "sip:{{ x }}@example.com": "", "sip:a@example.com,sip:b@example.com": "",
		"+13125550123</Number><Number>+13125550124": "", "sip:a@example.com\n": "sip:a@example.com",
	}
	for typed, want := range tests {
		got, ok := flows.Reachable(typed)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v; want %q", typed, got, ok, want)
		}
	}
}

// FuzzIntervene types anything into the forms. What comes of it is a document with
// the elements that it should have, in which Telnyx sees no variable.
func FuzzIntervene(f *testing.F) {
	for _, text := range []string{"Hello.", "", "a <b> & c", "{{ telnyx_secret }}", "{\x00{", "{\ue000{", "\ue000action/desk/bye\ue000", "\ue001x", strings.Repeat("{", 9), "] ]>", "\xff"} {
		f.Add(text, "+13125550177", "4")
	}
	f.Add("Hello", "sip:a{b}@example.com", `{"a":1e400}`)
	release, s := inside(f)
	f.Fuzz(func(t *testing.T, text, to, value string) {
		if d, err := release.SayFirst(s, text, monday); err == nil {
			sound(t, d)
		}
		if rung, ok := flows.Reachable(to); ok {
			d, err := release.Transfer(s, rung, text, monday)
			if err != nil {
				t.Fatalf("%q: %v", rung, err)
			}
			sound(t, d)
		}
		for _, name := range []string{"guests", "days", "sure", "pin", "key"} {
			if d, err := release.Correct(s, name, value, monday); err == nil {
				sound(t, d)
			}
		}
	})
}

// sound is a document that is well-formed, leads on, and has no variables.
func sound(t *testing.T, d flows.Decision) {
	t.Helper()
	document := filled(d)
	response, err := texml.Parse([]byte(document))
	if err != nil || strings.Contains(document, "{{") || strings.ContainsAny(document, "\ue000\ue001") {
		t.Fatalf("%v\n%s", err, document)
	}
	if n := len(response.Verbs); n == 0 || n > 3 || !texml.Terminal(response.Verbs[n-1]) {
		t.Errorf("%d verbs\n%s", len(response.Verbs), document)
	}
}
