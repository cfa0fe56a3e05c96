package main

import (
	"bytes"
	"crypto/ed25519"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/callbacks"
	"texmlsrv/servertest"
	"texmlsrv/simulator/wire"
)

// shownServer is what the server of a test is called in transcripts.
const shownServer = "http://127.0.0.1:8080"

// took masks how long an answer took.
var took = regexp.MustCompile(`, \d+ ms`)

// TestTrigger runs the transcripts of testdata/trigger, each against a server
// of its own that has the flows of the file and believes the test key. It is
// Monday, 2026-11-23 10:00 UTC.
func TestTrigger(t *testing.T) {
	scripts, err := filepath.Glob("testdata/trigger/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, script := range scripts {
		script, err := filepath.Abs(script)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(script), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(script)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			want := unpack(t, string(text))
			got := triggered(t, want)
			if matches(want, got) {
				return
			}
			if !*update {
				t.Fatalf("(-want +got)\n%s", cmp.Diff(lines(want), lines(got)))
			}
			if err := os.WriteFile(script, []byte(strings.Replace(string(text), want, got, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// triggered runs the commands of a transcript against a server that has the
// flows of the working folder.
func triggered(t *testing.T, old string) string {
	t.Helper()
	server := servertest.Start(t, servertest.Options{
		Flows: os.DirFS("."), Store: servertest.Embedded(t),
		Callbacks: callbacks.Options{Keys: []ed25519.PublicKey{wire.TestKey().Public().(ed25519.PublicKey)}},
	})
	marked := "$ TEXMLSRV_URL=" + server.URL + " TEXMLSRV_AT=2026-11-23T10:00:00Z texmlsrv"
	there := strings.NewReplacer("$ texmlsrv", marked, shownServer, server.URL)
	back := strings.NewReplacer(marked, "$ texmlsrv", server.URL, shownServer)
	return took.ReplaceAllString(back.Replace(transcript(t, there.Replace(old))), ", … ms")
}

// TestTrigger_kinds sends every kind to a server that takes anything: signed,
// to the path it belongs to, with what was set.
func TestTrigger_kinds(t *testing.T) {
	for _, kind := range triggerKinds() {
		t.Run(kind.name, func(t *testing.T) {
			var path, body string
			server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				path, body = r.URL.Path, readAll(t, r)
			}))
			defer server.Close()
			args := []string{"trigger", kind.name, "--url", server.URL, "--set", "Own=a=b", "--set", "to=+4930123456", "--sid", "v3:own"}
			if kind.event != nil {
				args = append(args, "call.gather.ended")
			}
			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), args, nil, nil, &stdout, &stderr); code != exitDone {
				t.Fatalf("exit %d: %s", code, &stderr)
			}
			if path != kind.path {
				t.Errorf("sent to %s, want %s", path, kind.path)
			}
			own, sid := `"Own":"a=b"`, `"call_control_id":"v3:own"`
			if kind.event == nil {
				own, sid = "Own=a%3Db", "CallSid=v3%3Aown"
			}
			if !strings.Contains(body, own) || !strings.Contains(body, sid) {
				t.Errorf("%s or %s is not in %s", own, sid, body)
			}
		})
	}
}

// readAll is the body of a request whose signature fits it.
func readAll(t *testing.T, r *http.Request) string {
	var b bytes.Buffer
	if _, err := b.ReadFrom(r.Body); err != nil {
		t.Error(err)
	}
	if r.Header.Get(wire.SignatureHeader) == "" || r.Header.Get("User-Agent") != wire.UserAgent {
		t.Errorf("headers %v", r.Header)
	}
	return b.String()
}

// TestTrigger_words holds what each word of --set does.
func TestTrigger_words(t *testing.T) {
	tests := []struct{ kind, set, want string }{
		{"fetch", "from=ada@example.com", "CallingPartyType=sip"},
		{"fetch", "direction=outbound", "Direction=outbound"},
		{"fetch", "From=", "From=\n"},
		{"gather", "digits=042", "Digits=042\n"},
		{"gather", "speech=yes, please", "SpeechResult=yes, please\n"},
		{"dial", "status=no_answer", "DialCallStatus=no-answer\n"},
		{"dial", "seconds=9", "DialCallDuration=9\n"},
		{"record", "seconds=7", "RecordingDuration=7\n"},
		{"connect", "reason=stt_error", "Reason=stt_error\n"},
		{"refer", "status=busy", "ReferCallStatus=busy\n"},
		{"pay", "result=cancelled", "PayResult=failed\n"},
		{"http", "weather=rain", "weather=rain\n"},
		{"queue", "position=3", "QueuePosition=3\n"},
		{"status", "status=answered", "CallStatus=in-progress\n"},
		{"status", "status=no_answer", "HangupCause=timeout\n"},
		{"status", "parent=v3:p", "ParentCallSid=v3:p\n"},
		{"machine", "answered_by=fax", "AnsweredBy=fax\n"},
		{"digit", "digit=#", "Digit=#\n"},
		{"cost", "dollars=1.5", "]=1.5\n"},
		{"conversation-ended", "reason=hangup", "Reason=hangup\n"},
		{"conversation-ended", "said=Hello.", `"role":"user","content":"Hello."`},
		{"ai-gather", "status=client_error", "Status=client_error\n"},
		{"ai-gather", "shape=old", "Result=\n"},
		{"event call.gather.ended", "digits=5503", `"digits": "5503"`},
		{"event call.gather.ended", "count=3", `"count": 3`},
		{"event call.hangup", "cause=user_busy", `"sip_hangup_cause": "486"`},
		{"event", "event_type=call.new", `"event_type": "call.new"`},
		{"event call.new", "client_state=aGk=", `"client_state": "aGk="`},
		{"event call.new", "attempt=2", `"attempt": 2`},
	}
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	for _, tt := range tests {
		t.Run(strings.ReplaceAll(tt.kind, " ", "-")+"-"+strings.Split(tt.set, "=")[0], func(t *testing.T) {
			args := append(append([]string{"trigger"}, strings.Fields(tt.kind)...), "--url", server.URL, "--set", tt.set)
			if tt.set == "shape=old" {
				tt.want = "Result={}\n"
				args = append(args, "--result", "{}")
			}
			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), args, nil, nil, &stdout, &stderr); code != exitDone {
				t.Fatalf("exit %d: %s", code, &stderr)
			}
			if !strings.Contains(stderr.String(), tt.want) {
				t.Errorf("%q is not in\n%s", tt.want, &stderr)
			}
		})
	}
}

func TestTrigger_answers(t *testing.T) {
	var turn atomic.Int64
	mux := http.NewServeMux()
	mux.Handle("/moved", http.RedirectHandler("/elsewhere", http.StatusFound))
	mux.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "oh", http.StatusInternalServerError) })
	mux.HandleFunc("/other", func(w http.ResponseWriter, _ *http.Request) {
		if turn.Add(1) > 1 {
			w.WriteHeader(http.StatusNoContent)
		}
	})
	mux.HandleFunc("/refuses", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	server := httptest.NewServer(mux)
	gone := httptest.NewServer(mux)
	gone.Close()
	defer server.Close()
	tests := []struct {
		name string
		url  string
		args []string
		want string
		code int
	}{
		{"redirect", server.URL + "/moved", nil, "answered 302: Telnyx does not follow redirects", exitFailed},
		{"broken", server.URL + "/broken", nil, "answered 500: Telnyx takes 200 alone", exitFailed},
		{"one-of-two", server.URL + "/other", []string{"--duplicate", "1"}, "another answer: ", exitFailed},
		{"refused", server.URL + "/refuses", nil, "started with --public-key A6EHv/", exitFailed},
		{"refused-as-it-should", server.URL + "/refuses", []string{"--stale"}, "texmlsrv: refused\n", exitFailed},
		{"gone", gone.URL, nil, "texmlsrv: no answer: ", exitFailed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), append([]string{"trigger", "fetch", "--url", tt.url}, tt.args...), nil, nil, &stdout, &stderr)
			if code != tt.code || !strings.Contains(stderr.String(), tt.want) {
				t.Errorf("exit %d, want %d; %q is not in\n%s", code, tt.code, tt.want, &stderr)
			}
		})
	}
}

func TestTrigger_target(t *testing.T) {
	for given, want := range map[string]string{
		"http://127.0.0.1:8080":             "http://127.0.0.1:8080/texml",
		"http://127.0.0.1:8080/":            "http://127.0.0.1:8080/texml",
		"http://127.0.0.1:8080?texml_key=a": "http://127.0.0.1:8080/texml?texml_key=a",
		"https://voice.example.com/texml/x": "https://voice.example.com/texml/x",
		"/texml/survey/ask/1.action.b":      "http://127.0.0.1:8080/texml/survey/ask/1.action.b",
	} {
		got, err := (&triggerCommand{URL: given}).target("/texml")
		if err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", given, got, err, want)
		}
		if _, err := url.Parse(got); err != nil {
			t.Error(err)
		}
	}
}

func TestTrigger_targetRefused(t *testing.T) {
	for _, given := range []string{"127.0.0.1:8080", "localhost:8080", "ftp://127.0.0.1", "http://"} {
		if got, err := (&triggerCommand{URL: given}).target("/texml"); err == nil || !strings.Contains(err.Error(), "must look like http://") {
			t.Errorf("%s: got %s, %v", given, got, err)
		}
	}
}
