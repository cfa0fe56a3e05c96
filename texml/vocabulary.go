package texml

import (
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"
)

// ElementDecl declares one element: what Telnyx documents of it. The declarations are the one source
// that the checker, the XSD and the reference are made from; a test holds the Go types against them.
type ElementDecl struct {
	// Key names the declaration: the element's name, or "Parent.Name" where one name means several
	// things, such as "HttpRequest.Response".
	Key        string
	Doc        string // one sentence
	Attrs      []AttrDecl
	Children   []ChildDecl
	OnlyOne    bool // exactly one child in all
	Text       TextDecl
	Terminal   Termination
	Asks       bool     // brings something back to its action: the Go type is an [Asker]
	TelnyxOnly bool     // TwiML has no such element
	Disputed   []Alias  // names of attributes that another page of Telnyx's uses
	Doubts     []string // what Telnyx leaves open, or contradicts itself about
}

// AttrDecl declares one attribute.
type AttrDecl struct {
	Name     string
	Type     Type
	Doc      string
	Default  string    // Telnyx's; "" when none is documented
	Values   []string  // of TypeEnum and TypeList; of others the values that Telnyx names
	Open     bool      // Telnyx takes other values beside Values
	Range    *Range    // of numbers; nil is any
	Chars    string    // the characters that the value may consist of; "" is any
	MaxLen   int       // in characters; 0 is any
	URL      URLKind   // of TypeURL
	Context  Context   // where the document runs that the URL brings
	Required bool      // Telnyx cannot do without
	With     Condition // without which the attribute has no effect
	Without  []string  // attributes that it cannot go with
	Conflict string    // how Telnyx's own pages contradict each other about it
	Disputed []string  // values that another page of Telnyx's writes
}

// ChildDecl allows an element in another one. Order is free everywhere.
type ChildDecl struct {
	Key   string // of the child's declaration
	Min   int
	Max   int    // 0 is any number
	Doubt string // why Telnyx may not take it here; "" when it is documented
}

// TextDecl declares the text of an element.
type TextDecl struct {
	Type     Type // TypeNone: it has none
	Required bool
	URL      URLKind // of TypeURL
	Doc      string
	Missing  string // the doubt about leaving it out; "" when there is none
}

// Alias is a name that another page of Telnyx's uses for an attribute.
type Alias struct{ Name, For, Why string }

// Range is a closed interval of numbers.
type Range struct {
	Min, Max float64
	OrZero   bool // 0 is allowed besides
}

// unbounded is the Max of a Range that has none.
const unbounded = 1 << 31

// String returns the range in words, such as "1 to 120".
func (r *Range) String() string {
	s := strconv.FormatFloat(r.Min, 'f', -1, 64)
	if r.Max == unbounded {
		s = "at least " + s
	} else {
		s += " to " + strconv.FormatFloat(r.Max, 'f', -1, 64)
	}
	if r.OrZero {
		s += ", or 0"
	}
	return s
}

func between(low, high float64) *Range { return &Range{Min: low, Max: high} }
func atLeast(low float64) *Range       { return &Range{Min: low, Max: unbounded} }

// Type is what a value or a text is written as.
type Type int

// The types. Booleans are the literal true and false, a list is separated by spaces, a CSV by commas.
const (
	TypeNone Type = iota
	TypeBool
	TypeInt
	TypeDecimal
	TypeMoney // a decimal that is kept as written
	TypeEnum
	TypeList
	TypeCSV
	TypeString
	TypeURL
	TypePhone // a number to call; a dialed text may be a SIP address too
	TypeDigits
	TypeVoice
	TypeLanguage
	TypeUUID
	TypeJSON
	TypeSpeech // prose that is spoken, SSML in it
	TypeSIP
	TypeSchema // a JSON Schema
	TypeTool   // the JSON of a tool
	TypeRaw    // sent on as it is
)

var typeNames = [...]string{
	"none", "bool", "int", "decimal", "decimal", "enum", "list", "csv", "string", "URL", "phone number", "digits", "voice",
	"language", "UUID", "JSON", "speech", "SIP address", "JSON Schema", "tool as JSON", "raw text",
}

// String returns the name of the type for documentation.
func (t Type) String() string { return typeNames[t] }

// URLKind is what Telnyx does with a URL.
type URLKind int

// The kinds of URLs.
const (
	NoURL        URLKind = iota
	DocumentURL          // requested; the TeXML in the reply is executed
	CallbackURL          // told something; the reply is not executed
	MediaURL             // audio that is downloaded
	WaitMediaURL         // audio, or a document
	SocketURL            // a WebSocket that is opened
	DataURL              // requested; the reply is data
)

var urlKindNames = [...]string{"", "DOC", "CB", "MEDIA", "DOC or MEDIA", "WS", "data"}

// String returns the short name of the kind for documentation.
func (k URLKind) String() string { return urlKindNames[k] }

// Termination says whether what follows a verb runs.
type Termination int

// Never lets the next verb run, Always does not, WithAction does not once the action is requested.
const (
	Never Termination = iota
	Always
	WithAction
)

// Context is what a document is fetched for. Telnyx lets some of them use only some verbs.
type Context int

// The contexts. Main is a document that leads a call.
const (
	Main           Context = iota
	WaitURL                // waitUrl of an Enqueue
	ScreenURL              // url of a Number or a Sip: runs on the callee before the two are connected
	QueueURL               // url of a Queue: runs on the waiting caller just before
	ConferenceWait         // waitUrl of a Conference
)

// contexts names the attribute that fetches a document and the verbs that Telnyx lists for it; no list
// means that any verb may be used.
var contexts = [...]struct {
	name  string
	verbs []string
}{
	Main:           {"a call", nil},
	WaitURL:        {"the waitUrl of an Enqueue", []string{"Play", "Say", "Gather", "Pause", "Hangup", "Redirect", "Leave"}},
	ScreenURL:      {"the url of a Number or Sip", []string{"Gather", "Hangup"}},
	QueueURL:       {"the url of a Queue", []string{"Play", "Say", "Gather", "Pause", "Redirect"}},
	ConferenceWait: {"the waitUrl of a Conference", nil},
}

// String returns what fetches such a document, in words.
func (c Context) String() string { return contexts[c].name }

// Verbs returns the verbs that Telnyx lists as usable in the context; nil when it lists none.
func (c Context) Verbs() []string { return slices.Clone(contexts[c].verbs) }

// Condition is about another attribute of the same element: "name" wants it to be there, "name=a|b" to
// have one of the values, "name!=a" not to have it. An absent attribute has its default.
type Condition string

// parts splits a condition; not is true for "!=", values is nil when only presence counts.
func (c Condition) parts() (name string, values []string, not bool) {
	name, list, valued := strings.Cut(string(c), "=")
	if !valued {
		return name, nil, false
	}
	name, not = strings.CutSuffix(name, "!")
	return name, strings.Split(list, "|"), not
}

// Vocabulary returns the declarations of all elements, Response first, each before its children. They
// are shared and must not be changed.
func Vocabulary() []*ElementDecl { return slices.Clone(vocabulary) }

// vocabulary lists every element of TeXML.
var vocabulary = slices.Concat(
	flowVocabulary, speechVocabulary, gatherVocabulary, aiGatherVocabulary, dialVocabulary, recordVocabulary,
	serviceVocabulary, connectVocabulary, httpVocabulary, payVocabulary,
)

// declarations are the vocabulary by key.
var declarations = func() map[string]*ElementDecl {
	byKey := map[string]*ElementDecl{}
	for _, e := range vocabulary {
		byKey[e.Key] = e
	}
	return byKey
}()

// Name returns the name of the element.
func (e *ElementDecl) Name() string { return e.Key[strings.LastIndexByte(e.Key, '.')+1:] }

// Attr returns the declaration of an attribute, nil when there is none of that name.
func (e *ElementDecl) Attr(name string) *AttrDecl {
	for i := range e.Attrs {
		if e.Attrs[i].Name == name {
			return &e.Attrs[i]
		}
	}
	return nil
}

// Child returns what the element says about a child of that name, and the child's declaration; nil
// when it may have no such child.
func (e *ElementDecl) Child(name string) (*ChildDecl, *ElementDecl) {
	for i := range e.Children {
		if child := declarations[e.Children[i].Key]; child.Name() == name {
			return &e.Children[i], child
		}
	}
	return nil, nil
}

// DeclarationOf returns the declaration of an element, which depends on the elements around it; nil
// when it stands where TeXML has none. The elements around it must reach up to a Response.
func DeclarationOf(el *etree.Element) *ElementDecl {
	parent := el.Parent()
	if parent == nil || parent.Tag == "" {
		if el.FullTag() == "Response" {
			return declarations["Response"]
		}
		return nil
	}
	outer := DeclarationOf(parent)
	if outer == nil {
		return nil
	}
	_, decl := outer.Child(el.FullTag())
	return decl
}

// each allows any number of each of the children.
func each(keys ...string) []ChildDecl {
	children := make([]ChildDecl, len(keys))
	for i, key := range keys {
		children[i] = ChildDecl{Key: key}
	}
	return children
}

// method declares the HTTP method of another attribute.
func method(name, of string) AttrDecl {
	return AttrDecl{
		Name: name, Type: TypeEnum, Values: []string{"GET", "POST"}, Default: "POST", With: Condition(of),
		Doc: "HTTP method of " + of + ".",
	}
}

// action declares the action of a verb.
func action(doc string) AttrDecl {
	return AttrDecl{Name: "action", Type: TypeURL, URL: DocumentURL, Doc: doc}
}

// callback declares a URL that is told something.
func callback(name, doc string) AttrDecl {
	return AttrDecl{Name: name, Type: TypeURL, URL: CallbackURL, Doc: doc + " The reply is not executed."}
}

// flag declares a boolean.
func flag(name, byDefault, doc string) AttrDecl {
	return AttrDecl{Name: name, Type: TypeBool, Default: byDefault, Doc: doc}
}
