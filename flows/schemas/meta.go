package schemas

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"texmlsrv/texml"
)

// sealed is a loader that has nothing: no schema makes this program read a file or an address.
type sealed struct{}

func (sealed) Load(string) (any, error) {
	return nil, errors.New("schemas: only the document itself may be referred to")
}

func newCompiler() *jsonschema.Compiler {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.UseLoader(sealed{})
	c.AssertFormat()
	return c
}

// metaSchema is JSON Schema 2020-12 as a schema, compiled when it is first needed.
var metaSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	return newCompiler().Compile("https://json-schema.org/draft/2020-12/schema")
})

// meta holds the document against the meta-schema.
func (c *checker) meta() {
	m, err := metaSchema()
	if err != nil {
		c.report(c.root, "the meta-schema is not usable: %v", err)
		return
	}
	if wrong, ok := errors.AsType[*jsonschema.ValidationError](m.Validate(c.root.Plain())); ok {
		for _, leaf := range leaves(wrong, nil) {
			c.metaLeaf(leaf)
		}
	}
}

func (c *checker) metaLeaf(leaf *jsonschema.ValidationError) {
	n, name := c.root, ""
	for _, token := range leaf.InstanceLocation {
		if next := step(n, token); next != nil {
			n, name = next, token
		}
	}
	if saidBetter(name, leaf) {
		return
	}
	message, suggestion := metaText(n, leaf)
	if name != "" {
		message = fmt.Sprintf("%q %s", name, message)
	}
	c.report(n, "%s", message).Suggestion = suggestion
}

// saidBetter tells failures that the checker's own walk reports: patterns, also as names, and
// references. (The place of a name's failure is not reliable either.)
func saidBetter(name string, leaf *jsonschema.ValidationError) bool {
	switch k := leaf.ErrorKind.(type) {
	case *kind.PropertyNames:
		return true
	case *kind.Format:
		return k.Want == "regex" || name == "$ref"
	}
	return false
}

// metaText says what the meta-schema wants of n, in words for authors.
func metaText(n *Node, leaf *jsonschema.ValidationError) (message, suggestion string) {
	switch k := leaf.ErrorKind.(type) {
	case *kind.Type:
		return fmt.Sprintf("must be %s, not %s", strings.Join(k.Want, " or "), article(n.Kind)), ""
	case *kind.Minimum, *kind.ExclusiveMinimum:
		return "is too small", ""
	case *kind.UniqueItems:
		return "must not repeat itself", ""
	case *kind.MinItems:
		return "must not be empty", ""
	case *kind.Enum, *kind.AnyOf: // only "type" is a choice of words
		return typeText(n)
	case *kind.Format:
		return "is not a valid " + k.Want, ""
	}
	return fmt.Sprintf("is not valid (%s)", keywordOf(leaf)), ""
}

// foreign are types as other languages name them.
var foreign = map[string]string{
	"int": "integer", "long": "integer", "float": "number", "double": "number", "decimal": "number", "bool": "boolean",
	"str": "string", "text": "string", "date": "string", "list": "array", "dict": "object", "map": "object", "none": "null", "nil": "null",
}

func typeText(n *Node) (message, suggestion string) {
	types := []string{"array", "boolean", "integer", "null", "number", "object", "string"}
	words := n.Items
	if n.Kind != Array {
		words = []*Node{n}
	}
	for _, w := range words {
		if w.Kind == Null { // YAML's null is not the word
			suggestion = "null"
			break
		}
		if word, _ := w.Value.(string); !slices.Contains(types, word) {
			suggestion = cmp.Or(foreign[strings.ToLower(word)], texml.Nearest(word, types))
			break
		}
	}
	return "must be of " + quoted(types) + ", or a list of these without repetition", suggestion
}

// leaves are the failures at the ends of a validation error. A choice that failed (anyOf, oneOf,
// not, contains) is one failure: why each branch failed explains nothing.
func leaves(e *jsonschema.ValidationError, all []*jsonschema.ValidationError) []*jsonschema.ValidationError {
	switch e.ErrorKind.(type) {
	case *kind.Schema, *kind.Group, *kind.AllOf, *kind.Reference:
		for _, cause := range e.Causes {
			all = leaves(cause, all)
		}
		return all
	}
	return append(all, e)
}

// keywordOf names the keyword that failed, never the value.
func keywordOf(e *jsonschema.ValidationError) string {
	switch e.ErrorKind.(type) {
	case *kind.Not:
		return "not"
	case *kind.FalseSchema:
		return "false"
	}
	if path := e.ErrorKind.KeywordPath(); len(path) > 0 {
		return path[0]
	}
	return "type"
}
