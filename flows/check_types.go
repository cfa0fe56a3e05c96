package flows

import (
	"maps"
	"slices"
	"strings"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/schemas"
)

// place says where an expression stands, so that its types are known.
type place struct {
	spot    *spot // nil for what belongs to a whole flow
	flow    *Flow
	known   bitset
	answers answers
	missing []any
	locals  map[string]expressions.Type
}

// types are what an expression can read at a place.
func (c *checker) types(p place) expressions.Types {
	text := expressions.Type{Kinds: expressions.String}
	names := map[string]expressions.Type{
		"call": callType, "now": nowType, "history": historyType,
		"answer":   c.answerType(p.answers),
		"gathered": c.gatheredType(p.known),
		"vars":     c.varsType(p.flow, p.known),
		"attempt":  {Kinds: expressions.Number},
		"missing":  missingType(p),
		"texts":    c.textsType(p.flow),
		"env":      {Kinds: expressions.Map, Rest: &text},
		"secrets":  {Kinds: expressions.Map, Rest: &text},
	}
	maps.Copy(names, p.locals)
	return expressions.Types{Names: names, Missing: func(path []string) *expressions.Finding { return c.noName(p, path) }}
}

var (
	someText = expressions.Type{Kinds: expressions.String}
	maybe    = someText.Maybe()
	aNumber  = expressions.Type{Kinds: expressions.Number}

	callType = expressions.Type{Kinds: expressions.Map, Members: map[string]expressions.Type{
		"sid": someText, "direction": expressions.OneOf("inbound", "outbound"), "from": maybe, "to": maybe, "party": maybe,
		"caller_name": {Kinds: expressions.String | expressions.Nil, Free: true}, "type": maybe, "flow": someText,
		"started_at": someText, "answered_by": maybe, "params": {Kinds: expressions.Map, Rest: &someText}, "outcome": maybe,
	}}
	nowType = expressions.Type{Kinds: expressions.Map, Members: map[string]expressions.Type{
		"date": someText, "time": someText, "weekday": expressions.OneOf("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
		"hour": aNumber, "iso": someText,
	}}
	said        = expressions.Type{Kinds: expressions.String, Free: true}
	message     = expressions.Type{Kinds: expressions.Map, Members: map[string]expressions.Type{"role": expressions.OneOf("user", "assistant"), "content": said}}
	historyType = expressions.Type{Kinds: expressions.List, Item: &message}
)

func missingType(p place) expressions.Type {
	item := someText
	if p.missing != nil {
		item = expressions.OneOf(p.missing...)
	}
	return expressions.Type{Kinds: expressions.List, Item: &item}
}

func (c *checker) textsType(flow *Flow) expressions.Type {
	if t, ok := c.views["texts "+flow.Name]; ok {
		return t
	}
	t := expressions.Type{Kinds: expressions.Map, Members: map[string]expressions.Type{}}
	if flow.texts != nil {
		for key := range flow.texts.texts {
			t.Members[key] = someText
		}
	}
	c.views["texts "+flow.Name] = t
	return t
}

// gatheredType is what `gathered` is where these names are known.
func (c *checker) gatheredType(known bitset) expressions.Type {
	key := "gathered " + known.key()
	if t, ok := c.views[key]; ok {
		return t
	}
	t := expressions.Type{Kinds: expressions.Map, Members: map[string]expressions.Type{}}
	known.each(func(i int) {
		name, gathered := strings.CutPrefix(c.names.names[i], "gathered.")
		if !gathered {
			return
		}
		if name == "*" {
			t.Rest = &expressions.Type{Kinds: expressions.Any}
			return
		}
		var all expressions.Type
		for _, g := range c.brought[name] {
			all = expressions.Union(all, g.kind)
		}
		if all.Kinds == expressions.Any {
			all.Path = "gathered." + name
		}
		t.Members[name] = all.Maybe()
	})
	c.views[key] = t
	return t
}

// varsType is what `vars` is in a flow where these names are known.
func (c *checker) varsType(flow *Flow, known bitset) expressions.Type {
	key := "vars " + flow.Name + " " + known.key()
	if t, ok := c.views[key]; ok {
		return t
	}
	t := expressions.Type{Kinds: expressions.Map, Members: map[string]expressions.Type{}}
	add := func(name string, of expressions.Type) {
		t.Members[name] = expressions.Union(t.Members[name], of)
	}
	for name, v := range flow.Variables {
		add(name, setting(v))
	}
	for _, to := range slices.Sorted(maps.Keys(c.release.App.Numbers)) {
		for name, v := range c.release.App.Numbers[to].Variables {
			add(name, setting(v))
		}
	}
	known.each(func(i int) {
		if name, is := strings.CutPrefix(c.names.names[i], "vars."); is {
			add(name, c.assigned[name].Maybe())
		}
	})
	for name, of := range t.Members {
		if of.Kinds == expressions.Any {
			of.Path = "vars." + name
			t.Members[name] = of
		}
	}
	c.views[key] = t
	return t
}

// setting is the type of a variable that the author may set to something else
// any day: of its kind, but not bound to its value.
func setting(v any) expressions.Type {
	if v == nil {
		return expressions.Unknown("")
	}
	return unbound(expressions.OfValue(v))
}

func unbound(t expressions.Type) expressions.Type {
	t.Values = nil
	if t.Item != nil {
		item := unbound(*t.Item)
		t.Item = &item
	}
	for name, m := range t.Members {
		t.Members[name] = unbound(m)
	}
	return t
}

// noName says what is wrong with a name that cannot be there.
func (c *checker) noName(p place, path []string) *expressions.Finding {
	if len(path) != 2 {
		return nil
	}
	name, root := path[1], path[0]
	switch root {
	case "texts":
		return &expressions.Finding{
			Reason: expressions.NoMember, Message: "texts.yaml has no text " + name,
			Suggestion: expressions.Nearest(name, root, slices.Sorted(maps.Keys(c.textsType(p.flow).Members))),
		}
	case "gathered", "vars":
	default:
		return nil
	}
	if _, anywhere := c.names.numbers[root+"."+name]; anywhere {
		return &expressions.Finding{
			Reason:  expressions.Elsewhere,
			Message: root + "." + name + " is never there when this is read: " + c.bringer(root, name) + " brings it, and a call cannot have been there before",
		}
	}
	if root == "vars" && c.elsewhere(name) != "" {
		return &expressions.Finding{
			Reason:  expressions.Elsewhere,
			Message: "vars." + name + " is never there when this is read: it is a variable of the flow " + c.elsewhere(name) + " only",
		}
	}
	message := "no gather, choice or into brings gathered." + name
	if root == "vars" {
		message = "no variable, set or look-up has the name " + name
	}
	return &expressions.Finding{
		Reason: expressions.NoMember, Message: message,
		Suggestion: expressions.Nearest(name, root, c.knownNames(p, root)),
	}
}

// bringer names a step that brings a name.
func (c *checker) bringer(root, name string) string {
	i := c.names.numbers[root+"."+name]
	for _, s := range c.spots {
		if own := c.own(s); own.has(i) {
			return "the step " + s.name()
		}
	}
	return "another step"
}

// elsewhere is another flow that has a variable.
func (c *checker) elsewhere(name string) string {
	for _, flow := range c.release.Names() {
		if _, has := c.release.Flows[flow].Variables[name]; has {
			return flow
		}
	}
	return ""
}

// knownNames are those that may be meant: the ones that can be there, or if
// there are none, all.
func (c *checker) knownNames(p place, root string) []string {
	here := c.gatheredType(p.known)
	if root == "vars" {
		here = c.varsType(p.flow, p.known)
	}
	names := slices.Sorted(maps.Keys(here.Members))
	for _, full := range c.names.names {
		if name, is := strings.CutPrefix(full, root+"."); is && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// typeOfProperty is the type of a property of a gather.
func typeOfProperty(p schemas.Property, s *schemas.Schema) expressions.Type {
	t := propertyType(p)
	for _, v := range samplesOf(p, 0) {
		if s == nil || s.Valid(p.Name, v) {
			t.Samples = append(t.Samples, v)
		}
	}
	return t
}

// scalar reports whether a value of an enum is text, a number, true or false: no
// other can be one, where the type is none of lists and objects.
func scalar(v any) bool {
	switch v.(type) {
	case string, float64, bool:
		return true
	}
	return false
}

func propertyType(p schemas.Property) expressions.Type {
	var t expressions.Type
	for _, word := range p.Types {
		switch word {
		case "string":
			t.Kinds |= expressions.String
		case "integer", "number":
			t.Kinds |= expressions.Number
		case "boolean":
			t.Kinds |= expressions.Bool
		case "array":
			t.Kinds |= expressions.List
		case "object":
			t.Kinds |= expressions.Map
		case "null":
			t.Kinds |= expressions.Nil
		}
	}
	if t.Kinds == 0 {
		return expressions.Unknown("")
	}
	if p.Enum != nil && t.Kinds&(expressions.List|expressions.Map) == 0 {
		t.Values = slices.DeleteFunc(slices.Clone(p.Enum), func(v any) bool { return !scalar(v) })
	}
	t.Free = t.Kinds&expressions.String != 0 && p.Enum == nil && p.Pattern == "" && p.Format == ""
	if p.Items != nil {
		item := propertyType(*p.Items)
		t.Item = &item
	}
	if t.Kinds&expressions.Map != 0 {
		t.Members = map[string]expressions.Type{}
		for _, m := range p.Properties {
			t.Members[m.Name] = propertyType(m).Maybe()
		}
		if p.Open {
			t.Rest = &expressions.Type{Kinds: expressions.Any}
		}
	}
	return t
}
