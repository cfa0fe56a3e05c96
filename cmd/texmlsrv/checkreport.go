package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"texmlsrv/flows"
	"texmlsrv/flows/problems"
	"texmlsrv/texml"
)

// printers are the forms in which problems are printed, by the name of --format.
var printers = map[string]func(io.Writer, problems.List) error{
	"human":  printHuman,
	"json":   printJSON,
	"github": printGitHub,
	"sarif":  printSARIF,
}

// printHuman prints each problem with the line it is about, and a caret.
func printHuman(w io.Writer, found problems.List) error {
	for _, p := range found {
		if _, err := fmt.Fprintln(w, p.Full()); err != nil {
			return err
		}
	}
	return nil
}

// printJSON prints a line of JSON for each problem.
func printJSON(w io.Writer, found problems.List) error {
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false) // what is wrong is often markup
	for _, p := range found {
		if err := lines.Encode(p); err != nil {
			return err
		}
	}
	return nil
}

// printGitHub prints workflow commands, which GitHub shows beside the lines of
// a pull request.
func printGitHub(w io.Writer, found problems.List) error {
	text := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, p := range found {
		message := p.Message
		if p.Suggestion != "" {
			message += " (" + p.Suggestion + ")"
		}
		place := "file=" + property.Replace(filepath.ToSlash(p.File))
		if p.Line > 0 {
			place += fmt.Sprintf(",line=%d,col=%d", p.Line, p.Column)
		}
		if p.Code != "" {
			place += ",title=" + property.Replace(p.Code)
		}
		if _, err := fmt.Fprintf(w, "::%s %s::%s\n", p.Severity, place, text.Replace(message)); err != nil {
			return err
		}
	}
	return nil
}

// printSARIF prints one log in the Static Analysis Results Interchange Format,
// 2.1.0, which code hosts and editors read.
func printSARIF(w io.Writer, found problems.List) error {
	results := make([]any, 0, len(found)) // a log without results says so
	var rules []any
	known := map[string]bool{}
	for _, p := range found {
		results = append(results, sarifResult(p))
		if title, text := ruleText(p.Code); title != "" && !known[p.Code] {
			known[p.Code] = true
			rules = append(rules, map[string]any{
				"id":               p.Code,
				"shortDescription": map[string]any{"text": title},
				"fullDescription":  map[string]any{"text": text},
			})
		}
	}
	driver := map[string]any{"name": "texmlsrv", "version": version()}
	if rules != nil {
		driver["rules"] = rules
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(map[string]any{
		"version": "2.1.0",
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json",
		"runs":    []any{map[string]any{"tool": map[string]any{"driver": driver}, "results": results}},
	})
}

func sarifResult(p problems.Problem) map[string]any {
	message := p.Message
	if p.Suggestion != "" {
		message += " (" + p.Suggestion + ")"
	}
	place := map[string]any{"artifactLocation": map[string]any{"uri": filepath.ToSlash(p.File)}}
	if p.Line > 0 {
		place["region"] = map[string]any{"startLine": p.Line, "startColumn": p.Column}
	}
	result := map[string]any{
		"level":     p.Severity.String(),
		"message":   map[string]any{"text": message},
		"locations": []any{map[string]any{"physicalLocation": place}},
	}
	if p.Code != "" {
		result["ruleId"] = p.Code
	}
	return result
}

// ruleText is the title and the explanation of a rule; "" where there is none.
func ruleText(code string) (title, text string) {
	if f, ok := flows.Explain(code); ok {
		return f.Title, f.Explanation
	}
	rule, _ := texml.Explain(code)
	return rule.Title, rule.Explanation
}

// explain prints what a rule is about.
func explain(w io.Writer, code string) error {
	if f, ok := flows.Explain(strings.ToUpper(code)); ok {
		_, err := fmt.Fprintf(w, "%s (%s): %s\n\n%s\n", f.Code, f.Severity, f.Title, f.Explanation)
		return err
	}
	rule, ok := texml.Explain(strings.ToUpper(code))
	if !ok {
		return noRule(strings.ToUpper(code))
	}
	_, err := fmt.Fprintf(w, "%s (%s): %s\n\n%s\n\nWrong:\n%s\n\nRight:\n%s\n",
		rule.Code, rule.Severity, rule.Title, rule.Explanation, indented(rule.Wrong), indented(rule.Right))
	return err
}

func noRule(code string) error {
	var codes []string
	for _, r := range texml.Rules() {
		codes = append(codes, r.Code)
	}
	for _, f := range flows.Findings() {
		codes = append(codes, f.Code)
	}
	if hint := problems.Nearest(code, codes); hint != "" {
		return usage("there is no rule %s; %s", code, hint)
	}
	return usage("there is no rule %s; codes stand in [ ] behind a problem, such as TX201", code)
}

func indented(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ")
}
