package api_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// members are those of answers that tests of this package have had, by the
// schema that describes them.
type members struct {
	mu   sync.Mutex
	seen map[string]bool
}

var had = &members{seen: map[string]bool{}}

// note follows a value along its schema.
func (m *members) note(d *description, value any, schema map[string]any, pointer string) {
	if ref, is := schema["$ref"].(string); is {
		schema, pointer = d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	switch value := value.(type) {
	case map[string]any:
		properties, _ := schema["properties"].(map[string]any)
		for name, below := range properties {
			if v, is := value[name]; is {
				m.mu.Lock()
				m.seen[pointer+" "+name] = true
				m.mu.Unlock()
				m.note(d, v, below.(map[string]any), pointer+"/properties/"+name)
			}
		}
	case []any:
		items, _ := schema["items"].(map[string]any)
		for _, v := range value {
			m.note(d, v, items, pointer+"/items")
		}
	}
}

// missing are the members that are described of answers, and that no test had.
func (m *members) missing(d *description) []string {
	var all []string
	var walk func(schema map[string]any, pointer string)
	walked := map[string]bool{}
	walk = func(schema map[string]any, pointer string) {
		if ref, is := schema["$ref"].(string); is {
			schema, pointer = d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
		}
		if walked[pointer] {
			return
		}
		walked[pointer] = true
		if items, is := schema["items"].(map[string]any); is {
			walk(items, pointer+"/items")
		}
		properties, _ := schema["properties"].(map[string]any)
		for name, below := range properties {
			if at := pointer + " " + name; !m.seen[at] {
				all = append(all, strings.TrimPrefix(at, "/components/schemas/"))
			}
			walk(below.(map[string]any), pointer+"/properties/"+name)
		}
	}
	for _, o := range d.operations() {
		for _, status := range d.statuses(o) {
			response, pointer := d.at("paths", o.path, strings.ToLower(o.method), "responses", status)
			content, _ := response["content"].(map[string]any)
			for kind, of := range content {
				schema, _ := of.(map[string]any)["schema"].(map[string]any)
				walk(schema, pointer+"/"+kind)
			}
		}
	}
	slices.Sort(all)
	return all
}

// TestMain looks, once all tests are over, whether they had every member of
// every answer that is described: what nobody has seen may not be there.
func TestMain(m *testing.M) {
	code := m.Run()
	all := flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.fuzz").Value.String() == ""
	if d, err := read(); code == 0 && all && err == nil {
		for _, member := range had.missing(d) {
			fmt.Printf("openapi.yaml describes %s, and no test had it\n", member)
			code = 1
		}
	}
	os.Exit(code)
}
