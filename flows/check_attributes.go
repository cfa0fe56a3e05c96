package flows

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/problems"
	"texmlsrv/texml"
)

// attributes looks at what computed attributes, and texts that are URLs, can
// become.
func (c *checker) attributes() {
	for _, s := range c.spots {
		if s.step.Document == nil {
			continue
		}
		context := c.context(s)
		if !c.led[s] && !c.aside(s) {
			context = nowhere
		}
		s.step.Document.root.walk(func(e *element) {
			for _, a := range e.attrs {
				if decl := c.declared(e, a.name); decl != nil {
					c.attribute(e, a, decl, context)
				}
			}
			c.addressed(e, context)
		})
	}
}

// addressed looks at the text of an element that is a URL, or of a type that
// only some texts are.
func (c *checker) addressed(e *element, context texml.Context) {
	at := c.site(e).element
	if at == nil {
		return
	}
	decl := texml.DeclarationOf(at)
	if decl == nil {
		return
	}
	like := &texml.AttrDecl{Type: decl.Text.Type}
	for _, child := range e.children {
		switch {
		case child.text == nil:
		case like.Type == texml.TypeURL:
			c.url(child.text, e.name, decl.Text.URL, context)
		case bounded(like):
			c.partly(attribute{"<" + e.name + ">", child.text}, like)
		}
	}
}

func (c *checker) attribute(e *element, a attribute, decl *texml.AttrDecl, context texml.Context) {
	if decl.Type == texml.TypeURL {
		if context != nowhere {
			context = max(context, decl.Context)
		}
		c.url(a.text, a.name, decl.URL, context)
		return
	}
	if _, constant := a.text.Constant(); constant {
		return
	}
	whole := a.text.Whole()
	if whole == nil {
		c.partly(a, decl)
		return
	}
	t := c.inferred[whole].Type
	wrong, certain := misfit(t, decl)
	if wrong == "" {
		return
	}
	code := codeMayValue
	if certain {
		code = codeValue
	}
	suggestion := ""
	if v, ok := wrongWord(t, decl); ok {
		suggestion = problems.Nearest(v, decl.Values)
	}
	c.site(a.text).found(code, offsetOfWhole(a.text), suggestion, fmt.Sprintf("%s of <%s> %s", a.name, e.name, wrong))
}

func offsetOfWhole(t *expressions.Text) int {
	for _, p := range t.Parts() {
		if p.Expression != nil {
			return p.Offset
		}
	}
	return 0
}

// partly looks at an attribute that is partly computed.
func (c *checker) partly(a attribute, decl *texml.AttrDecl) {
	if !bounded(decl) {
		return
	}
	for _, p := range a.text.Parts() {
		if p.Expression != nil && c.inferred[p.Expression].Type.Free {
			c.site(a.text).found(codeMayValue, p.Offset, "", fmt.Sprintf("%s takes %s, and this can be any text", a.name, wanted(decl)))
		}
	}
}

// bounded reports whether a type takes only some values.
func bounded(decl *texml.AttrDecl) bool {
	switch decl.Type {
	case texml.TypePhone, texml.TypeDigits, texml.TypeVoice, texml.TypeLanguage, texml.TypeUUID, texml.TypeSIP:
		return true
	case texml.TypeBool, texml.TypeInt, texml.TypeDecimal, texml.TypeMoney:
		return true
	case texml.TypeEnum:
		return !decl.Open
	}
	return false
}

// wanted says what values an attribute takes.
func wanted(decl *texml.AttrDecl) string {
	switch decl.Type {
	case texml.TypeBool:
		return "true or false"
	case texml.TypeInt:
		return "a whole number"
	case texml.TypeEnum:
		return strings.Join(decl.Values, ", ")
	case texml.TypeDecimal, texml.TypeMoney:
		return "a number"
	case texml.TypeDigits:
		return "digits"
	}
	return "a " + decl.Type.String()
}

// misfit says why a value cannot be that of an attribute; certain, unless it
// only may be so.
func misfit(t expressions.Type, decl *texml.AttrDecl) (why string, certain bool) {
	kinds := t.Kinds &^ expressions.Nil
	switch {
	case kinds == 0 || t.Kinds == expressions.Any:
		return "", false
	case kinds&(expressions.String|expressions.Number|expressions.Bool|expressions.Markup) == 0:
		return "cannot be " + kinds.String(), true
	case !bounded(decl):
		return "", false
	}
	if t.Values != nil {
		for _, v := range t.Values {
			if wrong := wrongValue(v, decl); wrong != "" {
				return wrong, true
			}
		}
		return "", false
	}
	switch {
	case kinds == expressions.Bool && decl.Type != texml.TypeBool,
		kinds == expressions.Number && (decl.Type == texml.TypeBool || decl.Type == texml.TypeEnum):
		return fmt.Sprintf("takes %s, and this is %s", wanted(decl), kinds), true
	case t.Free:
		return fmt.Sprintf("takes %s, and this can be any text", wanted(decl)), false
	}
	return "", false
}

// wrongValue says why an attribute cannot have a value; "" when it can.
func wrongValue(v any, decl *texml.AttrDecl) string {
	written := expressions.Format(v)
	switch decl.Type {
	case texml.TypeBool:
		if written != "true" && written != "false" {
			return fmt.Sprintf("takes true or false, and this can be %q", written)
		}
	case texml.TypeEnum:
		if !slices.Contains(decl.Values, written) {
			return fmt.Sprintf("takes %s, and this can be %q", wanted(decl), written)
		}
	case texml.TypeInt, texml.TypeDecimal, texml.TypeMoney:
		f, err := strconv.ParseFloat(written, 64)
		switch r := decl.Range; {
		case err != nil, decl.Type == texml.TypeInt && f != float64(int(f)):
			return fmt.Sprintf("takes %s, and this can be %q", wanted(decl), written)
		case r != nil && (f < r.Min || f > r.Max) && !(r.OrZero && f == 0):
			return fmt.Sprintf("takes %s from %s to %s, and this can be %s", wanted(decl), expressions.Format(r.Min), expressions.Format(r.Max), written)
		}
	}
	return ""
}

// wrongWord is the first word of a type that an enumeration does not have.
func wrongWord(t expressions.Type, decl *texml.AttrDecl) (string, bool) {
	for _, v := range t.Values {
		if s, is := v.(string); is && decl.Type == texml.TypeEnum && !slices.Contains(decl.Values, s) {
			return s, true
		}
	}
	return "", false
}

// nowhere is the context of a document that nothing leads to: nobody knows who
// would hear it.
const nowhere texml.Context = -1

// ownRoute matches a URL of ours, written by hand.
var ownRoute = regexp.MustCompile(`^\s*/texml(/|$|\?)`)

// url looks at a URL: where it leads, and whether the caller has a say in it.
func (c *checker) url(t *expressions.Text, name string, kind texml.URLKind, context texml.Context) {
	at := c.site(t)
	parts := t.Parts()
	if len(parts) > 0 && parts[0].Expression == nil && ownRoute.MatchString(parts[0].Literal) {
		at.found(codeOwnRoute, parts[0].Offset, `write {{ step('…') }}, or leave it out`, "a URL of this server is not written by hand: its ticket is missing")
	}
	for _, l := range linksOf(t) {
		if context != nowhere {
			c.link(at, l, name, kind, context)
		}
	}
	before := ""
	for _, p := range parts {
		if p.Expression == nil {
			before += p.Literal
			continue
		}
		inference := c.inferred[p.Expression]
		if inference == nil {
			continue
		}
		if inference.Type.Free {
			c.callersURL(at, p, before)
		}
		before += "x"
	}
}

// callersURL says what text that the caller chooses does in a URL.
func (c *checker) callersURL(at site, p expressions.Part, before string) {
	_, rest, absolute := strings.Cut(before, "://")
	if before = strings.TrimSpace(before); absolute && strings.ContainsAny(rest, "/?#") || strings.HasPrefix(before, "/") {
		at.found(codeEscape, p.Offset, "write urlquery(…) around it", "the caller chooses this text, and a & or / in it changes the URL")
		return
	}
	at.found(codeHost, p.Offset, "begin with https://host/ or {{ env.NAME }}/", "the caller chooses this text, and with it where the URL leads")
}

// link looks at step("…") and aside("…") in a URL.
func (c *checker) link(at site, l expressions.Link, name string, kind texml.URLKind, context texml.Context) {
	leads := kind == texml.DocumentURL && context == texml.Main
	fits := kind == texml.DocumentURL || kind == texml.WaitMediaURL
	other := func(to string) string { return fmt.Sprintf("write %s('%s')", to, l.Name) }
	switch {
	case l.Kind == "step" && fits && !leads:
		at.found(codeWantsAside, l.Offset, other("aside"), fmt.Sprintf("what %s fetches is played to someone who waits or is called: step() would move the call", name))
	case l.Kind == "step" && !fits:
		at.found(codeWantsAside, l.Offset, "", fmt.Sprintf("what %s fetches is not played, so no step can stand there", name))
	case l.Kind == "aside" && leads:
		at.found(codeWantsStep, l.Offset, other("step"), fmt.Sprintf("the call goes on with what %s fetches, and an aside never moves it", name))
	case l.Kind == "aside" && !fits:
		at.found(codeWantsStep, l.Offset, "", fmt.Sprintf("what %s fetches is not played, so no aside can stand there", name))
	}
}
