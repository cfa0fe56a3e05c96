// Package flows is what flow authors write, and the engine that runs it.
//
// Load reads a tree of flows into a Release: every flow.yaml, template and
// schema is parsed, compiled and checked once, and every mistake is reported
// with its place. A Release then turns (session, answer, instant) into
// (session, document or look-up to make). It is pure: no network, no store, no
// clock, no randomness; the same inputs give the same bytes. Whoever calls it
// makes the look-ups, fills the links of a document, and stores the session.
package flows

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/problems"
	"texmlsrv/sessions"
)

// Release is an immutable, content-addressed set of flows. It is safe for
// concurrent use.
type Release struct {
	ID    string // hash of every file it was made of
	Flows map[string]*Flow
	App   App

	files    map[string][]byte // every file it was made of, as it was read
	env      sessions.Values   // env in expressions
	secrets  sessions.Values   // secrets in expressions
	settings []string          // what is read of these: env.X, secrets.X
}

// Files are the names of the files that the release was made of, sorted:
// bookings/flow.yaml.
func (r *Release) Files() []string { return slices.Sorted(maps.Keys(r.files)) }

// File is what stood in a file of the release; "" for any other.
func (r *Release) File(name string) string { return string(r.files[name]) }

// Names are the names of the flows, sorted.
func (r *Release) Names() []string { return slices.Sorted(maps.Keys(r.Flows)) }

// FlowFor is the flow that a call to an address begins with: that of its
// number, else the default, else the only one there is. ok is false when none
// is meant.
func (r *Release) FlowFor(address string) (name string, ok bool) {
	if n := r.number(address); n.Flow != "" {
		return n.Flow, true
	}
	if r.App.Default != "" {
		return r.App.Default, true
	}
	if names := r.Names(); len(names) == 1 {
		return names[0], true
	}
	return "", false
}

// number is what app.yaml says of the number in an address, which is the number
// itself or a SIP address: +13125550188@sip.telnyx.com. Zero for others.
func (r *Release) number(address string) Number {
	user, _, _ := strings.Cut(strings.TrimPrefix(address, "sip:"), "@")
	return r.App.Numbers[user]
}

// App is app.yaml: which flow answers which number.
type App struct {
	Default string
	Numbers map[string]Number // by called number, E.164
}

// Number is what app.yaml says of one called number. What is left out is the
// flow's own.
type Number struct {
	Flow      string
	Variables sessions.Values
	Voice     string
	Language  string
	Zone      *time.Location
}

// Flow is one flow.yaml with its documents.
type Flow struct {
	Name      string
	Title     string
	Start     string
	Zone      *time.Location
	Variables sessions.Values
	Defaults  Defaults
	Ended     string            // a step run once after the end of the call; "" for none
	Always    Rules             // tried first, on any usable answer
	Summary   *expressions.Text // what the call is about, for staff; nil for none
	Steps     map[string]*Step
	Order     []string // names of the steps as they stand in the file

	apology []byte            // apology.xml, checked; nil for the built-in one
	carried []elementDefaults // of its defaults.xml, then of the root's
	texts   *textViews
}

// Defaults are what steps fall back to.
type Defaults struct {
	Voice     string // of AIGather and Say; "" leaves it to the platform
	Language  string // BCP-47, of Say, Gather, dates and money
	Attempts  int    // asks of a question in a row
	Otherwise Rules
	Carry     bool // AIGather gets the talk so far
}

// Step is one place in a flow.
type Step struct {
	Name      string
	Document  *Template
	Command   *Command // sent to Telnyx once the document is out; nil for none
	Lookup    *Lookup
	Flow      string // a flow to go through; it comes back when it ends
	Choices   []Choice
	Into      string // keeps what Gather or Record brought as gathered.<Into>
	Missing   bool   // ask: missing
	Sensitive bool   // people see what it brings masked
	Outcome   *expressions.Text

	Next      Rules
	Otherwise Rules // nil: the flow's default
	On        map[string]On
}

// Choice is one of the things a caller can press or say.
type Choice struct {
	Name  string
	Words []string // folded: lower case, no accents
	Keys  []string
}

// On is what a step does at once on a status.
type On struct {
	After int // only after that many in a row; 1 when not given
	Rules Rules
}

// Lookup is a request to a service of the author's, made between two documents.
type Lookup struct {
	Method  string
	URL     *expressions.Text
	Headers []Header
	Body    value // nil for none
	Timeout time.Duration
	Into    string // the JSON answer, as vars.<Into>
}

// Header is one header of a look-up.
type Header struct {
	Name  string
	Value *expressions.Text
}

// Environment is what flows see of the process's environment.
type Environment struct {
	Env     map[string]string // expressions read it as env.<name>
	Secrets map[string]string // look-up URLs and headers read it as secrets.<name>
}

// EnvironmentOf picks from the environment ("KEY=value") what flows may see:
// FLOW_X becomes env.X, SECRET_X secrets.X.
func EnvironmentOf(environ []string) Environment {
	e := Environment{Env: map[string]string{}, Secrets: map[string]string{}}
	for _, pair := range environ {
		key, value, _ := strings.Cut(pair, "=")
		if name, ok := strings.CutPrefix(key, "FLOW_"); ok {
			e.Env[name] = value
		}
		if name, ok := strings.CutPrefix(key, "SECRET_"); ok {
			e.Secrets[name] = value
		}
	}
	return e
}

// Load reads every flow below root: <flow>/flow.yaml with its files, and
// app.yaml. Whatever keeps the flows from running is reported, all of it, as a
// problems.List; what runs but cannot be meant is found by Inspect and Check.
func Load(root fs.FS, env Environment) (*Release, error) {
	l := newLoader(root)
	r := l.load(env)
	return r, l.problems.Err()
}

// In is the release in another environment. What env does not name is not there.
func (r *Release) In(env Environment) *Release {
	moved := *r
	moved.env, moved.secrets = textValues(env.Env), textValues(env.Secrets)
	return &moved
}

// With is the release with other values for variables of a flow, also where a
// number that is called has values of its own for them.
func (r *Release) With(flow, called string, variables sessions.Values) *Release {
	if len(variables) == 0 || r.Flows[flow] == nil {
		return r
	}
	moved, changed := *r, *r.Flows[flow]
	changed.Variables = overlaid(changed.Variables, variables)
	moved.Flows = maps.Clone(r.Flows)
	moved.Flows[flow] = &changed
	if n, has := r.App.Numbers[called]; has {
		n.Variables = overlaid(n.Variables, variables)
		moved.App.Numbers = maps.Clone(r.App.Numbers)
		moved.App.Numbers[called] = n
	}
	return &moved
}

func overlaid(in, by sessions.Values) sessions.Values {
	out := sessions.Values{}
	maps.Copy(out, in)
	maps.Copy(out, by)
	return out
}

// Environment is what the release sees of its surroundings, the secrets too.
func (r *Release) Environment() Environment {
	return Environment{Env: textsOf(r.env), Secrets: textsOf(r.secrets)}
}

func textsOf(in sessions.Values) map[string]string {
	out := make(map[string]string, len(in))
	for k, v := range in {
		out[k], _ = v.(string)
	}
	return out
}

// Inspect is Load and Check in one: the release, and everything that was found.
// A release is not for callers when found.Err() is not nil.
func Inspect(root fs.FS, env Environment) (r *Release, found problems.List) {
	l := newLoader(root)
	r = l.load(env)
	l.inspect(r)
	return r, l.problems.Sorted()
}

func textValues(in map[string]string) sessions.Values {
	out := make(sessions.Values, len(in))
	for k, v := range in {
		out[k] = tidyText(v)
	}
	return out
}
