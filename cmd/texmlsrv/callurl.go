package main

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"time"

	"texmlsrv/simulator"
	"texmlsrv/simulator/terminal"
)

// elsewhere calls a server at a URL, in real time.
func (l *callLine) elsewhere(ctx context.Context) error {
	target, err := l.command.portal()
	if err != nil {
		return err
	}
	l.talk = terminal.New(l.options())
	l.telnyx = &simulator.Telnyx{URL: target.String(), Key: l.key, Clock: wallClock{}}
	if strings.HasPrefix(target.Path, "/texml") {
		l.telnyx.StatusURL = target.ResolveReference(&url.URL{Path: "/callbacks/status"}).String()
		l.telnyx.EventsURL = target.ResolveReference(&url.URL{Path: "/webhooks"}).String()
	}
	call := l.call(ctx)
	call.SID = "v3:" + rand.Text()
	shown := url.URL{Scheme: target.Scheme, Host: target.Host, Path: target.Path}
	l.talk.Opens("calling "+shown.String(), l.details(call, time.Now())...)
	record, err := l.telnyx.Place(ctx, call)
	if err != nil {
		return err
	}
	l.talk.Closes(ctx, record, nil)
	if err := l.talk.Err(); err != nil {
		return err
	}
	return ended(record)
}

// portal is the URL that the call begins with: the one that was given, or where
// a texmlsrv at that address begins calls.
func (c *callCommand) portal() (*url.URL, error) {
	target, err := url.Parse(c.URL)
	if err != nil || target.Scheme != "http" && target.Scheme != "https" || target.Host == "" {
		return nil, usage("--url must look like https://voice.example.com/texml, not %q", c.URL)
	}
	bare := strings.Trim(target.Path, "/")
	switch {
	case bare == "":
		target.Path = "/texml"
		if c.Flow != "" {
			target.Path += "/" + c.Flow
		}
	case c.Flow != "" && bare == "texml":
		target.Path = "/texml/" + c.Flow
	case c.Flow != "":
		return nil, usage("the flow is in --url already: leave %s away", c.Flow)
	}
	return target, nil
}

// wallClock is the clock of a call that is made in real time: it cannot be
// moved.
type wallClock struct{}

func (wallClock) Now() time.Time        { return time.Now() }
func (wallClock) Advance(time.Duration) {}
