package simulator_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"texmlsrv/simulator"
)

// cell is one square of the matrix: a call, and the one request of it that is
// to misbehave.
type cell struct {
	flow   string
	seed   uint64
	moment int    // the request after it misbehaves; -1: the first fetch
	at     string // what was asked there, and at which step
}

// play plays the call of a cell. Without a behaviour nothing goes wrong.
func (w *world) play(t testing.TB, c cell, b ...simulator.Behaviour) (*simulator.Record, *clumsy) {
	t.Helper()
	caller := &clumsy{
		Caller: anyone(c.seed),
		sid:    fmt.Sprintf("v3:%s-%d", c.flow, c.seed), at: w.at, moment: c.moment, behaves: b,
	}
	call := simulator.Call{SID: caller.sid, Seed: c.seed, Caller: caller}
	if c.moment < 0 {
		call.Behaves = b
	}
	record, err := w.telnyx.Place(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	return record, caller
}

// can reports whether a misbehaviour changes anything at all there.
func (c cell) can(name string) bool {
	switch name {
	case simulator.BareResult, simulator.EnvelopedResult, simulator.NoResult, simulator.UnknownStatus:
		return strings.HasSuffix(c.at, " ai")
	case simulator.API:
		return false // alone nothing asks the API
	case simulator.OnlyEvent, simulator.OnlyConversationEnded, simulator.OnlyFallThrough:
		return c.moment >= 0 && !strings.HasSuffix(c.at, " listened")
	}
	return true
}

// clumsy is a caller at one of whose moments something goes wrong.
type clumsy struct {
	simulator.Caller
	at      func(ctx context.Context, sid string) string
	sid     string
	moment  int
	behaves []simulator.Behaviour
	moments []string
}

func (c *clumsy) Acts(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	act, err := c.Caller.Acts(ctx, m)
	if len(c.moments) == c.moment {
		act.Behaves = c.behaves
	}
	c.moments = append(c.moments, strings.TrimSpace(m.Leg+" "+c.at(ctx, c.sid)+" "+m.Kind))
	return act, err
}

// judge says what is wrong with a call in which one request misbehaved; ""
// when it went as it has to. Whoever called heard the same as in a call without
// that, where nothing was lost.
func (w *world) judge(t testing.TB, record, undisturbed *simulator.Record, b simulator.Behaviour) string {
	t.Helper()
	switch record.End {
	case simulator.HungUp, simulator.CallerHungUp:
	default:
		return fmt.Sprintf("the call ended as %s: %s", record.End, record.Reason)
	}
	for _, x := range record.Exchanges {
		refused := x.Behaves == simulator.BadSignature || x.Behaves == simulator.StaleSignature
		if want := map[bool]int{false: http.StatusOK, true: http.StatusForbidden}[refused]; x.Status != want {
			return fmt.Sprintf("%s %s %s was answered %d %s", x.Kind, x.Method, x.Behaves, x.Status, x.Failure)
		}
	}
	turns := w.turns(t, record.Call.SID)
	for i, turn := range turns {
		if turn != i+1 {
			return fmt.Sprintf("turns were committed as %v", turns)
		}
	}
	if unknowable(record) {
		return ""
	}
	// A document that ran out before its action arrived may have moved the call a turn more than was executed.
	if more := len(turns) - record.Documents; more != 0 && !(b.Name == simulator.Reorder && more == 1) {
		return fmt.Sprintf("%d turns for %d documents", len(turns), record.Documents)
	}
	if !faithful[b.Name] {
		return ""
	}
	if got, want := heard(record), heard(undisturbed); got != want {
		return fmt.Sprintf("heard\n%s\ninstead of\n%s", got, want)
	}
	return ""
}

// unknowable reports whether a request came to the fallback URL with exactly the
// fields of one that was executed before. Nobody can tell whether it is that one
// again or another key 1: the caller may be asked once more.
func unknowable(record *simulator.Record) bool {
	executed := map[string]bool{}
	for _, x := range record.Exchanges {
		if x.Behaves == simulator.Failover && executed[x.Fields.Encode()] {
			return true
		}
		if x.Executed {
			executed[x.Fields.Encode()] = true
		}
	}
	return false
}

// faithful are the misbehaviours in which everything arrives, so that whoever
// called must notice nothing.
var faithful = map[string]bool{
	simulator.Duplicate: true, simulator.LateDuplicate: true, simulator.Delay: true, simulator.Failover: true,
	simulator.Get: true, simulator.NoContentType: true, simulator.BareResult: true, simulator.EnvelopedResult: true,
	simulator.BadSignature: true, simulator.StaleSignature: true, simulator.AfterEnd: true,
}

// heard is what was played to whoever called.
func heard(record *simulator.Record) string {
	var b strings.Builder
	for _, l := range record.Lines {
		switch l.Kind {
		case "say", "greeting", "play", "dial", "record", "hangup":
			if l.Leg == "" {
				fmt.Fprintln(&b, l.Kind, l.Text)
			}
		}
	}
	return b.String()
}

// squares plays undisturbed calls, and gives three of each moment of each step
// that was met as the rows of the matrix, in order. Calls that go
// wrong without any misbehaviour, by what Telnyx leaves open alone, give none.
func squares(t testing.TB, open func(flow string, key bool) *world, flowNames []string, calls uint64) (all []cell, problems []string) {
	t.Helper()
	found := map[string][]cell{}
	for _, flow := range flowNames {
		for seed := uint64(1); seed <= calls; seed++ {
			w := open(flow, false)
			c := cell{flow: flow, seed: seed, moment: -1, at: "fetch " + flow}
			record, caller := w.play(t, cell{flow: flow, seed: seed, moment: -1})
			problem := w.judge(t, record, record, simulator.Behaviour{})
			w.close()
			if problem != "" {
				problems = append(problems, fmt.Sprintf("%s, seed %d, without any misbehaviour: %s", flow, seed, problem))
				continue
			}
			found[c.at] = append(found[c.at], c)
			for i, at := range caller.moments {
				if n := len(found[at]); n == 0 || found[at][n-1].seed != seed {
					found[at] = append(found[at], cell{flow, seed, i, at})
				}
			}
		}
	}
	random := rand.New(rand.NewPCG(4, 4))
	for _, at := range slices.Sorted(maps.Keys(found)) {
		cells := found[at]
		random.Shuffle(len(cells), func(i, k int) { cells[i], cells[k] = cells[k], cells[i] })
		all = append(all, cells[:min(len(cells), matrixSeeds)]...)
	}
	return all, problems
}

// matrix tries every misbehaviour at every cell, and gives what went wrong, by
// cell and misbehaviour, and how many were tried.
func matrix(t testing.TB, open func(flow string, key bool) *world, cells []cell) (problems []string, tried int) {
	t.Helper()
	var wait sync.WaitGroup
	var mu sync.Mutex
	ahead := make(chan struct{}, 4)
	for _, c := range cells {
		ahead <- struct{}{}
		wait.Go(func() {
			defer func() { <-ahead }()
			w := open(c.flow, false)
			undisturbed, _ := w.play(t, c)
			w.close()
			for _, day := range days(c) {
				w := open(c.flow, day.key)
				record, _ := w.play(t, c, day.behaves...)
				problem := w.judge(t, record, undisturbed, day.behaves[0])
				w.close()
				mu.Lock()
				tried++
				if problem != "" {
					problems = append(problems, fmt.Sprintf("%v at %q, seed %d: %s", day, c.at, c.seed, problem))
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	slices.Sort(problems)
	return problems, tried
}

// day is a way in which something goes wrong.
type day struct {
	behaves []simulator.Behaviour
	key     bool // the application has an API key
}

// days are all that can go wrong at a cell. Where no action comes but something
// tells of the end of a talk, an application with an API key can push what comes
// next, unless the API misbehaves as well.
func days(c cell) (all []day) {
	for i, name := range simulator.Behaviours() {
		if !c.can(name) {
			continue
		}
		b := simulator.Behaviour{Name: name, Times: 1 + i%5}
		all = append(all, day{behaves: []simulator.Behaviour{b}})
		switch name {
		case simulator.OnlyEvent, simulator.OnlyConversationEnded:
			if !strings.HasSuffix(c.at, " ai") {
				break
			}
			all = append(all, day{[]simulator.Behaviour{b}, true})
			for _, fault := range simulator.APIFaults() {
				all = append(all, day{[]simulator.Behaviour{b, {Name: simulator.API, Fault: fault}}, true})
			}
		case simulator.OnlyFallThrough, simulator.Delay:
			all = append(all, day{[]simulator.Behaviour{b}, true})
		}
	}
	return all
}

// asides are steps that are played to somebody else, and are no turns.
var asides = map[string]bool{"front-desk/whisper": true, "front-desk/take": true}

// TestMatrix tries every misbehaviour at every turn of every embedded flow, three
// seeds each: the call ends as it may, every document is valid, nothing is
// answered with an error, every turn is committed once, and whoever called
// notices nothing where nothing was lost.
func TestMatrix(t *testing.T) {
	open, release := embedded(t)
	cells, undisturbed := squares(t, open, slices.Sorted(maps.Keys(release.Flows)), matrixCalls)
	for _, p := range undisturbed {
		t.Error(p)
	}
	met, rows := map[string]bool{}, map[string]int{}
	for _, c := range cells {
		rows[c.at]++
		for word := range strings.FieldsSeq(c.at) {
			met[word] = true
		}
	}
	for name, flow := range release.Flows {
		for _, step := range flow.Order {
			if at := name + "/" + step; flow.Steps[step].Document != nil && !met[at] && !asides[at] {
				t.Errorf("no call came to %s", at)
			}
		}
	}
	for at, seeds := range rows {
		if seeds != matrixSeeds {
			t.Errorf("only %d calls came to %q", seeds, at)
		}
	}
	problems, tried := matrix(t, open, cells)
	t.Logf("%d calls misbehaved, at %d moments", tried, len(rows))
	for _, p := range problems[:min(len(problems), 20)] {
		t.Error(p)
	}
	if len(problems) > 0 {
		t.Errorf("%d of %d calls went wrong", len(problems), tried)
	}
}

// BenchmarkThousand is a thousand random calls to the embedded flows, each in a
// world of its own, on as many goroutines as there are processors.
func BenchmarkThousand(b *testing.B) {
	open, release := embedded(b)
	names := slices.Sorted(maps.Keys(release.Flows))
	const calls = 1000
	for b.Loop() {
		var next atomic.Int64
		var wait sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			wait.Go(func() {
				for n := next.Add(1); n <= calls; n = next.Add(1) {
					c := cell{flow: names[int(n)%len(names)], seed: uint64(n), moment: -1}
					w := open(c.flow, false)
					if record, _ := w.play(b, c); record.End != simulator.HungUp {
						b.Errorf("%s, seed %d: %s: %s", c.flow, c.seed, record.End, record.Reason)
					}
					w.close()
				}
			})
		}
		wait.Wait()
	}
	b.ReportMetric(calls*float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}
