package sessions

import (
	"context"
	"time"
)

// Audit is one thing that a person, or a program with a token, did or looked
// at. It never holds what a caller said, nor a value that was revealed.
type Audit struct {
	ID      string    `json:"id"` // unique; Record fills it in where it is empty
	At      time.Time `json:"at"`
	Who     string    `json:"who"`            // name of the person; for a sign-in that failed, the name tried
	Role    string    `json:"role,omitempty"` // that the person had then
	Action  string    `json:"action"`         // a word: view, reveal, export, sign-in …
	CallSID string    `json:"call_sid,omitempty"`
	Turn    int       `json:"turn,omitzero"`
	Detail  string    `json:"detail,omitempty"`  // what exactly: a name, a step, a search
	Why     string    `json:"why,omitempty"`     // as the person said
	Refused string    `json:"refused,omitempty"` // why it was not done; "" where it was
	From    string    `json:"from,omitempty"`    // network address, without port
}

// AuditQuery says which entries are wanted; conditions that are empty hold for
// all.
type AuditQuery struct {
	Who     string // whole name
	Action  string
	CallSID string
	From    time.Time // at or after it
	To      time.Time // before it
	After   string    // cursor of the page before; "" is the newest
	Limit   int       // at most; 0 is 50
}

// AuditPage is a part of the audit trail, newest first.
type AuditPage struct {
	Entries []Audit
	Next    string // cursor of what comes after, "" at the end. With filters a page may have few entries, or none, and still go on
}

// Auditor keeps what people did for as long as somebody may ask. Its methods
// may be called from any goroutine.
type Auditor interface {
	// Record keeps an entry. Recording one with the same id again changes
	// nothing.
	Record(ctx context.Context, a Audit) error

	// Audits returns what was recorded, newest first. While entries are added,
	// going on from a cursor neither repeats nor skips any. A cursor that was
	// never handed out is ErrCursor.
	Audits(ctx context.Context, q AuditQuery) (AuditPage, error)
}
