package callbacks

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// base64Spelling turns every variant that reaches us into the standard
// alphabet. A form that was not escaped has turned each plus into a space.
var base64Spelling = strings.NewReplacer(" ", "+", "-", "+", "_", "/", "\r", "", "\n", "", "\t", "")

// decodeBase64 reads base64 in the standard or the URL-safe alphabet, padded or
// not, on one line or several.
func decodeBase64(s string) ([]byte, error) {
	s = strings.TrimRight(base64Spelling.Replace(s), "=")
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("callbacks: base64: %w", err)
	}
	return b, nil
}
