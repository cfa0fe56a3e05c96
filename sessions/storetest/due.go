package storetest

import (
	"slices"
	"sync"
	"testing"
	"time"
)

// noon is an instant for schedules; the store's own clock plays no part in them.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func testDue(t *testing.T, h Harness) {
	succeed(t, h.Store.Schedule(t.Context(), "late", noon.Add(time.Hour)))
	succeed(t, h.Store.Schedule(t.Context(), "now", noon))
	succeed(t, h.Store.Schedule(t.Context(), "moved", noon))
	succeed(t, h.Again().Schedule(t.Context(), "moved", noon.Add(2*time.Hour)))

	equal(t, "before the instant", claim(t, h, noon.Add(-time.Second)), []string{})
	equal(t, "at the instant", claim(t, h, noon), []string{"now"})
	equal(t, "while it is claimed", claim(t, h, noon.Add(29*time.Second)), []string{})
	equal(t, "after the lease", claim(t, h, noon.Add(31*time.Second)), []string{"now"})
	leased := noon.Add(31*time.Second + 30*time.Second)
	succeed(t, h.Store.Settle(t.Context(), "now", leased.Add(-time.Millisecond)))
	equal(t, "when it was scheduled anew", claim(t, h, leased), []string{"now"})
	succeed(t, h.Store.Settle(t.Context(), "now", leased.Add(30*time.Second)))
	succeed(t, h.Store.Settle(t.Context(), "never scheduled", noon))
	equal(t, "when it is settled", claim(t, h, noon.Add(time.Hour)), []string{"late"})
	equal(t, "the one that was moved", claim(t, h, noon.Add(2*time.Hour)), []string{"late", "moved"})
	testHold(t, h)
	expire(t, h, retain)
}

// testHold takes a call up before it is due: nobody else gets it meanwhile, and
// who held it settles it.
func testHold(t *testing.T, h Harness) {
	soon, until := noon.Add(3*time.Hour), noon.Add(4*time.Hour)
	hold := func(at time.Time) bool {
		held, err := h.Store.Hold(t.Context(), "held", at, until)
		succeed(t, err)
		return held
	}
	succeed(t, h.Again().Schedule(t.Context(), "held", soon.Add(400*time.Microsecond)))
	equal(t, "held at another instant", hold(soon.Add(time.Millisecond)), false)
	equal(t, "held", hold(soon), true)
	equal(t, "held again", hold(soon), false)
	equal(t, "while it is held", slices.Contains(claim(t, h, until.Add(-time.Millisecond)), "held"), false)
	succeed(t, h.Store.Settle(t.Context(), "held", until))
	equal(t, "when it is settled", slices.Contains(claim(t, h, until), "held"), false)
	equal(t, "held, in no schedule", hold(soon), true)
	equal(t, "after it was held", slices.Contains(claim(t, h, until), "held"), true)
	equal(t, "held when it was claimed", hold(soon), false)
}

func claim(t *testing.T, h Harness, now time.Time) []string {
	t.Helper()
	due, err := h.Again().Claim(t.Context(), now, 30*time.Second, 10)
	succeed(t, err)
	slices.Sort(due)
	return due
}

// testDueOnce has several instances claim at once: each call goes to one.
func testDueOnce(t *testing.T, h Harness) {
	for _, sid := range []string{"a", "b", "c", "d", "e", "f"} {
		succeed(t, h.Store.Schedule(t.Context(), sid, noon))
	}
	var mu sync.Mutex
	var all []string
	var wg sync.WaitGroup
	for range 4 {
		store := h.Again()
		wg.Go(func() {
			due, err := store.Claim(t.Context(), noon, time.Minute, 4)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, due...)
		})
	}
	wg.Wait()
	slices.Sort(all)
	equal(t, "claimed", all, []string{"a", "b", "c", "d", "e", "f"})
}
