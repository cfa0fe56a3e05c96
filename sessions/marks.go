package sessions

import "maps"

// Mark is something that happened to a call and that staff look for.
type Mark string

// Marks that a session may have.
const (
	MarkRuleFailed  Mark = "rule_failed"  // a rule could not be evaluated
	MarkApology     Mark = "apology"      // the caller heard the apology
	MarkReleaseLost Mark = "release_lost" // it went on with flows other than those it began with
	MarkTurnsLost   Mark = "turns_lost"   // the store had lost turns; it went on from what the ticket knew
	MarkDegraded    Mark = "degraded"     // a turn was decided while the store did not answer
)

// Mark notes once more that something happened. The session that this one was
// copied from stays as it is.
func (s *Session) Mark(m Mark) {
	marks := maps.Clone(s.Marks)
	if marks == nil {
		marks = map[Mark]int{}
	}
	marks[m]++
	s.Marks = marks
}

// MarkBy marks what an entry that goes with the session tells: rules that
// failed, turns that were lost.
func (s *Session) MarkBy(e Entry) {
	if e.Kind == EntryLost {
		s.Mark(MarkTurnsLost)
	}
	for _, visit := range e.Path {
		for _, tried := range visit.Tried {
			if tried.Problem != "" {
				s.Mark(MarkRuleFailed)
			}
		}
	}
}

// Degraded reports whether a turn was decided without the store, or after it
// had lost some.
func (s *Session) Degraded() bool { return s.Marks[MarkDegraded] > 0 || s.Marks[MarkTurnsLost] > 0 }

// Troubled reports whether something went wrong that somebody should look at. A
// store that was away for a moment is not that; what it lost is.
func (s *Session) Troubled() bool {
	return s.Escaped || s.Marks[MarkRuleFailed] > 0 || s.Marks[MarkApology] > 0 ||
		s.Marks[MarkReleaseLost] > 0 || s.Marks[MarkTurnsLost] > 0
}
