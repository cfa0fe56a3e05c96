package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/editor"
	"texmlsrv/needed"
	"texmlsrv/templates"
	"texmlsrv/texml"
)

// printed is what a command prints.
func printed(t *testing.T, args ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), args, nil, nil, &stdout, &stderr); code != exitDone || stderr.Len() > 0 {
		t.Fatalf("%v: exit %d\n%s", args, code, stderr.String())
	}
	return stdout.Bytes()
}

func TestSchema_prints(t *testing.T) {
	for _, name := range editor.Names() {
		if want, _ := editor.Schema(name); !bytes.Equal(printed(t, "schema", name), want) {
			t.Errorf("schema %s prints something else", name)
		}
	}
	if !bytes.Equal(printed(t, "schema", "texml"), texml.XSD(true)) {
		t.Error("schema texml prints something else")
	}
	if !bytes.Equal(printed(t, "schema", "texml", "--plain"), texml.XSD(false)) {
		t.Error("schema texml --plain prints something else")
	}
}

// TestSchema_acceptsTemplates holds every template of the embedded flows, those
// in place too, against the printed schema, with a program that is not ours.
func TestSchema_acceptsTemplates(t *testing.T) {
	xmllint := needed.Program(t, "xmllint", "libxml2-utils")
	t.Chdir(t.TempDir())
	write(t, "texml.xsd", string(printed(t, "schema", "texml")), 0o600)
	args := []string{"--noout", "--nonet", "--schema", "texml.xsd"}
	for name, text := range embeddedTemplates(t) {
		file := strings.ReplaceAll(name, "/", "-")
		write(t, file, text, 0o600)
		args = append(args, file)
	}
	if out, err := exec.CommandContext(t.Context(), xmllint, args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// embeddedTemplates are the documents of the embedded flows, by where they
// stand.
func embeddedTemplates(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	inPlace := 0
	err := fs.WalkDir(templates.FS, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".xml" && path.Base(name) != "flow.yaml" {
			return err
		}
		text, err := fs.ReadFile(templates.FS, name)
		if path.Ext(name) == ".xml" {
			found[name] = string(text)
			return err
		}
		var flow struct {
			Steps map[string]struct{ Document string }
		}
		if err := yaml.Unmarshal(text, &flow); err != nil {
			return err
		}
		for step, s := range flow.Steps {
			if strings.HasPrefix(s.Document, "<") {
				found[path.Dir(name)+"/"+step+".inline.xml"] = document(s.Document)
				inPlace++
			}
		}
		return nil
	})
	if err != nil || inPlace == 0 || len(found) == inPlace {
		t.Fatalf("%d templates, %d of them in place (%v)", len(found), inPlace, err)
	}
	return found
}

// document is a template in place as a file would have it.
func document(template string) string {
	const declaration = ` xmlns:flow="https://texmlsrv/flow"`
	inner, whole := strings.CutPrefix(strings.TrimSpace(template), "<Response")
	switch {
	case !whole:
		return "<Response" + declaration + ">" + template + "</Response>"
	case strings.Contains(template, declaration):
		return template
	}
	return "<Response" + declaration + inner
}

// TestEditors_settings: the settings that init writes name the schemas that it
// writes, and every file of the embedded flows has one.
func TestEditors_settings(t *testing.T) {
	text, err := initFiles.ReadFile("init/settings.json")
	if err != nil {
		t.Fatal(err)
	}
	var settings struct {
		YAML map[string]string                    `json:"yaml.schemas"`
		XML  []struct{ Pattern, SystemID string } `json:"xml.fileAssociations"`
	}
	if err := json.Unmarshal(text, &settings); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	want := map[string]string{"flow.yaml": editor.Flow, "app.yaml": editor.App, "texts.yaml": editor.Texts, "scenarios/*.yaml": editor.Scenario}
	for schema, pattern := range settings.YAML {
		if name := want[pattern]; filepath.Base(schema) != name+".json" {
			t.Errorf("%s is written by %s", pattern, schema)
		}
		delete(want, pattern)
	}
	if len(want) > 0 {
		t.Errorf("no schema for %v", want)
	}
	if len(settings.XML) != 1 || settings.XML[0].Pattern != "**/*.xml" || filepath.Base(settings.XML[0].SystemID) != "texml.xsd" {
		t.Errorf("templates are associated as %v", settings.XML)
	}
}
