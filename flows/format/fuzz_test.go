package format_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/format"
	"texmlsrv/texml"
)

// seed adds the files of the cases and the embedded flows.
func seed(f *testing.F, extensions ...string) {
	f.Helper()
	files := embedded(f)
	paths, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		_, inner := archive(f, path)
		files = append(files, inner...)
	}
	for _, one := range files {
		for _, extension := range extensions {
			if filepath.Ext(one.name) == extension {
				f.Add(one.text)
			}
		}
	}
}

// twice formats a source, and what comes of it; ok is false when it is refused.
func twice(t *testing.T, name, src string) (once []byte, ok bool) {
	t.Helper()
	once, err := format.Source(name, []byte(src))
	if err != nil {
		return nil, false
	}
	again, err := format.Source(name, once)
	if err != nil || !bytes.Equal(once, again) {
		t.Fatalf("from %q\nonce  %q\nagain %q, %v", src, once, again, err)
	}
	return once, true
}

// FuzzYAML: what the library makes of a file is what it makes of the formatted
// one.
func FuzzYAML(f *testing.F) {
	seed(f, ".yaml")
	for _, s := range []string{
		"a: {b, c: , d: 1}\ne: [x: y, {z: 1}]\nf:\ng: ~\nh: &q !!str 12\ni: *q\n", "a: |\n  x\n\n # c\nb: >-\n\n  y\n   z\n",
		"# h\n\n---\n- - a\n  - b\n-\n- &x\n  k: v\n...\n# t\n", "a: |+\n  x\n\n", "? a\n: b\n? c\n", "0: |\n  ", ":\n! 0000:\n",
		"k: # lead\n  v # beside\n", "- {a: 1, # x\n   b: 2}\n", "{a: 1} # x\n", "--- |\n x\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		once, ok := twice(t, "flow.yaml", src)
		if !ok {
			return
		}
		var before, after any
		errBefore, errAfter := yaml.Load([]byte(src), &before), yaml.Load(once, &after)
		if (errBefore == nil) != (errAfter == nil) || errBefore == nil && fmt.Sprintf("%#v", before) != fmt.Sprintf("%#v", after) {
			t.Fatalf("from %q\nto   %q\n%#v, %v\n%#v, %v", src, once, before, errBefore, after, errAfter)
		}
	})
}

// FuzzXML: without white space a document is the formatted one without it,
// attributes in any order.
func FuzzXML(f *testing.F) {
	seed(f, ".xml")
	f.Fuzz(func(t *testing.T, src string) {
		once, ok := twice(t, "a.xml", src)
		if !ok {
			return
		}
		if before, after := gist(t, src), gist(t, string(once)); before != after {
			t.Fatalf("from %q\nto   %q\n%s\n%s", src, once, before, after)
		}
	})
}

// gist is a document without white space and without order of attributes; the
// values of attributes are whole.
func gist(t *testing.T, src string) string {
	t.Helper()
	tree, err := texml.ParseTree([]byte(src))
	if err != nil { // it leaves out its Response
		if tree, err = texml.ParseTree([]byte("<Response>" + src + "</Response>")); err != nil {
			t.Fatal(err)
		}
	}
	return gistOf(tree.Root.Parent())
}

func gistOf(e *etree.Element) string {
	bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
	var attrs []string
	for _, a := range e.Attr {
		attrs = append(attrs, a.FullKey()+"="+a.Value)
	}
	slices.Sort(attrs)
	gist := fmt.Sprintf("<%s %q>", e.FullTag(), attrs)
	for _, token := range e.Child {
		switch token := token.(type) {
		case *etree.Element:
			gist += gistOf(token)
		case *etree.CharData:
			gist += bare(token.Data)
		case *etree.Comment:
			gist += "<!" + bare(token.Data) + ">"
		}
	}
	return gist + "</>"
}

// FuzzJSON: without white space a file is the formatted one without it. What is
// in quotes is compared too.
func FuzzJSON(f *testing.F) {
	seed(f, ".json")
	white := regexp.MustCompile(`[ \t\r\n]+`)
	f.Fuzz(func(t *testing.T, src string) {
		once, ok := twice(t, "a.json", src)
		if ok && !bytes.Equal(white.ReplaceAll(bytes.TrimPrefix([]byte(src), []byte("\uFEFF")), nil), white.ReplaceAll(once, nil)) {
			t.Fatalf("from %q\nto   %q", src, once)
		}
	})
}
