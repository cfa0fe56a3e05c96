package calls_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"texmlsrv/calls"
	"texmlsrv/flows"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redistest"
	"texmlsrv/telnyx"
)

// fetching is a platform that fetches at once what it is told to fetch, and
// notes what each call got so.
type fetching struct {
	service *calls.Service
	mu      sync.Mutex
	got     map[string][]string // documents by call; "" for a hang-up
}

func (f *fetching) Do(context.Context, string, telnyx.Command) (telnyx.Accepted, error) {
	return telnyx.Accepted{Result: "ok"}, nil
}

func (f *fetching) UpdateCall(ctx context.Context, sid string, u telnyx.UpdateCall) (telnyx.Call, error) {
	var document []byte
	if u.URL != "" {
		parts := strings.Split(u.URL, "/") // https: "" host texml flow step ticket
		var err error
		document, err = f.service.Document(ctx, calls.Request{Call: sessions.Call{SID: sid}, Flow: parts[4], Step: parts[5], Ticket: parts[6], Fingerprint: "push"})
		if err != nil {
			return telnyx.Call{}, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.got[sid] = append(f.got[sid], string(document))
	return telnyx.Call{SID: sid}, nil
}

// race is one call in which a person and the caller do something at once.
type race struct {
	answers, helps *calls.Service // the instance that gets the answer, and the one that is intervened at
	platform       *fetching
	store          sessions.Store
	tickets        calls.Tickets
}

// racing makes instances on a store: who answers, and who intervenes.
func racing(tb testing.TB, store sessions.Store, apart bool) race {
	tb.Helper()
	release, err := flows.Load(flow(helped, "other/flow.yaml", other), flows.Environment{})
	if err != nil {
		tb.Fatal(err)
	}
	r := race{store: store, tickets: calls.NewTickets([]byte(servertest.Secret)), platform: &fetching{got: map[string][]string{}}}
	lookups := calls.NewLookups()
	tb.Cleanup(lookups.Close)
	instance := func() *calls.Service {
		s, err := calls.New(calls.Deps{
			Store: store, Release: release, Tickets: r.tickets, Looker: lookups, Log: slog.New(slog.DiscardHandler),
			StoreBudget: time.Minute, Commander: r.platform, Push: true, Account: true, PublicURL: public,
		})
		if err != nil {
			tb.Fatal(err)
		}
		return s
	}
	r.answers = instance()
	r.helps = r.answers
	if apart {
		r.helps = instance()
	}
	r.platform.service = r.answers
	return r
}

// run has call n begin, answered and intervened at, in this order, the other way
// round, or at once. It gives the document that the answer got, and what became
// of the intervention.
func (r race) run(tb testing.TB, n int, kind string) (sid, document string, err error) {
	tb.Helper()
	sid = fmt.Sprint("v3:race-", n)
	if _, err := r.answers.Document(tb.Context(), calls.Request{Call: sessions.Call{SID: sid}, Flow: "desk", Fingerprint: "begin"}); err != nil {
		tb.Fatal(err)
	}
	answer := func() {
		body, err := r.answers.Document(tb.Context(), calls.Request{
			Call: sessions.Call{SID: sid}, Flow: "desk", Step: "name", Fingerprint: "answer",
			Ticket:  r.tickets.Make(sid, "desk", "name", calls.Ticket{Turn: 1, Via: flows.ViaAction}),
			Brought: flows.Brought{AI: &flows.AIResult{Status: "valid", Result: map[string]any{"name": "Ada", "guests": 4.0}}},
		})
		if err != nil {
			tb.Error(err)
		}
		document = string(body)
	}
	help := func() {
		_, err = r.helps.Intervene(tb.Context(), sid, calls.Intervention{
			Kind: kind, Turn: 1, ID: "form", Who: "otto", Why: "to race", Step: "bye", Name: "guests", Value: "5", To: "+13125550177",
		})
	}
	switch n % 50 {
	case 0:
		answer()
		help()
	case 25:
		help()
		answer()
	default:
		both := []func(){answer, help}
		atOnce(both[n%2], both[1-n%2])
	}
	return sid, document, err
}

// judge holds what is stored against what both were told. It reports whether the
// person was first.
func (r race) judge(tb testing.TB, sid, kind, document string, err error) (person bool) {
	tb.Helper()
	s, loaded := r.store.Load(tb.Context(), sid)
	timeline, listed := r.store.Timeline(tb.Context(), sid)
	if loaded != nil || listed != nil {
		tb.Fatal(loaded, listed)
	}
	equal(tb, "turns in the timeline", turnsOf(timeline), upTo(2))
	equal(tb, "document that the answer got", document, string(s.Document))
	people := interventions(timeline)
	got := r.platform.got[sid]
	if meanwhile, is := errors.AsType[*calls.AnsweredMeanwhileError](err); is {
		equal(tb, "what was said", *meanwhile, calls.AnsweredMeanwhileError{Turn: 1, Now: 2})
		equal(tb, "interventions", len(people), 0)
		equal(tb, "documents pushed", len(got), 0)
		equal(tb, "gathered", s.Gathered, sessions.Values{"name": "Ada", "guests": 4.0})
		return false
	}
	if err != nil || len(people) != 1 || len(got) != 1 {
		tb.Fatalf("%s: %v, %d interventions, %d pushed", kind, err, len(people), len(got))
	}
	equal(tb, "turn", people[0].Turn, 2)
	equal(tb, "who and why", people[0].Help.Who+" "+people[0].Help.Why+" "+people[0].Help.Kind, "otto to race "+kind)
	if kind != calls.HelpHangUp {
		equal(tb, "document pushed", got[0], string(s.Document))
	}
	if kind == calls.HelpValue {
		equal(tb, "gathered", s.Gathered, sessions.Values{"guests": 5.0})
	} else {
		equal(tb, "gathered", s.Gathered, nil)
	}
	return true
}

// raced are the kinds that move a turn.
var raced = []string{calls.HelpGoto, calls.HelpRepeat, calls.HelpTransfer, calls.HelpHangUp, calls.HelpValue}

// TestIntervene_race has a person and the caller do something at once, over and
// over: one of them is first, and the other is told so. Never both count.
func TestIntervene_race(t *testing.T) {
	const batch = 500
	for _, apart := range []bool{false, true} {
		t.Run(map[bool]string{false: "one-instance", true: "two-instances"}[apart], func(t *testing.T) {
			first := map[bool]int{}
			for from := 0; from < interventionRaces/2; from += batch {
				t.Run(fmt.Sprint("from-", from), func(t *testing.T) {
					r := racing(t, servertest.Embedded(t), apart)
					for n := from; n < from+batch; n++ {
						kind := raced[n/2%len(raced)]
						sid, document, err := r.run(t, n, kind)
						first[r.judge(t, sid, kind, document, err)]++
					}
				})
			}
			t.Logf("the person was first %d times, the caller %d times", first[true], first[false])
			if first[true] == 0 || first[false] == 0 {
				t.Errorf("the person was first %d times, the caller %d times", first[true], first[false])
			}
		})
	}
}

// TestIntervene_raceOnRedis does the same on a Redis of its own.
func TestIntervene_raceOnRedis(t *testing.T) {
	url := redistest.Start(t).URL()
	r := racing(t, servertest.Redis(t, url), true)
	for n := range 300 {
		kind := raced[n/2%len(raced)]
		sid, document, err := r.run(t, n, kind)
		r.judge(t, sid, kind, document, err)
	}
}

// TestIntervene_twoPeople has two people do something at once: one is first.
func TestIntervene_twoPeople(t *testing.T) {
	r := racing(t, servertest.Embedded(t), true)
	for n := range 200 {
		sid := fmt.Sprint("v3:two-", n)
		if _, err := r.answers.Document(t.Context(), calls.Request{Call: sessions.Call{SID: sid}, Flow: "desk", Fingerprint: "begin"}); err != nil {
			t.Fatal(err)
		}
		var errs [2]error
		does := func(i int, s *calls.Service) func() {
			return func() {
				_, errs[i] = s.Intervene(t.Context(), sid, calls.Intervention{Kind: calls.HelpGoto, Turn: 1, ID: fmt.Sprint("form-", i), Who: fmt.Sprint("person-", i), Why: "to race", Step: "bye"})
			}
		}
		atOnce(does(0, r.answers), does(1, r.helps))
		timeline, err := r.store.Timeline(t.Context(), sid)
		if err != nil {
			t.Fatal(err)
		}
		people := interventions(timeline)
		if len(people) != 1 || (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("%d interventions; %v, %v", len(people), errs[0], errs[1])
		}
		won := 0
		if errs[0] != nil {
			won = 1
		}
		equal(t, "who", people[0].Help.Who, fmt.Sprint("person-", won))
	}
}

// TestIntervene_doubleClick sends one form many times at once: it is done once.
func TestIntervene_doubleClick(t *testing.T) {
	r := racing(t, servertest.Embedded(t), true)
	for n := range 100 {
		sid := fmt.Sprint("v3:double-", n)
		if _, err := r.answers.Document(t.Context(), calls.Request{Call: sessions.Call{SID: sid}, Flow: "desk", Fingerprint: "begin"}); err != nil {
			t.Fatal(err)
		}
		var results [4]calls.Result
		var crowd []func()
		for i := range results {
			crowd = append(crowd, func() {
				var err error
				results[i], err = []*calls.Service{r.answers, r.helps}[i%2].Intervene(t.Context(), sid, calls.Intervention{Kind: calls.HelpRepeat, Turn: 1, ID: "form", Who: "otto", Why: "to race"})
				if err != nil {
					t.Error(err)
				}
			})
		}
		atOnce(crowd...)
		did := 0
		for _, result := range results {
			if !result.Again {
				did++
			}
		}
		equal(t, "done", did, 1)
		equal(t, "pushed", len(r.platform.got[sid]), 1)
	}
}

// BenchmarkIntervene_race is one race, with the beginning of its call.
func BenchmarkIntervene_race(b *testing.B) {
	eachStore(b, func(b *testing.B, store sessions.Store) {
		r := racing(b, store, true)
		for n := 0; b.Loop(); n++ {
			kind := raced[n/2%len(raced)]
			sid, document, err := r.run(b, n, kind)
			b.StopTimer()
			r.judge(b, sid, kind, document, err)
			b.StartTimer()
		}
	})
}
