package editor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"texmlsrv/flows/schemas"
	"texmlsrv/telnyx/commands"
)

// withCommands adds to the schema of flow.yaml a definition for each command:
// the table of their parameters is the only place where these are written down.
func withCommands(schema []byte) ([]byte, error) {
	const begin = "  \"definitions\": {\n"
	before, after, found := bytes.Cut(schema, []byte(begin))
	if !found {
		return nil, fmt.Errorf("editor: the schema of flows has no definitions")
	}
	var out bytes.Buffer
	out.Write(before)
	out.WriteString(begin)
	for _, d := range commands.All() {
		definition, err := commandDefinition(d)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&out, "    %q: ", "command-"+d.Name)
		if err := json.Indent(&out, definition, "    ", "  "); err != nil {
			return nil, err
		}
		out.WriteString(",\n")
	}
	out.Write(after)
	return out.Bytes(), nil
}

// commandDefinition is what may stand under the name of a command: what Telnyx
// takes, less what the server fills in. A gather's schema may be a file's name,
// and the voice the flow's.
func commandDefinition(d commands.Declaration) ([]byte, error) {
	d = d.Without("client_state", "command_id")
	d.Params = slices.Clone(d.Params)
	for i, p := range d.Params {
		d.Params[i].Required = p.Required && p.Name != "voice"
	}
	definition, err := schemas.ReadJSON(d.Schema(commands.SchemaOptions{Expressions: true}))
	if err != nil {
		return nil, err
	}
	definition.Members = slices.DeleteFunc(definition.Members, func(m schemas.Member) bool { return m.Name == "$schema" })
	if d.Name == commands.GatherUsingAI {
		gathered, err := schemas.ReadJSON([]byte(`{"$ref": "#/definitions/gathered-schema"}`))
		if err != nil {
			return nil, err
		}
		definition = definition.With("properties", definition.Get("properties").With("parameters", gathered))
	}
	return definition.Bytes(), nil
}
