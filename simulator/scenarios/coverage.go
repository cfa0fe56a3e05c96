package scenarios

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// Coverage is what of a flow its scenarios have tried.
type Coverage struct {
	Flow  string
	Steps []Item // in the order of the file
	Rules []Item // under always, defaults, next, otherwise and on, and choices; by line
}

// Item is a step, a rule or a choice.
type Item struct {
	Name  string // of a step; of a rule: step next[1]; of a choice: step choices.sales
	File  string
	Line  int  // 0 where it is not known
	Tried bool // the call was there; the rule held and did something; the choice was made
}

// Percent is how much was tried of steps and rules together, rounded down;
// 100 where there is nothing to try.
func (c *Coverage) Percent() int {
	all := len(c.Steps) + len(c.Rules)
	if all == 0 {
		return 100
	}
	return 100 * (count(c.Steps) + count(c.Rules)) / all
}

// Never are the steps and rules that were not tried.
func (c *Coverage) Never() []Item {
	var out []Item
	for _, item := range slices.Concat(c.Steps, c.Rules) {
		if !item.Tried {
			out = append(out, item)
		}
	}
	return out
}

// String is the coverage in a line: front-desk: 11/12 steps, 17/19 rules.
func (c *Coverage) String() string {
	return fmt.Sprintf("%s: %d/%d steps, %d/%d rules", c.Flow, count(c.Steps), len(c.Steps), count(c.Rules), len(c.Rules))
}

func count(items []Item) int {
	n := 0
	for _, item := range items {
		if item.Tried {
			n++
		}
	}
	return n
}

// Cover tells what of a flow was tried in the calls of results: those of the
// flow's own scenarios, which failed ones count among. root is where the flows
// were read.
func Cover(root fs.FS, flow *flows.Flow, results []*Result) *Coverage {
	t := &tried{flow: flow, steps: map[string]bool{}, rules: map[string]bool{}}
	for _, r := range results {
		if r.Scenario.Flow == flow.Name {
			t.call(r)
		}
	}
	c := &Coverage{Flow: flow.Name}
	at := placesIn(root, flow.Name)
	item := func(name string, was bool) Item {
		return Item{Name: name, File: path.Join(flow.Name, "flow.yaml"), Line: at[name], Tried: was}
	}
	for _, name := range flow.Order {
		c.Steps = append(c.Steps, item(name, t.steps[name]))
	}
	for _, name := range rulesOf(flow) {
		c.Rules = append(c.Rules, item(name, t.rules[name]))
	}
	slices.SortStableFunc(c.Rules, func(a, b Item) int { return cmp.Compare(a.Line, b.Line) })
	return c
}

// rulesOf names the rules and choices of a flow: those of the flow, then step
// by step.
func rulesOf(flow *flows.Flow) []string {
	var names []string
	add := func(step string, rules flows.Rules) {
		for _, rule := range rules {
			names = append(names, strings.TrimSpace(step+" "+rule.Name))
		}
	}
	if usesDefault(flow) {
		add("", flow.Defaults.Otherwise)
	}
	add("", flow.Always)
	for _, name := range flow.Order {
		step := flow.Steps[name]
		for _, choice := range step.Choices {
			names = append(names, name+" choices."+choice.Name)
		}
		for _, rules := range listsOf(step) {
			add(name, rules)
		}
	}
	return names
}

// tried is what was tried in some calls.
type tried struct {
	flow         *flows.Flow
	steps, rules map[string]bool
}

func (t *tried) call(r *Result) {
	for _, aside := range r.asides {
		if name, own := strings.CutPrefix(aside, t.flow.Name+"/"); own {
			t.steps[name] = true
		}
	}
	at := ""
	for _, e := range r.Timeline {
		if e.Answer != nil && e.Answer.Choice != "" && at != "" {
			t.rules[at+" choices."+e.Answer.Choice] = true
		}
		for _, v := range e.Path {
			t.visit(v)
		}
		if e.Kind == sessions.EntryTurn || e.Kind == sessions.EntryLost {
			at = ""
			if e.Flow == t.flow.Name {
				at = e.Step
			}
		}
	}
}

// visit notes the rules that held, of each list in which one led somewhere:
// without that, what the others set is not kept.
func (t *tried) visit(v sessions.Visit) {
	if v.Flow != t.flow.Name || t.flow.Steps[v.Step] == nil {
		return
	}
	t.steps[v.Step] = true
	var held []string
	for i, rule := range v.Tried {
		if i > 0 && listOf(v.Tried[i-1].Rule) != listOf(rule.Rule) {
			held = nil
		}
		if rule.Held {
			held = append(held, t.name(v.Step, rule.Rule))
		}
		if rule.Goto != "" {
			for _, name := range held {
				t.rules[name] = true
			}
		}
	}
}

// listOf is the list that a rule stands in: next of next[1].
func listOf(rule string) string {
	list, _, _ := strings.Cut(rule, "[")
	return list
}

// name is the name of a rule that was tried at a step: those of the flow go
// without the step.
func (t *tried) name(step, rule string) string {
	if list := listOf(rule); list == "always" || list == "defaults.otherwise" {
		return rule
	}
	return step + " " + rule
}

// placesIn are the lines of steps, rules and choices in a flow's file, by the
// names that Items have; empty where it cannot be read.
func placesIn(root fs.FS, flow string) map[string]int {
	file := path.Join(flow, "flow.yaml")
	text, err := readText(root, file)
	if err != nil {
		return nil
	}
	return rulePlaces(file, text)
}
