package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
)

// does asks an operator's program to do something about a call at a turn, and
// reads the answer.
func (p *programs) does(t *testing.T, path, turn string, body map[string]string, into any) servertest.Reply {
	t.Helper()
	r := request{as: access.Operator, method: http.MethodPost, path: path, body: body}
	if turn != "" {
		r.header = http.Header{"If-Match": {turn}}
	}
	reply := p.do(t, r)
	if err := json.Unmarshal([]byte(reply.Body), into); err != nil {
		t.Fatalf("%s: %v\n%s", path, err, reply.Body)
	}
	return reply
}

// TestIntervene goes the whole way: what can be done, what would come of it,
// doing it, and doing it once more.
func TestIntervene(t *testing.T) {
	p, _ := breakable(t)
	sid := p.paying(t)
	path := escaped(sid) + "/interventions"
	var able struct {
		Turn  int
		Kinds []struct {
			Kind string
			Able bool
			Why  string
		}
		Steps  []struct{ Flow, Step string }
		Fields []struct{ Name, Now string }
	}
	reply := p.do(t, request{as: access.Operator, path: path})
	if err := json.Unmarshal([]byte(reply.Body), &able); err != nil {
		t.Fatal(err)
	}
	tag := reply.Header.Get("ETag")
	if tag != `"turn-2"` || able.Turn != 2 || len(able.Kinds) != 10 || len(able.Steps) != 3 || strings.Contains(reply.Body, "4242") {
		t.Fatalf("%s\n%s", tag, reply.Body)
	}
	for _, kind := range able.Kinds {
		if kind.Able == (kind.Why != "") {
			t.Errorf("%+v", kind)
		}
	}

	wanted := map[string]string{"kind": "goto", "step": "bye", "why": "she has to go", "id": "request-1"}
	var preview struct {
		Turn           int
		Step, Document string
		Says           []string
	}
	p.does(t, path+"/preview", tag, wanted, &preview)
	if preview.Turn != 3 || preview.Step != "bye" || !strings.Contains(preview.Document, "Goodbye.") || len(preview.Says) == 0 {
		t.Errorf("the preview: %+v", preview)
	}
	var done struct {
		Turn          int
		Outcome, Told string
		Stored, Again bool
	}
	reply = p.does(t, path, tag, wanted, &done)
	if done.Turn != 3 || done.Outcome != "ok" || !done.Stored || done.Again || reply.Header.Get("ETag") != `"turn-3"` {
		t.Errorf("done: %+v, %s", done, reply.Header.Get("ETag"))
	}
	if p.does(t, path, tag, wanted, &done); !done.Again || done.Turn != 3 {
		t.Errorf("once more: %+v", done)
	}

	var gone struct {
		Status, Turn int
		Title        string
	}
	wanted["id"] = "request-2"
	if p.does(t, path, tag, wanted, &gone); gone.Status != http.StatusPreconditionFailed || gone.Turn != 3 || gone.Title != "The caller has answered meanwhile" {
		t.Errorf("by who saw turn 2: %+v", gone)
	}
	var any map[string]any
	p.get(t, "/calls/"+sid, &any)
	session, err := p.Store.Load(t.Context(), sid)
	if err != nil || session.Turn != 3 || session.Step != "bye" {
		t.Errorf("the call: %+v, %v", session, err)
	}
	trail, err := p.Store.Audits(t.Context(), sessions.AuditQuery{CallSID: sid, Action: "help"})
	if err != nil {
		t.Fatal(err)
	}
	became := map[string]int{}
	for _, a := range trail.Entries {
		became[a.Refused]++
		if a.Who != "helper" || a.Detail != "take the call to the step bye" || a.Why != "she has to go" || a.Turn != 2 {
			t.Errorf("the audit trail: %+v", a)
		}
	}
	if diff := cmp.Diff(map[string]int{"": 2, "The caller has answered meanwhile": 1}, became); diff != "" {
		t.Errorf("the audit trail (-want +got):\n%s", diff)
	}
}

// TestPreview tells of values, hidden ones too, and of commands.
func TestPreview(t *testing.T) {
	p, _ := breakable(t)
	sid := p.paying(t)
	for name, tt := range map[string]struct {
		wanted map[string]string
		want   string
	}{
		"value":   {map[string]string{"kind": "value", "name": "name", "value": "Eve"}, `"name":"name","before":"Ada","after":"Eve"`},
		"hidden":  {map[string]string{"kind": "value", "name": "card", "value": "5454545454545454"}, `"name":"card","before":"•••","after":"•••"`},
		"command": {map[string]string{"kind": "start_assistant", "name": "assistant-1"}, `"command":"ai_assistant_start","settings":{`},
	} {
		t.Run(name, func(t *testing.T) {
			var any map[string]any
			reply := p.does(t, escaped(sid)+"/interventions/preview", "*", tt.wanted, &any)
			if reply.Status != http.StatusOK || !strings.Contains(reply.Body, tt.want) || strings.Contains(reply.Body, "4242") || strings.Contains(reply.Body, "5454") {
				t.Errorf("%d\n%s", reply.Status, reply.Body)
			}
		})
	}
}

// TestIntervene_refused does nothing, and says why.
func TestIntervene_refused(t *testing.T) {
	p, _ := breakable(t)
	sid := p.paying(t)
	for _, tt := range []struct {
		name, turn   string
		body         map[string]string
		status       int
		field, title string
	}{
		{"without-turn", "", map[string]string{"kind": "repeat", "why": "it was noisy"}, 428, "", "Say which turn you saw"},
		{"without-quotes", "turn-2", map[string]string{"kind": "repeat", "why": "it was noisy"}, 400, "", "That names no turn"},
		{"no-turn", `"2"`, map[string]string{"kind": "repeat", "why": "it was noisy"}, 400, "", "That names no turn"},
		{"turn-zero", `"turn-0"`, map[string]string{"kind": "repeat", "why": "it was noisy"}, 400, "", "That names no turn"},
		{"a-turn-to-come", `"turn-9"`, map[string]string{"kind": "repeat", "why": "it was noisy"}, 412, "", "The caller has answered meanwhile"},
		{"unknown-kind", `"turn-2"`, map[string]string{"kind": "4242424242424242", "why": "it was noisy"}, 422, "kind", "There is no such thing to do"},
		{"without-why", `"turn-2"`, map[string]string{"kind": "repeat"}, 422, "why", "That does not go"},
		{"without-number", `"turn-2"`, map[string]string{"kind": "transfer", "to": "somebody", "why": "she asked"}, 422, "to", "That does not go"},
		{"unable", "*", map[string]string{"kind": "stop_assistant", "why": "nobody talks"}, 409, "", "That cannot be done now"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got struct {
				Status       int
				Title, Field string
			}
			p.does(t, escaped(sid)+"/interventions", tt.turn, tt.body, &got)
			if got.Status != tt.status || got.Title != tt.title || got.Field != tt.field {
				t.Errorf("%+v", got)
			}
		})
	}
	session, err := p.Store.Load(t.Context(), sid)
	if err != nil || session.Turn != 2 {
		t.Errorf("the call is at turn %d, %v", session.Turn, err)
	}
	trail, err := p.Store.Audits(t.Context(), sessions.AuditQuery{CallSID: sid, Action: "help"})
	if err != nil || len(trail.Entries) != 9 {
		t.Errorf("%d entries, %v", len(trail.Entries), err)
	}
	for _, a := range trail.Entries {
		if a.Refused == "" || strings.Contains(a.Detail, "4242") {
			t.Errorf("%+v", a)
		}
	}
}

// TestNote keeps a note about a call that is over, for who reads the call.
func TestNote(t *testing.T) {
	p, _ := breakable(t)
	sid := p.Keep(consoletest.Played(t, consoletest.Embedded(t), "appointment/booked"))
	var done struct{ Told string }
	if reply := p.does(t, escaped(sid)+"/notes", "", map[string]string{"text": "She calls back tomorrow."}, &done); reply.Status != http.StatusOK {
		t.Fatal(reply)
	}
	var call struct {
		Helps []struct{ Who, Kind, Did string }
	}
	p.get(t, "/calls/"+sid, &call)
	if len(call.Helps) != 1 || call.Helps[0].Who != "helper" || call.Helps[0].Kind != "note" || !strings.Contains(call.Helps[0].Did, "She calls back tomorrow.") {
		t.Errorf("%+v", call)
	}
}
