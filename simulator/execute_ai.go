package simulator

import (
	"context"
	"strings"

	"texmlsrv/flows/schemas"
	"texmlsrv/texml"
)

// aiGather lets the agent ask until the caller has given what the schema wants.
func (l *leg) aiGather(ctx context.Context, v *texml.AIGather) (onward, error) {
	if v.Greeting != nil {
		text := strings.Join(strings.Fields(v.Greeting.Content.Text()), " ")
		line := Line{Kind: "greeting", Text: text}
		if v.Voice != nil {
			line.Voice = v.Voice.Name
		}
		if l.hears(line, spoken(text)) {
			return onward{end: CallerHungUp}, nil
		}
	}
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
	act, err := l.asks(ctx, m)
	switch {
	case err != nil:
		return onward{}, err
	case act.HangUp:
		l.does("hangs_up", "")
		return onward{end: CallerHungUp}, nil
	}
	form := l.ids.AI("valid", act.Gathers, act.Conversation)
	return l.goes(l.fetch(ctx, l.request(MomentAI, v.Method, v.ActionURL, form), around{}))
}
