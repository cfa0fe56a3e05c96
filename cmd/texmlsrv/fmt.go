package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"texmlsrv/flows/format"
	"texmlsrv/flows/problems"
)

type fmtCommand struct {
	Check bool     `help:"Change nothing; exit with 3 when a file would change."`
	Diff  bool     `help:"Change nothing; print what would change."`
	Name  string   `help:"What standard input is, such as flow.yaml or menu.xml (with - only)."`
	Paths []string `arg:"" optional:"" help:"Folders of flows, flow folders, files, or - for standard input (default: the current folder)."`
}

// Run formats every file. The names of those that change go to standard output;
// files that cannot be read as what they are stay as they are, and are told.
func (c *fmtCommand) Run(a *app) error {
	if slices.Contains(c.Paths, "-") {
		return c.standardInput(a)
	}
	if c.Name != "" {
		return usage("--name says what standard input is: it goes with -")
	}
	files, err := flowFiles(c.Paths)
	if err != nil {
		return err
	}
	changed := 0
	var wrong problems.List
	for _, file := range files {
		did, err := c.file(a, file)
		var found problems.List
		if err != nil && !errors.As(err, &found) {
			return err
		}
		wrong = append(wrong, found...)
		changed += one(did)
	}
	return c.summary(a, changed, len(files), wrong)
}

func (c *fmtCommand) summary(a *app, changed, of int, wrong problems.List) error {
	verb := "changed"
	if c.Check || c.Diff {
		verb = "would change"
	}
	fmt.Fprintf(a.stderr, "texmlsrv: %d of %s %s\n", changed, count(of, "file"), verb)
	if err := wrong.Err(); err != nil {
		return err
	}
	if c.Check && changed > 0 {
		return errPrinted
	}
	return nil
}

// standardInput formats what comes in to what goes out.
func (c *fmtCommand) standardInput(a *app) error {
	if len(c.Paths) > 1 || !format.Knows(c.Name) {
		return usage("- stands alone, and needs --name with a file's name, such as flow.yaml or menu.xml")
	}
	src, err := io.ReadAll(a.stdin)
	if err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	out, err := format.Source(c.Name, src)
	if err != nil {
		return err
	}
	if !c.Check && !c.Diff {
		_, err = a.stdout.Write(out)
		return err
	}
	if err := c.show(a, c.Name, src, out); err != nil {
		return err
	}
	if c.Check && string(src) != string(out) {
		return errPrinted
	}
	return nil
}

// file formats one file, and reports whether it changed, or would.
func (c *fmtCommand) file(a *app, name string) (changed bool, err error) {
	src, err := os.ReadFile(name)
	if err != nil {
		return false, err
	}
	out, err := format.Source(name, src)
	if err != nil || string(src) == string(out) {
		return false, err
	}
	if !c.Check && !c.Diff {
		if err := replaceFile(name, out); err != nil {
			return false, err
		}
	}
	return true, c.show(a, name, src, out)
}

// show prints what changed: the name of the file, or a diff.
func (c *fmtCommand) show(a *app, name string, before, after []byte) error {
	text := unified(name, string(before), string(after))
	if !c.Diff && text != "" {
		text = name + "\n"
	}
	_, err := io.WriteString(a.stdout, text)
	return err
}

// replaceFile gives a file new content at once: whoever reads it meanwhile gets
// the old or the new one. Its mode stays; where it is a link, so does the link.
func replaceFile(name string, content []byte) error {
	name, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(name), ".texmlsrv-fmt-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // gone already when all went well
	_, err = temporary.Write(content)
	err = errors.Join(err, temporary.Chmod(info.Mode().Perm()), temporary.Sync(), temporary.Close())
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.Rename(temporary.Name(), name)
}

// flowFiles are the files that paths mean, each once: files as they are named,
// and in folders what belongs to flows. Nothing else is touched, since people
// keep other YAML and JSON beside their flows.
func flowFiles(paths []string) ([]string, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, usage("%v", err)
		}
		found := []string{path}
		if info.IsDir() {
			found, err = filesOfFlows(path)
		} else if !format.Knows(path) {
			err = usage("%s: only .yaml, .yml, .xml and .json files can be formatted", path)
		}
		if err != nil {
			return nil, err
		}
		for _, file := range found {
			if file = filepath.Clean(file); !slices.Contains(files, file) {
				files = append(files, file)
			}
		}
	}
	return files, nil
}

// filesOfFlows are the files of the flows below a folder, and those that flows
// share beside their folders. Hidden files, and links, are left out: what a
// link leads to is formatted where it is.
func filesOfFlows(root string) ([]string, error) {
	var files []string
	flows := map[string]bool{}  // folders with a flow.yaml
	shared := map[string]bool{} // the folders that those are in
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != root && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.Type().IsRegular() && format.Knows(path):
			files = append(files, path)
			if d.Name() == "flow.yaml" {
				flows[filepath.Dir(path)] = true
				shared[filepath.Dir(filepath.Dir(path))] = true
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(flows) == 0 {
		return nil, problems.List{{File: root, Message: "there are no flows: a flow is a folder with a flow.yaml"}}
	}
	return slices.DeleteFunc(files, func(file string) bool {
		return !within(flows, filepath.Dir(file)) && !(shared[filepath.Dir(file)] && slices.Contains(sharedFiles, filepath.Base(file)))
	}), nil
}

// sharedFiles stand beside the folders of flows, and count for all of them.
var sharedFiles = []string{"app.yaml", "texts.yaml", "defaults.xml"}

// within reports whether a folder is one of flows, or in one.
func within(flows map[string]bool, folder string) bool {
	for !flows[folder] {
		parent := filepath.Dir(folder)
		if parent == folder {
			return false
		}
		folder = parent
	}
	return true
}
