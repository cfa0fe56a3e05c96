package texml_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/texml"
)

// sample is a document of the corpus. A comment in it says what is to be found and how to look:
//
//	<!-- want: TX201 2:10, TX504 2:3; check: template context=waitUrl size=40 -->
type sample struct {
	src     []byte
	want    []string // "CODE line:column"
	options texml.CheckOptions
}

var wantComment = regexp.MustCompile(`<!-- (?:want: ([^;]*?))?(?:; )?(?:check: (.*?))? -->`)

var contextNames = map[string]texml.Context{
	"waitUrl": texml.WaitURL, "screen": texml.ScreenURL, "queue": texml.QueueURL, "conference": texml.ConferenceWait,
}

// samples reads one half of the corpus.
func samples(t testing.TB, half string) map[string]sample {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", half, "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents in testdata/%s (%v)", half, err)
	}
	all := map[string]sample{}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".xml")] = newSample(t, src)
	}
	return all
}

func newSample(t testing.TB, src []byte) sample {
	t.Helper()
	s := sample{src: src}
	m := wantComment.FindSubmatch(src)
	if m == nil {
		return s
	}
	if len(m[1]) > 0 {
		s.want = strings.Split(string(m[1]), ", ")
	}
	for _, option := range strings.Fields(string(m[2])) {
		name, value, _ := strings.Cut(option, "=")
		switch name {
		case "template":
			s.options.Template = true
		case "context":
			context, known := contextNames[value]
			if !known {
				t.Fatalf("there is no context %q", value)
			}
			s.options.Context = context
		case "size":
			s.options.Size, _ = strconv.Atoi(value)
		default:
			t.Fatalf("there is no option %q", option)
		}
	}
	return s
}

func (s sample) got() []string {
	var got []string
	for _, p := range texml.Check(s.src, s.options) {
		got = append(got, fmt.Sprintf("%s %v", p.Code, p.Pos))
	}
	return got
}

// TestCheck_wrong: each document has the mistake that its name says; it is found where it is, and
// nothing else is.
func TestCheck_wrong(t *testing.T) {
	wrong := samples(t, "wrong")
	if len(wrong) < 120 {
		t.Errorf("only %d wrong documents", len(wrong))
	}
	for name, s := range wrong {
		t.Run(name, func(t *testing.T) {
			if len(s.want) == 0 {
				t.Fatal("the document does not say what is wrong with it")
			}
			if diff := cmp.Diff(s.want, s.got()); diff != "" {
				t.Errorf("problems (-want +got):\n%s%v\n%s", diff, texml.Check(s.src, s.options), s.src)
			}
		})
	}
}

// TestCheck_right: nothing is found but the warnings that a document says it expects.
func TestCheck_right(t *testing.T) {
	right := samples(t, "right")
	if len(right) < 80 {
		t.Errorf("only %d right documents", len(right))
	}
	for name, s := range right {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(s.want, s.got()); diff != "" {
				t.Errorf("problems (-want +got):\n%s%v\n%s", diff, texml.Check(s.src, s.options), s.src)
			}
			for _, p := range texml.Check(s.src, s.options) {
				if p.Severity == texml.Error && !strings.HasPrefix(name, "twiml-") {
					t.Errorf("an error in a right document: %v", p)
				}
			}
		})
	}
}

// TestCheck_templates: the flows that come with the program have no problems.
func TestCheck_templates(t *testing.T) {
	files, err := filepath.Glob("../templates/*/*.xml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates (%v)", err)
	}
	for _, file := range files {
		t.Run(strings.ReplaceAll(strings.TrimPrefix(file, "../templates/"), "/", "-"), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range texml.Check(src, texml.CheckOptions{Template: true}) {
				t.Error(p)
			}
		})
	}
}

// TestCheck_everyRule: every rule is broken by a document of the corpus.
func TestCheck_everyRule(t *testing.T) {
	var broken []string
	for _, s := range samples(t, "wrong") {
		for _, want := range s.want {
			code, _, _ := strings.Cut(want, " ")
			broken = append(broken, code)
		}
	}
	for _, rule := range texml.Rules() {
		if !slices.Contains(broken, rule.Code) {
			t.Errorf("no document breaks %s: %s", rule.Code, rule.Title)
		}
	}
}

// TestMend: what is certain to be mended is, and the document has fewer problems then.
func TestMend(t *testing.T) {
	for name, s := range samples(t, "wrong") {
		found := texml.Check(s.src, s.options)
		if !slices.ContainsFunc(found, func(p texml.Problem) bool { return p.Fix != nil }) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			mended := texml.Mend(s.src, found)
			if left := texml.Check(mended, s.options); len(left) >= len(found) {
				t.Errorf("before: %v\nafter: %v\n%s", found, left, mended)
			}
		})
	}
}
