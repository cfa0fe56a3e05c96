package texml

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/beevik/etree"
)

// xmlURI and xmlnsURI are what the prefixes xml and xmlns stand for without being declared.
const (
	xmlURI   = "http://www.w3.org/XML/1998/namespace"
	xmlnsURI = "http://www.w3.org/2000/xmlns/"
)

// nameStart holds what a name may begin with, the colon aside (XML 1.0, fifth edition).
var nameStart = &unicode.RangeTable{
	R16: []unicode.Range16{
		{'A', 'Z', 1}, {'_', '_', 1}, {'a', 'z', 1},
		{0xC0, 0xD6, 1}, {0xD8, 0xF6, 1}, {0xF8, 0x2FF, 1}, {0x370, 0x37D, 1}, {0x37F, 0x1FFF, 1},
		{0x200C, 0x200D, 1}, {0x2070, 0x218F, 1}, {0x2C00, 0x2FEF, 1}, {0x3001, 0xD7FF, 1},
		{0xF900, 0xFDCF, 1}, {0xFDF0, 0xFFFD, 1},
	},
	R32:         []unicode.Range32{{0x10000, 0xEFFFF, 1}},
	LatinOffset: 5,
}

func isNameStart(r rune) bool { return unicode.Is(nameStart, r) }

func isNameChar(r rune) bool {
	switch {
	case r == '-' || r == '.' || r == 0xB7, '0' <= r && r <= '9':
		return true
	case 0x300 <= r && r <= 0x36F, r == 0x203F, r == 0x2040:
		return true
	}
	return isNameStart(r)
}

// isQName reports whether s can name an element or attribute: a name, or a prefix and a name.
func isQName(s string) bool {
	prefix, local, prefixed := strings.Cut(s, ":")
	return isNCName(prefix) && (!prefixed || isNCName(local))
}

// isNCName reports whether s is a name without a colon.
func isNCName(s string) bool {
	for i, r := range s {
		if i == 0 && !isNameStart(r) || !isNameChar(r) {
			return false
		}
	}
	return s != "" && isClean(s)
}

// namespaces checks the prefixes of an element whose attributes are all read.
func (s *scanner) namespaces(el *etree.Element, name int) error {
	for i, at := range s.attrs[el] {
		a := &el.Attr[i]
		wrong := checkDeclaration(a.FullKey(), a.Value)
		if wrong == "" {
			wrong = checkAttrPrefix(a)
		}
		if wrong != "" {
			return s.fail(at.name, "%s", wrong)
		}
	}
	if wrong := checkElementPrefix(el); wrong != "" {
		return s.fail(name, "%s", wrong)
	}
	return nil
}

// checkDeclaration says what is wrong with an attribute that declares a namespace; "" when nothing is,
// or when it declares none.
func checkDeclaration(key, uri string) string {
	prefix, prefixed := strings.CutPrefix(key, "xmlns:")
	switch {
	case key != "xmlns" && !prefixed:
		return ""
	case prefixed && prefix == "xmlns", prefixed && prefix == "xml" && uri != xmlURI,
		prefix != "xml" && uri == xmlURI, uri == xmlnsURI:
		return "the namespaces of xml and xmlns cannot be declared anew"
	case prefixed && uri == "":
		return fmt.Sprintf("the prefix %s is declared as nothing", prefix)
	}
	return ""
}

// checkAttrPrefix says what is wrong with the prefix of an attribute; "" when nothing is.
func checkAttrPrefix(a *etree.Attr) string {
	if a.Space == "" || a.Space == "xml" || a.Space == "xmlns" {
		return ""
	}
	uri := a.NamespaceURI()
	if uri == "" {
		return undeclared(a.Space)
	}
	for i := range a.Element().Attr {
		b := &a.Element().Attr[i]
		if b.Space == a.Space && b.Key == a.Key {
			break // only those before it
		}
		if b.Key == a.Key && b.Space != "" && b.NamespaceURI() == uri {
			return fmt.Sprintf("%s and %s are the same attribute", b.FullKey(), a.FullKey())
		}
	}
	return ""
}

// checkElementPrefix says what is wrong with the prefix of an element; "" when nothing is.
func checkElementPrefix(el *etree.Element) string {
	switch {
	case el.Space == "xmlns":
		return "an element cannot have the prefix xmlns"
	case el.Space != "" && el.Space != "xml" && el.NamespaceURI() == "":
		return undeclared(el.Space)
	}
	return ""
}

func undeclared(prefix string) string {
	return fmt.Sprintf(`the prefix %s is not declared: xmlns:%s="…" is missing`, prefix, prefix)
}
