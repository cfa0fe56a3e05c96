package fromcall_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"texmlsrv/flows"
	"texmlsrv/simulator"
	"texmlsrv/simulator/rehearsal"
	"texmlsrv/simulator/scenarios/fromcall"
	"texmlsrv/templates"
)

// TestOf_anybody makes scenarios of calls of people who do anything: each can be
// read, and played it is what it says. Where the way is another, the file says so;
// that is seldom.
func TestOf_anybody(t *testing.T) {
	release, err := flows.Load(templates.FS, flows.Environment{Env: map[string]string{
		"BOOKING_URL": "https://booking.example", "MESSAGES_URL": "https://messages.example", "FRONT_DESK_NUMBER": "+13125550170",
	}})
	if err != nil {
		t.Fatal(err)
	}
	calls, others := 0, 0
	for _, flow := range release.Names() {
		canned, err := rehearsal.Canned(release, flow, map[string]string{"appointment/slots": `["09:00", "09:30", "14:00"]`, "appointment/book": `{"id": 4711}`})
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(12) {
			t.Run(fmt.Sprintf("%s/%d", flow, seed), func(t *testing.T) {
				w, err := rehearsal.Start(rehearsal.Options{Release: release, Flow: flow, Now: time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC), Canned: canned})
				if err != nil {
					t.Fatal(err)
				}
				defer w.Close()
				_, err = w.Place(t.Context(), simulator.Call{
					Caller: simulator.RandomCaller(seed, simulator.Habits{Silent: 0.15, HangsUp: 0.05, Wrong: 0.1, Misfortune: 0.3}), Seed: seed,
				})
				if err != nil {
					t.Fatal(err)
				}
				w.Clock.Settle()
				session, timeline := w.Known(t.Context())
				made, err := fromcall.Of(t.Context(), release, session, timeline)
				if err != nil {
					t.Fatal(err)
				}
				is := again(t, release, flow, made.Text)
				if !is.Passed() {
					t.Fatalf("%s\n%s", is.Explain(), made.Text)
				}
				calls++
				if was := rehearsal.Steps(timeline, flow); slices.Equal(was, rehearsal.Steps(is.Timeline, flow)) != made.Same && made.Same {
					t.Errorf("another way, and not told:\n%s", made.Text)
				}
				if !made.Same {
					others++
					t.Logf("%s", made.Text)
				}
			})
		}
	}
	if others*10 > calls {
		t.Errorf("%d of %d go another way", others, calls)
	}
}
