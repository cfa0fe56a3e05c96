package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"texmlsrv/calls"
	"texmlsrv/flows"
	"texmlsrv/flows/schemas"
	"texmlsrv/simulator/terminal"
)

// callLookups makes the look-ups of a call, unless the person at the terminal
// says what they bring. They come one after the other: a call waits for each.
type callLookups struct {
	line   *callLine
	flow   string
	made   *calls.Lookups
	canned map[string]flows.Found // by flow/step
	begun  []lookedUp
	waited time.Duration // for the person, since it was last told
	hinted bool
}

// lookedUp is a look-up that was made in a call, and what came of it.
type lookedUp struct {
	step  string // flow/step
	key   string // the same for the same look-up of the same turn
	found flows.Found
}

// newCallLookups reads --lookup.
func newCallLookups(line *callLine, release *flows.Release, flow string) (*callLookups, error) {
	l := &callLookups{line: line, flow: flow, made: calls.NewLookups(), canned: map[string]flows.Found{}}
	for _, name := range slices.Sorted(maps.Keys(line.command.Lookup)) {
		place := name
		if !strings.Contains(name, "/") {
			place = flow + "/" + name
		}
		in, own, _ := strings.Cut(place, "/")
		known := release.Flows[in]
		if known == nil || known.Steps[own] == nil || known.Steps[own].Lookup == nil {
			return nil, usage("--lookup: there is no step %s that looks something up", name)
		}
		found, err := cannedFound(line.command.Lookup[name])
		if err != nil {
			return nil, usage("--lookup %s: %v", name, err)
		}
		l.canned[place] = found
	}
	return l, nil
}

// cannedFound is what a look-up brings, as a person writes it: JSON, a status,
// or why there is no reply.
func cannedFound(text string) (flows.Found, error) {
	text = strings.TrimSpace(text)
	if text == "timeout" || text == "connection" {
		return flows.Found{Failed: text}, nil
	}
	if code, err := strconv.Atoi(text); err == nil && code >= 100 && code <= 599 {
		if code >= 400 {
			return flows.Found{Code: code, Failed: "status"}, nil
		}
		return flows.Found{Code: code}, nil
	}
	value, err := schemas.DecodeJSON([]byte(text))
	if err != nil {
		return flows.Found{}, errors.New("this is neither JSON nor a status such as 409, nor timeout or connection")
	}
	return flows.Found{Code: 200, Result: value}, nil
}

// Look implements calls.Looker.
func (l *callLookups) Look(ctx context.Context, r flows.LookupRequest) flows.Found {
	place := r.Flow + "/" + r.Step
	found, canned := l.canned[place]
	if !canned {
		found = l.find(ctx, r)
	}
	l.begun = append(l.begun, lookedUp{place, r.Key, found})
	if canned || !l.line.command.Ask {
		l.line.talk.Note(l.told(r, found))
	}
	if found.Failed != "" && !canned && !l.line.command.Ask && !l.hinted {
		l.hinted = true
		l.line.talk.Note(fmt.Sprintf("Without the service: --lookup %s=JSON says what it would bring, and --ask asks here.", r.Step))
	}
	return found
}

// find asks the person, or makes the look-up.
func (l *callLookups) find(ctx context.Context, r flows.LookupRequest) flows.Found {
	if !l.line.command.Ask {
		return l.made.Look(ctx, r)
	}
	began := time.Now()
	defer func() { l.waited += time.Since(began) }()
	ctx = context.WithoutCancel(ctx) // its time is not the person's
	found := flows.Found{Failed: "connection"}
	question := "The step " + r.Step + " asks " + l.asked(r) + ". What does it bring? JSON, a status such as 409, timeout or connection; Enter asks the service itself."
	_, err := l.line.talk.Ask(ctx, question, r.Step, func(line string) error {
		if line == "" {
			found = l.made.Look(ctx, r)
			return nil
		}
		var err error
		found, err = cannedFound(line)
		return err
	})
	if err != nil {
		return flows.Found{Failed: "connection"}
	}
	return found
}

// asked is a look-up as a person may see it: without secrets.
func (l *callLookups) asked(r flows.LookupRequest) string {
	told := r.Method + " " + r.URL
	for _, secret := range flows.EnvironmentOf(l.line.app.environ).Secrets {
		if secret != "" {
			told = strings.ReplaceAll(strings.ReplaceAll(told, secret, "•••"), url.QueryEscape(secret), "•••")
		}
	}
	if r.Body != nil {
		told += " " + terminal.Spaced(r.Body)
	}
	return told
}

// told is a look-up and what came of it.
func (l *callLookups) told(r flows.LookupRequest, found flows.Found) string {
	told := "look-up " + r.Step + ": " + l.asked(r) + " → "
	if found.Code != 0 {
		told += strconv.Itoa(found.Code) + " "
	}
	if found.Failed != "" && found.Failed != "status" {
		return told + "failed: " + found.Failed
	}
	if found.Result != nil {
		told += terminal.Spaced(jsonOf(found.Result))
	}
	return strings.TrimSpace(told)
}

// jsonOf is a value as JSON.
func jsonOf(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		return []byte("null")
	}
	return text
}
