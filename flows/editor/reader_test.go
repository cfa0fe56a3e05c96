package editor_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows/editor"
	"texmlsrv/flows/problems"
	"texmlsrv/templates"
)

// probe is a place in a file where the reader can be asked what it knows.
type probe struct {
	name    string
	file    string
	text    string // with ? for what is asked
	pointer string // to the same place in the schema
}

// flowWith is a flow.yaml with something in its only step.
func flowWith(step string) string {
	return "start: a\nsteps:\n  a: {document: <Gather/>, next: a, " + step + "}\n"
}

// keyProbes has a place for every mapping with keys of its own.
var keyProbes = []probe{
	{"flow", "desk/flow.yaml", "start: a\n?: 1\nsteps: {a: {next: a}}\n", ""},
	{"defaults", "desk/flow.yaml", "start: a\ndefaults: {?: 1}\nsteps: {a: {next: a}}\n", "/properties/defaults"},
	{"step", "desk/flow.yaml", flowWith("?: 1"), "/definitions/step"},
	{"rule", "desk/flow.yaml", flowWith("otherwise: [{goto: a, ?: 1}]"), "/definitions/rule"},
	{"rule-on-a-status", "desk/flow.yaml", flowWith("on: {error: {goto: a, ?: 1}}"), "/definitions/rule-that-waits"},
	{"command", "desk/flow.yaml", flowWith("command: {?: {}}"), "/definitions/step/properties/command"},
	{"lookup", "desk/flow.yaml", flowWith("lookup: {?: 1}"), "/definitions/step/properties/lookup"},
	{"app", "app.yaml", "?: 1\n", ""},
	{"number", "app.yaml", "numbers: {\"+13125550188\": {?: 1}}\n", "/definitions/number"},
	{"number-defaults", "app.yaml", "numbers: {\"+13125550188\": {defaults: {?: 1}}}\n", "/definitions/number/properties/defaults"},
}

// ask puts a word into a probe, and gives the reader's answer as far as it
// matches.
func (p probe) ask(t *testing.T, word string, answer *regexp.Regexp) []string {
	t.Helper()
	root := fstest.MapFS{
		"desk/flow.yaml": {Data: []byte("start: a\nsteps: {a: {next: a}}\n")},
	}
	root[p.file] = &fstest.MapFile{Data: []byte(strings.Replace(p.text, "?", word, 1))}
	found := problemsOf(t, root)
	for _, problem := range found {
		if m := answer.FindStringSubmatch(problem.Message + "\n" + problem.Suggestion); m != nil {
			return m[1:]
		}
	}
	t.Fatalf("no answer to %q:\n%v", word, found)
	return nil
}

// part is the part of a schema at a pointer.
func part(t *testing.T, name, pointer string) map[string]any {
	t.Helper()
	at := raw(t, name)
	for _, step := range strings.Split(pointer, "/")[1:] {
		next, is := at[step].(map[string]any)
		if !is {
			t.Fatalf("%s has no %s", name, pointer)
		}
		at = next
	}
	return at
}

// TestKeys holds the keys of every mapping against those that the reader
// knows, in both directions.
func TestKeys(t *testing.T) {
	for _, p := range keyProbes {
		t.Run(p.name, func(t *testing.T) {
			known := p.ask(t, "zzzzzzzzzzzz", regexp.MustCompile(`known: (.*)`))
			properties := part(t, schemaOf(p.file), p.pointer)["properties"].(map[string]any)
			if diff := cmp.Diff(strings.Split(known[0], ", "), slices.Sorted(maps.Keys(properties))); diff != "" {
				t.Errorf("keys (-reader +schema)\n%s", diff)
			}
		})
	}
}

// TestKeys_complete finds mappings that no probe asks about.
func TestKeys_complete(t *testing.T) {
	asked := map[string]bool{}
	for _, p := range keyProbes {
		asked[schemaOf(p.file)+p.pointer] = true
	}
	for _, name := range []string{editor.Flow, editor.App, editor.Texts} {
		walk(raw(t, name), "", func(pointer string, schema map[string]any) {
			_, keyed := schema["properties"]
			if keyed && schema["additionalProperties"] == false && !asked[name+pointer] {
				t.Errorf("%s: nobody asks for the keys of %q", name, pointer)
			}
		})
	}
}

// TestWords holds the words that a value can be against those that the reader
// takes.
func TestWords(t *testing.T) {
	tests := []probe{
		{"history", "desk/flow.yaml", "start: a\ndefaults: {history: ?}\nsteps: {a: {next: a}}\n", "/properties/defaults/properties/history"},
		{"ask", "desk/flow.yaml", flowWith("ask: ?"), "/definitions/step/properties/ask"},
		{"method", "desk/flow.yaml", flowWith("lookup: {method: ?}"), "/definitions/step/properties/lookup/properties/method"},
	}
	for _, p := range tests {
		t.Run(p.name, func(t *testing.T) {
			answer := p.ask(t, "zzzzzzzzzzzz", regexp.MustCompile(`must be (.*), not "z`))
			var words []string
			schema := part(t, editor.Flow, p.pointer)
			if word, is := schema["const"].(string); is {
				words = append(words, word)
			}
			if list, is := schema["enum"].([]any); is {
				for _, word := range list {
					words = append(words, word.(string))
				}
			}
			if diff := cmp.Diff(strings.Split(answer[0], " or "), words); diff != "" {
				t.Errorf("words (-reader +schema)\n%s", diff)
			}
		})
	}
}

// TestNumbers holds the bounds of numbers against the reader's.
func TestNumbers(t *testing.T) {
	tests := []probe{
		{"attempts", "desk/flow.yaml", "start: a\ndefaults: {attempts: ?}\nsteps: {a: {next: a}}\n", "/properties/defaults/properties/attempts"},
		{"after", "desk/flow.yaml", flowWith("on: {error: {goto: a, after: ?}}"), "/definitions/rule-that-waits/properties/after"},
	}
	for _, p := range tests {
		t.Run(p.name, func(t *testing.T) {
			answer := p.ask(t, "0", regexp.MustCompile(`from (\d+) to (\d+)`))
			schema := part(t, editor.Flow, p.pointer)
			bounds := []string{fmt.Sprint(schema["minimum"]), fmt.Sprint(schema["maximum"])}
			if diff := cmp.Diff(answer, bounds); diff != "" {
				t.Errorf("bounds (-reader +schema)\n%s", diff)
			}
		})
	}
}

// TestStatuses: the reader knows every status that the schema offers, so that
// it can tell a mistyped one. (The other direction is tested beside the reader.)
func TestStatuses(t *testing.T) {
	p := probe{"on", "desk/flow.yaml", flowWith("on: {?: a}"), ""}
	for status := range part(t, editor.Flow, "/definitions/step/properties/on/properties") {
		mistyped := "x" + status
		p.ask(t, mistyped, regexp.MustCompile(regexp.QuoteMeta(fmt.Sprintf("did you mean %q?", status))))
	}
}

// right are flows without mistakes.
func right(t *testing.T) map[string]fstest.MapFS {
	t.Helper()
	all := archives(t, "../testdata/engine")
	for name, root := range archives(t, "testdata/right") {
		all["own-"+name] = root
	}
	return all
}

func TestSchema_acceptsRight(t *testing.T) {
	for name, root := range right(t) {
		for file, where := range refused(t, root) {
			t.Errorf("%s: %s is refused at %v", name, file, where)
		}
	}
	for file, where := range refused(t, templates.FS) {
		t.Errorf("%s is refused at %v", file, where)
	}
}

// TestRight keeps the examples of this package right.
func TestRight(t *testing.T) {
	for name, root := range archives(t, "testdata/right") {
		if found := problemsOf(t, root); len(found) > 0 {
			t.Errorf("%s:\n%v", name, found)
		}
	}
}

// TestSchema_usesEverything: the right flows leave no key of the schemas out,
// or nothing would show that it is right.
func TestSchema_usesEverything(t *testing.T) {
	used := map[string]bool{}
	for _, root := range right(t) {
		for file := range root {
			if schemaOf(file) != "" {
				for _, word := range regexp.MustCompile(`(\w+)["']?:`).FindAllStringSubmatch(string(root[file].Data), -1) {
					used[schemaOf(file)+" "+word[1]] = true
				}
			}
		}
	}
	for _, name := range []string{editor.Flow, editor.App, editor.Scenario} {
		walk(raw(t, name), "", func(pointer string, schema map[string]any) {
			properties, _ := schema["properties"].(map[string]any)
			for key := range properties {
				if !used[name+" "+key] {
					t.Errorf("no right %s has %q (%s)", name, key, pointer)
				}
			}
		})
	}
}

// TestSchema_refusedHasProblem: what a schema refuses, the reader finds wrong;
// and of the corpus of mistakes the schemas find a good part.
func TestSchema_refusedHasProblem(t *testing.T) {
	caught := 0
	for name, root := range archives(t, "../testdata/problems") {
		for file := range refused(t, root) {
			caught++
			has := func(p problems.Problem) bool { return p.File == file }
			if !slices.ContainsFunc(problemsOf(t, root), has) {
				t.Errorf("%s: %s is refused by the schema alone", name, file)
			}
		}
	}
	if caught < 25 {
		t.Errorf("the schemas find only %d mistakes", caught)
	}
}

func readFile(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
