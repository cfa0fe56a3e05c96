package consoletest

import (
	"testing"
	"testing/fstest"

	"texmlsrv/flows"
)

// Shop is a release of one flow, which is called shop and waits for one thing
// after the other. It has a secret, hush-hush.
func Shop(t testing.TB) *flows.Release {
	t.Helper()
	r, err := flows.Load(fstest.MapFS{"shop/flow.yaml": {Data: []byte(shop)}}, flows.Environment{
		Env: map[string]string{"SHOP": "https://shop.example"}, Secrets: map[string]string{"SHOP": "hush-hush"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const shop = `title: The shop
start: greeting
timezone: Europe/Paris
variables: {shop: Chez Nous, floors: 3}
steps:
  greeting:
    document: |
      <AIGather><Greeting>Welcome to {{ vars.shop }}. What is it about?</Greeting>
        <Parameters>{"type": "object", "properties": {
          "about": {"type": "string", "enum": ["order", "person"]},
          "name": {"type": "string", "maxLength": 20, "description": "The caller's name"},
          "card": {"type": "string", "x-sensitive": true},
          "party": {"type": "object", "properties": {"guests": {"type": "integer", "minimum": 1, "maximum": 8}, "dogs": {"type": "boolean"}}, "required": ["guests"]}},
          "required": ["about"]}</Parameters></AIGather>
    next: order
    otherwise: order
  order:
    document: <Gather numDigits="4" input="dtmf speech"><Say>Which order?</Say></Gather>
    into: order
    next: find
    otherwise: call
  find:
    lookup: {url: "{{ env.SHOP }}/orders/{{ gathered.order }}", headers: {Authorization: "{{ secrets.SHOP }}"}, into: found}
    next: told
    otherwise: call
  told:
    document: <Say>It is {{ vars.found.state }}.</Say>
    next: call
  call:
    document: <Dial><Number>+13125550199</Number></Dial>
    next: [{when: answer.status == "completed", goto: good}, {goto: message}]
  message:
    document: <Say>Leave a message.</Say><Record/>
    next: good
    otherwise: good
  good: {document: <Say>Goodbye.</Say><Hangup/>, outcome: served}
`
