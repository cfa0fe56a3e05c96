package trying

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"texmlsrv/simulator"
	"texmlsrv/simulator/talk"
)

// Misbehaviour is how a request of Telnyx is to misbehave.
type Misbehaviour struct {
	Behaves []string `json:"behaves"` // in the words of scenarios
	Times   int      `json:"times"`   // how often it comes again, 1 to 5; 0 is 1
	Delay   int      `json:"delay"`   // by how many seconds, 1 to 600; 0 is 3
	Fault   string   `json:"fault"`   // how the API goes wrong; "" is down
}

const (
	timesMost = 5
	delayMost = 600
)

// behaves is that of the request after a moment of a kind; "" is the first one of
// the call.
func (m Misbehaviour) behaves(kind string, wrong Wrong) []simulator.Behaviour {
	var out []simulator.Behaviour
	var known []string
	for _, w := range talk.Misbehaviours(kind) {
		known = append(known, w.Name)
		if slices.Contains(m.Behaves, w.Name) {
			out = append(out, m.one(w.Name))
		}
	}
	if slices.ContainsFunc(m.Behaves, func(name string) bool { return !slices.Contains(known, name) }) {
		wrong["behaves"] = "It can misbehave so here: " + strings.Join(known, ", ") + "."
	}
	if m.Times < 0 || m.Times > timesMost {
		wrong["times"] = fmt.Sprintf("It is a number from 1 to %d.", timesMost)
	}
	if m.Delay < 0 || m.Delay > delayMost {
		wrong["delay"] = fmt.Sprintf("It is a number of seconds from 1 to %d.", delayMost)
	}
	if m.Fault != "" && !slices.Contains(simulator.APIFaults(), m.Fault) {
		wrong["fault"] = "It can go wrong so: " + strings.Join(simulator.APIFaults(), ", ") + "."
	}
	return out
}

func (m Misbehaviour) one(name string) simulator.Behaviour {
	b := simulator.Behaviour{Name: name}
	switch name {
	case simulator.Duplicate, simulator.LateDuplicate:
		b.Times = max(m.Times, 1)
	case simulator.Delay:
		b.Delay = 3 * time.Second
		if m.Delay > 0 {
			b.Delay = time.Duration(m.Delay) * time.Second
		}
	case simulator.API:
		b.Fault = m.Fault
	}
	return b
}
