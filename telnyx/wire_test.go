package telnyx_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"texmlsrv/simulator/api"
	"texmlsrv/telnyx"
	"texmlsrv/telnyx/commands"
)

// full are the commands with all that they take.
func full() []telnyx.Command {
	common := telnyx.Common{ClientState: "Y2FsbCA0", CommandID: "891510ac-f3e4-11e8-af5b-de00688a4901"}
	digits := telnyx.Digits{MinimumDigits: 1, MaximumDigits: 4, InterDigitTimeoutMillis: 4000, TerminatingDigit: "*", ValidDigits: "0123456789"}
	tries := telnyx.Tries{TimeoutMillis: 8000, MaximumTries: 2}
	return []telnyx.Command{
		telnyx.AIAssistantAddMessages{Messages: talk(), TriggerResponse: true, Common: common},
		telnyx.AIAssistantStart{
			Assistant: assistant(), Greeting: "Hello <you> & all", InterruptionSettings: &telnyx.InterruptionSettings{Enable: new(true)},
			Transcription: &telnyx.Transcription{Model: "deepgram/nova-3", Language: "fr"}, MessageHistory: talk()[:1],
			Participants:              []telnyx.Participant{{ID: "v3:other", Role: "user", Name: "Ann", OnHangup: "end_conversation"}},
			SendMessageHistoryUpdates: true, Voice: "Telnyx.NaturalHD.astra",
			VoiceSettings: &telnyx.VoiceSettings{Type: "telnyx", VoiceSpeed: new(1.2)}, Common: common,
		},
		telnyx.AIAssistantStop{Common: common},
		telnyx.Gather{Digits: digits, InitialTimeoutMillis: 6000, TimeoutMillis: 30000, GatherID: "pin", Common: common},
		telnyx.GatherStop{Common: common},
		telnyx.GatherUsingAI{
			Parameters: json.RawMessage(`{"type":"object","properties":{"location":{"type":"string"},"age":{"type":"integer"}},"required":["location","age"]}`),
			Greeting:   "Hello, can you tell me your age and where you live?", GatherEndedSpeech: "Thank you.",
			Voice: "ElevenLabs.Default.abc", VoiceSettings: &telnyx.VoiceSettings{Type: "elevenlabs", APIKeyRef: "eleven"},
			Language: "fr", Transcription: &telnyx.Transcription{Model: "deepgram/flux", Language: "multi"},
			InterruptionSettings: &telnyx.InterruptionSettings{Enable: new(false)},
			Assistant:            &telnyx.GatherAssistant{Model: "openai/gpt-4o", Instructions: "Be brief.", OpenAIAPIKeyRef: "openai", Tools: tools()},
			MessageHistory:       []telnyx.Message{{Role: "assistant", Content: "Hello"}, {Role: "user", Content: "Zoë, 29"}},
			SendPartialResults:   true, SendMessageHistoryUpdates: true, UserResponseTimeoutMS: new(9000), Common: common,
		},
		telnyx.GatherUsingAudio{AudioURL: "https://cdn.example.com/a.mp3", InvalidMediaName: "sorry", Digits: digits, Tries: tries, Common: common},
		telnyx.GatherUsingSpeak{
			Payload: "Your PIN, please", Voice: "Minimax.speech-2.6-turbo.Sam", InvalidPayload: "Again, please", PayloadType: "text",
			ServiceLevel: "premium", Language: "en-GB",
			VoiceSettings: &telnyx.VoiceSettings{Type: "minimax", Speed: new(1.1), Vol: new(0.9), Pitch: new(-1.0), LanguageBoost: "English"},
			Digits:        digits, Tries: tries, Common: common,
		},
	}
}

func talk() []telnyx.Message {
	return []telnyx.Message{
		{Role: "user", Content: "Hi", Metadata: map[string]any{"channel": "phone"}},
		{Role: "assistant", ToolCalls: []telnyx.ToolCall{{ID: "t1", Type: "function", Function: telnyx.ToolCallFunction{Name: "slots"}}}},
		{Role: "tool", Content: "19:00", ToolCallID: "t1"},
		{Role: "system", Content: "The caller is in a hurry."},
		{Role: "developer", Content: "Say the time in words."},
	}
}

func assistant() *telnyx.Assistant {
	own := &telnyx.ExternalLLM{
		BaseURL: "https://llm.example.com/v1", Model: "m", LLMAPIKeyRef: "k", AuthenticationMethod: "certificate",
		CertificateRef: "c", TokenRetrievalURL: "https://llm.example.com/token", ForwardMetadata: true,
	}
	return &telnyx.Assistant{
		ID: "assistant-1", Name: "Zoë", Model: "m", Instructions: "Be brief.", Greeting: "Hello {{name}}", LLMAPIKeyRef: "k", OpenAIAPIKeyRef: "o",
		Variables: map[string]any{"name": "Ann", "table": 4, "vip": true}, Tools: tools()[:1], ExternalLLM: own,
		Fallback:   &telnyx.Fallback{Model: "m2", LLMAPIKeyRef: "k2", ExternalLLM: own},
		MCPServers: []any{map[string]any{"id": "mcp"}}, Observability: map[string]any{"status": "enabled"},
		VoiceSettings: &telnyx.AssistantVoice{
			Voice: "Telnyx.Ultra.x", VoiceSpeed: new(0.25), APIKeyRef: "k", ExpressiveMode: new(true), LanguageBoost: "French",
			SimilarityBoost: new(0.8), Speed: new(1.0), Style: new(0.0), Temperature: new(0.4), UseSpeakerBoost: new(false),
			BackgroundAudio: map[string]any{"type": "predefined_media", "value": "office"},
		},
	}
}

func tools() []telnyx.Tool {
	object := json.RawMessage(`{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}`)
	return []telnyx.Tool{
		{Type: "hangup", Hangup: &telnyx.HangupTool{Description: "When all is said."}},
		{Type: "transfer", Transfer: &telnyx.TransferTool{From: "+13125550100", Targets: telnyx.TransferTargets{List: []telnyx.TransferTarget{{To: "+13125550123", Name: "Support"}}}}},
		{Type: "transfer", Transfer: &telnyx.TransferTool{From: "sip:desk@example.com", Targets: telnyx.TransferTargets{Variable: "{{ targets }}"}}},
		{Type: "webhook", Webhook: &telnyx.WebhookTool{
			Name: "slots", Description: "Free tables", URL: "https://x.example/{id}", Method: "GET", Headers: []telnyx.Header{{Name: "X-A", Value: "b"}},
			BodyParameters: object, PathParameters: object, QueryParameters: object,
		}},
		{Type: "retrieval", Retrieval: &telnyx.RetrievalTool{BucketIDs: []string{"menu"}, MaxNumResults: 3}},
		{Type: "book_appointment", BookAppointment: &telnyx.BookAppointmentTool{APIKeyRef: "cal", EventTypeID: 7, AttendeeName: "Ann", AttendeeTimezone: "Europe/Paris"}},
		{Type: "check_availability", CheckAvailability: &telnyx.CheckAvailabilityTool{APIKeyRef: "cal", EventTypeID: 7}},
	}
}

// minimal are the commands with what they need alone.
func minimal() []telnyx.Command {
	return []telnyx.Command{
		telnyx.AIAssistantAddMessages{}, telnyx.AIAssistantStart{}, telnyx.AIAssistantStop{}, telnyx.Gather{}, telnyx.GatherStop{},
		ask(), telnyx.GatherUsingAudio{}, telnyx.GatherUsingSpeak{Payload: "Your PIN?", Voice: "female"},
	}
}

// TestWire shows every command on the wire, minimal and full. The fake holds each
// against its schemas.
func TestWire(t *testing.T) {
	for i, c := range append(minimal(), full()...) {
		name := c.Name() + "-full"
		if i < len(minimal()) {
			name = c.Name() + "-minimal"
		}
		t.Run(name, func(t *testing.T) {
			r := newRig(t, telnyx.Options{}, api.Options{})
			got, err := do(t, r, c)
			if err != nil {
				t.Fatal(err)
			}
			talks := c.Name() == commands.GatherUsingAI || c.Name() == commands.AIAssistantStart
			if got.Result != "ok" || (got.ConversationID != "") != talks {
				t.Errorf("answered %+v", got)
			}
			golden(t, name+".txt", strings.Join(r.wire.sent, "\n"))
		})
	}
}

// TestWireTeXML shows the TeXML requests on the wire.
func TestWireTeXML(t *testing.T) {
	r := newRig(t, telnyx.Options{}, api.Options{Call: func(string) (api.Call, bool) {
		return api.Call{Direction: "inbound", Status: "in-progress", AnsweredBy: "human"}, true
	}})
	updates := []telnyx.UpdateCall{
		{URL: "https://x.example/texml/booking/table/3.push.abc?a=b&c=d", Method: "POST", FallbackURL: "https://y.example/", FallbackMethod: "GET"},
		{Texml: `<Response><Say>Zoë & co</Say></Response>`},
		{StatusCallback: "https://x.example/callbacks/status", StatusCallbackMethod: "POST"},
	}
	for _, u := range updates {
		got, err := r.UpdateCall(t.Context(), sid, u)
		if err != nil || got.SID != sid || got.Status != "in-progress" || got.Direction != "inbound" || got.AnsweredBy != "human" {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if got, err := r.HangUp(t.Context(), sid); err != nil || got.Status != "completed" {
		t.Errorf("%+v, %v", got, err)
	}
	golden(t, "update_call.txt", strings.Join(r.wire.sent, "\n"))

	r = newRig(t, telnyx.Options{}, api.Options{})
	calls := []telnyx.InitiateCall{
		{To: "+14155550123", From: "+13125550188", ApplicationSID: "2087"},
		{
			To: "sip:desk@example.com", From: "+13125550188", ApplicationSID: "2087",
			URL: "https://x.example/texml/booking?a=b", URLMethod: "POST", FallbackURL: "https://y.example/", CallerID: "Chez Nous",
			Timeout: 20, TimeLimit: 600, StatusCallback: "https://x.example/s", StatusCallbackMethod: "POST", StatusCallbackEvent: "initiated answered completed",
			Detection: telnyx.Detection{
				MachineDetection: "DetectMessageEnd", DetectionMode: "PremiumCallScreening", MachineDetectionTimeout: 20000,
				MachineDetectionSilenceTimeout: 3000, MachineDetectionSpeechThreshold: 3000, MachineDetectionSpeechEndThreshold: 900,
				MachineDetectionPromptEndTimeout: 5000, MachineDetectionBeepProfile: "freq_only", AsyncAmd: true,
				AsyncAmdStatusCallback: "https://x.example/amd", AsyncAmdStatusCallbackMethod: "POST",
				CancelPlaybackOnMachineDetection: new(false), CancelPlaybackOnDetectMessageEnd: new(false),
				DeepfakeDetection: "Enable", DeepfakeDetectionCallbackURL: "https://x.example/fake", DeepfakeDetectionCallbackMethod: "POST",
			},
			Recording: telnyx.Recording{
				Record: true, RecordingChannels: "dual", RecordingTrack: "inbound", RecordingTimeout: 5, Trim: "do-not-trim", SendRecordingURL: new(false),
				RecordingStatusCallback: "https://x.example/rec", RecordingStatusCallbackEvent: "in-progress completed", RecordingStatusCallbackMethod: "GET",
			},
			SipAuthUsername: "u", SipAuthPassword: "p", SipRegion: "Middle East", MediaEncryption: "SRTP", PreferredCodecs: "PCMU,OPUS",
			CustomHeaders: []telnyx.Header{{Name: "X-Flow", Value: "booking"}}, SuperviseCallSID: sid, SupervisingRole: "whisper",
		},
		{To: "+14155550123", From: "+13125550188", ApplicationSID: "2087", Texml: "<Response/>"},
	}
	for _, c := range calls {
		got, err := r.InitiateCall(t.Context(), c)
		if err != nil || got.Status != "queued" || got.To != c.To || got.From != c.From {
			t.Errorf("%+v, %v", got, err)
		}
	}
	golden(t, "initiate_call.txt", strings.Join(r.wire.sent, "\n"))
}

// TestFullIsFull holds the golden files to every parameter that is declared; a
// union counts as all that its variants have, where the type is shared.
func TestFullIsFull(t *testing.T) {
	for _, c := range full() {
		d, _ := commands.Lookup(c.Name())
		given := fieldsOf(reflect.TypeOf(c))
		var declared []string
		for _, p := range d.Params {
			declared = append(declared, p.Name)
			i := slices.Index(fieldNames(given), p.Name)
			if i < 0 {
				t.Errorf("%s has no field for %s", c.Name(), p.Name)
				continue
			}
			sameShape(t, c.Name(), p, given[i].Type)
		}
		for _, name := range fieldNames(given) {
			if !slices.Contains(declared, name) {
				t.Errorf("%s declares no %s", c.Name(), name)
			}
		}
		v := reflect.ValueOf(c)
		for _, f := range reflect.VisibleFields(v.Type()) {
			exclusive := f.Name == "MediaName" || f.Name == "InvalidAudioURL"
			if !f.Anonymous && !exclusive && v.FieldByIndex(f.Index).IsZero() {
				t.Errorf("the full %s lacks %s", c.Name(), f.Name)
			}
		}
	}
	for name, of := range map[string]reflect.Type{
		commands.UpdateCall: reflect.TypeFor[telnyx.UpdateCall](), commands.InitiateCall: reflect.TypeFor[telnyx.InitiateCall](),
	} {
		d, _ := commands.Lookup(name)
		sameShape(t, name, commands.Param{Name: name, Type: commands.TypeObject, Fields: d.Params}, of)
	}
}

// fieldsOf are the fields of a struct as JSON sees them.
func fieldsOf(of reflect.Type) []reflect.StructField {
	return slices.DeleteFunc(reflect.VisibleFields(of), func(f reflect.StructField) bool { return f.Anonymous })
}

func fieldNames(fields []reflect.StructField) []string {
	var names []string
	for _, f := range fields {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

// sameShape holds a type to what is declared of it, all the way down.
func sameShape(t *testing.T, at string, p commands.Param, of reflect.Type) {
	t.Helper()
	at += "." + p.Name
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	var declared []commands.Param
	switch p.Type {
	case commands.TypeObject:
		declared = p.Fields
	case commands.TypeUnion:
		declared = append(declared, commands.Param{Name: p.Tag, Type: commands.TypeText})
		for _, v := range p.Variants {
			declared = append(declared, v.Fields...)
		}
		if of == reflect.TypeFor[telnyx.Message]() && len(p.Variants) == 2 {
			return // the history of a gather: two of the five roles, content alone
		}
	case commands.TypeList:
		if of.Elem().Kind() != reflect.Interface {
			sameShape(t, at, *p.Item, of.Elem())
		}
		return
	case commands.TypeEither, commands.TypeMap, commands.TypeFree, commands.TypeSchema:
		return
	default:
		want := map[commands.Type][]reflect.Kind{
			commands.TypeText: {reflect.String}, commands.TypeInteger: {reflect.Int},
			commands.TypeNumber: {reflect.Float64}, commands.TypeBoolean: {reflect.Bool},
		}[p.Type]
		if !slices.Contains(want, of.Kind()) {
			t.Errorf("%s is a %s, declared %s", at, of, p.Type)
		}
		return
	}
	if of == reflect.TypeFor[telnyx.VoiceSettings]() && len(p.Variants) == 7 {
		return // the full union of gather_using_speak is compared
	}
	fields := fieldsOf(of)
	for _, d := range declared {
		i := slices.Index(fieldNames(fields), d.Name)
		if i < 0 {
			t.Errorf("%s: %s has no field for %s", at, of, d.Name)
			continue
		}
		sameShape(t, at, d, fields[i].Type)
	}
	for _, name := range fieldNames(fields) {
		if !slices.ContainsFunc(declared, func(d commands.Param) bool { return d.Name == name }) {
			t.Errorf("%s: %s has %s, which is not declared", at, of, name)
		}
	}
}
