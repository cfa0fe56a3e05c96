package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the transcripts")

// TestScript runs the commands of testdata/script as a person would. A file
// begins with what it is about; then come files in txtar form, among them the
// transcript:
//
//	$ NAME=value texmlsrv check flows < standard-input
//	standard output
//	! standard error
//	exit 3
//
// An exit code of 0 is not mentioned. In what is printed … is any part of a line.
func TestScript(t *testing.T) {
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, script := range scripts {
		script, err := filepath.Abs(script)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(script), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(script)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			want := unpack(t, string(text))
			got := transcript(t, want)
			if matches(want, got) {
				return
			}
			if !*update {
				t.Fatalf("(-want +got)\n%s", cmp.Diff(lines(want), lines(got)))
			}
			if err := os.WriteFile(script, []byte(strings.Replace(string(text), want, got, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// unpack writes the files of an archive into the working directory, and gives
// the transcript.
func unpack(t *testing.T, archive string) string {
	t.Helper()
	files := map[string]string{}
	name := "" // what comes before the first file says what the script is about
	for line := range strings.SplitAfterSeq(archive, "\n") {
		if inner, is := strings.CutPrefix(line, "-- "); is {
			name = strings.TrimSuffix(inner, " --\n")
			continue
		}
		files[name] += line
	}
	for name, text := range files {
		if name == "" || name == "transcript" {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if files["transcript"] == "" {
		t.Fatal("the script has no transcript")
	}
	return files["transcript"]
}

// transcript runs the commands of one, and gives what it is now.
func transcript(t *testing.T, old string) string {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(old) {
		command, is := strings.CutPrefix(line, "$ ")
		if !is {
			continue
		}
		b.WriteString(line)
		var environ []string
		words := strings.Fields(command)
		for len(words) > 0 && strings.Contains(words[0], "=") {
			environ, words = append(environ, words[0]), words[1:]
		}
		if len(words) == 0 || words[0] != "texmlsrv" {
			t.Fatalf("%q is no command of ours", command)
		}
		for i, word := range words {
			if word == `""` { // the only word in quotes that there is
				words[i] = ""
			}
		}
		var stdin io.Reader
		if i := slices.Index(words, "<"); i >= 0 && i+1 < len(words) {
			input, err := os.ReadFile(words[i+1])
			if err != nil {
				t.Fatal(err)
			}
			words, stdin = words[:i], bytes.NewReader(input)
		}
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), words[1:], environ, stdin, &stdout, &stderr)
		b.Write(stdout.Bytes())
		for line := range strings.Lines(stderr.String()) {
			b.WriteString("! " + line)
		}
		if code != exitDone {
			fmt.Fprintf(&b, "exit %d\n", code)
		}
	}
	return b.String()
}
