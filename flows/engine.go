package flows

import (
	"fmt"
	"slices"
	"time"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
)

// Bounds of one call; beyond, it goes to otherwise once, and then the apology
// is spoken.
const (
	turnLimit = 200 // turns of a call
	stepLimit = 16  // steps without a document in one turn
)

// Decision is what the engine made of a request: the session as it will be,
// and either its next document or a look-up to make first.
type Decision struct {
	Session  sessions.Session
	Document Document       // zero while Lookup is set
	Lookup   *LookupRequest // to be made, and its outcome given to LookedUp
	Entry    sessions.Entry // of the timeline; Document and Request are not filled in

	Shown  Document // Document as people may see it; zero when that is Document itself
	Gaps   []string // expressions of Document or Lookup without a value: nothing stands in their place
	Failed bool     // after the end: otherwise led nowhere, so it should be tried again

	silent int   // steps without a document so far in this turn
	wrap   *wrap // set after the end
}

// Begin decides the first document of a call, in the flow named.
func (r *Release) Begin(call sessions.Call, flow string, now time.Time) Decision {
	call = tidyCall(call)
	call.Flow = flow
	d := r.decide(&sessions.Session{Call: call, Release: r.ID, Flow: flow, BeganAt: now}, now)
	d.session.Cause = ViaFetch
	if d.flow == nil {
		return d.lost("there is no such flow")
	}
	d.enter(d.flow, d.flow.Start)
	return d.done()
}

// BeginEnded begins a call that was over before its first fetch came: it is
// known, and hung up.
func (r *Release) BeginEnded(call sessions.Call, flow, ending string, now time.Time) Decision {
	d := r.Begin(call, flow, now)
	d.Session.EndedAt, d.Session.Ending = now, ending
	d.Session.Ask, d.Lookup, d.Document = sessions.Ask{}, nil, Hangup()
	d.Session.Turn, d.Entry.Turn = 1, 1
	return d
}

// Answer decides the document after s, given what a request of the current
// turn brought and how it was reached. step is the step in the request's URL;
// it counts for ViaStep. s is not changed.
func (r *Release) Answer(s *sessions.Session, b Brought, via, step string, now time.Time) Decision {
	d := r.decide(s, now)
	if d.flow == nil {
		return d.lost("the flow is not served any more")
	}
	d.session.Cause = via
	switch at := d.flow.Steps[s.Step]; {
	case s.Turn >= turnLimit:
		d.bound(fmt.Sprintf("the call has had %d turns", s.Turn))
	case at == nil:
		return d.lost(fmt.Sprintf("the step %q is not served any more", s.Step))
	case s.Transferring:
		d.transferred(at, tidyBrought(b), via)
	case via == ViaStep && d.flow.Steps[step] != nil:
		d.follow(at, step, tidyBrought(b))
	default:
		d.answered(at, d.interpret(at, tidyBrought(b), via))
	}
	return d.done()
}

// follow goes where a URL made by step("name") leads. An author may write one as
// the action of a verb: what that brought is the answer of the turn.
func (d *turn) follow(from *Step, name string, b Brought) {
	if b.Answers(d.session.Ask) {
		a := d.interpret(from, b, ViaAction)
		d.session.Answer, d.entry.Answer = a, &a
	}
	d.enter(d.flow, name)
}

// Escape takes a call to otherwise because a bound was passed; the second time
// it is the apology. why is for the timeline.
func (r *Release) Escape(s *sessions.Session, why string, now time.Time) Decision {
	d := r.decide(s, now)
	if d.flow == nil {
		return d.lost(why)
	}
	d.bound(why)
	return d.done()
}

// Lost goes on with a call whose state the store has lost: s knows no more than
// the call, its flow and its step. It goes to otherwise, never to the greeting.
func (r *Release) Lost(s *sessions.Session, now time.Time) Decision {
	d := r.decide(s, now)
	return d.lost("the store has lost this call; it goes on at otherwise")
}

// LookedUp goes on with a decision whose look-up was made.
func (r *Release) LookedUp(before Decision, found Found, now time.Time) Decision {
	d := r.decide(&before.Session, now)
	d.entry, d.silent, d.wrap = before.Entry, before.silent, before.wrap
	d.entry.Path = slices.Clone(d.entry.Path)
	step := d.flow.Steps[d.session.Step]
	answer := d.lookupAnswer(step, found)
	d.entry.Path[len(d.entry.Path)-1].Answer = &answer
	d.answered(step, answer)
	return d.done()
}

// turn is one decision in the making.
type turn struct {
	release  *Release
	session  sessions.Session // a copy; its maps are replaced, never changed
	flow     *Flow
	now      time.Time
	entry    sessions.Entry
	silent   int
	document Document
	lookup   *LookupRequest
	drawn    *Step           // whose document it is
	aside    bool            // what is drawn is no turn
	wrap     *wrap           // what is done comes after the end of the call
	silences int             // Silences when the turn began
	gathered sessions.Values // Gathered when the turn began
	preface  string          // said before the document, because a person wants it so
	gaps     []string        // expressions without a value, of what was drawn last
}

func (r *Release) decide(s *sessions.Session, now time.Time) *turn {
	d := &turn{
		release: r, session: *s, flow: r.Flows[s.Flow], now: now,
		silences: s.Silences, gathered: s.Gathered,
	}
	d.session.Reasked, d.session.Command, d.session.Transferring = false, nil, false
	d.entry = sessions.Entry{At: now, Kind: sessions.EntryTurn}
	if d.session.Release != r.ID {
		d.note("release lost: goes on with the flows served now")
		d.session.Release = r.ID
		d.session.Mark(sessions.MarkReleaseLost)
	}
	return d
}

func (d *turn) note(text string) { d.entry.Notes = append(slices.Clip(d.entry.Notes), text) }

// done closes the turn.
func (d *turn) done() Decision {
	if d.wrap != nil {
		return d.wrapped()
	}
	if d.lookup == nil {
		if d.document.IsZero() {
			d.document = Apology(d.flow)
		}
		if d.session.Ended() {
			d.document, d.session.Ask, d.drawn = Hangup(), sessions.Ask{}, nil
		}
		d.summarize()
		d.settle()
		d.session.Turn++
		d.entry.Turn, d.entry.Flow, d.entry.Step = d.session.Turn, d.session.Flow, d.session.Step
		d.entry.Attempt, d.entry.Outcome = d.session.Attempt, d.session.Outcome
		d.session.SentAt = d.now
	}
	return Decision{
		Session: d.session, Document: d.document, Shown: d.maskedDocument(), Lookup: d.lookup,
		Entry: d.entry, Gaps: d.gaps, silent: d.silent,
	}
}

// summarize keeps what the flow says of the call, for staff.
func (d *turn) summarize() {
	if d.flow == nil || d.flow.Summary == nil {
		return
	}
	shown := *d
	shown.session = *d.session.Masked()
	text, err := d.flow.Summary.String(shown.scope())
	if err != nil {
		d.note(fmt.Sprintf("summary: %v", err))
		return
	}
	d.session.Summary = collapse(text)
}

// enter begins a step afresh.
func (d *turn) enter(flow *Flow, name string) {
	step := flow.Steps[name]
	d.flow = flow
	s := &d.session
	s.Flow, s.Step, s.Attempt, s.Kept, s.Silences = flow.Name, name, 1, nil, 0
	s.Visits++
	d.entry.Path = append(slices.Clip(d.entry.Path), sessions.Visit{Flow: flow.Name, Step: name})
	if step.Outcome != nil {
		d.label(step)
	}
	if d.skips(step) {
		return
	}
	d.present(step)
}

// label is what comes of the call, for staff: it is decided by what is known, and
// written without what is sensitive.
func (d *turn) label(step *Step) {
	text, err := step.Outcome.String(d.scope())
	if err != nil {
		d.note(fmt.Sprintf("outcome of %s: %v", step.Name, err))
		return
	}
	d.session.Outcome = d.session.Veiled(text)
}

// skips takes `ask: missing` into account: what is known need not be asked.
// It reports whether nothing is left to ask; then it has gone on.
func (d *turn) skips(step *Step) bool {
	if !step.Missing {
		return false
	}
	schema := d.keepKnown(step)
	if schema == nil {
		return false // rendering will say what is wrong
	}
	wanted := schema.Required()
	if len(wanted) == 0 {
		wanted = schema.Properties()
	}
	for _, name := range wanted {
		if !slices.Contains(d.session.Kept, name) {
			return false
		}
	}
	if !d.budget() {
		return true
	}
	d.answered(step, sessions.Answer{Kind: "next", Status: "done", Usable: true})
	return true
}

// keepKnown has a gather keep what is known and holds, and gives its schema; nil
// when there is none.
func (d *turn) keepKnown(step *Step) *schemas.Schema {
	schema, err := step.schema(d.scope())
	if err != nil || schema == nil {
		return nil
	}
	for _, name := range schema.Properties() {
		if value, known := d.session.Gathered[name]; known && schema.Valid(name, value) {
			d.session.Kept = append(d.session.Kept, name)
		}
	}
	return schema
}

// budget counts a step without a document; false when there were too many, and
// the turn has gone elsewhere.
func (d *turn) budget() bool {
	if d.silent++; d.silent <= stepLimit {
		return true
	}
	d.bound(fmt.Sprintf("%d steps without a document in one turn", stepLimit))
	return false
}

// present shows the current step: its document, its look-up, or its rules.
func (d *turn) present(step *Step) {
	switch {
	case step.Document != nil && d.wrap != nil:
		d.note("the call is over: the document of " + step.Name + " is not played")
	case step.Document != nil:
		d.render(step)
	case !d.budget():
	case step.Lookup != nil:
		d.lookUp(step)
	case step.Flow != "":
		d.call(step)
	case step.Next == nil: // its outcome was all there was to it
		d.end()
	default:
		d.choose(step)
	}
}

// render makes the document of a step; where that fails, the step has failed.
func (d *turn) render(step *Step) {
	document, ask, command, err := d.draw(step, d.documentScope(step))
	if err != nil {
		d.note(fmt.Sprintf("the document of %s: %v", step.Name, err))
		if d.budget() {
			d.otherwise(step)
		}
		return
	}
	d.document, d.session.Ask, d.session.Command, d.drawn = document, ask, command, step
	if d.secretive(step) {
		d.session.Hide()
	}
}

// documentScope is what the document of a step sees: also what it is going to
// ask for.
func (d *turn) documentScope(step *Step) *expressions.Scope {
	scope := d.scope()
	d.watch(scope)
	scope.Values["missing"] = list(nil)
	if schema, err := step.schema(scope); err == nil && schema != nil {
		_, missing := schema.Without(d.session.Kept)
		scope.Values["missing"] = list(missing)
	}
	return scope
}

// watch has the expressions without a value kept in d.gaps.
func (d *turn) watch(scope *expressions.Scope) {
	d.gaps = nil
	scope.Unknown = func(e *expressions.Expression) {
		if !slices.Contains(d.gaps, e.Source()) {
			d.gaps = append(d.gaps, e.Source())
		}
	}
}

// draw makes a step's document, and the command that goes with it.
func (d *turn) draw(step *Step, scope *expressions.Scope) (Document, sessions.Ask, *sessions.Command, error) {
	response, err := step.Document.render(*scope)
	if err != nil {
		return Document{}, sessions.Ask{}, nil, err
	}
	f := &furnisher{flow: d.flow, step: step, settings: d.settings(), session: &d.session, aside: d.aside}
	command, err := f.command(scope)
	if err != nil {
		return Document{}, sessions.Ask{}, nil, err
	}
	if err := d.prefaced(response); err != nil {
		return Document{}, sessions.Ask{}, nil, err
	}
	if err := f.furnish(response); err != nil {
		return Document{}, sessions.Ask{}, nil, err
	}
	document, err := finish(response)
	return document, f.ask, command, err
}

// answered goes on from a step with what it brought.
func (d *turn) answered(step *Step, a sessions.Answer) {
	d.session.Answer = a
	d.count(a)
	if d.entry.Answer == nil && a.Kind != "lookup" {
		d.entry.Answer = &a
	}
	if d.reacts(step, a) {
		return
	}
	switch {
	case a.Usable && d.always(step):
	case step.Next == nil && (step.Lookup == nil || a.Usable): // the end of the flow
		d.end()
	case a.Usable:
		d.choose(step)
	default:
		d.again(step)
	}
}

// always tries the rules that come before any step's own.
func (d *turn) always(step *Step) bool {
	target, ok := d.try(step, d.flow.Always, "")
	if ok {
		d.lead(step, target)
	}
	return ok
}

// count keeps how often in a row the caller's answer had one status.
func (d *turn) count(a sessions.Answer) {
	if a.Usable {
		d.session.Silences = 0
		return
	}
	if d.session.Silences == 0 || d.session.LastStatus != a.Status {
		d.session.Silences = 0
	}
	d.session.Silences++
	d.session.LastStatus = a.Status
}

// reacts tries the rules of `on` for a status.
func (d *turn) reacts(step *Step, a sessions.Answer) bool {
	on, has := step.On[a.Status]
	if !has || (!a.Usable && d.session.Silences < on.After) {
		return false
	}
	target, ok := d.try(step, on.Rules, "")
	if ok {
		d.lead(step, target)
	}
	return ok
}

// choose follows the first rule of `next` that holds.
func (d *turn) choose(step *Step) {
	if target, ok := d.try(step, step.Next, ""); ok {
		d.lead(step, target)
		return
	}
	if d.wrap != nil {
		return // nothing is left to do
	}
	if a := d.session.Answer; (a.Kind == "digits" || a.Kind == "speech") && a.Usable {
		d.refuse(step, a)
		return
	}
	d.again(step)
}

// lead goes where a rule leads.
func (d *turn) lead(step *Step, target Target) {
	if target.Again {
		d.again(step)
		return
	}
	flow := d.flow
	if target.Flow != "" { // for good: nobody is waiting for this flow any more
		flow, d.session.Callers = d.release.Flows[target.Flow], nil
	}
	d.enter(flow, target.Step)
}
