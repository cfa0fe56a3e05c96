package format

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"texmlsrv/flows/expressions"
	"texmlsrv/texml"
)

// speech writes text for a voice: on one line with its tags where it fits,
// else below them, wrapped.
func (w *xmlWriter) speech(n *xmlNode, indent int, decl *texml.ElementDecl) {
	words, ok := wordsOf(n)
	if !ok {
		w.verbatim(n, indent, decl)
		return
	}
	start, end := startTag(n, indent, ">", decl), "</"+n.name+">"
	line := start + strings.Join(words, " ") + end
	if indent+utf8.RuneCountInString(line) <= width && !strings.Contains(line, "\n") {
		w.WriteString(line)
		return
	}
	w.WriteString(start)
	column := width
	for _, word := range words {
		length := utf8.RuneCountInString(word)
		if column+1+length > width {
			newLine(&w.Builder, indent+2)
			column = indent + 2
		} else {
			w.WriteByte(' ')
			column++
		}
		w.WriteString(word)
		column += length
	}
	newLine(&w.Builder, indent)
	w.WriteString(end)
}

// wordsOf splits what is spoken where white space stands. Expressions, and
// elements and comments in the text, are never split. ok is false where it
// cannot be told what is an expression.
func wordsOf(n *xmlNode) (words []string, ok bool) {
	glued := false // the next piece goes on with the last word
	add := func(piece string, first bool) {
		if first && glued && len(words) > 0 {
			words[len(words)-1] += piece
		} else {
			words = append(words, piece)
		}
		glued = true
	}
	for _, c := range n.children {
		if c.kind != xmlText {
			add(inline(c), true)
			continue
		}
		pieces, ok := split(c.raw)
		if !ok {
			return nil, false
		}
		for i, piece := range pieces {
			if piece != "" {
				add(piece, i == 0)
			}
			glued = piece != "" && i == len(pieces)-1
		}
	}
	return words, true
}

// split cuts a text at white space outside of expressions. The first and the
// last piece are empty where the text begins and ends with some.
func split(text string) (pieces []string, ok bool) {
	spans, ok := expressions.Spans(text)
	if !ok || hidden(text) && strings.Contains(text, "{") {
		return nil, false
	}
	begin := 0
	for i := 0; i < len(text); {
		if len(spans) > 0 && i == spans[0].Begin {
			i, spans = spans[0].End, spans[1:]
			continue
		}
		if strings.IndexByte(" \t\n", text[i]) < 0 {
			i++
			continue
		}
		pieces = append(pieces, text[begin:i])
		for i < len(text) && strings.IndexByte(" \t\n", text[i]) >= 0 {
			i++
		}
		begin = i
	}
	return append(pieces, text[begin:]), true
}

// hidden reports whether references in a text stand for characters that tell
// where an expression ends: quotes, braces, backslashes.
func hidden(text string) bool { return telling.MatchString(text) }

var telling = regexp.MustCompile(`&(?:quot|apos|#0*(?:34|39|92|96|123|125)|#x0*(?:22|27|60|5[cC]|7[bBdD]));`)

// unbroken is an indentation for start tags that are not to be broken.
const unbroken = -1 << 20

// inline is an element or comment inside of speech: its tags in their form,
// its text as it stands.
func inline(n *xmlNode) string {
	if n.kind != xmlElement {
		return n.raw
	}
	if len(n.children) == 0 {
		return startTag(n, unbroken, "/>", nil)
	}
	var b strings.Builder
	b.WriteString(startTag(n, unbroken, ">", nil))
	for _, c := range n.children {
		b.WriteString(inline(c))
	}
	return b.String() + "</" + n.name + ">"
}
