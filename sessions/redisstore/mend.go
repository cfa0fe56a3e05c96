package redisstore

import (
	"context"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
)

// mend indexes those of some sessions that the index does not have as they are.
func (s *Store) mend(ctx context.Context, sids []string) error {
	stored, err := s.outlines(ctx, sids)
	if err != nil {
		return err
	}
	var known []outline
	for _, o := range stored {
		if o.revision > 0 {
			known = append(known, o)
		}
	}
	scores, rows := make([]*redis.FloatCmd, len(known)), make([]*redis.StringCmd, len(known))
	err = s.ask(ctx, 2*len(known), func(p redis.Pipeliner, i int) redis.Cmder {
		o := known[i/2]
		in := shardOf(o.began, o.sid)
		if i%2 == 0 {
			scores[i/2] = p.ZScore(ctx, s.indexKey(in.tag(), "began"), o.sid)
			return scores[i/2]
		}
		rows[i/2] = p.HGet(ctx, s.liveKey(in.no, "rows"), o.sid)
		return rows[i/2]
	})
	if err != nil {
		return err
	}
	var lacking []string
	for i, o := range known {
		if scores[i].Err() != nil || scores[i].Val() != score(o.began, o.revision, o.ended) || o.row() != rowRevision(rows[i].Val()) {
			lacking = append(lacking, o.sid)
		}
	}
	s.queue.swept(len(lacking), 0)
	return s.reindex(ctx, lacking)
}

// outline is what the index should say of a session.
type outline struct {
	sid             string
	revision, began int64 // revision 0: it is gone
	ended           bool
}

// row is the revision that its row should have, 0 for none.
func (o outline) row() int64 {
	if o.ended {
		return 0
	}
	return o.revision
}

func rowRevision(text string) int64 {
	revision, _, _ := strings.Cut(text, " ")
	n, _ := strconv.ParseInt(revision, 10, 64) // of no row it is 0
	return n
}

// outlines reads what little of sessions is compared. Of one written by an
// older version, which lacks the field, it looks into the session.
func (s *Store) outlines(ctx context.Context, sids []string) ([]outline, error) {
	replies := make([]*redis.SliceCmd, len(sids))
	err := s.pipeline(ctx, len(sids), func(p redis.Pipeliner, i int) {
		replies[i] = p.HMGet(ctx, s.key(sids[i], "session"), "revision", "began", "ended")
	})
	if err != nil {
		return nil, err
	}
	all := make([]outline, len(sids))
	for i, reply := range replies {
		all[i] = outline{sid: sids[i]}
		stored := reply.Val()
		if len(stored) != 3 {
			continue
		}
		revision, _ := stored[0].(string)
		began, _ := stored[1].(string)
		ended, _ := stored[2].(string)
		all[i].revision, _ = strconv.ParseInt(revision, 10, 64)
		all[i].ended = ended != ""
		if all[i].began, err = strconv.ParseInt(began, 10, 64); err != nil && all[i].revision > 0 {
			found, err := s.read(ctx, sids[i:i+1])
			if err != nil {
				return nil, err
			}
			if found[0] == nil {
				all[i].revision = 0
				continue
			}
			all[i].began = found[0].BeganAt.UnixMilli()
		}
	}
	return all, nil
}

// reindex indexes sessions, without telling of a change.
func (s *Store) reindex(ctx context.Context, sids []string) error {
	_, _, err := s.indexed(ctx, sids)
	return err
}

// indexed reads sessions, nil for what is gone, and writes what the index should
// say of them.
func (s *Store) indexed(ctx context.Context, sids []string) (found []*sessions.Session, w *writing, err error) {
	if found, err = s.read(ctx, sids); err != nil {
		return nil, nil, err
	}
	w = &writing{}
	for i, session := range found {
		if session == nil {
			s.forget(w, sids[i])
		} else if err := s.note(w, session); err != nil {
			return nil, nil, err
		}
	}
	return found, w, s.write(ctx, w)
}
