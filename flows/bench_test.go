package flows_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/templates"
)

// deskCall is a call to the front desk that waits for its first answer.
func deskCall(b *testing.B) (*flows.Release, *sessions.Session) {
	release := load(b, templates.FS, flows.Environment{})
	d := release.Begin(sessions.Call{SID: "v3:bench", From: "+15550100", To: "+13125550188"}, "front-desk", monday)
	if !d.Session.Ask.Has("AIGather") {
		b.Fatalf("the front desk begins with %v, not with an AIGather", d.Session.Ask.Verbs)
	}
	return release, &d.Session
}

// BenchmarkAnswer is a step of the engine: a result read, rules tried, and the
// next document rendered.
func BenchmarkAnswer(b *testing.B) {
	release, s := deskCall(b)
	brought := flows.Brought{AI: &flows.AIResult{
		Result:  map[string]any{"intent": "message", "name": "Ada Lovelace"},
		History: []sessions.Message{{Role: "assistant", Content: "How can I help you?"}, {Role: "user", Content: "A message, please. Ada Lovelace."}},
	}}
	b.ReportAllocs()
	for b.Loop() {
		if d := release.Answer(s, brought, flows.ViaAction, "", monday); d.Session.Step == s.Step {
			b.Fatal("the answer led nowhere")
		}
	}
}

// BenchmarkRender draws the document with the AIGather of the front desk.
func BenchmarkRender(b *testing.B) {
	release, s := deskCall(b)
	b.ReportAllocs()
	for b.Loop() {
		if d := release.Answer(s, flows.Brought{}, flows.ViaNext, "", monday); d.Document.IsZero() || d.Session.Step != s.Step {
			b.Fatal("the question was not asked again")
		}
	}
}

// BenchmarkLoad loads the embedded flows.
func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		load(b, templates.FS, flows.Environment{})
	}
}

// BenchmarkLoadLarge loads a flow of 500 steps.
func BenchmarkLoadLarge(b *testing.B) {
	var text strings.Builder
	text.WriteString("start: step-0\nsteps:\n")
	for i := range 500 {
		fmt.Fprintf(&text, "  step-%d:\n    document: <Gather><Say>Number %d, {{ gathered.name }}.</Say></Gather>\n", i, i)
		fmt.Fprintf(&text, "    next: [{when: answer.digits == \"1\" and attempt < 3, goto: step-%d}, {goto: again}]\n", (i+1)%500)
	}
	root := fstest.MapFS{"large/flow.yaml": &fstest.MapFile{Data: []byte(text.String())}}
	b.ReportAllocs()
	for b.Loop() {
		load(b, root, flows.Environment{})
	}
}
