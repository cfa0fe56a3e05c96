package texml_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"

	"texmlsrv/texml"
)

func TestParse_decodeErrors(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"root", "\n<Gather/>", "2:1: Gather: the root of a document is <Response>"},
		{"root-in-lower-case", "<response/>", "1:1: response: the root of a document is <Response>"},
		{"number", `<Response><Gather timeout="abc"/></Response>`, `1:28: Response/Gather timeout: "abc" is not a whole number`},
		{"number-with-a-unit", `<Response><Pause/><Pause length="2s"/></Response>`, `1:34: Response/Pause[2] length: "2s" is not a whole number`},
		{"empty-number", `<Response><Pause length=""/></Response>`, `1:26: Response/Pause length: "" is not a whole number`},
		{"huge-number", `<Response><Pause length="99999999999999999999"/></Response>`, `1:26: Response/Pause length: "99999999999999999999" is too large a number`},
		{"boolean", `<Response><Record playBeep="True"/></Response>`, `1:29: Response/Record playBeep: "True" is neither true nor false`},
		{"decimal", `<Response><Say voiceSpeed="1e3"/></Response>`, `1:28: Response/Say voiceSpeed: "1e3" is not a decimal number`},
		{"not-a-number", `<Response><Say voiceSpeed="NaN"/></Response>`, `1:28: Response/Say voiceSpeed: "NaN" is not a decimal number`},
		{"nested", "<Response>\n<Gather><Say/><Play/><Say loop='x'/></Gather></Response>", `2:33: Response/Gather/Say[2] loop: "x" is not a whole number`},
		{"in-a-child", `<Response><AIGather><Voice voice_speed="fast"/></AIGather></Response>`, `1:41: Response/AIGather/Voice voice_speed: "fast" is not a decimal number`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := texml.Parse([]byte(tt.src))
			if _, ok := errors.AsType[*texml.DecodeError](err); !ok {
				t.Fatalf("error = %v (%T), want a *DecodeError", err, err)
			}
			if err.Error() != tt.want {
				t.Errorf("error\n got %s\nwant %s", err, tt.want)
			}
		})
	}
}

func TestDecode_errorWithoutSource(t *testing.T) {
	root := etree.NewElement("Response")
	root.CreateElement("Dial").CreateAttr("timeout", "soon")
	_, err := texml.Decode(root)
	if err == nil || err.Error() != `texml: Response/Dial timeout: "soon" is not a whole number` {
		t.Errorf("error = %v", err)
	}
	if _, err := texml.Decode(nil); err == nil {
		t.Error("Decode(nil) gave no error")
	}
}

func TestParse_meaning(t *testing.T) {
	tests := []struct {
		name, src string
		want      *texml.Response
	}{
		{"layout-is-dropped", "<Response>\n  <Gather>\n    <Say> Hi </Say>\n  </Gather>\n</Response>",
			doc(&texml.Gather{Prompts: []texml.Verb{say(" Hi ")}})},
		{"comments-are-dropped", "<Response><!-- a --><Say>a<!-- b -->b</Say></Response>",
			doc(say("ab"))},
		{"cdata-is-text", "<Response><Say>a<![CDATA[<b>]]></Say><Redirect><![CDATA[/x?a=1&b=2]]></Redirect></Response>",
			doc(say("a<b>"), &texml.Redirect{URL: "/x?a=1&b=2"})},
		{"dial-text-in-lines", "<Response><Dial>\n  +1312\n</Dial></Response>",
			doc(&texml.Dial{Number: "\n  +1312\n"})},
		{"dial-nouns-in-lines", "<Response><Dial>\n  <Number>+1312</Number>\n</Dial></Response>",
			doc(&texml.Dial{Nouns: []texml.DialNoun{&texml.Number{Number: "+1312"}}})},
		{"case-matters", "<Response><say/><Gather Timeout='3'/></Response>",
			doc(&texml.Unknown{Element: texml.Element{Name: "say"}}, &texml.Gather{Extra: texml.Extra{Attrs: []texml.Attr{{Name: "Timeout", Value: "3"}}}})},
		{"prefixed-is-unknown", "<Response xmlns:x='u'><x:Say/></Response>",
			&texml.Response{Verbs: []texml.Verb{&texml.Unknown{Element: texml.Element{Name: "x:Say"}}}, Extra: texml.Extra{Attrs: []texml.Attr{{Name: "xmlns:x", Value: "u"}}}}},
		{"empty-differs-from-absent", "<Response><Gather finishOnKey='' timeout='0' action=''/></Response>",
			doc(&texml.Gather{FinishOnKey: new(""), Extra: texml.Extra{Attrs: []texml.Attr{{Name: "timeout", Value: "0"}, {Name: "action", Value: ""}}}})},
		{"zero-differs-from-absent", "<Response><Play loop='0'/></Response>",
			doc(&texml.Play{Loop: new(0)})},
		{"leaf-with-an-attribute-is-kept", "<Response><HttpRequest><Request><Body a='1'>x</Body></Request></HttpRequest></Response>",
			doc(&texml.HttpRequest{Request: &texml.HttpCall{Extra: texml.Extra{Elements: []texml.Element{{Name: "Body", Attrs: []texml.Attr{{Name: "a", Value: "1"}}, Content: texml.Plain("x")}}}}})},
		{"transcription-by-parent", "<Response><AIGather><Transcription model='m'/></AIGather><Start><Transcription model='m'/></Start></Response>",
			doc(&texml.AIGather{Transcription: &texml.AITranscription{Model: "m"}}, &texml.Start{Services: []texml.Service{&texml.Transcription{Model: "m"}}})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := texml.Parse([]byte(tt.src))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			again, err := texml.Parse(got.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, again); diff != "" {
				t.Errorf("written and parsed again (-before +after):\n%s", diff)
			}
		})
	}
}

func TestAsker(t *testing.T) {
	connect := func(c ...texml.Connection) *texml.Connect { return &texml.Connect{Connections: c} }
	tests := []struct {
		name string
		verb texml.Asker
		asks bool
		want string
	}{
		{"gather", &texml.Gather{}, true, `<Gather action="/u"/>`},
		{"aigather", &texml.AIGather{}, true, `<AIGather action="/u" method="POST"/>`},
		{"keeps-a-method", &texml.AIGather{Method: "GET"}, true, `<AIGather action="/u" method="GET"/>`},
		{"dial", &texml.Dial{}, true, `<Dial action="/u" method="POST"/>`},
		{"refer", &texml.Refer{}, true, `<Refer action="/u" method="POST"/>`},
		{"enqueue", &texml.Enqueue{}, true, `<Enqueue action="/u" method="POST"/>`},
		{"record", &texml.Record{}, true, `<Record action="/u" method="POST"/>`},
		{"pay", &texml.Pay{}, true, `<Pay action="/u" method="POST"/>`},
		{"connect-to-nothing", connect(), false, `<Connect action="/u" method="POST"/>`},
		{"connect-to-a-stream", connect(&texml.Stream{}), false, `<Connect action="/u" method="POST"><Stream/></Connect>`},
		{"connect-to-an-assistant", connect(&texml.AIAssistant{}), true, `<Connect action="/u" method="POST"><AIAssistant/></Connect>`},
		{"connect-to-a-relay", connect(&texml.ConversationRelay{}), true, `<Connect action="/u" method="POST"><ConversationRelay/></Connect>`},
		{"http-by-default", &texml.HttpRequest{}, true, `<HttpRequest action="/u"/>`},
		{"http-in-step", &texml.HttpRequest{Async: new(false)}, true, `<HttpRequest async="false" action="/u"/>`},
		{"http-aside", &texml.HttpRequest{Async: new(true)}, false, `<HttpRequest async="true" action="/u"/>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.verb.Asks() != tt.asks {
				t.Errorf("Asks() = %t, want %t", tt.verb.Asks(), tt.asks)
			}
			if tt.verb.Action() != "" {
				t.Errorf("Action() = %q before it is set", tt.verb.Action())
			}
			tt.verb.SetAction("/u")
			if tt.verb.Action() != "/u" {
				t.Errorf("Action() = %q, want /u", tt.verb.Action())
			}
			if got := body(doc(tt.verb)); got != tt.want {
				t.Errorf("document\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestAsker_setActionReplacesWhatWasKept writes over an action that the source had as "".
func TestAsker_setActionReplacesWhatWasKept(t *testing.T) {
	r, err := texml.Parse([]byte(`<Response><Dial method="" action=""/></Response>`))
	if err != nil {
		t.Fatal(err)
	}
	r.Verbs[0].(texml.Asker).SetAction("/u")
	if got, want := body(r), `<Dial action="/u" method="POST"/>`; got != want {
		t.Errorf("document\n got %s\nwant %s", got, want)
	}
}

// body returns what stands inside of the Response.
func body(r *texml.Response) string {
	s := strings.TrimPrefix(string(r.Bytes()), `<?xml version="1.0" encoding="UTF-8"?><Response>`)
	return strings.TrimSuffix(s, "</Response>")
}

func TestTerminal(t *testing.T) {
	terminal := map[string]bool{"Redirect": true, "Reject": true, "Hangup": true, "Leave": true, "Pay": true}
	verbs := []texml.Verb{
		&texml.Say{}, &texml.Play{}, &texml.Pause{}, &texml.Gather{}, &texml.AIGather{}, &texml.Dial{}, &texml.Refer{}, &texml.Enqueue{},
		&texml.Leave{}, &texml.Redirect{}, &texml.Reject{}, &texml.Hangup{}, &texml.Record{}, &texml.Start{}, &texml.Stop{}, &texml.Connect{},
		&texml.HttpRequest{}, &texml.Pay{}, &texml.Unknown{Element: texml.Element{Name: "Sms"}},
	}
	for _, v := range verbs {
		t.Run(texml.Name(v), func(t *testing.T) {
			if got := texml.Terminal(v); got != terminal[texml.Name(v)] {
				t.Errorf("Terminal = %t", got)
			}
		})
	}
	if texml.Name(nil) != "" || texml.Terminal(nil) {
		t.Error("nil is no verb")
	}
}

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing-to-do", "Tom & <Jerry> ✓ \t\r\n\U0001F600", "Tom & <Jerry> ✓ \t\r\n\U0001F600"},
		{"control-characters", "a\x00b\x08c\x1bd\x7fe", "abcd\x7fe"},
		{"not-characters", "a\uFFFEb\uFFFFc", "abc"},
		{"invalid-utf-8", "a\xff\xfeb\xc3", "a\uFFFDb\uFFFD"},
		{"replacement-character-stays", "a\uFFFDb", "a\uFFFDb"},
		{"encoded-surrogate", "a\xed\xa0\x80b", "a\uFFFDb"},
		{"neighbours-meet", "{\x00{", "{{"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := texml.Clean(tt.in); got != tt.want {
				t.Errorf("Clean(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestContent_Text(t *testing.T) {
	c := texml.Content{{Text: "a "}, {Element: &texml.Element{Name: "p", Content: texml.Content{{Text: "b"}, {Element: &texml.Element{Name: "break"}}}}}, {Text: " c"}}
	if got := c.Text(); got != "a b c" {
		t.Errorf("Text() = %q, want %q", got, "a b c")
	}
	if got := texml.Plain("x").Text() + texml.Content(nil).Text(); got != "x" {
		t.Errorf("Text() of plain and empty content = %q, want x", got)
	}
}

func TestBytes_leavesOutWhatCannotBeWritten(t *testing.T) {
	attr := func(name, value string) texml.Extra {
		return texml.Extra{Attrs: []texml.Attr{{Name: name, Value: value}}}
	}
	tests := []struct {
		name string
		verb texml.Verb
		want string
	}{
		{"markup-as-a-name", &texml.Unknown{Element: texml.Element{Name: "a><b"}}, ""},
		{"no-name", &texml.Unknown{}, ""},
		{"name-not-utf-8", &texml.Unknown{Element: texml.Element{Name: "a\xff"}}, ""},
		{"prefix-of-an-element", &texml.Unknown{Element: texml.Element{Name: "p:a", Content: texml.Plain("x")}}, ""},
		{"name-of-an-attribute", &texml.Hangup{Extra: attr(`a="1" b`, "2")}, "<Hangup/>"},
		{"prefix-of-an-attribute", &texml.Hangup{Extra: attr("flow:if", "x")}, "<Hangup/>"},
		{"prefix-declared-as-nothing", &texml.Hangup{Extra: attr("xmlns:flow", "")}, "<Hangup/>"},
		{"attribute-that-is-a-field", &texml.Reject{Reason: "busy", Extra: attr("reason", "rejected")}, `<Reject reason="busy"/>`},
		{"not-a-number", &texml.Say{VoiceSpeed: new(nan())}, "<Say/>"},
		{"nil-verb", nil, ""},
		{"nil-pointer", (*texml.Say)(nil), ""},
		{"nil-in-a-list", &texml.Gather{Prompts: []texml.Verb{nil, say("x")}}, "<Gather><Say>x</Say></Gather>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := body(doc(&texml.Pause{}, tt.verb)); got != "<Pause/>"+tt.want {
				t.Errorf("document = %s, want <Pause/>%s", got, tt.want)
			}
		})
	}
}

func nan() float64 {
	zero := 0.0
	return zero / zero
}

func TestBytes_nilResponse(t *testing.T) {
	if got := string((*texml.Response)(nil).Bytes()); !strings.HasSuffix(got, "<Response/>") {
		t.Errorf("Bytes() of nil = %s", got)
	}
}
