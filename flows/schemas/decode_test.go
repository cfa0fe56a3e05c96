package schemas_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"texmlsrv/flows/schemas"
)

func TestDecodeJSONRefusesWhatIsHostile(t *testing.T) {
	const words = "hunter2"
	tests := []struct {
		name, raw string
		want      error // nil: any error
	}{
		{"deep", strings.Repeat("[", 65) + strings.Repeat("]", 65), schemas.ErrTooDeep},
		{"very-deep", strings.Repeat(`{"a":`, 200_000), schemas.ErrTooDeep},
		{"large", `"` + strings.Repeat("a", 1<<20) + `"`, schemas.ErrTooLarge},
		{"many-values", "[" + strings.Repeat("1,", 20_000) + "1]", schemas.ErrTooLarge},
		{"exponent", "[" + strings.Repeat("1e1000000,", 10_000) + "1e1000000]", nil},
		{"too-large-number", `{"` + words + `":1e400}`, nil},
		{"raw-nul", "{\"a\":\"" + words + "\x00\"}", nil},
		{"nul-outside", "{\"a\":1}\x00", nil},
		{"trailing", `{"a":1} {"` + words + `":2}`, nil},
		{"empty", "", nil},
		{"cut-off", `{"a":"` + words, nil},
		{"bare-word", words, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			v, err := schemas.DecodeJSON([]byte(tt.raw))
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
				t.Fatalf("DecodeJSON = %v, %v; want %v", v, err, tt.want)
			}
			if strings.Contains(err.Error(), words) || strings.Contains(err.Error(), "1e") {
				t.Errorf("the error quotes the text: %v", err)
			}
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestDecodeJSONTakesWhatIsUnusual(t *testing.T) {
	tests := []struct {
		name, raw string
		want      any
	}{
		{"null", " null\n", nil},
		{"exponent", "1e3", 1000.0},
		{"escaped-nul", `"a\u0000b"`, "a\x00b"},
		{"brackets-in-text", `"` + strings.Repeat("[", 100) + `"`, strings.Repeat("[", 100)},
		{"quote-in-text", `"\"[\\"`, `"[\`},
		{"broken-utf8", "\"\xff\"", "\uFFFD"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := schemas.DecodeJSON([]byte(tt.raw))
			if err != nil || got != tt.want {
				t.Errorf("DecodeJSON = %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}
