package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/simulator/rehearsal"
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
	l.talk.Opens("calling "+w.Flow, l.details(call, w.Began)...)
	record, err := w.Place(ctx, call)
	if err != nil {
		return err
	}
	l.talk.Closes(ctx, record, w.Clock.Settle)
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
	*rehearsal.World
	lookups *callLookups
	saver   *saver
}

var _ terminal.Application = (*callWorld)(nil)

// Session implements terminal.Application.
func (w *callWorld) Session(ctx context.Context) *sessions.Session { return w.Masked(ctx) }

// Waited implements terminal.Application.
func (w *callWorld) Waited() time.Duration {
	waited := w.lookups.waited
	w.lookups.waited = 0
	return waited
}

func (w *callWorld) close() {
	w.Close()
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
	o := rehearsal.Options{
		Release: release, ByRoute: c.Flow == "", Key: l.key,
		Log: slog.New(slog.NewTextHandler(l.app.stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	}
	if o.Flow, err = c.begins(release); err != nil {
		return nil, err
	}
	if o.Now, err = c.instant(release, o.Flow); err != nil {
		return nil, err
	}
	w := &callWorld{saver: &saver{command: c, flow: o.Flow}, lookups: newCallLookups(l)}
	if err := w.saver.takes(c.Save); err != nil {
		return nil, usage("--save: %v", err)
	}
	if o.Canned, err = rehearsal.Canned(release, o.Flow, c.Lookup); err != nil {
		return nil, usage("--lookup: %v", err)
	}
	o.Looker, o.Looked = w.lookups, w.lookups.looked
	if c.Ask {
		o.Patience = humanPatience
	}
	if w.World, err = rehearsal.Start(o); err != nil {
		return nil, err
	}
	return w, nil
}

// rings sets up the person for a world.
func (l *callLine) rings(w *callWorld) {
	options := l.options()
	options.Application, options.Budget, options.CanSave = w, answerBudget, w.saver.takes
	l.talk, l.telnyx = terminal.New(options), w.Telnyx
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
	if named, err := filepath.Abs(filepath.Join(c.Templates, c.Flow)); err != nil || named != folder { // . or .. has no name of its own
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
	zone := rehearsal.Zone(release, flow, c.To)
	if c.Now == "" {
		return time.Now().In(zone), nil
	}
	at, err := rehearsal.Instant(c.Now, zone)
	if err != nil {
		return at, usage("--now %v", err)
	}
	return at, nil
}
