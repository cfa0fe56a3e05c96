package console_test

import (
	"net/http"
	"strings"
	"testing"

	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/flows"
	"texmlsrv/simulator"
)

// TestCallScenario makes a scenario of a call: it passes, tells nothing of the
// caller, and who made it is written down; who takes it away, every time.
func TestCallScenario(t *testing.T) {
	s, sid := withCall(t, "appointment/booked")
	says(t, s.Get(access.Viewer, "/calls/"+sid), "Save as scenario")
	page := s.Get(access.Viewer, "/calls/"+sid+"/scenario")
	says(t, page, "booked-2026-11-23-0900.yaml", "It passes against the flows of release", "Numbers, names, addresses and what was said are made up",
		"appointment/scenarios/booked-2026-11-23-0900.yaml", "gathers : {name: Robin, phone: \"3125550101\"}", "outcome : booked")
	for range 2 {
		taken := s.Get(access.Viewer, "/calls/"+sid+"/scenario?download=yes")
		if taken.Status != http.StatusOK || taken.Header.Get("Content-Disposition") != `attachment; filename="booked-2026-11-23-0900.yaml"` || !strings.HasPrefix(taken.Body, "# Made of a call.") {
			t.Errorf("%d %s\n%s", taken.Status, taken.Header.Get("Content-Disposition"), taken.Body)
		}
		if strings.Contains(taken.Body+page.Body, "Ada") || strings.Contains(taken.Body, "4155550123") {
			t.Error("something of the caller's is in it")
		}
	}
	made := 0
	for _, a := range entries(t, s) {
		if a.Action == "scenario" && a.Who == "vera" && a.CallSID == sid {
			made++
		}
	}
	if made != 3 {
		t.Errorf("%d entries in the audit trail", made)
	}
}

// TestCallScenario_goesOn makes one of a call that goes on.
func TestCallScenario_goesOn(t *testing.T) {
	s, _, sid := running(t, "", gathers(t, map[string]string{"service": "check-up"}), simulator.Act{})
	says(t, s.Get(access.Viewer, "/calls/"+sid+"/scenario"), "It passes", "The call was still going on; here the caller hangs up.", "hangs_up : true")
}

// TestCallScenario_anotherRelease plays against what is served, and says so; where
// that has no such flow, there is none.
func TestCallScenario_anotherRelease(t *testing.T) {
	old := consoletest.Embedded(t)
	played := consoletest.Played(t, old, "survey/answered")
	newer := old.In(old.Environment())
	newer.ID = "newer"
	later := consoletest.Desk(t, "start: hello\nsteps: {hello: {document: <Say>Hello.</Say>}}\n")
	for _, c := range []struct {
		name   string
		served *flows.Release
		want   string
	}{
		{"newer", newer, "is not in this server any more; it was played against the one that is served now."},
		{"without-it", later, "The flow of the call is not there any more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := consoletest.Start(t, func(d *console.Deps) { d.Flows = consoletest.Served{Only: c.served} })
			sid := s.Keep(played)
			page := s.Get(access.Viewer, "/calls/"+sid+"/scenario")
			page.Status = http.StatusOK
			says(t, page, c.want)
		})
	}
}
