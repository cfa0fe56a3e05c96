package talk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"texmlsrv/flows/schemas"
)

// unfitError says what would fit. It never quotes what was typed: that stands
// right above.
type unfitError struct{ wants string }

func (e *unfitError) Error() string { return "this does not fit: it must be " + e.wants }

// Unfit says that a value does not fit a property, and what would.
func Unfit(p schemas.Property) error { return &unfitError{Wanted(p)} }

// ValueOf is the value that typed words mean for a property. Whether it fits in
// every respect is for the schema to say.
func ValueOf(p schemas.Property, typed string) (any, error) {
	if p.Enum != nil {
		return enumerated(p, typed)
	}
	for _, kind := range []string{"boolean", "integer", "number", "array", "object", "null", "string"} {
		if len(p.Types) > 0 && !slices.Contains(p.Types, kind) {
			continue
		}
		if value, ok := as(kind, p, typed); ok {
			return value, nil
		}
	}
	return nil, &unfitError{Wanted(p)}
}

// as is typed words as a value of a kind.
func as(kind string, p schemas.Property, typed string) (any, bool) {
	switch kind {
	case "boolean":
		return yesNo(typed, len(p.Types) > 0)
	case "integer":
		n, err := strconv.ParseInt(typed, 10, 64)
		return float64(n), err == nil
	case "number":
		n, err := strconv.ParseFloat(typed, 64)
		return n, err == nil && !strings.ContainsAny(typed, "xXpPnN_") // no hexadecimal, no NaN, no infinity
	case "array":
		return list(p, typed)
	case "object":
		value, err := schemas.DecodeJSON([]byte(typed))
		_, is := value.(map[string]any)
		return value, err == nil && is
	case "null":
		return nil, typed == "null"
	}
	return typed, true
}

// yesNo is a boolean. Where anything is taken, only its JSON form is one.
func yesNo(typed string, plainly bool) (value, ok bool) {
	switch strings.ToLower(typed) {
	case "true":
		return true, true
	case "false":
		return false, true
	case "yes", "y":
		return true, plainly
	case "no", "n":
		return false, plainly
	}
	return false, false
}

// list is items with commas between, or JSON. Where anything is taken, only
// JSON is a list.
func list(p schemas.Property, typed string) (any, bool) {
	if strings.HasPrefix(typed, "[") {
		value, err := schemas.DecodeJSON([]byte(typed))
		_, is := value.([]any)
		return value, err == nil && is
	}
	if len(p.Types) == 0 {
		return nil, false
	}
	items := []any{}
	for part := range strings.SplitSeq(typed, ",") {
		var value any = strings.TrimSpace(part)
		if p.Items != nil {
			var err error
			if value, err = ValueOf(*p.Items, strings.TrimSpace(part)); err != nil {
				return nil, false
			}
		}
		items = append(items, value)
	}
	return items, true
}

// enumerated is one of the listed values: by its number, or as it is written,
// whatever the case.
func enumerated(p schemas.Property, typed string) (any, error) {
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		for _, value := range p.Enum {
			if same(Written(value), typed) {
				return value, nil
			}
		}
	}
	if begun := beginning(p.Enum, typed); len(begun) == 1 {
		return begun[0], nil
	}
	if n, err := strconv.Atoi(typed); err == nil && Numbered(p) && n >= 1 && n <= len(p.Enum) {
		return p.Enum[n-1], nil
	}
	if Numbered(p) {
		return nil, &unfitError{fmt.Sprintf("one of those listed, or its number: 1 to %d", len(p.Enum))}
	}
	return nil, &unfitError{"one of those listed"}
}

// beginning are the values that begin with what was typed.
func beginning(values []any, typed string) []any {
	var begun []any
	for _, value := range values {
		if s, is := value.(string); is && typed != "" && strings.HasPrefix(strings.ToLower(s), strings.ToLower(typed)) {
			begun = append(begun, value)
		}
	}
	return begun
}

// Numbered reports whether listed values can be chosen by number: not when they
// look like numbers themselves.
func Numbered(p schemas.Property) bool {
	return !slices.ContainsFunc(p.Enum, func(value any) bool {
		_, err := strconv.Atoi(Written(value))
		return err == nil
	})
}

// Written is a value as people write it: text without quotes, the rest as JSON
// with some space in it.
func Written(value any) string {
	if s, is := value.(string); is {
		return s
	}
	node, err := schemas.From(value)
	if err != nil {
		return "?"
	}
	return spaced(node)
}

// Spaced is JSON as people read it: with space to break lines at, and names
// without quotes. What is no JSON stays as it is.
func Spaced(json []byte) string {
	node, err := schemas.ReadJSON(json)
	if err != nil {
		return string(json)
	}
	return spaced(node)
}

func spaced(n *schemas.Node) string {
	var parts []string
	switch n.Kind {
	case schemas.Array:
		for _, item := range n.Items {
			parts = append(parts, spaced(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case schemas.Object:
		for _, m := range n.Members {
			parts = append(parts, m.Name+": "+spaced(m.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return string(n.Bytes())
}

// Wanted says in words what a property takes.
func Wanted(p schemas.Property) string {
	if p.Enum != nil {
		return "one of these"
	}
	var kinds []string
	for _, kind := range p.Types {
		if kind != "null" || len(p.Types) == 1 {
			kinds = append(kinds, wantedKind(kind, p))
		}
	}
	if len(kinds) == 0 {
		return "anything"
	}
	return strings.Join(kinds, ", or ")
}

func wantedKind(kind string, p schemas.Property) string {
	switch kind {
	case "boolean":
		return "yes or no"
	case "integer":
		return "a whole number" + between(p, "", "")
	case "number":
		return "a number" + between(p, "", "")
	case "array":
		if p.Items == nil || len(p.Items.Types) != 1 || p.Items.Properties != nil {
			return "a list, as JSON"
		}
		return "a list with commas between, each " + Wanted(*p.Items)
	case "object":
		return "an object, as JSON"
	case "null":
		return "null"
	}
	return wantedText(p)
}

// formats are examples of texts that have a form.
var formats = map[string]string{
	"date":      "a date such as 2026-11-25",
	"time":      "a time with its zone, such as 15:30:00Z",
	"date-time": "a date and time with its zone, such as 2026-11-25T15:30:00Z",
	"email":     "an e-mail address",
	"uri":       "a web address with https://",
	"duration":  "a duration such as PT1H30M",
	"uuid":      "a UUID",
}

func wantedText(p schemas.Property) string {
	if example, ok := formats[p.Format]; ok {
		return example
	}
	wants := "text"
	if p.Format != "" {
		wants = "text of the format " + p.Format
	}
	if p.Minimum != nil && *p.Minimum <= 1 {
		p.Minimum = nil // nobody types less than a character
	}
	wants += between(p, " of", " characters")
	if p.Pattern != "" {
		wants += " that matches " + p.Pattern
	}
	return wants
}

// between is the range of a number, or of the length of a text.
func between(p schemas.Property, before, after string) string {
	switch {
	case p.Minimum != nil && p.Maximum != nil:
		return fmt.Sprintf("%s %s%s", rangeWord(before), amount(*p.Minimum)+" to "+amount(*p.Maximum), after)
	case p.Minimum != nil:
		return before + " at least " + amount(*p.Minimum) + after
	case p.Maximum != nil:
		return before + " at most " + amount(*p.Maximum) + after
	}
	return ""
}

func rangeWord(before string) string {
	if before != "" {
		return before
	}
	return " from"
}

func amount(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
