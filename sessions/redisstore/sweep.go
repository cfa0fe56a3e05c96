package redisstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// A sweep holds the index against what is stored, in slices, by one instance at
// a time. Where it stands lies in Redis, so that another instance goes on when
// one is stopped:
//
//	texml:index:sweeper  who sweeps; after a sweep, that it is done
//	texml:index:sweep    hash: walk → where it stands
//
// It walks over three things: the sessions of every server, for what the index
// lacks; the rows of live calls and the sorted sets of every day, for what it has
// too many.
const (
	sliceSize  = 500                    // keys looked at in a slice
	slicePause = 100 * time.Millisecond // between slices: a sweep is in no hurry
	sweepLease = 30 * time.Second
	sweptMark  = "done"
)

func (s *Store) sweeperKey() string { return s.opts.Prefix + "index:sweeper" }

func (s *Store) sweepKey() string { return s.opts.Prefix + "index:sweep" }

// sweeping sweeps again and again until the context ends. When the store does
// not answer, the sweep goes on where it stood.
func (s *Store) sweeping(ctx context.Context) {
	who := rand.Text()
	for ctx.Err() == nil {
		more, err := s.sweepSlice(ctx, who)
		switch {
		case err == nil && more:
			pause(ctx, slicePause)
		default:
			pause(ctx, min(retryPause, s.opts.SweepEvery))
		}
	}
}

// Sweep does a whole sweep at once, for whoever cannot wait for the next: after
// the index was lost, or in tests. It fails when another instance is sweeping.
func (s *Store) Sweep(ctx context.Context) error {
	if err := s.client.Del(ctx, s.sweepKey()).Err(); err != nil {
		return fmt.Errorf("redisstore: sweep: %w", cause(ctx, err))
	}
	who := rand.Text()
	if held, _ := s.client.Get(ctx, s.sweeperKey()).Result(); held == sweptMark {
		s.client.Del(ctx, s.sweeperKey())
	}
	for {
		more, err := s.sweepSlice(ctx, who)
		if err != nil {
			return fmt.Errorf("redisstore: sweep: %w", cause(ctx, err))
		}
		if !more {
			break
		}
	}
	if held, err := s.client.Get(ctx, s.sweeperKey()).Result(); err != nil || held != sweptMark {
		return errors.Join(errors.New("redisstore: sweep: another instance is sweeping"), err)
	}
	return nil
}

// sweepSlice does a slice of the sweep, if it is this instance's and due.
func (s *Store) sweepSlice(ctx context.Context, who string) (more bool, err error) {
	ours, err := leaseScript.Run(ctx, s.client, []string{s.sweeperKey()}, who, millis(sweepLease)).Int()
	if err != nil || ours == 0 {
		return false, err
	}
	stands, err := s.client.HGetAll(ctx, s.sweepKey()).Result()
	if err != nil {
		return false, err
	}
	walks, err := s.walks(ctx)
	if err != nil {
		return false, err
	}
	for _, w := range walks {
		at := stands[w.name]
		if at == sweptMark {
			continue
		}
		next, err := w.step(ctx, at)
		if err != nil {
			return false, err
		}
		_, err = s.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.HSet(ctx, s.sweepKey(), w.name, next)
			p.PExpire(ctx, s.sweepKey(), s.keepIndex())
			return nil
		})
		return true, err
	}
	if err := s.client.Del(ctx, s.sweepKey()).Err(); err != nil {
		return false, err
	}
	return false, s.client.Set(ctx, s.sweeperKey(), sweptMark, s.opts.SweepEvery).Err()
}

// sweepWalk is one thing that a sweep walks over. step does some of it, from
// where it stands ("" is the beginning), and returns where it stands then.
type sweepWalk struct {
	name string
	step func(ctx context.Context, at string) (next string, err error)
}

func (s *Store) walks(ctx context.Context) ([]sweepWalk, error) {
	all := []sweepWalk{{"live", s.sweepLive}, {"days", s.sweepDays}}
	cluster, is := s.client.(*redis.ClusterClient)
	if !is {
		return append(all, sweepWalk{"stored", func(ctx context.Context, at string) (string, error) {
			return s.sweepStored(ctx, s.client, at)
		}}), nil
	}
	var mu sync.Mutex
	err := cluster.ForEachMaster(ctx, func(_ context.Context, node *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, sweepWalk{"stored " + node.Options().Addr, func(ctx context.Context, at string) (string, error) {
			return s.sweepStored(ctx, node, at)
		}})
		return nil
	})
	slices.SortFunc(all, func(a, b sweepWalk) int { return strings.Compare(a.name, b.name) })
	return all, err
}

// cursor reads where a walk stands: in which part, and at which cursor there.
func cursor(at string) (part string, cursor uint64) {
	part, text, _ := strings.Cut(at, " ")
	cursor, _ = strconv.ParseUint(text, 10, 64) // what is not a number is the beginning
	return part, cursor
}

func stand(part string, cursor uint64) string { return part + " " + strconv.FormatUint(cursor, 10) }

// sweepStored finds sessions of a server that the index does not have as they
// are.
func (s *Store) sweepStored(ctx context.Context, node redis.Cmdable, at string) (string, error) {
	_, from := cursor(at)
	keys, next, err := node.Scan(ctx, from, globEscaper.Replace(s.opts.Prefix)+"{*}:session", sliceSize).Result()
	if err != nil {
		return "", err
	}
	sids := make([]string, len(keys))
	for i, key := range keys {
		sids[i] = strings.TrimSuffix(strings.TrimPrefix(key, s.opts.Prefix+"{"), "}:session")
	}
	if err := s.mend(ctx, sids); err != nil {
		return "", err
	}
	if next == 0 {
		return sweptMark, nil
	}
	return stand("", next), nil
}

var globEscaper = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`)

// sweepLive removes rows of calls that are gone or over, and writes others anew
// that are not as the session is.
func (s *Store) sweepLive(ctx context.Context, at string) (string, error) {
	part, from := cursor(at)
	no, _ := strconv.Atoi(part) // "" is the first
	fields, next, err := s.client.HScan(ctx, s.liveKey(uint32(no), "rows"), from, "", sliceSize).Result()
	if err != nil {
		return "", err
	}
	var sids []string
	rows := map[string]string{}
	for i := 0; i+1 < len(fields); i += 2 {
		sids = append(sids, fields[i])
		rows[fields[i]] = fields[i+1]
	}
	stored, err := s.outlines(ctx, sids)
	if err != nil {
		return "", err
	}
	var wrong []string
	gone := 0
	for _, o := range stored {
		if o.row() != rowRevision(rows[o.sid]) {
			wrong = append(wrong, o.sid)
			if o.revision == 0 {
				gone++
			}
		}
	}
	s.queue.swept(len(wrong)-gone, gone)
	if err := s.reindex(ctx, wrong); err != nil || next != 0 {
		return stand(strconv.Itoa(no), next), err
	}
	if no++; no == shards {
		return sweptMark, nil
	}
	return stand(strconv.Itoa(no), 0), nil
}

// sweepDays removes sessions that are gone from the sorted sets, and days that
// have none any more.
func (s *Store) sweepDays(ctx context.Context, at string) (string, error) {
	all, err := s.client.SMembers(ctx, s.daysKey()).Result()
	if err != nil {
		return "", err
	}
	slices.Sort(all)
	var tags []string
	for _, day := range all {
		for no := range shards {
			tags = append(tags, day+"."+strconv.Itoa(no))
		}
	}
	part, from := cursor(at)
	i, exact := slices.BinarySearch(tags, part)
	if i == len(tags) {
		return sweptMark, nil
	}
	if !exact {
		from = 0
	}
	next, err := s.sweepShard(ctx, tags[i], from)
	if err != nil || next != 0 {
		return stand(tags[i], next), err
	}
	if i%shards == shards-1 && s.past(all[i/shards]) {
		if err := s.sweepDay(ctx, all[i/shards], tags[i-shards+1:i+1]); err != nil {
			return "", err
		}
	}
	if i++; i == len(tags) {
		return sweptMark, nil
	}
	return stand(tags[i], 0), nil
}

// sweepShard removes some sessions of a shard that are gone.
func (s *Store) sweepShard(ctx context.Context, tag string, from uint64) (next uint64, err error) {
	key := s.indexKey(tag, "began")
	members, next, err := s.client.ZScan(ctx, key, from, "", sliceSize).Result()
	if err != nil {
		return 0, err
	}
	var sids []string
	for i := 0; i < len(members); i += 2 { // with their scores
		sids = append(sids, members[i])
	}
	exist := make([]*redis.IntCmd, len(sids))
	err = s.ask(ctx, len(sids), func(p redis.Pipeliner, i int) redis.Cmder {
		exist[i] = p.Exists(ctx, s.key(sids[i], "session"))
		return exist[i]
	})
	if err != nil {
		return 0, err
	}
	var gone []any
	for i, sid := range sids {
		if exist[i].Val() == 0 {
			gone = append(gone, sid)
		}
	}
	if len(gone) == 0 {
		return next, nil
	}
	s.queue.swept(0, len(gone))
	return next, s.client.ZRem(ctx, key, gone...).Err()
}

// past reports whether a day is so long ago that hardly anything is kept of it:
// nobody adds to it while it is looked at.
func (s *Store) past(day string) bool {
	began, err := time.Parse(time.DateOnly, day)
	return err != nil || s.opts.Now().Sub(began) > s.keepIndex()+2*24*time.Hour
}

// sweepDay takes a day whose shards are all empty from the days.
func (s *Store) sweepDay(ctx context.Context, day string, tags []string) error {
	exist := make([]*redis.IntCmd, len(tags))
	err := s.ask(ctx, len(tags), func(p redis.Pipeliner, i int) redis.Cmder {
		exist[i] = p.Exists(ctx, s.indexKey(tags[i], "began"))
		return exist[i]
	})
	if err != nil || slices.ContainsFunc(exist, func(c *redis.IntCmd) bool { return c.Val() > 0 }) {
		return err
	}
	return s.client.SRem(ctx, s.daysKey(), day).Err()
}
