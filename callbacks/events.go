package callbacks

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"texmlsrv/calls"
	"texmlsrv/sessions"
)

// members are those of a JSON object, each as it came. Nothing in an event is
// taken for granted: what is of another type is read as if it were not there.
type members map[string]json.RawMessage

// membersOf opens an object; nil when raw is none.
func membersOf(raw []byte) members {
	var m members
	if json.Unmarshal(raw, &m) != nil {
		return nil
	}
	return m
}

// text is a text, or a number or truth value as it is written; "" for anything
// else.
func (m members) text(name string) string {
	var v any
	raw := m[name]
	if len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || json.Unmarshal(raw, &v) != nil {
		return ""
	}
	switch v := v.(type) {
	case string:
		return clean(v)
	case float64, bool:
		return string(raw)
	}
	return ""
}

// firstText is the first of several texts that is there.
func (m members) firstText(names ...string) string {
	for _, name := range names {
		if text := m.text(name); text != "" {
			return text
		}
	}
	return ""
}

// value is a JSON value, also one that came as JSON in a text. It is nil when it
// is not there, and not ok when it cannot be read.
func (m members) value(name string) (value any, ok bool) {
	raw := m[name]
	if len(raw) == 0 {
		return nil, true
	}
	value, err := decodeJSON(string(raw))
	if err != nil {
		return nil, false
	}
	if text, is := value.(string); is {
		if strings.TrimSpace(text) == "" {
			return nil, true
		}
		value, err = decodeJSON(text)
	}
	return value, err == nil
}

// shown is a member as a text: of an object, a list or null its JSON, on one
// line.
func (m members) shown(name string) string {
	raw := m[name]
	text := m.text(name)
	if text != "" || len(raw) == 0 || raw[0] == '"' {
		return text
	}
	var line bytes.Buffer
	if err := json.Compact(&line, raw); err != nil {
		return clean(string(raw))
	}
	return clean(line.String())
}

// kept are all members as texts, within the bounds of what is kept of a form.
func (m members) kept() map[string]string {
	kept := make(map[string]string, min(len(m), keyLimit))
	room := fieldsBytes
	for _, name := range slices.Sorted(maps.Keys(m)) {
		key := clean(name)
		if len(kept) >= keyLimit || len(key) > min(room, keyBytes) {
			continue
		}
		value := cut(m.shown(name), min(room-len(key), textLimit))
		room -= len(key) + len(value)
		kept[key] = value
	}
	return kept
}

// decodeEvent reads a JSON webhook: {"data": {"event_type": …, "payload": {…}},
// "meta": {…}}, also without data, and with the payload's members beside the
// rest. It is not ok for what is no JSON object.
func decodeEvent(text string) (e event, ok bool) {
	whole := membersOf([]byte(text))
	if whole == nil {
		return event{}, false
	}
	data, raw := whole, text
	if inner := membersOf(whole["data"]); inner != nil && whole["event_type"] == nil {
		data, raw = inner, string(whole["data"]) // meta differs from one delivery to the next
	}
	payload := membersOf(data["payload"])
	if payload == nil {
		payload = data
	}
	e = eventOf(data, payload)
	e.fields, e.fingerprint = payload.kept(), fingerprintOf(raw)
	return e, true
}

// eventOf reads what an event says of itself, of its call, and what its payload
// tells.
func eventOf(data, payload members) (e event) {
	e.call = callOf(payload)
	e.ID = cut(data.text("id"), nameLimit)
	e.Kind = kindOf(data.text("event_type"))
	e.At = instant(data.text("occurred_at"))
	if flow, step, turn, ours := calls.ReadClientState(payload.text("client_state")); ours {
		e.Flow, e.Step, e.Turn = flow, step, turn
	}
	e.read(payload)
	return e
}

// callOf says which call an event is of, and who calls whom. Its id is the one
// that a form calls CallSid.
func callOf(payload members) sessions.Call {
	direction := "inbound"
	if strings.HasPrefix(payload.text("direction"), "out") {
		direction = "outbound"
	}
	return sessions.Call{
		SID:       payload.text("call_control_id"),
		Direction: direction,
		From:      party(payload.text("from")),
		To:        party(payload.text("to")),
	}
}

// read takes out of a payload what its kind has.
func (e *event) read(payload members) {
	e.Status = word(payload.text("status"))
	e.Reason = cut(payload.firstText("hangup_cause", "reason", "status_detail"), 256)
	e.Seconds = number(payload.firstText("duration_sec", "billed_duration_secs"), math.MaxInt32)
	e.Conversation = cut(payload.text("conversation_id"), nameLimit)
	e.Connection = cut(payload.text("connection_id"), nameLimit)
	e.History = e.said(payload)
	e.AnsweredBy = word(payload.text("answered_by"))
	switch {
	case e.Kind == calls.EventConversationEnded:
		e.Status = word(e.Reason)
	case e.Kind == calls.EventAIGatherEnded || e.Kind == calls.EventAIGatherFailed:
		e.gathered(payload)
	case e.Kind == partialResults:
		value, ok := payload.value("partial_results")
		partial, is := value.(map[string]any)
		if ok = ok && (value == nil || is) && len(payload["partial_results"]) <= textLimit; ok {
			e.Partial = partial
		}
		e.unread(payload, "partial_results", ok)
	case e.Kind == calls.EventGatherEnded || e.Kind == digitReceived:
		digits := payload.firstText("digits", "digit")
		e.Digits = &digits
	case e.Kind == callInitiated:
		e.Parked = payload.text("direction") == "incoming" && payload.text("state") == "parked"
	case e.Kind == callHangup:
		e.Ending = ending(word(e.Reason))
	case strings.HasPrefix(e.Kind, "call.machine.") && strings.HasSuffix(e.Kind, "detection.ended"):
		e.AnsweredBy = word(payload.firstText("answered_by", "result"))
	}
}

// gathered reads the result of an AI gather: an object, JSON in a text, or, as
// one receiver has met it, under another name.
func (e *event) gathered(payload members) {
	for _, name := range []string{"result", "parameters", "data"} {
		value, ok := payload.value(name)
		if e.unread(payload, name, ok); !ok {
			e.Malformed = true
		}
		if value != nil || !ok {
			e.Result = value
			return
		}
	}
}

// said is the talk that an event tells of: nil where it tells of none.
func (e *event) said(payload members) []sessions.Message {
	value, ok := payload.value("message_history")
	items, is := value.([]any)
	e.unread(payload, "message_history", ok && (value == nil || is))
	return messagesOf(items)
}

// unread keeps the text of a member that could not be read.
func (e *event) unread(payload members, name string, ok bool) {
	if !ok {
		e.malformed = kept(strings.TrimPrefix(e.malformed+"\n"+string(payload[name]), "\n"))
	}
}

// Kinds of events that are read here, and mean nothing elsewhere by their name.
const (
	partialResults = "call.ai_gather.partial_results"
	digitReceived  = "call.dtmf.received"
	callInitiated  = "call.initiated"
	callHangup     = "call.hangup"
)

// underscored are the kinds whose names have underscores of their own.
var underscored = []string{
	calls.EventAIGatherEnded, calls.EventAIGatherFailed, partialResults,
	"call.ai_gather.message_history_updated", "call.conversation_insights.generated", "call.conversation.start_failed",
}

// kindOf is the kind of an event. Senders were met that write an underscore for
// every dot.
func kindOf(eventType string) string {
	kind := cut(strings.ToLower(eventType), nameLimit)
	if strings.Contains(kind, ".") {
		return kind
	}
	dotted := strings.ReplaceAll(kind, "_", ".")
	for _, known := range underscored {
		if dotted == strings.ReplaceAll(known, "_", ".") {
			return known
		}
	}
	return dotted
}

// ending is the final word of a call, as a status callback would say it, for
// the cause that an event gives.
func ending(cause string) string {
	switch cause {
	case "user_busy":
		return "busy"
	case "no_answer", "timeout":
		return "no_answer"
	case "originator_cancel":
		return "canceled"
	case "call_rejected", "not_found":
		return "failed"
	}
	return "completed"
}

// instant reads the time at which an event occurred; the zero time when that
// cannot be told. An older page of Telnyx prints a space for the T.
func instant(s string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, strings.Replace(s, " ", "T", 1))
	if at = at.UTC(); err != nil || at.Year() < 1 || at.Year() > 9999 { // what JSON can hold again
		return time.Time{}
	}
	return at
}

// fingerprintOf is a hash of what an event says.
func fingerprintOf(data string) string {
	sum := sha256.Sum256([]byte(data))
	return hex.EncodeToString(sum[:16])
}
