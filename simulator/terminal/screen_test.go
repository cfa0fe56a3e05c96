package terminal

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/sessions"
)

// TestWrap breaks lines between words; addresses stay whole, and scripts
// without spaces are broken anywhere but inside of a character.
func TestWrap(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		room int
		want []string
	}{
		"words":      {"one two three", 7, []string{"one two", "three"}},
		"glued":      {"one two\u00a0three", 9, []string{"one", "two three"}},
		"exact":      {"one two", 7, []string{"one two"}},
		"empty":      {"", 7, []string{""}},
		"paragraphs": {"one\n\ntwo", 7, []string{"one", "", "two"}},
		"accents":    {"opinión señal día", 13, []string{"opinión señal", "día"}},
		"address":    {"see https://example.com/a/long/path now", 10, []string{"see", "https://example.com/a/long/path", "now"}},
		"japanese":   {"ご予約ありがとうございます", 10, []string{"ご予約あり", "がとうござ", "います"}},
		"mixed":      {"Tel ご予約ありがとう end", 8, []string{"Tel ご予", "約ありが", "とう end"}},
		"emoji":      {"👩‍👩‍👧 👩‍👩‍👧", 4, []string{"👩‍👩‍👧", "👩‍👩‍👧"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, wrap(c.text, c.room)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestClean lets nothing through that a terminal would obey.
func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"a\x1b[2Jb":       "a[2Jb",
		"a\rb\tc":         "ab c",
		"a\u009b31mb":     "a31mb",
		"a\u202eb\u2066c": "abc",
		"a\xffb":          "a\ufffdb",
		"día\nnoche":      "día\nnoche",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestScreen keeps within the width, and uses colours only where there are any.
func TestScreen(t *testing.T) {
	var b strings.Builder
	s := newScreen(Options{Out: &b, Width: 30})
	s.rule("turn 1", "4 ms of 2 s")
	s.row("gathered", valuesIn(sessions.Values{"name": "Ada", "day": "2026-11-25"}))
	want := `── turn 1 ───── 4 ms of 2 s ──
   gathered  day = 2026-11-25,
             name = Ada
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	b.Reset()
	newScreen(Options{Out: &b, Colours: true}).line(dim, "quiet")
	if got := b.String(); got != "\x1b[2mquiet\x1b[0m\n" {
		t.Errorf("got %q", got)
	}
}
