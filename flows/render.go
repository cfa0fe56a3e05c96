package flows

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/schemas"
	"texmlsrv/texml"
)

// itemLimit bounds how often a flow:for repeats its element, and loopLimit how
// often all of a document do, one within the other.
const (
	itemLimit = 1000
	loopLimit = 10 * itemLimit
)

// renderError says where in a document rendering failed. It never quotes a
// value.
type renderError struct {
	file    string
	element string
	at      *element
	err     error
}

func (e *renderError) Error() string {
	return fmt.Sprintf("%s: <%s>: %v", e.file, e.element, e.err)
}

func (e *renderError) Unwrap() error { return e.err }

// renderer fills one template.
type renderer struct {
	file  string
	scope expressions.Scope
	loops int // items that loops have gone over so far
}

// render fills the template: the tree that the author wrote, with every value
// in its place as text.
func (t *Template) render(scope expressions.Scope) (*texml.Response, error) {
	r := &renderer{file: t.file, scope: scope}
	var root etree.Element
	if err := r.element(&root, t.root); err != nil {
		return nil, err
	}
	return texml.Decode(root.ChildElements()[0])
}

// errApology says why a document cannot be the apology.
var errApology = errors.New("the apology stands alone: it reads no values and asks nothing")

// static renders a template that reads nothing and asks nothing: the apology.
func (t *Template) static() (Document, error) {
	if t.root.reads() {
		return Document{}, errApology
	}
	response, err := t.render(expressions.Scope{Values: map[string]any{}})
	if err != nil {
		return Document{}, err
	}
	for _, v := range response.Verbs {
		if asker, is := v.(texml.Asker); is && asker.Asks() {
			return Document{}, errApology
		}
	}
	return finish(response)
}

// reads reports whether a value of the call can stand in an element.
func (e *element) reads() bool {
	if e.when != nil || e.each != nil || len(e.texts) > 0 {
		return true
	}
	reads := func(t *expressions.Text) bool {
		return slices.ContainsFunc(t.Parts(), func(p expressions.Part) bool {
			return p.Expression != nil && len(p.Expression.Reads()) > 0
		})
	}
	return slices.ContainsFunc(e.attrs, func(a attribute) bool { return reads(a.text) }) ||
		slices.ContainsFunc(e.children, func(c content) bool {
			return c.element != nil && c.element.reads() || c.text != nil && reads(c.text)
		})
}

// element renders an element as often as its flow:for and flow:if want it.
func (r *renderer) element(parent *etree.Element, e *element) error {
	if e.each == nil {
		return r.once(parent, e)
	}
	list, err := e.each.list.Eval(&r.scope)
	if err != nil {
		return r.fail(e, err)
	}
	items, ok := list.([]any)
	if !ok && list != nil {
		return r.fail(e, fmt.Errorf("flow:for goes over a list, not %T", list))
	}
	if len(items) > itemLimit {
		return r.fail(e, fmt.Errorf("flow:for goes over %d items; at most %d are allowed", len(items), itemLimit))
	}
	if r.loops += len(items); r.loops > loopLimit {
		return r.fail(e, fmt.Errorf("flow:for goes over more than %d items in one document", loopLimit))
	}
	outer := r.scope.Values
	defer func() { r.scope.Values = outer }()
	for _, item := range items {
		r.scope.Values = maps.Clone(outer)
		r.scope.Values[e.each.item] = item
		if err := r.once(parent, e); err != nil {
			return err
		}
	}
	return nil
}

func (r *renderer) fail(e *element, err error) error {
	return &renderError{r.file, e.name, e, err}
}

func (r *renderer) once(parent *etree.Element, e *element) error {
	if e.when != nil {
		yes, err := e.when.Truth(&r.scope)
		if err != nil {
			return r.fail(e, err)
		}
		if !yes {
			return nil
		}
	}
	out := parent.CreateElement(e.name)
	if err := r.attributes(out, e); err != nil {
		return err
	}
	if e.json != nil {
		text, err := r.json(e)
		if err != nil {
			return r.fail(e, err)
		}
		out.SetText(text)
		return nil
	}
	if err := r.children(out, e); err != nil {
		return err
	}
	return r.settle(parent, out, e)
}

func (r *renderer) attributes(out *etree.Element, e *element) error {
	for _, a := range e.attrs {
		url := slices.Contains(urlAttributes, a.name)
		text, present, err := r.attribute(a.text, url)
		if err != nil {
			return r.fail(e, fmt.Errorf("%s: %w", a.name, err))
		}
		if !present {
			continue
		}
		if url && strings.TrimSpace(text) == "" {
			return r.fail(e, fmt.Errorf("%s %w", a.name, errEmpty))
		}
		out.CreateAttr(a.name, text)
	}
	return nil
}

// attribute renders the text of an attribute. present is false when it is wholly
// one expression that gave nil.
func (r *renderer) attribute(t *expressions.Text, url bool) (text string, present bool, err error) {
	if whole := t.Whole(); whole != nil {
		if v, err := whole.Eval(&r.scope); err != nil || v == nil {
			return "", false, err
		}
	}
	text, err = r.text(t, url)
	return text, true, err
}

// text renders text with expressions.
func (r *renderer) text(t *expressions.Text, url bool) (string, error) {
	text, err := r.pieces(t)
	return breakMustache(text, url), err
}

// pieces joins what a text is made of, marking the Mustache that is meant.
func (r *renderer) pieces(t *expressions.Text) (string, error) {
	pieces, err := t.Pieces(&r.scope)
	var b strings.Builder
	for _, p := range pieces {
		if p.Mustache {
			b.WriteString(strings.ReplaceAll(p.Text, "{{", string(mustacheMark)))
		} else {
			b.WriteString(unmarked(p.Text))
		}
	}
	return b.String(), err
}

// unmarked is text without what cannot be written and without marks of Mustache:
// an expression can make such characters out of an author's escapes.
func unmarked(s string) string {
	if plainASCII(s) {
		return s
	}
	return texml.Clean(strings.ReplaceAll(s, string(mustacheMark), ""))
}

func (r *renderer) children(out *etree.Element, e *element) error {
	url := slices.Contains(addressed, e.name)
	for _, c := range e.children {
		if c.element != nil {
			if err := r.element(out, c.element); err != nil {
				return err
			}
			continue
		}
		text, err := r.text(c.text, url)
		if err != nil {
			return r.fail(e, err)
		}
		if text != "" {
			out.CreateText(text)
		}
	}
	return nil
}

// settle gives the text of a finished element its final form, and decides what
// becomes of an empty one.
func (r *renderer) settle(parent, out *etree.Element, e *element) error {
	joinText(out)
	switch {
	case within(parent, spoken): // a space here parts words of the sentence around it
		eachText(out, func(s string) string { return breakMustache(collapseInside(s), false) })
	case slices.Contains(spoken, e.name):
		eachText(out, func(s string) string { return breakMustache(collapseInside(s), false) })
		trimEnds(out)
		if len(out.Child) == 0 {
			parent.RemoveChild(out)
		}
	case e.name == "Body":
		eachText(out, func(s string) string { return breakMustache(s, false) })
	default:
		eachText(out, func(s string) string { return breakMustache(strings.TrimSpace(s), false) })
		if slices.Contains(required, e.name) && len(out.Child) == 0 && !soundless(out) {
			return r.fail(e, errEmpty)
		}
	}
	return nil
}

// within reports whether an element is one of those named, or stands in one.
func within(e *etree.Element, names []string) bool {
	for ; e != nil; e = e.Parent() {
		if slices.Contains(names, e.Tag) {
			return true
		}
	}
	return false
}

// soundless reports whether a Play has something to do without a URL.
func soundless(e *etree.Element) bool {
	return e.Tag == "Play" && (e.SelectAttr("digits") != nil || e.SelectAttr("ringTone") != nil)
}

// joinText makes one piece of text pieces that stand side by side, so that
// nothing can hide between two of them.
func joinText(e *etree.Element) {
	var last *etree.CharData
	for _, token := range slices.Clone(e.Child) {
		data, is := token.(*etree.CharData)
		switch {
		case !is:
			last = nil
		case last == nil:
			last = data
		default:
			last.SetData(last.Data + data.Data)
			e.RemoveChild(data)
		}
	}
}

// eachText changes the text directly in an element; what becomes empty goes.
func eachText(e *etree.Element, change func(string) string) {
	for _, token := range slices.Clone(e.Child) {
		data, is := token.(*etree.CharData)
		if !is {
			continue
		}
		if data.SetData(change(data.Data)); data.Data == "" {
			e.RemoveChild(data)
		}
	}
}

// collapseInside collapses white space but keeps one space at an end that had
// some: it may part the text from an element beside it.
func collapseInside(s string) string {
	out := collapse(s)
	if out == "" {
		if s != "" {
			return " "
		}
		return ""
	}
	if strings.TrimLeft(s, " \t\r\n") != s {
		out = " " + out
	}
	if strings.TrimRight(s, " \t\r\n") != s {
		out += " "
	}
	return out
}

// trimEnds takes the white space away with which an element begins and ends.
func trimEnds(e *etree.Element) {
	trim := func(at int, cut func(string, string) string) {
		if len(e.Child) == 0 {
			return
		}
		if at < 0 {
			at = len(e.Child) - 1
		}
		if data, is := e.Child[at].(*etree.CharData); is {
			if data.SetData(cut(data.Data, " ")); data.Data == "" {
				e.RemoveChild(data)
			}
		}
	}
	trim(0, strings.TrimLeft)
	trim(-1, strings.TrimRight)
}

// json renders the JSON of an element.
func (r *renderer) json(e *element) (string, error) {
	if len(e.texts) == 0 {
		return string(breakJSON(e.json.Bytes())), nil
	}
	filled, err := e.json.Map(func(n *schemas.Node) (any, error) {
		text := e.texts[n]
		if text == nil {
			return n.Plain(), nil
		}
		if whole := text.Whole(); whole != nil {
			v, err := whole.Eval(&r.scope)
			if _, is := v.(expressions.Mustache); !is {
				return v, err
			}
		}
		return r.pieces(text)
	})
	if err != nil {
		return "", err
	}
	return string(breakJSON(filled.Bytes())), nil
}
