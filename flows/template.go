package flows

import (
	"fmt"
	"slices"
	"strings"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/schemas"
	"texmlsrv/texml"
)

// namespace is what the prefix flow: of a template stands for. Telnyx never
// sees it.
const namespace = "https://texmlsrv/flow"

// Template is a TeXML document with expressions in it, compiled. It is a tree,
// and renders as one: no value can become markup.
type Template struct {
	root *element
	file string // for messages: where it was read
}

// element is an element of a template.
type element struct {
	name     string
	attrs    []attribute
	when     *expressions.Expression // flow:if; nil: always
	each     *loop                   // flow:for; nil: once
	children []content
	json     *schemas.Node   // what a Parameters or Tool holds; its strings may hold expressions
	texts    jsonTexts       // the compiled strings of json
	schema   *schemas.Schema // of a Parameters without expressions, compiled when read
}

// content is an element or text, in the order they stand.
type content struct {
	element *element
	text    *expressions.Text
}

type attribute struct {
	name string // with its prefix, as written
	text *expressions.Text
}

type loop struct {
	item string
	list *expressions.Expression
}

// jsonTexts are the strings in a piece of JSON that hold expressions.
type jsonTexts map[*schemas.Node]*expressions.Text

// File is the file that the template stands in: bookings/table.xml, or the
// flow.yaml that it was written in.
func (t *Template) File() string { return t.file }

// has reports whether the template holds an element of that name, under
// whatever condition.
func (t *Template) has(name string) bool { return t.root.has(name) }

// asksAnything reports whether the template holds a verb that asks, under
// whatever condition.
func (t *Template) asksAnything() bool { return slices.ContainsFunc(askingVerbs, t.has) }

func (e *element) has(name string) bool {
	return e.name == name || slices.ContainsFunc(e.children, func(c content) bool {
		return c.element != nil && c.element.has(name)
	})
}

// What is special about some elements.

// spoken elements hold text for a voice: white space means nothing, and an
// empty one is left out.
var spoken = []string{"Say", "Greeting", "Message"}

// required elements make no sense without text: an empty one is a failure.
var required = []string{"Number", "Sip", "Redirect", "Play"}

// addressed elements hold a URL as their text.
var addressed = []string{"Redirect", "Play", "Sip"}

// jsonElements hold JSON.
var jsonElements = []string{"Parameters", "Tool"}

// urlAttributes are the attributes that hold a URL, wherever they stand
// (reference: URL index).
var urlAttributes = []string{
	"action", "invalidDigitsAction", "partialResultCallback", "url", "waitUrl", "statusCallback",
	"recordingStatusCallback", "transcriptionCallback", "amdStatusCallback", "deepfakeDetectionCallbackUrl",
	"failoverUrl", "audioUrl", "backgroundAudioValue",
}

// collapse makes one space of every run of white space.
func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }

// known reports whether TeXML has an element of that name.
func known(name string) bool {
	return slices.ContainsFunc(texml.Vocabulary(), func(d *texml.ElementDecl) bool { return d.Name() == name })
}

// miswritten says of an element that is none, but could be meant as one of
// these, how that is written; "" where there is none.
func (t *Template) miswritten(names ...string) string {
	hint := ""
	if t == nil {
		return hint
	}
	t.root.walk(func(e *element) {
		if known(e.name) {
			return
		}
		same := slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(e.name, name) })
		if near := texml.Nearest(e.name, names); same >= 0 {
			hint = fmt.Sprintf("<%s> is written <%s>", e.name, names[same])
		} else if near != "" {
			hint = fmt.Sprintf("there is no <%s>; did you mean <%s>?", e.name, near)
		}
	})
	return hint
}
