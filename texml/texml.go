// Package texml is the vocabulary of Telnyx's TeXML as Go types: it parses a document into verbs and
// writes verbs as a document.
//
// It exists because the platform is silent about mistakes: a misspelt attribute is ignored, a document
// that is not well-formed ends the call. A typed verb cannot misspell an attribute, and what is written
// here is well-formed whatever strings went in. The package knows nothing of calls, flows or HTTP; it
// imports the standard library and etree.
//
// # Reading
//
// [ParseTree] reads XML more strictly than etree or encoding/xml do and remembers where everything
// stood. [Decode] turns such a tree into verbs; [Parse] does both. Nothing is lost on the way: an
// attribute, element or text that this vocabulary does not know is kept in [Extra] or [Unknown] and
// written again, so that a document that was parsed and written means what it meant.
//
// # Checking
//
// [Check] finds what Telnyx would not say a word about: each [Problem] has the code of a [Rule], a place,
// and where the mending is certain the edits for [Mend]. What there is to check against is declared once,
// in the vocabulary ([Vocabulary]), from which the XML Schema ([XSD]) and the documentation ([Reference])
// are made too; a test holds the Go types to it.
//
// # Fields
//
// A Go type has the name of its element and its fields are the attributes, in the order in which they
// are written. One rule for absence holds everywhere: a string is left out when it is "", an int when
// it is 0, a pointer when it is nil. Booleans and decimals are always pointers, because many of them
// are true by default; ints and strings are pointers only where 0 or "" says something of its own.
// Enumerations and URLs are plain strings. Defaults named in comments are Telnyx's; nothing here
// writes or assumes them.
package texml

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/beevik/etree"
)

// Verb is one instruction of a document: a pointer to a verb type of this package, or *Unknown.
// The set is closed.
type Verb interface {
	verb() string // the element's name
}

// Response is a TeXML document: verbs that run from top to bottom.
type Response struct {
	Verbs []Verb `texml:",any"`
	Extra
}

// Unknown is an element that stands where a verb or a noun belongs and is none that this package
// knows. Telnyx drops such an element without a word.
type Unknown struct {
	Element
}

func (u *Unknown) verb() string       { return u.Name }
func (u *Unknown) dialNoun() string   { return u.Name }
func (u *Unknown) service() string    { return u.Name }
func (u *Unknown) connection() string { return u.Name }

// Name returns the name of the verb's element, such as "Gather"; "" for nil.
func Name(v Verb) string {
	if isNil(v) {
		return ""
	}
	return v.verb()
}

// Terminal reports that nothing after v ever runs. Verbs that hand over only when they have an action,
// or only when something was entered, are not terminal. That Redirect, Reject, Hangup, Leave and Pay
// are is Telnyx's rule: Pay requests the current document again when it has no action.
func Terminal(v Verb) bool {
	switch v.(type) {
	case *Redirect, *Reject, *Hangup, *Leave, *Pay:
		return true
	}
	return false
}

// Asker is a verb that brings something back: its action is requested with what was entered, said or
// decided, and the reply to that request is the next document.
type Asker interface {
	Verb
	// Asks reports whether the verb as it stands ever requests an action. It does not depend on an
	// action being set.
	Asks() bool
	// Action returns the URL of the action, "" when there is none.
	Action() string
	// SetAction sets the action and, where the verb has a method attribute of its own that is not
	// set, the method POST.
	SetAction(url string)
}

var (
	_ Asker = (*Gather)(nil)
	_ Asker = (*AIGather)(nil)
	_ Asker = (*Dial)(nil)
	_ Asker = (*Refer)(nil)
	_ Asker = (*Enqueue)(nil)
	_ Asker = (*Record)(nil)
	_ Asker = (*Connect)(nil)
	_ Asker = (*HttpRequest)(nil)
	_ Asker = (*Pay)(nil)
)

// setAction is SetAction for verbs that have a method of their own.
func setAction(action, method *string, url string) {
	*action = url
	if *method == "" {
		*method = "POST"
	}
}

// newVerb returns an empty verb for the name of an element, or nil when there is no such verb.
func newVerb(name string) Verb {
	switch name {
	case "Say":
		return new(Say)
	case "Play":
		return new(Play)
	case "Pause":
		return new(Pause)
	case "Gather":
		return new(Gather)
	case "AIGather":
		return new(AIGather)
	case "Dial":
		return new(Dial)
	case "Refer":
		return new(Refer)
	case "Enqueue":
		return new(Enqueue)
	case "Leave":
		return new(Leave)
	case "Redirect":
		return new(Redirect)
	case "Reject":
		return new(Reject)
	case "Hangup":
		return new(Hangup)
	case "Record":
		return new(Record)
	case "Start":
		return new(Start)
	case "Stop":
		return new(Stop)
	case "Connect":
		return new(Connect)
	case "HttpRequest":
		return new(HttpRequest)
	case "Pay":
		return new(Pay)
	}
	return nil
}

// Parse reads a document. The error is a *SyntaxError when src is not well-formed, and a *DecodeError
// with its position when an attribute cannot be read.
func Parse(src []byte) (*Response, error) {
	tree, err := ParseTree(src)
	if err != nil {
		return nil, err
	}
	r, err := Decode(tree.Root)
	if wrong, ok := errors.AsType[*DecodeError](err); ok {
		wrong.Pos = tree.Pos(wrong.Element)
		if wrong.Attribute != "" {
			wrong.Pos = tree.AttrPos(wrong.Element, wrong.Attribute)
		}
	}
	return r, err
}

// Decode turns a tree whose root is a Response into verbs. The error is a *DecodeError without a
// position: a tree that was built has none. Comments, and whitespace between elements, are dropped;
// text that is content is kept to the letter.
func Decode(root *etree.Element) (*Response, error) {
	if root == nil {
		return nil, &DecodeError{Message: "there is no root element"}
	}
	if root.FullTag() != "Response" {
		return nil, &DecodeError{Element: root, Path: root.FullTag(), Message: "the root of a document is <Response>"}
	}
	r := new(Response)
	if err := decodeStruct(root, reflect.ValueOf(r).Elem()); err != nil {
		return nil, err
	}
	return r, nil
}

// DecodeError is a document that is well-formed XML and still cannot be read as TeXML: an attribute
// whose type is number or boolean holds something else, or the root is not a Response.
type DecodeError struct {
	Pos       Pos            // of the attribute's value, or of the element; zero when decoded from a tree
	Element   *etree.Element // where it is wrong; nil only when there is no root
	Path      string         // the way to it, such as "Response/Gather[2]/Say"
	Attribute string         // name of the attribute; "" when it is not about one
	Message   string
}

// Error returns "line:column: path: message", without the place when it is not known.
func (e *DecodeError) Error() string {
	where := e.Path
	if e.Attribute != "" {
		where += " " + e.Attribute
	}
	if where != "" {
		where += ": "
	}
	if e.Pos == (Pos{}) {
		return "texml: " + where + e.Message
	}
	return fmt.Sprintf("%v: %s%s", e.Pos, where, e.Message)
}

// Bytes returns the document as it goes over the wire: an XML declaration, UTF-8, no indentation,
// attributes in the order of the fields. JSON and the body of an HttpRequest stand in CDATA. Equal
// documents give equal bytes, and the bytes are well-formed for any content: text is cleaned as [Clean]
// does, and an unknown element or attribute that could not be written well-formed (its name is no XML
// name, its prefix is not declared) is left out.
func (r *Response) Bytes() []byte {
	doc := etree.NewDocument()
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true}
	doc.CreateProcInst("xml", `version="1.0" encoding="UTF-8"`)
	if r == nil {
		r = new(Response)
	}
	encodeStruct(&doc.Element, "Response", reflect.ValueOf(r).Elem())
	out, err := doc.WriteToBytes()
	if err != nil {
		return nil // writing to memory does not fail
	}
	return out
}
