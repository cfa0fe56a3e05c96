package flows

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"texmlsrv/flows/expressions"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// renderLimit bounds how often one document is tried.
const renderLimit = 64

// trialTime is when documents are tried: a Tuesday in business hours.
var trialTime = time.Date(2026, time.November, 24, 10, 30, 0, 0, time.UTC)

// renderings tries every document with what it can be given, and holds each
// against the vocabulary.
func (c *checker) renderings() {
	for _, s := range c.spots {
		if s.step.Document != nil && !c.site(s.step.Document).template.wrong {
			(&trial{checker: c, spot: s, told: map[string]bool{}}).run()
		}
	}
}

// trial tries one document.
type trial struct {
	*checker
	spot       *spot
	dimensions []dimension
	told       map[string]bool // what was reported
	failed     []failure
	wrong      []*wrong
	sent       int // renderings that could be sent
}

// wrong is what is wrong with documents that can be sent.
type wrong struct {
	texml.Problem
	at    *element
	input input        // the first one
	in    map[int]bool // of the renderings
}

// dimension is one thing that a document reads, with the values to try. The
// first is the usual one.
type dimension struct {
	path   string // gathered.phone, attempt …
	values []any  // nil for absent
}

// failure is a rendering that could not be sent.
type failure struct {
	err   error
	input input
}

// input is what one rendering is given: of every dimension the number of the
// value.
type input []int

func (t *trial) run() {
	t.dimensions = t.checker.dimensions(t.spot)
	tried := map[string]bool{}
	for _, in := range t.inputs() {
		if key := fmt.Sprint([]int(in)); !tried[key] && len(tried) < renderLimit && t.possible(in) {
			tried[key] = true
			t.try(in)
		}
	}
	for _, f := range t.failed {
		t.failure(f)
	}
	for _, w := range t.wrong {
		t.invalid(w)
	}
}

// inputs are the combinations to try: the usual one; for every flow:if all
// combinations of what it reads; under it, every value of what stands there;
// and every other value once.
func (t *trial) inputs() []input {
	usual := make(input, len(t.dimensions))
	all := t.branch([]input{usual}, usual, t.spot.step.Document.root)
	for n := 1; ; n++ {
		more := false
		for i, d := range t.dimensions {
			if n < len(d.values) {
				in := slices.Clone(usual)
				in[i], more = n, true
				all = append(all, in)
			}
		}
		if !more {
			return all
		}
	}
}

// branch adds what is to be tried for an element and those in it. base is an
// input with which the element is reached.
func (t *trial) branch(all []input, base input, e *element) []input {
	if e.when != nil {
		ways := t.combined(base, e.when)
		all = append(all, ways...)
		if i := slices.IndexFunc(ways, func(in input) bool { return t.holds(in, e.when) }); i >= 0 {
			base = ways[i]
		}
	}
	read := map[string]bool{}
	e.expressions(func(x *expressions.Expression, _ any, _ int) {
		for _, path := range x.Reads() {
			read[path] = x != e.when
		}
	})
	for i, d := range t.dimensions {
		if !slices.ContainsFunc(slices.Sorted(maps.Keys(read)), func(path string) bool { return read[path] && d.covers(path) }) {
			continue
		}
		for n := range d.values {
			in := slices.Clone(base)
			in[i] = n
			all = append(all, in)
		}
	}
	for _, child := range e.children {
		if child.element != nil {
			all = t.branch(all, base, child.element)
		}
	}
	return all
}

// holds reports whether a condition is yes with an input.
func (t *trial) holds(in input, when *expressions.Expression) bool {
	_, scope := t.given(in)
	yes, err := when.Truth(scope)
	return yes && err == nil
}

// covers reports whether a path reads what a dimension varies.
func (d dimension) covers(path string) bool {
	return path == d.path || strings.HasPrefix(path, d.path+".")
}

// combinedLimit bounds the combinations tried for one condition.
const combinedLimit = 24

func (t *trial) combined(usual input, when *expressions.Expression) []input {
	all := []input{usual}
	for i, d := range t.dimensions {
		if !slices.ContainsFunc(when.Reads(), d.covers) {
			continue
		}
		var next []input
		for n := range d.values {
			for _, in := range all {
				other := slices.Clone(in)
				other[i] = n
				if len(next) < combinedLimit {
					next = append(next, other)
				}
			}
		}
		all = next
	}
	return all
}

// try renders the document once.
func (t *trial) try(in input) {
	d, scope := t.given(in)
	document, _, _, err := d.draw(t.spot.step, scope)
	if err != nil {
		t.failed = append(t.failed, failure{err, in})
		return
	}
	t.sent++
	text := document.Fill(func(l Link) string { return "/texml/" + l.Flow + "/" + l.Step + "/ticket" })
	tree, err := texml.ParseTree(text)
	if err != nil {
		t.note(in, texml.Problem{Code: "TX001", Severity: texml.Error, Message: err.Error()}, nil)
		return
	}
	for _, p := range tree.Check(texml.CheckOptions{Context: t.context(t.spot)}) {
		t.note(in, p, tree)
	}
}

// expected are the codes of what is no mistake in a rendered document: what a
// flow means to reach Telnyx's Mustache, and what the sending decides.
var expected = []string{"TX006", "TX306"}

// note keeps what is wrong with a document that would be sent.
func (t *trial) note(in input, p texml.Problem, tree *texml.Tree) {
	if slices.Contains(expected, p.Code) || p.Code == emptyDocument && t.aside(t.spot) || t.checker.told[t.spot.step.Document][p.Code] {
		return
	}
	e := t.spot.step.Document.root
	if tree != nil {
		e = t.elementAt(in, tree, p.Pos)
	}
	for _, w := range t.wrong {
		if w.Code == p.Code && w.at == e {
			w.in[t.sent] = true
			return
		}
	}
	t.wrong = append(t.wrong, &wrong{Problem: p, at: e, input: in, in: map[int]bool{t.sent: true}})
}

// invalid reports what is wrong with documents. What is so with some inputs
// only may be with none that a call brings together: it is a warning, and a
// warning about it says too little.
func (t *trial) invalid(w *wrong) {
	severe := w.Severity
	if len(w.in) < t.sent {
		if severe == texml.Warning {
			return
		}
		severe = texml.Warning
	}
	at, with := t.siteOf(w.at), t.with(w.input)
	if slices.Contains(voiceCodes, w.Code) {
		key := t.spot.flow.Name + " " + w.Message
		if t.voiced[key] {
			return
		}
		t.voiced[key] = true
		if usual := t.site(voiceSite{t.spot.flow.Name}); usual.list != nil && strings.Contains(w.Message, t.spot.flow.Defaults.Voice) {
			at, with = usual, ""
		}
	}
	from := len(*at.list)
	at.report(&expressions.Error{Message: w.Message + with, Suggestion: w.Suggestion})
	at.judge(from, w.Code, severe)
}

// voiceCodes are of what is wrong with the name of a voice. One that stands in
// a document was told of where it stands; the others come from the flow's
// defaults or are computed, and a mistake in them is in many documents.
var voiceCodes = []string{"TX401", "TX403", "TX404"}

// siteOf is where an element stands, or the step, when it is one that was not
// read.
func (t *trial) siteOf(e *element) site {
	if at := t.site(e); at.list != nil {
		return at
	}
	return t.site(stepSite{t.spot.flow.Name, t.spot.step.Name})
}

// failure reports a rendering that could not be sent.
func (t *trial) failure(f failure) {
	e, why := t.spot.step.Document.root, f.err.Error()
	if wrong, is := errors.AsType[*renderError](f.err); is {
		e, why = wrong.at, fmt.Sprintf("<%s> %v", wrong.element, wrong.err)
	}
	key := fmt.Sprintf("%p %s", e, why)
	if t.told[key] {
		return
	}
	t.told[key] = true
	code := codeRendering
	if t.sent == 0 {
		code = codeNoRendering
	}
	at := t.siteOf(e)
	at.found(code, 0, "", fmt.Sprintf("the document of the step %q cannot be sent%s: %s", t.spot.step.Name, t.with(f.input), why))
}

// possible reports whether the latest answer can go with the attempt: on the
// first it is one from before, later the step's own.
func (t *trial) possible(in input) bool {
	value := func(path string) any {
		i := slices.IndexFunc(t.dimensions, func(d dimension) bool { return d.path == path })
		if i < 0 {
			return nil
		}
		return t.dimensions[i].values[in[i]]
	}
	attempt, is := value("attempt").(float64)
	if !is {
		return true
	}
	from := t.brings(t.spot)
	if attempt == 1 {
		from = t.spot.before
	}
	kind, status := t.outcomeTypes(from)
	can := func(path string, of expressions.Type) bool {
		v := value(path)
		return v == nil || of.Values == nil || slices.Contains(of.Values, v)
	}
	return can("answer.kind", kind) && can("answer.status", status)
}

// with says how an input differs from the usual one.
func (t *trial) with(in input) string {
	var words []string
	alone := !slices.ContainsFunc(in, func(n int) bool { return n != 0 })
	for i, n := range in {
		d := t.dimensions[i]
		switch {
		case n == 0 && !(alone && len(t.failed) > 0 && t.sent > 0), len(words) == 4:
			continue
		case d.values[n] == nil:
			words = append(words, d.path+" absent")
			continue
		}
		words = append(words, d.path+" = "+shown(d.values[n]))
	}
	if len(words) == 0 {
		return ""
	}
	return ", with " + strings.Join(words, ", ")
}

// shown writes a value for a message.
func shown(v any) string {
	written := expressions.Format(v)
	switch v.(type) {
	case []any, map[string]any:
		if text, err := json.Marshal(v); err == nil {
			written = string(text)
		}
	}
	if runes := []rune(written); len(runes) > 40 {
		written = string(runes[:40]) + "…"
	}
	if _, is := v.(string); is {
		return fmt.Sprintf("%q", written)
	}
	return written
}

// elementAt is the element of the template that a place of a rendered document
// comes from: the one of that name whose turn it is.
func (t *trial) elementAt(in input, tree *texml.Tree, at texml.Pos) *element {
	name, number := rendered(tree, at)
	_, scope := t.given(in)
	r := &renderer{file: "", scope: *scope}
	found := t.spot.step.Document.root
	var visit func(e *element)
	visit = func(e *element) {
		if !r.shown(e) {
			return
		}
		if e.name == name {
			if number--; number >= 0 {
				found = e
			}
		}
		for _, child := range e.children {
			if child.element != nil {
				visit(child.element)
			}
		}
	}
	visit(t.spot.step.Document.root)
	return found
}

// rendered is the name of the element at a place, and how many of that name
// there are up to it.
func rendered(tree *texml.Tree, at texml.Pos) (string, int) {
	name, number := "Response", 1
	counts := map[string]int{}
	for _, e := range tree.Root.FindElements("//*") {
		counts[e.Tag]++
		p := tree.Pos(e)
		if p.Line > at.Line || p.Line == at.Line && p.Column > at.Column {
			break
		}
		name, number = e.Tag, counts[e.Tag]
	}
	return name, number
}

// given is a turn and a scope with an input in place.
func (t *trial) given(in input) (*turn, *expressions.Scope) {
	s := &sessions.Session{Call: trialCall(t.spot.flow.Name), Release: t.release.ID, Flow: t.spot.flow.Name, Step: t.spot.step.Name, Attempt: 1, BeganAt: trialTime}
	d := t.release.decide(s, trialTime)
	d.aside = t.aside(t.spot)
	d.entry = sessions.Entry{}
	scope := d.scope()
	scope.Values["missing"] = list(nil)
	for i, dim := range t.dimensions {
		t.set(d, scope, dim.path, dim.values[in[i]])
	}
	return d, scope
}

func trialCall(flow string) sessions.Call {
	return sessions.Call{
		SID: "v3:trial", Direction: "inbound", From: "+14155550123", To: "+13125550188", CallerName: "Ana", Type: "pstn", Flow: flow,
		Params: map[string]string{},
	}
}

// set puts a value in its place.
func (t *trial) set(d *turn, scope *expressions.Scope, path string, v any) {
	root, name, below := strings.Cut(path, ".")
	switch {
	case path == "now":
		if at, is := v.(time.Time); is {
			scope.Now = at
			scope.Values["now"] = expressions.NowValue(at)
		}
	case path == "history":
		if v != nil {
			d.session.History = []sessions.Message{{Role: "assistant", Content: "Hello."}, {Role: "user", Content: hostile}}
			scope.Values["history"] = historyView(d.session.History)
		}
	case !below:
		scope.Values[path] = v
	default:
		members, _ := scope.Values[root].(map[string]any)
		members = maps.Clone(members)
		if members == nil {
			members = map[string]any{}
		}
		if members[name] = v; v == nil {
			delete(members, name)
		}
		scope.Values[root] = members
	}
	if path == "vars.language" {
		language, _ := v.(string)
		scope.Values["texts"] = d.flow.texts.in(language, scope.Language)
	}
}
