package templates_test

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
	"texmlsrv/simulator/scenarios"
	"texmlsrv/templates"
)

// outOfReach are rules that no caller can bring about, by flow: a Record that
// brought nothing is silence, which has rules of its own, so these are for an
// action that cannot be read at all (one of more than a megabyte).
var outOfReach = map[string][]string{
	"appointment": {"callback otherwise[0]"},
	"front-desk":  {"message otherwise[0]"},
	"survey":      {"comment otherwise[0]", "instead otherwise[0]"},
}

// TestScenarios plays the scenarios that come with the flows. Together they try
// every step, every choice and every rule.
func TestScenarios(t *testing.T) {
	release, err := flows.Load(templates.FS, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	player, err := scenarios.NewPlayer(templates.FS, release)
	if err != nil {
		t.Fatal(err)
	}
	defer player.Close()
	for _, flow := range release.Names() {
		t.Run(flow, func(t *testing.T) {
			all, wrong := scenarios.Find(templates.FS, flow)
			for _, s := range all {
				wrong = append(wrong, s.Check(templates.FS, release)...)
			}
			if len(wrong) > 0 {
				t.Fatal(wrong)
			}
			results, err := player.PlayAll(t.Context(), all, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range results {
				if !r.Passed() {
					t.Errorf("%s\n%s", r.Scenario.Title, r.Explain())
				}
			}
			var never []string
			for _, item := range scenarios.Cover(templates.FS, release.Flows[flow], results).Never() {
				never = append(never, item.Name)
			}
			if diff := cmp.Diff(outOfReach[flow], never); diff != "" {
				t.Errorf("never tried (-expected +got)\n%s", diff)
			}
		})
	}
	if diff := cmp.Diff(release.Names(), slices.Sorted(maps.Keys(outOfReach))); diff != "" {
		t.Errorf("flows (-all +known)\n%s", diff)
	}
}

// TestScenarios_changeNoRelease: what a test says of a flow is no part of it, so
// that a call goes on over a new test.
func TestScenarios_changeNoRelease(t *testing.T) {
	with, err := flows.Load(templates.FS, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	without, err := flows.Load(withoutScenarios{templates.FS}, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	if with.ID != without.ID {
		t.Errorf("release %s with scenarios, %s without", with.ID, without.ID)
	}
}

// withoutScenarios is a tree of flows that has none.
type withoutScenarios struct{ fs.FS }

func (w withoutScenarios) Open(name string) (fs.File, error) {
	if strings.Contains(name, "/scenarios") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return w.FS.Open(name)
}
