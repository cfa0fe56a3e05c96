package callbacks_test

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"texmlsrv/callbacks"
	"texmlsrv/calls"
	"texmlsrv/simulator/wire"
)

// TestWire sends what the simulated Telnyx sends, signed, and says what is made
// of it: both sides read the same pages.
func TestWire(t *testing.T) {
	at := time.Unix(signedAt, 0)
	c := wire.Call{Seed: 1, CallerID: "Ada"}.Filled()
	leg := c.Leg(1, "+4930123456")
	detected := c
	detected.AnsweredBy = "machine_start"
	over := wire.Progress{Status: "completed", Sequence: 3, At: at, Began: at.Add(-time.Minute), Answered: at.Add(-time.Minute / 2)}
	answered, digits, speech := wire.Progress{Status: "answered", At: at}, "042", "to Zürich"
	known := wire.AIGather{Result: json.RawMessage(`{"guests":4}`), History: []wire.Message{{Role: "user", Content: "Four."}}}
	recording := wire.Recording{Length: 12 * time.Second}
	const fetch, action, status = "/texml/booking", "/texml/booking/party/3.action.dG9rZW4", "/callbacks/status"
	tests := []struct {
		name, path string
		form       url.Values
		want       string
	}{
		{"fetch", fetch, c.Fetch(), "nothing"},
		{"fetch-with-ticket", action, c.Fetch(), "nothing"},
		{"fetch-sparse", fetch, c.SparseFetch(), "nothing"},
		{"ai", action, c.AIGather(known), `ai valid {"result":{"guests":4},"status":"valid"} of 1`},
		{"ai-old", action, c.OldAIGather(known), `ai  {"guests":4} of 1`},
		{"ai-nothing", action, c.AIGather(wire.AIGather{Status: "client_error"}), "ai client_error null of 0"},
		{"digits", action, c.Gather(wire.Gather{Digits: &digits}), "digits 042"},
		{"speech", action, c.Gather(wire.Gather{Speech: &speech, Confidence: 0.5}), "speech to Zürich 0.5"},
		{"dial", action, c.Dial(over, wire.Dialed{Status: "no_answer", SID: leg.SID}), "dial no_answer 0 s"},
		{"dial-talked", action, c.Dial(over, wire.Dialed{Status: "completed", SID: leg.SID, Length: 9 * time.Second}), "dial completed 9 s"},
		{"record", action, c.Record(recording), "recording 12 s"},
		{"http", action, c.HTTP(map[string]string{"Weather": "rain"}), "HttpRequest completed map[Weather:rain]"},
		{"enqueue", action, c.Enqueue(wire.Waiting{Queue: "support"}, "leave"), "Enqueue leave"},
		{"connect", action, c.Connect("stt_error"), "Connect stt_error"},
		{"refer", action, c.Refer("in_progress", "202", "200", at), "Refer in_progress"},
		{"pay", action, c.Pay(wire.Payment{}), "Pay success"},
		{"pay-failed", action, c.Pay(wire.Payment{Result: "validation_error", Step: "payment-card-number"}), "Pay failed"},
		{"initiated", status, c.Status(wire.Progress{Status: "initiated", At: at}), "callback progress initiated"},
		{"answered", status, c.Status(answered), "callback progress in_progress"},
		{"answered-by", status, detected.Status(answered), "callback progress in_progress by machine_start"},
		{"completed", status, c.Status(over), "callback progress completed, the end"},
		{"no-answer", status, c.Status(wire.Progress{Status: "no_answer", At: at}), "callback progress no_answer, the end"},
		{"leg-completed", status, leg.Status(over), "callback progress completed of a leg"},
		{"machine", status, detected.MachineDetection(time.Second), "callback machine  by machine_start"},
		{"digit", status, c.Digit("5", answered), "callback digit dtmf"},
		{"cost", status, c.Cost("0.01"), "callback cost "},
		{"recording", status, c.Recording(recording), "callback recording completed 12 s"},
		{"recording-absent", status, c.Recording(wire.Recording{Status: "absent"}), "callback recording absent"},
		{"transcription", status, c.Transcription(recording, "Hello."), "callback transcription completed 0 s"},
		{"transcription-live", status, c.Heard("hello", true, 1), "callback transcription "},
		{"queue", status, c.Queue(wire.Waiting{Queue: "support", Position: 1}), "callback queue "},
		{"conference", status, c.Conference(wire.Conference{Event: "conference-start", Room: "a", At: at}), "callback conference conference_start"},
		{"siprec", status, c.Siprec("siprec-failed", "why", at), "callback siprec siprec_failed"},
		{"stream", status, c.Stream("stream-started", "a", "", at), "callback stream stream_started"},
		{"conversation-created", status, c.ConversationCreated(wire.Conversation{}), "callback conversation conversation_created"},
		{"conversation-ended", status, c.ConversationEnded(wire.Conversation{}), "callback conversation conversation_ended"},
		{"analyzed", status, c.Analyzed(wire.Conversation{}, "0.3"), "callback conversation analyzed"},
	}
	encodings := []wire.Encoding{{}, {Listed: true, PercentSpaces: true}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, encoding := range encodings {
				fake := &fakeCalls{}
				h := serve(t, fake, callbacks.Options{Keys: []ed25519.PublicKey{key(t, wire.PublicKey(wire.TestKey()))}})
				body := encoding.Encode(test.form)
				if got := h.do(http.MethodPost, test.path, body, wire.Sign(wire.TestKey(), at, []byte(body))); got.status != http.StatusOK {
					t.Fatalf("%d %s", got.status, got.body)
				}
				r := sole(t, fake)
				if got := outline(t, r); got != test.want {
					t.Errorf("got  %q\nwant %q", got, test.want)
				}
				if r.Call.SID != test.form.Get("CallSid") {
					t.Errorf("a request of %s", r.Call.SID)
				}
			}
		})
	}
}

// outline is what a request brought or tells, on one line.
func outline(t *testing.T, r calls.Request) string {
	t.Helper()
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	b := r.Brought
	if b.AI != nil {
		result, err := json.Marshal(b.AI.Result)
		if err != nil {
			t.Fatal(err)
		}
		add("ai %s %s of %d", b.AI.Status, result, len(b.AI.History))
	}
	if b.Digits != nil {
		add("digits %s", *b.Digits)
	}
	if b.Speech != nil {
		add("speech %s %v", *b.Speech, b.Confidence)
	}
	if b.Dial != nil {
		add("dial %s %v s", b.Dial.Status, b.Dial.Seconds)
	}
	if b.Recording != nil {
		add("recording %v s", b.Recording.Seconds)
	}
	for _, verb := range slices.Sorted(maps.Keys(b.Words)) {
		word := b.Words[verb]
		add("%s %s", verb, word.Status)
		if len(word.Values) > 0 {
			add("%v", word.Values)
		}
	}
	if r.Step == "" && r.Callback != nil {
		add("%s", callbackOutline(r.Callback))
	}
	if b.Malformed || len(parts) == 0 {
		return map[bool]string{true: "malformed", false: "nothing"}[b.Malformed]
	}
	return strings.Join(parts, " ")
}

func callbackOutline(c *calls.Callback) string {
	s := "callback " + c.Kind + " " + c.Status
	if c.Recording != nil {
		s += fmt.Sprintf(" %v s", c.Recording.Seconds)
	}
	if c.AnsweredBy != "" {
		s += " by " + c.AnsweredBy
	}
	if c.Parent != "" {
		s += " of a leg"
	}
	if c.Ends {
		s += ", the end"
	}
	return s
}
