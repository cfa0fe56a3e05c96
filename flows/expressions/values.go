package expressions

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// truth is v as a condition.
func truth(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case Mustache:
		return v != ""
	}
	if n, ok := length(v); ok {
		return n > 0
	}
	return true
}

// length counts the items of a list or map, whatever its Go type.
func length(v any) (int, bool) {
	switch v := v.(type) {
	case []any:
		return len(v), true
	case map[string]any:
		return len(v), true
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
		return r.Len(), true
	}
	return 0, false
}

// kind names what v is, for messages: the value itself may be sensitive.
func kind(v any) string {
	switch v.(type) {
	case nil:
		return "nothing"
	case bool:
		return "true or false"
	case string, Mustache:
		return "text"
	}
	if _, ok := decimal(v); ok {
		return "a number"
	}
	if _, ok := items(v); ok {
		return "a list"
	}
	if _, ok := length(v); ok {
		return "a map"
	}
	return "something else"
}

// whole gives v when it is a whole number of any Go type, 4.0 among them.
func whole(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case int64:
		return int(v), true
	case float64:
		n := int(v)
		return n, math.Abs(v) < 1<<53 && float64(n) == v
	case json.Number:
		n, err := strconv.Atoi(string(v))
		return n, err == nil
	}
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return int(r.Int()), true
	case r.CanUint() && r.Uint() <= math.MaxInt:
		return int(r.Uint()), true
	}
	return 0, false
}

// decimal gives v when it is a number of any Go type.
func decimal(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int:
		return float64(v), true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	}
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return float64(r.Int()), true
	case r.CanUint():
		return float64(r.Uint()), true
	case r.CanFloat():
		return r.Float(), true
	}
	return 0, false
}

// items gives v when it is a list of any Go type; nil is none.
func items(v any) ([]any, bool) {
	if list, ok := v.([]any); ok {
		return list, true
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice && r.Kind() != reflect.Array {
		return nil, false
	}
	list := make([]any, r.Len())
	for i := range list {
		list[i] = r.Index(i).Interface()
	}
	return list, true
}

// entry is the value of a key in a map of any Go type; ok is false when v is
// no map with text as keys.
func entry(v any, key string) (value any, ok bool) {
	switch m := v.(type) {
	case map[string]any:
		return m[key], true
	case map[string]string:
		if text, ok := m[key]; ok {
			return text, true
		}
		return nil, true
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Map || r.Type().Key().Kind() != reflect.String {
		return nil, false
	}
	found := r.MapIndex(reflect.ValueOf(key).Convert(r.Type().Key()))
	if !found.IsValid() {
		return nil, true
	}
	return found.Interface(), true
}

// member is v[key]. What is absent has absent members.
func member(v, key any) (any, error) {
	if v == nil || key == nil {
		return nil, nil
	}
	name, named := key.(string)
	if !named {
		if _, ok := decimal(key); !ok {
			return nil, fmt.Errorf("%s cannot be a key", kind(key))
		}
		name = Format(key)
	}
	if value, ok := entry(v, name); ok {
		return value, nil
	}
	at, isWhole := whole(key)
	if named || !isWhole {
		return nil, fmt.Errorf("%s has no members with names", kind(v))
	}
	if text, ok := v.(string); ok {
		return pick([]rune(text), at, func(r rune) any { return string(r) }), nil
	}
	list, ok := items(v)
	if !ok {
		return nil, fmt.Errorf("%s has no members", kind(v))
	}
	return pick(list, at, func(v any) any { return v }), nil
}

// pick is the item at a place, counted from the end when negative; nil when
// there is none.
func pick[T any](list []T, at int, as func(T) any) any {
	if at < 0 {
		at += len(list)
	}
	if at < 0 || at >= len(list) {
		return nil
	}
	return as(list[at])
}

// Format is v as people say and write it: numbers in full (100000000, 4.5,
// never 1e+08), nil empty, lists joined with ", ", maps as JSON with sorted
// keys.
func Format(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case Mustache:
		return string(v)
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case json.Number:
		f, err := v.Float64()
		if _, isInt := whole(v); isInt || err != nil {
			return string(v)
		}
		return formatDecimal(f)
	}
	if n, ok := whole(v); ok {
		return strconv.Itoa(n)
	}
	if f, ok := decimal(v); ok {
		return formatDecimal(f)
	}
	if list, ok := items(v); ok {
		parts := make([]string, len(list))
		for i, item := range list {
			parts[i] = Format(item)
		}
		return strings.Join(parts, ", ")
	}
	text, err := compact(v)
	if err != nil {
		return ""
	}
	return text
}

// formatDecimal writes a number that is not whole with 15 digits at most, as
// nobody says 0.30000000000000004.
func formatDecimal(f float64) string {
	if f != math.Trunc(f) {
		if short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64); err == nil {
			f = short
		}
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// compact is v as JSON on one line, keys sorted, < > & as they are.
func compact(v any) (string, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return "", errors.New("the value cannot be written as JSON")
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}
