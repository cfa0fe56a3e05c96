package talk

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"texmlsrv/simulator"
	"texmlsrv/texml"
)

// Word is one way in which something outside the call can go.
type Word struct{ Name, About string }

// Event is something outside the call that a document waits for.
type Event struct {
	Asks  string // the question
	Words []Word // the first is how it usually goes
	Takes string // what can stand behind a word; "" for nothing
}

// EventOf says what is asked at a moment that is not about the caller's words.
func EventOf(m simulator.Moment) Event {
	switch m.Kind {
	case simulator.MomentDial:
		return Event{"How does the call to " + dialed(m.Verb) + " go?", []Word{
			{"completed", "answered"}, {"busy", ""}, {"no_answer", ""}, {"failed", "cannot be reached"},
		}, "seconds of talk"}
	case simulator.MomentQueue:
		return Event{"How does the wait in the queue end?", []Word{
			{"bridged", "somebody took the call"}, {"left", "the waiting document said Leave"}, {"queue_full", ""}, {"error", ""},
		}, "seconds of waiting"}
	case simulator.MomentConnect:
		return Event{"How does the service end?", []Word{
			{"handoff", ""}, {"hangup", ""}, {"service_error", ""}, {"stt_error", ""},
		}, "seconds of talk"}
	case simulator.MomentRefer:
		return Event{"How does the hand-over go?", []Word{{"in_progress", "accepted"}, {"busy", ""}, {"failed", ""}, {"canceled", ""}}, ""}
	case simulator.MomentPay:
		return Event{"How does the payment go?", []Word{{"success", ""}, {"failed", ""}}, ""}
	}
	return Event{"How does the request go?", []Word{{"completed", ""}, {"failed", ""}}, "name=value of what comes back"}
}

// dialed names who is called.
func dialed(v texml.Verb) string {
	dial, is := v.(*texml.Dial)
	if !is {
		return "the other side"
	}
	var names []string
	if number := strings.TrimSpace(dial.Number); number != "" {
		names = append(names, number)
	}
	for _, noun := range dial.Nouns {
		switch n := noun.(type) {
		case *texml.Number:
			names = append(names, strings.TrimSpace(n.Number))
		case *texml.Sip:
			names = append(names, strings.TrimSpace(n.URI))
		case *texml.Queue:
			names = append(names, "the queue "+strings.TrimSpace(n.Name))
		case *texml.Conference:
			names = append(names, "the conference "+strings.TrimSpace(n.Name))
		}
	}
	if len(names) == 0 {
		return "the other side"
	}
	return Enumeration(names)
}

var wordForm = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)

// Act is what a line says of an event.
func (e Event) Act(typed string) (simulator.Act, error) {
	fields := strings.Fields(typed)
	if len(fields) == 0 {
		return simulator.Act{}, fmt.Errorf("choose one: 1 to %d", len(e.Words))
	}
	status := strings.NewReplacer("-", "_").Replace(strings.ToLower(fields[0]))
	if n, err := strconv.Atoi(status); err == nil {
		if n < 1 || n > len(e.Words) {
			return simulator.Act{}, fmt.Errorf("choose one: 1 to %d", len(e.Words))
		}
		status = e.Words[n-1].Name
	}
	known := slices.ContainsFunc(e.Words, func(w Word) bool { return w.Name == status })
	if !known && !wordForm.MatchString(status) {
		return simulator.Act{}, fmt.Errorf("choose one: 1 to %d", len(e.Words))
	}
	act := simulator.Act{Status: status}
	for _, behind := range fields[1:] {
		if err := e.behind(&act, behind); err != nil {
			return act, err
		}
	}
	return act, nil
}

// behind reads what stands behind the word.
func (e Event) behind(act *simulator.Act, text string) error {
	name, value, named := strings.Cut(text, "=")
	if named && strings.HasPrefix(e.Takes, "name=") {
		if act.Values == nil {
			act.Values = map[string]string{}
		}
		act.Values[name] = value
		return nil
	}
	seconds, err := strconv.ParseFloat(strings.TrimSuffix(text, "s"), 64)
	switch {
	case e.Takes == "":
		return fmt.Errorf("nothing stands behind the word")
	case err != nil || seconds < 0 || seconds > 86400:
		return fmt.Errorf("behind the word can stand %s", e.Takes)
	}
	act.Seconds = seconds
	return nil
}
