package console_test

import (
	"context"
	"errors"
	"html"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/console/flowview"
	"texmlsrv/flows"
	"texmlsrv/flows/problems"
	"texmlsrv/sessions"
	"texmlsrv/sessions/storetest"
	"texmlsrv/texml"
)

// counting is a finder that tells the figures it was given.
type counting struct {
	sessions.Finder

	mu     sync.Mutex
	counts map[sessions.Span]sessions.Counts
	failed error
}

func (c *counting) Counts(_ context.Context, span sessions.Span) (sessions.Counts, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts[span], c.failed
}

func (c *counting) set(span sessions.Span, counts sessions.Counts) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[span] = counts
}

func (c *counting) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = err
}

func desk(step string) sessions.Place { return sessions.Place{Flow: "front-desk", Step: step} }

// busyHour is what calls did at the front desk, n times.
func busyHour(release string, n int) sessions.Counts {
	survey := sessions.Place{Flow: "survey", Step: "welcome"}
	return sessions.Counts{
		Standing: []sessions.Standing{{Place: desk("menu"), Live: 3 * n, Since: morning}, {Place: desk("dial"), Live: n, Since: morning.Add(time.Minute)}},
		Moves: []sessions.Move{
			{To: desk("reception"), Count: 120 * n},
			{From: desk("reception"), To: desk("reception"), Count: 14 * n},
			{From: desk("reception"), To: desk("route"), Rule: "next[0]", Count: 80 * n},
			{From: desk("reception"), To: desk("menu"), Rule: "otherwise[1]", Count: 20 * n},
			{From: desk("reception"), Count: 12 * n},
			{From: desk("route"), To: survey, Rule: "next[2]", Count: 9 * n},
			{From: desk("route"), To: desk("person"), Rule: "next[3]", Count: 71 * n},
			{From: desk("menu"), To: desk("menu"), Count: 4 * n},
			{From: desk("menu"), To: desk("route"), Rule: "next[1]", Count: 11 * n},
			{From: desk("menu"), Count: 2 * n},
			{From: desk("person"), To: desk("dial"), Rule: "next[2]", Count: 50 * n},
			{From: desk("person"), To: desk("message"), Rule: "next[1]", Count: 21 * n},
			{From: desk("dial"), To: desk("connected"), Rule: "next[1]", Count: 48 * n},
		},
		Outcomes: []sessions.Outcome{
			{Flow: "front-desk", Outcome: "connected", Ending: "completed", Count: 48 * n}, {Flow: "front-desk", Outcome: "message", Ending: "completed", Count: 19 * n},
			{Flow: "front-desk", Ending: "completed", Count: 14 * n}, {Flow: "front-desk", Ending: "failed", Count: n}, {Flow: "survey", Outcome: "thanked", Ending: "completed", Count: 8 * n},
		},
		Releases: []sessions.Running{{Release: "0ld0ld0ld0ld0ld0", Flow: "front-desk", Live: 2}, {Release: release, Flow: "front-desk", Live: 4*n - 2}},
	}
}

// slips are what check may find.
func slips() problems.List {
	return problems.List{
		{File: "app.yaml", Line: 3, Column: 1, Message: "nobody answers this number", Code: "FL005", Excerpt: "default: front-desk", Severity: texml.Warning},
		{
			File: "front-desk/flow.yaml", Line: 47, Column: 34, Message: `there is no step "rout"`, Suggestion: `did you mean "route"?`, Code: "FL004",
			Excerpt: "        - {when: attempt > 1 and <gathered.intent>, goto: rout}", Severity: texml.Warning,
		},
		{File: "survey/thanks.xml", Message: "nothing uses this file", Severity: texml.Warning},
	}
}

// flowing is a console over the flows that come with the program, with figures.
func flowing(t testing.TB, change func(*console.Deps)) (*consoletest.Server, *counting, *storetest.Memory) {
	t.Helper()
	release, memory := consoletest.Embedded(t), storetest.NewMemory()
	counts := &counting{Finder: memory, counts: map[sessions.Span]sessions.Counts{
		sessions.LastHour: busyHour(release.ID, 1), sessions.LastDay: busyHour(release.ID, 17),
	}}
	s := consoletest.Start(t, func(d *console.Deps) {
		memory.Now = d.Now
		d.Finder, d.Feed, d.Flows = counts, memory, consoletest.Served{Only: release}
		d.Checked = func() flowview.Checked { return flowview.Checked{Found: slips(), At: morning} }
		if change != nil {
			change(d)
		}
	})
	return s, counts, memory
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
)

// read is what is to be read in a piece of a page: the element with an id.
func read(t *testing.T, page, id string) string {
	t.Helper()
	begin := regexp.MustCompile(`<(\w+) [^>]*id="` + regexp.QuoteMeta(id) + `"`).FindStringSubmatchIndex(page)
	if begin == nil {
		t.Fatalf("nothing has the id %s:\n%s", id, page)
	}
	name, rest := page[begin[2]:begin[3]], page[begin[0]:]
	end := len(rest)
	for at, depth := 0, 0; at < len(rest); at++ {
		switch {
		case strings.HasPrefix(rest[at:], "<"+name+" ") || strings.HasPrefix(rest[at:], "<"+name+">"):
			depth++
		case strings.HasPrefix(rest[at:], "</"+name+">"):
			depth--
		}
		if depth == 0 {
			end = at
			break
		}
	}
	return strings.TrimSpace(spaces.ReplaceAllString(html.UnescapeString(tags.ReplaceAllString(rest[:end], " ")), " "))
}

// TestFlows lists the flows, with what calls do in them.
func TestFlows(t *testing.T) {
	s, counts, _ := flowing(t, nil)
	got := s.Get(access.Viewer, "/flows")
	for id, want := range map[string]string{
		"flow-front-desk": "Front desk default front-desk all others 14 4 120 calls 48 connected 19 message 14 without outcome and more " +
			"2,040 calls 816 connected 323 message 238 without outcome and more 1 warning",
		"flow-survey":      "Survey survey none 7 0 0 calls + 9 from other flows 8 thanked 0 calls + 153 from other flows 136 thanked 1 warning",
		"flow-appointment": "Appointments appointment none 13 0 0 calls 0 calls none",
	} {
		if told := read(t, got.Body, id); told != want {
			t.Errorf("%s\ngot  %s\nwant %s", id, told, want)
		}
	}
	for _, want := range []string{
		`href="/calls?flow=front-desk&amp;live=yes"`, `href="/calls?live=yes"`, `href="/calls?live=yes&amp;release=0ld0ld0ld0ld0ld0"`, `href="/flows/survey#problems"`,
		`href="/flows/front-desk#file-front-desk-flow.yaml-47"`,
		"2026-11-23 09:15:00",
	} {
		if !strings.Contains(got.Body, want) {
			t.Errorf("no %s in\n%s", want, got.Body)
		}
	}
	counts.fail(errors.New("gone"))
	got = s.Get(access.Viewer, "/flows")
	if told := read(t, got.Body, "flow-front-desk"); told != "Front desk default front-desk all others 14 – not known not known 1 warning" {
		t.Errorf("without figures: %s", told)
	}
	if told := read(t, got.Body, "uncounted"); got.Status != http.StatusOK || !strings.Contains(told, "no figures") {
		t.Errorf("without figures: %d, %s", got.Status, told)
	}
}

// TestFlow shows one flow: what calls did, in a picture and in tables.
func TestFlow(t *testing.T) {
	s, _, _ := flowing(t, nil)
	page := s.Get(access.Viewer, "/flows/front-desk").Body
	for id, want := range map[string]string{
		"older":                           "2 calls 0ld0ld0ld0ld0ld0 not here",
		"question-reception":              "reception asked 134 times answered 80 60 % asked again 14 10 % led elsewhere 20 15 % hung up 12 9 %",
		"question-menu":                   "menu 3 calls at menu now asked 24 times answered 11 46 % asked again 4 17 % led elsewhere 0 0 % hung up 2 8 %",
		"question-message":                "message asked 21 times answered 0 0 % asked again 0 0 % led elsewhere 0 0 % hung up 0 0 %",
		"outcomes":                        "What came of calls that ended here 48 connected 19 message 14 without outcome 1 without outcome (failed)",
		"place-menu":                      "menu asks with keys or speech 3 1 h 2",
		"place-connected":                 "connected speaks, hangs up → connected 0 – 0",
		"way-0":                           "the call begins reception 120 turns; calls at reception",
		"way-1":                           "reception up to 3× reception 14 turns; calls at reception",
		"taken-begin-mark-step-reception": "120 turns went from the call begins to reception 120",
		"waiting-step-menu":               "3 calls at menu now 3",
	} {
		if told := read(t, page, id); told != want {
			t.Errorf("%s\ngot  %s\nwant %s", id, told, want)
		}
	}
	for _, want := range []string{
		`<a href="/calls?flow=front-desk&amp;live=yes&amp;step=menu" aria-label="3 calls at menu now">`,
		`<a href="/calls?flow=survey&amp;step=welcome" aria-label="9 turns went from route to survey/welcome">`,
		`href="/calls?flow=front-desk&amp;live=no&amp;step=reception"`, `href="/try?flow=front-desk"`, `href="/calls?ending=failed&amp;flow=front-desk&amp;live=no"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
	if day := s.Get(access.Viewer, "/flows/front-desk?over=day").Body; !strings.Contains(day, ">2,040<") || strings.Contains(day, ">120<") {
		t.Error("the figures of a day are not those of the day")
	}
	if part := s.Get(access.Viewer, "/flows/front-desk?over=day&part=live").Body; !strings.HasPrefix(strings.TrimSpace(part), `<div id="live"`) || strings.Contains(part, "<html") {
		t.Errorf("a part begins with %.80s", strings.TrimSpace(part))
	}
}

// TestFlow_sources shows what the flow is written in, and what is wrong with it
// where it stands.
func TestFlow_sources(t *testing.T) {
	s, _, _ := flowing(t, nil)
	page := s.Get(access.Viewer, "/flows/front-desk").Body
	if told := read(t, page, "problems"); !strings.Contains(told, `front-desk/flow.yaml:47:34: warning: there is no step "rout" (did you mean "route"?) [FL004] - {when: attempt > 1 and <gathered.intent>, goto: rout} ^`) ||
		!strings.Contains(told, "app.yaml:3:1") || strings.Contains(told, "survey") {
		t.Errorf("problems: %s", told)
	}
	for _, p := range slips()[:2] {
		if !strings.Contains(page, ">"+html.EscapeString(p.Full())+"</pre>") && !strings.Contains(page, strings.ReplaceAll(html.EscapeString(p.Full()), "&#39;", "&#39;")) {
			t.Errorf("the page does not say as check does:\n%s", p.Full())
		}
	}
	for id, want := range map[string]string{
		"file-front-desk-menu.xml":     "menu.xml sent by menu",
		"file-front-desk-flow.yaml-11": "title: Front desk",
		"file-texts.yaml":              "texts.yaml what is said, in all flows",
	} {
		if told := read(t, page, id); !strings.HasPrefix(told, want) {
			t.Errorf("%s: %.200s", id, told)
		}
	}
	for _, want := range []string{`href="#file-front-desk-flow.yaml-47"`, `<span class="tag">&lt;Gather</span>`, `<span class="lit">{{ texts.`, `take <span class="soft">line `} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
}

// TestFlow_saved shows that what was saved is not served, and that the figures
// are those of what is.
func TestFlow_saved(t *testing.T) {
	s, _, _ := flowing(t, func(d *console.Deps) {
		d.Checked = func() flowview.Checked { return flowview.Checked{Found: slips(), Refused: true, At: morning} }
	})
	for _, path := range []string{"/flows", "/flows/front-desk"} {
		page := s.Get(access.Viewer, path).Body
		if told := read(t, page, "refused"); !strings.Contains(told, "What was saved is not served. It was saved at 2026-11-23 09:00:00 .") {
			t.Errorf("%s: %s", path, told)
		}
		if strings.Contains(page, `#file-front-desk-flow.yaml-47"`) {
			t.Errorf("%s: a problem leads to a file that is not the one it is in", path)
		}
	}
}

// TestFlow_without has no figures, no flow, and no flows.
func TestFlow_without(t *testing.T) {
	s, counts, _ := flowing(t, nil)
	for path, want := range map[string]int{
		"/flows/dsk": http.StatusNotFound, "/flows/front-desk?over=week": http.StatusBadRequest, "/flows/front-desk?part=x": http.StatusNotFound, "/flows/a/b": http.StatusNotFound,
	} {
		if got := s.Get(access.Viewer, path); got.Status != want {
			t.Errorf("%s: %d, want %d", path, got.Status, want)
		}
	}
	counts.fail(errors.New("the store is gone"))
	page := s.Get(access.Viewer, "/flows/front-desk").Body
	if told := read(t, page, "uncounted"); !strings.Contains(told, "no figures") {
		t.Errorf("it says %s", told)
	}
	if strings.Contains(page, `class="taken"`) || !strings.Contains(page, `id="step-menu"`) {
		t.Error("the graph without figures is not there, or it has some")
	}
	if !strings.Contains(s.Log.String(), "the store is gone") {
		t.Errorf("the log:\n%s", s.Log)
	}
	bare := consoletest.Start(t, nil)
	if got := bare.Get(access.Viewer, "/flows"); got.Status != http.StatusOK || !strings.Contains(got.Body, "does not know the flows") {
		t.Errorf("without flows: %d", got.Status)
	}
	if got := bare.Get(access.Viewer, "/flows/front-desk"); got.Status != http.StatusNotFound {
		t.Errorf("a flow without flows: %d", got.Status)
	}
}

// TestFlow_calls counts a call that was made.
func TestFlow_calls(t *testing.T) {
	s, _ := withCall(t, "appointment/past-and-closed")
	if err := s.Store.Indexed(t.Context()); err != nil {
		t.Fatal(err)
	}
	page := s.Get(access.Viewer, "/flows/appointment").Body
	if told := read(t, page, "way-0"); told != "the call begins service 1 turn; calls at service" {
		t.Errorf("it began: %s", told)
	}
	if told := read(t, page, "question-contact"); !strings.HasSuffix(told, "hung up 1 100 %") {
		t.Errorf("where it ended: %s", told)
	}
	if told := read(t, page, "question-time"); !strings.Contains(told, "asked 3 times") {
		t.Errorf("the question: %s", told)
	}
}

// TestFlows_strange shows flows with names, documents and conditions that mean
// something to a browser.
func TestFlows_strange(t *testing.T) {
	s, _, _ := flowing(t, func(d *console.Deps) {
		r, err := flows.Load(fstest.MapFS{"odd/flow.yaml": {Data: []byte(`
title: "<script>alert(1)</script>"
start: a
steps:
  a:
    document: <Gather><Say>&lt;script&gt;alert(2)</Say></Gather>
    next:
      - {when: 'answer.digits == "<img src=x>"', goto: b}
      - goto: b
    otherwise: b
  b: {document: <Hangup/>, outcome: "<img src=x>"}
`)}}, flows.Environment{})
		if err != nil {
			t.Fatal(err)
		}
		d.Flows = consoletest.Served{Only: r}
	})
	for _, path := range []string{"/flows", "/flows/odd"} {
		got := s.Get(access.Viewer, path)
		if got.Status != http.StatusOK || strings.Contains(got.Body, "<script>alert") || strings.Contains(got.Body, `<img src=x`) {
			t.Errorf("%s: %d\n%s", path, got.Status, got.Body)
		}
	}
}
