package fromcall

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
)

// turn is an answer that came, and how its request misbehaved; the first is the
// request that the call began with.
type turn struct {
	sessions.Entry
	from    sessions.Place // the step that it answered
	behaves []simulator.Behaviour
}

// turnsOf are the turns of a call, in order.
func turnsOf(timeline []sessions.Entry) []turn {
	var turns []turn
	var at sessions.Place
	first := map[string]int{} // by fingerprint
	ended := -1
	for i, e := range timeline {
		if e.Ended != "" && ended < 0 {
			ended = len(turns)
		}
		switch e.Kind {
		case sessions.EntryTurn, sessions.EntryLost:
			if e.Request != nil && e.Request.Fingerprint != "" {
				if _, known := first[e.Request.Fingerprint]; !known {
					first[e.Request.Fingerprint] = len(turns)
				}
			}
			turns = append(turns, turn{Entry: timeline[i], from: at, behaves: odd(e, len(turns) == 0)})
			at = sessions.Place{Flow: e.Flow, Step: e.Step}
		case sessions.EntryDuplicate:
			if e.Request == nil {
				continue
			}
			if of, known := first[e.Request.Fingerprint]; known {
				turns[of].again(of == len(turns)-1, ended >= 0)
			}
		}
	}
	return turns
}

// again notes that the request of a turn came once more.
func (t *turn) again(atOnce, afterEnd bool) {
	name := simulator.LateDuplicate
	switch {
	case afterEnd:
		name = simulator.AfterEnd
	case atOnce:
		name = simulator.Duplicate
	}
	i := slices.IndexFunc(t.behaves, func(b simulator.Behaviour) bool { return b.Name == name })
	switch {
	case i < 0 && name == simulator.AfterEnd:
		t.behaves = append(t.behaves, simulator.Behaviour{Name: name})
	case i < 0:
		t.behaves = append(t.behaves, simulator.Behaviour{Name: name, Times: 1})
	case name != simulator.AfterEnd:
		t.behaves[i].Times = min(t.behaves[i].Times+1, 5)
	}
}

// odd is what was unusual about the request of a turn.
func odd(e sessions.Entry, first bool) []simulator.Behaviour {
	var out []simulator.Behaviour
	add := func(name string) { out = append(out, simulator.Behaviour{Name: name}) }
	if e.Event != nil {
		add(simulator.OnlyEvent)
		return out
	}
	if e.Request != nil && e.Request.Method == http.MethodGet && !first {
		add(simulator.Get)
	}
	if e.Answer == nil || e.Answer.Kind != "ai" {
		return out
	}
	result, enveloped := resultIn(e.Request)
	switch {
	case e.Answer.Status == "malformed" && result == nil:
		add(simulator.NoResult)
	case result != nil && !enveloped:
		add(simulator.BareResult)
	}
	return out
}

// resultIn is what an AI gather brought, as it was; nil where there is nothing.
func resultIn(r *sessions.Request) (result json.RawMessage, enveloped bool) {
	if r == nil {
		return nil, false
	}
	text := r.Fields["Base64Result"]
	if text == "" {
		if raw := r.Fields["result"]; strings.HasPrefix(raw, "{") { // of an event
			return json.RawMessage(raw), true
		}
		return nil, false
	}
	raw, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(text, " ", "+"))
	if err != nil {
		return nil, false
	}
	node, err := schemas.ReadJSON(raw)
	if err != nil || node.Kind != schemas.Object {
		return nil, false
	}
	if inner := node.Get("result"); len(node.Members) == 2 && node.Get("status") != nil && inner != nil {
		if inner.Kind != schemas.Object {
			return nil, true
		}
		return inner.Bytes(), true
	}
	return node.Bytes(), false
}

// fits reports whether an answer can have come of what waits.
func (t *turn) fits(moment string) bool {
	if t.Answer == nil {
		return moment == simulator.MomentListened
	}
	switch t.Answer.Kind {
	case "digits", "speech":
		return moment == simulator.MomentGather
	case "next", "":
		return true
	}
	return t.Answer.Kind == moment
}
