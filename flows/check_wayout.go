package flows

import (
	"fmt"
	"slices"
	"strings"
)

// wayOut looks for steps that leave a call without a place to go to when what
// they do fails: then the apology is spoken.
func (c *checker) wayOut(s *spot) {
	if c.escapes(s, map[*spot]bool{}) {
		return
	}
	const example = "for example: otherwise: goodbye"
	name := s.step.Name
	switch {
	case s.asks.question():
		if !c.allOn(s) {
			c.tell(s, codeNoWayOut, example, "the question of the step %q leads nowhere when it is not answered", name)
		}
	case s.step.Lookup != nil && !s.always("error"):
		c.tell(s, codeNoWayOut, example, "the look-up of the step %q leads nowhere when it fails", name)
	case s.step.Command != nil && !s.always("error"):
		c.tell(s, codeNoWayOut, example, "the step %q leads nowhere when Telnyx does not take its command", name)
	case s.step.Next != nil && !c.exhaustive(s):
		c.tell(s, codeNoWayOut, "give the last rule no when, or: otherwise: goodbye", "the step %q leads nowhere when none of its rules holds", name)
	}
}

// escapes reports whether there is an otherwise that takes a call from a step
// whatever has happened: its own, that of its flow, or, where other flows go
// through this one, those of all the steps that do. seen are the steps that
// were looked at already.
func (c *checker) escapes(s *spot, seen map[*spot]bool) bool {
	if slices.ContainsFunc(s.ways, func(w way) bool { return (w.by == "otherwise" || w.by == "defaults") && w.rule.When == nil }) {
		return true
	}
	seen[s] = true
	callers := c.called[s.flow.Name]
	return len(callers) > 0 && !slices.ContainsFunc(callers, func(caller *spot) bool { return !seen[caller] && !c.escapes(caller, seen) })
}

// always reports whether `on` leads somewhere at once on a status.
func (s *spot) always(status string) bool {
	on, has := s.step.On[status]
	return has && on.After <= 1 && slices.ContainsFunc(on.Rules, Rule.wins)
}

// wins reports whether a rule leads somewhere whatever is the case.
func (r Rule) wins() bool { return r.When == nil && !r.Goto.none() }

// allOn reports whether `on` has a rule without condition for every answer of
// a step that is not usable.
func (c *checker) allOn(s *spot) bool {
	all := true
	c.brings(s).outcomes.each(func(i int) {
		if o := outcomes[i]; !o.usable && o.status != "malformed" {
			on, has := s.step.On[o.status]
			all = all && has && on.After <= s.flow.Defaults.Attempts && slices.ContainsFunc(on.Rules, Rule.wins)
		}
	})
	return all
}

// exhaustive reports whether one of the rules of `next` surely holds: one has
// no condition, or two have opposite ones.
func (c *checker) exhaustive(s *spot) bool {
	var tested []string
	for _, r := range s.step.Next {
		if r.Goto.none() {
			continue
		}
		if r.When == nil || slices.ContainsFunc(opposites(r.When.Source()), func(o string) bool { return slices.Contains(tested, o) }) {
			return true
		}
		tested = append(tested, plain(r.When.Source()))
	}
	return false
}

// plain is a condition without the white space that means nothing.
func plain(when string) string { return strings.Join(strings.Fields(when), " ") }

// opposites are the conditions that hold where another does not, as they would
// be written.
func opposites(when string) []string {
	when = plain(when)
	if strings.ContainsAny(when, "&|?") || strings.Contains(when, " and ") || strings.Contains(when, " or ") {
		return nil // of several conditions it is not that simple
	}
	for _, not := range []string{"not ", "!"} {
		if of, is := strings.CutPrefix(when, not); is {
			return []string{of, strings.TrimSuffix(strings.TrimPrefix(of, "("), ")")}
		}
	}
	all := []string{"!" + when, "not " + when, "!(" + when + ")", "not (" + when + ")"}
	for _, pair := range [][2]string{{"==", "!="}, {"!=", "=="}} {
		if left, right, is := strings.Cut(when, pair[0]); is {
			all = append(all, left+pair[1]+right)
		}
	}
	return all
}

// live are the steps that a call can come to while somebody hears it: not those
// that only come after its end.
func (c *checker) live() map[*spot]bool {
	live := map[*spot]bool{}
	var queue []*spot
	reach := func(s *spot) {
		if s != nil && !live[s] {
			live[s] = true
			queue = append(queue, s)
		}
	}
	for _, name := range c.release.Names() {
		reach(c.at[name+"/"+c.release.Flows[name].Start])
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, w := range queue[0].ways {
			if queue[0].leadsOn(w) || w.by == "link" {
				reach(w.to)
			}
		}
	}
	return live
}

// back looks for rules of `otherwise` that are passed over, because they lead
// to the step that has failed.
func (c *checker) back(s *spot) {
	for _, r := range s.step.Otherwise {
		if c.target(s, r.Goto) == s && !r.Goto.none() {
			at := c.site(ruleSite{s.flow.Name, s.step.Name, r.Name})
			at.found(codeBack, 0, "", fmt.Sprintf("this leads nowhere: otherwise never leads back to the step %q, which has failed", s.step.Name))
		}
	}
}

// played looks for asides that are steps without a document.
func (c *checker) played(s *spot) {
	for _, l := range s.asks.links {
		if to := c.at[s.flow.Name+"/"+l.step]; l.kind == "aside" && to != nil && to.step.Document == nil {
			c.tell(s, codeNoAside, "", "the step %q has no document that could be played as an aside", l.step)
		}
	}
}
