package format

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// yamlWriter writes nodes as a file.
type yamlWriter struct{ strings.Builder }

// writeYAML writes a document: two spaces a level, one empty line where there
// were any.
func writeYAML(root *yamlEntry) string {
	w := new(yamlWriter)
	w.unfold(root, 0)
	w.lines(append(root.above, root.value.above...), 0, false)
	root.value.above = nil
	w.value(root, -2)
	for n := len(root.foot); n > 0 && root.foot[n-1] == ""; n-- {
		root.foot = root.foot[:n-1]
	}
	w.lines(root.foot, 0, true)
	return w.String()
}

// indent begins a line.
func (w *yamlWriter) indent(n int) { w.WriteString(spaces(n)) }

// lines writes comments and empty lines, never two of the latter in a row.
func (w *yamlWriter) lines(lines []string, indent int, after bool) {
	for i, line := range lines {
		if line != "" {
			w.indent(indent)
			w.WriteString(line)
			w.WriteByte('\n')
		} else if i > 0 && lines[i-1] != "" || i == 0 && after {
			w.WriteByte('\n')
		}
	}
}

// block writes a collection with an entry a line. The first entry follows what
// is already on the line when inline is set.
func (w *yamlWriter) block(n *yamlNode, indent int, inline bool) {
	for i, e := range n.entries {
		w.unfold(e, indent)
		w.lines(e.above, indent, i > 0)
		if i > 0 || !inline {
			w.indent(indent)
		}
		w.entry(e, indent)
	}
	w.lines(n.foot, indent, true)
}

// unfold makes a block of a collection that does not fit into its line, and
// finds a place for the comments around it.
func (w *yamlWriter) unfold(e *yamlEntry, indent int) {
	v := e.value
	switch {
	case !v.flow:
		return
	case len(v.entries) == 0:
		v.above, v.foot = append(v.above, v.foot...), nil
		return
	case !v.scattered() && indent+prefix(e)+utf8.RuneCountInString(oneLine(v, true)) <= width:
		return
	}
	last := v.entries[len(v.entries)-1]
	if v.scattered() && last.beside == "" && !last.value.collection() {
		last.beside, e.beside = e.beside, "" // it stands on that line
	}
	v.flow = false
	v.entries[0].above = append(v.above, v.entries[0].above...)
	v.above = nil
	if e.beside != "" && e.key != nil && v.lead == "" {
		v.lead, e.beside = e.beside, ""
	}
	if e.beside != "" {
		e.above, e.beside = append(e.above, e.beside), ""
	}
}

// prefix is how much of its line an entry takes before the value begins.
func prefix(e *yamlEntry) int {
	if e.key == nil {
		return len("- ")
	}
	return utf8.RuneCountInString(keyText(e.key, false)) + len(" ")
}

// keyText is a key with its colon.
func keyText(n *yamlNode, inFlow bool) string {
	text := oneLine(n, inFlow)
	if n.from.Kind == yaml.AliasNode {
		text += " " // a colon could belong to the alias
	}
	return text + ":"
}

// scattered reports whether something inside a collection needs lines of its
// own.
func (n *yamlNode) scattered() bool {
	if len(n.foot) > 0 {
		return true
	}
	for _, e := range n.entries {
		if len(e.above)+len(e.foot) > 0 || e.beside != "" {
			return true
		}
		for _, part := range []*yamlNode{e.key, e.value} {
			if part != nil && (len(part.above) > 0 || part.lead != "" || part.multiline() || part.scattered()) {
				return true
			}
		}
	}
	return false
}

// oneLine is a node on one line, with its properties.
func oneLine(n *yamlNode, inFlow bool) string {
	text := n.text
	switch {
	case n.from.Kind == yaml.ScalarNode:
		text = n.scalarText(inFlow)
	case n.collection():
		text = flowText(n)
	}
	if n.props != "" && text != "" {
		return n.props + " " + text
	}
	return n.props + text
}

func flowText(n *yamlNode) string {
	members := make([]string, len(n.entries))
	for i, e := range n.entries {
		text := oneLine(e.value, true)
		switch {
		case e.key != nil && text != "":
			text = keyText(e.key, true) + " " + text
		case e.key != nil:
			text = oneLine(e.key, true)
		}
		members[i] = text
	}
	text := strings.Join(members, ", ")
	switch {
	case n.pair:
		return text
	case n.from.Kind == yaml.SequenceNode:
		return "[" + text + "]"
	}
	return "{" + text + "}"
}
