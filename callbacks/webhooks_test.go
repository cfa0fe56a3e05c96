package callbacks_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/callbacks"
	"texmlsrv/calls"
	"texmlsrv/sessions"
)

// of is a webhook of call v3:a with these members in its payload.
func of(kind, payload string) string {
	if payload != "" {
		payload = "," + payload
	}
	return `{"data":{"event_type":"` + kind + `","id":"e1","occurred_at":"2026-01-01T00:00:20Z","payload":{"call_control_id":"v3:a"` + payload + `}}}`
}

// TestWebhook_badInput sends what nobody should: every time what can be read is
// read, the rest is kept as text, and the platform is told 200.
func TestWebhook_badInput(t *testing.T) {
	const (
		ended   = calls.EventAIGatherEnded
		partial = "call.ai_gather.partial_results"
	)
	long := strings.Repeat("a", 70<<10)
	said := []sessions.Message{{Role: "user", Content: "29"}}
	tests := []struct {
		name, body string
		want       calls.Event // without ID and At
		malformed  string      // a part of it; "" for none
	}{
		{"null-result", of(ended, `"result":null,"message_history":null,"client_state":null,"status":null`), calls.Event{}, ""},
		{"no-result", of(ended, `"status":"valid"`), calls.Event{Status: "valid"}, ""},
		{"result-under-another-name", of(ended, `"result":null,"parameters":null,"data":{"age":29}`), calls.Event{Result: map[string]any{"age": 29.0}}, ""},
		{"result-is-text", of(ended, `"result":"twenty-nine"`), calls.Event{Malformed: true}, "twenty-nine"},
		{"result-is-empty-text", of(ended, `"result":" "`), calls.Event{}, ""},
		{"result-is-a-number", of(ended, `"result":29`), calls.Event{Result: 29.0}, ""},
		{"result-is-a-list-in-text", of(ended, `"result":"[29]"`), calls.Event{Result: []any{29.0}}, ""},
		{"result-too-deep", of(ended, `"result":`+strings.Repeat("[", 65)+strings.Repeat("]", 65)), calls.Event{Malformed: true}, "[[[["},
		{"result-with-a-huge-number", of(ended, `"result":{"age":1e400},"status":"valid"`), calls.Event{Status: "valid", Malformed: true}, "1e400"},
		{"result-spoils-no-history", of(ended, `"result":"{","message_history":[{"role":"user","content":"29"}]`), calls.Event{Malformed: true, History: said}, `{`},
		{"result-with-NUL", of(ended, `"result":{"a\u0000":"b\u0000"}`), calls.Event{Result: map[string]any{"a": "b"}}, ""},
		{"status-is-an-object", of(ended, `"status":{"a":1},"result":{"age":29}`), calls.Event{Result: map[string]any{"age": 29.0}}, ""},
		{"status-is-a-list", of(ended, `"status":["valid"]`), calls.Event{}, ""},
		{"history-is-text", of(ended, `"message_history":"hello"`), calls.Event{}, "hello"},
		{"history-is-an-object", of(ended, `"message_history":{"role":"user"}`), calls.Event{}, "role"},
		{"history-of-anything", of(ended, `"message_history":[null,1,"x",[],{},{"role":"user"},{"role":5,"content":"29"},{"role":"tool","content":"29"},{"role":"user","content":null,"tool_calls":[]},{"role":"user","content":"29"}]`), calls.Event{History: said}, ""},
		{"history-of-an-older-revision", of(ended, `"message_history":[{"role":"user","text":"29"}]`), calls.Event{History: said}, ""},
		{"partial-is-null", of(partial, `"partial_results":null`), calls.Event{}, ""},
		{"partial-is-empty", of(partial, `"partial_results":{}`), calls.Event{Partial: sessions.Values{}}, ""},
		{"partial-is-a-list", of(partial, `"partial_results":[1]`), calls.Event{}, "[1]"},
		{"partial-as-text", of(partial, `"partial_results":"{\"age\":29}"`), calls.Event{Partial: sessions.Values{"age": 29.0}}, ""},
		{"partial-beyond-64-KiB", of(partial, `"partial_results":{"a":"`+long+`"},"message_history":[{"role":"user","content":"29"}]`), calls.Event{History: said}, "aaaa"},
		{"partial-of-another-kind", of("call.speak.ended", `"partial_results":{"age":29}`), calls.Event{}, ""},
		{"binary-client-state", of(ended, `"client_state":"g2gCbQAAAAR0ZXN0YQE="`), calls.Event{}, ""},
		{"client-state-is-no-base64", of(ended, `"client_state":"\u0000\ud800 not base64"`), calls.Event{}, ""},
		{"client-state-is-an-object", of(ended, `"client_state":{"turn":1}`), calls.Event{}, ""},
		{"digits-are-a-number", of(calls.EventGatherEnded, `"digits":5503`), calls.Event{Digits: new("5503")}, ""},
		{"digits-are-null", of(calls.EventGatherEnded, `"digits":null`), calls.Event{Digits: new("")}, ""},
		{"seconds-are-text", of("call.conversation.ended", `"duration_sec":"17"`), calls.Event{Seconds: 17}, ""},
		{"seconds-are-less-than-none", of("call.conversation.ended", `"duration_sec":-1`), calls.Event{}, ""},
		{"hangup-of-an-unknown-cause", of("call.hangup", `"hangup_cause":"solar_flare"`), calls.Event{Reason: "solar_flare", Ending: "completed"}, ""},
		{"hangup-without-a-cause", of("call.hangup", ``), calls.Event{Ending: "completed"}, ""},
		{"hangup-of-one-that-was-busy", of("call.hangup", `"hangup_cause":"user_busy"`), calls.Event{Reason: "user_busy", Ending: "busy"}, ""},
		{"hangup-of-one-that-did-not-answer", of("call.hangup", `"hangup_cause":"timeout"`), calls.Event{Reason: "timeout", Ending: "no_answer"}, ""},
		{"hangup-by-whoever-called", of("call.hangup", `"hangup_cause":"originator_cancel"`), calls.Event{Reason: "originator_cancel", Ending: "canceled"}, ""},
		{"hangup-of-one-that-was-rejected", of("call.hangup", `"hangup_cause":"call_rejected"`), calls.Event{Reason: "call_rejected", Ending: "failed"}, ""},
		{"two-members-of-one-name", of(ended, `"status":"invalid","status":"valid"`), calls.Event{Status: "valid"}, ""},
		{"not-UTF-8", of(ended, "\"status\":\"val\xffid\""), calls.Event{Status: "val\ufffdid"}, ""},
		{"space-around", "\r\n " + of(ended, `"status":"valid"`) + " \n", calls.Event{Status: "valid"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := &fakeCalls{}
			got := serve(t, fake, callbacks.Options{}).do("POST", "/webhooks", tt.body, nil)
			if got.status != http.StatusOK || got.body != "" {
				t.Fatalf("reply = %d %q, want 200 and nothing", got.status, got.body)
			}
			r := sole(t, fake)
			e := *r.Event
			if e.ID != "e1" || e.At.IsZero() {
				t.Errorf("event %q at %v", e.ID, e.At)
			}
			e.ID, e.At, e.Kind = "", time.Time{}, ""
			if diff := cmp.Diff(tt.want, e); diff != "" {
				t.Errorf("the event (-want +got):\n%s", diff)
			}
			if !strings.Contains(r.Malformed, tt.malformed) || tt.malformed == "" && r.Malformed != "" {
				t.Errorf("kept as malformed: %.200q, want %q", r.Malformed, tt.malformed)
			}
		})
	}
}

// TestWebhook_envelope sends events whose outside is not as it should be.
func TestWebhook_envelope(t *testing.T) {
	const payload = `"payload":{"call_control_id":"v3:a"}`
	at := time.Date(2026, 1, 1, 0, 0, 20, 500000000, time.UTC)
	tests := []struct {
		name, body string
		want       sessions.Event
	}{
		{"with-meta", `{"data":{"event_type":"x.y","id":"e1","occurred_at":"2026-01-01T00:00:20.5Z",` + payload + `},"meta":{"attempt":2}}`, sessions.Event{ID: "e1", Kind: "x.y", At: at}},
		{"meta-is-text", `{"data":{"event_type":"x.y","id":"e1",` + payload + `},"meta":"?"}`, sessions.Event{ID: "e1", Kind: "x.y"}},
		{"another-zone", `{"data":{"event_type":"x.y","occurred_at":"2026-01-01T01:00:20.5+01:00",` + payload + `}}`, sessions.Event{Kind: "x.y", At: at}},
		{"a-space-in-the-time", `{"data":{"event_type":"x.y","occurred_at":"2026-01-01 00:00:20.5Z",` + payload + `}}`, sessions.Event{Kind: "x.y", At: at}},
		{"no-time", `{"data":{"event_type":"x.y","occurred_at":"yesterday",` + payload + `}}`, sessions.Event{Kind: "x.y"}},
		{"a-time-that-JSON-cannot-hold", `{"data":{"event_type":"x.y","occurred_at":"9999-12-31T23:59:59-12:00",` + payload + `}}`, sessions.Event{Kind: "x.y"}},
		{"the-time-is-a-number", `{"data":{"event_type":"x.y","occurred_at":1767225620,` + payload + `}}`, sessions.Event{Kind: "x.y"}},
		{"the-id-is-a-number", `{"data":{"event_type":"x.y","id":7,` + payload + `}}`, sessions.Event{ID: "7", Kind: "x.y"}},
		{"no-type", `{"data":{"id":"e1",` + payload + `}}`, sessions.Event{ID: "e1"}},
		{"nothing-but-the-call", `{"call_control_id":"v3:a"}`, sessions.Event{}},
		{"data-is-a-member-of-a-bare-event", `{"event_type":"x.y","data":{"a":1},` + payload + `}`, sessions.Event{Kind: "x.y"}},
		{"upper-case", `{"data":{"event_type":"Call.Hangup",` + payload + `}}`, sessions.Event{Kind: "call.hangup"}},
		{"underscores", `{"data":{"event_type":"call_conversation_insights_generated",` + payload + `}}`, sessions.Event{Kind: "call.conversation_insights.generated"}},
		{"underscores-of-another-kind", `{"data":{"event_type":"streaming_started",` + payload + `}}`, sessions.Event{Kind: "streaming.started"}},
		{"cut-off", `{"data":{"event_type":"x.y","payload":{"call_control_id": "v3:a","fr`, sessions.Event{}},
		{"list", `[{"call_control_id":"v3:a"}]`, sessions.Event{}},
		{"two-values", `{"data":{"event_type":"x.y",` + payload + `}} {}`, sessions.Event{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := &fakeCalls{}
			serve(t, fake, callbacks.Options{}).do("POST", "/webhooks", tt.body, nil)
			r := sole(t, fake)
			if diff := cmp.Diff(tt.want, r.Event.Event); diff != "" || r.Call.SID != "v3:a" {
				t.Errorf("of call %q (-want +got):\n%s", r.Call.SID, diff)
			}
		})
	}
}

// TestWebhook_noCall sends what names no call that there could be: it is
// answered, and the log tells type and size, never what it says.
func TestWebhook_noCall(t *testing.T) {
	tests := []struct{ name, method, path, body, logs string }{
		{"empty", "POST", "/webhooks", "", `"event":"","bytes":0`},
		{"text", "POST", "/webhooks", "hunter2", `"bytes":7`},
		{"null", "POST", "/webhooks", "null", `"bytes":4`},
		{"list", "POST", "/webhooks", `["hunter2"]`, `"bytes":11`},
		{"no-call", "POST", "/webhooks", `{"data":{"event_type":"number_order.complete","payload":{"x":"hunter2"}}}`, `"event":"number_order.complete"`},
		{"unusable-call", "POST", "/webhooks", of("call.hangup", `"call_control_id":"hunter2 {}"`), `"event":"call.hangup"`},
		{"call-is-an-object", "POST", "/webhooks", of("call.hangup", `"call_control_id":{"a":"hunter2"}`), `"event":"call.hangup"`},
		{"deeper-than-JSON-may-be", "POST", "/webhooks", strings.Repeat("[", 20_000) + "hunter2", `"bytes":20007`},
		{"get", "GET", "/webhooks?texml_key=hunter2", "", `"bytes":17`},
		{"get-of-JSON", "GET", `/webhooks?texml_key=hunter2&x={"call_control_id":"v3:a"}`, "", `"event":""`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := &fakeCalls{}
			h := serve(t, fake, callbacks.Options{})
			got := h.do(tt.method, tt.path, tt.body, nil)
			if got.status != http.StatusOK || got.body != "" || fake.received() != 0 {
				t.Errorf("reply = %d %q, and %d requests reached calls", got.status, got.body, fake.received())
			}
			if logs := h.logs.String(); !strings.Contains(logs, tt.logs) || strings.Contains(logs, "hunter2") {
				t.Errorf("the log tells too little or too much:\n%s", logs)
			}
		})
	}
}

// TestWebhook_deliveries: an event without an id is known by what it says, the
// same in every delivery.
func TestWebhook_deliveries(t *testing.T) {
	fake := &fakeCalls{}
	h := serve(t, fake, callbacks.Options{})
	for _, body := range []string{
		`{"data":{"event_type":"x.y","payload":{"call_control_id":"v3:a"}},"meta":{"attempt":1}}`,
		`{"data":{"event_type":"x.y","payload":{"call_control_id":"v3:a"}},"meta":{"attempt":2}}`,
		`{"data":{"event_type":"x.z","payload":{"call_control_id":"v3:a"}},"meta":{"attempt":1}}`,
	} {
		h.do("POST", "/webhooks", body, nil)
	}
	one, two, other := fake.events[0].Fingerprint, fake.events[1].Fingerprint, fake.events[2].Fingerprint
	if len(one) != 32 || one != two || one == other {
		t.Errorf("fingerprints %s, %s, %s; want the first two alike", one, two, other)
	}
}

// TestWebhook_notKept: the platform is told 200 when an event could not be kept.
func TestWebhook_notKept(t *testing.T) {
	h := serve(t, &fakeCalls{noticeErr: errors.New("store away")}, callbacks.Options{})
	if got := h.do("POST", "/webhooks", of("call.hangup", ""), nil); got.status != http.StatusOK || got.body != "" {
		t.Errorf("reply = %d %q, want 200 and nothing", got.status, got.body)
	}
	if !strings.Contains(h.logs.String(), "store away") || !strings.Contains(h.logs.String(), `"call_sid":"v3:a"`) {
		t.Errorf("the failure is not in the log:\n%s", h.logs)
	}
}

// TestWebhook_brought: what events bring that may be the answer of a turn, or
// tell of one.
func TestWebhook_brought(t *testing.T) {
	talk := []sessions.Message{{Role: "user", Content: "29"}}
	const told = `"message_history":[{"role":"user","content":"29"}]`
	tests := []struct {
		name, body string
		want       calls.Event
	}{
		{"ai", of(calls.EventAIGatherEnded, `"status":"valid","result":{"age":29},`+told), calls.Event{Status: "valid", Result: map[string]any{"age": 29.0}, History: talk}},
		{"ai-without-a-result", of(calls.EventAIGatherEnded, `"status":"client_error","result":null`), calls.Event{Status: "client_error"}},
		{"ai-that-cannot-be-read", of(calls.EventAIGatherEnded, `"result":"{"`), calls.Event{Malformed: true}},
		{"ai-that-failed", of(calls.EventAIGatherFailed, `"status":"valid",`+told), calls.Event{Status: "valid", History: talk}},
		{"digits", of(calls.EventGatherEnded, `"digits":"04*9","status":"valid"`), calls.Event{Status: "valid", Digits: new("04*9")}},
		{"no-digits", of(calls.EventGatherEnded, `"status":"timeout"`), calls.Event{Status: "timeout", Digits: new("")}},
		{"one-digit-outside-of-a-gather", of("call.dtmf.received", `"digit":"1"`), calls.Event{Digits: new("1")}},
		{"partial", of("call.ai_gather.partial_results", `"partial_results":{"age":29}`), calls.Event{Partial: sessions.Values{"age": 29.0}}},
		{"conversation", of(calls.EventConversationEnded, `"reason":"customer-disconnect","duration_sec":3,"conversation_id":"c-1"`),
			calls.Event{Status: "customer_disconnect", Reason: "customer-disconnect", Seconds: 3, Conversation: "c-1"}},
		{"of-tomorrow", of("call.gather.ended.again", `"digits":"1","result":{}`), calls.Event{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := &fakeCalls{}
			serve(t, fake, callbacks.Options{}).do("POST", "/webhooks", tt.body, nil)
			got := *sole(t, fake).Event
			got.Event = sessions.Event{}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
