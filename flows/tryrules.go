package flows

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"texmlsrv/flows/expressions"
	"texmlsrv/sessions"
)

// try looks at rules in order. The first that holds and leads somewhere wins,
// and only then what was set and forgotten on the way is kept. A rule that
// leads to the step named not is passed over.
func (d *turn) try(step *Step, rules Rules, not string) (Target, bool) {
	before := d.session
	for i := range rules {
		rule := &rules[i]
		unchanged := d.session
		held, read, err := d.follows(rule, not)
		if !held || err != nil {
			d.restore(&unchanged)
		}
		wins := held && err == nil && !rule.Goto.none()
		tried := outcome(rule, held, wins, err)
		tried.Read = read
		d.tried(step, tried)
		if wins {
			d.changes(&before)
			return rule.Goto, true
		}
	}
	d.restore(&before)
	return Target{}, false
}

// follows reports whether a rule holds, and does what it says on the way. read
// is what its condition read.
func (d *turn) follows(rule *Rule, not string) (held bool, read sessions.Values, err error) {
	if rule.When != nil {
		scope := d.scope()
		read = told(rule.When.Reads(), scope.Values)
		if held, err = rule.When.Truth(scope); !held || err != nil {
			return false, read, err
		}
	}
	if not != "" && d.same(rule.Goto, not) {
		return false, read, errSame
	}
	return true, read, d.apply(rule)
}

// errSame says why a rule was passed over.
var errSame = errors.New("otherwise never leads to the step that failed")

// restore takes back what rules have set and forgotten.
func (d *turn) restore(s *sessions.Session) {
	d.session.Vars, d.session.Gathered, d.session.Kept = s.Vars, s.Gathered, s.Kept
}

// outcome is what the timeline says of a rule that was tried.
func outcome(rule *Rule, held, wins bool, err error) sessions.Tried {
	tried := sessions.Tried{Rule: rule.Name, Held: held}
	if rule.When != nil {
		tried.When = rule.When.Source()
	}
	if wins {
		tried.Goto = rule.Goto.String()
	}
	if err != nil {
		tried.Held, tried.Problem = false, err.Error()
	}
	return tried
}

// same reports whether a target is the step named, or asks it again.
func (d *turn) same(t Target, step string) bool {
	return t.Again || t.Step == step && (t.Flow == "" || t.Flow == d.flow.Name)
}

// apply sets and forgets what a rule says.
func (d *turn) apply(rule *Rule) error {
	s := &d.session
	for _, a := range rule.Set {
		v, err := a.Value.eval(d.scope())
		if err != nil {
			return fmt.Errorf("set %s: %w", a.Name, err)
		}
		settled := settle(v)
		if s.Reveals(settled) {
			s.Hide(a.Name)
		}
		s.Vars = with(s.Vars, a.Name, settled)
	}
	for _, name := range rule.Forget {
		s.Gathered = without(s.Gathered, name)
		s.Kept = slices.DeleteFunc(slices.Clone(s.Kept), func(kept string) bool { return kept == name })
	}
	return nil
}

// settle makes of a value what a session holds: what it would read back from
// the store.
func settle(v any) any {
	switch v := v.(type) {
	case expressions.Mustache:
		return string(v)
	case int:
		return float64(v)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = settle(item)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, item := range v {
			out[name] = settle(item)
		}
		return out
	}
	return v
}

func with(values sessions.Values, name string, v any) sessions.Values {
	out := maps.Clone(values)
	if out == nil {
		out = sessions.Values{}
	}
	out[name] = v
	return out
}

func without(values sessions.Values, name string) sessions.Values {
	out := maps.Clone(values)
	delete(out, name)
	return out
}

// tried notes a rule in the timeline, under the step it belongs to.
func (d *turn) tried(step *Step, t sessions.Tried) {
	n := len(d.entry.Path)
	if n == 0 || d.entry.Path[n-1].Step != step.Name || d.entry.Path[n-1].Flow != d.flow.Name {
		d.entry.Path = append(slices.Clip(d.entry.Path), sessions.Visit{Flow: d.flow.Name, Step: step.Name})
		n++
	}
	d.entry.Path = slices.Clone(d.entry.Path)
	last := &d.entry.Path[n-1]
	last.Tried = append(slices.Clip(last.Tried), t)
}

// changes notes in the timeline what rules changed.
func (d *turn) changes(before *sessions.Session) {
	d.entry.Gathered = changed(d.entry.Gathered, before.Gathered, d.session.Gathered)
	d.entry.Vars = changed(d.entry.Vars, before.Vars, d.session.Vars)
}
