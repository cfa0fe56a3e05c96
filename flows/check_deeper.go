package flows

import (
	"slices"
	"strings"
)

// deeper looks for flows that go through each other, or through themselves:
// every round waits for the one in it to come back.
func (c *checker) deeper() {
	calls := func(s *spot) bool { return s.entered && s.step.Flow != "" }
	silent := c.components(
		func(s *spot) bool { return s.entered && (s.step.Flow != "" || !c.waits(s)) },
		func(s *spot, w way) bool { return s.leadsOn(w) && (s.step.Flow == "" || w.by == "call") },
	)
	told := map[string]bool{}
	for _, circle := range silent {
		i := slices.IndexFunc(circle, calls)
		if i < 0 {
			continue // no flow is gone through: that was told of already
		}
		code, message := codeMayLoop, "this may go into flows without end, and without asking anything: %s"
		if c.sinks(circle) {
			code, message = codeLoop, "this goes into flows without end: %s"
		}
		c.tell(circle[i], code, "to go there for good: goto: flow/step", message, roundOf(circle))
		for _, s := range circle {
			told[s.flow.Name] = told[s.flow.Name] || s.step.Flow != ""
		}
	}
	for _, s := range c.spots {
		if calls(s) && !told[s.flow.Name] && c.comesBack(s) {
			told[s.flow.Name] = true
			c.tell(s, codeDeeper, "to go there for good: goto: flow/step", "the step %q goes through the flow %q, which comes to go through %q again: after %d rounds there is no deeper",
				s.step.Name, s.step.Flow, s.flow.Name, nestingLimit)
		}
	}
}

// sinks reports whether the steps of a circle lead on in it whatever is the
// case.
func (c *checker) sinks(circle []*spot) bool {
	for _, s := range circle {
		on := func(w way) bool {
			return slices.Contains(circle, w.to) && (w.by == "call" || w.first && w.by == "next")
		}
		if s.step.Lookup != nil || !slices.ContainsFunc(s.ways, on) {
			return false
		}
	}
	return true
}

func roundOf(circle []*spot) string {
	names := make([]string, len(circle))
	for i, s := range circle {
		names[i] = s.name()
	}
	return strings.Join(append(names, names[0]), " → ")
}

// comesBack reports whether the flow that a step goes through goes through the
// step's own.
func (c *checker) comesBack(s *spot) bool {
	seen := map[string]bool{}
	for queue := []string{s.step.Flow}; len(queue) > 0; queue = queue[1:] {
		if queue[0] == s.flow.Name {
			return true
		}
		if seen[queue[0]] {
			continue
		}
		seen[queue[0]] = true
		for _, other := range c.spots {
			if other.entered && other.flow.Name == queue[0] && other.step.Flow != "" {
				queue = append(queue, other.step.Flow)
			}
		}
	}
	return false
}
