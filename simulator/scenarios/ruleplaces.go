package scenarios

import (
	"fmt"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/strictyaml"
)

// rulePlaces are the lines of the steps, rules and choices of a flow.yaml.
func rulePlaces(file string, text []byte) map[string]int {
	f := strictyaml.Parse(file, text)
	if f.Root == nil {
		return nil
	}
	at := map[string]int{}
	if defaults := member(f.Root, "defaults"); defaults != nil {
		ruleLines(at, "defaults.otherwise", member(defaults, "otherwise"))
	}
	ruleLines(at, "always", member(f.Root, "always"))
	eachMember(member(f.Root, "steps"), func(key, step *yaml.Node) {
		at[key.Value] = key.Line
		ruleLines(at, key.Value+" next", member(step, "next"))
		ruleLines(at, key.Value+" otherwise", member(step, "otherwise"))
		eachMember(member(step, "on"), func(status, rules *yaml.Node) {
			ruleLines(at, key.Value+" on."+status.Value, rules)
		})
		eachMember(member(step, "choices"), func(choice, _ *yaml.Node) {
			at[key.Value+" choices."+choice.Value] = choice.Line
		})
	})
	return at
}

// ruleLines notes where each rule of a list begins, or the only one.
func ruleLines(at map[string]int, name string, rules *yaml.Node) {
	switch {
	case rules == nil:
	case rules.Kind == yaml.SequenceNode:
		for i, rule := range rules.Content {
			at[fmt.Sprintf("%s[%d]", name, i)] = rule.Line
		}
	default:
		at[name+"[0]"] = rules.Line
	}
}

// eachMember visits the members of a mapping; nil has none.
func eachMember(n *yaml.Node, visit func(key, value *yaml.Node)) {
	if n == nil {
		return
	}
	n = strictyaml.Deref(n)
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		visit(n.Content[i], strictyaml.Deref(n.Content[i+1]))
	}
}
