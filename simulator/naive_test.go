package simulator_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"texmlsrv/simulator"
	"texmlsrv/simulator/local"
	"texmlsrv/simulator/wire"
)

// naive is what one writes after reading Telnyx's guide: a map of calls, one
// URL, each request is the answer to the question before. It works, on good days.
type naive struct {
	mu    sync.Mutex
	calls map[string]*naiveCall
	turns map[string][]int // for the judge
}

type naiveCall struct {
	turn, step int
	name       string
}

func (n *naive) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if r.Method != http.MethodPost {
		http.Error(w, "POST, please", http.StatusMethodNotAllowed)
		return
	}
	sid := r.FormValue("CallSid")
	if r.URL.Path == "/status" {
		if r.FormValue("CallStatus") == "completed" {
			delete(n.calls, sid)
		}
		return
	}
	c := n.calls[sid]
	if c == nil {
		c = &naiveCall{}
		n.calls[sid] = c
	}
	switch c.step {
	case 0:
		c.step = 1
	case 1:
		if r.FormValue("Status") == "valid" {
			var envelope struct{ Result struct{ Name string } }
			raw, err := base64.StdEncoding.DecodeString(r.FormValue("Base64Result"))
			if err == nil {
				err = json.Unmarshal(raw, &envelope)
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			c.name, c.step = envelope.Result.Name, 2
		}
	case 2:
		if r.FormValue("Digits") != "" {
			c.step = 3
		}
	case 3:
		c.step = 4
	}
	c.turn++
	n.turns[sid] = append(n.turns[sid], c.turn)
	fmt.Fprint(w, "<Response>", strings.ReplaceAll([]string{
		1: `<AIGather action="/voice"><Greeting>Your name?</Greeting><Parameters>{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Z][a-z]{2,8}$"}},"required":["name"]}</Parameters></AIGather>`,
		2: `<Gather numDigits="1" action="/voice"><Say>Thanks, %s. From 0 to 9, how was it?</Say></Gather><Say>We heard nothing. Goodbye, %s.</Say><Hangup/>`,
		3: `<Say>%s, leave a word.</Say><Record action="/voice" maxLength="60"/>`,
		4: `<Say>Goodbye, %s.</Say><Hangup/>`,
	}[c.step], "%s", c.name), "</Response>")
}

// naively opens worlds of the naive application, which asks Telnyx for nothing.
func naively(flow string, _ bool) *world {
	n := &naive{calls: map[string]*naiveCall{}, turns: map[string][]int{}}
	base := local.Address
	return &world{
		telnyx: simulator.Telnyx{
			URL: base + "/voice", FallbackURL: base + "/voice", StatusURL: base + "/status",
			Transport: inProcess{n}, Key: wire.TestKey(), Clock: simulator.NewClock(began),
		},
		at: func(_ context.Context, sid string) string {
			n.mu.Lock()
			defer n.mu.Unlock()
			if n.calls[sid] == nil {
				return flow // it has lost the call
			}
			return fmt.Sprintf("%s/%d", flow, n.calls[sid].step)
		},
		turns: func(_ testing.TB, sid string) []int { return n.turns[sid] },
		close: func() {},
	}
}

// TestNaive shows that the matrix has teeth: an application that is fine on good
// days fails most of it.
func TestNaive(t *testing.T) {
	cells, undisturbed := squares(t, naively, []string{"naive"}, 60)
	if len(cells) == 0 || len(undisturbed) > 50 {
		t.Fatalf("it is never fine: %v", undisturbed)
	}
	problems, tried := matrix(t, naively, cells)
	t.Logf("%d of %d calls went wrong, in %d cells", len(problems), tried, len(cells))
	if len(problems)*2 < tried {
		t.Errorf("only %d of %d calls went wrong", len(problems), tried)
	}
}
