package main

import (
	"fmt"
	"io"
	"strings"

	"texmlsrv/simulator/scenarios"
)

// print shows people what came of scenarios: those that failed, and what none
// of them tried.
func (c *testCommand) print(w io.Writer, results []*scenarios.Result, coverage []*scenarios.Coverage) {
	for _, r := range results {
		switch {
		case !r.Passed():
			fmt.Fprintf(w, "FAIL  %s: %s\n%s\n", r.Scenario.File, r.Scenario.Title, r.Explain())
		case c.Verbose:
			fmt.Fprintf(w, "ok    %s: %s\n%s\n", r.Scenario.File, r.Scenario.Title, &r.Conversation)
		}
	}
	for _, of := range coverage {
		if !played(of.Flow, results) {
			fmt.Fprintf(w, "%s: no scenarios\n", of.Flow)
			continue
		}
		fmt.Fprintf(w, "%s%s\n", of, map[bool]string{true: "; never tried:"}[len(of.Never()) > 0])
		never(w, "step ", of.Steps)
		never(w, "", of.Rules)
	}
}

// never lists what was not tried, where an editor can jump to it.
func never(w io.Writer, kind string, items []scenarios.Item) {
	for _, item := range items {
		if !item.Tried {
			fmt.Fprintf(w, "  %s:%d: %s%s\n", item.File, item.Line, kind, item.Name)
		}
	}
}

// played reports whether a flow has scenarios.
func played(flow string, results []*scenarios.Result) bool {
	for _, r := range results {
		if r.Scenario.Flow == flow {
			return true
		}
	}
	return false
}

// summary says in a line how it went.
func (c *testCommand) summary(a *app, results []*scenarios.Result, coverage []*scenarios.Coverage) error {
	failed := 0
	for _, r := range results {
		if !r.Passed() {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %s failed", failed, count(len(results), "scenario"))
	}
	var short []string
	for _, of := range coverage {
		if of.Percent() < c.MinCoverage {
			short = append(short, fmt.Sprintf("%d %% of %s", of.Percent(), of.Flow))
		}
	}
	if len(short) > 0 {
		return fmt.Errorf("the scenarios try %s, less than the %d %% of --min-coverage", strings.Join(short, ", "), c.MinCoverage)
	}
	fmt.Fprintf(a.stderr, "texmlsrv: %s, no failures\n", count(len(results), "scenario"))
	return nil
}
