package scenarios

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// WriteJSON writes what came of scenarios, and what they cover, as one JSON
// value.
func WriteJSON(w io.Writer, results []*Result, coverage []*Coverage) error {
	out := report{Scenarios: []scenarioReport{}, Coverage: []coverageReport{}}
	for _, r := range results {
		out.Scenarios = append(out.Scenarios, r.report())
	}
	for _, c := range coverage {
		out.Coverage = append(out.Coverage, c.report())
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

type report struct {
	Scenarios []scenarioReport `json:"scenarios"`
	Coverage  []coverageReport `json:"coverage"`
}

type scenarioReport struct {
	Flow         string          `json:"flow"`
	File         string          `json:"file"`
	Title        string          `json:"title"`
	Passed       bool            `json:"passed"`
	Failures     []failureReport `json:"failures,omitempty"`
	Steps        []string        `json:"steps"`
	Outcome      string          `json:"outcome,omitempty"`
	Conversation []Turn          `json:"conversation"`
	Milliseconds float64         `json:"milliseconds"`
}

type failureReport struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
	Diff    string `json:"diff,omitempty"`
}

type coverageReport struct {
	Flow    string       `json:"flow"`
	Percent int          `json:"percent"`
	Steps   shareReport  `json:"steps"`
	Rules   shareReport  `json:"rules"`
	Never   []itemReport `json:"never"`
}

type shareReport struct {
	Tried int `json:"tried"`
	All   int `json:"all"`
}

type itemReport struct {
	Name string `json:"name"`
	File string `json:"file"`
	Line int    `json:"line,omitempty"`
}

func (r *Result) report() scenarioReport {
	out := scenarioReport{
		Flow: r.Scenario.Flow, File: r.Scenario.File, Title: r.Scenario.Title, Passed: r.Passed(),
		Steps: r.Steps(), Conversation: r.Conversation.Turns, Milliseconds: float64(r.Took.Microseconds()) / 1000,
	}
	if r.Session != nil {
		out.Outcome = r.Session.Outcome
	}
	for _, f := range r.Failures {
		out.Failures = append(out.Failures, failureReport{f.File, f.Place.Line, f.Place.Column, f.Message, f.Diff})
	}
	return out
}

func (c *Coverage) report() coverageReport {
	out := coverageReport{
		Flow: c.Flow, Percent: c.Percent(), Never: []itemReport{},
		Steps: shareReport{count(c.Steps), len(c.Steps)}, Rules: shareReport{count(c.Rules), len(c.Rules)},
	}
	for _, item := range c.Never() {
		out.Never = append(out.Never, itemReport{item.Name, item.File, item.Line})
	}
	return out
}

// The elements of a JUnit report, as continuous integration reads it.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		File    string        `xml:"file,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitFailure `xml:"failure"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",cdata"`
	}
)

// WriteJUnit writes what came of scenarios as a JUnit report: a suite for each
// flow. The results are in the order of their flows.
func WriteJUnit(w io.Writer, results []*Result) error {
	var out junitSuites
	seconds := map[string]float64{}
	for _, r := range results {
		n := len(out.Suites)
		if n == 0 || out.Suites[n-1].Name != r.Scenario.Flow {
			out.Suites = append(out.Suites, junitSuite{Name: r.Scenario.Flow})
			n++
		}
		suite := &out.Suites[n-1]
		suite.Tests++
		if !r.Passed() {
			suite.Failures++
		}
		seconds[suite.Name] += r.Took.Seconds()
		suite.Time = fmt.Sprintf("%.3f", seconds[suite.Name])
		suite.Cases = append(suite.Cases, r.junit())
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("scenarios: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(out); err != nil {
		return fmt.Errorf("scenarios: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *Result) junit() junitCase {
	c := junitCase{
		Class: r.Scenario.Flow, Name: r.Scenario.Title, File: r.Scenario.File,
		Time: fmt.Sprintf("%.3f", r.Took.Seconds()),
	}
	if !r.Passed() {
		c.Failure = &junitFailure{Message: r.Failures[0].Message, Text: r.Explain()}
	}
	return c
}

// Explain tells why a scenario failed: the conversation up to there, and then
// every failure with the line of the scenario. "" when it passed.
func (r *Result) Explain() string {
	if r.Passed() {
		return ""
	}
	var b strings.Builder
	b.WriteString(r.Conversation.String())
	for _, f := range r.Failures {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}
