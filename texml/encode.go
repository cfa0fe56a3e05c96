package texml

import (
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/beevik/etree"
)

// encodeStruct writes the struct v as an element under parent.
func encodeStruct(parent *etree.Element, name string, v reflect.Value) {
	info := infoOf(v.Type())
	extra := v.Field(info.extra).Addr().Interface().(*Extra)
	el := parent.CreateElement(name)
	for _, f := range info.fields {
		if f.kind != kindAttr {
			continue
		}
		if s, ok := attrValue(v.Field(f.index)); ok {
			el.CreateAttr(f.name, Clean(s))
		}
	}
	encodeAttrs(el, extra.Attrs)
	for _, f := range info.fields {
		encodeChild(el, f, v.Field(f.index))
	}
	writeText(el, extra.StrayText)
	for i := range extra.Elements {
		encodeElement(el, &extra.Elements[i])
	}
}

// attrValue returns what a field is written as, and whether it is written at all.
func attrValue(src reflect.Value) (string, bool) {
	if src.IsZero() {
		return "", false
	}
	switch p := src.Addr().Interface().(type) {
	case *string:
		return *p, true
	case **string:
		return **p, true
	case *int:
		return strconv.Itoa(*p), true
	case **int:
		return strconv.Itoa(**p), true
	case **bool:
		return strconv.FormatBool(**p), true
	case **float64:
		// There is no way to write these, and no attribute that could mean them.
		if math.IsNaN(**p) || math.IsInf(**p, 0) {
			return "", false
		}
		return strconv.FormatFloat(**p, 'f', -1, 64), true
	}
	return "", false
}

// encodeAttrs adds attributes that have no field, first come first kept.
func encodeAttrs(el *etree.Element, attrs []Attr) {
	for _, a := range attrs {
		if isQName(a.Name) && !hasAttr(el, a.Name) && checkDeclaration(a.Name, Clean(a.Value)) == "" {
			el.CreateAttr(a.Name, Clean(a.Value))
		}
	}
	for i := len(el.Attr) - 1; i >= 0; i-- {
		if checkAttrPrefix(&el.Attr[i]) != "" {
			el.Attr = append(el.Attr[:i], el.Attr[i+1:]...)
		}
	}
}

func hasAttr(el *etree.Element, key string) bool {
	for i := range el.Attr {
		if el.Attr[i].FullKey() == key {
			return true
		}
	}
	return false
}

// encodeChild writes a field that is not an attribute.
func encodeChild(el *etree.Element, f field, v reflect.Value) {
	switch f.kind {
	case kindAttr:
	case kindText:
		writeText(el, v.String())
	case kindCDATA:
		writeCDATA(el, v.String())
	case kindContent:
		encodeContent(el, v.Interface().(Content))
	case kindLeaf:
		if s := Clean(v.String()); s != "" {
			writeText(el.CreateElement(f.name), s)
		}
	case kindLeafCDATA:
		if s := Clean(v.String()); s != "" {
			writeCDATA(el.CreateElement(f.name), s)
		}
	case kindElement:
		encodeNamed(el, f.name, v)
	case kindAny:
		for i := range v.Len() {
			encodeItem(el, v.Index(i).Interface())
		}
	}
}

func encodeNamed(el *etree.Element, name string, v reflect.Value) {
	if v.Kind() == reflect.Slice {
		for i := range v.Len() {
			encodeStruct(el, name, v.Index(i))
		}
	} else if !v.IsNil() {
		encodeStruct(el, name, v.Elem())
	}
}

func encodeItem(el *etree.Element, item any) {
	if isNil(item) {
		return
	}
	if u, ok := item.(*Unknown); ok {
		encodeElement(el, &u.Element)
		return
	}
	encodeStruct(el, elementName(item), reflect.ValueOf(item).Elem())
}

func encodeContent(el *etree.Element, c Content) {
	for _, n := range c {
		if n.Element != nil {
			encodeElement(el, n.Element)
			continue
		}
		writeText(el, n.Text)
	}
}

func encodeElement(parent *etree.Element, e *Element) {
	if !isQName(e.Name) {
		return
	}
	el := parent.CreateElement(e.Name)
	encodeAttrs(el, e.Attrs)
	if checkElementPrefix(el) != "" {
		parent.RemoveChild(el)
		return
	}
	encodeContent(el, e.Content)
}

func writeText(el *etree.Element, s string) {
	if s = Clean(s); s != "" {
		el.CreateText(s)
	}
}

// writeCDATA writes s in CDATA sections. A carriage return would be read back as a line feed there, so
// it goes between two sections as a character reference. etree splits "]]>".
func writeCDATA(el *etree.Element, s string) {
	for i, part := range strings.Split(Clean(s), "\r") {
		if i > 0 {
			el.CreateText("\r")
		}
		if part != "" {
			el.CreateCData(part)
		}
	}
}
