package fromcall_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
	"texmlsrv/simulator/scenarios"
	"texmlsrv/simulator/scenarios/fromcall"
)

const shop = `title: Shop
start: who
steps:
  who:
    document: |
      <AIGather><Greeting>Who is calling?</Greeting><Parameters>{"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string"}, "email": {"type": "string", "format": "email"}, "phone": {"type": "string", "pattern": "^[0-9]{10}$"},
        "card": {"type": "string", "x-sensitive": true, "pattern": "^[0-9]{16}$"}, "street": {"type": "string"},
        "day": {"type": "string", "format": "date"}, "guests": {"type": "integer", "minimum": 1}, "customer": {"type": "integer"}, "vip": {"type": "boolean"}}}</Parameters></AIGather>
    next: about
    otherwise: about
  about:
    document: <Gather input="speech"><Say>Hello {{ gathered.name }}. What is it about?</Say></Gather>
    next:
      - {when: 'answer.speech contains "refund"', goto: order}
      - goto: bye
    otherwise: bye
  order:
    document: <Gather numDigits="4"><Say>Your order?</Say></Gather>
    into: order
    next: find
    otherwise: bye
  find:
    lookup: {url: "https://shop.example/{{ gathered.order }}", headers: {Authorization: "{{ secrets.SHOP }}"}, into: found}
    next:
      - {when: 'vars.found.state == "open" and vars.found.total > 50', goto: pin}
      - goto: bye
    otherwise: bye
  pin:
    document: <Gather numDigits="2"><Say>Your code, please. It goes to {{ vars.found.customer.name }}.</Say></Gather>
    sensitive: true
    next: done
    otherwise: bye
  done: {document: <Say>Done.</Say><Hangup/>, outcome: refunded}
  bye: {document: <Say>Bye.</Say><Hangup/>, outcome: bye}
`

const caller = `title: A refund
caller: {number: "+442079460958", name: Ada Lovelace}
given:
  secrets: {SHOP: hush}
  params: {source: letter, to: ada@lovelace.example}
  lookups:
    find: {result: {state: open, total: 120, customer: {name: Ada Lovelace, mail: ada@lovelace.example, phone: "+44 20 7946 0958", id: 88001234}, notes: Mrs Lovelace moved to Marylebone, due: 2026-12-01}}
exchanges:
  - gathers: {name: Ada Lovelace, email: ada@lovelace.example, phone: "2079460958", card: "4242424242424242", street: 12 St James's Square, day: 2026-12-24, guests: 4, customer: 88001234, vip: true}
  - says: This is Lovelace, I want a refund for order 4711 sent to Marylebone
  - presses: 4711
  - presses: 83
expect: {outcome: refunded}
`

// call plays a scenario of the shop.
func call(t *testing.T, flow, scenario string) (*flows.Release, *scenarios.Result) {
	t.Helper()
	release, err := flows.Load(fstest.MapFS{"shop/flow.yaml": {Data: []byte(flow)}}, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	s, wrong := scenarios.Read("shop", "shop/scenarios/refund.yaml", []byte(scenario))
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	release, was := played(t, release, s)
	if !was.Passed() {
		t.Fatal(was.Explain())
	}
	return release, was
}

// TestOf_personal makes up everything that tells of the caller, the same wherever
// it stands, and leaves what decides the way.
func TestOf_personal(t *testing.T) {
	release, was := call(t, shop, caller)
	made, err := fromcall.Of(t.Context(), release, was.Session, was.Timeline)
	if err != nil {
		t.Fatal(err)
	}
	const want = `# Made of a call. Numbers, names and words are made up, each the same wherever it stands.
title: A call to shop that ends as refunded
caller:
  number: "+13125550101"
  name: Robin Sample
given:
  now: "2026-11-23T10:00:00Z"
  called: "+14155550188"
`
	if !strings.HasPrefix(string(made.Text), want) {
		t.Errorf("it begins otherwise:\n%s", cmp.Diff(want, string(made.Text)))
	}
	for _, personal := range []string{"ada", "lovelace", "7946", "0958", "4242", "james", "square", "marylebone", "4711", "88001234", "hush", `"83"`} {
		if strings.Contains(strings.ToLower(string(made.Text)), personal) {
			t.Errorf("%s is in it", personal)
		}
	}
	for _, kept := range []string{"refund", "2026-12-24", "guests: 4", "vip: true", "state: open", "total: 120", "2026-12-01"} {
		if !strings.Contains(string(made.Text), kept) {
			t.Errorf("%s is not in it", kept)
		}
	}
	if is := again(t, release, "shop", made.Text); !is.Passed() || !made.Same {
		t.Errorf("told %v\n%s", made.Same, is.Explain())
	}
}

// TestOf_personalOutcome tells of no outcome that holds what the caller said, and
// that what is made up there is no other way.
func TestOf_personalOutcome(t *testing.T) {
	flow := strings.Replace(shop, "outcome: refunded", `outcome: "refunded {{ gathered.name }}"`, 1)
	for name, rule := range map[string]string{"same": `"refund"`, "other": `"refund" and gathered.name contains "Lovel"`} {
		t.Run(name, func(t *testing.T) {
			release, was := call(t, strings.Replace(flow, `"refund"'`, rule+"'", 1), strings.Replace(caller, "outcome: refunded", "outcome: refunded Ada Lovelace", 1))
			made, err := fromcall.Of(t.Context(), release, was.Session, was.Timeline)
			if err != nil {
				t.Fatal(err)
			}
			if told := made.Outcome + string(made.Text); strings.Contains(told, "refunded Ada") || strings.Contains(made.Outcome, "Lovelace") {
				t.Errorf("the name is in it:\n%s", told)
			}
			if made.Same != (name == "same") {
				t.Errorf("it goes the same way: %v\n%s", made.Same, made.Text)
			}
		})
	}
}

// TestOf_anotherWay says in the file where what is made up leads another way; what
// the file expects is what comes of it.
func TestOf_anotherWay(t *testing.T) {
	flow := strings.Replace(shop, `"refund"'`, `"refund" and gathered.name contains "Lovel"'`, 1)
	release, was := call(t, flow, caller)
	made, err := fromcall.Of(t.Context(), release, was.Session, was.Timeline)
	if err != nil {
		t.Fatal(err)
	}
	if made.Same {
		t.Error("it is said to go the same way")
	}
	const want = `# Played again, it goes another way. The call itself went:
#   who, about, order, find, pin, done
# and its outcome was refunded.
# They part at turn 3: the rule next[0] of about held there, when
#   answer.speech contains "refund" and gathered.name contains "Lovel"
# and what it reads is made up here. Put in its place what holds, too.
`
	if !strings.Contains(string(made.Text), want) {
		t.Error(cmp.Diff(want, string(made.Text)))
	}
	if is := again(t, release, "shop", made.Text); !is.Passed() {
		t.Error(is.Explain())
	}
}

// TestOf_goesOn makes a scenario of a call that goes on: up to where it is.
func TestOf_goesOn(t *testing.T) {
	release, was := call(t, shop, strings.Replace(caller, "  - presses: 83\nexpect: {outcome: refunded}", "  - hangs_up: true", 1))
	session := *was.Session
	session.EndedAt, session.Ending = time.Time{}, ""
	made, err := fromcall.Of(t.Context(), release, &session, was.Timeline)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(made.Text), "# The call was still going on; here the caller hangs up.\n") || !strings.Contains(string(made.Text), "hangs_up: true") {
		t.Error(string(made.Text))
	}
	if is := again(t, release, "shop", made.Text); !is.Passed() || !made.Same {
		t.Errorf("told %v\n%s", made.Same, is.Explain())
	}
}

// TestOf_lookupTwice plays a call whose requests came twice at once, and whose
// look-up brought something else the second time: both requests bring the same.
func TestOf_lookupTwice(t *testing.T) {
	release, was := call(t, `start: code
steps:
  code:
    document: <Gather numDigits="4"><Say>Your code?</Say></Gather>
    into: code
    next: find
  find:
    lookup: {url: "https://shop.example/{{ gathered.code }}", into: found}
    next:
      - {when: vars.found.known, goto: bye}
      - {goto: code}
  bye: {document: <Say>Bye.</Say><Hangup/>, outcome: known}
`, `title: A code that is known at the third try
given:
  lookups:
    find: [{result: {known: false}}, {result: {known: false}}, {result: {known: true}}]
exchanges:
  - {presses: 4711, behaves: [{duplicate: 3}]}
  - {presses: 4711, behaves: [{duplicate: 3}]}
  - {presses: 4711, behaves: [{duplicate: 3}]}
expect: {steps: [code, find, code, find, code, find, bye]}
`)
	for range 20 {
		made, err := fromcall.Of(t.Context(), release, was.Session, was.Timeline)
		if err != nil {
			t.Fatal(err)
		}
		if !made.Same {
			t.Fatalf("it goes another way:\n%s", made.Text)
		}
	}
}

// TestOf_noFlow has nothing to play against.
func TestOf_noFlow(t *testing.T) {
	release, was := call(t, shop, caller)
	session := *was.Session
	session.Call.Flow = "other"
	if _, err := fromcall.Of(t.Context(), release, &session, was.Timeline); err == nil {
		t.Error("a scenario was made")
	}
}
