package redisstore_test

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"

	"texmlsrv/sessions"
	"texmlsrv/sessions/redisstore"
	"texmlsrv/sessions/redistest"
)

// TestSubscribe_missed has a reader who does not read until more was told than is
// kept for him.
func TestSubscribe_missed(t *testing.T) {
	client := open(t, redistest.Start(t).URL())
	store := redisstore.New(client, atNoon(redisstore.Options{}))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	changes, err := store.Subscribe(ctx)
	succeed(t, err)
	work(t, store)
	putMany(t, store, 700)
	succeed(t, store.Indexed(ctx))
	for c := range changes {
		if c.SID == "" {
			return
		}
	}
	t.Error("the reader was not told that he missed something")
}

// TestSubscribe_again loses the server for a moment.
func TestSubscribe_again(t *testing.T) {
	server := redistest.StartDurable(t)
	store := redisstore.New(open(t, server.URL()), atNoon(redisstore.Options{}))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	changes, err := store.Subscribe(ctx)
	succeed(t, err)
	server.Restart()
	same(t, "when the server is back", <-changes, sessions.Change{})
}

// TestWork_leavesNothing starts everything that a store can start, and stops it.
func TestWork_leavesNothing(t *testing.T) {
	client, stop, err := redisstore.Embedded(t.Context())
	succeed(t, err)
	defer stop()
	store := redisstore.New(client, atNoon(redisstore.Options{}))
	putMany(t, store, 1)
	before := goleak.IgnoreCurrent()
	ctx, cancel := context.WithCancel(t.Context())
	changes, err := store.Subscribe(ctx)
	succeed(t, err)
	working := work(t, store)
	<-changes
	working()
	cancel()
	for range changes { // until it is closed
	}
	stop()
	goleak.VerifyNone(t, before)
}
