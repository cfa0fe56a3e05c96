package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"texmlsrv/console/access"
	"texmlsrv/console/api"
	"texmlsrv/console/web"
)

// description is openapi.yaml as tests ask it.
type description struct {
	whole    map[string]any
	mux      *http.ServeMux // finds the row of a request
	compiler *jsonschema.Compiler
}

const resource = "openapi.json"

func describe(t *testing.T) *description {
	t.Helper()
	d, err := read()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func read() (*description, error) {
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	var parsed any
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		return nil, err
	}
	raw, err := json.Marshal(parsed)
	if err != nil {
		return nil, err
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	close(whole)
	d := &description{whole: whole.(map[string]any), mux: http.NewServeMux(), compiler: jsonschema.NewCompiler()}
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	d.compiler.AssertFormat()
	if err := d.compiler.AddResource(resource, whole); err != nil {
		return nil, err
	}
	for _, row := range rows() {
		d.mux.HandleFunc(row.Method+" "+row.Pattern, http.NotFound)
	}
	return d, nil
}

// rows are those that the description is about.
func rows() []web.Route { return api.Routes(api.Deps{}) }

// close forbids every member that a schema does not name: what is answered is to
// be described. Clients are told to skip what they do not know.
func close(node any) {
	switch node := node.(type) {
	case map[string]any:
		if _, named := node["properties"]; named && node["type"] == "object" {
			if _, said := node["additionalProperties"]; !said {
				node["additionalProperties"] = false
			}
		}
		for _, below := range node {
			close(below)
		}
	case []any:
		for _, below := range node {
			close(below)
		}
	}
}

// at follows a path of keys, and references.
func (d *description) at(keys ...string) (node map[string]any, pointer string) {
	node, pointer = d.whole, ""
	for _, key := range keys {
		below, is := node[key].(map[string]any)
		if !is {
			return nil, ""
		}
		node, pointer = below, pointer+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
		if ref, is := node["$ref"].(string); is {
			node, pointer = d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
		}
	}
	return node, pointer
}

// operation is one thing that can be asked for.
type operation struct {
	method, path string
	id           string
	role         access.Role
}

func (o operation) String() string { return o.method + " " + o.path }

// operations are all that there are, as the table of routes has them.
func (d *description) operations() []operation {
	var all []operation
	for _, row := range rows() {
		node, _ := d.at("paths", row.Pattern, strings.ToLower(row.Method))
		id, _ := node["operationId"].(string)
		all = append(all, operation{row.Method, row.Pattern, id, row.Role})
	}
	return all
}

// statuses are those that are described of an operation.
func (d *description) statuses(o operation) []string {
	node, _ := d.at("paths", o.path, strings.ToLower(o.method), "responses")
	return slices.Sorted(maps.Keys(node))
}

// check holds an answer against what is described of it.
func (d *description) check(t *testing.T, method, path string, status int, header http.Header, body string) {
	t.Helper()
	_, pattern := d.mux.Handler(&http.Request{Method: method, URL: &url.URL{Path: path}, Host: "x"})
	_, pattern, _ = strings.Cut(pattern, " ")
	response, pointer := d.at("paths", pattern, strings.ToLower(method), "responses", fmt.Sprint(status))
	if response == nil {
		t.Errorf("%s %s: status %d is not described\n%s", method, pattern, status, body)
		return
	}
	if named, is := response["headers"].(map[string]any); is {
		for name := range named {
			if name != "Link" && header.Get(name) == "" {
				t.Errorf("%s %s: %d has no %s", method, pattern, status, name)
			}
		}
	}
	content, _ := response["content"].(map[string]any)
	if len(content) == 0 {
		if body != "" {
			t.Errorf("%s %s: status %d has a body that is not described:\n%s", method, pattern, status, body)
		}
		return
	}
	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil || content[kind] == nil {
		t.Errorf("%s %s: status %d is %q, and described as %v", method, pattern, status, kind, slices.Sorted(maps.Keys(content)))
		return
	}
	schema, err := d.compiler.Compile(resource + "#" + pointer + "/content/" + strings.ReplaceAll(kind, "/", "~1") + "/schema")
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range values(t, kind, body) {
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s %s: status %d: %v\n%s", method, pattern, status, err, body)
		}
		of, _ := content[kind].(map[string]any)["schema"].(map[string]any)
		had.note(d, value, of, pointer+"/"+kind)
	}
}

// values are what the schema of a kind of body is about: of a stream the data of
// each event.
func values(t *testing.T, kind, body string) []any {
	t.Helper()
	texts := []string{body}
	switch kind {
	case "application/json", "application/problem+json":
	case "text/event-stream":
		texts = nil
		for line := range strings.SplitSeq(body, "\n") {
			if data, is := strings.CutPrefix(line, "data: "); is {
				texts = append(texts, data)
			}
		}
	default:
		return []any{body}
	}
	all := make([]any, len(texts))
	for i, text := range texts {
		var err error
		if all[i], err = jsonschema.UnmarshalJSON(strings.NewReader(text)); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
	return all
}

// TestDescription has every row of the table described, and nothing else.
func TestDescription(t *testing.T) {
	d := describe(t)
	known := map[string]bool{}
	for _, row := range rows() {
		known[strings.ToLower(row.Method)+" "+row.Pattern] = true
		node, _ := d.at("paths", row.Pattern, strings.ToLower(row.Method))
		if node == nil {
			t.Errorf("%s %s is not described", row.Method, row.Pattern)
			continue
		}
		for _, key := range []string{"operationId", "summary", "tags"} {
			if node[key] == nil {
				t.Errorf("%s %s has no %s", row.Method, row.Pattern, key)
			}
		}
	}
	paths, _ := d.at("paths")
	ids := map[string]bool{}
	for path := range paths {
		shared, _ := d.at("paths", path)
		for method, operation := range shared {
			if method == "parameters" {
				continue
			}
			if !known[method+" "+path] {
				t.Errorf("%s %s is described, and there is no such thing", method, path)
			}
			id, _ := operation.(map[string]any)["operationId"].(string)
			if ids[id] {
				t.Errorf("%s %s: %s names another as well", method, path, id)
			}
			ids[id] = true
		}
	}
}

// TestDescription_parameters has what is described taken, and what is taken
// described: a refusal of a parameter lists those that there are.
func TestDescription_parameters(t *testing.T) {
	d := describe(t)
	for _, row := range rows() {
		described := map[string]bool{}
		for _, keys := range [][]string{{"paths", row.Pattern}, {"paths", row.Pattern, strings.ToLower(row.Method)}} {
			node, _ := d.at(keys...)
			list, _ := node["parameters"].([]any)
			for _, p := range list {
				parameter := p.(map[string]any)
				if ref, is := parameter["$ref"].(string); is {
					parameter, _ = d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
				}
				name := parameter["name"].(string)
				switch parameter["in"] {
				case "query":
					described[name] = true
				case "path":
					if !strings.Contains(row.Pattern, "{"+name+"}") {
						t.Errorf("%s has no {%s}", row.Pattern, name)
					}
				}
			}
		}
		err := row.Handle(nil, &http.Request{Method: row.Method, URL: &url.URL{Path: row.Pattern, RawQuery: "zzzzzzzzzzzz=1"}})
		problem := web.ProblemOf(err)
		taken := map[string]bool{}
		if list, is := strings.CutPrefix(problem.Detail, "There are "); is {
			for name := range strings.SplitSeq(strings.TrimSuffix(list, "."), ", ") {
				taken[name] = true
			}
		}
		if problem.Status != http.StatusBadRequest || !maps.Equal(described, taken) {
			t.Errorf("%s %s: described are %v, taken %v", row.Method, row.Pattern, slices.Sorted(maps.Keys(described)), slices.Sorted(maps.Keys(taken)))
		}
	}
}

// TestDescription_references lead somewhere, and everything shared is used.
func TestDescription_references(t *testing.T) {
	d := describe(t)
	used := map[string]bool{}
	var walk func(node any)
	walk = func(node any) {
		switch node := node.(type) {
		case nil:
			t.Error("something has no value: text with a comma in braces needs quotation marks")
		case map[string]any:
			if ref, is := node["$ref"].(string); is {
				used[ref] = true
				if at, _ := d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...); at == nil {
					t.Errorf("%s leads nowhere", ref)
				}
			}
			for _, below := range node {
				walk(below)
			}
		case []any:
			for _, below := range node {
				walk(below)
			}
		}
	}
	walk(d.whole)
	for _, kind := range []string{"parameters", "headers", "responses", "schemas"} {
		all, _ := d.at("components", kind)
		for name := range all {
			if ref := "#/components/" + kind + "/" + name; !used[ref] {
				t.Errorf("nothing uses %s", ref)
			}
		}
	}
}
