package texml_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/needed"
	"texmlsrv/texml"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func doc(verbs ...texml.Verb) *texml.Response { return &texml.Response{Verbs: verbs} }

func say(text string) *texml.Say { return &texml.Say{Content: texml.Plain(text)} }

// documents are one document a verb, and what is hard to write. The name is that of the golden file.
func documents() map[string]*texml.Response {
	return map[string]*texml.Response{
		"empty": doc(),
		"say": doc(
			say(`Tom & "Jerry" <3 it's`),
			&texml.Say{Voice: "Polly.Joanna-Neural", Language: "en-US", Loop: new(0), VoiceSpeed: new(0.5), APIKeyRef: "key", Content: texml.Plain("Again.")},
		),
		"say-ssml": doc(&texml.Say{Content: texml.Content{
			{Text: "Wait "},
			{Element: &texml.Element{Name: "break", Attrs: []texml.Attr{{Name: "time", Value: "500ms"}}}},
			{Text: " for "},
			{Element: &texml.Element{Name: "emphasis", Attrs: []texml.Attr{{Name: "level", Value: "strong"}}, Content: texml.Plain("it")}},
			{Text: "."},
		}}),
		"play": doc(
			&texml.Play{ContinueOnError: new(true), FailoverURL: "https://b.example.com/a.mp3", URL: "https://a.example.com/a.mp3?x=1&y=2"},
			&texml.Play{Loop: new(0), RingTone: "us-old"},
			&texml.Play{Digits: "12w#"},
		),
		"pause": doc(&texml.Pause{Length: 2}, &texml.Pause{}),
		"gather": doc(&texml.Gather{
			ActionURL: "https://example.com/menu", Input: "dtmf speech", Timeout: 6, SpeechTimeout: 2, NumDigits: 1, ValidDigits: "12",
			InvalidDigitsAction: "https://example.com/invalid", FinishOnKey: new(""), Language: "fr-FR",
			TranscriptionEngine: "Deepgram", Model: "deepgram/nova-3", Keyterms: "ventes,atelier", SmartFormat: new(false),
			Prompts: []texml.Verb{say("Press one or say sales."), &texml.Play{URL: "https://example.com/beep.wav"}},
		}, say("No input received.")),
		"aigather": doc(aiGather(), say("We could not complete that. Goodbye."), &texml.Hangup{}),
		"dial-number": doc(&texml.Dial{
			ActionURL: "https://example.com/done", Method: "POST", CallerID: "+13125550100", Timeout: 20, Record: "record-from-answer", AnswerOnBridge: new(true),
			Number: "+13125550123",
		}),
		"dial-nouns": doc(&texml.Dial{Sequential: new(true), SendRecordingURL: new(false), Nouns: []texml.DialNoun{
			&texml.Number{URL: "https://example.com/screen", SendDigits: "1w2", MachineDetection: "Enable", MachineDetectionTimeout: 3000, SipRegion: "Middle East", Number: "+13125550123"},
			&texml.Sip{Username: "agent", Password: "p\"w", URI: "sip:a@example.com"},
			&texml.Number{Number: "+13125550124"},
		}}),
		"dial-queue":      doc(&texml.Dial{Nouns: []texml.DialNoun{&texml.Queue{URL: "https://example.com/about", Method: "GET", Name: "support"}}}),
		"dial-conference": doc(&texml.Dial{Nouns: []texml.DialNoun{&texml.Conference{Muted: new(true), StartConferenceOnEnter: new(false), Beep: "onEnter", WaitURL: "https://example.com/wait.mp3", Name: "room 7"}}}),
		"refer":           doc(&texml.Refer{ActionURL: "https://example.com/refer", Sip: &texml.Sip{URI: "sip:desk@example.net"}}),
		"enqueue":         doc(&texml.Enqueue{ActionURL: "out", WaitURL: "hold", MaxWaitTimeSecs: 600, Queue: "support"}),
		"leave":           doc(say("Leaving the line."), &texml.Leave{}),
		"redirect":        doc(&texml.Redirect{Method: "POST", URL: "https://example.com/menu?a=1&b=2"}),
		"reject":          doc(&texml.Reject{Reason: "busy"}),
		"hangup":          doc(say("Goodbye."), &texml.Hangup{}),
		"record":          doc(&texml.Record{ActionURL: "saved", Timeout: new(0), MaxLength: new(90), FinishOnKey: new("#"), PlayBeep: new(false), Channels: "single", Format: "wav"}),
		"start-stop": doc(
			&texml.Start{Services: []texml.Service{&texml.Suppression{Direction: "both", NoiseSuppressionEngine: "Krisp", SuppressionLevel: new(75.0)}}},
			&texml.Start{Services: []texml.Service{&texml.Transcription{TranscriptionCallback: "https://example.com/stt", Model: "deepgram/nova-3", InterimResults: new(true)}}},
			&texml.Start{Services: []texml.Service{&texml.Stream{URL: "wss://example.com/media", Name: "s", Parameters: []texml.Parameter{{Name: "job", Value: "7"}}}}},
			&texml.Start{Services: []texml.Service{&texml.Siprec{ConnectorName: "rec", Name: "r", SessionTimeoutSecs: new(0)}}},
			&texml.Start{Services: []texml.Service{&texml.Recording{Track: "both", RecordingStatusCallback: "https://example.com/rec"}}},
			&texml.Stop{Services: []texml.Service{&texml.Suppression{}}},
			&texml.Stop{Services: []texml.Service{&texml.Stream{Name: "s"}}},
		),
		"connect": doc(
			&texml.Connect{Connections: []texml.Connection{&texml.Stream{URL: "wss://example.com/media", BidirectionalMode: "rtp", BidirectionalSamplingRate: 16000}}},
			&texml.Connect{ActionURL: "after", Connections: []texml.Connection{&texml.AIAssistant{Join: "v3:abc", ParticipantName: "Ana", ParticipantRole: "user"}}},
			&texml.Connect{ActionURL: "after", Method: "GET", Connections: []texml.Connection{&texml.ConversationRelay{
				URL: "wss://example.com/relay", WelcomeGreeting: "Hi", DTMFDetection: new(true),
				Languages:  []texml.Language{{Code: "fr", Voice: "Telnyx.NaturalHD.astra"}},
				Parameters: []texml.Parameter{{Name: "customer", Value: "42"}},
			}}},
		),
		"httprequest": doc(&texml.HttpRequest{
			Async: new(false), ActionURL: "after",
			Request: &texml.HttpCall{
				URL: "https://crm.example.com/lookup", Method: "POST",
				Headers: &texml.HttpHeaders{Headers: []texml.HttpHeader{{Key: "Content-Type", Value: "application/json"}}},
				Body:    `{"id":"7","note":"]]>"}`,
			},
			Response: &texml.HttpReply{Type: "JSON", StatusCode: "200", Content: &texml.HttpContent{Fields: []texml.HttpField{{Name: "contact.name", Value: "caller_name"}}}},
		}),
		"pay": doc(&texml.Pay{
			ActionURL: "paid", PaymentConnector: "shop", ChargeAmount: "12.50", PostalCode: "false", MaxAttempts: 2, ParametersJSON: `{"a":"b"}`,
			Prompts:    []texml.PayPrompt{{For: "payment-card-number", Attempt: "1 2", Verbs: []texml.Verb{say("Your card number.")}}},
			Parameters: []texml.Parameter{{Name: "order", Value: "A-1"}},
		}),
		"hostile": doc(
			&texml.Say{Language: "a\tb\nc\rd", Content: texml.Plain("a\x00b\x1bc\uFFFEd\xffe ]]> \r\n end")},
			&texml.AIGather{Parameters: &texml.Parameters{JSON: "{\"a\":\"\x01]]>]]>\",\r\n\"b\":\"\xc3\"}"}},
		),
		"unknown": {
			Verbs: []texml.Verb{
				&texml.Unknown{Element: texml.Element{Name: "Sms", Attrs: []texml.Attr{{Name: "to", Value: "+1"}}, Content: texml.Content{{Text: " "}, {Element: &texml.Element{Name: "Body", Content: texml.Plain("hi")}}}}},
				&texml.Gather{Timeout: 3, Prompts: []texml.Verb{&texml.Unknown{Element: texml.Element{Name: "Echo"}}}, Extra: texml.Extra{Attrs: []texml.Attr{{Name: "method", Value: "GET"}, {Name: "numDigits", Value: "0"}}}},
				&texml.AIGather{Greeting: &texml.Greeting{Content: texml.Plain("One")}, Extra: texml.Extra{StrayText: "stray", Elements: []texml.Element{{Name: "Greeting", Content: texml.Plain("Two")}}}},
				&texml.Hangup{Extra: texml.Extra{Attrs: []texml.Attr{{Name: "x:y", Value: "1"}, {Name: "xml:lang", Value: "en"}}}},
			},
			Extra: texml.Extra{Attrs: []texml.Attr{{Name: "xmlns:x", Value: "urn:x"}}},
		},
	}
}

// aiGather is a document of the usual size, also measured by the benchmarks.
func aiGather() *texml.AIGather {
	return &texml.AIGather{
		ActionURL: "https://app.example.com/after-intake", Method: "POST",
		Greeting: &texml.Greeting{Content: texml.Plain("Hi, may I take your name and a callback time?")},
		Voice:    &texml.Voice{Name: "Telnyx.NaturalHD.Astra", VoiceSpeed: new(1.0)},
		Parameters: &texml.Parameters{JSON: `{"type":"object","properties":{"name":{"type":"string","description":"Caller full name"},` +
			`"time":{"type":"string","description":"Preferred callback time"},"guests":{"type":"integer","description":"How many people will come","minimum":1,"maximum":12}},"required":["name","time"]}`},
		MessageHistory: &texml.MessageHistory{Messages: []texml.Message{
			{Role: "assistant", Text: "How can I help?"},
			{Role: "user", Text: "I would like a call back."},
		}},
		Tools:                &texml.Tools{Tools: []texml.Tool{{JSON: `{"type":"hangup","hangup":{"description":"End the call."}}`}}},
		InterruptionSettings: &texml.InterruptionSettings{Enable: new(true)},
		Transcription:        &texml.AITranscription{Model: "deepgram/nova-3"},
		Assistant:            &texml.Assistant{Model: "openai/gpt-4o", Instructions: "You are the desk of a small garage. Be brief, be kind, never promise a price."},
	}
}

func golden(name string) string { return filepath.Join("testdata", name+".xml") }

func TestBytes(t *testing.T) {
	for name, d := range documents() {
		t.Run(name, func(t *testing.T) {
			got := append(d.Bytes(), '\n')
			if *update {
				if err := os.WriteFile(golden(name), got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden(name))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("document differs from %s (-want +got):\n%s", golden(name), diff)
			}
		})
	}
}

func TestParse_golden(t *testing.T) {
	files, err := filepath.Glob(golden("*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files (%v)", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			r, err := texml.Parse(src)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(src), string(r.Bytes())+"\n"); diff != "" {
				t.Errorf("parsed and written again (-source +written):\n%s", diff)
			}
		})
	}
}

func TestParse_builtDocuments(t *testing.T) {
	for name, d := range documents() {
		if name == "hostile" {
			continue // its strings are cleaned on the way
		}
		t.Run(name, func(t *testing.T) {
			r, err := texml.Parse(d.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(d, r); diff != "" {
				t.Errorf("what was read differs from what was built (-built +read):\n%s", diff)
			}
		})
	}
}

// TestXmllint asks a parser that is not Go's.
func TestXmllint(t *testing.T) {
	xmllint := needed.Program(t, "xmllint", "libxml2-utils")
	files, err := filepath.Glob(golden("*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files (%v)", err)
	}
	out, err := exec.CommandContext(t.Context(), xmllint, append([]string{"--noout", "--nonet"}, files...)...).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("xmllint: %v\n%s", err, out)
	}
}
