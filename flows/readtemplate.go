package flows

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"
	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/problems"
	"texmlsrv/texml"
)

// templateReader compiles one document.
type templateReader struct {
	*flowReader
	doc    *problems.Source // where the document stands
	node   *yaml.Node       // the scalar that holds or names it; nil for apology.xml
	inline bool
	text   string // what is parsed: the document, made whole by inserting a few bytes
	insert int    // where they were put in
	lead   int    // how many
	end    int    // where the author's part of text ends
	tree   *texml.Tree
	locals []string // names bound by flow:for around the place being read
	wrong  bool     // the checks have found something: trying the document says no more
}

// template compiles a document; nil after a mistake that leaves none.
func (r *flowReader) template(doc *problems.Source, n *yaml.Node, inline bool) *Template {
	defer r.coded(codeTemplate)()
	t := &templateReader{flowReader: r, doc: doc, node: n, inline: inline}
	text := doc.Text
	if inline {
		text = n.Value
	}
	if strings.TrimSpace(text) == "" {
		t.report(0, "for example: <Say>Hello.</Say>", "the document is empty")
		return nil
	}
	t.wrap(text)
	tree, err := texml.ParseTree([]byte(t.text))
	if err != nil {
		t.syntax(err)
		return nil
	}
	t.tree = tree
	if tree.Root.Tag != "Response" {
		t.problem(tree.Pos(tree.Root), "", "the root of a document is <Response>, not <%s>", tree.Root.Tag)
		return nil
	}
	for _, key := range []string{"flow:if", "flow:for"} {
		if tree.Root.SelectAttr(key) != nil {
			t.problem(tree.AttrPos(tree.Root, key), "put it on an element inside", "%s cannot stand on <Response>", key)
			tree.Root.RemoveAttr(key)
		}
	}
	root := t.element(tree.Root)
	t.checkStatic(tree.Root)
	out := &Template{root: root, file: doc.File}
	r.loader.sites[out] = site{list: &r.Problems, template: t}
	return out
}

func (t *templateReader) syntax(err error) {
	var e *texml.SyntaxError
	if !errors.As(err, &e) {
		t.report(0, "", "%v", err)
		return
	}
	hint := quoteHint(t.lineOf(e.Pos))
	if strings.HasPrefix(e.Message, "the prefix flow is not declared") {
		hint = `write it on the first element: xmlns:flow="` + namespace + `"`
	}
	if open := stillOpen.FindStringSubmatch(e.Message); open != nil {
		t.unclosed(e, open)
		return
	}
	t.problem(e.Pos, hint, "%s", e.Message)
}

// stillOpen matches the message about an end tag that closes another element
// than the one that is open.
var stillOpen = regexp.MustCompile(`^(</.*>) stands where (<.*>) of (\d+):(\d+) is still open$`)

// unclosed reports an element that is not closed: the place in the message is
// one in the parsed text, and its end tag may be none of the author's.
func (t *templateReader) unclosed(e *texml.SyntaxError, open []string) {
	line, _ := strconv.Atoi(open[3])
	column, _ := strconv.Atoi(open[4])
	if at := (texml.Pos{Line: line, Column: column}); t.offset(e.Pos) >= t.end {
		t.problem(at, "", "%s is never closed", open[2])
	} else {
		t.problem(e.Pos, fmt.Sprintf("%s is missing", strings.Replace(open[2], "<", "</", 1)), "%s stands here, but %s is still open", open[1], open[2])
	}
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
	for {
		_, err := texml.Decode(plain)
		wrong, is := errors.AsType[*texml.DecodeError](err)
		if !is {
			return
		}
		at := twin(root, plain, wrong.Element)
		if wrong.Attribute == "" || wrong.Element.RemoveAttr(wrong.Attribute) == nil {
			t.problem(t.tree.Pos(at), "", "%s", wrong.Message)
			return
		}
		t.problem(t.tree.AttrPos(at, wrong.Attribute), "", "%s of <%s>: %s", wrong.Attribute, at.Tag, wrong.Message)
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

// twin is the element that stands in one tree where e stands in its copy; the
// root when there is none.
func twin(root, copied, e *etree.Element) *etree.Element {
	if e == copied {
		return root
	}
	others := root.ChildElements()
	for i, child := range copied.ChildElements() {
		if i < len(others) && contains(child, e) {
			return twin(others[i], child, e)
		}
	}
	return root
}

func contains(in, e *etree.Element) bool {
	for ; e != nil; e = e.Parent() {
		if e == in {
			return true
		}
	}
	return false
}

func (t *templateReader) element(e *etree.Element) *element {
	if e.Space != "" {
		t.problem(t.tree.Pos(e), "", "<%s> is not a TeXML element", e.FullTag())
	}
	out := &element{name: e.Tag}
	t.siteOfElement(out, e)
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
		t.problem(at, `for example: flow:for="slot in vars.slots"`, "flow:for is written: item in list")
		return
	}
	list, err := expressions.Compile(m[2], t.templateOptions())
	shift := strings.Index(source.Value, m[2])
	t.expression(err, at, source.Value, shift)
	if err == nil {
		t.siteOf(list, func(e *expressions.Error) { t.expression(e, at, source.Value, shift) })
	}
	out.each = &loop{item: m[1], list: list}
	t.locals = append(t.locals, m[1])
}

func (t *templateReader) attribute(e *etree.Element, a etree.Attr, out *element) {
	at := func() texml.Pos { return t.tree.AttrPos(e, a.FullKey()) }
	switch {
	case a.Space == "xmlns" || a.FullKey() == "xmlns":
		if a.Key == "flow" && a.Value != namespace {
			t.problem(at(), `xmlns:flow="`+namespace+`"`, "flow must stand for %q", namespace)
		}
	case a.Space == "xsi": // tells an editor where the schema of TeXML is
	case a.FullKey() == "flow:for":
	case a.FullKey() == "flow:if":
		when, err := expressions.Compile(a.Value, t.templateOptions())
		t.expression(err, at(), a.Value, 0)
		if err == nil {
			t.siteOf(when, func(e *expressions.Error) { t.expression(e, at(), a.Value, 0) })
		}
		out.when = when
	case a.Space == "flow":
		t.problem(at(), problems.Nearest(a.FullKey(), []string{"flow:if", "flow:for"}), "there is no flow:%s, only flow:if and flow:for", a.Key)
	case a.Space != "":
		t.problem(at(), "", "TeXML has no attributes with a prefix such as %s:", a.Space)
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
		t.siteOf(compiled, func(e *expressions.Error) { t.inText(e, text, begin, place) })
		return compiled
	}
	e, is := errors.AsType[*expressions.Error](err)
	if !is {
		t.problem(begin, "", "%v", err)
		return nil
	}
	t.inText(e, text, begin, place)
	return nil
}

// inText reports an error of text with expressions in it.
func (t *templateReader) inText(e *expressions.Error, text string, begin texml.Pos, place func(int) texml.Pos) {
	before := text[:min(e.Offset, len(text))]
	if strings.HasPrefix(text[len(before):], "{{") {
		before += "{{"
	}
	if n := strings.Count(before, "{{"); n > 0 {
		from := strings.LastIndex(before, "{{")
		t.expression(e, place(n-1), text[from:], -from)
		return
	}
	t.expression(e, begin, text, 0)
}

// expression reports an error of an expression: its offset counts from shift
// bytes behind the beginning of text, which stands at a place.
func (t *templateReader) expression(err error, at texml.Pos, text string, shift int) {
	if err == nil {
		return
	}
	defer t.coded(codeExpression)()
	e, is := errors.AsType[*expressions.Error](err)
	if !is {
		t.problem(at, "", "%v", err)
		return
	}
	offset := max(0, min(e.Offset+shift, len(text)))
	t.report(inXML(t.text, t.offset(at), text[:offset]), e.Suggestion, "%s", e.Message)
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
