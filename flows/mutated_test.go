package flows_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"texmlsrv/flows"
	"texmlsrv/flows/problems"
	"texmlsrv/templates"
	"texmlsrv/texml"
)

var mutationCount = flag.Int("mutations", 60, "how many flows with a slip in them are checked and called")

// callsPerMutation is how many calls meet the same flow, in both environments.
const callsPerMutation = 4

// TestMutatedFlows makes slips in flows that are right, and calls what check
// lets pass: a mistake is told before a caller meets it.
//
// Callers and services do what they are asked: they bring values that fit, and
// texts of a few words; look-ups bring what nobody can foresee, but then
// nothing is asked of the rules that read it. Whatever comes, nothing panics,
// and every document is XML. With no look-up to blame, Telnyx takes every
// document, no rule fails, no document fails to be made, and no apology is
// given, but where check has warned that it may be so.
//
// What check cannot know, and the test leaves out: what look-ups bring; what
// the environment holds; who calls whom, and what was dialed along; whether the
// platform leaves an action out; documents that grow over their size with what
// is said; how often a way leads round, so that the turns of a call are counted
// out; texts that should be numbers or times; lists that rules let grow; a name of
// gathered that one step brings as a number and another as text, of which a call
// only comes through one; and a value of another kind that a rule sets where a
// look-up brings one.
func TestMutatedFlows(t *testing.T) {
	all := specimens(t)
	t.Run("unchanged", func(t *testing.T) { unchanged(t, all) })
	pool := fragmentsOf(t, all)
	var played atomic.Int64
	var running sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		running.Go(func() {
			for n := worker; n < *mutationCount; n += workers {
				seed := *firstSeed + uint64(n)
				m := mutate(seed, all, pool)
				release, problem := m.check()
				if release != nil {
					problem = m.call(seed, release)
					played.Add(1)
				}
				if problem != "" {
					t.Errorf("go test ./flows -run=TestMutatedFlows -mutations=1 -seed=%d\n%s\n%s", seed, m.told(), problem)
				}
			}
		})
	}
	running.Wait()
	t.Logf("%d flows, %d slips: %d were not told of, and called", len(all), *mutationCount, played.Load())
	if n := *mutationCount; n >= 500 && int(played.Load()) < n/10 {
		t.Errorf("%d of %d are called: the slips are too coarse", played.Load(), n)
	}
}

// unchanged holds the flows in which slips are made to what is wanted of them
// after one.
func unchanged(t *testing.T, all []specimen) {
	for i, s := range all {
		m := &mutation{specimen: s}
		release, problem := m.check()
		if problem == "" {
			problem = m.call(uint64(i), release)
		}
		if problem != "" {
			t.Errorf("%s\n%s", s.name, problem)
		}
	}
}

// specimen is a tree of flows without an error.
type specimen struct {
	name  string
	files map[string]string
}

// specimens are the flows that come with the program and those of the tests.
func specimens(t *testing.T) []specimen {
	t.Helper()
	all := []specimen{{"templates", embeddedFiles(t)}}
	for _, dir := range []string{
		"testdata/check/right", "testdata/check/wrong", "testdata/engine",
		"../calls/testdata/stories", "../simulator/scenarios/testdata/played",
	} {
		archives, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
		if err != nil || len(archives) == 0 {
			t.Fatalf("no archives in %s (%v)", dir, err)
		}
		for _, path := range archives {
			archive, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s := specimen{path, map[string]string{}}
			_, files := parts(string(archive))
			for _, f := range files {
				if filepath.Ext(f.name) != "" && !strings.Contains(f.name, "scenarios/") {
					s.files[f.name] = f.content
				}
			}
			if strings.HasSuffix(path, "/types-by-step.txtar") {
				continue // that name of gathered
			}
			if flows.Check(folder(s.files)).Err() == nil {
				all = append(all, s)
			}
		}
	}
	return all
}

func embeddedFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(templates.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(path, "scenarios") {
			return err
		}
		content, err := templates.FS.ReadFile(path)
		files[path] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// mutation is a specimen with slips in it.
type mutation struct {
	specimen
	slips []string // what was done, for people
	found problems.List
}

// mutate makes one slip or two in a specimen.
func mutate(seed uint64, all []specimen, pool *fragments) *mutation {
	random := rand.New(rand.NewPCG(seed, 0x736c6970))
	from := all[random.IntN(len(all))]
	if random.IntN(5) == 0 {
		from = all[0] // the longest flows
	}
	m := &mutation{specimen: specimen{from.name, map[string]string{}}}
	for name, content := range from.files {
		m.files[name] = content
	}
	w := &slipper{Rand: random, pool: pool, files: m.files}
	for range 1 + random.IntN(2) {
		if slip := w.slip(); slip != "" {
			m.slips = append(m.slips, slip)
		}
	}
	return m
}

// told tells the slips, and the files that differ.
func (m *mutation) told() string { return m.name + ": " + strings.Join(m.slips, "; ") }

// check checks the flows; the release is nil where an error is told. A panic is
// the problem.
func (m *mutation) check() (release *flows.Release, problem string) {
	defer func() {
		if r := recover(); r != nil {
			problem = fmt.Sprintf("check panics: %v\n%s", r, stack())
		}
	}()
	release, m.found = flows.Inspect(folder(m.files), flows.Environment{})
	if m.found.Err() != nil {
		return nil, ""
	}
	if _, err := flows.Load(folder(m.files), flows.Environment{}); err != nil {
		return nil, fmt.Sprintf("check finds nothing, but it does not load: %v", err)
	}
	return release, ""
}

func stack() string {
	buf := make([]byte, 8<<10)
	return string(buf[:runtime.Stack(buf, false)])
}

// warned reports whether check has told that something of the kind may come.
func (m *mutation) warned(codes ...string) bool {
	return slices.ContainsFunc(m.found, func(p problems.Problem) bool {
		return p.Severity == texml.Warning && slices.Contains(codes, p.Code)
	})
}

// call plays calls of every flow, and says what went wrong.
func (m *mutation) call(seed uint64, release *flows.Release) string {
	var wrong error
	for n := range callsPerMutation {
		for _, flow := range entries(release) {
			c := newStranger(seed*callsPerMutation+uint64(n), m, release)
			if problem := c.play(flow); problem != "" {
				wrong = errors.Join(wrong, errors.New(problem))
				break
			}
		}
		if wrong != nil {
			break
		}
	}
	if wrong == nil {
		return ""
	}
	return wrong.Error()
}

// entries are the flows that no other goes through; all where there are none.
func entries(release *flows.Release) []string {
	called := map[string]bool{}
	for name, flow := range release.Flows {
		for _, step := range flow.Steps {
			called[step.Flow] = called[step.Flow] || step.Flow != name
		}
	}
	if all := slices.DeleteFunc(release.Names(), func(name string) bool { return called[name] }); len(all) > 0 {
		return all
	}
	return release.Names()
}
