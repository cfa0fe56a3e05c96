package format_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"texmlsrv/flows/format"
	"texmlsrv/templates"
)

// embedded are the files of the flows that come with the program.
func embedded(t testing.TB) []file {
	t.Helper()
	var files []file
	err := fs.WalkDir(templates.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !format.Knows(name) {
			return err
		}
		text, err := fs.ReadFile(templates.FS, name)
		files = append(files, file{name, string(text)})
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("no embedded flows: %v", err)
	}
	return files
}

// TestCorpora formats every document and flow of the other packages' tests:
// what can be read can be formatted, and is the same when it is formatted again.
func TestCorpora(t *testing.T) {
	for _, root := range []string{"../testdata", "../schemas/testdata", "../../texml/testdata", "../../cmd/texmlsrv/testdata"} {
		t.Run(filepath.Base(filepath.Dir(root)), func(t *testing.T) {
			n := 0
			for _, f := range corpus(t, root) {
				kind, text := outcome(t, f)
				if kind == "formatted" {
					n++
				} else if strings.Contains(text, "left as it is") {
					t.Errorf("%s is right, but cannot be formatted:\n%s", f.name, f.text)
				}
			}
			if n == 0 {
				t.Errorf("nothing in %s could be formatted", root)
			}
		})
	}
}

// corpus are the files below a folder, and those in its archives.
func corpus(t *testing.T, root string) []file {
	t.Helper()
	var files []file
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if filepath.Ext(path) == ".txtar" {
			_, inner := archive(t, path)
			files = append(files, inner...)
			return nil
		}
		text, err := os.ReadFile(path)
		files = append(files, file{path, string(text)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	known := files[:0]
	for _, f := range files {
		if format.Knows(f.name) {
			known = append(known, f)
		}
	}
	return known
}

// TestWhiteSpace changes the white space of the embedded flows by chance, where
// it means nothing: they become what they were.
func TestWhiteSpace(t *testing.T) {
	files := embedded(t)
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(files).Draw(t, "file")
		want := formatted(t, f)
		mess := map[string]func(*rapid.T, string) string{".yaml": messYAML, ".xml": messXML, ".json": messJSON}
		messy := mess[filepath.Ext(f.name)](t, want)
		got := formatted(t, file{f.name, messy})
		if diff := cmp.Diff(strings.Split(withoutBlank(want), "\n"), strings.Split(withoutBlank(got), "\n")); diff != "" {
			t.Fatalf("%s (-want +got)\n%s\nfrom\n%s", f.name, diff, messy)
		}
		if again := formatted(t, file{f.name, got}); again != got {
			t.Fatalf("formatted again it is different:\n%s", cmp.Diff(got, again))
		}
	})
}

func formatted(t *rapid.T, f file) string {
	out, err := format.Source(f.name, []byte(f.text))
	if err != nil {
		t.Fatalf("%v\n%s", err, f.text)
	}
	return string(out)
}

// withoutBlank is a text without its empty lines: where the author has one, one
// is kept.
func withoutBlank(s string) string { return regexp.MustCompile(`\n\n+`).ReplaceAllString(s, "\n") }

// messYAML changes indentation, the space behind keys and dashes, the ends of
// lines, and adds empty lines.
func messYAML(t *rapid.T, text string) string {
	factor := rapid.IntRange(1, 4).Draw(t, "indentation")
	parts := regexp.MustCompile(`^( *)((?:- )*)([\w-]+:)?( ?)(.*)$`)
	var b strings.Builder
	block := -1 // indentation of what a text belongs to, in which white space counts
	for line := range strings.Lines(text) {
		p := parts.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if block >= 0 && (len(p[1]) > block || line == "\n") {
			b.WriteString(strings.Repeat(p[1], factor) + line[len(p[1]):])
			continue
		}
		block = -1
		if strings.HasSuffix(line, ">-\n") || strings.HasSuffix(line, "|\n") {
			block = len(p[1])
		}
		if rapid.IntRange(0, 9).Draw(t, "blank") == 0 {
			b.WriteString("  \n\n")
		}
		behind := p[4]
		if p[3] != "" && behind != "" {
			behind = strings.Repeat(" ", rapid.IntRange(1, 5).Draw(t, "behind"))
		}
		dash := strings.ReplaceAll(p[2], "- ", "-"+strings.Repeat(" ", 2*factor-1))
		b.WriteString(strings.Repeat(p[1], factor) + dash + p[3] + behind + p[5])
		b.WriteString(rapid.SampledFrom([]string{"\n", "\n", "\n", " \n", "\r\n"}).Draw(t, "end"))
	}
	return b.String()
}

// messXML changes the white space between elements and between attributes, and
// that between words in what is spoken; where there was some there is some.
// That before comments stays: it tells what they stand beside.
func messXML(t *rapid.T, text string) string {
	between := regexp.MustCompile(`>\s+<[^!]|"\s+[\w:]+=|<(?:Say|Greeting)(?: [\w:]+="[^"]*")*>[^<]*<`)
	return between.ReplaceAllStringFunc(text, func(s string) string {
		return mess(t, s, regexp.MustCompile(`\{\{.*?\}\}|"[^"]*"|<\w+|\s+`))
	})
}

// messJSON changes the white space between tokens.
func messJSON(t *rapid.T, text string) string {
	return mess(t, text, regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\s+`))
}

// mess replaces the white space among the matches of an expression, whose other
// matches are skipped.
func mess(t *rapid.T, s string, matches *regexp.Regexp) string {
	return matches.ReplaceAllStringFunc(s, func(m string) string {
		if strings.TrimSpace(m) != "" {
			return m
		}
		return rapid.StringOfN(rapid.RuneFrom([]rune(" \t\n")), 1, 8, -1).Draw(t, "space")
	})
}
