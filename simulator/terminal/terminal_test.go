package terminal_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows/schemas"
	"texmlsrv/simulator"
	"texmlsrv/simulator/terminal"
	"texmlsrv/texml"
)

// told is what is typed, and what the caller then does, as JSON.
type told struct {
	name   string
	moment simulator.Moment
	typed  string
	want   string
	shows  string // a piece of what is written; "" for anything
}

func ai(t testing.TB, source string) simulator.Moment {
	t.Helper()
	node, err := schemas.ReadJSON([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := schemas.Compile(node)
	if err != nil {
		t.Fatal(err)
	}
	return simulator.Moment{Kind: simulator.MomentAI, Verb: &texml.AIGather{Greeting: &texml.Greeting{Content: texml.Plain("Hello?")}}, Schema: schema}
}

func gather(g texml.Gather) simulator.Moment {
	return simulator.Moment{Kind: simulator.MomentGather, Verb: &g}
}

const person = `{
  "type": "object",
  "properties": {
    "name":    {"type": "string"},
    "guests":  {"type": "integer", "minimum": 1, "maximum": 8},
    "address": {"type": "object", "properties": {"street": {"type": "string"}, "number": {"type": "integer"}}, "required": ["street"]}
  },
  "required": ["name", "guests"]
}`

// TestActs goes through what can be typed at the moments of a call.
func TestActs(t *testing.T) {
	who := ai(t, person)
	both := gather(texml.Gather{Input: "dtmf speech", NumDigits: 1})
	keys, words := gather(texml.Gather{}), gather(texml.Gather{Input: "speech"})
	record := simulator.Moment{Kind: simulator.MomentRecord, Verb: &texml.Record{}}
	dial := simulator.Moment{Kind: simulator.MomentDial, Verb: &texml.Dial{Number: "+13125550199"}}
	http := simulator.Moment{Kind: simulator.MomentHTTP}
	for _, c := range []told{
		{"ai_values", who, "Ada\n4\nno", `{"Gathers":{"name":"Ada","guests":4}}`, "The assistant asks for name and guests, and takes address."},
		{"ai_nested", who, "Ada\n4\nyes\nHigh Street\n\n", `{"Gathers":{"name":"Ada","guests":4,"address":{"street":"High Street"}}}`, "address.number"},
		{"ai_wrong_value", who, "Ada\n9\n2\n\n", `{"Gathers":{"name":"Ada","guests":2}}`, "! this does not fit: it must be a whole number from 1 to 8"},
		{"ai_required", who, "\n/skip\n2\n\n", `{"Gathers":{"guests":2}}`, "! name is required; /skip leaves it out all the same"},
		{"ai_back", who, "Ad\n/back\nAda\n2\n\n", `{"Gathers":{"name":"Ada","guests":2}}`, ""},
		{"ai_json", who, `{"guests":2,"name":"Ada"}`, `{"Gathers":{"guests":2,"name":"Ada"}}`, ""},
		{"ai_json_that_does_not_fit", who, `{"guests":9}`, `{"Gathers":{"guests":9}}`, "It is sent as it is, although it does not fit: "},
		{"ai_json_that_is_none", who, "{\"guests\n{}", `{"Gathers":{}}`, "! this is not JSON"},
		{"ai_without_a_form", ai(t, `{"type":"object"}`), `{"a":1}`, `{"Gathers":{"a":1}}`, "answer with a line of JSON.\nJSON> "},
		{"ai_silent", who, "Ada\n/silent", `{}`, ""},
		{"ai_hangup", who, "/hangup", `{"HangUp":true}`, ""},
		{"ai_end_of_input", who, "Ada\n", `{"HangUp":true}`, "(you hang up)"},
		{"ai_talk", who, "/say A table.\nAda\n2\n\n", `{"Gathers":{"name":"Ada","guests":2},"Conversation":[{"Role":"assistant","Content":"Hello?"},{"Role":"user","Content":"A table."}]}`, ""},

		{"gather_key", both, "1", `{"Digits":"1"}`, "Waits 5 s for a key, or words."},
		{"gather_words", both, "one, please", `{"Speech":"one, please"}`, ""},
		{"gather_digits_that_are_said", both, "/say 1", `{"Speech":"1"}`, ""},
		{"gather_mumbled", both, "/mumble one", `{"Speech":"one","Confidence":0.3}`, ""},
		{"gather_silent", both, "/silent", `{}`, ""},
		{"gather_beginning_of_a_command", both, "/si", `{}`, ""},
		{"gather_unclear_command", both, "/h\n1", `{"Digits":"1"}`, "! /h can be /hangup or /help"},
		{"gather_unknown_command", both, "/dance\n1", `{"Digits":"1"}`, "! there is no /dance; /help shows what there is"},
		{"gather_command_of_another_place", both, "/skip\n1", `{"Digits":"1"}`, "! /skip has no place here"},
		{"gather_nothing_typed", both, "\n1", `{"Digits":"1"}`, "! nothing was typed; /silent says and presses nothing"},
		{"gather_help", both, "/help\n1", `{"Digits":"1"}`, "/press KEYS   press keys, also where words would do"},
		{"gather_words_where_keys_are_listened_for", keys, "one\n4711#", `{"Digits":"4711#"}`, "! only keys are listened for here"},
		{"gather_keys_where_words_are_listened_for", words, "4155550123", `{"Speech":"4155550123"}`, ""},
		{"gather_pressed_where_words_are_listened_for", words, "/press 1", `{"Digits":"1"}`, ""},
		{"gather_no_keys", keys, "/press one\n/press 1", `{"Digits":"1"}`, "! keys are 0 to 9, * and #"},

		{"record_words", record, "Please call me back about my bill", `{"Seconds":3}`, ""},
		{"record_seconds", record, "12", `{"Seconds":12}`, ""},
		{"record_hangup", record, "/hangup 12", `{"Seconds":12,"HangUp":true}`, ""},
		{"record_hangup_at_once", record, "/hangup", `{"HangUp":true}`, ""},
		{"record_silent", record, "/silent", `{}`, ""},

		{"dial_number", dial, "2", `{"Status":"busy"}`, "How does the call to +13125550199 go?"},
		{"dial_word", dial, "no-answer", `{"Status":"no_answer"}`, ""},
		{"dial_seconds", dial, "1 90", `{"Seconds":90,"Status":"completed"}`, ""},
		{"dial_wrong", dial, "9\nperhaps !\n1", `{"Status":"completed"}`, "! choose one: 1 to 4"},
		{"dial_hangup", dial, "/hangup", `{"HangUp":true}`, ""},
		{"http_values", http, "1 order=4711", `{"Status":"completed","Values":{"order":"4711"}}`, ""},
		{"listened", simulator.Moment{Kind: simulator.MomentListened}, "", `{}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			talk := terminal.New(terminal.Options{In: strings.NewReader(c.typed), Out: &out, Width: 1000})
			act, err := talk.Acts(t.Context(), c.moment)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, jsonOf(t, act)); diff != "" {
				t.Errorf("%s\n%s", diff, out.String())
			}
			if !strings.Contains(out.String(), c.shows) {
				t.Errorf("%q is not in\n%s", c.shows, out.String())
			}
		})
	}
}

// jsonOf is an Act as JSON, without what is zero in it.
func jsonOf(t *testing.T, act simulator.Act) string {
	t.Helper()
	text, err := json.Marshal(struct {
		Digits       *string               `json:",omitempty"`
		Speech       *string               `json:",omitempty"`
		Confidence   float64               `json:",omitzero"`
		Gathers      json.RawMessage       `json:",omitempty"`
		Conversation []simulator.Message   `json:",omitempty"`
		Seconds      float64               `json:",omitzero"`
		Status       string                `json:",omitempty"`
		Reason       string                `json:"-"`
		Values       map[string]string     `json:",omitempty"`
		HangUp       bool                  `json:",omitzero"`
		Behaves      []simulator.Behaviour `json:"-"`
	}(act))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestInterrupted hangs up while a line is waited for.
func TestInterrupted(t *testing.T) {
	gone := make(chan struct{})
	close(gone)
	never, done := io.Pipe()
	defer done.Close()
	talk := terminal.New(terminal.Options{In: never, Out: io.Discard, Gone: gone})
	act, err := talk.Acts(t.Context(), gather(texml.Gather{}))
	if err != nil || !act.HangUp {
		t.Errorf("%+v, %v", act, err)
	}
}

// TestGivenUp gives the context's error, and that of a screen that is gone.
func TestGivenUp(t *testing.T) {
	never, done := io.Pipe()
	defer done.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	talk := terminal.New(terminal.Options{In: never, Out: io.Discard})
	if _, err := talk.Acts(ctx, gather(texml.Gather{})); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	_, closed := io.Pipe()
	closed.Close()
	talk = terminal.New(terminal.Options{In: strings.NewReader("1\n"), Out: closed})
	if _, err := talk.Acts(t.Context(), gather(texml.Gather{})); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

// FuzzActs types anything at every moment: it never fails, what is shown is
// text, and what is gathered is JSON.
func FuzzActs(f *testing.F) {
	f.Add("Ada\n4\nyes\nHigh Street\n", 0)
	f.Add("{\"name\": \"\x1b[2J\"}\n", 0)
	f.Add("/say \x9b\n/press 1\n", 1)
	f.Add("/hangup 1e309\n", 2)
	f.Add("1 -4\n2 99999999999\n", 3)
	f.Fuzz(func(t *testing.T, typed string, kind int) {
		moments := []simulator.Moment{
			ai(t, person), gather(texml.Gather{Input: "dtmf speech"}),
			{Kind: simulator.MomentRecord}, {Kind: simulator.MomentDial}, {Kind: simulator.MomentHTTP}, {Kind: simulator.MomentPay},
		}
		var out strings.Builder
		talk := terminal.New(terminal.Options{In: strings.NewReader(typed), Out: &out, Echo: true})
		act, err := talk.Acts(t.Context(), moments[uint(kind)%uint(len(moments))])
		if err != nil {
			t.Fatal(err)
		}
		if act.Gathers != nil && !json.Valid(act.Gathers) {
			t.Errorf("gathers %q", act.Gathers)
		}
		if act.Seconds < 0 {
			t.Errorf("%v seconds", act.Seconds)
		}
		if i := strings.IndexFunc(out.String(), func(r rune) bool { return r != '\n' && unicode.IsControl(r) }); i >= 0 {
			t.Errorf("%q is shown", out.String()[i:])
		}
	})
}
