// Package format writes the files of a flow in one canonical form: flow.yaml,
// app.yaml, texts.yaml and other YAML, templates, and JSON Schemas.
//
// It exists so that nobody has to argue about layout, and so that a change of a
// flow shows what changed and nothing else. Formatting changes white space,
// quotes that are not needed, the order of the keys whose order means nothing,
// and the order of attributes; never a value, a comment, or the order of
// anything that the author put in order. What was formatted is formatted again
// into the same bytes.
//
// A formatter that loses something is worse than none, so nothing here trusts
// itself: every result is read again and held against what was there before. A
// file for which that fails is reported and left alone.
package format

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"texmlsrv/flows/problems"
)

// width is how long a line may get where there is a choice, in characters.
const width = 100

// ErrKind says that a file is none of those that flows are made of.
var ErrKind = errors.New("format: only .yaml, .yml, .xml and .json files can be formatted")

// Knows reports whether files of that name can be formatted.
func Knows(name string) bool { return formatter(name) != nil }

// Source formats a file. The name says of which kind it is: by its extension,
// and flow.yaml and app.yaml by their base name. It stands in messages as it
// is given. The error is ErrKind, or a problems.List that says why the file
// cannot be read.
func Source(name string, src []byte) ([]byte, error) {
	f := formatter(name)
	if f == nil {
		return nil, fmt.Errorf("%w, not %s", ErrKind, name)
	}
	text := strings.TrimPrefix(string(src), "\uFEFF")
	out, err := f(name, unixLines(text))
	if err != nil {
		return nil, err
	}
	return []byte(out), nil
}

func formatter(name string) func(name, src string) (string, error) {
	switch path.Ext(name) {
	case ".yaml", ".yml":
		return formatYAML
	case ".xml":
		return formatXML
	case ".json":
		return formatJSON
	}
	return nil
}

// unixLines makes every line end a line feed, as YAML and XML do when they are
// read.
func unixLines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// unfaithful is what becomes of a file that is right, but written in a way
// that would not survive.
func unfaithful(name string) error {
	return problems.List{{
		File:       name,
		Message:    "this cannot be formatted without changing what it means, and is left as it is",
		Suggestion: "it is written in an unusual way somewhere",
	}}
}
