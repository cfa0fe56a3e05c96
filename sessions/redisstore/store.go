// Package redisstore keeps sessions in Redis.
//
// A call has three keys, in one cluster slot because its CallSid stands in
// braces, shown here with the default prefix:
//
//	texml:{v3:abc}:session   hash: revision, commit, turn, session (JSON), document, fetches, duplicates, ended, began, counted
//	texml:{v3:abc}:timeline  list of JSON entries, oldest first
//	texml:{v3:abc}:early     list of JSON entries that came before the call began
//
// Keys of no call are texml:secret, texml:due and those by which calls are found
// and counted: texml:index:…, texml:counts:…, described where they are made.
// Every key expires. What must be atomic is one Lua script; scripts pass JSON
// through as bytes, because decoding and encoding it again in Lua loses empty
// lists, nulls and digits. Commands are those of Redis 6.2; with a cluster, the
// feed uses one of 7.0 where it exists.
package redisstore

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
)

// secretFor is how long the shared secret outlives the last instance that
// asked for it. Instances ask when they start, so it is long: a secret that
// goes while tickets signed with it are about would cut calls off.
const secretFor = 366 * 24 * time.Hour

// Options of a Store. Zero values take the defaults; durations below a
// millisecond count as one.
type Options struct {
	Prefix   string        // of every key, without braces; default "texml:"
	Live     time.Duration // how long a session is kept after its last touch; default 6 h
	Retain   time.Duration // the same for an ended session; default 7 days
	EarlyFor time.Duration // how long the entries of a call that has not begun are kept; default 10 min

	Queue      int              // calls that wait for the index at most; default 10,000
	SweepEvery time.Duration    // how long the index is left alone after it was swept; default 5 min
	Now        func() time.Time // default time.Now; for searches and counts
}

func (o Options) withDefaults() Options {
	now := o.Now
	if now == nil {
		now = time.Now
	}
	return Options{
		Prefix:   cmp.Or(o.Prefix, "texml:"),
		Live:     cmp.Or(o.Live, 6*time.Hour),
		Retain:   cmp.Or(o.Retain, 7*24*time.Hour),
		EarlyFor: cmp.Or(o.EarlyFor, 10*time.Minute),

		Queue: cmp.Or(o.Queue, 10_000), SweepEvery: cmp.Or(o.SweepEvery, 5*time.Minute), Now: now,
	}
}

// Store is a sessions.Store on Redis, and finds and follows what is stored. It is
// safe for concurrent use. For sessions it holds no state of its own, and sets no
// deadlines: those come with the contexts. What it commits is indexed by whoever
// runs Work.
//
// Where the client retries (Open's does), a request whose reply was lost may
// reach Redis twice. A commit counts once all the same; an entry of Append or
// Fetched is then in the timeline twice.
type Store struct {
	client redis.UniversalClient
	opts   Options
	queue  *queue // of what is to be indexed

	shardedFeed atomic.Pointer[bool] // nil until it is known
}

var (
	_ sessions.Store  = (*Store)(nil)
	_ sessions.Finder = (*Store)(nil)
	_ sessions.Feed   = (*Store)(nil)
)

// New returns a store on client, which stays the caller's to close. It starts
// nothing.
func New(client redis.UniversalClient, opts Options) *Store {
	opts = opts.withDefaults()
	return &Store{client: client, opts: opts, queue: newQueue(opts.Queue)}
}

// Load implements sessions.Store.
func (s *Store) Load(ctx context.Context, callSID string) (*sessions.Session, error) {
	keys, err := s.callKeys(callSID)
	if err != nil {
		return nil, fail(ctx, "load", callSID, err)
	}
	stored, err := loadScript.Run(ctx, s.client, keys).Slice()
	if err != nil {
		return nil, fail(ctx, "load", callSID, err)
	}
	if len(stored) == 1 {
		early, err := decodeList(stored[0])
		if err != nil {
			return nil, fail(ctx, "load", callSID, err)
		}
		return nil, fail(ctx, "load", callSID, &sessions.NotFoundError{Early: early})
	}
	session, err := decode(stored)
	if err != nil {
		return nil, fail(ctx, "load", callSID, err)
	}
	return session, nil
}

// Timeline implements sessions.Store.
func (s *Store) Timeline(ctx context.Context, callSID string) ([]sessions.Entry, error) {
	keys, err := s.callKeys(callSID)
	if err != nil {
		return nil, fail(ctx, "timeline of", callSID, err)
	}
	lines, err := s.client.LRange(ctx, keys[1], 0, -1).Result()
	if err != nil {
		return nil, fail(ctx, "timeline of", callSID, err)
	}
	entries, err := decodeEntries(lines)
	if err != nil {
		return nil, fail(ctx, "timeline of", callSID, err)
	}
	return entries, nil
}

// Commit implements sessions.Store.
func (s *Store) Commit(ctx context.Context, session *sessions.Session, entries ...sessions.Entry) error {
	callSID := session.Call.SID
	keys, err := s.callKeys(callSID)
	if err != nil {
		return fail(ctx, "commit", callSID, err)
	}
	args, err := s.commitArgs(session, entries)
	if err != nil {
		return fail(ctx, "commit", callSID, err)
	}
	reply, err := commitScript.Run(ctx, s.client, keys, args...).Result()
	if err != nil {
		return fail(ctx, "commit", callSID, err)
	}
	if revision, ok := reply.(int64); ok {
		session.Revision = revision
		s.queue.add(callSID, session.Place(), s.opts.Now(), entries)
		return nil
	}
	current, err := decode(reply)
	if err != nil && !errors.Is(err, sessions.ErrNotFound) {
		return fail(ctx, "commit", callSID, err)
	}
	return &sessions.StaleError{Current: current}
}

// commitArgs are the ARGV of commit.lua.
func (s *Store) commitArgs(session *sessions.Session, entries []sessions.Entry) ([]any, error) {
	body, err := encode(session)
	if err != nil {
		return nil, err
	}
	ttl, ended := s.opts.Live, ""
	if session.Ended() {
		ttl, ended = s.opts.Retain, session.EndedAt.Format(time.RFC3339)
	}
	revision := strconv.FormatInt(session.Revision, 10)
	args := []any{revision, rand.Text(), millis(ttl), session.Turn, body, session.Document, ended,
		session.BeganAt.UnixMilli(), duplicates(entries)}
	for _, entry := range entries {
		line, err := encode(entry)
		if err != nil {
			return nil, err
		}
		args = append(args, line)
	}
	return args, nil
}

// duplicates counts the entries that are of requests that came again.
func duplicates(entries []sessions.Entry) int {
	n := 0
	for i := range entries {
		if entries[i].Kind == sessions.EntryDuplicate {
			n++
		}
	}
	return n
}

// Append implements sessions.Store.
func (s *Store) Append(ctx context.Context, callSID string, entry sessions.Entry) (*sessions.Session, error) {
	session, _, err := s.append(ctx, callSID, entry, 0)
	if err != nil {
		return nil, fail(ctx, "append to", callSID, err)
	}
	return session, nil
}

// Fetched implements sessions.Store.
func (s *Store) Fetched(ctx context.Context, callSID string, entry sessions.Entry) (*sessions.Session, int, error) {
	session, fetches, err := s.append(ctx, callSID, entry, 1)
	if err != nil {
		return nil, 0, fail(ctx, "count a fetch of", callSID, err)
	}
	return session, fetches, nil
}

// append appends an entry, adds fetches to the count of the current document
// and returns the new count.
func (s *Store) append(ctx context.Context, callSID string, entry sessions.Entry, fetches int) (*sessions.Session, int, error) {
	keys, err := s.callKeys(callSID)
	if err != nil {
		return nil, 0, err
	}
	line, err := encode(entry)
	if err != nil {
		return nil, 0, err
	}
	stored, err := appendScript.Run(ctx, s.client, keys, line, fetches,
		millis(s.opts.Live), millis(s.opts.Retain), millis(s.opts.EarlyFor), duplicates([]sessions.Entry{entry})).Slice()
	if err != nil {
		return nil, 0, err
	}
	if len(stored) == 0 {
		return nil, 0, sessions.ErrNotFound
	}
	session, err := decode(stored)
	if err != nil {
		return nil, 0, err
	}
	s.queue.add(callSID, session.Place(), s.opts.Now(), []sessions.Entry{entry})
	count, _ := stored[len(stored)-1].(int64)
	return session, int(count), nil
}

// Secret implements sessions.Store. The secret is kept for a year after the
// last time an instance asked for it. An empty proposal is an error.
func (s *Store) Secret(ctx context.Context, proposed []byte) ([]byte, error) {
	if len(proposed) == 0 {
		return nil, errors.New("redisstore: secret: the proposed one is empty")
	}
	secret, err := secretScript.Run(ctx, s.client, []string{s.key("", "secret")}, proposed, millis(secretFor)).Text()
	if err != nil {
		return nil, fmt.Errorf("redisstore: secret: %w", cause(ctx, err))
	}
	return []byte(secret), nil
}

// Ping implements sessions.Store.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("redisstore: ping: %w", cause(ctx, err))
	}
	return nil
}

func millis(d time.Duration) int64 { return max(1, d.Milliseconds()) }

// fail says what could not be done for which call.
func fail(ctx context.Context, doing, callSID string, err error) error {
	return fmt.Errorf("redisstore: %s %s: %w", doing, callSID, cause(ctx, err))
}

// cause makes an error that the context's deadline brought about recognisable
// as that: the client reports it as a time-out of the connection.
func cause(ctx context.Context, err error) error {
	var timeout interface{ Timeout() bool }
	deadline, ok := ctx.Deadline()
	if !ok || time.Now().Before(deadline) || !errors.As(err, &timeout) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
}
