package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"texmlsrv/calls"
	"texmlsrv/flows"
	"texmlsrv/simulator/rehearsal"
	"texmlsrv/simulator/talk"
)

// callLookups makes the look-ups of a call, unless the person at the terminal
// says what they bring. They come one after the other: a call waits for each.
type callLookups struct {
	line   *callLine
	made   *calls.Lookups
	waited time.Duration // for the person, since it was last told
	hinted bool
}

func newCallLookups(line *callLine) *callLookups {
	return &callLookups{line: line, made: calls.NewLookups()}
}

// looked tells what came of a look-up.
func (l *callLookups) looked(r flows.LookupRequest, found flows.Found, canned bool) {
	if canned || !l.line.command.Ask {
		l.line.talk.Note(l.told(r, found))
	}
	if found.Failed != "" && !canned && !l.line.command.Ask && !l.hinted {
		l.hinted = true
		l.line.talk.Note(fmt.Sprintf("Without the service: --lookup %s=JSON says what it would bring, and --ask asks here.", r.Step))
	}
}

// Look implements calls.Looker: it asks the person, or makes the look-up.
func (l *callLookups) Look(ctx context.Context, r flows.LookupRequest) flows.Found {
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
		found, err = rehearsal.Found(line)
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
		told += " " + talk.Spaced(r.Body)
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
		told += talk.Spaced(jsonOf(found.Result))
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
