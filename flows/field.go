package flows

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
)

// Field is a value that flows gather, and what it may be.
type Field struct {
	schemas.Property
	Place sessions.Place // the step that gathers it
	Asked bool           // the current document asks for it

	schema *schemas.Schema // nil for one that is pressed or said
}

// NoField is the problem of a name that no flow of the call gathers.
const NoField = "no step of the flow gathers it"

// ValueError says why a text cannot be the value of a name.
type ValueError struct {
	Name    string
	Problem string // never the text
}

func (e *ValueError) Error() string { return e.Name + ": " + e.Problem }

// Fields are the values that a person may put right, in the order in which they
// are asked for: what the current document asks, then those of the call's flow,
// of the flows that wait for it, and of others what was gathered there.
func (r *Release) Fields(s *sessions.Session, now time.Time) []Field {
	d := r.decide(s, now)
	if d.flow == nil {
		return nil
	}
	return d.fields()
}

// field is the one with a name.
func (d *turn) field(name string) (Field, bool) {
	all := d.fields()
	i := slices.IndexFunc(all, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return all[i], true
}

func (d *turn) fields() []Field {
	var all []Field
	add := func(fields []Field, wanted func(name string) bool) {
		for _, f := range fields {
			if wanted(f.Name) && !slices.ContainsFunc(all, func(known Field) bool { return known.Name == f.Name }) {
				all = append(all, f)
			}
		}
	}
	every := func(string) bool { return true }
	gathered := func(name string) bool { _, has := d.session.Gathered[name]; return has }
	add(d.asked(), every)
	add(d.gatheredIn(d.flow), every)
	for _, caller := range slices.Backward(d.session.Callers) {
		add(d.gatheredIn(d.release.Flows[caller.Flow]), every)
	}
	for _, name := range d.release.Names() {
		add(d.gatheredIn(d.release.Flows[name]), gathered)
	}
	return all
}

// asked are the fields that the current document asks for.
func (d *turn) asked() []Field {
	at := sessions.Place{Flow: d.session.Flow, Step: d.session.Step}
	step := d.flow.Steps[at.Step]
	ask := d.session.Ask
	switch {
	case step == nil:
		return nil
	case ask.Has("AIGather"):
		schema, err := compiled(whole(ask))
		if err != nil {
			return nil
		}
		return fieldsOf(schema, at, step.Sensitive, true)
	case ask.Has("Gather"):
		return pressed(step, at, true)
	}
	return nil
}

// gatheredIn are the fields of a flow: its schemas are those that would be sent
// now. One that cannot be made of what is known now has none.
func (d *turn) gatheredIn(flow *Flow) []Field {
	if flow == nil {
		return nil
	}
	var all []Field
	for _, name := range flow.Order {
		step, at := flow.Steps[name], sessions.Place{Flow: flow.Name, Step: name}
		if schema := d.schemaAt(flow, step); schema != nil {
			all = append(all, fieldsOf(schema, at, step.Sensitive, false)...)
		}
		all = append(all, pressed(step, at, false)...)
	}
	return all
}

// schemaAt is the whole schema of what a step gathers, were it asked for the
// first time now; nil where there is none.
func (d *turn) schemaAt(flow *Flow, step *Step) *schemas.Schema {
	if step.Document == nil || !step.asks("AIGather") {
		return nil
	}
	there := *d
	there.flow, there.session.Flow, there.session.Step = flow, flow.Name, step.Name
	there.session.Attempt = 1
	schema, err := step.schema(there.scope())
	if err != nil {
		return nil
	}
	return schema
}

func fieldsOf(schema *schemas.Schema, at sessions.Place, sensitive, asked bool) []Field {
	var all []Field
	for _, name := range schema.Properties() {
		p, is := schema.Describe(name)
		if !is {
			p = schemas.Property{Name: name}
		}
		p.Sensitive = p.Sensitive || sensitive
		all = append(all, Field{Property: p, Place: at, Asked: asked, schema: schema})
	}
	return all
}

// pressed is the field of a step that keeps what is pressed or said.
func pressed(step *Step, at sessions.Place, asked bool) []Field {
	if step.Into == "" || !step.asks("Gather") {
		return nil
	}
	p := schemas.Property{Name: step.Into, Types: []string{"string"}, Sensitive: step.Sensitive}
	for _, c := range step.Choices {
		p.Enum = append(p.Enum, c.Name)
	}
	return []Field{{Property: p, Place: at, Asked: asked}}
}

// read makes of a text the value of the field. kept is what was gathered so far:
// a schema may have rules about several values.
func (f Field) read(text string, kept sessions.Values) (any, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return nil, &ValueError{f.Name, "a value is missing"}
	case f.schema == nil && len(f.Enum) == 0:
		return text, nil
	case f.schema == nil && !slices.Contains(f.Enum, any(text)):
		return nil, &ValueError{f.Name, "it has to be " + oneOfThese(f.Enum)}
	case f.schema == nil:
		return text, nil
	}
	candidates := []any{text}
	if slices.Contains(f.Types, "boolean") {
		switch strings.ToLower(text) {
		case "yes":
			candidates = append(candidates, true)
		case "no":
			candidates = append(candidates, false)
		}
	}
	if v, err := schemas.DecodeJSON([]byte(text)); err == nil {
		candidates = append(candidates, tidy(v))
	}
	problem := "it does not hold"
	for _, v := range candidates {
		got, why := f.holds(v, kept)
		if why == "" {
			return got, nil
		}
		problem = why
	}
	return nil, &ValueError{f.Name, problem}
}

// holds gives a value as the schema has it; why says what it breaks.
func (f Field) holds(v any, kept sessions.Values) (value any, why string) {
	others := map[string]any{}
	for _, name := range f.schema.Properties() {
		if old, has := kept[name]; has && name != f.Name {
			others[name] = old
		}
	}
	reading := schemas.Read(f.schema, f.schema, map[string]any{f.Name: v}, others)
	if value, has := reading.Values[f.Name]; has {
		return value, ""
	}
	for _, problem := range append(reading.Problems, reading.Dropped...) {
		if rest, found := strings.CutPrefix(problem, f.Name); found && (rest == "" || strings.ContainsRune(":/.[", rune(rest[0]))) {
			if said := schemas.InWords(problem); said != problem {
				return nil, "it" + strings.TrimPrefix(said, f.Name)
			}
			return nil, "it breaks the rule " + strings.TrimPrefix(strings.TrimPrefix(rest, ":"), " ") + " of what is asked"
		}
	}
	if f.schema.Valid(f.Name, v) {
		return nil, "it does not go with what else is known"
	}
	return nil, "it is not what is asked for"
}

func oneOfThese(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return "one of " + strings.Join(words, ", ")
}
