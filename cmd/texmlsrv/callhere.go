package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"texmlsrv/flows"
	"texmlsrv/simulator"
	"texmlsrv/simulator/api"
	"texmlsrv/simulator/local"
	"texmlsrv/simulator/terminal"
	"texmlsrv/templates"
	"texmlsrv/texml"
)

// here calls an application in this process, on the flows.
func (l *callLine) here(ctx context.Context) error {
	w, err := l.world() //nolint:contextcheck // the world outlives whoever makes it
	if err != nil {
		return err
	}
	defer w.close()
	l.rings(w)
	call := l.call(ctx)
	call.Observe = func(x simulator.Exchange) {
		w.known.sid = x.Fields.Get("CallSid")
		l.talk.Observe(ctx, x)
	}
	l.talk.Opens("calling "+w.flow, l.details(call, w.now)...)
	record, err := l.telnyx.Place(ctx, call)
	if err != nil {
		return err
	}
	l.talk.Closes(ctx, record, w.server.Clock.Settle)
	if !l.options().Echo && l.command.Templates != "" && l.command.Save == "" {
		if err := l.talk.Offer(ctx); err != nil {
			return err
		}
	}
	if err := errors.Join(l.talk.Err(), w.saver.save(ctx, l, record, w)); err != nil {
		return err
	}
	return ended(record)
}

// callWorld is the application that a call is made to, and what is around it.
type callWorld struct {
	flow    string // that the call begins with
	now     time.Time
	server  *local.Server
	control *simulator.Control // Telnyx's API
	lookups *callLookups
	known   *callKnown
	saver   *saver
}

func (w *callWorld) close() {
	w.server.Close()
	w.lookups.made.Close()
}

// world makes it, or says what is wrong with the flows or the flags.
func (l *callLine) world() (*callWorld, error) {
	c := l.command
	if err := c.locate(); err != nil {
		return nil, err
	}
	release, err := c.load(l.app)
	if err != nil {
		return nil, err
	}
	w := &callWorld{}
	if w.flow, err = c.begins(release); err != nil {
		return nil, err
	}
	if w.now, err = c.instant(release, w.flow); err != nil {
		return nil, err
	}
	w.saver = &saver{command: c, flow: w.flow}
	if err := w.saver.takes(c.Save); err != nil {
		return nil, usage("--save: %v", err)
	}
	if w.lookups, err = newCallLookups(l, release, w.flow); err != nil {
		return nil, err
	}
	clock := local.NewClock(w.now)
	if w.control, err = simulator.NewControl(api.Options{Now: clock.Now}); err != nil {
		return nil, err
	}
	o := local.Options{
		Release: release, Clock: clock, Looker: w.lookups, API: w.control,
		Log: slog.New(slog.NewTextHandler(l.app.stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	}
	if l.key != nil {
		o.Keys = []ed25519.PublicKey{ed25519.PublicKey(l.key[ed25519.SeedSize:])}
	}
	if w.server, err = local.Start(o); err != nil {
		return nil, err
	}
	w.known = &callKnown{server: w.server, lookups: w.lookups}
	return w, nil
}

// rings sets up the platform and the person for a world.
func (l *callLine) rings(w *callWorld) {
	options := l.options()
	options.Application, options.Budget, options.CanSave = w.known, answerBudget, w.saver.takes
	l.talk = terminal.New(options)
	portal := w.server.VoiceURL(l.command.Flow)
	l.telnyx = &simulator.Telnyx{
		URL: portal, FallbackURL: portal, StatusURL: w.server.StatusURL(), EventsURL: w.server.EventsURL(),
		Transport: w.server, Control: w.control, Key: l.key, Clock: w.server.Clock,
	}
	if l.command.Ask {
		l.telnyx.Patience = humanPatience
	}
}

// locate takes a flow that is given by its folder apart.
func (c *callCommand) locate() error {
	if c.Flow == "" || c.Templates != "" || flowOf(c.Flow) == "" {
		return nil
	}
	folder, err := filepath.Abs(flowOf(c.Flow))
	if err != nil {
		return err
	}
	c.Templates, c.Flow = filepath.Dir(flowOf(c.Flow)), filepath.Base(folder)
	if here, err := filepath.Abs(c.Templates); err != nil || here == folder { // the folder is this one, or goes up
		c.Templates = filepath.Dir(folder)
	}
	return nil
}

// load reads the flows; files are named as the person who called would.
func (c *callCommand) load(a *app) (*flows.Release, error) {
	var root fs.FS = templates.FS
	if c.Templates != "" {
		if err := flowFolder(c.Templates); err != nil {
			return nil, err
		}
		root = os.DirFS(c.Templates)
	}
	release, found := flows.Inspect(root, flows.EnvironmentOf(a.environ))
	if found.Err() != nil {
		return nil, below(c.Templates, found.Errors())
	}
	return release, nil
}

// begins is the flow that the call begins with.
func (c *callCommand) begins(release *flows.Release) (string, error) {
	name := c.Flow
	if name == "" {
		var ok bool
		if name, ok = release.FlowFor(c.To); !ok {
			return "", usage("which flow? There are %s", strings.Join(release.Names(), ", "))
		}
	}
	if release.Flows[name] == nil {
		if near := texml.Nearest(name, release.Names()); near != "" {
			return "", usage("there is no flow %s; did you mean %s?", name, near)
		}
		return "", usage("there is no flow %s; there are %s", name, strings.Join(release.Names(), ", "))
	}
	return name, nil
}

// instant is when the call begins, in the zone of the flow.
func (c *callCommand) instant(release *flows.Release, flow string) (time.Time, error) {
	zone := release.Flows[flow].Zone
	if number, has := release.App.Numbers[c.To]; has && number.Zone != nil {
		zone = number.Zone
	}
	if zone == nil {
		zone = time.UTC
	}
	if c.Now == "" {
		return time.Now().In(zone), nil
	}
	text := strings.Replace(c.Now, " ", "T", 1)
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", time.RFC3339} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at.In(zone), nil
		}
	}
	return time.Time{}, usage("--now must look like 2026-12-25T10:00, not %q", c.Now)
}
