package flows_test

import (
	"errors"
	"strings"
	"testing"

	"texmlsrv/flows"
	"texmlsrv/flows/problems"
)

// Every archive holds flows with a mistake, and what their author reads.
func TestProblems(t *testing.T) {
	golden(t, "testdata/problems", "problems", func(t *testing.T, files []file) string {
		_, err := flows.Load(tree(files), flows.Environment{})
		if err == nil {
			t.Error("no mistake was found")
			return ""
		}
		checkPlaces(t, files, err)
		return err.Error() + "\n"
	})
}

// ends makes all lines end alike.
var ends = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// checkPlaces holds every problem against the files: it has one, and a line
// and a column within it.
func checkPlaces(t *testing.T, files []file, err error) {
	t.Helper()
	list, is := errors.AsType[problems.List](err)
	if !is {
		t.Fatalf("Load gives a %T: %v", err, err)
	}
	for _, p := range list {
		if p.File == "" || p.Message == "" {
			t.Errorf("a problem without a file or a message: %+v", p)
		}
		if p.Line == 0 {
			continue
		}
		lines := []string{}
		for _, f := range files {
			if f.name == p.File {
				lines = strings.Split(ends.Replace(strings.TrimPrefix(f.content, "\uFEFF")), "\n")
			}
		}
		if p.Line > len(lines) || p.Column < 1 || p.Column > len([]rune(lines[p.Line-1]))+1 {
			t.Errorf("%v: there is no such place", p)
		}
	}
}
