package calls_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"texmlsrv/servertest"
	"texmlsrv/sessions/redistest"
)

// TestRedisCLI looks at a call with redis-cli, as an operator does: while it
// runs, and when it is over.
func TestRedisCLI(t *testing.T) {
	redis := redistest.Start(t)
	store := servertest.Redis(t, redis.URL())
	server := start(t, servertest.Options{Store: store})
	c := newCall(t, server, store)
	c.sid = "v3:golden"
	c.status("CallStatus", "ringing", "CallbackSource", "call-progress-events")
	c.begin().answer(named("Ada")...)
	server.Clock.Advance(3 * time.Second)
	c.answer("Digits", "2")
	cli := redisCLI{t, strings.TrimPrefix(redis.URL(), "unix://")}

	for _, key := range cli.keys() {
		cli.expires(key, 6*time.Hour)
	}
	golden(t, "redis-running.txt", cli.transcript())

	c.answer(recorded...)
	c.status("CallStatus", "completed", "CallbackSource", "call-progress-events")
	for _, key := range cli.keys() {
		cli.expires(key, 7*24*time.Hour)
	}
	golden(t, "redis-ended.txt", cli.transcript())

	newCall(t, server, store).status("CallStatus", "ringing")
	cli.expires("texml:{v3:TestRedisCLI}:early", 10*time.Minute)
}

// redisCLI runs redis-cli on a server's socket.
type redisCLI struct {
	t      *testing.T
	socket string
}

func (r redisCLI) run(args ...string) string {
	r.t.Helper()
	out, err := exec.CommandContext(r.t.Context(), "redis-cli", append([]string{"-s", r.socket}, args...)...).Output()
	if err != nil {
		r.t.Fatalf("redis-cli %s: %v", strings.Join(args, " "), err)
	}
	return strings.TrimSuffix(string(out), "\n")
}

func (r redisCLI) keys() []string {
	keys := strings.Fields(r.run("--scan", "--pattern", "*"))
	if len(keys) == 0 {
		r.t.Error("there are no keys")
	}
	slices.Sort(keys)
	return keys
}

// expires checks what is left of a key's life, give or take what the test took.
func (r redisCLI) expires(key string, want time.Duration) {
	r.t.Helper()
	ms, err := strconv.ParseInt(r.run("PTTL", key), 10, 64)
	if ttl := time.Duration(ms) * time.Millisecond; err != nil || ttl > want || ttl < want-time.Minute {
		r.t.Errorf("%s expires in %v (%v), want %v", key, ttl, err, want)
	}
}

// transcript shows every key, with its JSON on several lines.
func (r redisCLI) transcript() string {
	var out strings.Builder
	for _, key := range r.keys() {
		fmt.Fprintf(&out, "%s (%s)\n", key, r.run("TYPE", key))
		if strings.HasSuffix(key, ":session") {
			for _, field := range []string{"revision", "turn", "fetches", "ended", "document", "session"} {
				fmt.Fprintf(&out, "%s: %s\n", field, r.pretty(r.run("HGET", key, field)))
			}
			continue
		}
		for line := range strings.Lines(r.run("LRANGE", key, "0", "-1")) {
			out.WriteString(r.pretty(strings.TrimSpace(line)) + "\n")
		}
	}
	return out.String()
}

// pretty indents JSON; anything else stays as it is.
func (r redisCLI) pretty(text string) string {
	var out bytes.Buffer
	if !strings.HasPrefix(text, "{") || json.Indent(&out, []byte(text), "", "  ") != nil {
		return text
	}
	return out.String()
}
