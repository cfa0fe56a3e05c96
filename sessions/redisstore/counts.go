package redisstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
)

// Counts lie in one hash for each ten minutes, texml:counts:2026-11-21T05:30, by
// fields that are JSON lists: ["move", flow, step, flow, step, rule] and ["outcome",
// flow, outcome, ending]. Moves that were counted before rules were lack the rule.
const (
	countsEvery = 10 * time.Minute
	countsFor   = 25 * time.Hour
)

func (s *Store) countsKey(at time.Time) string {
	return s.opts.Prefix + "counts:" + at.UTC().Truncate(countsEvery).Format("2006-01-02T15:04")
}

func moveField(m sessions.Move) string {
	return field("move", m.From.Flow, m.From.Step, m.To.Flow, m.To.Step, m.Rule)
}

func outcomeField(s *sessions.Session) string { return field("outcome", s.Flow, s.Outcome, s.Ending) }

func field(parts ...string) string {
	text, err := encode(parts)
	if err != nil { // text is always encoded
		return ""
	}
	return string(text)
}

// increments are what is to be added to counts, by key and field.
type increments map[string]map[string]int64

func (inc increments) add(key, field string, n int64) {
	if inc[key] == nil {
		inc[key] = map[string]int64{}
	}
	inc[key][field] += n
}

// tally is what errands add to the counts: the ways they took, and what came of
// calls that ended, in place of what they were counted as before.
func (s *Store) tally(errands []errand, w *writing) increments {
	inc := increments{}
	for _, e := range errands {
		for _, m := range e.moves {
			inc.add(s.countsKey(e.at), moveField(m), int64(m.Count))
		}
	}
	oldest := s.opts.Now().Add(-countsFor)
	for _, c := range w.counted {
		before, err := c.before.Text()
		if err != nil || c.session.EndedAt.Before(oldest) {
			continue // counted already, or gone
		}
		key := s.countsKey(c.session.EndedAt)
		inc.add(key, c.as, 1)
		if before != "" {
			inc.add(key, before, -1)
		}
	}
	return inc
}

// tell adds to the counts and tells of the changes.
func (s *Store) tell(ctx context.Context, errands []errand, found []*sessions.Session, w *writing) error {
	messages, err := changes(errands, found)
	if err != nil {
		return err
	}
	publish, err := s.publisher(ctx)
	if err != nil {
		return err
	}
	inc := s.tally(errands, w)
	cmds, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for key, fields := range inc {
			for field, n := range fields {
				p.HIncrBy(ctx, key, field, n)
			}
			p.PExpire(ctx, key, countsFor)
		}
		for _, message := range messages {
			publish(ctx, p, message)
		}
		return nil
	})
	if err != nil && refused(cmds) != nil {
		return cause(ctx, err)
	}
	return nil
}

// Counts implements sessions.Finder.
func (s *Store) Counts(ctx context.Context, span sessions.Span) (sessions.Counts, error) {
	var tally sessions.Tally
	live, err := s.liveRows(ctx)
	if err != nil {
		return sessions.Counts{}, fmt.Errorf("redisstore: counts: %w", err)
	}
	for _, session := range live {
		tally.Session(session)
	}
	hashes, err := s.countHashes(ctx, span)
	if err != nil {
		return sessions.Counts{}, fmt.Errorf("redisstore: counts: %w", err)
	}
	for _, hash := range hashes {
		for field, text := range hash.Val() {
			count(&tally, field, text)
		}
	}
	return tally.Counts(), nil
}

func (s *Store) countHashes(ctx context.Context, span sessions.Span) ([]*redis.MapStringStringCmd, error) {
	back := time.Hour
	if span == sessions.LastDay {
		back = 24 * time.Hour
	}
	now := s.opts.Now()
	var keys []string
	for at := now.Add(-back).Truncate(countsEvery); !at.After(now); at = at.Add(countsEvery) {
		keys = append(keys, s.countsKey(at))
	}
	hashes := make([]*redis.MapStringStringCmd, len(keys))
	err := s.ask(ctx, len(keys), func(p redis.Pipeliner, i int) redis.Cmder {
		hashes[i] = p.HGetAll(ctx, keys[i])
		return hashes[i]
	})
	return hashes, err
}

// count adds one field to a tally. One that is not ours is left out.
func count(tally *sessions.Tally, field, text string) {
	var parts []string
	var n int
	if json.Unmarshal([]byte(field), &parts) != nil || json.Unmarshal([]byte(text), &n) != nil || len(parts) == 0 {
		return
	}
	switch kind, rest := parts[0], slices.Clip(parts[1:]); {
	case kind == "move" && (len(rest) == 4 || len(rest) == 5):
		from, to := sessions.Place{Flow: rest[0], Step: rest[1]}, sessions.Place{Flow: rest[2], Step: rest[3]}
		move := sessions.Move{From: from, To: to, Count: n}
		if len(rest) == 5 {
			move.Rule = rest[4]
		}
		tally.Moves([]sessions.Move{move})
	case kind == "outcome" && len(rest) == 3:
		tally.Outcome(sessions.Outcome{Flow: rest[0], Outcome: rest[1], Ending: rest[2], Count: n})
	}
}

// liveRows are the live sessions as far as their rows know them, in no order.
func (s *Store) liveRows(ctx context.Context) (map[string]*sessions.Session, error) {
	live := map[string]*sessions.Session{}
	hashes, err := s.liveHashes(ctx, "rows")
	if err != nil {
		return nil, err
	}
	for _, hash := range hashes {
		for sid, text := range hash {
			if session, err := decodeRow(sid, text); err == nil {
				live[sid] = session
			}
		}
	}
	return live, nil
}

// liveHashes reads one hash of every shard of live calls.
func (s *Store) liveHashes(ctx context.Context, what string) ([]map[string]string, error) {
	replies := make([]*redis.MapStringStringCmd, shards)
	err := s.ask(ctx, shards, func(p redis.Pipeliner, i int) redis.Cmder {
		replies[i] = p.HGetAll(ctx, s.liveKey(uint32(i), what))
		return replies[i]
	})
	hashes := make([]map[string]string, shards)
	for i, reply := range replies {
		hashes[i] = reply.Val()
	}
	return hashes, err
}
