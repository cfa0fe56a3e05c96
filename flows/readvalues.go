package flows

import (
	"encoding/json"
	"slices"
	"strings"

	"texmlsrv/sessions"
)

// toldBytes is how large a value may be, as JSON, for the timeline to tell that
// a rule read it.
const toldBytes = 160

// tellable are the names whose values the timeline tells. What the environment
// and texts hold is the same in every call, and may be nobody's business.
var tellable = []string{"answer", "attempt", "call", "gathered", "missing", "now", "vars"}

// wholes are tellable in their members only.
var wholes = []string{"answer", "call", "gathered", "now", "vars"}

// told are the values at the paths that an expression reads: nil where nothing
// is. Those too large to be read at a glance are left out.
func told(paths []string, values map[string]any) sessions.Values {
	var out sessions.Values
	for _, path := range paths {
		names := strings.Split(path, ".")
		if !slices.Contains(tellable, names[0]) || len(names) == 1 && slices.Contains(wholes, path) {
			continue
		}
		v := settle(reached(values, names))
		if raw, err := json.Marshal(v); err != nil || len(raw) > toldBytes {
			continue
		}
		if out == nil {
			out = sessions.Values{}
		}
		out[path] = v
	}
	return out
}

// reached is the value at the end of a path; nil where the way ends before.
func reached(values map[string]any, names []string) any {
	var v any = values
	for _, name := range names {
		members, _ := v.(map[string]any)
		v = members[name]
	}
	return v
}
