package format

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// scalar reads a scalar as it is written.
func (r *yamlReader) scalar(n *yamlNode, parent int) {
	style := n.from.Style
	switch {
	case style&yaml.DoubleQuotedStyle != 0:
		n.above = r.takeAbove()
		n.text = r.quoted('"')
	case style&yaml.SingleQuotedStyle != 0:
		n.above = r.takeAbove()
		n.text = r.quoted('\'')
	case n.isBlock():
		n.above = r.takeAbove()
		r.blockScalar(n, parent)
	case n.from.Value != "":
		n.above = r.takeAbove()
		n.text = r.plain(n.from.Value)
	}
}

// word reads a text that has to stand here.
func (r *yamlReader) word(s string) string {
	if !r.starts(s) {
		r.lost = true
		return ""
	}
	r.at += len(s)
	return s
}

func (r *yamlReader) quoted(quote byte) string {
	start := r.at
	r.expect(quote)
	for r.at < len(r.src) {
		c := r.src[r.at]
		r.at++
		switch {
		case c == '\\' && quote == '"':
			r.at = min(r.at+1, len(r.src))
		case c == quote && quote == '\'' && r.starts("'"):
			r.at++
		case c == quote:
			return r.src[start:r.at]
		}
	}
	r.lost = true
	return ""
}

// plain reads an unquoted scalar by its value: where that has a space the
// source may break the line, and where it has line feeds there is one break
// more.
func (r *yamlReader) plain(value string) string {
	start := r.at
	for i := 0; i < len(value); {
		if breaks := strings.Count(r.white(), "\n"); breaks > 0 {
			folded := " "
			if breaks > 1 {
				folded = strings.Repeat("\n", breaks-1)
			}
			if !strings.HasPrefix(value[i:], folded) {
				r.lost = true
				return ""
			}
			i += len(folded)
			r.at += len(r.white())
			continue
		}
		if r.at >= len(r.src) || r.src[r.at] != value[i] {
			r.lost = true
			return ""
		}
		r.at++
		i++
	}
	return r.src[start:r.at]
}

// white is the white space that comes next.
func (r *yamlReader) white() string {
	rest := r.src[r.at:]
	return rest[:len(rest)-len(strings.TrimLeft(rest, " \t\n"))]
}

// blockScalar reads a literal or folded scalar. Parent is the column of the
// block it belongs to.
func (r *yamlReader) blockScalar(n *yamlNode, parent int) {
	start := r.at
	for r.at < len(r.src) && strings.IndexByte("|>+-123456789", r.src[r.at]) >= 0 {
		if c := r.src[r.at]; c >= '1' && c <= '9' {
			n.deeper = int(c - '0')
		}
		r.at++
	}
	n.text = r.src[start:r.at]
	for r.starts(" ") || r.starts("\t") {
		r.at++
	}
	if r.starts("#") {
		n.lead = r.comment()
	}
	if !r.indicator('\n') && r.at < len(r.src) {
		r.lost = true
		return
	}
	indent := r.contentIndent(parent)
	if n.deeper > 0 {
		indent = max(parent, 0) + n.deeper
	}
	r.blockLines(n, indent)
}

// contentIndent is how far the first line of a block scalar is indented that
// is not empty; one that is not deeper than the block does not belong to it.
// Where all are empty the longest counts.
func (r *yamlReader) contentIndent(parent int) int {
	longest := parent + 1
	for rest := r.src[r.at:]; rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		text := strings.TrimLeft(line, " ")
		if indent := len(line) - len(text); text != "" && indent > parent {
			return indent
		}
		if text != "" {
			break
		}
		longest = max(longest, len(line))
		rest = after
	}
	return longest
}

// blockLines reads the lines of a block scalar. Empty lines at its end are
// read again as layout, unless it keeps them.
func (r *yamlReader) blockLines(n *yamlNode, indent int) {
	end, used := r.at, 0
	for at := r.at; at < len(r.src); {
		line, _, _ := strings.Cut(r.src[at:], "\n")
		text := strings.TrimLeft(line, " ")
		if text != "" && len(line)-len(text) < indent || indent == 0 && (text == "---" || text == "...") {
			break
		}
		at = min(at+len(line)+1, len(r.src))
		line = line[min(indent, len(line)):]
		n.block = append(n.block, line)
		if line != "" || strings.Contains(n.text, "+") {
			end, used = at, len(n.block)
		}
	}
	n.block = n.block[:used]
	r.at = end
}
