package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"texmlsrv/flows/graph"
	"texmlsrv/texml"
)

type graphCommand struct {
	Flow      string   `arg:"" optional:"" help:"The flow to draw, by its name or its folder (default: the one that app.yaml begins a call with)."`
	Templates string   `help:"Folder of flows (default: the flows that come with the program)." placeholder:"DIR"`
	Format    string   `enum:",svg,png,mermaid,dot,json" default:"" help:"svg, png, mermaid, dot or json (default: what the file's name ends in, else svg)."`
	Output    string   `short:"o" help:"File to write (default: standard output)." placeholder:"FILE"`
	Path      []string `help:"The steps that a call went through, marked in the picture." placeholder:"STEP,STEP"`
}

// graphEndings are the formats by the endings of files.
var graphEndings = map[string]string{
	".svg": "svg", ".png": "png", ".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot", ".json": "json",
}

// Run draws a flow.
func (c *graphCommand) Run(a *app) error {
	if err := c.settle(a); err != nil {
		return err
	}
	world := callCommand{Flow: c.Flow, Templates: c.Templates}
	if err := world.locate(); err != nil {
		return err
	}
	release, err := world.load(a)
	if err != nil {
		return err
	}
	name, err := world.begins(release)
	if err != nil {
		return err
	}
	g, err := graph.Of(release, name)
	if err != nil {
		return err
	}
	if err := mark(g, c.Path); err != nil {
		return err
	}
	picture, err := c.draw(g)
	if err != nil {
		return err
	}
	if c.Output == "" {
		_, err = a.stdout.Write(picture)
		return err
	}
	return os.WriteFile(c.Output, picture, 0o644)
}

// settle finds out the format, and keeps pixels off terminals.
func (c *graphCommand) settle(a *app) error {
	if c.Format == "" {
		c.Format = "svg"
		if ending := strings.ToLower(filepath.Ext(c.Output)); c.Output != "" {
			known := false
			if c.Format, known = graphEndings[ending]; !known {
				return usage("-o: a picture ends in .svg, .png, .mmd, .dot or .json, not %q; or say --format", ending)
			}
		}
	}
	if c.Format == "png" && c.Output == "" && isTerminal(a.stdout) {
		return usage("a picture of pixels does not belong on a terminal: -o FILE")
	}
	return nil
}

// mark marks the way of a call.
func mark(g *graph.Graph, path []string) error {
	way := make([]graph.Visit, len(path))
	for i, step := range path {
		way[i].Step = step
	}
	err := g.Mark(way)
	if missing, is := errors.AsType[*graph.NoStepError](err); is {
		if near := texml.Nearest(missing.Step, missing.Known); near != "" {
			return usage("--path: there is no step %s; did you mean %s?", missing.Step, near)
		}
		return usage("--path: there is no step %s; there are %s", missing.Step, strings.Join(missing.Known, ", "))
	}
	return err
}

func (c *graphCommand) draw(g *graph.Graph) ([]byte, error) {
	switch c.Format {
	case "svg":
		return g.SVG(), nil
	case "png":
		return g.PNG()
	case "mermaid":
		return g.Mermaid(), nil
	case "dot":
		return g.DOT(), nil
	case "json":
		return g.JSON()
	}
	return nil, fmt.Errorf("there is no format %q", c.Format)
}
