package texml_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"texmlsrv/texml"
)

// TestRoundTrip writes random documents and reads them back. What comes back is what went in, and
// written again it is the same bytes.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := new(texml.Response)
		fill(t, reflect.ValueOf(want).Elem(), 3)
		src := want.Bytes()
		got, err := texml.Parse(src)
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-written +read):\n%s\n%s", diff, src)
		}
		if again := got.Bytes(); !bytes.Equal(src, again) {
			t.Fatalf("bytes differ\n%s\n%s", src, again)
		}
	})
}

// fill gives random values to a struct of the vocabulary; depth bounds how far it goes down.
func fill(t *rapid.T, v reflect.Value, depth int) {
	for i := range v.NumField() {
		f := v.Field(i)
		switch p := f.Addr().Interface().(type) {
		case *texml.Extra:
			*p = extra(t, v.Type(), depth)
		case *texml.Content:
			*p = content(t, depth)
		default:
			if rapid.IntRange(0, 3).Draw(t, "set") == 0 {
				fillValue(t, f, depth)
			}
		}
	}
}

func fillValue(t *rapid.T, f reflect.Value, depth int) {
	switch p := f.Addr().Interface().(type) {
	case *string:
		*p = text(t)
	case **string:
		*p = new(text(t))
	case *int:
		*p = rapid.Int().Draw(t, "int")
	case **int:
		*p = new(rapid.IntRange(-1, 3).Draw(t, "int"))
	case **bool:
		*p = new(rapid.Bool().Draw(t, "bool"))
	case **float64:
		*p = new(rapid.Float64().Draw(t, "float"))
	default:
		if depth > 0 {
			fillChildren(t, f, depth-1)
		}
	}
}

// fillChildren fills a pointer to a struct, a slice of structs or a list of verbs or nouns.
func fillChildren(t *rapid.T, f reflect.Value, depth int) {
	if f.Kind() == reflect.Pointer {
		f.Set(reflect.New(f.Type().Elem()))
		fill(t, f.Elem(), depth)
		return
	}
	for range rapid.IntRange(1, 3).Draw(t, "children") {
		item := reflect.New(f.Type().Elem()).Elem()
		if item.Kind() == reflect.Interface {
			chosen := rapid.SampledFrom(members(item.Type())).Draw(t, "child")
			item.Set(reflect.New(chosen))
			fillItem(t, item.Elem(), depth)
		} else {
			fill(t, item, depth)
		}
		f.Set(reflect.Append(f, item))
	}
}

func fillItem(t *rapid.T, pointer reflect.Value, depth int) {
	if u, ok := pointer.Interface().(*texml.Unknown); ok {
		u.Element = element(t, depth)
		return
	}
	fill(t, pointer.Elem(), depth)
}

// members returns the types that an interface of the vocabulary can hold.
func members(iface reflect.Type) []reflect.Type {
	all := []any{
		texml.Say{}, texml.Play{}, texml.Pause{}, texml.Gather{}, texml.AIGather{}, texml.Dial{}, texml.Refer{}, texml.Enqueue{},
		texml.Leave{}, texml.Redirect{}, texml.Reject{}, texml.Hangup{}, texml.Record{}, texml.Start{}, texml.Stop{}, texml.Connect{},
		texml.HttpRequest{}, texml.Pay{}, texml.Unknown{}, texml.Number{}, texml.Sip{}, texml.Queue{}, texml.Conference{},
		texml.Suppression{}, texml.Transcription{}, texml.Stream{}, texml.Siprec{}, texml.Recording{}, texml.AIAssistant{}, texml.ConversationRelay{},
	}
	var of []reflect.Type
	for _, x := range all {
		if t := reflect.TypeOf(x); reflect.PointerTo(t).Implements(iface) {
			of = append(of, t)
		}
	}
	return of
}

// text draws any string, hostile ones more often, as it comes back: cleaned, and never only blank,
// since that is layout beside child elements.
func text(t *rapid.T) string {
	s := rapid.OneOf(
		rapid.String(),
		rapid.StringOf(rapid.SampledFrom([]rune("a ]>&<\"'\r\n\t{}-\x00\x1f\uFFFE\u00e9\U0001F600"))),
		rapid.SampledFrom([]string{"]]>", "\r\n]]]]>>\r", "--><!--", "&#0;", "{{x}}", "\xff\xc3", "+13125550100"}),
	).Draw(t, "text")
	if s = texml.Clean(s); strings.Trim(s, " \t\r\n") == "" {
		s += "x"
	}
	return s
}

// extra draws what the given element type does not know. Types whose children are a list or whose
// content is kept to the letter hold unknown children there, and those that hold text hold all text.
func extra(t *rapid.T, owner reflect.Type, depth int) texml.Extra {
	var e texml.Extra
	if rapid.IntRange(0, 7).Draw(t, "extra") > 0 {
		return e
	}
	e.Attrs = attrs(t)
	holds := func(option string) bool {
		for i := range owner.NumField() {
			if strings.HasSuffix(owner.Field(i).Tag.Get("texml"), ","+option) {
				return true
			}
		}
		return false
	}
	if !holds("any") && !holds("content") && depth > 0 && rapid.Bool().Draw(t, "stray-element") {
		e.Elements = append(e.Elements, element(t, depth-1))
	}
	if !holds("text") && !holds("cdata") && !holds("content") && rapid.Bool().Draw(t, "stray-text") {
		e.StrayText = text(t)
	}
	return e
}

func attrs(t *rapid.T) []texml.Attr {
	var as []texml.Attr
	for _, name := range []string{"x", "x-y", "xml:lang", "é"} {
		if rapid.Bool().Draw(t, name) {
			as = append(as, texml.Attr{Name: name, Value: text(t)})
		}
	}
	return as
}

func element(t *rapid.T, depth int) texml.Element {
	name := rapid.SampledFrom([]string{"Sms", "say", "Echo-1", "break"}).Draw(t, "name")
	return texml.Element{Name: name, Attrs: attrs(t), Content: content(t, depth)}
}

// content draws text and elements in turn: two texts in a row are one.
func content(t *rapid.T, depth int) texml.Content {
	var c texml.Content
	for range rapid.IntRange(0, 2).Draw(t, "nodes") {
		if rapid.Bool().Draw(t, "words") {
			c = append(c, texml.Node{Text: text(t)})
		}
		if depth == 0 {
			return c
		}
		c = append(c, texml.Node{Element: new(element(t, depth-1))})
	}
	return c
}
