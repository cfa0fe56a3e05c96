package redisstore

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
)

// OpenPatient does what Open does, for tests that are not about time: a busy
// machine may keep a server from answering for longer than a caller can wait.
func OpenPatient(ctx context.Context, rawURL string) (redis.UniversalClient, error) {
	opts, err := parseURL(rawURL)
	if err != nil {
		return nil, err
	}
	opts.DialTimeout, opts.PoolTimeout = 10*time.Second, 10*time.Second
	opts.ReadTimeout, opts.WriteTimeout = 10*time.Second, 10*time.Second
	return connect(ctx, opts)
}

// IndexNow indexes sessions at once, as a sweep does.
func (s *Store) IndexNow(ctx context.Context, sids []string) error { return s.reindex(ctx, sids) }

// SweepSlice does a slice of a sweep for one instance.
func (s *Store) SweepSlice(ctx context.Context, who string) (more bool, err error) {
	return s.sweepSlice(ctx, who)
}

// Tell tells the index of a call, as a commit does.
func (s *Store) Tell(callSID string) { s.queue.add(callSID, sessions.Place{}, s.opts.Now(), nil) }
