package flows_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// file is a part of a txtar archive.
type file struct{ name, content string }

var fileLine = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

// parts splits a txtar archive into its comment and its files. (The usual
// package would need a module of its own.)
func parts(archive string) (comment string, files []file) {
	marks := fileLine.FindAllStringSubmatchIndex(archive, -1)
	if len(marks) == 0 {
		return archive, nil
	}
	for i, m := range marks {
		end := len(archive)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		files = append(files, file{archive[m[2]:m[3]], archive[m[1]:end]})
	}
	return archive[:marks[0][0]], files
}

// tree is a folder of flows made of the files of an archive.
func tree(files []file) fstest.MapFS {
	root := fstest.MapFS{}
	for _, f := range files {
		root[f.name] = &fstest.MapFile{Data: []byte(f.content)}
	}
	return root
}

// golden runs a test over every archive in a folder. Its last file, called
// name, is what the others must come to.
func golden(t *testing.T, folder, name string, run func(t *testing.T, files []file) string) {
	archives, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives in %s (%v)", folder, err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			head, want, _ := strings.Cut(string(archive), "-- "+name+" --\n")
			_, files := parts(head)
			got := run(t, files)
			if *update {
				if err := os.WriteFile(path, []byte(head+"-- "+name+" --\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		})
	}
}

// load reads flows that have no mistakes.
func load(t testing.TB, root fs.FS, env flows.Environment) *flows.Release {
	t.Helper()
	r, err := flows.Load(root, env)
	if err != nil {
		t.Fatalf("the flows have mistakes:\n%v", err)
	}
	return r
}
