package editor_test

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"texmlsrv/flows"
	"texmlsrv/flows/editor"
	"texmlsrv/flows/problems"
	"texmlsrv/flows/strictyaml"
)

// raw is a schema as JSON values.
func raw(t *testing.T, name string) map[string]any {
	t.Helper()
	text, ok := editor.Schema(name)
	if !ok {
		t.Fatalf("there is no schema %q", name)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return doc.(map[string]any)
}

// compiler knows every schema by its name, and reads nothing else.
func compiler(t *testing.T) *jsonschema.Compiler {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.UseLoader(deny{})
	c.AssertFormat()
	for _, name := range editor.Names() {
		if err := c.AddResource("mem:"+name, raw(t, name)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

type deny struct{}

func (deny) Load(url string) (any, error) { return nil, errors.New("not loaded: " + url) }

// compiled are the schemas compiled so far: the larger ones take a while.
var compiled sync.Map

// compile compiles a schema, or the part of it at a JSON pointer.
func compile(t *testing.T, name, pointer string) *jsonschema.Schema {
	t.Helper()
	url := "mem:" + name + "#" + pointer
	if s, done := compiled.Load(url); done {
		return s.(*jsonschema.Schema)
	}
	s, err := compiler(t).Compile(url)
	compiled.Store(url, s)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

// value is what an editor sees in a YAML file.
func value(t *testing.T, file, text string) any {
	t.Helper()
	f := strictyaml.Parse(file, []byte(text))
	if f.Root == nil {
		t.Fatalf("%s: %v", file, f.Problems)
	}
	v := f.Value(f.Root, file, nil)
	if err := f.Problems.Err(); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return v
}

// places are where a value does not fit a schema: JSON pointers, and the names
// of keys that are not allowed; none when it fits.
func places(t *testing.T, s *jsonschema.Schema, v any) []string {
	t.Helper()
	err := s.Validate(v)
	if err == nil {
		return nil
	}
	invalid, is := errors.AsType[*jsonschema.ValidationError](err)
	if !is {
		t.Fatal(err)
	}
	var found []string
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		if name, is := e.ErrorKind.(*kind.PropertyNames); is {
			found = append(found, "name "+name.Property)
			return
		}
		if len(e.Causes) == 0 {
			found = append(found, "/"+strings.Join(e.InstanceLocation, "/"))
		}
		for _, cause := range e.Causes {
			walk(cause)
		}
	}
	walk(invalid)
	slices.Sort(found)
	return slices.Compact(found)
}

// schemaOf is the schema that a file of a templates root is written by; "" for
// none.
func schemaOf(file string) string {
	if path.Base(path.Dir(file)) == "scenarios" {
		return editor.Scenario
	}
	return map[string]string{"flow.yaml": editor.Flow, "app.yaml": editor.App, "texts.yaml": editor.Texts}[path.Base(file)]
}

var fileLine = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

// archive is the files of a txtar archive.
func archive(text string) fstest.MapFS {
	root := fstest.MapFS{}
	marks := fileLine.FindAllStringSubmatchIndex(text, -1)
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		root[text[m[2]:m[3]]] = &fstest.MapFile{Data: []byte(text[m[1]:end])}
	}
	return root
}

// archives are the archives in a folder of testdata, by name.
func archives(t *testing.T, folder string) map[string]fstest.MapFS {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives in %s (%v)", folder, err)
	}
	all := map[string]fstest.MapFS{}
	for _, file := range files {
		all[strings.TrimSuffix(filepath.Base(file), ".txtar")] = archive(readFile(t, file))
	}
	return all
}

// refused are the files below root that their schemas refuse, with where.
func refused(t *testing.T, root fs.FS) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := fs.WalkDir(root, ".", func(name string, _ fs.DirEntry, err error) error {
		if schema := schemaOf(name); err == nil && schema != "" {
			text, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			f := strictyaml.Parse(name, text)
			if f.Root == nil {
				return nil // no YAML at all
			}
			v := f.Value(f.Root, name, nil)
			if where := places(t, compile(t, schema, ""), v); where != nil {
				found[name] = where
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// problemsOf are the mistakes that the reader finds in a tree of flows.
func problemsOf(t *testing.T, root fs.FS) problems.List {
	t.Helper()
	_, err := flows.Load(root, flows.Environment{})
	if err == nil {
		return nil
	}
	list, is := errors.AsType[problems.List](err)
	if !is {
		t.Fatal(err)
	}
	return list
}
