package flows

import (
	"github.com/beevik/etree"
	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/problems"
	"texmlsrv/flows/strictyaml"
	"texmlsrv/texml"
)

// sites tell where what was read stands, while a release is being loaded. Keys
// are pointers to expressions, texts, elements and templates, or one of the
// names below.
type sites map[any]site

// site is the place of one thing.
type site struct {
	list     *problems.List // where a problem is kept
	report   func(e *expressions.Error)
	node     *yaml.Node      // of what stands in YAML
	element  *etree.Element  // of an element
	template *templateReader // of what stands in a document
}

// stepSite, ruleSite, nameSite, textSite and voiceSite name the sites of a
// step, of a rule under a step (or under no step: always, defaults), of a
// variable, of a text, and of a flow's voice.
type (
	stepSite struct{ flow, step string }
	ruleSite struct{ flow, step, rule string }
	nameSite struct{ file, name string }
	textSite struct{ file, key string }

	voiceSite struct{ flow string }
)

// siteOf remembers where something stands in the flow's YAML.
func (r *flowReader) siteOf(what any, n *yaml.Node) {
	r.loader.sites[what] = site{
		list: &r.Problems, node: n,
		report: func(e *expressions.Error) { r.ReportIn(n, e.Offset, e.Suggestion, "%s", e.Message) },
	}
}

// siteOf remembers where something stands in a document.
func (t *templateReader) siteOf(what any, report func(e *expressions.Error)) {
	t.loader.sites[what] = site{list: &t.Problems, report: report, template: t}
}

func (t *templateReader) siteOfElement(out *element, e *etree.Element) {
	t.loader.sites[out] = site{
		list: &t.Problems, element: e, template: t,
		report: func(found *expressions.Error) { t.problem(t.tree.Pos(e), found.Suggestion, "%s", found.Message) },
	}
}

// coded gives a code to the problems that are found until the function it
// returns is called, and have none by then.
func (r *flowReader) coded(code string) func() {
	from := len(r.Problems)
	return func() { mark(r.Problems, from, code) }
}

func mark(list problems.List, from int, code string) {
	for i := from; i < len(list); i++ {
		if list[i].Code == "" {
			list[i].Code = code
		}
	}
}

// found reports a problem at a site, so many bytes from its beginning.
func (s site) found(code string, offset int, suggestion, message string) {
	if s.report == nil {
		return
	}
	if s.template != nil {
		s.template.wrong = true
	}
	rule, _ := Explain(code)
	from := len(*s.list)
	s.report(&expressions.Error{Offset: offset, Message: message, Suggestion: suggestion})
	s.judge(from, code, rule.Severity)
}

// judge gives the problems from one on a code and a severity.
func (s site) judge(from int, code string, severity texml.Severity) {
	for i := from; i < len(*s.list); i++ {
		(*s.list)[i].Code, (*s.list)[i].Severity = code, severity
	}
}

// siteIn remembers where something stands in a YAML file of its own.
func (l *loader) siteIn(f *strictyaml.File, what any, n *yaml.Node) {
	l.sites[what] = site{list: &l.problems, node: n, report: func(e *expressions.Error) {
		l.problems = append(l.problems, f.At(n.Line, n.Column, e.Suggestion, "%s", e.Message))
	}}
}

// nameSites remembers where variables stand.
func (l *loader) nameSites(f *strictyaml.File, n *yaml.Node) {
	n = strictyaml.Deref(n)
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		l.siteIn(f, nameSite{f.File, n.Content[i].Value}, n.Content[i])
	}
}
