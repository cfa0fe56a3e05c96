package scenarios

import "testing"

// TestMissed tells what of that which must be heard was not.
func TestMissed(t *testing.T) {
	tests := []struct {
		name  string
		hears []string
		heard string
		want  string // the first that was missed; "" for none
	}{
		{"piece", []string{"how can I"}, "Hello. How can I help?", ""},
		{"case-and-spacing", []string{"HOW  can\ni"}, "Hello.\n How   can I help?", ""},
		{"accents-count", []string{"cuando"}, "¿Cuándo?", "cuando"},
		{"not-there", []string{"goodbye"}, "Hello.", "goodbye"},
		{"nothing-heard", []string{"goodbye"}, "", "goodbye"},
		{"nothing-wanted", nil, "Hello.", ""},
		{"signs-stand-for-themselves", []string{"(a.b)*"}, "x (a.b)* x", ""},
		{"a-dot-is-a-dot", []string{"a.b"}, "axb", "a.b"},
		{"pattern", []string{"/a table for [0-9]+/"}, "That is A table for 12.", ""},
		{"pattern-of-all", []string{"/^Hello$/"}, "Hello.", "/^Hello$/"},
		{"slash-alone", []string{"/"}, "and/or", ""},
		{"one-slash", []string{"/or"}, "and/or", ""},
		{"order", []string{"one", "two"}, "one two", ""},
		{"other-order", []string{"two", "one"}, "one two", "one"},
		{"not-twice", []string{"one", "one"}, "one two", "one"},
		{"number", []string{"4"}, "4 of you", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var hears []Heard
			for _, text := range test.hears {
				h, err := newHeard(text)
				if err != nil {
					t.Fatal(err)
				}
				hears = append(hears, h)
			}
			got := ""
			if m := missed(hears, test.heard); m != nil {
				got = m.Text
			}
			if got != test.want {
				t.Errorf("missed %q, want %q", got, test.want)
			}
		})
	}
}

// TestCanonical: what does not count in a document makes no difference.
func TestCanonical(t *testing.T) {
	const want = `<Response>
  <Say voice="x">Hi &amp; bye</Say>
  <Redirect>next:desk/menu</Redirect>
</Response>
`
	tests := []struct{ name, document string }{
		{"as-sent", `<?xml version="1.0" encoding="UTF-8"?>
<Response><Say voice="x">Hi &amp; bye</Say><Redirect>http://localhost/texml/desk/menu/12.next.AbC_-9</Redirect></Response>`},
		{"relative-link", `<Response><Say voice='x'>Hi &#38; bye</Say><Redirect>/texml/desk/menu/1.next.x</Redirect></Response>`},
		{"laid-out", "<Response>\n\n <!-- hello --><Say voice=\"x\"> <![CDATA[Hi & bye]]>\n</Say>\n\t<Redirect>next:desk/menu</Redirect></Response>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := canonical([]byte(test.document))
			if err != nil || got != want {
				t.Errorf("got %s, error %v", got, err)
			}
		})
	}
	for _, wrong := range []string{"", "Hello", "<a>", "<a/><b>"} {
		if got, err := canonical([]byte(wrong)); err == nil {
			t.Errorf("%q gives %q", wrong, got)
		}
	}
}
