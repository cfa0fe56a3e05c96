package texml

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/beevik/etree"
)

// decodeStruct reads el into the struct v. Its only error is a *DecodeError.
func decodeStruct(el *etree.Element, v reflect.Value) error {
	info := infoOf(v.Type())
	extra := v.Field(info.extra).Addr().Interface().(*Extra)
	for _, a := range el.Attr {
		if err := decodeAttr(el, a, info, v, extra); err != nil {
			return err
		}
	}
	if info.isContent {
		v.Field(info.body.index).Set(reflect.ValueOf(contentOf(el)))
		return nil
	}
	return decodeChildren(el, info, v, extra)
}

func decodeAttr(el *etree.Element, a etree.Attr, info *typeInfo, v reflect.Value, extra *Extra) error {
	key := a.FullKey()
	if f, known := info.attrs[key]; known {
		dst := v.Field(f.index)
		if err := setValue(dst, a.Value); err != nil {
			return &DecodeError{Element: el, Path: pathOf(el), Attribute: key, Message: err.Error()}
		}
		if !dst.IsZero() {
			return nil
		}
	}
	extra.Attrs = append(extra.Attrs, Attr{Name: key, Value: a.Value})
	return nil
}

// setValue sets an attribute's field from its value in the source.
func setValue(dst reflect.Value, s string) error {
	switch p := dst.Addr().Interface().(type) {
	case *string:
		*p = s
	case **string:
		*p = &s
	case *int:
		n, err := wholeNumber(s)
		*p = n
		return err
	case **int:
		n, err := wholeNumber(s)
		*p = &n
		return err
	case **float64:
		x, err := decimal(s)
		*p = &x
		return err
	case **bool:
		if s != "true" && s != "false" {
			return fmt.Errorf("%q is neither true nor false", s)
		}
		*p = new(s == "true")
	}
	return nil
}

func wholeNumber(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Errorf("%q is too large a number", s)
	}
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number", s)
	}
	return n, nil
}

// decimal reads digits with at most one point: not the exponents, infinities and hexadecimals that
// strconv would take.
func decimal(s string) (float64, error) {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.Trim(s, "+-.0123456789") != "" {
		return 0, fmt.Errorf("%q is not a decimal number", s)
	}
	return x, nil
}

// decodeChildren reads the children of an element whose content is not to be kept to the letter.
func decodeChildren(el *etree.Element, info *typeInfo, v reflect.Value, extra *Extra) error {
	elements := 0
	for _, tok := range el.Child {
		child, ok := tok.(*etree.Element)
		if !ok {
			continue
		}
		elements++
		if err := decodeChild(child, info, v, extra); err != nil {
			return err
		}
	}
	text := textOf(el)
	switch {
	case isBlank(text) && (elements > 0 || !info.hasText):
		// Whitespace between elements is the author's layout.
	case info.hasText:
		v.Field(info.body.index).SetString(text)
	default:
		extra.StrayText = text
	}
	return nil
}

func decodeChild(child *etree.Element, info *typeInfo, v reflect.Value, extra *Extra) error {
	f, known := info.children[child.FullTag()]
	switch {
	case known && f.kind == kindElement:
		return decodeNamed(child, v.Field(f.index), extra)
	case known && v.Field(f.index).IsZero() && isLeaf(child):
		v.Field(f.index).SetString(textOf(child))
	case info.hasList:
		return decodeItem(child, v.Field(info.list.index))
	default:
		extra.Elements = append(extra.Elements, elementOf(child))
	}
	return nil
}

// decodeNamed reads a child that has a field: a slice takes all of them, a pointer the first.
func decodeNamed(child *etree.Element, dst reflect.Value, extra *Extra) error {
	if dst.Kind() == reflect.Slice {
		dst.Set(reflect.Append(dst, reflect.Zero(dst.Type().Elem())))
		return decodeStruct(child, dst.Index(dst.Len()-1))
	}
	if !dst.IsNil() {
		extra.Elements = append(extra.Elements, elementOf(child))
		return nil
	}
	dst.Set(reflect.New(dst.Type().Elem()))
	return decodeStruct(child, dst.Elem())
}

// decodeItem appends a child to a list of verbs or nouns.
func decodeItem(child *etree.Element, list reflect.Value) error {
	item := newChild(list.Type().Elem(), child.FullTag())
	if isNil(item) {
		item = &Unknown{Element: elementOf(child)}
	} else if err := decodeStruct(child, reflect.ValueOf(item).Elem()); err != nil {
		return err
	}
	list.Set(reflect.Append(list, reflect.ValueOf(item)))
	return nil
}

// isLeaf reports that el holds text and nothing that a string would lose.
func isLeaf(el *etree.Element) bool {
	return len(el.Attr) == 0 && len(el.ChildElements()) == 0 && textOf(el) != ""
}

// textOf returns the text directly in el. Unlike etree's Text it does not stop at the first child.
func textOf(el *etree.Element) string {
	var only *etree.CharData
	for _, tok := range el.Child {
		cd, ok := tok.(*etree.CharData)
		switch {
		case !ok:
		case only == nil:
			only = cd
		default:
			return joinText(el)
		}
	}
	if only == nil {
		return ""
	}
	return only.Data
}

func joinText(el *etree.Element) string {
	var b strings.Builder
	for _, tok := range el.Child {
		if cd, ok := tok.(*etree.CharData); ok {
			b.WriteString(cd.Data)
		}
	}
	return b.String()
}

func elementOf(el *etree.Element) Element {
	e := Element{Name: el.FullTag(), Content: contentOf(el)}
	for _, a := range el.Attr {
		e.Attrs = append(e.Attrs, Attr{Name: a.FullKey(), Value: a.Value})
	}
	return e
}

func contentOf(el *etree.Element) Content {
	var c Content
	for _, tok := range el.Child {
		switch tok := tok.(type) {
		case *etree.Element:
			c = append(c, Node{Element: new(elementOf(tok))})
		case *etree.CharData:
			if n := len(c); n > 0 && c[n-1].Element == nil {
				c[n-1].Text += tok.Data
			} else if tok.Data != "" {
				c = append(c, Node{Text: tok.Data})
			}
		}
	}
	return c
}

// pathOf names el by the way to it. An element that has siblings of its name gets its number.
func pathOf(el *etree.Element) string {
	name := el.FullTag()
	parent := el.Parent()
	if parent == nil || parent.Tag == "" {
		return name
	}
	number, same := 0, 0
	for _, sibling := range parent.ChildElements() {
		if sibling.FullTag() == name {
			same++
		}
		if sibling == el {
			number = same
		}
	}
	if same > 1 {
		name += "[" + strconv.Itoa(number) + "]"
	}
	return pathOf(parent) + "/" + name
}
