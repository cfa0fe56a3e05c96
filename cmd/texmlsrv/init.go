package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"texmlsrv/flows"
	"texmlsrv/flows/editor"
	"texmlsrv/templates"
	"texmlsrv/texml"
)

type initCommand struct {
	New string `help:"Begin with one small flow of this name, in place of those that come with the program." placeholder:"NAME"`
	Add bool   `help:"Into a folder that has something in it: only what is missing is written, nothing is changed."`
	Dir string `arg:"" help:"The folder to make."`
}

// Run writes a folder in which an author can begin: flows to change, and what
// an editor needs to help.
func (c *initCommand) Run(a *app) error {
	files, err := c.files()
	if err != nil {
		return err
	}
	if err := c.free(); err != nil {
		return err
	}
	written, kept := 0, 0
	for _, f := range files {
		switch err := writeNew(filepath.Join(c.Dir, filepath.FromSlash(f.name)), f.content); {
		case errors.Is(err, fs.ErrExist):
			kept++
		case err != nil:
			return err
		default:
			written++
		}
	}
	fmt.Fprintf(a.stderr, "texmlsrv: %s written to %s\n", count(written, "file"), c.Dir)
	if kept > 0 {
		fmt.Fprintf(a.stderr, "texmlsrv: %s there already, and left as they are\n", were(kept))
	}
	fmt.Fprintf(a.stderr, "Next: texmlsrv test --templates %[1]s, then texmlsrv call --templates %[1]s; README.md in the folder says more.\n", shellWord(c.Dir))
	return nil
}

// shellWord is a text as one word of a command line.
func shellWord(text string) string {
	if !strings.ContainsAny(text, " \t\n'\"\\$`*?[](){}<>|&;!#~") {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

func were(n int) string {
	if n == 1 {
		return "1 file was"
	}
	return fmt.Sprintf("%d files were", n)
}

// free refuses a folder with something in it, unless it is to be added to.
func (c *initCommand) free() error {
	if c.Dir == "" {
		return usage("the name of the folder is empty")
	}
	entries, err := os.ReadDir(c.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return usage("%v", err)
	case len(entries) > 0 && !c.Add:
		return usage("%s is not empty; --add writes only what is missing there", c.Dir)
	}
	return nil
}

// initFile is a file to write, its name with slashes below the folder.
type initFile struct {
	name    string
	content []byte
}

// files are all that belongs into the folder.
func (c *initCommand) files() ([]initFile, error) {
	files := []initFile{{".schemas/texml.xsd", texml.XSD(true)}}
	for _, name := range editor.Names() {
		schema, _ := editor.Schema(name)
		files = append(files, initFile{".schemas/" + name + ".json", schema})
	}
	for _, name := range []string{"README.md", ".vscode/settings.json", ".vscode/extensions.json"} {
		content, err := initFiles.ReadFile("init/" + path.Base(name))
		if err != nil {
			return nil, err
		}
		files = append(files, initFile{name, content})
	}
	if c.New == "" {
		return copied(files, templates.FS, ".", "")
	}
	if !flows.IsSlug(c.New) {
		return nil, usage("--new: %q cannot be a flow's name: use lower-case letters, digits, - and _, at most 64 of them (and not the word again)", c.New)
	}
	files = append(files, initFile{"app.yaml", []byte("default: " + c.New + "\n")})
	return copied(files, initFiles, "init/new", c.New)
}

// copied adds the files below a folder of root, to stand below another one.
func copied(files []initFile, root fs.FS, from, to string) ([]initFile, error) {
	err := fs.WalkDir(root, from, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(root, name)
		files = append(files, initFile{path.Join(to, strings.TrimPrefix(name, from+"/")), content})
		return err
	})
	return files, err
}

// writeNew writes a file that is not there yet, with the folders above it.
func writeNew(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// initFiles are what is not made of anything else: what tells an author what is
// in the folder, settings of VS Code, and a flow to begin with.
//
//go:embed init
var initFiles embed.FS
