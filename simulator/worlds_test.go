package simulator_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/api"
	"texmlsrv/simulator/local"
	"texmlsrv/simulator/wire"
	"texmlsrv/templates"
)

// world is one application in one simulated world.
type world struct {
	telnyx simulator.Telnyx
	at     func(ctx context.Context, sid string) string // the step that a call is at
	turns  func(t testing.TB, sid string) []int         // in the order in which they were committed
	close  func()
}

// embedded opens worlds with the flows that come with the program.
func embedded(t testing.TB) (open func(flow string, key bool) *world, release *flows.Release) {
	t.Helper()
	release, err := flows.Load(templates.FS, flows.Environment{
		Env:     map[string]string{"FRONT_DESK_NUMBER": "+13125550100", "BOOKING_URL": "http://booking.example", "MESSAGES_URL": "http://messages.example"},
		Secrets: map[string]string{"BOOKING": "b", "MESSAGES": "m"},
	})
	if err != nil {
		t.Fatal(err)
	}
	stores, err := local.NewStores()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stores.Close)
	public, _ := wire.TestKey().Public().(ed25519.PublicKey)
	return func(flow string, key bool) *world {
		office := local.NewClock(time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)) // Monday, 10:00 in New York
		o := local.Options{Clock: office, Release: release, Stores: stores, Looker: services{}, Keys: []ed25519.PublicKey{public}}
		var control *simulator.Control
		if key {
			var err error
			if control, err = simulator.NewControl(api.Options{Now: office.Now}); err != nil {
				t.Error(err)
				return nil
			}
			o.API = control
		}
		server, err := local.Start(o)
		if err != nil {
			t.Error(err)
			return nil
		}
		w := worldOf(server, flow)
		w.telnyx.Control = control
		return w
	}, release
}

// worldOf is a world of the embedded flows. It has one call.
func worldOf(server *local.Server, flow string) *world {
	_, key, _ := strings.Cut(server.VoiceURL(flow), "?") // what proves a GET
	return &world{
		telnyx: simulator.Telnyx{
			URL: server.VoiceURL(flow), FallbackURL: server.VoiceURL(flow), StatusURL: server.StatusURL() + "?" + key, EventsURL: server.EventsURL(),
			Transport: server, Key: wire.TestKey(), Clock: server.Clock,
			Patience: local.Patience,
		},
		at: func(ctx context.Context, sid string) string {
			s, err := server.Session(ctx, sid)
			if err != nil {
				return ""
			}
			return s.Flow + "/" + s.Step
		},
		turns: func(t testing.TB, sid string) (turns []int) {
			t.Helper()
			server.Clock.Settle() // what comes after the call is no turn
			timeline, err := server.Timeline(t.Context(), sid)
			if err != nil {
				t.Error(err)
			}
			for _, e := range timeline {
				if e.Kind == sessions.EntryTurn || e.Kind == sessions.EntryLost {
					turns = append(turns, e.Turn)
				}
			}
			return turns
		},
		close: server.Close,
	}
}

// services are booking and messages, which answer one request always alike.
type services struct{}

func (services) Look(_ context.Context, r flows.LookupRequest) flows.Found {
	h := fnv.New32a()
	h.Write([]byte(r.Key))
	switch n := h.Sum32() % 8; {
	case n == 0:
		return flows.Found{Failed: "timeout"}
	case strings.HasSuffix(r.URL, "/slots") && n < 6:
		var free []any
		for hour := 9; hour < 18; hour++ {
			free = append(free, fmt.Sprintf("%02d:00", hour), fmt.Sprintf("%02d:15", hour), fmt.Sprintf("%02d:30", hour), fmt.Sprintf("%02d:45", hour))
		}
		return flows.Found{Code: http.StatusOK, Result: free}
	case strings.HasSuffix(r.URL, "/slots"):
		return flows.Found{Code: http.StatusOK, Result: []any{}}
	case n == 1:
		return flows.Found{Code: http.StatusConflict, Failed: "status"}
	}
	return flows.Found{Code: http.StatusOK, Result: map[string]any{}}
}

// anyone is a random caller of one of four kinds: who answers, who is mostly
// silent, who is not understood, and one in between. The first two
// know what office hours are, and prefer the first choices of a menu.
func anyone(seed uint64) simulator.Caller {
	return &regular{
		Caller: simulator.RandomCaller(seed, []simulator.Habits{
			{Misfortune: 0.6}, {Silent: 0.75, Misfortune: 0.5}, {Wrong: 0.6, Silent: 0.1, Misfortune: 0.5}, {Silent: 0.12, Wrong: 0.1, Misfortune: 0.35},
		}[seed%4]),
		random: rand.New(rand.NewPCG(seed, 2)), regular: seed%4 < 2,
	}
}

// regular is a caller who knows the place.
type regular struct {
	simulator.Caller
	random  *rand.Rand
	regular bool
}

func (r *regular) Acts(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	act, err := r.Caller.Acts(ctx, m)
	var object map[string]any
	switch {
	case !r.regular:
	case act.Digits != nil || act.Speech != nil:
		act.Digits, act.Speech = new([]string{"1", "1", "2", "3", "0"}[r.random.IntN(5)]), nil
	case json.Unmarshal(act.Gathers, &object) == nil && object["time"] != nil && object["day"] != nil:
		object["day"], object["time"] = "2026-12-0"+[]string{"1", "2", "3", "4"}[r.random.IntN(4)], []string{"10:00", "11:30"}[r.random.IntN(2)]
		act.Gathers, err = json.Marshal(object)
	}
	return act, err
}
