package terminal

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"texmlsrv/simulator"
	"texmlsrv/texml"
)

// word is one way in which something outside the call can go.
type word struct{ name, about string }

// event is something outside the call that a document waits for.
type event struct {
	asks  string
	words []word // the first is how it usually goes
	takes string // what can stand behind a word; "" for nothing
}

// eventOf says what is asked at a moment that is not about the caller's words.
func eventOf(m simulator.Moment) event {
	switch m.Kind {
	case simulator.MomentDial:
		return event{"How does the call to " + dialed(m.Verb) + " go?", []word{
			{"completed", "answered"}, {"busy", ""}, {"no_answer", ""}, {"failed", "cannot be reached"},
		}, "seconds of talk"}
	case simulator.MomentQueue:
		return event{"How does the wait in the queue end?", []word{
			{"bridged", "somebody took the call"}, {"left", "the waiting document said Leave"}, {"queue_full", ""}, {"error", ""},
		}, "seconds of waiting"}
	case simulator.MomentConnect:
		return event{"How does the service end?", []word{
			{"handoff", ""}, {"hangup", ""}, {"service_error", ""}, {"stt_error", ""},
		}, "seconds of talk"}
	case simulator.MomentRefer:
		return event{"How does the hand-over go?", []word{{"in_progress", "accepted"}, {"busy", ""}, {"failed", ""}, {"canceled", ""}}, ""}
	case simulator.MomentPay:
		return event{"How does the payment go?", []word{{"success", ""}, {"failed", ""}}, ""}
	}
	return event{"How does the request go?", []word{{"completed", ""}, {"failed", ""}}, "name=value of what comes back"}
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
	return enumeration(names)
}

// asksEvent asks how something outside the call goes.
func (c *Conversation) asksEvent(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	e := eventOf(m)
	c.screen.block(plain, "   ", "   ", e.asks)
	var choices []string
	for i, w := range e.words {
		choice := strconv.Itoa(i+1) + " " + w.name
		if w.about != "" {
			choice += " (" + w.about + ")"
		}
		choices = append(choices, choice)
	}
	c.list(choices)
	if e.takes != "" {
		c.once(m.Kind, "Behind the number or the word can stand "+e.takes+".")
	}
	for {
		typed, err := c.read(ctx, m.Kind, m.Kind)
		switch {
		case err != nil:
			return simulator.Act{}, err
		case typed.command == "hangup":
			return simulator.Act{HangUp: true, Seconds: length(cmpZero(typed.text))}, nil
		case typed.command == "silent":
			c.wrong("this is not for the caller to say; choose how it goes, or /hangup")
			continue
		}
		act, err := e.act(typed.text)
		if err == nil {
			return act, nil
		}
		c.wrong(err.Error())
	}
}

func cmpZero(text string) string {
	if text == "" {
		return "0"
	}
	return text
}

var wordForm = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)

// act is what a line says of an event.
func (e event) act(typed string) (simulator.Act, error) {
	fields := strings.Fields(typed)
	if len(fields) == 0 {
		return simulator.Act{}, fmt.Errorf("choose one: 1 to %d", len(e.words))
	}
	status := strings.NewReplacer("-", "_").Replace(strings.ToLower(fields[0]))
	if n, err := strconv.Atoi(status); err == nil {
		if n < 1 || n > len(e.words) {
			return simulator.Act{}, fmt.Errorf("choose one: 1 to %d", len(e.words))
		}
		status = e.words[n-1].name
	}
	known := slices.ContainsFunc(e.words, func(w word) bool { return w.name == status })
	if !known && !wordForm.MatchString(status) {
		return simulator.Act{}, fmt.Errorf("choose one: 1 to %d", len(e.words))
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
func (e event) behind(act *simulator.Act, text string) error {
	name, value, named := strings.Cut(text, "=")
	if named && strings.HasPrefix(e.takes, "name=") {
		if act.Values == nil {
			act.Values = map[string]string{}
		}
		act.Values[name] = value
		return nil
	}
	seconds, err := strconv.ParseFloat(strings.TrimSuffix(text, "s"), 64)
	switch {
	case e.takes == "":
		return fmt.Errorf("nothing stands behind the word")
	case err != nil || seconds < 0 || seconds > 86400:
		return fmt.Errorf("behind the word can stand %s", e.takes)
	}
	act.Seconds = seconds
	return nil
}
