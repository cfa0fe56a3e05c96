package calls_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"texmlsrv/servertest"
)

// bounded is a flow that can be led on for ever: by answers, and by steps
// without a document once the caller presses 9.
const bounded = `
start: ask
defaults: {otherwise: operator}
steps:
  ask: {document: "<Gather><Say>Which?</Say></Gather>", next: next}
  next:
    next:
      - {when: answer.digits == "9", goto: next}
      - goto: ask
  operator: {document: "<Gather><Say>An operator.</Say></Gather>", next: next}
`

// TestBounds passes each bound of a call twice: the first time it goes to
// otherwise, from where the caller can go on, the second time it is the apology.
func TestBounds(t *testing.T) {
	tests := []struct {
		name   string
		before func(c *call) // what is still within the bound
		exceed func(c *call) // passes it
		note   string        // in the timeline
	}{
		{
			name: "200-turns",
			before: func(c *call) {
				for range 199 {
					c.answer("Digits", "1")
					says(c.t, c.documents[len(c.documents)-1], "Which?")
				}
			},
			exceed: func(c *call) { c.answer("Digits", "1") },
			note:   "the call has had 20",
		},
		{
			name:   "20-fetches",
			before: func(*call) {},
			exceed: func(c *call) {
				for i := range 20 {
					equal(c.t, fmt.Sprint("fetch ", i+1), c.document(c.fetch()), c.documents[len(c.documents)-1])
				}
				c.documents = append(c.documents, c.document(c.fetch()))
			},
			note: "fetched too often",
		},
		{
			name:   "16-steps-without-a-document",
			before: func(c *call) { c.answer("Digits", "1") },
			exceed: func(c *call) { c.answer("Digits", "9") },
			note:   "16 steps without a document",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store := servertest.Embedded(t)
			c := newCall(t, start(t, servertest.Options{Store: store, Flows: flow(bounded)}), store).begin()
			tt.before(c)
			for _, want := range []string{"An operator.", "something went wrong"} {
				tt.exceed(c)
				says(t, c.documents[len(c.documents)-1], want)
				noted(t, c, tt.note)
			}
			equal(t, "turns in the timeline", turnsOf(c.timeline()), upTo(len(c.documents)))
		})
	}
}

// TestBounds_documents renders what is just small enough, and what is too
// large: then the step has failed, and the call goes on at its otherwise.
func TestBounds_documents(t *testing.T) {
	line := `"` + strings.Repeat("x", 10_000) + `"`
	tests := []struct {
		name          string
		item          string // of the list that is shown
		fits, tooMany int    // how many
		says, note    string
	}{
		{"64-KiB", line, 6, 7, "xxx", "larger than 65536 bytes"},
		{"1000-items", "1", 1000, 1001, "<Say>1</Say>", "at most 1000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat(tt.item+",", n), ",") + "]" }
			tree := flow(fmt.Sprintf(`
start: ask
variables: {fits: %s, tooMany: %s}
defaults: {otherwise: operator}
steps:
  ask:
    document: <Gather><Say>Much?</Say></Gather>
    next: [{when: answer.digits == "1", set: {list: "{{ vars.tooMany }}"}}, show]
  show:
    document: |
      <Gather><Say flow:for="item in vars.list ?? vars.fits">{{ item }}</Say></Gather>
    next: ask
  operator: {document: "<Gather><Say>An operator.</Say></Gather>", next: ask}
`, list(tt.fits), list(tt.tooMany)))
			store := servertest.Embedded(t)
			c := newCall(t, start(t, servertest.Options{Store: store, Flows: tree}), store).begin()
			c.answer("Digits", "0").answer("Digits", "1").answer("Digits", "1")
			says(t, c.documents[1], tt.says)
			if n := len(c.documents[1]); n > 64<<10 {
				t.Errorf("a document of %d bytes was sent", n)
			}
			says(t, c.documents[3], "An operator.")
			noted(t, c, tt.note)
		})
	}
}

// noted checks that the last turn says why it went elsewhere.
func noted(t *testing.T, c *call, text string) {
	t.Helper()
	if notes := c.last().Notes; !slices.ContainsFunc(notes, func(n string) bool { return strings.Contains(n, text) }) {
		t.Errorf("the timeline says %q, want %q", notes, text)
	}
}
