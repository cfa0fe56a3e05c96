package flows

import (
	"regexp/syntax"
	"slices"
	"strings"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/schemas"
)

// sampleDepth bounds how deep the objects and lists of samples nest.
const sampleDepth = 4

// formatSamples are texts of the formats of JSON Schema.
var formatSamples = map[string]string{
	"date": "2026-11-24", "time": "19:30:00Z", "date-time": "2026-11-24T19:30:00Z", "duration": "PT30M",
	"email": "ana@example.com", "hostname": "example.com", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1",
	"uri": "https://example.com/a", "uri-reference": "/a", "iri": "https://example.com/a", "iri-reference": "/a",
	"uuid": "00000000-0000-4000-8000-000000000000", "regex": "a", "json-pointer": "/a", "semver": "1.0.0",
}

// samplesOf are values that a property may have, a usual one first. They are
// to be held against the schema.
func samplesOf(p schemas.Property, depth int) []any {
	if p.Enum != nil || depth > sampleDepth {
		return p.Enum
	}
	var out []any
	for _, word := range p.Types {
		switch word {
		case "string":
			out = append(out, textSamples(p)...)
		case "integer", "number":
			out = append(out, numberSamples(p, word)...)
		case "boolean":
			out = append(out, true, false)
		case "array":
			out = append(out, listSamples(p, depth)...)
		case "object":
			out = append(out, objectSamples(p, depth)...)
		}
	}
	return out
}

func textSamples(p schemas.Property) []any {
	if p.Pattern != "" {
		if s, ok := matching(p.Pattern); ok {
			return []any{s}
		}
		return nil
	}
	if s, ok := formatSamples[p.Format]; ok {
		return []any{s}
	}
	out := []any{"Ana"}
	if p.Minimum != nil {
		out = append(out, strings.Repeat("x", int(*p.Minimum)))
	}
	return out
}

func numberSamples(p schemas.Property, word string) []any {
	var out []any
	for _, edge := range []*float64{p.Minimum, p.Maximum} {
		if edge != nil {
			out = append(out, *edge)
		}
	}
	out = append([]any{4.0}, append(out, 0.0, 1.0)...)
	if word == "number" {
		out = append(out, 2.5)
	}
	return out
}

func listSamples(p schemas.Property, depth int) []any {
	item := any("Ana")
	if p.Items != nil {
		samples := samplesOf(*p.Items, depth+1)
		if len(samples) == 0 {
			return []any{[]any{}}
		}
		item = samples[0]
	}
	return []any{[]any{item}, []any{item, item, item}, []any{}}
}

func objectSamples(p schemas.Property, depth int) []any {
	whole, least := map[string]any{}, map[string]any{}
	for _, m := range p.Properties {
		samples := samplesOf(m, depth+1)
		if len(samples) == 0 {
			continue
		}
		whole[m.Name] = samples[0]
		if m.Required {
			least[m.Name] = samples[0]
		}
	}
	if len(least) == len(whole) {
		return []any{whole}
	}
	return []any{whole, least}
}

// matching is a short text that a pattern matches.
func matching(pattern string) (string, bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", false
	}
	var b strings.Builder
	match(&b, re.Simplify())
	return b.String(), b.Len() < 200
}

func match(b *strings.Builder, re *syntax.Regexp) {
	if b.Len() > 200 {
		return
	}
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		b.WriteRune(usual(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('a')
	case syntax.OpCapture, syntax.OpConcat, syntax.OpPlus:
		for _, sub := range re.Sub {
			match(b, sub)
		}
	case syntax.OpAlternate:
		match(b, re.Sub[0])
	case syntax.OpRepeat:
		for range max(1, re.Min) {
			match(b, re.Sub[0])
		}
	}
}

// usual is a rune of a class: a digit or a letter where there is one.
func usual(class []rune) rune {
	for _, r := range "5a0A1" {
		for i := 0; i+1 < len(class); i += 2 {
			if class[i] <= r && r <= class[i+1] {
				return r
			}
		}
	}
	if len(class) == 0 {
		return 'a'
	}
	return class[0]
}

const (
	hostile  = `</Say><Hangup/>"&<![CDATA[{{x}}]]>`
	longText = 300
)

// candidates are the values to try for something of a type, the usual one
// first; compared are constants that the document compares it with.
func candidates(t expressions.Type, compared []any) []any {
	var out []any
	add := func(values ...any) {
		for _, v := range values {
			same := func(w any) bool { return expressions.Format(w) == expressions.Format(v) }
			if !slices.ContainsFunc(out, same) {
				out = append(out, v)
			}
		}
	}
	if t.Values != nil {
		add(t.Values...)
		return out
	}
	add(t.Samples...)
	for _, v := range compared {
		add(around(v, t)...)
	}
	if len(out) == 0 {
		add(ordinary(t)...)
	}
	if t.Free {
		add(hostile, strings.Repeat("long ", longText/5))
	}
	return out
}

// around are values about which a comparison changes.
func around(v any, t expressions.Type) []any {
	switch v := v.(type) {
	case float64:
		if t.Kinds&expressions.Number != 0 {
			return []any{v, v + 1, v - 1}
		}
	case string:
		if t.Kinds&expressions.String != 0 {
			return []any{v}
		}
	case bool:
		if t.Kinds&expressions.Bool != 0 {
			return []any{v}
		}
	}
	return nil
}

// ordinary are values of each kind that a type has.
func ordinary(t expressions.Type) []any {
	var out []any
	if t.Kinds&expressions.String != 0 {
		out = append(out, "Ana")
	}
	if t.Kinds == expressions.Any {
		return out
	}
	if t.Kinds&expressions.Number != 0 {
		out = append(out, 2.0, 0.0, 1.0)
	}
	if t.Kinds&expressions.Bool != 0 {
		out = append(out, true, false)
	}
	if t.Kinds&expressions.List != 0 {
		out = append(out, lists(t)...)
	}
	if t.Kinds&expressions.Map != 0 {
		out = append(out, object(t))
	}
	return out
}

func lists(t expressions.Type) []any {
	item := any("Ana")
	if t.Item != nil {
		of := candidates(*t.Item, nil)
		if len(of) == 0 {
			return []any{[]any{}}
		}
		item = of[0]
	}
	return []any{[]any{item}, []any{item, item, item}, []any{}}
}

func object(t expressions.Type) map[string]any {
	out := map[string]any{}
	for name, m := range t.Members {
		if of := candidates(m, nil); len(of) > 0 {
			out[name] = of[0]
		}
	}
	return out
}
