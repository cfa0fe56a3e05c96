package redisstore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
)

// Embedded starts a Redis inside this process and returns a client for it, and
// what stops both. It listens nowhere, serves this process alone and keeps
// nothing: whoever starts it should say so. The context bounds the start only.
func Embedded(ctx context.Context) (client redis.UniversalClient, stop func(), err error) {
	logging.Disable()
	server := miniredis.NewMiniRedis()
	opts := tuned()
	opts.Addrs = []string{"127.0.0.1:1"}         // never dialed, but a name would be looked up
	opts.ReadTimeout, opts.WriteTimeout = -1, -1 // no network to wait for: deadlines are the callers'
	opts.Dialer = func(context.Context, string, string) (net.Conn, error) {
		conn, err := server.Dial()
		if err != nil {
			return nil, err
		}
		return newEager(conn), nil
	}
	client = redis.NewUniversalClient(opts)

	done := make(chan struct{})
	var aging sync.WaitGroup
	aging.Go(func() { age(server, done) })
	stop = sync.OnceFunc(func() {
		close(done)
		aging.Wait()
		_ = client.Close() // the server goes next, and with it what Close could report
		server.Close()
	})
	if err := client.Ping(ctx).Err(); err != nil {
		stop()
		return nil, nil, fmt.Errorf("redisstore: embedded: %w", errors.Join(err, ctx.Err()))
	}
	return client, stop, nil
}

// age lets time pass for a server whose keys would otherwise never expire. It
// does so once a second, because each time every key is looked at.
func age(server *miniredis.Miniredis, done <-chan struct{}) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-done:
			return
		case now := <-ticker.C:
			server.FastForward(now.Sub(last))
			last = now
		}
	}
}
