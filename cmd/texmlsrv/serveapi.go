package main

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"texmlsrv/calls"
	"texmlsrv/flows"
	"texmlsrv/telnyx"
)

// apiFlags are what serve needs to ask something of Telnyx itself.
type apiFlags struct {
	APIKey      string        `help:"API key of your Telnyx account, to send commands and push documents (default: nothing is sent). TELNYX_API_KEY is honoured too." placeholder:"KEY"`
	AccountID   string        `help:"Account id of TeXML requests, needed to push documents: the organization id of your Telnyx account." placeholder:"ID"`
	BaseURL     string        `help:"Address of Telnyx' API (default: https://api.telnyx.com/v2). TELNYX_BASE_URL is honoured too." placeholder:"URL"`
	ActionGrace time.Duration `default:"1s" help:"How long the action of an AI gather may come after an event has brought its result; then the event counts."`
}

// client is what commands are given to, and what closes it; nil without a key.
func (f *apiFlags) client(log *slog.Logger) (calls.Commander, func(), error) {
	if f.ActionGrace <= 0 {
		return nil, nil, usage("--action-grace must be longer than nothing: 1s is a second")
	}
	if f.APIKey == "" {
		return nil, func() {}, nil
	}
	client, err := telnyx.New(telnyx.Options{APIKey: telnyx.Key(f.APIKey), BaseURL: f.BaseURL, AccountID: f.AccountID, Log: log})
	if err != nil {
		return nil, nil, usage("%s", reason(err, "telnyx: "))
	}
	return client, client.Close, nil
}

// pushes reports whether documents can be pushed.
func (c *serveCommand) pushes() bool {
	return c.APIKey != "" && c.AccountID != "" && c.PublicURL != ""
}

// describeCommands says what is asked of Telnyx.
func (c *serveCommand) describeCommands() string {
	switch {
	case c.APIKey == "":
		return "no API key: none are sent, and what events lead to waits for the end of a document (--api-key)"
	case !c.pushes():
		return "are sent; what events lead to waits for the end of a document (--account-id, --public-url)"
	}
	return "are sent, and documents that events lead to are pushed"
}

// warnOfCommands names the steps whose commands cannot be sent.
func (c *serveCommand) warnOfCommands(w io.Writer, release *flows.Release) {
	var steps []string
	for _, name := range release.Names() {
		for _, step := range release.Flows[name].Order {
			if release.Flows[name].Steps[step].Command != nil {
				steps = append(steps, name+"/"+step)
			}
		}
	}
	if c.APIKey == "" && len(steps) > 0 {
		fmt.Fprintf(w, "texmlsrv: without --api-key no command is sent: calls that come to %s go on to otherwise\n", strings.Join(steps, ", "))
	}
}
