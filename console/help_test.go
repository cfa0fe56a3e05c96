package console_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"texmlsrv/calls"
	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/flows"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/api"
	"texmlsrv/simulator/local"
	"texmlsrv/telnyx"
)

// tableFlow asks by AI gather and by keys, rings somebody, and says goodbye.
const tableFlow = `
title: Table
start: name
defaults: {otherwise: bye}
steps:
  name:
    document: |
      <AIGather><Greeting>Who is calling?</Greeting><Parameters>{"type": "object", "required": ["name", "guests"], "properties": {
        "name": {"type": "string"}, "guests": {"type": "integer", "minimum": 1, "maximum": 12}, "terrace": {"type": "boolean"}}}</Parameters></AIGather>
    next: menu
  menu:
    document: <Gather numDigits="1"><Say>Hello {{ gathered.name }}, party of {{ gathered.guests }}. Press 1 for a person.</Say></Gather>
    choices: {person: 1, nothing: 2}
    into: wish
    next:
      - {when: answer.choice == "person", goto: person}
      - goto: bye
  person: {document: <Dial><Number>+13125550100</Number></Dial>, next: bye}
  bye: {document: <Say>Goodbye.</Say><Hangup/>}
`

// commandFlow asks by command, while the document holds the call.
const commandFlow = `
title: Table
start: name
defaults: {otherwise: bye}
steps:
  name:
    document: <Pause length="120"/>
    command:
      gather_using_ai:
        greeting: Say your name.
        parameters: {type: object, required: [name], properties: {name: {type: string}}}
    next: menu
  menu: {document: "<Say>Hello {{ gathered.name }}.</Say>", next: bye}
  bye: {document: <Say>Goodbye.</Say><Hangup/>}
`

type nobody struct{}

func (nobody) Look(context.Context, flows.LookupRequest) flows.Found {
	return flows.Found{Failed: "connection"}
}

// helpable is a console with a call that goes on, of which people can do
// something about, and the API that is asked for it; without a key it is asked
// nothing.
func helpable(t testing.TB, key bool, acts ...simulator.Act) (s *consoletest.Server, asked *api.API, sid string) {
	t.Helper()
	return helpableWith(t, key, func(*console.Deps) {}, acts...)
}

func helpableWith(t testing.TB, key bool, change func(*console.Deps), acts ...simulator.Act) (s *consoletest.Server, asked *api.API, sid string) {
	t.Helper()
	release := consoletest.Desk(t, tableFlow)
	asked, err := api.New(api.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s = consoletest.Start(t, func(d *console.Deps) {
		d.Flows = consoletest.Served{Only: release}
		deps := calls.Deps{
			Store: d.Store, Release: release, Tickets: calls.NewTickets([]byte(servertest.Secret)), Looker: nobody{},
			Log: slog.New(slog.DiscardHandler), Now: d.Now, StoreBudget: time.Minute,
		}
		if key {
			client, err := telnyx.New(telnyx.Options{APIKey: "key-1", AccountID: "account-1", Transport: asked, Attempts: 1})
			if err != nil {
				t.Fatal(err)
			}
			deps.Commander, deps.Push, deps.Account, deps.PublicURL = client, true, true, "https://voice.example.net"
		}
		service, err := calls.New(deps)
		if err != nil {
			t.Fatal(err)
		}
		d.Calls = service
		change(d)
	})
	_, sid = s.Place(release, "desk", acts...)
	return s, asked, sid
}

// atMenu is what a caller does who comes to the menu.
func atMenu(t testing.TB) simulator.Act {
	return gathers(t, map[string]any{"name": "Ada", "guests": 4})
}

// wish is a form of a person who sees a turn.
func wish(kind, turn string, more ...string) url.Values {
	form := url.Values{"kind": {kind}, "turn": {turn}, "id": {"form-1"}, "why": {"she asked for it"}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

// TestHelp goes the whole way: the panel, the preview, doing it, and what the page
// of the call says afterwards.
func TestHelp(t *testing.T) {
	s, asked, sid := helpable(t, true, atMenu(t))
	page := "/calls/" + sid
	says(t, s.Get(access.Operator, page), "Help the caller", "Repeat the question", "guests (4)", "menu (now)", "Write a note",
		"not now Stop the agent: No AI agent is talking with the caller.")

	form := wish("goto", "2", "step", "desk/bye")
	preview := s.Post(access.Operator, page+"/help/preview", form)
	says(t, preview, "What the caller hears", "“Goodbye.”", "The call is hung up.", "What the caller is saying at this moment is not taken any more.", "The call then is at turn 3, at the step desk › bye")
	if len(asked.Received()) != 0 {
		t.Fatal("the preview asked the platform for something")
	}
	token := regexp.MustCompile(`name="id" value="([A-Z0-9]+)"`).FindStringSubmatch(preview.Body)
	if token == nil {
		t.Fatal("the preview has no id")
	}
	form.Set("id", token[1])
	says(t, s.Post(access.Operator, page+"/help", form), "It is done: Telnyx has taken it.")
	says(t, s.Post(access.Operator, page+"/help", form), "It was done already, and not once more.")
	if got := asked.Received(); len(got) != 1 || got[0].Name != "update_call" {
		t.Errorf("the platform was asked %d times", len(got))
	}

	after := s.Get(access.Viewer, page)
	says(t, after, "A person stepped in: otto took the call to the step desk/bye (she asked for it)", // the conversation
		"intervened", "otto took the call to the step desk/bye (she asked for it).", // the turns
		"otto took the call to the step desk/bye done 3 she asked for it") // who intervened
	says(t, s.Get(access.Viewer, page+"/turns/3"), "Who intervened? otto took the call to the step desk/bye (she asked for it).")
	says(t, s.Get(access.Viewer, page+"/turns/2"), "Decided by a person")

	var trail []string
	for _, a := range entries(t, s) {
		if a.Action != "view" {
			trail = append(trail, strings.TrimSpace(strings.Join([]string{a.Who, a.Action, a.Detail, a.Why, a.Refused}, "|")))
		}
	}
	if got := strings.Join(trail, " "); strings.Count(got, "otto|help|take the call to the step desk/bye|she asked for it|") != 2 || !strings.Contains(got, "otto|preview|take the call to the step desk/bye") {
		t.Errorf("the audit trail:\n%s", strings.Join(trail, "\n"))
	}
}

// TestHelp_kinds shows each kind before it is done, in words, and does it.
func TestHelp_kinds(t *testing.T) {
	tests := []struct {
		kind  string
		more  []string
		shows []string // the preview
		told  string   // afterwards
		asked string
	}{
		{"repeat", nil, []string{"“Hello Ada, party of 4. Press 1 for a person.”"}, "It is done: Telnyx has taken it.", "update_call"},
		{"say", []string{"text", "We are <with> you."}, []string{"“We are <with> you.”", "“Hello Ada"}, "It is done: Telnyx has taken it.", "update_call"},
		{"value", []string{"name", "guests", "value", "5"}, []string{"guests 4 → 5", "“Hello Ada, party of 5."}, "It is done: Telnyx has taken it.", "update_call"},
		{"goto", []string{"step", "desk/person"}, []string{"A ringing tone"}, "It is done: Telnyx has taken it.", "update_call"},
		{"transfer", []string{"to", "+1 312 555 0177", "text", "I connect you."}, []string{"“I connect you.”", "+13125550177", "When nobody answers, the step is played again."}, "It is done: Telnyx has taken it.", "update_call"},
		{"stop_gather", nil, []string{"gather_stop", "The question ends as if nothing had been answered"}, "It is done: Telnyx has taken it.", "gather_stop"},
		{"start_assistant", []string{"name", "assistant-1", "text", "Hello again"}, []string{"ai_assistant_start", "“Hello again”"}, "It is done: Telnyx has taken it.", "ai_assistant_start"},
		{"hang_up", nil, []string{"The call is hung up."}, "It is done: Telnyx has taken it.", "update_call"},
	}
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			s, asked, sid := helpable(t, true, atMenu(t))
			form := wish(tt.kind, "2", tt.more...)
			says(t, s.Post(access.Operator, "/calls/"+sid+"/help/preview", form), tt.shows...)
			says(t, s.Post(access.Operator, "/calls/"+sid+"/help", form), tt.told)
			if got := asked.Received(); len(got) != 1 || got[0].Name != tt.asked {
				t.Errorf("the platform was asked %v", got)
			}
			says(t, s.Get(access.Viewer, "/calls/"+sid), "A person stepped in: otto", "(she asked for it)")
		})
	}
}

// TestHelp_meanwhile tells what came since, and does nothing.
func TestHelp_meanwhile(t *testing.T) {
	s, asked, sid := helpable(t, true, atMenu(t))
	for _, path := range []string{"/help/preview", "/help"} {
		reply := s.Post(access.Operator, "/calls/"+sid+path, wish("repeat", "1"))
		if reply.Status != http.StatusConflict {
			t.Fatalf("%s: %d", path, reply.Status)
		}
		for _, text := range []string{"The caller has answered meanwhile", "You saw turn 1", "guests 4, name Ada", "Turn 2 menu", "Look at the call"} {
			if !strings.Contains(words(reply), text) {
				t.Errorf("%s does not say %q:\n%s", path, text, words(reply))
			}
		}
	}
	if len(asked.Received()) != 0 {
		t.Error("the platform was asked for something")
	}
	says(t, s.Get(access.Operator, "/calls/"+sid), "wanted to have the question asked again not done: The caller has answered meanwhile")
}

// TestHelp_refused says why something is not done.
func TestHelp_refused(t *testing.T) {
	s, asked, sid := helpable(t, true, atMenu(t))
	tests := []struct {
		name   string
		form   url.Values
		status int
		says   string
	}{
		{"no-reason", wish("repeat", "2", "why", " "), 422, "The reason: "},
		{"no-such-kind", wish("dance", "2"), 422, "There is no such thing to do"},
		{"too-many", wish("value", "2", "name", "guests", "value", "13"), 422, "guests "},
		{"no-such-step", wish("goto", "2", "step", "byee"), 422, "did you mean bye?"},
		{"nobody", wish("transfer", "2", "to", "the boss"), 422, "neither a number"},
		{"unable", wish("stop_assistant", "2"), 409, "No AI agent is talking with the caller."},
		{"no-turn", wish("repeat", "many"), 409, "The caller has answered meanwhile"},
		{"no-id", wish("repeat", "2", "id", ""), 422, "The form is not whole"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reply := s.Post(access.Operator, "/calls/"+sid+"/help", tt.form)
			if reply.Status != tt.status || !strings.Contains(words(reply), tt.says) {
				t.Errorf("%d: %s", reply.Status, words(reply))
			}
			if strings.Contains(reply.Body, "She asked") {
				t.Error("it holds the reason")
			}
		})
	}
	if len(asked.Received()) != 0 {
		t.Error("the platform was asked for something")
	}
	if got := s.Post(access.Operator, "/calls/v3:nobody/help", wish("repeat", "1")); got.Status != http.StatusNotFound {
		t.Errorf("of a call that is not there: %d", got.Status)
	}
}

// TestHelp_platform tells the operator when the platform refuses, and that the
// call gets the document all the same.
func TestHelp_platform(t *testing.T) {
	s, asked, sid := helpable(t, true, atMenu(t))
	asked.Script(api.Fault{Failure: api.ServerError(503)})
	says(t, s.Post(access.Operator, "/calls/"+sid+"/help", wish("goto", "2", "step", "bye")),
		"Telnyx could not be reached. It is stored: the call gets it as soon as it asks for a document again.")
	says(t, s.Get(access.Viewer, "/calls/"+sid), "took the call to the step desk/bye unavailable", "not fetched")
	asked.Script(api.Fault{Failure: api.CallEnded()})
	says(t, s.Post(access.Operator, "/calls/"+sid+"/help", wish("hang_up", "3", "id", "form-2")), "Telnyx says that the call is over.")
}

// TestHelp_viewer shows a viewer nothing of it, and lets none through.
func TestHelp_viewer(t *testing.T) {
	s, asked, sid := helpable(t, true, atMenu(t))
	page := s.Get(access.Viewer, "/calls/"+sid)
	for _, text := range []string{"Help the caller", "Write a note", `action="/calls/` + sid + `/help`} {
		if strings.Contains(page.Body, text) {
			t.Errorf("a viewer sees %q", text)
		}
	}
	for _, path := range []string{"/help/preview", "/help", "/notes"} {
		if got := s.Post(access.Viewer, "/calls/"+sid+path, wish("hang_up", "2", "text", "x")); got.Status != http.StatusForbidden {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
	if len(asked.Received()) != 0 {
		t.Error("the platform was asked for something")
	}
}

// TestHelp_keyless says why nothing can be done, and takes notes all the same.
func TestHelp_keyless(t *testing.T) {
	s, _, sid := helpable(t, false, atMenu(t))
	page := s.Get(access.Operator, "/calls/"+sid)
	says(t, page, "not now There is no API key (--api-key), so Telnyx cannot be asked for anything.")
	if strings.Contains(page.Body, "/help/preview") || strings.Count(page.Body, `<button type="button" disabled id="help-`) != 9 {
		t.Error("something can be done without a key")
	}
	if got := s.Post(access.Operator, "/calls/"+sid+"/help", wish("repeat", "2")); got.Status != http.StatusConflict {
		t.Errorf("done without a key: %d", got.Status)
	}
	note(t, s, sid, "A regular guest.")
}

// note keeps a note about a call.
func note(t *testing.T, s *consoletest.Server, sid, text string) {
	t.Helper()
	form := url.Values{"turn": {"1"}, "id": {"note-" + text}, "text": {text}}
	for range 2 {
		if got := s.Post(access.Operator, "/calls/"+sid+"/notes", form); got.Status != http.StatusSeeOther || got.Header.Get("Location") != "/calls/"+sid+"#people" {
			t.Fatalf("%d %s\n%s", got.Status, got.Header.Get("Location"), words(got))
		}
	}
	page := s.Get(access.Viewer, "/calls/"+sid)
	says(t, page, "otto noted: "+text+" kept")
	if n := strings.Count(words(page), "otto noted: "+text); n != 1 {
		t.Errorf("the note is there %d times", n)
	}
	for _, a := range entries(t, s) {
		if strings.Contains(a.Detail+a.Why, text) {
			t.Error("the audit trail holds the note")
		}
	}
}

// TestHelp_ended takes a note about a call that is over, and nothing else.
func TestHelp_ended(t *testing.T) {
	s, _, sid := helpable(t, true, atMenu(t))
	session, err := s.Store.Load(t.Context(), sid)
	if err != nil {
		t.Fatal(err)
	}
	session.EndedAt, session.Ending = s.Clock.Now(), "completed"
	if err := s.Store.Commit(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	if page := s.Get(access.Operator, "/calls/"+sid); strings.Contains(page.Body, "Help the caller") || !strings.Contains(page.Body, "Write a note") {
		t.Error("the page of a call that is over offers what cannot be done")
	}
	if got := s.Post(access.Operator, "/calls/"+sid+"/help", wish("repeat", "2")); got.Status != http.StatusConflict || !strings.Contains(words(got), "The call is over.") {
		t.Errorf("%d %s", got.Status, words(got))
	}
	note(t, s, sid, "She will call again.")
}

// unwritten is an audit trail that takes nothing once it is full.
type unwritten struct {
	sessions.Auditor
	full bool
}

func (u *unwritten) Record(ctx context.Context, a sessions.Audit) error {
	if u.full {
		return errors.New("full")
	}
	return u.Auditor.Record(ctx, a)
}

// TestHelp_unwritten does nothing when it cannot be written down.
func TestHelp_unwritten(t *testing.T) {
	trail := &unwritten{}
	s, asked, sid := helpableWith(t, true, func(d *console.Deps) { trail.Auditor = d.Audit; d.Audit = trail }, atMenu(t))
	trail.full = true
	if got := s.Post(access.Operator, "/calls/"+sid+"/help", wish("hang_up", "2")); got.Status != http.StatusServiceUnavailable {
		t.Errorf("%d %s", got.Status, words(got))
	}
	session, err := s.Store.Load(t.Context(), sid)
	if err != nil || session.Turn != 2 || len(asked.Received()) != 0 {
		t.Errorf("it was done: %v, turn %d, asked %d times", err, session.Turn, len(asked.Received()))
	}
}

// TestHelp_race has an operator and callers do something at once: what was done is
// in the timeline, and each try in the audit trail, with how it went.
func TestHelp_race(t *testing.T) {
	s, _, _ := helpable(t, true)
	service, is := s.Deps.Calls.(*calls.Service)
	if !is {
		t.Fatalf("%T", s.Deps.Calls)
	}
	tickets := calls.NewTickets([]byte(servertest.Secret))
	const races = 100
	operator := s.As(access.Operator)
	statuses := map[string]int{}
	for n := range races {
		sid := fmt.Sprint("v3:race-", n)
		first := calls.Request{Call: sessions.Call{SID: sid}, Flow: "desk", Fingerprint: "begin"}
		if _, err := service.Document(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		answer := calls.Request{
			Call: sessions.Call{SID: sid}, Flow: "desk", Step: "name", Fingerprint: "answer",
			Ticket:  tickets.Make(sid, "desk", "name", calls.Ticket{Turn: 1, Via: flows.ViaAction}),
			Brought: flows.Brought{AI: &flows.AIResult{Status: "valid", Result: map[string]any{"name": "Ada", "guests": 4.0}}},
		}
		var both sync.WaitGroup
		begun := make(chan struct{})
		both.Go(func() {
			close(begun)
			statuses[sid] = s.Send(operator, http.MethodPost, "/calls/"+sid+"/help", wish("goto", "1", "step", "bye"), nil).Status
		})
		if n%2 == 0 {
			<-begun
		}
		for range n % 10 { // a moment, each time another
			if _, err := s.Store.Load(t.Context(), sid); err != nil {
				t.Error(err)
			}
		}
		if _, err := service.Document(t.Context(), answer); err != nil {
			t.Error(err)
		}
		both.Wait()
	}
	done, refused := map[string]int{}, map[string]int{}
	for q := (sessions.AuditQuery{Action: "help", Limit: 500}); ; {
		page, err := s.Store.Audits(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page.Entries {
			if a.Refused == "" {
				done[a.CallSID]++
			} else {
				refused[a.CallSID]++
			}
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	for sid, status := range statuses {
		timeline, err := s.Store.Timeline(t.Context(), sid)
		if err != nil {
			t.Fatal(err)
		}
		people, turns := 0, 0
		for _, e := range timeline {
			if e.Help != nil {
				people++
			}
			if e.Document != "" && e.Turn > 0 {
				turns++
			}
		}
		switch {
		case turns != 2:
			t.Errorf("%s: %d turns", sid, turns)
		case status == http.StatusOK && (people != 1 || done[sid] != 1 || refused[sid] != 0):
			t.Errorf("%s was helped: %d in the timeline, %d done and %d refused in the trail", sid, people, done[sid], refused[sid])
		case status == http.StatusConflict && (people != 0 || refused[sid] != 1):
			t.Errorf("%s was not helped: %d in the timeline, %d refused in the trail", sid, people, refused[sid])
		case status != http.StatusOK && status != http.StatusConflict:
			t.Errorf("%s: %d", sid, status)
		}
	}
}

// helpedCaller is a caller whom somebody helps at one moment of the call.
type helpedCaller struct {
	at   int // the moment
	help func(m simulator.Moment)
	does []simulator.Act
	n    int
}

func (*helpedCaller) Hears(simulator.Line) bool { return false }

func (c *helpedCaller) Acts(_ context.Context, m simulator.Moment) (act simulator.Act, err error) {
	if m.Kind == simulator.MomentListened {
		return act, nil
	}
	if c.n++; c.n == c.at+1 {
		c.help(m)
	}
	if len(c.does) > 0 {
		act, c.does = c.does[0], c.does[1:]
	}
	return act, nil
}

// TestHelp_heard has an operator do each thing about a simulated call, and listens
// to what the caller hears then.
func TestHelp_heard(t *testing.T) {
	one := "1"
	tests := []struct {
		name  string
		at    int // the moment of the call: 0 the AI gather, 1 the menu
		form  url.Values
		then  []simulator.Act // what the caller does from the menu on
		hears []string        // after the intervention, in order
		end   simulator.End
	}{
		{"repeat", 1, wish("repeat", "2"), nil, []string{"Hello Ada, party of 4. Press 1 for a person."}, ""},
		{"say", 1, wish("say", "2", "text", "One moment, please."), nil, []string{"One moment, please.", "Hello Ada, party of 4."}, ""},
		{"value", 1, wish("value", "2", "name", "guests", "value", "5"), nil, []string{"Hello Ada, party of 5."}, ""},
		{"value-while-asked", 0, wish("value", "1", "name", "name", "value", "Grace"), nil, []string{"Who is calling?"}, ""},
		{"goto", 1, wish("goto", "2", "step", "bye"), nil, []string{"Goodbye."}, simulator.HungUp},
		{"transfer-talked", 1, wish("transfer", "2", "to", "+13125550177", "text", "I connect you."), []simulator.Act{{}, {Status: "completed", Seconds: 30}},
			[]string{"I connect you.", "+13125550177"}, simulator.HungUp},
		{"transfer-busy", 1, wish("transfer", "2", "to", "sip:desk@pbx.example.com"), []simulator.Act{{}, {Status: "busy"}, {Digits: &one}},
			[]string{"sip:desk@pbx.example.com", "Hello Ada, party of 4.", "+13125550100"}, ""},
		{"say-to-the-agent", 0, wish("say", "1", "text", "Hold on."), nil, []string{"ai_assistant_add_messages", "Hello Ada"}, ""},
		{"stop-gather", 1, wish("stop_gather", "2"), nil, []string{"gather_stop", "Hello Ada"}, ""},
		{"stop-agent", 0, wish("stop_assistant", "1"), nil, []string{"ai_assistant_stop", "Hello Ada"}, ""},
		{"start-assistant", 1, wish("start_assistant", "2", "name", "assistant-1", "text", "Hello again."), nil, []string{"Hello again."}, ""},
		{"hang-up", 1, wish("hang_up", "2"), nil, []string{"completed"}, simulator.Completed},
		{"stop-gather-by-command", 0, wish("stop_gather", "1"), nil, []string{"gather_stop", "Hello Ada"}, ""},
		{"stop-agent-by-command", 0, wish("stop_assistant", "1"), nil, []string{"ai_assistant_stop", "Say your name."}, ""},
		{"say-by-command", 0, wish("say", "1", "text", "Hold on."), nil, []string{"ai_assistant_add_messages", "Hello Ada"}, ""},
		{"goto-by-command", 0, wish("goto", "1", "step", "bye"), nil, []string{"Goodbye."}, simulator.HungUp},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			release := consoletest.Desk(t, tableFlow)
			if strings.HasSuffix(tt.name, "-by-command") {
				release = consoletest.Desk(t, commandFlow)
			}
			clock := local.NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
			control, err := simulator.NewControl(api.Options{Now: clock.Now})
			if err != nil {
				t.Fatal(err)
			}
			var world *local.Server
			s := consoletest.Start(t, func(d *console.Deps) {
				world, err = local.Start(local.Options{Release: release, Store: d.Store, Clock: clock, API: control})
				if err != nil {
					t.Fatal(err)
				}
				d.Calls = world.Calls()
			})
			t.Cleanup(world.Close)
			sid, lines := "v3:"+tt.name, 0
			caller := &recording{helpedCaller: helpedCaller{at: tt.at, does: append([]simulator.Act{atMenu(t)}, tt.then...)}}
			caller.help = func(simulator.Moment) {
				lines = len(caller.heard)
				reply := s.Post(access.Operator, "/calls/"+sid+"/help", tt.form)
				says(t, reply, "It is done")
			}
			platform := simulator.Telnyx{
				URL: world.VoiceURL("desk"), StatusURL: world.StatusURL(), EventsURL: world.EventsURL(), Transport: world, Clock: clock, Control: control,
			}
			record, err := platform.Place(t.Context(), simulator.Call{SID: sid, Caller: caller})
			if err != nil {
				t.Fatal(err)
			}
			rest := caller.heard[lines:]
			for _, want := range tt.hears {
				i := 0
				for i < len(rest) && !strings.Contains(rest[i], want) {
					i++
				}
				if i == len(rest) {
					t.Fatalf("after it the caller does not hear %q:\n%s", want, strings.Join(caller.heard[lines:], "\n"))
				}
				rest = rest[i:]
			}
			if tt.end != "" && record.End != tt.end {
				t.Errorf("the call ended as %s (%s)", record.End, record.Reason)
			}
			timeline, err := world.Timeline(t.Context(), sid)
			if err != nil {
				t.Fatal(err)
			}
			turn, people := 0, 0
			for _, e := range timeline {
				if e.Help != nil {
					people++
				}
				if e.Document != "" && e.Turn > 0 {
					if turn++; e.Turn != turn {
						t.Errorf("turn %d comes where %d should", e.Turn, turn)
					}
				}
			}
			if people != 1 {
				t.Errorf("%d interventions", people)
			}
			if t.Failed() {
				t.Log(strings.Join(caller.heard, "\n"))
			}
		})
	}
}

// recording is a caller who remembers what was heard.
type recording struct {
	helpedCaller
	heard []string
}

func (r *recording) Hears(l simulator.Line) bool {
	r.heard = append(r.heard, l.Kind+" "+l.Text)
	return false
}

// TestHelp_tooMuch refuses a form that nobody filled in by hand, and writes down
// the beginning of what is too long for a reason.
func TestHelp_tooMuch(t *testing.T) {
	s := consoletest.Start(t, nil)
	long := strings.Repeat("a reason ", 1000)
	form := url.Values{"name": {long}, "why": {long}}
	if got := s.Post(access.Operator, "/calls/v3:none/reveal", form); got.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("18 kB: %d, want 413", got.Status)
	}
	form.Del("name")
	if got := s.Post(access.Operator, "/calls/v3:none/reveal", form); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("9 kB for a reason: %d, want 422", got.Status)
	}
	for _, e := range entries(t, s) {
		if len(e.Detail)+len(e.Why) > 1100 {
			t.Errorf("%d bytes were written down", len(e.Detail)+len(e.Why))
		}
	}
}
