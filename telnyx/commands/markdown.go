package commands

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Markdown documents a command for people: what it does, a table of its
// parameters, and the events that may follow. It ends with a line break.
func (d Declaration) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n\n| parameter | takes | Telnyx's default | meaning |\n|---|---|---|---|\n", d.Name, d.Doc)
	for _, p := range d.Params {
		writeRows(&b, p, p.Name)
	}
	for _, r := range d.Rules {
		fmt.Fprintf(&b, "\n%s\n", r.sentence())
	}
	if len(d.Events) > 0 {
		fmt.Fprintf(&b, "\nEvents: %s.\n", strings.Join(d.Events, ", "))
	}
	return b.String()
}

// writeRows writes the row of a parameter, and those of what is inside of it.
func writeRows(b *strings.Builder, p Param, at string) {
	name := "`" + at + "`"
	if p.Required {
		name += " (required)"
	}
	fmt.Fprintf(b, "| %s | %s | %s | %s |\n", name, cell(p.takes()), cell(p.defaults()), cell(p.Doc))
	for _, f := range p.Fields {
		writeRows(b, f, at+"."+f.Name)
	}
	for _, v := range p.Variants {
		fmt.Fprintf(b, "| `%s` with %s %s | an object | | %s |\n", at, p.Tag, v.Name, cell(v.Doc))
		for _, f := range v.Fields {
			writeRows(b, f, at+"."+f.Name)
		}
	}
	if p.Item != nil {
		below := at + "[]"
		if p.Type == TypeMap {
			below = at + ".*"
		}
		writeRows(b, *p.Item, below)
	}
	for _, a := range p.Alternatives {
		writeRows(b, a, at)
	}
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// takes says what a parameter may be.
func (p Param) takes() string {
	out := p.noun()
	if p.Type == TypeSchema {
		out = "a JSON Schema of type object"
	}
	switch {
	case p.Min == nil && p.Max == nil:
	case p.Type == TypeText && p.Min == nil:
		out += ", at most " + amount(*p.Max) + " characters"
	case p.Type == TypeText:
		out += ", " + span(p.Min, p.Max) + " characters"
	case p.Type == TypeList:
		out += ", " + amount(*p.Min) + " or more"
	default:
		out += ", " + span(p.Min, p.Max)
	}
	if p.Enum != nil {
		out += ": " + strings.Join(p.Enum, " ")
	}
	if p.Open {
		out += " …"
	}
	return out
}

func (p Param) defaults() string {
	switch v := p.Default.(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		out, _ := json.Marshal(v) // numbers and booleans
		return string(out)
	}
}

func (r Rule) sentence() string {
	switch r.Kind {
	case AtMostOne:
		return "At most one of " + strings.Join(r.Names, ", ") + "."
	case AtLeastOne:
		return "At least one of " + strings.Join(r.Names, ", ") + "."
	case Ordered:
		return r.Names[0] + " is not above " + r.Names[1] + "."
	}
	return fmt.Sprintf("With %s %s, %s is %s.", r.Names[0], r.Value, r.Names[1], r.Other)
}
