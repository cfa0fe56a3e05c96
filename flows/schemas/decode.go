package schemas

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Bounds of the JSON that DecodeJSON takes. A gather's result or history is far below them.
const (
	maxCallerBytes  = 1 << 20
	maxCallerDepth  = 64
	maxCallerValues = 20_000
)

// Reasons for DecodeJSON to refuse what is well-formed.
var (
	ErrTooLarge = errors.New("schemas: JSON of more than 1 MiB or 20,000 values")
	ErrTooDeep  = errors.New("schemas: JSON nested deeper than 64")
)

// DecodeJSON decodes JSON that came with a call: exactly one value, numbers as float64 (1e400 is an
// error, and an exponent costs no time), at most 1 MiB, 20,000 values, 64 deep. Errors do not quote
// the text.
func DecodeJSON(raw []byte) (any, error) {
	if len(raw) > maxCallerBytes {
		return nil, ErrTooLarge
	}
	if err := measure(raw); err != nil {
		return nil, err
	}
	var v any
	err := json.Unmarshal(raw, &v)
	if err == nil {
		return v, nil
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return nil, fmt.Errorf("schemas: not JSON at byte %d", syntax.Offset)
	}
	return nil, errors.New("schemas: JSON with a number that is too large")
}

// measure counts depth and values before anything is allocated for them.
func measure(raw []byte) error {
	depth, values, inText := 0, 1, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '[' || c == '{':
			depth++
			values++
		case c == ']' || c == '}':
			depth--
		case c == ',':
			values++
		}
		if depth > maxCallerDepth {
			return ErrTooDeep
		}
		if values > maxCallerValues {
			return ErrTooLarge
		}
	}
	return nil
}
