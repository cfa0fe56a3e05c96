package flowview_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/console/flowview"
	"texmlsrv/flows"
	"texmlsrv/flows/problems"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// tree is two flows: one asks and dials through the other.
func tree() fstest.MapFS {
	file := func(text string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.TrimPrefix(text, "\n"))}
	}
	return fstest.MapFS{
		"app.yaml":   file("default: desk\nnumbers:\n  \"+13125550188\": {flow: transfer}\n  \"+13125550187\": desk\n"),
		"texts.yaml": file("hello: Hello.\n"),
		"desk/flow.yaml": file(`
title: The desk
start: menu
steps:
  menu:
    document: menu.xml
    choices: {person: 1, mail: 2}
    on: {no_input: {after: 2, goto: bye}}
    next:
      - {when: answer.choice == "person", goto: person}
      - goto: bye
    otherwise: bye
  person: {flow: transfer, next: bye}
  bye:
    document: <Say>Goodbye.</Say>
    outcome: done
`),
		"desk/menu.xml": file("<Response><Gather><Say>{{ texts.hello }} Press 1.</Say></Gather></Response>\n"),
		"transfer/flow.yaml": file(`
start: ring
steps:
  ring: {document: <Dial>+13125550100</Dial>, next: done}
  done: {outcome: connected}
`),
	}
}

func place(flow, step string) sessions.Place { return sessions.Place{Flow: flow, Step: step} }

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// given is what is known at noon.
func given(t *testing.T) *flowview.Given {
	t.Helper()
	r, err := flows.Load(tree(), flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	hour := sessions.Counts{
		Standing: []sessions.Standing{
			{Place: place("desk", "menu"), Live: 3, Since: noon.Add(-time.Minute)}, {Place: place("transfer", "ring"), Live: 2, Since: noon.Add(-time.Hour)},
		},
		Moves: []sessions.Move{
			{To: place("desk", "menu"), Count: 20},
			{From: place("desk", "menu"), Count: 4},
			{From: place("desk", "menu"), To: place("desk", "menu"), Count: 5},
			{From: place("desk", "menu"), To: place("desk", "bye"), Rule: "next[1]", Count: 2},
			{From: place("desk", "menu"), To: place("desk", "bye"), Rule: "on.no_input[0]", Count: 1},
			{From: place("desk", "menu"), To: place("desk", "person"), Rule: "next[0]", Count: 9},
			{From: place("desk", ""), To: place("desk", "bye"), Rule: sessions.RulePerson, Count: 1},
			{From: place("desk", "menu"), To: place("desk", "gone"), Rule: "next[4]", Count: 1},
			{From: place("desk", "person"), To: place("transfer", "ring"), Count: 9},
			{From: place("transfer", "done"), To: place("desk", "person"), Count: 7},
			{From: place("desk", "person"), To: place("desk", "bye"), Rule: "next[0]", Count: 7},
		},
		Outcomes: []sessions.Outcome{
			{Flow: "desk", Outcome: "", Ending: "completed", Count: 4}, {Flow: "desk", Outcome: "done", Ending: "completed", Count: 9},
			{Flow: "transfer", Outcome: "", Ending: "busy", Count: 1},
		},
		Releases: []sessions.Running{
			{Release: "gone", Flow: "desk", Live: 1}, {Release: "old", Flow: "desk", Live: 1}, {Release: "old", Flow: "transfer", Live: 2}, {Release: r.ID, Flow: "desk", Live: 1},
		},
	}
	day := hour
	day.Moves = append([]sessions.Move{{To: place("transfer", "ring"), Count: 100}}, hour.Moves...)
	found := problems.List{
		{File: "app.yaml", Message: "of all"},
		{File: "desk/flow.yaml", Line: 2, Column: 8, Message: "wrong", Suggestion: "did you mean menu?", Code: "FL004", Excerpt: "start: meny"},
		{File: "desk/menu.xml", Line: 1, Column: 1, Message: "odd", Severity: texml.Warning},
		{File: "transfer/flow.yaml", Message: "odd, too", Severity: texml.Warning},
	}
	return &flowview.Given{
		Release: r, Since: noon.Add(-24 * time.Hour), Kept: func(id string) bool { return id == "old" },
		Checked: flowview.Checked{Found: found, Refused: true, At: noon.Add(-time.Minute)}, Hour: &hour, Day: &day,
	}
}

// golden holds a view, as JSON, against a file.
func golden(t *testing.T, name string, view any) {
	t.Helper()
	raw, err := json.MarshalIndent(view, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got, path := string(raw)+"\n", filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", path, diff)
	}
}

// TestOf tells of all flows, with figures and without.
func TestOf(t *testing.T) {
	g := given(t)
	golden(t, "overview", flowview.Of(g))
	g.Hour, g.Day, g.Kept, g.Checked, g.Since = nil, nil, nil, flowview.Checked{}, time.Time{}
	golden(t, "overview-uncounted", flowview.Of(g))
}

// TestFlowOf tells everything of a flow.
func TestFlowOf(t *testing.T) {
	g := given(t)
	for _, tt := range []struct {
		name string
		over flowview.Over
	}{{"desk", flowview.Hour}, {"transfer", flowview.Day}} {
		f, ok := flowview.FlowOf(g, tt.name, tt.over)
		if !ok {
			t.Fatalf("there is no flow %s", tt.name)
		}
		golden(t, tt.name, f)
	}
	if f, ok := flowview.FlowOf(g, "dsk", flowview.Hour); ok {
		t.Errorf("there is %v", f)
	}
	g.Hour = nil
	f, _ := flowview.FlowOf(g, "desk", flowview.Hour)
	if f.Counted || f.Graph().Counted || f.Live != 5-2 || f.Day.Calls != 20 {
		t.Errorf("without the hour: counted %v, %v, %d live, %d calls", f.Counted, f.Graph().Counted, f.Live, f.Day.Calls)
	}
}

// TestPercent is of what was asked, or where that was before the span of what
// came of it.
func TestPercent(t *testing.T) {
	var q flowview.Question
	if got := q.Percent(0); got != 0 {
		t.Errorf("of nothing: %d", got)
	}
	q.Asked, q.Dropped, q.Answered = 3, 1, 1
	if got := q.Percent(q.Dropped); got != 33 {
		t.Errorf("1 of 3: %d", got)
	}
	if q.Dropped = 5; q.Percent(q.Dropped) != 83 {
		t.Errorf("5 of 6: %d", q.Percent(q.Dropped))
	}
}

func TestParseOver(t *testing.T) {
	for text, want := range map[string]flowview.Over{"": flowview.Hour, "hour": flowview.Hour, "day": flowview.Day} {
		if got, ok := flowview.ParseOver(text); !ok || got != want {
			t.Errorf("%q: %v, %v", text, got, ok)
		}
	}
	if _, ok := flowview.ParseOver("week"); ok {
		t.Error("a week is known")
	}
}
