package redisstore

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// dueKey is a sorted set of calls by the time at which something is to be done
// about them. It lies in a slot of its own: a hint, checked against the
// session by whoever takes it up.
const dueKey = "due"

// Schedule implements sessions.Store.
func (s *Store) Schedule(ctx context.Context, callSID string, at time.Time) error {
	key := s.key("", dueKey)
	_, err := s.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.ZAdd(ctx, key, redis.Z{Score: float64(at.UnixMilli()), Member: callSID})
		p.PExpire(ctx, key, s.opts.Retain)
		return nil
	})
	if err != nil {
		return fail(ctx, "schedule", callSID, err)
	}
	return nil
}

// Claim implements sessions.Store.
func (s *Store) Claim(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]string, error) {
	due, err := claimScript.Run(ctx, s.client, []string{s.key("", dueKey)},
		strconv.FormatInt(now.UnixMilli(), 10), millis(lease), limit, millis(s.opts.Retain)).StringSlice()
	if err != nil {
		return nil, fail(ctx, "claim", "what is due", err)
	}
	return due, nil
}

// Hold implements sessions.Store.
func (s *Store) Hold(ctx context.Context, callSID string, at, until time.Time) (bool, error) {
	held, err := holdScript.Run(ctx, s.client, []string{s.key("", dueKey)},
		callSID, strconv.FormatInt(at.UnixMilli(), 10), strconv.FormatInt(until.UnixMilli(), 10), millis(s.opts.Retain)).Bool()
	if err != nil {
		return false, fail(ctx, "hold", callSID, err)
	}
	return held, nil
}

// Settle implements sessions.Store.
func (s *Store) Settle(ctx context.Context, callSID string, at time.Time) error {
	if err := settleScript.Run(ctx, s.client, []string{s.key("", dueKey)},
		callSID, strconv.FormatInt(at.UnixMilli(), 10)).Err(); err != nil {
		return fail(ctx, "settle", callSID, err)
	}
	return nil
}
