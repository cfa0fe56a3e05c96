package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"texmlsrv/callbacks"
	"texmlsrv/calls"
	"texmlsrv/flows"
	"texmlsrv/metrics"
	"texmlsrv/sessions/redisstore"
	"texmlsrv/templates"
)

const (
	startTimeout = 5 * time.Second  // to reach Redis when starting
	drainTimeout = 10 * time.Second // for requests under way when stopping
)

type serveCommand struct {
	Addr      string        `default:"127.0.0.1:8080" help:"Address to listen on for Telnyx."`
	Templates string        `help:"Folder of flows (default: the flows that come with the program)." placeholder:"DIR"`
	Watch     bool          `help:"Serve what is saved in --templates at once, if nothing is wrong with it; calls in progress keep the flows they began with."`
	RedisURL  string        `help:"Redis for the sessions: redis[s]://, redis[s]+sentinel:// or redis[s]+cluster:// (default: one inside this process). REDIS_URL is honoured too." placeholder:"URL"`
	PublicURL string        `help:"Address that Telnyx reaches this server by, put before every link (default: links are relative)." placeholder:"URL"`
	PublicKey []string      `help:"Public key of your Telnyx account, base64; several while it changes. TELNYX_PUBLIC_KEY is honoured too." placeholder:"KEY"`
	Verify    string        `default:"on" enum:"on,observe,off" help:"Requests that are not proven to be from Telnyx: refuse them (on), log them (observe), or do not look (off)."`
	Secret    []string      `help:"Secret that signs links, 16 characters or more; the first signs, all are accepted (default: made once and kept in the store)." placeholder:"TEXT"`
	Retain    time.Duration `default:"7d" help:"How long an ended call is kept, such as 7d or 36h."`
	Linger    time.Duration `default:"0s" help:"How long to go on answering once it is told to stop, while /readyz says so and others take over."`
	apiFlags
	consoleFlags
}

// Run serves until the context ends, and then lets requests under way finish.
func (c *serveCommand) Run(a *app) error {
	trust, err := c.trust()
	if err != nil {
		return err
	}
	plan, err := c.plan(a)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(a.stderr, nil))
	commander, closeClient, err := c.client(log)
	if err != nil {
		return err
	}
	defer closeClient()
	release, reload, err := c.load(a)
	if err != nil {
		return err
	}
	defer reload.close()
	store, closeStore, err := c.store(a)
	if err != nil {
		return err
	}
	defer closeStore()
	tickets, err := trust.tickets(a.ctx, store)
	if err != nil {
		return err
	}
	lookups := calls.NewLookups()
	defer lookups.Close()
	meter := metrics.New(metrics.Options{Version: version(), Index: store.IndexStats, Ping: store.Ping, Now: time.Now})
	service, err := calls.New(calls.Deps{
		Store: meter.Store(store), Release: release, Tickets: tickets, Looker: meter.Looker(lookups), Meter: meter, Log: log, PublicURL: c.PublicURL,
		Commander: commander, Push: c.pushes(), Account: c.AccountID != "", ActionGrace: c.ActionGrace,
	})
	if err != nil {
		return err
	}
	handler := callbacks.New(service, callbacks.Options{
		Verify: trust.mode, Keys: trust.keys, FetchKey: tickets.FetchKey(), Log: log, Answered: meter.Requests("telnyx"),
	})
	listener, err := (&net.ListenConfig{}).Listen(a.ctx, "tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("%w (--addr takes another address)", err)
	}
	meter.Serving(service.Release)
	people, err := plan.listen(a, store, service, reload.checked, meter, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	c.announce(a.stderr, release, listener.Addr(), tickets.FetchKey(), people)
	c.warnOfCommands(a.stderr, release)
	watch := func(ctx context.Context) { reload.run(ctx, service, a.stderr) }
	defer background(context.WithoutCancel(a.ctx), service.WorkDue, store.Work, people.run, watch)()
	return c.serve(a, listener, handler, service.Drain)
}

// background has work done until end is called, which returns when all of it is
// over: not when serving is to end, as turns are decided until it has.
func background(ctx context.Context, work ...func(context.Context)) (end func()) {
	ctx, stop := context.WithCancel(ctx)
	var working sync.WaitGroup
	for _, do := range work {
		working.Go(func() { do(ctx) })
	}
	return func() {
		stop()
		working.Wait()
	}
}

// load reads the flows; files are named as the person who called would.
func (c *serveCommand) load(a *app) (*flows.Release, *reloader, error) {
	root, watched, err := c.root()
	if err != nil {
		return nil, nil, err
	}
	reload := &reloader{folder: c.Templates, env: flows.EnvironmentOf(a.environ), good: watched, latest: watched, now: time.Now}
	release, found := flows.Inspect(root, reload.env)
	switch {
	case found.Err() != nil:
		err = below(c.Templates, found.Errors())
	case watched != nil:
		err = watched.failed
	}
	if err != nil {
		reload.close()
		return nil, nil, err
	}
	reload.served = release
	reload.note(found)
	warn(a.stderr, found, c.Templates)
	return release, reload, nil
}

// root is where the flows stand, and the same again if it is to be watched.
func (c *serveCommand) root() (fs.FS, *watch, error) {
	switch {
	case c.Templates == "" && c.Watch:
		return nil, nil, usage("--watch needs --templates: the flows that come with the program do not change")
	case c.Templates == "":
		return templates.FS, nil, nil
	}
	if err := flowFolder(c.Templates); err != nil {
		return nil, nil, err
	}
	if !c.Watch {
		return os.DirFS(c.Templates), nil, nil
	}
	w, err := newWatch(c.Templates)
	return w, w, err
}

// flowFolder refuses what cannot be a folder of flows.
func flowFolder(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return usage("--templates: %v", err)
	case !info.IsDir():
		return usage("--templates: %s is not a folder", path)
	}
	if _, err := os.Stat(filepath.Join(path, "flow.yaml")); err == nil {
		return usage("--templates: %s is one flow; the folder that holds it is wanted", path)
	}
	return nil
}

// store opens what keeps the sessions, and gives what closes it.
func (c *serveCommand) store(a *app) (*redisstore.Store, func(), error) {
	ctx, cancel := context.WithTimeout(a.ctx, startTimeout)
	defer cancel()
	options := redisstore.Options{Retain: c.Retain}
	if c.RedisURL == "" {
		client, stop, err := redisstore.Embedded(ctx)
		if err != nil {
			return nil, nil, err
		}
		return redisstore.New(client, options), stop, nil
	}
	client, err := redisstore.Open(ctx, c.RedisURL)
	switch {
	case errors.Is(err, redisstore.ErrURL):
		return nil, nil, usage("--redis-url: %s", reason(err, redisstore.ErrURL.Error()+": "))
	case err != nil:
		return nil, nil, fmt.Errorf("--redis-url: %w", err)
	}
	return redisstore.New(client, options), func() { _ = client.Close() }, nil
}

// serve answers until the context ends; then it calls drain, lingers, and lets
// requests under way finish.
func (c *serveCommand) serve(a *app, listener net.Listener, handler http.Handler, drain func()) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		WriteTimeout: 15 * time.Second, IdleTimeout: 2 * time.Minute,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-a.ctx.Done():
	}
	drain()
	a.unheed() // who does not want to wait says so again
	if err := c.linger(a, failed); err != nil {
		return err
	}
	fmt.Fprintln(a.stderr, "stopping: requests under way are finished first")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(a.ctx), drainTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("stopping: %w", errors.Join(err, server.Close()))
	}
	return nil
}

// linger goes on serving for a while; what ends that before its time is given.
func (c *serveCommand) linger(a *app, failed <-chan error) error {
	if c.Linger <= 0 {
		return nil
	}
	fmt.Fprintf(a.stderr, "lingering: requests are still answered for %s, and /readyz sends new ones elsewhere\n", c.Linger)
	select {
	case err := <-failed:
		return err
	case <-time.After(c.Linger):
		return nil
	}
}
