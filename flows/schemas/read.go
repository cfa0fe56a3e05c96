package schemas

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// Reading is what came of a gather's result. Its texts hold names that the author declared and
// keywords, never what the caller said.
type Reading struct {
	Values   map[string]any // what may be kept, in place of what was kept before; empty, never nil
	Usable   bool           // the schema that was sent and the authored one both hold
	Missing  []string       // required by the authored schema and not among Values, in author's order
	Dropped  []string       // values that did not hold and were optional, or were not asked for: "name: keyword"
	Problems []string       // why the result is not usable: "path: keyword"; "result" is the whole
}

// maxLines bounds what is said of one value that does not hold.
const maxLines = 8

// Read holds the result of a gather against the schema that was sent for it, then, merged over
// what was kept, against the authored one. Result may be nil; neither map is changed.
//
// Values are coerced first, where nothing is lost: text is trimmed, "4" and "4.0" are the integer
// 4, "true" is true, and 4 is "4" where only text fits; inside objects and lists too. A null is
// absent unless the schema takes it. A new value for a property that was asked for takes the place
// of the kept one, even when it does not hold: the caller changed his mind. A valid value for a
// property that was not asked for counts as well; an invalid one changes nothing. When a rule
// about several properties is broken nothing can be kept, since any of them may be wrong.
func Read(sent, authored *Schema, result, kept map[string]any) Reading {
	r := reader{sent: sent, authored: authored, fresh: map[string]any{}}
	r.Values = map[string]any{}
	for name, value := range kept {
		if authored.Valid(name, value) {
			r.Values[name] = value
		}
	}
	for _, name := range authored.order(result) {
		r.take(name, result[name])
	}
	if r.undeclared {
		r.Dropped = append(r.Dropped, "result: additionalProperties")
	}
	r.judge()
	return r.Reading
}

type reader struct {
	Reading
	sent, authored *Schema
	fresh          map[string]any // of the result, what was asked for and holds
	undeclared     bool
}

// order lists the names of a result: the author's first, in his order, then the others.
func (s *Schema) order(result map[string]any) []string {
	var names []string
	for _, name := range s.names {
		if _, ok := result[name]; ok {
			names = append(names, name)
		}
	}
	for _, name := range sortedNames(result) {
		if s.properties[name] == nil {
			names = append(names, name)
		}
	}
	return names
}

func (r *reader) take(name string, value any) {
	checks, ok := r.authored.checks(name)
	if !ok {
		r.undeclared = true
		return
	}
	more, asked := r.sent.checks(name)
	if r.sent == r.authored {
		more = nil
	}
	p := r.authored.properties[name]
	if value == nil && (p == nil || !p.null) {
		return
	}
	sh := p.coercion()
	value = sh.coerce(value)
	lines := failures(append(slices.Clip(checks), more...), r.authored.label(name), sh, value)
	switch {
	case len(lines) == 0:
		r.Values[name] = value
		if asked {
			r.fresh[name] = value
		}
		return
	case asked && slices.Contains(r.authored.required, name):
		r.Problems = append(r.Problems, lines...)
	default:
		r.Dropped = append(r.Dropped, lines...)
	}
	if asked {
		delete(r.Values, name)
	}
}

func (p *property) coercion() *shape {
	if p == nil {
		return nil
	}
	return p.shape
}

// label is how a top-level property is called in texts: a name that no author wrote is the
// caller's word.
func (s *Schema) label(name string) string {
	if s.properties[name] == nil {
		return "*"
	}
	return name
}

// judge holds the values together against both schemas.
func (r *reader) judge() {
	broken := r.rules(r.sent, r.fresh)
	spoilt := r.rules(r.authored, r.Values)
	if len(spoilt) > 0 {
		r.Values = map[string]any{}
	}
	for _, keyword := range append(broken, spoilt...) {
		r.problem("result: " + keyword)
	}
	for _, name := range r.authored.required {
		if _, ok := r.Values[name]; !ok {
			r.Missing = append(r.Missing, name)
		}
	}
	for _, name := range r.authored.required {
		if !r.lacks(name) || slices.ContainsFunc(r.Problems, func(line string) bool { return about(line, name) }) {
			continue
		}
		r.problem(name + ": required")
	}
	r.Usable = len(r.Problems) == 0
}

// lacks tells whether one of the schemas waits for a name in vain.
func (r *reader) lacks(name string) bool {
	_, fresh := r.fresh[name]
	return slices.Contains(r.Missing, name) || !fresh && slices.Contains(r.sent.required, name)
}

func about(line, name string) bool {
	rest, ok := strings.CutPrefix(line, name)
	return ok && rest != "" && strings.ContainsRune(":.[", rune(rest[0]))
}

func (r *reader) problem(line string) {
	if !slices.Contains(r.Problems, line) {
		r.Problems = append(r.Problems, line)
	}
}

// rules are the keywords that values, valid one by one, break together, sorted; required names
// that are absent are not counted.
func (r *reader) rules(s *Schema, values map[string]any) []string {
	wrong, ok := errors.AsType[*jsonschema.ValidationError](s.compiled.Validate(values))
	if !ok {
		return nil
	}
	var keywords []string
	for _, leaf := range leaves(wrong, nil) {
		if absent, ok := leaf.ErrorKind.(*kind.Required); ok && len(leaf.InstanceLocation) == 0 && s.requires(absent.Missing) {
			continue
		}
		keywords = append(keywords, keywordOf(leaf))
	}
	slices.Sort(keywords)
	return slices.Compact(keywords)
}

func (s *Schema) requires(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(s.required, name) })
}

// failures says what one value does not meet, sorted: "label.path: keyword".
func failures(checks []*jsonschema.Schema, label string, sh *shape, value any) []string {
	var lines []string
	for _, check := range checks {
		wrong, ok := errors.AsType[*jsonschema.ValidationError](check.Validate(value))
		if !ok {
			continue
		}
		for _, leaf := range leaves(wrong, nil) {
			path := pathIn(label, sh, value, leaf)
			if absent, ok := leaf.ErrorKind.(*kind.Required); ok {
				for _, name := range absent.Missing { // the author's word
					lines = append(lines, path+"."+name+": required")
				}
				continue
			}
			lines = append(lines, path+": "+keywordOf(leaf))
		}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	return lines[:min(len(lines), maxLines)]
}

// pathIn writes the place of a failure inside a value, such as guests[1].name, with "*" for names
// that no author wrote.
func pathIn(path string, sh *shape, value any, leaf *jsonschema.ValidationError) string {
	if _, ok := leaf.ErrorKind.(*kind.PropertyNames); ok {
		return path // the library overwrites the rest of its location later
	}
	for _, token := range leaf.InstanceLocation {
		switch v := value.(type) {
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(v) {
				return path
			}
			path, sh, value = path+"["+token+"]", sh.at(i), v[i]
		case map[string]any:
			name := "*"
			if sh = sh.named(token); sh != nil {
				name = token
			}
			path, value = path+"."+name, v[token]
		}
	}
	return path
}
