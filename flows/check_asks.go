package flows

import (
	"slices"
	"strings"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/schemas"
)

// asks is what a step's document asks, as far as it is written down.
type asks struct {
	verbs   []string // asking verbs of the document, whatever their conditions
	certain bool     // there is one, and no condition on it
	keys    bool     // a Gather listens to keys
	speech  bool     // a Gather listens to speech
	mixed   bool     // what a Gather listens to is computed
	gifts   []gift
	open    bool      // the gather may bring names that are not written down
	missing []any     // names that the gather wants
	links   []rawLink // step("…") and aside("…") in it
}

// gift is a value that a step brings under a name of gathered.
type gift struct {
	name  string
	kind  expressions.Type
	sure  bool // whenever the answer is usable
	from  string
	again bool // it is one of an AI gather, which may take it away again
}

type rawLink struct {
	kind, step string
}

// kinds of answers by verb.
var askingVerbs = []string{"AIGather", "Gather", "Dial", "Record", "Enqueue", "Connect", "HttpRequest", "Refer", "Pay"}

// look finds what a step asks.
func look(step *Step) asks {
	var a asks
	if step.Document == nil {
		return a
	}
	conditional := false
	step.walk(func(e *element) {
		if slices.Contains(askingVerbs, e.name) && !slices.Contains(a.verbs, e.name) {
			a.verbs = append(a.verbs, e.name)
			conditional = conditional || e.when != nil || e.each != nil
		}
		switch e.name {
		case "Gather":
			a.listen(e)
		case "Parameters":
			a.want(e)
		}
		e.expressions(func(x *expressions.Expression, _ any, _ int) {
			for _, l := range x.Infer(expressions.Types{}).Links {
				a.links = append(a.links, rawLink{l.Kind, l.Name})
			}
		})
	})
	a.command(step.Command)
	a.certain = len(a.verbs) == 1 && !conditional
	if step.Into != "" {
		a.gifts = append(a.gifts, gift{name: step.Into, kind: a.kept(step), sure: a.certain})
	}
	for i := range a.gifts {
		a.gifts[i].from = step.Name
	}
	return a
}

// command notes what a step's command asks.
func (a *asks) command(c *Command) {
	verb := c.verb()
	if verb == "" {
		return
	}
	a.verbs = append(a.verbs, verb)
	a.keys = a.keys || verb == "Gather"
}

// listen notes what a Gather listens to.
func (a *asks) listen(e *element) {
	input := "dtmf"
	for _, attr := range e.attrs {
		if attr.name != "input" {
			continue
		}
		text, constant := attr.text.Constant()
		if !constant {
			a.mixed = true
		}
		input = text
	}
	a.keys = a.keys || strings.Contains(input, "dtmf") || a.mixed
	a.speech = a.speech || strings.Contains(input, "speech") || a.mixed
}

// want notes what an AI gather brings.
func (a *asks) want(e *element) {
	node := e.json
	if node != nil && len(e.texts) > 0 {
		node = schemas.Fixed(node, func(text string) bool { return strings.Contains(text, "{{") })
	}
	schema, err := (*schemas.Schema)(nil), error(nil)
	if node != nil {
		schema, err = schemas.Compile(node)
	}
	if schema == nil || err != nil {
		a.open = true
		return
	}
	a.open = a.open || node.Get("patternProperties") != nil || node.Get("properties") == nil
	if more := node.Get("additionalProperties"); more != nil && more.Value != false {
		a.open = true
	}
	for _, name := range schema.Properties() {
		p, _ := schema.Describe(name)
		a.gifts = append(a.gifts, gift{name: name, kind: typeOfProperty(p, schema), sure: p.Required, again: true})
		if p.Required {
			a.missing = append(a.missing, name)
		}
	}
}

// kept is the type of what `into` keeps.
func (a *asks) kept(step *Step) expressions.Type {
	if len(step.Choices) > 0 {
		return choiceType(step.Choices)
	}
	kind := expressions.Type{Kinds: expressions.String, Free: a.speech}
	if slices.Contains(a.verbs, "Gather") {
		kind.Samples = []any{"1", "23"}
	} else {
		kind.Samples = []any{"c8f1a2"}
	}
	return kind
}

func choiceType(choices []Choice) expressions.Type {
	values := make([]any, len(choices))
	for i, c := range choices {
		values[i] = c.Name
	}
	t := expressions.OneOf(values...)
	t.Samples = values
	return t
}

// has reports whether the document asks with a verb.
func (a *asks) has(verb string) bool { return slices.Contains(a.verbs, verb) }

// question reports whether the step asks the caller something that can be
// asked again.
func (a *asks) question() bool { return a.has("Gather") || a.has("AIGather") || a.has("Record") }

// walk visits an element and those in it, in their order.
func (e *element) walk(visit func(*element)) {
	visit(e)
	for _, c := range e.children {
		if c.element != nil {
			c.element.walk(visit)
		}
	}
}

// expressions visits every expression of an element itself: site is where it
// stands, offset its place in it.
func (e *element) expressions(visit func(x *expressions.Expression, site any, offset int)) {
	if e.each != nil {
		visit(e.each.list, e.each.list, 0)
	}
	if e.when != nil {
		visit(e.when, e.when, 0)
	}
	e.eachText(func(t *expressions.Text, _ string) {
		for _, p := range t.Parts() {
			if p.Expression != nil {
				visit(p.Expression, t, p.Offset)
			}
		}
	})
}

// eachText visits every text of an element itself: of an attribute, with its
// name, between elements, and in JSON.
func (e *element) eachText(visit func(t *expressions.Text, attribute string)) {
	for _, a := range e.attrs {
		visit(a.text, a.name)
	}
	for _, c := range e.children {
		if c.text != nil {
			visit(c.text, "")
		}
	}
	if e.json != nil {
		_ = e.json.Strings(func(n *schemas.Node) error { // visit has no errors
			if t := e.texts[n]; t != nil {
				visit(t, "")
			}
			return nil
		})
	}
}
