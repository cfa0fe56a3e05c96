package story

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// asked is what a document says and asks.
type asked struct {
	kind   string // of what it asks: ai, keys, record, dial, queue, connect, pay, refer, http; "" asks nothing
	names  []string
	of     string // whom it dials, the queue, the room …
	schema *schemas.Schema
	lines  []spoken
	ends   bool // it hangs up by itself
	hidden bool // it cannot be shown
	speech bool // keys: words can be said as well
}

// spoken is one thing that a document says or does.
type spoken struct {
	who  Who
	kind string // say, play, greeting, dial, record …
	text string
}

// read finds out what a document says and asks. What is no TeXML says nothing.
func read(document string) asked {
	var a asked
	if document == sessions.Mask {
		a.hidden = true
		return a
	}
	response, err := texml.Parse([]byte(document))
	if err != nil {
		return a
	}
	for _, v := range response.Verbs {
		a.verb(v)
	}
	return a
}

// asks notes what the document waits for. The first one counts.
func (a *asked) asks(kind, of string) {
	if a.kind == "" {
		a.kind, a.of = kind, of
	}
}

func (a *asked) adds(who Who, kind, text string) {
	if text = collapse(text); text != "" {
		a.lines = append(a.lines, spoken{who, kind, text})
	}
}

func (a *asked) verb(v texml.Verb) {
	switch v := v.(type) {
	case *texml.Say:
		a.adds(Assistant, "say", v.Content.Text())
	case *texml.Play:
		a.adds(System, "play", "Plays "+cut(v.URL+v.Digits, 120))
	case *texml.Gather:
		for _, prompt := range v.Prompts {
			a.verb(prompt)
		}
		a.speech = a.kind == "" && strings.Contains(v.Input, "speech")
		a.asks("keys", "")
	case *texml.AIGather:
		a.gathers(v)
	case *texml.Hangup:
		a.ends = true
		a.adds(System, "hangup", "Hangs up")
	case *texml.Reject:
		a.ends = true
		a.adds(System, "reject", strings.TrimSpace("Rejects the call "+v.Reason))
	case *texml.Redirect, *texml.Pause:
	default:
		a.waits(v)
	}
}

// waits notes a verb that waits for its end.
func (a *asked) waits(v texml.Verb) {
	switch v := v.(type) {
	case *texml.Dial:
		a.asks("dial", dialed(v))
		a.adds(System, "dial", "Rings "+dialed(v))
	case *texml.Record:
		a.asks("record", "")
		a.adds(System, "record", "Records the caller")
	case *texml.Enqueue:
		a.asks("queue", v.Queue)
		a.adds(System, "queue", strings.TrimSpace("Waits in the queue "+v.Queue))
	case *texml.Connect:
		if v.Asks() {
			a.asks("connect", "")
		}
		a.adds(System, "connect", "Hands the talk to a service")
	case *texml.Refer:
		a.asks("refer", "")
		a.adds(System, "refer", "Hands the call over")
	case *texml.Pay:
		a.asks("pay", "")
		a.adds(System, "pay", "Takes a payment")
	case *texml.HttpRequest:
		if v.Asks() {
			a.asks("http", "")
		}
		a.adds(System, "http", "Asks another service")
	default:
		a.adds(System, "other", texml.Name(v))
	}
}

// dialed is whom a Dial rings.
func dialed(d *texml.Dial) string {
	var all []string
	if n := collapse(d.Number); n != "" {
		all = append(all, n)
	}
	for _, noun := range d.Nouns {
		switch n := noun.(type) {
		case *texml.Number:
			all = append(all, collapse(n.Number))
		case *texml.Sip:
			all = append(all, collapse(n.URI))
		case *texml.Queue:
			all = append(all, "the queue "+collapse(n.Name))
		case *texml.Conference:
			all = append(all, "the conference "+collapse(n.Name))
		}
	}
	if len(all) == 0 {
		return "somebody"
	}
	return joined(all)
}

// gathers reads an AI gather: what it says first, and what it wants to know.
func (a *asked) gathers(v *texml.AIGather) {
	if v.Greeting != nil {
		a.adds(Assistant, "greeting", v.Greeting.Content.Text())
	}
	if a.kind != "" {
		return
	}
	a.kind = "ai"
	if v.Parameters == nil {
		return
	}
	a.wants([]byte(v.Parameters.JSON))
}

func collapse(text string) string { return strings.Join(strings.Fields(text), " ") }

// ticket is a link that we handed out: its turn and way, and behind them the
// proof, which is nobody's to read.
var ticket = regexp.MustCompile(`(/texml/[^/\s"?]+/[^/\s"?]+/([0-9]+)\.[a-z]+\.)[A-Za-z0-9_\-.=]+`)

// turnless is a link whose proof was left out.
var turnless = regexp.MustCompile(`(/texml/[^/\s"?]+/[^/\s"?]+/)[0-9]+(\.[a-z]+\.)…`)

// unproved is text with the proofs of our links left out: whoever has one can
// ask for the call's documents.
func unproved(text string) string { return ticket.ReplaceAllString(text, "$1…") }

// ticketTurn is the turn of a link that we handed out.
func ticketTurn(path string) (turn int, ok bool) {
	found := ticket.FindStringSubmatch(path)
	if found == nil {
		return 0, false
	}
	turn, err := strconv.Atoi(found[2])
	return turn, err == nil
}

// wanted is what the document asks for, in words; "" asks nothing.
func (a *asked) wanted() string {
	switch a.kind {
	case "":
		return ""
	case "ai":
		if len(a.names) == 0 {
			return "what the caller wants"
		}
		return theNames(a.names)
	case "keys":
		if a.speech {
			return "a key or a word"
		}
		return "a key"
	}
	return ""
}

// did is what was done with the document, for the line of a turn.
func (a *asked) did() string { return a.words(0) }

// doing is the same while it is going on.
func (a *asked) doing() string { return a.words(1) }

func (a *asked) words(tense int) string {
	pick := func(past, present string) string { return [2]string{past, present}[tense] }
	switch a.kind {
	case "ai", "keys":
		return pick("Asked for ", "Asking for ") + a.wanted()
	case "dial":
		return pick("Rang ", "Ringing, or talking to, ") + a.of
	case "record":
		return pick("Recorded the caller", "Recording the caller")
	case "queue":
		return strings.TrimSpace(pick("Waited in the queue ", "Waiting in the queue ") + a.of)
	case "connect":
		return pick("Handed the talk to a service", "A service has the talk")
	case "refer":
		return pick("Handed the call over", "Handing the call over")
	case "pay":
		return pick("Asked to pay", "Taking a payment")
	case "http":
		return pick("Asked another service", "Asking another service")
	}
	switch {
	case a.hidden:
		return pick("Sent a document that is not shown", "A document that is not shown is played")
	case a.ends:
		return pick("Ended the call", "Ending the call")
	case slices.ContainsFunc(a.lines, func(l spoken) bool { return l.who == Assistant }):
		return pick("Said something", "Saying something")
	}
	return pick("Went on", "Going on")
}
