package schemas_test

import (
	"encoding/base64"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows/schemas"
)

// Results as Telnyx's published sample and two synthetic ones have them.
const (
	sampleEnvelope = "eyJzdGF0dXMiOiJ2YWxpZCIsInJlc3VsdCI6eyJ0ZXh0IjoiSSB3b3VsZCBsaWtlIHRvIHNjaGVkdWxlIGFuIGFwcG9pbnRtZW50In19"
	fullEnvelope   = "eyJzdGF0dXMiOiJ2YWxpZCIsInJlc3VsdCI6eyJuYW1lIjoiSm9zw6kgSWLDocOxZXoiLCJwYXJ0eV9zaXplIjo0LCJ3aGVuIjoiRnJpZGF5PyIsIm5vdGUiOiJwYXJ0eSA+IDQ/IHllcyJ9fQ=="
	bareResult     = "eyJwYXJ0eV9zaXplIjo0LCJuYW1lIjoiSm9zw6kgSWLDocOxZXoifQ=="
)

func unbase64(t *testing.T, s string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestUnwrap(t *testing.T) {
	const (
		plain  = `{"type":"object","properties":{"name":{"type":"string"},"party_size":{"type":"integer"},"text":{"type":"string"}}}`
		status = `{"type":"object","properties":{"status":{"type":"string"},"name":{"type":"string"}},"required":["name"]}`
		both   = `{"type":"object","properties":{"status":{"type":"string"},"result":{"type":"object"}},"required":["status","result"]}`
		loose  = `{"type":"object","properties":{"status":{"enum":["open","closed"]},"note":{"type":"string"}}}`
	)
	tests := []struct {
		name, schema, json string
		want               map[string]any
		status             string
		ok                 bool
	}{
		{"published-sample", plain, unbase64(t, sampleEnvelope), map[string]any{"text": "I would like to schedule an appointment"}, "valid", true},
		{"full-envelope", plain, unbase64(t, fullEnvelope), map[string]any{"name": "José Ibáñez", "party_size": 4.0, "when": "Friday?", "note": "party > 4? yes"}, "valid", true},
		{"bare", plain, unbase64(t, bareResult), map[string]any{"party_size": 4.0, "name": "José Ibáñez"}, "", true},
		{"nested-under-parameters", plain, `{"parameters":{"name":"Zoë"}}`, map[string]any{"name": "Zoë"}, "", true},
		{"nested-under-data", plain, `{"data":{"name":"Zoë"}}`, map[string]any{"name": "Zoë"}, "", true},
		{"nested-under-result", plain, `{"result":{"name":"Zoë"}}`, map[string]any{"name": "Zoë"}, "", true},
		{"nested-beside-another-is-bare", plain, `{"data":{"name":"Zoë"},"name":"Ada"}`, map[string]any{"data": map[string]any{"name": "Zoë"}, "name": "Ada"}, "", true},
		{"nested-text-is-bare", plain, `{"data":"Zoë"}`, map[string]any{"data": "Zoë"}, "", true},
		{"own-result-is-not-nested", both, `{"result":{"a":1}}`, map[string]any{"result": map[string]any{"a": 1.0}}, "", true},
		{"anything-goes-is-not-nested", `{"type":"object"}`, `{"data":{"a":1}}`, map[string]any{"data": map[string]any{"a": 1.0}}, "", true},
		{"envelope-of-null", plain, `{"status":"client_error","result":null}`, nil, "client_error", true},
		{"null", plain, `null`, nil, "", true},
		{"three-keys-is-bare", plain, `{"status":"valid","result":{},"x":1}`, map[string]any{"status": "valid", "result": map[string]any{}, "x": 1.0}, "", true},
		{"status-not-text-is-bare", plain, `{"status":1,"result":{}}`, map[string]any{"status": 1.0, "result": map[string]any{}}, "", true},
		{"result-not-object-is-bare", plain, `{"status":"valid","result":[1]}`, map[string]any{"status": "valid", "result": []any{1.0}}, "", true},
		{"list", plain, `[1]`, nil, "", false},
		{"number", plain, `4`, nil, "", false},
		{"text", plain, `"valid"`, nil, "", false},
		{"own-status-bare", status, `{"status":"new","name":"Zoë"}`, map[string]any{"status": "new", "name": "Zoë"}, "", true},
		{"own-status-enveloped", status, `{"status":"valid","result":{"status":"new","name":"Zoë"}}`, map[string]any{"status": "new", "name": "Zoë"}, "valid", true},
		{"own-status-neither-fits", status, `{"status":"valid","result":{"status":"new"}}`, map[string]any{"status": "valid", "result": map[string]any{"status": "new"}}, "", true},
		{"own-both-bare", both, `{"status":"new","result":{"a":1}}`, map[string]any{"status": "new", "result": map[string]any{"a": 1.0}}, "", true},
		{"own-both-enveloped-fits-bare-too", both, `{"status":"valid","result":{"status":"new","result":{}}}`, map[string]any{"status": "valid", "result": map[string]any{"status": "new", "result": map[string]any{}}}, "", true},
		{"own-optional-enveloped", loose, `{"status":"valid","result":{"note":"late"}}`, map[string]any{"note": "late"}, "valid", true},
		{"own-null-result", loose, `{"status":"valid","result":null}`, map[string]any{"status": "valid", "result": nil}, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := schemas.DecodeJSON([]byte(tt.json))
			if err != nil {
				t.Fatal(err)
			}
			got, status, ok := compile(t, tt.schema).Unwrap(v)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			if status != tt.status || ok != tt.ok {
				t.Errorf("status %q, ok %v; want %q, %v", status, ok, tt.status, tt.ok)
			}
		})
	}
}
