package story_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/console/story"
	"texmlsrv/flows"
	"texmlsrv/simulator/scenarios"
	"texmlsrv/templates"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file, or rewrites it.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// played is a scenario after its call, told at its end.
func played(t *testing.T, p *scenarios.Player, s *scenarios.Scenario) *story.Story {
	t.Helper()
	r, err := p.Play(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if r.Session == nil {
		t.Fatalf("%s: no session", s.File)
	}
	for _, f := range r.Failures {
		t.Errorf("%s: %s", s.File, f)
	}
	return story.Of(r.Session, r.Timeline, r.Record.Ended)
}

// TestSentences tells every scenario of the flows that come with the program,
// in a sentence.
func TestSentences(t *testing.T) {
	release, err := flows.Load(templates.FS, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	player, err := scenarios.NewPlayer(templates.FS, release)
	if err != nil {
		t.Fatal(err)
	}
	defer player.Close()
	for _, flow := range release.Names() {
		t.Run(flow, func(t *testing.T) {
			all, wrong := scenarios.Find(templates.FS, flow)
			if len(wrong) > 0 {
				t.Fatal(wrong)
			}
			var b strings.Builder
			for _, s := range all {
				told := played(t, player, s)
				fmt.Fprintf(&b, "%s\n\t%s\n", strings.TrimSuffix(filepath.Base(s.File), ".yaml"), told.Sentence)
				if told.Trouble != "" {
					fmt.Fprintf(&b, "\t%s\n", told.Trouble)
				}
			}
			golden(t, "testdata/sentences/"+flow+".txt", b.String())
		})
	}
}

// TestStories tells whole calls. Each archive holds flows and a scenario, or
// names one of those that come with the program, and then the story.
func TestStories(t *testing.T) {
	paths, err := filepath.Glob("testdata/stories/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			head, _, _ := strings.Cut(string(source), "-- story --\n")
			golden(t, path, head+"-- story --\n"+text(tellArchive(t, head)))
		})
	}
}

// tellArchive plays the scenario of an archive.
func tellArchive(t *testing.T, archive string) *story.Story {
	t.Helper()
	root := fstest.MapFS{}
	var flow, file string
	for name, text := range files(archive) {
		if name == "of" { // a scenario that comes with the program
			flow, file, _ = strings.Cut(strings.TrimSpace(text), "/")
			return playFile(t, templates.FS, flow, file)
		}
		root[name] = &fstest.MapFile{Data: []byte(text)}
		if before, is := strings.CutSuffix(name, "/scenarios/call.yaml"); is {
			flow, file = before, "call"
		}
	}
	return playFile(t, root, flow, file)
}

func playFile(t *testing.T, root fs.FS, flow, file string) *story.Story {
	t.Helper()
	release, err := flows.Load(root, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	player, err := scenarios.NewPlayer(root, release)
	if err != nil {
		t.Fatal(err)
	}
	defer player.Close()
	all, wrong := scenarios.Find(root, flow)
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	for _, s := range all {
		if strings.TrimSuffix(filepath.Base(s.File), ".yaml") == file {
			return played(t, player, s)
		}
	}
	t.Fatalf("there is no scenario %s/%s", flow, file)
	return nil
}

// fileHead is the line before a file in an archive.
var fileHead = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

func files(archive string) map[string]string {
	found := map[string]string{}
	heads := fileHead.FindAllStringSubmatchIndex(archive, -1)
	for i, h := range heads {
		end := len(archive)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		found[archive[h[2]:h[3]]] = archive[h[1]:end]
	}
	return found
}

// text is a story as it is compared.
func text(s *story.Story) string {
	var b strings.Builder
	line := func(format string, args ...any) {
		b.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
	}
	line("%s", s.Sentence)
	if s.Trouble != "" {
		line("%s", s.Trouble)
	}
	line("%s, at %s/%s, outcome %q", s.State.Word, s.Flow, s.Step, s.Outcome)
	var path []string
	for _, p := range s.Path {
		path = append(path, fmt.Sprintf("%s/%s %d", p.Flow, p.Step, p.Turn))
	}
	line("path: %s", strings.Join(path, ", "))
	line("gathered: %s", values(s.Gathered))
	if len(s.Partial) > 0 {
		line("partial: %s", values(s.Partial))
	}
	line("\nTALK")
	for _, t := range s.Talk {
		line("%2d %-9s %-9s %s%s", t.Turn, t.Who, t.Kind, t.Text, flags(t))
	}
	for i, t := range s.Turns {
		line("\nTURN %d %s/%s, attempt %d: %s", t.Number, t.Flow, t.Step, t.Attempt, t.Did)
		turn(line, t)
		body(line, s.Body(i))
	}
	if s.After != nil {
		line("\nAFTER")
		reply(line, s.After)
	}
	line("\nBESIDE")
	for _, x := range s.Beside {
		line("%2d %s%s", x.Turn, x.Title, map[bool]string{true: " (early)"}[x.Early])
		for _, n := range x.Notes {
			line("   note: %s", n)
		}
	}
	return b.String()
}

func flags(b story.Bubble) string {
	out := ""
	if b.Step != "" {
		out += " [" + b.Step
		if b.Attempt > 1 {
			out += fmt.Sprintf(", attempt %d", b.Attempt)
		}
		out += "]"
	}
	if b.Live {
		out += " (live)"
	}
	return out
}

func values(all []story.Value) string {
	var out []string
	for _, v := range all {
		out = append(out, v.Name+"="+v.Value+map[bool]string{true: " (can be revealed)"}[v.Reveal])
	}
	return strings.Join(out, ", ")
}

func turn(line func(string, ...any), t story.Turn) {
	if t.Led != "" {
		line("  led: %s", t.Led)
	}
	if t.Again != "" {
		line("  again: %s", t.Again)
	}
	var marks []string
	for _, m := range t.Marks {
		marks = append(marks, fmt.Sprintf("%s (%s)", m.Word, m.Tone))
	}
	line("  marks: %s, after %s", strings.Join(marks, ", "), story.Span(t.Waited.Duration()))
	if t.Answer != "" {
		line("  answer: %s", t.Answer)
	}
	for _, c := range t.Changes {
		line("  %s %s: %s → %s", c.Kind, c.Name, c.From, c.To)
	}
	for _, n := range t.Notes {
		line("  note: %s", n)
	}
}

func body(line func(string, ...any), b *story.Body) {
	if !b.SameStep {
		b.Difference = nil // nothing in common
	}
	for _, l := range b.Difference {
		if l.Change != "" {
			line("    %s %s", map[string]string{"added": "+", "removed": "-"}[l.Change], l)
		}
	}
	for _, f := range b.Fields {
		line("    field %s (%s%s): %s: %s %s", f.Name, f.Wants, map[bool]string{true: ", required"}[f.Required], f.Value.Value, f.Came.Word, f.Came.More)
	}
	if b.Reply != nil {
		reply(line, b.Reply)
	}
	for _, r := range b.Repeats {
		line("    %s after %s, got the document of turn %d", r.Kind, story.Span(r.After.Duration()), r.Got)
	}
}

func reply(line func(string, ...any), r *story.Reply) {
	for _, v := range r.Visits {
		line("    at %s/%s%s", v.Flow, v.Step, map[bool]string{true: ": look-up " + v.Lookup}[v.Lookup != ""])
		for _, x := range v.Rules {
			line("      %s %s [%s] %s %s", x.Where, x.When, values(x.Read), x.Came.Word, x.Goto)
		}
	}
	for _, n := range r.Notes {
		line("    note: %s", n)
	}
}
