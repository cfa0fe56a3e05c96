package flows

import (
	"maps"
	"reflect"
	"strings"

	"texmlsrv/flows/expressions"
)

// rounds is how often the types of variables are found out from one another.
const rounds = 6

// assign finds out what the variables that rules set can be. They may depend
// on one another, so it looks again until nothing changes; what still does is
// not known.
func (c *checker) assign() {
	for round := range rounds {
		next := c.assignments()
		settledDown := reflect.DeepEqual(next, c.assigned)
		if round == rounds-1 && !settledDown {
			for name, t := range next {
				if !reflect.DeepEqual(t, c.assigned[name]) {
					next[name] = expressions.Unknown("")
				}
			}
		}
		c.assigned = next
		maps.DeleteFunc(c.views, func(key string, _ expressions.Type) bool { return strings.HasPrefix(key, "vars ") })
		if settledDown {
			return
		}
	}
}

// assignments are the types of everything that is set, going by those found
// before.
func (c *checker) assignments() map[string]expressions.Type {
	out := map[string]expressions.Type{}
	for _, s := range c.spots {
		if l := s.step.Lookup; l != nil && l.Into != "" {
			out[l.Into] = expressions.Unknown("")
		}
		for _, l := range s.lists() {
			if len(l.rules) == 0 {
				continue
			}
			types := expressions.Types{}
			for _, rule := range l.rules {
				for _, a := range rule.Set {
					if types.Names == nil && !fixed(a.Value) {
						types = c.types(c.ruledPlace(s, l.by))
					}
					out[a.Name] = expressions.Union(out[a.Name], typeOfValue(a.Value, types))
				}
			}
		}
	}
	return out
}

func fixed(v value) bool {
	_, is := v.(constant)
	return is
}

// typeOfValue is the type of what a value in YAML becomes.
func typeOfValue(v value, types expressions.Types) expressions.Type {
	switch v := v.(type) {
	case constant:
		return expressions.OfValue(v.v)
	case textValue:
		return typeOfText(v.text, types)
	case listValue:
		t := expressions.Type{Kinds: expressions.List}
		for i, item := range v {
			of := typeOfValue(item, types)
			if i > 0 {
				of = expressions.Union(*t.Item, of)
			}
			t.Item = &of
		}
		return t
	case objectValue:
		t := expressions.Type{Kinds: expressions.Map, Members: map[string]expressions.Type{}}
		for _, m := range v {
			t.Members[m.name] = typeOfValue(m.value, types)
		}
		return t
	}
	return expressions.Unknown("")
}

// typeOfText is the type of text with expressions in it.
func typeOfText(text *expressions.Text, types expressions.Types) expressions.Type {
	if whole := text.Whole(); whole != nil {
		t := whole.Infer(types).Type
		t.Path = ""
		return t
	}
	t := expressions.Type{Kinds: expressions.String}
	for _, p := range text.Parts() {
		if p.Expression != nil {
			t.Free = t.Free || p.Expression.Infer(types).Type.Free
		}
	}
	if s, ok := text.Constant(); ok {
		return expressions.OfValue(s)
	}
	return t
}

// ruledPlace is where a list of rules of a step stands.
func (c *checker) ruledPlace(s *spot, by string) place {
	return place{spot: s, flow: s.flow, known: s.known, answers: c.after(s, by), missing: s.asks.missing}
}
