package console_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/local"
)

// withCall is a console that has a call of a scenario that comes with the
// program: flow/name. The clock shows its end.
func withCall(t testing.TB, scenario string) (s *consoletest.Server, sid string) {
	t.Helper()
	release := consoletest.Embedded(t)
	s = consoletest.Start(t, func(d *console.Deps) { d.Flows = consoletest.Served{Only: release} })
	return s, s.Keep(consoletest.Played(t, release, scenario))
}

// running is a console with a call that goes on: of a flow called desk, or of
// those that come with the program.
func running(t testing.TB, flow string, acts ...simulator.Act) (s *consoletest.Server, world *local.Server, sid string) {
	t.Helper()
	release, name := consoletest.Embedded(t), "appointment"
	if flow != "" {
		release, name = consoletest.Desk(t, flow), "desk"
	}
	s = consoletest.Start(t, func(d *console.Deps) { d.Flows = consoletest.Served{Only: release} })
	world, sid = s.Place(release, name, acts...)
	return s, world, sid
}

// words is what a page says: its text without markup.
func words(reply servertest.Reply) string {
	text := regexp.MustCompile(`(?s)<script.*?</script>|<style.*?</style>|<[^>]*>`).ReplaceAllString(reply.Body, " ")
	text = strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&", "&#43;", "+", "&apos;", "'").Replace(text)
	return strings.Join(strings.Fields(text), " ")
}

// says fails the test if a page does not hold a text.
func says(t *testing.T, reply servertest.Reply, texts ...string) {
	t.Helper()
	if reply.Status != http.StatusOK {
		t.Fatalf("status %d: %s", reply.Status, words(reply))
	}
	told := words(reply)
	for _, text := range texts {
		if !strings.Contains(told, text) {
			t.Errorf("the page does not say %q:\n%s", text, told)
		}
	}
}

func gathers(t testing.TB, v any) simulator.Act {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return simulator.Act{Gathers: raw}
}

// TestCall_tasks asks of the page of a call what support staff ask.
func TestCall_tasks(t *testing.T) {
	t.Run("what-happened", func(t *testing.T) {
		s, sid := withCall(t, "appointment/booked")
		says(t, s.Get(access.Viewer, "/calls/"+sid), "Appointment, booked: check-up, 2026-11-24, 09:30, Ada, 4155550123; 1 min 11 s.")
	})
	t.Run("why-was-it-asked-again", func(t *testing.T) {
		s, sid := withCall(t, "appointment/past-and-closed")
		says(t, s.Get(access.Viewer, "/calls/"+sid),
			"after asking three times for the day and the time",
			"Asked the second time, because the rule next[0], when gathered.day < now.date or (gathered.day == now.date and gathered.time <= now.time) said so.")
		says(t, s.Get(access.Viewer, "/calls/"+sid+"/turns/2"), "gathered.time 09:00", "now.time 12:00", "won")
	})
	t.Run("which-rule-led-here", func(t *testing.T) {
		s, sid := withCall(t, "appointment/person")
		says(t, s.Get(access.Viewer, "/calls/"+sid+"/turns/5"), `Which rule led here? person next[2] → dial`)
		says(t, s.Get(access.Viewer, "/calls/"+sid+"/turns/4"), `when answer.choice == "person"`, "→ front-desk/person", "answer.choice person")
	})
	t.Run("which-release", func(t *testing.T) {
		s, sid := withCall(t, "appointment/booked")
		says(t, s.Get(access.Viewer, "/calls/"+sid), consoletest.Embedded(t).ID+" served now")
	})
	t.Run("who-intervened", func(t *testing.T) {
		s, sid := withCall(t, "appointment/booked")
		says(t, s.Get(access.Viewer, "/calls/"+sid), "Nobody has intervened in this call.")
		if err := s.Store.Record(t.Context(), sessions.Audit{
			At: s.Clock.Now(), Who: "otto", Role: "operator", Action: "correct", CallSID: sid, Turn: 3, Detail: "day", Why: "misheard",
		}); err != nil {
			t.Fatal(err)
		}
		says(t, s.Get(access.Viewer, "/calls/"+sid), "otto operator correct: day 3 misheard", "Who looked at it")
	})
	t.Run("what-came-twice", func(t *testing.T) {
		s, sid := withCall(t, "appointment/bad-day")
		says(t, s.Get(access.Viewer, "/calls/"+sid), "duplicate ×5")
		says(t, s.Get(access.Viewer, "/calls/"+sid+"/turns/4"), "Came again", "it got the document of turn 5", "Digits 1")
	})
	t.Run("what-the-marks-say", func(t *testing.T) {
		s, sid := withCall(t, "appointment/past-and-closed")
		says(t, s.Get(access.Viewer, "/calls/"+sid+"/turns/2?part=turn"), "refused The answer was read well, and a rule wanted another.", "re-asked Asked the second time, because the rule next[0], when")
		s, sid = withCall(t, "appointment/bad-day")
		says(t, s.Get(access.Viewer, "/calls/"+sid+"/turns/4?part=turn"), "The platform sent the same request again, and got the same document again.")
	})
}

// TestCall_part gives the turn as the part that the page of the call opens, and
// the call as the part that is brought up to date.
func TestCall_part(t *testing.T) {
	s, sid := withCall(t, "appointment/booked")
	for path, begins := range map[string]string{"/turns/2?part=turn": `<div class="turn-all"`, "?part=call": `<div class="call"`} {
		reply := s.Get(access.Viewer, "/calls/"+sid+path)
		if reply.Status != http.StatusOK || !strings.HasPrefix(strings.TrimSpace(reply.Body), begins) {
			t.Errorf("%s: status %d, %.200s", path, reply.Status, reply.Body)
		}
	}
}

func TestCall_unknown(t *testing.T) {
	s, sid := withCall(t, "appointment/booked")
	for _, path := range []string{"/calls/nobody", "/calls/nobody/turns/1", "/calls/" + sid + "/turns/99", "/calls/" + sid + "/turns/x", "/calls/" + sid + "/turns/2?index=0"} {
		if reply := s.Get(access.Viewer, path); reply.Status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, reply.Status)
		}
	}
}

// TestCall_running shows what a call that goes on waits for.
func TestCall_running(t *testing.T) {
	s, _, sid := running(t, "", gathers(t, map[string]string{"service": "check-up"}), simulator.Act{})
	says(t, s.Get(access.Viewer, "/calls/"+sid), "Asking for the day and the time for the second time, for 17 s now", "running", "waiting",
		"Asked the second time, because nothing was said.", "attempt 2")
}

const cardFlow = `
start: card
defaults: {attempts: 2, otherwise: bye}
summary: "Payment by {{ gathered.name }}, {{ gathered.card }}"
steps:
  card:
    document: >-
      <AIGather><Greeting>Your name and card?</Greeting><Parameters>{"type":"object","required":["name","card"],
      "properties":{"name":{"type":"string"},"card":{"type":"string","x-sensitive":true}}}</Parameters></AIGather>
    next: pin
  pin:
    document: <Gather><Say>And the PIN of {{ gathered.card }}?</Say></Gather>
    sensitive: true
    into: pin
    next:
      - {when: answer.digits == "12", goto: pin}
      - {when: gathered.card, goto: again}
  bye: {document: <Say>Goodbye.</Say><Hangup/>}
`

// TestCall_hides shows nothing sensitive anywhere, to nobody, and to an operator
// one value who says why.
func TestCall_hides(t *testing.T) {
	digits := "98765"
	s, _, sid := running(t, cardFlow, gathers(t, map[string]string{"name": "Ada", "card": "4242424242424242"}), simulator.Act{Digits: &digits})
	paths := []string{"/calls/" + sid}
	for _, turn := range []string{"1", "2", "3"} {
		paths = append(paths, "/calls/"+sid+"/turns/"+turn)
	}
	for _, path := range paths {
		reply := s.Get(access.Operator, path)
		says(t, reply, "•••")
		for _, secret := range []string{"4242", digits, "NDI0Mj"} {
			if strings.Contains(reply.Body, secret) {
				t.Errorf("%s shows %s", path, secret)
			}
		}
	}
	form := url.Values{"name": {"card"}, "why": {"the caller asked which card"}}
	if reply := s.Post(access.Viewer, "/calls/"+sid+"/reveal", form); reply.Status != http.StatusForbidden {
		t.Errorf("a viewer: status %d", reply.Status)
	}
	says(t, s.Post(access.Operator, "/calls/"+sid+"/reveal", form), "4242424242424242")
	for name, refused := range map[string]url.Values{
		"without-why": {"name": {"card"}}, "not-hidden": {"name": {"name"}, "why": {"because"}}, "not-there": {"name": {"4242"}, "why": {"because"}},
	} {
		if reply := s.Post(access.Operator, "/calls/"+sid+"/reveal", refused); reply.Status/100 != 4 {
			t.Errorf("%s: status %d", name, reply.Status)
		}
	}
	trail, err := s.Store.Audits(t.Context(), sessions.AuditQuery{CallSID: sid, Action: "reveal"})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, a := range trail.Entries {
		told = append(told, strings.TrimSpace(strings.Join([]string{a.Who, a.Detail, a.Why, a.Refused}, "|")))
		if strings.Contains(a.Detail+a.Why+a.Refused, "4242") {
			t.Errorf("the audit trail holds what was revealed: %+v", a)
		}
	}
	if !strings.Contains(strings.Join(told, "\n"), "otto|card|the caller asked which card|") {
		t.Errorf("the audit trail: %q", told)
	}
}
