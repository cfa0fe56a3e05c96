package redisstore_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
	"texmlsrv/sessions/redisstore"
	"texmlsrv/sessions/redistest"
	"texmlsrv/sessions/storetest"
)

func TestFinder_embedded(t *testing.T) {
	storetest.RunFinder(t, func(t *testing.T) storetest.Finding {
		client, stop, err := redisstore.Embedded(t.Context())
		succeed(t, err)
		t.Cleanup(stop)
		return finding(t, client)
	})
}

func TestFinder_miniredis(t *testing.T) {
	storetest.RunFinder(t, func(t *testing.T) storetest.Finding {
		return finding(t, open(t, "redis://"+miniredis.RunT(t).Addr()))
	})
}

func TestFinder_redis(t *testing.T)    { findOn(t, redistest.Start(t).URL()) }
func TestFinder_cluster(t *testing.T)  { findOn(t, redistest.StartCluster(t).URL()) }
func TestFinder_sentinel(t *testing.T) { findOn(t, redistest.StartSentinel(t).URL()) }

func findOn(t *testing.T, url string) {
	client := open(t, url)
	storetest.RunFinder(t, func(t *testing.T) storetest.Finding {
		flush(t, client)
		return finding(t, client)
	})
}

// finding is a store whose index is kept while the test runs, and a second
// instance that searches.
func finding(t *testing.T, client redis.UniversalClient) storetest.Finding {
	t.Helper()
	opts := redisstore.Options{Now: func() time.Time { return storetest.Noon }}
	store, other := redisstore.New(client, opts), redisstore.New(client, opts)
	work(t, store)
	return storetest.Finding{
		Finder: other, Feed: other,
		Put: func(s *sessions.Session, entries ...sessions.Entry) { put(t, store, s, entries...) },
		Settle: func() {
			t.Helper()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			succeed(t, store.Indexed(ctx))
		},
	}
}

// work has a store keep its index until the test ends.
func work(tb testing.TB, store *redisstore.Store) (stop func()) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(tb.Context()))
	var working sync.WaitGroup
	working.Go(func() { store.Work(ctx) })
	stop = func() {
		cancel()
		working.Wait()
	}
	tb.Cleanup(stop)
	return stop
}

// put stores a session in place of the one with its SID.
func put(tb testing.TB, store *redisstore.Store, s *sessions.Session, entries ...sessions.Entry) {
	tb.Helper()
	stored := *s
	current, err := store.Load(tb.Context(), s.Call.SID)
	if err == nil {
		stored.Revision = current.Revision
	} else if !errors.Is(err, sessions.ErrNotFound) {
		tb.Fatal(err)
	}
	succeed(tb, store.Commit(tb.Context(), &stored, entries...))
}
