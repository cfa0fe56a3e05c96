package schemas_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows/schemas"
)

var update = flag.Bool("update", false, "rewrite the golden parts of testdata")

// read takes the first file of an archive as an author's schema, YAML or JSON by its name.
func read(f file) (*schemas.Node, error) {
	if strings.HasSuffix(f.name, ".yaml") {
		return schemas.ReadYAML([]byte(f.content))
	}
	return schemas.ReadJSON([]byte(f.content))
}

// TestGolden runs every archive under testdata: the schema an author wrote, and either the
// mistakes reported or what is sent.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.ToSlash(file[len("testdata/"):]), ".txtar"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			archive := parts(string(raw))
			got := outcome(read(archive[0]))
			if *update {
				keep := archive[0].offset + len(archive[0].content)
				if err := os.WriteFile(file, append(raw[:keep:keep], "-- want --\n"+got...), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(archive[1].content, got); diff != "" {
				t.Errorf("differs (-want +got):\n%s", diff)
			}
		})
	}
}

func outcome(n *schemas.Node, err error) string {
	var s *schemas.Schema
	if err == nil {
		s, err = schemas.Compile(n)
	}
	if err != nil {
		return err.Error() + "\n"
	}
	return string(s.Sent()) + "\n"
}

func TestProblemsTakesErrorsApart(t *testing.T) {
	n := node(t, `{"type":"object","propertis":{},"requird":[]}`)
	_, err := schemas.Compile(n)
	var got []string
	for _, p := range schemas.Problems(err) {
		got = append(got, p.Suggestion)
	}
	if diff := cmp.Diff([]string{"properties", "required"}, got); diff != "" {
		t.Errorf("suggestions (-want +got):\n%s", diff)
	}
	if got := schemas.Problems(os.ErrNotExist); got != nil {
		t.Errorf("Problems(foreign error) = %v, want none", got)
	}
}

// TestReferencesStayInside tries to make the compiler open a file.
func TestReferencesStayInside(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.json")
	if err := os.WriteFile(secret, []byte(`{"hunter2": `), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, ref := range []string{"file://" + secret, secret, "https://127.0.0.1:1/x.json", "other.json#/a"} {
		n := node(t, `{"type":"object","properties":{"a":{"$ref":"`+ref+`"}}}`)
		_, err := schemas.Compile(n)
		if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "outside this document") {
			t.Errorf("$ref %s: %v", ref, err)
		}
	}
}

func TestReferencesCannotGrowWithoutEnd(t *testing.T) {
	chain := func(n int, properties func(ref string) string) string {
		defs := `"d0":{"type":"string"}`
		for i := 1; i < n; i++ {
			defs += `,"d` + itoa(i) + `":{"properties":` + properties(`{"$ref":"#/$defs/d`+itoa(i-1)+`"}`) + `}`
		}
		return `{"type":"object","properties":{"x":{"$ref":"#/$defs/d` + itoa(n-1) + `"}},"$defs":{` + defs + `}}`
	}
	wide := chain(40, func(ref string) string { return `{"a":` + ref + `,"b":` + ref + `}` })
	if _, err := schemas.Compile(node(t, wide)); err == nil || !strings.Contains(err.Error(), "grow this schema beyond") {
		t.Errorf("Compile(wide) = %v, want a bound", err)
	}
	deep := chain(60, func(ref string) string { return `{"a":` + ref + `}` })
	if _, err := schemas.Compile(node(t, deep)); err == nil || !strings.Contains(err.Error(), "nest this schema deeper") {
		t.Errorf("Compile(deep) = %v, want a bound", err)
	}
}

func TestPropertiesAndRequiredKeepTheAuthorsOrder(t *testing.T) {
	s := compile(t, `{"type":"object","required":["z","x"],
		"anyOf":[{"required":["maybe"],"properties":{"maybe":{}},"allOf":[{"properties":{"deep":{"type":"null"}}}]}],
		"properties":{"z":{},"a":{},"x":{}},"allOf":[{"properties":{"b":{},"z":{"type":"integer"}},"required":["b","z"]}]}`)
	if diff := cmp.Diff([]string{"maybe", "deep", "z", "a", "x", "b"}, s.Properties()); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"z", "x", "b"}, s.Required()); diff != "" {
		t.Errorf("required (-want +got):\n%s", diff)
	}
	if !s.Valid("deep", 1.0) || s.Valid("z", "one") {
		t.Error("a branch that may not apply must not hold a value to anything, allOf must")
	}
}

func TestSensitive(t *testing.T) {
	tests := []struct {
		name, schema string
		want         []string
	}{
		{"none", `{"type":"object","properties":{"a":{}}}`, nil},
		{"marked", `{"type":"object","properties":{"a":{},"pin":{"x-sensitive":true},"b":{"x-sensitive":false}}}`, []string{"pin"}},
		{"nested", `{"type":"object","properties":{"card":{"type":"object","properties":{"no":{"x-sensitive":true}}}}}`, []string{"card"}},
		{"items", `{"type":"object","properties":{"pins":{"items":{"x-sensitive":true}}}}`, []string{"pins"}},
		{"referred", `{"type":"object","properties":{"pin":{"$ref":"#/$defs/p","description":"PIN"}},"$defs":{"p":{"type":"string","x-sensitive":true}}}`, []string{"pin"}},
		{"top", `{"type":"object","x-sensitive":true,"properties":{"a":{},"b":{}}}`, []string{"a", "b"}},
		{"branch", `{"type":"object","properties":{"a":{}},"anyOf":[{"properties":{"pin":{"x-sensitive":true}}}]}`, []string{"pin"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, compile(t, tt.schema).Sensitive()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDescribe(t *testing.T) {
	s := compile(t, `{"type":"object","required":["guests","address"],"properties":{
		"guests":{"type":"integer","description":"How many?","x-sensitive":true},
		"meal":{"enum":["lunch","dinner"]},
		"address":{"type":"object","additionalProperties":false,"required":["zip"],"properties":{"zip":{"type":["string","null"]}}},
		"dates":{"type":"array","items":{"type":"string","format":"date"}}}}`)
	want := []schemas.Property{
		{Name: "guests", Types: []string{"integer"}, Description: "How many?", Required: true, Sensitive: true, Open: true},
		{Name: "meal", Types: []string{"string"}, Enum: []any{"lunch", "dinner"}, Open: true},
		{Name: "address", Types: []string{"object"}, Required: true, Properties: []schemas.Property{
			{Name: "zip", Types: []string{"string", "null"}, Required: true, Open: true}}},
		{Name: "dates", Types: []string{"array"}, Open: true,
			Items: &schemas.Property{Types: []string{"string"}, Format: "date", Open: true}},
	}
	var got []schemas.Property
	for _, name := range s.Properties() {
		p, ok := s.Describe(name)
		if !ok {
			t.Fatalf("Describe(%s): not found", name)
		}
		got = append(got, p)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, ok := s.Describe("gusts"); ok {
		t.Error("Describe of a name that is not declared is ok")
	}
}

func TestFixed(t *testing.T) {
	tests := []struct{ name, schema, want string }{
		{"nothing-open", `{"type":"object","properties":{"a":{"enum":["x"]}}}`, `{"type":"object","properties":{"a":{"enum":["x"]}}}`},
		{"keyword", `{"type":"object","properties":{"a":{"type":"string","enum":"{{ x }}"}}}`, `{"type":"object","properties":{"a":{"type":"string"}}}`},
		{"list", `{"properties":{"a":{"enum":["b","{{ x }}"]}},"required":["{{ x }}"]}`, `{"properties":{"a":{}}}`},
		{"property", `{"properties":{"a":"{{ x }}","b":{}}}`, `{"properties":{"a":{},"b":{}}}`},
		{"branch", `{"allOf":[{"const":"{{ x }}"}]}`, `{"allOf":[{}]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := node(t, tt.schema)
			got := schemas.Fixed(n, func(s string) bool { return strings.Contains(s, "{{") })
			if string(got.Bytes()) != tt.want {
				t.Errorf("got  %s\nwant %s", got.Bytes(), tt.want)
			}
		})
	}
	whole := node(t, `"{{ vars.schema }}"`)
	if got := schemas.Fixed(whole, func(string) bool { return true }); got != nil {
		t.Errorf("Fixed(expression) = %s, want nil", got.Bytes())
	}
}
