package format

import "strings"

// xmlNode is a piece of an XML source as it is written.
type xmlNode struct {
	kind     xmlKind
	name     string    // of an element
	attrs    []xmlAttr // in the order of the source
	children []*xmlNode
	raw      string // of text, CDATA and comments all of it; of an element what is between its tags
	column   int    // of a comment that has its line to itself: where it begins; −1 of others
}

type xmlKind int

const (
	xmlElement xmlKind = iota
	xmlText
	xmlCDATA
	xmlComment
)

// xmlAttr is an attribute; its value is as it is written, in its quotes.
type xmlAttr struct{ name, value string }

// blank reports whether a node is nothing but layout.
func (n *xmlNode) blank() bool {
	return n.kind == xmlText && strings.Trim(n.raw, " \t\n") == ""
}

// xmlReader reads XML that is known to be well-formed, keeping every piece as
// it is written: references, CDATA, what stands around the root.
type xmlReader struct {
	src string
	at  int
}

// readXML reads a source. The root it gives is not in the source; it holds
// what is. The declaration is given besides.
func readXML(src string) (root *xmlNode, declaration string) {
	r := &xmlReader{src: src}
	if strings.HasPrefix(src, "<?xml") {
		declaration = r.until("?>")
	}
	root = &xmlNode{}
	r.content(root)
	return root, declaration
}

// until reads up to the end of a mark.
func (r *xmlReader) until(mark string) string {
	start := r.at
	i := strings.Index(r.src[start:], mark)
	if i < 0 {
		r.at = len(r.src)
	} else {
		r.at += i + len(mark)
	}
	return r.src[start:r.at]
}

// content reads what an element holds, up to its end tag.
func (r *xmlReader) content(parent *xmlNode) {
	start := r.at
	for r.at < len(r.src) && !strings.HasPrefix(r.src[r.at:], "</") {
		parent.children = append(parent.children, r.node())
	}
	parent.raw = r.src[start:r.at]
}

func (r *xmlReader) node() *xmlNode {
	rest := r.src[r.at:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		n := &xmlNode{kind: xmlComment, column: r.ownColumn()}
		n.raw = r.until("-->")
		return n
	case strings.HasPrefix(rest, "<![CDATA["):
		return &xmlNode{kind: xmlCDATA, raw: r.until("]]>")}
	case rest[0] == '<':
		return r.element()
	}
	end := strings.IndexByte(rest, '<')
	if end < 0 {
		end = len(rest)
	}
	r.at += end
	return &xmlNode{kind: xmlText, raw: rest[:end]}
}

// ownColumn is the column of the current place when nothing but spaces stands
// before it on its line, else −1.
func (r *xmlReader) ownColumn() int {
	before := r.src[strings.LastIndexByte(r.src[:r.at], '\n')+1 : r.at]
	if strings.Trim(before, " ") != "" {
		return -1
	}
	return len(before)
}

func (r *xmlReader) element() *xmlNode {
	r.at++
	n := &xmlNode{name: r.word()}
	for r.space(); r.at < len(r.src) && r.src[r.at] != '>' && r.src[r.at] != '/'; r.space() {
		n.attrs = append(n.attrs, r.attribute())
	}
	if strings.HasPrefix(r.src[r.at:], "/>") {
		r.at += len("/>")
		return n
	}
	r.until(">")
	r.content(n)
	r.until(">")
	return n
}

func (r *xmlReader) attribute() xmlAttr {
	a := xmlAttr{name: r.word()}
	r.until("=")
	r.space()
	quote := r.src[min(r.at, len(r.src)-1)]
	start := r.at
	r.at = min(r.at+1, len(r.src))
	r.until(string(quote))
	a.value = r.src[start:r.at]
	return a
}

func (r *xmlReader) space() {
	for r.at < len(r.src) && strings.IndexByte(" \t\n", r.src[r.at]) >= 0 {
		r.at++
	}
}

// word reads a name.
func (r *xmlReader) word() string {
	start := r.at
	r.at += strings.IndexAny(r.src[start:]+">", " \t\n=/>")
	return r.src[start:r.at]
}
