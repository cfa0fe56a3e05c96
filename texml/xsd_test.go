package texml_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/needed"
	"texmlsrv/texml"
)

// validator validates documents with a schema, by a program that is not ours.
func validator(t *testing.T, template bool) func(files ...string) (refused []string) {
	t.Helper()
	xmllint := needed.Program(t, "xmllint", "libxml2-utils")
	schema := filepath.Join(t.TempDir(), "texml.xsd")
	if err := os.WriteFile(schema, texml.XSD(template), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(files ...string) []string {
		out, err := exec.CommandContext(t.Context(), xmllint, append([]string{"--noout", "--nonet", "--schema", schema}, files...)...).CombinedOutput()
		if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
			t.Fatal(err)
		}
		if bytes.Contains(out, []byte("Schemas parser error")) {
			t.Fatalf("the schema is wrong:\n%s", out)
		}
		var refused []string
		for _, file := range files {
			if !bytes.Contains(out, []byte(file+" validates")) {
				refused = append(refused, file)
			}
		}
		return refused
	}
}

// corpusFiles returns the paths of the documents of which want is true.
func corpusFiles(t *testing.T, half string, want func(name string, s sample) bool) []string {
	t.Helper()
	var files []string
	for name, s := range samples(t, half) {
		if want(name, s) {
			files = append(files, filepath.Join("testdata", half, name+".xml"))
		}
	}
	slices.Sort(files)
	if len(files) == 0 {
		t.Fatal("no such documents")
	}
	return files
}

// fragment is a template without a root, which is no XML document by itself.
func fragment(s sample) bool {
	return !bytes.Contains(s.src, []byte("<Response"))
}

func TestXSD_acceptsRight(t *testing.T) {
	for _, template := range []bool{false, true} {
		refused := validator(t, template)(corpusFiles(t, "right", func(_ string, s sample) bool {
			computed := bytes.Contains(s.src, []byte("{{"))
			return len(s.want) == 0 && !fragment(s) && (template || !s.options.Template && !computed)
		})...)
		for _, file := range refused {
			t.Errorf("template %v: %s is refused", template, file)
		}
	}
}

func TestXSD_acceptsTemplates(t *testing.T) {
	files, err := filepath.Glob("../templates/*/*.xml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates (%v)", err)
	}
	for _, file := range validator(t, true)(files...) {
		t.Errorf("%s is refused", file)
	}
}

// expressible are the rules that a schema can hold a document to, in all of their documents.
var expressible = regexp.MustCompile(`^TX(002|004|101|102|103|105|106|201|202|203|204|205|207|208|209|210|212|214|215|217|218|303|601|701|702|703|704)$`)

// inexpressible are documents of those rules that a schema cannot refuse, and why.
var inexpressible = map[string]string{
	"attribute-missing-assistant-id":  "one of two attributes",
	"attribute-missing-charge-amount": "depends on another attribute",
	"child-twice-queue":               "Dial is mixed",
	"twiml-client-address":            "Dial is mixed",
	"twiml-google-voice":              "voices are names",
	"list-twice":                      "a list may repeat",
}

func TestXSD_refusesWrong(t *testing.T) {
	files := corpusFiles(t, "wrong", func(name string, s sample) bool {
		code, _, _ := strings.Cut(s.want[0], " ")
		return expressible.MatchString(code) && inexpressible[name] == "" && !s.options.Template
	})
	if len(files) < 60 {
		t.Errorf("only %d documents", len(files))
	}
	if diff := cmp.Diff(files, validator(t, false)(files...)); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
}

// TestXSD_refusedHasProblem: the schema is never stricter than the checker.
func TestXSD_refusedHasProblem(t *testing.T) {
	for _, half := range []string{"right", "wrong"} {
		files := corpusFiles(t, half, func(_ string, s sample) bool { return !s.options.Template && !bytes.Contains(s.src, []byte("{{")) })
		for _, file := range validator(t, false)(files...) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(texml.Check(src, texml.CheckOptions{})) == 0 {
				t.Errorf("%s is refused by the schema alone", file)
			}
		}
	}
}

// TestReference keeps the documentation equal to the vocabulary.
func TestReference(t *testing.T) {
	file := filepath.Join("..", "docs", "texml.md")
	if *update {
		if err := os.WriteFile(file, []byte(texml.Reference()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), texml.Reference()); diff != "" {
		t.Errorf("%s is not what the vocabulary says; run go test -update (-file +vocabulary):\n%s", file, diff)
	}
}
