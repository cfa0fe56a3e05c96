package redisstore_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
	"texmlsrv/sessions/redisstore"
	"texmlsrv/sessions/redistest"
	"texmlsrv/sessions/storetest"
)

var manySessions = flag.Int("sessions", 0, "BenchmarkSearch: run with so many sessions beside 1000; a million take 5 GB and some minutes")

// BenchmarkSearch searches calls of a week on a real server. Beside p50 and p95
// it reports by what factor p95 is higher than with 1,000 sessions.
func BenchmarkSearch(b *testing.B) {
	few := map[string]float64{}
	for _, n := range []int{1000, *manySessions} {
		if n == 0 {
			continue
		}
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			client := open(b, redistest.Start(b).URL())
			store := loadWeek(b, client, n)
			for _, bench := range searches(n) {
				b.Run(bench.name, func(b *testing.B) {
					p95 := measure(b, store, bench.query)
					if n == 1000 {
						few[bench.name] = p95
					} else if few[bench.name] > 0 {
						b.ReportMetric(p95/few[bench.name], "x-of-1000")
					}
				})
			}
		})
	}
}

// measure runs queries and reports how long they took, in ms.
func measure(b *testing.B, store *redisstore.Store, query func(r *rand.Rand) sessions.Query) (p95 float64) {
	b.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	var took []float64
	found, pages := 0, 0
	for b.Loop() {
		q := query(r)
		began := time.Now()
		page, err := store.Search(b.Context(), q)
		took = append(took, float64(time.Since(began).Microseconds())/1000)
		succeed(b, err)
		found, pages = found+len(page.Sessions), pages+1
	}
	slices.Sort(took)
	p95 = took[len(took)*95/100]
	b.ReportMetric(took[len(took)/2], "p50-ms")
	b.ReportMetric(p95, "p95-ms")
	b.ReportMetric(float64(found)/float64(pages), "found")
	return p95
}

type searchBench struct {
	name  string
	query func(r *rand.Rand) sessions.Query
}

func searches(n int) []searchBench {
	yes := true
	caller := func(r *rand.Rand) string { return weekCall(r.IntN(n), n).Call.From }
	return []searchBench{
		{"newest", func(*rand.Rand) sessions.Query { return sessions.Query{} }},
		{"number-whole", func(r *rand.Rand) sessions.Query { return sessions.Query{Number: caller(r)} }},
		{"number-last-7", func(r *rand.Rand) sessions.Query { s := caller(r); return sessions.Query{Number: s[len(s)-7:]} }},
		{"number-last-4", func(r *rand.Rand) sessions.Query { s := caller(r); return sessions.Query{Number: s[len(s)-4:]} }},
		{"number-beginning", func(r *rand.Rand) sessions.Query { return sessions.Query{Number: caller(r)[:8]} }},
		{"number-of-nobody", func(r *rand.Rand) sessions.Query {
			return sessions.Query{Number: fmt.Sprintf("+99%09d", r.IntN(1e9))}
		}},
		{"sid-beginning", func(r *rand.Rand) sessions.Query {
			return sessions.Query{SID: weekCall(r.IntN(n), n).Call.SID[:14]}
		}},
		{"text-common", func(r *rand.Rand) sessions.Query { return sessions.Query{Text: vocable(r.IntN(20)) + " "} }},
		{"text-rare", func(r *rand.Rand) sessions.Query { return sessions.Query{Text: vocable(20_000 + r.IntN(10_000))} }},
		{"text-beginning", func(r *rand.Rand) sessions.Query { return sessions.Query{Text: vocable(r.IntN(30_000))[:3]} }},
		{"text-two-words", func(r *rand.Rand) sessions.Query {
			return sessions.Query{Text: vocable(r.IntN(200)) + " " + vocable(r.IntN(5000))}
		}},
		{"text-of-nobody", func(*rand.Rand) sessions.Query { return sessions.Query{Text: "xyzzy"} }},
		{"flow", func(*rand.Rand) sessions.Query { return sessions.Query{Flow: "flow-1"} }},
		{"outcome-one-in-a-hundred", func(*rand.Rand) sessions.Query { return sessions.Query{Outcome: "complained"} }},
		{"live", func(*rand.Rand) sessions.Query { return sessions.Query{Live: &yes} }},
		{"waiting", func(*rand.Rand) sessions.Query { return sessions.Query{WaitingLonger: time.Minute} }},
		{"problems", func(*rand.Rand) sessions.Query { return sessions.Query{Problems: true} }},
		{"flow-step-outcome-text", func(r *rand.Rand) sessions.Query {
			return sessions.Query{Flow: "flow-2", Step: "step-3", Outcome: "booked", Text: vocable(r.IntN(100))}
		}},
		{"deep-page", func(r *rand.Rand) sessions.Query { return sessions.Query{After: deep(r)} }},
		{"deep-page-of-flow", func(r *rand.Rand) sessions.Query { return sessions.Query{Flow: "flow-1", After: deep(r)} }},
	}
}

// deep is a place some days back in a list.
func deep(r *rand.Rand) string {
	return sessions.Cursor{Began: storetest.Noon.Add(-time.Duration(24+r.IntN(120)) * time.Hour), SID: "v3:m", Seen: 50, About: 1000}.String()
}

// loadWeek stores the calls of a week and has them indexed as of when they ended,
// and reports what that took.
func loadWeek(b *testing.B, client redis.UniversalClient, n int) *redisstore.Store {
	b.Helper()
	var now atomic.Int64 // ms
	store := redisstore.New(client, redisstore.Options{Now: func() time.Time { return time.UnixMilli(now.Load()).UTC() }})
	empty, began := memory(b, client), time.Now()
	inParts(n, func(i int) error {
		return store.Commit(b.Context(), weekCall(i, n), sessions.Entry{Kind: sessions.EntryTurn, Turn: 1})
	}, b)
	stored, indexing := memory(b, client), time.Now()
	batches := (n + 199) / 200
	inParts(batches, func(k int) error { // the oldest first
		var sids []string
		for i := n * (batches - k) / batches; i > n*(batches-k-1)/batches; i-- {
			s := weekCall(i-1, n)
			now.Store(s.BeganAt.UnixMilli())
			sids = append(sids, s.Call.SID)
		}
		return store.IndexNow(b.Context(), sids)
	}, b)
	now.Store(storetest.Noon.UnixMilli())
	fmt.Fprintf(os.Stderr, "%d sessions stored in %v, %.0f B each; indexed in %v, %.0f B each; keys: %d\n",
		n, indexing.Sub(began).Round(time.Millisecond), (stored-empty)/float64(n),
		time.Since(indexing).Round(time.Millisecond), (memory(b, client)-stored)/float64(n), client.DBSize(b.Context()).Val())
	return store
}

// inParts does something n times, two at once.
func inParts(n int, do func(i int) error, b *testing.B) {
	b.Helper()
	var parts sync.WaitGroup
	for part := range 2 {
		parts.Go(func() {
			for i := part; i < n; i += 2 {
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	parts.Wait()
}

func memory(b *testing.B, client redis.UniversalClient) float64 {
	b.Helper()
	info, err := client.Info(b.Context(), "memory").Result()
	succeed(b, err)
	_, rest, _ := strings.Cut(info, "used_memory:")
	text, _, _ := strings.Cut(rest, "\r\n")
	used, err := strconv.ParseFloat(text, 64)
	succeed(b, err)
	return used
}

// weekCall is one of n calls over the week before Noon: the last 200 of them, or
// a tenth, are live.
func weekCall(i, n int) *sessions.Session {
	r := rand.New(rand.NewPCG(uint64(i), 5))
	began := storetest.Noon.Add(-time.Duration(float64(i) / float64(n) * float64(7*24*time.Hour)))
	s := &sessions.Session{
		Call: sessions.Call{
			SID:  fmt.Sprintf("v3:%016x%016x%016x", r.Uint64(), r.Uint64(), r.Uint64()),
			From: fmt.Sprintf("+%d%09d", 30+r.IntN(20), r.IntN(1e9)), To: fmt.Sprintf("+1312555%04d", r.IntN(20)),
			Direction: "inbound", Type: "pstn",
		},
		Release: fmt.Sprint("sha256:", i*10/n), Flow: fmt.Sprint("flow-", r.IntN(5)), Step: fmt.Sprint("step-", r.IntN(8)),
		Turn: 6, Attempt: 1, Visits: 7, BeganAt: began, SentAt: began.Add(time.Minute),
		Summary: "Table for " + vocable(zipf(r)), Document: []byte("<Response><Hangup/></Response>"),
	}
	for turn := range 8 {
		words := make([]string, 12)
		for k := range words {
			words[k] = vocable(zipf(r))
		}
		s.History = append(s.History, sessions.Message{Role: []string{"assistant", "user"}[turn%2], Content: strings.Join(words, " ")})
	}
	s.Gathered = sessions.Values{"guests": float64(r.IntN(10)), "name": vocable(r.IntN(30_000)) + " " + vocable(r.IntN(30_000))}
	if i >= min(200, n/10) {
		s.EndedAt, s.Ending = began.Add(2*time.Minute), "completed"
		if s.Outcome = []string{"booked", "left", "transferred"}[r.IntN(3)]; r.IntN(100) == 0 {
			s.Outcome = "complained"
		}
	}
	if r.IntN(200) == 0 {
		s.Mark(sessions.MarkRuleFailed)
	}
	return s
}

// zipf picks a word as speech does: a few most of the time, most hardly ever.
func zipf(r *rand.Rand) int { return int(math.Exp(r.Float64()*math.Log(30_000))) - 1 }

// vocable is one of 30,000 made-up words.
func vocable(i int) string {
	r := rand.New(rand.NewPCG(uint64(i), 6))
	var word strings.Builder
	for range 2 + r.IntN(3) {
		word.WriteByte("bcdfghklmnprstvz"[r.IntN(16)])
		word.WriteByte("aeiou"[r.IntN(5)])
	}
	return word.String() + strconv.FormatInt(int64(i%7), 36)[:r.IntN(2)]
}
