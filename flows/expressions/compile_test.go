package expressions_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"texmlsrv/flows/expressions"
)

// mistakes are what authors get wrong; ^ in the source is where the error
// points, and is not part of it.
var mistakes = map[string][]struct{ source, message, suggestion string }{
	"names": {
		{`^gatherd.day == "x"`, "there is no name gatherd", "did you mean gathered?"},
		{`1 + ^foo`, "there is no name foo", ""},
		{`^digits == "0"`, "there is no name digits", "did you mean answer.digits?"},
		{`^date`, "there is no name date", "did you mean now.date?"},
		{`^urlquery`, "there is no name urlquery", "did you mean urlquery(…)?"},
		{`call.^form`, "call has no member form", "did you mean call.from?"},
		{`call[^"sidd"]`, "call has no member sidd", "did you mean call.sid?"},
		{`answer?.^digit`, "answer has no member digit", "did you mean answer.digits?"},
		{`now.^minute`, "now has no member minute", ""},
		{`"é" + now.^tiem`, "now has no member tiem", "did you mean now.time?"},
		{`^secrets.KEY`, "secrets may be read in the url and headers of a look-up only", ""},
		{`^$env.vars`, "there is no name $env", "did you mean env?"},
		{`filter(missing, ^x == #)`, "there is no name x", ""},
	},
	"functions": {
		{`^uper("a")`, "there is no function uper", "did you mean upper?"},
		{`^now()`, "there is no function now", "now is a value: write it without ()"},
		{`^keys(vars)`, "there is no function keys", ""},
		{`^groupBy(missing, #)`, "there is no function groupBy", ""},
		{`vars.^f(1)`, "only functions can be called", ""},
		{`^open()`, "open is called with 0 values", "write open(hours) or open(hours, date, time)"},
		{`^open(vars.hours, "x")`, "open is called with 2 values", "write open(hours) or open(hours, date, time)"},
		{`step(^vars.x)`, "step wants a name in quotes, known in advance", ""},
		{`step(^"nowhere")`, "there is no step nowhere", ""},
		{`telnyx_secret(^"a}} {{b")`, "a name for telnyx_secret has letters, digits and _ - . : only", ""},
		{`telnyx_secret(^vars.a)`, "telnyx_secret wants a name in quotes, known in advance", ""},
		{`"x" + ^telnyx_secret("a")`, "telnyx_secret stands alone between {{ and }}: its value is not known here", ""},
		{`json(^telnyx_variable("a"))`, "telnyx_variable stands alone between {{ and }}: its value is not known here", ""},
	},
	"forms": {
		{`^`, "the expression is empty", ""},
		{`1.^.`, "the expression ends too early", ""},
		{`1 ^.. 3`, "ranges with .. are not available", ""},
		{`answer.digits ^= "0"`, "not expected here: =", "a comparison is written =="},
		{`gathered.a ^=> 18`, "not expected here: =", "write >="},
		{`gathered.a ^=< 18`, "not expected here: =", "write <="},
		{`gathered.a ^AND gathered.b`, "not expected here: AND", "write and"},
		{`let ^x = 1; x`, "an expression is one value, without let and ;", "use set in a rule to name a value"},
		{`^1; 2`, "an expression is one value, without let and ;", "use set in a rule to name a value"},
		{`^b'x'`, "b'…' is not available", ""},
		{`^not gathered.a == 1`, "not applies to the left side of == only", "write not (a == b)"},
		{`^!gathered.a in [1]`, "! applies to the left side of in only", "write not (a in b)"},
		{`filter(missing, ^any(missing, #))`, "any cannot stand inside what another function does for each item", ""},
		{"\"a^", "the quoted text is not closed", ""},
		{"\"a^\xff\"", "the expression is not valid UTF-8", ""},
	},
	"types": {
		{`1 ^> "a"`, "> does not go with a number and text", "text stands in quotes, numbers do not"},
		{`answer.digits ^== 0`, "== does not go with text and a number", "text stands in quotes, numbers do not"},
		{`now.hour ^> "9"`, "> does not go with a number and text", "text stands in quotes, numbers do not"},
		{`answer.code ^== "409"`, "== does not go with a number and text", "text stands in quotes, numbers do not"},
		{`upper(^1)`, "cannot use int as argument (type string) to call upper ", ""},
		{`gathered.a ^matches "("`, "error parsing regexp: missing closing ): `(`", ""},
	},
}

func TestCompileMistakes(t *testing.T) {
	options := expressions.Options{Steps: func(name string) error { return errors.New("there is no step " + name) }}
	for kind, table := range mistakes {
		t.Run(kind, func(t *testing.T) {
			for i, tt := range table {
				t.Run(strconv.Itoa(i), func(t *testing.T) {
					t.Log(tt.source)
					source := strings.Replace(tt.source, "^", "", 1)
					_, err := expressions.Compile(source, options)
					checkError(t, err, expressions.Error{
						Offset: strings.Index(tt.source, "^"), Message: tt.message, Suggestion: tt.suggestion,
					})
				})
			}
		})
	}
}

func checkError(t *testing.T, err error, want expressions.Error) {
	t.Helper()
	got, ok := errors.AsType[*expressions.Error](err)
	if !ok {
		t.Fatalf("error is %v, want %v", err, want)
	}
	if *got != want {
		t.Errorf("error\n got %#v\nwant %#v", *got, want)
	}
}

func TestErrorText(t *testing.T) {
	e := &expressions.Error{Message: "there is no name x"}
	if got := e.Error(); got != "there is no name x" {
		t.Error(got)
	}
	e.Suggestion = "did you mean y?"
	if got := e.Error(); got != "there is no name x; did you mean y?" {
		t.Error(got)
	}
}

func TestReads(t *testing.T) {
	tests := []struct{ source, want string }{
		{`1 + 1`, ""},
		{`gathered.day`, "gathered.day"},
		{`gathered["day"] > now.date and gathered.day`, "gathered.day now.date"},
		{`open(vars.hours) ? env.BOOKING_URL : gathered.party?.name`, "env.BOOKING_URL gathered.party.name vars.hours"},
		{`vars.slots[0].time`, "vars.slots"},
		{`gathered[vars.key].x`, "gathered vars.key"},
		{`filter(vars.slots, .time == item.time)`, "item.time vars.slots"},
		{`json(gathered)`, "gathered"},
	}
	for i, tt := range tests {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			if got := strings.Join(compile(t, tt.source).Reads(), " "); got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.source, got, tt.want)
			}
		})
	}
}

func TestSource(t *testing.T) {
	if got := compile(t, "1 + 1").Source(); got != "1 + 1" {
		t.Error(got)
	}
}

func TestTruth(t *testing.T) {
	tests := map[string]bool{
		`gathered.nothing`: false, `""`: false, `[]`: false, `{}`: false, `false`: false, `gathered.wishes`: false,
		`0`: true, `4`: true, `"no"`: true, `missing`: true, `{a: 1}`: true, `telnyx_variable("From")`: true,
	}
	for source, want := range tests {
		if got, err := compile(t, source).Truth(scope(t)); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", source, got, err, want)
		}
	}
	if got, err := compile(t, `gathered.day > 4`).Truth(scope(t)); err == nil || got {
		t.Errorf("a condition that fails gives %v, %v", got, err)
	}
}

// What fails when it runs points at the place, and does not repeat values.
func TestEvalErrors(t *testing.T) {
	_, err := compile(t, `"é" == "e" or gathered.day > 4`).Eval(scope(t))
	checkError(t, err, expressions.Error{Offset: 28, Message: "text cannot be compared with a number"})
	if _, err = compile(t, `step("x")`).Eval(nil); err == nil {
		t.Error("a scope without links made one")
	}
	if v, err := compile(t, `gathered.day`).Eval(nil); v != nil || err != nil {
		t.Errorf("without a scope: %v, %v", v, err)
	}
}
