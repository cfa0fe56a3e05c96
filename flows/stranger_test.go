package flows_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"

	"texmlsrv/flows"
	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/texml"
)

// stranger calls flows that it does not know, and does what it is asked.
type stranger struct {
	*rand.Rand
	release *flows.Release
	warned  func(codes ...string) bool
	caller  simulator.Caller // fills schemas
	trusts  bool             // look-ups bring anything: what comes of that is nobody's fault

	looksUp bool // a look-up brings a variable

	now     time.Time
	session sessions.Session
	log     []string
	problem string
	step    []string // that the document leads to by itself
	asides  []aside
}

// aside is one that a document has played.
type aside struct {
	flows.Link
	context texml.Context
}

var envNames = regexp.MustCompile(`env\.([A-Za-z_0-9]+)`)

func newStranger(seed uint64, m *mutation, release *flows.Release) *stranger {
	env := flows.Environment{Env: map[string]string{}, Secrets: map[string]string{"BOOKING": "b", "MESSAGES": "m", "KEY": "k"}}
	for _, text := range m.files {
		for _, name := range envNames.FindAllStringSubmatch(text, -1) {
			env.Env[name[1]] = "+13125550199"
			if strings.Contains(name[1], "URL") {
				env.Env[name[1]] = "https://service.example.com/v1"
			}
		}
	}
	looksUp := false
	for _, flow := range release.Flows {
		for _, step := range flow.Steps {
			looksUp = looksUp || step.Lookup != nil && step.Lookup.Into != ""
		}
	}
	random := rand.New(rand.NewPCG(seed, 0x63616c6c))
	return &stranger{
		looksUp: looksUp,
		Rand:    random, release: release.In(env), warned: m.warned, caller: simulator.RandomCaller(seed, simulator.Habits{}),
		trusts: random.IntN(2) == 0,
		now:    monday.Add(time.Duration(random.IntN(14*24*60)) * time.Minute),
	}
}

// play plays one call, and says what went wrong; "" for nothing.
func (c *stranger) play(flow string) (problem string) {
	defer func() {
		if r := recover(); r != nil {
			problem = c.logged(fmt.Sprintf("it panics: %v\n%s", r, stack()))
		}
	}()
	c.log, c.problem = []string{"a call of " + flow}, ""
	from := sessions.Call{SID: "v3:stranger", Direction: pick(c.Rand, "inbound", "outbound"), From: "+14155550123", To: "+13125550188", Type: "pstn", CallerName: pick(c.Rand, "", "Ada"), AnsweredBy: pick(c.Rand, "", "human", "machine")}
	c.took(c.release.Begin(from, flow, c.now))
	for range 1 + c.IntN(12) {
		if c.problem != "" || !c.session.Ask.Asks() && len(c.step) == 0 && c.IntN(3) > 0 {
			break
		}
		c.turn()
	}
	if c.problem == "" && c.IntN(4) == 0 {
		c.visits()
	}
	if c.problem == "" {
		c.end()
	}
	if c.problem == "" {
		return ""
	}
	return c.logged(c.problem)
}

func (c *stranger) logged(problem string) string {
	return strings.Join(c.log, "\n") + "\n" + problem
}

func (c *stranger) note(format string, args ...any) {
	c.log = append(c.log, fmt.Sprintf(format, args...))
}

func pick[T any](random *rand.Rand, from ...T) T { return from[random.IntN(len(from))] }

// turn is one request.
func (c *stranger) turn() {
	c.now = c.now.Add(time.Duration(1+c.IntN(60)) * time.Second)
	switch n := c.IntN(12); {
	case len(c.step) > 0 && n < 3:
		step := c.step[c.IntN(len(c.step))]
		c.note("follows the link to %s", step)
		c.took(c.release.Answer(&c.session, flows.Brought{}, flows.ViaStep, step, c.now))
	case n == 3 && slices.ContainsFunc([]string{"Gather", "AIGather", "Record"}, c.session.Ask.Has):
		c.note("says nothing")
		c.took(c.release.Answer(&c.session, flows.Brought{}, flows.ViaNext, "", c.now))
	case n == 4 && c.session.Ask.Digits != "":
		keys := "0"
		c.note("presses what the Gather does not take")
		c.took(c.release.Answer(&c.session, flows.Brought{Digits: &keys}, flows.ViaInvalid, "", c.now))
	case n == 5 && c.session.Command != nil:
		c.took(c.release.CommandFailed(&c.session, 422, "refused", c.now))
	default:
		c.took(c.release.Answer(&c.session, c.brings(), flows.ViaAction, "", c.now))
	}
}

// brings is what was asked for.
func (c *stranger) brings() (b flows.Brought) {
	if len(c.session.Ask.Verbs) == 0 {
		return b
	}
	switch verb := c.session.Ask.Verbs[c.IntN(len(c.session.Ask.Verbs))]; verb {
	case "AIGather":
		b.AI = c.gathers()
	case "Gather":
		c.enters(&b)
	case "Dial":
		b.Dial = &flows.DialResult{Status: pick(c.Rand, "completed", "busy", "no_answer", "canceled", "failed"), Seconds: float64(c.IntN(50))}
	case "Record":
		b.Recording = pick(c.Rand, nil, &sessions.Recording{ID: "r1", Seconds: 12})
	default:
		b.Words = map[string]flows.Word{verb: {Status: pick(c.Rand, words(verb)...), Values: sessions.Values{"x": "y"}}}
	}
	c.note("brings %s", brief(b))
	return b
}

// words are how what a verb asks for ends, in our words.
func words(verb string) []string {
	switch verb {
	case "Enqueue":
		return []string{"left", "bridged", "hangup", "max_wait", "queue_full", "system_error"}
	case "Refer":
		return []string{"completed", "failed", "busy"}
	}
	return []string{"completed", "failed", ""}
}

func brief(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%.400s", text)
}

func (c *stranger) gathers() *flows.AIResult {
	r := &flows.AIResult{Status: "valid", History: []sessions.Message{{Role: "assistant", Content: "Hello."}, {Role: "user", Content: "Yes."}}}
	if c.IntN(6) == 0 {
		r.Status = pick(c.Rand, "timeout", "invalid", "error")
		return r
	}
	node, err := schemas.ReadJSON(c.session.Ask.Schema)
	if err != nil {
		if len(c.session.Ask.Schema) > 0 {
			c.problem = fmt.Sprintf("the schema of the turn is no JSON: %v\n%s", err, c.session.Ask.Schema)
		}
		return r
	}
	schema, err := schemas.Cached(node)
	if err != nil {
		c.problem = fmt.Sprintf("the schema of the turn is none: %v\n%s", err, c.session.Ask.Schema)
		return r
	}
	act, err := c.caller.Acts(context.Background(), simulator.Moment{Kind: simulator.MomentAI, Parameters: node, Schema: schema, At: c.now})
	if err != nil {
		c.problem = err.Error()
		return r
	}
	if r.Result, err = schemas.DecodeJSON(act.Gathers); err != nil {
		c.problem = err.Error()
	}
	return r
}

// enters presses keys or says something, mostly a choice.
func (c *stranger) enters(b *flows.Brought) {
	keys, said := pick(c.Rand, "0", "1", "2", "3", "12", ""), pick(c.Rand, "yes", "no", "Ada Lovelace", "two", "")
	if step := c.release.Flows[c.session.Flow].Steps[c.session.Step]; step != nil && len(step.Choices) > 0 && c.IntN(4) > 0 {
		choice := step.Choices[c.IntN(len(step.Choices))]
		keys = pick(c.Rand, append(slices.Clone(choice.Keys), keys)...)
		said = pick(c.Rand, append(slices.Clone(choice.Words), said)...)
	}
	if c.IntN(2) == 0 {
		b.Digits = &keys
		return
	}
	b.Speech, b.Confidence = &said, 0.9
}

// found is what a service answers.
func (c *stranger) found(l *flows.LookupRequest) flows.Found {
	step := c.release.Flows[l.Flow].Steps[l.Step]
	failed := flows.Found{Code: pick(c.Rand, 404, 409, 500), Failed: "status"}
	if !c.trusts {
		if step.Lookup.Into == "" && c.IntN(2) == 0 {
			return flows.Found{Code: 200}
		}
		return failed
	}
	return pick(c.Rand, failed,
		flows.Found{Failed: "timeout"},
		flows.Found{Code: 200, Result: []any{"09:00", "10:30"}},
		flows.Found{Code: 200, Result: []any{}},
		flows.Found{Code: 200, Result: map[string]any{"name": "Ada", "amount": 3.0, "slots": []any{"09:00"}}},
		flows.Found{Code: 200, Result: map[string]any{}},
		flows.Found{Code: 200, Result: 4.0},
		flows.Found{Code: 200, Result: "yes"},
		flows.Found{Code: 200},
	)
}

// took takes a decision in: its look-ups are made, and what it is is checked.
func (c *stranger) took(d flows.Decision) {
	d = c.lookUp(d)
	if c.problem != "" {
		return
	}
	c.session = stored(d.Session)
	c.note("%s/%s, attempt %d", d.Session.Flow, d.Session.Step, d.Session.Attempt)
	c.entry(d.Entry)
	c.step, c.asides = nil, nil
	c.document(d.Document, texml.Main)
	for i := 0; i < len(c.asides) && i < 4 && c.problem == ""; i++ {
		l := c.asides[i]
		document, err := c.release.Aside(&c.session, l.Flow, l.Step, c.now)
		if err != nil && !c.trusts && !c.warned(mayFail...) {
			c.problem = err.Error()
		}
		c.document(document, l.context)
	}
}

// stored is a session as the store gives it back.
func stored(s sessions.Session) (back sessions.Session) {
	written, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(written, &back)
	}
	if err != nil {
		panic(fmt.Sprintf("a session that cannot be stored: %v", err))
	}
	return back
}

func (c *stranger) lookUp(d flows.Decision) flows.Decision {
	for range 40 {
		if d.Lookup == nil {
			return d
		}
		found := c.found(d.Lookup)
		c.note("look-up of %s/%s: %s", d.Lookup.Flow, d.Lookup.Step, brief(found))
		d = c.release.LookedUp(d, found, c.now)
	}
	c.problem = "the look-ups of a turn never end"
	return d
}

// What check warns of, where it is not sure.
var (
	mayFail = []string{"FL102", "FL105", "FL109", "FL202", "FL204", "FL402", "FL404"}
	mayEnd  = []string{"FL302", "FL304", "FL305", "FL312", "FL402", "FL102", "FL105", "FL109", "FL202"}
)

// excused reports whether something went wrong by what nobody can know before:
// a text that is no number or no time, a list that grew with every rule, a value
// of another kind that a rule sets where a look-up brings one.
func (c *stranger) excused(problem string) bool {
	has := func(part string) bool { return strings.Contains(problem, part) }
	return has("the text is not a number") || has("flow:for goes over") || has("open wants a date") ||
		c.looksUp && has("is wanted here, not")
}

// entry wants nothing in the timeline that the author did not mean.
func (c *stranger) entry(e sessions.Entry) {
	for _, visit := range e.Path {
		for _, tried := range visit.Tried {
			if tried.Problem != "" && !c.excused(tried.Problem) && !strings.HasPrefix(tried.Problem, "otherwise never leads") && !c.trusts && !c.warned(mayFail...) {
				c.problem = fmt.Sprintf("a rule fails: %s/%s %s %s: %s", visit.Flow, visit.Step, tried.Rule, tried.When, tried.Problem)
			}
		}
	}
	for _, note := range e.Notes {
		c.note("note: %s", note)
		switch {
		case strings.HasPrefix(note, "dropped: "), c.trusts:
		case c.excused(note):
			return // what comes after it comes of it
		case strings.Contains(note, "apology"), strings.Contains(note, "steps without a document"), strings.Contains(note, "flows deep"):
			if !c.warned(mayEnd...) {
				c.problem = cmp.Or(c.problem, note)
			}
		case !c.warned(mayFail...):
			c.problem = cmp.Or(c.problem, note)
		}
	}
}

// document holds one that is sent against what Telnyx takes.
func (c *stranger) document(d flows.Document, context texml.Context) {
	body := d.Fill(func(l flows.Link) string {
		if l.Via == flows.ViaStep {
			c.step = append(c.step, l.Step)
		}
		return "https://us.example.com/texml/" + l.Flow + "/" + l.Step + "/1." + l.Via + ".0123456789abcdef"
	})
	if c.problem != "" {
		return
	}
	tree, err := texml.ParseTree(body)
	if err != nil {
		c.problem = fmt.Sprintf("no document: %v\n%s", err, body)
		return
	}
	c.asides = append(c.asides, asidesIn(tree, context)...)
	for _, p := range tree.Check(texml.CheckOptions{Context: context}) {
		silent := context != texml.Main && p.Code == "TX005"
		if p.Severity == texml.Error && !silent && !c.trusts && !c.warned(append([]string{p.Code}, mayFail...)...) {
			c.problem = fmt.Sprintf("%v\n%s", p, body)
		}
	}
	if bytes.Contains(body, []byte("{{")) && !c.warned("FL108") {
		c.problem = fmt.Sprintf("a Mustache\n%s", body)
	}
}

// asideURL is how document writes the URL of an aside.
var asideURL = regexp.MustCompile(`/texml/([^/]*)/([^/]*)/1\.aside\.`)

// asidesIn are the asides that a document has played.
func asidesIn(tree *texml.Tree, around texml.Context) []aside {
	var all []aside
	for _, e := range tree.Root.FindElements("//*") {
		for _, a := range e.Attr {
			of := asideURL.FindStringSubmatch(a.Value)
			decl := texml.DeclarationOf(e)
			if of == nil || decl == nil || decl.Attr(a.Key) == nil {
				continue
			}
			all = append(all, aside{flows.Link{Via: flows.ViaAside, Flow: of[1], Step: of[2]}, max(around, decl.Attr(a.Key).Context)})
		}
	}
	return all
}

// visits looks at the call as people do while it runs.
func (c *stranger) visits() {
	s := &c.session
	for _, field := range c.release.Fields(s, c.now) {
		_, _ = c.release.Correct(s, field.Name, pick(c.Rand, "Ada", "4", "yes", ""), c.now)
	}
	for _, place := range c.release.Enterable(s) {
		if c.IntN(6) > 0 {
			continue
		}
		_, _ = c.release.Preview(s, place.Flow, place.Step, c.now)
		d, err := c.release.Enter(s, place.Flow, place.Step, c.now)
		if err != nil {
			c.problem = fmt.Sprintf("cannot be taken to %v: %v", place, err)
			return
		}
		was := *s
		c.now, c.trusts = c.now.Add(time.Second), true // no rule led the call here: something may be missing
		c.note("taken to %s/%s", place.Flow, place.Step)
		c.took(d)
		c.turn()
		*s = was
	}
	for _, decide := range []func() (flows.Decision, error){
		func() (flows.Decision, error) { return c.release.Repeat(s, c.now) },
		func() (flows.Decision, error) { return c.release.SayFirst(s, "One moment.", c.now) },
		func() (flows.Decision, error) {
			return c.release.Transfer(s, "+14155550199", "I put you through.", c.now)
		},
	} {
		if d, err := decide(); err == nil && c.problem == "" {
			c.document(d.Document, texml.Main)
		}
	}
}

// end hangs up.
func (c *stranger) end() {
	c.session.EndedAt, c.session.Ending = c.now, "completed"
	for range 3 {
		d, ok := c.release.Wrap(&c.session, c.now)
		if !ok || c.problem != "" {
			return
		}
		if d = c.lookUp(d); c.problem != "" {
			return
		}
		c.entry(d.Entry)
		if !d.Failed {
			return
		}
	}
}
