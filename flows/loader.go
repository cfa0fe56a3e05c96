package flows

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"texmlsrv/flows/problems"
	"texmlsrv/flows/strictyaml"
)

// fileLimit is the most that is read of one file of a flow.
const fileLimit = 1 << 20

// loader reads a tree of flows, gathering every mistake on the way.
type loader struct {
	root     fs.FS
	files    map[string][]byte // those read, by path, as they are
	problems problems.List
	readers  []*flowReader
	sites    sites // where everything stands, for the checks that follow reading
}

func newLoader(root fs.FS) *loader {
	return &loader{root: root, files: map[string][]byte{}, sites: sites{}}
}

func (l *loader) load(env Environment) *Release {
	r := l.release()
	r.env, r.secrets = textValues(env.Env), textValues(env.Secrets)
	return r
}

func (l *loader) release() *Release {
	r := &Release{Flows: map[string]*Flow{}}
	shared := l.readTexts(".")
	for _, name := range l.flowNames() {
		reader := newFlowReader(l, name)
		own := l.readTexts(name).over(shared)
		reader.flow.texts = &textViews{texts: own, views: map[string]map[string]any{}}
		reader.read()
		l.readers = append(l.readers, reader)
		r.Flows[name] = reader.flow
	}
	if len(r.Flows) == 0 && len(l.problems) == 0 {
		l.add(problems.Problem{File: ".", Message: "there are no flows: a flow is a folder with a flow.yaml"})
	}
	for _, reader := range l.readers {
		reader.resolve(r)
		mark(reader.Problems, 0, codeFormat)
		l.problems = append(l.problems, reader.Problems...)
		reader.Problems = nil
	}
	l.app(r)
	r.ID, r.files, r.settings = l.hash(), l.files, l.settings()
	return r
}

func (l *loader) add(p problems.Problem) {
	p.Code = codeFile
	l.problems = append(l.problems, p)
}

// flowNames are the folders that hold a flow.yaml, sorted.
func (l *loader) flowNames() []string {
	entries, err := fs.ReadDir(l.root, ".")
	if err != nil {
		l.add(problems.Problem{File: ".", Message: fmt.Sprintf("cannot be read: %v", err)})
		return nil
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || !l.isFlow(e.Name()) {
			continue
		}
		if !IsSlug(e.Name()) {
			l.add(problems.Problem{File: e.Name(), Message: "a flow's folder is named with lower-case letters, digits, - and _, at most 64 of them (and not the word again), because it stands in URLs"})
			continue
		}
		names = append(names, e.Name())
	}
	return names
}

// isFlow reports whether a folder, or a link to one, holds a flow.yaml.
func (l *loader) isFlow(folder string) bool {
	if _, err := fs.Stat(l.root, path.Join(folder, "flow.yaml")); err == nil {
		return true
	}
	if _, err := fs.Stat(l.root, path.Join(folder, "flow.yml")); err == nil {
		l.add(problems.Problem{File: path.Join(folder, "flow.yml"), Message: "this file is not read", Suggestion: "call it flow.yaml"})
	}
	return false
}

// IsSlug reports whether s can be a flow's or a step's name: they stand in
// URLs and in rules.
func IsSlug(s string) bool {
	return s != "" && len(s) <= 64 && s != "again" && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
}

// readFile reads a file below root, and makes it part of the release; a missing
// one gives fs.ErrNotExist.
func (l *loader) readFile(name string) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, fmt.Errorf("%q leads out of the folder", name)
	}
	info, err := fs.Stat(l.root, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > fileLimit {
		return nil, fmt.Errorf("%s has %d bytes; at most %d are read", name, info.Size(), fileLimit)
	}
	content, err := fs.ReadFile(l.root, name)
	if err != nil {
		return nil, err
	}
	l.files[name] = content
	content = bytes.TrimPrefix(content, []byte("\uFEFF")) // some editors put it there; it means nothing
	for _, end := range []string{"\r\n", "\r"} {          // lines end in one way, so that all count them alike
		content = bytes.ReplaceAll(content, []byte(end), []byte("\n"))
	}
	return content, nil
}

// hash names the content: every file that was read, by path.
func (l *loader) hash() string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(l.files)) {
		fmt.Fprintf(h, "%s\x00%x", name, sha256.Sum256(l.files[name]))
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// app reads app.yaml, where there is one.
func (l *loader) app(r *Release) {
	text, err := l.readFile("app.yaml")
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		l.add(problems.Problem{File: "app.yaml", Message: err.Error()})
		return
	}
	a := &appReader{File: strictyaml.Parse("app.yaml", text), release: r, loader: l}
	mark(a.Problems, 0, codeYAML)
	a.read()
	mark(a.Problems, 0, codeApp)
	l.problems = append(l.problems, a.Problems...)
}

// zone loads a time zone by its IANA name.
func zone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("no time zone")
	}
	return time.LoadLocation(name)
}

// flowProblem suggests the flow that was meant.
func flowProblem(name string, r *Release) string {
	hint := problems.Nearest(name, r.Names())
	if hint == "" {
		hint = "flows: " + strings.Join(r.Names(), ", ")
	}
	return hint
}

// stepHint suggests the step that was meant.
func stepHint(name string, f *Flow) string {
	hint := suggestStep(name, f.Order)
	if hint == "" && len(f.Order) > 0 && len(f.Order) <= 12 {
		hint = "steps: " + strings.Join(slices.Clone(f.Order), ", ")
	}
	return hint
}
