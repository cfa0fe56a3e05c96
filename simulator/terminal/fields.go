package terminal

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"texmlsrv/flows/schemas"
	"texmlsrv/simulator"
	"texmlsrv/simulator/talk"
)

// assistant plays the person in the conversation of an AI gather.
type assistant struct {
	*Conversation
	moment simulator.Moment
	talk   []simulator.Message // what was said on the way
}

// What comes of asking for a value, beside the commands.
const (
	given = ""
	whole = "whole" // the whole answer was given as JSON
)

// asksAI asks for what the schema of an AI gather wants, value by value.
func (c *Conversation) asksAI(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	a := &assistant{Conversation: c, moment: m}
	properties := talk.Properties(a.moment.Schema)
	a.introduce(properties)
	for {
		values, end, err := a.all(ctx, properties)
		if err != nil {
			return simulator.Act{}, err
		}
		act := simulator.Act{Conversation: talk.Spoken(a.moment, a.talk)}
		switch end.command {
		case "hangup":
			act.HangUp = true
		case "silent":
			return simulator.Act{}, nil
		case "back":
			continue
		case whole:
			act.Gathers = json.RawMessage(end.text)
		default:
			if act.Gathers, err = values.MarshalJSON(); err != nil {
				return act, fmt.Errorf("terminal: %w", err)
			}
		}
		return act, nil
	}
}

// introduce says what is asked for, and the first time how to answer.
func (a *assistant) introduce(properties []schemas.Property) {
	a.screen.block(plain, "   ", "   ", talk.Introduction(properties))
	if len(properties) == 0 {
		return
	}
	a.once("fields", "Give value after value as the assistant would understand them, or all at once as a line of JSON. /help shows what else can be done.")
}

// all asks for values one after the other, until they are complete or
// something else is wanted.
func (a *assistant) all(ctx context.Context, properties []schemas.Property) (talk.Object, input, error) {
	if len(properties) == 0 {
		_, end, err := a.field(ctx, schemas.Property{Name: "JSON", Required: true}, "JSON")
		return nil, end, err
	}
	values := talk.Object{}
	for _, p := range properties {
		value, end, err := a.fitting(ctx, p)
		switch {
		case err != nil || end.command != given && end.command != "skip":
			return nil, end, err
		case end.command == given:
			values = append(values, talk.Member{Name: p.Name, Value: value})
		}
	}
	return values, input{}, nil
}

// fitting asks for a property until it fits.
func (a *assistant) fitting(ctx context.Context, p schemas.Property) (any, input, error) {
	a.describe(p, p.Name)
	for {
		value, end, err := a.field(ctx, p, p.Name)
		if err != nil || end.command != given || a.moment.Schema.Valid(p.Name, talk.Decoded(value)) {
			return value, end, err
		}
		a.wrong(talk.Unfit(p).Error())
	}
}

// field asks for a value, or for the parts of an object.
func (a *assistant) field(ctx context.Context, p schemas.Property, path string) (any, input, error) {
	if len(p.Properties) > 0 && p.Enum == nil {
		return a.parts(ctx, p, path)
	}
	for {
		typed, err := a.read(ctx, atField, path)
		switch {
		case err != nil:
			return nil, typed, err
		case typed.command == "say":
			a.talk = append(a.talk, simulator.Message{Role: "user", Content: typed.text})
			continue
		case typed.command != "":
			return nil, typed, nil
		case typed.text == "" && !p.Required:
			return nil, input{command: "skip"}, nil
		case typed.text == "":
			a.wrong(path + " is required; /skip leaves it out all the same")
			continue
		case strings.HasPrefix(typed.text, "{") && !talk.TakesObject(p):
			if a.complete(typed.text) {
				return nil, input{whole, typed.text}, nil
			}
			continue
		}
		value, err := talk.ValueOf(p, typed.text)
		if err == nil {
			return value, input{}, nil
		}
		a.wrong(err.Error())
	}
}

// parts asks for an object property by property.
func (a *assistant) parts(ctx context.Context, p schemas.Property, path string) (any, input, error) {
	if !p.Required {
		wants, end, err := a.field(ctx, schemas.Property{Types: []string{"boolean"}}, path+" (yes or no)")
		if err != nil || end.command != given || wants != true {
			if end.command == given {
				end.command = "skip"
			}
			return nil, end, err
		}
	}
	values := talk.Object{}
	for _, part := range p.Properties {
		where := path + "." + part.Name
		a.describe(part, where)
		value, end, err := a.field(ctx, part, where)
		switch {
		case err != nil || end.command != given && end.command != "skip":
			return nil, end, err
		case end.command == given:
			values = append(values, talk.Member{Name: part.Name, Value: value})
		}
	}
	return values, input{}, nil
}

// describe says what a value is, and what it can be.
func (a *assistant) describe(p schemas.Property, path string) {
	traits := []string{path}
	if !p.Required {
		traits = append(traits, "optional: Enter leaves it out")
	}
	if wants := talk.Wanted(p); wants != "text" && len(p.Properties) == 0 {
		traits = append(traits, wants)
	}
	a.screen.block(bold, "   ", "   ", strings.Join(traits, " · "))
	if p.Description != "" && !a.told[path+p.Description] {
		a.told[path+p.Description] = true // who is asked again has read it
		a.screen.block(dim, "     ", "     ", p.Description)
	}
	a.choices(p)
}

// choices lists what can be chosen, with a number where it can be chosen by one.
func (a *assistant) choices(p schemas.Property) {
	var choices []string
	for i, value := range p.Enum {
		if talk.Numbered(p) {
			choices = append(choices, strconv.Itoa(i+1)+" "+talk.Written(value))
		} else {
			choices = append(choices, talk.Written(value))
		}
	}
	a.list(choices)
}

// list writes short texts beside each other, as many as fit.
func (c *Conversation) list(items []string) {
	line := ""
	for _, item := range items {
		item = strings.Join(strings.Fields(clean(item)), " ")
		if line != "" && 5+columns(line)+3+columns(item) > c.screen.width {
			c.screen.line(plain, "     "+line)
			line = ""
		}
		if line != "" {
			line += "   "
		}
		line += item
	}
	if line != "" {
		c.screen.line(plain, "     "+line)
	}
}

// complete reports whether a line can be the whole answer. One that does not
// fit is good: it is how the assistant fails. But it is said.
func (a *assistant) complete(line string) bool {
	amiss, err := talk.Whole(a.moment.Schema, line)
	if err != nil {
		a.wrong(err.Error())
		return false
	}
	if len(amiss) > 0 {
		a.screen.block(dim, "   ", "   ", "It is sent as it is, although it does not fit: "+strings.Join(amiss, "; ")+".")
	}
	return true
}
