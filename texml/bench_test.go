package texml_test

import (
	"testing"

	"texmlsrv/texml"
)

func BenchmarkParse_aigather(b *testing.B) {
	src := doc(aiGather(), say("Goodbye."), &texml.Hangup{}).Bytes()
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := texml.Parse(src); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseTree_aigather(b *testing.B) {
	src := doc(aiGather(), say("Goodbye."), &texml.Hangup{}).Bytes()
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := texml.ParseTree(src); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBytes_aigather(b *testing.B) {
	d := doc(aiGather(), say("Goodbye."), &texml.Hangup{})
	b.SetBytes(int64(len(d.Bytes())))
	b.ReportAllocs()
	for b.Loop() {
		if len(d.Bytes()) == 0 {
			b.Fatal("no document")
		}
	}
}
