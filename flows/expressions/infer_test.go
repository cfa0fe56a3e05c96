package expressions_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows/expressions"
)

// booking is what a flow may know of a call.
func booking() expressions.Types {
	text := expressions.Type{Kinds: expressions.String}
	words := expressions.OneOf("book", "cancel")
	party := expressions.Type{Kinds: expressions.Map, Members: map[string]expressions.Type{"size": {Kinds: expressions.Number}}}
	object := func(members map[string]expressions.Type) expressions.Type {
		return expressions.Type{Kinds: expressions.Map, Members: members}
	}
	return expressions.Types{Names: map[string]expressions.Type{
		"gathered": object(map[string]expressions.Type{
			"guests": expressions.Type{Kinds: expressions.Number}.Maybe(), "intent": words.Maybe(), "party": party,
			"day": text, "name": {Kinds: expressions.String, Free: true}, "vip": {Kinds: expressions.Bool},
			"wishes": {Kinds: expressions.List, Item: &text}, "gone": {Kinds: expressions.Nil, Never: "nobody asks"},
		}),
		"vars":    {Kinds: expressions.Map, Members: map[string]expressions.Type{"slots": expressions.Unknown("vars.slots")}},
		"env":     {Kinds: expressions.Map, Rest: &text},
		"missing": {Kinds: expressions.List, Item: &words},
	}}
}

func infer(t *testing.T, source string) *expressions.Inference {
	t.Helper()
	e, err := expressions.Compile(source, expressions.Options{})
	if err != nil {
		t.Fatalf("Compile(%s): %v", source, err)
	}
	return e.Infer(booking())
}

// What an expression can be.
func TestInfer_type(t *testing.T) {
	tests := []struct{ source, kinds, values string }{
		{`gathered.guests`, "a number", ""},
		{`gathered.intent`, "text", "book cancel"},
		{`gathered.guests > 8`, "true or false", ""},
		{`gathered.guests > 8 ? "large" : "small"`, "text", "large small"},
		{`gathered.guests ?? "none"`, "a number or text", ""},
		{`gathered.guests + 1`, "a number", ""},
		{`gathered.name + "!"`, "text", ""},
		{`gathered.wishes`, "a list", ""},
		{`gathered.wishes[0]`, "text", ""},
		{`first(gathered.wishes)`, "text", ""},
		{`gathered.wishes[0:2]`, "a list", ""},
		{`filter(gathered.wishes, # != "window")`, "a list", ""},
		{`map(gathered.wishes, len(#))[0]`, "a number", ""},
		{`find(gathered.wishes, # contains "a")`, "text", ""},
		{`concat(gathered.wishes, ["quiet"])[0]`, "text", ""},
		{`{size: gathered.guests}.size`, "a number", ""},
		{`default(gathered.intent, "book")`, "text", "book cancel"},
		{`digits(gathered.guests)`, "text", ""},
		{`telnyx_variable("From")`, "what Telnyx puts in", ""},
		{`nil`, "nothing", ""},
		{`-3`, "a number", "-3"},
		{`len(vars.slots)`, "a number", ""},
		{`open({mon: "9:00-10:00"})`, "true or false", ""},
	}
	for i, tt := range tests {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			got := infer(t, tt.source)
			var values []string
			for _, v := range got.Type.Values {
				values = append(values, expressions.Format(v))
			}
			if got.Type.Kinds.String() != tt.kinds || strings.Join(values, " ") != tt.values || len(got.Findings) > 0 {
				t.Errorf("%s is %v %v, %v; want %s %s", tt.source, got.Type.Kinds, values, got.Findings, tt.kinds, tt.values)
			}
		})
	}
}

// What in an expression cannot be meant, at which byte.
func TestInfer_findings(t *testing.T) {
	tests := []struct{ source, want string }{
		{`gathered.gests > 3`, `9: gathered has no member gests; did you mean gathered.guests?`},
		{`gathered.party.szie`, `15: gathered.party has no member szie; did you mean gathered.party.size?`},
		{`gathered["gests"] > 3`, `9: gathered has no member gests; did you mean gathered.guests?`},
		{`gathered.guests.adults`, `16: gathered.guests is a number and has no adults`},
		{`gathered.guests["a"]`, `16: gathered.guests is a number and has no a`},
		{`gathered.wishes[gathered.name]`, `16: gathered.wishes is a list: its members have numbers, not names`},
		{`gathered.guests == "8"`, `19: gathered.guests is a number and is compared with text; write 8 without quotes`},
		{`"8" == gathered.guests`, `0: gathered.guests is a number and is compared with text; write 8 without quotes`},
		{`gathered.day != 24`, `16: gathered.day is text and is compared with a number; write "24" in quotes`},
		{`gathered.day < gathered.guests`, `15: gathered.day is text and is compared with a number`},
		{`gathered.wishes > 3`, `0: gathered.wishes is a list, not a number or text`},
		{`gathered.intent == "bok"`, `19: gathered.intent is never "bok": it is "book" or "cancel"; did you mean "book"?`},
		{`gathered.intent in ["book", "cancle"]`, `28: gathered.intent is never "cancle": it is "book" or "cancel"; did you mean "cancel"?`},
		{`gathered.intent in [1]`, `20: gathered.intent is text and is compared with a number`},
		{`"boo" in missing`, `0: missing never holds "boo", only "book" or "cancel"; did you mean "book"?`},
		{`gathered.guests in gathered.wishes`, `0: gathered.guests is a number, but the list holds text`},
		{`"a" in gathered.name`, `7: in wants a list or a map on its right, not text; write gathered.name contains …`},
		{`gathered.guests contains "8"`, `0: gathered.guests is a number, not text`},
		{`upper(gathered.guests)`, `6: gathered.guests is a number, not text`},
		{`join(gathered.name)`, `5: gathered.name is text, not a list`},
		{`gathered.guests + "!"`, `18: a number and text cannot be added; write string(…) around the number, or put each between {{ and }}`},
		{`gathered.vip * 2`, `0: gathered.vip is true or false, not a number`},
		{`filter(gathered.name, true)`, `7: gathered.name is text, not a list`},
		{`map(gathered.wishes, #.name)`, `23: this is text and has no name`},
		{`gathered.gone`, `9: gathered.gone is never there: nobody asks`},
		{`gathered.gests > gathered.guets`, `9: gathered has no member gests; did you mean gathered.guests?
26: gathered has no member guets; did you mean gathered.guests?`},
	}
	for i, tt := range tests {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			var got []string
			for _, f := range infer(t, tt.source).Findings {
				line := fmt.Sprintf("%d: %s", f.Offset, f.Message)
				if f.Suggestion != "" {
					line += "; " + f.Suggestion
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.source, diff)
			}
		})
	}
}

// What may be meant raises no alarm.
func TestInfer_quiet(t *testing.T) {
	for _, source := range []string{
		`gathered.guests == nil`, `gathered.intent == "book" or not gathered.vip`, `gathered.wishes == nil ? 0 : len(gathered.wishes)`,
		`vars.slots[0].time == "9:00"`, `vars.slots.free > 3`, `env.ANYTHING == "yes"`, `gathered.vip == true`,
		`gathered.party.size in [1, 2]`, `"book" in missing`, `join(missing, ", ")`, `int(gathered.name) > 3`, `1 < gathered.guests < 9`,
	} {
		if got := infer(t, source).Findings; len(got) > 0 {
			t.Errorf("%s: %v", source, got)
		}
	}
}

// How values of which nothing is known are used, and with what paths are
// compared.
func TestInfer_uses(t *testing.T) {
	got := infer(t, `len(vars.slots) > 0 and vars.slots[0].time < "12:00" and gathered.intent in ["book", "cancel"] and gathered.guests > 8`)
	wants := map[string]string{}
	for path, kinds := range got.Wants {
		wants[path] = kinds.String()
	}
	want := map[string]string{"vars.slots": "text or a list or a map", "vars.slots[]": "a map", "vars.slots[].time": "text"}
	if diff := cmp.Diff(want, wants); diff != "" {
		t.Errorf("Wants (-want +got)\n%s", diff)
	}
	compared := map[string][]any{"gathered.intent": {"book", "cancel"}, "gathered.guests": {8.0}}
	if diff := cmp.Diff(compared, got.Compared); diff != "" {
		t.Errorf("Compared (-want +got)\n%s", diff)
	}
	links := infer(t, `gathered.vip ? step("table") : aside("music")`).Links
	if diff := cmp.Diff([]expressions.Link{{Kind: "step", Name: "table", Offset: 15}, {Kind: "aside", Name: "music", Offset: 31}}, links); diff != "" {
		t.Errorf("Links (-want +got)\n%s", diff)
	}
}

// What is there when a condition is yes, and when it is no.
func TestImplied(t *testing.T) {
	tests := []struct{ source, yes, no string }{
		{`gathered.a`, "gathered.a", ""},
		{`not gathered.a`, "", "gathered.a"},
		{`gathered.a and vars.b`, "gathered.a vars.b", ""},
		{`not gathered.a or not vars.b`, "", "gathered.a vars.b"},
		{`gathered.a or vars.b`, "", ""},
		{`(gathered.a and vars.b) or (gathered.a and vars.c)`, "gathered.a", ""},
		{`gathered.a == "x"`, "gathered.a", ""},
		{`gathered.a != "x"`, "", "gathered.a"},
		{`gathered.a == nil`, "", "gathered.a"},
		{`gathered.a != nil`, "gathered.a", ""},
		{`gathered.a > 8`, "gathered.a", ""},
		{`not (gathered.a > 8)`, "", "gathered.a"},
		{`gathered.a in vars.b`, "gathered.a vars.b", ""},
		{`open(vars.hours, gathered.day, gathered.time)`, "gathered.day gathered.time vars.hours", ""},
		{`len(vars.b) > 0`, "", ""},
		{`env.URL`, "env.URL", ""},
	}
	for i, tt := range tests {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			e, err := expressions.Compile(tt.source, expressions.Options{})
			if err != nil {
				t.Fatal(err)
			}
			yes, no := strings.Join(e.Implied(true), " "), strings.Join(e.Implied(false), " ")
			if yes != tt.yes || no != tt.no {
				t.Errorf("%s: yes %q, no %q; want %q, %q", tt.source, yes, no, tt.yes, tt.no)
			}
		})
	}
}
