package templates_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// story is one file in the txtar format: what happens, in words; call.txt with
// what the caller and the platform do; bodies that call.txt names; and what
// must come of it, timeline.txt and documents.txt.
type story struct {
	path  string
	words string
	files []part
}

type part struct{ name, text string }

var partMark = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

func readStory(t *testing.T, path string) *story {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	marks := partMark.FindAllStringSubmatchIndex(text, -1)
	if len(marks) == 0 {
		t.Fatalf("%s has no call.txt", path)
	}
	s := &story{path: path, words: text[:marks[0][0]]}
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		s.files = append(s.files, part{text[m[2]:m[3]], text[m[1]:end]})
	}
	return s
}

func (s *story) index(name string) int {
	return slices.IndexFunc(s.files, func(p part) bool { return p.name == name })
}

// file is the text of a part that the story has to have.
func (s *story) file(t *testing.T, name string) string {
	t.Helper()
	i := s.index(name)
	if i < 0 {
		t.Fatalf("%s has no file %s", s.path, name)
	}
	return s.files[i].text
}

// expect holds what came of the story against the part of that name, or
// rewrites the part.
func (s *story) expect(t *testing.T, name, got string) {
	t.Helper()
	if i := s.index(name); !*update {
		if diff := cmp.Diff(lines(s.file(t, name)), lines(got)); diff != "" {
			t.Errorf("%s is different (-want +got):\n%s", name, diff)
		}
		return
	} else if i >= 0 {
		s.files[i].text = got
	} else {
		s.files = append(s.files, part{name, got})
	}
	text := s.words
	for _, p := range s.files {
		text += "-- " + p.name + " --\n" + p.text
	}
	if err := os.WriteFile(s.path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// lines are those of a text, a document's elements on lines of their own, so
// that a difference can be seen.
func lines(text string) []string {
	return strings.Split(strings.ReplaceAll(text, "><", ">\n<"), "\n")
}
