package main

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"texmlsrv/simulator/wire"
)

// triggerKind is one kind of request that can be sent.
type triggerKind struct {
	name, about string
	path        string   // where it belongs
	words       []string // of --set, beside fields
	gathers     bool     // takes --result
	form        func(*settings, wire.Call) url.Values
	event       func(*settings, wire.Call, string) (wire.Event, error)
}

// callWords are the words of --set that say who calls whom.
var callWords = []string{"from", "to", "caller", "type", "direction", "answered_by", "parent"}

const (
	documentPath = "/texml"
	statusPath   = "/callbacks/status"
	webhookPath  = "/webhooks"
)

// triggerKinds are all kinds, in the order of the help.
func triggerKinds() []triggerKind {
	return slices.Concat(askedKinds(), toldKinds(), []triggerKind{
		{name: "event", about: "a JSON webhook of a type", path: webhookPath, gathers: true, event: anyEvent,
			words: []string{"event_type", "client_state", "attempt", "and members of its payload"}},
	})
}

// askedKinds are those that are answered with a document.
func askedKinds() []triggerKind {
	return []triggerKind{
		{name: "fetch", about: "the request for a document", path: documentPath,
			form: func(_ *settings, c wire.Call) url.Values { return c.Fetch() }},
		{name: "ai-gather", about: "what an AI gather brought (--result)", path: documentPath, gathers: true, form: aiGatherForm,
			words: []string{"status", "shape=enveloped|bare|missing|old", "said"}},
		{name: "gather", about: "keys pressed, or words said", path: documentPath, form: gatherForm,
			words: []string{"digits", "speech", "confidence"}},
		{name: "dial", about: "how a Dial ended", path: documentPath, form: dialForm, words: []string{"status", "seconds"}},
		{name: "record", about: "what a Record recorded", path: documentPath,
			form:  func(s *settings, c wire.Call) url.Values { return c.Record(s.recording()) },
			words: []string{"status", "seconds", "url"}},
		{name: "enqueue", about: "how an Enqueue ended", path: documentPath,
			form:  func(s *settings, c wire.Call) url.Values { return c.Enqueue(s.waiting(), s.text("result", "leave")) },
			words: []string{"queue", "result", "seconds"}},
		{name: "connect", about: "how a Connect ended", path: documentPath,
			form:  func(s *settings, c wire.Call) url.Values { return c.Connect(s.text("reason", "handoff")) },
			words: []string{"reason"}},
		{name: "refer", about: "how a Refer ended", path: documentPath, words: []string{"status", "response", "notify"},
			form: func(s *settings, c wire.Call) url.Values {
				return c.Refer(s.text("status", "in-progress"), s.text("response", "202"), s.text("notify", "200"), s.at)
			}},
		{name: "pay", about: "how a Pay ended", path: documentPath, words: []string{"result", "step", "error"},
			form: func(s *settings, c wire.Call) url.Values { return c.Pay(s.payment()) }},
		{name: "http", about: "what an HttpRequest took out of its reply: any field", path: documentPath,
			form: func(_ *settings, c wire.Call) url.Values { return c.HTTP(nil) }},
		{name: "queue", about: "somebody waits in a queue", path: documentPath, words: []string{"queue", "position", "size", "seconds"},
			form: func(s *settings, c wire.Call) url.Values { return c.Queue(s.waiting()) }},
	}
}

// toldKinds are those whose answer is not executed.
func toldKinds() []triggerKind {
	kinds := []triggerKind{
		{name: "status", about: "how a call goes", form: statusForm, words: []string{"status", "seconds", "sequence", "cause", "source"}},
		{name: "recording", about: "a recording is there", words: []string{"status", "seconds", "url"},
			form: func(s *settings, c wire.Call) url.Values { return c.Recording(s.recording()) }},
		{name: "transcription", about: "what a recording says", words: []string{"text"},
			form: func(s *settings, c wire.Call) url.Values {
				return c.Transcription(s.recording(), s.text("text", "Please call me back."))
			}},
		{name: "heard", about: "a piece of a live transcription", words: []string{"text", "confidence", "final"},
			form: func(s *settings, c wire.Call) url.Values {
				return c.Heard(s.text("text", "hello"), s.text("final", "true") == "true", s.number("confidence", 0.9))
			}},
		{name: "conversation-created", about: "an AI conversation began",
			form: func(_ *settings, c wire.Call) url.Values { return c.ConversationCreated(wire.Conversation{}) }},
		{name: "conversation-ended", about: "an AI conversation stopped", words: []string{"reason", "seconds", "said"},
			form: func(s *settings, c wire.Call) url.Values { return c.ConversationEnded(s.conversation()) }},
		{name: "analyzed", about: "a conversation was looked at", words: []string{"dollars"},
			form: func(s *settings, c wire.Call) url.Values {
				return c.Analyzed(wire.Conversation{}, s.text("dollars", "0.33"))
			}},
		{name: "machine", about: "who or what answered", words: []string{"seconds"},
			form: func(s *settings, c wire.Call) url.Values { return c.MachineDetection(s.seconds(2.5)) }},
		{name: "digit", about: "a key was pressed", words: []string{"digit", "sequence"},
			form: func(s *settings, c wire.Call) url.Values {
				return c.Digit(s.text("digit", "5"), wire.Progress{At: s.at, Sequence: s.whole("sequence", 3)})
			}},
		{name: "conference", about: "something happened in a conference", words: []string{"event", "room", "label", "sequence"},
			form: func(s *settings, c wire.Call) url.Values {
				return c.Conference(wire.Conference{Event: s.text("event", "conference-start"), Room: s.text("room", "team"),
					Label: s.text("label", ""), Sequence: s.whole("sequence", 0), At: s.at})
			}},
		{name: "siprec", about: "a SIPREC session", words: []string{"event", "error"},
			form: func(s *settings, c wire.Call) url.Values {
				return c.Siprec(s.text("event", "siprec-started"), s.text("error", ""), s.at)
			}},
		{name: "stream", about: "a media stream", words: []string{"event", "name", "error"},
			form: func(s *settings, c wire.Call) url.Values {
				return c.Stream(s.text("event", "stream-started"), s.text("name", "stream"), s.text("error", ""), s.at)
			}},
		{name: "pay-status", about: "how a Pay goes", words: []string{"status", "result", "step", "error"},
			form: func(s *settings, c wire.Call) url.Values {
				return c.PayStatus(s.text("status", "processing"), s.text("result", "pending"), s.payment())
			}},
		{name: "cost", about: "what a call cost", words: []string{"dollars"},
			form: func(s *settings, c wire.Call) url.Values { return c.Cost(s.text("dollars", "0.0106")) }},
	}
	for i := range kinds {
		kinds[i].path = statusPath
	}
	return kinds
}

// settings are what --set says: words first, and what no word takes is sent as
// a field.
type settings struct {
	values map[string]string
	used   map[string]bool
	at     time.Time
	result json.RawMessage
	err    error // the first value that is not what its word wants
}

// text is what a word says, else what it is without being said.
func (s *settings) text(word, otherwise string) string {
	value, said := s.values[word]
	if !said {
		return otherwise
	}
	s.used[word] = true
	return value
}

// optional is what a word says; nil when it is not said.
func (s *settings) optional(word string) *string {
	if _, said := s.values[word]; !said {
		return nil
	}
	value := s.text(word, "")
	return &value
}

func (s *settings) number(word string, otherwise float64) float64 {
	text := s.text(word, "")
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil && s.err == nil {
		s.err = usage("--set %s: %q is not a number", word, text)
	}
	return n
}

func (s *settings) whole(word string, otherwise int) int {
	return int(s.number(word, float64(otherwise)))
}

func (s *settings) seconds(otherwise float64) time.Duration {
	return time.Duration(s.number("seconds", otherwise) * float64(time.Second))
}

// rest puts what no word took into a form.
func (s *settings) rest(form url.Values) {
	for name, value := range s.values {
		if !s.used[name] {
			form.Set(name, value)
		}
	}
}

// call is who calls whom.
func (s *settings) call(sid string) wire.Call {
	return wire.Call{
		Seed: 1, SID: sid, From: s.text("from", ""), To: s.text("to", ""), CallerID: s.text("caller", ""),
		Type: s.text("type", ""), Direction: s.text("direction", ""), AnsweredBy: s.text("answered_by", ""),
		Parent: s.text("parent", ""),
	}.Filled()
}

// talk is what was said: a question and one answer.
func (s *settings) talk() []wire.Message {
	said, is := s.values["said"]
	if !is {
		return nil
	}
	s.used["said"] = true
	return []wire.Message{{Role: "assistant", Content: "How can I help you?"}, {Role: "user", Content: said}}
}

func aiGatherForm(s *settings, c wire.Call) url.Values {
	g := s.gathered()
	switch shape := s.text("shape", "enveloped"); shape {
	case "enveloped":
	case "bare":
		g.Shape = wire.Bare
	case "missing":
		g.Shape = wire.Missing
	case "old":
		return c.OldAIGather(g)
	default:
		s.err = usage("--set shape: %q is not enveloped, bare, missing or old", shape)
	}
	return c.AIGather(g)
}

// gathered is what an AI gather brought.
func (s *settings) gathered() wire.AIGather {
	status := "valid"
	if len(s.result) == 0 {
		status, s.result = "invalid", nil
	}
	return wire.AIGather{Status: s.text("status", status), Result: s.result, History: s.talk()}
}

func gatherForm(s *settings, c wire.Call) url.Values {
	return c.Gather(wire.Gather{Digits: s.optional("digits"), Speech: s.optional("speech"), Confidence: s.number("confidence", 0.9)})
}

// ringing is how long calls ring before they are answered.
const ringing = 3 * time.Second

// progress is a moment of a call that was talked for so many seconds.
func (s *settings) progress(status string) wire.Progress {
	talked := s.seconds(30)
	p := wire.Progress{Status: status, At: s.at, Began: s.at, HangupCause: s.text("cause", ""), HangupSource: s.text("source", "")}
	switch wire.Word(status) {
	case "initiated":
	case "completed":
		p.Sequence, p.Answered, p.Began = 3, s.at.Add(-talked), s.at.Add(-talked-ringing)
	case "ringing":
		p.Sequence = 1
	default:
		p.Sequence, p.Began = 2, s.at.Add(-ringing)
	}
	p.Sequence = s.whole("sequence", p.Sequence)
	return p
}

func statusForm(s *settings, c wire.Call) url.Values {
	return c.Status(s.progress(s.text("status", "completed")))
}

func dialForm(s *settings, c wire.Call) url.Values {
	p := s.progress("completed")
	d := wire.Dialed{Status: s.text("status", "completed"), SID: c.Leg(1, c.To).SID}
	if d.Status == "completed" {
		d.Length = p.At.Sub(p.Answered)
	}
	return c.Dial(p, d)
}

func (s *settings) recording() wire.Recording {
	return wire.Recording{Status: s.text("status", "completed"), Length: s.seconds(12), URL: s.text("url", "")}
}

func (s *settings) waiting() wire.Waiting {
	position := s.whole("position", 1)
	return wire.Waiting{
		Queue: s.text("queue", "support"), Position: position, Size: s.whole("size", position),
		Waited: s.seconds(30), Average: 45 * time.Second,
	}
}

func (s *settings) payment() wire.Payment {
	return wire.Payment{Result: s.text("result", "success"), Step: s.text("step", ""), Error: s.text("error", "")}
}

func (s *settings) conversation() wire.Conversation {
	n := wire.Conversation{Duration: s.seconds(17), Messages: s.talk(), Reason: s.text("reason", "normal")}
	return n.Said(s.at.Add(-n.Duration))
}

// anyEvent is an event of the type that is asked for, with what wire knows of
// it; what else is set are members of its payload.
func anyEvent(s *settings, c wire.Call, kind string) (wire.Event, error) {
	kind = s.text("event_type", kind)
	if kind == "" {
		return wire.Event{}, usage("which event is missing: texmlsrv trigger event call.ai_gather.ended")
	}
	if len(s.result) > 0 && kind != "call.ai_gather.ended" && kind != "call.ai_gather.partial_results" {
		return wire.Event{}, usage("--result goes with call.ai_gather.ended and call.ai_gather.partial_results")
	}
	e := knownEvent(s, c, kind)
	e.ClientState, e.Attempt = s.text("client_state", ""), s.whole("attempt", 1)
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		if s.used[name] {
			continue
		}
		if e.Members == nil {
			e.Members = map[string]any{}
		}
		e.Members[name] = memberOf(e.Members[name], s.values[name])
	}
	return e, nil
}

// memberOf is a value as JSON, where it is JSON; what Telnyx sends as text
// stays text, so that digits are no number.
func memberOf(before any, text string) any {
	if _, isText := before.(string); isText || !json.Valid([]byte(text)) {
		return text
	}
	return json.RawMessage(text)
}

// knownEvent is an event with the payload that Telnyx sends with its type.
func knownEvent(s *settings, c wire.Call, kind string) wire.Event {
	began := s.at.Add(-30 * time.Second)
	switch kind {
	case "call.ai_gather.ended":
		return c.AIGatherEnded(s.at, s.gathered())
	case "call.ai_gather.partial_results":
		return c.PartialResults(s.at, s.gathered().Result, s.talk())
	case "call.ai_gather.message_history_updated":
		return c.HistoryUpdated(s.at, s.talk())
	case "call.gather.ended":
		return c.GatherEnded(s.at, s.text("digits", "1"), s.text("status", "valid"))
	case "call.dtmf.received":
		return c.DTMFReceived(s.at, s.text("digit", "5"))
	case "call.initiated":
		return c.Initiated(s.at)
	case "call.answered":
		return c.Answered(s.at, began)
	case "call.hangup":
		return c.HungUp(s.at, began, s.text("cause", ""), s.text("source", ""))
	case "call.conversation.ended":
		return c.ConversationEvent(s.at, s.conversation())
	case "call.conversation_insights.generated":
		return c.Insights(s.at, s.text("text", "The caller was content."))
	case "call.playback.started":
		return c.PlaybackStarted(s.at, s.text("url", "https://media.example.net/wait.mp3"))
	case "call.playback.ended":
		return c.PlaybackEnded(s.at, s.text("url", "https://media.example.net/wait.mp3"), s.text("status", "completed"), "")
	case "call.speak.ended":
		return c.SpeakEnded(s.at, cmp.Or(s.text("status", ""), "completed"))
	case "call.cost":
		return c.CostEvent(s.at, s.text("dollars", "0.0106"), s.seconds(30))
	}
	return c.Event(kind, s.at, nil)
}
