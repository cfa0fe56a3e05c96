package texml_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/texml"
)

// goTypes are the Go types of the declarations. What is not here is a leaf, which is a string field of
// its parent, or the bare form of another declaration.
var goTypes = map[string]any{
	"Response": texml.Response{}, "Say": texml.Say{}, "Play": texml.Play{}, "Pause": texml.Pause{}, "Gather": texml.Gather{},
	"AIGather": texml.AIGather{}, "Greeting": texml.Greeting{}, "Voice": texml.Voice{}, "Parameters": texml.Parameters{},
	"MessageHistory": texml.MessageHistory{}, "Message": texml.Message{}, "Tools": texml.Tools{}, "Tool": texml.Tool{},
	"InterruptionSettings": texml.InterruptionSettings{}, "AIGather.Transcription": texml.AITranscription{}, "Assistant": texml.Assistant{},
	"Dial": texml.Dial{}, "Number": texml.Number{}, "Sip": texml.Sip{}, "Queue": texml.Queue{}, "Conference": texml.Conference{},
	"Refer": texml.Refer{}, "Enqueue": texml.Enqueue{}, "Leave": texml.Leave{}, "Redirect": texml.Redirect{}, "Reject": texml.Reject{},
	"Hangup": texml.Hangup{}, "Record": texml.Record{}, "Recording": texml.Recording{}, "Start": texml.Start{}, "Stop": texml.Stop{},
	"Connect": texml.Connect{}, "Suppression": texml.Suppression{}, "Transcription": texml.Transcription{}, "Stream": texml.Stream{},
	"Parameter": texml.Parameter{}, "Siprec": texml.Siprec{}, "AIAssistant": texml.AIAssistant{}, "ConversationRelay": texml.ConversationRelay{},
	"Language": texml.Language{}, "HttpRequest": texml.HttpRequest{}, "Request": texml.HttpCall{}, "Headers": texml.HttpHeaders{},
	"Header": texml.HttpHeader{}, "HttpRequest.Response": texml.HttpReply{}, "Content": texml.HttpContent{}, "Field": texml.HttpField{},
	"Pay": texml.Pay{}, "Prompt": texml.PayPrompt{},
}

// bare are declarations that share the Go type of another one and have fewer attributes, or are in the
// vocabulary only because a sample of Telnyx's shows them.
var bare = map[string]string{
	"Refer.Sip": "Sip", "Stop.Suppression": "Suppression", "Stop.Transcription": "Transcription", "Stop.Stream": "Stream",
	"Stop.Siprec": "Siprec", "Response.AIAssistant": "",
}

// taggedField is a field of a Go type, read from its tag.
type taggedField struct {
	name, kind string
	typ        reflect.Type
}

func fieldsOf(t reflect.Type) []taggedField {
	var all []taggedField
	for i := range t.NumField() {
		tag, tagged := t.Field(i).Tag.Lookup("texml")
		if !tagged {
			continue
		}
		name, kind, _ := strings.Cut(tag, ",")
		all = append(all, taggedField{name, kind, t.Field(i).Type})
	}
	return all
}

func declarations() map[string]*texml.ElementDecl {
	all := map[string]*texml.ElementDecl{}
	for _, e := range texml.Vocabulary() {
		all[e.Key] = e
	}
	return all
}

// fieldTypes are the Go types that a field may have for the type of an attribute; every other type is a
// string.
var fieldTypes = map[texml.Type][]reflect.Type{
	texml.TypeBool:    {reflect.TypeFor[*bool]()},
	texml.TypeInt:     {reflect.TypeFor[int](), reflect.TypeFor[*int]()},
	texml.TypeDecimal: {reflect.TypeFor[*float64]()},
}

// TestVocabulary_attributes holds the attributes of the vocabulary and the fields of the Go types
// against each other: names, their order, their types.
func TestVocabulary_attributes(t *testing.T) {
	all := declarations()
	for key, value := range goTypes {
		t.Run(key, func(t *testing.T) {
			decl := all[key]
			if decl == nil {
				t.Fatalf("%T has no declaration", value)
			}
			var declared, fields []string
			for _, a := range decl.Attrs {
				declared = append(declared, a.Name)
			}
			for _, m := range fieldsOf(reflect.TypeOf(value)) {
				if m.kind != "" {
					continue
				}
				fields = append(fields, m.name)
				if a := decl.Attr(m.name); a != nil {
					checkFieldType(t, a, m.typ)
				}
			}
			if diff := cmp.Diff(declared, fields); diff != "" {
				t.Errorf("attributes (-declared +fields of %T):\n%s", value, diff)
			}
		})
	}
}

func checkFieldType(t *testing.T, a *texml.AttrDecl, typ reflect.Type) {
	t.Helper()
	allowed := fieldTypes[a.Type]
	if allowed == nil {
		allowed = []reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[*string]()}
	}
	if !slices.Contains(allowed, typ) {
		t.Errorf("%s is %v, its field %v", a.Name, a.Type, typ)
	}
}

// TestVocabulary_children does the same for children and text.
func TestVocabulary_children(t *testing.T) {
	all := declarations()
	for key, value := range goTypes {
		t.Run(key, func(t *testing.T) {
			decl := all[key]
			found := map[string]bool{}
			text := false
			for _, m := range fieldsOf(reflect.TypeOf(value)) {
				switch m.kind {
				case "text", "cdata", "content":
					text = true
				case "any":
					checkList(t, decl, m.typ.Elem(), found)
				case "element", "leaf", "leafcdata":
					found[m.name] = true
					checkChild(t, decl, m)
				}
			}
			if declared := decl.Text.Type != texml.TypeNone; declared != text {
				t.Errorf("text declared: %v, field for it: %v", declared, text)
			}
			for _, child := range decl.Children {
				if name := all[child.Key].Name(); !found[name] && child.Doubt == "" {
					t.Errorf("%T has no field for <%s>", value, name)
				}
			}
		})
	}
}

func checkChild(t *testing.T, decl *texml.ElementDecl, m taggedField) {
	t.Helper()
	allowed, child := decl.Child(m.name)
	switch {
	case child == nil:
		t.Errorf("<%s> is a field, but not declared", m.name)
	case m.kind != "element" && (len(child.Attrs) > 0 || len(child.Children) > 0 || goTypes[child.Key] != nil):
		t.Errorf("<%s> is a string, but declared to hold more than text", m.name)
	case m.kind == "element" && (m.typ.Kind() == reflect.Slice) != (allowed.Max != 1):
		t.Errorf("<%s> is %v, but declared to stand at most %d times", m.name, m.typ, allowed.Max)
	}
}

// checkList holds a list of verbs or nouns against the children of a declaration.
func checkList(t *testing.T, decl *texml.ElementDecl, item reflect.Type, found map[string]bool) {
	t.Helper()
	for key, value := range goTypes {
		if !reflect.PointerTo(reflect.TypeOf(value)).Implements(item) {
			continue
		}
		name := declarations()[key].Name()
		_, child := decl.Child(name)
		if child != nil {
			found[name] = true
		}
		// Verbs are many and each list of them takes its own; Stop takes all services but Recording.
		if open := item == reflect.TypeFor[texml.Verb]() && decl.Key != "Response"; child == nil && !open && decl.Key != "Stop" {
			t.Errorf("<%s> is decoded as a %v, but not declared in <%s>", name, item, decl.Key)
		}
	}
}

// TestVocabulary_complete: what has no Go type of its own is accounted for.
func TestVocabulary_complete(t *testing.T) {
	all := declarations()
	leaves := map[string]bool{}
	for key, value := range goTypes {
		for _, m := range fieldsOf(reflect.TypeOf(value)) {
			if _, child := all[key].Child(m.name); child != nil && strings.HasPrefix(m.kind, "leaf") {
				leaves[child.Key] = true
			}
		}
	}
	for key, decl := range all {
		full, isBare := bare[key]
		if goTypes[key] == nil && !leaves[key] && !isBare {
			t.Errorf("%s has no Go type", key)
		}
		for _, a := range decl.Attrs {
			if full != "" && all[full].Attr(a.Name) == nil {
				t.Errorf("%s has %s, which %s has not", key, a.Name, full)
			}
		}
	}
}

// TestVocabulary_verbs holds what the verbs say of themselves against what is declared.
func TestVocabulary_verbs(t *testing.T) {
	for key, value := range goTypes {
		v, isVerb := reflect.New(reflect.TypeOf(value)).Interface().(texml.Verb)
		if !isVerb {
			continue
		}
		t.Run(key, func(t *testing.T) {
			decl := declarations()[key]
			if got := texml.Terminal(v); got != (decl.Terminal == texml.Always) {
				t.Errorf("Terminal = %v, declared %v", got, decl.Terminal)
			}
			if _, got := v.(texml.Asker); got != decl.Asks {
				t.Errorf("is an Asker: %v, declared %v", got, decl.Asks)
			}
			if hands := decl.Terminal == texml.WithAction; hands && decl.Attr("action") == nil {
				t.Error("hands over with an action, but has none")
			}
			if texml.Name(v) != decl.Name() {
				t.Errorf("Name = %q, declared %q", texml.Name(v), decl.Name())
			}
		})
	}
}

// TestVocabulary_sound: the declarations make sense by themselves.
func TestVocabulary_sound(t *testing.T) {
	all := declarations()
	if len(all) != len(texml.Vocabulary()) {
		t.Error("a key is declared twice")
	}
	reached := map[string]bool{"Response": true}
	for _, e := range texml.Vocabulary() {
		t.Run(e.Key, func(t *testing.T) {
			sentence(t, e.Doc)
			for _, child := range e.Children {
				if all[child.Key] == nil {
					t.Errorf("the child %s is not declared", child.Key)
				}
				reached[child.Key] = true
			}
			for i := range e.Attrs {
				checkAttr(t, e, &e.Attrs[i])
			}
			if e.Text.Type != texml.TypeNone {
				sentence(t, e.Text.Doc)
			}
		})
	}
	for key := range all {
		if !reached[key] {
			t.Errorf("%s is the child of nothing", key)
		}
	}
}

func sentence(t *testing.T, doc string) {
	t.Helper()
	if !strings.HasSuffix(doc, ".") && !strings.HasSuffix(doc, "…") && !strings.HasSuffix(doc, "+") {
		t.Errorf("not a sentence: %q", doc)
	}
}

func checkAttr(t *testing.T, e *texml.ElementDecl, a *texml.AttrDecl) {
	t.Helper()
	sentence(t, a.Doc)
	switch a.Type {
	case texml.TypeInt, texml.TypeDecimal, texml.TypeMoney:
		if (a.Range == nil) == (a.Values == nil) {
			t.Errorf("%s needs a range or values", a.Name)
		}
	case texml.TypeEnum, texml.TypeList:
		if len(a.Values) == 0 {
			t.Errorf("%s needs values", a.Name)
		}
		if a.Type == texml.TypeEnum && a.Default != "" && !slices.Contains(a.Values, a.Default) {
			t.Errorf("the default of %s is none of its values", a.Name)
		}
	case texml.TypeURL:
		if a.URL == texml.NoURL {
			t.Errorf("%s needs a kind of URL", a.Name)
		}
	case texml.TypeDigits:
		if a.Chars == "" {
			t.Errorf("%s needs characters", a.Name)
		}
	}
	other, _, _ := strings.Cut(strings.Replace(string(a.With), "!", "", 1), "=")
	for _, name := range append([]string{other}, a.Without...) {
		if name != "" && e.Attr(name) == nil {
			t.Errorf("%s is about %s, which is no attribute", a.Name, name)
		}
	}
}
