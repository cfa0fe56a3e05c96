package scenarios_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"texmlsrv/simulator/scenarios"
)

// reported is what came of two scenarios, one of which fails, and in what order
// and time they were played is of no account.
func reported(t *testing.T) ([]*scenarios.Result, []*scenarios.Coverage) {
	t.Helper()
	root := desk(t,
		file{"desk/scenarios/a.yaml", "title: A message\nexchanges: [{hears: Welcome, presses: 2}, {record: {seconds: 5}}]\n"},
		file{"desk/scenarios/b.yaml", "title: A <table>\nexchanges: [{hears: Goodbye}]\n"},
	)
	results, err := player(t, root).PlayAll(t.Context(), right(t, root), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		r.Took = 1500 * time.Microsecond
	}
	return results, []*scenarios.Coverage{scenarios.Cover(root, load(t, root).Flows["desk"], results)}
}

func TestWriteJSON(t *testing.T) {
	results, coverage := reported(t)
	var b bytes.Buffer
	if err := scenarios.WriteJSON(&b, results, coverage); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/report.json", b.String())
}

func TestWriteJUnit(t *testing.T) {
	results, _ := reported(t)
	var b bytes.Buffer
	if err := scenarios.WriteJUnit(&b, results); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/report.xml", b.String())
}

// TestPlayAll gives the same every time, whatever is played beside it.
func TestPlayAll(t *testing.T) {
	text := "title: x\nexchanges: [{presses: 2, behaves: [{duplicate: 5}, {late_duplicate: 2}]}, {record: {seconds: 5}}]\n"
	var files []file
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		files = append(files, file{"desk/scenarios/" + name + ".yaml", text})
	}
	root := desk(t, files...)
	played := make(chan bool, len(files))
	results, err := player(t, root).PlayAll(t.Context(), right(t, root), func() { played <- true })
	if err != nil || len(results) != len(files) || len(played) != len(files) {
		t.Fatalf("%d results, %d played, error %v", len(results), len(played), err)
	}
	for i, r := range results {
		if r.Scenario.File != files[i].name || !r.Passed() || r.Conversation.String() != results[0].Conversation.String() {
			t.Errorf("%s\n%s%s", r.Scenario.File, &r.Conversation, r.Explain())
		}
	}
}

// TestPlay_givenUp: who asked does not want to know any more.
func TestPlay_givenUp(t *testing.T) {
	root := desk(t, file{"desk/scenarios/x.yaml", "title: x\nexchanges: [{presses: 2}]\n"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := player(t, root).PlayAll(ctx, right(t, root), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
