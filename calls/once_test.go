package calls_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redistest"
)

// instances are two servers on one Redis, which know nothing of each other.
func instances(t *testing.T, o servertest.Options) (servers [2]*servertest.Server, store sessions.Store) {
	t.Helper()
	url := redistest.Start(t).URL()
	for i := range servers {
		o.Store = servertest.Redis(t, url)
		servers[i] = start(t, o)
	}
	return servers, servertest.Redis(t, url)
}

// TestFiveTimes sends one request five times over two instances: two at once,
// then one to each, then one as the platform does it that was given no answer,
// to the URL of the portal.
func TestFiveTimes(t *testing.T) {
	servers, store := instances(t, servertest.Options{})
	tests := []struct {
		name   string
		before func(c *call)
		via    string // "" is the first fetch
		brings []string
		turn   int // stored afterwards
	}{
		{"fetch", func(*call) {}, "", nil, 1},
		{"action-ai", func(c *call) { c.begin() }, "action", named(spoken), 2},
		{"action-digits", func(c *call) { c.begin().answer(named(spoken)...) }, "action", []string{"Digits", "1"}, 3},
		{"invalid", func(c *call) { c.begin().answer(named(spoken)...) }, "invalid", []string{"Digits", "7"}, 3},
		{"action-dial", func(c *call) { c.begin().answer(named(spoken)...).answer("Digits", "1") },
			"action", []string{"DialCallStatus", "busy", "CallStatus", "in-progress"}, 4},
		{"action-record", func(c *call) { c.begin().answer(named(spoken)...).answer("Digits", "2") }, "action", recorded, 4},
		{"next", func(c *call) { c.begin().answer(named(spoken)...) }, "next", []string{"CallStatus", "in-progress"}, 3},
		{"next-on-the-way-out", func(c *call) {
			c.begin().answer(named(spoken)...).answer("Digits", "1").answer("DialCallStatus", "busy").answer()
		}, "next", []string{"CallStatus", "in-progress"}, 6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCall(t, servers[0], store)
			tt.before(c)
			portal, path := "/texml/desk", "/texml/desk"
			if tt.via != "" {
				path = c.link(len(c.documents), tt.via)
			}
			form := c.form(tt.brings...)
			replies := make([]servertest.Reply, 5)
			atOnce(
				func() { replies[0] = servers[0].Post(path, form) },
				func() { replies[1] = servers[1].Post(path, form) },
			)
			replies[2] = servers[0].Post(path, form)
			replies[3] = servers[1].Post(path, form)
			replies[4] = servers[1].Post(portal, form)

			for i, r := range replies {
				equal(t, fmt.Sprintf("reply %d", i), c.document(r), replies[0].Body)
			}
			equal(t, "turn", c.session().Turn, tt.turn)
			equal(t, "turns in the timeline", turnsOf(c.timeline()), upTo(tt.turn))
		})
	}
}

func atOnce(work ...func()) {
	var wg sync.WaitGroup
	for _, do := range work {
		wg.Go(do)
	}
	wg.Wait()
}

// turnsOf are the turns that a timeline tells of, in its order.
func turnsOf(entries []sessions.Entry) (turns []int) {
	for _, e := range entries {
		if e.Kind == sessions.EntryTurn || e.Kind == sessions.EntryLost || e.Kind == sessions.EntryIntervention && e.Document != "" {
			turns = append(turns, e.Turn)
		}
	}
	return turns
}

func upTo(n int) (turns []int) {
	for i := range n {
		turns = append(turns, i+1)
	}
	return turns
}

// TestManyAtOnce lets a crowd of equal requests arrive together.
func TestManyAtOnce(t *testing.T) {
	servers, store := instances(t, servertest.Options{})
	c := newCall(t, servers[0], store).begin()
	path, form := c.link(1, "action"), c.form(named(spoken)...)
	replies := make([]servertest.Reply, 24)
	var crowd []func()
	for i := range replies {
		crowd = append(crowd, func() { replies[i] = servers[i%2].Post(path, form) })
	}
	atOnce(crowd...)
	for i, r := range replies {
		equal(t, fmt.Sprintf("reply %d", i), c.document(r), replies[0].Body)
	}
	equal(t, "turns in the timeline", turnsOf(c.timeline()), upTo(2))
}

// storm is a network that duplicates, delays and reorders what it carries.
type storm struct {
	*call
	random  *rand.Rand
	servers [2]*servertest.Server
	late    []func() // copies of older requests that are still on their way
	mu      sync.Mutex
	got     []string // documents that late copies were answered with
}

// TestStorm leads calls through two instances while their requests arrive
// several times, at once, late and out of order. Each turn is decided once,
// the copies of one request are answered alike, and nothing begins anew.
func TestStorm(t *testing.T) {
	servers, store := instances(t, servertest.Options{})
	for seed := range uint64(24) {
		t.Run(fmt.Sprint("seed-", seed), func(t *testing.T) {
			s := &storm{
				call:   newCall(t, servers[0], store),
				random: rand.New(rand.NewPCG(seed, 1)), servers: servers,
			}
			s.documents = []string{s.deliver("/texml/desk")}
			s.lead("action", named(spoken)...)
			s.lead("invalid", "Digits", "7")
			s.lead("action", "Digits", "3")
			s.lead("action", "Digits", "1")
			s.lead("action", "DialCallStatus", "no-answer", "CallStatus", "in-progress")
			s.lead("next")
			s.lead("action", recorded...)
			s.release(len(s.late))
			s.judge()
		})
	}
}

// lead sends the request that follows the current document.
func (s *storm) lead(via string, brings ...string) {
	s.t.Helper()
	s.documents = append(s.documents, s.deliver(s.link(len(s.documents), via), brings...))
}

// deliver sends a request one to four times, among them copies of older ones,
// and keeps some copies for later. It returns what all were answered with.
func (s *storm) deliver(path string, brings ...string) string {
	s.t.Helper()
	form := s.form(brings...)
	replies := make([]servertest.Reply, 1+s.random.IntN(4))
	crowd := s.take(s.random.IntN(3))
	for i := range replies {
		server := s.servers[s.random.IntN(2)]
		to := path
		if i > 0 && len(brings) > 0 && s.random.IntN(4) == 0 {
			to = "/texml/desk" // the failover URL
		}
		crowd = append(crowd, func() { replies[i] = server.Post(to, form) })
	}
	for range s.random.IntN(3) {
		server := s.servers[s.random.IntN(2)]
		s.late = append(s.late, func() {
			body := s.document(server.Post(path, form))
			s.mu.Lock()
			defer s.mu.Unlock()
			s.got = append(s.got, body)
		})
	}
	s.random.Shuffle(len(crowd), func(i, j int) { crowd[i], crowd[j] = crowd[j], crowd[i] })
	if s.random.IntN(2) == 0 {
		atOnce(crowd...)
	} else {
		for _, send := range crowd {
			send()
		}
	}
	for _, r := range replies[1:] {
		equal(s.t, "answers to copies of one request", r.Body, replies[0].Body)
	}
	return s.document(replies[0])
}

// take takes up to n late copies off the network.
func (s *storm) take(n int) []func() {
	s.random.Shuffle(len(s.late), func(i, j int) { s.late[i], s.late[j] = s.late[j], s.late[i] })
	n = min(n, len(s.late))
	taken := s.late[:n:n]
	s.late = s.late[n:]
	return taken
}

func (s *storm) release(n int) { atOnce(s.take(n)...) }

// judge holds what is stored against what was answered.
func (s *storm) judge() {
	s.t.Helper()
	entries := s.timeline()
	equal(s.t, "turns in the timeline", turnsOf(entries), upTo(len(s.documents)))
	equal(s.t, "turn", s.session().Turn, len(s.documents))
	equal(s.t, "step", s.session().Step, "bye")
	for _, e := range entries {
		if e.Kind == sessions.EntryTurn && e.Document != s.documents[e.Turn-1] {
			s.t.Errorf("turn %d was answered with\n%s\nand stored as\n%s", e.Turn, s.documents[e.Turn-1], e.Document)
		}
	}
	for _, body := range s.got {
		if !slices.Contains(s.documents, body) {
			s.t.Errorf("a late copy was answered with a document of no turn:\n%s", body)
		}
	}
}

// TestRace lets the answer and the fall-through of one document arrive
// together. Whichever is first, the answer counts, and each turn is there once.
func TestRace(t *testing.T) {
	servers, store := instances(t, servertest.Options{})
	for i := range 16 {
		t.Run(fmt.Sprint("race-", i), func(t *testing.T) {
			c := newCall(t, servers[0], store).begin().answer(named(spoken)...)
			action, next := c.link(2, "action"), c.link(2, "next")
			var replies [2]servertest.Reply
			atOnce(
				func() { replies[0] = servers[i%2].Post(action, c.form("Digits", "2")) },
				func() { servers[1-i%2].Post(next, c.form()) },
				func() { replies[1] = servers[1-i%2].Post(action, c.form("Digits", "2")) },
			)
			says(t, c.document(replies[0]), "Please leave a message.")
			equal(t, "the answer to the copy", replies[1].Body, replies[0].Body)
			s := c.session()
			equal(t, "step", s.Step, "message")
			equal(t, "turns in the timeline", turnsOf(c.timeline()), upTo(s.Turn))
			if s.Turn != 3 && s.Turn != 4 {
				t.Errorf("turn = %d, want 3, or 4 when the fall-through was first", s.Turn)
			}
		})
	}
}

// TestWarmAndCold leads the same call over one instance, which has it in
// memory, and over two in turn, which never have: the documents are the same.
func TestWarmAndCold(t *testing.T) {
	lead := func(t *testing.T, sid string) *call {
		servers, store := instances(t, servertest.Options{Flows: flow(typed)})
		c := newCall(t, servers[0], store)
		c.sid = sid
		c.begin()
		for i := range 4 {
			if sid == "v3:cold" {
				c.server = servers[i%2]
			}
			c.answer("Digits", fmt.Sprint(i))
		}
		return c
	}
	warm, cold := lead(t, "v3:warm"), lead(t, "v3:cold")
	says(t, warm.documents[4], "100000000")
	says(t, warm.documents[3], "1.5")
	for i := range warm.documents {
		equal(t, fmt.Sprint("document of turn ", i+1), spokenIn(cold.documents[i]), spokenIn(warm.documents[i]))
	}
}

// spokenIn is what a document says, without the links, which name the call.
func spokenIn(document string) string {
	_, text, _ := strings.Cut(document, "<Say>")
	text, _, _ = strings.Cut(text, "</Say>")
	return text
}

// typed keeps values of every kind, and says them.
const typed = `
start: more
variables: {list: [1, 2.5, "x"], big: 100000000}
steps:
  more:
    document: <Gather><Say>{{ json(vars) }} {{ vars.n }} {{ vars.half }} {{ vars.all }} {{ vars.at }}</Say></Gather>
    next:
      set:
        n: "{{ int(answer.digits) + 1 }}"
        half: "{{ (vars.n ?? 0) / 2 }}"
        all: "{{ concat(vars.all ?? [], [{n: int(answer.digits), s: answer.digits}]) }}"
        at: "{{ now.iso }}"
        none: null
      goto: more
`
