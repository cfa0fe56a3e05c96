package texml

import (
	"fmt"
	"strings"
)

// Reference returns the vocabulary and the rules of the checker as Markdown.
func Reference() string {
	var b strings.Builder
	b.WriteString("# TeXML\n\nEvery element, attribute and value that the checker knows, as Telnyx documents them, with what Telnyx leaves open. ")
	b.WriteString("Generated from the package `texml`; `texmlsrv check --explain TX201` explains a rule.\n\n## Elements\n")
	for _, e := range vocabulary {
		e.reference(&b)
	}
	b.WriteString("\n## Rules of the checker\n\n| code | severity | what is found |\n|---|---|---|\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "| %s | %v | %s |\n", r.Code, r.Severity, cell(r.Title))
	}
	for _, r := range rules {
		fmt.Fprintf(&b, "\n### %s: %s\n\n%s\n\n```xml\n%s\n```\n\nbetter:\n\n```xml\n%s\n```\n", r.Code, r.Title, r.Explanation, r.Wrong, r.Right)
	}
	return b.String()
}

// reference writes one element.
func (e *ElementDecl) reference(b *strings.Builder) {
	fmt.Fprintf(b, "\n### %s\n\n%s", e.Key, e.Doc)
	if e.TelnyxOnly {
		b.WriteString(" Telnyx only.")
	}
	if parents := e.parents(); len(parents) > 0 {
		fmt.Fprintf(b, " Stands in %s.", strings.Join(parents, ", "))
	}
	switch e.Terminal {
	case Always:
		b.WriteString(" Nothing after it runs.")
	case WithAction:
		b.WriteString(" What its action answers replaces the rest of the document.")
	case Never:
	}
	b.WriteString("\n")
	if e.Text.Type != TypeNone {
		fmt.Fprintf(b, "\nText (%v): %s\n", e.Text.Type, e.Text.Doc)
	}
	if len(e.Children) > 0 {
		fmt.Fprintf(b, "\nHolds %s%s.\n", e.number(), strings.Join(e.content(), ", "))
	}
	if len(e.Attrs) > 0 {
		b.WriteString("\n| attribute | type | values | meaning |\n|---|---|---|---|\n")
	}
	for i := range e.Attrs {
		a := &e.Attrs[i]
		fmt.Fprintf(b, "| `%s` | %v | %s | %s |\n", a.Name, a.Type, cell(a.values()), cell(strings.TrimSpace(a.Doc+" "+a.Conflict)))
	}
	for _, doubt := range e.Doubts {
		fmt.Fprintf(b, "\nDoubt: %s\n", doubt)
	}
}

// parents returns the keys of the elements that the element stands in.
func (e *ElementDecl) parents() []string {
	var parents []string
	for _, outer := range vocabulary {
		if allowed, decl := outer.Child(e.Name()); decl == e && allowed.Doubt == "" {
			parents = append(parents, outer.Key)
		}
	}
	return parents
}

// number says how many children there may be, where that is not said of each.
func (e *ElementDecl) number() string {
	if e.OnlyOne {
		return "one of "
	}
	return ""
}

// content lists the children and, unless there may be any number, how often they may stand.
func (e *ElementDecl) content() []string {
	list := make([]string, len(e.Children))
	for i, child := range e.Children {
		list[i] = declarations[child.Key].Name()
		switch {
		case child.Doubt != "":
			list[i] += " (doubtful)"
		case child.Min > 0:
			list[i] += " (one, required)"
		case child.Max == 1:
			list[i] += " (at most one)"
		}
	}
	return list
}

// values says what an attribute may be, for a table.
func (a *AttrDecl) values() string {
	facts := a.facts()
	if a.Required {
		facts = strings.TrimPrefix(facts+"; required", "; ")
	}
	if len(a.Values) == 0 {
		return facts
	}
	list := "`" + strings.Join(a.Values, "` `") + "`"
	if a.Open {
		list += " …"
	}
	return strings.TrimSuffix(list+"; "+facts, "; ")
}

// cell escapes what would end the cell of a table.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(s)
}
