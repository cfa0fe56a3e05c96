package commands

// Type is what kind of value a parameter takes.
type Type string

// The types of parameters.
const (
	TypeText    Type = "text"
	TypeInteger Type = "integer"
	TypeNumber  Type = "number"
	TypeBoolean Type = "boolean"
	TypeScalar  Type = "scalar" // text, a number or a boolean
	TypeObject  Type = "object" // has Fields, and no others
	TypeMap     Type = "map"    // any names, each with a value like Item
	TypeList    Type = "list"   // of values like Item
	TypeUnion   Type = "union"  // an object of one of Variants; its member Tag says which
	TypeEither  Type = "either" // any one of Alternatives
	TypeSchema  Type = "schema" // a JSON Schema of type object
	TypeFree    Type = "free"   // an object that Telnyx does not describe
)

// Format is what a text has to look like.
type Format string

// The formats of texts. All but Words look at the whole text.
const (
	Plain      Format = ""
	Base64     Format = "base64"      // standard alphabet, padded
	URL        Format = "url"         // http or https, absolute
	ToolURL    Format = "tool_url"    // the same, and may hold {name} and {{ variables }}
	Party      Format = "party"       // +, country code and number, or a SIP address
	VoiceName  Format = "voice"       // Provider.Model.Voice; an unknown provider is a warning
	Digit      Format = "digit"       // one of 0-9 * #
	Digits     Format = "digits"      // any of 0-9 A-D * #
	CallerName Format = "caller_name" // letters, digits, spaces and -_~!.+
	Words      Format = "words"       // words of Enum with spaces between them
)

// Param is one parameter: a value, or the shape of one inside of another.
type Param struct {
	Name         string // as on the wire; "" for items of lists
	Type         Type
	Doc          string // what it means, in a sentence
	Required     bool
	Default      any      // Telnyx's own, where it is known; nil is not known or none
	Min          *float64 // least value, characters of a text, items of a list; nil is no limit
	Max          *float64 // most of the same
	Enum         []string // the texts that are allowed
	Open         bool     // Enum is what is known: another text is a warning
	Format       Format   // of a text
	Fields       []Param  // of an object
	Rules        []Rule   // between the fields of an object
	Item         *Param   // of a list or map
	Tag          string   // of a union: the member that tells the variant
	Variants     []Variant
	Alternatives []Param // of TypeEither
	Private      bool    // may hold what a caller said or who they are: never shown or logged
}

// Variant is one shape of a union.
type Variant struct {
	Name   string // the value of the union's tag
	Doc    string
	Fields []Param // without the tag
	Rules  []Rule
}

// RuleKind tells what a Rule asks for.
type RuleKind string

// The rules between parameters.
const (
	AtMostOne  RuleKind = "at_most_one"  // of Names
	AtLeastOne RuleKind = "at_least_one" // of Names
	Ordered    RuleKind = "ordered"      // Names[0] is not above Names[1]
	OnlyWith   RuleKind = "only_with"    // where Names[0] is Value, Names[1] is absent or Other
)

// Rule is something that holds between the members of one object.
type Rule struct {
	Kind         RuleKind
	Names        []string
	Value, Other string // of OnlyWith
}

func text(name, doc string) Param    { return Param{Name: name, Type: TypeText, Doc: doc} }
func integer(name, doc string) Param { return Param{Name: name, Type: TypeInteger, Doc: doc} }
func number(name, doc string) Param  { return Param{Name: name, Type: TypeNumber, Doc: doc} }
func boolean(name, doc string) Param { return Param{Name: name, Type: TypeBoolean, Doc: doc} }
func free(name, doc string) Param    { return Param{Name: name, Type: TypeFree, Doc: doc, Private: true} }
func schemaOf(name, doc string) Param {
	return Param{Name: name, Type: TypeSchema, Doc: doc, Private: true}
}

func object(name, doc string, fields ...Param) Param {
	return Param{Name: name, Type: TypeObject, Doc: doc, Fields: fields}
}

func list(name, doc string, item Param) Param {
	return Param{Name: name, Type: TypeList, Doc: doc, Item: &item}
}

func union(name, doc, tag string, variants ...Variant) Param {
	return Param{Name: name, Type: TypeUnion, Doc: doc, Tag: tag, Variants: variants}
}

func (p Param) required() Param         { p.Required = true; return p }
func (p Param) private() Param          { p.Private = true; return p }
func (p Param) as(f Format) Param       { p.Format = f; return p }
func (p Param) normally(v any) Param    { p.Default = v; return p }
func (p Param) oneOf(v ...string) Param { p.Enum = v; return p }
func (p Param) known(v ...string) Param { p.Enum, p.Open = v, true; return p }
func (p Param) atLeast(n float64) Param { p.Min = &n; return p }
func (p Param) atMost(n float64) Param  { p.Max = &n; return p }

func (p Param) between(least, most float64) Param { return p.atLeast(least).atMost(most) }

func method(name, doc string) Param { return text(name, doc).oneOf("GET", "POST") }
