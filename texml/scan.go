package texml

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"
)

// Bounds of a source: what is nested or listed beyond them is not a document that anyone wrote.
const (
	maxDepth = 256
	maxAttrs = 256
)

// ParseTree reads an XML document and remembers where everything stood. It is strict: exactly one
// root, UTF-8, no DOCTYPE, no processing instruction but the XML declaration, no attribute twice, no
// undeclared prefix, no text outside of the root, no entity but the five of XML. CDATA stays CDATA. A
// byte order mark at the beginning is skipped and counts for nothing. The error is a *SyntaxError.
//
// The scanner is our own because those below etree forgive much of this, and know lines but not
// columns.
func ParseTree(src []byte) (*Tree, error) {
	text := strings.TrimPrefix(string(src), byteOrderMark)
	s := &scanner{
		source: newSource(text),
		doc:    etree.NewDocument(),
		tokens: map[etree.Token]span{},
		attrs:  map[*etree.Element][]attrSpan{},
		ends:   map[*etree.Element]int{},
	}
	if err := s.document(); err != nil {
		return nil, err
	}
	return &Tree{Root: s.doc.Root(), src: s.source, bom: len(src) - len(text), tokens: s.tokens, attrs: s.attrs, ends: s.ends}, nil
}

// byteOrderMark may stand at the beginning of a source.
const byteOrderMark = "\uFEFF"

// scanner reads a source from left to right. Its methods leave offset behind what they read.
type scanner struct {
	source
	offset int
	doc    *etree.Document
	open   []*etree.Element // elements not closed yet, innermost last
	tokens map[etree.Token]span
	attrs  map[*etree.Element][]attrSpan
	ends   map[*etree.Element]int
}

// fail returns a *SyntaxError at an offset.
func (s *scanner) fail(offset int, format string, args ...any) error {
	return &SyntaxError{Pos: s.pos(offset), Message: fmt.Sprintf(format, args...)}
}

func (s *scanner) document() error {
	if err := s.characters(); err != nil {
		return err
	}
	if err := s.declaration(); err != nil {
		return err
	}
	for s.offset < len(s.text) {
		if err := s.token(); err != nil {
			return err
		}
	}
	if n := len(s.open); n > 0 {
		return s.fail(s.tokens[s.open[n-1]].start, "<%s> is never closed", s.open[n-1].FullTag())
	}
	if s.doc.Root() == nil {
		return s.fail(len(s.text), "there is no element")
	}
	return nil
}

// characters looks for what may stand nowhere in a document.
func (s *scanner) characters() error {
	for i, r := range s.text {
		if r == utf8.RuneError && !strings.HasPrefix(s.text[i:], "\uFFFD") {
			return s.fail(i, "the source is not UTF-8: byte 0x%02X", s.text[i])
		}
		if !isXMLChar(r) {
			return s.fail(i, "the character %U is not allowed in XML", r)
		}
	}
	return nil
}

func (s *scanner) token() error {
	switch rest := s.text[s.offset:]; {
	case rest[0] != '<':
		return s.charData()
	case strings.HasPrefix(rest, "<!--"):
		return s.comment()
	case strings.HasPrefix(rest, "<![CDATA["):
		return s.cdata()
	case strings.HasPrefix(rest, "<!DOCTYPE"):
		return s.fail(s.offset, "a DOCTYPE is not allowed")
	case strings.HasPrefix(rest, "<!"):
		return s.fail(s.offset, `"<!" begins neither a comment nor a CDATA section`)
	case isDeclaration(rest):
		return s.fail(s.offset, "the XML declaration belongs at the very beginning")
	case strings.HasPrefix(rest, "<?"):
		return s.fail(s.offset, "processing instructions are not allowed")
	case strings.HasPrefix(rest, "</"):
		return s.endTag()
	}
	return s.startTag()
}

// parent is the element that the next token belongs to: the document's own when none is open.
func (s *scanner) parent() *etree.Element {
	if n := len(s.open); n > 0 {
		return s.open[n-1]
	}
	return &s.doc.Element
}

func (s *scanner) charData() error {
	start, end := s.offset, len(s.text)
	if i := strings.IndexByte(s.text[start:], '<'); i >= 0 {
		end = start + i
	}
	s.offset = end
	raw := s.text[start:end]
	if len(s.open) == 0 {
		if !isBlank(raw) {
			blank := len(raw) - len(strings.TrimLeft(raw, " \t\r\n"))
			return s.fail(start+blank, "there is text outside of the root element")
		}
		return nil
	}
	if i := strings.Index(raw, "]]>"); i >= 0 {
		return s.fail(start+i, `"]]>" in text is written "]]&gt;"`)
	}
	data, err := s.expand(span{start, end}, inText)
	if err != nil {
		return err
	}
	s.tokens[s.parent().CreateText(data)] = span{start, end}
	return nil
}

func (s *scanner) cdata() error {
	start := s.offset
	if len(s.open) == 0 {
		return s.fail(start, "there is text outside of the root element")
	}
	body := start + len("<![CDATA[")
	i := strings.Index(s.text[body:], "]]>")
	if i < 0 {
		return s.fail(start, `the CDATA section is never closed: "]]>" is missing`)
	}
	s.offset = body + i + len("]]>")
	cd := s.parent().CreateCData(newlines(s.text[body : body+i]))
	s.tokens[cd] = span{start, s.offset}
	return nil
}

func (s *scanner) comment() error {
	start := s.offset
	body := start + len("<!--")
	i := strings.Index(s.text[body:], "--")
	if i < 0 {
		return s.fail(start, `the comment is never closed: "-->" is missing`)
	}
	if !strings.HasPrefix(s.text[body+i:], "-->") {
		return s.fail(body+i, `"--" is not allowed in a comment`)
	}
	s.offset = body + i + len("-->")
	s.tokens[s.parent().CreateComment(newlines(s.text[body:body+i]))] = span{start, s.offset}
	return nil
}

func (s *scanner) endTag() error {
	start := s.offset
	s.offset += len("</")
	name, err := s.name("the name of an element")
	if err != nil {
		return err
	}
	s.space()
	if !strings.HasPrefix(s.text[s.offset:], ">") {
		return s.fail(s.offset, `"</%s" is not closed: ">" is missing`, name)
	}
	s.offset++
	n := len(s.open)
	if n == 0 {
		return s.fail(start, "</%s> closes nothing", name)
	}
	last := s.open[n-1]
	if last.FullTag() != name {
		return s.fail(start, "</%s> stands where <%s> of %v is still open", name, last.FullTag(), s.pos(s.tokens[last].start))
	}
	s.ends[last] = start + len("</")
	s.open = s.open[:n-1]
	return nil
}

func (s *scanner) startTag() error {
	start := s.offset
	s.offset++
	if r, _ := utf8.DecodeRuneInString(s.text[s.offset:]); !isNameStart(r) || s.offset == len(s.text) {
		return s.fail(start, `no element begins here: "<" in text is written "&lt;"`)
	}
	name, err := s.name("the name of an element")
	if err != nil {
		return err
	}
	if len(s.open) == 0 && s.doc.Root() != nil {
		return s.fail(start, "<%s> is a second root element", name)
	}
	if len(s.open) == maxDepth {
		return s.fail(start, "elements are nested more than %d deep", maxDepth)
	}
	el := s.parent().CreateElement(name)
	empty, err := s.attributes(el, start)
	if err != nil {
		return err
	}
	s.tokens[el] = span{start, s.offset}
	if !empty {
		s.open = append(s.open, el)
	}
	return s.namespaces(el, start+1)
}

// attributes reads the rest of a start tag and reports whether it closes itself.
func (s *scanner) attributes(el *etree.Element, start int) (empty bool, err error) {
	for {
		spaced := s.space()
		rest := s.text[s.offset:]
		switch {
		case rest == "":
			return false, s.fail(start, `"<%s" is never closed: ">" is missing`, el.FullTag())
		case rest[0] == '>':
			s.offset++
			return false, nil
		case strings.HasPrefix(rest, "/>"):
			s.offset += len("/>")
			return true, nil
		case !spaced:
			return false, s.fail(s.offset, "a space is missing here in <%s>", el.FullTag())
		}
		if err := s.attribute(el); err != nil {
			return false, err
		}
	}
}

func (s *scanner) attribute(el *etree.Element) error {
	start := s.offset
	key, err := s.name("the name of an attribute")
	if err != nil {
		return err
	}
	if hasAttr(el, key) {
		return s.fail(start, "the attribute %s stands twice in <%s>", key, el.FullTag())
	}
	if len(el.Attr) == maxAttrs {
		return s.fail(start, "<%s> has more than %d attributes", el.FullTag(), maxAttrs)
	}
	s.space()
	if !strings.HasPrefix(s.text[s.offset:], "=") {
		return s.fail(s.offset, "the attribute %s has no value", key)
	}
	s.offset++
	s.space()
	value, err := s.quoted(key)
	if err != nil {
		return err
	}
	text, err := s.expand(value, inAttr)
	if err != nil {
		return err
	}
	el.CreateAttr(key, text)
	s.attrs[el] = append(s.attrs[el], attrSpan{key: key, name: start, value: value})
	return nil
}

// quoted reads an attribute's value and returns where it stands between its quotes.
func (s *scanner) quoted(key string) (span, error) {
	start := s.offset
	if start == len(s.text) || s.text[start] != '"' && s.text[start] != '\'' {
		return span{}, s.fail(start, `the value of %s is not in straight quotes`, key)
	}
	quote := s.text[start]
	i := strings.IndexByte(s.text[start+1:], quote)
	if i < 0 {
		return span{}, s.fail(start, "the value of %s is never closed: %c is missing", key, quote)
	}
	value := span{start + 1, start + 1 + i}
	if lt := strings.IndexByte(s.text[value.start:value.end], '<'); lt >= 0 {
		return span{}, s.fail(value.start+lt, `"<" in the value of %s is written "&lt;" (or its closing %c is missing)`, key, quote)
	}
	s.offset = value.end + 1
	return value, nil
}

// space skips whitespace and reports whether there was any.
func (s *scanner) space() bool {
	rest := s.text[s.offset:]
	n := len(rest) - len(strings.TrimLeft(rest, " \t\r\n"))
	s.offset += n
	return n > 0
}

// name reads a name, with or without a prefix.
func (s *scanner) name(what string) (string, error) {
	start := s.offset
	end := len(s.text)
	for i, r := range s.text[start:] {
		if r != ':' && !isNameChar(r) {
			end = start + i
			break
		}
	}
	name := s.text[start:end]
	if name == "" {
		return "", s.fail(start, "%s is missing", what)
	}
	if !isQName(name) {
		return "", s.fail(start, "%q is not a name", name)
	}
	s.offset = end
	return name, nil
}
