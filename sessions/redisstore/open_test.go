package redisstore

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestParseURL(t *testing.T) {
	tests := []struct {
		name, url, addrs string
		user, password   string
		master           string
		db               int
		tls, clusterMode bool
	}{
		{name: "host", url: "redis://localhost", addrs: "localhost:6379"},
		{name: "port", url: "redis://h:1/", addrs: "h:1"},
		{name: "database-and-escapes", url: "redis://:p%40%2F%3a@h:1/3", addrs: "h:1", password: "p@/:", db: 3},
		{name: "tls", url: "rediss://u:p@h", addrs: "h:6379", user: "u", password: "p", tls: true},
		{name: "ipv6", url: "redis://[::1]", addrs: "[::1]:6379"},
		{name: "ipv6-port-and-at-sign", url: "redis://u:a@b@[::1]:7", addrs: "[::1]:7", user: "u", password: "a@b"},
		{name: "sentinel", url: "redis+sentinel://h1,h2:7/main", addrs: "h1:26379 h2:7", master: "main"},
		{name: "sentinel-tls-database", url: "rediss+sentinel://u:p@h1,h2/main/2", addrs: "h1:26379 h2:26379", user: "u", password: "p", master: "main", db: 2, tls: true},
		{name: "cluster", url: "redis+cluster://h1,h2:7", addrs: "h1:6379 h2:7", clusterMode: true},
		{name: "cluster-tls", url: "rediss+cluster://:p@h1/", addrs: "h1:6379", password: "p", tls: true, clusterMode: true},
		{name: "unix", url: "unix:///run/redis.sock", addrs: "/run/redis.sock"},
		{name: "unix-credentials", url: "unix://u:p@/run/redis.sock", addrs: "/run/redis.sock", user: "u", password: "p"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseURL(tt.url)
			if err != nil {
				t.Fatal(err)
			}
			if addrs := strings.Join(got.Addrs, " "); addrs != tt.addrs {
				t.Errorf("addresses = %q, want %q", addrs, tt.addrs)
			}
			if got.Username != tt.user || got.Password != tt.password {
				t.Errorf("credentials = %q %q, want %q %q", got.Username, got.Password, tt.user, tt.password)
			}
			if got.MasterName != tt.master || got.DB != tt.db {
				t.Errorf("master %q, database %d; want %q, %d", got.MasterName, got.DB, tt.master, tt.db)
			}
			if tls := got.TLSConfig != nil; tls != tt.tls || got.IsClusterMode != tt.clusterMode {
				t.Errorf("TLS %v, cluster %v; want %v, %v", tls, got.IsClusterMode, tt.tls, tt.clusterMode)
			}
			if !got.ContextTimeoutEnabled {
				t.Error("the client would not heed deadlines")
			}
		})
	}
}

// wrongURLs have a password, hunter2, that no error may repeat.
var wrongURLs = map[string]string{
	"":                                       "it begins with redis://",
	"hunter2@localhost":                      "it begins with redis://",
	"http://u:hunter2@h":                     "it begins with redis://",
	"redis+ring://u:hunter2@h":               "after redis+ comes sentinel or cluster",
	"redis://u:hunter2@":                     "a host is missing",
	"redis://u:hunter2@:6379":                "a host is missing",
	"redis://u:hunter2@h:port":               "a port is not a number",
	"redis://u:hunter2@h:0":                  "a port is not a number",
	"redis://u:hunter2@h:65536":              "a port is not a number",
	"redis://u:hunter2@h1,h2":                "several hosts need",
	"redis://u:hunter2@h/x":                  "the database is not a number",
	"redis://u:hunter2@h/-1":                 "the database is not a number",
	"redis://u:hunter2@::1":                  "stands in brackets",
	"redis://u:hunter2%zz@h":                 "two hex digits",
	"redis://u:hunter2/x@h":                  "written %2F",
	"redis://u:hunter2?x@h":                  "written %2F",
	"redis://h?password=hunter2":             "nothing is taken after",
	"redis+sentinel://u:hunter2@h":           "name of the master",
	"redis+sentinel://u:hunter2@h,/main":     "a host is missing",
	"redis+sentinel://u:hunter2@h/main/main": "the database is not a number",
	"redis+cluster://u:hunter2@h/1":          "a cluster has no databases",
	"unix://u:hunter2@h/run/redis.sock":      "absolute path",
	"unix://u:hunter2@":                      "absolute path",
}

func TestOpen_wrongURL(t *testing.T) {
	for wrong, want := range wrongURLs {
		_, err := Open(t.Context(), wrong)
		if err == nil || !strings.HasPrefix(err.Error(), "redisstore: redis url: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("Open(%q) = %v, want … %s", wrong, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open(%q) tells the password: %v", wrong, err)
		}
	}
}

// TestOpen_unreachable opens what nobody listens on: a refused connection, of
// every kind, fails within the deadline and without the password.
func TestOpen_unreachable(t *testing.T) {
	for _, wrong := range []string{
		"redis://u:hunter2@127.0.0.1:1", "rediss://u:hunter2@127.0.0.1:1",
		"redis+sentinel://u:hunter2@127.0.0.1:1,127.0.0.1:2/main", "redis+cluster://u:hunter2@127.0.0.1:1,127.0.0.1:2",
		"unix://u:hunter2@/nonexistent.sock",
	} {
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		client, err := Open(ctx, wrong)
		cancel()
		if client != nil || err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open(%q) = %v, %v", wrong, client, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("Open(%q) took %v", wrong, took)
		}
	}
}

// FuzzParseURL checks that whatever is configured, addresses come out whole,
// and errors say nothing of a password.
func FuzzParseURL(f *testing.F) {
	for wrong := range wrongURLs {
		f.Add(wrong)
	}
	f.Add("redis+sentinel://u:hunter2@h1,[::1]:7/main/2")
	f.Fuzz(func(t *testing.T, raw string) {
		opts, err := parseURL(raw)
		if err != nil {
			for err != nil {
				if inner := errors.Unwrap(err); inner != nil {
					t.Errorf("parseURL(%q) repeats an error of another package: %v", raw, inner)
				}
				err = errors.Unwrap(err)
			}
			return
		}
		if len(opts.Addrs) == 0 || slices.Contains(opts.Addrs, "") {
			t.Errorf("parseURL(%q): addresses %q", raw, opts.Addrs)
		}
		redis.NewUniversalClient(opts).Close()
	})
}
