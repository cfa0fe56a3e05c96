package story

import (
	"encoding/json"

	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
	"texmlsrv/telnyx/commands"
)

// commanded takes into account that a command asked what the document of turn n
// leaves open. One that was not taken asked nothing.
func (t *Story) commanded(n int) {
	if t.asked[n].kind != "" {
		return
	}
	for _, i := range t.replies[n] {
		if s := t.entries[i].Sending; t.entries[i].Kind == sessions.EntryCommand && s != nil && s.Name != commands.UpdateCall {
			if s.Outcome == tookIt {
				t.asked[n].commands(s.Name, s.Settings)
			}
			return
		}
	}
	if c := t.session.Command; c != nil && n == len(t.sequence)-1 {
		t.asked[n].commands(c.Name, c.Settings)
	}
}

// tookIt is the outcome of a command that Telnyx took.
const tookIt = "ok"

// commands notes what a command asks.
func (a *asked) commands(name string, settings json.RawMessage) {
	var s struct {
		Greeting   string          `json:"greeting"`
		Payload    string          `json:"payload"`
		Parameters json.RawMessage `json:"parameters"`
	}
	if json.Unmarshal(settings, &s) != nil { // masked
		a.hidden = true
	}
	a.adds(Assistant, "greeting", s.Greeting)
	a.adds(Assistant, "say", s.Payload)
	switch {
	case name == commands.GatherUsingAI:
		a.kind = "ai"
		a.wants(s.Parameters)
	case name == commands.AIAssistantStart:
		a.kind = "connect"
	case name == commands.Gather, name == commands.GatherUsingAudio, name == commands.GatherUsingSpeak:
		a.kind = "keys"
	}
}

// wants reads the schema of an AI gather.
func (a *asked) wants(raw []byte) {
	node, err := schemas.ReadJSON(raw)
	if err != nil {
		return
	}
	if a.schema, err = schemas.Cached(node); err != nil {
		a.schema = nil
		return
	}
	if a.names = a.schema.Required(); len(a.names) == 0 {
		a.names = a.schema.Properties()
	}
}
