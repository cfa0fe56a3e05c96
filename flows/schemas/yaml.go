package schemas

import (
	"encoding/json"
	"errors"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxNodes bounds what aliases and references may grow a document to.
const maxNodes = 20_000

// ReadYAML reads one YAML document written by an author into the same tree as [ReadJSON]. Dates
// are text. Numbers are those that JSON has: 010, 0x1F, 1_000 and +1555… mean something else to
// YAML than they look like, and are mistakes unless quoted; so are tags and merge keys.
func ReadYAML(src []byte) (*Node, error) {
	var doc yaml.Node
	if err := yaml.Load(src, &doc); err != nil {
		return nil, yamlProblems(err)
	}
	r := yamlReader{left: maxNodes}
	return r.value(&doc, 0)
}

// FromYAML reads a value of a YAML document that was parsed before as ReadYAML reads a whole one.
// The nodes have the places of that document.
func FromYAML(y *yaml.Node) (*Node, error) {
	r := yamlReader{left: maxNodes}
	return r.value(y, 0)
}

func yamlProblems(err error) error {
	if all, ok := errors.AsType[*yaml.LoadErrors](err); ok {
		problems := make([]*Problem, len(all.Errors))
		for i, e := range all.Errors {
			problems[i] = yamlProblem(e)
		}
		return join(problems)
	}
	if one, ok := errors.AsType[*yaml.LoadError](err); ok {
		return yamlProblem(one)
	}
	return &Problem{Line: 1, Column: 1, Message: "not YAML: " + err.Error()}
}

func yamlProblem(e *yaml.LoadError) *Problem {
	message := e.Message
	if e.ContextMsg != "" {
		message = e.ContextMsg + ": " + message
	}
	return &Problem{Line: max(e.Mark.Line, 1), Column: max(e.Mark.Column, 1), Message: message}
}

type yamlReader struct{ left int }

func (r *yamlReader) value(y *yaml.Node, depth int) (*Node, error) {
	n := &Node{Line: y.Line, Column: y.Column}
	if depth > maxDepth {
		return nil, problemAt(n, "nested deeper than %d, or an alias inside its own anchor", maxDepth)
	}
	if r.left--; r.left < 0 {
		return nil, problemAt(n, "more than %d values, aliases included", maxNodes)
	}
	switch y.Kind {
	case yaml.DocumentNode:
		return r.value(y.Content[0], depth)
	case yaml.AliasNode:
		return r.value(y.Alias, depth+1)
	case yaml.SequenceNode:
		return n, r.items(n, y, depth)
	case yaml.MappingNode:
		return n, r.members(n, y, depth)
	}
	return n, n.yamlScalar(y)
}

func (r *yamlReader) items(n *Node, y *yaml.Node, depth int) error {
	n.Kind = Array
	if y.ShortTag() != "!!seq" {
		return tagProblem(n, y)
	}
	for _, c := range y.Content {
		item, err := r.value(c, depth+1)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
	}
	return nil
}

func (r *yamlReader) members(n *Node, y *yaml.Node, depth int) error {
	n.Kind = Object
	if y.ShortTag() != "!!map" {
		return tagProblem(n, y)
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		if err := yamlKeyProblem(key, seen); err != nil {
			return err
		}
		seen[key.Value] = true
		value, err := r.value(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		n.Members = append(n.Members, Member{Name: key.Value, Value: value, Line: key.Line, Column: key.Column})
	}
	return nil
}

func yamlKeyProblem(key *yaml.Node, seen map[string]bool) error {
	at := &Node{Line: key.Line, Column: key.Column}
	switch {
	case key.Kind != yaml.ScalarNode:
		return problemAt(at, "a name must be text (put an expression in quotes: \"{{ … }}\")")
	case key.ShortTag() == "!!merge":
		return problemAt(at, "merge keys are not for schemas: use $defs and $ref")
	case seen[key.Value]:
		return problemAt(at, "%q is here twice", key.Value)
	}
	return nil
}

func (n *Node) yamlScalar(y *yaml.Node) error {
	switch y.ShortTag() {
	case "!!str", "!!timestamp":
		n.Kind, n.Value = String, y.Value
	case "!!null":
	case "!!bool":
		n.Kind, n.Value = Bool, strings.EqualFold(y.Value, "true")
	case "!!int", "!!float":
		if !json.Valid([]byte(y.Value)) {
			return problemAt(n, "%s is a number to YAML, and not one in JSON: put it in quotes if it is text", shorten(y.Value))
		}
		return n.number(y.Value)
	default:
		return tagProblem(n, y)
	}
	return nil
}

func tagProblem(n *Node, y *yaml.Node) *Problem {
	return problemAt(n, "%s is a YAML tag: put the text in quotes", shorten(y.Tag))
}
