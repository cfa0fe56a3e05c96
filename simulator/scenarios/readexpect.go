package scenarios

import (
	"io/fs"
	"strings"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/strictyaml"
)

func (r *reader) expect(n *yaml.Node) {
	e := &r.out.Expect
	r.Mapping(n, "expect", strictyaml.Fields{
		"steps": func(v *yaml.Node) { e.Steps = r.steps(v) },
		"outcome": func(v *yaml.Node) {
			e.Outcome = &Value{Name: "outcome", Value: r.Value(v, "outcome", nil), Place: place(v)}
			if v.Kind != yaml.ScalarNode {
				r.Text(v, "outcome")
			}
		},
		"gathered":  func(v *yaml.Node) { e.Gathered = r.values(v, "gathered") },
		"vars":      func(v *yaml.Node) { e.Vars = r.values(v, "vars") },
		"documents": func(v *yaml.Node) { e.Documents = r.documents(v) },
		"lookups":   func(v *yaml.Node) { e.Lookups = r.lookups(v) },
	})
}

func (r *reader) steps(n *yaml.Node) *Steps {
	out := &Steps{Place: place(n)}
	for _, item := range r.Items(n, "steps") {
		out.Names = append(out.Names, Named{r.matching(item, "a step", stepName, stepAdvice), place(item)})
	}
	return out
}

func (r *reader) documents(n *yaml.Node) *Documents {
	out := &Documents{Place: place(n)}
	for _, item := range r.Items(n, "documents") {
		d := Expected{Place: place(item), node: item}
		if item.Tag != "!!null" {
			d.File = r.line(item, "a document")
		}
		if strings.HasPrefix(strings.TrimSpace(d.File), "<") {
			d.File, d.XML = "", d.File
			if _, err := canonical([]byte(d.XML)); err != nil {
				r.Report(item, "", "a document: %v", err)
			}
		}
		if d.File != "" && (!fs.ValidPath(d.File) || !strings.HasSuffix(d.File, ".xml")) {
			r.Report(item, "for example: hello.xml", "a document is the name of a file beside the scenario, or begins with <")
		}
		out.Turns = append(out.Turns, d)
	}
	return out
}

func (r *reader) lookups(n *yaml.Node) *Lookups {
	out := &Lookups{Place: place(n)}
	for _, item := range r.Items(n, "lookups") {
		made := Made{Asked: Asked{Place: place(item)}}
		step := func(v *yaml.Node) { made.Step = r.matching(v, "a step", stepName, stepAdvice) }
		if item.Kind != yaml.MappingNode {
			step(item)
		} else {
			r.wanted(item, "a look-up", "step")
			fields := r.askedFields(&made.Asked)
			fields["step"] = step
			r.Mapping(item, "a look-up", fields)
		}
		out.Made = append(out.Made, made)
	}
	return out
}
