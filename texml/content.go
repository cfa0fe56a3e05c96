package texml

import (
	"strings"
	"unicode/utf8"
)

// Attr is an attribute of an element that has no field of its own.
type Attr struct {
	Name  string // with its prefix, as in "xml:lang"
	Value string
}

// Element is any XML element: SSML inside of speech, or something that the vocabulary does not know.
type Element struct {
	Name    string // with its prefix
	Attrs   []Attr // in the order of the source
	Content Content
}

// Content is text with elements in it, to the letter. Comments are not kept, and CDATA is text.
type Content []Node

// Node is a piece of content: an element, or text when Element is nil.
type Node struct {
	Text    string
	Element *Element
}

// Plain returns content that is nothing but text.
func Plain(text string) Content {
	if text == "" {
		return nil
	}
	return Content{{Text: text}}
}

// Text returns the text of the content and of all elements in it, without the markup.
func (c Content) Text() string {
	if len(c) == 1 && c[0].Element == nil {
		return c[0].Text
	}
	var b strings.Builder
	c.appendText(&b)
	return b.String()
}

func (c Content) appendText(b *strings.Builder) {
	for _, n := range c {
		if n.Element == nil {
			b.WriteString(n.Text)
			continue
		}
		n.Element.Content.appendText(b)
	}
}

// Extra is what an element held beyond its fields. It is written after them. The zero value is
// nothing.
type Extra struct {
	// Attrs are unknown attributes, and known ones whose value a field cannot tell from absence, such
	// as timeout="0" in an int. A field that is set wins over an entry of the same name.
	Attrs []Attr
	// Elements are unknown children, and further copies of a child that is allowed once. In a list of
	// verbs or nouns an unknown child is an Unknown in its place instead.
	Elements []Element
	// StrayText is text where none belongs. Telnyx does not say what becomes of it.
	StrayText string
}

// Clean returns s without the characters that XML 1.0 forbids (most control characters, U+FFFE,
// U+FFFF) and with each run of invalid UTF-8 replaced by U+FFFD. Dropping a character brings its
// neighbours together, so whoever looks for forbidden sequences must look after cleaning.
func Clean(s string) string {
	if isClean(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isXMLChar(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func isClean(s string) bool {
	for i, r := range s {
		if !isXMLChar(r) || r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return false
		}
	}
	return true
}

// isXMLChar reports whether XML 1.0 allows r in a document.
func isXMLChar(r rune) bool {
	switch {
	case r < 0x20:
		return r == '\t' || r == '\n' || r == '\r'
	case r <= 0xD7FF:
		return true
	case r < 0x10000:
		return r >= 0xE000 && r <= 0xFFFD
	}
	return r <= utf8.MaxRune
}

// isBlank reports whether s is nothing but XML whitespace.
func isBlank(s string) bool {
	return strings.Trim(s, " \t\r\n") == ""
}
