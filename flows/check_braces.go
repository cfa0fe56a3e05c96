package flows

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"texmlsrv/flows/expressions"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// oneBrace finds what was meant as an expression and stands in one brace.
var oneBrace = regexp.MustCompile(`\{\s*((?:answer|call|env|gathered|history|now|secrets|texts|vars)\.[\p{L}_][\p{L}\p{N}_.]*)\s*\}`)

// braces finds expressions in one brace: a caller would be read them out.
func (c *checker) braces() {
	told := map[*Template]bool{}
	for _, s := range c.spots {
		at := c.site(s.step.Document)
		if at.template == nil || told[s.step.Document] {
			continue
		}
		told[s.step.Document] = true
		for _, m := range singles(at.template.text) {
			from := len(*at.list)
			at.template.report(m.offset, m.meant(), "%s", m.message())
			at.judge(from, codeOneBrace, texml.Warning)
		}
	}
}

// variables finds expressions in variables, which are never worked out.
func (c *checker) variables() {
	for _, r := range c.loader.readers {
		c.constant(r.flow.Variables, path.Join(r.flow.Name, "flow.yaml"))
	}
	for _, number := range c.release.App.Numbers {
		c.constant(number.Variables, "app.yaml")
	}
}

func (c *checker) constant(variables sessions.Values, file string) {
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if found := oneBrace.FindStringSubmatch(expressions.Format(variables[name])); found != nil {
			c.site(nameSite{file, name}).found(codeVariable, 0, "write "+found[1]+" into the document, or set: "+name+" in a rule",
				"in a variable "+found[1]+" is text, which the caller hears as it stands")
		}
	}
}

// single is an expression in one brace.
type single struct {
	offset     int // of the brace
	expression string
}

func (m single) meant() string { return "write {{ " + m.expression + " }}" }

func (m single) message() string {
	return "{ " + m.expression + " } is text, which the caller hears as it stands"
}

// singles finds all of them in a text.
func singles(text string) (all []single) {
	for _, at := range oneBrace.FindAllStringSubmatchIndex(text, -1) {
		if strings.HasSuffix(text[:at[0]], "{") || strings.HasPrefix(text[at[1]:], "}") {
			continue
		}
		all = append(all, single{at[0], text[at[2]:at[3]]})
	}
	return all
}
