package flows

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"
	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/problems"
	"texmlsrv/flows/schemas"
	"texmlsrv/texml"
)

// templateReader compiles one document.
type templateReader struct {
	*flowReader
	doc    *problems.Source // where the document stands
	node   *yaml.Node       // the scalar that holds or names it; nil for apology.xml
	inline bool
	lead   int // characters put before the text on its first line, to make it one element
	tree   *texml.Tree
	locals []string // names bound by flow:for around the place being read
}

// template compiles a document; nil after a mistake that leaves none.
func (r *flowReader) template(doc *problems.Source, n *yaml.Node, inline bool) *Template {
	t := &templateReader{flowReader: r, doc: doc, node: n, inline: inline}
	text := doc.Text
	if inline {
		text = n.Value
	}
	tree, err := texml.ParseTree([]byte(t.wrap(text)))
	if err != nil {
		t.syntax(err)
		return nil
	}
	t.tree = tree
	if tree.Root.Tag != "Response" {
		t.problem(tree.Pos(tree.Root), 0, "", "the root of a document is <Response>, not <%s>", tree.Root.Tag)
		return nil
	}
	root := t.element(tree.Root)
	t.checkStatic(tree.Root)
	return &Template{root: root, file: doc.File}
}

var responseRoot = regexp.MustCompile(`^\s*(<\?xml[^>]*\?>)?\s*(<!--(?s:.*?)-->\s*)*<Response[\s/>]`)

// wrap puts the Response around a document that leaves it out, on the first
// line, so that the lines stay what they are. Inline documents need not
// declare the flow: prefix.
func (t *templateReader) wrap(text string) string {
	if responseRoot.MatchString(text) {
		return text
	}
	open := "<Response>"
	if t.inline {
		open = `<Response xmlns:flow="` + namespace + `">`
	}
	t.lead = len(open)
	return open + text + "</Response>"
}

// problem reports a mistake at a place of the parsed text, offset bytes on.
func (t *templateReader) problem(at texml.Pos, offset int, suggestion, format string, args ...any) {
	line, column := at.Line, at.Column+offset
	if line <= 1 {
		column = max(1, column-t.lead)
	}
	if t.inline {
		t.ReportIn(t.node, offsetOf(t.node.Value, line, column), suggestion, format, args...)
		return
	}
	t.Problems = append(t.Problems, t.doc.At(line, column, suggestion, format, args...))
}

// offsetOf is the byte offset of a place in text.
func offsetOf(text string, line, column int) int {
	offset := 0
	for l := 1; l < line; l++ {
		i := strings.IndexByte(text[offset:], '\n')
		if i < 0 {
			return len(text)
		}
		offset += i + 1
	}
	for i := range text[offset:] {
		if column--; column < 1 {
			return offset + i
		}
	}
	return len(text)
}

func (t *templateReader) syntax(err error) {
	var e *texml.SyntaxError
	if !errors.As(err, &e) {
		t.problem(texml.Pos{Line: 1, Column: 1 + t.lead}, 0, "", "%v", err)
		return
	}
	hint := quoteHint(t.lineOf(e.Pos))
	if strings.Contains(e.Message, `"flow"`) || strings.Contains(e.Message, "flow:") {
		hint = `declare it on the first element: xmlns:flow="` + namespace + `"`
	}
	t.problem(e.Pos, 0, hint, "%s", e.Message)
}

// quotedTwice matches an attribute in double quotes with an expression that
// holds double quotes itself.
var quotedTwice = regexp.MustCompile(`="[^"{]*\{\{[^"}]*"[^}]*\}\}`)

// quoteHint explains the commonest slip in an attribute.
func quoteHint(line string) string {
	if quotedTwice.MatchString(line) {
		return `inside an attribute, put text in single quotes: {{ step('name') }}`
	}
	return ""
}

// lineOf is the line of the document that a place stands in.
func (t *templateReader) lineOf(at texml.Pos) string {
	if t.inline {
		lines := strings.Split(t.node.Value, "\n")
		return lines[max(0, min(at.Line-1, len(lines)-1))]
	}
	return t.doc.Line(at.Line)
}

// checkStatic finds the attributes that cannot be what they are written as,
// leaving out those that are computed.
func (t *templateReader) checkStatic(root *etree.Element) {
	plain := root.Copy()
	dropComputed(plain)
	if _, err := texml.Decode(plain); err != nil {
		t.problem(t.tree.Pos(root), 0, "", "%v", err)
	}
}

func dropComputed(e *etree.Element) {
	e.Attr = slices.DeleteFunc(e.Attr, func(a etree.Attr) bool {
		return a.Space != "" || a.Key == "xmlns" || strings.Contains(a.Value, "{{") || a.Key == "src"
	})
	for _, child := range e.ChildElements() {
		dropComputed(child)
	}
}

func (t *templateReader) element(e *etree.Element) *element {
	if e.Space != "" {
		t.problem(t.tree.Pos(e), 0, "", "<%s> is not a TeXML element", e.FullTag())
	}
	out := &element{name: e.Tag}
	depth := len(t.locals)
	t.loop(e, out) // first: the other attributes may use its item
	for _, a := range e.Attr {
		t.attribute(e, a, out)
	}
	if slices.Contains(jsonElements, e.Tag) {
		t.jsonElement(e, out)
	} else {
		t.children(e, out)
	}
	t.locals = t.locals[:depth]
	return out
}

func (t *templateReader) children(e *etree.Element, out *element) {
	for _, token := range e.Child {
		switch token := token.(type) {
		case *etree.Element:
			out.children = append(out.children, content{element: t.element(token)})
		case *etree.CharData:
			place := func(n int) texml.Pos { return t.tree.TextPos(token, n) }
			if text := t.compile(token.Data, t.tree.Pos(token), place); text != nil {
				out.children = append(out.children, content{text: text})
			}
		}
	}
}

var forSyntax = regexp.MustCompile(`^\s*([A-Za-z_]\w*)\s+in\s+(.+)$`)

func (t *templateReader) loop(e *etree.Element, out *element) {
	source := e.SelectAttr("flow:for")
	if source == nil {
		return
	}
	at := t.tree.AttrPos(e, "flow:for")
	m := forSyntax.FindStringSubmatch(source.Value)
	if m == nil {
		t.problem(at, 0, `for example: flow:for="slot in vars.slots"`, "flow:for is written: item in list")
		return
	}
	list, err := expressions.Compile(m[2], t.templateOptions())
	t.expression(err, at, strings.Index(source.Value, m[2]))
	out.each = &loop{item: m[1], list: list}
	t.locals = append(t.locals, m[1])
}

func (t *templateReader) attribute(e *etree.Element, a etree.Attr, out *element) {
	at := func() texml.Pos { return t.tree.AttrPos(e, a.FullKey()) }
	switch {
	case a.Space == "xmlns" || a.FullKey() == "xmlns":
		if a.Key == "flow" && a.Value != namespace {
			t.problem(at(), 0, `xmlns:flow="`+namespace+`"`, "flow stands for %q", namespace)
		}
	case a.FullKey() == "flow:for":
	case a.FullKey() == "flow:if":
		when, err := expressions.Compile(a.Value, t.templateOptions())
		t.expression(err, at(), 0)
		out.when = when
	case a.Space == "flow":
		t.problem(at(), 0, problems.Nearest(a.Key, []string{"if", "for"}), "there is no flow:%s, only flow:if and flow:for", a.Key)
	case a.Key == "src" && e.Tag == "Parameters":
	default:
		place := func(n int) texml.Pos { return t.tree.AttrTextPos(e, a.FullKey(), n) }
		if text := t.compile(a.Value, at(), place); text != nil {
			out.attrs = append(out.attrs, attribute{a.FullKey(), text})
		}
	}
}

func (t *templateReader) templateOptions() expressions.Options {
	o := t.options()
	o.Locals = slices.Clone(t.locals)
	return o
}

// compile compiles text with expressions in it. place tells where its n-th {{
// stands in the file.
func (t *templateReader) compile(text string, begin texml.Pos, place func(int) texml.Pos) *expressions.Text {
	compiled, err := expressions.CompileText(text, t.templateOptions())
	if err == nil {
		return compiled
	}
	var e *expressions.Error
	if !errors.As(err, &e) {
		t.problem(begin, 0, "", "%v", err)
		return nil
	}
	before := text[:min(e.Offset, len(text))]
	if strings.HasPrefix(text[len(before):], "{{") {
		before += "{{"
	}
	if n := strings.Count(before, "{{"); n > 0 {
		t.expression(err, place(n-1), -strings.LastIndex(before, "{{"))
		return nil
	}
	t.expression(err, begin, 0)
	return nil
}

// expression reports an error of an expression; its offset counts from shift
// bytes after the place.
func (t *templateReader) expression(err error, at texml.Pos, shift int) {
	var e *expressions.Error
	switch {
	case err == nil:
	case errors.As(err, &e):
		t.problem(at, max(0, e.Offset+shift), e.Suggestion, "%s", e.Message)
	default:
		t.problem(at, 0, "", "%v", err)
	}
}

// jsonElement reads what a Parameters or Tool holds: JSON in it, or in the
// file that src names.
func (t *templateReader) jsonElement(e *etree.Element, out *element) {
	var err error
	report := func(p *schemas.Problem) { t.jsonProblem(e, p) }
	if src := e.SelectAttrValue("src", ""); src != "" && e.Tag == "Parameters" {
		out.json, report, err = t.jsonFile(e, src)
	} else {
		out.json, err = schemas.ReadJSON([]byte(e.Text()))
	}
	if err != nil {
		reportAll(err, report)
		return
	}
	if out.json == nil {
		return
	}
	out.texts = t.jsonTexts(out.json, report)
	if e.Tag == "Parameters" && len(out.texts) == 0 {
		out.schema, err = schemas.Compile(out.json)
		reportAll(err, report)
	}
}

func reportAll(err error, report func(*schemas.Problem)) {
	for _, p := range schemas.Problems(err) {
		report(p)
	}
}

// jsonProblem reports a mistake in JSON that stands in the document.
func (t *templateReader) jsonProblem(e *etree.Element, p *schemas.Problem) {
	at := t.tree.Pos(e)
	for _, token := range e.Child {
		if data, ok := token.(*etree.CharData); ok && !data.IsWhitespace() {
			at = t.tree.Pos(data)
			break
		}
	}
	if p.Line > 1 {
		at.Line, at.Column = at.Line+p.Line-1, p.Column
	} else if p.Line == 1 {
		at.Column += p.Column - 1
	}
	t.problem(at, 0, p.Suggestion, "%s", p.Message)
}

// jsonFile reads the schema that src names.
func (t *templateReader) jsonFile(e *etree.Element, src string) (*schemas.Node, func(*schemas.Problem), error) {
	name := path.Join(t.flow.Name, src)
	content, err := t.loader.readFile(name)
	if err != nil {
		t.problem(t.tree.AttrPos(e, "src"), 0, t.fileHint(src, path.Ext(src)), "the schema %q cannot be read", src)
		return nil, nil, nil
	}
	source := problems.NewSource(name, content)
	report := func(p *schemas.Problem) {
		t.Problems = append(t.Problems, source.At(p.Line, p.Column, p.Suggestion, "%s", p.Message))
	}
	read := schemas.ReadJSON
	if ext := path.Ext(src); ext == ".yaml" || ext == ".yml" {
		read = schemas.ReadYAML
	}
	node, err := read(content)
	return node, report, err
}

// jsonTexts compiles the strings that hold expressions.
func (t *templateReader) jsonTexts(n *schemas.Node, report func(*schemas.Problem)) jsonTexts {
	texts := jsonTexts{}
	err := n.Strings(func(s *schemas.Node) error {
		source, _ := s.Plain().(string)
		if !strings.Contains(source, "{{") {
			return nil
		}
		text, err := expressions.CompileText(source, t.templateOptions())
		if err == nil {
			texts[s] = text
			return nil
		}
		p := &schemas.Problem{Line: s.Line, Column: s.Column, Message: err.Error()}
		var e *expressions.Error
		if errors.As(err, &e) {
			p.Message, p.Suggestion, p.Column = e.Message, e.Suggestion, s.Column+1+e.Offset
		}
		report(p)
		return nil
	})
	if err != nil {
		report(&schemas.Problem{Line: n.Line, Column: n.Column, Message: err.Error()})
	}
	return texts
}

// readDir lists the files of a flow's folder.
func readDir(root fs.FS, dir string) ([]string, error) {
	entries, err := fs.ReadDir(root, dir)
	if err != nil {
		return nil, fmt.Errorf("flows: %w", err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}
