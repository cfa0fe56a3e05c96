package commands

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// Unknown stands for a value that is known only when a call runs: where a flow
// has {{ … }}, its check puts one. It passes wherever a value of its type may
// stand; the zero Unknown passes everywhere. A text that is only partly known
// is an Unknown of TypeText.
type Unknown struct {
	Type Type
}

// errUnknown says that a value that is only known in a call was sent.
var errUnknown = errors.New("commands: the value is not known yet")

// MarshalJSON refuses: what is not known cannot be sent.
func (Unknown) MarshalJSON() ([]byte, error) { return nil, errUnknown }

// deepest is how far values may nest. Telnyx names no limit; nothing that a
// person writes comes near.
const deepest = 64

// Check finds what is wrong with params. Members that are nil and texts that are
// empty count as absent, because that is what a flow makes of a value it does
// not have. It gives nil when all is well.
func (d Declaration) Check(params map[string]any) []Problem {
	_, problems := d.Normalize(params)
	return problems
}

// Normalize is Check, and gives the parameters as they should be sent: without
// what is absent, whole numbers as int64, other numbers as float64, and lists
// and objects as encoding/json makes them. params is not changed. What is
// wrong is given as it came.
//
// A JSON Schema, and an object that Telnyx does not describe, may be given as a
// json.RawMessage; then its members keep their order on the wire.
func (d Declaration) Normalize(params map[string]any) (map[string]any, []Problem) {
	w := &walk{}
	out := w.fields(d.Params, d.Rules, "", params, nil)
	return out, w.problems
}

// walk is one way through the values of a command.
type walk struct {
	problems []Problem
}

func (w *walk) report(at Path, format string, args ...any) {
	w.problems = append(w.problems, Problem{Path: at, Message: fmt.Sprintf(format, args...)})
}

// fields checks the members of an object. skip is the tag of a union, which is
// no field.
func (w *walk) fields(fields []Param, rules []Rule, skip string, members map[string]any, at Path) map[string]any {
	out := map[string]any{}
	for _, p := range fields {
		v := plain(members[p.Name])
		if absent(v) {
			if p.Required {
				w.report(at.to(p.Name), "is missing")
			}
			continue
		}
		out[p.Name] = w.value(p, v, at.to(p.Name))
	}
	w.strangers(fields, skip, members, at)
	for _, r := range rules {
		w.rule(r, out, at)
	}
	return out
}

// strangers reports members that no parameter declares.
func (w *walk) strangers(fields []Param, skip string, members map[string]any, at Path) {
	var known []string
	for _, p := range fields {
		known = append(known, p.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if name == skip || slices.Contains(known, name) {
			continue
		}
		w.problems = append(w.problems, Problem{
			Path: at.to(name), Message: "is not known here", Value: name, Known: known,
		})
	}
}

// value checks one value and gives it as it should be sent.
func (w *walk) value(p Param, v any, at Path) any {
	if len(at) > deepest {
		w.report(at, "is nested too deeply")
		return v
	}
	if u, is := v.(Unknown); is {
		if !u.fits(p) {
			w.report(at, "is %s, not %s", u.Type.noun(), p.noun())
		}
		return v
	}
	if raw, is := v.(json.RawMessage); is && (p.Type == TypeSchema || p.Type == TypeFree) {
		return w.raw(p, raw, at)
	}
	if p.Type == TypeEither {
		return w.either(p, v, at)
	}
	if !p.Type.takes(v) {
		w.report(at, "is %s, not %s", kindOf(v), p.noun())
		return v
	}
	switch v := v.(type) {
	case string:
		w.text(p, v, at)
	case []any:
		return w.list(p, v, at)
	case map[string]any:
		return w.object(p, v, at)
	case float64:
		return w.number(p, v, at)
	}
	return v
}

// raw checks a value that keeps the order of its members.
func (w *walk) raw(p Param, raw json.RawMessage, at Path) any {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		w.report(at, "is not JSON")
		return raw
	}
	w.value(p, v, at)
	return raw
}

func (w *walk) either(p Param, v any, at Path) any {
	for _, a := range p.Alternatives {
		if a.Type.takes(v) {
			return w.value(a, v, at)
		}
	}
	w.report(at, "is %s, not %s", kindOf(v), p.noun())
	return v
}

func (w *walk) number(p Param, n float64, at Path) any {
	if p.Min != nil && n < *p.Min || p.Max != nil && n > *p.Max {
		w.report(at, "is %s, not %s", amount(n), span(p.Min, p.Max))
	}
	if whole := int64(n); n == math.Trunc(n) && math.Abs(n) < 1<<53 {
		return whole
	}
	return n
}

// span says which numbers are allowed.
func span(least, most *float64) string {
	switch {
	case most == nil:
		return amount(*least) + " or more"
	case least == nil:
		return amount(*most) + " or less"
	}
	return fmt.Sprintf("between %s and %s", amount(*least), amount(*most))
}

func (w *walk) text(p Param, s string, at Path) {
	if !utf8.ValidString(s) {
		w.report(at, "is not valid UTF-8")
		return
	}
	if n := utf8.RuneCountInString(s); p.Max != nil && float64(n) > *p.Max {
		w.report(at, "has %s; %s are allowed", counted(n, "character"), amount(*p.Max))
	}
	w.word(p, s, at)
	if message, warning := p.Format.fault(s); message != "" {
		w.problems = append(w.problems, Problem{Path: at, Message: message, Warning: warning})
	}
}

// word holds a text against the words that are allowed.
func (w *walk) word(p Param, s string, at Path) {
	words := []string{s}
	if p.Format == Words {
		words = strings.Fields(s)
	}
	for _, word := range words {
		if p.Enum == nil || slices.Contains(p.Enum, word) {
			continue
		}
		message := fmt.Sprintf("is %s, not %s", quote(word), choices(p.Enum))
		switch {
		case p.Open:
			message = fmt.Sprintf("is %s, which is not known here", quote(word))
		case len(p.Enum) > 10:
			message = fmt.Sprintf("is %s, which is none of the %d that Telnyx has", quote(word), len(p.Enum))
		}
		w.problems = append(w.problems, Problem{Path: at, Message: message, Warning: p.Open, Value: word, Known: p.Enum})
	}
}

func (w *walk) list(p Param, items []any, at Path) any {
	if p.Min != nil && float64(len(items)) < *p.Min {
		w.report(at, "is empty")
	}
	out := make([]any, len(items))
	for i, item := range items {
		item = plain(item)
		if absent(item) {
			w.report(at.at(i), "is missing")
			continue
		}
		out[i] = w.value(*p.Item, item, at.at(i))
	}
	return out
}

func (w *walk) object(p Param, members map[string]any, at Path) any {
	switch p.Type {
	case TypeUnion:
		return w.union(p, members, at)
	case TypeMap:
		return w.mapped(p, members, at)
	case TypeSchema:
		return w.schema(members, at)
	case TypeFree:
		return w.anything(members, at)
	}
	return w.fields(p.Fields, p.Rules, "", members, at)
}

func (w *walk) mapped(p Param, members map[string]any, at Path) any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if v := plain(members[name]); v != nil {
			out[name] = w.value(*p.Item, v, at.to(name))
		}
	}
	return out
}

func (w *walk) union(p Param, members map[string]any, at Path) any {
	names := make([]string, len(p.Variants))
	for i, v := range p.Variants {
		names[i] = v.Name
	}
	tag := plain(members[p.Tag])
	if absent(tag) {
		w.report(at.to(p.Tag), "is missing; it is %s", choices(names))
		return members
	}
	if u, is := tag.(Unknown); is && u.fits(Param{Type: TypeText}) {
		return members // which members it has is known only in a call
	}
	name, is := tag.(string)
	if !is {
		w.report(at.to(p.Tag), "is %s, not %s", kindOf(tag), TypeText.noun())
		return members
	}
	i := slices.Index(names, name)
	if i < 0 {
		w.problems = append(w.problems, Problem{
			Path: at.to(p.Tag), Message: fmt.Sprintf("is %s, not %s", quote(name), choices(names)), Value: name, Known: names,
		})
		return members
	}
	out := w.fields(p.Variants[i].Fields, p.Variants[i].Rules, p.Tag, members, at)
	out[p.Tag] = name
	return out
}

// anything takes a value as it is; it only has to be JSON.
func (w *walk) anything(v any, at Path) any {
	v = plain(v)
	if len(at) > deepest {
		w.report(at, "is nested too deeply")
		return nil
	}
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			out[name] = w.anything(v[name], at.to(name))
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = w.anything(v[i], at.at(i))
		}
		return out
	case float64:
		if TypeNumber.takes(v) {
			return w.number(Param{}, v, at)
		}
	case nil, string, bool, Unknown:
		return v
	}
	w.report(at, "is %s, which JSON cannot hold", kindOf(v))
	return nil
}

// absent reports whether a value counts as not given.
func absent(v any) bool { return v == nil || v == "" }

// plain turns what Go programs and expressions use for values into the few types
// that encoding/json makes.
func plain(v any) any {
	switch v := v.(type) {
	case nil, string, bool, float64, Unknown, map[string]any, []any, json.RawMessage:
		return v
	case json.Number:
		n, err := v.Float64()
		if err != nil {
			return v
		}
		return n
	}
	r := reflect.ValueOf(v)
	switch {
	case r.CanInt():
		return float64(r.Int())
	case r.CanUint():
		return float64(r.Uint())
	case r.CanFloat():
		return r.Float()
	case r.Kind() == reflect.String:
		return r.String()
	case r.Kind() == reflect.Bool:
		return r.Bool()
	}
	return collected(r)
}

// collected is plain for lists and maps of other types than encoding/json's.
func collected(r reflect.Value) any {
	switch {
	case r.Kind() == reflect.Slice && r.Type().Elem().Kind() != reflect.Uint8:
		out := make([]any, r.Len())
		for i := range out {
			out[i] = r.Index(i).Interface()
		}
		return out
	case r.Kind() == reflect.Map && r.Type().Key().Kind() == reflect.String:
		out := map[string]any{}
		for _, key := range r.MapKeys() {
			out[key.String()] = r.MapIndex(key).Interface()
		}
		return out
	}
	return r.Interface()
}
