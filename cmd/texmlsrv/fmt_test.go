package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestFmtReplaces holds what a rewritten file keeps: its mode, the link that
// leads to it, and who has the old one open.
func TestFmtReplaces(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "real/menu.xml", "<Hangup></Hangup>\n", 0o640)
	if err := os.Symlink("real/menu.xml", "link.xml"); err != nil {
		t.Fatal(err)
	}
	old, err := os.Open("real/menu.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	var stdout bytes.Buffer
	if code := run(t.Context(), []string{"fmt", "link.xml"}, nil, nil, &stdout, io.Discard); code != exitDone || stdout.String() != "link.xml\n" {
		t.Fatalf("exit %d, printed %q", code, &stdout)
	}
	info, err := os.Lstat("link.xml")
	if err != nil || info.Mode().Type() != os.ModeSymlink {
		t.Errorf("the link is %v now, %v", info.Mode(), err)
	}
	if info, err = os.Lstat("real/menu.xml"); err != nil || info.Mode() != 0o640 {
		t.Errorf("the file's mode is %v now, %v", info.Mode(), err)
	}
	if text, err := os.ReadFile("real/menu.xml"); err != nil || string(text) != "<Hangup/>\n" {
		t.Errorf("the file is %q, %v", text, err)
	}
	if text, err := io.ReadAll(old); err != nil || string(text) != "<Hangup></Hangup>\n" {
		t.Errorf("whoever had it open reads %q, %v", text, err)
	}
	if entries, err := os.ReadDir("real"); err != nil || len(entries) != 1 {
		t.Errorf("beside the file there is %v, %v", entries, err)
	}
}

// TestFmtFiles lists what a folder means.
func TestFmtFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{
		"app.yaml", "texts.yaml", "defaults.xml", "package.json", ".github/flow.yaml", "hello/flow.yaml", "hello/a.xml",
		"hello/notes.txt", "hello/scenarios/one.yaml", "hello/.draft.xml", "docs/a.json", "more/app.yaml", "more/bye/flow.yaml",
	} {
		write(t, name, "", 0o600)
	}
	if err := os.Symlink("a.xml", "hello/b.xml"); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ paths, want []string }{
		"current_folder": {nil, []string{
			"app.yaml", "defaults.xml", "hello/a.xml", "hello/flow.yaml", "hello/scenarios/one.yaml", "more/app.yaml",
			"more/bye/flow.yaml", "texts.yaml",
		}},
		"flow_folder":  {[]string{"hello/"}, []string{"hello/a.xml", "hello/flow.yaml", "hello/scenarios/one.yaml"}},
		"one_file":     {[]string{"docs/a.json", "./docs/a.json"}, []string{"docs/a.json"}},
		"file_and_all": {[]string{"hello/a.xml", "hello"}, []string{"hello/a.xml", "hello/flow.yaml", "hello/scenarios/one.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := flowFiles(c.paths)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func write(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, mode); err != nil {
		t.Fatal(err)
	}
}
