package commands_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/telnyx/commands"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// requests are all declarations: the commands and the TeXML REST requests.
func requests(t *testing.T) []commands.Declaration {
	t.Helper()
	all := commands.All()
	for _, name := range []string{commands.InitiateCall, commands.UpdateCall} {
		all = append(all, lookup(t, name))
	}
	return all
}

func lookup(t *testing.T, name string) commands.Declaration {
	t.Helper()
	d, is := commands.Lookup(name)
	if !is {
		t.Fatalf("there is no %s", name)
	}
	return d
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got), -update rewrites it:\n%s", path, diff)
	}
}

func TestNames(t *testing.T) {
	var names []string
	for _, d := range commands.All() {
		names = append(names, d.Name)
	}
	if !slices.Equal(names, commands.Names()) || !slices.IsSorted(names) {
		t.Errorf("All has %v, Names has %v", names, commands.Names())
	}
	if _, is := commands.Lookup("gather_using_telepathy"); is {
		t.Error("Lookup found a command that there is not")
	}
}

// TestMarkdown shows every command as people read it.
func TestMarkdown(t *testing.T) {
	var b strings.Builder
	for _, d := range requests(t) {
		b.WriteString(d.Markdown() + "\n")
	}
	golden(t, "commands.md", b.String())
}

// TestSchemaGolden keeps the schemas that editors use. They are checked against
// real parameters in package simulator/api.
func TestSchemaGolden(t *testing.T) {
	for _, d := range requests(t) {
		t.Run(d.Name, func(t *testing.T) {
			schema := d.Schema(commands.SchemaOptions{})
			if !json.Valid(schema) {
				t.Fatalf("it is no JSON:\n%s", schema)
			}
			golden(t, d.Name+".schema.json", string(schema))
		})
	}
	golden(t, "gather.expressions.schema.json", string(lookup(t, commands.Gather).Schema(commands.SchemaOptions{Expressions: true})))
}

// TestTable holds every table to what the check relies on.
func TestTable(t *testing.T) {
	for _, d := range requests(t) {
		for _, p := range d.Params {
			wellDeclared(t, d.Name, p)
		}
		rulesName(t, d.Name, d.Rules, d.Params)
	}
}

func wellDeclared(t *testing.T, at string, p commands.Param) {
	t.Helper()
	at += "." + p.Name
	switch {
	case p.Doc == "":
		t.Errorf("%s is not explained", at)
	case p.Private && (p.Enum != nil || p.Format == commands.VoiceName):
		t.Errorf("%s is private, and a message may quote it", at)
	case (p.Type == commands.TypeList || p.Type == commands.TypeMap) != (p.Item != nil):
		t.Errorf("%s is a %s with item %v", at, p.Type, p.Item)
	case (p.Type == commands.TypeUnion) != (p.Tag != "" && p.Variants != nil):
		t.Errorf("%s is a %s with tag %q", at, p.Type, p.Tag)
	case p.Enum != nil && p.Default != nil && p.Format != commands.Words && !slices.Contains(p.Enum, p.Default.(string)):
		t.Errorf("%s: the default %v is none of its words", at, p.Default)
	}
	rulesName(t, at, p.Rules, p.Fields)
	for _, f := range p.Fields {
		wellDeclared(t, at, f)
	}
	if p.Item != nil {
		wellDeclared(t, at, *p.Item)
	}
	for _, v := range p.Variants {
		rulesName(t, at, v.Rules, v.Fields)
		for _, f := range v.Fields {
			wellDeclared(t, at+"<"+v.Name+">", f)
		}
	}
	for _, a := range p.Alternatives {
		wellDeclared(t, at, a)
	}
}

func rulesName(t *testing.T, at string, rules []commands.Rule, fields []commands.Param) {
	t.Helper()
	for _, r := range rules {
		for _, name := range r.Names {
			if !slices.ContainsFunc(fields, func(p commands.Param) bool { return p.Name == name }) {
				t.Errorf("%s has a rule about %s, which it has not", at, name)
			}
		}
	}
}

func TestWithout(t *testing.T) {
	d := lookup(t, commands.GatherStop)
	own := d.Without("client_state", "command_id")
	if len(own.Params) != 0 || len(d.Params) != 2 {
		t.Errorf("%d parameters of %d are left", len(own.Params), len(d.Params))
	}
	if problems := own.Check(map[string]any{"command_id": "x"}); len(problems) != 1 {
		t.Errorf("a parameter that was taken away gave %v", problems)
	}
}

func TestNormalize(t *testing.T) {
	type name string
	in := map[string]any{
		"messages": []map[string]any{{
			"role": name("user"), "content": "4 of us",
			"metadata": map[string]any{"n": json.Number("4"), "none": nil, "f": float32(0.5)},
		}},
		"trigger_response": true,
		"client_state":     "",
		"command_id":       nil,
	}
	want := map[string]any{
		"messages": []any{map[string]any{
			"role": "user", "content": "4 of us",
			"metadata": map[string]any{"n": int64(4), "none": nil, "f": 0.5},
		}},
		"trigger_response": true,
	}
	got, problems := lookup(t, commands.AIAssistantAddMessages).Normalize(in)
	if diff := cmp.Diff(want, got); diff != "" || problems != nil {
		t.Errorf("(-want +got):\n%s%v", diff, problems)
	}
	if _, kept := in["command_id"]; !kept {
		t.Error("the parameters that were given have changed")
	}
}

// TestRaw keeps the order of a schema that was given as bytes, and checks it.
func TestRaw(t *testing.T) {
	d := lookup(t, commands.GatherUsingAI)
	raw := json.RawMessage(`{"type":"object","properties":{"z":{"type":"string"},"a":{"type":"string"}}}`)
	out, problems := d.Normalize(map[string]any{"parameters": raw})
	if problems != nil || string(out["parameters"].(json.RawMessage)) != string(raw) {
		t.Errorf("%s, %v", out["parameters"], problems)
	}
	for _, wrong := range []string{`{"type":"array"}`, `[]`, `{`, `"text"`} {
		if d.Check(map[string]any{"parameters": json.RawMessage(wrong)}) == nil {
			t.Errorf("%s passed", wrong)
		}
	}
}

func TestErr(t *testing.T) {
	warning := commands.Problem{Path: commands.Path{"voice"}, Message: "is odd", Warning: true}
	wrong := commands.Problem{Path: commands.Path{"tools", "0", "type"}, Message: "is missing"}
	if err := commands.Err("gather", []commands.Problem{warning}); err != nil {
		t.Errorf("a warning is an error: %v", err)
	}
	err := commands.Err("gather", []commands.Problem{warning, wrong, {Message: "needs a or b"}})
	if got, want := err.Error(), "telnyx: gather: tools[0].type is missing; needs a or b"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if invalid, is := errors.AsType[*commands.InvalidError](err); !is || len(invalid.Problems) != 2 {
		t.Errorf("%#v", err)
	}
}

// TestUnknownIsNotSent keeps what is not known yet from reaching Telnyx.
func TestUnknownIsNotSent(t *testing.T) {
	if out, err := json.Marshal(map[string]any{"a": commands.Unknown{}}); err == nil {
		t.Errorf("it became %s", out)
	}
}
