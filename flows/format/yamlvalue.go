package format

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// entry writes a key or a dash, and the value.
func (w *yamlWriter) entry(e *yamlEntry, indent int) {
	if e.key != nil {
		w.WriteString(keyText(e.key, false))
	} else {
		w.WriteByte('-')
	}
	w.value(e, indent)
}

// value writes the rest of an entry whose block is indented so far.
func (w *yamlWriter) value(e *yamlEntry, indent int) {
	v := e.value
	switch {
	case v.collection() && !v.flow:
		w.blockValue(e, indent)
		return
	case len(v.above) > 0, v.lead != "" && !v.isBlock() && (e.beside != "" || v.multiline()):
		w.piece(v.lead)
		w.WriteByte('\n')
		w.lines(v.above, indent+2, false)
		w.indent(indent + 2)
		v.lead = ""
	}
	if v.isBlock() {
		w.blockScalar(v, indent)
		return
	}
	if v.multiline() {
		w.piece(v.props)
		w.multiline(v, indent+2)
	} else {
		w.piece(oneLine(v, v.flow))
	}
	w.piece(v.lead)
	w.piece(e.beside)
	w.WriteByte('\n')
	w.lines(e.foot, indent+2, false)
}

// piece writes something on the current line, parted by a space from what is
// there already.
func (w *yamlWriter) piece(s string) {
	if s == "" {
		return
	}
	if so := w.String(); so != "" && !strings.HasSuffix(so, "\n") && !strings.HasSuffix(so, " ") {
		w.WriteByte(' ')
	}
	w.WriteString(s)
}

// blockValue writes a collection as a block: below its key, or beginning on
// the line of its dash.
func (w *yamlWriter) blockValue(e *yamlEntry, indent int) {
	v := e.value
	first := v.entries[0]
	w.unfold(first, indent+2)
	bare := v.props == "" && v.lead == "" && !slices.ContainsFunc(first.above, isComment)
	if e.key == nil && bare && indent >= 0 {
		first.above = nil
		w.WriteByte(' ')
		w.block(v, indent+2, true)
		return
	}
	w.piece(v.props)
	w.piece(v.lead)
	if indent >= 0 || v.props != "" || v.lead != "" {
		w.WriteByte('\n')
	}
	w.block(v, indent+2, false)
}

// blockScalar writes a literal or folded scalar. Its lines stay as they are;
// only the indentation before them changes.
func (w *yamlWriter) blockScalar(n *yamlNode, indent int) {
	w.piece(n.props)
	header := n.text
	if len(n.block) > 0 && !strings.ContainsAny(header, "+-") && !strings.HasSuffix(n.from.Value, "\n") {
		header += "-" // the file ended without a line feed, which it now gets
	}
	w.piece(header)
	w.piece(n.lead)
	w.WriteByte('\n')
	deeper := 2
	if n.deeper > 0 {
		deeper = n.deeper
	}
	for _, line := range n.block {
		if line != "" {
			w.indent(max(indent, 0) + deeper)
		}
		w.WriteString(line + "\n")
	}
}

// multiline writes a scalar over as many lines as it had, each as far from the
// others as it was.
func (w *yamlWriter) multiline(n *yamlNode, indent int) {
	lines := strings.Split(n.text, "\n")
	least := -1
	for i, line := range lines {
		lines[i] = trimLine(line, n.from.Style)
		if white := leading(lines[i]); i > 0 && lines[i] != "" && (least < 0 || white < least) {
			least = white
		}
	}
	w.piece(lines[0])
	for _, line := range lines[1:] {
		w.WriteByte('\n')
		if line != "" {
			w.indent(max(indent, 1) + leading(line) - least)
			w.WriteString(line[leading(line):])
		}
	}
}

func leading(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// trimLine drops the white space at the end of a line, which means nothing; a
// backslash before it would make it mean something.
func trimLine(line string, style yaml.Style) string {
	trimmed := strings.TrimRight(line, " \t")
	if style&yaml.DoubleQuotedStyle != 0 && strings.HasSuffix(trimmed, `\`) {
		return line
	}
	return trimmed
}
