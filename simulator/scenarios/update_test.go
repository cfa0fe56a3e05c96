package scenarios_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// called is a scenario whose documents are expected in every way in which they
// can be written, wrongly.
const called = `# A comment that stays.
title: A person is called # and this one
exchanges:
  - presses: "0"   # the person
  - dial: busy
  - hangs_up: true
expect:
  documents:
    - menu.xml # beside this file
    - |
      <Response>
        <Dial/>
      </Response>

    # between two
    - null
`

// TestUpdate rewrites what is expected, and nothing else.
func TestUpdate(t *testing.T) {
	root := desk(t, file{"desk/scenarios/x.yaml", called})
	changed := rewrite(t, root)
	if diff := cmp.Diff([]string{"desk/scenarios/menu.xml", "desk/scenarios/x.yaml"}, changed); diff != "" {
		t.Fatalf("changed (-want +got)\n%s", diff)
	}
	want := `# A comment that stays.
title: A person is called # and this one
exchanges:
  - presses: "0"   # the person
  - dial: busy
  - hangs_up: true
expect:
  documents:
    - menu.xml # beside this file
    - |
      <Response>
        <Dial action="action:desk/person" method="POST">
          <Number>+13125550170</Number>
        </Dial>
        <Redirect method="POST">next:desk/person</Redirect>
      </Response>

    # between two
    - null
`
	if diff := cmp.Diff(want, string(root["desk/scenarios/x.yaml"].Data)); diff != "" {
		t.Errorf("the scenario (-want +got)\n%s", diff)
	}
	menu := `<Response>
  <Gather action="action:desk/menu" input="dtmf speech">
    <Say>Welcome to Acme.</Say>
    <Say>Press 1 for a table, 0 for a person, 2 for a message.</Say>
  </Gather>
  <Redirect method="POST">next:desk/menu</Redirect>
</Response>
`
	if diff := cmp.Diff(menu, string(root["desk/scenarios/menu.xml"].Data)); diff != "" {
		t.Errorf("menu.xml (-want +got)\n%s", diff)
	}
	if result := play(t, root); !result.Passed() {
		t.Errorf("it fails still:\n%s", result.Explain())
	}
	if changed := rewrite(t, root); changed != nil {
		t.Errorf("written again: %v", changed)
	}
}

// TestUpdate_inline keeps the style in which a document is written.
func TestUpdate_inline(t *testing.T) {
	tests := []struct{ name, before, after string }{
		{"plain", "<Response><Say>Bye</Say></Response>", "<Response><Say>Bye.</Say><Hangup/></Response>"},
		{"single", "'<Response/>'", "<Response><Say>Bye.</Say><Hangup/></Response>"},
		{"double", `"<Response>\n<Say lang=\"\u00e9\"/></Response>"`, "<Response><Say>Bye.</Say><Hangup/></Response>"},
		{"folded", "\n        <Response>\n        </Response>", "\n        <Response><Say>Bye.</Say><Hangup/></Response>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := func(document string) string {
				return "title: é\nexchanges:\n  - presses: 0\n  - dial: completed\nexpect:\n  documents:\n    - null\n    - null\n    - " + document + " # é\n"
			}
			root := desk(t, file{"desk/scenarios/x.yaml", text(test.before)})
			rewrite(t, root)
			if diff := cmp.Diff(text(test.after), string(root["desk/scenarios/x.yaml"].Data)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestUpdate_quotes a document that YAML would read as something else.
func TestUpdate_quotes(t *testing.T) {
	root := desk(t, file{"desk/scenarios/x.yaml", "title: x\nexchanges: [hangs_up: true]\nexpect: {documents: [<Response/>]}\n"})
	rewrite(t, root)
	if result := play(t, root); !result.Passed() {
		t.Errorf("%s\n%s", root["desk/scenarios/x.yaml"].Data, result.Explain())
	}
}

// TestUpdate_anotherWay: documents of a call that went another way are not those
// that are meant.
func TestUpdate_anotherWay(t *testing.T) {
	root := desk(t, file{"desk/scenarios/x.yaml", "title: x\nexchanges: [{hears: Nothing}]\nexpect: {documents: [menu.xml]}\n"})
	if changed := rewrite(t, root); changed != nil {
		t.Errorf("written: %v", changed)
	}
}

// rewrite plays the scenario of a tree and updates what it expects.
func rewrite(t *testing.T, root fstest.MapFS) []string {
	t.Helper()
	changed, err := play(t, root).Update(root, func(name string, content []byte) error {
		root[name] = &fstest.MapFile{Data: content}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return changed
}
