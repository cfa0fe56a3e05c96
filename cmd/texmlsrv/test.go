package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"texmlsrv/flows"
	"texmlsrv/flows/problems"
	"texmlsrv/simulator/scenarios"
	"texmlsrv/templates"
)

type testCommand struct {
	Templates   string   `help:"Folder of flows (default: the flows that come with the program)." placeholder:"DIR"`
	Only        string   `name:"run" help:"Only the scenarios whose file or title matches this pattern." placeholder:"PATTERN"`
	JSON        bool     `help:"Print what came of every scenario, and the coverage, as JSON."`
	JUnit       string   `name:"junit" help:"Write a JUnit report to this file as well." placeholder:"FILE"`
	Update      bool     `help:"Rewrite the documents that scenarios expect as they are now."`
	MinCoverage int      `help:"Fail when the scenarios of a flow try less of its steps and rules than this, in percent." placeholder:"PERCENT"`
	Verbose     bool     `short:"v" help:"Show every conversation, not only those that failed."`
	Flows       []string `arg:"" optional:"" name:"flow" help:"Flows to test (default: all)."`
}

// Run plays scenarios; what came of them goes to standard output.
func (c *testCommand) Run(a *app) error {
	t, err := c.open()
	if err != nil {
		return err
	}
	if len(t.scenarios) == 0 {
		return t.nothing(a, c)
	}
	defer t.player.Close()
	results, err := t.play(a, c.Update)
	if err != nil {
		return err
	}
	coverage := t.cover(results)
	t.name(results, coverage)
	if err := c.write(a, results, coverage); err != nil {
		return err
	}
	return c.summary(a, results, coverage)
}

// write writes the reports that are asked for; people get theirs in any case.
func (c *testCommand) write(a *app, results []*scenarios.Result, coverage []*scenarios.Coverage) error {
	if c.JSON {
		if err := scenarios.WriteJSON(a.stdout, results, coverage); err != nil {
			return err
		}
	} else {
		c.print(a.stdout, results, coverage)
	}
	if c.JUnit == "" {
		return nil
	}
	return writeFile(c.JUnit, func(w io.Writer) error { return scenarios.WriteJUnit(w, results) })
}

// test is the scenarios to be played, and the flows they are for.
type test struct {
	templates string // "": those that come with the program
	root      fs.FS
	release   *flows.Release
	player    *scenarios.Player
	flows     []string
	scenarios []*scenarios.Scenario
	all       bool // of the flows
}

// open reads flows and scenarios, and finds what is wrong with them.
func (c *testCommand) open() (*test, error) {
	t := &test{templates: c.Templates, root: templates.FS, all: c.Only == ""}
	switch {
	case c.Templates != "":
		if err := flowFolder(c.Templates); err != nil {
			return nil, err
		}
		t.root = os.DirFS(c.Templates)
	case c.Update:
		return nil, usage("--update changes files: --templates says which")
	}
	if _, err := regexp.Compile(c.Only); err != nil {
		return nil, usage("--run: %v", err)
	}
	switch {
	case c.MinCoverage < 0 || c.MinCoverage > 100:
		return nil, usage("--min-coverage is a number from 0 to 100")
	case c.Only != "" && c.MinCoverage > 0:
		return nil, usage("--min-coverage is about all scenarios of a flow, --run about some")
	}
	var found problems.List
	if t.release, found = flows.Inspect(t.root, flows.Environment{}); found.Err() != nil {
		return nil, below(c.Templates, found.Errors())
	}
	var err error
	if t.flows, err = c.flows(t.release); err != nil {
		return nil, err
	}
	return t, t.find(regexp.MustCompile("(?i)"+c.Only), c.Update)
}

// flows are the names of the flows to test.
func (c *testCommand) flows(release *flows.Release) ([]string, error) {
	known := release.Names()
	for _, name := range c.Flows {
		if !slices.Contains(known, name) {
			hint := problems.Nearest(name, known)
			if hint == "" {
				hint = "flows: " + strings.Join(known, ", ")
			}
			return nil, usage("there is no flow %q (%s)", name, hint)
		}
	}
	if len(c.Flows) == 0 {
		return known, nil
	}
	names := slices.Sorted(slices.Values(c.Flows))
	return slices.Compact(names), nil
}

// find reads the scenarios. Those whose documents are about to be written need
// no files of them.
func (t *test) find(pattern *regexp.Regexp, update bool) error {
	var wrong problems.List
	root := t.root
	if update {
		root = nil
	}
	for _, flow := range t.flows {
		all, found := scenarios.Find(t.root, flow)
		wrong = append(wrong, found...)
		for _, s := range all {
			wrong = append(wrong, s.Check(root, t.release)...)
			if pattern.MatchString(s.File) || pattern.MatchString(s.Title) {
				t.scenarios = append(t.scenarios, s)
			}
		}
	}
	if wrong.Err() != nil {
		return below(t.templates, wrong.Sorted())
	}
	var err error
	t.player, err = scenarios.NewPlayer(t.root, t.release)
	return err
}

// play plays the scenarios. With update, the documents that are others now are
// written, and their scenarios played again.
func (t *test) play(a *app, update bool) ([]*scenarios.Result, error) {
	results, err := t.player.PlayAll(a.ctx, t.scenarios, progress(a.stderr, len(t.scenarios)))
	if err != nil || !update {
		return results, err
	}
	for i, r := range results {
		changed, err := r.Update(t.root, func(file string, content []byte) error {
			return renew(filepath.Join(t.templates, file), content)
		})
		if err != nil {
			return nil, err
		}
		if len(changed) == 0 {
			continue
		}
		for _, file := range changed {
			fmt.Fprintf(a.stderr, "texmlsrv: %s written\n", filepath.Join(t.templates, file))
		}
		if results[i], err = t.again(a, r.Scenario); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// again reads a scenario anew and plays it.
func (t *test) again(a *app, s *scenarios.Scenario) (*scenarios.Result, error) {
	all, wrong := scenarios.Find(t.root, s.Flow)
	if wrong.Err() != nil {
		return nil, below(t.templates, wrong)
	}
	i := slices.IndexFunc(all, func(other *scenarios.Scenario) bool { return other.File == s.File })
	if i < 0 {
		return nil, fmt.Errorf("%s is gone", s.File)
	}
	return t.player.Play(a.ctx, all[i])
}

// cover tells what was tried of each flow that has scenarios; nothing when only
// some of them were played.
func (t *test) cover(results []*scenarios.Result) []*scenarios.Coverage {
	var out []*scenarios.Coverage
	for _, name := range t.flows {
		if t.all {
			out = append(out, scenarios.Cover(t.root, t.release.Flows[name], results))
		}
	}
	return out
}

// name names files as the person does who named their folder.
func (t *test) name(results []*scenarios.Result, coverage []*scenarios.Coverage) {
	for _, r := range results {
		r.Scenario.File = filepath.Join(t.templates, r.Scenario.File)
		for i := range r.Failures {
			r.Failures[i].File = filepath.Join(t.templates, r.Failures[i].File)
		}
	}
	for _, c := range coverage {
		for _, items := range [][]scenarios.Item{c.Steps, c.Rules} {
			for i := range items {
				items[i].File = filepath.Join(t.templates, items[i].File)
			}
		}
	}
}

// nothing says that there are no scenarios, and how to begin; programs get
// their reports all the same.
func (t *test) nothing(a *app, c *testCommand) error {
	defer t.player.Close()
	if c.Only != "" {
		return usage("no scenario matches --run %s", c.Only)
	}
	coverage := t.cover(nil)
	t.name(nil, coverage)
	if c.JSON || c.JUnit != "" {
		if err := c.write(a, nil, coverage); err != nil {
			return err
		}
	}
	file, text := t.first(a)
	fmt.Fprintf(a.stderr, "texmlsrv: there are no scenarios yet. One says what a caller hears and does; this is one, for\n%s:\n\n%s",
		filepath.Join(t.templates, file), text)
	if c.MinCoverage > 0 {
		return fmt.Errorf("nothing is covered, less than the %d %% of --min-coverage", c.MinCoverage)
	}
	return nil
}

// first is a scenario to begin with, and its file: what a flow does now, up to
// its first words.
func (t *test) first(a *app) (file, text string) {
	flow := t.release.Flows[t.flows[0]]
	file = path.Join(flow.Name, "scenarios", "hangs-up.yaml")
	const title = "title: A caller hangs up at once\n"
	text = title + "exchanges:\n  - hangs_up: true\n"
	s, wrong := scenarios.Read(flow.Name, file, []byte(text))
	if wrong != nil {
		return file, text
	}
	result, err := t.player.Play(a.ctx, s)
	if err != nil {
		return file, text
	}
	if heard := result.Opening(); heard != "" {
		text = title + "exchanges:\n  - hears: " + strconv.Quote(heard) + "\n    hangs_up: true\n"
	}
	steps := result.Steps()
	for i := range steps {
		steps[i] = strings.TrimPrefix(steps[i], flow.Name+"/")
	}
	return file, text + "expect:\n  steps: [" + strings.Join(steps, ", ") + "]\n"
}

// progress shows how far it is, where somebody can see it.
func progress(w io.Writer, n int) func() {
	file, is := w.(*os.File)
	if !is || !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	bar := progressbar.NewOptions(n, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("scenarios"),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	return func() { _ = bar.Add(1) }
}

// renew replaces a file, or makes it.
func renew(name string, content []byte) error {
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return os.WriteFile(name, content, 0o644)
	}
	return replaceFile(name, content)
}

// writeFile writes a file whole.
func writeFile(name string, write func(io.Writer) error) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(file); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}
