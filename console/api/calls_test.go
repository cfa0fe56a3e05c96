package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/console/listing"
	"texmlsrv/console/story"
	"texmlsrv/sessions"
	"texmlsrv/sessions/storetest"
	"texmlsrv/simulator"
)

func gathers(t *testing.T, v any) simulator.Act {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return simulator.Act{Gathers: raw}
}

// list is a part of a list.
type list[T any] struct {
	Items []T
	Next  string
	About int
}

// many is a console over calls in memory, the newest being v3:call-1.
func many(t *testing.T, n int) *programs {
	t.Helper()
	memory := storetest.NewMemory()
	p := start(t, func(d *console.Deps) { memory.Now, d.Finder, d.Feed = d.Now, memory, memory })
	for i := range n {
		began := p.Clock.Now().Add(-time.Duration(i+1) * time.Minute)
		s := &sessions.Session{
			Call:    sessions.Call{SID: fmt.Sprintf("v3:call-%d", i+1), Direction: "inbound", From: fmt.Sprintf("+35319600%03d", i), To: "+13125550100"},
			Release: "0a1b2c3d", Flow: "front-desk", Step: "menu", Turn: 1, Attempt: 1, BeganAt: began, SentAt: began,
		}
		if i%2 == 1 {
			s.EndedAt, s.Ending, s.Outcome = began.Add(time.Minute), "completed", "booked"
		}
		memory.Put(s)
	}
	return p
}

// sids are the calls of a list, without what all begin with.
func sids(rows []listing.Row) string {
	var all []string
	for _, row := range rows {
		all = append(all, strings.TrimPrefix(row.SID, "v3:call-"))
	}
	return strings.Join(all, " ")
}

// TestCalls_pages goes from page to page by next, and by the Link header.
func TestCalls_pages(t *testing.T) {
	p := many(t, 5)
	var got []string
	for after := ""; ; {
		var page list[listing.Row]
		reply := p.get(t, "/calls?flow=front-desk&limit=2"+after, &page)
		got = append(got, sids(page.Items))
		if page.About != 5 {
			t.Errorf("about %d", page.About)
		}
		link := reply.Header.Get("Link")
		if page.Next == "" {
			if link != "" {
				t.Errorf("the last page has a link: %s", link)
			}
			break
		}
		after = "&after=" + url.QueryEscape(page.Next)
		path, is := strings.CutSuffix(strings.TrimPrefix(link, "</api/v1"), `>; rel="next"`)
		var linked list[listing.Row]
		p.get(t, path, &linked)
		if !is || !strings.Contains(path, "flow=front-desk") || len(linked.Items) == 0 {
			t.Errorf("the link: %s", link)
		}
	}
	if all := strings.Join(got, " | "); all != "1 2 | 3 4 | 5" {
		t.Errorf("pages: %s", all)
	}
}

// TestCalls_asked takes what the page of the list takes.
func TestCalls_asked(t *testing.T) {
	p := many(t, 4)
	for query, want := range map[string]string{
		"live=yes": "1 3", "outcome=booked": "2 4", "q=600002": "3", "q=v3:call-4": "4", "waiting=2m": "3", "from=2026-11-23T09:58": "1 2",
	} {
		t.Run(query, func(t *testing.T) {
			var page list[listing.Row]
			if p.get(t, "/calls?"+query, &page); sids(page.Items) != want {
				t.Errorf("%s, want %s", sids(page.Items), want)
			}
		})
	}
}

// TestRefusals says what is wrong with what is asked.
func TestRefusals(t *testing.T) {
	p := many(t, 0)
	paying := p.paying(t)
	why := func(name, why string) string { return fmt.Sprintf(`{"name":%q,"why":%q}`, name, why) }
	for name, tt := range map[string]struct {
		path, body string
		status     int
		title, say string
	}{
		"misspelt":       {path: "/calls?flw=survey", status: 400, title: "There is no parameter flw", say: "Did you mean flow?"},
		"of-another":     {path: "/audit?call=1", status: 400, title: "There is no parameter call", say: "There are who, action, sid"},
		"without-any":    {path: "?limit=1", status: 400, title: "There is no parameter limit", say: "This takes none."},
		"limit":          {path: "/calls?limit=501", status: 400, title: "That is no limit", say: "from 1 to 500"},
		"limit-word":     {path: "/audit?limit=ten", status: 400, title: "That is no limit"},
		"time":           {path: "/calls?from=yesterday", status: 400, title: "That is no time", say: "not like yesterday."},
		"time-of-audit":  {path: "/audit?to=tomorrow", status: 400, title: "That is no time"},
		"wait":           {path: "/calls?waiting=5", status: 400, title: "That is no length of time"},
		"choice":         {path: "/calls?live=perhaps", status: 400, title: "There is no such choice", say: "live is yes or no, not perhaps."},
		"span":           {path: "/counts?over=week", status: 400, title: "There is no such span"},
		"cursor":         {path: "/calls?after=x", status: 400, title: "This page cannot be gone on from"},
		"format":         {path: "/calls/export?format=xml", status: 400, title: "There is no such export"},
		"unknown-call":   {path: "/calls/v3:nobody", status: 404, title: "There is no such call"},
		"unknown-turn":   {path: "/calls/" + paying + "/turns/9", status: 404, title: "The call has no such turn"},
		"turn-word":      {path: "/calls/" + paying + "/turns/last", status: 404, title: "The call has no such turn"},
		"no-json":        {path: "/calls/" + paying + "/reveal", body: "name=card", status: 400, title: "The body cannot be read"},
		"another-member": {path: "/calls/" + paying + "/reveal", body: `{"nam":"card"}`, status: 400, say: `unknown field "nam"`},
		"another-kind":   {path: "/calls/" + paying + "/reveal", body: `{"name":1}`, status: 400, title: "The body cannot be read"},
		"two-objects":    {path: "/calls/" + paying + "/reveal", body: why("card", "because") + "{}", status: 400, say: "something stands after the object"},
		"nothing":        {path: "/calls/" + paying + "/reveal", body: " ", status: 400, title: "The body cannot be read"},
		"without-why":    {path: "/calls/" + paying + "/reveal", body: why("card", " "), status: 422, title: "Please say why"},
		"not-hidden":     {path: "/calls/" + paying + "/reveal", body: why("name", "because"), status: 404, title: "There is no such hidden value"},
	} {
		t.Run(name, func(t *testing.T) {
			r := request{as: access.Operator, path: "/api/v1" + tt.path}
			if tt.body != "" {
				r.method, r.body = http.MethodPost, tt.body
			}
			got := p.refused(t, r)
			if got.Status != tt.status || !strings.Contains(got.Title, tt.title) || !strings.Contains(got.Detail, tt.say) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestCall tells an ended call, as its page does, and is not told twice to who
// has it.
func TestCall(t *testing.T) {
	p := start(t, nil)
	sid := p.Keep(consoletest.Played(t, consoletest.Embedded(t), "appointment/bad-day"))
	var call struct {
		story.Story
		Turn    int
		Running bool
	}
	reply := p.get(t, "/calls/"+sid, &call)
	if call.SID != sid || call.Running || call.Turn != len(call.Turns) || !strings.Contains(call.Sentence, "Appointment") || len(call.Talk) == 0 || len(call.Path) == 0 {
		t.Errorf("%+v", call)
	}
	tag := reply.Header.Get("ETag")
	if strings.HasPrefix(tag, "W/") {
		t.Errorf("the tag of a call that is over: %s", tag)
	}
	p.Clock.Advance(time.Minute)
	for _, named := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
		again := p.do(t, request{as: access.Viewer, path: escaped(sid), header: http.Header{"If-None-Match": {named}}})
		if again.Status != http.StatusNotModified || again.Header.Get("ETag") != tag {
			t.Errorf("%s: %d, %s", named, again.Status, again.Header.Get("ETag"))
		}
	}
	if other := p.do(t, request{as: access.Viewer, path: escaped(sid), header: http.Header{"If-None-Match": {`"other"`}}}); other.Status != http.StatusOK {
		t.Errorf("another tag: %d", other.Status)
	}
	var turns list[story.Turn]
	p.get(t, "/calls/"+sid+"/turns", &turns)
	for _, turn := range turns.Items {
		var behind struct {
			Turn   story.Turn
			Behind story.Body
		}
		p.get(t, fmt.Sprintf("/calls/%s/turns/%d", sid, turn.Number), &behind)
		if behind.Turn.Did != turn.Did || len(behind.Behind.Document) == 0 {
			t.Errorf("turn %d: %+v", turn.Number, behind)
		}
		document := p.do(t, request{as: access.Viewer, path: escaped(sid) + fmt.Sprintf("/turns/%d/document", turn.Number)})
		if !strings.HasPrefix(document.Body, "<Response>\n") {
			t.Errorf("document %d: %s", turn.Number, document.Body)
		}
	}
	var beside list[story.Beside]
	p.get(t, "/calls/"+sid+"/beside", &beside)
	if len(beside.Items) != len(call.Beside) {
		t.Errorf("beside: %d, and with the call %d", len(beside.Items), len(call.Beside))
	}
}

// TestCall_everyScenario holds the answers of many kinds of calls against the
// description.
func TestCall_everyScenario(t *testing.T) {
	release := consoletest.Embedded(t)
	for _, scenario := range []string{"appointment/booked", "appointment/person", "appointment/corrected", "appointment/past-and-closed"} {
		t.Run(strings.ReplaceAll(scenario, "/", "-"), func(t *testing.T) {
			p := start(t, nil)
			sid := p.Keep(consoletest.Played(t, release, scenario))
			var turns list[story.Turn]
			p.get(t, "/calls/"+sid+"/turns", &turns)
			var any map[string]any
			for _, path := range []string{"", "/beside"} {
				p.get(t, "/calls/"+sid+path, &any)
			}
			for _, turn := range turns.Items {
				p.get(t, fmt.Sprintf("/calls/%s/turns/%d?index=%d", sid, turn.Number, turn.Index), &any)
			}
		})
	}
}

// TestCall_running has a tag that the clock does not change, and the call does.
func TestCall_running(t *testing.T) {
	p := start(t, nil)
	_, sid := p.Place(consoletest.Embedded(t), "appointment", gathers(t, map[string]string{"service": "check-up"}))
	var call struct {
		Running  bool
		Duration float64
	}
	first := p.get(t, "/calls/"+sid, &call)
	before := call.Duration
	p.Clock.Advance(time.Minute)
	second := p.get(t, "/calls/"+sid, &call)
	tag := first.Header.Get("ETag")
	if !call.Running || call.Duration != before+60 || !strings.HasPrefix(tag, "W/") || second.Header.Get("ETag") != tag {
		t.Errorf("%+v, then %s, now %s", call, tag, second.Header.Get("ETag"))
	}
	if _, err := p.Store.Append(t.Context(), sid, sessions.Entry{At: p.Clock.Now(), Kind: sessions.EntryStatus, Notes: []string{"in progress"}}); err != nil {
		t.Fatal(err)
	}
	third := p.do(t, request{as: access.Viewer, path: escaped(sid), header: http.Header{"If-None-Match": {tag}}})
	if third.Status != http.StatusOK || third.Header.Get("ETag") == tag {
		t.Errorf("something came: %d, %s", third.Status, third.Header.Get("ETag"))
	}
}

// TestHides tells nothing sensitive to anybody, and to an operator one value who
// says why, which is written down.
func TestHides(t *testing.T) {
	p := start(t, nil)
	sid := p.paying(t)
	for _, path := range []string{"", "/turns", "/turns/1", "/turns/2", "/turns/1/document", "/turns/2/document", "/beside"} {
		for _, role := range []access.Role{access.Viewer, access.Operator} {
			reply := p.do(t, request{as: role, path: escaped(sid) + path})
			if reply.Status != http.StatusOK || strings.Contains(reply.Body, "4242") || strings.Contains(reply.Body, "NDI0Mj") {
				t.Errorf("%s: %d\n%s", path, reply.Status, reply.Body)
			}
		}
	}
	asked := request{method: http.MethodPost, path: escaped(sid) + "/reveal", body: map[string]string{"name": "card", "why": "the caller asked which card"}}
	asked.as = access.Viewer
	if got := p.refused(t, asked); got.Status != http.StatusForbidden {
		t.Errorf("a viewer: %+v", got)
	}
	asked.as = access.Operator
	if got := p.do(t, asked); got.Status != http.StatusOK || !strings.Contains(got.Body, `"value":"4242424242424242"`) {
		t.Errorf("an operator: %d\n%s", got.Status, got.Body)
	}
	var trail list[struct{ Who, SID, Detail, Why, Refused string }]
	reply := p.do(t, request{as: access.Operator, path: "/api/v1/audit?action=reveal&sid=" + url.QueryEscape(sid)})
	if err := json.Unmarshal([]byte(reply.Body), &trail); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%+v", trail.Items); len(trail.Items) != 2 || strings.Contains(got, "4242") ||
		!strings.Contains(got, "{Who:helper SID:"+sid+" Detail:card Why:the caller asked which card Refused:}") ||
		!strings.Contains(got, "{Who:nightly SID:"+sid+" Detail: Why: Refused:Your role does not allow that}") {
		t.Errorf("the audit trail: %s", got)
	}
}

// TestExport sends what the page exports.
func TestExport(t *testing.T) {
	p := many(t, 3)
	for format, want := range map[string]string{"csv": "call_sid,direction,from", "json": "[\n{\"call_sid\":\"v3:call-1\""} {
		got := p.do(t, request{as: access.Viewer, path: "/api/v1/calls/export?flow=front-desk&format=" + format})
		if got.Status != http.StatusOK || !strings.HasPrefix(got.Body, want) || strings.Contains(got.Body, "5319600") {
			t.Errorf("%s: %d\n%s", format, got.Status, got.Body)
		}
	}
}

// TestEvents tells of a call that changed.
func TestEvents(t *testing.T) {
	p := start(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+p.tokens[access.Viewer])
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	_, sid := p.Place(consoletest.Embedded(t), "appointment")
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		data, is := strings.CutPrefix(lines.Text(), "data: ")
		if !is {
			continue
		}
		p.check(t, http.MethodGet, "/api/v1/events", answer.StatusCode, answer.Header, "data: "+data+"\n")
		var change sessions.Change
		if err := json.Unmarshal([]byte(data), &change); err != nil || change.SID != sid || !change.Live {
			t.Errorf("%v: %s", err, data)
		}
		return
	}
	t.Error("nothing was told")
}

// TestCounts tells where calls stand.
func TestCounts(t *testing.T) {
	p := start(t, nil)
	_, sid := p.Place(consoletest.Embedded(t), "appointment")
	if err := p.Store.Indexed(t.Context()); err != nil {
		t.Fatal(err)
	}
	var counts struct {
		Over     string
		Standing []struct {
			Flow string
			Live int
		}
		Releases []struct {
			Release string
			Live    int
		}
	}
	p.get(t, "/counts?over=hour", &counts)
	if counts.Over != "hour" || len(counts.Standing) != 1 || counts.Standing[0].Live != 1 || len(counts.Releases) != 1 {
		t.Errorf("of %s: %+v", sid, counts)
	}
}

// TestIndex tells a program who it is, and leads to what there is.
func TestIndex(t *testing.T) {
	p := start(t, nil)
	var index struct {
		Name, Role string
		Links      map[string]string
	}
	p.get(t, "", &index)
	if index.Name != "nightly" || index.Role != "viewer" {
		t.Errorf("%+v", index)
	}
	known := map[string]bool{}
	for _, row := range rows() {
		known[row.Pattern] = true
	}
	for name, path := range index.Links {
		if !known[path] {
			t.Errorf("%s leads to %s, which is not there", name, path)
		}
	}
}

// TestTokens lets nobody in by anything else than a token that is known.
func TestTokens(t *testing.T) {
	p := start(t, nil)
	for name, said := range map[string]string{
		"none": "", "another": "Bearer texmlsrv_AAAA", "basic": "Basic bmlnaHRseTp4", "cut": "Bearer " + p.tokens[access.Viewer][:20], "empty": "Bearer ",
	} {
		t.Run(name, func(t *testing.T) {
			r := request{path: "/api/v1/calls", header: http.Header{"Authorization": {said}}}
			if said == "" {
				r.header = nil
			}
			got := p.do(t, r)
			if got.Status != http.StatusUnauthorized || !strings.HasPrefix(got.Header.Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("%d, %q", got.Status, got.Header.Get("WWW-Authenticate"))
			}
		})
	}
}

// TestMetrics answers who collects metrics, and has requests counted by the
// pattern of their route.
func TestMetrics(t *testing.T) {
	var mu sync.Mutex
	counted := map[string]int{}
	p := start(t, func(d *console.Deps) {
		d.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "texmlsrv_flows 3\n") })
		d.Answered = func(method, route string, status int, _ time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			counted[fmt.Sprintf("%s %s %d", method, route, status)]++
		}
	})
	if got := p.do(t, request{as: access.Viewer, path: "/metrics"}); got.Status != http.StatusOK || got.Body != "texmlsrv_flows 3\n" {
		t.Errorf("%d\n%s", got.Status, got.Body)
	}
	p.do(t, request{path: "/metrics"})
	p.do(t, request{as: access.Viewer, path: "/api/v1/calls/v3:nobody"})
	p.Close() // what was asked is counted then
	mu.Lock()
	defer mu.Unlock()
	want := map[string]int{"GET /metrics 200": 1, "GET /metrics 401": 1, "GET /api/v1/calls/{sid} 404": 1}
	if diff := cmp.Diff(want, counted); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCall_everything tells calls that have everything that a store can hold of
// one, running and ended.
func TestCall_everything(t *testing.T) {
	p := start(t, nil)
	for name, change := range map[string]func(*sessions.Session){
		"running": func(s *sessions.Session) { s.EndedAt, s.Ending, s.Push, s.Guarded = time.Time{}, "", nil, false },
		"ended":   func(s *sessions.Session) { s.Guarded = false },
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Session("v3:" + name)
			s.Revision = 0
			change(s)
			var entries []sessions.Entry
			for i, kind := range []string{
				sessions.EntryTurn, sessions.EntryDuplicate, sessions.EntryTurn, sessions.EntryTurn, sessions.EntryStray, sessions.EntryStatus, sessions.EntryCallback, sessions.EntryEvent,
				sessions.EntryCommand, sessions.EntryPush, sessions.EntryLeg, sessions.EntryIntervention, sessions.EntryWrap,
			} {
				entry := storetest.Entry()
				entry.Kind, entry.Turn, entry.At = kind, 7, entry.At.Add(time.Duration(i)*time.Second)
				switch i {
				case 0:
					entry.Turn, entry.Document = 6, `<Response><AIGather><Parameters>{"type":"object","properties":{"card":{"type":"string","x-sensitive":true}}}</Parameters></AIGather></Response>`
				case 1:
					entry.Turn = 6
				case 2:
					entry.Path[0].Answer = &sessions.Answer{Kind: "lookup", Reason: "timeout"}
				}
				if kind != sessions.EntryTurn {
					entry.Document = ""
				}
				entries = append(entries, entry)
			}
			if err := p.Store.Commit(t.Context(), s, entries...); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{"", "/turns", "/turns/6", "/turns/7", "/beside"} {
				var any map[string]any
				p.get(t, "/calls/v3:"+name+path, &any)
			}
		})
	}
	if err := p.Store.Indexed(t.Context()); err != nil {
		t.Fatal(err)
	}
	var calls list[listing.Row]
	p.get(t, "/calls", &calls)
	if len(calls.Items) != 2 {
		t.Errorf("%+v", calls)
	}
	for _, path := range []string{"/counts", "/flows", "/flows/front-desk?over=day", "/releases"} {
		var any map[string]any
		p.get(t, path, &any)
	}
}

// TestAudit goes from page to page, and finds what was done in a turn.
func TestAudit(t *testing.T) {
	p := start(t, nil)
	for turn := range 3 {
		p.Clock.Advance(time.Minute)
		if err := p.Store.Record(t.Context(), sessions.Audit{At: p.Clock.Now(), Who: "otto", Role: "operator", Action: "view", CallSID: "v3:a", Turn: turn + 1}); err != nil {
			t.Fatal(err)
		}
	}
	var got []int
	for after := ""; ; {
		var page list[struct{ Turn int }]
		reply := p.do(t, request{as: access.Operator, path: "/api/v1/audit?who=otto&sid=v3:a&limit=2&from=2026-11-23&to=2026-11-24" + after})
		if err := json.Unmarshal([]byte(reply.Body), &page); err != nil {
			t.Fatal(err)
		}
		for _, a := range page.Items {
			got = append(got, a.Turn)
		}
		if page.Next == "" {
			break
		}
		after = "&after=" + url.QueryEscape(page.Next)
	}
	if diff := cmp.Diff([]int{3, 2, 1}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
