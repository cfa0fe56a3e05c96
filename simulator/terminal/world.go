package terminal

import (
	"cmp"
	"context"
	"strconv"

	"texmlsrv/simulator"
	"texmlsrv/simulator/talk"
)

// asksEvent asks how something outside the call goes.
func (c *Conversation) asksEvent(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	e := talk.EventOf(m)
	c.screen.block(plain, "   ", "   ", e.Asks)
	var choices []string
	for i, w := range e.Words {
		choice := strconv.Itoa(i+1) + " " + w.Name
		if w.About != "" {
			choice += " (" + w.About + ")"
		}
		choices = append(choices, choice)
	}
	c.list(choices)
	if e.Takes != "" {
		c.once(m.Kind, "Behind the number or the word can stand "+e.Takes+".")
	}
	for {
		typed, err := c.read(ctx, m.Kind, m.Kind)
		switch {
		case err != nil:
			return simulator.Act{}, err
		case typed.command == "hangup":
			return simulator.Act{HangUp: true, Seconds: talk.Length(cmp.Or(typed.text, "0"))}, nil
		case typed.command == "silent":
			c.wrong("this is not for the caller to say; choose how it goes, or /hangup")
			continue
		}
		act, err := e.Act(typed.text)
		if err == nil {
			return act, nil
		}
		c.wrong(err.Error())
	}
}
