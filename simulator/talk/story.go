// Package talk is what a conversation with a flow is made of, whoever leads it
// and wherever it is shown: what is heard, what can be done at each moment and
// how people write that, what was heard and done (Story), and the scenario that
// tells it again.
//
// It exists because people talk to flows at a terminal and in a browser, and both
// must understand them alike and save the same file.
package talk

import (
	"slices"

	"texmlsrv/simulator"
)

// Story is a conversation as it went, for whoever wants to tell it again. The
// zero value is one that has not begun.
type Story struct {
	Parts   []Part
	Behaves []simulator.Behaviour // of the first request

	pending []string // heard since the last part
}

// Part is what was heard, and the one thing that was done then.
type Part struct {
	Hears   []string
	Kind    string // of the moment: ai, gather …; listened where nothing was done
	Act     simulator.Act
	Untaken bool   // dial: it was answered, and whoever answered did not take the call
	Note    string // for who reads the scenario; "" for none
}

// So is the story so far, with what was heard last.
func (s *Story) So() Story {
	so := *s
	so.Parts = slices.Clone(s.Parts)
	if len(so.pending) > 0 {
		so.Parts = append(so.Parts, Part{Hears: so.pending, Kind: simulator.MomentListened})
		so.pending = nil
	}
	return so
}

// Heard notes words that the caller heard.
func (s *Story) Heard(text string) { s.pending = append(s.pending, text) }

// Acted notes what was done at a moment. What others on the line do is told with
// the dial that brought them there.
func (s *Story) Acted(m simulator.Moment, act simulator.Act) {
	if n := len(s.Parts); m.Leg != "" {
		if n > 0 && s.Parts[n-1].Kind == simulator.MomentDial {
			s.Parts[n-1].Untaken = act.Digits == nil
		}
		return
	}
	s.Parts = append(s.Parts, Part{Hears: s.pending, Kind: m.Kind, Act: act})
	s.pending = nil
}

// Again notes that the last request was sent once more.
func (s *Story) Again() {
	behaves := &s.Behaves
	if n := len(s.Parts); n > 0 {
		behaves = &s.Parts[n-1].Act.Behaves
	}
	i := slices.IndexFunc(*behaves, func(b simulator.Behaviour) bool { return b.Name == simulator.Duplicate })
	if i < 0 {
		*behaves = append(slices.Clone(*behaves), simulator.Behaviour{Name: simulator.Duplicate, Times: 1})
		return
	}
	*behaves = slices.Clone(*behaves)
	(*behaves)[i].Times = min(max((*behaves)[i].Times, 1)+1, mostRepeats)
}

// mostRepeats is how often a scenario can have a request come again.
const mostRepeats = 5
