package talk

import (
	"errors"
	"fmt"
	"strings"

	"texmlsrv/flows/schemas"
	"texmlsrv/simulator"
	"texmlsrv/texml"
)

// Member is a value that was given, by the name of its property.
type Member struct {
	Name  string
	Value any // as encoding/json decodes it, or an Object
}

// Object is an object in the order in which it was given.
type Object []Member

// MarshalJSON implements json.Marshaler.
func (o Object) MarshalJSON() ([]byte, error) {
	out := schemas.Node{Kind: schemas.Object}
	for _, m := range o {
		value, err := schemas.From(m.Value)
		if err != nil {
			return nil, fmt.Errorf("talk: %s: %w", m.Name, err)
		}
		out.Members = append(out.Members, schemas.Member{Name: m.Name, Value: value})
	}
	return out.Bytes(), nil
}

// Decoded is a value as encoding/json decodes it.
func Decoded(value any) any {
	o, is := value.(Object)
	if !is {
		return value
	}
	m := make(map[string]any, len(o))
	for _, one := range o {
		m[one.Name] = Decoded(one.Value)
	}
	return m
}

// Properties are what a schema asks for, in its order; nil where there is none.
func Properties(schema *schemas.Schema) []schemas.Property {
	if schema == nil {
		return nil
	}
	var properties []schemas.Property
	for _, name := range schema.Properties() {
		if p, ok := schema.Describe(name); ok {
			properties = append(properties, p)
		}
	}
	return properties
}

// Introduction is a sentence that says what is asked for.
func Introduction(properties []schemas.Property) string {
	var must, may []string
	for _, p := range properties {
		if p.Required {
			must = append(must, p.Name)
		} else {
			may = append(may, p.Name)
		}
	}
	switch {
	case len(properties) == 0:
		return "The assistant asks for something that has no form; answer with a line of JSON."
	case len(must) == 0:
		return "The assistant asks for any of " + Enumeration(may) + "."
	case len(may) == 0:
		return "The assistant asks for " + Enumeration(must) + "."
	}
	return "The assistant asks for " + Enumeration(must) + ", and takes " + Enumeration(may) + "."
}

// Whole holds a line that is the whole answer of an AI gather against its schema,
// which may be nil. What does not fit can be sent all the same, and is told: it is
// how the assistant fails. The error says that the line is no object.
func Whole(schema *schemas.Schema, line string) (amiss []string, err error) {
	value, err := schemas.DecodeJSON([]byte(line))
	result, is := value.(map[string]any)
	switch {
	case err != nil:
		return nil, errors.New("this is not JSON: " + strings.TrimPrefix(err.Error(), "schemas: "))
	case !is:
		return nil, errors.New("this is not an object")
	case schema == nil:
		return nil, nil
	}
	reading := schemas.Read(schema, schema, result, nil)
	return append(reading.Problems, reading.Dropped...), nil
}

// TakesObject reports whether an object can be the value of a property that is
// not asked for part by part.
func TakesObject(p schemas.Property) bool {
	for _, kind := range p.Types {
		if kind == "object" {
			return true
		}
	}
	return false
}

// Spoken is what was said in an AI gather, with the greeting before it; nil, which
// leaves it to the platform, where nothing was said on the way.
func Spoken(m simulator.Moment, said []simulator.Message) []simulator.Message {
	if len(said) == 0 {
		return nil
	}
	var all []simulator.Message
	if v, is := m.Verb.(*texml.AIGather); is && v.Greeting != nil {
		greeting := strings.Join(strings.Fields(v.Greeting.Content.Text()), " ")
		all = append(all, simulator.Message{Role: "assistant", Content: greeting})
	}
	return append(all, said...)
}

// Enumeration is a list as people write it: a, b and c.
func Enumeration(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
