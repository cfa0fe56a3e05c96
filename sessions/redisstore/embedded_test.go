package redisstore_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"texmlsrv/sessions"
	"texmlsrv/sessions/redisstore"
	"texmlsrv/sessions/storetest"
)

func TestStore_embedded(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		client, stop, err := redisstore.Embedded(t.Context())
		succeed(t, err)
		t.Cleanup(stop)
		return storetest.Harness{
			Store:   redisstore.New(client, redisstore.Options{}),
			Again:   func() sessions.Store { return redisstore.New(client, redisstore.Options{}) },
			Advance: func(d time.Duration) { advance(t, client, d) },
			Keys:    func() map[string]time.Duration { return lifetimes(t, client) },
		}
	})
}

// TestEmbedded_timePasses lets hours pass on a fake clock: sessions expire
// without anybody asking for it.
func TestEmbedded_timePasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, stop, err := redisstore.Embedded(t.Context())
		succeed(t, err)
		defer stop()
		store := redisstore.New(client, redisstore.Options{Live: time.Hour})
		succeed(t, store.Commit(t.Context(), &sessions.Session{Call: sessions.Call{SID: "v3:abc"}}))

		time.Sleep(time.Hour - 2*time.Second)
		_, err = store.Load(t.Context(), "v3:abc")
		succeed(t, err)
		time.Sleep(4 * time.Second)
		if _, err = store.Load(t.Context(), "v3:abc"); !errors.Is(err, sessions.ErrNotFound) {
			t.Errorf("Load an hour later: %v", err)
		}
	})
}

func TestEmbedded_stops(t *testing.T) {
	client, stop, err := redisstore.Embedded(t.Context())
	succeed(t, err)
	stop()
	stop() // twice is once
	if err := redisstore.New(client, redisstore.Options{}).Ping(t.Context()); err == nil {
		t.Error("the store answers after it was stopped")
	}
}
