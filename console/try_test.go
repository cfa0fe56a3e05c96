package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/console/tries"
	"texmlsrv/flows"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/simulator/scenarios"
)

// tried is a console whose flows can be tried.
func tried(t testing.TB, change func(*console.Deps)) *consoletest.Server {
	t.Helper()
	release := consoletest.Shop(t)
	return consoletest.Start(t, func(d *console.Deps) {
		d.Flows = consoletest.Served{Only: release}
		if change != nil {
			change(d)
		}
	})
}

// trying is somebody who tries a flow without a script in the browser.
type trying struct {
	t    *testing.T
	s    *consoletest.Server
	role access.Role
	path string
}

// begun begins a try.
func begun(t *testing.T, s *consoletest.Server, form url.Values) *trying {
	t.Helper()
	form.Set("flow", "shop")
	answer := s.Post(access.Viewer, "/try", form)
	if answer.Status != http.StatusSeeOther {
		t.Fatalf("%d: %s", answer.Status, words(answer))
	}
	return &trying{t, s, access.Viewer, answer.Header.Get("Location")}
}

var askedField = regexp.MustCompile(`name="asked" value="(\d+)"`)

func (p *trying) page() servertest.Reply { return p.s.Get(p.role, p.path) }

// does fills in the form that the page has.
func (p *trying) does(fields ...string) servertest.Reply {
	p.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	if asked := askedField.FindStringSubmatch(p.page().Body); asked != nil {
		form.Set("asked", asked[1])
	}
	answer := p.s.Post(p.role, p.path+"/act", form)
	if answer.Status == http.StatusSeeOther {
		return p.s.Get(p.role, answer.Header.Get("Location"))
	}
	return answer
}

// TestTry talks to a flow from its greeting to a scenario that passes, over every
// kind of thing that can be waited for.
func TestTry(t *testing.T) {
	s := tried(t, nil)
	says(t, s.Get(access.Viewer, "/try"), "The shop", "What look-ups bring", "find", "Time (Europe/Paris)", "floors shop")
	p := begun(t, s, url.Values{"now": {"2026-12-24 18:00"}, "lookups.shop/find": {`{"state": "on its way"}`}, "variables.shop": {"Chez Ada"}, "from": {"+13125550142"}})
	says(t, p.page(), "Welcome to Chez Ada. What is it about?", "The assistant asks for about, and takes name, card and party.", "Document of turn 1 shop/greeting",
		"< AIGather action =", "of 2 s", "17:00:00", "1 greeting now")

	wrong := p.does("do", "gather", "values.name", "A name that is longer than it may be")
	if wrong.Status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", wrong.Status)
	}
	wrong.Status = http.StatusOK
	says(t, wrong, "This is required. “Send as it is” leaves it out all the same.", "This does not fit: it must be text of at most 20 characters.")
	if !strings.Contains(wrong.Body, `value="A name that is longer than it may be"`) {
		t.Error("what was typed is gone")
	}

	wrong = p.does("do", "gather", "values.about", "order", "values.party.guests", "9", "values.name", "A name that is longer than it may be")
	wrong.Status = http.StatusOK
	says(t, wrong, "This does not fit: it must be text of at most 20 characters.", "This does not fit: it must be a whole number from 1 to 8.")
	wrong = p.does("do", "gather", "json", "[1]")
	wrong.Status = http.StatusOK
	says(t, wrong, "This is not an object.")

	says(t, p.does("do", "gather", "values.about", "order", "values.name", "Ada", "values.card", "4242", "values.party.guests", "4", "values.party.dogs", "yes", "talk", "It is about an order.\nI am Ada."),
		"The caller: It is about an order.", `The assistant understood {about: "order", name: "Ada", card: "4242", party: {guests: 4, dogs: true}}`,
		"Which order?", "Waits 5 s for 4 keys, ended by #, or words.", "Gathered about order", "card •••")
	says(t, p.does("do", "key1", "press", "471"), `Look-up find: {state: "on its way"}`, "It is on its way.", "How does the call to +13125550199 go?")
	says(t, p.does("do", "happens", "status", "busy"), "Dial: busy", "Leave a message.", "The caller is recorded.")
	says(t, p.does("do", "record", "spoken", "Please call me back about my bill"), "speaks for 3 s", "Goodbye.", "The flow hung up.", "outcome served")

	says(t, s.Get(access.Viewer, p.path+"/turns/2"), "Turn 2: Asked for a key or a word", "Which rule led here?", "Document sent")
	scenario := s.Get(access.Viewer, p.path+"/scenario")
	says(t, scenario, "served-2026-12-24-1800.yaml", "It passes against the flows", "title : A call to shop that ends as served", "2026-12-24T18:00:00+01:00", "SHOP : made-up")
	if strings.Contains(scenario.Body, "hush-hush") {
		t.Error("the scenario holds a secret")
	}
	taken := s.Get(access.Viewer, p.path+"/scenario?download=yes")
	if got := taken.Header.Get("Content-Disposition"); got != `attachment; filename="served-2026-12-24-1800.yaml"` {
		t.Errorf("taken as %s", got)
	}
	if _, wrong := scenarios.Read("shop", "served.yaml", []byte(taken.Body)); len(wrong) > 0 {
		t.Errorf("%v\n%s", wrong, taken.Body)
	}
}

// TestTry_badDays has requests misbehave, and the last one repeated; the scenario
// passes all the same.
func TestTry_badDays(t *testing.T) {
	s := tried(t, nil)
	p := begun(t, s, url.Values{"behaves": {"duplicate", "failover"}, "times": {"2"}})
	says(t, p.does("do", "anyway", "values.about", "", "behaves", "late_duplicate", "behaves", "bare_result"), "The request misbehaves: late duplicate, bare result", "What is it about?")
	answer := s.Post(access.Viewer, p.path+"/again", url.Values{})
	if answer.Status != http.StatusSeeOther {
		t.Fatalf("%d: %s", answer.Status, words(answer))
	}
	says(t, p.page(), "The last request was sent once more: the same document came.")
	says(t, p.does("do", "gather", "json", `{"about": "order"}`, "behaves", "only_event"), "Which order?")
	says(t, p.does("do", "say", "say", "four thousand", "mumbled", "yes"), "four thousand (hardly understood)")
	says(t, p.does("do", "happens", "status", "completed", "behind", "90"), "Dial: completed after 90 s", "The flow hung up.")
	says(t, s.Get(access.Viewer, p.path+"/scenario"), "It passes", "duplicate : 2", "failover", "late_duplicate", "only_event", "confidence : 0.3")
}

// TestTry_lookupFails reaches nobody where nothing is given.
func TestTry_lookupFails(t *testing.T) {
	s := tried(t, nil)
	p := begun(t, s, url.Values{})
	p.does("do", "anyway", "json", `{"about": "order"}`)
	says(t, p.does("do", "press", "press", "4711"), "Look-up find: nothing was given for it, so nobody could be reached", "How does the call")
}

// TestTry_endings hangs up, says nothing, and gives a try up.
func TestTry_endings(t *testing.T) {
	s := tried(t, nil)
	p := begun(t, s, url.Values{})
	goesOn := s.Get(access.Viewer, p.path+"/scenario")
	if goesOn.Status != http.StatusSeeOther {
		t.Errorf("a scenario of a call that goes on: %d", goesOn.Status)
	}
	says(t, s.Get(access.Viewer, goesOn.Header.Get("Location")), "The call goes on.")
	says(t, p.does("do", "silent"), "says nothing", "attempt 2")
	says(t, p.does("do", "hang_up", "then", "scenario"), "It passes", "hangs_up : true")
	says(t, p.page(), "The caller hung up.")

	stale := s.Post(access.Viewer, p.path+"/act", url.Values{"asked": {"1"}, "do": {"silent"}})
	says(t, s.Get(access.Viewer, stale.Header.Get("Location")), "The call waits for something else by now, so that was not done.")

	if answer := s.Post(access.Viewer, p.path+"/end", url.Values{}); answer.Header.Get("Location") != "/try?flow=shop" {
		t.Errorf("%d %s", answer.Status, answer.Header.Get("Location"))
	}
	if got := p.page().Status; got != http.StatusNotFound {
		t.Errorf("a try that was ended: %d", got)
	}
}

// TestTry_wrongSetup says beside each field what cannot be.
func TestTry_wrongSetup(t *testing.T) {
	s := tried(t, nil)
	answer := s.Post(access.Viewer, "/try", url.Values{
		"flow": {"shop"}, "from": {"nobody"}, "now": {"tomorrow"}, "lookups.shop/find": {"perhaps"}, "variables.floors": {"many"}, "params": {"campaign"}, "env": {"SHOP"},
		"direction": {"outbound"}, "answered_by": {"A person"},
	})
	if answer.Status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", answer.Status)
	}
	answer.Status = http.StatusOK
	says(t, answer, "A number looks like +13125550188", `It must look like 2026-12-25T10:00, not "tomorrow".`, "JSON is wanted, or a status such as 409, or timeout.",
		"JSON is wanted, such as 3.", "A line looks like name=value.", "A line looks like BOOKING_URL=https://booking.example.", "A word in small letters")
	if got := s.Post(access.Viewer, "/try", url.Values{"flow": {"nothing"}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a flow that is not there: %d", got.Status)
	}
}

// TestTry_settings takes a way that is open only where the server has a setting.
func TestTry_settings(t *testing.T) {
	release, err := flows.Load(fstest.MapFS{"shop/flow.yaml": {Data: []byte(`start: where
timezone: Europe/Paris
steps:
  where:
    next: [{when: env.SHOP, goto: known}, {goto: unknown}]
  known:
    document: <Say>The shop is at {{ env.SHOP }}.</Say><Hangup/>
  unknown:
    document: <Say>There is no shop.</Say><Hangup/>
`)}}, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	s := tried(t, func(d *console.Deps) { d.Flows = consoletest.Served{Only: release} })
	says(t, begun(t, s, url.Values{}).page(), "There is no shop.")
	says(t, begun(t, s, url.Values{"env": {"SHOP=https://shop.example\n"}}).page(), "The shop is at https://shop.example.")
}

// TestTry_placeholders says in a field what is to be typed there as far as people
// can read it: in the author's words if there are any, and never as a pattern.
func TestTry_placeholders(t *testing.T) {
	release, err := flows.Load(fstest.MapFS{"shop/flow.yaml": {Data: []byte(`start: who
steps:
  who:
    document: |
      <AIGather><Greeting>Who is it?</Greeting><Parameters><![CDATA[{"type": "object", "required": ["phone"], "properties": {
        "phone": {"type": "string", "pattern": "^[0-9]{10}$", "description": "Ten digits."},
        "code": {"type": "string", "pattern": "^[A-Z]+$", "maxLength": 4},
        "codes": {"type": "array", "items": {"type": "string", "pattern": "^[A-Z]+$"}}}}]]></Parameters></AIGather>
    next: [{goto: bye}]
  bye: {document: <Hangup/>}
`)}}, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	s := tried(t, func(d *console.Deps) { d.Flows = consoletest.Served{Only: release} })
	var got []string
	page := begun(t, s, url.Values{}).page()
	for _, field := range regexp.MustCompile(`name="values\.[^>]*placeholder="([^"]*)"`).FindAllStringSubmatch(page.Body, -1) {
		got = append(got, field[1])
	}
	if want := []string{"text of at most 4 characters", "a list with commas between, each text"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	says(t, page, "Ten digits.")
}

// TestTry_alone shows tries to who began them and to nobody else, leaves the calls
// of the server alone, and is written down once.
func TestTry_alone(t *testing.T) {
	s := tried(t, nil)
	p := begun(t, s, url.Values{})
	for _, path := range []string{"", "/turns/1", "/scenario"} {
		if got := s.Get(access.Operator, p.path+path).Status; got != http.StatusNotFound {
			t.Errorf("%s: somebody else gets %d", path, got)
		}
	}
	for _, path := range []string{"/act", "/again", "/end"} {
		if got := s.Post(access.Operator, p.path+path, url.Values{}).Status; got != http.StatusNotFound {
			t.Errorf("%s: somebody else gets %d", path, got)
		}
	}
	p.does("do", "silent")
	p.does("do", "hang_up")
	page, err := s.Store.Search(t.Context(), sessions.Query{})
	if err != nil || len(page.Sessions) > 0 {
		t.Errorf("%d calls, %v", len(page.Sessions), err)
	}
	var told []string
	for _, a := range entries(t, s) {
		if a.Who == "vera" {
			told = append(told, fmt.Sprintf("%s %s", a.Action, strings.TrimSuffix(a.Detail, " "+p.path[len("/try/"):])))
		}
	}
	slices.Sort(told)
	if got := strings.Join(told, "; "); got != "try shop; try shop" { // it began; things were done in it
		t.Errorf("the audit trail: %s", got)
	}
}

// TestTry_bounded lets a person have a few at once, and forgets those that nobody
// touches.
func TestTry_bounded(t *testing.T) {
	s := tried(t, nil)
	all := make([]*trying, 3)
	for i := range all {
		all[i] = begun(t, s, url.Values{})
	}
	refused := s.Post(access.Viewer, "/try", url.Values{"flow": {"shop"}})
	if refused.Status != http.StatusTooManyRequests {
		t.Errorf("a fourth: %d", refused.Status)
	}
	refused.Status = http.StatusOK
	says(t, refused, "There are too many tries already.", "Your tries", "goes on")
	all[0].does("do", "hang_up")
	begun(t, s, url.Values{}) // in place of the one that is over
	if got := all[0].page().Status; got != http.StatusNotFound {
		t.Errorf("the one that is over: %d", got)
	}
	s.Clock.Advance(15 * time.Minute)
	all[1].page()
	s.Clock.Advance(15 * time.Minute)
	if one, two := all[1].page().Status, all[2].page().Status; one != http.StatusOK || two != http.StatusNotFound {
		t.Errorf("touched %d, left alone %d", one, two)
	}
	s.Deps.Tries.Close()
	if got := all[1].page().Status; got != http.StatusNotFound {
		t.Errorf("after the end: %d", got)
	}
	if _, err := s.Deps.Tries.Begin("vera", tries.Setup{}); err == nil {
		t.Error("one begins after the end")
	}
}

// TestTry_nowhere says so where the console knows no flows.
func TestTry_nowhere(t *testing.T) {
	s := consoletest.Start(t, nil)
	if got := s.Get(access.Viewer, "/try"); got.Status != http.StatusNotFound || !strings.Contains(got.Body, "Flows cannot be tried here") {
		t.Errorf("%d %s", got.Status, words(got))
	}
}
