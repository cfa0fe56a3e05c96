package flows

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/beevik/etree"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/problems"
	"texmlsrv/flows/schemas"
)

// jsonSource is a piece of JSON, or of YAML for JSON, in a document or in a
// file of its own.
type jsonSource struct {
	text   string
	yaml   bool
	report func(offset int, suggestion, message string)
	coded  func(code string) func() // of what is reported meanwhile
}

// problem reports a mistake in a schema.
func (s *jsonSource) problem(p *schemas.Problem) {
	suggestion := p.Suggestion
	if suggestion != "" {
		suggestion = fmt.Sprintf("did you mean %q?", suggestion)
	}
	message := p.Message
	for sign, meant := range jsonSlips {
		if strings.HasSuffix(message, sign) {
			message, suggestion = "not JSON", meant
		}
	}
	s.report(offsetIn(s.text, p.Line, p.Column), suggestion, message)
}

// jsonSlips say in plain words what a parser means by how its message ends.
var jsonSlips = map[string]string{
	"after object key:value pair":                "a comma is missing before this",
	"after array element":                        "a comma is missing before this",
	"after object key":                           "a colon is missing before this",
	"looking for beginning of object key string": "a name in double quotes belongs here",
	"looking for beginning of value":             "a value belongs here: text stands in double quotes",
	"unexpected end of JSON input":               "it ends too early: a bracket or a brace is not closed",
}

func (s *jsonSource) problems(err error) {
	defer s.coded(codeSchema)()
	for _, p := range schemas.Problems(err) {
		s.problem(p)
	}
}

// jsonElement reads what a Parameters or Tool holds: JSON in it, or in the
// file that src names.
func (t *templateReader) jsonElement(e *etree.Element, out *element) {
	source := t.jsonInside(e)
	if src := e.SelectAttrValue("src", ""); src != "" && e.Tag == "Parameters" {
		source = t.jsonFile(e, src)
	}
	if source == nil {
		return
	}
	read := schemas.ReadJSON
	if source.yaml {
		read = schemas.ReadYAML
	}
	node, err := read([]byte(source.text))
	if err != nil {
		source.problems(err)
		return
	}
	out.json, out.texts = node, t.jsonTexts(node, source)
	if e.Tag == "Parameters" && len(out.texts) == 0 {
		out.schema, err = schemas.Compile(node)
		source.problems(err)
	}
}

// jsonInside is the JSON that stands in the document.
func (t *templateReader) jsonInside(e *etree.Element) *jsonSource {
	var all strings.Builder
	var parts []*etree.CharData
	for _, token := range e.Child {
		if data, is := token.(*etree.CharData); is {
			all.WriteString(data.Data)
			parts = append(parts, data)
		}
	}
	return &jsonSource{text: all.String(), coded: t.coded, report: func(offset int, suggestion, message string) {
		at := t.offset(t.tree.Pos(e))
		for _, data := range parts {
			if offset > len(data.Data) || offset == len(data.Data) && data != parts[len(parts)-1] {
				offset -= len(data.Data)
				continue
			}
			at = t.offset(t.tree.Pos(data))
			if data.IsCData() {
				at += len("<![CDATA[")
			}
			at = inXML(t.text, at, data.Data[:offset])
			break
		}
		t.report(at, suggestion, "%s", message)
	}}
}

// inString reports a mistake inside of a string.
func (s *jsonSource) inString(n *schemas.Node, written string, e *expressions.Error) {
	at := offsetIn(s.text, n.Line, n.Column)
	if strings.HasPrefix(s.text[at:], `"`) || strings.HasPrefix(s.text[at:], "'") {
		at++
	}
	s.report(inJSON(s.text, at, written[:min(e.Offset, len(written))]), e.Suggestion, e.Message)
}

// jsonFile is the schema that src names; nil when it cannot be read.
func (t *templateReader) jsonFile(e *etree.Element, src string) *jsonSource {
	name, ext := path.Join(t.flow.Name, src), path.Ext(src)
	content, err := t.loader.readFile(name)
	if err != nil {
		at := t.tree.AttrPos(e, "src")
		t.unread(func(hint, reason string) { t.problem(at, hint, "the schema %q %s", src, reason) }, src, ext, err)
		return nil
	}
	file := problems.NewSource(name, content)
	return &jsonSource{
		text: file.Text,
		yaml: ext == ".yaml" || ext == ".yml", coded: t.coded,
		report: func(offset int, suggestion, message string) {
			line, column := problems.Place(file.Text, offset, 1, 1)
			t.Problems = append(t.Problems, file.At(line, column, suggestion, "%s", message))
		},
	}
}

// jsonTexts compiles the strings that hold expressions.
func (t *templateReader) jsonTexts(n *schemas.Node, source *jsonSource) jsonTexts {
	texts := jsonTexts{}
	err := n.Strings(func(s *schemas.Node) error {
		written, _ := s.Plain().(string)
		if !strings.Contains(written, "{{") {
			return nil
		}
		text, err := expressions.CompileText(written, t.templateOptions())
		if err == nil {
			texts[s] = text
			t.siteOf(text, func(e *expressions.Error) { source.inString(s, written, e) })
			return nil
		}
		defer t.coded(codeExpression)()
		if e, is := errors.AsType[*expressions.Error](err); is {
			source.inString(s, written, e)
			return nil
		}
		source.report(offsetIn(source.text, s.Line, s.Column), "", err.Error())
		return nil
	})
	if err != nil {
		source.report(offsetIn(source.text, n.Line, n.Column), "", err.Error())
	}
	return texts
}
