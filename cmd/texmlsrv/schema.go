package main

import (
	"texmlsrv/flows/editor"
	"texmlsrv/texml"
)

type schemaCommand struct {
	Plain bool   `help:"Of texml: documents as they are sent, without what only templates have."`
	Name  string `arg:"" enum:"texml,flow,app,texts,scenario" help:"Which one: texml (XML Schema of templates), flow, app, texts or scenario (JSON Schema)."`
}

// Run prints the schema.
func (c *schemaCommand) Run(a *app) error {
	if c.Name == "texml" {
		_, err := a.stdout.Write(texml.XSD(!c.Plain))
		return err
	}
	if c.Plain {
		return usage("--plain is of texml only: what %s describes is never sent", c.Name)
	}
	schema, ok := editor.Schema(c.Name)
	if !ok {
		return usage("there is no schema %q", c.Name)
	}
	_, err := a.stdout.Write(schema)
	return err
}
