package calls

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// clientState is what we give a command along, and get back in every event that
// comes of it.
type clientState struct {
	Turn int    `json:"turn"`
	Step string `json:"step"` // flow/step
}

// ClientState is the client state of a command that belongs to a turn: standard
// base64, as Telnyx wants it, of JSON.
func ClientState(flow, step string, turn int) string {
	raw, err := json.Marshal(clientState{Turn: turn, Step: flow + "/" + step})
	if err != nil { // of a number and a text, never
		return ""
	}
	return base64.StdEncoding.EncodeToString(raw)
}

// ReadClientState reads what ClientState wrote. It is not ok for anything else:
// another program's state may be of any bytes.
func ReadClientState(s string) (flow, step string, turn int, ok bool) {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil {
		return "", "", 0, false
	}
	var state clientState
	if json.Unmarshal(raw, &state) != nil || state.Turn < 1 {
		return "", "", 0, false
	}
	flow, step, ok = strings.Cut(state.Step, "/")
	if !ok || flow == "" || step == "" {
		return "", "", 0, false
	}
	return flow, step, state.Turn, true
}
