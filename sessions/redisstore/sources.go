package redisstore

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// span is the time in which candidates began: days with sessions, newest first,
// and ms within them.
type span struct {
	*Store
	all      []int64 // days
	from, to int64   // ms, both included
	ended    bool    // only ended sessions
}

func msTime(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// days is the span of a search. It is read from the days on which something was
// indexed.
func (on *search) days(ctx context.Context) (span, error) {
	texts, err := on.client.SMembers(ctx, on.daysKey()).Result()
	if err != nil {
		return span{}, err
	}
	d := span{Store: on.Store, from: -1 << 62, to: 1 << 62, ended: on.q.OnlyEnded()}
	if !on.q.From.IsZero() {
		d.from = on.q.From.UnixMilli()
	}
	if !on.q.To.IsZero() {
		d.to = on.q.To.UnixMilli()
	}
	for _, text := range texts {
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			continue // not ours
		}
		if n := dayOf(day.UnixMilli()); dayOf(d.from) <= n && n <= dayOf(d.to) {
			d.all = append(d.all, n)
		}
	}
	slices.Sort(d.all)
	slices.Reverse(d.all)
	return d.upTo(on), nil
}

// upTo leaves out what comes before the page of a search.
func (d span) upTo(on *search) span {
	if on.after == nil {
		return d
	}
	d.to = min(d.to, on.after.Began.UnixMilli())
	last := dayOf(d.to)
	d.all = slices.DeleteFunc(d.all, func(day int64) bool { return day > last })
	return d
}

// shardsOf are the shards of days.
func shardsOf(days []int64) []shard {
	var all []shard
	for _, day := range days {
		for no := range uint32(shards) {
			all = append(all, shard{day, no})
		}
	}
	return all
}

// population is how many sessions are indexed in some of its days.
func (d *span) population(ctx context.Context, days []int64) (float64, error) {
	all := shardsOf(days)
	counts := make([]*redis.IntCmd, len(all))
	low, high := scoreText(d.from), "("+scoreText(d.to+1)
	err := d.ask(ctx, len(all), func(p redis.Pipeliner, i int) redis.Cmder {
		counts[i] = p.ZCount(ctx, d.indexKey(all[i].tag(), "began"), low, high)
		return counts[i]
	})
	total := 0.0
	for _, count := range counts {
		total += float64(count.Val())
	}
	return total, err
}

func scoreText(ms int64) string { return strconv.FormatInt(ms, 10) }

// between reads who began in each shard within [low, high], newest first, at
// most limit of them; 0 is no limit.
func (d *span) between(ctx context.Context, in []shard, bounds func(i int) (low, high int64), limit int) ([][]redis.Z, error) {
	replies := make([]*redis.ZSliceCmd, len(in))
	err := d.ask(ctx, len(in), func(p redis.Pipeliner, i int) redis.Cmder {
		low, high := bounds(i)
		by := &redis.ZRangeBy{Min: scoreText(low), Max: "(" + scoreText(high+1), Count: int64(limit)}
		replies[i] = p.ZRevRangeByScoreWithScores(ctx, d.indexKey(in[i].tag(), "began"), by)
		return replies[i]
	})
	all := make([][]redis.Z, len(in))
	for i, reply := range replies {
		all[i] = reply.Val()
	}
	return all, err
}

// add adds members of a sorted set that began at low or later to candidates.
func add(candidates []candidate, members []redis.Z, low int64, onlyEnded bool) []candidate {
	for _, z := range members {
		sid, _ := z.Member.(string)
		if began, ended := readScore(z.Score); began >= low && (ended || !onlyEnded) {
			candidates = append(candidates, candidate{began, sid})
		}
	}
	return candidates
}

// walk is a source of all sessions of a span.
type walk struct {
	span
	each int // so many of a shard at once
	left int // days of all that are not done, once begun
	top  int64
	on   bool
}

func (w *walk) begin() {
	if !w.on {
		w.on, w.left, w.top = true, len(w.all), w.to
	}
}

func (w *walk) next(ctx context.Context) ([]candidate, error) {
	w.begin()
	for w.left > 0 {
		day := w.all[len(w.all)-w.left]
		low := max(w.from, day*dayMillis)
		high := min(w.top, (day+1)*dayMillis-1)
		in := shardsOf([]int64{day})
		read, err := w.between(ctx, in, func(int) (int64, int64) { return low, high }, w.each)
		if err != nil {
			return nil, err
		}
		floor := low
		for _, members := range read {
			if len(members) == w.each { // there may be more of the same ms
				began, _ := readScore(members[len(members)-1].Score)
				floor = max(floor, began+1)
			}
		}
		if floor > high && floor > low {
			w.each *= 2
			continue
		}
		var some []candidate
		for _, members := range read {
			some = add(some, members, floor, w.ended)
		}
		w.top = floor - 1
		if floor == low {
			w.left--
		}
		if len(some) > 0 {
			slices.SortFunc(some, newestFirst)
			return some, nil
		}
	}
	return nil, nil
}

func (w *walk) estimate(ctx context.Context) (float64, error) { return w.population(ctx, w.all) }

// having is a source of ended sessions that have terms, and of live ones that
// are known.
type having struct {
	span
	terms []term
	live  []candidate

	days       int    // of all that were read
	spots      []spot // in those, not yet given
	candidates int    // how many there were
}

// spot is a place in a shard where a session may be.
type spot struct {
	in    shard
	place int
}

func (h *having) next(ctx context.Context) ([]candidate, error) {
	for {
		for len(h.spots) == 0 && h.days < len(h.all) {
			if err := h.readDays(ctx); err != nil {
				return nil, err
			}
		}
		if len(h.spots) == 0 {
			some := h.live
			h.live = nil
			return some, nil
		}
		some, err := h.nextSpots(ctx)
		if err != nil || len(some) > 0 {
			return some, err
		}
	}
}

// readDays reads where sessions with the terms may be, in twice as many days as
// were read so far.
func (h *having) readDays(ctx context.Context) error {
	days := h.all[h.days:min(len(h.all), 2*h.days+1)]
	h.days += len(days)
	in := shardsOf(days)
	lists, err := h.lists(ctx, in, h.terms)
	if err != nil {
		return err
	}
	for in, places := range lists {
		for _, p := range places {
			at := spot{in, int(p)}
			if at.in.placeBegins(at.place) <= h.to && at.in.placeBegins(at.place+1) > h.from {
				h.spots = append(h.spots, at)
			}
		}
	}
	slices.SortFunc(h.spots, func(a, b spot) int {
		return -cmpSpots(a, b)
	})
	h.candidates += len(h.spots)
	return nil
}

// nextSpots gives the candidates of the next spots, and live calls that began no
// earlier.
func (h *having) nextSpots(ctx context.Context) ([]candidate, error) {
	n := min(len(h.spots), readOnce)
	for n < len(h.spots) && cmpSpots(h.spots[n], h.spots[n-1]) == 0 { // the same moment in other shards
		n++
	}
	some := h.spots[:n]
	h.spots = h.spots[n:]
	in := make([]shard, n)
	for i, at := range some {
		in[i] = at.in
	}
	read, err := h.between(ctx, in, func(i int) (int64, int64) {
		low, next := some[i].in.placeBegins(some[i].place), some[i].in.placeBegins(some[i].place+1)
		return max(low, h.from), min(next-1, h.to)
	}, 0)
	if err != nil {
		return nil, err
	}
	var found []candidate
	for _, members := range read {
		found = add(found, members, h.from, true)
	}
	floor := some[n-1].in.placeBegins(some[n-1].place)
	newer := slices.IndexFunc(h.live, func(c candidate) bool { return c.began < floor })
	if newer < 0 {
		newer = len(h.live)
	}
	found = append(found, h.live[:newer]...)
	h.live = h.live[newer:]
	slices.SortFunc(found, newestFirst)
	return slices.Compact(found), nil
}

func cmpSpots(a, b spot) int {
	if a.in.day != b.in.day {
		return int(a.in.day - b.in.day)
	}
	return a.place - b.place
}

// estimate takes the days that were not read to be like those that were.
func (h *having) estimate(ctx context.Context) (float64, error) {
	if h.days >= len(h.all) {
		return float64(h.candidates), nil
	}
	read, err := h.population(ctx, h.all[:h.days])
	if err != nil {
		return 0, err
	}
	total, err := h.population(ctx, h.all)
	return float64(h.candidates) * max(1, total/max(1, read)), err
}
