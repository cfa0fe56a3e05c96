package scenarios_test

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestPlay plays the scenario of each archive, against the desk or a flow of
// its own, and tells what its author reads: the conversation, and what was not
// as it should be.
func TestPlay(t *testing.T) {
	for _, from := range archives(t, "testdata/played") {
		t.Run(name(from), func(t *testing.T) {
			comment, files := archive(t, from)
			files = slices.DeleteFunc(files, func(f file) bool { return f.name == "result" })
			result := play(t, desk(t, files...))
			got := result.Explain()
			if result.Passed() {
				got = "passed\n" + result.Conversation.String()
			}
			want := "\n" + got // in front of it stands the name
			raw, err := os.ReadFile(from)
			if err != nil {
				t.Fatal(err)
			}
			_, before, _ := strings.Cut(string(raw), "-- result --")
			if before == want {
				return
			}
			if !*update {
				t.Fatalf("got\n%s\nwant\n%s", want, before)
			}
			text := comment
			for _, f := range files {
				text += "-- " + f.name + " --\n" + f.content
			}
			if err := os.WriteFile(from, []byte(text+"-- result --"+want), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}
