package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"texmlsrv/callbacks"
	"texmlsrv/calls"
	"texmlsrv/flows"
	"texmlsrv/sessions/redisstore"
	"texmlsrv/templates"
)

const (
	startTimeout = 5 * time.Second  // to reach Redis when starting
	drainTimeout = 10 * time.Second // for requests under way when stopping
	secretBytes  = 32
	secretLeast  = 16 // characters of a secret given by the operator
)

type serveCommand struct {
	Addr      string        `default:"127.0.0.1:8080" help:"Address to listen on for Telnyx."`
	Templates string        `help:"Folder of flows (default: the flows that come with the program)." placeholder:"DIR"`
	RedisURL  string        `help:"Redis for the sessions: redis[s]://, redis+sentinel:// or redis+cluster:// (default: one inside this process). REDIS_URL is honoured too." placeholder:"URL"`
	PublicURL string        `help:"Address that Telnyx reaches this server by, put before every link (default: links are relative)." placeholder:"URL"`
	PublicKey []string      `help:"Public key of your Telnyx account, base64; several while it changes. TELNYX_PUBLIC_KEY is honoured too." placeholder:"KEY"`
	Verify    string        `default:"on" enum:"on,observe,off" help:"Requests that are not proven to be from Telnyx: refuse them (on), log them (observe), or do not look (off)."`
	Secret    []string      `help:"Secret that signs links, 16 characters or more; the first signs, all are accepted (default: made once and kept in the store)." placeholder:"TEXT"`
	Retain    time.Duration `default:"168h" help:"How long an ended call is kept."`
}

// Run serves until the context ends, and then lets requests under way finish.
func (c *serveCommand) Run(a *app) error {
	release, err := c.load(a)
	if err != nil {
		return err
	}
	keys, mode, err := c.verification()
	if err != nil {
		return err
	}
	store, close, err := c.store(a)
	if err != nil {
		return err
	}
	defer close()
	tickets, err := c.tickets(a, store)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(a.stderr, nil))
	lookups := calls.NewLookups()
	defer lookups.Close()
	service, err := calls.New(calls.Deps{
		Store: store, Release: release, Tickets: tickets, Looker: lookups, Log: log, PublicURL: c.PublicURL,
	})
	if err != nil {
		return err
	}
	handler := callbacks.New(service, callbacks.Options{Verify: mode, Keys: keys, FetchKey: tickets.FetchKey(), Log: log})
	return c.listen(a, release, service, handler, tickets)
}

func (c *serveCommand) load(a *app) (*flows.Release, error) {
	var root fs.FS = templates.FS
	if c.Templates != "" {
		if _, err := os.Stat(c.Templates); err != nil {
			return nil, usage("--templates: %v", err)
		}
		root = os.DirFS(c.Templates)
	}
	return flows.Load(root, flows.EnvironmentOf(a.environ))
}

// verification reads how requests are proven. Without a key the server must
// not be reachable from elsewhere, unless that is said out loud.
func (c *serveCommand) verification() ([]ed25519.PublicKey, callbacks.Mode, error) {
	mode, err := callbacks.ParseMode(c.Verify)
	if err != nil {
		return nil, mode, usage("%v", err)
	}
	var keys []ed25519.PublicKey
	for _, text := range c.PublicKey {
		key, err := callbacks.ParseKey(text)
		if err != nil {
			return nil, mode, usage("--public-key: %v", err)
		}
		keys = append(keys, key)
	}
	if u, err := url.Parse(c.PublicURL); err != nil || c.PublicURL != "" && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return nil, mode, usage("--public-url must look like https://voice.example.com")
	}
	if len(keys) == 0 && mode != callbacks.ModeOff && !loopback(c.Addr) {
		return nil, mode, usage("without --public-key anyone who reaches %s could pretend to be Telnyx; give the key, listen on 127.0.0.1, or say --verify=off", c.Addr)
	}
	return keys, mode, nil
}

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func (c *serveCommand) store(a *app) (*redisstore.Store, func(), error) {
	ctx, cancel := context.WithTimeout(a.ctx, startTimeout)
	defer cancel()
	options := redisstore.Options{Retain: c.Retain}
	if c.RedisURL == "" {
		client, stop, err := redisstore.Embedded(a.ctx)
		if err != nil {
			return nil, nil, err
		}
		return redisstore.New(client, options), stop, nil
	}
	client, err := redisstore.Open(ctx, c.RedisURL)
	if err != nil {
		return nil, nil, err
	}
	return redisstore.New(client, options), func() { _ = client.Close() }, nil
}

// tickets takes the secrets given, else the one that all instances on this
// store share.
func (c *serveCommand) tickets(a *app, store *redisstore.Store) (calls.Tickets, error) {
	var secrets [][]byte
	for _, text := range c.Secret {
		if len(text) < secretLeast {
			return calls.Tickets{}, usage("--secret must have %d characters or more", secretLeast)
		}
		secrets = append(secrets, []byte(text))
	}
	if len(secrets) > 0 {
		return calls.NewTickets(secrets...), nil
	}
	proposed := make([]byte, secretBytes)
	if _, err := rand.Read(proposed); err != nil {
		return calls.Tickets{}, fmt.Errorf("secret: %w", err)
	}
	ctx, cancel := context.WithTimeout(a.ctx, startTimeout)
	defer cancel()
	shared, err := store.Secret(ctx, proposed)
	if err != nil {
		return calls.Tickets{}, err
	}
	return calls.NewTickets(shared), nil
}

// listen serves until the context ends.
func (c *serveCommand) listen(a *app, release *flows.Release, service *calls.Service, handler http.Handler, tickets calls.Tickets) error {
	listener, err := (&net.ListenConfig{}).Listen(a.ctx, "tcp", c.Addr)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		WriteTimeout: 15 * time.Second, IdleTimeout: 2 * time.Minute,
	}
	c.announce(a, release, listener.Addr().String(), tickets)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-a.ctx.Done():
	}
	service.Drain()
	fmt.Fprintln(a.stderr, "stopping: requests under way are finished first")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(a.ctx), drainTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("stopping: %w", errors.Join(err, server.Close()))
	}
	return nil
}

// announce says what an operator needs to know to point Telnyx here.
func (c *serveCommand) announce(a *app, release *flows.Release, addr string, tickets calls.Tickets) {
	base := strings.TrimSuffix(c.PublicURL, "/")
	if base == "" {
		base = "http://" + addr
	}
	say := func(label, format string, args ...any) {
		fmt.Fprintf(a.stderr, "%-14s %s\n", label, fmt.Sprintf(format, args...))
	}
	say("texmlsrv", "%s, listening on http://%s", version(), addr)
	say("flows", "%s (release %s)", strings.Join(release.Names(), ", "), release.ID)
	if name, ok := release.FlowFor(""); ok {
		say("default flow", "%s", name)
	}
	say("portal URL", "%s/texml?texml_key=%s", base, tickets.FetchKey())
	say("", "the same for the failover URL; a flow of its own: %s/texml/<flow>?texml_key=…", base)
	say("status URL", "%s/callbacks/status", base)
	say("sessions", "%s", c.describeStore())
	say("verification", "%s", c.describeVerification())
}

func (c *serveCommand) describeStore() string {
	if c.RedisURL == "" {
		return "embedded: one process, nothing survives a restart (--redis-url keeps them)"
	}
	return "in Redis"
}

func (c *serveCommand) describeVerification() string {
	switch {
	case c.Verify == "off":
		return "OFF: anyone who reaches this address is believed"
	case len(c.PublicKey) == 0:
		return "no public key: only direct requests from this machine are answered (--public-key, or TELNYX_PUBLIC_KEY)"
	case c.Verify == "observe":
		return "observed: what would be refused is logged and answered"
	}
	return "requests must be signed by Telnyx"
}
