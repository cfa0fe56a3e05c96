package terminal

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"texmlsrv/simulator"
	"texmlsrv/texml"
)

// mumbled is the confidence of words that are hardly understood.
const mumbled = 0.3

// asksGather asks what the person presses or says.
func (c *Conversation) asksGather(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	g, is := m.Verb.(*texml.Gather)
	if !is {
		g = &texml.Gather{}
	}
	keys, speech := takes(g)
	prompt := "say or press"
	switch {
	case !speech:
		prompt = "press"
	case !keys:
		prompt = "say"
	}
	c.screen.block(dim, "   ", "   ", waits(g, keys, speech))
	for {
		typed, err := c.read(ctx, "gather", c.who(m)+prompt)
		if err != nil {
			return simulator.Act{}, err
		}
		act, problem := pressedOrSaid(typed, keys, speech)
		if problem == "" {
			return act, nil
		}
		c.wrong(problem)
	}
}

// takes tells what a Gather listens for.
func takes(g *texml.Gather) (keys, speech bool) {
	speech = strings.Contains(g.Input, "speech")
	return !speech || strings.Contains(g.Input, "dtmf"), speech
}

// waits says what a Gather waits for.
func waits(g *texml.Gather, keys, speech bool) string {
	var parts []string
	if keys {
		parts = append(parts, keysOf(g))
	}
	if speech {
		words := "words"
		if g.Hints != "" {
			words += " such as " + g.Hints
		}
		parts = append(parts, words)
	}
	seconds := g.Timeout
	if seconds == 0 {
		seconds = 5 // Telnyx's default
	}
	return fmt.Sprintf("Waits %d s for %s.", seconds, strings.Join(parts, ", or "))
}

func keysOf(g *texml.Gather) string {
	finish := "#"
	if g.FinishOnKey != nil {
		finish = *g.FinishOnKey
	}
	keys := "keys"
	switch {
	case g.NumDigits == 1:
		return "a key" + validKeys(g)
	case g.NumDigits > 0:
		keys = strconv.Itoa(g.NumDigits) + " keys"
	}
	keys += validKeys(g)
	if finish != "" {
		keys += ", ended by " + strings.Join(strings.Split(finish, ""), " or ")
	}
	return keys
}

func validKeys(g *texml.Gather) string {
	if g.ValidDigits == "" {
		return ""
	}
	return " out of " + g.ValidDigits
}

// pressedOrSaid is what a line does: keys where it looks like keys and they are
// listened for, else words.
func pressedOrSaid(typed input, keys, speech bool) (act simulator.Act, problem string) {
	switch typed.command {
	case "hangup":
		return simulator.Act{HangUp: true}, ""
	case "silent":
		return simulator.Act{}, ""
	case "press":
		return pressed(typed.text)
	case "say", "mumble":
		return said(typed)
	}
	switch {
	case typed.text == "":
		return act, "nothing was typed; /silent says and presses nothing, /hangup hangs up"
	case keys && isKeys(typed.text):
		return pressed(typed.text)
	case speech:
		return said(typed)
	}
	return act, "only keys are listened for here: 0 to 9, * and #; /say says the words all the same"
}

func pressed(keys string) (act simulator.Act, problem string) {
	if !isKeys(keys) {
		return act, "keys are 0 to 9, * and #"
	}
	return simulator.Act{Digits: &keys}, ""
}

func isKeys(line string) bool { return line != "" && strings.Trim(line, "0123456789*#") == "" }

func said(typed input) (act simulator.Act, problem string) {
	if typed.text == "" {
		return act, "/" + typed.command + " wants words behind it"
	}
	act.Speech = &typed.text
	if typed.command == "mumble" {
		act.Confidence = mumbled
	}
	return act, ""
}

// asksRecord asks what is said after the tone.
func (c *Conversation) asksRecord(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	c.once("record", "Type what is said after the tone, or for how many seconds. /hangup with words or seconds behind it hangs up after them; /silent says nothing.")
	for {
		typed, err := c.read(ctx, m.Kind, c.who(m)+"after the tone")
		if err != nil {
			return simulator.Act{}, err
		}
		switch {
		case typed.command == "hangup":
			return simulator.Act{HangUp: true, Seconds: length(typed.text)}, nil
		case typed.command == "silent":
			return simulator.Act{}, nil
		case typed.text != "":
			return simulator.Act{Seconds: length(typed.text)}, nil
		}
		c.wrong("nothing was typed; /silent says nothing, /hangup hangs up")
	}
}

// length is how many seconds it takes to say something, or the seconds
// themselves.
func length(spoken string) float64 {
	if n, err := strconv.ParseFloat(spoken, 64); err == nil && n >= 0 && n <= 14400 {
		return n
	}
	return math.Ceil(float64(len([]rune(spoken))) / 15) // as fast as the simulator speaks
}
