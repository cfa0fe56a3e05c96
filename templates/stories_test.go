// Package templates_test tells the flows that come with the program as stories:
// what a caller does, what the platform sends for it, and every word that is
// said. A story is a file of testdata/stories that anybody can read; what each
// of its lines means stands with player.act.
package templates_test

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"texmlsrv/flows"
	"texmlsrv/needed"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redisstore"
	"texmlsrv/sessions/redistest"
	"texmlsrv/templates"
)

var update = flag.Bool("update", false, "rewrite what the stories expect")

// TestStories plays every story against the whole program and a real Redis.
// When all were played, nothing in the flows may have been left out: no step,
// no rule, no sentence.
func TestStories(t *testing.T) {
	told := play(t, templates.FS, func(t *testing.T, s *story, p *player, store *redisstore.Store) []sessions.Entry {
		timeline, inWords := p.known(store)
		s.expect(t, "timeline.txt", inWords)
		s.expect(t, "documents.txt", p.log.String())
		return timeline
	})
	t.Run("documents-are-xml", func(t *testing.T) { lint(t, told.documents) })
	if !told.all {
		return // -run chose some
	}
	release := load(t, templates.FS)
	t.Run("every-rule-won", func(t *testing.T) { complete(t, told.happened, places(release)) })
	t.Run("every-sentence-was-said", func(t *testing.T) {
		all := append(texts(t, "en"), written(t)...)
		complete(t, told.said(all), all)
	})
}

// TestStories_inSpanish plays every story where Spanish is the language of the
// flows: the calls go the same ways, and whatever is said is said in Spanish.
func TestStories_inSpanish(t *testing.T) {
	root := edited{templates.FS, "language: en-US", "language: es-US"}
	told := play(t, root, func(t *testing.T, s *story, p *player, store *redisstore.Store) []sessions.Entry {
		timeline, inWords := p.known(store)
		if diff := cmp.Diff(ways(s.file(t, "timeline.txt")), ways(inWords)); diff != "" {
			t.Errorf("the call goes another way (-English +Spanish):\n%s", diff)
		}
		return timeline
	})
	t.Run("documents-are-xml", func(t *testing.T) { lint(t, told.documents) })
	if !told.all {
		return
	}
	t.Run("every-sentence-was-said", func(t *testing.T) { complete(t, told.said(texts(t, "es")), texts(t, "es")) })
	t.Run("nothing-was-said-in-English", func(t *testing.T) {
		for sentence, said := range told.said(texts(t, "en")) {
			if _, text, _ := strings.Cut(sentence, ": "); said && len(strings.Fields(text)) > 2 {
				t.Errorf("in English: %s", sentence)
			}
		}
	})
}

// spoken are the lines of a told timeline that depend on the language.
var spoken = regexp.MustCompile(`^(  > |  (vars|gathered): |  (user|assistant): |  summary: |  language: |# )`)

// ways are the lines of a told timeline that say where a call went.
func ways(told string) (lines []string) {
	for line := range strings.Lines(told) {
		if !spoken.MatchString(line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// play plays every story with the flows of root. judge looks at what came of
// one, and gives its timeline.
func play(t *testing.T, root fs.FS, judge func(*testing.T, *story, *player, *redisstore.Store) []sessions.Entry) *told {
	paths, err := filepath.Glob("testdata/stories/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	client := connect(t)
	told := &told{documents: map[string]string{}, happened: map[string]bool{}}
	count := 0
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		s := readStory(t, path)
		if root != templates.FS && strings.Contains(s.file(t, "call.txt")+s.file(t, "timeline.txt"), "language") {
			count++ // the language changes in it: it is not for other flows than its own
			continue
		}
		t.Run(name, func(t *testing.T) {
			count++
			store := redisstore.New(client, redisstore.Options{Prefix: name + ":"})
			p := newPlayer(t, s, root, store)
			for line := range strings.Lines(s.file(t, "call.txt")) {
				p.play(strings.TrimSpace(line))
			}
			for _, service := range p.services {
				service.finished()
			}
			maps.Copy(told.happened, p.played)
			told.add(name, p.documents, judge(t, s, p, store))
		})
	}
	told.all = count == len(paths)
	return told
}

// TestEmbedded keeps out of the program what belongs to the tests.
func TestEmbedded(t *testing.T) {
	entries, err := templates.FS.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if diff := cmp.Diff([]string{"app.yaml", "appointment", "defaults.xml", "front-desk", "survey", "texts.yaml"}, names); diff != "" {
		t.Errorf("embedded is something else (-want +got):\n%s", diff)
	}
}

// told is what all stories together were about.
type told struct {
	all       bool              // no story was left out
	documents map[string]string // every document sent, and a story it comes from
	happened  map[string]bool   // places of the flows that were reached
}

func (all *told) add(story string, documents []string, timeline []sessions.Entry) {
	for _, d := range documents {
		all.documents[d] = story
	}
	for _, e := range timeline {
		for _, v := range e.Path {
			all.happened[v.Flow+"/"+v.Step] = true
			for _, tried := range v.Tried {
				if tried.Held {
					all.happened[place(v.Flow, v.Step, tried.Rule)] = true
				}
			}
		}
	}
}

// place names a rule. Those of the flow belong to it, whichever step they
// helped.
func place(flow, step, rule string) string {
	if strings.HasPrefix(rule, "defaults.") || strings.HasPrefix(rule, "always") {
		return flow + " " + rule
	}
	return flow + "/" + step + " " + rule
}

// places are all steps and rules of a release. A rule without goto never wins;
// it is enough that it held.
func places(release *flows.Release) []string {
	var all []string
	for _, name := range release.Names() {
		flow := release.Flows[name]
		for _, rule := range flow.Defaults.Otherwise {
			all = append(all, place(name, "", rule.Name))
		}
		for _, rule := range flow.Always {
			all = append(all, place(name, "", rule.Name))
		}
		for _, step := range flow.Order {
			s := flow.Steps[step]
			all = append(all, name+"/"+step)
			lists := []flows.Rules{s.Next, s.Otherwise}
			for _, status := range slices.Sorted(maps.Keys(s.On)) {
				lists = append(lists, s.On[status].Rules)
			}
			for _, rule := range slices.Concat(lists...) {
				all = append(all, place(name, step, rule.Name))
			}
		}
	}
	return all
}

// complete reports what is in all and did not happen.
func complete(t *testing.T, happened map[string]bool, all []string) {
	for _, what := range all {
		if !happened[what] {
			t.Errorf("in no story: %s", what)
		}
	}
}

func load(t *testing.T, root fs.FS) *flows.Release {
	t.Helper()
	release, err := flows.Load(root, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	return release
}

// connect starts the one Redis that all stories share; a prefix of its own
// keeps each by itself.
func connect(t *testing.T) redis.UniversalClient {
	t.Helper()
	client, err := redisstore.Open(t.Context(), redistest.Start(t).URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// lint lets xmllint read every document, in one go.
func lint(t *testing.T, documents map[string]string) {
	xmllint := needed.Program(t, "xmllint", "libxml2-utils")
	dir := t.TempDir()
	args := []string{"--nonet", "--noout"}
	for i, document := range slices.Sorted(maps.Keys(documents)) {
		path := filepath.Join(dir, fmt.Sprintf("%s-%d.xml", documents[document], i))
		if err := os.WriteFile(path, []byte(document), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, err := exec.CommandContext(t.Context(), xmllint, args...).CombinedOutput(); err != nil {
		t.Errorf("xmllint: %v\n%s", err, out)
	}
}
