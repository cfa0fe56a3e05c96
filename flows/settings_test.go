package flows_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
)

// TestSettings finds what flows read of the environment wherever an expression
// can stand.
func TestSettings(t *testing.T) {
	release, err := flows.Load(tree([]file{
		{"desk/flow.yaml", `start: a
always: [{when: env.CLOSED, goto: b}]
summary: "{{ env.SUMMARY }}"
steps:
  a:
    document: a.xml
    next: [{when: answer.digits == env.DIGITS, set: {x: "{{ env.SET }}"}, goto: look}]
  look:
    lookup: {url: "https://{{ env.HOST }}/", headers: {Authorization: "Bearer {{ secrets.TOKEN }}"}, body: {a: ["{{ env.BODY }}"]}}
    otherwise: b
  b: {document: '<Say flow:if="env.IF">Hi</Say>', outcome: "{{ env.OUTCOME }}"}
`},
		{"desk/a.xml", `<Gather xmlns:flow="https://texmlsrv/flow" language="{{ env.LANGUAGE }}"><Say flow:for="x in split(env.LIST, ',')">{{ x }}</Say></Gather>`},
	}), flows.Environment{Env: map[string]string{"HOST": "h", "OTHER": "o"}, Secrets: map[string]string{"TOKEN": "", "UNREAD": "u"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range release.Settings() {
		line := s.Variable
		if s.Set {
			line += " set"
		}
		if s.Read {
			line += " read"
		}
		got = append(got, line)
	}
	want := []string{
		"FLOW_BODY read", "FLOW_CLOSED read", "FLOW_DIGITS read", "FLOW_HOST set read", "FLOW_IF read", "FLOW_LANGUAGE read",
		"FLOW_LIST read", "FLOW_OTHER set", "FLOW_OUTCOME read", "FLOW_SET read", "FLOW_SUMMARY read",
		"SECRET_TOKEN set read", "SECRET_UNREAD set",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
