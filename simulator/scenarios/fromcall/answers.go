package fromcall

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/talk"
	"texmlsrv/texml"
)

// answers is what the caller, or the world, did at a moment, made up where it is
// personal.
func (p *play) answers(ctx context.Context, m simulator.Moment, t turn) (simulator.Act, error) {
	a := t.Answer
	if a == nil {
		return simulator.Act{}, nil
	}
	act := simulator.Act{}
	switch a.Kind {
	case "ai":
		return p.gathers(ctx, m, t)
	case "digits":
		if a.Digits != "" {
			pressed := p.pressed(m, t)
			act.Digits = &pressed
		}
	case "speech":
		if a.Speech != "" {
			said := p.fakes.said(a.Speech, a.Sensitive || p.secretive(t))
			act.Speech = &said
			if a.Confidence > 0 && a.Confidence != 0.9 {
				act.Confidence = a.Confidence
			}
		}
	case "record":
		act.Seconds = a.Seconds
		act.HangUp = p.hungUpAfter(t)
	case "next", "":
		if m.Kind == simulator.MomentAI {
			act.Behaves = []simulator.Behaviour{{Name: simulator.OnlyFallThrough}}
		}
	default:
		p.went(&act, a)
	}
	return act, nil
}

// went is how something outside the call went.
func (p *play) went(act *simulator.Act, a *sessions.Answer) {
	act.Status, act.Reason = a.Status, a.Reason
	if a.Kind == "dial" {
		act.Reason = ""
		if a.Status == "completed" {
			act.Seconds = math.Round(a.Seconds)
		}
	}
	if values, is := a.Result.(map[string]any); is && a.Kind == "http" {
		act.Values = map[string]string{}
		for name, value := range values {
			act.Values[name] = fmt.Sprint(p.fakes.json(name, value))
		}
	}
}

// hungUpAfter reports whether the caller ended a recording by hanging up: the call
// was over before anything more could be heard.
func (p *play) hungUpAfter(t turn) bool {
	if t.Turn != p.turns[len(p.turns)-1].Turn || !p.session.Ended() {
		return false
	}
	return p.session.EndedAt.Sub(t.At).Seconds() < 1
}

// other plays somebody else on the line: who was dialed takes the call with the
// first key that holds, if there was a talk.
func (p *play) other(m simulator.Moment) simulator.Act {
	g, is := m.Verb.(*texml.Gather)
	if !is || m.Document < len(p.turns) && p.turns[m.Document].Answer != nil && p.turns[m.Document].Answer.Seconds == 0 {
		return simulator.Act{}
	}
	key := "1"
	if g.ValidDigits != "" {
		key = g.ValidDigits[:1]
	}
	return simulator.Act{Digits: &key}
}

// menuKeys is how many keys at most are a choice in a menu, and say nothing of who
// pressed them.
const menuKeys = 2

// pressed are the keys of an answer: those of a menu as they were, others made up.
func (p *play) pressed(m simulator.Moment, t turn) string {
	keys, a := t.Answer.Digits, t.Answer
	secret := a.Sensitive || p.secretive(t)
	if !talk.IsKeys(keys) { // masked: they are not kept
		keys = "1234"
		if g, is := m.Verb.(*texml.Gather); is && g.NumDigits > 0 {
			keys = strings.Repeat("1", g.NumDigits)
		}
	}
	if !secret && (a.Choice != "" || len(keys) <= menuKeys || p.fakes.rules(keys)) {
		return keys
	}
	fake := p.fakes.digits(keys)
	if g, is := m.Verb.(*texml.Gather); is {
		if a.Status != "invalid" {
			fake = among(fake, g.ValidDigits)
		}
		if g.NumDigits == 0 && (g.FinishOnKey == nil || strings.Contains(*g.FinishOnKey, "#")) {
			fake += "#"
		}
	}
	return fake
}

// among replaces keys that do not count by some that do.
func among(keys, valid string) string {
	if valid == "" {
		return keys
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(valid, r) {
			return r
		}
		return rune(valid[int(r)%len(valid)])
	}, keys)
}

// secretive reports whether all that the step brings is sensitive.
func (p *play) secretive(t turn) bool {
	flow := p.release.Flows[t.from.Flow]
	return flow != nil && flow.Steps[t.from.Step] != nil && flow.Steps[t.from.Step].Sensitive
}

// gathers is what an AI gather brought.
func (p *play) gathers(ctx context.Context, m simulator.Moment, t turn) (simulator.Act, error) {
	a := t.Answer
	raw, _ := resultIn(t.Request)
	if raw == nil && a.Result != nil {
		if text, err := json.Marshal(a.Result); err == nil {
			raw = text
		}
	}
	node, err := schemas.ReadJSON(raw)
	if (err != nil || node.Kind != schemas.Object) && a.Usable { // masked: what was kept of it is known
		node, err = schemas.From(map[string]any(t.Gathered))
	}
	if err != nil || node.Kind != schemas.Object {
		return simulator.Act{}, nil // nothing was said
	}
	if a.Status == "no_input" && len(node.Members) == 0 {
		return simulator.Act{}, nil
	}
	var fitting *schemas.Node // values of nobody's, where what there is cannot be changed so that it fits
	lend := func(name string) any {
		if fitting == nil {
			fitting = &schemas.Node{}
			if act, err := simulator.RandomCaller(1, simulator.Habits{}).Acts(ctx, m); err == nil {
				if made, err := schemas.ReadJSON(act.Gathers); err == nil {
					fitting = made
				}
			}
		}
		if v := fitting.Get(name); v != nil {
			return v.Plain()
		}
		return nil
	}
	values := talk.Object{}
	for _, member := range node.Members {
		values = append(values, talk.Member{Name: member.Name, Value: p.value(m.Schema, t, member, lend)})
	}
	text, err := values.MarshalJSON()
	if err != nil {
		return simulator.Act{}, fmt.Errorf("fromcall: %w", err)
	}
	return simulator.Act{Gathers: text}, nil
}

// value is one value of an AI gather, made up where it is personal. It fits the
// schema if the real one does.
func (p *play) value(schema *schemas.Schema, t turn, member schemas.Member, lend func(name string) any) any {
	name, real := member.Name, member.Value.Plain()
	var about schemas.Property
	if schema != nil {
		about, _ = schema.Describe(name)
	}
	about.Name = name
	if real == sessions.Mask {
		if kept, is := t.Gathered[name]; is && kept != nil {
			real = kept
		}
	}
	if real == sessions.Mask || slices.Contains(p.session.Sensitive, name) || p.secretive(t) {
		if v := lend(name); v != nil {
			return v
		}
		return p.fakes.shapes(real)
	}
	fake := p.fakes.value(about, real)
	if schema == nil || schema.Valid(name, fake) == schema.Valid(name, real) {
		return fake
	}
	if shaped := p.fakes.shapes(real); schema.Valid(name, shaped) == schema.Valid(name, real) {
		return shaped
	}
	if v := lend(name); v != nil && schema.Valid(name, real) {
		return v
	}
	p.unlike = append(p.unlike, fmt.Sprintf("The value of %s at turn %d could not be made up so that it fits, or does not, as the real one.", name, t.Turn-1))
	return fake
}
