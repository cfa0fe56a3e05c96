package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/console/flowview"
	"texmlsrv/flows"
	"texmlsrv/flows/problems"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// busy is a console with calls in its flows, which are not without warnings.
func busy(t *testing.T) (*programs, *flows.Release) {
	t.Helper()
	release := consoletest.Embedded(t)
	p := start(t, func(d *console.Deps) {
		d.Checked = func() flowview.Checked {
			return flowview.Checked{Found: problems.List{{File: "appointment/flow.yaml", Line: 3, Column: 2, Severity: texml.Warning, Message: "nobody comes here", Code: "TX001", Suggestion: "remove it"}}, At: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
		}
	})
	p.Place(release, "appointment")
	// What ended is counted by the store's own clock.
	over := &sessions.Session{
		Call: sessions.Call{SID: "v3:over", Flow: "front-desk"}, Release: release.ID, Flow: "front-desk", Step: "reception", Turn: 1,
		BeganAt: p.Clock.Now(), SentAt: p.Clock.Now(), EndedAt: time.Now(), Ending: "completed", Outcome: "asked",
	}
	older := &sessions.Session{Call: sessions.Call{SID: "v3:older", Flow: "survey"}, Release: "gone", Flow: "survey", Step: "rating", Turn: 1, BeganAt: p.Clock.Now(), SentAt: p.Clock.Now()}
	for _, s := range []*sessions.Session{over, older} {
		entry := sessions.Entry{At: p.Clock.Now(), Kind: sessions.EntryTurn, Turn: 1, Flow: s.Flow, Step: s.Step, Ended: s.Ending}
		if err := p.Store.Commit(t.Context(), s, entry); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Store.Indexed(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p, release
}

// TestFlows tells of all flows, and of each.
func TestFlows(t *testing.T) {
	p, release := busy(t)
	var all flowview.Overview
	reply := p.get(t, "/flows", &all)
	if all.Release.ID != release.ID || len(all.Flows) != len(release.Flows) || all.Live != 2 || len(all.Older) != 1 || !all.Counted || len(all.Problems) != 1 {
		t.Errorf("%s", reply.Body)
	}
	again := p.do(t, request{as: access.Viewer, path: "/api/v1/flows", header: http.Header{"If-None-Match": {reply.Header.Get("ETag")}}})
	if again.Status != http.StatusNotModified {
		t.Errorf("the same again: %d", again.Status)
	}
	for _, name := range release.Names() {
		var flow flowview.Flow
		p.get(t, "/flows/"+name+"?over=day", &flow)
		if flow.Name != name || flow.Over != flowview.Day || len(flow.Steps) == 0 || len(flow.Files) == 0 {
			t.Errorf("%s: %+v", name, flow)
		}
	}
	var any map[string]any
	p.get(t, "/counts?over=day", &any)
	var releases struct{ Served flowview.Release }
	if p.get(t, "/releases", &releases); releases.Served.ID != release.ID || releases.Served.Since.IsZero() {
		t.Errorf("%+v", releases)
	}
}

// TestGraph tells a flow in every format.
func TestGraph(t *testing.T) {
	p, release := busy(t)
	for format, begins := range map[string]string{"": `{"flow":"appointment"`, "json": `{"flow":"appointment"`, "svg": "<svg ", "mermaid": "flowchart", "dot": "digraph"} {
		got := p.do(t, request{as: access.Viewer, path: "/api/v1/flows/appointment/graph?format=" + format})
		if got.Status != http.StatusOK || !strings.Contains(got.Body[:min(200, len(got.Body))], begins) {
			t.Errorf("%s: %d\n%.200s", format, got.Status, got.Body)
		}
	}
	for _, name := range release.Names() {
		p.do(t, request{as: access.Viewer, path: "/api/v1/flows/" + name + "/graph"})
	}
	if got := p.refused(t, request{as: access.Viewer, path: "/api/v1/flows/appointment/graph?format=png"}); got.Title != "There is no such format" {
		t.Errorf("%+v", got)
	}
	if got := p.refused(t, request{as: access.Viewer, path: "/api/v1/flows/appointment?over=week"}); got.Title != "There is no such span" {
		t.Errorf("%+v", got)
	}
}
