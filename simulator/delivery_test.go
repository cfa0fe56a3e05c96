package simulator_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/api"
	"texmlsrv/simulator/local"
	"texmlsrv/simulator/wire"
)

// three asks the same question three times, so that the answer to one would do
// for any other: by documents, and by commands while a document holds the call.
func three(ask string) fstest.MapFS {
	step := func(name, next string) string {
		return fmt.Sprintf("  %s:\n    %s\n    next: [{set: {%s: \"{{ gathered.answer }}\"}, goto: %s}]\n",
			name, strings.ReplaceAll(ask, "GREETING", name+"?"), name, next)
	}
	return fstest.MapFS{"desk/flow.yaml": {Data: []byte("start: first\ndefaults: {attempts: 3, otherwise: operator, history: carry, voice: Telnyx.NaturalHD.Astra}\nsteps:\n" +
		step("first", "second") + step("second", "third") + step("third", "bye") +
		"  bye: {document: \"<Say>{{ vars.first }}, {{ vars.second }}, {{ vars.third }}.</Say><Hangup/>\", outcome: answered}\n" +
		"  operator: {document: <Say>One moment.</Say><Hangup/>, outcome: operator}\n")}}
}

const schema = `{"type":"object","required":["answer"],"properties":{"answer":{"type":"string"}}}`

var asking = map[string]string{
	"documents": `document: '<AIGather><Greeting>GREETING</Greeting><Parameters>` + schema + `</Parameters></AIGather>'`,
	"commands":  "document: <Pause length=\"90\"/>\n    command: {gather_using_ai: {greeting: \"GREETING\", send_partial_results: true, parameters: " + schema + "}}",
}

// deliveries are the ways in which the answer to each question comes.
var deliveries = map[string][]simulator.Behaviour{
	"action":                  nil,
	"event":                   {{Name: simulator.OnlyEvent}},
	"event-then-late-action":  {{Name: simulator.Delay, Delay: 4 * time.Second}},
	"both-at-once":            {{Name: simulator.Duplicate, Times: 2}},
	"action-then-event":       {{Name: simulator.Reorder}},
	"action-without-result":   {{Name: simulator.NoResult}, {Name: simulator.LateDuplicate}},
	"conversation-ended-only": {{Name: simulator.OnlyConversationEnded}},
	"event-and-api-down":      {{Name: simulator.OnlyEvent}, {Name: simulator.API, Fault: simulator.APIDown}},
	"event-and-wrong-key":     {{Name: simulator.OnlyEvent}, {Name: simulator.API, Fault: simulator.APIUnauthorized}},
	"event-and-call-gone":     {{Name: simulator.OnlyEvent}, {Name: simulator.API, Fault: simulator.APIGone}},
	"event-and-refused":       {{Name: simulator.OnlyEvent}, {Name: simulator.API, Fault: simulator.APIInvalid}},
	"event-and-rate-limited":  {{Name: simulator.OnlyEvent}, {Name: simulator.API, Fault: simulator.APIRateLimited}},
	"event-and-api-timeout":   {{Name: simulator.OnlyEvent}, {Name: simulator.API, Fault: simulator.APITimeout}},
}

// answering answers each question with a word of its own. The first time that it
// is asked, its answer comes as the delivery has it.
type answering struct {
	behaves   []simulator.Behaviour
	greeting  string
	asked     map[string]int
	forgotten []string // questions that were asked again without what was said
}

func (a *answering) Hears(l simulator.Line) bool {
	if l.Kind == "greeting" {
		a.greeting = strings.TrimSuffix(l.Text, "?")
	}
	return false
}

func (a *answering) Acts(_ context.Context, m simulator.Moment) (simulator.Act, error) {
	if m.Kind != simulator.MomentAI {
		return simulator.Act{}, nil
	}
	if a.asked[a.greeting]++; a.asked[a.greeting] > 1 {
		if len(m.History) == 0 || !strings.Contains(m.History[len(m.History)-1].Content, "the "+a.greeting+" word") {
			a.forgotten = append(a.forgotten, fmt.Sprint(a.greeting, m.History))
		}
		return a.says(), nil
	}
	act := a.says()
	act.Behaves = a.behaves
	return act, nil
}

func (a *answering) says() simulator.Act {
	word := "the " + a.greeting + " word"
	object, _ := json.Marshal(map[string]string{"answer": word})
	return simulator.Act{Gathers: object}
}

// TestDelivery has three AI gathers in a row answered in each way that Telnyx
// may have, with and without an API key: the same comes of it. Where only the end
// of the talk is told, each question is asked once more at most, with what was
// said.
func TestDelivery(t *testing.T) {
	stores := newStores(t)
	for _, ask := range slices.Sorted(maps.Keys(asking)) {
		for _, delivery := range slices.Sorted(maps.Keys(deliveries)) {
			for _, key := range []bool{true, false} {
				if ask == "commands" && !key {
					continue // nothing can be asked by command
				}
				t.Run(fmt.Sprintf("%s/%s/key=%v", ask, delivery, key), func(t *testing.T) {
					for seed := range uint64(8) {
						delivered(t, stores, asking[ask], deliveries[delivery], key, seed)
					}
				})
			}
		}
	}
}

func newStores(t *testing.T) *local.Stores {
	t.Helper()
	stores, err := local.NewStores()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stores.Close)
	return stores
}

// reached is a world whose application can be given an API key, and the platform
// around it.
func reached(t testing.TB, o local.Options, key bool) (*simulator.Telnyx, *local.Server, *simulator.Control) {
	t.Helper()
	o.Clock = local.NewClock(began)
	control, err := simulator.NewControl(api.Options{Now: o.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	if key {
		o.API = control
	}
	public, _ := wire.TestKey().Public().(ed25519.PublicKey)
	o.Keys = []ed25519.PublicKey{public}
	server, err := local.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	_, proof, _ := strings.Cut(server.VoiceURL("desk"), "?") // of a GET
	return &simulator.Telnyx{
		URL: server.VoiceURL("desk"), FallbackURL: server.VoiceURL("desk"), StatusURL: server.StatusURL() + "?" + proof, EventsURL: server.EventsURL(),
		Transport: server, Key: wire.TestKey(), Clock: server.Clock, Control: control,
		Patience: local.Patience,
	}, server, control
}

func delivered(t *testing.T, stores *local.Stores, ask string, behaves []simulator.Behaviour, key bool, seed uint64) {
	t.Helper()
	telnyx, server, control := reached(t, local.Options{Flows: three(ask), Stores: stores}, key)
	caller := &answering{behaves: behaves, asked: map[string]int{}}
	record, err := telnyx.Place(t.Context(), simulator.Call{Seed: seed, Caller: caller})
	if err != nil {
		t.Fatal(err)
	}
	server.Clock.Settle()
	s, err := server.Session(t.Context(), record.Call.SID)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(s.Vars["first"], ", ", s.Vars["second"], ", ", s.Vars["third"], ": ", s.Outcome)
	if want := "the first word, the second word, the third word: answered"; got != want || record.End != simulator.HungUp {
		t.Errorf("seed %d: %s, and the call ended as %s (%s)\n%s", seed, got, record.End, record.Reason, whatHappened(t, server, record, control))
	}
	for name, n := range caller.asked {
		if most := asksAtMost(ask, behaves); n > most {
			t.Errorf("seed %d: %s was asked %d times\n%s", seed, name, n, whatHappened(t, server, record, control))
		}
	}
	if len(caller.forgotten) > 0 {
		t.Errorf("seed %d: asked again without what was said: %v", seed, caller.forgotten)
	}
	for _, x := range record.Exchanges {
		if x.Status != 200 {
			t.Errorf("seed %d: %s %s was answered %d", seed, x.Kind, x.URL, x.Status)
		}
	}
}

// TestCommandFails has the API take no command: the step does what it does on an
// error, whether that can be pushed or has to wait for the document's end.
func TestCommandFails(t *testing.T) {
	stores := newStores(t)
	for _, fault := range append(simulator.APIFaults(), "no-key") {
		t.Run(fault, func(t *testing.T) {
			for seed := range uint64(8) {
				telnyx, server, control := reached(t, local.Options{Flows: three(asking["commands"]), Stores: stores}, fault != "no-key")
				call := simulator.Call{Seed: seed, Caller: &answering{asked: map[string]int{}}}
				if fault != "no-key" {
					call.Behaves = []simulator.Behaviour{{Name: simulator.API, Fault: fault}}
				}
				record, err := telnyx.Place(t.Context(), call)
				if err != nil {
					t.Fatal(err)
				}
				s, err := server.Session(t.Context(), record.Call.SID)
				if err != nil {
					t.Fatal(err)
				}
				if s.Outcome != "operator" || s.Turn != 2 || record.End != simulator.HungUp {
					t.Errorf("seed %d: outcome %q after %d turns, and the call ended as %s\n%s", seed, s.Outcome, s.Turn, record.End, whatHappened(t, server, record, control))
				}
			}
		})
	}
}

// TestAnyDay has whatever may go wrong go wrong, all the time, in calls that ask
// by command and by document: each ends as it may, every turn is committed once,
// and nothing is answered with an error.
func TestAnyDay(t *testing.T) {
	stores, names, faults := newStores(t), simulator.Behaviours(), simulator.APIFaults()
	for _, ask := range slices.Sorted(maps.Keys(asking)) {
		t.Run(ask, func(t *testing.T) {
			for seed := uint64(1); seed <= 60; seed++ {
				telnyx, server, control := reached(t, local.Options{Flows: three(asking[ask]), Stores: stores}, seed%4 != 0)
				random := rand.New(rand.NewPCG(seed, 5))
				caller := &unlucky{Caller: simulator.RandomCaller(seed, simulator.Habits{Silent: 0.1, HangsUp: 0.03, Wrong: 0.1}), behaves: func() (b []simulator.Behaviour) {
					for range random.IntN(4) {
						b = append(b, simulator.Behaviour{Name: names[random.IntN(len(names))], Fault: faults[random.IntN(len(faults))]})
					}
					return b
				}}
				record, err := telnyx.Place(t.Context(), simulator.Call{Seed: seed, Caller: caller, Behaves: caller.behaves()})
				if err != nil {
					t.Fatal(err)
				}
				if problem := wentWrong(t, server, record); problem != "" {
					t.Errorf("seed %d: %s\n%s", seed, problem, whatHappened(t, server, record, control))
				}
				server.Close()
			}
		})
	}
}

// unlucky is a caller on whose days anything goes wrong.
type unlucky struct {
	simulator.Caller
	behaves func() []simulator.Behaviour
}

func (u *unlucky) Acts(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	act, err := u.Caller.Acts(ctx, m)
	act.Behaves = u.behaves()
	return act, err
}

// wentWrong says what no application may do; "" when it did nothing of it.
func wentWrong(t *testing.T, server *local.Server, record *simulator.Record) string {
	t.Helper()
	if record.End != simulator.HungUp && record.End != simulator.CallerHungUp {
		return fmt.Sprintf("the call ended as %s: %s", record.End, record.Reason)
	}
	for _, x := range record.Exchanges {
		forged := x.Behaves == simulator.BadSignature || x.Behaves == simulator.StaleSignature
		if x.Status != 200 && !(forged && x.Status == 403) {
			return fmt.Sprintf("%s %s was answered %d", x.Kind, x.Behaves, x.Status)
		}
	}
	server.Clock.Settle()
	timeline, err := server.Timeline(t.Context(), record.Call.SID)
	if err != nil {
		t.Fatal(err)
	}
	turn := 0
	for _, e := range timeline {
		if e.Kind != sessions.EntryTurn && e.Kind != sessions.EntryLost {
			continue
		}
		if turn++; e.Turn != turn {
			return fmt.Sprintf("turn %d follows turn %d", e.Turn, turn-1)
		}
	}
	return ""
}

// asksAtMost is how often a question may be asked: once more where nothing told
// what was gathered.
func asksAtMost(ask string, behaves []simulator.Behaviour) int {
	for _, b := range behaves {
		// The event of a command has the place of an action: it may have no result, or come long after the end of the talk.
		late := ask == asking["commands"] && (b.Name == simulator.NoResult || b.Name == simulator.Delay)
		if b.Name == simulator.OnlyConversationEnded || late {
			return 2
		}
	}
	return 1
}

// whatHappened is what happened in a call, for whoever has to find out why.
func whatHappened(t testing.TB, server *local.Server, record *simulator.Record, control *simulator.Control) string {
	t.Helper()
	var b strings.Builder
	for _, l := range record.Lines {
		fmt.Fprintf(&b, "%v line %s %.80s\n", l.At.Sub(record.Began), l.Kind, l.Text)
	}
	for _, x := range record.Exchanges {
		fmt.Fprintf(&b, "%v %s %s %s %d %v %.300s\n", x.At.Sub(record.Began), x.Kind, x.Behaves, strings.TrimPrefix(x.URL, local.Address), x.Status, x.Executed, event(x.Body))
	}
	for _, r := range control.Received() {
		fmt.Fprintf(&b, "%v API %s %d %.200s\n", r.At.Sub(record.Began), r.Name, r.Status, r.Body)
	}
	timeline, err := server.Timeline(t.Context(), record.Call.SID)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range timeline {
		fmt.Fprintf(&b, "%v %s turn %d %s/%s %v %s\n", e.At.Sub(record.Began), e.Kind, e.Turn, e.Flow, e.Step, e.Notes, kindOf(e))
	}
	return b.String()
}

func kindOf(e sessions.Entry) string {
	switch {
	case e.Event != nil:
		return e.Event.Kind
	case e.Sending != nil:
		return e.Sending.Name + " " + e.Sending.Outcome
	}
	return ""
}
