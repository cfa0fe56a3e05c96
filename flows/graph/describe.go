package graph

import (
	"regexp"
	"strconv"
	"strings"

	"texmlsrv/flows"
	"texmlsrv/flows/expressions"
)

// asking are the verbs that wait for an answer, in words.
var asking = map[string]struct {
	kind Kind
	word string
}{
	"AIGather": {AsksAI, "asks with AI"}, "Gather": {AsksKeys, "asks"}, "Dial": {Dials, "dials"}, "Record": {Records, "records"},
	"Enqueue": {Waits, "waits in a queue"}, "Connect": {Waits, "connects"}, "Refer": {Waits, "refers"},
	"Pay": {Waits, "takes a payment"}, "HttpRequest": {Waits, "makes a request"},
}

// describe is what a step does, as a kind and in words.
func describe(s *flows.Step, o flows.Outline) (Kind, string) {
	switch {
	case len(o.Asks) > 0:
		return describeAsking(o)
	case s.Document != nil:
		return Plays, describePlaying(o.Verbs) + commanded(s)
	case s.Lookup != nil:
		return LooksUp, listed("looks up", s.Lookup.Into)
	case s.Flow != "":
		return SubFlow, "goes through " + s.Flow
	case s.Next == nil:
		return Decides, "ends"
	}
	return Decides, "decides"
}

// commanded is the command of a step that asks nothing.
func commanded(s *flows.Step) string {
	if s.Command == nil {
		return ""
	}
	return ", sends " + s.Command.Name
}

func describeAsking(o flows.Outline) (Kind, string) {
	var words []string
	for _, verb := range o.Asks {
		word := asking[verb].word
		if verb == "Gather" {
			word += " with " + ears(o)
		}
		words = append(words, word)
	}
	text := strings.Join(words, ", ")
	if o.Asks[0] == "AIGather" {
		text = listed(text, o.Brings...)
	}
	return asking[o.Asks[0]].kind, text
}

// ears is what a Gather listens to.
func ears(o flows.Outline) string {
	switch {
	case o.Keys && o.Speech:
		return "keys or speech"
	case o.Speech:
		return "speech"
	}
	return "keys"
}

// describePlaying is what a document does that asks nothing.
func describePlaying(verbs []string) string {
	words := map[string]string{
		"Say": "speaks", "Play": "plays", "Hangup": "hangs up", "Reject": "rejects", "Redirect": "goes to a URL",
		"Pause": "waits", "Start": "starts", "Stop": "stops", "Connect": "connects", "HttpRequest": "makes a request",
	}
	var told []string
	for _, verb := range verbs {
		word := words[verb]
		if word == "" {
			word = verb
		}
		told = append(told, word)
	}
	if len(told) == 0 {
		return "says nothing"
	}
	return strings.Join(told, ", ")
}

// listed is a word with names behind it, where there are some.
func listed(word string, names ...string) string {
	if all := strings.Join(names, ", "); all != "" {
		return word + ": " + all
	}
	return word
}

// source is a text as it was written.
func source(t *expressions.Text) string {
	var b strings.Builder
	for _, p := range t.Parts() {
		if p.Expression == nil {
			b.WriteString(p.Literal)
			continue
		}
		b.WriteString("{{ " + strings.TrimSpace(p.Expression.Source()) + " }}")
	}
	return strings.TrimSpace(b.String())
}

// label is what an edge says: the status, and the condition in short. tried tells
// that other rules of the list come before.
func label(e Edge, tried bool) string {
	when := short(e.When)
	switch {
	case e.Kind == ByOtherwise || e.Kind == ByReturn && !tried && when == "":
		when = listed(map[EdgeKind]string{ByOtherwise: "otherwise", ByReturn: "back"}[e.Kind], when)
	case e.Status != "":
		when = listed(statusWord(e), when)
	case when == "" && tried:
		return "else"
	case when == "" && e.Kind == ByRetry:
		return "again"
	}
	return when
}

func statusWord(e Edge) string {
	if e.After > 1 {
		return e.Status + " " + strconv.Itoa(e.After) + "×"
	}
	return e.Status
}

var (
	chosen  = regexp.MustCompile(`^\s*answer\.choice == ("[^"]*"|'[^']*')\s*$`)
	status  = regexp.MustCompile(`^\s*answer\.status == ["']([a-z_]*)["']\s*$`)
	element = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\b(?:answer|gathered|vars)\.|==|\s+`)
)

// short is a condition as a person reads it: what it looks at loses its first
// name, and a choice is only named.
func short(when string) string {
	if m := chosen.FindStringSubmatch(when); m != nil {
		return `"` + m[1][1:len(m[1])-1] + `"`
	}
	if m := status.FindStringSubmatch(when); m != nil {
		return m[1]
	}
	text := element.ReplaceAllStringFunc(when, func(s string) string {
		switch {
		case s[0] == '"' || s[0] == '\'':
			return s
		case s == "==":
			return "="
		case strings.TrimSpace(s) == "":
			return " "
		}
		return ""
	})
	return strings.TrimSpace(text)
}
