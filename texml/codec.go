package texml

import (
	"reflect"
	"strings"
	"sync"
)

// kind is how a field stands in the XML; the second part of its struct tag.
type kind int

const (
	kindAttr      kind = iota // "name": an attribute
	kindText                  // ",text": the element's text
	kindCDATA                 // ",cdata": the element's text, written as CDATA
	kindContent               // ",content": text and elements, to the letter
	kindAny                   // ",any": children of several names, in order
	kindElement               // "Name,element": one child, or all of that name when the field is a slice
	kindLeaf                  // "Name,leaf": a child that holds text and nothing else
	kindLeafCDATA             // "Name,leafcdata": the same, written as CDATA
)

// field is one field of a type; name is the attribute's or the child's.
type field struct {
	index int
	kind  kind
	name  string
}

// typeInfo is what the codec knows of one element type. Fields are in the order of the wire.
type typeInfo struct {
	fields   []field
	attrs    map[string]field // by name
	children map[string]field // by name
	body     field            // its text, if hasText, or its content, if isContent
	list     field            // its children of several names, if hasList
	extra    int              // index of Extra

	hasText, isContent, hasList bool
}

// infos remembers typeInfo by reflect.Type: what it holds follows from the types alone.
var infos sync.Map

func infoOf(t reflect.Type) *typeInfo {
	if known, ok := infos.Load(t); ok {
		return known.(*typeInfo)
	}
	known, _ := infos.LoadOrStore(t, newTypeInfo(t))
	return known.(*typeInfo)
}

func newTypeInfo(t reflect.Type) *typeInfo {
	info := &typeInfo{attrs: map[string]field{}, children: map[string]field{}}
	for i := range t.NumField() {
		if t.Field(i).Type == reflect.TypeFor[Extra]() {
			info.extra = i
			continue
		}
		info.add(newField(i, t.Field(i).Tag.Get("texml")))
	}
	return info
}

func newField(index int, tag string) field {
	name, option, _ := strings.Cut(tag, ",")
	f := field{index: index, name: name}
	switch option {
	case "text":
		f.kind = kindText
	case "cdata":
		f.kind = kindCDATA
	case "content":
		f.kind = kindContent
	case "any":
		f.kind = kindAny
	case "element":
		f.kind = kindElement
	case "leaf":
		f.kind = kindLeaf
	case "leafcdata":
		f.kind = kindLeafCDATA
	}
	return f
}

func (info *typeInfo) add(f field) {
	info.fields = append(info.fields, f)
	switch f.kind {
	case kindAttr:
		info.attrs[f.name] = f
	case kindText, kindCDATA:
		info.body, info.hasText = f, true
	case kindContent:
		info.body, info.isContent = f, true
	case kindAny:
		info.list, info.hasList = f, true
	default:
		info.children[f.name] = f
	}
}

// newChild returns an empty value for an element in a list whose items have the given interface type,
// or nil when that list knows no such element.
func newChild(list reflect.Type, name string) any {
	var child any
	switch list {
	case reflect.TypeFor[Verb]():
		child = newVerb(name)
	case reflect.TypeFor[DialNoun]():
		child = newDialNoun(name)
	case reflect.TypeFor[Service]():
		child = newService(name)
	case reflect.TypeFor[Connection]():
		child = newConnection(name)
	}
	return child
}

// elementName returns the name of the element that an item of a list is written as.
func elementName(item any) string {
	switch item := item.(type) {
	case Verb:
		return item.verb()
	case DialNoun:
		return item.dialNoun()
	case Service:
		return item.service()
	case Connection:
		return item.connection()
	}
	return ""
}

// isNil reports a nil interface, or one that holds a nil pointer.
func isNil(x any) bool {
	if x == nil {
		return true
	}
	v := reflect.ValueOf(x)
	return v.Kind() == reflect.Pointer && v.IsNil()
}
