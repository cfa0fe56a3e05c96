package texml

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"
)

// Pos is a place in a source. Lines and columns are counted from 1, columns in characters. The zero
// value is no place.
type Pos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// String returns "line:column".
func (p Pos) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }

// SyntaxError is a source that is not a well-formed document.
type SyntaxError struct {
	Pos     Pos
	Message string
}

// Error returns "line:column: message".
func (e *SyntaxError) Error() string { return fmt.Sprintf("%v: %s", e.Pos, e.Message) }

// Tree is a source as etree elements, with the place of each.
type Tree struct {
	// Root is the one root element. Changing the tree does not move what Pos and the others return.
	Root *etree.Element

	src    source
	bom    int // bytes of the byte order mark, which src leaves out
	tokens map[etree.Token]span
	attrs  map[*etree.Element][]attrSpan
	ends   map[*etree.Element]int // where the name of an end tag begins
}

// span is a range of byte offsets.
type span struct{ start, end int }

// attrSpan is where an attribute stands: its name, and its value without the quotes.
type attrSpan struct {
	key   string
	name  int
	value span
}

// Pos returns where tok begins: the "<" of an element, a comment or a CDATA section, the first
// character of text. It is zero for a token that was not in the source.
func (t *Tree) Pos(tok etree.Token) Pos {
	if s, ok := t.tokens[tok]; ok {
		return t.src.pos(s.start)
	}
	return Pos{}
}

// AttrPos returns where the value of an attribute begins, behind the quote. The key has its prefix, as
// in "flow:if". It is zero when the source has no such attribute.
func (t *Tree) AttrPos(el *etree.Element, key string) Pos {
	if s, ok := t.attr(el, key); ok {
		return t.src.pos(s.start)
	}
	return Pos{}
}

// TextPos returns the place of the n-th "{{", counted from 0, in the source of cd: what a position
// within an expression is counted from. Where the source has fewer (a brace may be written &#123;) it
// is where cd begins. It is zero for text that was not in the source.
func (t *Tree) TextPos(cd *etree.CharData, n int) Pos {
	if s, ok := t.tokens[cd]; ok {
		return t.src.pos(t.src.braces(s, n))
	}
	return Pos{}
}

// AttrTextPos is TextPos for the value of an attribute.
func (t *Tree) AttrTextPos(el *etree.Element, key string, n int) Pos {
	if s, ok := t.attr(el, key); ok {
		return t.src.pos(t.src.braces(s, n))
	}
	return Pos{}
}

func (t *Tree) attr(el *etree.Element, key string) (span, bool) {
	for _, a := range t.attrs[el] {
		if a.key == key {
			return a.value, true
		}
	}
	return span{}, false
}

// source is a text with its lines.
type source struct {
	text  string
	lines []int // offset of the first byte of each line
}

func newSource(text string) source {
	s := source{text: text, lines: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

func (s source) pos(offset int) Pos {
	line := sort.SearchInts(s.lines, offset+1) // lines that begin at or before offset
	return Pos{Line: line, Column: 1 + utf8.RuneCountInString(s.text[s.lines[line-1]:offset])}
}

// braces returns the offset of the n-th "{{" in a range, or of the range. Occurrences do not overlap.
func (s source) braces(in span, n int) int {
	at := in.start
	for {
		i := strings.Index(s.text[at:in.end], "{{")
		if i < 0 || n < 0 {
			return in.start
		}
		if n == 0 {
			return at + i
		}
		at, n = at+i+2, n-1
	}
}
