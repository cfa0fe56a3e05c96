package calls

import (
	"maps"
	"slices"
	"sync"
	"time"

	"texmlsrv/sessions"
)

const (
	// parkedNote is what the entries of such a call say.
	parkedNote = "the number is on a Call Control application: put it on a TeXML application"
	// parkedFor is how long a number is told of after its last call.
	parkedFor = time.Hour
	// numbersLimit is how many numbers are remembered; then it begins anew.
	numbersLimit = 1024
)

// Parked is a number whose calls wait for commands, and reach no flow: it is on
// a Call Control application, which fetches no documents.
type Parked struct {
	Number string    // "" when the event named none
	At     time.Time // of the last call that this process was told of
}

// Parked are the numbers whose calls reached no flow in the last hour, as far as
// this process was told, in order.
func (s *Service) Parked() []Parked {
	return s.parked.since(s.Now().Add(-parkedFor))
}

// explainParked logs, once for a number, why its calls reach no flow.
func (p *placing) explainParked() {
	if !p.parked.add(p.request.Call.To, p.Now()) {
		return
	}
	p.Log.Warn("a call waits for commands: its number is on a Call Control application, which fetches no documents; put the number on a TeXML application",
		"call_sid", p.request.Call.SID, "number", sessions.MaskNumber(p.request.Call.To), "connection_id", p.request.Event.Connection)
}

// numbers are telephone numbers and when they were last called. They are ready
// to use, and safe for concurrent use.
type numbers struct {
	mu     sync.Mutex
	called map[string]time.Time
}

// add reports whether the number is new.
func (n *numbers) add(number string, at time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, known := n.called[number]
	if n.called == nil || !known && len(n.called) >= numbersLimit {
		n.called = map[string]time.Time{}
	}
	n.called[number] = at
	return !known
}

// since are those that were called after an instant.
func (n *numbers) since(instant time.Time) []Parked {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []Parked
	for _, number := range slices.Sorted(maps.Keys(n.called)) {
		if at := n.called[number]; at.After(instant) {
			all = append(all, Parked{number, at})
		}
	}
	return all
}
