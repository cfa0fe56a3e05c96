package flows_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"texmlsrv/flows"
	"texmlsrv/needed"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

var (
	sessionCount = flag.Int("sessions", 500, "how many random sessions are played")
	firstSeed    = flag.Uint64("seed", 1, "seed of the first random template; the others count on from it")
)

// sessionsPerTemplate is how many calls meet the same random template.
const sessionsPerTemplate = 5

// randomFlow asks for a value and plays the document.
const randomFlow = `
start: ask
defaults: {otherwise: failed, history: carry}
steps:
  ask:
    document: <AIGather><Parameters>{"type":"object","properties":{"said":{"type":"string"}},"required":["said"]}</Parameters></AIGather>
    next: {set: {list: ["{{ gathered.said }}", "b{{ gathered.said }}", 3]}, goto: random}
  random:
    document: random.xml
    next: failed
  hold:
    document: <Response><Play>https://example.com/hold.mp3</Play></Response>
  failed:
    document: <Hangup/>
`

// TestRandomTemplates renders templates made of the whole vocabulary, with
// values in every place that takes any. Whatever the values, the documents are
// ones that the platform takes, and have the same elements.
func TestRandomTemplates(t *testing.T) {
	workers := runtime.GOMAXPROCS(0)
	documents, used := make([]map[string]string, workers), make([]map[string]bool, workers)
	var running sync.WaitGroup
	for worker := range workers {
		documents[worker], used[worker] = map[string]string{}, map[string]bool{}
		running.Go(func() {
			for n := worker; n*sessionsPerTemplate < *sessionCount && !t.Failed(); n += workers {
				seed := *firstSeed + uint64(n)
				w := &templateWriter{Rand: rand.New(rand.NewPCG(seed, 0)), used: used[worker]}
				if problem := tryTemplate(w, fmt.Sprint(seed), documents[worker]); problem != "" {
					t.Errorf("go test ./flows -run=TestRandomTemplates -sessions=1 -seed=%d\n%s", seed, problem)
				}
			}
		})
	}
	running.Wait()
	for worker := range workers {
		maps.Copy(documents[0], documents[worker])
		maps.Copy(used[0], used[worker])
	}
	t.Run("documents-are-xml", func(t *testing.T) { lint(t, documents[0]) })
	if *sessionCount >= 20_000 && !t.Failed() {
		t.Run("the-whole-vocabulary", func(t *testing.T) { checkUsed(t, used[0]) })
	}
}

// checkUsed wants every element and attribute to have been in some template.
func checkUsed(t *testing.T, used map[string]bool) {
	for _, decl := range texml.Vocabulary() {
		if !used[decl.Key] && decl.Key != "Response" {
			t.Errorf("in no template: <%s>", decl.Key)
		}
		for _, a := range decl.Attrs {
			if name := decl.Key + " " + a.Name; !used[name] && !slices.Contains(avoided, decl.Key+"."+a.Name) {
				t.Errorf("in no template: %s", name)
			}
		}
	}
}

// tryTemplate renders one random template with harmless values and with hostile
// ones, and says what is wrong; "" for nothing. The last document is kept.
func tryTemplate(w *templateWriter, name string, documents map[string]string) string {
	source := w.response()
	for _, p := range texml.Check([]byte(source), texml.CheckOptions{Template: true}) {
		if p.Severity == texml.Error {
			return fmt.Sprintf("the template: %v\n%s", p, source)
		}
	}
	release, err := flows.Load(fstest.MapFS{
		"desk/flow.yaml":  &fstest.MapFile{Data: []byte(randomFlow)},
		"desk/random.xml": &fstest.MapFile{Data: []byte(source)},
	}, flows.Environment{})
	if err != nil {
		return fmt.Sprintf("%v\n%s", err, source)
	}
	harmless, _, problem := rendered(release, "harmless", "")
	for range sessionsPerTemplate - 1 {
		if problem != "" {
			break
		}
		_, documents[name], problem = rendered(release, w.hostile(), harmless)
	}
	if problem != "" {
		return problem + "\nof the template\n" + source
	}
	return ""
}

// rendered answers a call that says something, and checks the document: its
// elements have to be those given, if any are.
func rendered(release *flows.Release, said, want string) (shape, body, problem string) {
	call := sessions.Call{SID: "v3:random", From: said, To: said, CallerName: said}
	begun := release.Begin(call, "desk", monday)
	d := release.Answer(&begun.Session, flows.Brought{AI: &flows.AIResult{
		Result:  map[string]any{"said": said},
		History: []sessions.Message{{Role: "user", Content: "a" + said}, {Role: "assistant", Content: "b" + said}},
	}}, flows.ViaAction, "", monday)
	if d.Session.Step != "random" {
		if len(said) > 256 && strings.Contains(strings.Join(d.Entry.Notes, "\n"), "larger than") {
			return "", tooLarge, ""
		}
		return "", "", fmt.Sprintf("%q cannot be sent: %s", said, d.Entry.Notes)
	}
	body = string(d.Document.Fill(linked))
	tree, err := texml.ParseTree([]byte(body))
	if err != nil {
		return "", body, fmt.Sprintf("%q: %v\n%s", said, err, body)
	}
	shape = structure(tree.Root)
	if want != "" && shape != want {
		return shape, body, fmt.Sprintf("%q: the elements are\n%s\nwant\n%s\n%s", said, shape, want, body)
	}
	if strings.Contains(body, "{{") {
		return shape, body, fmt.Sprintf("%q: a Mustache\n%s", said, body)
	}
	verbs := tree.Root.ChildElements()
	if texml.DeclarationOf(verbs[len(verbs)-1]).Terminal != texml.Always {
		return shape, body, fmt.Sprintf("%q: the call runs off the end of the document\n%s", said, body)
	}
	for _, p := range tree.Check(texml.CheckOptions{Size: 1 << 20}) {
		if p.Severity == texml.Error {
			return shape, body, fmt.Sprintf("%q: %v\n%s", said, p, body)
		}
	}
	return shape, body, ""
}

// lint lets xmllint read documents, in one process, under the names they have.
func lint(t *testing.T, documents map[string]string) {
	xmllint := needed.Program(t, "xmllint", "libxml2-utils")
	dir := t.TempDir()
	args := []string{"--nonet", "--noout"}
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(documents[name]), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	reading := exec.CommandContext(t.Context(), xmllint, args...)
	reading.Dir = dir // so that tens of thousands of names fit a command line
	if out, err := reading.CombinedOutput(); err != nil {
		t.Errorf("xmllint: %v\n%s", err, out)
	}
}
