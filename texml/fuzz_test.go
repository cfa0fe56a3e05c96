package texml_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"

	"texmlsrv/texml"
)

// FuzzParse reads anything. What is accepted, etree accepts too and sees the same elements; what is
// decoded means the same when it is written and read again; what is refused is refused at a place.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob(golden("*"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, src := range []string{
		"", "<", "</", "<a", "<a b", "<a b=", "<a b='", "<a/><", "<!", "<!-", "<!--", "<![CDATA[", "<?", "<?xml", "<?xml?>", "<?xml version='?>'?>",
		"&", "<a>&", "<a>&#", "<a>&#x", "<a>&#x;</a>", "<a>&;</a>", "<a:b/>", "<:/>", "<a>]]></a>", "<a xmlns:b='c' b:d='\r\n\t&#13;'/>", "\uFEFF<a/>",
		"<Response>\r\n<Say>a<!-- b -->\rc</Say><Dial> <Number/>x</Dial></Response>", positioned,
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		tree, err := texml.ParseTree(src)
		if err != nil {
			checkRefusal(t, src, err)
			return
		}
		checkEtreeAgrees(t, src, tree)
		r, err := texml.Parse(src)
		if err != nil {
			if _, ok := errors.AsType[*texml.DecodeError](err); !ok {
				t.Fatalf("error = %v (%T), want a *DecodeError", err, err)
			}
			return
		}
		written := r.Bytes()
		again, err := texml.Parse(written)
		if err != nil {
			t.Fatalf("written and parsed again: %v\n%s", err, written)
		}
		if diff := cmp.Diff(r, again); diff != "" {
			t.Fatalf("written and parsed again (-before +after):\n%s\n%s", diff, written)
		}
		if !bytes.Equal(written, again.Bytes()) {
			t.Fatalf("written twice, not the same bytes:\n%s\n%s", written, again.Bytes())
		}
	})
}

func checkRefusal(t *testing.T, src []byte, err error) {
	t.Helper()
	wrong, ok := errors.AsType[*texml.SyntaxError](err)
	if !ok {
		t.Fatalf("error = %v (%T), want a *SyntaxError", err, err)
	}
	lines := strings.Split(string(src), "\n")
	if n := wrong.Pos.Line; n < 1 || n > len(lines) {
		t.Fatalf("%v: the source has %d lines", err, len(lines))
	}
	if n := wrong.Pos.Column; n < 1 || n > len(lines[wrong.Pos.Line-1])+1 {
		t.Fatalf("%v: line %d is %q", err, wrong.Pos.Line, lines[wrong.Pos.Line-1])
	}
}

// checkEtreeAgrees compares with etree's own reader, which knows the names of an older edition of XML,
// leaves whitespace in attributes alone and takes a byte order mark for text.
func checkEtreeAgrees(t *testing.T, src []byte, tree *texml.Tree) {
	t.Helper()
	doc := etree.NewDocument()
	doc.ReadSettings = etree.ReadSettings{PreserveCData: true}
	if err := doc.ReadFromBytes(bytes.TrimPrefix(src, []byte("\uFEFF"))); err != nil {
		if strings.ContainsFunc(string(src), func(r rune) bool { return r > unicode.MaxASCII }) {
			return // a name, perhaps
		}
		t.Fatalf("etree refuses what was accepted: %v", err)
	}
	if diff := cmp.Diff(outline(doc.Root()), outline(tree.Root)); diff != "" {
		t.Fatalf("(-etree +texml):\n%s", diff)
	}
}

// outline is a tree as plain values.
func outline(el *etree.Element) []string {
	out := []string{"<" + el.FullTag()}
	spaces := strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")
	for _, a := range el.Attr {
		out = append(out, a.FullKey()+"="+spaces.Replace(a.Value))
	}
	for _, tok := range el.Child {
		switch tok := tok.(type) {
		case *etree.Element:
			out = append(out, outline(tok)...)
		case *etree.CharData:
			if tok.Data != "" {
				out = append(out, tok.Data)
			}
		}
	}
	return append(out, "</"+el.FullTag())
}

// FuzzText puts any string wherever a string can go. It comes back cleaned and otherwise untouched.
func FuzzText(f *testing.F) {
	for _, s := range []string{
		"", " ", "Tom & \"Jerry\" <3 'x'", "]]>", "]]]]>>", "]]", ">", "\r", "\r\n]]>\r", "\n\t", "\x00\x01\x1f\x7f", "\uFFFE\uFFFF\uFFFD",
		"\xff", "\xed\xa0\x80", "&amp;", "<![CDATA[x]]>", "-->", "{{x}}", "\u2028\u0085", "\U0001FFFE", "]\x00]>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := texml.Clean(s)
		src := doc(
			&texml.Say{Language: s, Content: texml.Plain(s)},
			&texml.Redirect{URL: s},
			&texml.AIGather{Parameters: &texml.Parameters{JSON: s}},
			&texml.HttpRequest{Request: &texml.HttpCall{Body: s}},
			&texml.Gather{FinishOnKey: &s, Extra: texml.Extra{Attrs: []texml.Attr{{Name: "x", Value: s}}}},
		).Bytes()
		got, err := texml.Parse(src)
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		for _, back := range []struct{ where, text string }{
			{"attribute", got.Verbs[0].(*texml.Say).Language},
			{"content", got.Verbs[0].(*texml.Say).Content.Text()},
			{"text", got.Verbs[1].(*texml.Redirect).URL},
			{"cdata", got.Verbs[2].(*texml.AIGather).Parameters.JSON},
			{"leaf", got.Verbs[3].(*texml.HttpRequest).Request.Body},
			{"pointer", *got.Verbs[4].(*texml.Gather).FinishOnKey},
			{"unknown-attribute", got.Verbs[4].(*texml.Gather).Attrs[0].Value},
		} {
			if back.text != want {
				t.Errorf("%s came back as %q, want %q\n%s", back.where, back.text, want, src)
			}
		}
	})
}
