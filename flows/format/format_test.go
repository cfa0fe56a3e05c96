package format_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows/format"
	"texmlsrv/flows/problems"
)

var update = flag.Bool("update", false, "rewrite what comes of the cases")

// TestSource formats the file in every archive, and formats what comes of it
// again. What comes of a file is the archive's "formatted", or "problem".
func TestSource(t *testing.T) {
	paths, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			words, files := archive(t, path)
			kind, got := outcome(t, files[0])
			want := words + files[0].marked() + file{kind, got}.marked()
			if *update {
				if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(files) != 2 || files[1].name != kind {
				t.Fatalf("it has no %q, which is now\n%s", kind, got)
			}
			if diff := cmp.Diff(strings.Split(files[1].text, "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// outcome formats a file twice.
func outcome(t *testing.T, f file) (kind, text string) {
	t.Helper()
	once, err := format.Source(f.name, []byte(f.text))
	var found problems.List
	if errors.As(err, &found) {
		return "problem", found.Error() + "\n"
	}
	if err != nil {
		t.Fatal(err)
	}
	twice, err := format.Source(f.name, once)
	if err != nil {
		t.Fatalf("formatted again it is refused: %v\n%s", err, once)
	}
	if diff := cmp.Diff(string(once), string(twice)); diff != "" {
		t.Errorf("formatted again it is different (-once +twice):\n%s", diff)
	}
	return "formatted", string(once)
}

// TestSourceLineEnds has what YAML, XML and JSON take for ends of lines, and
// the mark that some editors put first.
func TestSourceLineEnds(t *testing.T) {
	for name, text := range map[string]string{
		"flow.yaml": "title: x\nsteps:\n  a: {document: a.xml}\n",
		"a.xml":     "<Response>\n  <Hangup/>\n</Response>\n",
		"a.json":    "{\n  \"a\": 1\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			for _, other := range []string{"\uFEFF" + text, strings.ReplaceAll(text, "\n", "\r\n"), strings.TrimSpace(text)} {
				got, err := format.Source(name, []byte(other))
				if err != nil || string(got) != text {
					t.Errorf("%q becomes %q, %v", other, got, err)
				}
			}
		})
	}
}

func TestKnows(t *testing.T) {
	for name, want := range map[string]bool{
		"flow.yaml": true, "a/b.yml": true, "a.xml": true, "a.json": true, "a.go": false, "yaml": false, "": false,
	} {
		if got := format.Knows(name); got != want {
			t.Errorf("Knows(%q) = %v", name, got)
		}
		if _, err := format.Source(name, nil); errors.Is(err, format.ErrKind) == want {
			t.Errorf("Source(%q) gives %v", name, err)
		}
	}
}

// file is one of an archive in the txtar format.
type file struct{ name, text string }

func (f file) marked() string { return "-- " + f.name + " --\n" + f.text }

// archive reads an archive: words about it, then files.
func archive(t testing.TB, path string) (words string, files []file) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		name, is := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		switch name, closed := strings.CutSuffix(name, " --"); {
		case is && closed:
			files = append(files, file{name: name})
		case len(files) == 0:
			words += line
		default:
			files[len(files)-1].text += line
		}
	}
	return words, files
}
