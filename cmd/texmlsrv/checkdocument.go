package main

import (
	"bytes"
	"io"
	"os"

	"texmlsrv/flows/problems"
	"texmlsrv/texml"
)

// documentLimit is the most that is read of a document that belongs to no flow.
const documentLimit = 4 << 20

// standalone is a TeXML or TwiML document that belongs to no flow.
type standalone struct {
	name string // as the person who called wrote it
	text []byte
}

// readDocument reads a file, or standard input for "-".
func readDocument(a *app, path string) (standalone, error) {
	if path == "-" {
		text, err := io.ReadAll(io.LimitReader(a.stdin, documentLimit))
		return standalone{"stdin", text}, err
	}
	text, err := os.ReadFile(path)
	return standalone{path, text}, err
}

// options tell how to look at the document: one that declares our prefix is a
// template.
func (d standalone) options(context texml.Context) texml.CheckOptions {
	return texml.CheckOptions{Context: context, Template: bytes.Contains(d.text, []byte("xmlns:flow="))}
}

// check finds what is wrong with the document.
func (d standalone) check(context texml.Context) problems.List {
	source := problems.NewSource(d.name, d.text)
	var found problems.List
	for _, p := range texml.Check(d.text, d.options(context)) {
		problem := source.At(p.Pos.Line, p.Pos.Column, p.Suggestion, "%s", p.Message)
		problem.Severity, problem.Code = p.Severity, p.Code
		found = append(found, problem)
	}
	return found
}

// mended is the document with everything put right that can only be meant one
// way.
func (d standalone) mended(context texml.Context) []byte {
	return texml.Mend(d.text, texml.Check(d.text, d.options(context)))
}
