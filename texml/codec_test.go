package texml

import (
	"reflect"
	"slices"
	"testing"
)

// TestVocabulary walks every type that a document can hold and checks that the codec can do each of
// its fields: the Go type fits its kind, and no name stands for two fields.
func TestVocabulary(t *testing.T) {
	seen := map[reflect.Type]bool{}
	queue := []reflect.Type{reflect.TypeFor[Response]()}
	for len(queue) > 0 {
		typ := queue[0]
		queue = queue[1:]
		if !seen[typ] {
			seen[typ] = true
			t.Run(typ.Name(), func(t *testing.T) { checkType(t, typ) })
			queue = append(queue, childTypes(typ)...)
		}
	}
	// Unknown is not among them: it is not read and written by its fields.
	if len(seen) != 49 {
		t.Errorf("%d types were reached, want 49: was one added or left out of a constructor?", len(seen))
	}
}

func checkType(t *testing.T, typ reflect.Type) {
	info := infoOf(typ)
	if typ.Field(info.extra).Type != reflect.TypeFor[Extra]() {
		t.Fatal("there is no Extra")
	}
	names := map[string]bool{}
	for _, f := range info.fields {
		sf := typ.Field(f.index)
		if !slices.Contains(goTypes(f.kind), sf.Type) && !isChildType(f.kind, sf.Type) {
			t.Errorf("%s: the codec cannot do %v with the tag %s", sf.Name, sf.Type, sf.Tag)
		}
		id := f.name
		if f.kind != kindAttr {
			id = "<" + f.name
		}
		if f.name != "" && names[id] {
			t.Errorf("%s: %s stands for two fields", sf.Name, id)
		}
		names[id] = true
		if f.name == "" && (f.kind == kindAttr || f.kind >= kindElement) {
			t.Errorf("%s: the tag %q has no name", sf.Name, sf.Tag)
		}
	}
}

func goTypes(k kind) []reflect.Type {
	switch k {
	case kindAttr:
		return []reflect.Type{
			reflect.TypeFor[string](), reflect.TypeFor[*string](), reflect.TypeFor[int](), reflect.TypeFor[*int](),
			reflect.TypeFor[*bool](), reflect.TypeFor[*float64](),
		}
	case kindContent:
		return []reflect.Type{reflect.TypeFor[Content]()}
	case kindAny:
		return []reflect.Type{reflect.TypeFor[[]Verb](), reflect.TypeFor[[]DialNoun](), reflect.TypeFor[[]Service](), reflect.TypeFor[[]Connection]()}
	case kindElement:
		return nil
	}
	return []reflect.Type{reflect.TypeFor[string]()}
}

func isChildType(k kind, typ reflect.Type) bool {
	return k == kindElement && (typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice) && typ.Elem().Kind() == reflect.Struct
}

// childTypes returns the types of elements that can stand inside of one.
func childTypes(typ reflect.Type) []reflect.Type {
	var types []reflect.Type
	for _, f := range infoOf(typ).fields {
		elem := typ.Field(f.index).Type
		switch f.kind {
		case kindElement:
			types = append(types, elem.Elem())
		case kindAny:
			for _, name := range elementNames {
				if item := newChild(elem.Elem(), name); !isNil(item) {
					types = append(types, reflect.TypeOf(item).Elem())
				}
			}
		}
	}
	return types
}

// elementNames are the names of Telnyx's verbs and of the nouns that stand in lists.
var elementNames = []string{
	"Say", "Play", "Pause", "Gather", "AIGather", "Dial", "Refer", "Enqueue", "Leave", "Redirect", "Reject", "Hangup", "Record",
	"Start", "Stop", "Connect", "HttpRequest", "Pay", "Number", "Sip", "Queue", "Conference",
	"Suppression", "Transcription", "Stream", "Siprec", "Recording", "AIAssistant", "ConversationRelay",
}

// TestConstructors checks that an element is written under the name it was read by, and that every
// list knows its own elements only.
func TestConstructors(t *testing.T) {
	lists := map[reflect.Type]int{
		reflect.TypeFor[Verb](): 18, reflect.TypeFor[DialNoun](): 4, reflect.TypeFor[Service](): 5, reflect.TypeFor[Connection](): 3,
	}
	for list, want := range lists {
		t.Run(list.Name(), func(t *testing.T) {
			got := 0
			for _, name := range elementNames {
				item := newChild(list, name)
				if isNil(item) {
					continue
				}
				got++
				if elementName(item) != name {
					t.Errorf("<%s> would be written as <%s>", name, elementName(item))
				}
			}
			if got != want {
				t.Errorf("%d elements, want %d", got, want)
			}
			if item := newChild(list, "Extra"); !isNil(item) {
				t.Errorf("<Extra> became %T", item)
			}
		})
	}
}
