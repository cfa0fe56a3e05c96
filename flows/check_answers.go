package flows

import (
	"slices"
	"strings"

	"texmlsrv/flows/expressions"
)

// outcomes are the answers that there are, by kind and status. The status "*"
// is whatever word the platform has.
var outcomes = []struct {
	kind, status string
	usable       bool
}{
	{"ai", "valid", true}, {"ai", "invalid", false}, {"ai", "no_input", false}, {"ai", "malformed", false}, {"ai", "error", false},
	{"digits", "valid", true}, {"digits", "invalid", false}, {"digits", "no_input", false}, {"digits", "malformed", false},
	{"speech", "valid", true}, {"speech", "invalid", false},
	{"dial", "completed", true}, {"dial", "busy", true}, {"dial", "no_answer", true}, {"dial", "canceled", true}, {"dial", "failed", true},
	{"dial", "malformed", false},
	{"record", "completed", true}, {"record", "no_input", false}, {"record", "malformed", false},
	{"queue", "*", true}, {"queue", "malformed", false}, {"connect", "*", true}, {"connect", "malformed", false},
	{"refer", "*", true}, {"refer", "malformed", false}, {"pay", "*", true}, {"pay", "malformed", false},
	{"http", "*", true}, {"http", "malformed", false},
	{"lookup", "ok", true}, {"lookup", "error", false},
	{"command", "error", false},
	{"flow", "ended", true},
	{"next", "done", true}, {"next", "no_input", false},
	{"", "", true}, // none yet
}

// answers is a set of answers: outcomes, and the names of choices.
type answers struct {
	outcomes bitset
	choices  bitset
}

func (a *answers) or(b answers) bool {
	first, second := a.outcomes.or(b.outcomes), a.choices.or(b.choices)
	return first || second
}

func (a *answers) none() { a.outcomes.add(len(outcomes) - 1) }

// with adds the outcomes of a kind: all, or those of one status.
func (a *answers) with(kind string, statuses ...string) {
	for i, o := range outcomes {
		if o.kind == kind && (len(statuses) == 0 || slices.Contains(statuses, o.status)) {
			a.outcomes.add(i)
		}
	}
}

// that are the answers whose outcome is wanted.
func (a answers) that(wanted func(status string, usable bool) bool) answers {
	out := answers{choices: a.choices.clone()}
	a.outcomes.each(func(i int) {
		if wanted(outcomes[i].status, outcomes[i].usable) {
			out.outcomes.add(i)
		}
	})
	return out
}

// kinds reports whether any answer is of one of the kinds.
func (a answers) kinds(kinds ...string) bool {
	found := false
	a.outcomes.each(func(i int) { found = found || slices.Contains(kinds, outcomes[i].kind) })
	return found
}

// brings are the answers that a step itself brings; none for one that only
// has rules.
func (c *checker) brings(s *spot) answers {
	var a answers
	switch {
	case s.step.Lookup != nil:
		a.with("lookup")
	case s.step.Flow != "":
		a.with("flow")
	case s.step.Document == nil:
		return a
	}
	for _, verb := range s.asks.verbs {
		switch {
		case verb != "Gather":
			a.with(kindOf(verb))
		case s.asks.keys:
			a.with("digits")
		default:
			a.with("digits", "no_input", "malformed", "invalid")
		}
		if verb == "Gather" && s.asks.speech {
			a.with("speech")
		}
	}
	if s.step.Document != nil {
		if len(s.asks.verbs) > 0 {
			a.with("next")
		} else {
			a.with("next", "done")
		}
	}
	if s.step.Command != nil {
		a.with("command")
	}
	for _, choice := range s.step.Choices {
		a.choices.add(c.choosing.of(choice.Name))
	}
	return a
}

// after are the answers that can be the latest when a list of rules of a step
// is tried.
func (c *checker) after(s *spot, by string) answers {
	own := c.brings(s)
	silent := s.step.Document == nil && s.step.Lookup == nil && s.step.Flow == ""
	status, on := strings.CutPrefix(by, "on.")
	switch {
	case by == "call", by == "aside", silent:
		return s.before
	case on:
		return own.that(func(is string, _ bool) bool { return is == status || is == "*" })
	case by == "next", by == "always":
		return own.that(func(_ string, usable bool) bool { return usable })
	}
	own.or(s.before)
	return own
}

// during are the answers that can be the latest in a step's document.
func (c *checker) during(s *spot) answers {
	a := answers{outcomes: s.before.outcomes.clone(), choices: s.before.choices.clone()}
	if s.asks.question() {
		a.or(c.brings(s))
	}
	return a
}

// answerType is what `answer` is.
func (c *checker) answerType(a answers) expressions.Type {
	never := func(why string) expressions.Type { return expressions.Type{Kinds: expressions.Nil, Never: why} }
	has := func(kinds ...string) bool { return a.kinds(kinds...) }
	member := func(there bool, t expressions.Type, why string) expressions.Type {
		if !there {
			return never(why)
		}
		return t.Maybe()
	}
	text := expressions.Type{Kinds: expressions.String}
	number := expressions.Type{Kinds: expressions.Number, Samples: []any{12.0}}
	kind, status := c.outcomeTypes(a)
	keys := expressions.Type{Kinds: expressions.String, Samples: []any{"1", "42"}}
	return expressions.Type{Kinds: expressions.Map, Members: map[string]expressions.Type{
		"kind": kind, "status": status,
		"choice":     member(len(a.choices) > 0 && has("digits", "speech"), c.choiceNames(a), "nothing before has choices"),
		"digits":     member(has("digits"), keys, "nothing before brings keys"),
		"speech":     member(has("speech"), expressions.Type{Kinds: expressions.String, Free: true}, "nothing before listens to speech"),
		"confidence": member(has("speech"), number, "nothing before listens to speech"),
		"result":     member(has("ai", "http", "lookup", "flow", "connect", "pay", "queue", "refer"), expressions.Unknown("answer.result"), "nothing before brings a result"),
		"recording":  member(has("record"), text, "nothing before records"),
		"seconds":    member(has("dial", "record"), number, "nothing before dials or records"),
		"code":       member(has("lookup", "command"), number, "there is no look-up before"),
		"reason":     member(has("lookup", "connect", "refer", "pay", "command"), text, "nothing before brings a reason"),
		"problems":   {Kinds: expressions.List, Item: &text},
	}}
}

// outcomeTypes are what answer.kind and answer.status are.
func (c *checker) outcomeTypes(a answers) (kind, status expressions.Type) {
	var kinds, statuses []any
	open := false
	add := func(list []any, word string) []any {
		if word == "" || slices.Contains(list, any(word)) {
			return list
		}
		return append(list, word)
	}
	a.outcomes.each(func(i int) {
		kinds = add(kinds, outcomes[i].kind)
		if outcomes[i].status == "*" {
			open = true
		} else {
			statuses = add(statuses, outcomes[i].status)
		}
	})
	if kinds == nil {
		absent := expressions.Type{Kinds: expressions.Nil, Never: "there is no answer yet"}
		return absent, absent
	}
	kind, status = expressions.OneOf(kinds...), expressions.OneOf(statuses...)
	kind.Samples, status.Samples = kinds, statuses
	if open {
		status = expressions.Type{Kinds: expressions.String, Samples: append(statuses, "completed")}
	}
	if a.outcomes.has(len(outcomes) - 1) {
		kind, status = kind.Maybe(), status.Maybe()
	}
	return kind, status
}

func (c *checker) choiceNames(a answers) expressions.Type {
	var names []any
	a.choices.each(func(i int) { names = append(names, c.choosing.names[i]) })
	t := expressions.OneOf(names...)
	t.Samples = names
	return t
}
