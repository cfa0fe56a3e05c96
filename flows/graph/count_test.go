package graph_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows/graph"
	"texmlsrv/sessions"
)

// day is what calls may have done in a day at the front desk.
func day() sessions.Counts {
	at := func(step string) sessions.Place { return sessions.Place{Flow: "front-desk", Step: step} }
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	return sessions.Counts{
		Standing: []sessions.Standing{
			{Place: at("reception"), Live: 3, Since: noon}, {Place: at("dial"), Live: 12, Since: noon},
			{Place: at("connected"), Live: 1, Since: noon}, {Place: sessions.Place{Flow: "survey", Step: "question"}, Live: 7, Since: noon},
			{Place: at("gone"), Live: 1, Since: noon},
		},
		Moves: []sessions.Move{
			{To: at("reception"), Count: 12345},
			{To: sessions.Place{Flow: "survey", Step: "welcome"}, Count: 4},
			{From: at("reception"), To: at("reception"), Rule: "on.invalid[0]", Count: 40},
			{From: at("reception"), To: at("reception"), Count: 700},
			{From: at("reception"), To: at("route"), Rule: "next[0]", Count: 9000},
			{From: at("reception"), To: at("route"), Rule: "otherwise[0]", Count: 60},
			{From: at("reception"), To: at("menu"), Rule: "otherwise[1]", Count: 500},
			{From: at("reception"), Count: 1234},
			{From: at("route"), To: sessions.Place{Flow: "survey", Step: "welcome"}, Rule: "next[2]", Count: 31},
			{From: at("menu"), To: at("menu"), Rule: "next[0]", Count: 5},
			{From: at("menu"), To: at("menu"), Count: 9},
			{From: at("menu"), To: at("route"), Rule: "next[1]", Count: 300},
			{From: at("gone"), To: at("menu"), Rule: "next[0]", Count: 3},
			{From: at("menu"), To: at("gone"), Rule: "next[7]", Count: 3},
			{From: sessions.Place{Flow: "survey", Step: "thanks"}, Count: 30},
		},
	}
}

// counted is the graph of the front desk with figures.
func counted(t testing.TB, c sessions.Counts) *graph.Graph {
	t.Helper()
	g, err := graph.Of(release(t), "front-desk")
	if err != nil {
		t.Fatal(err)
	}
	g.Count(c)
	return g
}

// TestCountGolden draws figures.
func TestCountGolden(t *testing.T) {
	golden := filepath.Join("testdata", "front-desk-counted.svg")
	got := counted(t, day()).SVG()
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s (-want +got)\n%s", golden, diff)
	}
}

// TestCount adds what calls did to the edges, questions and steps it belongs to.
func TestCount(t *testing.T) {
	g := counted(t, day())
	taken, asking, waiting, ended := map[string]int{}, map[string]graph.Asking{}, map[string]int{}, map[string]int{}
	for _, e := range g.Edges {
		if e.Taken > 0 {
			taken[strings.TrimPrefix(e.From, "step-")+" "+e.Rule+" "+strings.TrimPrefix(e.To, "step-")] += e.Taken
		}
	}
	for _, n := range g.Nodes {
		if n.Asking != nil && *n.Asking != (graph.Asking{}) {
			asking[n.Name] = *n.Asking
		}
		if n.Waiting > 0 {
			waiting[n.Name] = n.Waiting
		}
		if n.Ended > 0 {
			ended[n.Name] = n.Ended
		}
	}
	for what, both := range map[string][2]any{
		"edges": {map[string]int{
			"begin  reception": 12345, "reception  reception": 700, "reception on.invalid[0] reception": 40, "reception next[0] route": 9000,
			"reception otherwise[0] route": 60, "reception otherwise[1] menu": 500, "route next[2] flow-survey.welcome": 31,
			"menu next[0] menu": 5, "menu  menu": 9, "menu next[1] route": 300,
		}, taken},
		"questions": {map[string]graph.Asking{
			"reception": {Asked: 13085, Answered: 9000, Again: 740, GaveUp: 560, Dropped: 1234},
			"menu":      {Asked: 517, Answered: 303, Again: 14},
		}, asking},
		"waiting": {map[string]int{"reception": 3, "dial": 12, "connected": 1}, waiting},
		"ended":   {map[string]int{"reception": 1234}, ended},
	} {
		if diff := cmp.Diff(both[0], both[1]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", what, diff)
		}
	}
}

// TestCountShared adds what rules did that stand for all steps, at any of these.
func TestCountShared(t *testing.T) {
	g, err := graph.Of(release(t), "appointment")
	if err != nil {
		t.Fatal(err)
	}
	at := func(step string) sessions.Place { return sessions.Place{Flow: "appointment", Step: step} }
	person := sessions.Place{Flow: "front-desk", Step: "person"}
	g.Count(sessions.Counts{Moves: []sessions.Move{
		{From: at("contact"), To: person, Rule: "always[0]", Count: 2}, {From: at("time"), To: person, Rule: "always[0]", Count: 3},
		{From: at("contact"), To: at("callback"), Rule: "defaults.otherwise[0]", Count: 7},
		{From: person, To: sessions.Place{Flow: "front-desk", Step: "dial"}, Rule: "next[2]", Count: 5},
	}})
	got := map[string]int{}
	for _, e := range g.Edges {
		if e.Taken > 0 {
			got[e.From+" "+e.To] = e.Taken
		}
	}
	want := map[string]int{"always flow-front-desk.person": 5, "otherwise step-callback": 7}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestCountLinks adds what followed a URL to the one edge that can have been
// meant; of several none is.
func TestCountLinks(t *testing.T) {
	g := of(t, `
title: One
start: a
steps:
  a: {document: "<Response><Redirect>{{ step('b') }}</Redirect></Response>", next: b}
  b: {document: "<Response><Redirect>{{ step('c') }}</Redirect></Response>", next: c}
  c: {document: "<Response><Redirect>{{ step('c') }}</Redirect></Response>", next: b}
`)
	from := sessions.Place{Flow: "one"}
	g.Count(sessions.Counts{Moves: []sessions.Move{{From: from, To: sessions.Place{Flow: "one", Step: "b"}, Count: 3}, {From: from, To: sessions.Place{Flow: "one", Step: "c"}, Count: 4}}})
	for _, e := range g.Edges {
		if want := map[bool]int{true: 3}[e.Kind == graph.ByLink && e.To == "step-b"]; e.Taken != want {
			t.Errorf("%s → %s: %d, want %d", e.From, e.To, e.Taken, want)
		}
	}
}

// figures are what changes in a picture with what is counted.
var figures = regexp.MustCompile(`(?s)<g (?:id="(?:taken|waiting)-[^"]*" )?class="(?:taken|waiting|dropped)".*?</g>\n|<title>.*?</title>\n|<desc.*?</desc>\n`)

// TestCountStays has nothing else move when figures change: a page that is
// brought up to date stays calm.
func TestCountStays(t *testing.T) {
	none, busy := counted(t, sessions.Counts{}).SVG(), day()
	for i := range busy.Moves {
		busy.Moves[i].Count *= 1234567
	}
	for i := range busy.Standing {
		busy.Standing[i].Live *= 12345
	}
	before, after := figures.ReplaceAllString(string(none), ""), figures.ReplaceAllString(string(counted(t, busy).SVG()), "")
	if diff := cmp.Diff(strings.Split(before, "\n"), strings.Split(after, "\n")); diff != "" {
		t.Errorf("(-without +with)\n%s", diff)
	}
	if len(before) > len(none)-500 {
		t.Error("no figures were found")
	}
}
