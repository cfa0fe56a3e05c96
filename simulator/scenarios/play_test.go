package scenarios_test

import (
	"testing"
	"testing/fstest"

	"texmlsrv/flows"
	"texmlsrv/simulator/scenarios"
)

func TestX(t *testing.T) {
	root := fstest.MapFS{
		"desk/flow.yaml": {Data: []byte(`
start: menu
steps:
  menu:
    document: <Gather input="dtmf speech"><Say>Hello. Sales or support?</Say></Gather>
    choices: {sales: 1, support: [2, support]}
    next:
      - {when: answer.choice == "sales", goto: sales}
      - goto: name
    otherwise: bye
  name:
    document: <AIGather><Greeting>Your name?</Greeting><Parameters>{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}</Parameters></AIGather>
    next: bye
    otherwise: bye
  sales: {document: "<Say>Sales.</Say><Dial><Number>+13125550188</Number></Dial>", next: bye}
  bye: {document: "<Say>Bye {{ gathered.name }}.</Say><Hangup/>", outcome: bye}
`)},
		"desk/scenarios/a.yaml": {Data: []byte(`
title: A
exchanges:
  - {hears: "Hello.  sales", presses: 3}
  - {hears: "/sales (or|and) support/", says: support, behaves: [duplicate, late_duplicate]}
  - {hears: name, gathers: {name: Ada}}
  - hears: Bye Ada
expect:
  steps: [menu, name, bye]
  outcome: bye
  gathered: {name: Ada}
  documents: [null, null, null, <Response><Say>Bye Ad.</Say><Hangup/></Response>]
`)},
	}
	release, err := flows.Load(root, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	all, wrong := scenarios.Find(root, "desk")
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	t.Log(all[0].Check(root, release))
	p, err := scenarios.NewPlayer(root, release)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	r, err := p.Play(t.Context(), all[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + r.Conversation.String())
	for _, f := range r.Failures {
		t.Log(f)
	}
	t.Log(r.Took, r.Record.End, r.Record.Reason)
}
