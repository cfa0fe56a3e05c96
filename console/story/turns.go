package story

import (
	"slices"
	"strings"
	"time"

	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
)

// Turn is a document that was sent, and what came of it.
type Turn struct {
	Number  int       `json:"turn"`
	Index   int       `json:"index"` // of the turn in Story.Turns; Number may come twice where the store lost turns
	At      time.Time `json:"at"`    // when the document was sent
	Flow    string    `json:"flow"`
	Step    string    `json:"step"`
	Attempt int       `json:"attempt"` // how often the step has asked in a row
	Did     string    `json:"did"`     // what the document did: Asked for the day and the time
	Kind    string    `json:"kind"`    // of what it asks: ai, keys, record, dial …; "" asks nothing

	Again string `json:"again,omitempty"` // why the same step asked again
	By    string `json:"by,omitempty"`    // the person who had this document sent, and why
	Led   string `json:"led,omitempty"`   // the rule that led here

	Marks   []Mark    `json:"marks"`            // what came of it
	Answer  string    `json:"answer,omitempty"` // in words
	Replied time.Time `json:"replied,omitzero"` // when the answer came; zero while it has not
	Waited  Lapse     `json:"waited"`           // until then, or so far
	Waiting bool      `json:"waiting"`          // the call waits for it now
	Changes []Change  `json:"changes,omitempty"`
	Notes   []string  `json:"notes,omitempty"` // of the way to this document
}

// Explained are the marks of a turn that there is something to say of: what they
// mean is for everybody to read, also where nothing can be pointed at.
func (t Turn) Explained() []Mark {
	return slices.DeleteFunc(slices.Clone(t.Marks), func(m Mark) bool { return m.More == "" })
}

// turns tells every turn.
func (t *Story) turns(now time.Time) {
	changes := t.changes()
	for n := range t.sequence {
		turn := t.turn(n, now)
		turn.Changes = changes[n+1]
		if n == 0 { // what was set on the way to the first document
			turn.Changes = append(changes[0], turn.Changes...)
		}
		t.Turns = append(t.Turns, turn)
	}
}

// changes are what changed: first on the way to the first document, then from
// each document to the next, at last after the last one.
func (t *Story) changes() [][]Change {
	var known state
	changes, at := make([][]Change, len(t.sequence)+1), 0
	for i := range t.entries {
		if news := known.apply(&t.entries[i]); len(news) > 0 {
			changes[at] = append(changes[at], news...)
		}
		if decides(&t.entries[i]) {
			at++
		}
	}
	return changes
}

func (t *Story) turn(n int, now time.Time) Turn {
	e, reply := t.entry(n), t.entry(n+1)
	t.commanded(n)
	a := &t.asked[n]
	turn := Turn{
		Number: e.Turn, Index: n, At: e.At, Flow: e.Flow, Step: e.Step, Attempt: e.Attempt, Did: a.did(), Kind: a.kind,
		Led: led(e), Again: t.again(n), Notes: e.Notes,
	}
	if e.Help != nil {
		turn.By = byPerson(e.Help) + "."
	}
	switch {
	case reply != nil:
		turn.Replied, turn.Waited = reply.At, Lapse(reply.At.Sub(e.At))
		turn.Answer = t.answered(n)
	case t.session.Ended():
		turn.Waited = Lapse(max(0, t.session.EndedAt.Sub(e.At)))
	default:
		turn.Waited, turn.Waiting = Lapse(max(0, now.Sub(e.At))), true
	}
	turn.Marks = t.marks(n)
	return turn
}

// led is the rule that led to the document of an entry; "" where none did.
func led(e *sessions.Entry) string {
	var last string
	for _, v := range e.Path {
		for _, r := range v.Tried {
			if r.Goto != "" {
				last = v.Step + " " + r.Rule + conditioned(r.When) + " → " + r.Goto
			}
		}
	}
	return last
}

func conditioned(when string) string {
	if when == "" {
		return ""
	}
	return ", when " + collapse(when)
}

// asksAgain reports whether turn n asks once more what the turn before it asked.
func (t *Story) asksAgain(n int) bool {
	e, before := t.entry(n), t.entry(n-1)
	return e != nil && before != nil && e.Attempt > 1 && e.Attempt > before.Attempt && e.Flow == before.Flow && e.Step == before.Step
}

// again says why turn n asks once more.
func (t *Story) again(n int) string {
	if !t.asksAgain(n) {
		return ""
	}
	why := t.reason(n)
	if r := sentBack(t.entry(n)); r != nil {
		why = "the rule " + r.Rule + conditioned(r.When) + " said so"
	}
	return "Asked the " + nth(t.entry(n).Attempt) + " time, because " + why + "."
}

// reason says in short why turn n asks once more.
func (t *Story) reason(n int) string {
	switch e := t.entry(n); {
	case sentBack(e) != nil:
		return "a rule refused the answer"
	case e.Answer == nil:
		return "the answer did not do"
	default:
		return because(e.Answer)
	}
}

// leftAfter reports whether turn n was to be asked again by a rule, and was asked
// as often as may be, so that its answer led away.
func (t *Story) leftAfter(n int, reply *sessions.Entry) bool {
	e := t.entry(n)
	return sentBack(reply) != nil && (e.Flow != reply.Flow || e.Step != reply.Step)
}

// sentBack is the rule that had the step ask again; nil where none did.
func sentBack(e *sessions.Entry) *sessions.Tried {
	for _, v := range e.Path {
		for i := range v.Tried {
			if v.Tried[i].Goto == "again" {
				return &v.Tried[i]
			}
		}
	}
	return nil
}

// because says why an answer was of no use.
func because(a *sessions.Answer) string {
	switch a.Status {
	case "no_input":
		if a.Kind == "next" {
			return "no answer came, and the document ran out"
		}
		if a.Kind == "digits" {
			return "nothing was pressed or said"
		}
		return "nothing was said"
	case "malformed":
		return "the answer could not be read"
	case "error":
		return "the platform had trouble with the question" + reasons(a)
	}
	switch {
	case len(a.Problems) > 0:
		return "the answer did not fit (" + inWords(a.Problems) + ")"
	case a.Kind == "ai":
		return "what was said held no answer"
	case a.Kind == "digits" && a.Digits != "":
		return "the caller pressed " + a.Digits + ", which is no choice"
	case a.Kind == "speech" && a.Speech != "":
		return "“" + cut(a.Speech, 80) + "” is no choice, or more than one"
	}
	return "the answer was no choice"
}

// inWords are problems of a result, said.
func inWords(problems []string) string {
	said := make([]string, len(problems))
	for i, p := range problems {
		said[i] = schemas.InWords(p)
	}
	return strings.Join(said, "; ")
}

func reasons(a *sessions.Answer) string {
	if len(a.Problems) == 0 {
		return ""
	}
	return " (" + strings.Join(a.Problems, "; ") + ")"
}

// answered says what came back to the document of turn n.
func (t *Story) answered(n int) string {
	reply := t.entry(n + 1)
	if reply.Kind == sessions.EntryLost {
		return "the store had lost this turn"
	}
	if reply.Help != nil {
		return reply.Help.Who + " " + helped(reply.Help)
	}
	a := reply.Answer
	if a == nil {
		return ""
	}
	text := answer(a)
	if reply.Event != nil {
		text = strings.TrimPrefix(text+", told by the event "+reply.Event.Kind, ", ")
	}
	return text
}

// answer is what an answer brought, in a few words.
func answer(a *sessions.Answer) string {
	switch a.Kind {
	case "ai":
		return answerAI(a)
	case "digits", "speech":
		return answerKeys(a)
	case "record":
		if a.Status == "no_input" {
			return "nothing was recorded"
		}
		return strings.TrimSpace("recorded " + lasting(a.Seconds))
	case "dial":
		return strings.TrimSpace(strings.Join([]string{plain(a.Status), lasting(a.Seconds)}, " "))
	case "next":
		if a.Status == "no_input" {
			return "nothing came back"
		}
		return ""
	}
	text := plain(a.Status)
	if a.Reason != "" && a.Reason != a.Status {
		text += " (" + plain(a.Reason) + ")"
	}
	return text
}

func lasting(s float64) string {
	if s <= 0 {
		return ""
	}
	return Span(seconds(s))
}

func answerAI(a *sessions.Answer) string {
	result, _ := a.Result.(map[string]any)
	if len(result) == 0 {
		return because(a)
	}
	var told, dropped []string
	for _, v := range valuesOf(result) {
		if a.Usable && problemOf(v.Name, a.Problems) != "" {
			dropped = append(dropped, v.Name)
		} else {
			told = append(told, v.Name+" "+v.Value)
		}
	}
	text := cut(strings.Join(told, ", "), 160)
	if len(dropped) > 0 {
		text += " (without " + joined(dropped) + ", which did not fit)"
	}
	return strings.TrimSpace(text)
}

func answerKeys(a *sessions.Answer) string {
	text := "nothing was pressed or said"
	switch {
	case a.Digits != "":
		text = "pressed " + a.Digits
	case a.Speech != "":
		text = "said “" + cut(a.Speech, 100) + "”"
	case a.Status == "invalid":
		text = "pressed something that is not taken"
	}
	if a.Choice != "" {
		text += ": " + a.Choice
	}
	return text
}

// lookups are those made on the way to a document that failed.
func failedLookups(e *sessions.Entry) (failed []string) {
	for _, v := range e.Path {
		if v.Answer != nil && v.Answer.Kind == "lookup" && !v.Answer.Usable {
			failed = append(failed, v.Step)
		}
	}
	return failed
}

// failedRules are those that could not be evaluated on the way to a document.
func failedRules(e *sessions.Entry) (failed []string) {
	for _, v := range e.Path {
		for _, r := range v.Tried {
			if r.Problem != "" && !strings.Contains(r.Problem, "never leads to the step that failed") {
				failed = append(failed, v.Step+" "+r.Rule)
			}
		}
	}
	return failed
}

// has reports whether a note of an entry begins with a text.
func has(e *sessions.Entry, note string) bool {
	return slices.ContainsFunc(e.Notes, func(n string) bool { return strings.HasPrefix(n, note) })
}
