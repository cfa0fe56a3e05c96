package flows_test

import (
	"encoding/json"
	"testing"

	"texmlsrv/flows"
	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
)

// TestFits: which results can be those of the gather that was asked.
func TestFits(t *testing.T) {
	const (
		table = `{"type":"object","required":["day"],"properties":{"day":{"type":"string"},"guests":{"type":"integer"}}}`
		open  = `{"type":"object","properties":{"day":{"type":"string"}}}`
	)
	tests := []struct {
		name, schema, result string
		want                 bool
	}{
		{"whole", table, `{"day":"Friday","guests":4}`, true},
		{"required-only", table, `{"day":"Friday"}`, true},
		{"coerced", table, `{"day":"Friday","guests":"4"}`, true},
		{"optional-invalid", table, `{"day":"Friday","guests":"many"}`, true},
		{"in-an-envelope", table, `{"status":"valid","result":{"day":"Friday"}}`, true},
		{"required-missing", table, `{"guests":4}`, false},
		{"of-another-gather", table, `{"name":"Ada"}`, false},
		{"more-than-was-asked", table, `{"day":"Friday","name":"Ada"}`, false},
		{"nothing-required-and-something-else", open, `{"name":"Ada"}`, false},
		{"nothing-required", open, `{"day":"Friday"}`, true},
		{"empty", open, `{}`, false},
		{"null", table, `null`, false},
		{"no-object", table, `["Friday"]`, false},
		{"no-schema", ``, `{"day":"Friday"}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := flows.Fits(sessions.Ask{Schema: json.RawMessage(tt.schema)}, decode(t, tt.result)); got != tt.want {
				t.Errorf("Fits is %v", got)
			}
		})
	}
}

// TestRepeats: which results say again what was just answered.
func TestRepeats(t *testing.T) {
	ask := sessions.Ask{Schema: json.RawMessage(`{"type":"object","properties":{"day":{"type":"string"},"guests":{"type":"integer"}}}`)}
	before := sessions.Answer{Kind: "ai", Result: map[string]any{"day": "Friday", "guests": 4.0, "kept": true}}
	tests := []struct {
		name, result string
		answer       sessions.Answer
		want         bool
	}{
		{"the-same", `{"day":"Friday","guests":4}`, before, true},
		{"as-it-came", `{"day":" Friday","guests":"4"}`, before, true},
		{"part-of-it", `{"guests":4}`, before, true},
		{"another-value", `{"day":"Friday","guests":5}`, before, false},
		{"another-name", `{"day":"Friday","name":"Ada"}`, before, false},
		{"nothing", `null`, before, false},
		{"no-gather-before", `{"day":"Friday"}`, sessions.Answer{Kind: "digits", Digits: "4"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := flows.Repeats(ask, tt.answer, decode(t, tt.result)); got != tt.want {
				t.Errorf("Repeats is %v", got)
			}
		})
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	value, err := schemas.DecodeJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}
