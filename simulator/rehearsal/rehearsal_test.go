package rehearsal_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
	"texmlsrv/simulator"
	"texmlsrv/simulator/rehearsal"
	"texmlsrv/simulator/talk"
)

const shop = `title: Shop
start: ask
timezone: Europe/Paris
steps:
  ask:
    document: <Gather numDigits="4"><Say>Which order?</Say></Gather>
    into: order
    next: find
    otherwise: sorry
  find:
    lookup: {url: "{{ env.SHOP }}/orders/{{ gathered.order }}", headers: {Authorization: "{{ secrets.SHOP }}"}, into: order}
    next: told
    otherwise: sorry
  told: {document: "<Say>It is {{ vars.order.state }}.</Say>", outcome: told}
  sorry: {document: <Say>Sorry.</Say>, outcome: sorry}
`

func release(t *testing.T) *flows.Release {
	t.Helper()
	r, err := flows.Load(fstest.MapFS{"shop/flow.yaml": {Data: []byte(shop)}}, flows.Environment{
		Env: map[string]string{"SHOP": "https://shop.example"}, Secrets: map[string]string{"SHOP": "hush"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// presser presses keys when asked, and keeps the story.
type presser struct {
	keys  string
	story talk.Story
}

func (p *presser) Hears(l simulator.Line) bool {
	if l.Kind == "say" {
		p.story.Heard(l.Text)
	}
	return false
}

func (p *presser) Acts(_ context.Context, m simulator.Moment) (simulator.Act, error) {
	act := simulator.Act{}
	if m.Kind == simulator.MomentGather {
		act.Digits = &p.keys
	}
	p.story.Acted(m, act)
	return act, nil
}

// TestWorld plays a call with a look-up that is made up, and saves it: without the
// secret.
func TestWorld(t *testing.T) {
	r := release(t)
	canned, err := rehearsal.Canned(r, "shop", map[string]string{"find": `{"state": "on its way"}`})
	if err != nil {
		t.Fatal(err)
	}
	w, err := rehearsal.Start(rehearsal.Options{Release: r, Flow: "shop", Now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), Canned: canned})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	caller := &presser{keys: "4711"}
	record, err := w.Place(t.Context(), simulator.Call{Caller: caller})
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Settle()
	if news := w.News(t.Context()); len(news) == 0 || len(w.News(t.Context())) != 0 {
		t.Errorf("news: %+v", news)
	}
	text, err := w.Scenario(t.Context(), record.Call, caller.story.So()).YAML()
	if err != nil {
		t.Fatal(err)
	}
	const want = `title: A call to shop that ends as told
caller:
  number: "+14155550123"
given:
  now: "2026-11-23T10:00:00Z"
  called: "+13125550188"
  env:
    SHOP: "https://shop.example"
  secrets:
    SHOP: made-up
  lookups:
    find:
      result: {state: on its way}
exchanges:
  - hears: "Which order?"
    presses: "4711"
  - hears: "It is on its way."
expect:
  steps:
    - ask
    - find
    - told
  outcome: told
  gathered:
    order: "4711"
`
	if diff := cmp.Diff(want, strings.ReplaceAll(string(text), `"made-up"`, "made-up")); diff != "" {
		t.Error(diff)
	}
}

// TestFound reads what people write that a look-up brings.
func TestFound(t *testing.T) {
	for text, want := range map[string]flows.Found{
		"timeout": {Failed: "timeout"}, " connection ": {Failed: "connection"}, "409": {Code: 409, Failed: "status"},
		"204": {Code: 204}, `["19:00"]`: {Code: 200, Result: []any{"19:00"}}, "42": {Code: 200, Result: 42.0},
	} {
		got, err := rehearsal.Found(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", text, err, diff)
		}
	}
	if _, err := rehearsal.Found("perhaps"); err == nil {
		t.Error("perhaps is taken")
	}
}

// TestCanned refuses steps that look nothing up.
func TestCanned(t *testing.T) {
	r := release(t)
	for name, want := range map[string]string{"ask": "there is no step ask", "other/find": "there is no step other/find", "find": "find: this is neither JSON"} {
		if _, err := rehearsal.Canned(r, "shop", map[string]string{name: "perhaps"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestInstant reads times in the flow's zone.
func TestInstant(t *testing.T) {
	zone := rehearsal.Zone(release(t), "shop", "")
	for text, want := range map[string]string{
		"2026-12-25T10:00": "2026-12-25T10:00:00+01:00", "2026-12-25 10:00:30": "2026-12-25T10:00:30+01:00", "2026-12-25T10:00Z": "2026-12-25T11:00:00+01:00",
	} {
		got, err := rehearsal.Instant(text, zone)
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%s: %s, %v", text, got.Format(time.RFC3339), err)
		}
	}
	if _, err := rehearsal.Instant("tomorrow", zone); err == nil {
		t.Error("tomorrow is taken")
	}
}

// TestWorld_known knows the call whatever the last request was: events, and
// callbacks of other legs, have not its id.
func TestWorld_known(t *testing.T) {
	const asks = `title: Asks
start: ask
steps:
  ask:
    document: <AIGather><Greeting>Who?</Greeting><Parameters>{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}</Parameters></AIGather>
    next: call
  call: {document: <Dial><Number>+13125550199</Number></Dial>, outcome: called}
`
	r, err := flows.Load(fstest.MapFS{"shop/flow.yaml": {Data: []byte(asks)}}, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	w, err := rehearsal.Start(rehearsal.Options{Release: r, Flow: "shop", Now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	seen := map[string]bool{}
	call := simulator.Call{SID: "v3:this-call", Caller: simulator.RandomCaller(1, simulator.Habits{})}
	call.Observe = func(x simulator.Exchange) {
		seen[x.Kind] = true
		if got := w.SID(); got != call.SID {
			t.Errorf("after %s it is known as %q", x.Kind, got)
		}
	}
	if _, err := w.Place(t.Context(), call); err != nil {
		t.Fatal(err)
	}
	if !seen[simulator.KindEvent] || w.Masked(t.Context()) == nil {
		t.Errorf("seen %v", seen)
	}
}
