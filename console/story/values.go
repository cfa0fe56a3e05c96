package story

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"texmlsrv/sessions"
)

// Value is a name and its value as people read it.
type Value struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	None   bool   `json:"none,omitempty"`   // there is none; Value is a dash
	Hidden bool   `json:"hidden,omitempty"` // it is sensitive, and Value the mask
	Reveal bool   `json:"reveal,omitempty"` // it is kept, so an operator can have it shown
}

// Change is a value that changed.
type Change struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // gathered or vars
	From string `json:"from"` // a dash where there was none
	To   string `json:"to"`   // a dash where it was forgotten
}

// none stands for a value that is not there.
const none = "–"

// written is a value as people read it: text as it is, anything else as JSON
// with some space in it.
func written(v any) string {
	switch v := v.(type) {
	case nil:
		return none
	case string:
		return v
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	return spaced(string(raw))
}

// spaced puts a space behind the commas and colons of JSON, so that a line can
// break there.
func spaced(raw string) string {
	var b strings.Builder
	quoted, escaped := false, false
	for _, r := range raw {
		b.WriteRune(r)
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		case !quoted && (r == ',' || r == ':'):
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func valueOf(name string, v any) Value {
	return Value{Name: name, Value: written(v), None: v == nil, Hidden: v == sessions.Mask}
}

// valuesOf are values by name, sorted, without those that were removed.
func valuesOf(values sessions.Values) []Value {
	var out []Value
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if values[name] != nil {
			out = append(out, valueOf(name, values[name]))
		}
	}
	return out
}

// reveals says which values of the masked session the session itself has.
func (t *Story) reveals(s *sessions.Session) {
	for i := range t.Gathered {
		v := &t.Gathered[i]
		v.Reveal = v.Hidden && s.Gathered[v.Name] != nil && s.Gathered[v.Name] != sessions.Mask
	}
}

// state is what is known of values while the timeline is read.
type state struct{ gathered, vars sessions.Values }

// apply takes an entry into account, and tells what it changed.
func (s *state) apply(e *sessions.Entry) []Change {
	changes := changed(nil, "gathered", &s.gathered, e.Gathered)
	return changed(changes, "vars", &s.vars, e.Vars)
}

func changed(changes []Change, kind string, known *sessions.Values, news sessions.Values) []Change {
	if *known == nil {
		*known = sessions.Values{}
	}
	for _, name := range slices.Sorted(maps.Keys(news)) {
		before, after := (*known)[name], news[name]
		(*known)[name] = after
		if written(before) != written(after) || after == sessions.Mask {
			changes = append(changes, Change{name, kind, written(before), written(after)})
		}
	}
	return changes
}

// Reveal is a gathered value that people see masked, as it is; ok is false for
// any other.
func Reveal(s *sessions.Session, name string) (value string, ok bool) {
	v := s.Gathered[name]
	if v == nil || v == sessions.Mask || s.Masked().Gathered[name] != sessions.Mask {
		return "", false
	}
	return written(v), true
}
