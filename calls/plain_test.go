package calls_test

import (
	"encoding/json"
)

// plain is a value as JSON with no character escaped, for looking things up.
func plain(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // of our own values, never
	}
	return string(raw)
}
