package texml

import (
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// element checks an element and all that is in it.
func (c *checker) element(n *node) {
	c.required(n)
	c.conditions(n)
	c.children(n)
	c.text(n)
	c.special(n)
	for _, child := range n.children {
		c.element(child)
	}
}

// required misses attributes.
func (c *checker) required(n *node) {
	for i := range n.decl.Attrs {
		if decl := &n.decl.Attrs[i]; decl.Required && n.attr(decl.Name) == nil {
			c.report("TX204", n.start, "<%s> needs %s", n.decl.Name(), decl.Name)
		}
	}
}

// conditions finds attributes that have no effect, exclude each other, or are disputed.
func (c *checker) conditions(n *node) {
	for i := range n.attrs {
		a := &n.attrs[i]
		if a.decl.Conflict != "" {
			c.report("TX219", a.at.start, "Telnyx's pages disagree on %s: %s", a.decl.Name, a.decl.Conflict)
		}
		for _, other := range a.decl.Without {
			if n.attr(other) != nil {
				c.report("TX221", a.at.start, "%s and %s exclude each other", a.decl.Name, other)
			}
		}
		if a.decl.With != "" && !c.holds(n, a.decl.With) {
			c.report("TX220", a.at.start, "%s has no effect without %s", a.decl.Name, a.decl.With.words())
		}
	}
}

// holds reports whether a condition holds, or may.
func (c *checker) holds(n *node, condition Condition) bool {
	name, values, not := condition.parts()
	if values == nil {
		// Rendering gives an action to every verb that can have one.
		return n.attr(name) != nil || c.options.Template && name == "action"
	}
	value, known := n.value(name)
	return !known || slices.Contains(values, value) != not
}

// words returns the condition as it is said in a message.
func (c Condition) words() string {
	name, values, not := c.parts()
	switch {
	case values == nil:
		return name
	case not:
		return name + " other than " + strings.Join(values, " or ")
	}
	return name + `="` + strings.Join(values, `" or "`) + `"`
}

// children counts the children.
func (c *checker) children(n *node) {
	total := 0
	for i := range n.decl.Children {
		allowed := &n.decl.Children[i]
		c.count(n, allowed)
	}
	for _, child := range n.children {
		if child.maybe {
			continue
		}
		if total++; total == 2 && n.decl.OnlyOne {
			c.report("TX105", child.start, "<%s> holds one element", n.decl.Name())
		}
	}
	if n.decl.OnlyOne && len(n.children) == 0 && len(n.ChildElements()) == 0 {
		var names []string
		for _, allowed := range n.decl.Children {
			names = append(names, declarations[allowed.Key].Name())
		}
		c.report("TX104", n.start, "<%s> needs one of <%s>", n.decl.Name(), strings.Join(names, ">, <"))
	}
}

// count checks how often one kind of child is there.
func (c *checker) count(n *node, allowed *ChildDecl) {
	name := declarations[allowed.Key].Name()
	certain, possible := 0, 0
	for _, child := range n.children {
		if child.decl.Key != allowed.Key {
			continue
		}
		if possible++; !child.maybe {
			certain++
		}
		if certain == allowed.Max+1 && allowed.Max > 0 && !child.maybe {
			c.report("TX105", child.start, "<%s> holds at most %d <%s>", n.decl.Name(), allowed.Max, name)
		}
		if allowed.Doubt != "" {
			c.report("TX109", child.start, "<%s> in <%s>: %s", name, n.decl.Name(), allowed.Doubt)
		}
	}
	switch {
	case possible >= allowed.Min:
	case allowed.Key == "Parameters":
		c.report("TX601", n.start, "<AIGather> needs <Parameters>")
	default:
		c.report("TX104", n.start, "<%s> needs <%s>", n.decl.Name(), name)
	}
}

// text checks the text directly in an element.
func (c *checker) text(n *node) {
	decl := &n.decl.Text
	text := textOf(n.Element)
	value := strings.TrimSpace(text)
	at := c.textAt(n.Element, strings.Index(text, value))
	switch {
	case decl.Type == TypeNone && value != "":
		p := c.report("TX106", at, "<%s> holds no text", n.decl.Name())
		if child, _ := n.decl.Child("Say"); child != nil {
			p.Suggestion = "put it into <Say>"
		}
	case decl.Type == TypeNone:
	case value == "":
		c.missingText(n)
	case computed(text):
		c.computedText(n, text)
	default:
		c.textValue(n, value, at)
	}
}

func (c *checker) missingText(n *node) {
	fromFile := n.decl.Key == "Parameters" && n.SelectAttr("src") != nil
	switch {
	case fromFile, n.speaks:
	case n.decl.Text.Required:
		c.report("TX107", n.start, "<%s> is empty", n.decl.Name())
	case n.decl.Text.Missing != "":
		c.report("TX219", n.start, "<%s> is empty: %s", n.decl.Name(), n.decl.Text.Missing)
	}
}

// computedText checks text with {{ in it.
func (c *checker) computedText(n *node, text string) {
	kind := n.decl.Text.Type
	switch kind {
	case TypeSchema, TypeTool:
		c.json(n, text)
	case TypeSpeech:
		c.speech(n, c.polly(n))
	}
	if !c.options.Template && kind != TypeTool && kind != TypeRaw {
		c.mustache(c.textAt(n.Element, strings.Index(text, "{{")))
	}
}

// textValue checks literal text.
func (c *checker) textValue(n *node, value string, at int) {
	name := "<" + n.decl.Name() + ">"
	switch n.decl.Text.Type {
	case TypeSpeech:
		c.speech(n, c.polly(n))
	case TypeURL:
		c.url(at, name, value, n.decl.Text.URL, n.is("mediaStorage", "true"))
	case TypePhone:
		c.phone(at, value)
	case TypeSIP:
		c.sip(at, value)
	case TypeInt:
		if !wholePattern.MatchString(value) {
			c.report("TX206", at, "%s is %q, not a whole number", name, value)
		}
	case TypeSchema, TypeTool:
		c.json(n, textOf(n.Element))
	}
}

// polly reports whether a Greeting is spoken by a voice of Polly's, which knows SSML.
func (c *checker) polly(n *node) bool {
	if n.decl.Key != "Greeting" || n.Parent() == nil {
		return false
	}
	for _, voice := range n.Parent().SelectElements("Voice") {
		if p := providerOf(voice.SelectAttrValue("name", "")); p != nil && strings.HasSuffix(p.prefix, "Polly.") {
			return true
		}
	}
	return false
}

// textAt returns where in the source the n-th byte of an element's text stands.
func (c *checker) textAt(el *etree.Element, n int) int {
	at := c.tree.tokens[el].start
	for _, token := range el.Child {
		cd, ok := token.(*etree.CharData)
		if !ok {
			continue
		}
		if n < len(cd.Data) {
			return c.tree.dataAt(cd, n)
		}
		n -= len(cd.Data)
	}
	return at
}

// dataAt returns where in the source the n-th byte of character data stands.
func (t *Tree) dataAt(cd *etree.CharData, n int) int {
	where := t.tokens[cd]
	at := where.start
	if cd.IsCData() {
		at += len("<![CDATA[")
	}
	for raw := t.src.text[:where.end]; n > 0 && at < len(raw); {
		switch {
		case raw[at] == '&' && !cd.IsCData():
			r, length, _ := reference(raw[at:])
			at += max(length, 1)
			n -= len(string(r))
		case strings.HasPrefix(raw[at:], "\r\n"):
			at += 2
			n--
		default:
			at++
			n--
		}
	}
	return at
}
