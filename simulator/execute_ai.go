package simulator

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"texmlsrv/flows/schemas"
	"texmlsrv/texml"
)

// aiGather lets the agent ask until the caller has given what the schema wants.
func (l *leg) aiGather(ctx context.Context, v *texml.AIGather) (onward, error) {
	greeting := ""
	if v.Greeting != nil {
		greeting = spaced(v.Greeting.Content.Text())
	}
	if greeting != "" {
		line := Line{Kind: "greeting", Text: greeting}
		if v.Voice != nil {
			line.Voice = v.Voice.Name
		}
		if l.hears(line, spoken(greeting)) {
			if l.cut != nil {
				return onward{}, nil
			}
			l.partings = append(l.partings, l.conversation(talked{reason: "hangup", messages: said(nil, greeting, Act{})})...)
			return hungUp, nil
		}
	}
	m := aiMoment(v)
	act, err := l.asks(ctx, m)
	if err != nil {
		return onward{}, err
	}
	t := l.talks(m, act, greeting)
	if l.lasts(t.seconds / 2) {
		l.tell(ctx, l.conversation(t)...)
		return onward{}, nil
	}
	if !l.pending.has(OnlyConversationEnded) && !l.pending.has(OnlyFallThrough) {
		l.tell(ctx, l.partial(t)...)
	}
	if l.lasts(t.seconds / 2) {
		l.tell(ctx, l.conversation(t)...)
		return onward{}, nil
	}
	if act.HangUp {
		return l.hangsUpAI(v, t), nil
	}
	return l.brings(ctx, v, t)
}

// aiMoment says what an AIGather asks for.
func aiMoment(v *texml.AIGather) Moment {
	m := Moment{Kind: MomentAI, Verb: v}
	if v.Parameters != nil {
		if node, err := schemas.ReadJSON([]byte(v.Parameters.JSON)); err == nil {
			m.Parameters = node
			m.Schema, _ = schemas.Cached(node) // nil where it does not compile
		}
	}
	if v.MessageHistory != nil {
		for _, message := range v.MessageHistory.Messages {
			m.History = append(m.History, Message{Role: message.Role, Content: message.Text})
		}
	}
	return m
}

// talked is what a conversation came to.
type talked struct {
	status   string          // Telnyx's word
	result   json.RawMessage // the object; nil when there is none
	messages []Message
	seconds  float64
	reason   string // why the conversation ended
}

// talks is the conversation of an AI gather. Whether the result fits the schema
// decides how it ended, unless the Act says so itself.
func (l *leg) talks(m Moment, act Act, greeting string) talked {
	t := talked{status: "valid", result: act.Gathers, seconds: cmp.Or(act.Seconds, 12), reason: "normal"}
	if len(act.Gathers) == 0 || !fits(m.Schema, act.Gathers) {
		t.status = "invalid"
	}
	if len(act.Gathers) == 0 {
		l.does("silent", "")
		t.status = []string{"invalid", "invalid", "timeout", "client_error"}[l.draw("nothing gathered", 4)]
	} else {
		l.does("gathers", string(act.Gathers))
	}
	t.status = cmp.Or(act.Status, t.status)
	history := m.History
	if l.draw("history", 2) == 1 {
		history = nil // what was sent with the document may come back, or not
	}
	t.messages = said(history, greeting, act)
	return t
}

// fits reports whether an object holds all that a schema wants of it. Without
// a schema anything does.
func fits(schema *schemas.Schema, object json.RawMessage) bool {
	value, err := schemas.DecodeJSON(object)
	if err != nil || schema == nil {
		return err == nil
	}
	result, is := value.(map[string]any)
	return is && schemas.Read(schema, schema, result, nil).Usable
}

// said is the conversation so far: what came with the document, the greeting,
// and what was said since. An Act that does not tell is made into words.
func said(history []Message, greeting string, act Act) []Message {
	all := append([]Message(nil), history...)
	if act.Conversation != nil {
		return append(all, act.Conversation...)
	}
	if greeting != "" {
		all = append(all, Message{Role: "assistant", Content: greeting})
	}
	switch {
	case act.Speech != nil:
		all = append(all, Message{Role: "user", Content: *act.Speech})
	case len(act.Gathers) > 0:
		all = append(all, Message{Role: "user", Content: words(act.Gathers)})
	}
	return all
}

// words are the values of an object, as somebody may say them.
func words(object json.RawMessage) string {
	node, err := schemas.ReadJSON(object)
	if err != nil {
		return string(object)
	}
	var spoken []string
	for _, member := range node.Members {
		switch member.Value.Kind {
		case schemas.String:
			text, _ := member.Value.Value.(string)
			spoken = append(spoken, text)
		case schemas.Null:
		default:
			spoken = append(spoken, string(member.Value.Bytes()))
		}
	}
	return strings.Join(spoken, ", ")
}

// brings tells what was gathered: by an event, the action, and the end of the
// conversation. On a bad day some of these do not come.
func (l *leg) brings(ctx context.Context, v *texml.AIGather, t talked) (onward, error) {
	b := l.pending
	with := around{before: l.gatherEnded(t), after: l.conversation(t)}
	if b.has(OnlyEvent) || b.has(OnlyFallThrough) {
		with.after = nil
	}
	if b.has(OnlyConversationEnded) || b.has(OnlyFallThrough) {
		with.before = nil
	}
	return l.answers(ctx, l.request(MomentAI, v.Method, v.ActionURL, l.ids.AIGather(l.gathered(t, b))), v.ActionURL, with)
}

// hangsUpAI ends the call in the middle of a conversation. Telnyx does not say
// what comes of it: live reports say the end of the conversation alone.
func (l *leg) hangsUpAI(v *texml.AIGather, t talked) onward {
	l.does("hangs_up", "")
	t.reason = "hangup"
	if t.status == "invalid" || len(t.result) == 0 {
		t.status = "call_hangup"
	}
	l.partings = append(l.partings, l.gatherEnded(t)...)
	if strings.TrimSpace(v.ActionURL) != "" && l.draw("ai hung up", 3) == 2 {
		l.partings = append(l.partings, l.request(MomentAI, v.Method, v.ActionURL, l.ids.AIGather(l.gathered(t, l.pending))))
	}
	l.partings = append(l.partings, l.conversation(t)...)
	return hungUp
}
