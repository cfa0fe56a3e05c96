package metrics

import (
	"context"

	"texmlsrv/flows"
)

// Looker makes look-ups.
type Looker interface {
	Look(ctx context.Context, r flows.LookupRequest) flows.Found
}

// looker counts the look-ups of another.
type looker struct {
	Looker
	*Metrics
}

// Looker counts the look-ups that are made by another.
func (m *Metrics) Looker(by Looker) Looker { return &looker{by, m} }

// Look implements Looker.
func (l *looker) Look(ctx context.Context, r flows.LookupRequest) flows.Found {
	began := l.now()
	found := l.Looker.Look(ctx, r)
	outcome := found.Failed
	if outcome == "" {
		outcome = "ok"
	}
	flow := l.words.of("flow", r.Flow)
	l.lookups.WithLabelValues(flow, l.words.of("step", r.Step), l.words.of("lookup outcome", outcome)).Inc()
	l.lookupTimes.WithLabelValues(flow).Observe(l.now().Sub(began).Seconds())
	return found
}
