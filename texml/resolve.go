package texml

import (
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// node is an element whose declaration is known, perhaps by another spelling of its name: what is wrong
// with a name is reported once, and the rest is checked as if it were right.
type node struct {
	*etree.Element
	decl     *ElementDecl
	start    int    // offset of "<"
	attrs    []attr // those with a declaration
	children []*node
	maybe    bool // flow:if or flow:for: there may be none of it
	speaks   bool // SSML in it
}

// attr is an attribute whose declaration is known.
type attr struct {
	decl     *AttrDecl
	value    string // as it was meant: words are written right
	at       span   // of the value in the source
	computed bool   // {{ in it: its value is not known
}

// attr returns an attribute by its right name.
func (n *node) attr(name string) *attr {
	for i := range n.attrs {
		if n.attrs[i].decl.Name == name {
			return &n.attrs[i]
		}
	}
	return nil
}

// value returns the value of an attribute, or its default, and whether it is known.
func (n *node) value(name string) (value string, known bool) {
	if a := n.attr(name); a != nil {
		return a.value, !a.computed
	}
	if decl := n.decl.Attr(name); decl != nil {
		return decl.Default, decl.Default != ""
	}
	return "", false
}

// is reports that an attribute is known to have the value.
func (n *node) is(name, value string) bool {
	v, known := n.value(name)
	return known && v == value
}

// child returns the first child of a declaration; nil when there is none.
func (n *node) child(key string) *node {
	for _, child := range n.children {
		if child.decl.Key == key {
			return child
		}
	}
	return nil
}

// root resolves the document; nil when its root is none.
func (c *checker) root() *node {
	root := c.tree.Root
	start := c.tree.tokens[root].start
	decl := declarations["Response"]
	if name := root.FullTag(); name != decl.Key {
		p := c.report("TX002", start, "the root is <%s>, not <Response>", name)
		if fold(name) != fold(decl.Key) {
			return nil
		}
		p.Suggestion = "<Response>"
		c.rename(p, root, decl.Key)
	}
	return c.resolve(root, decl)
}

// rename mends the name of an element, in both of its tags.
func (c *checker) rename(p *Problem, el *etree.Element, name string) {
	start := c.tree.tokens[el].start + len("<")
	c.fix(p, span{start, start + len(el.FullTag())}, name)
	if end, closed := c.tree.ends[el]; closed {
		c.fix(p, span{end, end + len(el.FullTag())}, name)
	}
}

func (c *checker) resolve(el *etree.Element, decl *ElementDecl) *node {
	n := &node{Element: el, decl: decl, start: c.tree.tokens[el].start}
	c.resolveAttrs(n)
	for _, child := range el.ChildElements() {
		if known := c.resolveChild(n, child); known != nil {
			n.children = append(n.children, known)
		}
	}
	return n
}

// resolveChild finds out what a child is; nil when nothing is known of it here.
func (c *checker) resolveChild(n *node, child *etree.Element) *node {
	name, start := child.FullTag(), c.tree.tokens[child].start
	if _, decl := n.decl.Child(name); decl != nil {
		return c.resolve(child, decl)
	}
	for _, allowed := range n.decl.Children {
		if decl := declarations[allowed.Key]; fold(decl.Name()) == fold(name) {
			p := c.report("TX102", start, "the element is written <%s>, not <%s>", decl.Name(), name)
			p.Suggestion = "<" + decl.Name() + ">"
			c.rename(p, child, decl.Name())
			return c.resolve(child, decl)
		}
	}
	switch {
	case child.Space != "":
		c.report("TX004", start, "<%s> has a prefix; TeXML has no namespaces", name)
	case n.decl.Text.Type == TypeSpeech && slices.Contains(ssml, name):
		n.speaks = true
	default:
		c.misplaced(n, child)
	}
	return nil
}

// ssml are the elements of speech markup.
var ssml = []string{"speak", "break", "emphasis", "lang", "p", "s", "phoneme", "prosody", "say-as", "sub", "w", "mark"}

// misplaced reports an element that does not belong where it is.
func (c *checker) misplaced(n *node, child *etree.Element) {
	name, start := child.FullTag(), c.tree.tokens[child].start
	if hint := firstOf(twimlElements, n.decl.Key+"."+name, name); hint != "" {
		c.report("TX701", start, "Telnyx does not have <%s>, which is TwiML", name).Suggestion = hint
		return
	}
	if parents := parentsOf(name); len(parents) > 0 {
		p := c.report("TX103", start, "<%s> does not belong in <%s>", name, n.decl.Name())
		p.Suggestion = "it belongs in <" + strings.Join(parents, ">, <") + ">"
		return
	}
	p := c.report("TX101", start, "there is no element <%s>", name)
	var near []string
	for _, allowed := range n.decl.Children {
		near = append(near, declarations[allowed.Key].Name())
	}
	guess := nearest(name, near)
	if guess == "" {
		guess = nearest(name, declaredNames())
	}
	if guess != "" {
		p.Suggestion = "did you mean <" + guess + ">?"
	}
}

// firstOf returns the first entry that there is under one of the keys.
func firstOf(table map[string]string, keys ...string) string {
	for _, key := range keys {
		if entry, found := table[key]; found {
			return entry
		}
	}
	return ""
}

// parentsOf returns the names of the elements that an element belongs into.
func parentsOf(name string) []string {
	var parents []string
	for _, e := range vocabulary {
		child, decl := e.Child(name)
		if decl != nil && child.Doubt == "" && !slices.Contains(parents, e.Name()) {
			parents = append(parents, e.Name())
		}
	}
	return parents
}

func declaredNames() []string {
	names := make([]string, len(vocabulary))
	for i, e := range vocabulary {
		names[i] = e.Name()
	}
	return names
}

// resolveAttrs finds out what the attributes of an element are.
func (c *checker) resolveAttrs(n *node) {
	for i, at := range c.tree.attrs[n.Element] {
		a := n.Attr[i]
		if a.Space != "" || a.Key == "xmlns" {
			c.prefixed(n, a, at)
			continue
		}
		decl := n.decl.Attr(a.Key)
		if decl == nil {
			decl = c.respell(n, at)
		}
		if decl == nil {
			c.unknownAttr(n, at)
			continue
		}
		n.attrs = append(n.attrs, c.resolveValue(n, decl, a.Value, at.value))
	}
}

// respell finds the attribute whose name is written differently.
func (c *checker) respell(n *node, at attrSpan) *AttrDecl {
	for i := range n.decl.Attrs {
		decl := &n.decl.Attrs[i]
		if fold(decl.Name) != fold(at.key) || n.disputed(at.key) != nil {
			continue
		}
		p := c.report("TX202", at.name, "the attribute is written %s, not %s", decl.Name, at.key)
		p.Suggestion = decl.Name
		if c.spellings(n, decl.Name) == 1 {
			c.fix(p, span{at.name, at.name + len(at.key)}, decl.Name)
		}
		return decl
	}
	return nil
}

// spellings counts the attributes that would have the name if they were written right.
func (c *checker) spellings(n *node, name string) int {
	count := 0
	for _, other := range c.tree.attrs[n.Element] {
		if fold(other.key) == fold(name) {
			count++
		}
	}
	return count
}

func (n *node) disputed(name string) *Alias {
	for i := range n.decl.Disputed {
		if n.decl.Disputed[i].Name == name {
			return &n.decl.Disputed[i]
		}
	}
	return nil
}

// prefixed checks an attribute of a namespace, or one that declares one.
func (c *checker) prefixed(n *node, a etree.Attr, at attrSpan) {
	switch {
	case a.Space == "xmlns" && a.Key == "flow" || a.Space == "flow" || a.NamespaceURI() == flowNamespace && a.Space != "":
		c.flowAttr(n, a, at)
	case a.Space == "xmlns" || a.Space == "xml" || a.NamespaceURI() == "http://www.w3.org/2001/XMLSchema-instance":
		// Declarations do nothing by themselves; editors need the schema's.
	case a.Key == "xmlns" && a.Space == "":
		c.report("TX004", at.name, "<%s> declares a default namespace; TeXML has none", n.Tag)
	default:
		c.report("TX004", at.name, "%s has a prefix; TeXML has no namespaces", at.key)
	}
}

// flowAttr checks what a template has of its own.
func (c *checker) flowAttr(n *node, a etree.Attr, at attrSpan) {
	switch {
	case !c.options.Template && a.Space == "xmlns":
		// Harmless by itself; its use is reported.
	case !c.options.Template:
		c.report("TX007", at.name, "%s is for templates; Telnyx does not know it", at.key)
	case a.Space == "xmlns" && a.Value != flowNamespace:
		p := c.report("TX008", at.value.start, "flow stands for %q", flowNamespace)
		p.Suggestion = flowNamespace
		c.fix(p, at.value, flowNamespace)
	case a.Space == "xmlns":
	case a.Key == "if" || a.Key == "for":
		n.maybe = true
	default:
		p := c.report("TX009", at.name, "there is no flow:%s, only flow:if and flow:for", a.Key)
		if guess := nearest(a.Key, []string{"if", "for"}); guess != "" {
			p.Suggestion = "flow:" + guess
		}
	}
}

// unknownAttr reports an attribute that the element does not have.
func (c *checker) unknownAttr(n *node, at attrSpan) {
	name, element := at.key, n.decl.Name()
	twiml := twimlAttrs[n.decl.Key+"."+name]
	alias := n.disputed(name)
	switch {
	case name == "src" && n.decl.Key == "Parameters" && c.options.Template:
	case name == "src" && n.decl.Key == "Parameters":
		c.report("TX007", at.name, "src of Parameters is for templates; Telnyx does not know it")
	case alias != nil:
		p := c.report("TX219", at.name, "Telnyx's pages disagree on %s: %s", name, alias.Why)
		p.Suggestion = alias.For
	case twiml.to != "":
		c.report("TX702", at.name, "%s is TwiML; Telnyx calls it %s", name, twiml.to).Suggestion = twiml.to
	case twiml.hint != "":
		c.report("TX703", at.name, "%s is TwiML; Telnyx ignores it", name).Suggestion = twiml.hint
	case c.elsewhere(n, at):
	default:
		p := c.report("TX201", at.name, "<%s> has no attribute %s", element, name)
		names := make([]string, len(n.decl.Attrs))
		for i := range n.decl.Attrs {
			names[i] = n.decl.Attrs[i].Name
		}
		if guess := nearest(name, names); guess != "" {
			p.Suggestion = "did you mean " + guess + "?"
		}
	}
}

// elsewhere reports an attribute that another declaration of the element has, or the elements around it
// or in it, and whether it did.
func (c *checker) elsewhere(n *node, at attrSpan) bool {
	for _, e := range vocabulary {
		if e != n.decl && e.Name() == n.decl.Name() && e.Attr(at.key) != nil {
			p := c.report("TX223", at.name, "%s is not documented for <%s> here", at.key, e.Name())
			p.Suggestion = "leave it out"
			return true
		}
	}
	near := []*ElementDecl{}
	if outer := n.Parent(); outer != nil && outer.Tag != "" {
		if decl := DeclarationOf(outer); decl != nil {
			near = append(near, decl)
		}
	}
	for _, child := range n.decl.Children {
		near = append(near, declarations[child.Key])
	}
	for _, decl := range near {
		if decl.Attr(at.key) != nil {
			c.report("TX203", at.name, "%s does not belong on <%s>", at.key, n.decl.Name()).Suggestion = "it belongs on <" + decl.Name() + ">"
			return true
		}
	}
	return false
}
