package flows

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/problems"
	"texmlsrv/flows/schemas"
	"texmlsrv/telnyx/commands"
	"texmlsrv/texml"
)

// checkCommand holds the settings of a command, as far as they are written
// down, against what Telnyx takes. What an expression will be is seen when the
// step is tried.
func (r *flowReader) checkCommand(c *Command, declared commands.Declaration, key *yaml.Node) {
	defer r.coded(codeCommand)()
	settings, _ := c.settings.json.Plain().(map[string]any)
	if c.parameters != nil {
		settings["parameters"] = c.parameters.json.Plain()
	}
	for _, p := range declared.Check(settings) {
		if len(p.Path) > 0 && p.Path[0] == "parameters" && c.parameters != nil {
			continue // the schema was looked at more closely
		}
		if slices.Equal(p.Path, commands.Path{"voice"}) && settings["voice"] == nil {
			continue // the flow may have one: it is seen when the step is tried
		}
		at, computed := placeOf(c.settings, p.Path)
		if computed {
			continue
		}
		if at.Line == 0 || len(p.Path) == 0 {
			at = texml.Pos{Line: key.Line, Column: key.Column}
		}
		problem := r.At(at.Line, at.Column, problems.Nearest(p.Value, p.Known), "%s: %s", c.Name, p)
		if p.Warning {
			problem.Severity = texml.Warning
		}
		r.Problems = append(r.Problems, problem)
	}
}

// placeOf is where a value of a command stands, or what holds it where there is
// no such value; computed is whether an expression decides it.
func placeOf(e *element, path commands.Path) (at texml.Pos, computed bool) {
	n := e.json
	at = texml.Pos{Line: n.Line, Column: n.Column}
	for _, name := range path {
		i, err := strconv.Atoi(name)
		switch {
		case n.Kind == schemas.Array && err == nil && i < len(n.Items):
			n = n.Items[i]
			at = texml.Pos{Line: n.Line, Column: n.Column}
		case n.Kind == schemas.Object && n.Get(name) != nil:
			m := n.Members[slices.IndexFunc(n.Members, func(m schemas.Member) bool { return m.Name == name })]
			n, at = m.Value, texml.Pos{Line: m.Line, Column: m.Column}
		default:
			return at, e.texts[n] != nil
		}
	}
	return at, e.texts[n] != nil
}
