package schemas_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows/schemas"
)

func TestReadCoercesWithoutLoss(t *testing.T) {
	tests := []struct {
		name, schema, value string
		want                any
		dropped             string
	}{
		{"integer", `{"type":"integer"}`, `4`, 4.0, ""},
		{"text-to-integer", `{"type":"integer"}`, `"4"`, 4.0, ""},
		{"text-with-space-to-integer", `{"type":"integer"}`, `" -4 "`, -4.0, ""},
		{"text-to-integer-with-zero", `{"type":"integer"}`, `"4.0"`, 4.0, ""},
		{"text-with-fraction", `{"type":"integer"}`, `"4.5"`, nil, "v: type"},
		{"leading-zero-is-a-code", `{"type":"integer"}`, `"007"`, nil, "v: type"},
		{"plus-is-a-phone-number", `{"type":"integer"}`, `"+4"`, nil, "v: type"},
		{"exponent", `{"type":"integer"}`, `"1e3"`, nil, "v: type"},
		{"too-many-digits", `{"type":"integer"}`, `"12345678901234567"`, nil, "v: type"},
		{"not-a-number", `{"type":"integer"}`, `"four"`, nil, "v: type"},
		{"empty", `{"type":"integer"}`, `""`, nil, "v: type"},
		{"lone-minus", `{"type":"integer"}`, `"-"`, nil, "v: type"},
		{"text-to-number", `{"type":"number"}`, `"4.50"`, 4.5, ""},
		{"zero", `{"type":"number"}`, `"0.5"`, 0.5, ""},
		{"true", `{"type":"boolean"}`, `"true"`, true, ""},
		{"False", `{"type":"boolean"}`, `" False "`, false, ""},
		{"yes-is-no-boolean", `{"type":"boolean"}`, `"yes"`, nil, "v: type"},
		{"one-is-no-boolean", `{"type":"boolean"}`, `1`, nil, "v: type"},
		{"number-to-text", `{"type":"string"}`, `4`, "4", ""},
		{"large-number-to-text", `{"type":"string"}`, `33612345678`, "33612345678", ""},
		{"rounded-number-is-no-text", `{"type":"string"}`, `12345678901234567890`, nil, "v: type"},
		{"boolean-is-no-text", `{"type":"string"}`, `true`, nil, "v: type"},
		{"trimmed", `{"type":"string"}`, `" Zoë\n"`, "Zoë", ""},
		{"text-or-integer-stays-text", `{"type":["string","integer"]}`, `"4"`, "4", ""},
		{"text-or-integer-stays-number", `{"type":["string","integer"]}`, `4`, 4.0, ""},
		{"nullable-integer", `{"type":["integer","null"]}`, `"4"`, 4.0, ""},
		{"null-is-a-value", `{"type":["integer","null"]}`, `null`, nil, ""},
		{"enum-of-numbers", `{"enum":[1,2,3]}`, `"2"`, 2.0, ""},
		{"enum-of-texts", `{"enum":["1","2"]}`, `2`, "2", ""},
		{"const", `{"const":true}`, `"true"`, true, ""},
		{"untyped-is-trimmed", `{}`, `" 4 "`, "4", ""},
		{"list", `{"type":"array","items":{"type":"integer"}}`, `["1",2," 3"]`, []any{1.0, 2.0, 3.0}, ""},
		{"list-by-place", `{"type":"array","prefixItems":[{"type":"string"}],"items":{"type":"boolean"}}`, `[1,"true"]`, []any{"1", true}, ""},
		{"object", `{"type":"object","properties":{"n":{"type":"integer"},"s":{"type":"string"}}}`, `{"n":"1","s":2,"x":" y "}`, map[string]any{"n": 1.0, "s": "2", "x": "y"}, ""},
		{"null-inside-is-absent", `{"type":"object","properties":{"n":{"type":"integer"}}}`, `{"n":null}`, map[string]any{}, ""},
		{"required-null-inside", `{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}`, `{"n":null}`, nil, "v.n: type"},
		{"through-a-reference", `{"$ref":"#/$defs/n","minimum":3}`, `"4"`, 4.0, ""},
		{"through-allOf", `{"allOf":[{"type":"integer"},{"minimum":3}]}`, `"4"`, 4.0, ""},
		{"format", `{"type":"string","format":"date"}`, `" 2026-12-24 "`, "2026-12-24", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := compile(t, `{"type":"object","properties":{"v":`+tt.schema+`},"$defs":{"n":{"type":"integer"}}}`)
			result := object(t, `{"v":`+tt.value+`}`)
			before := object(t, `{"v":`+tt.value+`}`)
			got := schemas.Read(s, s, result, nil)
			if diff := cmp.Diff(tt.dropped, strings.Join(got.Dropped, "; ")); diff != "" {
				t.Errorf("dropped (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, got.Values["v"]); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, result); diff != "" {
				t.Errorf("the result was changed:\n%s", diff)
			}
		})
	}
}

func TestRead(t *testing.T) {
	const (
		rule   = `{"type":"object","properties":{"kind":{"enum":["table","note"]},"guests":{"type":"integer"},"note":{"type":"string"}},"required":["kind"],"oneOf":[{"required":["guests"]},{"required":["note"]}]}`
		nested = `{"type":"object","properties":{"address":{"type":"object","required":["zip"],"properties":{"zip":{"type":"string","pattern":"^[0-9]{5}$"},"lines":{"type":"array","items":{"type":"string","maxLength":3}}},"additionalProperties":{"type":"integer"}}},"required":["address"]}`
		closed = `{"type":"object","additionalProperties":false,"properties":{"a":{"type":"integer"},"b":{"type":"integer"}},"required":["a","b"]}`
	)
	tests := []struct {
		name, schema string
		without      []string // what was left out of the schema sent
		result, kept string
		want         schemas.Reading
	}{
		{"complete", party, nil, `{"day":"2026-12-24","guests":"4","name":" Zoë "}`, `{}`,
			schemas.Reading{Usable: true, Values: object(t, `{"day":"2026-12-24","guests":4,"name":"Zoë"}`)}},
		{"partial", party, nil, `{"guests":4}`, `{}`,
			schemas.Reading{Values: object(t, `{"guests":4}`), Missing: []string{"day", "name"},
				Problems: []string{"day: required", "name: required"}}},
		{"rest-over-kept", party, []string{"guests"}, `{"day":"2026-12-24","name":"Zoë"}`, `{"guests":4}`,
			schemas.Reading{Usable: true, Values: object(t, `{"day":"2026-12-24","guests":4,"name":"Zoë"}`)}},
		{"new-over-kept", party, nil, `{"day":"2026-12-24","name":"Zoë","guests":5}`, `{"guests":4,"note":"late"}`,
			schemas.Reading{Usable: true, Values: object(t, `{"day":"2026-12-24","guests":5,"name":"Zoë","note":"late"}`)}},
		{"volunteered", party, []string{"guests"}, `{"day":"2026-12-24","name":"Zoë","guests":"5"}`, `{"guests":4}`,
			schemas.Reading{Usable: true, Values: object(t, `{"day":"2026-12-24","guests":5,"name":"Zoë"}`)}},
		{"volunteered-invalid", party, []string{"guests"}, `{"day":"2026-12-24","name":"Zoë","guests":0}`, `{"guests":4}`,
			schemas.Reading{Usable: true, Values: object(t, `{"day":"2026-12-24","guests":4,"name":"Zoë"}`), Dropped: []string{"guests: minimum"}}},
		{"volunteered-to-closed", closed, []string{"a"}, `{"a":2,"b":3}`, `{"a":1}`,
			schemas.Reading{Usable: true, Values: object(t, `{"a":2,"b":3}`)}},
		{"asked-again-and-invalid", party, nil, `{"day":"2026-12-24","name":"Zoë","guests":0}`, `{"guests":4}`,
			schemas.Reading{Values: object(t, `{"day":"2026-12-24","name":"Zoë"}`), Missing: []string{"guests"}, Problems: []string{"guests: minimum"}}},
		{"required-invalid", party, nil, `{"day":"tomorrow","guests":4,"name":"Zoë"}`, `{}`,
			schemas.Reading{Values: object(t, `{"guests":4,"name":"Zoë"}`), Missing: []string{"day"}, Problems: []string{"day: format"}}},
		{"optional-invalid", party, nil, `{"day":"2026-12-24","guests":4,"name":"Zoë","note":["x"]}`, `{}`,
			schemas.Reading{Usable: true, Values: object(t, `{"day":"2026-12-24","guests":4,"name":"Zoë"}`), Dropped: []string{"note: type"}}},
		{"null", party, nil, `{"day":"2026-12-24","guests":null,"name":"Zoë","note":null}`, `{}`,
			schemas.Reading{Values: object(t, `{"day":"2026-12-24","name":"Zoë"}`), Missing: []string{"guests"}, Problems: []string{"guests: required"}}},
		{"kept-no-longer-valid", party, []string{"guests"}, `{"day":"2026-12-24","name":"Zoë"}`, `{"guests":0}`,
			schemas.Reading{Values: object(t, `{"day":"2026-12-24","name":"Zoë"}`), Missing: []string{"guests"}, Problems: []string{"guests: required"}}},
		{"kept-foreign", party, nil, `{"day":"2026-12-24","guests":4,"name":"Zoë"}`, `{"colour":"red"}`,
			schemas.Reading{Usable: true, Values: object(t, `{"day":"2026-12-24","guests":4,"name":"Zoë"}`)}},
		{"undeclared", party, nil, `{"day":"2026-12-24","guests":4,"name":"Zoë","hunter2":1,"secret":2}`, `{}`,
			schemas.Reading{Usable: true, Values: object(t, `{"day":"2026-12-24","guests":4,"name":"Zoë"}`), Dropped: []string{"result: additionalProperties"}}},
		{"undeclared-closed", closed, nil, `{"a":1,"b":2,"c":3}`, `{}`,
			schemas.Reading{Usable: true, Values: object(t, `{"a":1,"b":2}`), Dropped: []string{"result: additionalProperties"}}},
		{"undeclared-open", `{"type":"object","additionalProperties":true}`, nil, `{"c":" x "}`, `{"d":1}`,
			schemas.Reading{Usable: true, Values: object(t, `{"c":"x","d":1}`)}},
		{"additional-schema", `{"type":"object","additionalProperties":{"type":"integer"}}`, nil, `{"c":1,"hunter2":"x"}`, `{}`,
			schemas.Reading{Usable: true, Values: object(t, `{"c":1}`), Dropped: []string{"*: type"}}},
		{"nothing", party, nil, `{}`, `{}`,
			schemas.Reading{Values: map[string]any{}, Missing: []string{"day", "guests", "name"}, Problems: []string{"day: required", "guests: required", "name: required"}}},
		{"nothing-required", `{"type":"object","properties":{"a":{}}}`, nil, `{}`, `{}`,
			schemas.Reading{Usable: true, Values: map[string]any{}}},
		{"rule-holds", rule, nil, `{"kind":"table","guests":"4"}`, `{}`,
			schemas.Reading{Usable: true, Values: object(t, `{"kind":"table","guests":4}`)}},
		{"rule-broken", rule, nil, `{"kind":"table"}`, `{"note":"x","guests":4}`,
			schemas.Reading{Values: map[string]any{}, Missing: []string{"kind"}, Problems: []string{"result: oneOf", "kind: required"}}},
		{"rule-broken-by-merging", rule, nil, `{"kind":"table","guests":4}`, `{"note":"x"}`,
			schemas.Reading{Values: map[string]any{}, Missing: []string{"kind"}, Problems: []string{"result: oneOf", "kind: required"}}},
		{"nested-paths", nested, nil, `{"address":{"zip":"hunter2","lines":["ok","hunter2"],"hunter2":"x"}}`, `{}`,
			schemas.Reading{Values: map[string]any{}, Missing: []string{"address"},
				Problems: []string{"address.*: type", "address.lines[1]: maxLength", "address.zip: pattern"}}},
		{"nested-required", nested, nil, `{"address":{}}`, `{}`,
			schemas.Reading{Values: map[string]any{}, Missing: []string{"address"}, Problems: []string{"address.zip: required"}}},
		{"required-by-reference", `{"type":"object","$ref":"#/$defs/p","properties":{"b":{}},"$defs":{"p":{"properties":{"a":{"type":"integer"}},"required":["a"]}}}`, nil, `{"b":1}`, `{}`,
			schemas.Reading{Values: object(t, `{"b":1}`), Missing: []string{"a"}, Problems: []string{"a: required"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			authored := compile(t, tt.schema)
			sent, _ := authored.Without(tt.without)
			got := schemas.Read(sent, authored, object(t, tt.result), object(t, tt.kept))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadSaysLittleOfMuch(t *testing.T) {
	s := compile(t, `{"type":"object","properties":{"v":{"type":"array","items":{"type":"integer"}}}}`)
	items := make([]any, 5000)
	for i := range items {
		items[i] = "hunter2"
	}
	got := schemas.Read(s, s, map[string]any{"v": items}, nil)
	if len(got.Dropped) == 0 || len(got.Dropped) > 10 {
		t.Errorf("%d lines", len(got.Dropped))
	}
}

// TestReadNeverRepeatsTheCaller breaks every keyword with words that must not come back.
func TestReadNeverRepeatsTheCaller(t *testing.T) {
	s := compile(t, `{"type":"object","required":["a"],"maxProperties":1,"properties":{
		"a":{"type":"object","propertyNames":{"maxLength":3},"properties":{"b":{"type":"array","items":{"propertyNames":{"pattern":"^x$"}}}},
			"dependentRequired":{"b":["c"]},"unevaluatedProperties":false,"maxProperties":1},
		"d":{"not":{"const":"hunter2"}},"e":{"contains":{"const":1},"uniqueItems":true},"f":{"if":{"type":"string"},"then":{"format":"email"}},
		"g":false,"h":{"anyOf":[{"type":"integer"},{"enum":["x"]}]}},
		"patternProperties":{"^hunt":{"type":"integer"}},"propertyNames":{"maxLength":3}}`)
	got := schemas.Read(s, s, object(t, `{"a":{"b":[{"hunter2":1},[{"hunter2":{}}]],"hunter2":{"hunter2":1}},"d":"hunter2",
		"e":["hunter2","hunter2"],"f":"hunter2","g":"hunter2","h":"hunter2","hunter2":"hunter2"}`), nil)
	all := strings.Join(append(got.Problems, got.Dropped...), "\n")
	if strings.Contains(all, "hunter2") {
		t.Errorf("repeated:\n%s", all)
	}
	for _, keyword := range []string{"not", "contains", "format", "false", "anyOf", "propertyNames", "dependentRequired", "*: type"} {
		if !strings.Contains(all, keyword) {
			t.Errorf("%s is not among:\n%s", keyword, all)
		}
	}
}
