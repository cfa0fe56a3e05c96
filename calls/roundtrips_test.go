package calls_test

import (
	"testing"

	"texmlsrv/servertest"
	"texmlsrv/sessions/redistest"
)

// TestRoundTrips counts how often the store is asked for one request: the
// caller waits each time.
func TestRoundTrips(t *testing.T) {
	url := redistest.Start(t).URL()
	store := &hooked{Store: servertest.Redis(t, url)}
	server := start(t, servertest.Options{Store: store})
	elsewhere := start(t, servertest.Options{Store: servertest.Redis(t, url)})
	tests := []struct {
		name string
		send func(c *call) servertest.Reply
		want []string
	}{
		{"begin", func(c *call) servertest.Reply { return newCall(t, c.server, nil).fetch("CallSid", "v3:new") }, []string{"Load", "Commit"}},
		{"warm", func(c *call) servertest.Reply { return c.send(2, "action", "Digits", "2") }, []string{"Commit"}},
		{"cold", func(c *call) servertest.Reply {
			c.server = elsewhere
			c.answer("Digits", "7") // asked again: this instance does not know
			c.server = server
			return c.send(3, "action", "Digits", "2")
		}, []string{"Load", "Commit"}},
		{"stale", func(c *call) servertest.Reply {
			c.server = elsewhere
			c.status("AnsweredBy", "human", "MachineDetectionDuration", "1")
			c.server = server
			return c.send(2, "action", "Digits", "2")
		}, []string{"Commit", "Commit"}},
		{"stale-and-decided-elsewhere", func(c *call) servertest.Reply {
			c.server = elsewhere
			c.send(2, "action", "Digits", "2")
			c.server = server
			c.send(2, "action", "Digits", "2")
			return c.send(2, "action", "Digits", "2") // the stale session is forgotten
		}, []string{"Commit", "Append", "Load", "Append"}},
		{"after-a-callback", func(c *call) servertest.Reply {
			c.status("AnsweredBy", "human", "MachineDetectionDuration", "1")
			return c.send(2, "action", "Digits", "2")
		}, []string{"Load", "Commit", "Commit"}},
		{"duplicate", func(c *call) servertest.Reply { return c.send(1, "action", named(spoken)...) }, []string{"Load", "Append"}},
		{"fetch-of-a-running-call", func(c *call) servertest.Reply { return c.fetch() }, []string{"Load", "Fetched"}},
		{"callback", func(c *call) servertest.Reply { return c.status(progress("in-progress")...) }, []string{"Append"}},
		{"final-callback", func(c *call) servertest.Reply { return c.status(progress("completed")...) }, []string{"Load", "Commit"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCall(t, server, store).begin().answer(named(spoken)...)
			store.asked = nil
			equal(t, "status", tt.send(c).Status, 200)
			equal(t, "the store was asked", store.asked, tt.want)
		})
	}
}
