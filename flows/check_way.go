package flows

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// way looks at the ways through the flows.
func (c *checker) way() {
	c.unreachable()
	c.circles()
	c.deeper()
	c.endless()
	live := c.live()
	for _, s := range c.spots {
		c.played(s)
		if s.entered && !c.aside(s) {
			if live[s] {
				c.wayOut(s)
			}
			c.dials(s)
			c.back(s)
			c.timeouts(s)
		}
	}
}

func (c *checker) tell(s *spot, code, suggestion, format string, args ...any) {
	c.site(stepSite{s.flow.Name, s.step.Name}).found(code, 0, suggestion, fmt.Sprintf(format, args...))
}

func (c *checker) unreachable() {
	for _, s := range c.spots {
		if !s.entered {
			c.tell(s, codeUnreachable, "", "nothing leads to the step %q", s.step.Name)
		}
	}
}

// ends reports whether a call can be over, or go on elsewhere, after a step.
func (c *checker) ends(s *spot) bool {
	if s.step.Next == nil {
		return true
	}
	if s.step.Document == nil {
		return false
	}
	return slices.ContainsFunc(s.step.Document.root.children, func(child content) bool {
		return child.element != nil && slices.Contains([]string{"Hangup", "Reject", "Redirect"}, child.element.name)
	})
}

// endless finds steps from which no call ends.
func (c *checker) endless() {
	back := map[*spot][]*spot{}
	for _, s := range c.spots {
		for _, w := range s.ways {
			back[w.to] = append(back[w.to], s)
		}
	}
	ending := map[*spot]bool{}
	var queue []*spot
	reach := func(s *spot) {
		if !ending[s] {
			ending[s] = true
			queue = append(queue, s)
		}
	}
	for _, s := range c.spots {
		if c.ends(s) {
			reach(s)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		for _, from := range back[s] {
			reach(from)
		}
	}
	for _, name := range c.release.Names() {
		var stuck []*spot
		for _, s := range c.spots {
			if s.flow.Name == name && s.entered && !ending[s] && len(s.ways) > 0 && !c.circling[s] {
				stuck = append(stuck, s)
			}
		}
		c.stuck(stuck)
	}
}

func (c *checker) stuck(steps []*spot) {
	if len(steps) == 0 {
		return
	}
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = fmt.Sprintf("%q", s.step.Name)
	}
	if len(names) > 6 {
		names = append(names[:5], fmt.Sprintf("%d more", len(names)-5))
	}
	c.tell(steps[0], codeNoEnd, "", "from here the call never ends: %s", strings.Join(names, ", "))
}

// waits reports whether a step gives the caller, or somebody else, a say.
func (c *checker) waits(s *spot) bool {
	return len(s.asks.verbs) > 0 || s.step.Flow != "" || s.step.Next == nil
}

// circles finds steps that lead round without asking anything.
func (c *checker) circles() {
	for _, circle := range c.components(func(s *spot) bool { return s.entered && !c.waits(s) }, (*spot).leadsOn) {
		names := make([]string, len(circle))
		for i, s := range circle {
			names[i] = s.step.Name
			c.circling[s] = true
		}
		round := strings.Join(append(names, names[0]), " → ")
		code, message := codeMayLoop, "this may go round without asking anything: "+round
		if c.inescapable(circle) {
			code, message = codeLoop, "this goes round for ever: "+round
		}
		c.tell(circle[0], code, "", "%s", message)
	}
}

// inescapable reports whether the first rule of every step in a circle leads
// on in it, whatever is the case.
func (c *checker) inescapable(circle []*spot) bool {
	for _, s := range circle {
		if s.step.Lookup != nil {
			return false
		}
		if !slices.ContainsFunc(s.ways, func(w way) bool { return w.first && w.by == "next" && slices.Contains(circle, w.to) }) {
			return false
		}
	}
	return true
}

// leadsOn reports whether a way of a step is one that a call takes by itself.
func (s *spot) leadsOn(w way) bool { return w.by != "link" && w.by != "aside" }

// components are the circles among the steps that count, by the ways that
// count: Tarjan's strongly connected components, in the order of the files.
func (c *checker) components(counts func(*spot) bool, leads func(*spot, way) bool) [][]*spot {
	t := &tarjan{counts: counts, leads: leads, index: map[*spot]int{}, low: map[*spot]int{}, open: map[*spot]bool{}}
	for _, s := range c.spots {
		if counts(s) && t.index[s] == 0 {
			t.visit(s)
		}
	}
	place := map[*spot]int{}
	for i, s := range c.spots {
		place[s] = i
	}
	for _, circle := range t.found {
		slices.SortFunc(circle, func(a, b *spot) int { return place[a] - place[b] })
	}
	slices.SortFunc(t.found, func(a, b []*spot) int { return place[a[0]] - place[b[0]] })
	return t.found
}

type tarjan struct {
	counts func(*spot) bool
	leads  func(*spot, way) bool
	index  map[*spot]int
	low    map[*spot]int
	open   map[*spot]bool
	stack  []*spot
	found  [][]*spot
}

func (t *tarjan) visit(s *spot) {
	t.index[s] = len(t.index) + 1
	t.low[s] = t.index[s]
	t.stack = append(t.stack, s)
	t.open[s] = true
	itself := false
	for _, w := range s.ways {
		if w.to == nil || !t.counts(w.to) || !t.leads(s, w) {
			continue
		}
		itself = itself || w.to == s && w.by != "defaults"
		if t.index[w.to] == 0 {
			t.visit(w.to)
			t.low[s] = min(t.low[s], t.low[w.to])
		} else if t.open[w.to] {
			t.low[s] = min(t.low[s], t.index[w.to])
		}
	}
	if t.low[s] != t.index[s] {
		return
	}
	at := slices.Index(t.stack, s)
	circle := slices.Clone(t.stack[at:])
	t.stack = t.stack[:at]
	for _, member := range circle {
		t.open[member] = false
	}
	if len(circle) > 1 || itself {
		t.found = append(t.found, circle)
	}
}

// dials looks for a Dial whose outcome nobody looks at.
func (c *checker) dials(s *spot) {
	if !s.asks.has("Dial") || len(s.asks.verbs) > 1 {
		return
	}
	if s.step.Next == nil {
		c.tell(s, codeDial, "for example: next: [{when: answer.status == \"completed\", goto: goodbye}, {goto: message}]",
			"when nobody answers the Dial of the step %q, the call just ends: the step has no next", s.step.Name)
		return
	}
	looks := slices.ContainsFunc(s.step.Next, func(r Rule) bool {
		return r.When != nil && slices.ContainsFunc(r.When.Reads(), func(path string) bool { return path == "answer" || strings.HasPrefix(path, "answer.") })
	})
	for _, status := range []string{"busy", "no_answer", "failed", "completed", "canceled"} {
		_, on := s.step.On[status]
		looks = looks || on
	}
	if !looks && !c.looksLater(s) {
		c.tell(s, codeDial, "for example: next: [{when: answer.status == \"completed\", goto: goodbye}, {goto: message}]",
			"the step %q goes on the same way whether its Dial was answered or not", s.step.Name)
	}
}

// looksLater reports whether a step that only has rules, or a document, after
// this one looks at its answer.
func (c *checker) looksLater(s *spot) bool {
	return slices.ContainsFunc(s.ways, func(w way) bool {
		if w.to == nil || w.by != "next" {
			return false
		}
		reads := false
		for _, l := range w.to.lists() {
			for _, r := range l.rules {
				reads = reads || l.by != "always" && r.When != nil && slices.ContainsFunc(r.When.Reads(), isAnswer)
			}
		}
		silent := w.to.step.Document == nil && w.to.step.Lookup == nil && w.to.step.Flow == ""
		return silent && reads
	})
}

func isAnswer(path string) bool { return path == "answer" || strings.HasPrefix(path, "answer.") }

// searchLimit bounds how many steps are looked at for the time-outs after one
// look-up.
const searchLimit = 500

// timeouts looks for look-ups of one turn that may take too long together.
func (c *checker) timeouts(s *spot) {
	if s.step.Lookup == nil {
		return
	}
	left := searchLimit
	seen := map[*spot]bool{}
	var names []string
	var visit func(s *spot, sum time.Duration) bool
	visit = func(s *spot, sum time.Duration) bool {
		if left--; left < 0 || seen[s] || len(seen) >= stepLimit {
			return false
		}
		if s.step.Lookup == nil && s.step.Flow == "" && s.step.Document != nil && !s.step.Missing {
			return false
		}
		seen[s] = true
		defer delete(seen, s)
		if l := s.step.Lookup; l != nil {
			sum += l.Timeout
			names = append(names, fmt.Sprintf("%s %v", s.step.Name, l.Timeout))
			defer func() { names = names[:len(names)-1] }()
			if sum > lookupBudget {
				c.tell(s, codeTimeouts, "give each look-up a timeout", "the look-ups of one turn may take %v together (%s); they share %v", sum, strings.Join(names, ", "), lookupBudget)
				return true
			}
		}
		for _, w := range s.ways {
			if w.to != nil && w.by != "link" && w.by != "aside" && !asksAnew(w) && visit(w.to, sum) {
				return true
			}
		}
		return false
	}
	visit(s, 0)
}

// asksAnew reports whether a way forgets something that the step it leads to
// asks for, so that it is not skipped.
func asksAnew(w way) bool {
	return w.rule != nil && slices.ContainsFunc(w.to.asks.gifts, func(g gift) bool { return slices.Contains(w.rule.Forget, g.name) })
}
