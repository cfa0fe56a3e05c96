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

// BenchmarkCheck reads and checks a document of the usual size.
func BenchmarkCheck(b *testing.B) {
	src := doc(aiGather(), say("Goodbye.")).Bytes()
	b.ReportAllocs()
	for b.Loop() {
		texml.Check(src, texml.CheckOptions{})
	}
}

// BenchmarkCheckTree checks a document that was read.
func BenchmarkCheckTree(b *testing.B) {
	tree, err := texml.ParseTree(doc(aiGather(), say("Goodbye.")).Bytes())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		tree.Check(texml.CheckOptions{})
	}
}
