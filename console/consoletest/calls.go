package consoletest

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"texmlsrv/flows"
	"texmlsrv/simulator"
	"texmlsrv/simulator/local"
	"texmlsrv/simulator/scenarios"
	"texmlsrv/templates"
)

// Served are the flows of one release, as a console knows them.
type Served struct{ Only *flows.Release }

// Release is the one.
func (s Served) Release() *flows.Release { return s.Only }

// ServedSince is a quarter past nine on the day of the clock.
func (s Served) ServedSince() time.Time { return time.Date(2026, 11, 23, 9, 15, 0, 0, time.UTC) }

// ReleaseOf is the one, under its own id alone.
func (s Served) ReleaseOf(id string) *flows.Release {
	if s.Only.ID == id {
		return s.Only
	}
	return nil
}

// Embedded are the flows that come with the program.
func Embedded(t testing.TB) *flows.Release {
	t.Helper()
	r, err := flows.Load(templates.FS, flows.Environment{Env: map[string]string{"BOOKING_URL": "https://booking.example"}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Desk is a release of one flow, which is called desk.
func Desk(t testing.TB, flow string) *flows.Release {
	t.Helper()
	r, err := flows.Load(fstest.MapFS{"desk/flow.yaml": {Data: []byte(flow)}}, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Played is the call of a scenario that comes with the program: flow/name.
func Played(t testing.TB, release *flows.Release, scenario string) *scenarios.Result {
	t.Helper()
	flow, name := filepath.Split(scenario)
	all, wrong := scenarios.Find(templates.FS, strings.TrimSuffix(flow, "/"))
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	player, err := scenarios.NewPlayer(templates.FS, release)
	if err != nil {
		t.Fatal(err)
	}
	defer player.Close()
	for _, sc := range all {
		if strings.TrimSuffix(filepath.Base(sc.File), ".yaml") == name {
			r, err := player.Play(t.Context(), sc)
			if err != nil || !r.Passed() {
				t.Fatalf("%v\n%s", err, r.Explain())
			}
			return r
		}
	}
	t.Fatalf("there is no scenario %s", scenario)
	return nil
}

// Keep stores a call that was played, and returns its CallSid. The clock shows
// its end then.
func (s *Server) Keep(r *scenarios.Result) string {
	s.t.Helper()
	kept := *r.Session
	kept.Revision = 0
	if err := s.Store.Commit(s.t.Context(), &kept, r.Timeline...); err != nil {
		s.t.Fatal(err)
	}
	s.Clock.Advance(r.Record.Ended.Sub(s.Clock.Now()))
	return kept.Call.SID
}

// script is a caller who does one thing after the other, and is then still
// there.
type script []simulator.Act

var errStillThere = errors.New("the call goes on")

// Hears implements simulator.Caller.
func (s *script) Hears(simulator.Line) bool { return false }

// Acts implements simulator.Caller.
func (s *script) Acts(context.Context, simulator.Moment) (simulator.Act, error) {
	if len(*s) == 0 {
		return simulator.Act{}, errStillThere
	}
	act := (*s)[0]
	*s = (*s)[1:]
	return act, nil
}

// Place has somebody call a flow, and do one thing after the other. Unless that
// ends the call it goes on; the clock shows the world's time and 12 s.
func (s *Server) Place(release *flows.Release, flow string, acts ...simulator.Act) (world *local.Server, sid string) {
	s.t.Helper()
	world, err := local.Start(local.Options{Release: release, Store: s.Store})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(world.Close)
	caller := script(acts)
	telnyx := simulator.Telnyx{
		URL: world.VoiceURL(flow), StatusURL: world.StatusURL(), EventsURL: world.EventsURL(), Transport: world, Clock: world.Clock,
		Patience: local.Patience,
	}
	record, err := telnyx.Place(s.t.Context(), simulator.Call{Caller: &caller})
	if err != nil && !errors.Is(err, errStillThere) {
		s.t.Fatal(err)
	}
	s.Clock.Advance(world.Clock.Now().Sub(s.Clock.Now()) + 12*time.Second)
	return world, record.Call.SID
}
