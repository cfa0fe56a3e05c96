package sessions

import (
	"cmp"
	"maps"
	"slices"
)

// Tally adds up Counts. The zero value is empty.
type Tally struct {
	standing map[Place]Standing
	moves    map[Move]int    // by what Count 0 says
	outcomes map[Outcome]int // likewise
	releases map[Running]int // by what Live 0 says
}

// Session counts where a live session stands, or what came of an ended one.
func (t *Tally) Session(s *Session) {
	if s.Ended() {
		t.Outcome(Outcome{Flow: s.Flow, Outcome: s.Outcome, Ending: s.Ending, Count: 1})
		return
	}
	if t.standing == nil {
		t.standing, t.releases = map[Place]Standing{}, map[Running]int{}
	}
	t.releases[Running{Release: s.Release, Flow: s.Flow}]++
	at := s.Place()
	standing, counted := t.standing[at]
	if !counted || s.SentAt.Before(standing.Since) {
		standing.Since = s.SentAt
	}
	standing.Place = at
	standing.Live++
	t.standing[at] = standing
}

// Moves counts ways that were taken.
func (t *Tally) Moves(moves []Move) {
	if t.moves == nil {
		t.moves = map[Move]int{}
	}
	for _, m := range moves {
		t.moves[Move{From: m.From, To: m.To, Rule: m.Rule}] += m.Count
	}
}

// Outcome counts ends of calls.
func (t *Tally) Outcome(o Outcome) {
	if t.outcomes == nil {
		t.outcomes = map[Outcome]int{}
	}
	t.outcomes[Outcome{Flow: o.Flow, Outcome: o.Outcome, Ending: o.Ending}] += o.Count
}

// Counts are what was counted, in order. What adds up to nothing is left out.
func (t *Tally) Counts() Counts {
	c := Counts{Standing: slices.Collect(maps.Values(t.standing))}
	for m, n := range t.moves {
		if m.Count = n; n > 0 {
			c.Moves = append(c.Moves, m)
		}
	}
	for o, n := range t.outcomes {
		if o.Count = n; n > 0 {
			c.Outcomes = append(c.Outcomes, o)
		}
	}
	for r, n := range t.releases {
		c.Releases = append(c.Releases, Running{r.Release, r.Flow, n})
	}
	slices.SortFunc(c.Standing, func(a, b Standing) int { return comparePlaces(a.Place, b.Place) })
	slices.SortFunc(c.Moves, func(a, b Move) int {
		return cmp.Or(comparePlaces(a.From, b.From), comparePlaces(a.To, b.To), cmp.Compare(a.Rule, b.Rule))
	})
	slices.SortFunc(c.Releases, func(a, b Running) int {
		return cmp.Or(cmp.Compare(a.Release, b.Release), cmp.Compare(a.Flow, b.Flow))
	})
	slices.SortFunc(c.Outcomes, func(a, b Outcome) int {
		return cmp.Or(cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Ending, b.Ending))
	})
	return c
}

func comparePlaces(a, b Place) int {
	return cmp.Or(cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Step, b.Step))
}
