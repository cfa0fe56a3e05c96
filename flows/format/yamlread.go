package format

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// yamlReader finds the pieces of a source along the tree that the library read
// from it. Where the two do not go together it is lost, and stays it.
type yamlReader struct {
	src      string
	at       int
	pending  []trivium // met since the last token, and nobody's yet
	comments []string  // all of them
	depth    int
	lost     bool
}

// maxDepth bounds how deep values are nested, because every level is laid out
// on its own.
const maxDepth = 100

// trivium is a comment, or an empty line.
type trivium struct {
	text   string // "" for an empty line
	column int
	own    bool // nothing else stands on its line
}

// readYAML reads a source along its tree. The entry is the whole document's,
// and has no key. The comments are given besides; ok is false when the reader
// got lost.
func readYAML(src string, tree *yaml.Node) (root *yamlEntry, comments []string, ok bool) {
	r := &yamlReader{src: src}
	r.skip()
	if r.starts("%") {
		return nil, nil, false // a directive changes what the rest means
	}
	root = &yamlEntry{}
	r.value(root, tree, -1)
	root.foot = append(root.foot, r.takeAll()...)
	return root, r.comments, !r.lost && r.at == len(r.src)
}

func isFlow(o *yaml.Node) bool { return o.Style&yaml.FlowStyle != 0 }
func isCollection(o *yaml.Node) bool {
	return o.Kind == yaml.MappingNode || o.Kind == yaml.SequenceNode
}

func (r *yamlReader) starts(s string) bool { return strings.HasPrefix(r.src[r.at:], s) }

// lineStart is where the current line begins.
func (r *yamlReader) lineStart() int { return strings.LastIndexByte(r.src[:r.at], '\n') + 1 }

// alone reports whether only white space stands before the current place on
// its line.
func (r *yamlReader) alone() bool {
	return strings.Trim(r.src[r.lineStart():r.at], " \t") == ""
}

func (r *yamlReader) column() int { return r.at - r.lineStart() }

// skip goes to the next token, noting comments and empty lines.
func (r *yamlReader) skip() {
	for r.at < len(r.src) {
		switch c := r.src[r.at]; {
		case c == ' ' || c == '\t':
			r.at++
		case c == '\n':
			if r.alone() {
				r.pending = append(r.pending, trivium{})
			}
			r.at++
		case c == '#':
			t := trivium{column: r.column(), own: r.alone()}
			t.text = r.comment()
			r.pending = append(r.pending, t)
		case r.marker():
			r.at += len("---")
		default:
			return
		}
	}
}

// marker reports whether the beginning or end of the document is marked here.
func (r *yamlReader) marker() bool {
	if r.column() != 0 || !r.starts("---") && !r.starts("...") {
		return false
	}
	rest := r.src[r.at+3:]
	return rest == "" || strings.IndexByte(" \t\n", rest[0]) >= 0
}

// comment reads a comment.
func (r *yamlReader) comment() string {
	text, _, _ := strings.Cut(r.src[r.at:], "\n")
	r.at += len(text)
	text = strings.TrimRight(text, " \t")
	r.comments = append(r.comments, text)
	return text
}

// takeBeside takes the comment that stands on the line of the last token.
func (r *yamlReader) takeBeside() string {
	if len(r.pending) == 0 || r.pending[0].own || r.pending[0].text == "" {
		return ""
	}
	text := r.pending[0].text
	r.pending = r.pending[1:]
	return text
}

// takeAll takes every comment and empty line.
func (r *yamlReader) takeAll() []string { return r.take(len(r.pending)) }

func (r *yamlReader) take(n int) []string {
	var lines []string
	for _, t := range r.pending[:n] {
		lines = append(lines, t.text)
	}
	r.pending = r.pending[n:]
	return lines
}

// takeAbove takes what stands between a key and the value on another line.
func (r *yamlReader) takeAbove() []string {
	lines := r.takeAll()
	if !slices.ContainsFunc(lines, isComment) {
		return nil
	}
	return lines
}

func isComment(line string) bool { return line != "" }

// takeFrom takes the comments, up to the last one, that are indented at least
// as far as a column: they stand below what ended, not above what follows.
func (r *yamlReader) takeFrom(column int) []string {
	n := 0
	for i, t := range r.pending {
		if t.text != "" {
			if t.column < column {
				break
			}
			n = i + 1
		}
	}
	return r.take(n)
}

// indicator reads a punctuation mark.
func (r *yamlReader) indicator(c byte) bool {
	if r.at < len(r.src) && r.src[r.at] == c {
		r.at++
		return true
	}
	return false
}

// expect reads a punctuation mark that has to be there.
func (r *yamlReader) expect(c byte) {
	if !r.indicator(c) {
		r.lost = true
	}
}

// explicit reads the mark of a key that is written behind a question mark.
func (r *yamlReader) explicit() bool {
	if !r.starts("? ") && !r.starts("?\n") && !r.starts("?\t") {
		return false
	}
	r.at++
	r.skip()
	return true
}

// value reads the value of an entry, and the comment behind it. Parent is the
// column of the block that the entry belongs to; −1 for none.
func (r *yamlReader) value(e *yamlEntry, o *yaml.Node, parent int) {
	r.skip()
	lead := r.takeBeside()
	e.value = r.node(o, parent)
	if lead != "" {
		if e.value.lead != "" {
			r.lost = true
		}
		e.value.lead = lead
	}
	r.skip()
	e.beside = r.takeBeside()
	if e.value.empty() {
		e.foot = r.takeFrom(parent + 1)
	}
}

func (r *yamlReader) node(o *yaml.Node, parent int) *yamlNode {
	n := &yamlNode{from: o}
	r.depth++
	defer func() { r.depth-- }()
	r.lost = r.lost || r.depth > maxDepth
	if o.Anchor != "" || o.Style&yaml.TaggedStyle != 0 || o.Tag == "!" {
		r.properties(n)
	}
	if r.lost {
		return n
	}
	switch {
	case o.Kind == yaml.AliasNode:
		n.above = r.takeAbove()
		n.text = r.word("*" + o.Value)
	case o.Kind == yaml.ScalarNode:
		r.scalar(n, parent)
	case isFlow(o):
		n.above = r.takeAbove()
		r.flowCollection(n)
	case o.Kind == yaml.MappingNode:
		r.mapping(n, parent)
	case o.Kind == yaml.SequenceNode:
		r.sequence(n, parent)
	default:
		r.lost = true
	}
	return n
}

// properties reads an anchor and a tag. Those of a block stand on a line of
// their own; what follows on the next one belongs to its first key.
func (r *yamlReader) properties(n *yamlNode) {
	for r.starts("&") || r.starts("!") {
		end := strings.IndexAny(r.src[r.at:], " \t\n,]}")
		if end < 0 {
			end = len(r.src) - r.at
		}
		n.props = strings.TrimPrefix(n.props+" "+r.src[r.at:r.at+end], " ")
		line := r.lineStart()
		r.at += end
		r.skip()
		if n.lead == "" {
			n.lead = r.takeBeside()
		}
		if isCollection(n.from) && !isFlow(n.from) && r.lineStart() != line {
			return
		}
	}
}

func (r *yamlReader) mapping(n *yamlNode, parent int) {
	column := r.column()
	for i := 0; i+1 < len(n.from.Content) && !r.lost; i += 2 {
		e := &yamlEntry{above: r.takeAll()}
		explicit := r.explicit()
		e.key = r.node(n.from.Content[i], column)
		r.skip()
		if !r.indicator(':') && !explicit {
			r.lost = true
		}
		r.value(e, n.from.Content[i+1], column)
		n.entries = append(n.entries, e)
	}
	n.foot = r.takeFrom(max(column, parent+1))
}

func (r *yamlReader) sequence(n *yamlNode, parent int) {
	column := r.column()
	for _, item := range n.from.Content {
		if r.lost {
			return
		}
		e := &yamlEntry{above: r.takeAll()}
		r.expect('-')
		r.value(e, item, column)
		n.entries = append(n.entries, e)
	}
	n.foot = r.takeFrom(max(column, parent+1))
}

// flowCollection reads a collection in brackets or braces.
func (r *yamlReader) flowCollection(n *yamlNode) {
	n.flow = true
	if n.from.Kind == yaml.SequenceNode {
		r.expect('[')
		for _, item := range n.from.Content {
			r.flowEntry(n, nil, item)
		}
		r.closeFlow(n, ']')
		return
	}
	n.pair = !r.indicator('{')
	for i := 0; i+1 < len(n.from.Content); i += 2 {
		r.flowEntry(n, n.from.Content[i], n.from.Content[i+1])
	}
	if !n.pair {
		r.closeFlow(n, '}')
	}
}

func (r *yamlReader) closeFlow(n *yamlNode, c byte) {
	r.skip()
	n.foot = r.takeAll()
	r.expect(c)
}

func (r *yamlReader) flowEntry(n *yamlNode, key, value *yaml.Node) {
	if r.lost {
		return
	}
	r.skip()
	e := &yamlEntry{above: r.takeAll()}
	n.entries = append(n.entries, e)
	if key != nil {
		r.explicit()
		e.key = r.node(key, -1)
		r.skip()
		r.indicator(':')
	}
	r.value(e, value, -1)
	if !n.pair && r.indicator(',') && e.beside == "" {
		r.skip()
		e.beside = r.takeBeside()
	}
}
