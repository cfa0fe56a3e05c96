// Package flowview is flows as staff read of them: which there are, what calls
// did in them lately, what is wrong with them and what they are written in. It is
// pure; pages and the API tell the same by it.
package flowview

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"texmlsrv/flows"
	"texmlsrv/flows/problems"
	"texmlsrv/sessions"
)

// Over is how far back figures go, as addresses name it.
type Over string

// The spans of figures.
const (
	Hour Over = "hour"
	Day  Over = "day"
)

// ParseOver reads an Over; "" is Hour, and ok is false for any other text.
func ParseOver(text string) (over Over, ok bool) {
	over = Over(cmp.Or(text, string(Hour)))
	return over, over == Hour || over == Day
}

// Checked is what check found in the flows.
type Checked struct {
	Found   problems.List // files are named from the folder of the flows
	Refused bool          // the flows were saved and, with these problems, are not served
	At      time.Time     // when they were saved; zero where that does not matter
}

// Given is what the views are made of.
type Given struct {
	Release *flows.Release       // that new calls begin with
	Since   time.Time            // since when; zero is not known
	Kept    func(id string) bool // whether this process has a release; nil is not known
	Checked Checked

	Hour, Day *sessions.Counts // nil where they could not be had
}

// over are the counts of a span.
func (g *Given) over(o Over) *sessions.Counts {
	if o == Day {
		return g.Day
	}
	return g.Hour
}

// Release is the release that new calls begin with.
type Release struct {
	ID    string    `json:"id"`
	Since time.Time `json:"since,omitzero"` // on this server
}

// Older is a release other than the served one that live calls go by.
type Older struct {
	Release string `json:"release"`
	Live    int    `json:"live"`
	Kept    bool   `json:"kept"` // this process has it; else calls go on with what is served
}

// Overview is all flows.
type Overview struct {
	Release  Release   `json:"release"`
	Older    []Older   `json:"older"`
	Counted  bool      `json:"counted"` // the figures are known; else all are 0
	Live     int       `json:"live"`    // calls that go on now
	Flows    []Entry   `json:"flows"`
	Problems []Problem `json:"problems"` // of all flows, and of the files that they share
	Refused  bool      `json:"refused"`  // the problems keep what was saved from being served
	Saved    time.Time `json:"saved,omitzero"`
}

// Entry is a flow among others.
type Entry struct {
	Name    string    `json:"name"`
	Title   string    `json:"title,omitempty"`
	Default bool      `json:"default"`        // calls to numbers that are not listed begin with it
	Numbers []string  `json:"numbers"`        // that lead to it
	Places  int       `json:"step_count"`     // how many steps it has
	Live    int       `json:"live"`           // calls that stand in it now
	Since   time.Time `json:"since,omitzero"` // when the one that waits longest was sent its document

	Hour Figures `json:"hour"`
	Day  Figures `json:"day"`

	Errors   int `json:"errors"`   // of its problems
	Warnings int `json:"warnings"` // likewise
}

// Figures are what calls did in a flow in a span.
type Figures struct {
	Calls    int       `json:"calls"` // that began in it
	Came     int       `json:"came"`  // that came to it from other flows
	Ended    int       `json:"ended"` // that ended in it: the sum of Outcomes
	Outcomes []Outcome `json:"outcomes"`
}

// Outcome is how many calls ended in one way.
type Outcome struct {
	Outcome string `json:"outcome,omitempty"` // the flow's label; "" for none
	Ending  string `json:"ending,omitempty"`  // the platform's final word
	Count   int    `json:"count"`
}

// Of is the overview of all flows.
func Of(g *Given) *Overview {
	o := &Overview{
		Release: g.release(), Older: g.older(""), Counted: g.Hour != nil && g.Day != nil,
		Problems: problemsOf(g.Checked.Found), Refused: g.Checked.Refused, Saved: g.Checked.At,
	}
	if counts := cmp.Or(g.Hour, g.Day); counts != nil {
		for _, s := range counts.Standing { // also in flows that are not served any more
			o.Live += s.Live
		}
	}
	for _, name := range g.Release.Names() {
		o.Flows = append(o.Flows, g.entry(g.Release.Flows[name]))
	}
	return o
}

func (g *Given) release() Release { return Release{ID: g.Release.ID, Since: g.Since} }

// older are the releases other than the served one that calls go by; those that
// stand in a flow, or with "" anywhere.
func (g *Given) older(flow string) []Older {
	all := []Older{}
	counts := cmp.Or(g.Hour, g.Day)
	if counts == nil {
		return all
	}
	for _, r := range counts.Releases {
		if r.Release == g.Release.ID || flow != "" && r.Flow != flow {
			continue
		}
		if n := len(all); n > 0 && all[n-1].Release == r.Release {
			all[n-1].Live += r.Live
			continue
		}
		all = append(all, Older{Release: r.Release, Live: r.Live, Kept: g.Kept != nil && g.Kept(r.Release)})
	}
	return all
}

func (g *Given) entry(flow *flows.Flow) Entry {
	first, _ := g.Release.FlowFor("")
	e := Entry{Name: flow.Name, Title: flow.Title, Default: first == flow.Name, Numbers: []string{}, Places: len(flow.Order)}
	for _, number := range slices.Sorted(maps.Keys(g.Release.App.Numbers)) {
		if g.Release.App.Numbers[number].Flow == flow.Name {
			e.Numbers = append(e.Numbers, number)
		}
	}
	if counts := cmp.Or(g.Hour, g.Day); counts != nil {
		for _, s := range counts.Standing {
			if s.Flow == flow.Name {
				e.Live += s.Live
				e.Since = earlier(e.Since, s.Since)
			}
		}
	}
	e.Hour, e.Day = figuresOf(g.Hour, flow.Name), figuresOf(g.Day, flow.Name)
	own := ofFlow(g.Checked.Found, flow.Name)
	e.Errors = len(own.Errors())
	e.Warnings = len(own) - e.Errors
	return e
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// figuresOf are the figures of one flow.
func figuresOf(counts *sessions.Counts, flow string) Figures {
	f := Figures{Outcomes: []Outcome{}}
	if counts == nil {
		return f
	}
	for _, m := range counts.Moves {
		switch {
		case m.To.Flow != flow || m.From.Flow == flow:
		case m.From == sessions.Place{}:
			f.Calls += m.Count
		default:
			f.Came += m.Count
		}
	}
	for _, o := range counts.Outcomes {
		if o.Flow == flow {
			f.Ended += o.Count
			f.Outcomes = append(f.Outcomes, Outcome{o.Outcome, o.Ending, o.Count})
		}
	}
	slices.SortStableFunc(f.Outcomes, func(a, b Outcome) int { return b.Count - a.Count })
	return f
}

// Problem is something that check found, with the text that it prints.
type Problem struct {
	File       string `json:"file"`
	Line       int    `json:"line,omitempty"`   // from 1; 0 when the whole file is meant
	Column     int    `json:"column,omitempty"` // in characters, from 1
	Severity   string `json:"severity"`         // error or warning
	Code       string `json:"code,omitempty"`   // of the rule that is broken; check --explain tells more
	Message    string `json:"message"`
	Suggestion string `json:"suggestion,omitempty"`
	Text       string `json:"text"` // in full: the place, what is wrong, the line and a caret below
}

func problemsOf(found problems.List) []Problem {
	all := make([]Problem, len(found))
	for i, p := range found {
		all[i] = Problem{p.File, p.Line, p.Column, p.Severity.String(), p.Code, p.Message, p.Suggestion, p.Full()}
	}
	return all
}

// ofFlow are the problems in the files of a flow.
func ofFlow(found problems.List, flow string) problems.List {
	var own problems.List
	for _, p := range found {
		if strings.HasPrefix(p.File, flow+"/") || p.File == flow {
			own = append(own, p)
		}
	}
	return own
}

// aboutFlow are the problems of a flow, and of the files that all flows share.
func aboutFlow(found problems.List, flow string) problems.List {
	own := ofFlow(found, flow)
	for _, p := range found {
		if !strings.Contains(p.File, "/") && p.File != flow {
			own = append(own, p)
		}
	}
	return own
}
