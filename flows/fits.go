package flows

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
)

// Gathered is the object that an AI gather brought, out of whatever it came
// wrapped in; nil when ai has none, or none that can be read.
func Gathered(ask sessions.Ask, ai *AIResult) map[string]any {
	asked, err := compiled(ask.Schema)
	if ai == nil || ai.Malformed || err != nil {
		return nil
	}
	result, _, _ := asked.Unwrap(ai.Result)
	return result
}

// Fits reports whether the result of some AI gather can be that of the gather
// that was asked: it holds by the schema that was sent, and has no name that
// this one does not know. ask is that of the current turn.
func Fits(ask sessions.Ask, result any) bool {
	object := Gathered(ask, &AIResult{Result: result})
	asked, err := compiled(ask.Schema)
	if err != nil || len(object) == 0 {
		return false
	}
	reading := schemas.Read(asked, asked, object, nil)
	known := asked.Properties()
	for name, value := range object {
		if _, kept := reading.Values[name]; !kept && value != nil && !slices.Contains(known, name) {
			return false
		}
	}
	return reading.Usable && len(reading.Values) > 0
}

// Repeats reports whether the result of some AI gather says again what an
// answer of one said before. ask is that of the current turn.
func Repeats(ask sessions.Ask, a sessions.Answer, result any) bool {
	before, is := a.Result.(map[string]any)
	object := Gathered(ask, &AIResult{Result: result})
	if a.Kind != "ai" || !is || len(object) == 0 {
		return false
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if value, has := before[name]; !has || written(value) != written(object[name]) {
			return false
		}
	}
	return true
}

// written is a value as text, alike for what is coerced without loss.
func written(v any) string {
	if text, is := v.(string); is {
		return strings.TrimSpace(text)
	}
	raw, err := json.Marshal(v)
	if err != nil { // a value that came as JSON, never
		return ""
	}
	return string(raw)
}
