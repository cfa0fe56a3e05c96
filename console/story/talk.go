package story

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"texmlsrv/sessions"
)

// Who says or does something.
type Who string

// Who can say or do something in a call.
const (
	Assistant Who = "assistant" // what the caller hears
	Caller    Who = "caller"
	System    Who = "system" // what happens without words
)

// Bubble is one thing that was said or done.
type Bubble struct {
	Who     Who       `json:"who"`
	Kind    string    `json:"kind"` // say, greeting, play, keys, speech, talk, record, dial, silence, collected, again, helped, hidden, ends …
	Text    string    `json:"text"`
	At      time.Time `json:"at"` // when its document was sent, or its answer came; words of a talk have no time of their own
	Turn    int       `json:"turn"`
	Step    string    `json:"step,omitempty"`    // of the first bubble of a turn
	Attempt int       `json:"attempt,omitempty"` // of the first bubble of a question
	Live    bool      `json:"live,omitempty"`    // it is going on
	Hidden  bool      `json:"hidden,omitempty"`
}

// converse tells what was said and done, in order.
func (t *Story) converse() {
	var told []sessions.Message
	for n := range t.sequence {
		first := len(t.Talk)
		t.plays(n)
		talk := t.talkOf(n, told)
		told = append(told, talk...)
		t.says(n, talk)
		t.steppedIn(n)
		if reply := t.entry(n + 1); reply != nil {
			t.brings(n, reply)
		}
		if len(t.Talk) > first {
			t.Talk[first].Step, t.Talk[first].Attempt = t.Turns[n].Step, t.Turns[n].Attempt
		}
	}
	t.partly()
	t.closes()
}

func (t *Story) bubble(n int, at time.Time, who Who, kind, text string) {
	t.Talk = append(t.Talk, Bubble{Who: who, Kind: kind, Text: text, At: at, Turn: t.Turns[n].Number, Hidden: text == sessions.Mask})
}

// plays tells what the document of a turn says and does.
func (t *Story) plays(n int) {
	a := &t.asked[n]
	if a.hidden {
		t.bubble(n, t.Turns[n].At, Assistant, "hidden", sessions.Mask)
	}
	for _, l := range a.lines {
		t.bubble(n, t.Turns[n].At, l.who, l.kind, l.text)
	}
}

// says tells the talk of an AI gather. It begins with the greeting, which the
// document has told.
func (t *Story) says(n int, talk []sessions.Message) {
	at := t.Turns[n].At
	if !t.Turns[n].Replied.IsZero() {
		at = t.Turns[n].Replied
	}
	for i, m := range talk {
		if i == 0 && m.Role == "assistant" && slices.ContainsFunc(t.asked[n].lines, func(l spoken) bool { return l.text == collapse(m.Content) }) {
			continue
		}
		who := Caller
		if m.Role == "assistant" {
			who = Assistant
		}
		t.bubble(n, at, who, "talk", collapse(m.Content))
		t.Talk[len(t.Talk)-1].Live = t.Turns[n].Waiting
	}
}

// brings tells what came back to the document of a turn.
func (t *Story) brings(n int, reply *sessions.Entry) {
	a := reply.Answer
	if reply.Help != nil || a == nil {
		return
	}
	switch {
	case a.Sensitive && a.Kind != "next":
		t.bubble(n, reply.At, Caller, "hidden", sessions.Mask)
	case a.Kind == "digits" && a.Digits != "":
		t.bubble(n, reply.At, Caller, "keys", chosen("Pressed "+a.Digits, a.Choice))
	case a.Kind == "speech":
		t.bubble(n, reply.At, Caller, "speech", a.Speech)
		if a.Choice != "" {
			t.bubble(n, reply.At, System, "collected", "Understood: "+a.Choice)
		}
	case a.Kind == "record" && a.Recording != "":
		t.bubble(n, reply.At, Caller, "record", "Left a recording"+strings.TrimRight(" of "+lasting(a.Seconds), " of"))
	case a.Kind == "dial":
		t.bubble(n, reply.At, System, "dialed", rang(a))
	case a.Kind == "ai" && a.Usable && t.asksAgain(n+1):
		t.bubble(n, reply.At, System, "understood", "Understood: "+answerAI(a))
	case a.Kind == "ai" && a.Usable:
		t.bubble(n, reply.At, System, "collected", "Collected: "+answerAI(a))
	case a.Status == "no_input":
		t.bubble(n, reply.At, Caller, "silence", "Says nothing")
	case a.Kind != "next" && answer(a) != "":
		t.bubble(n, reply.At, System, "answer", sentenceCase(answer(a)))
	}
	if t.asksAgain(n + 1) {
		t.bubble(n, reply.At, System, "again", "Asked the "+nth(t.Turns[n+1].Attempt)+" time: "+t.reason(n+1))
	}
}

// steppedIn tells what people did while turn n was current, or to end it. Notes
// are for colleagues, and no part of the conversation.
func (t *Story) steppedIn(n int) {
	tell := func(e *sessions.Entry) {
		if e.Help != nil && e.Help.Kind != "note" {
			t.bubble(n, e.At, System, "helped", "A person stepped in: "+byPerson(e.Help))
		}
	}
	for _, i := range t.replies[n] {
		tell(&t.entries[i])
	}
	if reply := t.entry(n + 1); reply != nil {
		tell(reply)
	}
}

func chosen(text, choice string) string {
	if choice == "" {
		return text
	}
	return text + ": " + choice
}

func rang(a *sessions.Answer) string {
	switch a.Status {
	case "completed":
		return strings.TrimSpace("The talk is over " + lasting(a.Seconds))
	case "no_answer":
		return "Nobody answered"
	case "busy":
		return "The line was busy"
	case "canceled":
		return "The caller gave up while it rang"
	}
	return "The line could not be reached: " + plain(a.Status)
}

// partly tells what the current gather has so far.
func (t *Story) partly() {
	if t.session.Ended() || len(t.session.Partial) == 0 || len(t.Turns) == 0 {
		return
	}
	var told []string
	for _, v := range valuesOf(t.session.Partial) {
		told = append(told, v.Name+" "+v.Value)
	}
	if len(told) > 0 {
		t.bubble(len(t.Turns)-1, t.session.PartialAt, System, "partial", "So far: "+strings.Join(told, ", "))
		t.Talk[len(t.Talk)-1].Live = true
	}
}

// closes tells how the call ended.
func (t *Story) closes() {
	n := len(t.Turns) - 1
	if n < 0 || !t.session.Ended() {
		return
	}
	text := sentenceCase(t.ending())
	t.bubble(n, t.Ended, System, "ends", text)
}

// talkOf is what was said to the gather of turn n, beyond what was told before:
// what its answer brought, else what events told.
func (t *Story) talkOf(n int, told []sessions.Message) []sessions.Message {
	var talk []sessions.Message
	for _, i := range t.replies[n] {
		if e := &t.entries[i]; e.Request != nil && (e.Kind == sessions.EntryEvent || e.Kind == sessions.EntryCallback) {
			if m := since(told, messagesIn(e.Request.Fields)); len(m) >= len(talk) {
				talk = m
			}
		}
	}
	if reply := t.entry(n + 1); reply != nil && reply.Request != nil {
		if m := since(told, messagesIn(reply.Request.Fields)); len(m) > 0 {
			return m
		}
	}
	if n == len(t.sequence)-1 && len(talk) == 0 && !t.session.Ended() {
		live := t.session.History[max(0, len(t.session.History)-t.session.Live):]
		return live
	}
	return talk
}

// since is what of a talk is new: one that begins with the end of what was told
// goes on from there.
func since(told, talk []sessions.Message) []sessions.Message {
	for k := min(len(told), len(talk)); k > 0; k-- {
		if slices.EqualFunc(told[len(told)-k:], talk[:k], same) {
			return talk[k:]
		}
	}
	return talk
}

func same(a, b sessions.Message) bool {
	return a.Role == b.Role && collapse(a.Content) == collapse(b.Content)
}

// messagesIn finds a talk in the fields of a request, by its shape: a list of
// objects with a role and a text, as JSON or base64 of it.
func messagesIn(fields map[string]string) []sessions.Message {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		text := fields[name]
		if decoded, ok := decoded(text); ok {
			text = decoded
		}
		if !strings.HasPrefix(strings.TrimSpace(text), "[") {
			continue
		}
		var list []struct {
			Role    string `json:"role"`
			Content string `json:"content"`
			Text    string `json:"text"`
		}
		if json.Unmarshal([]byte(text), &list) != nil {
			continue
		}
		var out []sessions.Message
		for _, m := range list {
			content := m.Content + m.Text
			if (m.Role == "user" || m.Role == "assistant") && strings.TrimSpace(content) != "" {
				out = append(out, sessions.Message{Role: m.Role, Content: content})
			}
		}
		if out != nil {
			return out
		}
	}
	return nil
}

// loose makes standard base64 of what forms and URLs make of it.
var loose = strings.NewReplacer(" ", "+", "-", "+", "_", "/", "\n", "", "\r", "")

// decoded is the JSON in a field that holds base64 of an object or a list: text
// that begins as those do.
func decoded(text string) (string, bool) {
	if len(text) < 3 || !strings.ContainsRune("eWIBC", rune(text[0])) { // of {, [ and white space
		return "", false
	}
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(loose.Replace(text), "=+"))
	raw = bytes.TrimSpace(raw)
	if err != nil || len(raw) == 0 || raw[0] != '{' && raw[0] != '[' || !json.Valid(raw) {
		return "", false
	}
	return string(raw), true
}
