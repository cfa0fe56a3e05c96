package flows

import (
	"maps"
	"slices"
	"strings"

	"texmlsrv/flows/expressions"
)

// Setting is something of the process's environment that flows read, or could.
type Setting struct {
	Variable string // of the environment: FLOW_X for env.X, SECRET_X for secrets.X
	Set      bool   // it has a value, and be it ""
	Read     bool   // a flow reads it
}

// Settings are all that the flows read of the environment, and all that is set
// there for them, sorted. Flows may try whether something is set; where they do
// not, what is not set leaves a gap.
func (r *Release) Settings() []Setting {
	found := map[string]*Setting{}
	of := func(prefix, name string) *Setting {
		if found[prefix+name] == nil {
			found[prefix+name] = &Setting{Variable: prefix + name}
		}
		return found[prefix+name]
	}
	for _, path := range r.settings {
		if name, is := strings.CutPrefix(path, "env."); is {
			of("FLOW_", name).Read = true
		} else {
			of("SECRET_", strings.TrimPrefix(path, "secrets.")).Read = true
		}
	}
	for name := range r.env {
		of("FLOW_", name).Set = true
	}
	for name := range r.secrets {
		of("SECRET_", name).Set = true
	}
	var all []Setting
	for _, name := range slices.Sorted(maps.Keys(found)) {
		all = append(all, *found[name])
	}
	return all
}

// settings are the names of env and secrets that anything reads, sorted.
func (l *loader) settings() []string {
	names := map[string]bool{}
	note := func(e *expressions.Expression) {
		for _, path := range e.Reads() {
			if parts := strings.Split(path, "."); len(parts) > 1 && (parts[0] == "env" || parts[0] == "secrets") {
				names[parts[0]+"."+parts[1]] = true
			}
		}
	}
	for what := range l.sites {
		switch what := what.(type) {
		case *expressions.Expression:
			note(what)
		case *expressions.Text:
			for _, part := range what.Parts() {
				if part.Expression != nil {
					note(part.Expression)
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}
