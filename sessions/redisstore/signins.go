package redisstore

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// signinKey comes before the id of a sign-in.
const signinKey = "signin:"

// Keep keeps a small value of the console, a sign-in, under an id for a time.
func (s *Store) Keep(ctx context.Context, id string, value []byte, ttl time.Duration) error {
	if err := s.client.Set(ctx, s.key("", signinKey+id), value, max(ttl, time.Millisecond)).Err(); err != nil {
		return fail(ctx, "keep", "a sign-in", err)
	}
	return nil
}

// Renew is Keep where there is a value under the id, else nothing.
func (s *Store) Renew(ctx context.Context, id string, value []byte, ttl time.Duration) error {
	if err := s.client.SetXX(ctx, s.key("", signinKey+id), value, max(ttl, time.Millisecond)).Err(); err != nil {
		return fail(ctx, "renew", "a sign-in", err)
	}
	return nil
}

// Kept is the value kept under an id, nil for none.
func (s *Store) Kept(ctx context.Context, id string) ([]byte, error) {
	return s.kept(ctx, s.client.Get(ctx, s.key("", signinKey+id)))
}

// Take is Kept for one reader alone: the value is gone afterwards.
func (s *Store) Take(ctx context.Context, id string) ([]byte, error) {
	return s.kept(ctx, s.client.GetDel(ctx, s.key("", signinKey+id)))
}

func (s *Store) kept(ctx context.Context, reply *redis.StringCmd) ([]byte, error) {
	value, err := reply.Bytes()
	switch {
	case errors.Is(err, redis.Nil):
		return nil, nil
	case err != nil:
		return nil, fail(ctx, "look up", "a sign-in", err)
	}
	return value, nil
}
