package flows_test

import (
	"fmt"
	"strings"
	"testing"

	"texmlsrv/flows"
	"texmlsrv/templates"
	"texmlsrv/texml"
)

// checked is what Check says of flows, as an author reads it, with the codes.
func checked(t *testing.T, files []file) string {
	t.Helper()
	found := flows.Check(tree(files))
	if len(found) > 0 {
		checkPlaces(t, files, found)
	}
	var b strings.Builder
	for _, p := range found {
		fmt.Fprintln(&b, p.Full())
	}
	return b.String()
}

// Every archive holds flows with one mistake that can be read all the same.
func TestCheck_wrong(t *testing.T) {
	golden(t, "testdata/check/wrong", "problems", func(t *testing.T, files []file) string {
		got := checked(t, files)
		if got == "" {
			t.Error("no mistake was found")
		}
		return got
	})
}

// Every archive holds flows without a mistake.
func TestCheck_right(t *testing.T) {
	golden(t, "testdata/check/right", "problems", func(t *testing.T, files []file) string {
		got := checked(t, files)
		if got != "" {
			t.Errorf("a false alarm:\n%s", got)
		}
		return got
	})
}

// The flows that come with the program have nothing to warn of.
func TestCheck_embedded(t *testing.T) {
	for _, p := range flows.Check(templates.FS) {
		t.Error(p.Full())
	}
}

// What reading finds has a code too, and every code is explained.
func TestFindings(t *testing.T) {
	last := ""
	for _, f := range flows.Findings() {
		if f.Code <= last {
			t.Errorf("%s comes after %s", f.Code, last)
		}
		if f.Title == "" || f.Explanation == "" {
			t.Errorf("%s is not explained", f.Code)
		}
		last = f.Code
	}
	if f, ok := flows.Explain("FL101"); !ok || f.Severity != texml.Error {
		t.Errorf("Explain(FL101) = %+v, %v", f, ok)
	}
	if _, ok := flows.Explain("FL999"); ok {
		t.Error("Explain knows FL999")
	}
}
