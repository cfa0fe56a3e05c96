package redisstore_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
	"texmlsrv/sessions/redisstore"
	"texmlsrv/sessions/redistest"
	"texmlsrv/sessions/storetest"
)

// budget is what all store work of a request may take; the design says so.
const budget = 300 * time.Millisecond

// hasty opens a client as the program does. It must not wait for a busy machine
// longer than a caller would.
func hasty(t *testing.T, url string) redis.UniversalClient {
	t.Helper()
	client, err := redisstore.Open(t.Context(), url)
	succeed(t, err)
	t.Cleanup(func() { client.Close() })
	return client
}

// attempt loads and commits as one request would, and fails the test if that
// takes far longer than its budget.
func attempt(t *testing.T, store sessions.Store, s *sessions.Session) (loaded, committed error) {
	t.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), budget)
	defer cancel()
	_, loaded = store.Load(ctx, s.Call.SID)
	committed = store.Commit(ctx, s)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("a request took %v", took)
	}
	return loaded, committed
}

func TestServerKilled(t *testing.T) {
	server := redistest.StartDurable(t)
	store := redisstore.New(hasty(t, server.URL()), redisstore.Options{})
	s := storetest.Session("v3:abc")
	succeed(t, store.Commit(t.Context(), s, storetest.Entry()))

	server.Kill()
	for range 3 { // the pool has connections to lose, then none to open
		loaded, committed := attempt(t, store, s)
		for _, err := range []error{loaded, committed} {
			if err == nil || errors.Is(err, sessions.ErrNotFound) || errors.As(err, new(*sessions.StaleError)) {
				t.Errorf("without a server: %v", err)
			}
		}
	}
	if s.Revision != 1 {
		t.Errorf("revision after failed commits = %d, want 1", s.Revision)
	}

	server.Restart()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		_, err := store.Load(ctx, "v3:abc")
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			t.Fatalf("after the server came back: %v", err)
		}
	}
	succeed(t, redisstore.New(open(t, server.URL()), redisstore.Options{}).Commit(t.Context(), s))
	if s.Revision != 2 {
		t.Errorf("revision = %d, want 2", s.Revision)
	}
}

func TestServerFrozen(t *testing.T) {
	server := redistest.Start(t)
	store := redisstore.New(hasty(t, server.URL()), redisstore.Options{})
	s := storetest.Session("v3:abc")
	succeed(t, store.Commit(t.Context(), s))

	server.Freeze()
	loaded, committed := attempt(t, store, s)
	for _, err := range []error{loaded, committed} {
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("of a server that does not answer: %v, want the context's deadline", err)
		}
	}

	server.Thaw()
	_, err := redisstore.New(open(t, server.URL()), redisstore.Options{}).Load(t.Context(), "v3:abc")
	succeed(t, err)
}

// TestScriptsForgotten flushes the server's scripts, as a restart or a failover
// does, before each use.
func TestScriptsForgotten(t *testing.T) {
	client := open(t, redistest.Start(t).URL())
	store := redisstore.New(client, redisstore.Options{})
	ctx := t.Context()
	s := storetest.Session("v3:abc")
	for want := int64(1); want <= 2; want++ {
		succeed(t, client.ScriptFlush(ctx).Err())
		succeed(t, store.Commit(ctx, s, storetest.Entry()))
		if s.Revision != want {
			t.Errorf("revision = %d, want %d", s.Revision, want)
		}
		succeed(t, client.ScriptFlush(ctx).Err())
		_, err := store.Append(ctx, "v3:abc", storetest.Entry())
		succeed(t, err)
	}
	entries, err := store.Timeline(ctx, "v3:abc")
	succeed(t, err)
	if len(entries) != 4 {
		t.Errorf("%d entries, want 4", len(entries))
	}
}

// again sends every script twice and drops the first reply, as the client does
// when a reply comes too late.
type again struct{}

func (again) DialHook(next redis.DialHook) redis.DialHook { return next }

func (again) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (again) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if err := next(ctx, cmd); err != nil || cmd.Name() != "evalsha" {
			return err
		}
		return next(ctx, cmd)
	}
}

// TestCommitSentTwice checks that a commit succeeds once, and that what is
// stale stays so.
func TestCommitSentTwice(t *testing.T) {
	client := open(t, redistest.Start(t).URL())
	client.AddHook(again{})
	store := redisstore.New(client, redisstore.Options{})
	ctx, s := t.Context(), storetest.Session("v3:abc")
	for want := int64(1); want <= 3; want++ {
		succeed(t, store.Commit(ctx, s, storetest.Entry()))
		if s.Revision != want {
			t.Errorf("revision = %d, want %d", s.Revision, want)
		}
	}
	entries, err := store.Timeline(ctx, "v3:abc")
	succeed(t, err)
	if len(entries) != 3 {
		t.Errorf("%d entries, want 3", len(entries))
	}
	s.Revision = 2
	if err := store.Commit(ctx, s); !errors.As(err, new(*sessions.StaleError)) {
		t.Errorf("a stale commit: %v", err)
	}
}
