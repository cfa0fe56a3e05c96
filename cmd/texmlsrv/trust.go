package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"net"
	"net/netip"
	"net/url"

	"texmlsrv/callbacks"
	"texmlsrv/calls"
)

const (
	secretBytes = 32
	secretLeast = 16 // characters of a secret given by the operator
)

// trust is how serve tells Telnyx, and its own links, from anybody else's.
type trust struct {
	mode    callbacks.Mode
	keys    []ed25519.PublicKey
	secrets [][]byte // none: the store's
}

// trust reads the flags that say who is believed, and where. Without a key the
// server must not be reachable from elsewhere, unless that is said out loud.
func (c *serveCommand) trust() (trust, error) {
	var t trust
	var err error
	if t.mode, err = callbacks.ParseMode(c.Verify); err != nil {
		return t, usage("--verify: %v", err)
	}
	for _, text := range c.PublicKey {
		key, err := callbacks.ParseKey(text)
		if err != nil {
			return t, usage("--public-key: %s", reason(err, "callbacks: "))
		}
		t.keys = append(t.keys, key)
	}
	for _, text := range c.Secret {
		if len(text) < secretLeast {
			return t, usage("--secret must have %d characters or more", secretLeast)
		}
		t.secrets = append(t.secrets, []byte(text))
	}
	host, _, err := net.SplitHostPort(c.Addr)
	switch {
	case err != nil:
		return t, usage("--addr must look like 127.0.0.1:8080, not %q", c.Addr)
	case len(t.keys) == 0 && t.mode != callbacks.ModeOff && !loopback(host):
		return t, usage("without --public-key anyone who reaches %s could pretend to be Telnyx; give the key, listen on 127.0.0.1, or say --verify=off", c.Addr)
	case c.PublicURL != "" && !isBase(c.PublicURL):
		return t, usage("--public-url must look like https://voice.example.com, not %q", c.PublicURL)
	case c.Retain <= 0:
		return t, usage("--retain must be longer than nothing: 168h is a week")
	}
	return t, nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// isBase reports whether links can be made by writing a path behind text.
func isBase(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.RawQuery == "" && u.Fragment == ""
}

// secretStore is the part of a store that keeps a secret.
type secretStore interface {
	Secret(ctx context.Context, proposed []byte) ([]byte, error)
}

// tickets are signed with the secrets given, else with the one that all
// instances on this store share.
func (t trust) tickets(ctx context.Context, store secretStore) (calls.Tickets, error) {
	if len(t.secrets) > 0 {
		return calls.NewTickets(t.secrets...), nil
	}
	proposed := make([]byte, secretBytes)
	if _, err := rand.Read(proposed); err != nil {
		return calls.Tickets{}, fmt.Errorf("secret: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	shared, err := store.Secret(ctx, proposed)
	if err != nil {
		return calls.Tickets{}, err
	}
	return calls.NewTickets(shared), nil
}
