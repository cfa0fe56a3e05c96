package texml

import (
	"slices"
	"strings"
)

// jsonText is the JSON in an element, for telling places in it.
type jsonText struct {
	*checker
	n *node
}

// report adds a problem at an offset of the JSON.
func (j jsonText) report(code string, at int, format string, args ...any) *Problem {
	return j.checker.report(code, j.textAt(j.n.Element, at), format, args...)
}

// json checks the JSON of a Parameters or a Tool.
func (c *checker) json(n *node, text string) {
	j := jsonText{c, n}
	code, name := "TX602", n.decl.Name()
	if n.decl.Text.Type == TypeTool {
		code = "TX608"
	}
	root, at, err := readJSON(text)
	if err != nil {
		p := j.report(code, at, "<%s> is not JSON: %v", name, err)
		if strings.ContainsAny(text, "“”„‟") {
			p.Suggestion = `JSON has straight quotes: "`
		}
		return
	}
	j.twice(root)
	if n.decl.Text.Type == TypeTool {
		j.tool(root)
		return
	}
	j.schema(root)
}

// twice finds keys that stand twice in an object.
func (j jsonText) twice(n *jsonNode) {
	seen := map[string]bool{}
	for _, m := range n.members {
		if seen[m.key] {
			j.report("TX607", m.at, "the key %q stands twice", m.key)
		}
		seen[m.key] = true
		j.twice(m.node)
	}
	for _, item := range n.items {
		j.twice(item)
	}
}

// schema checks the schema of what an AIGather asks for.
func (j jsonText) schema(root *jsonNode) {
	if !root.object() {
		j.report("TX603", root.at, "<Parameters> is not a JSON object")
		return
	}
	kind := root.get("type")
	if kind == nil {
		j.report("TX603", root.at, `the schema has no "type": "object"`)
	} else if s, ok := kind.text(); !ok || s != "object" && !computed(s) {
		j.report("TX603", kind.at, `the type of the schema is not "object"`)
	}
	properties := root.get("properties")
	switch {
	case properties == nil && composed(root):
		return
	case properties == nil:
		j.report("TX603", root.at, "the schema has no properties: there is nothing to ask for")
		return
	case !properties.object():
		if s, ok := properties.text(); !ok || !computed(s) {
			j.report("TX603", properties.at, "properties is not an object")
		}
		return
	case len(properties.members) == 0:
		j.report("TX603", properties.at, "there is no property: there is nothing to ask for")
	}
	j.properties(properties)
	j.needed(root, properties)
}

// composed reports a schema whose properties may stand elsewhere.
func composed(schema *jsonNode) bool {
	return slices.ContainsFunc([]string{"$ref", "allOf", "anyOf", "oneOf"}, func(key string) bool { return schema.get(key) != nil })
}

func (j jsonText) properties(properties *jsonNode) {
	for _, m := range properties.members {
		if s, ok := m.node.text(); ok && computed(s) {
			continue
		}
		if !m.node.object() {
			j.report("TX603", m.node.at, "the property %q is not a schema", m.key)
			continue
		}
		if composed(m.node) {
			continue
		}
		description := m.node.get("description")
		if description == nil {
			j.report("TX604", m.at, "the property %q has no description", m.key)
		} else if s, ok := description.text(); !ok || isBlank(s) {
			j.report("TX604", description.at, "the property %q has an empty description", m.key)
		}
	}
}

// needed checks the names in required.
func (j jsonText) needed(root, properties *jsonNode) {
	required := root.get("required")
	several := len(properties.members) > 1
	switch {
	case required == nil && several:
		j.report("TX605", root.at, "nothing is required: the first value ends the gather")
		return
	case required == nil:
		return
	case !required.list():
		if s, ok := required.text(); !ok || !computed(s) {
			j.report("TX606", required.at, "required is not a list of names")
		}
		return
	case len(required.items) == 0 && several:
		j.report("TX605", required.at, "required is empty: the first value ends the gather")
	}
	var names []string
	for _, m := range properties.members {
		names = append(names, m.key)
	}
	for _, item := range required.items {
		name, ok := item.text()
		if ok && (computed(name) || slices.Contains(names, name)) {
			continue
		}
		p := j.report("TX606", item.at, "required names %v, which is no property", item.value)
		if guess := nearest(name, names); guess != "" {
			p.Suggestion = "did you mean " + guess + "?"
		}
	}
}

// toolTypes are the tools of a gather and what Telnyx requires of each.
var toolTypes = []struct {
	name     string
	required []string
}{
	{"hangup", nil},
	{"transfer", []string{"from", "targets"}},
	{"webhook", []string{"name", "description", "url"}},
	{"retrieval", []string{"bucket_ids"}},
	{"book_appointment", []string{"api_key_ref", "event_type_id"}},
	{"check_availability", []string{"api_key_ref", "event_type_id"}},
}

// tool checks the definition of a tool.
func (j jsonText) tool(root *jsonNode) {
	if !root.object() {
		j.report("TX608", root.at, "a tool is a JSON object")
		return
	}
	kind := root.get("type")
	if kind == nil {
		j.report("TX608", root.at, "the tool has no type")
		return
	}
	name, ok := kind.text()
	if !ok || computed(name) {
		if !ok {
			j.report("TX608", kind.at, "the type of the tool is not a string")
		}
		return
	}
	var names []string
	for _, t := range toolTypes {
		if t.name == name {
			j.configured(root, name, t.required)
			return
		}
		names = append(names, t.name)
	}
	p := j.report("TX609", kind.at, "there is no tool %q", name)
	if guess := nearest(name, names); guess != "" {
		p.Suggestion = "did you mean " + guess + "?"
	}
}

// configured checks what stands under the key of the type.
func (j jsonText) configured(root *jsonNode, name string, required []string) {
	config := root.get(name)
	switch {
	case config == nil:
		j.report("TX610", root.at, "the tool has no %q", name).Suggestion = `"` + name + `": {…}`
		return
	case name == "transfer" && config.list():
		j.report("TX611", config.at, "Telnyx's pages disagree on transfer: the example has a list, the API an object with from and targets")
		return
	case !config.object():
		j.report("TX612", config.at, "%s is not an object", name)
		return
	}
	for _, key := range required {
		if config.get(key) == nil {
			j.report("TX612", config.at, "%s needs %q", name, key)
		}
	}
	if targets := config.get("targets"); targets != nil && name == "transfer" {
		j.targets(targets)
	}
	if method := config.get("method"); method != nil && name == "webhook" {
		j.webhookMethod(method)
	}
}

func (j jsonText) targets(targets *jsonNode) {
	if s, ok := targets.text(); ok && computed(s) {
		return
	}
	if !targets.list() || len(targets.items) == 0 {
		j.report("TX612", targets.at, "targets is not a list of targets")
		return
	}
	for _, target := range targets.items {
		if s, ok := target.text(); ok && computed(s) {
			continue
		}
		if target.get("to") == nil {
			j.report("TX612", target.at, `a target needs "to"`)
		}
	}
}

func (j jsonText) webhookMethod(method *jsonNode) {
	s, ok := method.text()
	if !ok || !computed(s) && !slices.Contains([]string{"GET", "POST", "PUT", "DELETE", "PATCH"}, s) {
		j.report("TX612", method.at, "method is none of GET, POST, PUT, DELETE, PATCH")
	}
}
