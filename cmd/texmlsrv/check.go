package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"texmlsrv/flows/format"
	"texmlsrv/flows/problems"
	"texmlsrv/texml"
)

type checkCommand struct {
	Format  string   `enum:"human,json,github,sarif" default:"human" help:"How to print problems: for people (human), a line of JSON each (json), as annotations (github), as a SARIF log (sarif)."`
	JSON    bool     `help:"The same as --format=json."`
	Strict  bool     `help:"Warnings count as errors."`
	Fix     bool     `help:"Put right what can only be meant one way (the case of names and words), and check what is left."`
	Context string   `enum:"main,waitUrl,screen,queue,conference" default:"main" help:"Where a single document is used: which verbs may stand in it (main, waitUrl, screen, queue, conference)."`
	Explain string   `help:"Say what a rule is about, such as TX201, and check nothing." placeholder:"CODE"`
	Paths   []string `arg:"" optional:"" help:"Folders of flows, folders or files of single flows, TeXML or TwiML documents, or - for one on standard input (default: the flows that come with the program)."`
}

// Run checks every path; problems go to standard output, a summary to standard
// error.
func (c *checkCommand) Run(a *app) error {
	if c.Explain != "" {
		return explain(a.stdout, c.Explain)
	}
	if c.JSON {
		c.Format = "json"
	}
	var result checked
	for _, path := range c.targets() {
		one, err := c.check(a, path)
		if err != nil {
			return err
		}
		result.add(one)
	}
	if err := printers[c.Format](a.stdout, result.found); err != nil {
		return err
	}
	return c.summary(a, result)
}

// targets are the paths to check; "" is the flows that come with the program.
func (c *checkCommand) targets() []string {
	if len(c.Paths) == 0 {
		return []string{""}
	}
	return c.Paths
}

// checked is what was looked at, and found.
type checked struct {
	found     problems.List
	flows     int
	documents int
	mended    int
}

func (r *checked) add(other checked) {
	r.found = append(r.found, other.found...)
	r.flows += other.flows
	r.documents += other.documents
	r.mended += other.mended
}

// errPrinted ends a command with exitInvalid; what is wrong was printed.
var errPrinted = errors.New("problems were found")

func (c *checkCommand) summary(a *app, r checked) error {
	var of []string
	if r.flows > 0 || r.documents == 0 {
		of = append(of, count(r.flows, "flow"))
	}
	if r.documents > 0 {
		of = append(of, count(r.documents, "document"))
	}
	if r.mended > 0 {
		fmt.Fprintf(a.stderr, "texmlsrv: %s mended\n", count(r.mended, "file"))
	}
	if len(r.found) == 0 {
		fmt.Fprintf(a.stderr, "texmlsrv: %s, no problems\n", strings.Join(of, " and "))
		return nil
	}
	fmt.Fprintf(a.stderr, "texmlsrv: %s in %s\n", tally(r.found), strings.Join(of, " and "))
	if len(r.found.Errors()) > 0 || c.Strict {
		return errPrinted
	}
	return nil
}

// tally counts problems: warnings are told apart where there are some.
func tally(found problems.List) string {
	grave := len(found.Errors())
	switch mild := len(found) - grave; {
	case mild == 0:
		return count(grave, "problem")
	case grave == 0:
		return count(mild, "warning")
	default:
		return count(grave, "problem") + " and " + count(mild, "warning")
	}
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

// check looks at one path.
func (c *checkCommand) check(a *app, path string) (checked, error) {
	if path == "" {
		return embeddedTree().check(), nil
	}
	if path == "-" || isDocument(path) {
		return c.document(a, path)
	}
	t, err := treeOf(path)
	if err != nil {
		return checked{}, err
	}
	mended := 0
	if c.Fix {
		if mended, err = mendFlows(t.path); err != nil {
			return checked{}, err
		}
	}
	result := t.check()
	result.mended = mended
	return result, nil
}

// isDocument reports whether a path is a document that belongs to no flow.
func isDocument(path string) bool {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() || flowOf(path) != "" || shared(path) {
		return false
	}
	return slices.Contains([]string{".xml", ".texml", ".twiml"}, strings.ToLower(filepath.Ext(path)))
}

// contexts are the names that --context takes.
var contexts = map[string]texml.Context{
	"main": texml.Main, "waitUrl": texml.WaitURL, "screen": texml.ScreenURL,
	"queue": texml.QueueURL, "conference": texml.ConferenceWait,
}

// document checks one document that belongs to no flow. One from standard
// input is mended to standard output, and then that is all there is on it.
func (c *checkCommand) document(a *app, path string) (checked, error) {
	d, err := readDocument(a, path)
	if err != nil {
		return checked{}, err
	}
	context := contexts[c.Context]
	result := checked{documents: 1}
	if c.Fix && path == "-" {
		return result, usage("--fix changes files; for standard input save it first")
	}
	if c.Fix {
		if mended := d.mended(context); string(mended) != string(d.text) {
			if err := replaceFile(path, mended); err != nil {
				return result, err
			}
			d.text, result.mended = mended, 1
		}
	}
	result.found = d.check(context)
	return result, nil
}

// mendFlows mends the templates of the flows that a path means, and gives how
// many files changed.
func mendFlows(path string) (int, error) {
	if folder := flowOf(path); folder != "" {
		path = folder
	}
	files, err := filesOfFlows(path)
	if err != nil {
		return 0, err
	}
	mended := 0
	for _, file := range files {
		if filepath.Ext(file) != ".xml" || !format.Knows(file) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return mended, err
		}
		after := texml.Mend(text, texml.Check(text, texml.CheckOptions{Template: true}))
		if string(after) == string(text) {
			continue
		}
		if err := replaceFile(file, after); err != nil {
			return mended, err
		}
		mended++
	}
	return mended, nil
}
