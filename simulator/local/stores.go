package local

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
	"texmlsrv/sessions/redisstore"
)

// Stores holds the stores of any number of worlds, in one Redis inside this
// process. Each has keys of its own, so that worlds cannot mix, whatever calls
// they have. It is safe for concurrent use.
type Stores struct {
	client redis.UniversalClient
	stop   func()
	worlds atomic.Int64
}

// NewStores starts the Redis.
func NewStores() (*Stores, error) {
	client, stop, err := redisstore.Embedded(context.Background())
	if err != nil {
		return nil, fmt.Errorf("local: %w", err)
	}
	return &Stores{client: client, stop: stop}, nil
}

// New is the store of another world.
func (s *Stores) New() sessions.Store {
	world := strconv.FormatInt(s.worlds.Add(1), 10)
	return redisstore.New(s.client, redisstore.Options{Prefix: "world" + world + ":"})
}

// Close ends all of them.
func (s *Stores) Close() { s.stop() }

// schedule is a store that knows when something is due, so that nobody has to
// look every second of a world's time.
type schedule struct {
	sessions.Store
	mu  sync.Mutex
	due map[string]time.Time // by call
}

// Schedule implements sessions.Store.
func (s *schedule) Schedule(ctx context.Context, callSID string, at time.Time) error {
	if err := s.Store.Schedule(ctx, callSID, at); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.due[callSID] = at
	return nil
}

// Claim implements sessions.Store.
func (s *schedule) Claim(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]string, error) {
	claimed, err := s.Store.Claim(ctx, now, lease, limit)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sid := range claimed {
		s.due[sid] = now.Add(lease)
	}
	if len(claimed) < limit { // what is still noted as due is due no more
		maps.DeleteFunc(s.due, func(_ string, at time.Time) bool { return !at.After(now) })
	}
	return claimed, nil
}

// Hold implements sessions.Store.
func (s *schedule) Hold(ctx context.Context, callSID string, at, until time.Time) (bool, error) {
	held, err := s.Store.Hold(ctx, callSID, at, until)
	if err == nil && held {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.due[callSID] = until
	}
	return held, err
}

// Settle implements sessions.Store.
func (s *schedule) Settle(ctx context.Context, callSID string, at time.Time) error {
	err := s.Store.Settle(ctx, callSID, at)
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.due[callSID].UnixMilli() == at.UnixMilli() { // else it was scheduled anew
			delete(s.due, callSID)
		}
	}
	return err
}

// next is the earliest instant at which something is due; ok is false when
// nothing ever is.
func (s *schedule) next() (at time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.due {
		if !ok || t.Before(at) {
			at, ok = t, true
		}
	}
	return at, ok
}
