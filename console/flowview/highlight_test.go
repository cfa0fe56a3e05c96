package flowview_test

import (
	"strings"
	"testing"

	"texmlsrv/console/flowview"
	"texmlsrv/console/story"
	"texmlsrv/flows"
	"texmlsrv/templates"
)

// told is a line with the kinds of what is not text: tag‹Say›.
func told(l story.Line) string {
	var b strings.Builder
	for _, p := range l.Pieces {
		if p.Kind == "text" {
			b.WriteString(p.Text)
			continue
		}
		b.WriteString(p.Kind + "‹" + p.Text + "›")
	}
	return b.String()
}

func TestLines(t *testing.T) {
	tests := []struct{ name, file, text, want string }{
		{"xml", "a.xml", `<Say voice="a > b" flow:if='x'>Hello {{ texts.x }} you</Say>`,
			`tag‹<Say› name‹voice›punct‹=›value‹"a > b"› name‹flow:if›punct‹=›value‹'x'›punct‹>›Hello lit‹{{ texts.x }}› youtag‹</Say›punct‹>›`},
		{"xml-comment", "a.xml", "<!-- one\n<b> --><Hangup/>", "dim‹<!-- one›\ndim‹<b> -->›tag‹<Hangup›punct‹/>›"},
		{"xml-json", "a.xml", "<Parameters><![CDATA[{\n \"a\": 1}]]></Parameters>",
			"tag‹<Parameters›punct‹><![CDATA[›{\n name‹\"a\":› 1}punct‹]]>›tag‹</Parameters›punct‹>›"},
		{"yaml", "flow.yaml", "# note\nsteps:\n  a: {goto: b, when: \"x: y\"} # end\n  - it's 'so' {{ a }}\r\n",
			"dim‹# note›\nname‹steps:›\n  name‹a: ›punct‹{›name‹goto: ›bpunct‹,› name‹when: ›value‹\"x: y\"›punct‹}› dim‹# end›\n  punct‹- ›it's value‹'so'› lit‹{{ a }}›"},
		{"json", "s.json", `{"a": [1, "b", null], "c": "{{ x }}"}`,
			`punct‹{›name‹"a":› punct‹[›value‹1›punct‹,› value‹"b"›punct‹,› value‹null›punct‹],› name‹"c":› value‹"{{ x }}"›punct‹}›`},
		{"mark-at-the-begin", "s.json", "\uFEFF{}", "punct‹{}›"},
		{"nothing", "s.json", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := flowview.File{Name: tt.file, Text: tt.text}
			var lines []string
			for _, l := range f.Lines() {
				lines = append(lines, told(l))
			}
			if got := strings.Join(lines, "\n"); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// FuzzLines cuts any source in pieces; put together they are the same.
func FuzzLines(f *testing.F) {
	r, err := flows.Load(templates.FS, flows.Environment{})
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range r.Files() {
		f.Add(name, r.File(name))
	}
	f.Add("a.xml", "<a b='\xff{{<![CDATA[")
	f.Add("a.yaml", "\"\\")
	f.Fuzz(func(t *testing.T, name, text string) {
		var lines []string
		file := flowview.File{Name: name, Text: text}
		for _, l := range file.Lines() {
			lines = append(lines, l.String())
		}
		want := strings.TrimSuffix(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(text, "\uFEFF")), "\n")
		if got := strings.Join(lines, "\n"); got != want {
			t.Errorf("got\n%q\nwant\n%q", got, want)
		}
	})
}
