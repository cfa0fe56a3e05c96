package scenarios_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/simulator/scenarios"
)

// cover is the coverage of a flow by scenarios that are given by what stands
// under exchanges.
func cover(t *testing.T, flow string, exchanges ...string) *scenarios.Coverage {
	t.Helper()
	files := []file{{"desk/flow.yaml", flow}}
	for i, text := range exchanges {
		files = append(files, file{fmt.Sprintf("desk/scenarios/%d.yaml", i), "title: x\nexchanges: [" + text + "]\n"})
	}
	root := desk(t, files...)
	results, err := player(t, root).PlayAll(t.Context(), right(t, root), nil)
	if err != nil {
		t.Fatal(err)
	}
	return scenarios.Cover(root, load(t, root).Flows["desk"], results)
}

func never(c *scenarios.Coverage) string {
	var out []string
	for _, item := range c.Never() {
		out = append(out, fmt.Sprintf("%s:%d %s", item.File, item.Line, item.Name))
	}
	return strings.Join(out, "\n")
}

// choosy has rules of every kind.
const choosy = `start: menu
defaults: {otherwise: bye}
always: {when: answer.choice == "person", goto: person}
steps:
  menu:
    document: <Gather><Say>Hello.</Say></Gather>
    choices:
      table: 1
      person: 0
    on: {no_input: {after: 2, goto: bye}}
    next:
      - set: {seen: true}
      - {when: vars.never, set: {other: true}}
      - {when: attempt > 1, goto: again}
      - {goto: table, set: {done: true}}
  table:
    document: <Gather><Say>When?</Say></Gather>
    next: bye
  person: {document: "<Dial><Number>+13125550170</Number></Dial>", next: bye}
  bye: {document: <Say>Bye.</Say><Hangup/>}
`

// TestCover: a step counts when a call was there, a choice when it was made, and
// a rule when it held and did something.
func TestCover(t *testing.T) {
	tests := []struct {
		name      string
		exchanges []string
		summary   string
		never     string
	}{
		{
			"hung-up-at-once", []string{"hangs_up: true"}, "desk: 1/4 steps, 0/11 rules", `
desk/flow.yaml:16 table
desk/flow.yaml:19 person
desk/flow.yaml:20 bye
desk/flow.yaml:2 defaults.otherwise[0]
desk/flow.yaml:3 always[0]
desk/flow.yaml:8 menu choices.table
desk/flow.yaml:9 menu choices.person
desk/flow.yaml:10 menu on.no_input[0]
desk/flow.yaml:12 menu next[0]
desk/flow.yaml:13 menu next[1]
desk/flow.yaml:14 menu next[2]
desk/flow.yaml:15 menu next[3]
desk/flow.yaml:18 table next[0]
desk/flow.yaml:19 person next[0]`,
		},
		{
			// next[0] leads nowhere itself, and counts because next[3] held after it; next[1] did not hold.
			"a-rule-on-the-way", []string{"{presses: 1}, {presses: 5}"}, "desk: 3/4 steps, 4/11 rules", `
desk/flow.yaml:19 person
desk/flow.yaml:2 defaults.otherwise[0]
desk/flow.yaml:3 always[0]
desk/flow.yaml:9 menu choices.person
desk/flow.yaml:10 menu on.no_input[0]
desk/flow.yaml:13 menu next[1]
desk/flow.yaml:14 menu next[2]
desk/flow.yaml:19 person next[0]`,
		},
		{
			"several-scenarios", []string{
				"{presses: 1}, {presses: 5}", "{presses: 0}, {dial: busy}", "{silent: true}, {silent: true}",
				"{presses: 7}, {presses: 1}, {presses: 7}, {presses: 7}",
			}, "desk: 4/4 steps, 10/11 rules", `
desk/flow.yaml:13 menu next[1]`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := cover(t, choosy, test.exchanges...)
			if c.String() != test.summary {
				t.Errorf("got %s, want %s", c, test.summary)
			}
			if diff := cmp.Diff(test.never, "\n"+never(c)); diff != "" {
				t.Errorf("never tried (-want +got)\n%s", diff)
			}
		})
	}
}

// TestCover_aside: a step that only another leg is played counts as well.
func TestCover_aside(t *testing.T) {
	c := cover(t, `start: dial
steps:
  dial: {document: "<Dial><Number url=\"{{ aside('whisper') }}\">+13125550170</Number></Dial>", next: bye}
  whisper: {document: "<Gather action=\"{{ aside('take') }}\"><Say>A call.</Say></Gather><Hangup/>"}
  take: {document: <Response/>}
  bye: {document: <Hangup/>}
`, "dial: completed")
	if len(c.Never()) > 0 {
		t.Errorf("never tried:\n%s", never(c))
	}
	c = cover(t, `start: dial
steps:
  dial: {document: "<Dial><Number url=\"{{ aside('whisper') }}\">+13125550170</Number></Dial>", next: bye}
  whisper: {document: "<Gather action=\"{{ aside('take') }}\"><Say>A call.</Say></Gather><Hangup/>"}
  take: {document: <Response/>}
  bye: {document: <Hangup/>}
`, "dial: {status: completed, seconds: 0}")
	if never(c) != "desk/flow.yaml:5 take" {
		t.Errorf("nobody took the call; never tried:\n%s", never(c))
	}
}

// TestCover_default: the flow's own otherwise is a rule of a flow in which a
// call can come to it.
func TestCover_default(t *testing.T) {
	tests := []struct {
		name, steps string
		counts      bool
	}{
		{"a-question", "menu: {document: <Gather/>, next: bye}", true},
		{"a-question-with-its-own", "menu: {document: <Gather/>, next: bye, otherwise: bye}", false},
		{"rules-that-may-not-hold", "menu: {next: [{when: call.from, goto: bye}]}", true},
		{"rules-of-which-one-holds", "menu: {next: [{when: call.from, goto: bye}, bye]}", false},
		{"after-the-end", "menu: {document: <Hangup/>}\n  report: {next: [{when: call.from, goto: bye}]}", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			flow := "start: menu\ndefaults: {otherwise: bye}\nsteps:\n  " + test.steps + "\n  bye: {document: <Hangup/>}\n"
			if strings.Contains(flow, "report") {
				flow = "ended: report\n" + flow
			}
			root := desk(t, file{"desk/flow.yaml", flow})
			c := scenarios.Cover(root, load(t, root).Flows["desk"], nil)
			if counts := strings.Contains(never(c), "defaults.otherwise[0]"); counts != test.counts {
				t.Errorf("counts: %v\n%s", counts, never(c))
			}
		})
	}
}

// TestPercent rounds down, so that 100 means all.
func TestPercent(t *testing.T) {
	none := scenarios.Item{Name: "a"}
	tried := scenarios.Item{Name: "b", Tried: true}
	tests := []struct {
		c    scenarios.Coverage
		want int
	}{
		{scenarios.Coverage{}, 100},
		{scenarios.Coverage{Steps: []scenarios.Item{none}}, 0},
		{scenarios.Coverage{Steps: []scenarios.Item{tried, tried}, Rules: []scenarios.Item{none}}, 66},
		{scenarios.Coverage{Steps: []scenarios.Item{tried}, Rules: []scenarios.Item{tried}}, 100},
	}
	for _, test := range tests {
		if got := test.c.Percent(); got != test.want {
			t.Errorf("%v: %d, want %d", test.c, got, test.want)
		}
	}
}
