package scenarios_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"texmlsrv/simulator"
	"texmlsrv/simulator/scenarios"
)

// TestDocs: the examples of the guide can be read, and it leaves nothing out
// that an exchange or a bad day can have.
func TestDocs(t *testing.T) {
	raw, err := os.ReadFile("../../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(text, -1)
	if len(examples) == 0 {
		t.Error("there is no example")
	}
	for _, example := range examples {
		if _, wrong := scenarios.Read("bookings", "bookings/scenarios/x.yaml", []byte(example[1])); len(wrong) > 0 {
			t.Error(wrong)
		}
	}
	exchange := schemaKeys(t, "exchange")
	for _, word := range slices.Concat(simulator.Behaviours(), exchange) {
		if !regexp.MustCompile("`" + word + "[`:]").MatchString(text) {
			t.Errorf("%s is left out", word)
		}
	}
}

// schemaKeys are the keys of a definition of the schema.
func schemaKeys(t *testing.T, name string) []string {
	t.Helper()
	definition, is := schemaText(t)["definitions"].(map[string]any)[name].(map[string]any)
	if !is {
		t.Fatalf("the schema has no %s", name)
	}
	var keys []string
	for key := range definition["properties"].(map[string]any) {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, strings.Compare)
	return keys
}
