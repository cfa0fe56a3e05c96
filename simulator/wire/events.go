package wire

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// Event is one JSON webhook.
type Event struct {
	Type    string    // call.ai_gather.ended …
	ID      string    // data.id, the same on every attempt; default derived from the call, the type and At
	At      time.Time // data.occurred_at, to the microsecond
	Call    Call
	Members map[string]any // of the payload beside those of the call, which they may replace

	ClientState string // base64 of whoever began the gather; "" is null
	Attempt     int    // meta.attempt; 0 is 1
	DeliveredTo string // meta.delivered_to: the URL; "" is left out
	NoMeta      bool   // no meta at all, as in Telnyx's specification
	NoData      bool   // no wrapper, as one receiver has met
}

// withoutParties are the events whose payload does not say who calls whom.
var withoutParties = []string{
	"call.playback.started", "call.playback.ended", "call.speak.started", "call.speak.ended",
	"call.conversation_insights.generated",
}

// JSON is the body of the event. Members come in the order of their names,
// after those that all events have.
func (e Event) JSON() []byte {
	setDefault(&e.ID, e.Call.NewUUID("event "+e.Type+" "+instant(e.At, microsForm)))
	data := object("record_type", "event", "event_type", e.Type, "id", e.ID,
		"occurred_at", e.At.UTC().Format(microsForm), "payload", json.RawMessage(e.payload()))
	switch {
	case e.NoData:
		return data
	case e.NoMeta:
		return object("data", json.RawMessage(data))
	}
	meta := []any{"attempt", max(e.Attempt, 1)}
	if e.DeliveredTo != "" {
		meta = append(meta, "delivered_to", e.DeliveredTo)
	}
	return object("data", json.RawMessage(data), "meta", json.RawMessage(object(meta...)))
}

func (e Event) payload() []byte {
	var state any
	if e.ClientState != "" {
		state = e.ClientState
	}
	members := []any{
		"call_control_id", e.Call.SID, "call_leg_id", e.Call.LegID, "call_session_id", e.Call.SessionID,
		"client_state", state, "connection_id", e.Call.ConnectionID,
	}
	if !slices.Contains(withoutParties, e.Type) {
		members = append(members, "from", e.Call.From, "to", e.Call.To)
	}
	replaced := map[string]bool{}
	for i := 0; i < len(members); i += 2 {
		name, _ := members[i].(string)
		if value, is := e.Members[name]; is {
			members[i+1], replaced[name] = value, true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Members)) {
		if !replaced[name] {
			members = append(members, name, e.Members[name])
		}
	}
	return object(members...)
}

// Event is an event of any type, with members of its payload (nil for none).
func (c Call) Event(kind string, at time.Time, members map[string]any) Event {
	return Event{Type: kind, At: at, Call: c, Members: members}
}

// raw is JSON as it was written; nil is null.
func raw(text json.RawMessage) any {
	if len(text) == 0 {
		return nil
	}
	return text
}

// spoken are messages as events have them: never null, and without times.
func spoken(history []Message) []Message {
	plain := make([]Message, len(history))
	for i, m := range history {
		plain[i] = Message{Role: m.Role, Content: m.Content}
	}
	return plain
}

// PartialResults is what an AI gather knows so far.
func (c Call) PartialResults(at time.Time, known json.RawMessage, history []Message) Event {
	return c.Event("call.ai_gather.partial_results", at, map[string]any{
		"message_history": spoken(history), "partial_results": raw(known),
	})
}

// HistoryUpdated is what was said in an AI gather so far.
func (c Call) HistoryUpdated(at time.Time, history []Message) Event {
	return c.Event("call.ai_gather.message_history_updated", at, map[string]any{"message_history": spoken(history)})
}

// AIGatherEnded is how an AI gather ended: its status ("" is valid), the object
// gathered as it was written, never enveloped, or nil.
func (c Call) AIGatherEnded(at time.Time, g AIGather) Event {
	setDefault(&g.Status, "valid")
	return c.Event("call.ai_gather.ended", at, map[string]any{
		"message_history": spoken(g.History), "result": raw(g.Result), "status": g.Status,
	})
}

// GatherEnded is how a Gather ended: valid, invalid, timeout, call_hangup …
func (c Call) GatherEnded(at time.Time, digits, status string) Event {
	return c.Event("call.gather.ended", at, map[string]any{"digits": digits, "status": status})
}

// DTMFReceived is one key pressed.
func (c Call) DTMFReceived(at time.Time, digit string) Event {
	return c.Event("call.dtmf.received", at, map[string]any{"digit": digit})
}

// Initiated is the beginning of a call.
func (c Call) Initiated(at time.Time) Event {
	direction, state := "incoming", "parked"
	if c.Direction == "outbound" {
		direction, state = "outgoing", "bridging"
	}
	return c.Event("call.initiated", at, map[string]any{
		"calling_party_type": c.Type, "caller_id_name": c.CallerID, "direction": direction, "state": state,
		"from_sip_uri": c.fromSIP(), "to_sip_uri": c.toSIP(), "custom_headers": []any{}, "sip_headers": []any{},
		"tags": []string{}, "start_time": at.UTC().Format(microsForm),
	})
}

// Answered is the moment a call that began earlier is answered.
func (c Call) Answered(at, began time.Time) Event {
	return c.Event("call.answered", at, map[string]any{
		"state": "answered", "start_time": began.UTC().Format(microsForm), "codec": "PCMU", "sampling_rate": 8000,
		"custom_headers": []any{}, "sip_headers": []any{}, "tags": []string{},
	})
}

// HungUp is the end of a call; cause (normal_clearing …) and source (caller,
// callee, unknown) have these defaults.
func (c Call) HungUp(at, began time.Time, cause, source string) Event {
	setDefault(&cause, "normal_clearing")
	setDefault(&source, "caller")
	sip := "200"
	if e, known := endOf(cause); known {
		sip = e.sip
	}
	return c.Event("call.hangup", at, map[string]any{
		"state": "hangup", "start_time": began.UTC().Format(microsForm), "end_time": at.UTC().Format(microsForm),
		"hangup_cause": cause, "hangup_source": source, "sip_hangup_cause": sip, "call_quality_stats": nil,
		"custom_headers": []any{}, "sip_headers": []any{}, "tags": []string{},
	})
}

// ConversationEvent is the end of an AI conversation.
func (c Call) ConversationEvent(at time.Time, n Conversation) Event {
	n = n.filled(c)
	setDefault(&n.AssistantID, "assistant-"+c.NewUUID("assistant"))
	e := c.Event("call.conversation.ended", at, map[string]any{
		"assistant_id": n.AssistantID, "calling_party_type": c.Type, "conversation_id": n.ID,
		"duration_sec": rounded(n.Duration), "llm_model": llmModel, "stt_model": sttModel,
		"tts_provider": ttsProvider, "tts_model_id": ttsModel, "tts_voice_id": ttsVoice, "reason": n.Reason,
	})
	return e
}

// Insights is what was found out about a conversation: each result an object
// or a text.
func (c Call) Insights(at time.Time, results ...any) Event {
	items := make([]any, len(results))
	for i, result := range results {
		items[i] = map[string]any{"insight_id": c.NewUUID("insight"), "result": result}
	}
	return c.Event("call.conversation_insights.generated", at, map[string]any{
		"calling_party_type": c.Type, "insight_group_id": c.NewUUID("insight group"), "results": items,
	})
}

// PlaybackStarted is the beginning of a recording that is played.
func (c Call) PlaybackStarted(at time.Time, media string) Event {
	return c.Event("call.playback.started", at, map[string]any{"media_url": media, "overlay": false})
}

// PlaybackEnded is its end: completed, failed, file_not_found, call_hangup …
func (c Call) PlaybackEnded(at time.Time, media, status, detail string) Event {
	return c.Event("call.playback.ended", at, map[string]any{
		"media_url": media, "overlay": false, "status": status, "status_detail": detail,
	})
}

// SpeakEnded is the end of something said: completed, call_hangup …
func (c Call) SpeakEnded(at time.Time, status string) Event {
	return c.Event("call.speak.ended", at, map[string]any{"status": status})
}

// CostEvent is what a call cost, in dollars.
func (c Call) CostEvent(at time.Time, dollars string, billed time.Duration) Event {
	part := map[string]any{
		"call_part": "sip-trunking", "cost": dollars, "rate": "0.0053", "currency": "USD",
		"billed_duration_secs": rounded(billed),
	}
	return c.Event("call.cost", at, map[string]any{
		"status": "success", "total_cost": dollars, "billed_duration_secs": rounded(billed),
		"billing_group_id": nil, "occurred_at": at.UTC().Format(microsForm), "cost_parts": []any{part},
	})
}
