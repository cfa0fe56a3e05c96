package flowview

import (
	"context"
	"errors"
	"fmt"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// Releases are the flows that this process has. *calls.Service is one.
type Releases interface {
	// Release is the one that new calls begin with, and ServedSince since when.
	Release() *flows.Release
	ServedSince() time.Time
	// ReleaseOf is the one with an id; nil where it is gone.
	ReleaseOf(id string) *flows.Release
}

// Counter counts what calls do. A sessions.Finder is one.
type Counter interface {
	Counts(ctx context.Context, span sessions.Span) (sessions.Counts, error)
}

// Source is where Given comes from.
type Source struct {
	Releases Releases
	Counter  Counter
	Checked  func() Checked // nil: nobody knows what check finds
}

// Given gathers what is known now, with the counts of the spans. Where counts
// cannot be had, the rest is given all the same, and the error says why.
func (s Source) Given(ctx context.Context, spans ...Over) (*Given, error) {
	g := &Given{Release: s.Releases.Release(), Since: s.Releases.ServedSince()}
	g.Kept = func(id string) bool { return s.Releases.ReleaseOf(id) != nil }
	if s.Checked != nil {
		g.Checked = s.Checked()
	}
	var failed []error
	for _, over := range spans {
		span, to := sessions.LastHour, &g.Hour
		if over == Day {
			span, to = sessions.LastDay, &g.Day
		}
		counts, err := s.Counter.Counts(ctx, span)
		if err != nil {
			failed = append(failed, fmt.Errorf("counts of the last %s: %w", over, err))
			continue
		}
		*to = &counts
	}
	return g, errors.Join(failed...)
}
