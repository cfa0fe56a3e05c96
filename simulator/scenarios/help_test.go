package scenarios_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
	"texmlsrv/simulator/scenarios"
)

var update = flag.Bool("update", false, "rewrite what is expected")

// file is a file of an archive.
type file struct{ name, content string }

var fileLine = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

// archive is the files of a txtar archive, behind its comment.
func archive(t *testing.T, name string) (comment string, files []file) {
	t.Helper()
	raw, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	marks := fileLine.FindAllStringSubmatchIndex(text, -1)
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		files = append(files, file{text[m[2]:m[3]], text[m[1]:end]})
	}
	if len(marks) == 0 {
		t.Fatalf("%s holds no files", name)
	}
	return text[:marks[0][0]], files
}

// desk is the flow of testdata/desk.txtar, with other files beside it.
func desk(t *testing.T, others ...file) fstest.MapFS {
	t.Helper()
	_, files := archive(t, "testdata/desk.txtar")
	root := fstest.MapFS{}
	for _, f := range slices.Concat(files, others) {
		root[f.name] = &fstest.MapFile{Data: []byte(f.content)}
	}
	return root
}

func load(t *testing.T, root fs.FS) *flows.Release {
	t.Helper()
	release, err := flows.Load(root, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	return release
}

// player plays scenarios of a tree until the test ends.
func player(t *testing.T, root fs.FS) *scenarios.Player {
	t.Helper()
	p, err := scenarios.NewPlayer(root, load(t, root))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// scenario reads the scenarios of the desk in a tree, which must be right.
func right(t *testing.T, root fs.FS) []*scenarios.Scenario {
	t.Helper()
	all, wrong := scenarios.Find(root, "desk")
	for _, s := range all {
		wrong = append(wrong, s.Check(nil, load(t, root))...)
	}
	if len(wrong) > 0 {
		t.Fatalf("a scenario is wrong:\n%v", wrong)
	}
	return all
}

// play plays the only scenario of the desk in a tree.
func play(t *testing.T, root fs.FS) *scenarios.Result {
	t.Helper()
	all := right(t, root)
	if len(all) != 1 {
		t.Fatalf("%d scenarios", len(all))
	}
	result, err := player(t, root).Play(t.Context(), all[0])
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// golden compares text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", name, diff)
	}
}

// archives are the archives of a folder, by name.
func archives(t *testing.T, folder string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil || len(found) == 0 {
		t.Fatalf("nothing in %s (%v)", folder, err)
	}
	return found
}

// name is the name of an archive.
func name(path string) string { return strings.TrimSuffix(filepath.Base(path), ".txtar") }
