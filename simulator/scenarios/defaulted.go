package scenarios

import (
	"slices"

	"texmlsrv/flows"
)

// usesDefault reports whether a call can come to the flow's own otherwise: from
// a step that has none, and that may not be able to go on. What comes after the
// end of a call never does.
func usesDefault(flow *flows.Flow) bool {
	after := afterEnd(flow)
	return slices.ContainsFunc(flow.Order, func(name string) bool {
		return !after[name] && fallsBack(flow.Steps[name])
	})
}

// fallsBack reports whether a step may have to go to the flow's otherwise.
func fallsBack(step *flows.Step) bool {
	if step.Otherwise != nil || step.Next == nil {
		return false
	}
	decides := step.Document == nil && step.Lookup == nil && step.Flow == ""
	goesOn := slices.ContainsFunc(step.Next, func(r flows.Rule) bool { return r.When == nil && r.Goto != flows.Target{} })
	return !decides || !goesOn
}

// afterEnd are the steps that come after the end of a call alone: the one named
// under ended, and what it leads to, unless another step leads there too.
func afterEnd(flow *flows.Flow) map[string]bool {
	after := reachable(flow, flow.Ended)
	for _, name := range flow.Order {
		if after[name] && name != flow.Start {
			continue
		}
		for led := range reachable(flow, name) {
			delete(after, led)
		}
	}
	return after
}

// reachable are the steps of the flow that rules lead to from one of them, and
// that one itself.
func reachable(flow *flows.Flow, from string) map[string]bool {
	found := map[string]bool{}
	for open := []string{from}; len(open) > 0; open = open[1:] {
		step := flow.Steps[open[0]]
		if step == nil || found[step.Name] {
			continue
		}
		found[step.Name] = true
		for _, list := range listsOf(step) {
			for _, rule := range list {
				if rule.Goto.Flow == "" {
					open = append(open, rule.Goto.Step)
				}
			}
		}
	}
	return found
}

// listsOf are the lists of rules of a step: on, next and otherwise.
func listsOf(step *flows.Step) []flows.Rules {
	var out []flows.Rules
	for _, status := range sortedKeys(step.On) {
		out = append(out, step.On[status].Rules)
	}
	return append(out, step.Next, step.Otherwise)
}
