package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"texmlsrv/needed"
)

func TestUnified(t *testing.T) {
	for _, c := range []struct{ name, before, after, want string }{
		{"equal", "a\n", "a\n", ""},
		{"changed", "a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"},
		{"added", "", "a\n", "@@ -0,0 +1,1 @@\n+a\n"},
		{"emptied", "a\n", "", "@@ -1,1 +0,0 @@\n-a\n"},
		{"no_line_end", "a", "a\n", "@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n"},
		{"far_apart", "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "x\n1\n2\n3\n4\n5\n6\n7\ny\n",
			"@@ -1,4 +1,4 @@\n-a\n+x\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+y\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := c.want
			if want != "" {
				want = "--- f\n+++ f\n" + want
			}
			if got := unified("f", c.before, c.after); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestUnifiedApplies lets patch apply the diffs.
func TestUnifiedApplies(t *testing.T) {
	program := needed.Program(t, "patch", "patch")
	t.Chdir(t.TempDir())
	text := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 1, 40), func(l []string) string {
		return strings.Join(l, "\n") + "\n"
	})
	for i := range 20 {
		before, after := text.Example(i), text.Example(i+100)
		if err := os.WriteFile("f", []byte(before), 0o600); err != nil {
			t.Fatal(err)
		}
		patch := exec.CommandContext(t.Context(), program, "-p0", "-s")
		patch.Stdin = strings.NewReader(unified("f", before, after))
		if out, err := patch.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s\n%s", err, out, unified("f", before, after))
		}
		if got, err := os.ReadFile("f"); err != nil || string(got) != after {
			t.Fatalf("patched it is %q, %v; want %q", got, err, after)
		}
	}
}
