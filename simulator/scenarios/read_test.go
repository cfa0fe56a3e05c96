package scenarios_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"texmlsrv/flows/editor"
	"texmlsrv/flows/strictyaml"
	"texmlsrv/simulator"
	"texmlsrv/simulator/scenarios"
	"texmlsrv/templates"
)

// TestWrong tells of each mistake what its author reads. What an editor marks
// by the schema is always among them.
func TestWrong(t *testing.T) {
	for _, from := range archives(t, "testdata/wrong") {
		t.Run(name(from), func(t *testing.T) {
			_, files := archive(t, from)
			var b strings.Builder
			for _, f := range files {
				found := problems(t, f)
				if found == "" {
					t.Errorf("%s: no mistake was found", f.name)
				}
				b.WriteString(found + "\n\n")
			}
			golden(t, strings.TrimSuffix(from, ".txtar")+".golden", b.String())
		})
	}
}

// problems is what is wrong with a scenario of the desk.
func problems(t *testing.T, f file) string {
	t.Helper()
	root := desk(t)
	s, wrong := scenarios.Read("desk", f.name, []byte(f.content))
	if len(wrong) == 0 {
		wrong = s.Check(root, load(t, root))
	}
	if len(wrong) == 0 {
		return ""
	}
	return wrong.Error()
}

// TestSchema: the mistakes that an editor finds are mistakes here, and what is
// right here is right there.
func TestSchema(t *testing.T) {
	schema := schema(t)
	_, wrong := archive(t, "testdata/wrong/form.txtar")
	for _, f := range wrong {
		if schema.Validate(value(t, f)) == nil {
			t.Errorf("the schema has nothing against %s", f.name)
		}
	}
	_, right := archive(t, "../../flows/editor/testdata/right/scenarios.txtar")
	for _, f := range right {
		if !strings.Contains(f.name, "/scenarios/") {
			continue
		}
		if _, found := scenarios.Read("desk", f.name, []byte(f.content)); len(found) > 0 {
			t.Errorf("the reader alone refuses\n%v", found)
		}
	}
}

// schemaText is what editors know of scenarios.
func schemaText(t *testing.T) map[string]any {
	t.Helper()
	text, _ := editor.Schema(editor.Scenario)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc.(map[string]any)
}

// TestSchema_misbehaviours: the schema offers what the simulator can do.
func TestSchema_misbehaviours(t *testing.T) {
	schema := schema(t)
	for _, name := range append(simulator.Behaviours(), "badly") {
		words := []string{name, "{" + name + ": 2}", "{" + name + ": 3s}"}
		for _, fault := range simulator.APIFaults() {
			words = append(words, "{"+name+": "+fault+"}")
		}
		for _, word := range words {
			f := file{word, "title: x\nexchanges: [{silent: true, behaves: [" + word + "]}]\n"}
			_, wrong := scenarios.Read("desk", f.name, []byte(f.content))
			if fits := schema.Validate(value(t, f)) == nil; fits != (len(wrong) == 0) {
				t.Errorf("%s: for the schema it is right: %v; for the reader %v", word, fits, wrong)
			}
		}
	}
}

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	if err := c.AddResource("mem:scenario", schemaText(t)); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("mem:scenario")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func value(t *testing.T, f file) any {
	t.Helper()
	parsed := strictyaml.Parse(f.name, []byte(f.content))
	if parsed.Root == nil {
		t.Fatal(parsed.Problems)
	}
	return parsed.Value(parsed.Root, f.name, nil)
}

// TestFind takes *.yaml, and tells of files that look like scenarios.
func TestFind(t *testing.T) {
	root := desk(t,
		file{"desk/scenarios/b.yaml", "title: B\nexchanges: []\n"},
		file{"desk/scenarios/a.yaml", "title: A\nexchanges: []\n"},
		file{"desk/scenarios/c.yml", "title: C\nexchanges: []\n"},
		file{"desk/scenarios/.d.yaml", "title: D\nexchanges: []\n"},
		file{"desk/scenarios/hello.xml", "<Response/>"},
	)
	all, wrong := scenarios.Find(root, "desk")
	if len(all) != 2 || all[0].Title != "A" || all[1].Title != "B" || all[0].File != "desk/scenarios/a.yaml" {
		t.Errorf("found %+v", all)
	}
	if len(wrong) != 1 || !strings.Contains(wrong[0].Error(), "desk/scenarios/c.yml: this file is not read (call it c.yaml)") {
		t.Errorf("problems %v", wrong)
	}
	if all, wrong := scenarios.Find(desk(t), "desk"); all != nil || wrong != nil {
		t.Errorf("a flow without scenarios has %v, %v", all, wrong)
	}
}

// FuzzRead: whatever stands in a file, it is read or its mistakes are told of.
func FuzzRead(f *testing.F) {
	entries, err := templates.FS.ReadDir("front-desk/scenarios")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		text, err := templates.FS.ReadFile("front-desk/scenarios/" + e.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, archive := range []string{"testdata/wrong/form.txtar", "testdata/wrong/names.txtar"} {
		text, err := os.ReadFile(archive)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range fileLine.Split(string(text), -1) {
			f.Add([]byte(part))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, wrong := scenarios.Read("desk", "desk/scenarios/x.yaml", text)
		if s == nil || len(wrong) == 0 && s.Title == "" {
			t.Errorf("read as %+v, without a problem", s)
		}
		lines := bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r")) + 1
		for _, p := range wrong {
			if p.File != "desk/scenarios/x.yaml" || p.Message == "" || p.Line < 0 || p.Line > lines {
				t.Errorf("%v: there is no such place in %d lines", p, lines)
			}
		}
	})
}
