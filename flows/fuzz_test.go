package flows_test

import (
	"os"
	"path/filepath"
	"testing"

	"texmlsrv/flows"
	"texmlsrv/texml"
)

// FuzzLoad loads whatever an author may write. It never panics, and every
// mistake has a file and a place within it.
func FuzzLoad(f *testing.F) {
	seedFrom(f, "testdata/problems")
	seedFrom(f, "testdata/engine")
	f.Add("start: a\nsteps: {a: {document: a.xml}}\n", `<Say flow:for="x in [[1]]">{{ x[0] }}</Say>`, `{"type":"object"}`)
	f.Add("a: &a [*a]\n", "<Response><Say>{{", "")
	f.Add("a: &a [x, x]\nb: &b [*a, *a]\nvariables: {c: [*b, *b]}\n", "\ufeff<?xml version='1.0'?><Say/>", "\ufeff{}")
	f.Add("start: |2\n   a\nsteps: !x {a: !!str b}\n", "<Response>\r\n<Say>{{ x }}</Say></Response>", "type: [object\n")
	f.Fuzz(func(t *testing.T, flow, document, schema string) {
		files := []file{
			{"desk/flow.yaml", flow}, {"desk/a.xml", document}, {"desk/party.json", schema}, {"desk/party.yaml", schema},
		}
		release, err := flows.Load(tree(files), flows.Environment{})
		if err != nil {
			checkPlaces(t, files, err)
			return
		}
		d := release.Begin(call([]string{""}), "desk", monday)
		if d.Lookup == nil && d.Document.IsZero() {
			t.Error("a flow without mistakes gives no document")
		}
		if d.Lookup == nil {
			if _, err := texml.ParseTree(d.Document.Fill(linked)); err != nil {
				t.Errorf("%v\n%s", err, d.Document.Fill(linked))
			}
		}
	})
}

// seedFrom adds the flows of archives.
func seedFrom(f *testing.F, folder string) {
	archives, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil || len(archives) == 0 {
		f.Fatalf("no archives in %s (%v)", folder, err)
	}
	for _, path := range archives {
		archive, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		_, files := parts(string(archive))
		text := func(name string) string {
			if f := tree(files)[name]; f != nil {
				return string(f.Data)
			}
			return ""
		}
		f.Add(text("desk/flow.yaml"), text("desk/a.xml"), text("desk/party.json"))
	}
}
