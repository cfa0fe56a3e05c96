package texml_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"texmlsrv/texml"
)

// FuzzCheck looks at anything. Problems have places and rules; a document without errors can be parsed;
// what is mended has fewer problems, and nothing is left to be mended after a few rounds.
func FuzzCheck(f *testing.F) {
	for _, half := range []string{"wrong", "right"} {
		all := samples(f, half)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			s := all[name]
			f.Add(s.src, s.options.Template, uint8(s.options.Context))
		}
	}
	for _, src := range []string{
		"", "<Response>", "<response/>", "<Response numdigits='1' NumDigits='2'/>", "\uFEFF<Response><say/></Response>",
		"<Response><Gather numdigits='1' NumDigits='2'/></Response>", "<Response><Parameters/><Dial>&#65;&#66;</Dial></Response>",
		"<Response><AIGather><Parameters>{&quot;a&quot;:\r\n[1,}</Parameters></AIGather></Response>", "<Say flow:if='a'/><Say flow:if='b'/>",
	} {
		f.Add([]byte(src), true, uint8(0))
		f.Add([]byte(src), false, uint8(1))
	}
	f.Fuzz(func(t *testing.T, src []byte, template bool, context uint8) {
		o := texml.CheckOptions{Template: template, Context: texml.Context(context % 5)}
		found := texml.Check(src, o)
		checkFound(t, src, found)
		if !template && !hasErrors(found) {
			if _, err := texml.Parse(src); err != nil {
				t.Errorf("no errors were found, but: %v", err)
			}
		}
		checkMended(t, src, o, found)
	})
}

func hasErrors(found []texml.Problem) bool {
	return slices.ContainsFunc(found, func(p texml.Problem) bool { return p.Severity == texml.Error || p.Code == "TX006" })
}

func checkFound(t *testing.T, src []byte, found []texml.Problem) {
	t.Helper()
	lines := bytes.Count(src, []byte("\n")) + 1
	for i, p := range found {
		if rule, known := texml.Explain(p.Code); !known || rule.Severity != p.Severity {
			t.Errorf("%v: rule %+v", p, rule)
		}
		if p.Pos.Line < 1 || p.Pos.Line > lines || p.Pos.Column < 1 || p.Message == "" {
			t.Errorf("%v: the source has %d lines", p, lines)
		}
		if i > 0 && (p.Pos.Line < found[i-1].Pos.Line || p.Pos.Line == found[i-1].Pos.Line && p.Pos.Column < found[i-1].Pos.Column) {
			t.Errorf("%v comes after %v", p, found[i-1])
		}
		for _, e := range p.Fix {
			if e.Start < 0 || e.End < e.Start || e.End > len(src) {
				t.Fatalf("%v: edit %+v of %d bytes", p, e, len(src))
			}
		}
	}
}

// checkMended applies fixes until there are none. A document that could not be read before may show
// more problems when it can.
func checkMended(t *testing.T, src []byte, o texml.CheckOptions, found []texml.Problem) {
	t.Helper()
	for round := 0; ; round++ {
		if !slices.ContainsFunc(found, func(p texml.Problem) bool { return len(p.Fix) > 0 }) {
			if mended := texml.Mend(src, found); !bytes.Equal(mended, src) {
				t.Errorf("nothing is to be mended, but the document changed: %s", mended)
			}
			return
		}
		mended := texml.Mend(src, found)
		again := texml.Check(mended, o)
		unread := slices.ContainsFunc(found, func(p texml.Problem) bool { return p.Code == "TX008" && len(found) == 1 })
		if round > len(src) || !unread && len(again) >= len(found) {
			t.Fatalf("before: %v\nafter: %v\n%s", found, again, mended)
		}
		src, found = mended, again
	}
}
