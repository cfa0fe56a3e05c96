package main

import (
	"context"
	"strings"
	"time"

	"texmlsrv/sessions"
	"texmlsrv/simulator/local"
	"texmlsrv/simulator/terminal"
)

// callKnown is what an application in this process knows of the call.
type callKnown struct {
	server  *local.Server
	lookups *callLookups
	sid     string
	told    int // entries of the timeline that were told
}

var _ terminal.Application = (*callKnown)(nil)

// News implements terminal.Application.
func (k *callKnown) News(ctx context.Context) []sessions.Entry {
	timeline, err := k.server.Timeline(ctx, k.sid)
	if err != nil || len(timeline) < k.told {
		return nil
	}
	news := timeline[k.told:]
	k.told = len(timeline)
	if s, err := k.server.Session(ctx, k.sid); err == nil {
		for i := range news {
			s.MaskEntry(&news[i])
		}
	}
	return news
}

// Session implements terminal.Application.
func (k *callKnown) Session(ctx context.Context) *sessions.Session {
	s, err := k.server.Session(ctx, k.sid)
	if err != nil {
		return nil
	}
	return s.Masked()
}

// Waited implements terminal.Application.
func (k *callKnown) Waited() time.Duration {
	waited := k.lookups.waited
	k.lookups.waited = 0
	return waited
}

// steps are all that the call was at, in order, as a scenario names them: one
// that was asked again once, and those of the flow that the call began with by
// their name alone.
func (k *callKnown) steps(ctx context.Context, flow string) []string {
	timeline, err := k.server.Timeline(ctx, k.sid)
	if err != nil {
		return nil
	}
	var steps []string
	last := ""
	for _, e := range timeline {
		if e.Kind != sessions.EntryTurn && e.Kind != sessions.EntryLost {
			continue
		}
		for _, v := range e.Path {
			at := v.Flow + "/" + v.Step
			if at == last {
				continue // asked again
			}
			last = at
			steps = append(steps, strings.TrimPrefix(at, flow+"/"))
		}
	}
	return steps
}
