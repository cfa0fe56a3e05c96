package wire_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/simulator/wire"
)

var update = flag.Bool("update", false, "rewrite golden files")

// kind is one kind of request: a form, or an event.
type kind struct {
	name  string
	form  url.Values
	event *wire.Event
}

// kinds are all kinds of requests, each in the variants that differ.
func kinds() []kind {
	all := slices.Concat(fetches(), gathers(), progress(), recordings(), verbs(), media(), conversations())
	for _, e := range events() {
		all = append(all, kind{name: "event-" + strings.ReplaceAll(strings.TrimPrefix(e.Type, "call."), ".", "-"), event: &e})
	}
	return all
}

// ada is the call of the goldens; she speaks and types.
func ada() wire.Call { return wire.Call{Seed: 7, CallerID: "Ada L."}.Filled() }

func fetches() []kind {
	outbound := wire.Call{Seed: 8, Direction: "outbound", AnsweredBy: "machine_end_beep"}.Filled()
	return []kind{
		{name: "fetch", form: ada().Fetch()},
		{name: "fetch-sparse", form: ada().SparseFetch()},
		{name: "fetch-sip", form: wire.Call{From: "ada@example.com", To: "desk@acme.sip.telnyx.com"}.Filled().Fetch()},
		{name: "fetch-outbound", form: outbound.Fetch()},
	}
}

func gathers() []kind {
	c := ada()
	g := wire.AIGather{
		Result:  json.RawMessage(`{"day":"2026-11-28","guests":4,"note":"<quiet> & high chair"}`),
		History: []wire.Message{{Role: "assistant", Content: "For when?"}, {Role: "user", Content: "Saturday, four of us."}},
	}
	bare, missing, odd := g, g, g
	bare.Shape, bare.Alphabet = wire.Bare, wire.URLSafe
	missing.Shape, missing.Status = wire.Missing, "timeout"
	odd.Status, odd.Result = "client_error", nil
	return []kind{
		{name: "ai-gather", form: c.AIGather(g)},
		{name: "ai-gather-bare", form: c.AIGather(bare)},
		{name: "ai-gather-missing", form: c.AIGather(missing)},
		{name: "ai-gather-nothing", form: c.AIGather(odd)},
		{name: "ai-gather-old", form: c.OldAIGather(g)},
		{name: "gather-digits", form: c.Gather(wire.Gather{Digits: text("042#")})},
		{name: "gather-speech", form: c.Gather(wire.Gather{Speech: text("Zürich, bitte"), Confidence: 0.5})},
		{name: "gather-both", form: c.Gather(wire.Gather{Digits: text(""), Speech: text("")})},
		{name: "gather-nothing", form: c.Gather(wire.Gather{})},
		{name: "gather-partial", form: c.Partial("Züri")},
	}
}

func progress() []kind {
	c := ada()
	leg := c.Leg(1, "+4930123456")
	at := func(status string, sequence int, seconds float64) wire.Progress {
		return wire.Progress{Status: status, Sequence: sequence, At: after(seconds), Began: newYear}
	}
	over := at("completed", 3, 63)
	over.Answered = after(3)
	detected := c
	detected.AnsweredBy = "machine_start"
	failed := wire.Dialed{Status: "failed", SID: leg.SID, ErrorCode: "10001", ErrorMessage: "Call failed"}
	return []kind{
		{name: "status-initiated", form: c.Status(at("initiated", 0, 0))},
		{name: "status-ringing", form: c.Status(at("ringing", 1, 1))},
		{name: "status-answered", form: c.Status(at("answered", 2, 3))},
		{name: "status-answered-by", form: detected.Status(at("in_progress", 2, 3))},
		{name: "status-completed", form: c.Status(over)},
		{name: "status-busy", form: c.Status(at("busy", 2, 4))},
		{name: "status-no-answer", form: c.Status(at("no_answer", 2, 34))},
		{name: "leg-ringing", form: leg.Status(at("ringing", 1, 12))},
		{name: "leg-completed", form: leg.Status(over)},
		{name: "dial-completed", form: c.Dial(over, wire.Dialed{Status: "completed", SID: leg.SID, Length: 49 * time.Second})},
		{name: "dial-no-answer", form: c.Dial(over, wire.Dialed{Status: "no_answer", SID: leg.SID})},
		{name: "dial-failed", form: c.Dial(over, failed)},
		{name: "machine", form: detected.MachineDetection(2500 * time.Millisecond)},
		{name: "digit", form: c.Digit("5", at("", 3, 8))},
		{name: "cost", form: c.Cost("0.0106")},
	}
}

func recordings() []kind {
	c := ada()
	r := wire.Recording{Length: 12 * time.Second, Began: after(4)}
	begun, secret := r, r
	begun.Status, secret.NoURL = "in_progress", true
	return []kind{
		{name: "record", form: c.Record(r)},
		{name: "recording-in-progress", form: c.Recording(begun)},
		{name: "recording-completed", form: c.Recording(r)},
		{name: "recording-no-url", form: c.Recording(secret)},
		{name: "recording-absent", form: c.Recording(wire.Recording{Status: "absent", Source: "DialVerb", Channels: 2})},
		{name: "transcription", form: c.Transcription(r, "Please call me back.")},
		{name: "transcription-live", form: c.Heard("please call", false, 0.71)},
	}
}

func verbs() []kind {
	c := ada()
	waiting := wire.Waiting{Queue: "support", Position: 2, Size: 3, Waited: 30 * time.Second, Average: 45 * time.Second}
	return []kind{
		{name: "http", form: c.HTTP(map[string]string{"Weather": "rain", "CallSid": "not this"})},
		{name: "queue", form: c.Queue(waiting)},
		{name: "enqueue", form: c.Enqueue(waiting, "leave")},
		{name: "enqueue-silent", form: c.Enqueue(waiting, "")},
		{name: "connect", form: c.Connect("handoff")},
		{name: "refer", form: c.Refer("in_progress", "202", "200", after(9))},
		{name: "pay", form: c.Pay(wire.Payment{})},
		{name: "pay-failed", form: c.Pay(wire.Payment{Result: "validation_error", Step: "payment-card-number", Error: "declined"})},
		{name: "pay-status", form: c.PayStatus("processing", "pending", wire.Payment{Step: "payment-card-number", Attempt: 2})},
	}
}

func media() []kind {
	c := ada()
	return []kind{
		{name: "conference", form: c.Conference(wire.Conference{Event: "participant-leave", Room: "team", Sequence: 4, At: after(9), Label: "host"})},
		{name: "siprec", form: c.Siprec("siprec-started", "", after(1))},
		{name: "siprec-failed", form: c.Siprec("siprec-failed", "no connector", after(1))},
		{name: "stream", form: c.Stream("stream-started", "agent", "", after(1))},
	}
}

func conversations() []kind {
	c := ada()
	n := wire.Conversation{
		Duration: 17 * time.Second, Reason: "hangup", AssistantID: "assistant-1",
		Messages: []wire.Message{{Role: "assistant", Content: "For when?"}, {Role: "user", Content: "Saturday."}},
	}.Said(newYear)
	return []kind{
		{name: "conversation-created", form: c.ConversationCreated(wire.Conversation{})},
		{name: "conversation-ended", form: c.ConversationEnded(n)},
		{name: "conversation-empty", form: c.ConversationEnded(wire.Conversation{})},
		{name: "analyzed", form: c.Analyzed(n, "0.33", "The caller wants a table.")},
	}
}

func events() []wire.Event {
	c := ada()
	talk := []wire.Message{{Role: "assistant", Content: "For when?", Timestamp: "not sent"}, {Role: "user", Content: "Saturday."}}
	known := json.RawMessage(`{"guests":4,"day":"2026-11-28"}`)
	custom := c.Event("call.custom", newYear, map[string]any{"note": "<&>", "from": "anonymous"})
	custom.ClientState, custom.DeliveredTo, custom.Attempt = "aGk=", "https://app.example.com/webhooks", 3
	bare := c.Event("call.bare", newYear, nil)
	bare.NoData = true
	without := c.Event("call.without_meta", newYear, nil)
	without.NoMeta = true
	return []wire.Event{
		c.PartialResults(after(4), known, talk), c.HistoryUpdated(after(3), talk),
		c.AIGatherEnded(after(9), wire.AIGather{Result: known, History: talk}),
		c.GatherEnded(after(2), "5503", "valid"), c.DTMFReceived(after(2), "#"),
		c.Initiated(newYear), c.Answered(after(3), newYear), c.HungUp(after(60), newYear, "user_busy", "callee"),
		c.ConversationEvent(after(20), wire.Conversation{Duration: 17 * time.Second}),
		c.Insights(after(800), "The caller wants a table.", map[string]any{"satisfied": true}),
		c.PlaybackStarted(after(1), "https://media.example.net/wait.mp3"),
		c.PlaybackEnded(after(5), "https://media.example.net/wait.mp3", "file_not_found", "404"),
		c.SpeakEnded(after(5), "call_hangup"), c.CostEvent(after(70), "0.0106", time.Minute),
		custom, bare, without,
	}
}

// TestKinds shows what is sent for each kind, decoded.
func TestKinds(t *testing.T) {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name+".golden")
		t.Run(k.name, func(t *testing.T) {
			got := readable(t, k)
			path := filepath.Join("testdata", "kinds", k.name+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	left, err := os.ReadDir(filepath.Join("testdata", "kinds"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range left {
		if !slices.Contains(names, file.Name()) {
			t.Errorf("%s belongs to no kind", file.Name())
		}
	}
}

// readable is a request field by field, as a server reads it, and what the
// base64 in it says.
func readable(t *testing.T, k kind) string {
	t.Helper()
	var b strings.Builder
	if k.event != nil {
		var indented bytes.Buffer
		if err := json.Indent(&indented, k.event.JSON(), "", "  "); err != nil {
			t.Fatal(err)
		}
		return indented.String() + "\n"
	}
	fields, err := url.ParseQuery(wire.Encode(k.form))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		value := fields.Get(name)
		fmt.Fprintf(&b, "%s: %s\n", name, value)
		if !strings.HasPrefix(name, "Base64") {
			continue
		}
		value = strings.NewReplacer("-", "+", "_", "/", "=", "").Replace(value)
		raw, err := base64.RawStdEncoding.DecodeString(value)
		if err != nil || !json.Valid(raw) {
			t.Fatalf("%s: %q, %v", name, raw, err)
		}
		fmt.Fprintf(&b, "    %s\n", raw)
	}
	return b.String()
}

// TestAttempts holds the id of an event, by which receivers know it again, over
// all its deliveries.
func TestAttempts(t *testing.T) {
	first := ada().GatherEnded(after(2), "1", "valid")
	second, later := first, first
	second.Attempt, later.At = 2, after(3)
	id := func(e wire.Event) string {
		var body struct{ Data struct{ ID string } }
		if err := json.Unmarshal(e.JSON(), &body); err != nil {
			t.Fatal(err)
		}
		return body.Data.ID
	}
	if id(first) != id(second) || id(first) == id(later) || id(first) == "" {
		t.Errorf("%s, %s again, %s for another", id(first), id(second), id(later))
	}
}
