package calls_test

import (
	"slices"
	"strings"
	"testing"

	"texmlsrv/calls"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redistest"
)

// TestRestart kills the server and its Redis in the middle of a call. The new
// ones go on with it: the sessions are on disk, and so is the secret.
func TestRestart(t *testing.T) {
	redis := redistest.StartDurable(t)
	c := newCall(t, nil, nil)
	instance := func(proposed string) {
		store := servertest.Redis(t, redis.URL())
		secret, err := store.Secret(t.Context(), []byte(proposed))
		if err != nil {
			t.Fatal(err)
		}
		tickets := calls.NewTickets(secret)
		c.store, c.server = store, start(t, servertest.Options{Store: store, Tickets: &tickets})
	}
	instance("of the first instance")
	c.begin().answer(named(spoken)...)
	before := c.session()

	c.server.Close()
	redis.Kill()
	redis.Restart()
	instance("of the second instance")
	equal(t, "session after the restart", c.session(), before)

	duplicate := c.send(1, "action", named(spoken)...)
	equal(t, "answer to a request from before", duplicate.Body, c.documents[1])
	c.answer("Digits", "2").answer(recorded...)
	equal(t, "gathered", c.session().Gathered, sessions.Values{"name": spoken, "message": "rec-1"})
	equal(t, "turns in the timeline", turnsOf(c.timeline()), upTo(4))
}

// TestRelease restarts the server with other flows while a call runs.
func TestRelease(t *testing.T) {
	const apology = "something went wrong"
	tests := []struct {
		name  string
		flows string // what is served after the restart, instead of desk
		says  string // in answer to the menu
		step  string // afterwards
		note  string
	}{
		{"nothing-changed", desk, "Please leave a message.", "message", ""},
		{"the-same-step", strings.Replace(desk, "Please leave", "Do leave", 1), "Do leave a message.", "message", "release lost"},
		{"the-step-leads-elsewhere", strings.Replace(desk, "- goto: message", "- goto: bye", 1), "Goodbye.", "bye", "release lost"},
		{"the-step-is-gone", strings.ReplaceAll(strings.ReplaceAll(desk, "  menu:", "  list:"), "next: menu", "next: list"),
			"We will call you back.", "operator", `the step "menu" is not served any more`},
		{"the-step-and-otherwise-are-gone", "start: menu2\nsteps:\n  menu2:\n    document: <Say>Hello.</Say>\n",
			apology, "menu", `the step "menu" is not served any more`},
		{"the-flow-is-gone", "", apology, "menu", "the flow is not served any more"},
	}
	url := redistest.Start(t).URL()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store := servertest.Redis(t, url)
			c := newCall(t, start(t, servertest.Options{Store: store}), store).begin().answer(named(spoken)...)
			c.server.Close()
			tree := flow(tt.flows)
			if tt.flows == "" {
				tree = flow(desk)
				tree["other/flow.yaml"] = tree["desk/flow.yaml"]
				delete(tree, "desk/flow.yaml")
			}
			c.server = start(t, servertest.Options{Store: store, Flows: tree})

			c.answer("Digits", "2")
			says(t, c.documents[2], tt.says)
			equal(t, "step", c.session().Step, tt.step)
			equal(t, "turns in the timeline", turnsOf(c.timeline()), upTo(3))
			notes := c.last().Notes
			if tt.note == "" {
				equal(t, "notes", notes, nil)
			} else if !slices.ContainsFunc(notes, func(n string) bool { return strings.Contains(n, tt.note) }) {
				t.Errorf("the timeline says %q, want %q", notes, tt.note)
			}
			equal(t, "release", c.session().Release, c.server.Release.ID)
		})
	}
}
