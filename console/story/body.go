package story

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"texmlsrv/sessions"
)

// Body is everything behind a turn.
type Body struct {
	Turn       int        `json:"turn"`
	Document   []Line     `json:"document"`             // as people may see it
	Before     int        `json:"before,omitempty"`     // the turn whose document came before
	Difference []Line     `json:"difference,omitempty"` // against that one
	Alike      bool       `json:"alike,omitempty"`      // they do not differ
	SameStep   bool       `json:"same_step,omitempty"`  // they are of the same step
	Fields     []Field    `json:"fields,omitempty"`
	Opening    *Reply     `json:"opening,omitempty"` // of the first document: the request that asked for it
	Reply      *Reply     `json:"reply,omitempty"`   // the request that answered it, and what was decided; nil while there is none
	Repeats    []Repeated `json:"repeats,omitempty"`
	Beside     []Beside   `json:"beside,omitempty"`
}

// Reply is a request, or an event in its place, and what was decided upon it.
type Reply struct {
	At      time.Time `json:"at"`
	Turn    int       `json:"turn,omitempty"` // of the document it led to
	Event   string    `json:"event,omitempty"`
	By      string    `json:"by,omitempty"` // the person who decided it, and why
	Request *Request  `json:"request,omitempty"`
	Answer  string    `json:"answer,omitempty"`
	Visits  []Visit   `json:"visits,omitempty"`
	Notes   []string  `json:"notes,omitempty"`
}

// Request is a request as it came, but for what is sensitive and for the proofs
// in our own links.
type Request struct {
	Method    string  `json:"method,omitempty"`
	Path      string  `json:"path,omitempty"`
	Via       string  `json:"via,omitempty"` // how it was reached
	Fields    []Param `json:"fields,omitempty"`
	Malformed string  `json:"malformed,omitempty"` // text that could not be read
}

// Param is a field of a request.
type Param struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Decoded string `json:"decoded,omitempty"` // JSON that Value holds, perhaps as base64
	Hidden  bool   `json:"hidden,omitempty"`
}

// Repeated is a request that came for a turn once it was answered.
type Repeated struct {
	At      time.Time `json:"at"`
	After   Lapse     `json:"after"` // the answer, or the document where there was none
	Kind    string    `json:"kind"`  // duplicate, late or stray
	Got     int       `json:"got"`   // the turn whose document it got
	Request *Request  `json:"request,omitempty"`
}

// Visit is a step on the way, what it looked up, and the rules tried there.
type Visit struct {
	Flow   string `json:"flow"`
	Step   string `json:"step"`
	Lookup string `json:"lookup,omitempty"` // what came of its look-up, in words
	Result string `json:"result,omitempty"` // of the look-up, as JSON
	Failed bool   `json:"failed,omitempty"`
	Rules  []Rule `json:"rules,omitempty"`
}

// Rule is a rule that was tried.
type Rule struct {
	Where string  `json:"where"`
	When  string  `json:"when,omitempty"`
	Read  []Value `json:"read,omitempty"` // what its condition read
	Came  Mark    `json:"came"`           // won, held, did not hold, failed
	Goto  string  `json:"goto,omitempty"`
}

// Body is everything behind the turn with an index in Turns; nil where there is
// none.
func (t *Story) Body(index int) *Body {
	e := t.entry(index)
	if e == nil {
		return nil
	}
	b := &Body{Turn: e.Turn, Document: lines(e.Document)}
	if before := t.entry(index - 1); before != nil {
		b.Difference, b.Alike = differing(lines(before.Document), b.Document)
		b.Before, b.SameStep = before.Turn, before.Flow == e.Flow && before.Step == e.Step
	} else {
		b.Opening = t.reply(e, nil)
	}
	reply := t.entry(index + 1)
	if reply != nil {
		b.Reply = t.reply(reply, e)
	}
	b.Fields = t.asked[index].fields(reply)
	for _, i := range t.replies[index] {
		b.adds(t, index, &t.entries[i])
	}
	return b
}

// adds tells an entry beside the turn.
func (b *Body) adds(t *Story, index int, e *sessions.Entry) {
	kind := t.repetition(index, e)
	if kind == "" {
		b.Beside = append(b.Beside, t.beside(e))
		return
	}
	from := t.entry(index).At
	if reply := t.entry(index + 1); reply != nil && !e.At.Before(reply.At) {
		from = reply.At
	}
	b.Repeats = append(b.Repeats, Repeated{e.At, Lapse(e.At.Sub(from)), kind, e.Turn, requestOf(e)})
}

// reply tells an entry, and what was decided in it upon the document of another;
// nil for none.
func (t *Story) reply(e, document *sessions.Entry) *Reply {
	r := &Reply{At: e.At, Turn: e.Turn, Request: requestOf(e), Notes: e.Notes}
	if e.Event != nil {
		r.Event = e.Event.Kind
	}
	switch {
	case e.Help != nil:
		r.By = byPerson(e.Help) + "."
	case e.Answer != nil:
		r.Answer = answer(e.Answer)
	}
	for i, v := range e.Path {
		visit := visitOf(v)
		if i == 0 && document != nil && document.Step == v.Step {
			visit.usedUp(document.Attempt)
		}
		r.Visits = append(r.Visits, visit)
	}
	return r
}

func visitOf(v sessions.Visit) Visit {
	out := Visit{Flow: v.Flow, Step: v.Step}
	if a := v.Answer; a != nil && a.Kind == "lookup" {
		out.Lookup, out.Failed = lookedUp(a), !a.Usable
		if a.Result != nil {
			out.Result = cut(written(a.Result), 2000)
		}
	}
	for _, r := range v.Tried {
		rule := Rule{Where: r.Rule, When: collapse(r.When), Goto: r.Goto, Came: Mark{Word: "did not hold", Tone: Quiet}}
		for _, name := range slices.Sorted(maps.Keys(r.Read)) {
			rule.Read = append(rule.Read, valueOf(name, r.Read[name]))
		}
		switch {
		case r.Problem != "":
			rule.Came = Mark{"failed", Bad, sentenceCase(r.Problem) + "."}
		case r.Goto != "":
			rule.Came = Mark{Word: "won", Tone: Good}
		case r.Held:
			rule.Came = Mark{"held", Quiet, "It leads nowhere by itself: what it sets counts for the rules after it."}
		}
		out.Rules = append(out.Rules, rule)
	}
	return out
}

// usedUp tells of a rule that wanted the question once more that it was not to be:
// another one has led on.
func (v *Visit) usedUp(asked int) {
	for i := range v.Rules {
		led := func(r Rule) bool { return r.Goto != "" }
		if r := &v.Rules[i]; r.Goto == "again" && slices.ContainsFunc(v.Rules[i+1:], led) {
			r.Came = Mark{"held", Quiet, "The question has been asked " + times(asked) + " already, so it is not asked again."}
		}
	}
}

// lookedUp is what came of a look-up.
func lookedUp(a *sessions.Answer) string {
	switch {
	case a.Usable && a.Code != 0:
		return "answered with status " + itoa(a.Code)
	case a.Usable:
		return "answered"
	case a.Code != 0:
		return "failed with status " + itoa(a.Code)
	case a.Reason == "timeout":
		return "took too long"
	case a.Reason == "connection":
		return "reached nobody"
	case a.Reason != "":
		return "failed: " + plain(a.Reason)
	}
	return "failed"
}

// ways are how a request was reached, in words.
var ways = map[string]string{
	"fetch": "the URL in the portal", "action": "the action of a verb", "invalid": "the URL for what is not taken",
	"next": "the way on, once the document had run out", "step": "a link to a step", "push": "a document that was pushed",
	"event": "an event", "person": "a person", "aside": "a document beside the call", "progress": "the course of the call",
}

func requestOf(e *sessions.Entry) *Request {
	r := e.Request
	if r == nil || r.Method == "" && len(r.Fields) == 0 && r.Malformed == "" {
		return nil
	}
	out := &Request{Method: r.Method, Path: unproved(r.Path), Via: r.Via, Malformed: cut(unproved(r.Malformed), 4000)}
	if way, known := ways[r.Via]; known {
		out.Via = way
	}
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		out.Fields = append(out.Fields, paramOf(name, unproved(r.Fields[name])))
	}
	return out
}

func paramOf(name, value string) Param {
	p := Param{Name: name, Value: value, Hidden: value == sessions.Mask}
	text := value
	if inner, ok := decoded(value); ok {
		text = inner
	}
	if t := strings.TrimSpace(text); strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[") {
		if json.Valid([]byte(t)) {
			p.Decoded = pretty(t)
		}
	}
	return p
}

// pretty is JSON over several lines; what is none stays as it is.
func pretty(raw string) string {
	var b bytes.Buffer
	if raw == "" || json.Indent(&b, []byte(raw), "", "  ") != nil {
		return raw
	}
	return b.String()
}

func itoa(n int) string { return strconv.Itoa(n) }
