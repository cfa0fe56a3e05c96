package flows

import (
	"slices"
	"strings"

	"texmlsrv/flows/expressions"
)

// requests tries every look-up with what it can be given: as documents are,
// but that nobody knows what an address would bring.
func (c *checker) requests() {
	for _, s := range c.spots {
		if s.step.Lookup != nil && s.step.Lookup.URL != nil {
			c.request(s)
		}
	}
}

// request tries the look-up of one step: as usual, and with every other value
// once.
func (c *checker) request(s *spot) {
	t := &trial{checker: c, spot: s, dimensions: c.requestDimensions(s)}
	inputs := []input{make(input, len(t.dimensions))}
	for i, d := range t.dimensions {
		for n := 1; n < len(d.values); n++ {
			in := slices.Clone(inputs[0])
			in[i] = n
			inputs = append(inputs, in)
		}
	}
	for _, in := range inputs {
		d, scope := t.given(in)
		if _, err := d.lookupRequest(s.step.Lookup, scope); err != nil {
			t.failed = append(t.failed, failure{err, in})
		} else {
			t.sent++
		}
	}
	switch {
	case len(t.failed) == 0:
	case t.sent == 0:
		c.tell(s, codeNoRequest, "", "the look-up of the step %q can never be made%s: %v", s.step.Name, t.with(t.failed[0].input), t.failed[0].err)
	default:
		c.tell(s, codeRequest, "", "the look-up of the step %q cannot be made%s: %v", s.step.Name, t.with(t.failed[0].input), t.failed[0].err)
	}
}

// requestDimensions are what a look-up reads, in order, with the values to try.
func (c *checker) requestDimensions(s *spot) []dimension {
	l := s.step.Lookup
	u := use{
		types: c.types(place{spot: s, flow: s.flow, known: s.known, answers: s.before}),
		wants: map[string]expressions.Kind{}, compared: map[string][]any{}, tested: map[string]bool{},
	}
	read := func(t *expressions.Text) {
		for _, p := range t.Parts() {
			if p.Expression != nil {
				c.uses(&u, p.Expression, false)
			}
		}
	}
	read(l.URL)
	for _, h := range l.Headers {
		read(h.Value)
	}
	eachTextOf(l.Body, read)
	slices.Sort(u.paths)
	var out []dimension
	for _, path := range slices.Compact(u.paths) {
		values := []any{nil}
		switch {
		case path == "texts", path == "history":
			continue
		case strings.HasPrefix(path, "env."):
			values[0] = "https://env.example.com"
			if !textReads(l.URL, path) {
				values[0] = "+13125550199"
			}
		default:
			if some := c.values(s, u, path); len(some) > 0 {
				values = some
			}
		}
		out = append(out, dimension{path, values})
	}
	return out
}

// eachTextOf visits every text of a value.
func eachTextOf(v value, visit func(*expressions.Text)) {
	switch v := v.(type) {
	case textValue:
		visit(v.text)
	case listValue:
		for _, item := range v {
			eachTextOf(item, visit)
		}
	case objectValue:
		for _, m := range v {
			eachTextOf(m.value, visit)
		}
	}
}
