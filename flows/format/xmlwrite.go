package format

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"texmlsrv/flows/schemas"
	"texmlsrv/texml"
)

// xmlWriter writes nodes as a document.
type xmlWriter struct{ strings.Builder }

// document writes what a source holds.
func (w *xmlWriter) document(root *xmlNode) {
	response := texml.Vocabulary()[0]
	if !root.structured() {
		w.WriteString(strings.Trim(root.raw, " \t\n") + "\n")
		return
	}
	w.children(root, 0, response)
	w.WriteByte('\n')
}

// structured reports whether a node holds elements and comments, and white
// space only between them.
func (n *xmlNode) structured() bool {
	return !slices.ContainsFunc(n.children, func(c *xmlNode) bool {
		return c.kind == xmlCDATA || c.kind == xmlText && !c.blank()
	})
}

// children writes elements and comments, each on its line. A comment stays on
// the line of what it stands beside; of empty lines one is kept.
func (w *xmlWriter) children(parent *xmlNode, indent int, decl *texml.ElementDecl) {
	breaks, first := 0, true
	for _, n := range parent.children {
		if n.kind == xmlText {
			breaks = strings.Count(n.raw, "\n")
			continue
		}
		w.place(n, breaks, first, indent)
		if n.kind == xmlComment {
			w.WriteString(shifted(n, indent))
		} else {
			w.element(n, indent, childDecl(decl, n.name))
		}
		breaks, first = 0, false
	}
}

// place begins the line of an element or comment that had so many breaks of
// the line before it.
func (w *xmlWriter) place(n *xmlNode, breaks int, first bool, indent int) {
	if w.Len() > 0 && !strings.HasSuffix(w.String(), "\n") {
		if n.kind == xmlComment && breaks == 0 {
			w.WriteByte(' ')
			return
		}
		w.WriteByte('\n')
	}
	if breaks > 1 && !first {
		w.WriteByte('\n')
	}
	w.WriteString(spaces(indent))
}

// childDecl is the declaration of an element inside of another one; nil where
// there is none. A document may begin with what a Response holds.
func childDecl(outer *texml.ElementDecl, name string) *texml.ElementDecl {
	if outer == nil || name == outer.Key {
		return outer
	}
	_, decl := outer.Child(name)
	return decl
}

// shifted is a comment whose further lines move with the first.
func shifted(n *xmlNode, indent int) string {
	if n.column < 0 || n.column == indent {
		return n.raw
	}
	lines := strings.Split(n.raw, "\n")
	for i, line := range lines[1:] {
		text := strings.TrimLeft(line, " ")
		lines[i+1] = spaces(len(line)-len(text)+indent-n.column) + text
	}
	return strings.Join(lines, "\n")
}

func (w *xmlWriter) element(n *xmlNode, indent int, decl *texml.ElementDecl) {
	switch {
	case slices.Contains(exact, n.name) && n.raw != "":
		w.verbatim(n, indent, decl)
	case !slices.ContainsFunc(n.children, func(c *xmlNode) bool { return !c.blank() }):
		w.WriteString(startTag(n, indent, "/>", decl))
	case slices.Contains(spoken, n.name):
		w.speech(n, indent, decl)
	case slices.Contains(jsonElements, n.name):
		w.json(n, indent, decl)
	case n.structured():
		w.WriteString(startTag(n, indent, ">", decl))
		w.children(n, indent+2, decl)
		w.WriteString("\n" + spaces(indent) + "</" + n.name + ">")
	case len(n.children) == 1 && n.children[0].kind == xmlText:
		w.WriteString(startTag(n, indent, ">", decl) + strings.Trim(n.raw, " \t\n") + "</" + n.name + ">")
	default: // text among elements, comments or CDATA
		w.verbatim(n, indent, decl)
	}
}

// verbatim writes what an element holds as it stands.
func (w *xmlWriter) verbatim(n *xmlNode, indent int, decl *texml.ElementDecl) {
	w.WriteString(startTag(n, indent, ">", decl) + n.raw + "</" + n.name + ">")
}

// json writes JSON anew, in CDATA if it was. What is not JSON stays as it is.
func (w *xmlWriter) json(n *xmlNode, indent int, decl *texml.ElementDecl) {
	pieces := slices.DeleteFunc(slices.Clone(n.children), (*xmlNode).blank)
	text := pieces[0].raw
	open, end := "", ""
	if pieces[0].kind == xmlCDATA {
		open, end = "<![CDATA[", "]]>"
		text = strings.TrimSuffix(strings.TrimPrefix(text, open), end)
	}
	_, err := schemas.ReadJSON([]byte(text))
	if len(pieces) != 1 || err != nil || open == "" && hidden(text) {
		w.verbatim(n, indent, decl)
		return
	}
	w.WriteString(startTag(n, indent, ">", decl) + open + indentJSON(text, indent) + end + "</" + n.name + ">")
}

// startTag is the start tag of an element, up to and with its end. Where it
// does not fit into its line every attribute gets one.
func startTag(n *xmlNode, indent int, end string, decl *texml.ElementDecl) string {
	attrs := make([]string, len(n.attrs))
	for i, a := range inOrder(n.attrs, decl) {
		attrs[i] = a.name + "=" + doubleQuoted(a.value)
	}
	line := strings.Join(append([]string{"<" + n.name}, attrs...), " ") + end
	if len(attrs) < 2 || indent+utf8.RuneCountInString(line) <= width {
		return line
	}
	parting := "\n" + spaces(indent+4)
	return "<" + n.name + parting + strings.Join(attrs, parting) + end
}

// inOrder sorts attributes: namespaces, flow:for and flow:if, then as the
// vocabulary has them, then those that it does not know.
func inOrder(attrs []xmlAttr, decl *texml.ElementDecl) []xmlAttr {
	rank := func(a xmlAttr) int {
		switch {
		case a.name == "xmlns" || strings.HasPrefix(a.name, "xmlns:"):
			return -3
		case a.name == "flow:for":
			return -2
		case a.name == "flow:if":
			return -1
		case decl == nil:
			return 0
		}
		if i := slices.IndexFunc(decl.Attrs, func(d texml.AttrDecl) bool { return d.Name == a.name }); i >= 0 {
			return i
		}
		return len(decl.Attrs)
	}
	attrs = slices.Clone(attrs)
	slices.SortStableFunc(attrs, func(a, b xmlAttr) int { return cmp.Compare(rank(a), rank(b)) })
	return attrs
}

// doubleQuoted is a value in double quotes, unless it holds some itself.
func doubleQuoted(value string) string {
	if strings.HasPrefix(value, "'") && !strings.Contains(value, `"`) {
		return `"` + strings.Trim(value, "'") + `"`
	}
	return value
}
