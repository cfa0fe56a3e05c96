package flows_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"texmlsrv/flows"
)

// FuzzCheck checks flows that nobody would write: it never fails, finds the
// same twice, and every problem has a code. What it lets pass is called, as in
// TestMutatedFlows.
func FuzzCheck(f *testing.F) {
	for _, kind := range []string{"wrong", "right"} {
		paths, err := filepath.Glob(filepath.Join("testdata/check", kind, "*.txtar"))
		if err != nil || len(paths) == 0 {
			f.Fatalf("no archives: %v", err)
		}
		for _, path := range paths {
			archive, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			_, files := parts(string(archive))
			root := tree(files)
			var yaml, xml string
			for name, file := range root {
				switch filepath.Ext(name) {
				case ".yaml":
					if name == "desk/flow.yaml" {
						yaml = string(file.Data)
					}
				case ".xml":
					xml = string(file.Data)
				}
			}
			f.Add(yaml, xml)
		}
	}
	f.Fuzz(func(t *testing.T, yaml, xml string) {
		root := fstest.MapFS{"desk/flow.yaml": {Data: []byte(yaml)}}
		for _, name := range []string{"ask.xml", "said.xml", "dial.xml", "tell.xml"} {
			root["desk/"+name] = &fstest.MapFile{Data: []byte(xml)}
		}
		found, again := flows.Check(root), flows.Check(root)
		if len(found) != len(again) {
			t.Fatalf("%d problems, then %d", len(found), len(again))
		}
		for i, p := range found {
			if p != again[i] {
				t.Errorf("%v, then %v", p, again[i])
			}
			if p.Code == "" {
				t.Errorf("a problem without a code: %v", p)
			}
		}
		if found.Err() == nil {
			m := &mutation{specimen: specimen{"fuzzed", map[string]string{}}}
			for name, file := range root {
				m.files[name] = string(file.Data)
			}
			release, problem := m.check()
			if problem == "" {
				problem = m.call(1, release)
			}
			if problem != "" {
				t.Error(problem)
			}
		}
	})
}
