package flows

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
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
	problems problems.List
	readers  []*flowReader
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
		l.problems = append(l.problems, reader.Problems...)
	}
	l.app(r)
	r.ID = l.hash()
	return r
}

func (l *loader) add(p problems.Problem) { l.problems = append(l.problems, p) }

// flowNames are the folders that hold a flow.yaml, sorted.
func (l *loader) flowNames() []string {
	entries, err := fs.ReadDir(l.root, ".")
	if err != nil {
		l.add(problems.Problem{File: ".", Message: fmt.Sprintf("cannot be read: %v", err)})
		return nil
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if _, err := fs.Stat(l.root, path.Join(e.Name(), "flow.yaml")); err != nil {
			continue
		}
		if !isSlug(e.Name()) {
			l.add(problems.Problem{File: e.Name(), Message: "a flow's folder is named with lower-case letters, digits and -, because it stands in URLs"})
			continue
		}
		names = append(names, e.Name())
	}
	return names
}

// isSlug reports whether s can be a flow's or a step's name: they stand in
// URLs and in rules.
func isSlug(s string) bool {
	return s != "" && len(s) <= 64 && s != "again" && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
}

// readFile reads a file below root; a missing one gives fs.ErrNotExist.
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
	return fs.ReadFile(l.root, name)
}

// hash names the content: every regular file of the tree, by path.
func (l *loader) hash() string {
	h := sha256.New()
	err := fs.WalkDir(l.root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(d.Name(), ".") && name != "." {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		content, err := l.readFile(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s\x00%d\x00%s", name, len(content), content)
		return nil
	})
	if err != nil {
		l.add(problems.Problem{File: ".", Message: fmt.Sprintf("cannot be read: %v", err)})
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
	a := &appReader{File: strictyaml.Parse("app.yaml", text), release: r}
	a.read()
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
