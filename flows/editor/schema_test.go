package editor_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"texmlsrv/flows/editor"
)

// TestSchema_isDraft07 compiles every schema, which holds it against the
// meta-schema of its draft.
func TestSchema_isDraft07(t *testing.T) {
	for _, name := range editor.Names() {
		if draft := raw(t, name)["$schema"]; draft != "http://json-schema.org/draft-07/schema#" {
			t.Errorf("%s is written by %v", name, draft)
		}
		compile(t, name, "")
	}
}

func TestSchema_unknown(t *testing.T) {
	for _, name := range []string{"", "texml", "Flow", "../flow"} {
		if schema, ok := editor.Schema(name); ok || schema != nil {
			t.Errorf("Schema(%q) = %q, %v", name, schema, ok)
		}
	}
}

// walk visits every schema in a schema, with its JSON pointer.
func walk(v any, pointer string, visit func(pointer string, schema map[string]any)) {
	if strings.HasPrefix(pointer, "/definitions/command-") {
		return // made of the table of commands, which has tests of its own
	}
	switch v := v.(type) {
	case map[string]any:
		visit(pointer, v)
		for key, inner := range v {
			if key == "examples" || key == "enum" || key == "const" {
				continue
			}
			walk(inner, pointer+"/"+key, visit)
		}
	case []any:
		for i, inner := range v {
			walk(inner, fmt.Sprint(pointer, "/", i), visit)
		}
	}
}

// keys visits every key that an author can write, with its schema; not those
// that are only forbidden, and not those that say what another key says.
func keys(t *testing.T, name string, visit func(pointer string, key map[string]any)) {
	t.Helper()
	walk(raw(t, name), "", func(pointer string, schema map[string]any) {
		properties, is := schema["properties"].(map[string]any)
		if !is || strings.Contains(pointer, "/dependencies/") || strings.HasSuffix(pointer, "/if") || strings.HasSuffix(pointer, "/properties") {
			return
		}
		for key, v := range properties {
			if v, is := v.(map[string]any); is && (v["$ref"] == nil || len(v) > 1) {
				visit(pointer+"/properties/"+key, v)
			}
		}
	})
}

// TestKeys_explained: every key says what it is, in a sentence, with an
// example that fits.
func TestKeys_explained(t *testing.T) {
	for _, name := range editor.Names() {
		count := 0
		keys(t, name, func(pointer string, key map[string]any) {
			count++
			text, _ := key["description"].(string)
			if !regexp.MustCompile(`^\S.*[.:]\s?.*\.$|^\S.*\.$`).MatchString(text) {
				t.Errorf("%s%s is not described by a sentence: %q", name, pointer, text)
			}
			examples, _ := key["examples"].([]any)
			if len(examples) == 0 {
				t.Errorf("%s%s has no example", name, pointer)
			}
			for _, example := range examples {
				if where := places(t, compile(t, name, pointer), example); where != nil {
					t.Errorf("%s%s: the example %v is wrong at %v", name, pointer, example, where)
				}
			}
		})
		if count == 0 && name != editor.Texts {
			t.Errorf("%s has no keys", name)
		}
	}
}

// TestKeywords: a mistyped keyword would be ignored by every validator.
func TestKeywords(t *testing.T) {
	known := strings.Fields(`$schema $ref title description examples type enum const pattern patternErrorMessage
		minLength minimum exclusiveMinimum maximum items minItems uniqueItems contains properties propertyNames additionalProperties
		required minProperties maxProperties dependencies allOf anyOf not if then definitions`)
	for _, name := range editor.Names() {
		walk(raw(t, name), "", func(pointer string, schema map[string]any) {
			if regexp.MustCompile(`/(properties|definitions|dependencies)$`).MatchString(pointer) {
				return // its keys are names
			}
			for keyword := range schema {
				if !slices.Contains(known, keyword) {
					t.Errorf("%s%s: %q", name, pointer, keyword)
				}
			}
		})
	}
}

// wrong is a file with one mistake, and where an editor shows it.
type wrong struct{ name, text, at string }

// inStep is a flow.yaml with one more thing in its only step.
func inStep(text string) string { return "start: a\nsteps: {a: {next: a, " + text + "}}" }

func TestFlow_refuses(t *testing.T) {
	refuses(t, editor.Flow, "desk/flow.yaml", []wrong{
		{"key", "strat: a\nstart: a\nsteps: {a: {next: a}}", "/"},
		{"no-start", "steps: {a: {next: a}}", "/"},
		{"no-steps", "start: a", "/"},
		{"steps-empty", "start: a\nsteps: {}", "/steps"},
		{"steps-list", "start: a\nsteps: [a]", "/steps"},
		{"start-again", "start: again\nsteps: {a: {next: a}}", "/start"},
		{"start-list", "start: [a]\nsteps: {a: {next: a}}", "/start"},
		{"timezone", "start: a\ntimezone: 'Paris, France'\nsteps: {a: {next: a}}", "/timezone"},
		{"variable-name", "start: a\nvariables: {opening-hours: x}\nsteps: {a: {next: a}}", "name opening-hours"},
		{"variables-list", "start: a\nvariables: [x]\nsteps: {a: {next: a}}", "/variables"},
		{"attempts-many", "start: a\ndefaults: {attempts: 21}\nsteps: {a: {next: a}}", "/defaults/attempts"},
		{"attempts-word", "start: a\ndefaults: {attempts: three}\nsteps: {a: {next: a}}", "/defaults/attempts"},
		{"history", "start: a\ndefaults: {history: carried}\nsteps: {a: {next: a}}", "/defaults/history"},
		{"language", "start: a\ndefaults: {language: '?'}\nsteps: {a: {next: a}}", "/defaults/language"},
		{"defaults-key", "start: a\ndefaults: {attempt: 3}\nsteps: {a: {next: a}}", "/defaults"},
		{"always-nowhere", "start: a\nalways: [{set: {x: 1}}]\nsteps: {a: {next: a}}", "/always/0"},
		{"step-name", "start: a\nsteps: {a: {next: a}, Hello there: {next: a}}", "name Hello there"},
		{"step-again", "start: a\nsteps: {a: {next: a}, again: {next: a}}", "name again"},
		{"step-key", inStep("documnt: a.xml"), "/steps/a"},
		{"step-text", "start: a\nsteps: {a: hello.xml}", "/steps/a"},
		{"step-nothing", "start: a\nsteps: {a: {on: {no_input: a}}}", "/steps/a"},
		{"document-list", inStep("document: [<Say>Hi</Say>]"), "/steps/a/document"},
		{"two-things", inStep("document: <Gather/>, lookup: {url: 'https://example.com/'}"), "/steps/a/lookup"},
		{"flow-and-lookup", inStep("flow: b, lookup: {url: 'https://example.com/'}"), "/steps/a/flow"},
		{"flow-name", inStep("flow: Transfer Desk"), "/steps/a/flow"},
		{"choices-alone", inStep("choices: {a: 1}"), "/steps/a"},
		{"choices-empty", inStep("document: <Gather/>, choices: {a: []}"), "/steps/a/choices/a"},
		{"choices-no-word", inStep("document: <Gather/>, choices: {a: '?!'}"), "/steps/a/choices/a"},
		{"choices-deep", inStep("document: <Gather/>, choices: {a: [[1]]}"), "/steps/a/choices/a/0"},
		{"into-name", inStep("document: <Gather/>, into: the message"), "/steps/a/into"},
		{"into-alone", inStep("into: message"), "/steps/a"},
		{"sensitive", inStep("sensitive: very"), "/steps/a/sensitive"},
		{"ask", inStep("document: <AIGather/>, ask: misssing"), "/steps/a/ask"},
		{"next-empty", "start: a\nsteps: {a: {next: }}", "/steps/a/next"},
		{"next-no-rules", "start: a\nsteps: {a: {next: []}}", "/steps/a/next"},
		{"next-nowhere", "start: a\nsteps: {a: {next: {set: {x: 1}}}}", "/steps/a/next"},
		{"goto-list", "start: a\nsteps: {a: {next: {goto: [a, b]}}}", "/steps/a/next/goto"},
		{"goto-name", "start: a\nsteps: {a: {next: Say Hello}}", "/steps/a/next"},
		{"goto-deep", "start: a\nsteps: {a: {next: b/c/d}}", "/steps/a/next"},
		{"rule-key", "start: a\nsteps: {a: {next: [{if: attempt > 1, goto: a}]}}", "/steps/a/next/0"},
		{"rule-key-alone", "start: a\nsteps: {a: {next: {wehn: attempt > 1, goto: a}}}", "/steps/a/next"},
		{"rule-after", "start: a\nsteps: {a: {next: {after: 2, goto: a}}}", "/steps/a/next"},
		{"when-list", "start: a\nsteps: {a: {next: [{when: [x], goto: a}]}}", "/steps/a/next/0/when"},
		{"when-empty", "start: a\nsteps: {a: {next: [{when: '', goto: a}]}}", "/steps/a/next/0/when"},
		{"set-name", "start: a\nsteps: {a: {next: {set: {the-day: 1}, goto: a}}}", "name the-day"},
		{"set-list", "start: a\nsteps: {a: {next: {set: [day], goto: a}}}", "/steps/a/next/set"},
		{"forget-mapping", "start: a\nsteps: {a: {next: {forget: {day: 1}, goto: a}}}", "/steps/a/next/forget"},
		{"on-list", inStep("on: [no_input]"), "/steps/a/on"},
		{"on-after", inStep("on: {no_input: {after: twice, goto: a}}"), "/steps/a/on/no_input/after"},
		{"on-nowhere", inStep("on: {no_input: {after: 2}}"), "/steps/a/on/no_input"},
		{"on-list-after", inStep("on: {no_input: [{after: 2, goto: a}]}"), "/steps/a/on/no_input/0"},
		{"lookup-text", "start: a\nsteps: {a: {lookup: 'https://example.com/', next: a}}", "/steps/a/lookup"},
		{"lookup-no-url", "start: a\nsteps: {a: {lookup: {into: x}, next: a}}", "/steps/a/lookup"},
		{"lookup-key", "start: a\nsteps: {a: {lookup: {url: 'https://example.com/', header: {}}, next: a}}", "/steps/a/lookup"},
		{"lookup-url", "start: a\nsteps: {a: {lookup: {url: /slots}, next: a}}", "/steps/a/lookup/url"},
		{"lookup-method", "start: a\nsteps: {a: {lookup: {url: 'https://example.com/', method: get}, next: a}}", "/steps/a/lookup/method"},
		{"lookup-header", "start: a\nsteps: {a: {lookup: {url: 'https://example.com/', headers: {'X Y': 1}}, next: a}}", "name X Y"},
		{"lookup-timeout", "start: a\nsteps: {a: {lookup: {url: 'https://example.com/', timeout: 800}, next: a}}", "/steps/a/lookup/timeout"},
		{"lookup-timeout-unit", "start: a\nsteps: {a: {lookup: {url: 'https://example.com/', timeout: 800 ms}, next: a}}", "/steps/a/lookup/timeout"},
		{"lookup-into", "start: a\nsteps: {a: {lookup: {url: 'https://example.com/', into: free-slots}, next: a}}", "/steps/a/lookup/into"},
		{"lookup-get-body", "start: a\nsteps: {a: {lookup: {url: 'https://example.com/', method: GET, body: {x: 1}}, next: a}}", "/steps/a/lookup/body"},
	})
}

func TestApp_refuses(t *testing.T) {
	refuses(t, editor.App, "app.yaml", []wrong{
		{"key", "defaults: a", "/"},
		{"list", "[a]", "/"},
		{"default-name", "default: Front Desk", "/default"},
		{"default-list", "default: [a]", "/default"},
		{"number", "numbers: {'3125550188': a}", "name 3125550188"},
		{"numbers-list", "numbers: ['+13125550188']", "/numbers"},
		{"number-list", "numbers: {'+13125550188': [a]}", "/numbers/+13125550188"},
		{"number-key", "numbers: {'+13125550188': {variable: {x: 1}}}", "/numbers/+13125550188"},
		{"variable", "numbers: {'+13125550188': {variables: {the-x: 1}}}", "name the-x"},
		{"defaults-key", "numbers: {'+13125550188': {defaults: {attempts: 1}}}", "/numbers/+13125550188/defaults"},
		{"language", "numbers: {'+13125550188': {defaults: {language: '?'}}}", "/numbers/+13125550188/defaults/language"},
		{"timezone", "numbers: {'+13125550188': {defaults: {timezone: '+01:00'}}}", "/numbers/+13125550188/defaults/timezone"},
	})
}

func TestTexts_refuses(t *testing.T) {
	refuses(t, editor.Texts, "texts.yaml", []wrong{
		{"list", "[a]", "/"},
		{"name", "good-bye: Goodbye.", "name good-bye"},
		{"expression", "hello: 'Hello, {{ gathered.name }}.'", "/hello"},
		{"expression-of-a-language", "hello: {en: 'Hello, {{ gathered.name }}.'}", "/hello/en"},
		{"language", "hello: {'?': Hello.}", "name ?"},
		{"text-list", "hello: [Hello.]", "/hello"},
		{"deep", "hello: {en: {a: b}}", "/hello/en"},
	})
}

// exchange is a scenario with one exchange.
func exchange(text string) string { return "title: x\nexchanges: [{" + text + "}]" }

func TestScenario_refuses(t *testing.T) {
	refuses(t, editor.Scenario, "desk/scenarios/x.yaml", []wrong{
		{"key", "title: x\ncallers: {}\nexchanges: []", "/"},
		{"no-title", "exchanges: []", "/"},
		{"title-empty", "title: ''\nexchanges: []", "/title"},
		{"no-exchanges", "title: x", "/"},
		{"exchanges-mapping", "title: x\nexchanges: {says: x}", "/exchanges"},
		{"caller-key", "title: x\ncaller: {from: x}\nexchanges: []", "/caller"},
		{"caller-number", "title: x\ncaller: {number: '3195'}\nexchanges: []", "/caller/number"},
		{"caller-type", "title: x\ncaller: {type: mobile}\nexchanges: []", "/caller/type"},
		{"given-key", "title: x\ngiven: {time: '10:00'}\nexchanges: []", "/given"},
		{"given-now", "title: x\ngiven: {now: tomorrow}\nexchanges: []", "/given/now"},
		{"given-called", "title: x\ngiven: {called: sales}\nexchanges: []", "/given/called"},
		{"given-direction", "title: x\ngiven: {direction: in}\nexchanges: []", "/given/direction"},
		{"given-answered-by", "title: x\ngiven: {answered_by: A machine}\nexchanges: []", "/given/answered_by"},
		{"given-params", "title: x\ngiven: {params: {x: [1]}}\nexchanges: []", "/given/params/x"},
		{"given-variable", "title: x\ngiven: {variables: {the-x: 1}}\nexchanges: []", "name the-x"},
		{"given-env", "title: x\ngiven: {env: {THE-X: 1}}\nexchanges: []", "name THE-X"},
		{"given-secret", "title: x\ngiven: {secrets: {X: [1]}}\nexchanges: []", "/given/secrets/X"},
		{"reply-key", "title: x\ngiven: {lookups: {slots: {status: 200}}}\nexchanges: []", "/given/lookups/slots"},
		{"reply-code", "title: x\ngiven: {lookups: {slots: {code: 2000}}}\nexchanges: []", "/given/lookups/slots/code"},
		{"reply-fails", "title: x\ngiven: {lookups: {slots: {fails: badly}}}\nexchanges: []", "/given/lookups/slots/fails"},
		{"reply-fails-with-result", "title: x\ngiven: {lookups: {slots: {fails: timeout, result: 1}}}\nexchanges: []", "/given/lookups/slots/result"},
		{"reply-text-and-result", "title: x\ngiven: {lookups: {slots: {text: x, result: 1}}}\nexchanges: []", "/given/lookups/slots/result"},
		{"reply-asked", "title: x\ngiven: {lookups: {slots: {asked: {}}}}\nexchanges: []", "/given/lookups/slots/asked"},
		{"reply-asked-key", "title: x\ngiven: {lookups: {slots: {asked: {step: x}}}}\nexchanges: []", "/given/lookups/slots/asked"},
		{"reply-takes", "title: x\ngiven: {lookups: {slots: {takes: 800}}}\nexchanges: []", "/given/lookups/slots/takes"},
		{"replies-none", "title: x\ngiven: {lookups: {slots: []}}\nexchanges: []", "/given/lookups/slots"},
		{"exchange-empty", exchange(""), "/exchanges/0"},
		{"exchange-key", exchange("say: x"), "/exchanges/0"},
		{"hears-nothing", exchange("hears: []"), "/exchanges/0/hears"},
		{"two-things", exchange("says: x, presses: 1"), "/exchanges/0/presses"},
		{"two-other-things", exchange("dial: busy, hangs_up: true"), "/exchanges/0/hangs_up"},
		{"says-list", exchange("says: [x]"), "/exchanges/0/says"},
		{"says-key", exchange("says: {words: x}"), "/exchanges/0/says"},
		{"says-confidence", exchange("says: {text: x, confidence: 2}"), "/exchanges/0/says/confidence"},
		{"presses-letters", exchange("presses: one"), "/exchanges/0/presses"},
		{"presses-negative", exchange("presses: -1"), "/exchanges/0/presses"},
		{"gathers-text", exchange("gathers: Ada"), "/exchanges/0/gathers"},
		{"conversation", exchange("gathers: {}, conversation: [{system: x}]"), "/exchanges/0/conversation/0"},
		{"conversation-both", exchange("gathers: {}, conversation: [{user: x, assistant: y}]"), "/exchanges/0/conversation/0"},
		{"silent-not", exchange("silent: false"), "/exchanges/0/silent"},
		{"hangs-up-not", exchange("hangs_up: false"), "/exchanges/0/hangs_up"},
		{"record-bare", exchange("record: 12"), "/exchanges/0/record"},
		{"record-negative", exchange("record: {seconds: -1}"), "/exchanges/0/record/seconds"},
		{"dial-word", exchange("dial: engaged"), "/exchanges/0/dial"},
		{"dial-no-status", exchange("dial: {seconds: 12}"), "/exchanges/0/dial"},
		{"pay-word", exchange("pay: Payment Failed"), "/exchanges/0/pay"},
		{"pay-key", exchange("pay: {status: success, card: x}"), "/exchanges/0/pay"},
		{"behaves-word", exchange("silent: true, behaves: [badly]"), "/exchanges/0/behaves/0"},
		{"behaves-text", exchange("silent: true, behaves: duplicate"), "/exchanges/0/behaves"},
		{"behaves-twice", exchange("silent: true, behaves: [get, get]"), "/exchanges/0/behaves"},
		{"behaves-many", exchange("silent: true, behaves: [{duplicate: 6}]"), "/exchanges/0/behaves/0/duplicate"},
		{"behaves-two-keys", exchange("silent: true, behaves: [{duplicate: 2, delay: 1s}]"), "/exchanges/0/behaves/0"},
		{"behaves-delay", exchange("silent: true, behaves: [{delay: 3}]"), "/exchanges/0/behaves/0/delay"},
		{"expect-key", "title: x\nexchanges: []\nexpect: {step: a}", "/expect"},
		{"expect-steps", "title: x\nexchanges: []\nexpect: {steps: [Say Hello]}", "/expect/steps/0"},
		{"expect-outcome", "title: x\nexchanges: []\nexpect: {outcome: [x]}", "/expect/outcome"},
		{"expect-gathered", "title: x\nexchanges: []\nexpect: {gathered: [x]}", "/expect/gathered"},
		{"expect-document", "title: x\nexchanges: []\nexpect: {documents: ['']}", "/expect/documents/0"},
		{"expect-lookup", "title: x\nexchanges: []\nexpect: {lookups: [{url: 'https://x/'}]}", "/expect/lookups/0"},
		{"expect-lookup-url", "title: x\nexchanges: []\nexpect: {lookups: [{step: a, url: /slots}]}", "/expect/lookups/0/url"},
	})
}

// refuses checks that a schema finds each mistake at its place, and that the
// reader, where there is one, finds a mistake, too.
func refuses(t *testing.T, schema, file string, tests []wrong) {
	t.Helper()
	s := compile(t, schema, "")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := places(t, s, value(t, file, tt.text))
			if !slices.Contains(got, tt.at) {
				t.Errorf("refused at %v, want %s", got, tt.at)
			}
			if schema == editor.Scenario {
				return
			}
			root := archive("-- desk/flow.yaml --\nstart: a\nsteps: {a: {next: a}}\n-- a/flow.yaml --\nstart: a\nsteps: {a: {next: a}}\n")
			root[file] = &fstest.MapFile{Data: []byte(tt.text)}
			if problemsOf(t, root) == nil {
				t.Error("the reader finds no mistake")
			}
		})
	}
}
