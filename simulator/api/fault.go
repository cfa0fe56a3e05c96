package api

import (
	"context"
	"time"
)

// Fault is how one request goes wrong. Its parts add up; the zero Fault is none.
type Fault struct {
	Delay   time.Duration // before anything happens; the client may give up meanwhile
	Drop    bool          // the connection is closed, and nothing happens
	Failure *Failure      // is answered, and nothing happens
	Lose    bool          // the request is carried out, and the connection closed without an answer
	Body    []byte        // is answered with 200 instead of Telnyx's shape
}

// Script has the next requests go wrong, in order, one Fault for each; those
// that come after are well again. A request that is wrong by itself uses a Fault
// up, and is told so. Faults that are scripted later wait their turn.
func (a *API) Script(faults ...Fault) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.script = append(a.script, faults...)
}

// next is the fault of a request: the one that was scripted, or what Options.Fault
// says.
func (a *API) next(in Received) Fault {
	if fault, scripted := a.scripted(); scripted {
		return fault
	}
	if a.o.Fault == nil {
		return Fault{}
	}
	return a.o.Fault(in)
}

func (a *API) scripted() (Fault, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.script) == 0 {
		return Fault{}, false
	}
	fault := a.script[0]
	a.script = a.script[1:]
	return fault, true
}

// wait waits, and reports whether the client still does.
func wait(ctx context.Context, f Fault) bool {
	if f.Delay <= 0 {
		return true
	}
	timer := time.NewTimer(f.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
