package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"texmlsrv/flows"
	"texmlsrv/flows/problems"
	"texmlsrv/simulator/scenarios"
	"texmlsrv/templates"
)

// tree is a folder of flows to check, or one flow in it.
type tree struct {
	root fs.FS
	path string // of root, or of the flow, as the person who called wrote it
	flow string // only this one; "" for all
}

// embeddedTree is the flows that come with the program.
func embeddedTree() tree { return tree{root: templates.FS} }

// flowOf is the flow's folder that a path is, or stands in; "" for none.
func flowOf(path string) string {
	folder := filepath.Clean(path)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		folder = filepath.Dir(folder)
	}
	if _, err := os.Stat(filepath.Join(folder, "flow.yaml")); err != nil {
		return ""
	}
	return folder
}

// treeOf finds the flows that a path means: a folder of flows, a flow's own
// folder, or a file of a flow.
func treeOf(path string) (tree, error) {
	info, err := os.Stat(path)
	if err != nil {
		return tree{}, usage("%v", err)
	}
	if folder := flowOf(path); folder != "" {
		absolute, err := filepath.Abs(folder)
		return tree{root: os.DirFS(filepath.Dir(absolute)), path: folder, flow: filepath.Base(absolute)}, err
	}
	folder := filepath.Clean(path)
	if shared(folder) {
		folder = filepath.Dir(folder)
	} else if !info.IsDir() {
		return tree{}, usage("%s belongs to no flow: there is no flow.yaml beside it", path)
	}
	return tree{root: os.DirFS(folder), path: folder}, nil
}

// shared reports whether a path is a file that the flows in the folders beside
// it have in common.
func shared(path string) bool {
	if !slices.Contains([]string{"app.yaml", "texts.yaml", "defaults.xml"}, filepath.Base(path)) {
		return false
	}
	found, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*", "flow.yaml"))
	return err == nil && len(found) > 0
}

// check loads the tree; files are named as the person who called would.
func (t tree) check() checked {
	release, found := flows.Inspect(t.root, flows.Environment{})
	if found.Err() == nil { // else what a scenario names may be missing for another reason
		found = append(found, scenarios.CheckAll(t.root, release, t.flow)...)
	}
	n := len(release.Flows)
	if t.flow != "" {
		n, found = 1, ofFlow(t.flow, found)
	}
	return checked{found: below(t.path, found), flows: n}
}

// ofFlow are the problems of one flow, with files named from its folder.
func ofFlow(flow string, found problems.List) problems.List {
	var own problems.List
	for _, p := range found {
		if first, rest, _ := strings.Cut(p.File, "/"); first == flow {
			p.File = rest
			own = append(own, p)
		}
	}
	return own
}

// below names files as the person does who named their folder.
func below(folder string, found problems.List) problems.List {
	for i := range found {
		found[i].File = filepath.Join(folder, found[i].File)
	}
	return found
}
