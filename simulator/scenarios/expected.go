package scenarios

import (
	"io/fs"
	"maps"
	"reflect"
	"strings"

	"texmlsrv/flows/expressions"
	"texmlsrv/sessions"
)

// expected compares what came of the call.
func (g *game) expected() {
	e := g.scenario.Expect
	if e.Steps != nil {
		g.steps(*e.Steps)
	}
	if e.Outcome != nil {
		g.outcome(*e.Outcome)
	}
	session := g.result.Session
	if session == nil {
		session = &sessions.Session{}
	}
	g.values("gathered", e.Gathered, session.Gathered)
	g.values("vars", e.Vars, g.vars(session))
	if e.Lookups != nil {
		g.lookups(*e.Lookups)
	}
	if e.Documents != nil {
		g.documents(*e.Documents)
	}
}

// steps compares the way of the call, up to where it parts from what was
// expected.
func (g *game) steps(want Steps) {
	got := g.result.Steps()
	for i, step := range want.Names {
		switch {
		case i >= len(got):
			g.fails(step.Place, "the call did not go on to %s: it ended at %s", step.Name, g.short(last(got)))
			return
		case got[i] != g.scenario.whole(step.Name):
			g.fails(step.Place, "the call went to %s, not to %s; it went %s", g.short(got[i]), step.Name, g.way(got))
			return
		}
	}
	if len(got) > len(want.Names) {
		g.fails(want.Place, "the call went on to %s", g.way(got[len(want.Names):]))
	}
}

// short is a step without the name of the scenario's own flow.
func (g *game) short(step string) string { return strings.TrimPrefix(step, g.scenario.Flow+"/") }

func (g *game) way(steps []string) string {
	short := make([]string, len(steps))
	for i, step := range steps {
		short[i] = g.short(step)
	}
	return strings.Join(short, ", ")
}

func last(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	return list[len(list)-1]
}

func (g *game) outcome(want Value) {
	got := ""
	if g.result.Session != nil {
		got = g.result.Session.Outcome
	}
	switch wanted := expressions.Format(want.Value); {
	case got == wanted:
	case got == "":
		g.fails(want.Place, "the call has no outcome, not %s", wanted)
	case wanted == "":
		g.fails(want.Place, "the outcome is %s, and must be none", got)
	default:
		g.fails(want.Place, "the outcome is %s, not %s", got, wanted)
	}
}

func (g *game) values(what string, want []Value, got sessions.Values) {
	for _, v := range want {
		has, is := got[v.Name]
		switch {
		case reflect.DeepEqual(v.Value, has):
		case !is || has == nil:
			g.fails(v.Place, "%s.%s is not there, and must be %s", what, v.Name, jsonText(v.Value))
		default:
			g.fails(v.Place, "%s.%s is %s, not %s", what, v.Name, jsonText(has), jsonText(v.Value))
		}
	}
}

// vars are the variables as expressions read them at the end.
func (g *game) vars(s *sessions.Session) sessions.Values {
	release := g.server.Release
	out := sessions.Values{}
	if flow := release.Flows[s.Flow]; flow != nil {
		maps.Copy(out, flow.Variables)
	}
	maps.Copy(out, release.App.Numbers[g.scenario.Given.Called].Variables)
	maps.Copy(out, s.Vars)
	return out
}

func (g *game) lookups(want Lookups) {
	made := g.result.made
	for i, w := range want.Made {
		if i >= len(made) {
			g.fails(w.Asked.Place, "the look-up of %s was not made", w.Step)
			return
		}
		r := made[i].request
		if r.Flow+"/"+r.Step != g.scenario.whole(w.Step) {
			g.fails(w.Asked.Place, "the look-up was that of %s, not of %s", g.short(r.Flow+"/"+r.Step), w.Step)
			return
		}
		if problem := w.Asked.unexpected(r); problem != "" {
			g.fails(w.Asked.Place, "the look-up of %s was another: %s", w.Step, problem)
		}
	}
	if len(made) > len(want.Made) {
		r := made[len(want.Made)].request
		g.fails(want.Place, "one more look-up was made: that of %s", g.short(r.Flow+"/"+r.Step))
	}
}

func (g *game) documents(want Documents) {
	for i, d := range want.Turns {
		if i >= len(g.result.Documents) {
			g.fails(d.Place, "there is no document %d: the call had %d", i+1, len(g.result.Documents))
			return
		}
		g.document(i, d)
	}
	if n := len(g.result.Documents); n > len(want.Turns) {
		g.fails(want.Place, "the call had %d documents, not %d", n, len(want.Turns))
	}
}

func (g *game) document(i int, d Expected) {
	if !d.differs(g.root, g.scenario, g.result.Documents[i]) {
		return
	}
	wanted := d.XML
	if d.File != "" {
		text, err := fs.ReadFile(g.root, g.scenario.beside(d.File))
		if err != nil {
			g.fails(d.Place, "there is no file %s; texmlsrv test --update writes it", d.File)
			return
		}
		wanted = string(text)
	}
	want, err := canonical([]byte(wanted))
	if err != nil {
		g.fails(d.Place, "%s: %v", d.File, err)
		return
	}
	got, err := canonical(g.result.Documents[i])
	if err != nil {
		g.fails(d.Place, "document %d: %v", i+1, err)
		return
	}
	f := g.scenario.fail(d.Place, "document %d is another", i+1)
	f.Diff = diffLines(want, got)
	g.result.Failures = append(g.result.Failures, *f)
}
