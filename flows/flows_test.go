package flows_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

const hello = "start: a\nsteps:\n  a: {document: <Gather><Say>Hello.</Say></Gather>, next: a}\n"

func folder(files map[string]string) fstest.MapFS {
	root := fstest.MapFS{}
	for name, content := range files {
		root[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return root
}

// Which flow a number begins with: its own, else the default, else the only one.
func TestFlowFor(t *testing.T) {
	tests := map[string]struct {
		files  map[string]string
		number string
		want   string
	}{
		"only-one":    {map[string]string{"desk/flow.yaml": hello}, "+1", "desk"},
		"two":         {map[string]string{"desk/flow.yaml": hello, "sales/flow.yaml": hello}, "+1", ""},
		"default":     {map[string]string{"desk/flow.yaml": hello, "sales/flow.yaml": hello, "app.yaml": "default: sales\n"}, "+1", "sales"},
		"own":         {map[string]string{"desk/flow.yaml": hello, "sales/flow.yaml": hello, "app.yaml": "default: sales\nnumbers: {\"+13125550188\": desk}\n"}, "+13125550188", "desk"},
		"own-by-sip":  {map[string]string{"desk/flow.yaml": hello, "sales/flow.yaml": hello, "app.yaml": "default: sales\nnumbers: {\"+13125550188\": desk}\n"}, "+13125550188@sip.telnyx.com", "desk"},
		"not-its-own": {map[string]string{"desk/flow.yaml": hello, "sales/flow.yaml": hello, "app.yaml": "numbers: {\"+13125550188\": {flow: desk}}\n"}, "+13125550189", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, ok := load(t, folder(tt.files), flows.Environment{}).FlowFor(tt.number)
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("FlowFor(%q) = %q, %v; want %q", tt.number, got, ok, tt.want)
			}
		})
	}
}

// What app.yaml says of a number counts however the number was called.
func TestNumber_settings(t *testing.T) {
	release := load(t, folder(map[string]string{
		"desk/flow.yaml": "start: hello\nsteps: {hello: {document: \"<Say>{{ vars.restaurant }}</Say>\"}}\n",
		"app.yaml":       "numbers: {\"+13125550188\": {flow: desk, variables: {restaurant: Chez Nous}, defaults: {language: fr-FR}}}\n",
	}), flows.Environment{})
	const want = `<Say language="fr-FR">Chez Nous</Say>`
	for _, to := range []string{"+13125550188", "+13125550188@sip.telnyx.com", "sip:+13125550188@sip.telnyx.com"} {
		d := release.Begin(sessions.Call{SID: "v3:abc", To: to}, "desk", time.Unix(0, 0))
		if got := string(d.Document.Fill(nil)); !strings.Contains(got, want) {
			t.Errorf("called at %s: %s, want %s", to, got, want)
		}
	}
}

// A release is named by what was read for it, and by nothing else.
func TestReleaseID(t *testing.T) {
	id := func(files map[string]string) string { return load(t, folder(files), flows.Environment{}).ID }
	one := id(map[string]string{"desk/flow.yaml": hello})
	same := map[string]string{
		"unread-file": id(map[string]string{"desk/flow.yaml": hello, "desk/scenarios/a.yaml": "x", "readme.md": "x"}),
		"large-file":  id(map[string]string{"desk/flow.yaml": hello, "desk/hold.mp3": strings.Repeat("x", 2<<20)}),
		"no-flow":     id(map[string]string{"desk/flow.yaml": hello, "drafts/notes.txt": "x"}),
	}
	for name, got := range same {
		if got != one {
			t.Errorf("%s: the id changes from %s to %s", name, one, got)
		}
	}
	other := map[string]string{
		"text":    id(map[string]string{"desk/flow.yaml": hello + "# x\n"}),
		"name":    id(map[string]string{"sales/flow.yaml": hello}),
		"apology": id(map[string]string{"desk/flow.yaml": hello, "desk/apology.xml": "<Hangup/>"}),
		"app":     id(map[string]string{"desk/flow.yaml": hello, "app.yaml": "default: desk\n"}),
	}
	for name, got := range other {
		if got == one {
			t.Errorf("%s: the id is still %s", name, one)
		}
	}
}

// A call of a release that is gone goes on with the one that is served.
func TestReleaseLost(t *testing.T) {
	old := load(t, folder(map[string]string{"desk/flow.yaml": hello}), flows.Environment{})
	served := load(t, folder(map[string]string{"desk/flow.yaml": hello + "  b: {document: <Hangup/>}\n"}), flows.Environment{})
	begun := old.Begin(sessions.Call{SID: "v3:a"}, "desk", monday)
	d := served.Answer(&begun.Session, flows.Brought{}, flows.ViaNext, "", monday)
	if d.Session.Release != served.ID || d.Session.Step != "a" || d.Session.Attempt != 2 {
		t.Errorf("release %s, step %s, attempt %d", d.Session.Release, d.Session.Step, d.Session.Attempt)
	}
	if notes := strings.Join(d.Entry.Notes, "\n"); !strings.Contains(notes, "release lost") {
		t.Errorf("the timeline says %q", notes)
	}
}

// FLOW_X is env.X and SECRET_X is secrets.X; nothing else of the environment is
// seen.
func TestEnvironmentOf(t *testing.T) {
	e := flows.EnvironmentOf([]string{"FLOW_URL=https://example.com/?a=b", "SECRET_KEY=x=y", "PATH=/bin", "FLOW_EMPTY=", "BAD"})
	want := flows.Environment{
		Env:     map[string]string{"URL": "https://example.com/?a=b", "EMPTY": ""},
		Secrets: map[string]string{"KEY": "x=y"},
	}
	if got, want := fmt.Sprint(e), fmt.Sprint(want); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The talk that is carried along is its end: 40 messages, 8 KiB.
func TestHistoryBounds(t *testing.T) {
	const gather = "start: a\nsteps:\n  a:\n    document: <AIGather><Parameters>{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"string\"}},\"required\":[\"x\"]}</Parameters></AIGather>\n    next: a\n"
	tests := map[string]struct {
		size, count, want int
	}{
		"few":  {10, 39, 39},
		"many": {10, 100, 40},
		"long": {1000, 30, 8},
		"huge": {9000, 3, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			release := load(t, folder(map[string]string{"desk/flow.yaml": gather}), flows.Environment{})
			begun := release.Begin(sessions.Call{SID: "v3:a"}, "desk", monday)
			var said []sessions.Message
			for i := range tt.count {
				said = append(said, sessions.Message{Role: "user", Content: fmt.Sprintf("%0*d", tt.size, i)})
			}
			b := flows.Brought{AI: &flows.AIResult{Result: map[string]any{"x": "y"}, History: said}}
			d := release.Answer(&begun.Session, b, flows.ViaAction, "", monday)
			if got := len(d.Session.History); got != tt.want {
				t.Fatalf("%d messages are kept, want %d", got, tt.want)
			}
			if tt.want > 0 && d.Session.History[tt.want-1] != said[tt.count-1] {
				t.Error("the last message is not the last one said")
			}
			if got := strings.Count(string(d.Document.Fill(linked)), "<Message "); got != tt.want {
				t.Errorf("%d messages are sent, want %d", got, tt.want)
			}
		})
	}
}

// Nothing that is wrong with a request makes the engine panic.
func TestNoSuchPlace(t *testing.T) {
	release := load(t, folder(map[string]string{"desk/flow.yaml": hello}), flows.Environment{})
	for name, d := range map[string]flows.Decision{
		"begin":       release.Begin(sessions.Call{SID: "v3:a"}, "nope", monday),
		"begin-ended": release.BeginEnded(sessions.Call{SID: "v3:a"}, "nope", "completed", monday),
		"answer":      release.Answer(&sessions.Session{Flow: "nope"}, flows.Brought{}, flows.ViaAction, "", monday),
		"step":        release.Answer(&sessions.Session{Flow: "desk", Step: "nope"}, flows.Brought{}, flows.ViaStep, "nope", monday),
		"lost":        release.Lost(&sessions.Session{}, monday),
		"escape":      release.Escape(&sessions.Session{Flow: "desk", Step: "nope"}, "why", monday),
	} {
		if d.Document.IsZero() || d.Lookup != nil {
			t.Errorf("%s gives no document", name)
		}
	}
}
