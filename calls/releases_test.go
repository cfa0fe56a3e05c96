package calls_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"texmlsrv/flows"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redistest"
)

// edited is the flow of most tests as somebody has saved it during a call.
var edited = strings.NewReplacer(
	"Who is calling?", "Who is there?", "Please leave", "Do leave", "Goodbye.", "So long.",
).Replace(desk)

// load reads flows that somebody has saved.
func load(t testing.TB, tree fs.FS) *flows.Release {
	t.Helper()
	r, err := flows.Load(tree, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestServe_callsKeepTheirFlows replaces the flows in the middle of a call: it
// ends as it began, and the next call has the new ones.
func TestServe_callsKeepTheirFlows(t *testing.T) {
	store := servertest.Redis(t, redistest.Start(t).URL())
	server := start(t, servertest.Options{Store: store})
	c := newCall(t, server, store).begin().answer(named(spoken)...)
	first := server.Calls.Release().ID

	server.Calls.Serve(load(t, flow(edited)))
	c.answer("Digits", "2")
	says(t, c.documents[2], "Please leave a message.")
	equal(t, "release", c.session().Release, first)
	equal(t, "notes", c.last().Notes, nil)

	other := newCall(t, server, store).as("other").begin()
	says(t, other.documents[0], "Who is there?")

	server.Calls.Serve(load(t, flow(desk, "desk/texts.yaml", "new: {en: New.}\n")))
	other.answer(named(spoken)...).answer("Digits", "2")
	says(t, other.documents[2], "Do leave a message.")
	c.answer(recorded...)
	says(t, c.documents[3], "Goodbye.")
	equal(t, "turns in the timeline", turnsOf(c.timeline()), upTo(4))
}

// TestServe_since tells since when flows are served: the same ones again are no
// other.
func TestServe_since(t *testing.T) {
	server := start(t, servertest.Options{Store: servertest.Redis(t, redistest.Start(t).URL())})
	first := server.Clock.Now()
	equal(t, "at first", server.Calls.ServedSince(), first)
	server.Clock.Advance(time.Minute)
	server.Calls.Serve(server.Calls.Release())
	equal(t, "the same again", server.Calls.ServedSince(), first)
	server.Calls.Serve(load(t, flow(edited)))
	equal(t, "others", server.Calls.ServedSince(), first.Add(time.Minute))
}

// TestServe_lost replaces the flows where the old ones cannot be had any more
// when the answer to the menu comes.
func TestServe_lost(t *testing.T) {
	ways := []struct {
		name string
		lose func(t *testing.T, server *servertest.Server)
	}{
		{"not-needed-for-long", func(_ *testing.T, server *servertest.Server) { server.Clock.Advance(6*time.Hour + time.Second) }},
		{"too-many", displace},
	}
	tests := []struct {
		name  string
		flows string // served in the end
		says  string
		step  string
		note  string
	}{
		{"the-step-is-there", edited, "Do leave a message.", "message", "release lost: goes on with the flows served now"},
		{"the-step-is-gone", strings.ReplaceAll(strings.ReplaceAll(edited, "  menu:", "  list:"), "next: menu", "next: list"),
			"We will call you back.", "operator", `the step "menu" is not served any more`},
	}
	url := redistest.Start(t).URL()
	for _, way := range ways {
		for _, tt := range tests {
			t.Run(way.name+"-"+tt.name, func(t *testing.T) {
				store := servertest.Redis(t, url)
				server := start(t, servertest.Options{Store: store})
				c := newCall(t, server, store).begin().answer(named(spoken)...)
				way.lose(t, server)
				now := load(t, flow(tt.flows))
				server.Calls.Serve(now)

				c.answer("Digits", "2")
				says(t, c.documents[2], tt.says)
				equal(t, "step", c.session().Step, tt.step)
				equal(t, "release", c.session().Release, now.ID)
				if notes := c.last().Notes; !slices.Contains(notes, tt.note) {
					t.Errorf("the timeline says %q, want %q", notes, tt.note)
				}
			})
		}
	}
}

// displace replaces the flows so often, with a call that needs each, that those
// of the calls before are let go.
func displace(t *testing.T, server *servertest.Server) {
	for i := range 33 {
		server.Calls.Serve(load(t, flow(desk, "desk/texts.yaml", fmt.Sprintf("n: {en: '%d'}\n", i))))
		server.Clock.Advance(time.Second)
		newCall(t, server, nil).as(fmt.Sprint(i)).begin()
	}
}

// as makes it another call of the same test.
func (c *call) as(name string) *call {
	c.sid += "." + name
	return c
}

// TestServe_unneeded replaces the flows often while a call runs. Those that no
// call began with do not displace its own.
func TestServe_unneeded(t *testing.T) {
	store := servertest.Redis(t, redistest.Start(t).URL())
	server := start(t, servertest.Options{Store: store})
	c := newCall(t, server, store).begin()
	for i := range 40 {
		server.Calls.Serve(load(t, flow(edited, "desk/texts.yaml", fmt.Sprintf("n: {en: '%d'}\n", i))))
	}
	c.answer(named(spoken)...).answer("Digits", "2")
	says(t, c.documents[2], "Please leave a message.")
}

// TestServe_flowIsGone takes a flow away while a call is in it.
func TestServe_flowIsGone(t *testing.T) {
	store := servertest.Redis(t, redistest.Start(t).URL())
	server := start(t, servertest.Options{Store: store})
	c := newCall(t, server, store).begin().answer(named(spoken)...)
	server.Calls.Serve(load(t, fstest.MapFS{
		"one/flow.yaml": {Data: []byte(edited)}, "two/flow.yaml": {Data: []byte(edited)},
	}))

	equal(t, "a retry at the URL of the portal", c.document(c.fetch()), c.documents[1])
	equal(t, "one without a flow", c.document(server.Post("/texml", c.form())), c.documents[1])
	c.answer("Digits", "2")
	says(t, c.documents[2], "Please leave a message.")

	for path, reason := range map[string]string{"/texml/desk": `there is no flow "desk"`, "/texml": `there is no flow ""`} {
		reply := server.Post(path, newCall(t, server, store).as("new").form())
		equal(t, "status of a new call to "+path, reply.Status, http.StatusNotFound)
		says(t, reply.Body, reason+"; there are: one, two")
	}
}

// TestServe_asides plays an aside, and does what is due after the end, with the
// flows that the call began with.
func TestServe_asides(t *testing.T) {
	const playing = `
start: name
ended: report
steps:
  name:
    document: <Dial><Number url="{{ aside('whisper') }}">+13125550100</Number></Dial>
    next: name
  whisper: {document: <Say>A call.</Say>}
  report:
    next: {set: {reported: old}, goto: done}
  done: {outcome: reported}
`
	store := servertest.Redis(t, redistest.Start(t).URL())
	server := start(t, servertest.Options{Store: store, Flows: flow(playing)})
	c := newCall(t, server, store).begin()
	server.Calls.Serve(load(t, flow(strings.NewReplacer("A call.", "Another call.", "old", "new").Replace(playing))))

	says(t, c.document(server.Post(c.link(1, "aside"), leg(c))), "<Say>A call.</Say>")
	c.status(progress("completed")...)
	server.Clock.Advance(afterEnd)
	c.due()
	equal(t, "set after the end", c.session().Vars, sessions.Values{"reported": "old"})
}

// TestServe_whileAnswering replaces the flows without pause while calls run.
// Each call hears one release from its beginning to its end.
func TestServe_whileAnswering(t *testing.T) {
	const callers, turns = 8, 12
	store := servertest.Redis(t, redistest.Start(t).URL())
	looping := "start: a\nsteps:\n  a: {document: <Gather><Say>VERSION one</Say></Gather>, next: b}\n" +
		"  b: {document: <Gather><Say>VERSION two</Say></Gather>, next: a}\n"
	versions := []*flows.Release{
		load(t, flow(strings.ReplaceAll(looping, "VERSION", "Old"))), load(t, flow(strings.ReplaceAll(looping, "VERSION", "New"))),
	}
	server := start(t, servertest.Options{Store: store, Flows: flow(strings.ReplaceAll(looping, "VERSION", "Old"))})
	over, swaps := make(chan struct{}), sync.WaitGroup{}
	swaps.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-over:
				return
			default:
				server.Calls.Serve(versions[i%2])
			}
		}
	})
	t.Run("calls", func(t *testing.T) {
		for i := range callers {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				c := newCall(t, server, store).begin()
				version := "<Say>Old "
				if c.session().Release == versions[1].ID {
					version = "<Say>New "
				}
				for range turns {
					c.answer("Digits", "1")
				}
				for _, document := range c.documents {
					says(t, document, version)
				}
				for _, entry := range c.timeline() {
					equal(t, "notes", entry.Notes, nil)
				}
				equal(t, "turn", c.session().Turn, turns+1)
			})
		}
	})
	close(over)
	swaps.Wait()
}
