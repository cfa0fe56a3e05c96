package schemas_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const party = `{"type":"object","properties":{"name":{"type":"string"},"day":{"type":"string","format":"date"},"guests":{"type":"integer","minimum":1},"note":{"type":"string"}},"required":["day","guests","name"]}`

func TestWithout(t *testing.T) {
	top := func(rule string) string { return party[:len(party)-1] + "," + rule + "}" }
	tests := []struct {
		name, schema string
		kept         []string
		want         string // "" for whole
		missing      []string
	}{
		{"nothing-kept", party, nil, "", []string{"day", "guests", "name"}},
		{"foreign-name", party, []string{"colour"}, "", []string{"day", "guests", "name"}},
		{"one", party, []string{"day"}, `{"type":"object","properties":{"name":{"type":"string"},"guests":{"type":"integer","minimum":1},"note":{"type":"string"}},"required":["guests","name"]}`, []string{"guests", "name"}},
		{"optional", party, []string{"note", "day", "name"}, `{"type":"object","properties":{"guests":{"type":"integer","minimum":1}},"required":["guests"]}`, []string{"guests"}},
		{"all", party, []string{"day", "guests", "name"}, "", []string{}},
		{"nothing-required", `{"type":"object","properties":{"a":{},"b":{}}}`, []string{"a"}, "", []string(nil)},
		{"allOf", top(`"allOf":[{}]`), []string{"day"}, "", []string{"guests", "name"}},
		{"anyOf", top(`"anyOf":[{}]`), []string{"day"}, "", []string{"guests", "name"}},
		{"oneOf", top(`"oneOf":[{}]`), []string{"day"}, "", []string{"guests", "name"}},
		{"not", top(`"not":{"required":["x"]}`), []string{"day"}, "", []string{"guests", "name"}},
		{"if", top(`"if":{"required":["note"]},"then":{}`), []string{"day"}, "", []string{"guests", "name"}},
		{"dependentRequired", top(`"dependentRequired":{"note":["day"]}`), []string{"day"}, "", []string{"guests", "name"}},
		{"dependentSchemas", top(`"dependentSchemas":{"note":{}}`), []string{"day"}, "", []string{"guests", "name"}},
		{"minProperties", top(`"minProperties":2`), []string{"day"}, "", []string{"guests", "name"}},
		{"ref-at-top", `{"type":"object","$ref":"#/$defs/p","$defs":{"p":` + party + `}}`, []string{"day"}, "", []string{"guests", "name"}},
		{"ref-alone-at-top", `{"$ref":"#/$defs/p","$defs":{"p":` + party + `}}`, []string{"day"}, "", []string{"guests", "name"}},
		{"ref-below", `{"type":"object","properties":{"a":{"type":"string"},"b":{"$ref":"#/properties/a"}},"required":["a","b"]}`, []string{"a"},
			`{"type":"object","properties":{"b":{"type":"string"}},"required":["b"]}`, []string{"b"}},
		{"rules-below", `{"type":"object","properties":{"a":{"anyOf":[{"type":"string"}]},"b":{}},"required":["a","b"]}`, []string{"b"},
			`{"type":"object","properties":{"a":{"anyOf":[{"type":"string"}]}},"required":["a"]}`, []string{"a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := compile(t, tt.schema)
			part, missing := s.Without(tt.kept)
			if diff := cmp.Diff(tt.missing, missing); diff != "" {
				t.Errorf("missing (-want +got):\n%s", diff)
			}
			if tt.want == "" && part != s {
				t.Errorf("sent in part: %s", part.Sent())
			}
			if tt.want != "" && string(part.Sent()) != tt.want {
				t.Errorf("sent %s\nwant %s", part.Sent(), tt.want)
			}
		})
	}
}

func TestWithoutKeepsWhatIsSensitive(t *testing.T) {
	s := compile(t, `{"type":"object","properties":{"a":{},"pin":{"x-sensitive":true}},"required":["a","pin"]}`)
	part, _ := s.Without([]string{"a"})
	if diff := cmp.Diff([]string{"pin"}, part.Sensitive()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if strings.Contains(string(part.Sent()), "x-") {
		t.Errorf("sent: %s", part.Sent())
	}
}

func TestValid(t *testing.T) {
	s := compile(t, `{"type":"object","properties":{"guests":{"type":"integer","minimum":1}},"patternProperties":{"^day_":{"format":"date"}},
		"allOf":[{"properties":{"guests":{"maximum":8}}}]}`)
	open := compile(t, `{"type":"object","additionalProperties":{"type":"string"}}`)
	all := compile(t, `{"type":"object","additionalProperties":true}`)
	tests := []struct {
		name  string
		valid bool
		want  bool
	}{
		{"good", s.Valid("guests", 4.0), true},
		{"not-coerced", s.Valid("guests", "4"), false},
		{"allOf-counts", s.Valid("guests", 9.0), false},
		{"undeclared", s.Valid("colour", "red"), false},
		{"pattern-name", s.Valid("day_1", "2026-12-24"), true},
		{"pattern-name-bad-format", s.Valid("day_1", "tomorrow"), false},
		{"additional-schema", open.Valid("x", "text"), true},
		{"additional-schema-fails", open.Valid("x", 1.0), false},
		{"additional-true", all.Valid("x", 1.0), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.valid != tt.want {
				t.Errorf("Valid = %v, want %v", tt.valid, tt.want)
			}
		})
	}
}
