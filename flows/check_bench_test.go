package flows_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"texmlsrv/flows"
	"texmlsrv/templates"
)

// longFlow is a flow of so many steps: questions that lead on to one another,
// each with a condition and a name of its own.
func longFlow(steps int) fstest.MapFS {
	var b strings.Builder
	b.WriteString("start: s0\ndefaults: {otherwise: end}\nsteps:\n")
	for i := range steps - 1 {
		fmt.Fprintf(&b, "  s%d:\n    document: ask.xml\n    choices: {yes%d: [1, sure], no%d: [2, never]}\n    into: a%d\n    next:\n", i, i, i, i)
		fmt.Fprintf(&b, "      - {when: gathered.a%d == \"no%d\", set: {last: \"{{ gathered.a%d }}\"}, goto: end}\n      - goto: %s\n", i/2, i/2, i, nextStep(i, steps))
	}
	b.WriteString("  end: {document: \"<Say>Bye, {{ vars.last }}.</Say>\"}\n")
	return fstest.MapFS{"long/flow.yaml": {Data: []byte(b.String())}, "long/ask.xml": {Data: []byte(longDocument)}}
}

func nextStep(i, steps int) string {
	if i+1 == steps-1 {
		return "end"
	}
	return fmt.Sprintf("s%d", i+1)
}

const longDocument = `<Response xmlns:flow="https://texmlsrv/flow">
  <Gather input="dtmf speech" numDigits="1" timeout="8">
    <Say flow:if="attempt == 1">Welcome, {{ gathered.a0 }}.</Say>
    <Say flow:if="attempt == 2">Sorry, once more, please.</Say>
    <Say flow:if="attempt > 2">One last time, please.</Say>
    <Say>Yes, or no?</Say>
  </Gather>
</Response>
`

func BenchmarkCheck(b *testing.B) {
	b.Run("embedded", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if found := flows.Check(templates.FS); len(found) > 0 {
				b.Fatal(found[0])
			}
		}
	})
	for _, steps := range []int{125, 250, 500} {
		root := longFlow(steps)
		if found := flows.Check(root); len(found) > 0 {
			b.Fatalf("the long flow is wrong:\n%v", found[0])
		}
		b.Run(fmt.Sprintf("steps=%d", steps), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if found := flows.Check(root); len(found) > 0 {
					b.Fatal(found[0])
				}
			}
		})
	}
}
