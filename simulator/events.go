package simulator

import (
	"encoding/json"
	"net/http"

	"texmlsrv/flows/schemas"
	"texmlsrv/simulator/wire"
)

// event is a JSON webhook, if anybody wants one.
func (l *leg) event(e wire.Event) []request {
	if l.EventsURL == "" {
		return nil
	}
	e.DeliveredTo = l.EventsURL
	return []request{{kind: KindEvent, leg: l.name, method: http.MethodPost, url: l.EventsURL, event: e.JSON()}}
}

// partial tells of a conversation in the middle of it: what was said, and the
// first of what is known.
func (l *leg) partial(t talked) []request {
	now, so := l.clock.Now(), messages(t.messages)
	all := l.event(l.ids.HistoryUpdated(now, so[:max(0, len(so)-1)]))
	if known := beginning(t.result); known != nil {
		all = append(all, l.event(l.ids.PartialResults(now, known, so))...)
	}
	return all
}

// beginning is an object with the first of its members; nil when it has none.
func beginning(object json.RawMessage) json.RawMessage {
	node, err := schemas.ReadJSON(object)
	if err != nil || len(node.Members) == 0 {
		return nil
	}
	first := schemas.Node{Kind: schemas.Object, Members: node.Members[:1]}
	return first.Bytes()
}

// gatherEnded is the event at the end of an AI gather: the bare object, however
// the action has it.
func (l *leg) gatherEnded(t talked) []request {
	return l.event(l.ids.AIGatherEnded(l.clock.Now(), wire.AIGather{Status: t.status, Result: t.result, History: messages(t.messages)}))
}

// conversation tells the status URL that a conversation ended, and what was
// said in it, but not what was gathered.
func (l *leg) conversation(t talked) []request {
	if l.StatusURL == "" {
		return nil
	}
	long := seconds(t.seconds)
	n := wire.Conversation{Duration: long, Messages: messages(t.messages), Reason: t.reason}
	form := l.ids.ConversationEnded(n.Said(l.clock.Now().Add(-long)))
	return []request{{kind: KindConversation, leg: l.name, method: http.MethodPost, url: l.StatusURL, form: form}}
}
