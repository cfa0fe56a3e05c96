package flows

import (
	"encoding/json"
	"fmt"

	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// furnisher adds to a rendered document what the author left out: actions,
// voice and language, the conversation so far, and the way on. It notes what
// the document asks.
type furnisher struct {
	flow     *Flow
	step     *Step
	settings settings
	session  *sessions.Session
	ask      sessions.Ask
	aside    bool // played without being a turn: nothing leads back into the flow
}

// settings are the defaults that hold for a call: the flow's, or the called
// number's where app.yaml has some.
type settings struct {
	voice    string
	language string
}

func (f *furnisher) furnish(r *texml.Response) error {
	for _, v := range r.Verbs {
		if err := f.verb(v); err != nil {
			return err
		}
	}
	if f.needsRedirect(r) {
		r.Verbs = append(r.Verbs, &texml.Redirect{Method: "POST", URL: f.link(ViaNext)})
	}
	return nil
}

// needsRedirect reports whether a call could run off the end of the document.
func (f *furnisher) needsRedirect(r *texml.Response) bool {
	if n := len(r.Verbs); f.aside || n > 0 && texml.Terminal(r.Verbs[n-1]) {
		return false
	}
	return f.step.Next != nil || f.ask.Asks() || len(f.session.Callers) > 0
}

func (f *furnisher) link(via string) string {
	return Link{Via: via, Flow: f.flow.Name, Step: f.step.Name}.mark()
}

func (f *furnisher) verb(v texml.Verb) error {
	if asker, is := v.(texml.Asker); is && asker.Asks() && !f.aside {
		if name := texml.Name(v); !f.ask.Has(name) {
			f.ask.Verbs = append(f.ask.Verbs, name)
		}
		asker.SetAction(firstOf(asker.Action(), f.link(ViaAction)))
	}
	switch v := v.(type) {
	case *texml.Say:
		f.say(v)
	case *texml.Gather:
		f.gather(v)
	case *texml.AIGather:
		return f.aiGather(v)
	}
	return nil
}

func (f *furnisher) say(s *texml.Say) {
	if s.Voice == "" {
		s.Voice = f.settings.voice
	}
	if s.Language == "" {
		s.Language = f.settings.language
	}
}

func (f *furnisher) gather(g *texml.Gather) {
	f.ask.Digits = g.ValidDigits
	if g.ValidDigits != "" && g.InvalidDigitsAction == "" && !f.aside {
		g.InvalidDigitsAction = f.link(ViaInvalid)
	}
	if g.Language == "" {
		g.Language = f.settings.language
	}
	for _, prompt := range g.Prompts {
		if say, is := prompt.(*texml.Say); is {
			f.say(say)
		}
	}
}

func (f *furnisher) aiGather(g *texml.AIGather) error {
	if g.Voice == nil && f.settings.voice != "" {
		g.Voice = &texml.Voice{Name: f.settings.voice}
	}
	if g.MessageHistory == nil && f.flow.Defaults.Carry && len(f.session.History) > 0 {
		g.MessageHistory = carried(f.session.History)
	}
	if g.Parameters == nil {
		return nil
	}
	return f.parameters(g.Parameters)
}

func carried(history []sessions.Message) *texml.MessageHistory {
	h := new(texml.MessageHistory)
	for _, m := range latest(history) {
		h.Messages = append(h.Messages, texml.Message{Role: m.Role, Text: sentText(m)})
	}
	return h
}

// parameters sends of the schema what is still to be asked, and keeps in the
// ask what the answer will be held against. That is the first gather's: no
// document gets to a second one.
func (f *furnisher) parameters(p *texml.Parameters) error {
	node, err := schemas.ReadJSON([]byte(p.JSON))
	if err != nil {
		return fmt.Errorf("Parameters: %w", err)
	}
	whole, err := schemas.Cached(node)
	if err != nil {
		return fmt.Errorf("Parameters: %w", err)
	}
	if f.ask.Schema != nil {
		p.JSON = string(breakJSON(whole.Sent()))
		return nil
	}
	sent, missing := whole.Without(f.session.Kept)
	p.JSON = string(breakJSON(sent.Sent()))
	f.ask.Schema, f.ask.Missing = json.RawMessage(p.JSON), missing
	if p.JSON != string(node.Bytes()) {
		f.ask.Whole = json.RawMessage(node.Bytes())
	}
	return nil
}

// whole is the schema of an ask as its author wrote it.
func whole(a sessions.Ask) json.RawMessage {
	if a.Whole != nil {
		return a.Whole
	}
	return a.Schema
}

// compiled reads a schema that was kept with an ask.
func compiled(raw json.RawMessage) (*schemas.Schema, error) {
	node, err := schemas.ReadJSON(raw)
	if err != nil {
		return nil, fmt.Errorf("flows: the schema of the turn: %w", err)
	}
	return schemas.Cached(node)
}

// sentText is how a message stands in a document.
func sentText(m sessions.Message) string { return breakMustache(collapse(m.Content), false) }
