package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"texmlsrv/flows"
	"texmlsrv/flows/problems"
	"texmlsrv/templates"
)

type checkCommand struct {
	JSON  bool     `help:"Print the problems as JSON lines."`
	Paths []string `arg:"" optional:"" help:"Folders of flows, folders or files of single flows (default: the flows that come with the program)."`
}

// Run checks every path; problems go to standard output, a summary to standard
// error.
func (c *checkCommand) Run(a *app) error {
	found, checked, err := c.check()
	if err != nil {
		return err
	}
	for _, p := range found {
		if err := c.print(a, p); err != nil {
			return err
		}
	}
	if len(found) > 0 {
		fmt.Fprintf(a.stderr, "texmlsrv: %s in %s\n", count(len(found), "problem"), count(checked, "flow"))
		return errPrinted
	}
	fmt.Fprintf(a.stderr, "texmlsrv: %s, no problems\n", count(checked, "flow"))
	return nil
}

// errPrinted ends a command with exitInvalid; what is wrong was printed.
var errPrinted = errors.New("problems were found")

func (c *checkCommand) print(a *app, p problems.Problem) error {
	if !c.JSON {
		_, err := fmt.Fprintln(a.stdout, p.Full())
		return err
	}
	lines := json.NewEncoder(a.stdout)
	lines.SetEscapeHTML(false) // what is wrong is often markup
	return lines.Encode(p)
}

// count is a number of things, as people say it.
func count(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun + "s"
	case 1:
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// check loads every path and gathers what is wrong.
func (c *checkCommand) check() (problems.List, int, error) {
	if len(c.Paths) == 0 {
		found, n := tree{root: templates.FS}.check()
		return found, n, nil
	}
	var all problems.List
	flowCount := 0
	for _, path := range c.Paths {
		t, err := treeOf(path)
		if err != nil {
			return nil, 0, err
		}
		found, n := t.check()
		all, flowCount = append(all, found...), flowCount+n
	}
	return all, flowCount, nil
}

// tree is a folder of flows to check, or one flow in it.
type tree struct {
	root fs.FS
	path string // of root, or of the flow, as the person who called wrote it
	flow string // only this one; "" for all
}

// treeOf finds the flows that a path means: a folder of flows, a flow's own
// folder, or a file of a flow.
func treeOf(path string) (tree, error) {
	info, err := os.Stat(path)
	if err != nil {
		return tree{}, usage("%v", err)
	}
	folder := filepath.Clean(path)
	if !info.IsDir() {
		folder = filepath.Dir(folder)
	}
	if _, err := os.Stat(filepath.Join(folder, "flow.yaml")); err == nil {
		absolute, err := filepath.Abs(folder)
		return tree{root: os.DirFS(filepath.Dir(absolute)), path: folder, flow: filepath.Base(absolute)}, err
	}
	if !info.IsDir() {
		return tree{}, usage("%s belongs to no flow: there is no flow.yaml beside it", path)
	}
	return tree{root: os.DirFS(folder), path: folder}, nil
}

// check loads the tree; files are named as the person who called would.
func (t tree) check() (problems.List, int) {
	release, err := flows.Load(t.root, flows.Environment{})
	var found problems.List
	errors.As(err, &found)
	n := len(release.Flows)
	if t.flow != "" {
		n, found = 1, ofFlow(t.flow, found)
	}
	return below(t.path, found), n
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
