package sessions

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrNotFound says that the store knows no session of the call.
var ErrNotFound = errors.New("sessions: no such session")

// NotFoundError is ErrNotFound with what arrived for the call before it began.
type NotFoundError struct {
	Early []Entry // oldest first
}

func (e *NotFoundError) Error() string { return ErrNotFound.Error() }

// Is makes it ErrNotFound to errors.Is.
func (e *NotFoundError) Is(target error) bool { return target == ErrNotFound }

// StaleError says that a session was changed since it was loaded. It brings
// the stored one along, so that deciding again costs no further round trip.
type StaleError struct {
	Current *Session // nil when the stored session is gone
}

func (e *StaleError) Error() string {
	if e.Current == nil {
		return "sessions: the session is gone"
	}
	return fmt.Sprintf("sessions: the session of call %s is at turn %d by now", e.Current.Call.SID, e.Current.Turn)
}

// Store keeps sessions and their timelines. Every method is one round trip,
// may be called from any goroutine, and fails with the context's or the
// server's error when the store cannot be reached.
type Store interface {
	// Load returns the session of a call with its document. For an unknown
	// call the error is a *NotFoundError.
	Load(ctx context.Context, callSID string) (*Session, error)

	// Commit stores s in place of revision s.Revision (0: of no session),
	// appends the entries to its timeline and refreshes every expiry, all in
	// one atomic step. It sets s.Revision to the stored one. When the stored
	// revision is another, nothing is changed and the error is a *StaleError.
	// The first commit of a call moves its early entries to the head of the
	// timeline.
	Commit(ctx context.Context, s *Session, entries ...Entry) error

	// Append adds an entry to a timeline without moving the session, and
	// returns the session as stored. For an unknown call the entry is kept for
	// ten minutes as an early one, and the error is ErrNotFound.
	Append(ctx context.Context, callSID string, entry Entry) (*Session, error)

	// Fetched does what Append does, and counts the entry as one more fetch of
	// the current document without a ticket. Commit starts the count anew.
	Fetched(ctx context.Context, callSID string, entry Entry) (*Session, int, error)

	// Timeline returns the entries of a call, oldest first; none for an
	// unknown call.
	Timeline(ctx context.Context, callSID string) ([]Entry, error)

	// Schedule notes that something is to be done about a call at an instant;
	// a call stands in the schedule once, with the latest instant given.
	Schedule(ctx context.Context, callSID string, at time.Time) error

	// Claim returns calls whose instant has come, at most limit of them, and
	// puts each off by lease, so that no other instance takes it meanwhile, and
	// one does if this one never settles it.
	Claim(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]string, error)

	// Hold is Claim of one call, for whoever scheduled it at an instant and
	// takes it up before others would. It reports false, and changes nothing,
	// when the call stands at another instant, to the millisecond: it was
	// claimed, or scheduled anew.
	Hold(ctx context.Context, callSID string, at, until time.Time) (bool, error)

	// Settle takes a call out of the schedule, if it stands there at the
	// instant given, to the millisecond: for a claimed call that is the end of
	// its lease. One that was scheduled anew meanwhile stays. One that is not
	// in the schedule is no error.
	Settle(ctx context.Context, callSID string, at time.Time) error

	// Secret returns the secret that all instances on this store share. The
	// first one to ask stores the proposed one.
	Secret(ctx context.Context, proposed []byte) ([]byte, error)

	// Ping reports whether the store answers.
	Ping(ctx context.Context) error
}
