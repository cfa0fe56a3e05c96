package redisstore

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
)

// pipelined is how many commands are sent at once: their replies have to come
// within one time-out of the connection.
const pipelined = 200

// read reads sessions without their documents; of one that is gone it returns
// nil.
func (s *Store) read(ctx context.Context, sids []string) ([]*sessions.Session, error) {
	found := make([]*sessions.Session, len(sids))
	replies := make([]*redis.SliceCmd, len(sids))
	err := s.pipeline(ctx, len(sids), func(p redis.Pipeliner, i int) {
		replies[i] = p.HMGet(ctx, s.key(sids[i], "session"), "revision", "session", "duplicates")
	})
	if err != nil {
		return nil, err
	}
	for i, reply := range replies {
		if err := reply.Err(); err != nil && !redis.HasErrorPrefix(err, "WRONGTYPE") {
			return nil, err
		}
		if stored := reply.Val(); len(stored) == 3 {
			session, err := decode([]any{stored[0], stored[1], nil, stored[2]})
			if err == nil { // a damaged one is not found; whoever loads it is told
				session.Document = nil
				found[i] = session
			}
		}
	}
	return found, nil
}

// pipeline sends n commands, so many at once. An error is that of the connection;
// those of commands are left to them.
func (s *Store) pipeline(ctx context.Context, n int, send func(p redis.Pipeliner, i int)) error {
	for from := 0; from < n; from += pipelined {
		cmds, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i := from; i < min(from+pipelined, n); i++ {
				send(p, i)
			}
			return nil
		})
		if err == nil {
			continue
		}
		for _, cmd := range cmds {
			var answered redis.Error
			if err := cmd.Err(); err != nil && !errors.As(err, &answered) {
				return cause(ctx, err)
			}
		}
	}
	return nil
}

// ask does what pipeline does, and fails with what the server refuses.
func (s *Store) ask(ctx context.Context, n int, send func(p redis.Pipeliner, i int) redis.Cmder) error {
	asked := make([]redis.Cmder, n)
	if err := s.pipeline(ctx, n, func(p redis.Pipeliner, i int) { asked[i] = send(p, i) }); err != nil {
		return err
	}
	return refused(asked)
}

// refused is the first error that a server answered, other than "nothing there".
func refused(cmds []redis.Cmder) error {
	for _, cmd := range cmds {
		if err := cmd.Err(); err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
	}
	return nil
}
