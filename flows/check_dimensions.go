package flows

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"texmlsrv/flows/expressions"
)

// dimensions are what a step's document reads, in order, with the values to
// try.
func (c *checker) dimensions(s *spot) []dimension {
	u := c.use(s)
	var out []dimension
	for _, path := range u.paths {
		values := c.values(s, u, path)
		if len(values) == 0 {
			values = []any{nil}
		}
		out = append(out, dimension{path, values})
	}
	if s.asks.has("AIGather") && s.flow.Defaults.Carry {
		out = append(out, dimension{"history", []any{nil, "said"}})
	}
	return out
}

// use is what a document does with what it reads.
type use struct {
	paths    []string // roots, or roots with one name below
	types    expressions.Types
	wants    map[string]expressions.Kind
	compared map[string][]any
	tested   map[string]bool // paths that a flow:if reads
}

// use gathers what is known of the expressions of a document.
func (c *checker) use(s *spot) use {
	u := use{
		types: c.types(place{spot: s, flow: s.flow, known: s.known, answers: c.during(s), missing: s.asks.missing}),
		wants: map[string]expressions.Kind{}, compared: map[string][]any{}, tested: map[string]bool{},
	}
	s.step.walk(func(e *element) {
		e.expressions(func(x *expressions.Expression, _ any, _ int) { c.uses(&u, x, x == e.when) })
	})
	slices.Sort(u.paths)
	u.paths = slices.DeleteFunc(slices.Compact(u.paths), func(p string) bool { return p == "texts" || p == "history" })
	if len(c.release.Flows[s.flow.Name].texts.texts) > 0 {
		u.paths = append(u.paths, "vars.language")
		slices.Sort(u.paths)
		u.paths = slices.Compact(u.paths)
	}
	return u
}

// uses notes what an expression reads; a condition tests it.
func (c *checker) uses(u *use, x *expressions.Expression, condition bool) {
	for _, path := range x.Reads() {
		parts := strings.SplitN(path, ".", 3)
		if _, is := u.types.Names[parts[0]]; !is {
			continue // the item of a flow:for, or a secret
		}
		path = strings.Join(parts[:min(2, len(parts))], ".")
		if parts[0] == "now" || parts[0] == "history" || parts[0] == "texts" {
			path = parts[0]
		}
		if condition {
			u.tested[path] = true
		}
		u.paths = append(u.paths, path)
	}
	if strings.Contains(x.Source(), "open(") {
		u.paths = append(u.paths, "now")
	}
	if i := c.inferred[x]; i != nil {
		for path, kinds := range i.Wants {
			u.wants[path] |= kinds
		}
		for path, values := range i.Compared {
			u.compared[path] = append(u.compared[path], values...)
		}
	}
}

// values are those to try for a path.
func (c *checker) values(s *spot, u use, path string) []any {
	root, name, below := strings.Cut(path, ".")
	switch {
	case path == "now":
		return []any{trialTime, trialTime.Add(11 * time.Hour), trialTime.AddDate(0, 0, 4).Add(-8 * time.Hour)}
	case path == "attempt":
		return attempts(s, u.compared[path])
	case path == "missing":
		return missings(s)
	case root == "env":
		return c.environment(s, u, path)
	case path == "call.params":
		return c.parameters(s, u)
	case root == "call":
		return callValues(name, u.types.Names[root].Members[name])
	case !below:
		return candidates(u.types.Names[root], nil)
	}
	t, known := u.types.Names[root].Members[name]
	if !known {
		t = expressions.Unknown(path)
	}
	if t.Kinds == expressions.Any {
		return append(c.unknown(u, path), t.Samples...)
	}
	values := candidates(t, u.compared[path])
	if t.Kinds&expressions.Nil != 0 && !c.surely(s, path) {
		values = append(values, nil)
	}
	return values
}

// surely reports whether a path is there whenever a step's document is sent.
func (c *checker) surely(s *spot, path string) bool {
	i, known := c.present.numbers[path]
	return known && (s.sure == nil || s.sure.has(i))
}

func attempts(s *spot, compared []any) []any {
	most := 1
	if s.asks.question() {
		most = s.flow.Defaults.Attempts
	}
	var out []any
	for n := 1; n <= most && n <= 3; n++ {
		out = append(out, float64(n))
	}
	for _, v := range compared {
		f, is := v.(float64)
		for _, near := range []float64{f, f + 1} {
			if is && near >= 1 && near <= float64(most) && !slices.Contains(out, any(near)) {
				out = append(out, near)
			}
		}
	}
	return out
}

// missings are what a gather may still want: everything, or one thing.
func missings(s *spot) []any {
	if len(s.asks.missing) == 0 {
		return []any{[]any{}}
	}
	out := []any{s.asks.missing}
	if len(s.asks.missing) > 1 {
		for _, name := range s.asks.missing {
			out = append(out, []any{name})
		}
	}
	return out
}

// environment is what the operator sets: what it should be is not known, so it
// is what a number to call, or a URL, may be.
func (c *checker) environment(s *spot, u use, path string) []any {
	values := []any{"+13125550199"}
	s.step.Document.root.walk(func(e *element) {
		for _, a := range e.attrs {
			if slices.Contains(urlAttributes, a.name) && textReads(a.text, path) {
				values[0] = "https://env.example.com"
			}
		}
		for _, child := range e.children {
			if child.text != nil && slices.Contains(addressed, e.name) && textReads(child.text, path) {
				values[0] = "https://env.example.com"
			}
		}
	})
	if u.tested[path] && !c.surely(s, path) {
		values = append(values, nil)
	}
	return values
}

// parameters are what the URL of the entry may have brought: all that the step
// reads of it, as it could be meant, or nothing.
func (c *checker) parameters(s *spot, u use) []any {
	all := map[string]any{}
	s.step.walk(func(e *element) {
		e.expressions(func(x *expressions.Expression, _ any, _ int) {
			for _, path := range x.Reads() {
				if name, is := strings.CutPrefix(path, "call.params."); is {
					all[name] = c.environment(s, u, path)[0]
				}
			}
		})
	})
	return []any{all, map[string]any{}}
}

func textReads(t *expressions.Text, path string) bool {
	return slices.ContainsFunc(t.Parts(), func(p expressions.Part) bool {
		return p.Expression != nil && slices.Contains(p.Expression.Reads(), path)
	})
}

// callValues are what a call may be.
func callValues(name string, t expressions.Type) []any {
	switch name {
	case "direction":
		return []any{"inbound", "outbound"}
	case "from", "to", "party":
		return []any{"+14155550123", "sip:ana@example.com"}
	case "sid", "flow", "started_at":
		return []any{"v3:trial"}
	}
	return append(candidates(t, nil), nil)
}

// unknown makes values of which nothing is known but how they are used.
func (c *checker) unknown(u use, path string) []any {
	return []any{c.shaped(u, path, 1), c.shaped(u, path, 3), nil}
}

// shaped is a value as the document uses it: lists have n items.
func (c *checker) shaped(u use, path string, n int) any {
	kinds := u.wants[path]
	below := func(prefix string) []string {
		var names []string
		for other := range u.wants {
			if rest, is := strings.CutPrefix(other, prefix); is && rest != "" && !strings.ContainsAny(rest, ".[") {
				names = append(names, rest)
			}
		}
		slices.Sort(names)
		return names
	}
	switch {
	case kinds&expressions.List != 0:
		items := make([]any, n)
		for i := range items {
			items[i] = c.shaped(u, path+"[]", n)
		}
		return items
	case kinds&expressions.Map != 0:
		out := map[string]any{}
		for _, name := range below(path + ".") {
			out[name] = c.shaped(u, path+"."+name, n)
		}
		return out
	case kinds == expressions.Number:
		return float64(n)
	case kinds == expressions.Number|expressions.String: // an amount, say, or what is added
		return strconv.Itoa(n)
	case kinds == expressions.Bool:
		return n == 1
	}
	return "Ana"
}
