package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"texmlsrv/callbacks"
	"texmlsrv/flows"
	"texmlsrv/servertest"
	"texmlsrv/simulator/scenarios"
	"texmlsrv/simulator/wire"
	"texmlsrv/templates"
)

// spoken runs texmlsrv call with lines typed to it.
func spoken(t *testing.T, environ []string, typed string, args ...string) (code int, shown, said string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), append([]string{"call"}, args...), environ, strings.NewReader(typed), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// TestCallSaves has conversations that are written as scenarios, and plays
// these: the same comes of them.
func TestCallSaves(t *testing.T) {
	for name, c := range map[string]struct {
		flow, typed string
		environ     []string
		args        []string
	}{
		"booked": {
			"appointment", "2\n2026-11-24\n11:00\nAda \"the Countess\" Lovelace\n4155550123\n/again\n/again\n1\n",
			[]string{"FLOW_BOOKING_URL=http://booking.example", "SECRET_BOOKING=swordfish"},
			[]string{`--lookup=slots=["11:00"]`, `--lookup=book={"id":17}`},
		},
		"taken-meanwhile": {
			"appointment", "2\n2026-11-24\n11:00\nAda\n4155550123\n1\n/hangup\n",
			[]string{"FLOW_BOOKING_URL=http://booking.example"},
			[]string{`--lookup=slots=["11:00"]`, `--lookup=book=409`},
		},
		"no-service": {
			"appointment", "2\n2026-11-24\n11:00\nAda\n4155550123\n1\n/silent\n",
			[]string{"FLOW_BOOKING_URL=http://booking.example"},
			[]string{`--lookup=slots=timeout`, `--lookup=book=connection`},
		},
		"after-the-end": {
			"front-desk", "message\n/skip\n\n\nAda\n\n2\n/hangup 12\ntimeout\n{\"id\": 9}\n",
			[]string{"FLOW_MESSAGES_URL=http://crm.example/messages"}, []string{"--ask"},
		},
		"message":   {"front-desk", "/silent\n/say Hello?\nmessage\n/skip\n\n\nAda\n\n2\n/again\n/hangup 12\n", nil, []string{"--from=+35319605860"}},
		"connected": {"front-desk", "person\nAda\n\n\n1 90\n1\n", []string{"FLOW_FRONT_DESK_NUMBER=+13125550199"}, nil},
		"untaken":   {"front-desk", "person\nAda\n\n\n1\n/silent\n9\n", []string{"FLOW_FRONT_DESK_NUMBER=+13125550199"}, nil},
		"busy":      {"front-desk", "person\nAda\n\n\n2\n/silent\n12\n", []string{"FLOW_FRONT_DESK_NUMBER=+13125550199"}, nil},
		"feedback":  {"survey", "/again\n5\n/mumble four\nperhaps\n3\n/silent\n", nil, []string{"--from=sip:ada@example.com", "--param=yes=01"}},
		"gone":      {"survey", "", nil, []string{"--direction=outbound", "--answered-by=human"}},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			if err := os.CopyFS(root, templates.FS); err != nil {
				t.Fatal(err)
			}
			saved := "said-" + name // the flows have scenarios of their own
			args := append([]string{c.flow, "--templates=" + root, "--now=2026-11-23T10:00", "--save=" + saved}, c.args...)
			code, shown, said := spoken(t, c.environ, c.typed, args...)
			if code != exitDone || !strings.Contains(said, "saved as") {
				t.Fatalf("exit %d\n%s\n%s", code, said, shown)
			}
			text, err := os.ReadFile(filepath.Join(root, c.flow, "scenarios", saved+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), "swordfish") {
				t.Error("a secret is in the scenario")
			}
			replay(t, root, c.flow, saved+".yaml", text)
		})
	}
}

// replay plays a scenario that was saved.
func replay(t *testing.T, root, flow, file string, text []byte) {
	t.Helper()
	release, err := flows.Load(os.DirFS(root), flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	scenario, wrong := scenarios.Read(flow, flow+"/scenarios/"+file, text)
	wrong = append(wrong, scenario.Check(os.DirFS(root), release)...)
	if len(wrong) > 0 {
		t.Fatalf("%v\n%s", wrong, text)
	}
	player, err := scenarios.NewPlayer(os.DirFS(root), release)
	if err != nil {
		t.Fatal(err)
	}
	defer player.Close()
	result, err := player.Play(t.Context(), scenario)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range result.Failures {
		t.Errorf("%v", f)
	}
	if t.Failed() {
		t.Logf("%s", text)
	}
}

// TestCallElsewhere calls a server at a URL: what only it knows is left out,
// and requests are signed, with the test key unless another is said.
func TestCallElsewhere(t *testing.T) {
	key := wire.TestKey()
	server := servertest.Start(t, servertest.Options{
		Flows: templates.FS, Store: servertest.Embedded(t), Clock: servertest.NewClock(time.Now()),
		Callbacks: callbacks.Options{Keys: []ed25519.PublicKey{key.Public().(ed25519.PublicKey)}},
	})
	code, shown, said := spoken(t, nil, "5\n/again\n/values\n4\n3\n/silent\n", "survey", "--url="+server.URL)
	if code != exitDone {
		t.Errorf("exit %d: %s", code, said)
	}
	for _, want := range []string{
		"calling " + server.URL + "/texml/survey", "── document 1 · survey/question ─", "once more: the same document",
		"only the server knows what is gathered", "end       the flow hung up", "call      5 documents, ",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not in\n%s", want, shown)
		}
	}
	for _, not := range []string{"outcome", "of 2 s"} {
		if strings.Contains(shown, not) {
			t.Errorf("%q is in\n%s", not, shown)
		}
	}
	other := "--key=" + base64.StdEncoding.EncodeToString(make([]byte, ed25519.SeedSize))
	code, shown, said = spoken(t, nil, "5\n", "survey", "--url="+server.URL, other)
	if code != exitFailed || !strings.Contains(shown, "was answered with status 403") || !strings.Contains(said, "could not go on") {
		t.Errorf("with another key: exit %d, %s\n%s", code, said, shown)
	}
}

// TestCallTrouble says what is wrong with an application that is not ours.
func TestCallTrouble(t *testing.T) {
	answer := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if answer == "" {
			http.Error(w, "out \x1b[2J of order", http.StatusInternalServerError)
			return
		}
		_, _ = io.WriteString(w, answer)
	}))
	defer server.Close()
	for name, c := range map[string]struct {
		answer string
		code   int
		shows  string
	}{
		"invalid":       {`<Response><Say>Hello<Say></Response>`, exitInvalid, "! Telnyx would end the call here: "},
		"failed":        {"", exitFailed, "was answered with status 500: out [2J of"},
		"text":          {"Hello.", exitFailed, "was answered with status 200 and no document: Hello."},
		"blank":         {"\n", exitFailed, "was answered with status 200 and no document ──"},
		"too_long":      {"<Response>" + strings.Repeat("<Hangup/>", 500_000) + "</Response>", exitFailed, "was answered with status 200 and no document: more than 4 MiB"},
		"runs_in_rings": {`<Response><Redirect>/again</Redirect></Response>`, exitFailed, "there was no end of documents"},
		"good":          {`<Response><Say>Hello.</Say><Hangup/></Response>`, exitDone, "“Hello.”"},
	} {
		t.Run(name, func(t *testing.T) {
			answer = c.answer
			code, shown, said := spoken(t, nil, "", "--url="+server.URL+"/voice")
			if code != c.code || !strings.Contains(strings.Join(strings.Fields(shown), " "), c.shows) {
				t.Errorf("exit %d: %s\n%.2000s", code, said, shown)
			}
		})
	}
}

// TestCallAgain tells when a request that came twice is answered in two ways.
func TestCallAgain(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		fmt.Fprintf(w, `<Response><Gather action="/voice"><Say>Question %d?</Say></Gather><Hangup/></Response>`, asked)
	}))
	defer server.Close()
	_, shown, said := spoken(t, nil, "/again\n/hangup\n", "--url="+server.URL+"/voice")
	if asked != 2 || !strings.Contains(shown, "The last request was sent once more: another document.") || !strings.Contains(shown, "Question 2?") {
		t.Errorf("asked %d times: %s\n%s", asked, said, shown)
	}
}

// TestCallFolder takes a flow by its folder, from wherever.
func TestCallFolder(t *testing.T) {
	root := t.TempDir()
	if err := os.CopyFS(root, templates.FS); err != nil {
		t.Fatal(err)
	}
	for from, given := range map[string]string{
		".": "survey", "survey": ".", "survey/scenarios": "..", "appointment": "../survey", "front-desk": filepath.Join(root, "survey"),
	} {
		t.Chdir(filepath.Join(root, from))
		code, shown, said := spoken(t, nil, "/hangup\n", given)
		if code != exitDone || !strings.Contains(shown, "calling survey") {
			t.Errorf("call %s, in %s: exit %d: %s\n%s", given, from, code, said, shown)
		}
	}
}

// TestCallInterrupted hangs up when the person has had enough.
func TestCallInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	never, typing := io.Pipe()
	defer typing.Close()
	shown, screen := io.Pipe()
	done := make(chan int)
	go func() {
		var stderr bytes.Buffer
		done <- run(ctx, []string{"call", "survey"}, nil, never, screen, &stderr)
		screen.Close()
	}()
	var all bytes.Buffer
	part := make([]byte, 4096)
	for !strings.Contains(all.String(), "say or press>") {
		n, err := shown.Read(part)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(part[:n])
	}
	cancel()
	go func() { _, _ = io.Copy(&all, shown) }()
	if code := <-done; code != exitDone {
		t.Errorf("exit %d", code)
	}
}
