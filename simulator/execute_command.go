package simulator

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"texmlsrv/simulator/api"
	"texmlsrv/simulator/wire"
	"texmlsrv/texml"
)

// The commands that the simulated platform knows.
const (
	gatherUsingAI    = "gather_using_ai"
	gatherDigits     = "gather"
	gatherUsingAudio = "gather_using_audio"
	gatherUsingSpeak = "gather_using_speak"
	gatherStop       = "gather_stop"
	assistantStart   = "ai_assistant_start"
	assistantStop    = "ai_assistant_stop"
	assistantTold    = "ai_assistant_add_messages"
)

// Kinds of lines of what the API took.
const (
	lineCommand = "command"
	lineUpdate  = "update"
)

// Telnyx's words for how something that was broken off ended.
const (
	hungUpWord    = "call_hangup"
	cancelledWord = "cancelled"
)

// errand is what a command began: it goes on beside the document, step by step.
type errand struct {
	*leg
	command api.Command
	talk    talked // so far
	began   time.Time
	at      time.Time
	next    func(context.Context) error // at that instant; nil: it is over
	broke   func(word string) []request // what is told when it is broken off
}

// then goes on in so many seconds.
func (e *errand) then(n float64, next func(context.Context) error) {
	e.at, e.next = e.clock.Now().Add(seconds(n)), next
}

// runs reports whether it is not over.
func (e *errand) runs() bool { return e != nil && e.next != nil }

// breaksOff ends it before its time, and gives what is told of that.
func (e *errand) breaksOff(word string) []request {
	if !e.runs() {
		return nil
	}
	e.next = nil
	e.assists(false)
	return e.broke(word)
}

// assists notes whether an assistant is on the call.
func (c *course) assists(does bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.assisted = does
}

// tells is an event that comes of the command, if anybody wants one: with its
// client state.
func (e *errand) tells(event wire.Event) []request {
	event.ClientState = e.command.ClientState
	return e.event(event)
}

// obeys begins what a command says. One that talks with the caller ends another
// that does. Telnyx does not say what gather_stop is to an AI gather.
func (l *leg) obeys(c api.Command) {
	l.hears(Line{Kind: lineCommand, Text: c.Name}, 0)
	e := &errand{leg: l, command: c, began: l.clock.Now()}
	switch c.Name {
	case gatherStop:
		if l.errand.runs() && (l.errand.command.Name != gatherUsingAI || l.draw("gather_stop of an AI gather", 2) == 1) && l.errand.command.Name != assistantStart {
			l.tell(l.ctx, l.errand.breaksOff(cancelledWord)...)
		}
		return
	case assistantStop:
		if l.errand.runs() && (l.errand.command.Name == assistantStart || l.errand.command.Name == gatherUsingAI) {
			l.tell(l.ctx, l.errand.breaksOff(cancelledWord)...)
		}
		return
	case assistantTold:
		if l.errand.runs() {
			l.errand.talk.messages = append(l.errand.talk.messages, historyOf(c.Params["messages"])...)
		}
		return
	}
	if l.errand.runs() {
		l.tell(l.ctx, l.errand.breaksOff(cancelledWord)...)
	}
	l.errand = e
	switch c.Name {
	case gatherUsingAI:
		e.gathersByAI()
	case assistantStart:
		e.startsAssistant()
	default:
		e.gathersDigits()
	}
}

// leavesOff is what becomes of a command's errand when another document begins:
// Telnyx does not say. It ends without a word, or is told to have been
// cancelled, or goes on and brings what nobody waits for any more.
func (l *leg) leavesOff(ctx context.Context) {
	if !l.leading() || !l.errand.runs() {
		return
	}
	switch l.draw("errand of another document", 3) {
	case 0:
		l.errand.breaksOff(cancelledWord)
	case 1:
		l.tell(ctx, l.errand.breaksOff(cancelledWord)...)
	}
}

// hangsUp ends the call in the middle of an errand.
func (e *errand) hangsUp(context.Context) error {
	e.does("hangs_up", "")
	e.next = func(context.Context) error { return nil } // it runs, until the call is over
	e.cut = func(context.Context) (onward, error) { return hungUp, nil }
	return nil
}

// over tells the end of the talk with an assistant, or an AI gather: as an
// event, and on some platforms to the status URL too.
func (e *errand) over(reason string) []request {
	long := e.clock.Now().Sub(e.began)
	n := wire.Conversation{ID: e.command.ConversationID, Duration: long, Messages: messages(e.talk.messages), Reason: reason}
	told := e.tells(e.ids.ConversationEvent(e.clock.Now(), n))
	if e.StatusURL != "" && e.draw("talk of a command is told twice", 2) == 1 {
		form := e.ids.ConversationEnded(n.Said(e.clock.Now().Add(-long)))
		told = append(told, request{kind: KindConversation, leg: e.name, method: http.MethodPost, url: e.StatusURL, form: form})
	}
	return told
}

// startsAssistant connects the caller to an assistant.
func (e *errand) startsAssistant() {
	id := ""
	if assistant, is := e.command.Params["assistant"].(map[string]any); is {
		id, _ = assistant["id"].(string)
	}
	v := &texml.Connect{Connections: []texml.Connection{&texml.AIAssistant{ID: id}}}
	e.talk = talked{reason: "normal", messages: historyOf(e.command.Params["message_history"])}
	e.broke = func(word string) []request {
		reason := "normal"
		if word == hungUpWord {
			reason = "hangup"
		}
		return e.over(reason)
	}
	e.hears(Line{Kind: "connect", Text: services(v.Connections)}, 0)
	e.greets()
	e.then(0, func(ctx context.Context) error {
		act, err := e.asks(ctx, Moment{Kind: MomentConnect, Verb: v, Command: e.command.Name})
		e.talk.seconds = cmp.Or(act.Seconds, 60)
		e.talk.messages = append(e.talk.messages, act.Conversation...)
		end := func(ctx context.Context) error {
			e.assists(false)
			e.tell(ctx, e.over(cmp.Or(act.Reason, act.Status, "normal"))...)
			return ctx.Err()
		}
		if act.HangUp {
			end = e.hangsUp
		}
		e.then(e.talk.seconds, end)
		return err
	})
}

// greets says the greeting of a command, and gives it with how long it takes.
func (e *errand) greets() (greeting string, takes float64) {
	if greeting = spaced(e.word("greeting")); greeting == "" {
		return "", 0
	}
	e.hears(Line{Kind: "greeting", Text: greeting, Voice: e.word("voice")}, 0)
	return greeting, spoken(greeting)
}

// number is a parameter that is a number; 0 when it is absent.
func (e *errand) number(name string) float64 {
	n, _ := e.command.Params[name].(float64)
	return n
}

// word is a parameter that is text; "" when it is absent.
func (e *errand) word(name string) string {
	s, _ := e.command.Params[name].(string)
	return s
}

// historyOf are messages as a command has them.
func historyOf(param any) []Message {
	var out []Message
	list, _ := param.([]any)
	for _, one := range list {
		m, _ := one.(map[string]any)
		role, _ := m["role"].(string)
		content, _ := m["content"].(string)
		out = append(out, Message{Role: role, Content: content})
	}
	return out
}
