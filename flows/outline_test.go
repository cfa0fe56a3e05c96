package flows_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
)

func TestOutline(t *testing.T) {
	const flow = `
title: Outline
start: ask
steps:
  ask:
    document: >-
      <Gather input="dtmf speech"><Say>1?</Say></Gather><Say>{{ step("dial") }}{{ step("dial") }}</Say>
    into: number
    next: dial
    otherwise: dial
  dial:
    document: <Dial><Number url="{{ aside('music') }}">+15550100</Number></Dial>
    next: [{when: answer.status == "busy", goto: rules}, {goto: ai}]
  ai:
    document: >-
      <AIGather><Greeting>Hello</Greeting><Parameters>{"type": "object", "properties": {"name": {"type": "string"}, "day": {"type": "string"}}}</Parameters></AIGather>
    next: rules
    otherwise: rules
  music:
    document: <Play>https://example.com/a.mp3</Play>
  rules:
    outcome: done
`
	release, err := flows.Load(fstest.MapFS{"one/flow.yaml": {Data: []byte(flow)}}, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]flows.Outline{
		"ask": {
			Verbs: []string{"Gather", "Say"}, Asks: []string{"Gather"}, Keys: true, Speech: true,
			Brings: []string{"number"}, Links: []flows.StepLink{{Step: "dial"}},
		},
		"dial":  {Verbs: []string{"Dial"}, Asks: []string{"Dial"}, Links: []flows.StepLink{{Step: "music", Aside: true}}},
		"ai":    {Verbs: []string{"AIGather"}, Asks: []string{"AIGather"}, Brings: []string{"name", "day"}},
		"music": {Verbs: []string{"Play"}},
		"rules": {},
	}
	questions := map[string]bool{"ask": true, "ai": true}
	for _, name := range release.Flows["one"].Order {
		t.Run(name, func(t *testing.T) {
			got := release.Flows["one"].Steps[name].Outline()
			if diff := cmp.Diff(want[name], got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if got.Question() != questions[name] {
				t.Errorf("is a question: %v", got.Question())
			}
		})
	}
}
