package problems_test

import (
	"errors"
	"strings"
	"testing"

	"texmlsrv/flows/problems"
)

func TestNearest(t *testing.T) {
	known := []string{"welcome", "goodbye", "operator", "b"}
	tests := map[string]string{
		"godbye":   `did you mean "goodbye"?`,
		"goodbey":  `did you mean "goodbye"?`, // two letters swapped
		"Welcome":  `did you mean "welcome"?`,
		"opperatr": `did you mean "operator"?`,
		"billing":  "",
		"welcome":  "", // is no slip of itself
		"":         `did you mean "b"?`,
	}
	for name, want := range tests {
		t.Run("of-"+name, func(t *testing.T) {
			if got := problems.Nearest(name, known); got != want {
				t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
			}
		})
	}
}

func TestFull(t *testing.T) {
	long := strings.Repeat("é", 200) + "X" + strings.Repeat("é", 200)
	tests := map[string]struct {
		problem problems.Problem
		want    string
	}{
		"whole-file": {problems.Problem{File: "a.yaml", Message: "is empty"}, "a.yaml: is empty"},
		"place": {
			problems.Problem{File: "a.yaml", Line: 2, Column: 3, Message: "no", Suggestion: "yes?", Excerpt: "ab cd"},
			"a.yaml:2:3: no (yes?)\n    ab cd\n      ^",
		},
		"tabs": {
			problems.Problem{File: "a.yaml", Line: 1, Column: 3, Message: "no", Excerpt: "\ta b"},
			"a.yaml:1:3: no\n    \ta b\n    \t ^",
		},
		"accents": {
			problems.Problem{File: "a.yaml", Line: 1, Column: 4, Message: "no", Excerpt: "éèà x"},
			"a.yaml:1:4: no\n    éèà x\n       ^",
		},
		"long": {
			problems.Problem{File: "a.yaml", Line: 1, Column: 201, Message: "no", Excerpt: long},
			"a.yaml:1:201: no\n    …" + strings.Repeat("é", 60) + "X" + strings.Repeat("é", 59) + "…\n    " + strings.Repeat(" ", 61) + "^",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := tt.problem.Full(); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestList(t *testing.T) {
	var list problems.List
	if list.Err() != nil {
		t.Error("an empty list is an error")
	}
	b := problems.Problem{File: "b", Line: 1, Column: 2, Message: "y"}
	list = problems.List{b, {File: "b", Line: 1, Column: 1, Message: "z"}, {File: "a", Line: 9, Message: "x"}, b}
	err := list.Err()
	if got, want := err.Error(), "a:9:0: x\nb:1:1: z\nb:1:2: y"; got != want {
		t.Errorf("in order and each once:\n%s\nwant\n%s", got, want)
	}
	if found := (problems.List{}); !errors.As(err, &found) || len(found) != 3 {
		t.Errorf("the error is no list of three: %#v", err)
	}
}

func TestPlace(t *testing.T) {
	for offset, want := range map[int][2]int{0: {3, 5}, 2: {3, 6}, 3: {4, 1}, 4: {4, 2}, 99: {4, 2}, -1: {3, 5}} {
		if line, column := problems.Place("é\nx", offset, 3, 5); line != want[0] || column != want[1] {
			t.Errorf("Place(%d) = %d:%d, want %d:%d", offset, line, column, want[0], want[1])
		}
	}
}
