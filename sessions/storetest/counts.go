package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"texmlsrv/sessions"
)

func counts(t *testing.T, f Finding, span sessions.Span) sessions.Counts {
	t.Helper()
	f.Settle()
	c, err := f.Counts(t.Context(), span)
	succeed(t, err)
	return c
}

func testStanding(t *testing.T, f Finding) {
	equal(t, "before any call", counts(t, f, sessions.LastHour), sessions.Counts{})
	for i := range 5 {
		s := call(fmt.Sprint("v3:", i), time.Duration(i)*time.Minute)
		if i == 4 {
			s.Step = "day"
		}
		f.Put(s)
	}
	f.Put(over("v3:ended", time.Hour))
	want := []sessions.Standing{
		{Place: sessions.Place{Flow: "booking", Step: "day"}, Live: 1, Since: Noon.Add(-4 * time.Minute)},
		{Place: sessions.Place{Flow: "booking", Step: "table"}, Live: 4, Since: Noon.Add(-3 * time.Minute)},
	}
	equal(t, "standing", counts(t, f, sessions.LastHour).Standing, want)
	for i := range 5 {
		f.Put(over(fmt.Sprint("v3:", i), time.Duration(i)*time.Minute))
	}
	equal(t, "when all have ended", counts(t, f, sessions.LastHour).Standing, []sessions.Standing(nil))
}

// testMoves leads a call through steps by rules, asks it again with and without
// a rule, lets it follow a link, be taken elsewhere by a person, and end.
func testMoves(t *testing.T, f Finding) {
	s := call("v3:abc", time.Minute)
	visit := func(step string, rules ...string) sessions.Visit {
		v := sessions.Visit{Flow: "booking", Step: step}
		for i, rule := range rules {
			v.Tried = append(v.Tried, sessions.Tried{Rule: rule})
			if i == len(rules)-1 {
				v.Tried[i].Held, v.Tried[i].Goto = true, "somewhere"
			}
		}
		return v
	}
	turn := func(n, attempt int, via string, path ...sessions.Visit) {
		s.Turn = n
		f.Put(s, sessions.Entry{
			Kind: sessions.EntryTurn, Turn: n, Flow: "booking", Step: "table", Attempt: attempt, Path: path, Request: &sessions.Request{Via: via},
		})
	}
	turn(1, 1, "fetch", visit("language"))
	turn(2, 1, "action", visit("language", "next[0]"), visit("slots", "next[0]", "next[1]"), visit("table"))
	turn(3, 2, "action", visit("table", "next[0]"))
	turn(4, 3, "next")
	turn(5, 1, "action", visit("table", "otherwise[0]"), visit("table"))
	turn(6, 1, "step", visit("table"))
	s.Turn = 7
	f.Put(s, sessions.Entry{
		Kind: sessions.EntryIntervention, Turn: 7, Flow: "booking", Step: "table", Attempt: 1, Path: []sessions.Visit{visit("slots", "next[1]"), visit("table")},
		Help: &sessions.Help{Kind: "goto", Flow: "booking", Step: "slots"},
	})
	f.Put(s, sessions.Entry{Kind: sessions.EntryIntervention, Turn: 8, Flow: "booking", Step: "table", Attempt: 2, Help: &sessions.Help{Kind: "repeat"}})
	f.Put(s, sessions.Entry{Kind: sessions.EntryStray, Turn: 6, Attempt: 2})
	s.EndedAt, s.Ending = Noon, "completed"
	f.Put(s, sessions.Entry{Kind: sessions.EntryStatus, Turn: 6, Ended: "completed"})
	at := func(step string) sessions.Place { return sessions.Place{Flow: "booking", Step: step} }
	want := []sessions.Move{
		{From: sessions.Place{}, To: at("language"), Count: 1},
		{From: at(""), To: at("slots"), Rule: sessions.RulePerson, Count: 1},
		{From: at(""), To: at("table"), Count: 1},
		{From: at("language"), To: at("slots"), Rule: "next[0]", Count: 1},
		{From: at("slots"), To: at("table"), Rule: "next[1]", Count: 2},
		{From: at("table"), To: sessions.Place{}, Count: 1},
		{From: at("table"), To: at("table"), Count: 1},
		{From: at("table"), To: at("table"), Rule: "next[0]", Count: 1},
		{From: at("table"), To: at("table"), Rule: "otherwise[0]", Count: 1},
	}
	for _, span := range []sessions.Span{sessions.LastHour, sessions.LastDay} {
		equal(t, "moves", counts(t, f, span).Moves, want)
	}
}

// testRunning has calls go by two releases, and one of them end.
func testRunning(t *testing.T, f Finding) {
	for i, release := range []string{"new", "old", "old", "old"} {
		s := call(fmt.Sprint("v3:", i), time.Duration(i)*time.Minute)
		if s.Release = release; i == 3 {
			s.Flow = "transfer"
		}
		f.Put(s)
	}
	want := []sessions.Running{
		{Release: "new", Flow: "booking", Live: 1}, {Release: "old", Flow: "booking", Live: 2}, {Release: "old", Flow: "transfer", Live: 1},
	}
	equal(t, "releases", counts(t, f, sessions.LastHour).Releases, want)
	f.Put(over("v3:0", 0))
	equal(t, "when one has ended", counts(t, f, sessions.LastHour).Releases, want[1:])
}

// testOutcomes ends calls, one of them with a label that comes later, and writes
// them again and again.
func testOutcomes(t *testing.T, f Finding) {
	for i := range 3 {
		s := over(fmt.Sprint("v3:", i), 10*time.Minute)
		f.Put(s)
		f.Settle()
		if i == 2 {
			s.Outcome = "voicemail"
		}
		f.Put(s)
		f.Settle()
		f.Put(s)
	}
	want := []sessions.Outcome{
		{Flow: "booking", Ending: "completed", Count: 2},
		{Flow: "booking", Outcome: "voicemail", Ending: "completed", Count: 1},
	}
	equal(t, "outcomes", counts(t, f, sessions.LastHour).Outcomes, want)
	equal(t, "outcomes of the day", counts(t, f, sessions.LastDay).Outcomes, want)
}

func testFeed(t *testing.T, f Finding) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	changes, err := f.Subscribe(ctx)
	succeed(t, err)
	others, err := f.Subscribe(ctx)
	succeed(t, err)
	s := call("v3:abc", time.Minute)
	f.Put(s)
	for _, c := range []<-chan sessions.Change{changes, others} {
		equal(t, "a call that began", <-c, sessions.Change{SID: "v3:abc", Turn: 1, Live: true, At: Noon})
	}
	f.Settle()
	s.Turn, s.EndedAt = 2, Noon
	f.Put(s)
	equal(t, "a call that ended", <-changes, sessions.Change{SID: "v3:abc", Turn: 2, At: Noon})
}

func testFeedEnds(t *testing.T, f Finding) {
	ctx, cancel := context.WithCancel(t.Context())
	changes, err := f.Subscribe(ctx)
	succeed(t, err)
	cancel()
	for range changes { // until it is closed
	}
	f.Put(call("v3:abc", time.Minute))
	f.Settle()
}
