package api

import (
	"fmt"
	"net/http"
	"time"

	"texmlsrv/console/flowview"
)

// place is a step of a flow; both are "" outside of all: before a call begins,
// and after it ended.
type place struct {
	Flow string `json:"flow"`
	Step string `json:"step"`
}

// countsView are figures over all calls.
type countsView struct {
	Over     flowview.Over  `json:"over"`
	Standing []standingView `json:"standing"`
	Moves    []moveView     `json:"moves"`
	Outcomes []outcomeView  `json:"outcomes"`
	Releases []runningView  `json:"releases"`
}

type standingView struct {
	place
	Live  int       `json:"live"`
	Since time.Time `json:"since"` // when the call that waits longest was sent its document
}

type moveView struct {
	From  place  `json:"from"`
	To    place  `json:"to"`
	Rule  string `json:"rule"`
	Count int    `json:"count"`
}

type outcomeView struct {
	Flow    string `json:"flow"`
	Outcome string `json:"outcome"`
	Ending  string `json:"ending"`
	Count   int    `json:"count"`
}

// runningView says how many live calls go by a release.
type runningView struct {
	Release string `json:"release"`
	Flow    string `json:"flow"`
	Live    int    `json:"live"`
}

// counts tells where calls stand, and which ways they took lately.
func (a *api) counts(w http.ResponseWriter, r *http.Request) error {
	over, err := overAsked(r)
	if err != nil {
		return err
	}
	counts, err := a.Finder.Counts(r.Context(), spanOf(over))
	if err != nil {
		return fmt.Errorf("api: counts: %w", err)
	}
	v := countsView{over, []standingView{}, []moveView{}, []outcomeView{}, []runningView{}}
	for _, s := range counts.Standing {
		v.Standing = append(v.Standing, standingView{place{s.Flow, s.Step}, s.Live, s.Since.UTC()})
	}
	for _, m := range counts.Moves {
		v.Moves = append(v.Moves, moveView{place{m.From.Flow, m.From.Step}, place{m.To.Flow, m.To.Step}, m.Rule, m.Count})
	}
	for _, o := range counts.Outcomes {
		v.Outcomes = append(v.Outcomes, outcomeView{o.Flow, o.Outcome, o.Ending, o.Count})
	}
	for _, n := range counts.Releases {
		v.Releases = append(v.Releases, runningView{n.Release, n.Flow, n.Live})
	}
	return answer(w, r, v)
}
