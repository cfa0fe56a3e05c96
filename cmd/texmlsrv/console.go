package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"texmlsrv/calls"
	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/flowview"
	"texmlsrv/console/tries"
	"texmlsrv/metrics"
	"texmlsrv/sessions/redisstore"
)

// consoleOff is --console-addr where there is to be no console; so is nothing
// at all, which a variable cannot say.
const consoleOff = "off"

// leaveTimeout is how long requests of the console may take when stopping; the
// streams of live pages are cut off then.
const leaveTimeout = time.Second

// consoleFlags are what serve needs for the console.
type consoleFlags struct {
	ConsoleAddr      string   `default:"127.0.0.1:8081" help:"Address to listen on for people: the console, where calls are looked at; off for none."`
	ConsoleURL       string   `name:"console-url" help:"Address that people reach the console by, through a proxy with https (default: this machine alone)." placeholder:"URL"`
	ConsoleProxies   []string `name:"console-proxies" help:"Proxies before the console, such as 127.0.0.1 or 10.0.0.0/8: their X-Forwarded-For says where people come from (default: only the connection does)." placeholder:"ADDRESS"`
	Users            string   `help:"File of people and programs that may use the console; texmlsrv users add prints a line of it." placeholder:"FILE"`
	OIDCIssuer       string   `name:"oidc-issuer" help:"Where people sign in to the console by OpenID Connect; <console-url>/signin/oidc is to be registered there." placeholder:"URL"`
	OIDCClientID     string   `name:"oidc-client-id" help:"What the issuer knows the console as." placeholder:"ID"`
	OIDCClientSecret string   `name:"oidc-client-secret" help:"Secret that the issuer gave the console." placeholder:"TEXT"`
	OIDCOperators    []string `name:"oidc-operators" help:"Claim that makes somebody an operator: groups=support-leads; several: one is enough." placeholder:"CLAIM=VALUE"`
	OIDCViewers      []string `name:"oidc-viewers" help:"Claim that makes somebody a viewer; who has neither is not let in." placeholder:"CLAIM=VALUE"`
}

// consolePlan is a console that the flags allow.
type consolePlan struct {
	flags  *consoleFlags
	ways   access.Options // Keeper is still to come
	behind []netip.Prefix // proxies
	local  bool           // this machine alone reaches it
	secure bool
}

// plan reads the flags; nil is no console. One that others reach needs to know
// who they are, and nobody may listen in.
func (f *consoleFlags) plan(a *app) (*consolePlan, error) {
	if f.ConsoleAddr == "" || f.ConsoleAddr == consoleOff {
		return nil, nil //nolint:nilnil // no console is no mistake
	}
	host, _, err := net.SplitHostPort(f.ConsoleAddr)
	if err != nil {
		return nil, usage("--console-addr must look like 127.0.0.1:8081, or be off, not %q", f.ConsoleAddr)
	}
	p := &consolePlan{flags: f, local: loopback(host)}
	if f.ConsoleURL != "" {
		u, err := url.Parse(f.ConsoleURL)
		if err != nil || !isBase(f.ConsoleURL) || strings.Trim(u.Path, "/") != "" {
			return nil, usage("--console-url must look like https://console.example.com, not %q", f.ConsoleURL)
		}
		f.ConsoleURL = u.Scheme + "://" + u.Host
		p.secure = u.Scheme == "https"
		p.local = p.local && loopback(u.Hostname())
	}
	if p.behind, err = proxies(f.ConsoleProxies); err != nil {
		return nil, err
	}
	if p.ways.OIDC, err = f.oidc(); err != nil {
		return nil, err
	}
	known := f.Users != "" || p.ways.OIDC != nil
	switch {
	case !p.local && !known:
		return nil, usage("without --users or --oidc-issuer anyone who reaches the console could see every call; give one of them, listen on 127.0.0.1, or say --console-addr=off")
	case !p.local && !p.secure:
		return nil, usage("passwords and calls could be read on the way to the console: put a proxy with https before it and give its address as --console-url")
	}
	p.ways.Link, p.ways.Secure = !known, p.secure
	if p.ways.Users, err = f.users(a); err != nil {
		return nil, err
	}
	return p, nil
}

// proxies reads addresses, and networks of them.
func proxies(texts []string) ([]netip.Prefix, error) {
	all := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		if ip, err := netip.ParseAddr(text); err == nil {
			ip = ip.Unmap()
			all[i] = netip.PrefixFrom(ip, ip.BitLen())
			continue
		}
		var err error
		if all[i], err = netip.ParsePrefix(text); err != nil {
			return nil, usage("--console-proxies must look like 127.0.0.1 or 10.0.0.0/8, not %q", text)
		}
	}
	return all, nil
}

// oidc is where people sign in by OpenID Connect; nil for nowhere.
func (f *consoleFlags) oidc() (*access.OIDC, error) {
	o := access.OIDC{Issuer: f.OIDCIssuer, ClientID: f.OIDCClientID, ClientSecret: f.OIDCClientSecret}
	var err error
	if o.Operators, err = claims("--oidc-operators", f.OIDCOperators); err != nil {
		return nil, err
	}
	if o.Viewers, err = claims("--oidc-viewers", f.OIDCViewers); err != nil {
		return nil, err
	}
	if o.Issuer == "" {
		if o.ClientID != "" || o.ClientSecret != "" || len(o.Operators)+len(o.Viewers) > 0 {
			return nil, usage("the other --oidc flags need --oidc-issuer")
		}
		return nil, nil //nolint:nilnil // nowhere is no mistake
	}
	if err := o.Check(); err != nil {
		return nil, usage("--oidc-issuer: %v", err)
	}
	if f.ConsoleURL == "" {
		return nil, usage("--oidc-issuer needs --console-url: the issuer sends people back there")
	}
	o.Redirect = f.ConsoleURL + "/signin/oidc"
	return &o, nil
}

func claims(flag string, texts []string) ([]access.Claim, error) {
	all := make([]access.Claim, len(texts))
	for i, text := range texts {
		var err error
		if all[i], err = access.ParseClaim(text); err != nil {
			return nil, usage("%s: %v", flag, err)
		}
	}
	return all, nil
}

// users reads the users file, if there is one.
func (f *consoleFlags) users(a *app) (*access.Users, error) {
	if f.Users == "" {
		return nil, nil //nolint:nilnil // no file is no mistake
	}
	users, err := access.OpenUsers(f.Users, func(err error) {
		fmt.Fprintf(a.stderr, "texmlsrv: --users as it is now does not count, what it was before does:\n%v\n", err)
	})
	var mistakes *access.MistakesError
	switch {
	case errors.As(err, &mistakes):
		return nil, usage("--users: %s\n%w", count(len(mistakes.Mistakes), "mistake"), err)
	case err != nil:
		return nil, usage("--users: %v", err)
	}
	if users.Exposed() {
		fmt.Fprintf(a.stderr, "texmlsrv: everybody on this machine can read %s; chmod 600 keeps it to yourself\n", f.Users)
	}
	return users, nil
}

// runningConsole is a console that listens.
type runningConsole struct {
	listener net.Listener
	handler  http.Handler
	log      *slog.Logger
	base     string // where people reach it
	link     string // that signs in, once; "" where people sign in otherwise
	tries    *tries.Tries
}

// listen makes the console, and takes its address; nil is no console.
func (p *consolePlan) listen(a *app, store *redisstore.Store, service *calls.Service, checked func() flowview.Checked, meter *metrics.Metrics, log *slog.Logger) (*runningConsole, error) {
	if p == nil {
		return nil, nil //nolint:nilnil // no console is no mistake
	}
	p.ways.Keeper = store
	listener, err := (&net.ListenConfig{}).Listen(a.ctx, "tcp", p.flags.ConsoleAddr)
	if err != nil {
		return nil, fmt.Errorf("%w (--console-addr takes another address, or off)", err)
	}
	deps := console.Deps{
		Store: store, Finder: store, Feed: store, Audit: store, Access: access.New(p.ways), Flows: service, Calls: service, Checked: checked, Log: log, PublicURL: p.flags.ConsoleURL,
		Proxies: p.behind, Metrics: meter.Handler(log), Answered: meter.Requests("console"), Parked: service.Parked,
		PrintLink: func(link string) {
			fmt.Fprintf(a.stderr, "%-13s %s signs you in once, for 15 minutes\n", "console", link)
		},
	}
	if p.local {
		deps.LinkBase = "http://" + listener.Addr().String()
	}
	deps.Tries = tries.New(tries.Options{Log: log})
	c := &runningConsole{listener: listener, log: log, base: cmp.Or(deps.PublicURL, deps.LinkBase), tries: deps.Tries}
	if c.handler, err = console.New(deps); err != nil {
		deps.Tries.Close()
		return nil, errors.Join(err, listener.Close())
	}
	if deps.Access.Links() {
		c.link = c.base + "/signin?link=" + deps.Access.NewLink()
	}
	return c, nil
}

// describe says where the console is, and how to sign in where that is by link.
func (c *runningConsole) describe() string {
	switch {
	case c == nil:
		return "off (--console-addr)"
	case c.link != "":
		return c.link + " signs you in once, for 15 minutes"
	}
	return c.base
}

// run serves until the context ends.
func (c *runningConsole) run(ctx context.Context) {
	if c == nil {
		return
	}
	defer c.tries.Close()
	server := &http.Server{
		Handler: c.handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(c.log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(c.listener) }()
	select {
	case err := <-failed:
		c.log.Error("console: it is gone; calls go on", "error", err)
		return
	case <-ctx.Done():
	}
	leave, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTimeout)
	defer cancel()
	if server.Shutdown(leave) != nil {
		_ = server.Close() // streams have no end of their own
	}
}
