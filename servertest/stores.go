package servertest

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"texmlsrv/sessions/redisstore"
)

// Embedded is a store on a Redis inside the test.
func Embedded(t testing.TB) *redisstore.Store {
	t.Helper()
	client, stop, err := redisstore.Embedded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return redisstore.New(client, redisstore.Options{})
}

// Redis is a store on the single Redis at a URL, for tests that are not about
// time: a busy machine must not fail them.
func Redis(t testing.TB, url string) *redisstore.Store {
	t.Helper()
	return redisstore.New(Client(t, url), redisstore.Options{})
}

// Client is a client of the single Redis at a URL that waits for it.
func Client(t testing.TB, url string) *redis.Client {
	t.Helper()
	opts, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	const patience = 30 * time.Second
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout, opts.PoolTimeout = patience, patience, patience, patience
	logging.Disable() // what it would print comes back as errors
	opts.DialerRetries = 1
	opts.ContextTimeoutEnabled = true // a budget counts all the same
	client := redis.NewClient(opts)
	t.Cleanup(func() { client.Close() })
	return client
}
