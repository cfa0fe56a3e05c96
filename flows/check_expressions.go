package flows

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/problems"
)

var codeOf = map[expressions.Reason]string{
	expressions.NoMember: codeNoName, expressions.Elsewhere: codeElsewhere, expressions.WrongKind: codeKind,
	expressions.NeverEqual: codeNever, expressions.Absent: codeAbsent,
	expressions.MayWrongKind: codeMayKind,
}

// expressions looks at every expression, with what it can read where it
// stands.
func (c *checker) expressions() {
	for _, name := range c.release.Names() {
		c.wholeFlow(c.release.Flows[name])
	}
	for _, s := range c.spots {
		c.stepExpressions(s)
		c.statuses(s)
	}
}

// wholeFlow looks at what stands outside of the steps: it can be read after
// any of them.
func (c *checker) wholeFlow(flow *Flow) {
	always, defaults, all := place{flow: flow}, place{flow: flow}, place{flow: flow}
	for _, s := range c.spots {
		if s.flow != flow {
			continue
		}
		for _, p := range []*place{&always, &defaults, &all} {
			p.known.or(s.known)
		}
		always.answers.or(c.after(s, "always"))
		defaults.answers.or(c.after(s, "defaults"))
		all.answers.or(c.after(s, "otherwise"))
	}
	c.ruleExpressions(always, flow.Always)
	c.ruleExpressions(defaults, flow.Defaults.Otherwise)
	c.textExpressions(c.types(all), flow.Summary)
}

func (c *checker) stepExpressions(s *spot) {
	at := place{spot: s, flow: s.flow, known: s.known, answers: s.before, missing: s.asks.missing}
	c.textExpressions(c.types(at), s.step.Outcome)
	if l := s.step.Lookup; l != nil {
		types := c.types(at)
		c.textExpressions(types, l.URL)
		for _, h := range l.Headers {
			c.textExpressions(types, h.Value)
		}
		c.valueExpressions(types, l.Body)
	}
	for _, l := range s.lists() {
		if l.by != "always" && l.by != "defaults" && len(l.rules) > 0 {
			c.ruleExpressions(c.ruledPlace(s, l.by), l.rules)
		}
	}
	if s.step.Document != nil {
		at.answers = c.during(s)
		for _, root := range s.step.elements() {
			c.elementExpressions(at, root)
		}
	}
}

func (c *checker) ruleExpressions(p place, rules Rules) {
	if len(rules) == 0 {
		return
	}
	types := c.types(p)
	for _, rule := range rules {
		if rule.When != nil {
			c.expression(types, rule.When, rule.When, 0)
		}
		for _, a := range rule.Set {
			c.valueExpressions(types, a.Value)
		}
	}
}

func (c *checker) valueExpressions(types expressions.Types, v value) {
	switch v := v.(type) {
	case textValue:
		c.textExpressions(types, v.text)
	case listValue:
		for _, item := range v {
			c.valueExpressions(types, item)
		}
	case objectValue:
		for _, m := range v {
			c.valueExpressions(types, m.value)
		}
	}
}

func (c *checker) textExpressions(types expressions.Types, t *expressions.Text) {
	if t == nil {
		return
	}
	for _, p := range t.Parts() {
		if p.Expression != nil {
			c.expression(types, p.Expression, t, p.Offset)
		}
	}
}

// elementExpressions looks at an element and those in it, with the items of
// the loops around.
func (c *checker) elementExpressions(p place, e *element) {
	types := c.types(p)
	if e.each != nil {
		inference := c.expression(types, e.each.list, e.each.list, 0)
		over := inference.Type
		c.site(e.each.list).overList(over)
		if over.Path != "" {
			inference.Wants[over.Path] |= expressions.List
		}
		p.locals = maps.Clone(p.locals)
		if p.locals == nil {
			p.locals = map[string]expressions.Type{}
		}
		p.locals[e.each.item] = itemType(over)
		types = c.types(p)
	}
	e.expressions(func(x *expressions.Expression, site any, offset int) {
		if e.each == nil || x != e.each.list {
			c.expression(types, x, site, offset)
		}
	})
	for _, child := range e.children {
		if child.element != nil {
			c.elementExpressions(p, child.element)
		}
	}
}

// overList says so when a flow:for does not go over a list.
func (s site) overList(t expressions.Type) {
	if kinds := t.Kinds &^ expressions.Nil; kinds != 0 && kinds&expressions.List == 0 {
		s.found(codeKind, 0, "", fmt.Sprintf("flow:for goes over a list, and this is %s", kinds))
	}
}

// itemType is what a flow:for goes over one by one.
func itemType(list expressions.Type) expressions.Type {
	switch {
	case list.Item != nil:
		return *list.Item
	case list.Kinds == expressions.Any && list.Path != "":
		return expressions.Unknown(list.Path + "[]")
	}
	return expressions.Unknown("")
}

// expression looks at one expression, which stands so many bytes behind the
// beginning of a site.
func (c *checker) expression(types expressions.Types, x *expressions.Expression, at any, offset int) *expressions.Inference {
	inference := x.Infer(types)
	c.inferred[x] = inference
	for _, f := range inference.Findings {
		code := codeOf[f.Reason]
		if f.Reason == expressions.Absent && strings.HasPrefix(f.Message, "answer.choice ") {
			code = codeNever
		}
		c.site(at).found(code, offset+f.Offset, f.Suggestion, f.Message)
	}
	return inference
}

// statuses looks for statuses under `on` that a step cannot have.
func (c *checker) statuses(s *spot) {
	_, types := c.outcomeTypes(c.brings(s))
	for _, status := range slices.Sorted(maps.Keys(s.step.On)) {
		if len(c.after(s, "on."+status).outcomes.key()) > 0 || types.Kinds == 0 {
			continue
		}
		words := make([]string, len(types.Values))
		for i, v := range types.Values {
			words[i], _ = v.(string)
		}
		message := fmt.Sprintf("step %q never has the status %s: what it brings is %s", s.step.Name, status, strings.Join(words, ", "))
		if len(words) == 0 {
			message = fmt.Sprintf("step %q never has the status %s: it asks nothing", s.step.Name, status)
		}
		c.site(ruleSite{s.flow.Name, s.step.Name, "on." + status + "[0]"}).found(codeStatus, 0, problems.Nearest(status, words), message)
	}
}
