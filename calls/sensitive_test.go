package calls_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"texmlsrv/flows"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/sessions/redistest"
)

// guarded asks for two secrets, one by a step and one by a property of a
// schema, and does with them whatever a flow can: reads them back, copies them,
// looks them up, puts them into labels.
const guarded = `
start: pin
ended: report
summary: "PIN {{ gathered.pin }}, card {{ gathered.card }}, {{ answer.digits }} {{ answer.result.card }} {{ vars.copy }} {{ vars.echo }}"
defaults: {attempts: 4, otherwise: lost}
steps:
  pin:
    document: <Gather><Say>Your PIN?</Say></Gather>
    sensitive: true
    into: pin
    next:
      - {when: len(answer.digits) != 7, goto: again}
      - {set: {copy: "PIN {{ answer.digits }}", spelled: "{{ digits(gathered.pin) }}"}, goto: echo}
  echo:
    lookup: {url: "{{ env.URL }}/{{ urlquery(gathered.pin) }}", into: echo}
    next: card
    otherwise: card
  card:
    document: |
      <Say>PIN {{ gathered.pin }}, spelled {{ vars.spelled }}, echoed {{ json(vars.echo) }}.</Say>
      <AIGather>
        <Greeting>Your card, {{ vars.copy }}?</Greeting>
        <Parameters>{"type": "object", "required": ["card", "name"], "properties": {
          "card": {"type": "string", "pattern": "^[0-9]{8}$", "x-sensitive": true},
          "name": {"type": "string"}}}</Parameters>
      </AIGather>
    next: thanks
  thanks:
    document: <Gather><Say>Thank you, {{ gathered.name }}, card {{ digits(gathered.card) }} is charged.</Say></Gather>
    outcome: "charged {{ gathered.card }}"
    next: thanks
  lost: {document: <Gather><Say>Something went wrong.</Say></Gather>, next: lost}
  report:
    lookup: {url: "{{ env.URL }}/report", body: {card: "{{ gathered.card }}"}, into: echo}
`

// What nobody may read. The wrong ones were refused, and are just as secret.
const (
	pin, wrongPIN   = "8675309", "867530"
	card, wrongCard = "40128888", "40128888881881"
	told            = "my card ends in eighty-eight"
)

var secretTexts = []string{pin, wrongPIN, "8 6 7 5 3 0 9", card, wrongCard, "4 0 1 2 8 8 8 8", told}

// secretiveCall leads a call through guarded, with every kind of request.
func secretiveCall(t *testing.T, server *servertest.Server, store sessions.Store) *call {
	c := newCall(t, server, store).begin()
	c.answer("Digits", wrongPIN)
	c.answer("Digits", pin)
	c.send(2, "action", "Digits", pin)
	c.fetch("Digits", pin)
	c.fetch("Digits", pin, "SpeechResult", told)
	c.status("CallStatus", "conversation_ended", "Messages", `[{"role":"user","content":"`+told+`"}]`)
	c.status("TranscriptionSid", "t-1", "TranscriptionText", told)
	c.answer(said(`{"name": "Ada", "card": "` + wrongCard + `"}`)...)
	c.answer(said(`{"name": "Ada", "card": "` + card + `"}`)...)
	c.send(4, "action", said(`{"name": "Ada", "card": "`+card+`"}`)...)
	c.answer("Digits", "1", "Memo", "PIN "+pin)
	c.status("CallStatus", "in-progress", "Memo", card, "TranscriptionSid", "t-2", "TranscriptionText", told)
	c.status(progress("completed", "Memo", pin)...)
	c.server.Clock.Advance(afterEnd)
	c.due()
	return c
}

// said is what an AI gather brings: a result, and the talk it came from.
func said(result string) []string {
	talk := `[{"role":"assistant","content":"Your card?"},{"role":"user","content":"` + told + `"}]`
	return []string{
		"Status", "valid", "Base64Result", base64.StdEncoding.EncodeToString([]byte(result)),
		"Base64MessageHistory", base64.StdEncoding.EncodeToString([]byte(talk)),
	}
}

// echoing answers a look-up with what it was asked.
func echoing(w http.ResponseWriter, r *http.Request) {
	_, _ = fmt.Fprintf(w, `{"asked": %q, "card": "%s"}`, r.URL.Path, card) // to a caller who waits for it
}

// TestSensitive greps what people read for what they may not: the timeline as
// Redis holds it, the log, the summary. The session itself and the documents
// that answer duplicates hold it, because the call goes on from there.
func TestSensitive(t *testing.T) {
	s := serve(t, echoing)
	redis := redistest.Start(t)
	store, client := servertest.Redis(t, redis.URL()), servertest.Client(t, redis.URL())
	server := start(t, servertest.Options{Store: store, Flows: flow(guarded), Env: environment(s.URL)})
	c := secretiveCall(t, server, store)
	equal(t, "step", c.session().Step, "thanks")
	equal(t, "look-ups", len(s.requests()), 2)
	says(t, c.documents[4], "card 4 0 1 2 8 8 8 8 is charged")

	lines := client.LRange(t.Context(), "texml:{"+c.sid+"}:timeline", 0, -1).Val()
	equal(t, "entries in Redis", len(lines), len(c.timeline()))
	for _, line := range lines {
		readsNothing(t, "timeline", line)
	}
	readsNothing(t, "log", server.Log.String())
	readsNothing(t, "summary", c.session().Summary)
	says(t, c.session().Summary, "PIN •••, card •••")
	equal(t, "summary that fails", strings.Contains(strings.Join(lines, ""), "summary:"), false)
	says(t, strings.Join(lines, "\n"), "Thank you, Ada, card is charged.")

	for _, key := range client.Keys(t.Context(), "*").Val() {
		if !strings.HasSuffix(key, ":timeline") && !strings.HasSuffix(key, ":session") {
			readsNothing(t, key, fmt.Sprint(client.Type(t.Context(), key).Val(), client.Get(t.Context(), key).Val()))
		}
	}
	if body := client.HGet(t.Context(), "texml:{"+c.sid+"}:session", "session").Val(); !strings.Contains(body, pin) || !strings.Contains(body, card) {
		t.Errorf("the call cannot go on without what it knows:\n%s", body)
	}
	equal(t, "history", c.session().History, []sessions.Message(nil))
}

func readsNothing(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range slices.Concat(secretTexts, []string{
		base64.StdEncoding.EncodeToString([]byte(`{"name": "Ada", "card": "` + card + `"}`)), said("")[5],
	}) {
		if strings.Contains(text, secret) {
			t.Errorf("%s holds %q:\n%s", where, secret, text)
		}
	}
}

// TestSensitive_lost answers sensitive questions of calls that the store has
// lost: what was asked is known from the link alone.
func TestSensitive_lost(t *testing.T) {
	known := servertest.Embedded(t)
	env := flows.Environment{Env: map[string]string{"URL": "http://127.0.0.1:1"}}
	c := newCall(t, start(t, servertest.Options{Store: known, Flows: flow(guarded), Env: env}), known).begin().answer("Digits", pin)
	for turn, brings := range [][]string{{"Digits", pin}, said(`{"name": "Ada", "card": "` + card + `"}`)} {
		c.store = servertest.Embedded(t)
		c.server = start(t, servertest.Options{Store: c.store, Flows: flow(guarded), Env: env})
		says(t, c.document(c.send(turn+1, "action", brings...)), "Something went wrong.")
		c.send(turn+1, "action", brings...)
		equal(t, "kind of entry", c.timeline()[0].Kind, sessions.EntryLost)
		readsNothing(t, "timeline", plain(c.timeline()))
	}
}

// TestSensitive_notAtAll checks that nothing is masked in a call that was asked
// nothing of the kind.
func TestSensitive_notAtAll(t *testing.T) {
	store := servertest.Embedded(t)
	c := newCall(t, start(t, servertest.Options{Store: store}), store).begin()
	c.answer(named(spoken)...)
	c.send(1, "action", named(spoken)...)
	c.status("CallStatus", "conversation_ended", "Messages", spoken)
	if text := plain(c.timeline()); strings.Contains(text, sessions.Mask) || !strings.Contains(text, spoken) {
		t.Errorf("something is masked:\n%s", text)
	}
}
