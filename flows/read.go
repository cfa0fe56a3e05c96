package flows

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/language"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/problems"
	"texmlsrv/flows/strictyaml"
)

// defaultAttempts is how often a question is asked in a row where the author
// does not say.
const defaultAttempts = 3

// flowReader reads one flow.yaml and what it names.
type flowReader struct {
	*strictyaml.File
	loader   *loader
	flow     *Flow
	start    *yaml.Node
	ended    *yaml.Node
	defaults []elementDefaults // the flow's, then the root's
	names    []string          // of the steps, known before any of them is read
	refs     []ref             // places that rules lead to, checked when all flows are read
}

func newFlowReader(l *loader, name string) *flowReader {
	return &flowReader{loader: l, flow: &Flow{
		Name: name, Zone: time.UTC, Steps: map[string]*Step{},
		Defaults: Defaults{Attempts: defaultAttempts, Carry: true},
	}}
}

func (r *flowReader) read() {
	file := path.Join(r.flow.Name, "flow.yaml")
	text, err := r.loader.readFile(file)
	if err != nil {
		r.File = &strictyaml.File{Source: problems.NewSource(file, nil)}
		r.Problems = append(r.Problems, r.At(0, 0, "", "%v", err))
		return
	}
	r.File = strictyaml.Parse(file, text)
	mark(r.Problems, 0, codeYAML)
	if r.Root == nil {
		return
	}
	if r.Root.Kind != yaml.MappingNode {
		r.Mapping(r.Root, "a flow", nil)
		return
	}
	r.names = stepNames(r.Root)
	r.defaults = []elementDefaults{r.readElementDefaults(r.flow.Name), r.readElementDefaults(".")}
	r.flow.carried = r.defaults
	r.Mapping(r.Root, "a flow", r.fields())
	r.checkFlow()
	r.readApology()
}

func (r *flowReader) fields() strictyaml.Fields {
	f := r.flow
	return strictyaml.Fields{
		"title":    func(v *yaml.Node) { f.Title, _ = r.Text(v, "title") },
		"start":    r.readStart,
		"timezone": func(v *yaml.Node) { f.Zone = readZone(r.File, v) },
		"variables": func(v *yaml.Node) {
			f.Variables = variables(r.File, v)
			r.loader.nameSites(r.File, v)
		},
		"defaults": r.readDefaults,
		"ended":    r.readEnded,
		"summary":  func(v *yaml.Node) { f.Summary = r.text(v, r.options()) },
		"always":   func(v *yaml.Node) { f.Always = ruleReader{r, ""}.rules(v, "always") },
		"steps":    r.readSteps,
	}
}

func (r *flowReader) readStart(n *yaml.Node) {
	r.start = n
	r.flow.Start = r.stepOfFlow(n, "start", "start: welcome")
}

func (r *flowReader) readEnded(n *yaml.Node) {
	r.ended = n
	r.flow.Ended = r.stepOfFlow(n, "ended", "ended: after-the-call")
}

// stepOfFlow reads the name of a step of this flow. That the step exists is
// checked when every flow is read.
func (r *flowReader) stepOfFlow(n *yaml.Node, what, example string) string {
	name, ok := r.Text(n, what)
	if ok && name == "" {
		r.noStep(n, example)
	} else if ok {
		r.refs = append(r.refs, ref{n, r.flow.Name, name})
	}
	return name
}

func (r *flowReader) noStep(n *yaml.Node, example string) {
	r.Report(n, "for example: "+example, "the name of a step is missing")
}

func (r *flowReader) checkFlow() {
	if step := r.flow.Steps[r.flow.Ended]; step != nil && step.Document != nil {
		r.Report(r.ended, "", "the step %q has a document, but nobody hears it any more after the end: it can look things up and follow rules", step.Name)
	}
	if r.start == nil {
		r.Problems = append(r.Problems, r.At(1, 1, "for example: start: welcome", "a flow says with which step it starts"))
	}
	if !hasKey(r.Root, "steps") {
		r.Problems = append(r.Problems, r.At(1, 1, "", "a flow has steps"))
	}
}

func readZone(f *strictyaml.File, n *yaml.Node) *time.Location {
	name, ok := f.Text(n, "timezone")
	loc, err := zone(name)
	if !ok {
		return time.UTC
	}
	if err != nil {
		f.Report(n, "for example: Europe/Paris", "%q is not a time zone", name)
		return time.UTC
	}
	return loc
}

func readLanguage(f *strictyaml.File, n *yaml.Node) string {
	name, ok := f.Text(n, "language")
	if _, err := language.Parse(name); ok && err != nil {
		f.Report(n, "for example: en-US", "%q is not a language tag", name)
	}
	return name
}

func (r *flowReader) readDefaults(n *yaml.Node) {
	d := &r.flow.Defaults
	r.Mapping(n, "defaults", strictyaml.Fields{
		"voice":     func(v *yaml.Node) { d.Voice = r.readVoice(v) },
		"language":  func(v *yaml.Node) { d.Language = readLanguage(r.File, v) },
		"attempts":  func(v *yaml.Node) { r.readAttempts(v, d) },
		"otherwise": func(v *yaml.Node) { d.Otherwise = ruleReader{r, ""}.rules(v, "defaults.otherwise") },
		"history":   func(v *yaml.Node) { d.Carry = r.oneOf(v, "history", "carry", "fresh") != "fresh" },
	})
}

func (r *flowReader) readVoice(n *yaml.Node) string {
	voice := readVoiceName(r.File, n)
	r.siteOf(voiceSite{r.flow.Name}, n)
	return voice
}

// readVoiceName reads a voice that holds wherever none is named. It is no
// template.
func readVoiceName(f *strictyaml.File, n *yaml.Node) string {
	voice, _ := f.Text(n, "voice")
	if strings.Contains(voice, "{{") {
		f.Report(n, "name the voice in the document", "an expression is not worked out here")
	}
	return voice
}

func (r *flowReader) readAttempts(n *yaml.Node, d *Defaults) {
	if i, ok := r.Int(n, "attempts", 1, 20); ok {
		d.Attempts = i
	}
}

// oneOf reads one of a few words.
func (r *flowReader) oneOf(n *yaml.Node, what string, words ...string) string {
	text, ok := r.Text(n, what)
	if !ok {
		return ""
	}
	for _, w := range words {
		if text == w {
			return w
		}
	}
	hint := problems.Nearest(text, words)
	r.Report(n, hint, "%s must be %s, not %q", what, strings.Join(words, " or "), text)
	return ""
}

// readApology reads what a caller of this flow hears when all else fails. It
// must not depend on anything that could fail with the rest.
func (r *flowReader) readApology() {
	name := path.Join(r.flow.Name, "apology.xml")
	text, err := r.loader.readFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		r.Problems = append(r.Problems, problems.Problem{File: name, Message: err.Error()})
		return
	}
	t := r.template(problems.NewSource(name, text), nil, false)
	if t == nil {
		return
	}
	document, err := t.static()
	if err != nil {
		r.Problems = append(r.Problems, problems.Problem{File: name, Message: err.Error()})
	}
	r.flow.apology = document.marked
}

// options are what expressions of this flow may use.
func (r *flowReader) options() expressions.Options {
	return expressions.Options{Steps: r.knownStep}
}

// knownStep checks the argument of step("…").
func (r *flowReader) knownStep(name string) error {
	if slices.Contains(r.names, name) {
		return nil
	}
	if hint := problems.Nearest(name, r.names); hint != "" {
		return fmt.Errorf("there is no step %q; %s", name, hint)
	}
	return fmt.Errorf("there is no step %q", name)
}

// stepNames lists the keys under steps.
func stepNames(root *yaml.Node) []string {
	var names []string
	for i := 0; i+1 < len(root.Content); i += 2 {
		if steps := strictyaml.Deref(root.Content[i+1]); root.Content[i].Value == "steps" {
			for j := 0; j+1 < len(steps.Content); j += 2 {
				names = append(names, steps.Content[j].Value)
			}
		}
	}
	return names
}

// expressionProblem reports a mistake in an expression at its place in the
// scalar it stands in.
func (r *flowReader) expressionProblem(n *yaml.Node, err error) {
	defer r.coded(codeExpression)()
	var e *expressions.Error
	if errors.As(err, &e) {
		r.ReportIn(n, e.Offset, e.Suggestion, "%s", e.Message)
		return
	}
	r.Report(n, "", "%v", err)
}

// resolve checks, when every flow is read, that what rules lead to exists.
func (r *flowReader) resolve(release *Release) {
	mark(r.Problems, 0, codeFormat)
	defer r.coded(codeNowhere)()
	for _, ref := range r.refs {
		f := release.Flows[ref.flow]
		switch {
		case f == nil:
			r.Report(ref.node, flowProblem(ref.flow, release), "there is no flow %q", ref.flow)
		case ref.step == "", len(f.Steps) == 0: // that it has none is told already
		case f.Steps[ref.step] == nil && f == r.flow:
			r.Report(ref.node, stepHint(ref.step, f), "there is no step %q", ref.step)
		case f.Steps[ref.step] == nil:
			r.Report(ref.node, stepHint(ref.step, f), "the flow %q has no step %q", ref.flow, ref.step)
		}
	}
}
