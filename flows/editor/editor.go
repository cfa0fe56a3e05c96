// Package editor holds the JSON Schemas of the YAML files that authors write,
// so that an editor completes their keys, explains them, and marks what is not
// known while it is typed.
//
// The schemas are draft-07, which is what both the YAML extension of VS Code
// and IntelliJ understand best. They are no second definition of the format: a
// schema cannot follow a goto or read an expression, so `texmlsrv check` has
// the last word, and tests hold the schemas against the reader of the flows.
// What the reader takes for a mistake a schema may let pass; what a schema
// refuses is one.
package editor

import (
	"embed"
	"slices"
)

// Names of the schemas.
const (
	Flow     = "flow"     // flow.yaml
	App      = "app"      // app.yaml
	Texts    = "texts"    // texts.yaml
	Scenario = "scenario" // scenarios/*.yaml
)

//go:embed flow.json app.json texts.json scenario.json
var files embed.FS

// Names returns the names of the schemas there are.
func Names() []string { return []string{Flow, App, Scenario, Texts} }

// Schema returns the schema of a name as JSON that ends with a newline. ok is
// false when there is none of that name.
func Schema(name string) (schema []byte, ok bool) {
	if !slices.Contains(Names(), name) {
		return nil, false
	}
	schema, err := files.ReadFile(name + ".json")
	if err == nil && name == Flow {
		schema, err = withCommands(schema)
	}
	return schema, err == nil
}
