package templates_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// hostile are words that callers and services do not say by chance.
var hostile = []string{
	"{{From}}", "{{#secret}}x{{/secret}}", "{{{x}}}", "{", "}", "{{", "{ {", "{\x00{", "{\u200b{", "{\ufffe{", "\ue000", "\ue001From}}",
	"</Say><Hangup/>", "<Dial>+1</Dial>", "]]>", "<![CDATA[", "<!--", "&amp;", "&#0;", "&x;", `"`, "'", `\`, `\u007b\u007b`, "%7B%7B",
	"\x00", "\x1b", "\x7f", "\u0085", "\u202eabc", "\u2028", "\ufeff", "\uffff", "\xff", "\xed\xa0\x80", "😀", "é", " ", "\t\r\n",
	"../..", "@evil.example", "#", "?", strings.Repeat("{", 200), strings.Repeat("<", 70_000), strings.Repeat("long ", 3000),
}

// plain are words that anybody may say.
var plain = []string{"yes", "no", "nope", "person", "Ada Lovelace", "my bill", "una cita", "inglés", "one", "tomorrow", "", "0", "9", "+14155550123", "check-up"}

// words is what somebody says: harmless, hostile, or both.
func (w *walk) words() string {
	var said []string
	for range 1 + w.IntN(3) {
		if w.IntN(3) > 0 {
			said = append(said, plain[w.IntN(len(plain))])
		} else {
			said = append(said, hostile[w.IntN(len(hostile))])
		}
	}
	return strings.Join(said, pick(w.Rand, "", " "))
}

func (w *walk) number() string {
	if w.IntN(4) == 0 {
		return w.words()
	}
	return pick(w.Rand, "+14155550123", "+13125550188", "sip:ada@example.com", "anonymous", "")
}

func pick[T any](random *rand.Rand, from ...T) T { return from[random.IntN(len(from))] }

// via is how a request is reached: mostly by an action.
func (w *walk) via() string {
	return pick(w.Rand, flows.ViaAction, flows.ViaAction, flows.ViaAction, flows.ViaAction, flows.ViaAction, flows.ViaNext, flows.ViaInvalid)
}

// brings is what a request carries: mostly what the document asked for.
func (w *walk) brings() (b flows.Brought) {
	verb := pick(w.Rand, "AIGather", "Gather", "Dial", "Record")
	if verbs := w.session.Ask.Verbs; len(verbs) > 0 && w.IntN(30) > 0 {
		verb = verbs[w.IntN(len(verbs))]
	}
	switch verb {
	case "AIGather":
		b.AI = w.conversation()
	case "Gather":
		w.enters(&b)
	case "Dial":
		b.Dial = &flows.DialResult{
			Status:  pick(w.Rand, "completed", "completed", "busy", "no_answer", "canceled", "failed", "", w.words()),
			Seconds: float64(w.IntN(100)),
		}
	case "Record":
		b.Recording = pick(w.Rand, nil, &sessions.Recording{ID: "r-" + fmt.Sprint(w.IntN(9)), Seconds: float64(w.IntN(200))}, &sessions.Recording{ID: w.words()})
	}
	b.Malformed = w.IntN(40) == 0
	w.note("brings %s: %s", verb, brief(b))
	return b
}

// brief is a value in one line of a log.
func brief(v any) string {
	written, err := json.Marshal(v)
	return fmt.Sprintf("%.600s%s", written, map[bool]string{true: fmt.Sprint(err)}[err != nil])
}

// enters presses keys or says something, a choice of the step as often as not.
func (w *walk) enters(b *flows.Brought) {
	keys, said := pick(w.Rand, "0", "1", "2", "3", "4", "5", "9", "", "#", "12", w.words()), w.words()
	if flow := w.release.Flows[w.session.Flow]; flow != nil && w.IntN(2) == 0 {
		if step := flow.Steps[w.session.Step]; step != nil && len(step.Choices) > 0 {
			choice := step.Choices[w.IntN(len(step.Choices))]
			keys = pick(w.Rand, append(slices.Clone(choice.Keys), keys)...)
			said = pick(w.Rand, append(slices.Clone(choice.Words), said)...)
		}
	}
	if w.IntN(2) == 0 {
		b.Digits = &keys
		return
	}
	b.Speech, b.Confidence = &said, w.Float64()
}

// conversation is what an AIGather brings: an object that fits the schema it was
// sent, one that fits in part, or none.
func (w *walk) conversation() *flows.AIResult {
	r := &flows.AIResult{Status: pick(w.Rand, "valid", "invalid", "", "timeout", "call_hangup", "cancelled", "weird")}
	for range w.IntN(4) {
		r.History = append(r.History, sessions.Message{Role: pick(w.Rand, "user", "assistant", "user", "assistant", "system", w.words()), Content: w.words()})
	}
	switch w.IntN(20) {
	case 0:
		return nil
	case 1, 2:
		return r
	case 3:
		r.Malformed = true
		return r
	case 4:
		r.Result = w.anything(3)
		return r
	}
	object := w.object()
	r.Result = object
	if w.IntN(2) == 0 {
		r.Result = map[string]any{"status": r.Status, "result": object}
	}
	return r
}

// property is what the embedded flows' schemas say of one.
type property struct {
	Enum    []any
	Format  string
	Pattern string
}

// object fills the schema of the open question.
func (w *walk) object() map[string]any {
	var schema struct{ Properties map[string]property }
	if err := json.Unmarshal(w.session.Ask.Schema, &schema); err != nil {
		return map[string]any{"name": w.words()}
	}
	object := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		switch w.IntN(12) {
		case 0: // left out
		case 1:
			object[name] = w.anything(2)
		case 2:
			object[name] = w.words()
		default:
			object[name] = w.value(schema.Properties[name])
		}
	}
	if w.IntN(10) == 0 {
		object[w.words()] = w.anything(2)
	}
	return object
}

// value is one that fits a property.
func (w *walk) value(p property) any {
	switch {
	case len(p.Enum) > 0:
		return p.Enum[w.IntN(len(p.Enum))]
	case p.Format == "date":
		return w.now.AddDate(0, 0, w.IntN(40)-2).Format("2006-01-02")
	case strings.Contains(p.Pattern, "[0-5]"):
		return fmt.Sprintf("%02d:%02d", w.IntN(24), 15*w.IntN(4))
	case p.Pattern != "":
		return fmt.Sprintf("%s%d", pick(w.Rand, "", "+"), 1_000_000+w.IntN(1_000_000_000))
	}
	return w.words()
}

// anything is any JSON value.
func (w *walk) anything(depth int) any {
	switch w.IntN(8) {
	case 0:
		return nil
	case 1:
		return w.IntN(2) == 0
	case 2:
		return pick(w.Rand, 0, -1, 2.5, 1e300, 20261124)
	case 3, 4:
		if depth == 0 {
			return []any{}
		}
		return []any{w.anything(depth - 1), w.words()}
	case 5:
		if depth == 0 {
			return map[string]any{}
		}
		return map[string]any{w.words(): w.anything(depth - 1), "status": w.words(), "result": w.anything(depth - 1)}
	}
	return w.words()
}

// found is what a service answers: now and then what the flow hopes for.
func (w *walk) found(hoped any) flows.Found {
	switch w.IntN(8) {
	case 0:
		return flows.Found{Failed: pick(w.Rand, "timeout", "connection", "not JSON", w.words())}
	case 1:
		return flows.Found{Code: pick(w.Rand, 400, 404, 409, 409, 500), Failed: "status"}
	case 2:
		return flows.Found{Code: 200, Result: w.anything(3)}
	case 3:
		return flows.Found{Code: 200, Result: []any{w.words(), w.words()}}
	case 4:
		return flows.Found{Code: 200, Result: []any{}}
	}
	return flows.Found{Code: 200, Result: []any{"09:00", hoped, "15:30"}}
}

// structure lists the elements of a tree, without their text.
func structure(e *etree.Element) string {
	var b strings.Builder
	b.WriteString("<" + e.FullTag())
	for _, child := range e.ChildElements() {
		b.WriteString(structure(child))
	}
	b.WriteString(">")
	return b.String()
}

// same reports whether an element is what a template's can have become: nothing
// but what flow:if and flow:for leave open, and what rendering is known to add.
func same(template, e *etree.Element) bool {
	if template.FullTag() != e.FullTag() {
		return false
	}
	want, got := template.ChildElements(), e.ChildElements()
	switch e.Tag {
	case "Response":
		if last := len(got) - 1; last >= 0 && got[last].Tag == "Redirect" {
			got = got[:last]
		}
	case "AIGather":
		got = slices.DeleteFunc(got, added)
	}
	return become(want, got)
}

// added reports whether rendering adds an element to an AIGather: the talk so
// far, and the voice of defaults.xml.
func added(e *etree.Element) bool {
	messages := func(e *etree.Element) bool { return e.Tag != "Message" || len(e.ChildElements()) > 0 }
	return e.Tag == "Voice" && len(e.ChildElements()) == 0 ||
		e.Tag == "MessageHistory" && !slices.ContainsFunc(e.ChildElements(), messages)
}

// become reports whether elements of a template can have become these.
func become(template, elements []*etree.Element) bool {
	if len(template) == 0 {
		return len(elements) == 0
	}
	first := template[0]
	open := first.SelectAttr("flow:if") != nil || first.SelectAttr("flow:for") != nil
	if open && become(template[1:], elements) {
		return true
	}
	if len(elements) == 0 || !same(first, elements[0]) {
		return false
	}
	return become(template[1:], elements[1:]) || first.SelectAttr("flow:for") != nil && become(template, elements[1:])
}
