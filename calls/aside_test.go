package calls_test

import (
	"context"
	"crypto/ed25519"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"texmlsrv/callbacks"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redistest"
)

// whispering tells the person called who is on the line, before they are
// connected; any key takes the call.
const whispering = `
start: name
steps:
  name:
    document: <Gather><Say>Who is calling?</Say></Gather>
    into: name
    next: person
  person:
    document: <Dial><Number url="{{ aside('whisper') }}">+13125550100</Number></Dial>
    next: name
  whisper:
    document: |
      <Gather numDigits="1" action="{{ aside('through') }}"><Say>A call from {{ gathered.name }}, number {{ call.sid }}.</Say></Gather>
      <Hangup/>
    next: name
  through: {document: <Response/>}
  empty: {document: "<Play>{{ vars.nothing }}</Play>"}
`

// whispered is a call that dials, and the link of the whisper.
func whispered(t *testing.T, server *servertest.Server, store sessions.Store) (c *call, link string) {
	c = newCall(t, server, store).begin().answer("Digits", "7")
	return c, c.link(2, "aside")
}

// leg is the form of the leg that was dialed.
func leg(c *call) url.Values {
	form := c.form("ParentCallSid", c.sid, "Digits", "1", "CallStatus", "in-progress")
	form.Set("CallSid", c.sid+".leg")
	return form
}

// TestAside fetches a whisper: from another leg, by either method, any number
// of times. It is the same each time, and leaves no trace.
func TestAside(t *testing.T) {
	store := servertest.Redis(t, redistest.Start(t).URL())
	server := start(t, servertest.Options{Store: store, Flows: flow(whispering)})
	c, link := whispered(t, server, store)
	before, entries := c.session(), len(c.timeline())

	want := c.document(server.Post(link, leg(c)))
	says(t, want, "<Say>A call from 7, number "+c.sid+".</Say>")
	says(t, want, "</Gather><Hangup/></Response>")
	if strings.Contains(want, "Redirect") || strings.Contains(want, ".action.") {
		t.Errorf("the document of an aside leads back into the call:\n%s", want)
	}
	for name, send := range map[string]func() servertest.Reply{
		"by POST again":           func() servertest.Reply { return server.Post(link, leg(c)) },
		"by GET":                  func() servertest.Reply { return server.Get(link, leg(c)) },
		"by the call itself":      func() servertest.Reply { return server.Post(link, c.form()) },
		"with a slash":            func() servertest.Reply { return server.Post(link+"/", leg(c)) },
		"with a final status":     func() servertest.Reply { return server.Post(link, c.form(progress("completed")...)) },
		"with a recording, twice": func() servertest.Reply { return server.Post(link, c.form(recorded...)) },
	} {
		for range 12 {
			equal(t, "document "+name, c.document(send()), want)
		}
	}
	through := servertest.Link(t, want, "aside")
	says(t, c.document(server.Post(through, leg(c))), "<Response/>")

	after := c.session()
	equal(t, "revision", after.Revision, before.Revision)
	equal(t, "turn", after.Turn, before.Turn)
	equal(t, "entries", len(c.timeline()), entries)
	if _, err := store.Load(t.Context(), c.sid+".leg"); err == nil {
		t.Error("the leg has a session")
	}
	c.answer("DialCallStatus", "completed")
	equal(t, "turn in the end", c.session().Turn, 3)
}

// TestAside_asItStands fetches a whisper after the call has gone on: it reads
// the session as it is by then, also of a call that is over.
func TestAside_asItStands(t *testing.T) {
	store := servertest.Embedded(t)
	server := start(t, servertest.Options{Store: store, Flows: flow(whispering)})
	c, link := whispered(t, server, store)
	c.answer("DialCallStatus", "busy").answer("Digits", "8")
	says(t, c.document(server.Post(link, leg(c))), "A call from 8,")
	c.status(progress("completed")...)
	says(t, c.document(server.Post(link, leg(c))), "A call from 8,")
}

// TestAside_quiet fetches asides that cannot be played: the leg hears nothing
// for a moment, which does no harm, and the log says why.
func TestAside_quiet(t *testing.T) {
	known := servertest.Embedded(t)
	c, whisper := whispered(t, start(t, servertest.Options{Store: known, Flows: flow(whispering)}), known)
	link := func(step string) string {
		yaml := strings.Replace(whispering, `aside('whisper')`, `aside('`+step+`')`, 1)
		other := start(t, servertest.Options{Store: known, Flows: flow(yaml)})
		d := newCall(t, other, known)
		d.sid += step
		return servertest.Link(t, d.begin().answer("Digits", "7").documents[1], "aside")
	}
	tests := []struct {
		name, link, yaml string
		store            sessions.Store
	}{
		{"a-step-that-is-gone", whisper, strings.NewReplacer("  whisper:", "  hush:", `aside('whisper')`, `aside('hush')`).Replace(whispering), known},
		{"a-step-without-document", whisper, strings.NewReplacer("  whisper:", "  whisper: {next: name}\n  hush:").Replace(whispering), known},
		{"a-document-that-fails", link("empty"), whispering, known},
		{"a-call-that-is-unknown", whisper, whispering, servertest.Embedded(t)},
		{"a-store-that-is-away", whisper, whispering, &crashed{Store: away{}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := start(t, servertest.Options{Store: tt.store, Flows: flow(tt.yaml)})
			says(t, c.document(server.Post(tt.link, leg(c))), `<Response><Pause length="5"/></Response>`)
			if !strings.Contains(server.Log.String(), "an aside could not be played") {
				t.Errorf("the log says nothing of it:\n%s", server.Log)
			}
		})
	}
}

// away is a store that does not answer. What an aside does not ask for is nil.
type away struct{ sessions.Store }

func (away) Load(context.Context, string) (*sessions.Session, error) { return nil, errCrash }

// TestAside_verified sends requests for an aside where requests must be
// authentic: a GET shows its ticket, though another leg's CallSid stands in it;
// a POST is signed, or refused.
func TestAside_verified(t *testing.T) {
	public, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	store := servertest.Embedded(t)
	c, link := whispered(t, start(t, servertest.Options{Store: store, Flows: flow(whispering)}), store)
	server := start(t, servertest.Options{
		Store: store, Flows: flow(whispering), Callbacks: callbacks.Options{Keys: []ed25519.PublicKey{public}},
	})
	says(t, c.document(server.Get(link, leg(c))), "A call from 7,")
	entries := len(c.timeline())
	for name, reply := range map[string]servertest.Reply{
		"post-unsigned":      server.Post(link, leg(c)),
		"get-another-token":  server.Get(link+"A", leg(c)),
		"get-another-owner":  server.Get(strings.Replace(link, ".aside.", ".aside.A", 1), leg(c)),
		"get-another-step":   server.Get(strings.Replace(link, "/whisper/", "/through/", 1), leg(c)),
		"get-another-way":    server.Get(strings.Replace(link, ".aside.", ".action.", 1), leg(c)),
		"get-another-turn":   server.Get(strings.Replace(link, "/2.aside.", "/1.aside.", 1), leg(c)),
		"get-without-ticket": server.Get("/texml/desk", leg(c)),
	} {
		equal(t, "status of "+name, reply.Status, http.StatusForbidden)
	}
	equal(t, "entries", len(c.timeline()), entries)
}
