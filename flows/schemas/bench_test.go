package schemas_test

import (
	"testing"

	"texmlsrv/flows/schemas"
)

func BenchmarkRead(b *testing.B) {
	s := compile(b, party)
	result := object(b, `{"day":"2026-12-24","guests":"4","name":" Zoë ","note":"by the window"}`)
	b.ReportAllocs()
	for b.Loop() {
		if r := schemas.Read(s, s, result, nil); !r.Usable {
			b.Fatal(r.Problems)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	n := node(b, party)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := schemas.Compile(n); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCachedHit(b *testing.B) {
	n := node(b, party)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := schemas.Cached(n); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWithoutHit(b *testing.B) {
	s := compile(b, party)
	b.ReportAllocs()
	for b.Loop() {
		if part, _ := s.Without([]string{"day"}); part == s {
			b.Fatal("whole")
		}
	}
}
