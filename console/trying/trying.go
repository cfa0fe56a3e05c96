// Package trying is how a person tries a flow, by a form or by a program: what
// call it is to be and what is done in it are read in one way, it is written down,
// and it is said by field what cannot be.
//
// The calls themselves are those of package tries; this package only stands before
// it.
package trying

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"texmlsrv/console/tries"
	"texmlsrv/console/web"
	"texmlsrv/flows"
)

// Action is the audit trail's word for tries.
const Action = "try"

// BodyMost is how many bytes a request may bring that sets up a try, or says what
// is done in one: what look-ups bring is in it.
const BodyMost = 256 << 10

// budget is how long an answer waits for what comes of an act.
const budget = 10 * time.Second

// TooMany is what tries.ErrMany means, and what can be done.
const TooMany = "There are too many tries already. End one of yours, or wait until somebody else's is over."

// Wrong says why something that was sent cannot be, by the field that it was sent
// in: from, variables.floors, lookups.shop/find, values.party.guests.
type Wrong map[string]string

// Desk is where flows are tried from.
type Desk struct {
	Tries  *tries.Tries          // nil: nothing can be tried
	Served func() *flows.Release // nil: nobody knows the flows
	Now    func() time.Time
}

// Flows are those that can be tried, or why there are none.
func (d Desk) Flows() (*flows.Release, error) {
	if d.Tries == nil || d.Served == nil {
		return nil, web.Refuse(http.StatusNotFound, "Flows cannot be tried here", "This console does not know the flows.")
	}
	return d.Served(), nil
}

// Owner is whose the tries are that a request can be about.
func Owner(r *http.Request) string {
	who := web.Who(r)
	return who.By + " " + who.Name
}

// All are the tries of who asks, newest first.
func (d Desk) All(r *http.Request) []*tries.Try {
	if d.Tries == nil {
		return nil
	}
	return d.Tries.All(Owner(r))
}

// Of is the try that a request is about by its {id}.
func (d Desk) Of(r *http.Request) (*tries.Try, error) {
	gone := web.Refuse(http.StatusNotFound, "There is no such try", "A try belongs to who began it, and ends when nobody touches it for 20 minutes. Begin another one.")
	if d.Tries == nil {
		return nil, gone
	}
	t, err := d.Tries.Of(Owner(r), r.PathValue("id"))
	if err != nil {
		return nil, gone
	}
	web.Note(r, t.Flow+" "+t.ID, "")
	return t, nil
}

// Begin begins a try, if it can be as it is wanted, and has it written down
// before. The error may be tries.ErrMany.
func (d Desk) Begin(r *http.Request, w Wish) (*tries.Try, Wrong, error) {
	release, err := d.Flows()
	if err != nil {
		return nil, nil, err
	}
	setup, wrong := w.Setup(release, d.Now())
	if len(wrong) > 0 {
		return nil, wrong, nil
	}
	web.Note(r, setup.Flow, "")
	if err := web.Record(r); err != nil {
		return nil, nil, err //nolint:wrapcheck // it is an answer
	}
	t, err := d.Tries.Begin(Owner(r), setup)
	return t, nil, err //nolint:wrapcheck // it says whose it is
}

// Waits gives a try once something is waited for, or it is over; as it stands when
// that takes long.
func (Desk) Waits(ctx context.Context, t *tries.Try) tries.State {
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	return t.Waits(ctx)
}

// Act does something at the moment of a try at which something was waited for for
// the asked-th time, if it can be done, and has it written down before. The error
// may be tries.ErrMoved.
func (Desk) Act(r *http.Request, t *tries.Try, asked int, deed Deed) (tries.State, Wrong, error) {
	ctx, cancel := context.WithTimeout(r.Context(), budget)
	defer cancel()
	state := t.Waits(ctx)
	if state.Moment == nil || state.Asked != asked {
		return state, nil, tries.ErrMoved
	}
	act, wrong := deed.Act(*state.Moment)
	if len(wrong) > 0 {
		return state, wrong, nil
	}
	if err := web.Record(r); err != nil {
		return state, nil, err //nolint:wrapcheck // it is an answer
	}
	state, err := t.Do(ctx, asked, act)
	return state, nil, err //nolint:wrapcheck // it says whose it is
}

// Again sends the last request of a try once more.
func (Desk) Again(r *http.Request, t *tries.Try) error {
	if err := web.Record(r); err != nil {
		return err //nolint:wrapcheck // it is an answer
	}
	t.Again(r.Context())
	return nil
}

// End gives a try up.
func (d Desk) End(r *http.Request, t *tries.Try) error {
	if err := web.Record(r); err != nil {
		return err //nolint:wrapcheck // it is an answer
	}
	if err := d.Tries.End(Owner(r), t.ID); err != nil && !errors.Is(err, tries.ErrNone) {
		return fmt.Errorf("trying: %w", err)
	}
	return nil
}
