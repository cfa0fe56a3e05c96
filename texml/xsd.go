package texml

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/beevik/etree"
)

// XSD returns an XML Schema (1.0) of TeXML that is made from the vocabulary, with documentation of each
// element and attribute, for editors and for xmllint --schema. With template it describes the templates
// of texmlsrv: flow: attributes on every element, src on Parameters, and {{ }} as the value of
// anything. A schema cannot say all that [Check] does; what it refuses has a problem.
func XSD(template bool) []byte {
	doc := etree.NewDocument()
	doc.CreateProcInst("xml", `version="1.0" encoding="UTF-8"`)
	x := &xsd{schema: doc.CreateElement("xs:schema"), template: template}
	x.schema.CreateAttr("xmlns:xs", "http://www.w3.org/2001/XMLSchema")
	x.document(x.schema, "TeXML, as Telnyx documents it. Generated from the vocabulary of texmlsrv.")
	x.root("Response")
	if template { // the Response may be left out
		for _, child := range declarations["Response"].Children {
			x.root(child.Key)
		}
	}
	for _, e := range vocabulary {
		x.complexType(e)
	}
	x.commonTypes()
	doc.Indent(2)
	out, err := doc.WriteToBytes()
	if err != nil {
		return nil // writing to memory does not fail
	}
	return out
}

// xsd writes a schema.
type xsd struct {
	schema   *etree.Element
	template bool
}

// Names of the types that every schema has.
const (
	xsdFilled   = "filled"   // text that is not blank
	xsdComputed = "computed" // {{ }} in it
	xsdSSML     = "ssml"     // speech markup
)

func (x *xsd) root(key string) {
	decl := declarations[key]
	el := x.schema.CreateElement("xs:element")
	el.CreateAttr("name", decl.Name())
	el.CreateAttr("type", decl.Key)
	x.document(el, decl.Doc)
}

// document adds documentation, of as many paragraphs as there are.
func (x *xsd) document(to *etree.Element, paragraphs ...string) {
	text := strings.TrimSpace(strings.Join(paragraphs, "\n\n"))
	if text != "" {
		to.CreateElement("xs:annotation").CreateElement("xs:documentation").SetText(text)
	}
}

func (x *xsd) complexType(e *ElementDecl) {
	el := x.schema.CreateElement("xs:complexType")
	el.CreateAttr("name", e.Key)
	x.document(el, append([]string{e.Doc, e.Text.Doc}, e.Doubts...)...)
	attrs := el
	switch {
	case e.Text.Type == TypeSpeech:
		el.CreateAttr("mixed", "true")
		x.speech(el)
	case len(e.Children) > 0:
		if e.Text.Type != TypeNone {
			el.CreateAttr("mixed", "true")
		}
		x.model(el, e)
	case e.Text.Type != TypeNone:
		attrs = el.CreateElement("xs:simpleContent").CreateElement("xs:extension")
		attrs.CreateAttr("base", x.textBase(e))
	}
	for i := range e.Attrs {
		x.attribute(attrs, &e.Attrs[i])
	}
	if x.template {
		x.templateAttrs(attrs, e)
	}
}

// templateAttrs adds what only templates have.
func (x *xsd) templateAttrs(to *etree.Element, e *ElementDecl) {
	if e.Key == "Parameters" {
		src := to.CreateElement("xs:attribute")
		src.CreateAttr("name", "src")
		src.CreateAttr("type", "xs:string")
		x.document(src, "File of the flow that holds the schema, as JSON or YAML.")
	}
	flow := to.CreateElement("xs:anyAttribute")
	flow.CreateAttr("namespace", flowNamespace)
	flow.CreateAttr("processContents", "skip")
}

// model writes which children there may be. Order is free.
func (x *xsd) model(to *etree.Element, e *ElementDecl) {
	once := true
	for _, child := range e.Children {
		once = once && child.Max == 1
	}
	switch {
	case e.OnlyOne && !x.template:
		x.particles(to.CreateElement("xs:choice"), e, false)
	case once && !x.template && e.Text.Type == TypeNone:
		x.particles(to.CreateElement("xs:all"), e, true)
	default: // in a template each of several may stand under its own flow:if
		x.particles(repeated(to), e, false)
	}
}

// repeated is a choice that is made any number of times.
func repeated(to *etree.Element) *etree.Element {
	choice := to.CreateElement("xs:choice")
	choice.CreateAttr("minOccurs", "0")
	choice.CreateAttr("maxOccurs", "unbounded")
	return choice
}

func (x *xsd) particles(to *etree.Element, e *ElementDecl, counted bool) {
	for _, child := range e.Children {
		decl := declarations[child.Key]
		el := to.CreateElement("xs:element")
		el.CreateAttr("name", decl.Name())
		el.CreateAttr("type", decl.Key)
		if counted && child.Min == 0 {
			el.CreateAttr("minOccurs", "0")
		}
		x.document(el, decl.Doc, child.Doubt)
	}
}

func (x *xsd) speech(to *etree.Element) {
	choice := repeated(to)
	for _, name := range ssml {
		el := choice.CreateElement("xs:element")
		el.CreateAttr("name", name)
		el.CreateAttr("type", xsdSSML)
	}
}

// textBase returns the type of an element that holds only text.
func (x *xsd) textBase(e *ElementDecl) string {
	if !e.Text.Required || e.Key == "Parameters" && x.template {
		return "xs:string"
	}
	name := e.Key + ".text"
	switch {
	case e.Text.Type == TypeURL:
		x.restricted(name, "xs:token", func(r *etree.Element) { facet(r, "pattern", `\S+`) })
	case e.Text.Type == TypeSIP:
		x.restricted(name, "xs:token", func(r *etree.Element) { facet(r, "pattern", `sips?:\S+`) })
	case e.Text.Type == TypeInt:
		x.restricted(name, "xs:integer", func(*etree.Element) {})
	default:
		return xsdFilled
	}
	return name
}

// restricted adds a simple type of its own.
func (x *xsd) restricted(name, base string, facets func(restriction *etree.Element)) {
	simple := x.schema.CreateElement("xs:simpleType")
	simple.CreateAttr("name", name)
	facets(x.restriction(simple, base))
}

// restriction begins the restriction of a base within a simple type; in templates the type is that or
// a computed value.
func (x *xsd) restriction(simple *etree.Element, base string) *etree.Element {
	if x.template {
		union := simple.CreateElement("xs:union")
		union.CreateAttr("memberTypes", xsdComputed)
		simple = union.CreateElement("xs:simpleType")
	}
	r := simple.CreateElement("xs:restriction")
	r.CreateAttr("base", base)
	return r
}

func facet(restriction *etree.Element, name, value string) {
	restriction.CreateElement("xs:"+name).CreateAttr("value", value)
}

func (x *xsd) attribute(to *etree.Element, a *AttrDecl) {
	el := to.CreateElement("xs:attribute")
	el.CreateAttr("name", a.Name)
	if a.Required {
		el.CreateAttr("use", "required")
	}
	x.document(el, a.Doc, a.facts(), a.Conflict)
	x.attrType(el, a)
}

// facts says in one line what a value of the attribute may be.
func (a *AttrDecl) facts() string {
	var facts []string
	if a.URL != NoURL {
		facts = append(facts, a.URL.String()+" URL")
	}
	if a.Range != nil {
		facts = append(facts, a.Range.String())
	}
	if a.With != "" {
		facts = append(facts, "with "+a.With.words())
	}
	if a.Default != "" {
		facts = append(facts, "default "+a.Default)
	}
	return strings.Join(facts, "; ")
}

// attrType writes the type of an attribute, by name or in place.
func (x *xsd) attrType(el *etree.Element, a *AttrDecl) {
	pattern := a.pattern()
	switch {
	case a.Type == TypeBool:
		x.enumerated(el, []string{"true", "false"})
	case a.Type == TypeList:
		x.list(el, a.Values)
	case len(a.Values) > 0 && !a.Open:
		x.enumerated(el, a.Values)
	case a.Range != nil:
		x.number(el, a)
	case pattern != "":
		facet(x.restriction(el.CreateElement("xs:simpleType"), "xs:string"), "pattern", pattern)
	default:
		el.CreateAttr("type", "xs:string")
	}
}

// pattern is the form of a value, in the syntax of XML Schema; "" is any.
func (a *AttrDecl) pattern() string {
	switch {
	case a.URL == SocketURL:
		return `wss?://\S+`
	case a.URL == MediaURL:
		return "" // it may be the name of a file in Telnyx's media storage
	case a.Chars != "" && a.MaxLen > 0:
		return fmt.Sprintf("[%s]{0,%d}", classEscaper.Replace(a.Chars), a.MaxLen)
	case a.Chars != "":
		return "[" + classEscaper.Replace(a.Chars) + "]*"
	}
	return patterns[a.Type]
}

// patterns of the values whose form is checked, in the syntax of XML Schema.
var patterns = map[Type]string{
	TypeURL:      `\S+`,
	TypeUUID:     `[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`,
	TypeLanguage: `[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*`,
	TypeVoice:    `\S+`,
}

var classEscaper = strings.NewReplacer(`\`, `\\`, `-`, `\-`, `[`, `\[`, `]`, `\]`, `^`, `\^`)

func (x *xsd) enumerated(el *etree.Element, values []string) {
	r := x.restriction(el.CreateElement("xs:simpleType"), "xs:string")
	for _, v := range values {
		facet(r, "enumeration", v)
	}
}

// list is a list of words, of which there is at least one.
func (x *xsd) list(el *etree.Element, values []string) {
	simple := el.CreateElement("xs:simpleType")
	if x.template {
		union := simple.CreateElement("xs:union")
		union.CreateAttr("memberTypes", xsdComputed)
		simple = union.CreateElement("xs:simpleType")
	}
	r := simple.CreateElement("xs:restriction")
	item := r.CreateElement("xs:simpleType").CreateElement("xs:list").CreateElement("xs:simpleType").CreateElement("xs:restriction")
	item.CreateAttr("base", "xs:string")
	for _, v := range values {
		facet(item, "enumeration", v)
	}
	facet(r, "minLength", "1")
}

func (x *xsd) number(el *etree.Element, a *AttrDecl) {
	base := "xs:decimal"
	if a.Type == TypeInt {
		base = "xs:integer"
	}
	simple := el.CreateElement("xs:simpleType")
	if a.Range.OrZero {
		simple = simple.CreateElement("xs:union").CreateElement("xs:simpleType")
		facet(x.restriction(simple, base), "enumeration", "0")
		simple = simple.Parent().CreateElement("xs:simpleType")
	}
	r := x.restriction(simple, base)
	facet(r, "minInclusive", strconv.FormatFloat(a.Range.Min, 'f', -1, 64))
	if a.Range.Max != unbounded {
		facet(r, "maxInclusive", strconv.FormatFloat(a.Range.Max, 'f', -1, 64))
	}
}

// commonTypes adds the types that others refer to.
func (x *xsd) commonTypes() {
	filled := x.schema.CreateElement("xs:simpleType")
	filled.CreateAttr("name", xsdFilled)
	r := filled.CreateElement("xs:restriction")
	r.CreateAttr("base", "xs:token")
	facet(r, "minLength", "1")

	if x.template {
		computed := x.schema.CreateElement("xs:simpleType")
		computed.CreateAttr("name", xsdComputed)
		r := computed.CreateElement("xs:restriction")
		r.CreateAttr("base", "xs:token")
		facet(r, "pattern", `.*\{\{.*`)
	}

	speech := x.schema.CreateElement("xs:complexType")
	speech.CreateAttr("name", xsdSSML)
	speech.CreateAttr("mixed", "true")
	x.speech(speech)
	anything := speech.CreateElement("xs:anyAttribute")
	anything.CreateAttr("processContents", "skip")
}
