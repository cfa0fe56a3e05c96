package redisstore

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
)

// The index: keys by which sessions are found. They lie in slots other than
// those of the calls, so they are hints, written after the commit and checked
// against the session when read. With the default prefix:
//
//	texml:index:days                     set of days on which indexed sessions began, as 2026-11-21
//	texml:index:{2026-11-21.3}:began     sorted set of SIDs by when they began
//	texml:index:{2026-11-21.3}:w17       hash: term → places of ended sessions that have it
//	texml:index:{2026-11-21.3}:w17:table string: more places, where the hash would grow large
//	texml:index:{live.3}:rows, :words    hashes: SID → what is known of a live call, its words
//
// A day's sessions are spread over shards by their SID. The place of a session in
// its shard is a moment of the day, in 65,536ths, so that places need not be
// handed out, fit in two bytes, and are in the order of time; sessions that began
// in the same moment share one. A live call changes all the time: it has a row,
// and terms only when it has ended. Words and numbers stand in no key that
// outlives the last session of its shard.
const (
	shards    = 8
	dayMillis = 24 * 60 * 60 * 1000
	places    = 1 << 16

	batchSize  = 200                   // errands done at once
	batchPause = 50 * time.Millisecond // in which what changes again is told once
	retryPause = time.Second           // after the store did not answer
	lastBreath = time.Second           // for what is left when the work ends
	termsAtOne = 50                    // script: it stops everybody else
	pipelined  = 200                   // commands sent at once
)

// shard is a share of the sessions that began on a day.
type shard struct {
	day int64 // since 1970
	no  uint32
}

func shardOf(began int64, sid string) shard {
	return shard{day: floorDiv(began, dayMillis), no: hash(sid) % shards}
}

func (d shard) tag() string { return dayText(d.day) + "." + strconv.FormatUint(uint64(d.no), 10) }

func dayText(day int64) string { return time.UnixMilli(day * dayMillis).UTC().Format(time.DateOnly) }

// place is where a session that began at ms stands in its shard, and since the
// first moment of the day.
func place(began int64) uint16 {
	return uint16((began - floorDiv(began, dayMillis)*dayMillis) * places / dayMillis)
}

// placeBegins is the first ms of a place.
func (d shard) placeBegins(place int) int64 {
	return d.day*dayMillis + (int64(place)*dayMillis+places-1)/places
}

func floorDiv(a, b int64) int64 {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}

func (s *Store) indexKey(tag, what string) string {
	return s.opts.Prefix + "index:{" + tag + "}:" + what
}

func (s *Store) daysKey() string { return s.opts.Prefix + "index:days" }

func (s *Store) liveKey(no uint32, what string) string {
	return s.indexKey("live."+strconv.FormatUint(uint64(no), 10), what)
}

// keepIndex is how long a key of the index outlives its last write.
func (s *Store) keepIndex() time.Duration { return max(s.opts.Live, s.opts.Retain) }

// score is what a session has in the sorted set of its shard: when it began and,
// once its terms are indexed, behind the point which revision they are of.
func score(began, revision int64, ended bool) float64 {
	if !ended {
		return float64(began)
	}
	return float64(began) + float64(1+revision%62)/64
}

// row is what is known of a live call without reading its session.
type row struct {
	From, To, Flow, Step, Outcome, Release string
	Began, Sent                            time.Time
	Escaped                                bool                  `json:",omitempty"`
	Duplicates                             int                   `json:",omitzero"`
	Marks                                  map[sessions.Mark]int `json:",omitempty"`
}

func encodeRow(s *sessions.Session) (string, error) {
	body, err := encode(row{
		s.Call.From, s.Call.To, s.Flow, s.Step, s.Outcome, s.Release, s.BeganAt, s.SentAt, s.Escaped, s.Duplicates, s.Marks,
	})
	return strconv.FormatInt(s.Revision, 10) + " " + string(body), err
}

// decodeRow returns what a row knows of a session. What cannot be read is an
// error, for a sweep to write again.
func decodeRow(sid, text string) (*sessions.Session, error) {
	revision, body, _ := strings.Cut(text, " ")
	var r row
	if err := json.Unmarshal([]byte(body), &r); err != nil {
		return nil, fmt.Errorf("row of %s: %w", sid, err)
	}
	n, err := strconv.ParseInt(revision, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("row of %s: its revision is not a number", sid)
	}
	return &sessions.Session{
		Call: sessions.Call{SID: sid, From: r.From, To: r.To}, Flow: r.Flow, Step: r.Step, Outcome: r.Outcome, Release: r.Release,
		BeganAt: r.Began, SentAt: r.Sent, Escaped: r.Escaped, Duplicates: r.Duplicates, Marks: r.Marks, Revision: n,
	}, nil
}

// Work keeps the index, the counts and the feed until the context ends, and
// returns when all that it started has ended. Every instance should run it once.
// What is committed while it does not run waits, as much as Options.Queue says;
// the rest a later sweep finds. Errors of the store are no reason to stop, see
// IndexStats.
func (s *Store) Work(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { s.sweeping(ctx) })
	both.Go(func() { s.indexing(ctx) })
	both.Wait()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastBreath)
	defer cancel()
	for s.indexNext(last) == batchSize && last.Err() == nil {
	}
}

// Indexed waits until everything that was committed through this store is
// indexed, counted and told. That takes somebody who runs Work.
func (s *Store) Indexed(ctx context.Context) error {
	select {
	case <-s.queue.settled():
		return nil
	case <-ctx.Done():
		return fmt.Errorf("redisstore: wait for the index: %w", ctx.Err())
	}
}

func (s *Store) indexing(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.queue.wake:
		}
		for n := s.indexNext(ctx); n != 0; n = s.indexNext(ctx) {
			switch {
			case n < 0:
				pause(ctx, retryPause)
			case n < batchSize:
				pause(ctx, batchPause)
			}
			if ctx.Err() != nil {
				return
			}
		}
	}
}

// pause waits for a while, or until the context ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// indexNext does the next errands and returns how many they were, below 0 when
// the store did not answer and they are still to be done.
func (s *Store) indexNext(ctx context.Context) int {
	errands := s.queue.take(batchSize)
	if len(errands) == 0 {
		return 0
	}
	err := s.index(ctx, errands)
	s.queue.done(errands, err != nil)
	if err != nil {
		return -1
	}
	return len(errands)
}

// index reads the sessions of errands and writes what the index, the counts and
// the feed should say of them.
func (s *Store) index(ctx context.Context, errands []errand) error {
	sids := make([]string, len(errands))
	for i, e := range errands {
		sids[i] = e.sid
	}
	found, err := s.read(ctx, sids)
	if err != nil {
		return err
	}
	var w writing
	for i, session := range found {
		if session == nil {
			s.forget(&w, sids[i])
			continue
		}
		if err := s.note(&w, session); err != nil {
			return err
		}
	}
	if err := s.write(ctx, &w); err != nil {
		return err
	}
	return s.tell(ctx, errands, found, &w)
}

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
	all := terms(session)
	at := string(binary.BigEndian.AppendUint16(nil, place(session.BeganAt.UnixMilli())))
	for len(all) > 0 {
		some := all[:min(len(all), termsAtOne)]
		all = all[len(some):]
		keys, args := make([]string, 0, 2*len(some)), []any{millis(s.keepIndex()), at}
		for _, t := range some {
			keys = append(keys, s.indexKey(in.tag(), t.group), s.indexKey(in.tag(), t.group+":"+t.field))
			args = append(args, t.field)
		}
		w.run(indexScript, keys, args...)
	}
	c := counted{session: session, as: outcomeField(session)}
	i := len(w.counted)
	w.counted = append(w.counted, c)
	key := s.key(session.Call.SID, "session")
	w.add(func(ctx context.Context, p redis.Pipeliner) redis.Cmder {
		w.counted[i].before = countedScript.EvalSha(ctx, p, []string{key}, c.as)
		return w.counted[i].before
	})
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

// refused is the first error that a server answered, other than "nothing there".
func refused(cmds []redis.Cmder) error {
	for _, cmd := range cmds {
		if err := cmd.Err(); err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
	}
	return nil
}

// readScore is when a session began, by its score, and whether it has terms.
func readScore(score float64) (began int64, ended bool) {
	whole := math.Floor(score)
	return int64(whole), score != whole
}
