package calls_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"texmlsrv/calls"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/simulator/api"
)

// helped is a flow in which a person can do everything: it talks, asks in every
// way, looks things up, dials and records.
const helped = `
start: name
ended: after
defaults: {attempts: 2, otherwise: operator}
steps:
  name:
    document: |
      <AIGather>
        <Greeting>Who is calling?</Greeting>
        <Parameters>{"type": "object", "required": ["name", "guests"], "properties": {
          "name": {"type": "string"}, "guests": {"type": "integer", "minimum": 1, "maximum": 12},
          "pin": {"type": "string", "x-sensitive": true}}}</Parameters>
      </AIGather>
    next: menu
  menu:
    document: <Gather numDigits="1"><Say>Hello {{ gathered.name }}, party of {{ gathered.guests }}. Press 1 for a person, 2 for a message.</Say></Gather>
    choices: {person: 1, message: 2}
    into: wish
    next:
      - {when: answer.choice == "person", goto: person}
      - goto: message
  person:
    document: <Dial><Number>+13125550100</Number></Dial>
    next: bye
  message: {document: <Record/>, into: message, next: bye}
  away: {flow: other, next: bye}
  slots:
    lookup: {url: "http://127.0.0.1:1/slots", timeout: 100ms, into: slots}
    next: bye
    otherwise: bye
  music: {document: <Play>https://media.example.net/music.mp3</Play>}
  operator: {document: <Say>We will call you back.</Say><Hangup/>}
  bye: {document: <Say>Goodbye.</Say><Hangup/>}
  after: {outcome: done}
`

const other = `
start: ask
steps:
  ask:
    document: <Gather><Say>How did you like it?</Say></Gather>
    into: liking
  end: {document: <Say>Thank you.</Say><Hangup/>}
`

// helpedTree is both flows, and what their Dials carry.
func helpedTree() map[string]string {
	return map[string]string{"desk/flow.yaml": helped, "other/flow.yaml": other, "defaults.xml": `<Response><Say voice="{{ vars.voice ?? 'alice' }}"/><Dial callerId="+13125550111" timeout="20"><Number>+13125550199</Number></Dial></Response>`}
}

// helping is a running call on a platform that takes commands.
func helping(t testing.TB, o api.Options) (*call, platform) {
	t.Helper()
	p, store := platformOf(t, o), servertest.Embedded(t)
	var more []string
	for _, name := range []string{"other/flow.yaml", "defaults.xml"} {
		more = append(more, name, helpedTree()[name])
	}
	server := begun(t, store, flow(helped, more...), p, true)
	return newCall(t, server, store).begin(), p
}

// help is an intervention by somebody who has seen the call as it is.
func (c *call) help(kind string, change func(*calls.Intervention)) calls.Intervention {
	i := calls.Intervention{Kind: kind, Turn: c.session().Turn, ID: "form-" + kind, Who: "otto", Why: "the caller asked for it"}
	if change != nil {
		change(&i)
	}
	return i
}

// intervenes does it, and fails the test if that does not go.
func (c *call) intervenes(i calls.Intervention) calls.Result {
	c.t.Helper()
	r, err := c.server.Calls.Intervene(c.t.Context(), c.sid, i)
	if err != nil {
		c.t.Fatalf("%s: %v", i.Kind, err)
	}
	return r
}

// pushed is what the call gets from the URL that the platform was told.
func (c *call) pushed(p platform) string {
	c.t.Helper()
	received := p.fake.Received()
	if len(received) == 0 {
		c.t.Fatal("the platform was asked nothing")
	}
	url, _ := received[len(received)-1].Params["Url"].(string)
	return c.document(c.server.Post(strings.TrimPrefix(url, public), c.form()))
}

// interventions are the entries of a timeline that people made.
func interventions(entries []sessions.Entry) []sessions.Entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e sessions.Entry) bool { return e.Kind != sessions.EntryIntervention })
}

// booked is a result of the first question.
func booked(name string, guests int) []string {
	return []string{"Status", "valid", "Base64Result", encoded(`{"name":"` + name + `","guests":` + string(rune('0'+guests)) + `}`)}
}

// TestIntervene does each thing that a person can do, and follows what the call
// gets.
func TestIntervene(t *testing.T) {
	menu := func(c *call) { c.answer(booked("Ada", 4)...) }
	tests := []struct {
		name   string
		before func(*call)
		kind   string
		change func(*calls.Intervention)

		says  []string // the document that the call gets; none: it keeps its own
		step  string   // where it stands then
		asked string   // of the platform
	}{
		{"repeat-ai", nil, calls.HelpRepeat, nil, []string{"Who is calling?", `"required":["name","guests"]`}, "name", "update_call"},
		{"repeat-menu", menu, calls.HelpRepeat, nil, []string{"Hello Ada, party of 4."}, "menu", "update_call"},
		{"goto", menu, calls.HelpGoto, func(i *calls.Intervention) { i.Step = "bye" }, []string{"Goodbye."}, "bye", "update_call"},
		{"goto-lookup", menu, calls.HelpGoto, func(i *calls.Intervention) { i.Step = "slots" }, []string{"Goodbye."}, "bye", "update_call"},
		{"goto-other-flow", menu, calls.HelpGoto, func(i *calls.Intervention) { i.Step = "other/ask" }, []string{"How did you like it?"}, "ask", "update_call"},
		{"value-missing-still", nil, calls.HelpValue, func(i *calls.Intervention) { i.Name, i.Value = "guests", "4" },
			[]string{"Who is calling?", `"required":["name"]`}, "name", "update_call"},
		{"value-complete", func(c *call) { c.answer("Status", "valid", "Base64Result", encoded(`{"name":"Ada"}`)) }, calls.HelpValue,
			func(i *calls.Intervention) { i.Name, i.Value = "guests", "4" }, []string{"Hello Ada, party of 4."}, "menu", "update_call"},
		{"value-of-before", menu, calls.HelpValue, func(i *calls.Intervention) { i.Name, i.Value = "guests", " 5 " }, []string{"Hello Ada, party of 5."}, "menu", "update_call"},
		{"value-pressed", menu, calls.HelpValue, func(i *calls.Intervention) { i.Name, i.Value = "wish", "message" }, []string{"<Record"}, "message", "update_call"},
		{"value-while-talking", func(c *call) { menu(c); c.answer("Digits", "1") }, calls.HelpValue,
			func(i *calls.Intervention) { i.Name, i.Value = "guests", "5" }, nil, "person", ""},
		{"say", menu, calls.HelpSay, func(i *calls.Intervention) { i.Text = "We are with you <soon> {{ x }}." },
			[]string{`<Say voice="alice">We are with you &lt;soon&gt; { { x }}.</Say>`, "Hello Ada"}, "menu", "update_call"},
		{"say-to-agent", nil, calls.HelpSay, func(i *calls.Intervention) { i.Text = "Hold on, please." }, nil, "name", "ai_assistant_add_messages"},
		{"stop-gather", menu, calls.HelpStopGather, nil, nil, "menu", "gather_stop"},
		{"start-assistant", menu, calls.HelpStartAssistant, func(i *calls.Intervention) { i.Name = "assistant-1" }, nil, "menu", "ai_assistant_start"},
		{"stop-assistant", nil, calls.HelpStopAssistant, nil, nil, "name", "ai_assistant_stop"},
		{"transfer", menu, calls.HelpTransfer, func(i *calls.Intervention) { i.To, i.Text = "+1 (312) 555-0177", "I connect you." },
			[]string{`<Say voice="alice">I connect you.</Say><Dial`, `callerId="+13125550111"`, `timeout="20"`, "<Number>+13125550177</Number>", "<Redirect"}, "menu", "update_call"},
		{"transfer-sip", nil, calls.HelpTransfer, func(i *calls.Intervention) { i.To = "sip:desk@pbx.example.com" },
			[]string{"<Sip>sip:desk@pbx.example.com</Sip>"}, "name", "update_call"},
		{"hang-up", menu, calls.HelpHangUp, nil, []string{}, "menu", "update_call"},
		{"note", menu, calls.HelpNote, func(i *calls.Intervention) { i.Text, i.Why = "A regular guest.", "" }, nil, "menu", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, p := helping(t, api.Options{})
			if tt.before != nil {
				tt.before(c)
			}
			was := c.session()
			i := c.help(tt.kind, tt.change)
			preview, err := c.server.Calls.Preview(t.Context(), c.sid, i)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "turn after the preview", c.session().Turn, was.Turn)
			r := c.intervenes(i)
			s := c.session()
			equal(t, "step", s.Step, tt.step)
			equal(t, "turn in the result", r.Turn, s.Turn)
			equal(t, "who", interventions(c.timeline())[0].Help.Who, "otto")
			equal(t, "turns of the timeline", turnsOf(c.timeline()), upTo(s.Turn))
			var asked string
			if received := p.fake.Received(); len(received) > 0 {
				asked = received[len(received)-1].Name
				equal(t, "outcome", r.Outcome, "ok")
			}
			equal(t, "asked of the platform", asked, tt.asked)
			switch {
			case tt.says == nil:
				equal(t, "document", string(s.Document), string(was.Document))
			case tt.kind == calls.HelpHangUp:
				says(t, string(s.Document), "<Hangup/>")
				equal(t, "status", p.fake.Received()[0].Params["Status"], any("completed"))
			default:
				document := c.pushed(p)
				for _, text := range tt.says {
					says(t, document, text)
					if preview.Document != "" {
						says(t, preview.Document, text)
					}
				}
				equal(t, "pushed", c.session().Push, nil)
			}
			if len(preview.Says) == 0 && tt.name != "goto-lookup" {
				t.Error("the preview does not say what the caller hears")
			}
			if strings.Contains(preview.Document, servertest.Link(t, "<a url=\"/texml/desk/name/1.action.x\"/>", "action")) {
				t.Error("the preview has links that lead somewhere")
			}

			again := c.intervenes(i)
			equal(t, "done again", again.Again, true)
			equal(t, "turn, once more", c.session().Turn, s.Turn)
			equal(t, "interventions", len(interventions(c.timeline())), 1)
		})
	}
}

// TestIntervene_transfer follows the call after somebody was rung.
func TestIntervene_transfer(t *testing.T) {
	tests := []struct {
		name, via string
		brings    []string
		says      string
	}{
		{"talked", "action", []string{"DialCallStatus", "completed", "DialCallDuration", "60"}, "<Hangup/>"},
		{"busy", "action", []string{"DialCallStatus", "busy"}, "Hello Ada, party of 4."},
		{"nobody", "action", []string{"DialCallStatus", "no-answer"}, "Hello Ada, party of 4."},
		{"no-action", "next", nil, "Hello Ada, party of 4."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, p := helping(t, api.Options{})
			c.answer(booked("Ada", 4)...)
			c.intervenes(c.help(calls.HelpTransfer, func(i *calls.Intervention) { i.To = "+13125550177" }))
			c.documents = append(c.documents, c.pushed(p))
			says(t, c.document(c.send(3, tt.via, tt.brings...)), tt.says)
			s := c.session()
			equal(t, "step", s.Step, "menu")
			equal(t, "attempt", s.Attempt, 1)
			equal(t, "transferring", s.Transferring, false)
		})
	}
}

// TestIntervene_meanwhile refuses what somebody wants who has not seen what the
// caller answered.
func TestIntervene_meanwhile(t *testing.T) {
	for _, kind := range calls.Helps() {
		t.Run(kind, func(t *testing.T) {
			c, p := helping(t, api.Options{})
			i := c.help(kind, func(i *calls.Intervention) {
				i.Step, i.Name, i.Value, i.Text, i.To = "bye", "guests", "4", "Hello.", "+13125550177"
			})
			c.answer(booked("Ada", 4)...)
			_, err := c.server.Calls.Intervene(t.Context(), c.sid, i)
			_, refused := c.server.Calls.Preview(t.Context(), c.sid, i)
			if kind == calls.HelpNote {
				equal(t, "errors", err == nil && refused == nil, true)
				return
			}
			equal(t, "error", err, error(&calls.AnsweredMeanwhileError{Turn: 1, Now: 2}))
			equal(t, "error of the preview", refused, error(&calls.AnsweredMeanwhileError{Turn: 1, Now: 2}))
			equal(t, "interventions", len(interventions(c.timeline())), 0)
			equal(t, "asked of the platform", len(p.fake.Received()), 0)
		})
	}
}

// TestIntervene_answerOnItsWay takes an answer that came by event, and waits for
// its action, for one.
func TestIntervene_answerOnItsWay(t *testing.T) {
	c, _ := helping(t, api.Options{})
	c.server.Clock.Advance(9 * time.Second)
	c.ofEvent(`{"name":"Ada","guests":4}`)
	_, err := c.server.Calls.Intervene(t.Context(), c.sid, c.help(calls.HelpRepeat, nil))
	equal(t, "error", err, error(&calls.AnsweredMeanwhileError{Turn: 1, Now: 1}))
	c.passed(grace)
	equal(t, "step", c.session().Step, "menu")
}

// TestIntervene_late gives an answer to the document before an intervention the
// document of the intervention.
func TestIntervene_late(t *testing.T) {
	c, p := helping(t, api.Options{})
	c.intervenes(c.help(calls.HelpGoto, func(i *calls.Intervention) { i.Step = "bye" }))
	late := c.document(c.send(1, "action", booked("Ada", 4)...))
	says(t, late, "Goodbye.")
	equal(t, "pushed", c.pushed(p), late)
	equal(t, "gathered", c.session().Gathered, nil)
	equal(t, "turn", c.session().Turn, 2)
}

// TestIntervene_refused has Telnyx refuse: the timeline and the result say so,
// and the next request gets what was stored.
func TestIntervene_refused(t *testing.T) {
	failures := map[string]*api.Failure{
		"gone": api.CallEnded(), "unauthorized": api.Unauthorized(), "unavailable": api.ServerError(503),
		"invalid": {Status: 422, Code: "10015", Title: "Bad Request"}, "rate_limited": api.TooMany(time.Second),
	}
	for want, failure := range failures {
		for _, kind := range []string{calls.HelpGoto, calls.HelpHangUp, calls.HelpSay} {
			t.Run(kind+"-"+want, func(t *testing.T) {
				c, p := helping(t, api.Options{})
				p.fake.Script(api.Fault{Failure: failure})
				r := c.intervenes(c.help(kind, func(i *calls.Intervention) { i.Step, i.Text = "bye", "Hold on." }))
				equal(t, "outcome", r.Outcome, want)
				last := c.last()
				equal(t, "last entry", last.Kind, sessions.EntryCommand)
				equal(t, "its outcome", last.Sending.Outcome, want)
				next := c.document(c.send(1, "next"))
				switch kind {
				case calls.HelpGoto:
					says(t, next, "Goodbye.")
				case calls.HelpHangUp:
					says(t, next, "<Hangup/>")
				default:
					says(t, next, "Who is calling?")
				}
			})
		}
	}
}

// TestIntervene_wrong refuses what makes no sense, and says what is wrong.
func TestIntervene_wrong(t *testing.T) {
	tests := []struct {
		name, kind string
		change     func(*calls.Intervention)
		field      string
	}{
		{"no-reason", calls.HelpRepeat, func(i *calls.Intervention) { i.Why = "  " }, "why"},
		{"long-reason", calls.HelpRepeat, func(i *calls.Intervention) { i.Why = strings.Repeat("é", 501) }, "why"},
		{"nobody", calls.HelpRepeat, func(i *calls.Intervention) { i.Who = "" }, "who"},
		{"no-kind", "dance", nil, "kind"},
		{"no-such-step", calls.HelpGoto, func(i *calls.Intervention) { i.Step = "byee" }, "step"},
		{"no-such-flow", calls.HelpGoto, func(i *calls.Intervention) { i.Step = "bye/bye" }, "step"},
		{"step-after-the-end", calls.HelpGoto, func(i *calls.Intervention) { i.Step = "after" }, "step"},
		{"no-step", calls.HelpGoto, nil, "step"},
		{"no-such-value", calls.HelpValue, func(i *calls.Intervention) { i.Name, i.Value = "age", "3" }, "name"},
		{"too-many", calls.HelpValue, func(i *calls.Intervention) { i.Name, i.Value = "guests", "13" }, "value"},
		{"no-number", calls.HelpValue, func(i *calls.Intervention) { i.Name, i.Value = "guests", "many" }, "value"},
		{"no-choice", calls.HelpValue, func(i *calls.Intervention) { i.Name, i.Value = "wish", "tea" }, "value"},
		{"empty-value", calls.HelpValue, func(i *calls.Intervention) { i.Name = "guests" }, "value"},
		{"nothing-to-say", calls.HelpSay, nil, "text"},
		{"not-text", calls.HelpSay, func(i *calls.Intervention) { i.Text = "\xff" }, "text"},
		{"no-address", calls.HelpTransfer, func(i *calls.Intervention) { i.To = "the boss" }, "to"},
		{"address-with-markup", calls.HelpTransfer, func(i *calls.Intervention) { i.To = `sip:a"<b>@example.com` }, "to"},
		{"no-assistant", calls.HelpStartAssistant, nil, "name"},
		{"empty-note", calls.HelpNote, nil, "text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, p := helping(t, api.Options{})
			if tt.kind == calls.HelpStartAssistant {
				c.answer(booked("Ada", 4)...)
			}
			_, err := c.server.Calls.Intervene(t.Context(), c.sid, c.help(tt.kind, tt.change))
			wrong, is := errors.AsType[*calls.InterventionError](err)
			if !is || wrong.Field != tt.field || wrong.Problem == "" {
				t.Errorf("error %v, want one about %s", err, tt.field)
			}
			equal(t, "interventions", len(interventions(c.timeline())), 0)
			equal(t, "asked of the platform", len(p.fake.Received()), 0)
		})
	}
}

// TestIntervene_unknown knows a call that is not there.
func TestIntervene_unknown(t *testing.T) {
	c, _ := helping(t, api.Options{})
	i := c.help(calls.HelpRepeat, nil)
	_, err := c.server.Calls.Intervene(t.Context(), "v3:nobody", i)
	equal(t, "error", errors.Is(err, sessions.ErrNotFound), true)
}

// TestIntervene_sensitive keeps a sensitive value out of what people see.
func TestIntervene_sensitive(t *testing.T) {
	c, _ := helping(t, api.Options{})
	i := c.help(calls.HelpValue, func(i *calls.Intervention) { i.Name, i.Value, i.Why = "pin", "4711-0815", "she said 4711-0815" })
	preview, err := c.server.Calls.Preview(t.Context(), c.sid, i)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "preview", preview.After, any(sessions.Mask))
	c.intervenes(i)
	equal(t, "kept", c.session().Gathered["pin"], any("4711-0815"))
	equal(t, "in the timeline", holdsText(c.timeline(), "4711"), false)
	help := interventions(c.timeline())[0].Help
	equal(t, "reason", help.Why, "she said "+sessions.Mask)
	equal(t, "in the log", strings.Contains(c.server.Log.String(), "4711"), false)
}

// TestPreview_gaps tells what a document would say and cannot, before a caller is
// sent there.
func TestPreview_gaps(t *testing.T) {
	c, _ := helping(t, api.Options{})
	warned := func() string {
		t.Helper()
		preview, err := c.server.Calls.Preview(t.Context(), c.sid, c.help(calls.HelpGoto, func(i *calls.Intervention) { i.Step = "menu" }))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(preview.Warnings, "\n")
	}
	const told = "Not known in this call: gathered.name, gathered.guests. Where the caller would hear it, nothing is said."
	equal(t, "told before they are known", strings.Contains(warned(), told), true)
	c.answer(booked("Ada", 4)...)
	equal(t, "told when they are known", strings.Contains(warned(), "Not known"), false)
}

// TestAble says what can be done with a call, and why not.
func TestAble(t *testing.T) {
	able := func(c *call) (kinds []string) {
		for _, a := range c.server.Calls.Able(c.session()) {
			if a.Why == "" {
				kinds = append(kinds, a.Kind)
			}
		}
		return kinds
	}
	c, _ := helping(t, api.Options{})
	equal(t, "in an AI gather", able(c), []string{"repeat", "say", "value", "goto", "transfer", "stop_gather", "stop_assistant", "hang_up", "note"})
	c.answer(booked("Ada", 4)...)
	menu := []string{"repeat", "say", "value", "goto", "transfer", "stop_gather", "start_assistant", "hang_up", "note"}
	equal(t, "in a menu", able(c), menu)
	c.intervenes(c.help(calls.HelpStartAssistant, func(i *calls.Intervention) { i.Name = "assistant-1" }))
	equal(t, "with an assistant", able(c), []string{"repeat", "say", "value", "goto", "transfer", "stop_gather", "stop_assistant", "hang_up", "note"})
	c.happens(happening{id: "over", kind: calls.EventConversationEnded, at: time.Hour})
	equal(t, "when the assistant is over", able(c), menu)
	c.answer("Digits", "1")
	equal(t, "while somebody is rung", slices.Contains(able(c), "say"), false)
	c.status(progress("completed")...)
	equal(t, "over", able(c), []string{"note"})
	c.intervenes(c.help(calls.HelpNote, func(i *calls.Intervention) { i.Text = "She will call again." }))
	equal(t, "note", c.last().Help.Text, "She will call again.")

	store := servertest.Embedded(t)
	keyless := newCall(t, begun(t, store, flow(helped, "other/flow.yaml", other), platform{}, false), store)
	keyless.begin()
	equal(t, "without a key", able(keyless), []string{"note"})
	for _, a := range keyless.server.Calls.Able(keyless.session()) {
		if a.Kind != calls.HelpNote && !strings.Contains(a.Why, "API key") {
			t.Errorf("%s: %s", a.Kind, a.Why)
		}
	}
	keyless.answer(booked("Ada", 4)...).answer("Digits", "1")
	equal(t, "without a key, while somebody is rung", able(keyless), []string{"value", "note"})
}
