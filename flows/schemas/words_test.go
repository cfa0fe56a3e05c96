package schemas_test

import (
	"testing"

	"texmlsrv/flows/schemas"
)

func TestInWords(t *testing.T) {
	for line, want := range map[string]string{
		"day: required":      "day is missing",
		"day: type":          "day is of another kind than asked for",
		"party.size: enum":   "party.size is none of the choices",
		"day: format":        "day is not in the form asked for",
		"toppings: maxItems": "toppings has too many parts",
		"day: not":           "day: not",
		"result":             "result",
		"":                   "",
	} {
		if got := schemas.InWords(line); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}
