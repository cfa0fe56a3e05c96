package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
	"texmlsrv/sessions/redisstore"
	"texmlsrv/sessions/redistest"
	"texmlsrv/sessions/storetest"
)

// eachKind runs a test on every kind of server.
func eachKind(t *testing.T, test func(t *testing.T, client redis.UniversalClient)) {
	t.Run("miniredis", func(t *testing.T) { test(t, open(t, "redis://"+miniredis.RunT(t).Addr())) })
	t.Run("redis", func(t *testing.T) { test(t, open(t, redistest.Start(t).URL())) })
	t.Run("cluster", func(t *testing.T) { test(t, open(t, redistest.StartCluster(t).URL())) })
}

func atNoon(opts redisstore.Options) redisstore.Options {
	opts.Now = func() time.Time { return storetest.Noon }
	return opts
}

// putMany stores calls of some days, every third of them live, and returns their
// SIDs, newest first.
func putMany(t *testing.T, store *redisstore.Store, n int) []string {
	t.Helper()
	var sids []string
	for i := range n {
		s := &sessions.Session{Call: sessions.Call{SID: fmt.Sprintf("v3:%04d", i)}, Flow: "booking", Step: "table", Turn: 1}
		s.BeganAt = storetest.Noon.Add(-time.Duration(i) * time.Hour)
		if i%3 != 0 {
			s.EndedAt, s.Ending = s.BeganAt.Add(time.Minute), "completed"
		}
		put(t, store, s)
		sids = append(sids, s.Call.SID)
	}
	return sids
}

func found(t *testing.T, store *redisstore.Store, q sessions.Query) []string {
	t.Helper()
	q.Limit = sessions.PageMost
	page, err := store.Search(t.Context(), q)
	succeed(t, err)
	sids := []string{}
	for _, s := range page.Sessions {
		sids = append(sids, s.Call.SID)
	}
	return sids
}

// waitFor asks until the answer is yes.
func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for end := time.After(30 * time.Second); !done(); {
		select {
		case <-ticker.C:
		case <-end:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", what, diff)
	}
}

// TestSweep_findsWhatTheIndexLacks stores calls of which the index is not told,
// and loses the index of others.
func TestSweep_findsWhatTheIndexLacks(t *testing.T) {
	eachKind(t, func(t *testing.T, client redis.UniversalClient) {
		store := redisstore.New(client, atNoon(redisstore.Options{}))
		want := putMany(t, store, 90)
		same(t, "before", found(t, store, sessions.Query{}), []string{})
		succeed(t, store.Sweep(t.Context()))
		same(t, "all", found(t, store, sessions.Query{}), want)
		same(t, "of the flow", found(t, store, sessions.Query{Flow: "booking"}), want)
		same(t, "put right", store.IndexStats().Found, uint64(90))

		succeed(t, store.Sweep(t.Context()))
		same(t, "put right by a second sweep", store.IndexStats().Found, uint64(90))

		for key := range lifetimes(t, client) {
			if strings.Contains(key, ".3}:") {
				succeed(t, client.Del(t.Context(), key).Err())
			}
		}
		if len(found(t, store, sessions.Query{})) == len(want) {
			t.Fatal("nothing was lost")
		}
		succeed(t, store.Sweep(t.Context()))
		same(t, "after the index was lost", found(t, store, sessions.Query{Flow: "booking"}), want)
	})
}

func TestSweep_removesWhatIsGone(t *testing.T) {
	eachKind(t, func(t *testing.T, client redis.UniversalClient) {
		store := redisstore.New(client, atNoon(redisstore.Options{}))
		sids := putMany(t, store, 60)
		succeed(t, store.Sweep(t.Context()))
		for _, sid := range sids[:30] {
			succeed(t, client.Del(t.Context(), "texml:{"+sid+"}:session", "texml:{"+sid+"}:timeline").Err())
		}
		same(t, "found before the sweep", found(t, store, sessions.Query{Flow: "booking"}), sids[30:])
		succeed(t, store.Sweep(t.Context()))
		same(t, "removed", store.IndexStats().Removed, uint64(30+10)) // ten were live: they have a row as well
		same(t, "found", found(t, store, sessions.Query{}), sids[30:])
		counts, err := store.Counts(t.Context(), sessions.LastHour)
		succeed(t, err)
		same(t, "live", counts.Standing[0].Live, 10)
	})
}

// TestSweep_oneAtATime has one instance begin a sweep and another go on with it.
func TestSweep_oneAtATime(t *testing.T) {
	client := open(t, redistest.Start(t).URL())
	one := redisstore.New(client, atNoon(redisstore.Options{}))
	other := redisstore.New(client, atNoon(redisstore.Options{}))
	putMany(t, one, 5)
	more, err := one.SweepSlice(t.Context(), "one")
	if !more || err != nil {
		t.Fatalf("the first slice: %v, %v", more, err)
	}
	if more, err := other.SweepSlice(t.Context(), "other"); more || err != nil {
		t.Errorf("a slice while another instance sweeps: %v, %v", more, err)
	}
	if err := other.Sweep(t.Context()); err == nil {
		t.Error("a sweep while another instance sweeps succeeds")
	}
	succeed(t, client.Del(t.Context(), "texml:index:sweeper").Err()) // its lease ends
	slices := 0
	for more = true; more; slices++ {
		more, err = other.SweepSlice(t.Context(), "other")
		succeed(t, err)
	}
	same(t, "found", len(found(t, other, sessions.Query{})), 5)
	if more, err := one.SweepSlice(t.Context(), "one"); more || err != nil {
		t.Errorf("a slice right after a sweep: %v, %v", more, err)
	}
}

// TestWork_sweeps lets time pass: a call that the index was not told of is found
// in the end, by nobody's doing.
func TestWork_sweeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, stop, err := redisstore.Embedded(t.Context())
		succeed(t, err)
		defer stop()
		opts := atNoon(redisstore.Options{SweepEvery: time.Hour})
		store := redisstore.New(client, opts)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			store.Work(ctx)
		}()
		time.Sleep(time.Minute)               // of the bubble: no time passes outside
		other := redisstore.New(client, opts) // an instance that was stopped before it told the index
		putMany(t, other, 1)
		time.Sleep(time.Minute)
		same(t, "found", len(found(t, store, sessions.Query{})), 0)
		time.Sleep(time.Hour)
		same(t, "found an hour later", len(found(t, store, sessions.Query{})), 1)
		cancel()
		<-done
	})
}

// TestQueue_dropsTheOldest has more calls wait than are allowed to.
func TestQueue_dropsTheOldest(t *testing.T) {
	client := open(t, "redis://"+miniredis.RunT(t).Addr())
	store := redisstore.New(client, atNoon(redisstore.Options{Queue: 3}))
	sids := putMany(t, store, 5)
	same(t, "waiting", store.IndexStats(), redisstore.IndexStats{Waiting: 3, Dropped: 2})
	work(t, store)
	succeed(t, store.Indexed(t.Context()))
	got := map[string]bool{}
	for _, sid := range found(t, store, sessions.Query{}) {
		got[sid] = true
	}
	for _, sid := range sids[2:] {
		if !got[sid] {
			t.Errorf("%s is not found", sid)
		}
	}
	same(t, "indexed", store.IndexStats().Indexed, uint64(3))
}

// TestWork_endsWithItsWorkDone commits and stops at once.
func TestWork_endsWithItsWorkDone(t *testing.T) {
	client := open(t, "redis://"+miniredis.RunT(t).Addr())
	store := redisstore.New(client, atNoon(redisstore.Options{}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	want := putMany(t, store, 20)
	store.Work(ctx)
	same(t, "found", found(t, store, sessions.Query{}), want)
	same(t, "waiting", store.IndexStats().Waiting, 0)
}

// TestWork_storeAway takes the server away while calls wait to be indexed.
func TestWork_storeAway(t *testing.T) {
	server := redistest.StartDurable(t)
	store := redisstore.New(hasty(t, server.URL()), atNoon(redisstore.Options{}))
	patient := redisstore.New(open(t, server.URL()), atNoon(redisstore.Options{}))
	want := putMany(t, patient, 3)
	server.Kill()
	for _, sid := range want {
		store.Tell(sid)
	}
	work(t, store)
	waitFor(t, "an attempt to fail", func() bool { return store.IndexStats().Failed > 0 })
	if _, err := store.Search(t.Context(), sessions.Query{}); err == nil || errors.Is(err, sessions.ErrNotFound) {
		t.Errorf("Search without a server: %v", err)
	}
	server.Restart()
	succeed(t, store.Indexed(t.Context()))
	patient = redisstore.New(open(t, server.URL()), atNoon(redisstore.Options{}))
	same(t, "found", found(t, patient, sessions.Query{}), want)
}

// TestWork_scriptsForgotten flushes the scripts before each call, as a restart or
// a failover does.
func TestWork_scriptsForgotten(t *testing.T) {
	eachKind(t, func(t *testing.T, client redis.UniversalClient) {
		store := redisstore.New(client, atNoon(redisstore.Options{}))
		work(t, store)
		s := &sessions.Session{Call: sessions.Call{SID: "v3:abc"}, Flow: "booking", BeganAt: storetest.Noon}
		for _, end := range []bool{false, true} {
			if end {
				s.EndedAt, s.Ending = storetest.Noon, "completed"
			}
			put(t, store, s)
			succeed(t, client.ScriptFlush(t.Context()).Err())
			succeed(t, store.Indexed(t.Context()))
			same(t, "found", found(t, store, sessions.Query{Flow: "booking"}), []string{"v3:abc"})
		}
		counts, err := store.Counts(t.Context(), sessions.LastHour)
		succeed(t, err)
		same(t, "outcomes", counts.Outcomes, []sessions.Outcome{{Flow: "booking", Ending: "completed", Count: 1}})
	})
}

// TestIndex_keys pins which keys the index has, and that all of them expire with
// the sessions in them, or a little later.
func TestIndex_keys(t *testing.T) {
	client := open(t, "redis://"+miniredis.RunT(t).Addr())
	store := redisstore.New(client, atNoon(redisstore.Options{Live: time.Hour, Retain: 48 * time.Hour}))
	live := &sessions.Session{Call: sessions.Call{SID: "v3:live", From: "+13125550188"}, Summary: "Table", BeganAt: storetest.Noon}
	ended := &sessions.Session{
		Call: sessions.Call{SID: "v3:ended-1111", From: "+13125550188", To: "sip:desk@example.com"}, Flow: "booking", Summary: "Table",
		BeganAt: storetest.Noon, EndedAt: storetest.Noon, Ending: "busy",
	}
	put(t, store, live, sessions.Entry{Kind: sessions.EntryTurn, Turn: 1, Path: []sessions.Visit{{Flow: "booking", Step: "table"}}})
	put(t, store, ended)
	succeed(t, store.Sweep(t.Context()))
	work(t, store)
	succeed(t, store.Indexed(t.Context()))

	kinds := map[string]time.Duration{}
	for key, lives := range lifetimes(t, client) {
		if strings.HasPrefix(key, "texml:{") {
			continue // of a call
		}
		key, _, _ = strings.Cut(strings.TrimRight(key, "0123456789"), "texml:index:sweep")
		key = strings.NewReplacer(".0}", ".N}", ".1}", ".N}", ".2}", ".N}", ".3}", ".N}", ".4}", ".N}", ".5}", ".N}", ".6}", ".N}", ".7}", ".N}").Replace(key)
		kinds[key] = lives.Round(time.Minute)
	}
	delete(kinds, "") // the sweep's
	indexed, terms := 48*time.Hour, (12+24+48)*time.Hour
	same(t, "keys", kinds, map[string]time.Duration{
		"texml:index:days": indexed, "texml:index:{2026-11-21.N}:began": indexed,
		"texml:index:{2026-11-21.N}:a": terms, "texml:index:{2026-11-21.N}:w": terms, "texml:index:{2026-11-21.N}:n": terms,
		"texml:index:{2026-11-21.N}:c": terms, "texml:index:{2026-11-21.N}:u": terms,
		"texml:index:{live.N}:rows": time.Hour, "texml:index:{live.N}:words": time.Hour,
		"texml:counts:2026-11-21T12:": 25 * time.Hour,
	})
}

// TestIndex_grows notes so many calls with a word that its lists go on in keys of
// their own, twice, and finds each of them.
func TestIndex_grows(t *testing.T) {
	client := open(t, redistest.Start(t).URL())
	store := redisstore.New(client, atNoon(redisstore.Options{Queue: 1}))
	var want []string
	for i := range 700 {
		s := &sessions.Session{Call: sessions.Call{SID: fmt.Sprintf("v3:%04d", i)}, Summary: "table", Flow: "booking", Ending: "completed"}
		s.BeganAt = storetest.Noon.Add(-time.Duration(i) * time.Minute)
		s.EndedAt = s.BeganAt
		succeed(t, store.Commit(t.Context(), s))
		want = append(want, s.Call.SID)
	}
	for range 2 {
		succeed(t, store.IndexNow(t.Context(), want))
		var all []string
		for q := (sessions.Query{Text: "tab", Flow: "booking", Limit: 77}); ; {
			page, err := store.Search(t.Context(), q)
			succeed(t, err)
			for _, s := range page.Sessions {
				all = append(all, s.Call.SID)
			}
			if q.After = page.Next; !page.More {
				break
			}
		}
		same(t, "found", all, want)
	}
	length := client.StrLen(t.Context(), "texml:index:{2026-11-21.3}:a:flow=booking").Val()
	if length == 0 || length > 2*700 {
		t.Errorf("the list of one shard is %d bytes long beyond its hash: it holds places twice, or none", length)
	}
}
