package scenarios

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"texmlsrv/simulator"
	"texmlsrv/texml"
)

// patience is how often a caller is asked after the last exchange of a
// scenario, and says nothing, until they hang up.
const patience = 4

// errDiffers ends a call in which something was not as the scenario says.
var errDiffers = errors.New("scenarios: the call is not as the scenario says")

// caller plays the person of a scenario.
type caller struct {
	*Scenario
	talk *Conversation

	next      int       // of the exchanges
	listening *Exchange // one in which nothing is done; it lasts as long as its document
	document  int       // that of listening
	heard     []string  // since the last exchange
	untaken   bool      // who was dialed does not take the call
	asked     int       // after the last exchange
	failure   *Failure
}

// fails notes what is not as the scenario says. The first counts.
func (c *caller) fails(at Place, format string, args ...any) error {
	if c.failure == nil {
		c.failure = c.fail(at, format, args...)
	}
	return errDiffers
}

// Hears implements simulator.Caller.
func (c *caller) Hears(l simulator.Line) bool {
	switch l.Kind {
	case "say", "greeting", "play":
		c.talk.heard(l)
		if l.Leg == "" {
			c.heard = append(c.heard, l.Text)
		}
	case "dial", "record", "enqueue", "connect", "refer", "pay", "http", "hangup", "reject", "command", "update":
		c.talk.happens(l)
	}
	return false
}

// turned is told that a document has come: one that was only listened to is
// over.
func (c *caller) turned() {
	if c.listening != nil {
		e := c.listening
		c.listening = nil
		_ = c.listens(e) // kept as the failure
	}
}

// Acts implements simulator.Caller.
func (c *caller) Acts(_ context.Context, m simulator.Moment) (simulator.Act, error) {
	switch {
	case c.failure != nil:
		return simulator.Act{}, errDiffers
	case m.Leg != "":
		return c.other(m), nil
	case c.listening != nil && c.document == m.Document:
		c.keepsSilent(m)
		return simulator.Act{}, nil
	case c.next == len(c.Exchanges):
		return c.after(m), nil
	}
	e := &c.Exchanges[c.next]
	switch {
	case e.Does == "" && m.Kind == simulator.MomentListened && !m.Last && len(c.heard) == 0 && missed(e.Hears, "") != nil:
		return simulator.Act{}, nil // nothing was said, as where a command failed that was to ask
	case e.Does == "":
		c.next++
		c.listening, c.document = e, m.Document
		c.keepsSilent(m)
		return e.Act, nil
	case m.Kind == simulator.MomentListened && e.Does != hangsUp:
		return simulator.Act{}, nil // who is asked nothing listens on
	}
	c.next++
	if err := c.listens(e); err != nil {
		return simulator.Act{}, err
	}
	if problem := unfit(e, m); problem != "" {
		return simulator.Act{}, c.fails(e.At, "%s", problem)
	}
	c.talk.does(e)
	c.untaken = e.Does == "dial" && e.untaken
	return e.Act, nil
}

// listens compares what was heard since the last exchange.
func (c *caller) listens(e *Exchange) error {
	heard := strings.Join(c.heard, " ")
	c.heard = nil
	switch m := missed(e.Hears, heard); {
	case m == nil:
		return nil
	case heard == "":
		return c.fails(m.Place, "the caller hears nothing, not %q", m.Text)
	default:
		return c.fails(m.Place, "the caller does not hear %q, but %q", m.Text, spaced(heard))
	}
}

// after is what happens when the scenario is over and the call is not: the
// caller listens, says nothing, and hangs up in the end.
func (c *caller) after(m simulator.Moment) simulator.Act {
	if !c.keepsSilent(m) {
		return simulator.Act{}
	}
	if c.asked++; c.asked < patience {
		return simulator.Act{}
	}
	c.talk.did("hangs up")
	_ = c.fails(c.lastPlace(), "the call goes on after the last exchange: the caller was asked %d times more, and hung up; end with hangs_up: true, or say what they do", patience)
	return simulator.Act{HangUp: true}
}

// keepsSilent notes that the caller is asked something and says nothing; false
// when it is not the caller who is asked.
func (c *caller) keepsSilent(m simulator.Moment) bool {
	if !slices.Contains(deedsOf[m.Kind], silent) {
		return false
	}
	c.talk.did("is silent")
	return true
}

func (c *caller) lastPlace() Place {
	if n := len(c.Exchanges); n > 0 {
		return c.Exchanges[n-1].Place
	}
	return Place{}
}

// other plays somebody else: who was dialed and is asked for a key takes the
// call with the first that holds.
func (c *caller) other(m simulator.Moment) simulator.Act {
	g, is := m.Verb.(*texml.Gather)
	if !is || c.untaken {
		return simulator.Act{}
	}
	key := "1"
	if g.ValidDigits != "" {
		key = g.ValidDigits[:1]
	}
	return simulator.Act{Digits: &key}
}

// deedsOf are what can be done at the moments of a kind.
var deedsOf = map[string][]string{
	simulator.MomentAI:      {gathers, silent},
	simulator.MomentGather:  {says, presses, silent},
	simulator.MomentRecord:  {records, silent},
	simulator.MomentDial:    {"dial"},
	simulator.MomentQueue:   {"queue"},
	simulator.MomentConnect: {"connect"},
	simulator.MomentRefer:   {"refer"},
	simulator.MomentPay:     {"pay"},
	simulator.MomentHTTP:    {"http"},
}

// verbs are the moments' verbs, with their article.
var verbs = map[string]string{
	simulator.MomentAI: "an AIGather", simulator.MomentGather: "a Gather", simulator.MomentRecord: "a Record",
	simulator.MomentDial: "a Dial", simulator.MomentQueue: "an Enqueue", simulator.MomentConnect: "a Connect",
	simulator.MomentRefer: "a Refer", simulator.MomentPay: "a Pay", simulator.MomentHTTP: "an HttpRequest",
}

// unfit says why what is to be done cannot be done at a moment; "" when it can.
func unfit(e *Exchange, m simulator.Moment) string {
	if e.Does == hangsUp {
		return ""
	}
	if can := deedsOf[m.Kind]; !slices.Contains(can, e.Does) {
		return fmt.Sprintf("%s waits here: %s or hangs_up can stand here, not %s", verbs[m.Kind], strings.Join(can, ", "), e.Does)
	}
	g, is := m.Verb.(*texml.Gather)
	if !is {
		return ""
	}
	input := strings.ToLower(g.Input)
	switch {
	case e.Does == says && !strings.Contains(input, "speech"):
		return "the Gather here listens to keys only: presses, not says"
	case e.Does == presses && input != "" && !strings.Contains(input, "dtmf"):
		return "the Gather here listens to speech only: says, not presses"
	}
	return ""
}
