package calls_test

import (
	"encoding/base64"
	"testing"

	"texmlsrv/calls"
)

func TestClientState(t *testing.T) {
	const want = "eyJ0dXJuIjozLCJzdGVwIjoiYm9va2luZy9wYXJ0eSJ9" // {"turn":3,"step":"booking/party"}
	state := calls.ClientState("booking", "party", 3)
	equal(t, "client state", state, want)
	flow, step, turn, ok := calls.ReadClientState(state)
	if flow != "booking" || step != "party" || turn != 3 || !ok {
		t.Errorf("read as %q %q %d %t", flow, step, turn, ok)
	}
}

// TestReadClientState reads what is not ours: of other programs, or of none.
func TestReadClientState(t *testing.T) {
	for name, raw := range map[string]string{
		"greeting": "have a nice day =]", "binary": "\x83h\x02m\x00\x00\x00\x04test", "empty": "", "no-turn": `{"step":"a/b"}`,
		"turn-0": `{"turn":0,"step":"a/b"}`, "turn-is-text": `{"turn":"1","step":"a/b"}`, "no-step": `{"turn":1}`,
		"step-alone": `{"turn":1,"step":"b"}`, "no-flow": `{"turn":1,"step":"/b"}`, "empty-step": `{"turn":1,"step":"a/"}`,
		"list": `[1]`, "null": `null`, "more": `{"turn":1,"step":"a/b"} x`,
	} {
		if flow, step, turn, ok := calls.ReadClientState(base64.StdEncoding.EncodeToString([]byte(raw))); ok {
			t.Errorf("%s: read as %q %q %d", name, flow, step, turn)
		}
	}
	if _, _, _, ok := calls.ReadClientState("not base64"); ok {
		t.Error("no base64 is read")
	}
}
