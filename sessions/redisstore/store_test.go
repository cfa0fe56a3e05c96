package redisstore_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
	"texmlsrv/sessions/redisstore"
	"texmlsrv/sessions/redistest"
	"texmlsrv/sessions/storetest"
)

func TestStore_miniredis(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		server := miniredis.RunT(t)
		h := harness(t, "redis://"+server.Addr())
		h.Advance = server.FastForward
		return h
	})
}

func TestStore_redis(t *testing.T) {
	url := redistest.Start(t).URL()
	storetest.Run(t, func(t *testing.T) storetest.Harness { return harness(t, url) })
}

func TestStore_cluster(t *testing.T) {
	url := redistest.StartCluster(t).URL()
	storetest.Run(t, func(t *testing.T) storetest.Harness { return harness(t, url) })
}

func TestStore_sentinel(t *testing.T) {
	url := redistest.StartSentinel(t).URL()
	storetest.Run(t, func(t *testing.T) storetest.Harness { return harness(t, url) })
}

// harness empties the server at url. Time passes there by taking it off what
// every key has left.
func harness(t *testing.T, url string) storetest.Harness {
	t.Helper()
	client := open(t, url)
	flush(t, client)
	return storetest.Harness{
		Store:   redisstore.New(client, redisstore.Options{}),
		Again:   func() sessions.Store { return redisstore.New(open(t, url), redisstore.Options{}) },
		Advance: func(d time.Duration) { advance(t, client, d) },
		Keys:    func() map[string]time.Duration { return lifetimes(t, client) },
	}
}

func open(tb testing.TB, url string) redis.UniversalClient {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 10*time.Second)
	defer cancel()
	client, err := redisstore.OpenPatient(ctx, url)
	succeed(tb, err)
	tb.Cleanup(func() { client.Close() })
	return client
}

func succeed(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// masters calls visit, one after the other, for every server that holds keys.
func masters(t *testing.T, client redis.UniversalClient, visit func(ctx context.Context, node redis.Cmdable) error) {
	t.Helper()
	cluster, ok := client.(*redis.ClusterClient)
	if !ok {
		succeed(t, visit(t.Context(), client))
		return
	}
	turns := make(chan struct{}, 1) // ForEachMaster visits all at once
	succeed(t, cluster.ForEachMaster(t.Context(), func(ctx context.Context, node *redis.Client) error {
		turns <- struct{}{}
		defer func() { <-turns }()
		return visit(ctx, node)
	}))
}

func flush(t *testing.T, client redis.UniversalClient) {
	t.Helper()
	masters(t, client, func(ctx context.Context, node redis.Cmdable) error { return node.FlushAll(ctx).Err() })
}

func lifetimes(t *testing.T, client redis.UniversalClient) map[string]time.Duration {
	t.Helper()
	all := map[string]time.Duration{}
	masters(t, client, func(ctx context.Context, node redis.Cmdable) error {
		keys, err := node.Keys(ctx, "*").Result()
		for _, key := range keys {
			all[key] = node.PTTL(ctx, key).Val()
		}
		return err
	})
	return all
}

func advance(t *testing.T, client redis.UniversalClient, d time.Duration) {
	t.Helper()
	for key, ttl := range lifetimes(t, client) {
		if ttl < 0 {
			continue // never expires
		}
		// What has nothing left is gone: Redis deletes on a negative expiry.
		succeed(t, client.PExpire(t.Context(), key, ttl-d).Err())
	}
}

// TestKeys pins how keys look: operators and other tools rely on it.
func TestKeys(t *testing.T) {
	client := open(t, "redis://"+miniredis.RunT(t).Addr())
	store := redisstore.New(client, redisstore.Options{})
	ctx := t.Context()

	if _, err := store.Append(ctx, "v3:new", sessions.Entry{Kind: sessions.EntryCallback}); !errors.Is(err, sessions.ErrNotFound) {
		t.Fatal(err)
	}
	s := &sessions.Session{Call: sessions.Call{SID: "v3:abc"}, Turn: 1, Document: []byte("<Response/>"), BeganAt: time.Unix(1771200000, 0)}
	succeed(t, store.Commit(ctx, s, sessions.Entry{Kind: sessions.EntryTurn, Document: "<Response/>"}))
	_, err := store.Secret(ctx, []byte("s"))
	succeed(t, err)

	got := client.Keys(ctx, "*").Val()
	want := []string{"texml:secret", "texml:{v3:abc}:session", "texml:{v3:abc}:timeline", "texml:{v3:new}:early"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys: (-want +got)\n%s", diff)
	}
	fields := client.HGetAll(ctx, "texml:{v3:abc}:session").Val()
	delete(fields, "session") // its JSON is pinned by package sessions
	delete(fields, "commit")  // differs each time
	wantFields := map[string]string{"revision": "1", "turn": "1", "document": "<Response/>", "fetches": "0", "ended": "",
		"began": "1771200000000"}
	if diff := cmp.Diff(wantFields, fields); diff != "" {
		t.Errorf("fields: (-want +got)\n%s", diff)
	}
	line := client.LIndex(ctx, "texml:{v3:abc}:timeline", 0).Val()
	if want := `{"at":"0001-01-01T00:00:00Z","kind":"turn","document":"<Response/>"}`; line != want {
		t.Errorf("an entry is %s, want %s", line, want)
	}
}

func TestOptions(t *testing.T) {
	client := open(t, "redis://"+miniredis.RunT(t).Addr())
	ctx := t.Context()
	one := redisstore.New(client, redisstore.Options{Prefix: "one:", Live: time.Hour, Retain: time.Minute, EarlyFor: time.Second})
	two := redisstore.New(client, redisstore.Options{Prefix: "two:", Live: time.Nanosecond})

	live := &sessions.Session{Call: sessions.Call{SID: "live"}}
	ended := &sessions.Session{Call: sessions.Call{SID: "ended"}, EndedAt: time.Unix(1, 0).UTC()}
	succeed(t, one.Commit(ctx, live))
	succeed(t, one.Commit(ctx, ended))
	if _, err := one.Append(ctx, "early", sessions.Entry{}); !errors.Is(err, sessions.ErrNotFound) {
		t.Error(err)
	}
	if _, err := two.Load(ctx, "live"); !errors.Is(err, sessions.ErrNotFound) {
		t.Errorf("a store with another prefix loads: %v", err)
	}
	other := &sessions.Session{Call: sessions.Call{SID: "brief"}}
	succeed(t, two.Commit(ctx, other))

	want := map[string]time.Duration{
		"one:{live}:session": time.Hour, "one:{ended}:session": time.Minute, "one:{early}:early": time.Second,
		"two:{brief}:session": time.Millisecond,
	}
	if diff := cmp.Diff(want, lifetimes(t, client)); diff != "" {
		t.Errorf("keys: (-want +got)\n%s", diff)
	}
}

// TestErrors checks that errors say what was done for which call, and that the
// client's word for "nothing there" stays inside.
func TestErrors(t *testing.T) {
	client := open(t, "redis://"+miniredis.RunT(t).Addr())
	store := redisstore.New(client, redisstore.Options{})
	ctx := t.Context()

	_, err := store.Load(ctx, "v3:abc")
	if want := "redisstore: load v3:abc: sessions: no such session"; err == nil || err.Error() != want {
		t.Errorf("Load of an unknown call: %v, want %s", err, want)
	}
	if errors.Is(err, redis.Nil) {
		t.Errorf("%v is a redis.Nil", err)
	}

	succeed(t, client.HSet(ctx, "texml:{json}:session", "revision", "1", "session", "{", "ended", "").Err())
	succeed(t, client.HSet(ctx, "texml:{rev}:session", "revision", "x", "session", "{}", "ended", "").Err())
	succeed(t, client.HSet(ctx, "texml:{half}:session", "revision", "1").Err())
	succeed(t, client.Set(ctx, "texml:{type}:session", "x", 0).Err())
	succeed(t, client.RPush(ctx, "texml:{line}:timeline", "{}", "{").Err())
	for _, callSID := range []string{"json", "rev", "half", "type"} {
		_, loaded := store.Load(ctx, callSID)
		committed := store.Commit(ctx, &sessions.Session{Call: sessions.Call{SID: callSID}})
		for doing, err := range map[string]error{"load": loaded, "commit": committed} {
			if err == nil || errors.Is(err, sessions.ErrNotFound) || !strings.HasPrefix(err.Error(), "redisstore: "+doing+" "+callSID+": ") {
				t.Errorf("%s of a damaged session: %v", doing, err)
			}
		}
	}
	if _, err := store.Timeline(ctx, "line"); err == nil || !strings.Contains(err.Error(), "stored entry 1") {
		t.Errorf("Timeline with a damaged entry: %v", err)
	}
}

// counter counts what a client sends.
type counter struct{ commands []string }

func (c *counter) DialHook(next redis.DialHook) redis.DialHook { return next }

func (c *counter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		c.commands = append(c.commands, cmd.Name())
		return next(ctx, cmd)
	}
}

func (c *counter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// TestOneRoundTrip counts what each method sends once the server knows the
// scripts: a caller waits for every one of them.
func TestOneRoundTrip(t *testing.T) {
	client := open(t, redistest.Start(t).URL())
	store := redisstore.New(client, redisstore.Options{})
	ctx, s := t.Context(), storetest.Session("v3:abc")
	methods := []struct {
		name, want string
		call       func() error
	}{
		{"Commit", "evalsha", func() error { return store.Commit(ctx, s, storetest.Entry(), storetest.Entry()) }},
		{"Load", "evalsha", func() error { _, err := store.Load(ctx, "v3:abc"); return err }},
		{"Append", "evalsha", func() error { _, err := store.Append(ctx, "v3:abc", storetest.Entry()); return err }},
		{"Fetched", "evalsha", func() error { _, _, err := store.Fetched(ctx, "v3:abc", storetest.Entry()); return err }},
		{"Timeline", "lrange", func() error { _, err := store.Timeline(ctx, "v3:abc"); return err }},
		{"Secret", "evalsha", func() error { _, err := store.Secret(ctx, []byte("x")); return err }},
		{"Ping", "ping", func() error { return store.Ping(ctx) }},
	}
	var sent counter
	client.AddHook(&sent)
	for _, m := range methods {
		succeed(t, m.call()) // the first time brings the script along
		sent.commands = nil
		succeed(t, m.call())
		if got := strings.Join(sent.commands, " "); got != m.want {
			t.Errorf("%s sends %q, want %q", m.name, got, m.want)
		}
	}
}
