package terminal

import "texmlsrv/simulator"

// Story is a conversation as it went, for whoever wants to tell it again.
type Story struct {
	Parts    []Part
	Repeated int // how often the first request was sent again

	file    string
	pending []string // heard since the last part
}

// Part is what was heard, and the one thing that was done then.
type Part struct {
	Hears    []string
	Moment   simulator.Moment
	Act      simulator.Act
	Repeated int  // how often the request that followed was sent again
	Untaken  bool // dial: it was answered, and whoever answered did not take the call
}

// Story is the conversation so far.
func (c *Conversation) Story() Story {
	s := c.story
	if len(s.pending) > 0 {
		s.Parts = append(s.Parts[:len(s.Parts):len(s.Parts)], Part{Hears: s.pending, Moment: simulator.Moment{Kind: simulator.MomentListened}})
	}
	return s
}

func (s *Story) heard(text string) { s.pending = append(s.pending, text) }

func (s *Story) listened(m simulator.Moment) { s.acted(m, simulator.Act{}) }

// acted notes what was done. What others on the line do is told with the dial
// that brought them there.
func (s *Story) acted(m simulator.Moment, act simulator.Act) {
	if n := len(s.Parts); m.Leg != "" {
		if n > 0 && s.Parts[n-1].Moment.Kind == simulator.MomentDial {
			s.Parts[n-1].Untaken = act.Digits == nil
		}
		return
	}
	s.Parts = append(s.Parts, Part{Hears: s.pending, Moment: m, Act: act})
	s.pending = nil
}

// again notes that the last request was sent once more.
func (s *Story) again() {
	if len(s.Parts) == 0 {
		s.Repeated++
		return
	}
	s.Parts[len(s.Parts)-1].Repeated++
}
