package commands_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/telnyx/commands"
)

// params reads parameters as they stand in a test: JSON, in which $N:text is text
// of N characters.
func params(t testing.TB, src string) map[string]any {
	t.Helper()
	var p map[string]any
	if err := json.Unmarshal([]byte(src), &p); err != nil {
		t.Fatalf("%v in %s", err, src)
	}
	for key, v := range p {
		var n int
		if s, is := v.(string); is {
			if _, err := fmt.Sscanf(s, "$%d:text", &n); err == nil {
				p[key] = strings.Repeat("é", n)
			}
		}
	}
	return p
}

// ask is a schema of what to gather.
const ask = `"parameters": {"type": "object", "properties": {"age": {"type": "integer"}}}`

// TestLimits is the limits of the reference, one by one: what is still taken,
// and what no more.
func TestLimits(t *testing.T) {
	tests := []struct {
		name, command, params string
		want                  []string // problems; "warning: " in front of those
	}{
		{"nothing-is-needed", "gather", `{}`, nil},
		{"digits-at-the-limits", "gather", `{"minimum_digits": 1, "maximum_digits": 128}`, nil},
		{"digits-beyond", "gather", `{"minimum_digits": 0, "maximum_digits": 129}`, []string{
			"minimum_digits is 0, not between 1 and 128", "maximum_digits is 129, not between 1 and 128",
		}},
		{"digits-the-wrong-way-round", "gather", `{"minimum_digits": 5, "maximum_digits": 4}`, []string{
			"minimum_digits is 5, more than maximum_digits, which is 4",
		}},
		{"waits-at-the-limits", "gather", `{"timeout_millis": 120000, "initial_timeout_millis": 1, "inter_digit_timeout_millis": 120000}`, nil},
		{"waits-beyond", "gather", `{"timeout_millis": 120001, "initial_timeout_millis": 0, "inter_digit_timeout_millis": -5}`, []string{
			"inter_digit_timeout_millis is -5, not between 1 and 120000",
			"initial_timeout_millis is 0, not between 1 and 120000",
			"timeout_millis is 120001, not between 1 and 120000",
		}},
		{"a-whole-number-may-have-a-point", "gather", `{"minimum_digits": 4.0}`, nil},
		{"no-fraction-of-a-digit", "gather", `{"minimum_digits": 1.5}`, []string{"minimum_digits is a number with a fraction, not a whole number"}},
		{"a-number-is-no-text", "gather", `{"minimum_digits": "4"}`, []string{"minimum_digits is text, not a whole number"}},
		{"one-key-ends", "gather", `{"terminating_digit": "##"}`, []string{"terminating_digit is not one of the keys 0-9 * #"}},
		{"keys-that-count", "gather", `{"valid_digits": "12 "}`, []string{"valid_digits has something else than the keys 0-9 A-D * #"}},
		{"gather-id", "gather", `{"gather_id": "$40:text"}`, nil},
		{"gather-id-too-long", "gather", `{"gather_id": "$41:text"}`, []string{"gather_id has 41 characters; 40 are allowed"}},
		{"client-state", "gather_stop", `{"client_state": "aGF2ZSBhIG5pY2UgZGF5ID1d"}`, nil},
		{"client-state-not-base64", "gather_stop", `{"client_state": "turn 4"}`, []string{"client_state is not base64"}},
		{"client-state-cut-off", "gather_stop", `{"client_state": "aGF2ZQ="}`, []string{"client_state is not base64"}},
		{"client-state-in-lines", "gather_stop", `{"client_state": "aGF2\nZQ=="}`, []string{"client_state is not base64"}},
		{"unknown-parameter", "gather_stop", `{"greeting": "hi"}`, []string{"greeting is not known here"}},

		{"audio-or-name", "gather_using_audio", `{"audio_url": "https://x.example/a.mp3", "media_name": "a"}`, []string{"media_name cannot stand beside audio_url"}},
		{"audio-no-address", "gather_using_audio", `{"audio_url": "a.mp3"}`, []string{"audio_url is not a web address that begins with http:// or https://"}},
		{"tries", "gather_using_audio", `{"maximum_tries": 129}`, []string{"maximum_tries is 129, not between 1 and 128"}},

		{"speak-needs-payload-and-voice", "gather_using_speak", `{}`, []string{"payload is missing", "voice is missing"}},
		{"an-empty-text-is-none", "gather_using_speak", `{"payload": "", "voice": "female"}`, []string{"payload is missing"}},
		{"payload-at-the-limit", "gather_using_speak", `{"payload": "$3000:text", "voice": "female"}`, nil},
		{"payload-too-long", "gather_using_speak", `{"payload": "$3001:text", "invalid_payload": "$3001:text", "voice": "female"}`, []string{
			"payload has 3001 characters; 3000 are allowed", "invalid_payload has 3001 characters; 3000 are allowed",
		}},
		{"basic-is-text-alone", "gather_using_speak", `{"payload": "x", "voice": "female", "service_level": "basic", "payload_type": "ssml", "language": "fr-FR"}`, []string{
			`payload_type is "ssml", but service_level basic allows text alone`, `language is "fr-FR", but service_level basic allows en-US alone`,
		}},
		{"unknown-voice", "gather_using_speak", `{"payload": "x", "voice": "Alexa"}`, []string{`warning: voice is "Alexa"; voices are known as Provider.Model.Voice`}},
		{"speak-language", "gather_using_speak", `{"payload": "x", "voice": "female", "language": "en"}`, []string{`language is "en", which is none of the 29 that Telnyx has`}},

		{"ai-needs-parameters", "gather_using_ai", `{}`, []string{"parameters is missing"}},
		{"ai-greeting-at-the-limit", "gather_using_ai", `{` + ask + `, "greeting": "$3000:text", "gather_ended_speech": "$3000:text"}`, nil},
		{"ai-greeting-too-long", "gather_using_ai", `{` + ask + `, "greeting": "$3001:text", "gather_ended_speech": "$3001:text"}`, []string{
			"greeting has 3001 characters; 3000 are allowed", "gather_ended_speech has 3001 characters; 3000 are allowed",
		}},
		{"ai-language-is-no-locale", "gather_using_ai", `{` + ask + `, "language": "en-US"}`, []string{`language is "en-US", which is none of the 80 that Telnyx has`}},
		{"ai-model-not-known", "gather_using_ai", `{` + ask + `, "transcription": {"model": "deepgram/nova-9"}}`, []string{
			`warning: transcription.model is "deepgram/nova-9", which is not known here`,
		}},
		{"ai-history-has-two-roles", "gather_using_ai", `{` + ask + `, "message_history": [{"role": "system", "content": "x"}]}`, []string{
			`message_history[0].role is "system", not assistant or user`,
		}},
		{"ai-waits", "gather_using_ai", `{` + ask + `, "user_response_timeout_ms": -1}`, []string{"user_response_timeout_ms is -1, not 0 or more"}},
		{"ai-boolean", "gather_using_ai", `{` + ask + `, "send_partial_results": "yes"}`, []string{"send_partial_results is text, not true or false"}},
		{"ai-parameters-no-object", "gather_using_ai", `{"parameters": {"type": "array", "items": {"type": "strng"}}}`, []string{
			`parameters.type is "array", not object`,
			`parameters.items.type is "strng", not array, boolean, integer, null, number, object or string`,
		}},
		{"ai-parameters-without-type", "gather_using_ai", `{"parameters": {"properties": {}}}`, []string{"parameters.type is missing; it is object"}},
		{"ai-never-ends", "gather_using_ai", `{"parameters": {"type": "object", "properties": {"day": {}}, "required": ["date"]}}`, []string{
			`parameters.required[0] names "date", which is not among the properties: it could never be gathered`,
		}},
		{"ai-properties-a-list", "gather_using_ai", `{"parameters": {"type": "object", "properties": [], "required": "x"}}`, []string{
			"parameters.properties is a list, not an object",
		}},
		{"ai-example-of-the-sdk", "gather_using_ai", `{"parameters": {"properties": "bar", "required": "bar", "type": "bar"}}`, []string{
			`parameters.type is "bar", not object`, "parameters.properties is text, not an object",
		}},

		{"voice-settings-need-a-type", "gather_using_ai", `{` + ask + `, "voice_settings": {"voice_speed": 1}}`, []string{
			"voice_settings.type is missing; it is aws, azure, elevenlabs, resemble, rime, telnyx or xai",
		}},
		{"voice-settings-of-another", "gather_using_ai", `{` + ask + `, "voice_settings": {"type": "azure", "voice_speed": 1}}`, []string{
			"voice_settings.voice_speed is not known here",
		}},
		{"voice-too-fast", "gather_using_ai", `{` + ask + `, "voice_settings": {"type": "telnyx", "voice_speed": 2.5}}`, []string{
			"voice_settings.voice_speed is 2.5, not between 0.1 and 2",
		}},
		{"sample-rate-is-text", "gather_using_ai", `{` + ask + `, "voice_settings": {"type": "resemble", "sample_rate": 48000}}`, []string{
			"voice_settings.sample_rate is a number, not text",
		}},
		{"minimax-is-not-for-agents", "gather_using_ai", `{` + ask + `, "voice_settings": {"type": "minimax"}}`, []string{
			`voice_settings.type is "minimax", not aws, azure, elevenlabs, resemble, rime, telnyx or xai`,
		}},
		{"minimax-is-for-speech", "gather_using_speak", `{"payload": "x", "voice": "Minimax.speech-2.6-turbo.Sam", "voice_settings": {"type": "minimax", "pitch": -3}}`, nil},

		{"tool-without-settings", "gather_using_ai", `{` + ask + `, "assistant": {"tools": [{"type": "hangup"}]}}`, []string{
			"assistant.tools[0].hangup is missing",
		}},
		{"tool-with-empty-settings", "gather_using_ai", `{` + ask + `, "assistant": {"tools": [{"type": "hangup", "hangup": {}}]}}`, nil},
		{"transfer-of-the-texml-page", "gather_using_ai", `{` + ask + `, "assistant": {"tools": [{"type": "transfer", "transfer": [{"to": "+13125550100"}]}]}}`, []string{
			"assistant.tools[0].transfer is a list, not an object",
		}},
		{"transfer", "gather_using_ai", `{` + ask + `, "assistant": {"tools": [{"type": "transfer", "transfer": {"from": "+13125550100", "targets": [{"to": "sip:desk@example.com"}, {"to": "555", "name": "Ann"}]}}]}}`, []string{
			"assistant.tools[0].transfer.targets[1].to is neither a number like +13125550100 nor a SIP address",
		}},
		{"transfer-to-a-variable", "gather_using_ai", `{` + ask + `, "assistant": {"tools": [{"type": "transfer", "transfer": {"from": "{{telnyx_agent_target}}", "targets": "{{ people }}"}}]}}`, nil},
		{"transfer-to-a-number", "gather_using_ai", `{` + ask + `, "assistant": {"tools": [{"type": "transfer", "transfer": {"from": "+13125550100", "targets": 3}}]}}`, []string{
			"assistant.tools[0].transfer.targets is a number, not a list or text",
		}},
		{"webhook", "gather_using_ai", `{` + ask + `, "assistant": {"tools": [{"type": "webhook", "webhook": {"name": "n", "description": "d", "url": "https://x.example/{id}", "method": "FETCH", "headers": [{"name": "A"}], "body_parameters": {"type": "string"}}}]}}`, []string{
			`assistant.tools[0].webhook.method is "FETCH", not GET, POST, PUT, DELETE or PATCH`,
			"assistant.tools[0].webhook.headers[0].value is missing",
			`assistant.tools[0].webhook.body_parameters.type is "string", not object`,
		}},
		{"retrieval-of-nothing", "gather_using_ai", `{` + ask + `, "assistant": {"tools": [{"type": "retrieval", "retrieval": {"bucket_ids": []}}]}}`, []string{
			"assistant.tools[0].retrieval.bucket_ids is empty",
		}},
		{"unknown-tool", "gather_using_ai", `{` + ask + `, "assistant": {"tools": [{"type": "pay", "pay": {}}]}}`, []string{
			`assistant.tools[0].type is "pay", not hangup, transfer, webhook, retrieval, book_appointment or check_availability`,
		}},

		{"assistant-needs-an-id", "ai_assistant_start", `{"assistant": {"greeting": "hi"}}`, []string{"assistant.id is missing"}},
		{"assistant-variables", "ai_assistant_start", `{"assistant": {"id": "a", "dynamic_variables": {"n": 1, "t": true, "s": "", "o": {}}}}`, []string{
			"assistant.dynamic_variables.o is an object, not text, a number, or true or false",
		}},
		{"assistant-voice", "ai_assistant_start", `{"assistant": {"id": "a", "voice_settings": {"voice_speed": 0.2}}}`, []string{
			"assistant.voice_settings.voice is missing", "assistant.voice_settings.voice_speed is 0.2, not between 0.25 and 2",
		}},
		{"participants", "ai_assistant_start", `{"participants": [{"id": "v3:x", "role": "assistant"}]}`, []string{
			`participants[0].role is "assistant", not user`,
		}},
		{"messages", "ai_assistant_add_messages", `{"messages": [{"role": "assistant"}, {"role": "tool", "content": "x"}, {"role": "user"}, {"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f"}}]}, "hi", null]}`, []string{
			"messages[0] needs content or tool_calls",
			"messages[1].tool_call_id is missing",
			"messages[2].content is missing",
			"messages[4] is text, not an object",
			"messages[5] is missing",
		}},

		{"update-one-thing", "update_call", `{"Url": "https://x.example/", "Texml": "<Response/>", "Status": "completed"}`, []string{"Texml cannot stand beside Url"}},
		{"update-nothing", "update_call", `{"Method": "GET"}`, []string{"needs Url, Texml, Status or StatusCallback"}},
		{"update-status", "update_call", `{"Status": "busy"}`, []string{`Status is "busy", not completed`}},
		{"update-key-in-snake-case", "update_call", `{"Status": "completed", "status_callback": "https://x.example"}`, []string{"status_callback is not known here"}},
		{"initiate-needs", "initiate_call", `{}`, []string{"To is missing", "From is missing", "ApplicationSid is missing"}},
		{"initiate-limits", "initiate_call", `{"To": "+13125550100", "From": "+13125550188", "ApplicationSid": "1", "Timeout": 4, "TimeLimit": 14401, "MachineDetectionTimeout": 499, "MachineDetectionPromptEndTimeout": 120001, "CallerId": "Chez <Nous>", "StatusCallbackEvent": "initiated hungup"}`, []string{
			"CallerId has something else than letters, digits, spaces and -_~!.+",
			"Timeout is 4, not between 5 and 120",
			"TimeLimit is 14401, not between 30 and 14400",
			`StatusCallbackEvent is "hungup", not initiated, ringing, answered or completed`,
			"MachineDetectionTimeout is 499, not between 500 and 60000",
			"MachineDetectionPromptEndTimeout is 120001, not between 1000 and 120000",
		}},
		{"initiate-numbers", "initiate_call", `{"To": "0131255501", "From": "+1 312 555", "ApplicationSid": "1"}`, []string{
			"To is neither a number like +13125550100 nor a SIP address",
			"From is neither a number like +13125550100 nor a SIP address",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, p := range lookup(t, tt.command).Check(params(t, tt.params)) {
				if s := p.String(); p.Warning {
					got = append(got, "warning: "+s)
				} else {
					got = append(got, s)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestValuesOfPrograms are values that JSON does not have.
func TestValuesOfPrograms(t *testing.T) {
	deep := map[string]any{}
	for range 100 {
		deep = map[string]any{"x": deep}
	}
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"not-a-number", math.NaN(), "metadata.x is not a number, which JSON cannot hold"},
		{"endless", math.Inf(1), "metadata.x is not a number, which JSON cannot hold"},
		{"function", func() {}, "metadata.x is something else, which JSON cannot hold"},
		{"bytes", []byte("x"), "metadata.x is something else, which JSON cannot hold"},
		{"deep", deep, "is nested too deeply"},
		{"list", []string{"a"}, ""},
		{"map", map[string]int{"a": 1}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, problems := lookup(t, commands.AIAssistantAddMessages).Normalize(map[string]any{
				"messages": []any{map[string]any{"role": "user", "content": "x", "metadata": map[string]any{"x": tt.value}}},
			})
			switch {
			case tt.want == "" && problems != nil:
				t.Error(problems)
			case tt.want != "" && (len(problems) == 0 || !strings.HasSuffix(problems[0].String(), tt.want)):
				t.Errorf("%v, want %s", problems, tt.want)
			}
		})
	}
	if problems := lookup(t, commands.GatherStop).Check(map[string]any{"command_id": "\xff"}); len(problems) != 1 {
		t.Errorf("text that is not UTF-8 gave %v", problems)
	}
}

// TestUnknownValues is how a flow is checked before a call: what an expression
// brings is known by its type at best.
func TestUnknownValues(t *testing.T) {
	type u = commands.Unknown
	tests := []struct {
		name, command string
		params        map[string]any
		want          string
	}{
		{"anything", "gather_using_speak", map[string]any{"payload": u{}, "voice": u{}, "maximum_tries": u{}, "voice_settings": u{}}, ""},
		{"text-for-text", "gather_using_speak", map[string]any{"payload": u{Type: commands.TypeText}, "voice": u{Type: commands.TypeText}}, ""},
		{"text-for-a-number", "gather", map[string]any{"minimum_digits": u{Type: commands.TypeText}}, "minimum_digits is text, not a whole number"},
		{"number-for-a-whole-one", "gather", map[string]any{"minimum_digits": u{Type: commands.TypeNumber}, "maximum_digits": 3}, ""},
		{"list-for-text", "gather", map[string]any{"gather_id": u{Type: commands.TypeList}}, "gather_id is a list, not text"},
		{"object-for-a-schema", "gather_using_ai", map[string]any{"parameters": u{Type: commands.TypeObject}}, ""},
		{"boolean-for-a-schema", "gather_using_ai", map[string]any{"parameters": u{Type: commands.TypeBoolean}}, "parameters is true or false, not an object"},
		{"inside-of-a-schema", "gather_using_ai", map[string]any{"parameters": map[string]any{
			"type": "object", "properties": map[string]any{"a": u{}}, "required": []any{u{}},
		}}, ""},
		{"properties-of-a-schema", "gather_using_ai", map[string]any{"parameters": map[string]any{
			"type": u{}, "properties": u{}, "required": []any{"a"},
		}}, ""},
		{"the-tag-of-a-union", "gather_using_ai", map[string]any{"parameters": u{}, "voice_settings": map[string]any{"type": u{}}}, ""},
		{"exclusive-all-the-same", "gather_using_audio", map[string]any{"audio_url": u{}, "media_name": u{}}, "media_name cannot stand beside audio_url"},
		{"list-or-text", "gather_using_ai", map[string]any{"parameters": u{}, "assistant": map[string]any{"tools": []any{map[string]any{
			"type": "transfer", "transfer": map[string]any{"from": u{}, "targets": u{Type: commands.TypeBoolean}},
		}}}}, "assistant.tools[0].transfer.targets is true or false, not a list or text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got string
			if problems := lookup(t, tt.command).Check(tt.params); problems != nil {
				got = problems[0].String()
			}
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// TestSuggestions give what could have been meant.
func TestSuggestions(t *testing.T) {
	problems := lookup(t, commands.Gather).Check(map[string]any{"minimum_digit": 4})
	if len(problems) != 1 || problems[0].Value != "minimum_digit" || len(problems[0].Known) != 10 {
		t.Errorf("%+v", problems)
	}
}

// TestPrivate keeps what callers say, and who they are, out of messages.
func TestPrivate(t *testing.T) {
	secret := strings.Repeat("Zoë ", 1000)
	for _, d := range requests(t) {
		for _, p := range d.Params {
			if !p.Private || p.Type != commands.TypeText {
				continue
			}
			for _, problem := range d.Check(map[string]any{p.Name: secret}) {
				if strings.Contains(problem.String()+problem.Value, "Zoë") {
					t.Errorf("%s: %v", d.Name, problem)
				}
			}
		}
	}
}

// FuzzCheck holds the check to no panic and to the same answer twice, whatever
// the parameters; what passes can be sent.
func FuzzCheck(f *testing.F) {
	f.Add("gather", `{"minimum_digits": 4}`)
	f.Add("gather_using_ai", `{"parameters": {"type": "object", "properties": {"a": {"anyOf": [true, {"items": {}}]}}}}`)
	f.Add("ai_assistant_start", `{"assistant": {"id": "a", "tools": [{"type": "transfer", "transfer": {"targets": [[]]}}]}}`)
	f.Fuzz(func(t *testing.T, name, src string) {
		d, is := commands.Lookup(name)
		var p map[string]any
		if !is || json.Unmarshal([]byte(src), &p) != nil {
			return
		}
		out, problems := d.Normalize(p)
		if diff := cmp.Diff(problems, d.Check(p)); diff != "" {
			t.Errorf("checked twice:\n%s", diff)
		}
		if commands.Err(name, problems) != nil {
			return
		}
		if _, err := json.Marshal(out); err != nil {
			t.Error(err)
		}
		if again := d.Check(out); commands.Err(name, again) != nil {
			t.Errorf("what passed does not pass when it was made plain: %v", again)
		}
	})
}
