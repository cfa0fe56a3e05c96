package flows

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/problems"
	"texmlsrv/flows/schemas"
	"texmlsrv/flows/strictyaml"
	"texmlsrv/telnyx/commands"
)

// ours are the parameters of commands that the server fills in: they tie an
// event to its turn, and one try of a command to the next.
var ours = []string{"client_state", "command_id"}

// readCommand reads the one command of a step: its name, with its settings.
func (r *flowReader) readCommand(n *yaml.Node) *Command {
	pairs := r.Pairs(n, "command")
	if len(pairs) == 0 && n.Kind == yaml.MappingNode || len(pairs) > 1 {
		r.Report(n, "", "a step sends one command, not %d", len(pairs))
	}
	if len(pairs) != 1 {
		return nil
	}
	key, settings := pairs[0].Key, strictyaml.Deref(pairs[0].Value)
	declared, known := commands.Lookup(key.Value)
	if !known || !slices.Contains(commands.Names(), key.Value) {
		defer r.coded(codeCommand)()
		names := strictyaml.Fields{}
		for _, name := range commands.Names() {
			names[name] = nil
		}
		r.Unknown(key, "a command", names)
		return nil
	}
	c := &Command{Name: key.Value}
	if settings.Kind != yaml.MappingNode {
		if text, _ := r.Value(settings, "command", nil).(string); text != "" || settings.Value != "" {
			r.Report(settings, "", "the settings of a command are names with values")
			return nil
		}
		settings = &yaml.Node{Kind: yaml.MappingNode, Line: key.Line, Column: key.Column}
	}
	rest := *settings
	rest.Content = nil
	for i := 0; i+1 < len(settings.Content); i += 2 {
		if name := settings.Content[i]; name.Value == "parameters" && c.Name == commands.GatherUsingAI {
			c.parameters = r.commandSchema(settings.Content[i+1])
			continue
		}
		rest.Content = append(rest.Content, settings.Content[i], settings.Content[i+1])
	}
	if c.settings = r.jsonOf(&rest); c.settings == nil {
		return nil
	}
	r.checkCommand(c, declared.Without(ours...), key)
	return c
}

// commandSchema reads the schema of a gather: in place, or the file it names.
func (r *flowReader) commandSchema(n *yaml.Node) *element {
	n = strictyaml.Deref(n)
	e := &element{name: "Parameters"}
	if n.Kind != yaml.ScalarNode {
		if e = r.jsonOf(n); e == nil {
			return nil
		}
		e.name = "Parameters"
	} else if e.json = r.schemaFile(n); e.json == nil {
		return nil
	}
	if len(e.texts) > 0 {
		return e
	}
	schema, err := schemas.Compile(e.json)
	r.schemaProblems(err, n)
	e.schema = schema
	return e
}

// schemaFile reads a schema from a file of the flow; nil when it cannot.
func (r *flowReader) schemaFile(n *yaml.Node) *schemas.Node {
	src, ok := r.Text(n, "parameters")
	if !ok {
		return nil
	}
	name, ext := path.Join(r.flow.Name, src), path.Ext(src)
	content, err := r.loader.readFile(name)
	if err != nil {
		r.unread(func(hint, reason string) { r.Report(n, hint, "the schema %q %s", src, reason) }, src, ext, err)
		return nil
	}
	file := problems.NewSource(name, content)
	read := schemas.ReadJSON
	if ext == ".yaml" || ext == ".yml" {
		read = schemas.ReadYAML
	}
	node, err := read([]byte(file.Text))
	if err == nil {
		_, err = schemas.Compile(node)
	}
	for _, p := range schemas.Problems(err) {
		r.Problems = append(r.Problems, file.At(p.Line, p.Column, meant(p), "%s", p.Message))
	}
	if err != nil {
		return nil
	}
	return node
}

// schemaProblems reports what is wrong with a schema in flow.yaml.
func (r *flowReader) schemaProblems(err error, n *yaml.Node) {
	defer r.coded(codeSchema)()
	for _, p := range schemas.Problems(err) {
		line, column := p.Line, p.Column
		if line == 0 {
			line, column = n.Line, n.Column
		}
		r.Problems = append(r.Problems, r.At(line, column, meant(p), "%s", p.Message))
	}
}

// meant is a problem's suggestion, as a question.
func meant(p *schemas.Problem) string {
	if p.Suggestion == "" {
		return ""
	}
	return "did you mean \"" + p.Suggestion + "\"?"
}

// jsonOf reads a YAML value as JSON whose strings may hold expressions; nil
// after a mistake.
func (r *flowReader) jsonOf(n *yaml.Node) *element {
	node, err := schemas.FromYAML(n)
	if err != nil {
		r.schemaProblems(err, n)
		return nil
	}
	scalars := map[[2]int]*yaml.Node{}
	scalarsOf(n, scalars)
	e := &element{name: "command", json: node, texts: jsonTexts{}}
	_ = node.Strings(func(s *schemas.Node) error { // visit has no errors
		if written, _ := s.Plain().(string); strings.Contains(written, "{{") {
			if text := r.text(scalars[[2]int{s.Line, s.Column}], r.options()); text != nil {
				e.texts[s] = text
			}
		}
		return nil
	})
	return e
}

// scalarsOf finds the scalars of a YAML value by their places.
func scalarsOf(n *yaml.Node, found map[[2]int]*yaml.Node) {
	n = strictyaml.Deref(n)
	if n.Kind == yaml.ScalarNode {
		found[[2]int{n.Line, n.Column}] = n
	}
	for _, child := range n.Content {
		scalarsOf(child, found)
	}
}
