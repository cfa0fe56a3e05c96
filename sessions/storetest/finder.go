package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"texmlsrv/sessions"
)

// Finding is an empty store that is searched, and what a test needs around it.
// Its clock stands at Noon.
type Finding struct {
	sessions.Finder
	sessions.Feed

	Put    func(s *sessions.Session, entries ...sessions.Entry) // stores a session in place of the one with its SID
	Settle func()                                               // waits until what was put can be found
}

// Noon is the instant at which tests of searches take place.
var Noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// RunFinder runs the suite of what every sessions.Finder and sessions.Feed has to
// pass. start is called once for each test and starts empty.
func RunFinder(t *testing.T, start func(t *testing.T) Finding) {
	tests := []struct {
		name string
		test func(*testing.T, Finding)
	}{
		{"finds-by-each-field", testFields},
		{"finds-by-number", testNumbers},
		{"finds-by-text", testTexts},
		{"finds-what-is-now", testChanged},
		{"finds-no-secrets", testSecretsStay},
		{"counts-duplicates", testDuplicates},
		{"pages-newest-first", testPages},
		{"pages-stay-put", testStaysPut},
		{"pages-of-one-instant", testOneInstant},
		{"says-about-how-many", testAbout},
		{"refuses-cursors", testCursors},
		{"finds-what-a-search-by-hand-finds", testByHand},
		{"counts-where-calls-stand", testStanding},
		{"counts-moves", testMoves},
		{"counts-releases", testRunning},
		{"counts-outcomes-once", testOutcomes},
		{"feed-tells-of-changes", testFeed},
		{"feed-ends-with-its-context", testFeedEnds},
		{"context-cancelled", testFindCancelled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, start(t)) })
	}
}

// call returns a live session that began so long before Noon.
func call(callSID string, ago time.Duration) *sessions.Session {
	s := running(callSID)
	s.BeganAt = Noon.Add(-ago)
	s.SentAt = s.BeganAt
	return s
}

// over returns the same of a call that ended a minute later.
func over(callSID string, ago time.Duration) *sessions.Session {
	s := call(callSID, ago)
	s.EndedAt, s.Ending = s.BeganAt.Add(time.Minute), "completed"
	return s
}

// search returns the SIDs that a query finds, over all pages.
func search(t *testing.T, f Finding, q sessions.Query) []string {
	t.Helper()
	found := []string{}
	for range 1000 {
		page, err := f.Search(t.Context(), q)
		succeed(t, err)
		for _, s := range page.Sessions {
			found = append(found, s.Call.SID)
		}
		if page.More != (page.Next != "") {
			t.Fatalf("More is %v, Next is %q", page.More, page.Next)
		}
		if !page.More {
			return found
		}
		q.After = page.Next
	}
	t.Fatal("the pages do not end")
	return nil
}

func testFields(t *testing.T, f Finding) {
	live := call("v3:live-0000-aaaa", time.Hour)
	live.Outcome, live.Release, live.SentAt = "asked", "sha256:1", Noon.Add(-2*time.Minute)
	ended := over("v3:ended-1111-bbbb", 26*time.Hour)
	ended.Flow, ended.Step, ended.Outcome, ended.Release, ended.Ending = "front desk", "a.b", "bo=oked", "sha256:2", "busy"
	ended.Mark(sessions.MarkDegraded)
	old := over("v3:old", 100*time.Hour)
	old.Escaped = true
	for _, s := range []*sessions.Session{live, ended, old} {
		f.Put(s)
	}
	f.Settle()
	yes, no := true, false
	tests := []struct {
		name string
		q    sessions.Query
		want string
	}{
		{"all", sessions.Query{}, "live ended old"},
		{"live", sessions.Query{Live: &yes}, "live"},
		{"not-live", sessions.Query{Live: &no}, "ended old"},
		{"flow", sessions.Query{Flow: "front desk"}, "ended"},
		{"flow-of-both", sessions.Query{Flow: "booking"}, "live old"},
		{"step", sessions.Query{Step: "table"}, "live old"},
		{"flow-and-step", sessions.Query{Flow: "front desk", Step: "table"}, ""},
		{"outcome", sessions.Query{Outcome: "bo=oked"}, "ended"},
		{"outcome-of-a-live-one", sessions.Query{Outcome: "asked"}, "live"},
		{"outcome-of-none", sessions.Query{Outcome: "booked"}, ""},
		{"ending", sessions.Query{Ending: "busy"}, "ended"},
		{"release", sessions.Query{Release: "sha256:2"}, "ended"},
		{"degraded", sessions.Query{Degraded: true}, "ended"},
		{"problems", sessions.Query{Problems: true}, "old"},
		{"problems-and-live", sessions.Query{Problems: true, Live: &yes}, ""},
		{"from", sessions.Query{From: Noon.Add(-26 * time.Hour)}, "live ended"},
		{"to", sessions.Query{To: Noon.Add(-26 * time.Hour)}, "old"},
		{"to-a-ms-later", sessions.Query{To: Noon.Add(-26*time.Hour + time.Millisecond)}, "ended old"},
		{"from-to", sessions.Query{From: Noon.Add(-48 * time.Hour), To: Noon.Add(-2 * time.Hour)}, "ended"},
		{"from-and-flow", sessions.Query{From: Noon.Add(-2 * time.Hour), Flow: "booking"}, "live"},
		{"to-and-flow", sessions.Query{To: Noon.Add(-2 * time.Hour), Flow: "booking"}, "old"},
		{"waiting", sessions.Query{WaitingLonger: time.Minute}, "live"},
		{"waiting-too-short", sessions.Query{WaitingLonger: 2 * time.Minute}, ""},
		{"whole-sid", sessions.Query{SID: "v3:old"}, "old"},
		{"whole-sid-and-another-flow", sessions.Query{SID: "v3:old", Flow: "front desk"}, ""},
		{"short-beginning-of-a-sid", sessions.Query{SID: "v3:e"}, "ended"},
		{"beginning-of-a-sid", sessions.Query{SID: "v3:ended-11"}, "ended"},
		{"most-of-a-sid", sessions.Query{SID: "v3:ended-1111-bbb"}, "ended"},
		{"beginning-of-a-live-sid", sessions.Query{SID: "v3:live-00"}, "live"},
		{"no-such-sid", sessions.Query{SID: "v3:nobody-at-all"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { equal(t, "found", names(search(t, f, tt.q)), tt.want) })
	}
}

// names are what tells the SIDs of a test from each other, in order.
func names(sids []string) string {
	for i, sid := range sids {
		sids[i], _, _ = strings.Cut(strings.TrimPrefix(sid, "v3:"), "-")
	}
	return strings.Join(sids, " ")
}

func testNumbers(t *testing.T, f Finding) {
	for name, numbers := range map[string][2]string{
		"dublin": {"+35319601234", "+13125550188"},
		"sip":    {"sip:ada.lovelace@example.com", "sip:+442079460000@example.com"},
		"short":  {"anonymous", "112"},
	} {
		for i, s := range []*sessions.Session{call("v3:"+name+"-live", time.Hour), over("v3:"+name+"-ended", 2*time.Hour)} {
			s.Call.From, s.Call.To = numbers[0], numbers[1]
			s.BeganAt = s.BeganAt.Add(time.Duration(len(name)+i) * time.Second)
			f.Put(s)
		}
	}
	f.Settle()
	for typed, want := range map[string]string{
		"+353 1 960": "dublin", "+353 (0)1 960 1234": "dublin", "+35319601234": "dublin", "00353-1-9601234": "dublin",
		"+353": "dublin", "+13": "dublin", "+1312": "dublin", "+44": "sip", "01 960": "dublin", "960 1234": "dublin", "1234": "dublin",
		"234": "dublin", "34": "dublin", "(312) 555-01": "dublin", "7946": "sip", "+7946": "", "9601": "dublin", "960": "",
		"353196012345": "", "ada": "sip", "lovelace exam": "sip", "Ada@Example.com": "sip", "ad": "sip", "lace": "",
		"anon": "short", "112": "short",
	} {
		t.Run("typed-"+strings.ReplaceAll(typed, " ", "_"), func(t *testing.T) {
			if want != "" {
				want += " " + want // live and ended
			}
			equal(t, "found", names(search(t, f, sessions.Query{Number: typed})), want)
		})
	}
}

func testTexts(t *testing.T, f Finding) {
	for _, s := range []*sessions.Session{call("v3:live", time.Hour), over("v3:ended", 2*time.Hour)} {
		s.Call.CallerName = "Zoë O'Hara"
		s.History = []sessions.Message{{Role: "assistant", Content: "When would you like the table?"}, {Role: "user", Content: "Mañana, 東京 please."}}
		s.Gathered = sessions.Values{"guests": 42.0, "who": map[string]any{"mail": "ada@example.com"}}
		s.Summary, s.Outcome, s.Answer.Speech = "Table for 4", "booked", "quatre"
		s.Vars = sessions.Values{"slot": "unsaid"}
		f.Put(s)
	}
	f.Settle()
	for text, want := range map[string]bool{
		"table": true, "TABLE": true, "tab": true, "tables": false, "would when": true, "wou when": false, "when wou": true,
		"manana": true, "Mañ": true, "zoe": true, "o'hara": true, "東": true, "東京": true, "京都": false, "ada@exam": true, "42": true,
		"quatre booked": true, "quatre cinq": false, "cinq quatre": false, "unsaid": false, "booking": false, "t": true, "q b": false, "quatre b": true,
		"": true, "…": true,
	} {
		t.Run("text-"+strings.ReplaceAll(text, " ", "_"), func(t *testing.T) {
			found := ""
			if want {
				found = "live ended"
			}
			equal(t, "found", names(search(t, f, sessions.Query{Text: text})), found)
		})
	}
}

// testChanged changes a session: it is found by what it is, not by what it was.
func testChanged(t *testing.T, f Finding) {
	s := call("v3:abc", time.Hour)
	stages := []struct {
		name   string
		change func()
		q      sessions.Query // finds the session from now on, and did not before
	}{
		{"begins", func() {}, sessions.Query{Step: "table"}},
		{"goes-on", func() { s.Step, s.Turn = "slots", 2 }, sessions.Query{Step: "slots"}},
		{"says-something", func() { s.History = []sessions.Message{{Role: "user", Content: "dentist"}} }, sessions.Query{Text: "dentist"}},
		{"ends", func() { s.Step, s.EndedAt, s.Ending = "bye", Noon, "completed" }, sessions.Query{Step: "bye"}},
		{"is-decided-late", func() { s.Outcome = "voicemail" }, sessions.Query{Outcome: "voicemail"}},
		{"is-corrected", func() { s.Outcome = "booked" }, sessions.Query{Outcome: "booked", Ending: "completed"}},
	}
	for i, stage := range stages {
		equal(t, stage.name+": before", search(t, f, stage.q), []string{})
		stage.change()
		f.Put(s)
		f.Settle()
		equal(t, stage.name+": after", search(t, f, stage.q), []string{"v3:abc"})
		if i == len(stages)-1 {
			for _, q := range []sessions.Query{stages[0].q, stages[1].q, stages[4].q} {
				equal(t, "what it was", search(t, f, q), []string{})
			}
		}
	}
}

// testSecretsStay looks for what is sensitive, wherever it stands.
func testSecretsStay(t *testing.T, f Finding) {
	for _, s := range []*sessions.Session{call("v3:live", time.Hour), over("v3:ended", 2*time.Hour)} {
		s.Gathered = sessions.Values{"card": "tango4242", "code": "998877", "name": "Ada"}
		s.Hide("card", "code")
		s.Summary = "Paid with tango4242"
		s.History = []sessions.Message{{Role: "user", Content: "It is 99 88 77, thanks"}, {Role: "assistant", Content: "Good"}}
		s.Answer = sessions.Answer{Kind: "digits", Speech: "foxtrot", Digits: "135791", Sensitive: true}
		f.Put(s)
	}
	f.Settle()
	for text, want := range map[string]string{
		"ada": "live ended", "good": "live ended", "paid": "live ended",
		"tango4242": "", "tan": "", "998877": "", "88": "", "foxtrot": "", "135791": "",
	} {
		equal(t, "found by "+text, names(search(t, f, sessions.Query{Text: text})), want)
	}
}

func testDuplicates(t *testing.T, f Finding) {
	again := sessions.Entry{At: Noon, Kind: sessions.EntryDuplicate}
	live, ended := call("v3:live", time.Hour), over("v3:ended", 2*time.Hour)
	f.Put(live)
	f.Put(ended)
	f.Settle()
	equal(t, "before", search(t, f, sessions.Query{Duplicates: true}), []string{})
	f.Put(live, again, again)
	f.Put(ended, again)
	f.Settle()
	equal(t, "found", search(t, f, sessions.Query{Duplicates: true}), []string{"v3:live", "v3:ended"})
	page, err := f.Search(t.Context(), sessions.Query{})
	succeed(t, err)
	equal(t, "duplicates", []int{page.Sessions[0].Duplicates, page.Sessions[1].Duplicates}, []int{2, 1})
}

func testPages(t *testing.T, f Finding) {
	var want []string
	for i := range 60 {
		s := over(fmt.Sprintf("v3:%02d", (i*37)%60), time.Duration((i*37)%60)*5*time.Hour)
		if s.Flow = "booking"; i%3 == 0 {
			s.EndedAt, s.Ending = time.Time{}, ""
		}
		f.Put(s)
		want = append(want, fmt.Sprintf("v3:%02d", i))
	}
	f.Settle()
	for _, limit := range []int{1, 7, 60, 0} {
		for name, q := range map[string]sessions.Query{"all": {Limit: limit}, "flow": {Limit: limit, Flow: "booking"}} {
			equal(t, fmt.Sprintf("%s, %d at a time", name, limit), search(t, f, q), want)
		}
	}
	page, err := f.Search(t.Context(), sessions.Query{Limit: 7})
	succeed(t, err)
	equal(t, "sessions of a page", len(page.Sessions), 7)
	equal(t, "its document", page.Sessions[0].Document, []byte(nil))
}

// testStaysPut has calls begin and end between two pages.
func testStaysPut(t *testing.T, f Finding) {
	for i := range 10 {
		f.Put(call(fmt.Sprint("v3:", i), time.Duration(i+1)*time.Hour))
	}
	f.Settle()
	for name, q := range map[string]sessions.Query{"all": {Limit: 4}, "flow": {Limit: 4, Flow: "booking"}} {
		want := search(t, f, q)[4:]
		first, err := f.Search(t.Context(), q)
		succeed(t, err)
		f.Put(call("v3:new-"+name, time.Minute))
		gone := over("v3:3", 4*time.Hour) // the one that the cursor names
		f.Put(gone)
		f.Settle()
		q.After = first.Next
		equal(t, name+": the pages after the first", search(t, f, q), want)
	}
}

func testOneInstant(t *testing.T, f Finding) {
	var want []string
	for i := range 100 {
		s := over(fmt.Sprintf("v3:%03d", i), time.Hour)
		s.BeganAt = s.BeganAt.Add(time.Duration(i%7) * time.Microsecond) // of the same millisecond
		f.Put(s)
		want = append(want, s.Call.SID)
	}
	f.Settle()
	slices.Reverse(want)
	equal(t, "all", search(t, f, sessions.Query{Limit: 3}), want)
	equal(t, "flow", search(t, f, sessions.Query{Limit: 3, Flow: "booking"}), want)
}

func testAbout(t *testing.T, f Finding) {
	for i := range 90 {
		s := over(fmt.Sprintf("v3:%03d", i), time.Duration(i)*2*time.Hour)
		if s.Outcome = "booked"; i%3 == 0 {
			s.Outcome = "left"
		}
		f.Put(s)
	}
	f.Settle()
	for name, want := range map[string]struct {
		q     sessions.Query
		exact bool
		about int
	}{
		"few":     {sessions.Query{Outcome: "left"}, true, 30},
		"all":     {sessions.Query{Limit: 10}, false, 90},
		"outcome": {sessions.Query{Outcome: "booked", Limit: 20}, false, 60},
		"nothing": {sessions.Query{Outcome: "lost"}, true, 0},
	} {
		page, err := f.Search(t.Context(), want.q)
		succeed(t, err)
		if page.About < want.about*7/10 || page.About > want.about*13/10 || want.exact && page.About != want.about {
			t.Errorf("%s: about %d, want %d", name, page.About, want.about)
		}
		for page.More {
			want.q.After = page.Next
			page, err = f.Search(t.Context(), want.q)
			succeed(t, err)
		}
		equal(t, name+": on the last page", page.About, want.about)
	}
}

func testCursors(t *testing.T, f Finding) {
	for _, after := range []string{"x", "MSAyIDMg", "%", "LTEgLTEgLTEgeA"} {
		if _, err := f.Search(t.Context(), sessions.Query{After: after}); !errors.Is(err, sessions.ErrCursor) {
			t.Errorf("Search after %q: %v, want ErrCursor", after, err)
		}
	}
}

func testFindCancelled(t *testing.T, f Finding) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, searched := f.Search(ctx, sessions.Query{})
	_, counted := f.Counts(ctx, sessions.LastHour)
	_, subscribed := f.Subscribe(ctx)
	for name, err := range map[string]error{"Search": searched, "Counts": counted, "Subscribe": subscribed} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want the context's error", name, err)
		}
	}
}
