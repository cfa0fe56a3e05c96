package flows

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/problems"
	"texmlsrv/flows/strictyaml"
)

// Rules are tried in order; the first that holds and leads somewhere wins.
type Rules []Rule

// Rule is one line under next, otherwise or on.
type Rule struct {
	Name   string                  // where it stands: next[0]
	When   *expressions.Expression // nil: always
	Goto   Target                  // zero: go on to the next rule
	Set    []Assignment
	Forget []string

	leads bool // it has a goto, be it a wrong one
}

// Assignment is one variable that a rule sets.
type Assignment struct {
	Name  string
	Value value
}

// Target is where a rule leads.
type Target struct {
	Again bool   // ask the same step again
	Flow  string // "" for the flow the rule stands in
	Step  string
}

// String is the target as an author writes it; "" for none.
func (t Target) String() string {
	switch {
	case t.Again:
		return "again"
	case t.Flow != "":
		return t.Flow + "/" + t.Step
	}
	return t.Step
}

func (t Target) none() bool { return t == Target{} }

// ruleReader reads rules of one step.
type ruleReader struct {
	*flowReader
	step string
}

// rules reads a step's name, a rule, or a list of rules.
func (r ruleReader) rules(n *yaml.Node, name string) Rules {
	n = strictyaml.Deref(n)
	rules := Rules{} // not nil: there is a next
	if n.Kind == yaml.SequenceNode {
		for i, item := range n.Content {
			rules = append(rules, r.rule(strictyaml.Deref(item), fmt.Sprintf("%s[%d]", name, i)))
		}
	} else {
		rules = append(rules, r.rule(n, name+"[0]"))
	}
	r.checkLeads(n, rules)
	return rules
}

// checkLeads finds rules that can never do anything, because only one that
// leads somewhere wins.
func (r ruleReader) checkLeads(n *yaml.Node, rules Rules) {
	leads := slices.ContainsFunc(rules, func(rule Rule) bool { return rule.leads })
	if !leads {
		r.Report(n, "for example: goto: goodbye", "this leads nowhere: there is no goto")
	}
}

func (r ruleReader) rule(n *yaml.Node, name string) Rule {
	rule := Rule{Name: name}
	r.siteOf(ruleSite{r.flow.Name, r.step, name}, n)
	if n.Kind == yaml.ScalarNode {
		rule.leads = true
		r.target(n, &rule.Goto)
		return rule
	}
	rule.leads = n.Kind != yaml.MappingNode || hasKey(n, "goto")
	r.Mapping(n, "a rule", r.ruleFields(&rule))
	return rule
}

func (r ruleReader) ruleFields(rule *Rule) strictyaml.Fields {
	return strictyaml.Fields{
		"when":   func(v *yaml.Node) { rule.When = r.condition(v) },
		"goto":   func(v *yaml.Node) { r.target(v, &rule.Goto) },
		"set":    func(v *yaml.Node) { rule.Set = r.assignments(v) },
		"forget": func(v *yaml.Node) { rule.Forget = r.names(v) },
	}
}

// condition compiles an expression; a true or false without quotes is one too.
func (r ruleReader) condition(n *yaml.Node) *expressions.Expression {
	text, ok := r.Text(n, "when")
	if !ok {
		return nil
	}
	e, err := expressions.Compile(text, r.options())
	if err != nil {
		r.expressionProblem(n, err)
		return nil
	}
	r.siteOf(e, n)
	return e
}

// target reads where a rule leads. That the place exists is checked when every
// flow is read.
func (r ruleReader) target(n *yaml.Node, t *Target) {
	text, ok := r.Text(n, "goto")
	if !ok {
		return
	}
	switch flow, step, cross := strings.Cut(text, "/"); {
	case text == "":
		r.noStep(n, "goto: goodbye")
	case cross && step == "":
		r.Report(n, "for example: goto: "+text+"welcome", "the name of a step is missing behind %q", text)
	case text == "again":
		t.Again = true
	case cross:
		t.Flow, t.Step = flow, step
		r.refs = append(r.refs, ref{n, flow, step})
	default:
		t.Step = text
		r.refs = append(r.refs, ref{n, r.flow.Name, text})
	}
}

func (r ruleReader) assignments(n *yaml.Node) []Assignment {
	var list []Assignment
	for _, p := range r.Pairs(n, "set") {
		if !isName(p.Key.Value) {
			r.Report(p.Key, "", "%q cannot be the name of a variable: use letters, digits and _", p.Key.Value)
		}
		list = append(list, Assignment{p.Key.Value, r.value(p.Value, "set", r.options())})
	}
	return list
}

// names reads one name or a list of names.
func (r ruleReader) names(n *yaml.Node) []string {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = r.Items(n, "forget")
	}
	var names []string
	for _, item := range items {
		if text, ok := r.Text(item, "forget"); ok {
			names = append(names, text)
		}
	}
	return names
}

// isName reports whether s can be a member in an expression: gathered.s.
func isName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) && (s[0] < '0' || s[0] > '9')
}

// value is something a template is made of that becomes a JSON value.
type value interface {
	eval(s *expressions.Scope) (any, error)
}

type constant struct{ v any }

func (c constant) eval(*expressions.Scope) (any, error) { return c.v, nil }

type textValue struct{ text *expressions.Text }

func (t textValue) eval(s *expressions.Scope) (any, error) { return t.text.Value(s) }

type listValue []value

func (l listValue) eval(s *expressions.Scope) (any, error) {
	out := make([]any, len(l))
	for i, v := range l {
		var err error
		if out[i], err = v.eval(s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type member struct {
	name  string
	value value
}

type objectValue []member

func (o objectValue) eval(s *expressions.Scope) (any, error) {
	out := make(map[string]any, len(o))
	for _, m := range o {
		v, err := m.value.eval(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		out[m.name] = v
	}
	return out, nil
}

// value compiles a YAML value whose strings may hold {{ expressions }}.
func (r *flowReader) value(n *yaml.Node, what string, o expressions.Options) value {
	n = strictyaml.Deref(n)
	switch n.Kind {
	case yaml.SequenceNode:
		var list listValue
		for _, item := range n.Content {
			list = append(list, r.value(item, what, o))
		}
		return list
	case yaml.MappingNode:
		var object objectValue
		for _, p := range r.Pairs(n, what) {
			object = append(object, member{p.Key.Value, r.value(p.Value, what, o)})
		}
		return object
	}
	return r.scalarValue(n, what, o)
}

func (r *flowReader) scalarValue(n *yaml.Node, what string, o expressions.Options) value {
	var compiled value
	plain := r.Value(n, what, func(n *yaml.Node) any {
		compiled = constant{n.Value}
		if strings.Contains(n.Value, "{{") {
			if text := r.text(n, o); text != nil {
				compiled = textValue{text}
			}
		}
		return nil
	})
	if compiled != nil {
		return compiled
	}
	return constant{plain}
}

// text compiles a scalar with {{ expressions }} in it; nil after a mistake.
func (r *flowReader) text(n *yaml.Node, o expressions.Options) *expressions.Text {
	source, ok := r.Text(n, "this")
	if !ok {
		return nil
	}
	text, err := expressions.CompileText(source, o)
	if err != nil {
		r.expressionProblem(n, err)
		return nil
	}
	r.siteOf(text, n)
	return text
}

// ref is a place that a rule or a template leads to.
type ref struct {
	node *yaml.Node
	flow string
	step string
}

// suggestStep tells a mistyped step or flow.
func suggestStep(name string, known []string) string {
	known = slices.Clone(known)
	return problems.Nearest(name, append(known, "again"))
}
