package scenarios

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"texmlsrv/flows"
	"texmlsrv/flows/problems"
	"texmlsrv/flows/schemas"
)

// Check holds a scenario against the flows that it is for: every step, variable
// and value that it names must be there, and so must the files that it compares
// documents with. root is where the flows were read; nil leaves files alone.
func (s *Scenario) Check(root fs.FS, release *flows.Release) problems.List {
	c := &checker{scenario: s, release: release, flow: release.Flows[s.Flow]}
	if c.flow == nil {
		return problems.List{s.source.At(0, 0, "", "there is no flow %s", s.Flow)}
	}
	c.given()
	c.exchanges()
	c.expect()
	if root != nil {
		c.files(root)
	}
	return c.found.Sorted()
}

// checker looks for what a scenario cannot mean.
type checker struct {
	scenario *Scenario
	release  *flows.Release
	flow     *flows.Flow
	found    problems.List
}

func (c *checker) report(at Place, suggestion, format string, args ...any) {
	c.found = append(c.found, c.scenario.source.At(at.Line, at.Column, suggestion, format, args...))
}

func (c *checker) given() {
	for _, v := range c.scenario.Given.Variables {
		if _, has := c.flow.Variables[v.Name]; !has {
			known := slices.Sorted(maps.Keys(c.flow.Variables))
			c.report(v.Place, nearest(v.Name, "variables", known), "the flow has no variable %q", v.Name)
		}
	}
	for _, canned := range c.scenario.Given.Lookups {
		c.lookup(canned.Step, canned.Place)
	}
}

func (c *checker) exchanges() {
	known, open := c.gathers()
	for _, e := range c.scenario.Exchanges {
		if e.Does != gathers || open {
			continue
		}
		node, err := schemas.ReadJSON(e.Act.Gathers)
		if err != nil {
			continue
		}
		for _, m := range node.Members {
			if !slices.Contains(known, m.Name) {
				c.report(e.at(m.Name), nearest(m.Name, "values", known), "no AIGather asks for %q", m.Name)
			}
		}
	}
}

// gathers are the names that the AI gathers of all flows ask for: a call can
// go from one to the other.
func (c *checker) gathers() (known []string, open bool) {
	for _, flow := range c.release.Names() {
		for _, step := range c.release.Flows[flow].Steps {
			names, more := step.Gathers()
			known, open = append(known, names...), open || more
		}
	}
	slices.Sort(known)
	return slices.Compact(known), open
}

func (c *checker) expect() {
	e := c.scenario.Expect
	if e.Steps != nil {
		for _, step := range e.Steps.Names {
			c.step(step.Name, step.Place)
		}
	}
	if e.Lookups != nil {
		for _, made := range e.Lookups.Made {
			c.lookup(made.Step, made.Asked.Place)
		}
	}
	known, open := c.gathers()
	for _, flow := range c.release.Names() {
		for _, step := range c.release.Flows[flow].Steps {
			if step.Into != "" {
				known = append(known, step.Into)
			}
		}
	}
	for _, v := range e.Gathered {
		if !open && !slices.Contains(known, v.Name) {
			c.report(v.Place, nearest(v.Name, "values", known), "nothing brings gathered.%s", v.Name)
		}
	}
}

// step finds a step; nil is reported.
func (c *checker) step(name string, at Place) *flows.Step {
	flow, own := c.flow, name
	if before, after, cross := strings.Cut(name, "/"); cross {
		if flow, own = c.release.Flows[before], after; flow == nil {
			c.report(at, nearest(before, "flows", c.release.Names()), "there is no flow %q", before)
			return nil
		}
	}
	step := flow.Steps[own]
	if step == nil {
		c.report(at, nearest(own, "steps", flow.Order), "the flow %s has no step %q", flow.Name, own)
	}
	return step
}

func (c *checker) lookup(name string, at Place) {
	if step := c.step(name, at); step != nil && step.Lookup == nil {
		c.report(at, c.lookups(), "the step %s makes no look-up", name)
	}
}

// lookups says which steps of the flow make look-ups.
func (c *checker) lookups() string {
	var names []string
	for _, name := range c.flow.Order {
		if c.flow.Steps[name].Lookup != nil {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "no step of this flow does"
	}
	return "look-ups: " + strings.Join(names, ", ")
}

func (c *checker) files(root fs.FS) {
	if c.scenario.Expect.Documents == nil {
		return
	}
	for _, d := range c.scenario.Expect.Documents.Turns {
		if d.File == "" {
			continue
		}
		if _, err := fs.Stat(root, c.scenario.beside(d.File)); err != nil {
			c.report(d.Place, "texmlsrv test --update writes it", "there is no file %s", d.File)
		}
	}
}

// beside is the path of a file that stands beside the scenario.
func (s *Scenario) beside(file string) string { return path.Join(path.Dir(s.File), file) }

// nearest suggests what was meant, or what there is.
func nearest(name, what string, known []string) string {
	if hint := problems.Nearest(name, known); hint != "" {
		return hint
	}
	if len(known) == 0 || len(known) > 20 {
		return ""
	}
	return fmt.Sprintf("%s: %s", what, strings.Join(known, ", "))
}

// CheckAll reads and checks the scenarios of every flow of a release; only of
// one where flow is not "".
func CheckAll(root fs.FS, release *flows.Release, flow string) problems.List {
	var found problems.List
	for _, name := range release.Names() {
		if flow != "" && name != flow {
			continue
		}
		all, wrong := Find(root, name)
		found = append(found, wrong...)
		for _, s := range all {
			found = append(found, s.Check(root, release)...)
		}
	}
	return found
}
