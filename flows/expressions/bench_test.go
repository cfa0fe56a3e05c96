package expressions_test

import (
	"testing"

	"texmlsrv/flows/expressions"
)

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := expressions.Compile(`gathered.guests > 8 and call.from startsWith "+1"`, options); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEval(b *testing.B) {
	for name, source := range map[string]string{
		"path":    `gathered.day`,
		"rule":    `gathered.guests > 3 and call.from startsWith "+1"`,
		"list":    `any(vars.slots, .price < 29)`,
		"open":    `open(vars.hours)`,
		"pattern": `call.from matches "^[+]1"`,
	} {
		b.Run(name, func(b *testing.B) {
			e, s := compile(b, source), scope(b)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Truth(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTextString(b *testing.B) {
	text, s := compileText(b, "Hello {{ gathered.name }}, a table for {{ gathered.guests }} on {{ date(gathered.day) }}?"), scope(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := text.String(s); err != nil {
			b.Fatal(err)
		}
	}
}
