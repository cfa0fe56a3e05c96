package console

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"texmlsrv/sessions"
)

// slowTrail takes what is recorded the third time it is asked to.
type slowTrail struct {
	sessions.Auditor
	asked int
	ids   map[string]bool
}

func (s *slowTrail) Record(_ context.Context, a sessions.Audit) error {
	s.asked++
	s.ids[a.ID] = true
	if s.asked%3 != 0 {
		return errors.New("the store is busy")
	}
	return nil
}

// TestPatient records although the store is slow at first, as one entry, and not
// for somebody who is gone.
func TestPatient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trail := &slowTrail{ids: map[string]bool{}}
		if err := (patient{trail}).Record(t.Context(), sessions.Audit{Who: "ada"}); err != nil || trail.asked != 3 || len(trail.ids) != 1 {
			t.Errorf("%v after %d tries, as %d entries", err, trail.asked, len(trail.ids))
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := (patient{trail}).Record(gone, sessions.Audit{}); err == nil || trail.asked > 4 {
			t.Errorf("%v after %d tries", err, trail.asked-3)
		}
	})
}
