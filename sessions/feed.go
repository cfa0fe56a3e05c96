package sessions

import (
	"context"
	"slices"
	"time"
)

// Change says that something happened to a call. Several in a moment are told
// as one.
type Change struct {
	SID  string    `json:"sid"` // "" says that changes may have been missed: what is shown is to be read again
	Turn int       `json:"turn,omitzero"`
	Live bool      `json:"live,omitzero"` // false: it has ended
	At   time.Time `json:"at,omitzero"`   // when this was noticed, to the millisecond
}

// Feed tells what changes, over all instances on one store.
type Feed interface {
	// Subscribe returns changes from now on, until the context ends: then the
	// channel is closed. Whoever reads too slowly misses some and is told so.
	Subscribe(ctx context.Context) (<-chan Change, error)
}

// Span is how far back counts go.
type Span int

// Spans that are counted, to ten minutes.
const (
	LastHour Span = iota
	LastDay
)

// Counts are figures over all calls. They are for people to look at: counts of
// a moment in which the store was away may be missing.
type Counts struct {
	Standing []Standing // where live calls stand, by flow and step
	Moves    []Move     // which ways turns took in the span, by flow and step
	Outcomes []Outcome  // what came of calls that ended in the span, by flow, outcome and ending
	Releases []Running  // which releases live calls go by, by release and flow
}

// Place is a step of a flow. The zero value is outside of all: where calls come
// from and where they end.
type Place struct{ Flow, Step string }

// Standing is how many live calls stand at a step.
type Standing struct {
	Place
	Live  int
	Since time.Time // when the one that waits longest was sent its document
}

// Running is how many live calls go by a release and stand in a flow.
type Running struct {
	Release, Flow string
	Live          int
}

// Move is how many turns went from one step to another by a rule.
type Move struct {
	From, To Place  // from a flow alone, without step: a URL in a document led from somewhere in it, or a person did
	Rule     string // as timelines name it: next[0]; "" where no rule did: the question was asked again, a flow was entered or came back, the call began or ended
	Count    int
}

// RulePerson is the Rule of a Move where a person took a call to a step.
const RulePerson = "person"

// Outcome is how many calls ended in one way.
type Outcome struct {
	Flow    string // where they ended
	Outcome string // the flow's label; "" for none
	Ending  string // the platform's final word
	Count   int
}

// Moves are the ways that an entry says its turn took, which left the session
// at a place: from the step where it was decided over all on the way, into the
// first one when the call begins, and out of the last one when it ends. A
// question that is asked again is a way from its step to itself.
func (e *Entry) Moves(at Place) []Move {
	var moves []Move
	from, rule, known := e.decidedAt()
	for _, visit := range e.Path {
		to := Place{visit.Flow, visit.Step}
		if known {
			moves = append(moves, Move{from, to, rule, 1})
		}
		from, rule, known = to, visit.led(), true
	}
	if e.Kind == EntryTurn && e.Attempt > 1 {
		at := Place{e.Flow, e.Step}
		if from != at {
			rule = ""
		}
		moves = append(moves, Move{at, at, rule, 1})
	}
	if e.Ended != "" {
		moves = append(moves, Move{From: at, Count: 1})
	}
	return moves
}

// decidedAt is where a turn came from before the first step of its path; known
// is false where that is the first step itself, or nothing moved.
func (e *Entry) decidedAt() (from Place, rule string, known bool) {
	switch {
	case len(e.Path) == 0:
		return Place{}, "", false
	case e.Help != nil && e.Help.Step != "":
		return Place{Flow: e.Path[0].Flow}, RulePerson, true
	case e.Kind == EntryTurn && e.Turn == 1:
		return Place{}, "", true
	}
	linked := e.Kind == EntryTurn && e.Request != nil && e.Request.Via == "step"
	return Place{Flow: e.Path[0].Flow}, "", linked
}

// led is the rule that led on from a step; "" for none.
func (v *Visit) led() string {
	for _, t := range slices.Backward(v.Tried) {
		if t.Goto != "" {
			return t.Rule
		}
	}
	return ""
}

// Place is where a session stands.
func (s *Session) Place() Place { return Place{s.Flow, s.Step} }
