package story

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
)

// Field is a value that an AI gather was to bring, and what it brought.
type Field struct {
	Name        string `json:"name"`
	Wants       string `json:"wants"`
	Required    bool   `json:"required,omitempty"`
	Sensitive   bool   `json:"sensitive,omitempty"`
	Description string `json:"description,omitempty"`
	Value       Value  `json:"value"`
	Came        Mark   `json:"came"`
}

// fields hold the result of an AI gather against what was asked, name by name.
// reply is nil while there is no answer.
func (a *asked) fields(reply *sessions.Entry) []Field {
	if a.schema == nil {
		return nil
	}
	var result map[string]any
	var problems []string
	usable := false
	if reply != nil && reply.Help != nil && reply.Answer == nil { // a person had the call go on
		reply = nil
	}
	if reply != nil && reply.Answer != nil {
		result, _ = reply.Answer.Result.(map[string]any)
		problems, usable = reply.Answer.Problems, reply.Answer.Usable
	}
	var out []Field
	for _, name := range a.schema.Properties() {
		p, _ := a.schema.Describe(name)
		v, has := result[name]
		f := Field{
			Name: name, Wants: wants(p), Required: p.Required, Sensitive: p.Sensitive, Description: p.Description,
			Value: valueOf(name, v),
		}
		f.Came = came(a.schema, f, v, has && v != nil, reply != nil, usable, problemOf(name, problems))
		out = append(out, f)
	}
	for _, name := range slices.Sorted(maps.Keys(result)) {
		if !slices.Contains(a.schema.Properties(), name) {
			out = append(out, Field{Name: name, Wants: none, Value: valueOf(name, result[name]), Came: Mark{"not asked for", Quiet, ""}})
		}
	}
	return out
}

// came is the mark of one value.
func came(schema *schemas.Schema, f Field, v any, has, answered, usable bool, problem string) Mark {
	switch {
	case !answered:
		return Mark{"not yet", Live, ""}
	case has && f.Value.Hidden && usable:
		return Mark{"fits, hidden", Good, ""}
	case has && f.Value.Hidden:
		return Mark{"hidden", Quiet, ""}
	case has && schema.Valid(f.Name, v):
		return Mark{"fits", Good, ""}
	case has && f.Required:
		return Mark{"does not fit", Bad, unfit(problem)}
	case has:
		return Mark{"dropped", Warn, unfit(problem)}
	case f.Required:
		return Mark{"missing", Warn, ""}
	}
	return Mark{"not given", Quiet, ""}
}

// problemOf is what a problem says of a name: "day: format" is format.
func problemOf(name string, problems []string) string {
	for _, p := range problems {
		if rest, is := strings.CutPrefix(p, name+": "); is {
			return rest
		}
		if strings.HasPrefix(p, name) && len(p) > len(name) && strings.ContainsAny(p[len(name):len(name)+1], ".[/") {
			return p
		}
	}
	return ""
}

// unfit says a problem of one value: format is "not in the form asked for".
func unfit(problem string) string {
	if problem == "" || strings.Contains(problem, ": ") { // of a part of it
		return schemas.InWords(problem)
	}
	return strings.TrimPrefix(strings.TrimPrefix(schemas.InWords("it: "+problem), "it "), "is ")
}

// wants says what a property takes.
func wants(p schemas.Property) string {
	if p.Enum != nil {
		values := make([]string, len(p.Enum))
		for i, v := range p.Enum {
			values[i] = written(v)
		}
		return "one of " + cut(strings.Join(values, ", "), 120)
	}
	kinds := map[string]string{"string": "text", "integer": "a whole number", "number": "a number", "boolean": "yes or no", "array": "a list", "object": "an object", "null": "nothing"}
	var words []string
	for _, t := range p.Types {
		words = append(words, kinds[t])
	}
	text := strings.Join(words, " or ")
	switch {
	case len(words) == 0:
		text = "anything"
	case p.Format != "":
		text = article(p.Format) + " " + p.Format
	case p.Pattern != "":
		text += " like " + cut(p.Pattern, 60)
	}
	return text + bounds(p)
}

func article(word string) string {
	if strings.ContainsAny(word[:1], "aeiou") {
		return "an"
	}
	return "a"
}

func bounds(p schemas.Property) string {
	number := func(n *float64) string { return strconv.FormatFloat(*n, 'f', -1, 64) }
	unit := ""
	if slices.Contains(p.Types, "string") {
		unit = " characters"
	}
	switch {
	case p.Minimum != nil && p.Maximum != nil:
		return fmt.Sprintf(", %s to %s%s", number(p.Minimum), number(p.Maximum), unit)
	case p.Minimum != nil && unit == "":
		return ", at least " + number(p.Minimum)
	case p.Maximum != nil:
		return ", at most " + number(p.Maximum) + unit
	}
	return ""
}
