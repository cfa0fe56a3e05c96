package story

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"texmlsrv/sessions"
	"texmlsrv/telnyx/commands"
)

// facts are what the sentence about a call is made of. All wording is here.
type facts struct {
	running  bool
	ending   string // the platform's final word
	open     string // what was open when the caller left: "when asked for the day", "at the step menu"
	left     bool   // the caller left while something was open
	byFlow   bool   // the flow ended the call
	summary  string // what the flow says of the call
	outcome  string
	again    []asking
	doing    string        // while it runs: what goes on
	nth      int           // while it runs: how often it was asked
	waiting  time.Duration // while it runs: since the document was sent
	duration time.Duration
	notYet   bool // no document was sent
}

// asking is a question that was asked more than once.
type asking struct {
	what  string // "for the day", "at menu"
	times int
}

// sentence says what happened, or happens.
func (f facts) sentence() string {
	if f.notYet {
		return "The call has had no document yet."
	}
	if f.running {
		return f.runs()
	}
	return f.ended()
}

// runs says what goes on: Asking for the day for the second time, for 12 s now;
// 48 s so far.
func (f facts) runs() string {
	text := f.doing
	if f.nth > 1 {
		text += " for the " + nth(f.nth) + " time"
	}
	if f.waiting > 0 {
		text += ", for " + Span(f.waiting) + " now"
	}
	if after := f.repeated(); after != "" {
		text += ", " + after
	}
	text += "; " + Span(f.duration) + " so far"
	if f.summary != "" {
		text += ". " + strings.TrimRight(f.summary, ".")
	}
	return text + "."
}

// ended says what came of a call that is over.
func (f facts) ended() string {
	text := strings.TrimRight(f.summary, ". ")
	if text == "" {
		text = f.labelled()
	}
	if f.left && (f.summary != "" || f.outcome != "") {
		text += ", and the caller hung up" + f.when()
	}
	if after := f.repeated(); after != "" {
		if strings.Contains(text, ", ") {
			text += ","
		}
		text += " " + after
	}
	return sentenceCase(text) + "; " + Span(f.duration) + "."
}

// labelled says it where the flow says nothing.
func (f facts) labelled() string {
	switch f.ending {
	case "busy":
		return "the line was busy"
	case "no_answer", "no-answer":
		return "nobody answered"
	case "canceled":
		return "the call was given up before anybody answered"
	case "failed":
		return "the call failed"
	}
	switch {
	case f.outcome != "":
		return plain(f.outcome)
	case f.left:
		return "the caller hung up" + f.when()
	case f.byFlow:
		return "the call came to its end, and the flow gives it no outcome"
	}
	return "the call ended, and the flow gives it no outcome"
}

func (f facts) when() string {
	if f.open == "" {
		return ""
	}
	return " " + f.open
}

// repeated says what was asked more than once.
func (f facts) repeated() string {
	var told []string
	for _, a := range f.again {
		told = append(told, times(a.times)+" "+a.what)
	}
	if len(told) == 0 {
		return ""
	}
	return "after asking " + listed(told)
}

// listed is a list of phrases, some of which are lists themselves.
func listed(phrases []string) string {
	n := len(phrases)
	if n > 1 && strings.Contains(strings.Join(phrases[:n-1], ""), " and ") {
		return strings.Join(phrases[:n-1], ", ") + ", and " + phrases[n-1]
	}
	return joined(phrases)
}

// trouble says what went wrong; "" where nothing did.
func trouble(counts []counting) string {
	var told []string
	for _, c := range counts {
		switch {
		case c.n == 1:
			told = append(told, c.what)
		case c.n > 1:
			told = append(told, c.what+" "+times(c.n))
		}
	}
	if len(told) == 0 {
		return ""
	}
	return "Trouble: " + joined(told) + "."
}

// counting is something that went wrong, and how often.
type counting struct {
	what string
	n    int
}

// tell is the sentence and the trouble of a call.
func (t *Story) tell() (sentence, troubled string) {
	return t.facts().sentence(), trouble(t.counted())
}

func (t *Story) facts() facts {
	s := t.session
	f := facts{
		running: !s.Ended(), ending: s.Ending, summary: s.Summary, outcome: s.Outcome, duration: t.Duration.Duration(),
		again: t.askings(), notYet: len(t.Turns) == 0,
	}
	if f.notYet {
		return f
	}
	last := len(t.Turns) - 1
	a := &t.asked[last]
	f.doing, f.nth, f.waiting = a.doing(), t.Turns[last].Attempt, t.Turns[last].Waited.Duration()
	f.left = s.Ended() && t.leaves()
	f.byFlow = a.ends
	if f.left {
		f.open = t.openAt(last)
	}
	if f.running && len(f.again) > 0 && t.asksAgain(last) { // told by nth
		f.again = f.again[:len(f.again)-1]
	}
	return f
}

// leaves reports whether the caller left while something was asked.
func (t *Story) leaves() bool {
	last := len(t.asked) - 1
	return last >= 0 && (t.session.Ending == "completed" || t.session.Ending == "") && t.asked[last].kind != "" && t.asked[last].kind != "dial"
}

// ending says how the call ended, for the conversation.
func (t *Story) ending() string {
	last := len(t.asked) - 1
	switch ending := t.session.Ending; {
	case ending != "" && ending != "completed":
		return facts{ending: ending}.labelled()
	case t.leaves():
		return "the caller hung up"
	case last >= 0 && t.asked[last].ends:
		return "the call is over"
	}
	return "the call ended"
}

// askings are the questions that were asked more than once, each as often as it
// was asked in a row.
func (t *Story) askings() (out []asking) {
	for n := range t.Turns {
		if t.asksAgain(n) && !t.asksAgain(n+1) {
			out = append(out, asking{strings.TrimPrefix(t.openAt(n), "when asked "), t.Turns[n].Attempt})
		}
	}
	return out
}

// openAt says what a turn asked: when asked for the day, at the step menu.
func (t *Story) openAt(n int) string {
	if a := &t.asked[n]; a.kind == "ai" && len(a.names) > 0 {
		return "when asked for " + theNames(a.names)
	}
	return "at the step " + t.Turns[n].Step
}

// counted are the troubles of the call, in the order in which they began.
func (t *Story) counted() (counts []counting) {
	add := func(what string) {
		if i := slices.IndexFunc(counts, func(c counting) bool { return c.what == what }); i >= 0 {
			counts[i].n++
			return
		}
		counts = append(counts, counting{what, 1})
	}
	for i := range t.entries {
		e := &t.entries[i]
		if e.Kind == sessions.EntryLost {
			add("the store had lost turns")
		}
		for _, step := range failedLookups(e) {
			add("the look-up of " + step + " failed")
		}
		for _, rule := range failedRules(e) {
			add("the rule " + rule + " failed")
		}
		for _, n := range noteTroubles {
			if has(e, n[0]) {
				add(n[1])
			}
		}
		if s := e.Sending; s != nil && s.Outcome != "ok" && s.Outcome != "gone" {
			add(troubledCommand(s))
		}
	}
	return counts
}

// noteTroubles are notes of the timeline, by how they begin, that tell of
// trouble, and what they tell.
var noteTroubles = [][2]string{
	{"release lost", "the flows that it began with were gone"},
	{"degraded", "the store did not answer"},
	{"diverged", "two servers decided a turn, and not alike"},
	{"the apology was given", "the apology was given"},
}

func troubledCommand(s *sessions.Sending) string {
	switch {
	case s.Outcome == "no_api_key":
		return "a command could not be sent without an API key"
	case s.Name == commands.UpdateCall:
		return "a document could not be pushed"
	}
	return "the command " + s.Name + " was not taken"
}

// releases are notes on a release that was lost.
func (t *Story) releases() (notes []string) {
	for i := range t.entries {
		for _, n := range t.entries[i].Notes {
			if strings.HasPrefix(n, "release lost") {
				notes = append(notes, fmt.Sprintf("Turn %d: %s", t.entries[i].Turn, n))
			}
		}
	}
	return notes
}
