package fromcall_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/simulator/scenarios"
	"texmlsrv/simulator/scenarios/fromcall"
	"texmlsrv/templates"
)

// played is a scenario's call, with the release that it was played against.
func played(t *testing.T, release *flows.Release, s *scenarios.Scenario) (*flows.Release, *scenarios.Result) {
	t.Helper()
	variables := sessions.Values{}
	for _, v := range s.Given.Variables {
		variables[v.Name] = v.Value
	}
	release = release.In(flows.Environment{Env: s.Given.Env, Secrets: s.Given.Secrets}).With(s.Flow, s.Given.Called, variables)
	player, err := scenarios.NewPlayer(nil, release)
	if err != nil {
		t.Fatal(err)
	}
	defer player.Close()
	r, err := player.Play(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return release, r
}

// again reads a file that was made of a call, and plays it.
func again(t *testing.T, release *flows.Release, flow string, text []byte) *scenarios.Result {
	t.Helper()
	s, wrong := scenarios.Read(flow, flow+"/scenarios/call.yaml", text)
	if len(wrong) > 0 {
		t.Fatalf("%v\n%s", wrong, text)
	}
	if wrong := s.Check(nil, release); len(wrong) > 0 {
		t.Fatalf("%v\n%s", wrong, text)
	}
	_, r := played(t, release, s)
	return r
}

// TestOf_everyScenario makes a scenario of the call of every scenario that comes
// with the program. Played, it takes the same steps to the same outcome, and it
// holds nothing of what was personal.
func TestOf_everyScenario(t *testing.T) {
	release, err := flows.Load(templates.FS, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	for _, flow := range release.Names() {
		all, wrong := scenarios.Find(templates.FS, flow)
		if len(wrong) > 0 {
			t.Fatal(wrong)
		}
		for _, s := range all {
			t.Run(flow+"/"+strings.TrimSuffix(filepath.Base(s.File), ".yaml"), func(t *testing.T) {
				release, was := played(t, release, s)
				made, err := fromcall.Of(t.Context(), release, was.Session, was.Timeline)
				if err != nil {
					t.Fatal(err)
				}
				is := again(t, release, flow, made.Text)
				if !is.Passed() {
					t.Errorf("%s\n%s", is.Explain(), made.Text)
				}
				if diff := cmp.Diff(was.Steps(), is.Steps()); diff != "" || was.Session.Outcome != is.Session.Outcome || !made.Same {
					t.Errorf("another way, %s then %s, told %v:\n%s\n%s", was.Session.Outcome, is.Session.Outcome, made.Same, diff, made.Text)
				}
				for _, personal := range personalIn(s) {
					if strings.Contains(strings.ToLower(string(made.Text)), strings.ToLower(personal)) {
						t.Errorf("%q is in\n%s", personal, made.Text)
					}
				}
				twice, err := fromcall.Of(t.Context(), release, was.Session, was.Timeline)
				if err != nil || string(twice.Text) != string(made.Text) {
					t.Errorf("made again it is another: %v\n%s", err, cmp.Diff(string(made.Text), string(twice.Text)))
				}
			})
		}
	}
}

// personalIn are the texts of a scenario that tell of somebody.
func personalIn(s *scenarios.Scenario) []string {
	var out []string
	if s.Caller.Number != "" {
		out = append(out, s.Caller.Number)
	}
	for _, e := range s.Exchanges {
		text := string(e.Act.Gathers)
		if e.Act.Speech != nil {
			text += " " + *e.Act.Speech
		}
		for _, name := range []string{"Ada", "Inés", "Lovelace", "4155550123", "4155550199"} {
			if strings.Contains(text, name) {
				out = append(out, name)
			}
		}
		if e.Act.Speech != nil && len(strings.Fields(*e.Act.Speech)) > 3 {
			out = append(out, *e.Act.Speech)
		}
	}
	return slices.Compact(out)
}
