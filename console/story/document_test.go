package story

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	first  = `<?xml version="1.0"?><Response><Gather action="/texml/desk/menu/1.action.c2VjcmV0" numDigits="1"><Say>One &gt; or "two"?</Say></Gather></Response>`
	second = `<?xml version="1.0"?><Response><Gather action="/texml/desk/menu/2.action.b3RoZXI" numDigits="1"><Say>Please.</Say><Say>One &gt; or "two"?</Say></Gather></Response>`
)

// marked are lines with their kinds: tag[Say], and what changed.
func marked(all []Line) string {
	var b strings.Builder
	for _, l := range all {
		b.WriteString(map[string]string{"": " ", "added": "+", "removed": "-"}[l.Change])
		for _, p := range l.Pieces {
			if p.Kind == "punct" || p.Kind == "text" {
				b.WriteString(p.Text)
			} else {
				b.WriteString(p.Kind + "[" + p.Text + "]")
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestLines cuts a document for highlighting, without the proof in its links.
func TestLines(t *testing.T) {
	want := ` <tag[Response]>
   <tag[Gather]name[ action]=value["/texml/desk/menu/1.action.…"]name[ numDigits]=value["1"]>
     <tag[Say]>One &gt; or "two"?</tag[Say]>
   </tag[Gather]>
 </tag[Response]>
`
	if diff := cmp.Diff(want, marked(lines(first))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDiffering finds what a document has that the one before had not; that its
// links are of another turn does not count.
func TestDiffering(t *testing.T) {
	got, alike := differing(lines(first), lines(second))
	if alike {
		t.Error("they are alike")
	}
	var changed []string
	for _, l := range got {
		if l.Change != "" {
			changed = append(changed, l.Change+" "+strings.TrimSpace(l.String()))
		}
	}
	if diff := cmp.Diff([]string{"added <Say>Please.</Say>"}, changed); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, alike := differing(lines(first), lines(strings.ReplaceAll(first, "/1.action.", "/7.action."))); !alike {
		t.Error("another turn in the links is a difference")
	}
	if got, alike := differing(nil, nil); len(got) != 0 || !alike {
		t.Errorf("of nothing: %v %v", got, alike)
	}
}

// FuzzLines never loses a letter of what stands in a document, whatever that is.
func FuzzLines(f *testing.F) {
	for _, seed := range []string{
		first, second, "", "•••", "<", "<a b='c>d'/>", "<a\nb=\"c\">d</a>", `<P><![CDATA[{"a": [1, "]]"]}]]></P>`, "{\"a\": 1}\n<b>", "no <xml", `<a b="c`,
	} {
		f.Add(seed, first)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		document, other := lines(a), lines(b)
		var whole []string
		for _, l := range document {
			whole = append(whole, l.String())
		}
		if got := strings.Join(whole, "\n"); got != indented(unproved(a)) {
			t.Errorf("%q became %q", indented(unproved(a)), got)
		}
		after, _ := differing(other, document)
		n := 0
		for _, l := range after {
			if l.Change != "removed" {
				n++
			}
		}
		if n != len(document) {
			t.Errorf("%d lines of %d are left", n, len(document))
		}
	})
}
