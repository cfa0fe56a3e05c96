package format

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/problems"
	"texmlsrv/flows/schemas"
	"texmlsrv/texml"
)

// What is special about some elements, as rendering has it (the flows package).
var (
	// spoken elements hold text for a voice: white space is collapsed.
	spoken = []string{"Say", "Greeting", "Message"}
	// jsonElements hold JSON.
	jsonElements = []string{"Parameters", "Tool"}
	// exact elements hold text in which white space counts.
	exact = []string{"Body"}
)

// formatXML formats a template: a level is two spaces where white space does
// not matter.
func formatXML(name, src string) (string, error) {
	before, err := parseXML(name, src)
	if err != nil {
		return "", err
	}
	root, declaration := readXML(src)
	w := new(xmlWriter)
	if declaration != "" {
		w.WriteString(declaration + "\n")
	}
	w.document(root)
	out := w.String()
	after, err := parseXML(name, out)
	if err != nil || meaning(before) != meaning(after) {
		return "", unfaithful(name)
	}
	return out, nil
}

// hasResponse matches a source that holds its root: a Response, or an XML
// declaration, which nothing could be put before.
var hasResponse = regexp.MustCompile(`^\s*(?:<!--(?s:.*?)-->\s*)*<(?:\?xml|Response[\s/>])`)

// parseXML reads a source strictly. Without a Response it is what one holds.
func parseXML(name, src string) (*etree.Element, error) {
	text, lead := src, 0
	if !hasResponse.MatchString(src) {
		text, lead = "<Response>"+src+"</Response>", len("<Response>")
	}
	tree, err := texml.ParseTree([]byte(text))
	if err == nil {
		return tree.Root.Parent(), nil
	}
	source := problems.NewSource(name, []byte(src))
	wrong, ok := errors.AsType[*texml.SyntaxError](err)
	if !ok {
		return nil, problems.List{source.At(0, 0, "", "%v", err)}
	}
	if wrong.Pos.Line == 1 {
		wrong.Pos.Column = max(1, wrong.Pos.Column-lead)
	}
	return nil, problems.List{source.At(wrong.Pos.Line, wrong.Pos.Column, "", "%s", wrong.Message)}
}

// meaning is what a document says, apart from its layout: equal for documents
// that render alike and hold the same comments.
func meaning(e *etree.Element) string {
	var b strings.Builder
	writeMeaning(&b, e)
	return b.String()
}

func writeMeaning(b *strings.Builder, e *etree.Element) {
	attrs := make([]string, len(e.Attr))
	for i, a := range e.Attr {
		attrs[i] = a.FullKey() + "=" + a.Value
	}
	slices.Sort(attrs)
	b.WriteString("<" + e.FullTag() + "\x00" + strings.Join(attrs, "\x00") + ">")
	texts, elements := []string{""}, []*etree.Element{} // a text before each element, and one at the end
	for _, token := range e.Child {
		switch token := token.(type) {
		case *etree.CharData:
			texts[len(texts)-1] += token.Data
		case *etree.Comment:
			b.WriteString("<!--" + strings.Join(strings.Fields(token.Data), " ") + "-->")
		case *etree.Element:
			texts, elements = append(texts, ""), append(elements, token)
		}
	}
	for i, text := range texts {
		b.WriteString("\x01" + textMeaning(e.Tag, text, i == 0, i == len(elements)) + "\x02")
		if i < len(elements) {
			writeMeaning(b, elements[i])
		}
	}
	b.WriteString("</>")
}

// textMeaning is what counts of a text in an element, where it may be the
// first or the last in it.
func textMeaning(tag, text string, first, last bool) string {
	switch {
	case slices.Contains(exact, tag):
		return text
	case slices.Contains(jsonElements, tag):
		if v, err := schemas.ReadJSON([]byte(text)); err == nil {
			return string(v.Bytes())
		}
	case slices.Contains(spoken, tag):
		text = collapsed(text)
		if first {
			text = strings.TrimPrefix(text, " ")
		}
		if last {
			text = strings.TrimSuffix(text, " ")
		}
		return text
	}
	return strings.Trim(text, " \t\n")
}

// collapsed is text with one space for every run of them, save in expressions.
func collapsed(text string) string {
	spans, ok := expressions.Spans(text)
	if !ok {
		return text
	}
	var b strings.Builder
	at := 0
	for _, s := range append(spans, expressions.Span{Begin: len(text), End: len(text)}) {
		b.WriteString(runs.ReplaceAllString(text[at:s.Begin], " "))
		b.WriteString(text[s.Begin:s.End])
		at = s.End
	}
	return b.String()
}

var runs = regexp.MustCompile(`[ \t\n]+`)
