package terminal

import (
	"context"

	"texmlsrv/simulator"
	"texmlsrv/simulator/talk"
	"texmlsrv/texml"
)

// asksGather asks what the person presses or says.
func (c *Conversation) asksGather(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	g, is := m.Verb.(*texml.Gather)
	if !is {
		g = &texml.Gather{}
	}
	keys, speech := talk.Takes(g)
	prompt := "say or press"
	switch {
	case !speech:
		prompt = "press"
	case !keys:
		prompt = "say"
	}
	c.screen.block(dim, "   ", "   ", talk.Waits(g))
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
	case keys && talk.IsKeys(typed.text):
		return pressed(typed.text)
	case speech:
		return said(typed)
	}
	return act, "only keys are listened for here: 0 to 9, * and #; /say says the words all the same"
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
			return simulator.Act{HangUp: true, Seconds: talk.Length(typed.text)}, nil
		case typed.command == "silent":
			return simulator.Act{}, nil
		case typed.text != "":
			return simulator.Act{Seconds: talk.Length(typed.text)}, nil
		}
		c.wrong("nothing was typed; /silent says nothing, /hangup hangs up")
	}
}

func pressed(keys string) (act simulator.Act, problem string) {
	act, err := talk.Pressed(keys)
	if err != nil {
		return act, err.Error()
	}
	return act, ""
}

func said(typed input) (act simulator.Act, problem string) {
	if typed.text == "" {
		return act, "/" + typed.command + " wants words behind it"
	}
	return talk.Said(typed.text, typed.command == "mumble"), ""
}
