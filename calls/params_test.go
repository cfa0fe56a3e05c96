package calls_test

import (
	"fmt"
	"strings"
	"testing"

	"texmlsrv/servertest"
	"texmlsrv/sessions/redistest"
)

// campaign greets by what the entry URL says, and leaves a machine alone.
const campaign = `
start: ask
steps:
  ask:
    document: <Gather><Say>{{ call.params.campaign }}, {{ call.params.big }}.</Say></Gather>
    next:
      - {when: call.answered_by == "machine_start", goto: machine}
      - {when: call.params.campaign == "spring", goto: spring}
      - goto: ask
  spring: {document: "<Gather><Say>Spring, {{ call.params.campaign }}.</Say></Gather>", next: ask}
  machine: {document: <Hangup/>, outcome: machine}
`

// TestParams begins calls at URLs with a query: what is in it reaches the flow,
// whatever the method; what is the platform's, or the server's, does not.
func TestParams(t *testing.T) {
	many := make([]string, 40)
	for i := range many {
		many[i] = fmt.Sprintf("p%02d=%d", i, i)
	}
	tests := []struct {
		name, query string
		want        map[string]string
	}{
		{"one", "campaign=spring", map[string]string{"campaign": "spring"}},
		{"escaped", "campaign=spring+%26+more%21", map[string]string{"campaign": "spring & more!"}},
		{"twice", "campaign=spring&campaign=autumn", map[string]string{"campaign": "spring"}},
		{"empty", "campaign=", map[string]string{"campaign": ""}},
		{"the-fetch-key", "texml_key=0123&campaign=spring", map[string]string{"campaign": "spring"}},
		{"the-platforms", "campaign=spring&Weather=fine&ApiVersion=2", map[string]string{"campaign": "spring"}},
		{"brackets", "campaign=spring&a[b]=1&c.d=2", map[string]string{"campaign": "spring"}},
		{"none", "", nil},
	}
	store := servertest.Redis(t, redistest.Start(t).URL())
	server := start(t, servertest.Options{Store: store, Flows: flow(campaign)})
	for _, tt := range tests {
		for method, send := range map[string]func(c *call) servertest.Reply{
			"by-POST": func(c *call) servertest.Reply { return server.Post("/texml/desk?"+tt.query, c.form()) },
			"by-GET":  func(c *call) servertest.Reply { return server.Get("/texml/desk?"+c.form().Encode()+"&"+tt.query, nil) },
		} {
			t.Run(tt.name+"-"+method, func(t *testing.T) {
				c := newCall(t, server, store)
				says(t, c.document(send(c)), "<Say>"+strings.NewReplacer("&", "&amp;").Replace(tt.want["campaign"])+", .</Say>")
				equal(t, "params", c.session().Call.Params, tt.want)
			})
		}
	}
	t.Run("bounds", func(t *testing.T) {
		c := newCall(t, server, store)
		c.document(server.Post("/texml/desk?big="+strings.Repeat("x", 4000)+"&"+strings.Join(many, "&"), c.form()))
		got := c.session().Call.Params
		equal(t, "params", len(got), 32)
		equal(t, "length of one", len(got["big"]), 1024)
	})
}

// TestParams_retried sends the first fetch again with another query, and later
// requests with one: what the call began with stays.
func TestParams_retried(t *testing.T) {
	store := servertest.Embedded(t)
	server := start(t, servertest.Options{Store: store, Flows: flow(campaign)})
	c := newCall(t, server, store)
	c.documents = []string{c.document(server.Post("/texml/desk?campaign=spring", c.form()))}
	equal(t, "the retry", c.document(server.Post("/texml/desk?campaign=autumn", c.form())), c.documents[0])
	equal(t, "the retry by GET", c.document(server.Get("/texml/desk?campaign=autumn&"+c.form().Encode(), nil)), c.documents[0])
	says(t, c.document(server.Post(c.link(1, "action")+"?campaign=autumn", c.form("Digits", "1"))), "Spring, spring.")
	equal(t, "params", c.session().Call.Params, map[string]string{"campaign": "spring"})
}

// TestAnsweredBy lets machine detection speak: with the first fetch, or in a
// callback of its own, on either route. Rules
// see the word in snake_case.
func TestAnsweredBy(t *testing.T) {
	machine := []string{"AnsweredBy", "machine-start", "MachineDetectionDuration", "900"}
	tests := []struct {
		name string
		tell func(c *call)
		step string
	}{
		{"with-the-first-fetch", func(c *call) { c.documents = []string{c.document(c.fetch("AnsweredBy", "machine_start"))} }, "machine"},
		{"by-a-callback", func(c *call) { c.begin().status(machine...) }, "machine"},
		{"by-a-stray-callback", func(c *call) { c.begin().fetch(machine...) }, "machine"},
		{"by-a-later-one", func(c *call) {
			c.begin().status("AnsweredBy", "human", "MachineDetectionDuration", "9")
			c.status(machine...)
		}, "machine"},
		{"human", func(c *call) { c.begin().status("AnsweredBy", "human", "MachineDetectionDuration", "900") }, "ask"},
		{"before-the-first-fetch", func(c *call) { c.status(machine...); c.begin() }, "machine"},
		{"before-the-first-fetch-by-event", func(c *call) {
			c.happens(happening{"1", "call.machine.detection.ended", 0, "", `"result":"machine_start"`})
			c.begin()
		}, "machine"},
		{"twice-before-the-first-fetch", func(c *call) {
			c.status("AnsweredBy", "human", "MachineDetectionDuration", "9")
			c.status(machine...)
			c.begin()
		}, "machine"},
		{"not-at-all", func(c *call) { c.begin() }, "ask"},
	}
	store := servertest.Embedded(t)
	server := start(t, servertest.Options{Store: store, Flows: flow(campaign)})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCall(t, server, store)
			tt.tell(c)
			equal(t, "turn", c.session().Turn, 1)
			c.answer("Digits", "1")
			equal(t, "step", c.session().Step, tt.step)
		})
	}
}
