package flows

import "texmlsrv/sessions"

// What becomes of a turn that cannot go on as its author meant: the question is
// asked again, the step is left for otherwise, in the end the apology is given.

// lost answers a call whose place in the flows, or whose state, is gone: the
// step's otherwise, else the flow's, else the apology.
func (d *turn) lost(why string) Decision {
	d.note(why)
	d.session.Ask = sessions.Ask{}
	if d.flow != nil {
		step := d.flow.Steps[d.session.Step]
		if step == nil {
			step = &Step{Name: d.session.Step}
		}
		d.otherwise(step)
	}
	return d.done()
}

// bound goes to otherwise the first time and to the apology the second.
func (d *turn) bound(why string) {
	d.note(why)
	step := d.flow.Steps[d.session.Step]
	if d.session.Escaped || step == nil {
		d.apologize()
		return
	}
	d.session.Escaped, d.silent = true, 0
	d.otherwise(step)
}

func (d *turn) apologize() {
	if d.wrap != nil {
		d.wrap.failed = true
		return
	}
	d.note("the apology was given")
	d.session.Mark(sessions.MarkApology)
	d.document, d.session.Ask = Apology(d.flow), sessions.Ask{}
}

// again asks the question once more, or goes to otherwise when it was asked
// often enough, or was no question.
func (d *turn) again(step *Step) {
	if !d.question(step) || d.session.Attempt >= d.flow.Defaults.Attempts {
		d.otherwise(step)
		return
	}
	d.session.Attempt++
	d.session.Reasked = true
	d.present(step)
}

// question reports whether a step asks the caller something, so that it makes
// sense to ask again.
func (d *turn) question(step *Step) bool {
	return step.asks("Gather", "AIGather", "Record")
}

// otherwise goes where a step leads that has failed, or where the flow does when
// the step's own rules lead nowhere; never to itself. After the end the flow's
// does not count: it is where callers are led.
func (d *turn) otherwise(step *Step) {
	lists := []Rules{step.Otherwise, d.flow.Defaults.Otherwise}
	if d.wrap != nil {
		lists = lists[:1]
	}
	for _, rules := range lists {
		if target, ok := d.try(step, rules, step.Name); ok {
			d.session.Reasked = false
			d.lead(step, target)
			return
		}
	}
	d.fail()
}

// fail is what comes when even otherwise leads nowhere: the calling flow's
// otherwise, in the end the apology.
func (d *turn) fail() {
	if caller, _ := d.back(); caller != nil && d.budget() {
		d.otherwise(caller)
		return
	}
	if d.document.IsZero() {
		d.apologize()
	}
}

// refuse makes an answer that no rule of the step wanted an invalid one.
func (d *turn) refuse(step *Step, a sessions.Answer) {
	a.Status, a.Usable = "invalid", false
	d.session.Answer, d.entry.Answer = a, &a
	d.session.Silences = d.silences
	d.count(a)
	d.unkeep(step)
	if !d.reacts(step, a) {
		d.again(step)
	}
}
