package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions/redisstore"
)

const (
	doctorPings   = 5
	slowPing      = 20 * time.Millisecond // a turn takes one or two round trips
	oldestRedis   = "6.2"
	memoryAlarm   = 80 // per cent of what Redis may take
	doctorKey     = "texml:doctor"
	doctorKeyLife = time.Second
)

// redis looks at the store of the sessions.
func (e *examination) redis(ctx context.Context, url string) {
	if url == "" {
		e.warn("redis", "Give one with --redis-url or REDIS_URL, so that calls survive a restart and several servers can share them.",
			"None: sessions stay inside the server's process.")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	client, err := redisstore.Open(ctx, url)
	if err != nil {
		e.unreachable(err, otherTLS(ctx, url))
		return
	}
	defer client.Close()
	facts := redisFacts(ctx, client)
	e.redisServer(ctx, client, facts)
	e.redisWrites(ctx, client, facts)
	e.redisMemory(facts)
	e.redisPersistence(ctx, client, facts)
	began := time.Now()
	if there, err := client.Time(ctx).Result(); err == nil {
		here := time.Now()
		e.clocks = append(e.clocks, otherClock{"Redis", there.Sub(began.Add(here.Sub(began) / 2)), here.Sub(began)})
	}
}

// otherTLS is the scheme under which a Redis answers that does not answer under
// that of its URL, because one has TLS and the other has not; "" when there is
// none. It is asked without user and password.
func otherTLS(ctx context.Context, url string) string {
	scheme, rest, _ := strings.Cut(url, "://")
	other, had := strings.CutPrefix(scheme, "rediss")
	if had {
		other = "redis" + other
	} else if other, had = strings.CutPrefix(scheme, "redis"); had {
		other = "rediss" + other
	}
	if !had {
		return ""
	}
	client, err := redisstore.Open(ctx, other+"://"+rest[strings.LastIndex(rest, "@")+1:])
	if err == nil {
		_ = client.Close() // it was only asked whether it is there
	}
	if err == nil || strings.Contains(err.Error(), "NOAUTH") {
		return other
	}
	return ""
}

// unreachable says why no Redis answers, and what is usually the matter; other
// is a scheme under which it would, or "".
func (e *examination) unreachable(err error, other string) {
	text := err.Error()
	do := "Look whether it runs there, and whether this machine may connect to it."
	switch {
	case other != "":
		do = "The URL begins with " + other + ":// there: one of the two speaks TLS, the other does not."
	case errors.Is(err, redisstore.ErrURL):
		e.fail("redis", "See texmlsrv serve --help for what a Redis URL looks like.", "The URL cannot be read: %s", reason(err, redisstore.ErrURL.Error()+": "))
		return
	case strings.Contains(text, "WRONGPASS") || strings.Contains(text, "invalid password"):
		do = "User or password are wrong. They stand percent-encoded in the URL: redis://user:password@host."
	case strings.Contains(text, "NOAUTH"):
		do = "It wants a password: redis://:password@host."
	case strings.Contains(text, "x509: "):
		do = "Its certificate is not one that this machine trusts."
	case strings.Contains(text, "connection refused"), strings.Contains(text, "no such file"):
		do = "Nothing listens there: start it, or correct the address."
	case strings.Contains(text, "no such host"):
		do = "The name of the host is wrong, or cannot be looked up here."
	case strings.Contains(text, "cluster support disabled"):
		do = "It is no cluster: the URL begins with redis://."
	}
	e.fail("redis", do, "No answer: %s", reason(err, "redisstore: open: "))
}

// redisFacts are the lines of INFO; empty where that may not be asked.
func redisFacts(ctx context.Context, client redis.UniversalClient) map[string]string {
	facts := map[string]string{}
	for _, section := range []string{"server", "replication", "memory", "persistence"} {
		text, err := client.Info(ctx, section).Result()
		if err != nil {
			continue
		}
		for line := range strings.Lines(text) {
			if name, value, is := strings.Cut(strings.TrimSpace(line), ":"); is {
				facts[name] = value
			}
		}
	}
	return facts
}

// redisServer says which server it is, and how fast it answers.
func (e *examination) redisServer(ctx context.Context, client redis.UniversalClient, facts map[string]string) {
	took, err := pingTime(ctx, client)
	if err != nil {
		e.unreachable(err, "")
		return
	}
	name, version := "Redis", facts["redis_version"]
	for _, other := range []string{"valkey", "dragonfly", "keydb"} {
		if v := facts[other+"_version"]; v != "" {
			name, version = strings.ToUpper(other[:1])+other[1:], v
		}
	}
	mode := facts["redis_mode"]
	if mode == "" {
		mode = "kind not told"
	}
	says := fmt.Sprintf("%s %s (%s), answers in %s", name, version, mode, took.Round(10*time.Microsecond))
	switch {
	case version == "":
		e.warn("redis", "Let the user of the URL run INFO, or look by yourself that it is version "+oldestRedis+" or newer.",
			"It answers in %s, and does not say what it is.", took.Round(10*time.Microsecond))
	case olderThan(facts["redis_version"], oldestRedis):
		e.fail("redis", "Version "+oldestRedis+" or newer is needed.", "%s", says)
	case took > slowPing:
		e.warn("redis", "Every document waits for one or two round trips: put it nearer to the server.", "%s", says)
	default:
		e.ok("redis", "%s", says)
	}
}

// pingTime is how long the middle one of a few pings took.
func pingTime(ctx context.Context, client redis.UniversalClient) (time.Duration, error) {
	var all []time.Duration
	for range doctorPings {
		began := time.Now()
		if err := client.Ping(ctx).Err(); err != nil {
			return 0, err
		}
		all = append(all, time.Since(began))
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}

// olderThan compares the first two numbers of versions; what cannot be read is
// not older.
func olderThan(version, than string) bool {
	a, b := numbersOf(version), numbersOf(than)
	return len(a) == 2 && len(b) == 2 && slices.Compare(a, b) < 0
}

func numbersOf(version string) []int {
	var numbers []int
	for part := range strings.SplitSeq(version, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || len(numbers) == 2 {
			break
		}
		numbers = append(numbers, n)
	}
	return numbers
}

// redisWrites tries what every turn does: a script that writes.
func (e *examination) redisWrites(ctx context.Context, client redis.UniversalClient, facts map[string]string) {
	const script = `return redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])`
	err := client.Eval(ctx, script, []string{doctorKey}, "written by texmlsrv doctor", doctorKeyLife.Milliseconds()).Err()
	switch {
	case err == nil:
		e.ok("redis writes", "A script may write keys that begin with texml:")
	case facts["role"] == "slave" || strings.Contains(err.Error(), "READONLY"):
		e.fail("redis writes", "Give the address of the master, or redis+sentinel:// with the sentinels.", "It is a replica, which nobody can write to.")
	case strings.Contains(err.Error(), "NOPERM"):
		e.fail("redis writes", "Let the user run scripts and write: ACL SETUSER … ~texml:* +@all", "The user of the URL may not: %v", err)
	case strings.Contains(err.Error(), "MISCONF"):
		e.fail("redis writes", "It cannot save to its disk, and refuses writes until it can: see its log.", "It refuses writes: %v", err)
	case strings.Contains(err.Error(), "OOM"):
		e.fail("redis writes", "Raise maxmemory, or make room.", "It refuses writes: its memory is full.")
	default:
		e.fail("redis writes", "See the log of Redis.", "A script that writes fails: %v", err)
	}
}

// redisMemory looks whether sessions may be thrown out to make room.
func (e *examination) redisMemory(facts map[string]string) {
	policy, used := facts["maxmemory_policy"], facts["used_memory_human"]
	most, _ := strconv.ParseFloat(facts["maxmemory"], 64) // 0: as much as there is
	taken, _ := strconv.ParseFloat(facts["used_memory"], 64)
	switch {
	case used == "" || policy == "":
		e.warn("redis memory", "Look by yourself that maxmemory-policy is noeviction.", "It does not say how much it has and what it throws out.")
	case most == 0:
		e.ok("redis memory", "%s used, without a limit", used)
	case policy != "noeviction":
		e.warn("redis memory", "CONFIG SET maxmemory-policy noeviction, and enough memory for a week of calls.",
			"%s of %s used; when it is full, the policy %s throws out sessions, also of calls in progress.", used, facts["maxmemory_human"], policy)
	case taken*100/most >= memoryAlarm:
		e.warn("redis memory", "Raise maxmemory, or keep ended calls for less time (serve --retain).",
			"%s of %s used: when it is full, calls can begin but are not remembered.", used, facts["maxmemory_human"])
	default:
		e.ok("redis memory", "%s of %s used, nothing is thrown out", used, facts["maxmemory_human"])
	}
}

// redisPersistence looks what a restart of Redis would cost.
func (e *examination) redisPersistence(ctx context.Context, client redis.UniversalClient, facts map[string]string) {
	saves, asked := "", false
	if settings, err := client.ConfigGet(ctx, "save").Result(); err == nil {
		saves, asked = settings["save"], true
	}
	switch {
	case facts["aof_enabled"] == "":
		e.warn("redis disk", "Look by yourself whether it keeps an append-only file.", "It does not say whether it writes to a disk.")
	case facts["aof_enabled"] == "1" && facts["aof_last_write_status"] == "err",
		facts["aof_enabled"] == "0" && facts["rdb_last_bgsave_status"] == "err":
		e.fail("redis disk", "See its log: a full disk, or a folder that it may not write to.", "It could not write to its disk the last time it tried.")
	case facts["aof_enabled"] == "1":
		e.ok("redis disk", "An append-only file: sessions survive a restart of Redis.")
	case asked && saves == "":
		e.warn("redis disk", "CONFIG SET appendonly yes keeps calls over a restart.", "Nothing is written to a disk: a restart of Redis forgets all calls.")
	default:
		e.warn("redis disk", "CONFIG SET appendonly yes keeps them.", "Snapshots alone: a crash of Redis forgets the latest minutes of all calls.")
	}
}

// otherClock is how far a clock elsewhere is ahead of ours.
type otherClock struct {
	of    string
	ahead time.Duration
	exact time.Duration // by how much that may be wrong
}

const (
	clockWorry = 30 * time.Second
	clockLimit = 5 * time.Minute // from where on signatures are refused
)

// clock compares the clock of this machine with the others that were met.
func (e *examination) clock() {
	now := time.Now().UTC().Format("2006-01-02 15:04:05 UTC")
	if len(e.clocks) == 0 {
		e.ok("clock", "%s, compared with nothing (--redis-url and --public-url have clocks)", now)
		return
	}
	for _, c := range e.clocks {
		off := c.ahead.Abs()
		way := "behind"
		if c.ahead < 0 {
			way = "ahead of"
		}
		const do = "Set both by NTP: a signature more than five minutes away from the server's clock is refused."
		switch {
		case off > clockLimit+c.exact:
			e.fail("clock", do, "%s is %s %s that of %s.", now, off.Round(time.Second), way, c.of)
		case off > clockWorry+c.exact:
			e.warn("clock", do, "%s is %s %s that of %s.", now, off.Round(time.Second), way, c.of)
		default:
			e.ok("clock", "%s, as that of %s", now, c.of)
		}
	}
}
