package flows

import (
	"regexp"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/strictyaml"
	"texmlsrv/sessions"
)

// appReader reads app.yaml.
type appReader struct {
	*strictyaml.File
	release *Release
	loader  *loader
}

func (a *appReader) read() {
	if a.Root == nil {
		return
	}
	a.release.App.Numbers = map[string]Number{}
	a.Mapping(a.Root, "app.yaml", strictyaml.Fields{
		"default": func(v *yaml.Node) { a.release.App.Default = a.flowName(v) },
		"numbers": a.numbers,
	})
}

// flowName reads the name of a flow that must exist.
func (a *appReader) flowName(n *yaml.Node) string {
	name, ok := a.Text(n, "a flow's name")
	if ok && a.release.Flows[name] == nil {
		a.Report(n, flowProblem(name, a.release), "there is no flow %q", name)
	}
	return name
}

var e164 = regexp.MustCompile(`^\+[1-9]\d{4,14}$`)

func (a *appReader) numbers(n *yaml.Node) {
	for _, p := range a.Pairs(n, "numbers") {
		if !e164.MatchString(p.Key.Value) {
			a.Report(p.Key, `write it as "+13125550188"`, "%q is not a phone number with its country code", p.Key.Value)
		}
		a.release.App.Numbers[p.Key.Value] = a.number(p.Value)
	}
}

func (a *appReader) number(n *yaml.Node) Number {
	var number Number
	if n.Kind == yaml.ScalarNode {
		number.Flow = a.flowName(n)
		return number
	}
	a.Mapping(n, "a number", strictyaml.Fields{
		"flow": func(v *yaml.Node) { number.Flow = a.flowName(v) },
		"variables": func(v *yaml.Node) {
			number.Variables = variables(a.File, v)
			a.loader.nameSites(a.File, v)
		},
		"defaults": func(v *yaml.Node) { a.defaults(v, &number) },
	})
	return number
}

func (a *appReader) defaults(n *yaml.Node, number *Number) {
	a.Mapping(n, "defaults of a number", strictyaml.Fields{
		"voice":    func(v *yaml.Node) { number.Voice = readVoiceName(a.File, v) },
		"language": func(v *yaml.Node) { number.Language = readLanguage(a.File, v) },
		"timezone": func(v *yaml.Node) { number.Zone = readZone(a.File, v) },
	})
}

// variables reads constants by name.
func variables(f *strictyaml.File, n *yaml.Node) sessions.Values {
	values := sessions.Values{}
	for _, p := range f.Pairs(n, "variables") {
		if !isName(p.Key.Value) {
			f.Report(p.Key, "", "%q cannot be the name of a variable: use letters, digits and _", p.Key.Value)
		}
		values[p.Key.Value] = tidy(f.Value(p.Value, "variables", nil))
	}
	return values
}
