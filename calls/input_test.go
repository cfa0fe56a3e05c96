package calls_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"texmlsrv/callbacks"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redistest"
)

var formType = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}

// TestInput sends answers that cannot be read, or are strange, to an AI gather:
// the caller is asked again, and what came stays in the timeline.
func TestInput(t *testing.T) {
	encoded := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	many := strings.Builder{}
	for i := range 100_000 {
		fmt.Fprintf(&many, "&k%%5B%d%%5D%%5Bx%%5D=1", i)
	}
	tests := []struct {
		name   string
		body   string // after the CallSid
		answer string // status in the timeline
		raw    string // that stays in it
	}{
		{"not-base64", "&Status=valid&Base64Result=%21%21broken%21%21", "malformed", "!!broken!!"},
		{"cut-base64", "&Status=valid&Base64Result=eyJzd", "malformed", "eyJzd"},
		{"not-JSON", "&Status=valid&Base64Result=" + encoded("{not json"), "malformed", encoded("{not json")},
		{"an-array", "&Status=valid&Base64Result=" + encoded("[1]"), "malformed", ""},
		{"a-number", "&Status=valid&Base64Result=" + encoded("7"), "malformed", ""},
		{"invalid-UTF-8-inside", "&Status=valid&Base64Result=" + encoded("{\"name\":\"\xff\""), "malformed", encoded("{\"name\":\"\xff\"")},
		{"wrong-type", "&Status=valid&Base64Result=" + encoded(`{"name": {"first": "x"}}`), "invalid", ""},
		{"null", "&Status=valid&Base64Result=" + encoded("null"), "no_input", ""},
		{"an-empty-object", "&Status=valid&Base64Result=" + encoded("{}"), "invalid", ""},
		{"nothing", "", "no_input", ""},
		{"a-status-of-tomorrow", "&Status=evaporated", "error", ""},
		{"broken-history", "&Status=invalid&Base64MessageHistory=%21%21", "no_input", "!!"},
		{"hostile-keys", "&Base64Result=%21%21&a%5Bb=1&a%5B=2&%5B%5D=3&a.b.c=4&=5&%00=6&Base64Result%5B0%5D=7&CallSid%5B%5D=x", "malformed", "!!"},
		{"100,000-bracketed-keys", many.String(), "malformed", "k%5B0%5D%5Bx%5D=1"},
		{"bad-escapes", "&Status=valid&Base64Result=%zz%&x=%", "malformed", "%zz%"},
		{"semicolons", "&Status=valid;Base64Result=x", "error", ""},
		{"NUL", "&Status=invalid&Note=a%00b", "no_input", ""},
		{"invalid-UTF-8", "&Status=invalid&Note=%ff%fe", "no_input", ""},
		{"between-1-and-4-MiB", "&Status=valid&x=" + strings.Repeat("x", 2<<20), "malformed", "&Status=valid&x=xxx"},
	}
	store := servertest.Redis(t, redistest.Start(t).URL())
	server := start(t, servertest.Options{Store: store})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCall(t, server, store)
			c.sid = "v3:input-" + strings.ReplaceAll(tt.name, ",", "")
			c.begin()
			reply := server.Send(http.MethodPost, c.link(1, "action"), "CallSid="+c.sid+tt.body, formType)
			says(t, c.document(reply), "Who is calling?")

			s, entry := c.session(), c.last()
			equal(t, "turn", s.Turn, 2)
			equal(t, "attempt", s.Attempt, 2)
			equal(t, "kind of answer", entry.Answer.Kind, "ai")
			equal(t, "status of the answer", entry.Answer.Status, tt.answer)
			if tt.raw == "" {
				equal(t, "raw text in the timeline", entry.Request.Malformed, "")
			} else {
				says(t, entry.Request.Malformed, tt.raw)
			}
			equal(t, "answer to the copy", server.Send(http.MethodPost, c.link(1, "action"), "CallSid="+c.sid+tt.body, formType).Body, reply.Body)
		})
	}
}

// TestInput_refused sends what is answered with something else than a
// document, and looks that nothing of it was stored.
func TestInput_refused(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	tests := []struct {
		name, method, path, body string
		status                   int
		says                     string
	}{
		{"unknown-flow", "POST", "/texml/dask", "CallSid=v3:a", 404, "desk"},
		{"unknown-flow-by-GET", "GET", "/texml/dask?CallSid=v3:a", "", 404, "desk"},
		{"unknown-flow-cut-off", "POST", "/texml/dask/menu", "CallSid=v3:a", 404, "desk"},
		{"hostile-flow", "POST", "/texml/..%2f..%2fetc", "CallSid=v3:a", 404, "desk"},
		{"no-CallSid", "POST", "/texml/desk", "From=%2B1", 400, "CallSid"},
		{"no-body", "POST", "/texml/desk", "", 400, "CallSid"},
		{"no-CallSid-by-GET", "GET", "/texml/desk", "", 400, "CallSid"},
		{"no-CallSid-in-a-callback", "POST", "/callbacks/status", "CallStatus=completed", 400, "CallSid"},
		{"empty-CallSid", "POST", "/texml/desk", "CallSid=", 400, "CallSid"},
		{"CallSid-with-braces", "POST", "/texml/desk", "CallSid=v3:%7Ba%7D", 400, "CallSid"},
		{"CallSid-with-NUL", "POST", "/texml/desk", "CallSid=v3:%20%00", 400, "CallSid"},
		{"CallSid-of-129", "POST", "/texml/desk", "CallSid=" + strings.Repeat("a", 129), 400, "CallSid"},
		{"CallSid-in-JSON", "POST", "/texml/desk", `{"CallSid": "v3:a"}`, 400, "JSON"},
		{"over-4-MiB", "POST", "/texml/desk", "CallSid=v3:a&x=" + strings.Repeat("x", 4<<20), 413, "4 MiB"},
		{"over-4-MiB-in-a-callback", "POST", "/callbacks/status", "CallSid=v3:a&x=" + strings.Repeat("x", 4<<20), 413, "4 MiB"},
		{"another-method", "PUT", "/texml/desk", "CallSid=v3:a", 405, ""},
		{"nowhere", "POST", "/", "CallSid=v3:a", 404, ""},
	}
	redis := redistest.Start(t)
	client := servertest.Client(t, redis.URL())
	server := start(t, servertest.Options{Store: servertest.Redis(t, redis.URL())})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := server.Send(tt.method, tt.path, tt.body, http.Header{"Content-Type": {form}})
			equal(t, "status", got.Status, tt.status)
			says(t, got.Body, tt.says)
			equal(t, "keys in Redis", client.DBSize(t.Context()).Val(), 0)
		})
	}
}

// TestInput_ticketless sends strange forms to the portal's URL: each begins its
// call.
func TestInput_ticketless(t *testing.T) {
	store := servertest.Embedded(t)
	server := start(t, servertest.Options{Store: store})
	for name, body := range map[string]string{
		"hostile-keys":  "&a[b=1&a[=2&[]=3&a.b.c=4&=5&%00=6",
		"NUL":           "&From=%00%2B1&CallerId=a%00b",
		"invalid-UTF-8": "&CallerId=%ff%fe",
		"no-content":    "",
		"2-MiB":         "&x=" + strings.Repeat("x", 2<<20),
	} {
		t.Run(name, func(t *testing.T) {
			c := newCall(t, server, store)
			for range 2 {
				says(t, c.document(server.Send(http.MethodPost, "/texml/desk/", "CallSid="+c.sid+body, nil)), "Who is calling?")
			}
			equal(t, "turn", c.session().Turn, 1)
			equal(t, "kind of the second", c.last().Kind, sessions.EntryDuplicate)
		})
	}
}

// TestInput_signature sends requests that are not signed by the account: they
// are refused whatever they bring, and nothing is stored.
func TestInput_signature(t *testing.T) {
	public, secret, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	redis := redistest.Start(t)
	store, client := servertest.Redis(t, redis.URL()), servertest.Client(t, redis.URL())
	server := start(t, servertest.Options{Store: store, Callbacks: callbacks.Options{Keys: []ed25519.PublicKey{public}}})
	sign := func(body string) http.Header {
		at := fmt.Sprint(server.Clock.Now().Unix())
		signature := ed25519.Sign(secret, []byte(at+"|"+body))
		return http.Header{
			"Telnyx-Timestamp":         {at},
			"Telnyx-Signature-Ed25519": {base64.StdEncoding.EncodeToString(signature)},
		}
	}
	c := newCall(t, server, store)
	body := c.form().Encode()
	for name, send := range map[string]func(path string) servertest.Reply{
		"unsigned": func(path string) servertest.Reply { return server.Send("POST", path, body, nil) },
		"another-body": func(path string) servertest.Reply {
			return server.Send("POST", path, body, sign(body+"&Digits=1"))
		},
		"by-GET": func(path string) servertest.Reply { return server.Get(path, c.form()) },
	} {
		for _, path := range []string{"/texml", "/texml/desk", "/texml/nowhere", "/texml/desk/menu/1.action.AAAA", "/callbacks/status"} {
			equal(t, name+" to "+path, send(path).Status, http.StatusForbidden)
		}
	}
	equal(t, "keys in Redis", client.DBSize(t.Context()).Val(), 0)

	c.documents = []string{c.document(server.Send("POST", "/texml/desk", body, sign(body)))}
	next := c.document(server.Get(c.link(1, "next"), c.form())) // a GET shows its ticket instead
	says(t, next, "Who is calling?")
	equal(t, "turn", c.session().Turn, 2)
}

// TestLog reads what a whole call leaves in the log: each request, by the
// call's id, and nothing that is private (which start looks for).
func TestLog(t *testing.T) {
	store := servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: store}), store)
	c.begin().answer(named(spoken)...).answer("Digits", "1").answer("DialCallStatus", "busy").answer(recorded...)
	c.status(progress("completed")...)
	log := c.server.Log.String()
	equal(t, "lines", strings.Count(log, "\n"), 6)
	equal(t, "lines that name the call", strings.Count(log, "call_sid="+c.sid), 6)
	equal(t, "errors", c.errors(), 0)
}
