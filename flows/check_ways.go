package flows

import (
	"maps"
	"slices"
	"strings"

	"texmlsrv/flows/expressions"
)

// way is one way out of a step.
type way struct {
	to   *spot
	by   string // the list of rules it stands in: next, otherwise, on.<status>, always, defaults; or link, aside, call, return
	rule *Rule  // nil for links and flows

	first  bool   // a rule without condition, and none before it that leads elsewhere
	gained bitset // of present: what is there after it
	gone   bitset // of present: what is not, unless it is gained
}

// lead finds where a step leads.
func (c *checker) lead(s *spot) {
	for _, l := range s.lists() {
		c.rules(s, l.by, l.rules)
	}
	for _, l := range s.asks.links {
		if to := c.at[s.flow.Name+"/"+l.step]; to != nil {
			w := way{to: to, by: map[string]string{"step": "link", "aside": "aside"}[l.kind]}
			c.takenBack(s, &w)
			s.ways = append(s.ways, w)
		}
	}
	if s.step.Flow != "" {
		if flow := c.release.Flows[s.step.Flow]; flow != nil {
			s.ways = append(s.ways, way{to: c.at[flow.Name+"/"+flow.Start], by: "call"})
		}
	}
}

// ruled is one list of rules that a step may follow.
type ruled struct {
	by    string
	rules Rules
}

// lists are the rules that a step may follow, in a fixed order.
func (s *spot) lists() []ruled {
	lists := []ruled{{"always", s.flow.Always}, {"next", s.step.Next}}
	for _, status := range slices.Sorted(maps.Keys(s.step.On)) {
		lists = append(lists, ruled{"on." + status, s.step.On[status].Rules})
	}
	return append(lists, ruled{"otherwise", s.step.Otherwise}, ruled{"defaults", s.flow.Defaults.Otherwise})
}

// rules adds the ways of a list, with what each of them makes sure.
func (c *checker) rules(s *spot, by string, rules Rules) {
	now := way{by: by}
	c.atFirst(s, &now)
	first := true
	for i := range rules {
		rule := &rules[i]
		if rule.Goto.none() {
			c.done(&now, rule, rule.When == nil)
			continue
		}
		w := now
		w.rule, w.first = rule, first && rule.When == nil
		w.gained, w.gone = now.gained.clone(), now.gone.clone()
		for _, path := range c.implied(rule.When, true) {
			c.gain(&w, path)
		}
		c.done(&w, rule, true)
		if w.to = c.target(s, rule.Goto); w.to != nil && (w.to != s || by != "otherwise" && by != "defaults") {
			s.ways = append(s.ways, w)
		}
		if rule.When == nil {
			return
		}
		first = false
		for _, path := range c.implied(rule.When, false) {
			c.gain(&now, path)
		}
	}
}

// target is the step that a rule leads to.
func (c *checker) target(s *spot, t Target) *spot {
	switch {
	case t.Again:
		return s
	case t.Flow != "":
		return c.at[t.Flow+"/"+t.Step]
	}
	return c.at[s.flow.Name+"/"+t.Step]
}

func (c *checker) implied(when *expressions.Expression, yes bool) []string {
	if when == nil {
		return nil
	}
	return when.Implied(yes)
}

// gain makes sure of a path.
func (c *checker) gain(w *way, path string) {
	parts := strings.SplitN(path, ".", 3)
	if len(parts) < 2 || parts[0] != "gathered" && parts[0] != "vars" && parts[0] != "env" {
		return
	}
	w.gained.add(c.present.of(parts[0] + "." + parts[1]))
}

func (c *checker) lose(w *way, path string) {
	i := c.present.of(path)
	w.gained.remove(i)
	w.gone.add(i)
}

// done does what a rule says on the way; held tells whether it surely held.
func (c *checker) done(w *way, rule *Rule, held bool) {
	for _, a := range rule.Set {
		path := "vars." + a.Name
		if !settled(a.Value) {
			c.lose(w, path)
		} else if held {
			w.gained.add(c.present.of(path))
		}
	}
	for _, name := range rule.Forget {
		c.lose(w, "gathered."+name)
	}
}

// settled reports whether a value is never nil.
func settled(v value) bool {
	switch v := v.(type) {
	case constant:
		return v.v != nil
	case textValue:
		return v.text.Whole() == nil
	}
	return true
}

// atFirst is what an answer makes sure before any rule is tried.
func (c *checker) atFirst(s *spot, w *way) {
	usable := w.by == "next" || w.by == "always" || w.by == "on.valid" || w.by == "on.completed"
	switch {
	case s.step.Flow != "":
		w.gone.or(c.lost) // the flow that was called may have
	case usable && s.asks.certain:
		for _, g := range s.asks.gifts {
			if g.sure {
				w.gained.add(c.present.of("gathered." + g.name))
			}
		}
	case !usable || len(s.asks.verbs) > 1:
		c.takenBack(s, w)
	}
}

// takenBack are the values that an unusable answer may have replaced.
func (c *checker) takenBack(s *spot, w *way) {
	for _, g := range s.asks.gifts {
		if g.again {
			w.gone.add(c.present.of("gathered." + g.name))
		}
	}
}

// forgettable is all that any rule of the release forgets or removes.
func (c *checker) forgettable() bitset {
	var all way
	for _, s := range c.spots {
		for _, l := range s.lists() {
			for i := range l.rules {
				c.done(&all, &l.rules[i], false)
			}
		}
	}
	return all.gone
}
