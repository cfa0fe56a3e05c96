package redisstore

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
)

// termsAtOne is how many terms one script notes: it stops everybody else.
const termsAtOne = 50

// lingers is how much longer than a session its terms may be kept.
const lingers = 24 * time.Hour

// writing is what is to be written to the index.
type writing struct {
	commands []func(context.Context, redis.Pipeliner) redis.Cmder
	counted  []counted
	days     []any
	expiring []string // keys of the index
}

// counted is an ended session and how it was counted before.
type counted struct {
	session *sessions.Session
	as      string
	before  *redis.Cmd
}

func (w *writing) add(command func(context.Context, redis.Pipeliner) redis.Cmder) {
	w.commands = append(w.commands, command)
}

func (w *writing) run(script *redis.Script, keys []string, args ...any) {
	w.add(func(ctx context.Context, p redis.Pipeliner) redis.Cmder { return script.EvalSha(ctx, p, keys, args...) })
}

func (w *writing) expire(key string) {
	if !slices.Contains(w.expiring, key) {
		w.expiring = append(w.expiring, key)
	}
}

// note adds what the index should say of a session.
func (s *Store) note(w *writing, session *sessions.Session) error {
	sid, began := session.Call.SID, session.BeganAt.UnixMilli()
	in := shardOf(began, sid)
	if session.Ended() {
		s.noteTerms(w, in, session)
		s.forget(w, sid)
	} else if err := s.noteRow(w, in, session); err != nil {
		return err
	}
	key := s.indexKey(in.tag(), "began")
	member := redis.Z{Score: score(began, session.Revision, session.Ended()), Member: sid}
	w.add(func(ctx context.Context, p redis.Pipeliner) redis.Cmder { return p.ZAdd(ctx, key, member) })
	w.expire(key)
	if day := any(dayText(in.day)); !slices.Contains(w.days, day) {
		w.days = append(w.days, day)
	}
	return nil
}

func (s *Store) noteRow(w *writing, in shard, session *sessions.Session) error {
	text, err := encodeRow(session)
	if err != nil {
		return fmt.Errorf("row of %s: %w", session.Call.SID, err)
	}
	w.run(rowScript, []string{s.liveKey(in.no, "rows"), s.liveKey(in.no, "words")},
		session.Call.SID, session.Revision, text, strings.Join(session.Words(), " "), millis(s.opts.Live))
	return nil
}

// noteTerms adds the terms of an ended session, and counts what came of it.
func (s *Store) noteTerms(w *writing, in shard, session *sessions.Session) {
	sid, base := session.Call.SID, s.indexKey(in.tag(), "")
	at := string(binary.BigEndian.AppendUint16(nil, place(session.BeganAt.UnixMilli())))
	live, late := s.keepTerms(in)
	for some := range slices.Chunk(terms(session), termsAtOne) {
		keys, args := make([]string, 1, 1+2*len(some)), make([]any, 4, 4+len(some))
		keys[0] = base + "began"
		args[0], args[1], args[2], args[3] = sid, at, millis(live), late
		for _, t := range some {
			keys = append(keys, base+t.group, base+t.group+":"+t.field)
			args = append(args, t.field)
		}
		w.run(indexScript, keys, args...)
	}
	c := counted{session: session, as: outcomeField(session)}
	i := len(w.counted)
	w.counted = append(w.counted, c)
	key := s.key(sid, "session")
	w.add(func(ctx context.Context, p redis.Pipeliner) redis.Cmder {
		w.counted[i].before = countedScript.EvalSha(ctx, p, []string{key}, c.as)
		return w.counted[i].before
	})
}

// keepTerms is how long the lists of a shard are to live: a day longer than
// sessions that end on the shard's day or on the next. So they are told once, when
// they are made; only in a shard that is older they are told each time.
func (s *Store) keepTerms(in shard) (live time.Duration, late bool) {
	ends := msTime((in.day + 1) * dayMillis)
	left := ends.Sub(s.opts.Now())
	return s.keepIndex() + max(0, left) + lingers, left < -lingers
}

// forget takes a call out of the live ones.
func (s *Store) forget(w *writing, sid string) {
	no := hash(sid) % shards
	for _, key := range []string{s.liveKey(no, "rows"), s.liveKey(no, "words")} {
		w.add(func(ctx context.Context, p redis.Pipeliner) redis.Cmder { return p.HDel(ctx, key, sid) })
	}
}

// write writes what was added. A server that does not know the scripts is given
// them, and what needed them is sent again.
func (s *Store) write(ctx context.Context, w *writing) error {
	s.finish(w)
	sent := make([]redis.Cmder, len(w.commands))
	all := make([]int, len(sent))
	for i := range all {
		all[i] = i
	}
	send := func(which []int) error {
		return s.pipeline(ctx, len(which), func(p redis.Pipeliner, i int) { sent[which[i]] = w.commands[which[i]](ctx, p) })
	}
	if err := send(all); err != nil {
		return err
	}
	again := slices.DeleteFunc(all, func(i int) bool { return !redis.HasErrorPrefix(sent[i].Err(), "NOSCRIPT") })
	if len(again) > 0 {
		for _, script := range []*redis.Script{indexScript, rowScript, countedScript} {
			if err := script.Load(ctx, s.client).Err(); err != nil {
				return cause(ctx, err)
			}
		}
		if err := send(again); err != nil {
			return err
		}
	}
	return refused(sent)
}

// finish adds what is written once for all sessions.
func (s *Store) finish(w *writing) {
	if len(w.days) > 0 {
		w.add(func(ctx context.Context, p redis.Pipeliner) redis.Cmder { return p.SAdd(ctx, s.daysKey(), w.days...) })
		w.expire(s.daysKey())
	}
	for _, key := range w.expiring {
		w.add(func(ctx context.Context, p redis.Pipeliner) redis.Cmder { return p.PExpire(ctx, key, s.keepIndex()) })
	}
}
