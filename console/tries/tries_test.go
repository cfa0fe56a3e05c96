package tries_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"texmlsrv/console/tries"
	"texmlsrv/flows"
	"texmlsrv/simulator"
)

// TestMain fails when a try leaves anything behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func setup(t *testing.T) tries.Setup {
	t.Helper()
	const flow = `title: Asks
start: ask
steps:
  ask:
    document: <Gather numDigits="1"><Say>One or two?</Say></Gather>
    next: ask
    otherwise: ask
`
	r, err := flows.Load(fstest.MapFS{"asks/flow.yaml": {Data: []byte(flow)}}, flows.Environment{Secrets: map[string]string{"KEY": "hush"}})
	if err != nil {
		t.Fatal(err)
	}
	return tries.Setup{Release: r, Flow: "asks", Now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}
}

// TestDo_once has many do the same at once, as a form that is sent twice does: it
// is done once.
func TestDo_once(t *testing.T) {
	all := tries.New(tries.Options{})
	defer all.Close()
	one, err := all.Begin("ada", setup(t))
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		asked := one.Waits(t.Context()).Asked
		var done atomic.Int32
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				key := "1"
				_, err := one.Do(t.Context(), asked, simulator.Act{Digits: &key})
				switch {
				case err == nil:
					done.Add(1)
				case !errors.Is(err, tries.ErrMoved):
					t.Error(err)
				}
				one.Again(t.Context())
				_, _, _ = one.Session(t.Context())
			})
		}
		group.Wait()
		if done.Load() != 1 {
			t.Fatalf("done %d times", done.Load())
		}
	}
}

// TestClose ends tries that wait, and lets none begin.
func TestClose(t *testing.T) {
	all := tries.New(tries.Options{})
	one, err := all.Begin("ada", setup(t))
	if err != nil {
		t.Fatal(err)
	}
	one.Waits(t.Context())
	all.Close()
	if state := one.Now(); !one.Over() || state.Failed == "" {
		t.Errorf("%+v", state)
	}
	if _, err := all.Begin("ada", setup(t)); !errors.Is(err, tries.ErrMany) {
		t.Errorf("one begins after the end: %v", err)
	}
	if _, err := all.Of("ada", one.ID); !errors.Is(err, tries.ErrNone) {
		t.Errorf("it is still there: %v", err)
	}
}

// TestBounds lets so many begin in all, and forgets what is over first.
func TestBounds(t *testing.T) {
	all := tries.New(tries.Options{PerPerson: 2, InAll: 3})
	defer all.Close()
	begin := func(who string) *tries.Try {
		t.Helper()
		one, err := all.Begin(who, setup(t))
		if err != nil {
			t.Fatalf("%s: %v", who, err)
		}
		return one
	}
	first := begin("ada")
	begin("ada")
	begin("bob")
	for _, who := range []string{"ada", "bob"} {
		if _, err := all.Begin(who, setup(t)); !errors.Is(err, tries.ErrMany) {
			t.Errorf("one more of %s: %v", who, err)
		}
	}
	if _, err := first.Do(t.Context(), first.Waits(t.Context()).Asked, simulator.Act{HangUp: true}); err != nil {
		t.Fatal(err)
	}
	begin("bob") // the one that is over makes room
	if got := len(all.All("ada")); got != 1 {
		t.Errorf("ada has %d", got)
	}
}
