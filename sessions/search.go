package sessions

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
)

// PageLimit is how many sessions a page holds where a query does not say, and
// PageMost how many it holds at most.
const (
	PageLimit = 50
	PageMost  = 500
)

// ErrCursor says that the text given for Query.After, or AuditQuery.After, is no
// cursor of a page.
var ErrCursor = errors.New("sessions: no such place in the list")

// Query says which sessions are looked for. Every field that is set narrows it
// down; the zero value finds all.
type Query struct {
	Number string // of either side, as people type it: see ReadNumber
	SID    string // of the call, whole or its beginning
	Text   string // words said, gathered, of summary and outcome: all of them, the last may be cut off

	Flow, Step string // where the call stands, or stood when it ended
	Live       *bool  // true: running calls, false: ended ones, nil: both
	Outcome    string // the flow's label
	Ending     string // the platform's final word: completed, busy …
	Release    string // that the call began with

	From, To      time.Time     // began at or after, before
	WaitingLonger time.Duration // live, and the current document was sent longer ago

	Degraded   bool // decided without the store, or after it had lost turns
	Duplicates bool // a request came twice
	Problems   bool // something went wrong: a rule, a bound, the release, the store

	Limit int    // at most so many sessions; 0 is PageLimit
	After string // Page.Next of the page before; "" for the first
}

// Page is a part of what a query found.
type Page struct {
	// Sessions are newest first: by the millisecond they began, then by SID.
	// They are as stored, without their documents: what is sensitive in them is
	// for the reader to mask. A page may hold fewer than Limit, even none,
	// though there are more: a search stops after a bounded amount of work.
	Sessions []*Session

	Next  string // Query.After of the next page; "" when there is none. It stays good while calls come and go
	More  bool   // there is, or may be, a next page
	About int    // how many there are on all pages: exact when all are known, else an estimate
}

// Finder finds sessions. What it goes by may lag behind the store by a moment;
// what it returns was checked against the sessions as they are.
type Finder interface {
	// Search returns a page. The error is ErrCursor, the context's or the
	// store's.
	Search(ctx context.Context, q Query) (Page, error)

	// Counts returns where calls stand and which ways they took lately.
	Counts(ctx context.Context, span Span) (Counts, error)
}

// Size is how many sessions a page of this query holds at most.
func (q Query) Size() int {
	if q.Limit <= 0 {
		return PageLimit
	}
	return min(q.Limit, PageMost)
}

// OnlyLive reports whether the query finds running calls alone.
func (q Query) OnlyLive() bool { return q.WaitingLonger > 0 || q.Live != nil && *q.Live }

// OnlyEnded reports whether the query finds ended calls alone.
func (q Query) OnlyEnded() bool { return q.Ending != "" || q.Live != nil && !*q.Live }

// Matches reports whether the query finds a session at an instant.
func (q Query) Matches(s *Session, now time.Time) bool {
	return q.MatchesFields(s, now) && q.MatchesText(s)
}

// MatchesFields does what Matches does, with Text left out of account.
func (q Query) MatchesFields(s *Session, now time.Time) bool {
	switch {
	case q.OnlyLive() && s.Ended(), q.OnlyEnded() && !s.Ended():
	case q.WaitingLonger > 0 && now.Sub(s.SentAt) <= q.WaitingLonger:
	case !q.From.IsZero() && s.BeganAt.Before(q.From), !q.To.IsZero() && !s.BeganAt.Before(q.To):
	case !is(q.Flow, s.Flow), !is(q.Step, s.Step), !is(q.Outcome, s.Outcome), !is(q.Ending, s.Ending), !is(q.Release, s.Release):
	case q.Degraded && !s.Degraded(), q.Duplicates && s.Duplicates == 0, q.Problems && !s.Troubled():
	case !strings.HasPrefix(s.Call.SID, q.SID):
	default:
		n := ReadNumber(q.Number)
		return n.Matches(s.Call.From) || n.Matches(s.Call.To)
	}
	return false
}

// MatchesText reports whether a session has the words of the query.
func (q Query) MatchesText(s *Session) bool {
	if q.Text == "" {
		return true
	}
	return HasWords(s.words(), Words(q.Text))
}

// is reports whether a value is the wanted one, if one is wanted.
func is(wanted, value string) bool { return wanted == "" || wanted == value }

// Cursor is a place in a list of sessions: after the session it names.
type Cursor struct {
	Began time.Time // to the millisecond
	SID   string
	Seen  int // sessions on the pages so far
	About int // what the first page said
}

// CursorAt is the place after a session.
func CursorAt(s *Session) Cursor {
	return Cursor{Began: s.BeganAt.Truncate(time.Millisecond).UTC(), SID: s.Call.SID}
}

// String is the cursor as Page.Next holds it.
func (c Cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(
		fmt.Appendf(nil, "%d %d %d %s", c.Began.UnixMilli(), c.Seen, c.About, c.SID))
}

// ParseCursor reads what String wrote. "" is nil: before the first session.
func ParseCursor(text string) (*Cursor, error) {
	if text == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, ErrCursor
	}
	var c Cursor
	var millis int64
	if _, err := fmt.Sscanf(string(raw), "%d %d %d %s", &millis, &c.Seen, &c.About, &c.SID); err != nil || c.Seen < 0 || c.About < 0 {
		return nil, ErrCursor
	}
	c.Began = time.UnixMilli(millis).UTC()
	return &c, nil
}

// Before reports whether c comes before other in a list, newest first.
func (c Cursor) Before(other Cursor) bool {
	return cmp.Or(c.Began.Compare(other.Began), strings.Compare(c.SID, other.SID)) > 0
}
