package simulator

import (
	"context"
	"encoding/json"

	"texmlsrv/simulator/wire"
	"texmlsrv/texml"
)

// gathersByAI is an AI gather that a command began.
func (e *errand) gathersByAI() {
	v := e.asAIGather()
	greeting, takes := e.greets()
	e.talk = talked{seconds: takes, messages: said(nil, greeting, Act{})}
	e.broke = func(word string) []request {
		if word != hungUpWord {
			return e.over("normal")
		}
		e.talk.status, e.talk.result = word, nil
		return append(e.ended(e.talk), e.over("hangup")...)
	}
	e.then(takes, func(ctx context.Context) error {
		m := aiMoment(v)
		m.Command = e.command.Name
		act, err := e.asks(ctx, m)
		e.talk = e.talks(m, act, greeting)
		e.then(e.talk.seconds/2, func(ctx context.Context) error {
			e.tell(ctx, e.soFar()...)
			if act.HangUp {
				return e.hangsUp(ctx)
			}
			e.then(e.talk.seconds/2, e.gathered)
			return ctx.Err()
		})
		return err
	})
}

// asAIGather is the verb that asks what the command asks.
func (e *errand) asAIGather() *texml.AIGather {
	v := &texml.AIGather{}
	if schema, err := json.Marshal(e.command.Params["parameters"]); err == nil {
		v.Parameters = &texml.Parameters{JSON: string(schema)}
	}
	if text := e.word("greeting"); text != "" {
		v.Greeting = &texml.Greeting{Content: texml.Plain(text)}
	}
	if history := historyOf(e.command.Params["message_history"]); len(history) > 0 {
		v.MessageHistory = &texml.MessageHistory{}
		for _, m := range history {
			v.MessageHistory.Messages = append(v.MessageHistory.Messages, texml.Message{Role: m.Role, Text: m.Content})
		}
	}
	return v
}

// wants reports whether the command asks for something to be told.
func (e *errand) wants(what string) bool { return e.command.Params[what] == true }

// soFar tells of the talk in the middle of it.
func (e *errand) soFar() []request {
	now, so := e.clock.Now(), messages(e.talk.messages)
	var all []request
	if e.wants("send_message_history_updates") {
		all = e.tells(e.ids.HistoryUpdated(now, so[:max(0, len(so)-1)]))
	}
	if known := beginning(e.talk.result); known != nil && e.wants("send_partial_results") {
		all = append(all, e.tells(e.ids.PartialResults(now, known, so))...)
	}
	return all
}

// ended is the event at the end of the gather.
func (e *errand) ended(t talked) []request {
	return e.tells(e.ids.AIGatherEnded(e.clock.Now(), wire.AIGather{Status: t.status, Result: t.result, History: messages(t.messages)}))
}

// gathered tells what came of the gather. The misbehaviours that are due are
// those of the event: it has the place of an action.
func (e *errand) gathered(ctx context.Context) error {
	if speech := spaced(e.word("gather_ended_speech")); speech != "" {
		e.hears(Line{Kind: "say", Text: speech, Voice: e.word("voice")}, 0)
	}
	b, t := e.due(), e.talk
	if b.has(NoResult) {
		t.result = nil
	}
	t.status = e.leg.gathered(t, b).Status
	ended, over := e.ended(t), e.over("normal")
	if b.has(OnlyConversationEnded) || b.has(OnlyFallThrough) {
		ended = nil
	}
	if b.has(OnlyEvent) || b.has(OnlyFallThrough) {
		over = nil
	}
	if b.has(Reorder) || e.draw("end of a talk", 2) == 1 {
		e.tell(ctx, over...)
		over = nil
	}
	e.pass(b.delay())
	for _, r := range ended {
		e.done(e.deliver(ctx, r, b))
	}
	e.tell(ctx, over...)
	return ctx.Err()
}
