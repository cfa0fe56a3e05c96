// Package story makes of what is known of a call what people read: one sentence,
// its turns, the conversation, and behind each turn everything that explains it.
//
// It exists because support staff have half a minute and no wish to read JSON,
// and because pages and the API must not tell the same call in two ways. It is
// pure: a session, its timeline and an instant give a Story. What is sensitive
// is taken out first, by package sessions and nowhere else.
package story

import (
	"slices"
	"strconv"
	"time"

	"texmlsrv/sessions"
)

// Tone says how something went, for a colour that never stands alone: a word
// stands beside it.
type Tone string

// Tones, from the happiest to the worst.
const (
	Live  Tone = "live"  // still going on
	Good  Tone = "good"  // as it should
	Quiet Tone = "quiet" // nothing to look at
	Warn  Tone = "warn"  // not as wished, and provided for
	Bad   Tone = "bad"   // somebody should look at it
)

// Mark is a short word for what came of something, with its tone.
type Mark struct {
	Word string `json:"word"`
	Tone Tone   `json:"tone"`
	More string `json:"more,omitempty"` // a sentence, for who wants to know
}

// Story is a call as people read it. Times are as in the timeline.
type Story struct {
	SID       string `json:"sid"`
	Sentence  string `json:"sentence"`  // what happened, or happens
	Trouble   string `json:"trouble"`   // a second sentence, where something went wrong; else ""
	State     Mark   `json:"state"`     // running, ended, busy …
	Direction string `json:"direction"` // inbound or outbound
	From      string `json:"from"`
	To        string `json:"to"`
	Flow      string `json:"flow"` // where it stands, or stood when it ended
	Step      string `json:"step"`
	Outcome   string `json:"outcome,omitempty"`
	Summary   string `json:"summary,omitempty"`

	Release  string   `json:"release"`            // whose flows the call goes by now
	Releases []string `json:"releases,omitempty"` // notes of the timeline on a release that was lost

	Began    time.Time `json:"began"`
	Ended    time.Time `json:"ended,omitzero"`
	Duration Lapse     `json:"duration"` // so far, while it runs

	Turns      []Turn     `json:"turns"`
	Talk       []Bubble   `json:"talk"`
	Gathered   []Value    `json:"gathered"`
	Vars       []Value    `json:"vars"`
	Partial    []Value    `json:"partial,omitempty"` // what the current gather has so far: not validated
	Recordings []Recorded `json:"recordings,omitempty"`
	Path       []Place    `json:"path"`            // the steps it passed, in order
	Beside     []Beside   `json:"beside"`          // what came and went beside the turns: events, commands, callbacks, repetitions
	After      *Reply     `json:"after,omitempty"` // what the flow did once the call was over
	Helps      []Helped   `json:"helps,omitempty"` // what people did about it, in order

	session  *sessions.Session
	entries  []sessions.Entry
	asked    []asked // by the index of a turn
	replies  [][]int // entries of each turn beside its reply: repetitions, late ones, events …
	sequence []int   // entries of turns
}

// Place is a step that the call came to.
type Place struct {
	Flow string `json:"flow"`
	Step string `json:"step"`
	N    int    `json:"number"`         // on the way; 1 is the first of the call
	Here bool   `json:"here,omitempty"` // a running call is there now
	Turn int    `json:"turn"`           // in which it came there
	Rule string `json:"rule,omitempty"` // by which it was left
}

// Recorded is a recording of the call.
type Recorded struct {
	ID    string `json:"id"`
	Lasts Lapse  `json:"lasts"`
	Turn  int    `json:"turn,omitempty"`
}

// Of tells a call as it stands at an instant. timeline is the store's, oldest
// first; neither it nor s is changed. s and timeline hold what is sensitive, the
// Story does not.
func Of(s *sessions.Session, timeline []sessions.Entry, now time.Time) *Story {
	t := &Story{entries: masked(s, timeline), session: s.Masked()}
	m := t.session
	t.SID, t.Direction, t.From, t.To = m.Call.SID, m.Call.Direction, m.Call.From, m.Call.To
	t.Flow, t.Step, t.Outcome, t.Summary, t.Release = m.Flow, m.Step, m.Outcome, m.Summary, m.Release
	t.Began, t.Ended, t.Duration = m.BeganAt, m.EndedAt, Lapse(max(0, now.Sub(m.BeganAt)))
	if m.Ended() {
		t.Duration = Lapse(max(0, m.EndedAt.Sub(m.BeganAt)))
	}
	t.State = stateOf(m)
	t.place()
	t.turns(now)
	t.Beside = t.besides(briefly)
	t.afterwards()
	t.helps()
	t.walk()
	t.Gathered, t.Vars, t.Partial = valuesOf(m.Gathered), valuesOf(m.Vars), valuesOf(m.Partial)
	t.reveals(s)
	for _, r := range m.Recordings {
		t.Recordings = append(t.Recordings, Recorded{r.ID, Lapse(seconds(r.Seconds)), r.Turn})
	}
	t.converse()
	t.Releases = t.releases()
	t.Sentence, t.Trouble = t.tell()
	t.Turns, t.Talk, t.Gathered, t.Vars = some(t.Turns), some(t.Talk), some(t.Gathered), some(t.Vars)
	t.Path, t.Beside = some(t.Path), some(t.Beside)
	return t
}

// some is a list that JSON writes as one, also where it is empty.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// masked are the entries as people may see them. They were masked when they were
// written; what became sensitive later is masked now.
func masked(s *sessions.Session, timeline []sessions.Entry) []sessions.Entry {
	out := slices.Clone(timeline)
	for i := range out {
		s.MaskEntry(&out[i])
	}
	return out
}

// stateOf is whether the call runs, and else how it ended.
func stateOf(s *sessions.Session) Mark {
	if !s.Ended() {
		return Mark{Word: "running", Tone: Live}
	}
	switch s.Ending {
	case "completed", "":
		return Mark{Word: "ended", Tone: Quiet}
	case "failed":
		return Mark{Word: "failed", Tone: Bad}
	}
	return Mark{Word: plain(s.Ending), Tone: Warn}
}

// decides reports whether an entry is of a turn: with it, a document was sent,
// upon a request or because somebody wanted it so.
func decides(e *sessions.Entry) bool {
	return e.Kind == sessions.EntryTurn || e.Kind == sessions.EntryLost || e.Document != "" && e.Turn > 0
}

// place finds the entries of turns, and which of the others belong to each.
func (t *Story) place() {
	for i := range t.entries {
		if decides(&t.entries[i]) {
			t.sequence = append(t.sequence, i)
		}
	}
	t.asked, t.replies = make([]asked, len(t.sequence)), make([][]int, len(t.sequence))
	for i := range t.sequence {
		t.asked[i] = read(t.entries[t.sequence[i]].Document)
	}
	for i := range t.entries {
		if at := t.owner(i); at >= 0 {
			t.replies[at] = append(t.replies[at], i)
		}
	}
}

// entry is the one with which the document of turn i, counted from 0, was sent;
// nil beyond the last.
func (t *Story) entry(i int) *sessions.Entry {
	if i < 0 || i >= len(t.sequence) {
		return nil
	}
	return &t.entries[t.sequence[i]]
}

// owner is the turn, counted from 0, that an entry beside the turns belongs to:
// that of its ticket, or of the request that it repeats, else the current one
// then; -1 for turns themselves and for what came before the first.
func (t *Story) owner(i int) int {
	e := &t.entries[i]
	if decides(e) || e.Kind == sessions.EntryWrap {
		return -1
	}
	current := -1
	for n, at := range t.sequence {
		if at < i {
			current = n
		}
	}
	if e.Kind != sessions.EntryDuplicate && e.Kind != sessions.EntryStray && e.Kind != sessions.EntryPush || e.Request == nil {
		return current
	}
	if n, ok := ticketTurn(e.Request.Path); ok {
		if of := t.numbered(n); of >= 0 {
			return of
		}
	}
	for n := current; n >= 0 && e.Request.Fingerprint != ""; n-- {
		if r := t.entry(n).Request; r != nil && r.Fingerprint == e.Request.Fingerprint {
			return max(0, n-1)
		}
	}
	return current
}

// numbered is the turn, counted from 0, with a number; the latest where a number
// came twice, -1 where there is none.
func (t *Story) numbered(number int) int {
	for n := len(t.sequence) - 1; n >= 0; n-- {
		if t.entry(n).Turn == number {
			return n
		}
	}
	return -1
}

// afterwards tells what was done after the end.
func (t *Story) afterwards() {
	for i := range t.entries {
		if t.entries[i].Kind == sessions.EntryWrap {
			t.After = t.reply(&t.entries[i], nil)
		}
	}
}

// Index is the index in Turns of the turn with a number, of the latest where a
// number came twice; -1 where there is none.
func (t *Story) Index(number int) int { return t.numbered(number) }

// Find is the index in Turns of the turn that an address names: by its number,
// and where a number came twice by its index, "" for the latest. It is -1 where
// there is no such turn.
func (t *Story) Find(number, index string) int {
	n, err := strconv.Atoi(number)
	if err != nil {
		return -1
	}
	i := t.Index(n)
	if index != "" {
		if i, err = strconv.Atoi(index); err != nil {
			return -1
		}
	}
	if i < 0 || i >= len(t.Turns) || t.Turns[i].Number != n {
		return -1
	}
	return i
}

// Anchor names turn i in a page: turn-7. Where the store lost turns a number may
// come twice; the latest has the plain name.
func (t *Story) Anchor(i int) string {
	name := "turn-" + itoa(t.Turns[i].Number)
	if t.numbered(t.Turns[i].Number) != i {
		name += "-of-" + itoa(i)
	}
	return name
}

// Running reports whether the call is not over.
func (t *Story) Running() bool { return !t.session.Ended() }

// walk notes the steps that the call passed.
func (t *Story) walk() {
	for n := range t.sequence {
		e := t.entry(n)
		for _, v := range e.Path {
			last := len(t.Path) - 1
			if last < 0 || t.Path[last].Flow != v.Flow || t.Path[last].Step != v.Step || len(v.Tried) == 0 {
				t.Path = append(t.Path, Place{Flow: v.Flow, Step: v.Step, N: last + 2, Turn: e.Turn}) // else it was answered, and not entered anew
				last++
			}
			for _, r := range v.Tried {
				if r.Goto != "" {
					t.Path[last].Rule = r.Rule
				}
			}
		}
	}
	if last := len(t.Path) - 1; last >= 0 {
		t.Path[last].Here = t.Running()
	}
}

// Touched is a text that changes with what came beside turn i.
func (t *Story) Touched(i int) string { return "-" + itoa(len(t.replies[i])) }
