package flows

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
	"texmlsrv/telnyx/commands"
	"texmlsrv/texml"
)

// Command is a request to Telnyx that a step makes once its document is out:
// an AI gather while the document holds the call, a message to an assistant
// that listens in. What it brings comes by event, and is the step's answer.
type Command struct {
	Name string // one of commands.Names

	settings   *element // its parameters, as JSON
	parameters *element // the JSON Schema of a gather_using_ai; nil for others
}

// commandVerbs are the verbs that ask the same as a command: what the command
// brings is answered, checked and asked again as theirs is.
var commandVerbs = map[string]string{
	commands.GatherUsingAI:    "AIGather",
	commands.Gather:           "Gather",
	commands.GatherUsingAudio: "Gather",
	commands.GatherUsingSpeak: "Gather",
	commands.AIAssistantStart: "Connect",
}

// verb is the verb that asks what the command asks; "" when it asks nothing,
// as that of no command does.
func (c *Command) verb() string {
	if c == nil {
		return ""
	}
	return commandVerbs[c.Name]
}

// asks reports whether the step asks with one of the verbs, by its document or
// by its command.
func (s *Step) asks(verbs ...string) bool {
	for _, verb := range verbs {
		if s.Command.verb() == verb || s.Document != nil && s.Document.has(verb) {
			return true
		}
	}
	return false
}

// schema is the JSON Schema of what the step gathers, with its expressions
// filled in; nil when it gathers nothing.
func (s *Step) schema(scope *expressions.Scope) (*schemas.Schema, error) {
	if s.Command != nil && s.Command.parameters != nil {
		r := &renderer{file: s.Document.file, scope: *scope}
		return r.schemaOf(s.Command.parameters)
	}
	return s.Document.schema(scope)
}

// walk visits every element that the step renders, in their order.
func (s *Step) walk(visit func(*element)) {
	for _, root := range s.elements() {
		root.walk(visit)
	}
}

// elements are the roots of all that a step renders.
func (s *Step) elements() []*element {
	var roots []*element
	if s.Document != nil {
		roots = append(roots, s.Document.root)
	}
	if s.Command != nil {
		roots = append(roots, s.Command.settings)
		if s.Command.parameters != nil {
			roots = append(roots, s.Command.parameters)
		}
	}
	return roots
}

// command fills the settings of a step's command in. What its author left out is
// added as it is to an AIGather: voice and conversation, and of the schema
// what is still to be asked.
func (f *furnisher) command(scope *expressions.Scope) (*sessions.Command, error) {
	c := f.step.Command
	if c == nil || f.aside {
		return nil, nil
	}
	r := &renderer{file: f.step.Document.file, scope: *scope}
	text, err := r.json(c.settings)
	if err != nil {
		return nil, fmt.Errorf("command: %w", err)
	}
	settings, err := schemas.ReadJSON([]byte(text))
	if err == nil {
		settings, err = harmless(settings)
	}
	if err != nil {
		return nil, fmt.Errorf("command: %w", err)
	}
	if c.parameters != nil {
		if settings, err = f.gatherByCommand(r, settings); err != nil {
			return nil, fmt.Errorf("command: %w", err)
		}
	} else if verb := c.verb(); verb != "" {
		f.ask.Verbs = append(f.ask.Verbs, verb)
	}
	if c.Name == commands.GatherUsingSpeak {
		settings = f.spoken(settings)
	}
	body := finished(settings.Bytes())
	if err := f.commandHolds(c.Name, body); err != nil {
		return nil, err
	}
	return &sessions.Command{Name: c.Name, ID: f.commandID(), Settings: body}, nil
}

// gatherByCommand completes the settings of a gather_using_ai.
func (f *furnisher) gatherByCommand(r *renderer, settings *schemas.Node) (*schemas.Node, error) {
	f.ask.Verbs = append(f.ask.Verbs, "AIGather")
	text, err := r.json(f.step.Command.parameters)
	if err != nil {
		return nil, err
	}
	p := &texml.Parameters{JSON: text}
	if err := f.parameters(p); err != nil {
		return nil, err
	}
	schema, err := schemas.ReadJSON([]byte(p.JSON))
	if err != nil {
		return nil, err
	}
	settings = f.spoken(settings.With("parameters", schema))
	if settings.Get("message_history") == nil && f.flow.Defaults.Carry && len(f.session.History) > 0 {
		history, err := schemas.From(historyView(f.session.History))
		if err != nil {
			return nil, err
		}
		settings = settings.With("message_history", history)
	}
	return settings, nil
}

// spoken gives a command that speaks the flow's voice, where it has none.
func (f *furnisher) spoken(settings *schemas.Node) *schemas.Node {
	if settings.Get("voice") != nil || f.settings.voice == "" {
		return settings
	}
	return settings.With("voice", &schemas.Node{Kind: schemas.String, Value: f.settings.voice})
}

// harmless leaves out what an expression made nothing of, and breaks up every
// {{ that came with a value: an assistant would read it as a variable.
func harmless(n *schemas.Node) (*schemas.Node, error) {
	n, err := n.Map(func(s *schemas.Node) (any, error) {
		text, _ := s.Plain().(string)
		return breakMustache(text, false), nil
	})
	if err != nil {
		return nil, err
	}
	return withoutNulls(n), nil
}

func withoutNulls(n *schemas.Node) *schemas.Node {
	out := *n
	out.Items, out.Members = nil, nil
	for _, item := range n.Items {
		out.Items = append(out.Items, withoutNulls(item))
	}
	for _, m := range n.Members {
		if m.Value.Kind != schemas.Null {
			m.Value = withoutNulls(m.Value)
			out.Members = append(out.Members, m)
		}
	}
	return &out
}

// finished puts the braces that were meant for Telnyx in place of their mark.
func finished(body []byte) json.RawMessage {
	return json.RawMessage(strings.ReplaceAll(string(body), string(mustacheMark), "{{"))
}

// CommandFailed decides what comes after a command that Telnyx did not take:
// what the step does on an error, else its otherwise. code is the HTTP status, 0
// when there was no reply; reason is for rules and the timeline.
func (r *Release) CommandFailed(s *sessions.Session, code int, reason string, now time.Time) Decision {
	d := r.decide(s, now)
	d.session.Cause = ViaEvent
	step := (*Step)(nil)
	if d.flow != nil {
		step = d.flow.Steps[s.Step]
	}
	if step == nil {
		return d.lost("the step whose command failed is not served any more")
	}
	a := sessions.Answer{Kind: "command", Status: "error", Code: code, Reason: tidyText(reason)}
	d.session.Answer, d.entry.Answer = a, &a
	d.count(a)
	if !d.reacts(step, a) {
		d.otherwise(step)
	}
	return d.done()
}

// commandHolds holds a command against Telnyx's limits: what is refused there
// is a failed rendering here.
func (f *furnisher) commandHolds(name string, body json.RawMessage) error {
	var settings map[string]any
	if err := json.Unmarshal(body, &settings); err != nil {
		return fmt.Errorf("command: %w", err)
	}
	declared, _ := commands.Lookup(name)
	for _, p := range declared.Check(settings) {
		if !p.Warning {
			return fmt.Errorf("command: %s", p)
		}
	}
	return nil
}

// commandID is the same when a command is sent again, and no other's: Telnyx
// then knows that it has it.
func (f *furnisher) commandID() string {
	s := f.session
	sum := sha256.Sum256(fmt.Appendf(nil, "command\x00%s\x00%d\x00%s/%s\x00%d\x00%d", s.Call.SID, s.Turn, s.Flow, s.Step, s.Visits, s.Attempt))
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
