package console_test

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/storetest"
)

var morning = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// caller is a call that begins a number of seconds after morning.
func caller(n int, change func(*sessions.Session)) *sessions.Session {
	s := &sessions.Session{
		Call:    sessions.Call{SID: fmt.Sprintf("v3:call-%04d", n), Direction: "inbound", From: fmt.Sprintf("+35319600%03d", n), To: "+13125550100"},
		Release: "0a1b2c3d", Flow: "front-desk", Step: "menu", Turn: 1, Attempt: 1,
		BeganAt: morning.Add(time.Duration(n) * time.Second), SentAt: morning.Add(time.Duration(n) * time.Second),
	}
	if change != nil {
		change(s)
	}
	return s
}

func ended(s *sessions.Session) {
	s.EndedAt, s.Ending, s.Outcome = s.BeganAt.Add(72*time.Second), "completed", "booked"
}

// listing is a console over calls in memory.
func listing(t *testing.T, calls ...*sessions.Session) (*consoletest.Server, *storetest.Memory) {
	t.Helper()
	memory := storetest.NewMemory()
	s := consoletest.Start(t, func(d *console.Deps) {
		memory.Now = d.Now
		d.Finder, d.Feed = memory, memory
	})
	for _, call := range calls {
		memory.Put(call)
	}
	return s, memory
}

var rowID = regexp.MustCompile(`<tr id="c-([^"]+)"`)

// listed are the calls of a page, in order, without what their ids begin with.
func listed(page string) string {
	var all []string
	for _, found := range rowID.FindAllStringSubmatch(page, -1) {
		all = append(all, strings.TrimPrefix(html.UnescapeString(found[1]), "v3:call-"))
	}
	return strings.Join(all, " ")
}

// TestCalls_asked asks for calls by everything that the page offers.
func TestCalls_asked(t *testing.T) {
	s, _ := listing(t,
		caller(1, ended),
		caller(2, func(s *sessions.Session) { s.Flow, s.Step, s.Release = "survey", "rating", "ffff" }),
		caller(3, func(s *sessions.Session) {
			ended(s)
			s.Ending, s.Outcome, s.Summary = "busy", "", "Wanted the terrace"
		}),
		caller(4, func(s *sessions.Session) {
			s.Mark(sessions.MarkApology)
			s.SentAt = morning.Add(59 * time.Minute)
		}),
		caller(5, func(s *sessions.Session) {
			s.Mark(sessions.MarkDegraded)
			s.Call.From = "sip:desk@example.com"
		}),
	)
	for query, want := range map[string]string{
		"":                            "0005 0004 0003 0002 0001",
		"q=600+003":                   "0003",
		"q=%2B353+1+960":              "0004 0003 0002 0001",
		"q=v3:call-0002":              "0002",
		"q=v3:call-000":               "0005 0004 0003 0002 0001",
		"q=desk@example.com":          "0005",
		"q=terr":                      "0003",
		"q=353&as=text":               "",
		"live=yes":                    "0005 0004 0002",
		"live=no":                     "0003 0001",
		"flow=survey":                 "0002",
		"flow=front-desk&step=rating": "",
		"outcome=booked":              "0001",
		"ending=busy":                 "0003",
		"release=ffff":                "0002",
		"from=2026-11-23T09:01":       "",
		"to=2026-11-23T09:01":         "0005 0004 0003 0002 0001",
		"waiting=5m":                  "0005 0002",
		"problems=yes":                "0004",
		"degraded=yes":                "0005",
		"duplicates=yes":              "",
		"live=yes&flow=front-desk":    "0005 0004",
	} {
		t.Run(strings.NewReplacer("/", "-", "?", "-").Replace("asked "+query), func(t *testing.T) {
			page := s.Get(access.Viewer, "/calls?"+query)
			if page.Status != http.StatusOK || listed(page.Body) != want {
				t.Errorf("%d: %q, want %q", page.Status, listed(page.Body), want)
			}
			if wanted := query != ""; strings.Contains(page.Body, `class="chip"`) != wanted {
				t.Errorf("chips: %v, want %v", !wanted, wanted)
			}
		})
	}
}

// TestCalls_chips removes one condition and keeps the others.
func TestCalls_chips(t *testing.T) {
	s, _ := listing(t)
	page := s.Get(access.Viewer, "/calls?q=960&flow=a%26b&problems=yes").Body
	for _, off := range []string{"/calls?flow=a%26b&amp;problems=yes", "/calls?problems=yes&amp;q=960", "/calls?flow=a%26b&amp;q=960"} {
		if !strings.Contains(page, `class="chip" href="`+off+`"`) {
			t.Errorf("no chip leads to %s\n%s", off, page)
		}
	}
	if !strings.Contains(page, `href="/calls?as=text&amp;flow=a%26b&amp;problems=yes&amp;q=960"`) {
		t.Error("a number cannot be looked for as words")
	}
	sent := s.Get(access.Viewer, "/calls?q=960&flow=&step=&problems=yes")
	if sent.Status != http.StatusSeeOther || sent.Header.Get("Location") != "/calls?problems=yes&q=960" {
		t.Errorf("a form: %d to %q", sent.Status, sent.Header.Get("Location"))
	}
}

// TestCalls_mistakes refuses what cannot be asked.
func TestCalls_mistakes(t *testing.T) {
	s, _ := listing(t)
	for query, want := range map[string]string{
		"from=yesterday": "That is no time", "to=2026-13-01": "That is no time",
		"waiting=long": "That is no length of time", "waiting=-5s": "That is no length of time",
		"after=nowhere": "This page cannot be gone on from",
	} {
		if page := s.Get(access.Viewer, "/calls?"+query); page.Status != http.StatusBadRequest || !strings.Contains(page.Body, want) {
			t.Errorf("%s: %d, want 400 and %q", query, page.Status, want)
		}
	}
}

var attribute = func(name string) *regexp.Regexp { return regexp.MustCompile(name + `="([^"]+)"`) }

// TestCalls_pagesStayPut pages while calls come: no call is listed twice, none
// is left out, and what came is told.
func TestCalls_pagesStayPut(t *testing.T) {
	s, memory := listing(t)
	for n := range 120 {
		memory.Put(caller(n, ended))
	}
	first := s.Get(access.Viewer, "/calls").Body
	self := html.UnescapeString(attribute("data-href").FindStringSubmatch(first)[1])
	memory.Put(caller(200, nil))
	memory.Put(caller(201, nil))

	again := s.Get(access.Viewer, self+"&part=rows").Body
	if listed(again) != listed(first) {
		t.Errorf("the first page moved:\n%s\nit was\n%s", listed(again), listed(first))
	}
	if !strings.Contains(again, ">2 new calls</a>") {
		t.Errorf("what is new is not told:\n%s", again)
	}
	seen := strings.Fields(listed(first))
	for page := first; ; {
		next := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(page)
		if next == nil {
			break
		}
		page = s.Get(access.Viewer, html.UnescapeString(next[1])).Body
		seen = append(seen, strings.Fields(listed(page))...)
		memory.Put(caller(300+len(seen), nil))
	}
	if len(seen) != 120 {
		t.Errorf("%d calls on all pages, want 120", len(seen))
	}
	for i, sid := range seen {
		if want := fmt.Sprintf("%04d", 119-i); sid != want {
			t.Fatalf("call %d is %s, want %s", i, sid, want)
		}
	}
}

// TestCalls_nothingSensitive lists a call whose summary holds what the caller
// was asked in confidence.
func TestCalls_nothingSensitive(t *testing.T) {
	s, _ := listing(t, caller(1, func(s *sessions.Session) {
		s.Gathered = sessions.Values{"card": "4111222233334444"}
		s.Hide("card")
		s.Summary = "Paid with 4111222233334444"
	}))
	page := s.Get(access.Viewer, "/calls").Body
	if strings.Contains(page, "4111") || !strings.Contains(page, sessions.Mask) {
		t.Errorf("the list shows what is sensitive:\n%s", page)
	}
}

// TestCalls_fromTheStore lists what was committed.
func TestCalls_fromTheStore(t *testing.T) {
	s := consoletest.Start(t, nil)
	if err := s.Store.Commit(t.Context(), caller(1, nil), sessions.Entry{Kind: sessions.EntryTurn, Turn: 1, At: morning}); err != nil {
		t.Fatal(err)
	}
	if err := s.Store.Indexed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if page := s.Get(access.Viewer, "/calls").Body; listed(page) != "0001" || !strings.Contains(page, "1 running now") {
		t.Errorf("listed %q\n%s", listed(page), page)
	}
}

// reader reads an event stream.
type reader struct {
	*bufio.Scanner
	t *testing.T
}

func open(t *testing.T, s *consoletest.Server, path string, header http.Header) (*reader, *http.Response) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header
	r.AddCookie(s.Cookie(access.Viewer))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return &reader{bufio.NewScanner(answer.Body), t}, answer
}

// next is the next line that begins with a word.
func (r *reader) next(word string) string {
	r.t.Helper()
	for r.Scan() {
		if rest, is := strings.CutPrefix(r.Text(), word+": "); is {
			return rest
		}
	}
	r.t.Fatalf("the stream ended before %s: %v", word, r.Err())
	return ""
}

// TestEvents follows all calls, and one.
func TestEvents(t *testing.T) {
	s, memory := listing(t)
	all, answer := open(t, s, "/events", http.Header{})
	if kind := answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || !strings.HasPrefix(kind, "text/event-stream") {
		t.Fatalf("%d %s", answer.StatusCode, kind)
	}
	all.next("retry")
	one, _ := open(t, s, "/events?sid="+url.QueryEscape("v3:call-0002"), http.Header{})
	one.next("retry")
	memory.Put(caller(1, nil))
	memory.Put(caller(2, ended))
	for _, want := range []string{
		`{"sid":"v3:call-0001","turn":1,"live":true,"at":"2026-11-23T10:00:00Z"}`, `{"sid":"v3:call-0002","turn":1,"at":"2026-11-23T10:00:00Z"}`,
	} {
		if got := all.next("data"); got != want {
			t.Errorf("it tells %s, want %s", got, want)
		}
	}
	if got := one.next("data"); !strings.Contains(got, "0002") {
		t.Errorf("the stream of one call tells %s", got)
	}
	back, _ := open(t, s, "/events", http.Header{"Last-Event-Id": {"1"}})
	if got := back.next("data"); !strings.Contains(got, `"sid":""`) {
		t.Errorf("who comes back is told %s", got)
	}
}

// TestEvents_manyComeAndGo has streams end in any order: those that are left are
// told what changes.
func TestEvents_manyComeAndGo(t *testing.T) {
	s, memory := listing(t)
	var last *reader
	for n := range 5 {
		r, answer := open(t, s, "/events", http.Header{})
		r.next("retry")
		memory.Put(caller(n, nil))
		if got := r.next("data"); !strings.Contains(got, fmt.Sprintf("call-%04d", n)) {
			t.Errorf("stream %d is told %s", n, got)
		}
		if last != nil {
			last.next("data")
		}
		if last = r; n%2 == 0 {
			last = nil
			_ = answer.Body.Close()
		}
	}
}

// TestExport exports what is listed, over all pages, without what is personal,
// and writes it down.
func TestExport(t *testing.T) {
	s, memory := listing(t)
	for n := range 600 {
		memory.Put(caller(n, func(s *sessions.Session) {
			ended(s)
			s.Call.CallerName, s.Summary, s.Gathered = "ZOE DUBOIS", "For Zoe", sessions.Values{"name": "Zoe"}
			s.Step = "=1+1"
		}))
	}
	memory.Put(caller(700, func(s *sessions.Session) { s.Flow = "survey" }))

	table := s.Get(access.Viewer, "/calls/export?format=csv&flow=front-desk&q=%2B353")
	rows, err := csv.NewReader(strings.NewReader(table.Body)).ReadAll()
	if err != nil || len(rows) != 601 {
		t.Fatalf("%d: %d rows, %v", table.Status, len(rows), err)
	}
	if got := strings.Join(rows[600], "|"); got != "v3:call-0000|inbound|•••0000|•••0100|2026-11-23T09:00:00Z|2026-11-23T09:01:12Z|72|completed|front-desk|'=1+1|1|booked|0a1b2c3d|0|" {
		t.Errorf("the last row is %s", got)
	}
	list := s.Get(access.Viewer, "/calls/export?format=json")
	var all []map[string]any
	if err := json.Unmarshal([]byte(list.Body), &all); err != nil || len(all) != 601 || all[0]["flow"] != "survey" {
		t.Errorf("%d: %d calls, %v", list.Status, len(all), err)
	}
	for _, personal := range []string{"Zoe", "ZOE", "+353", "19600"} {
		if strings.Contains(table.Body+list.Body, personal) {
			t.Errorf("the exports hold %s", personal)
		}
	}
	if none := s.Get(access.Viewer, "/calls/export?format=json&flow=none"); none.Body != "[]\n" {
		t.Errorf("nothing is exported as %q", none.Body)
	}
	if wrong := s.Get(access.Viewer, "/calls/export?format=xml"); wrong.Status != http.StatusBadRequest {
		t.Errorf("xml: %d", wrong.Status)
	}
	audits, err := s.Store.Audits(t.Context(), sessions.AuditQuery{Action: "export"})
	if err != nil {
		t.Fatal(err)
	}
	var details []string
	for _, a := range audits.Entries {
		details = append(details, a.Who+": "+a.Detail)
	}
	if got := strings.Join(details, "\n"); !strings.Contains(got, "vera: csv, flow=front-desk search by number") || !strings.Contains(got, "vera: json, all calls") {
		t.Errorf("the audit trail says\n%s", got)
	}
}
