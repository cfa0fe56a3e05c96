package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"texmlsrv/sessions/redistest"
)

// TestMain makes the test binary the program itself when a test starts it as
// such: signals are for processes.
func TestMain(m *testing.M) {
	if os.Getenv("BE_TEXMLSRV") != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is a running `texmlsrv serve`.
type process struct {
	t         *testing.T
	cmd       *exec.Cmd
	announced string
	addr      string
	stderr    *bufio.Reader
}

// start runs serve on a free port until the test ends, and returns when it
// serves.
func start(t *testing.T, environ []string, args ...string) *process {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], append([]string{"serve"}, args...)...)
	cmd.Env = append([]string{"BE_TEXMLSRV=1", "TEXMLSRV_ADDR=127.0.0.1:0", "TEXMLSRV_CONSOLE_ADDR=127.0.0.1:0"}, environ...)
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // killed with the context, unless the test has waited
	p := &process{t: t, cmd: cmd, stderr: bufio.NewReader(out)}
	p.announced = p.until("verification ")
	if at := regexp.MustCompile(`listening on http://(\S+)`).FindStringSubmatch(p.announced); at != nil {
		p.addr = at[1]
	}
	return p
}

// patience is how long a line may take to come, on a busy machine.
const patience = time.Minute

// until reads standard error to the end of a line that begins with prefix. A
// process that does not say it is killed.
func (p *process) until(prefix string) string {
	p.t.Helper()
	defer time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() }).Stop()
	var read strings.Builder
	for {
		line, err := p.stderr.ReadString('\n')
		read.WriteString(line)
		if strings.HasPrefix(line, prefix) {
			return read.String()
		}
		if err != nil {
			p.t.Fatalf("%v before a line with %q:\n%s", err, prefix, read.String())
		}
	}
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// end waits for the process, and gives what else it said.
func (p *process) end() (said string, state *os.ProcessState) {
	p.t.Helper()
	rest, err := io.ReadAll(p.stderr)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = p.cmd.Wait() // the state tells
	return string(rest), p.cmd.ProcessState
}

func TestServe_announces(t *testing.T) {
	redis := redistest.Start(t)
	const key = "cHVibGljIGtleSBvZiB5b3VyIFRlbG55eCBhY2NvdW4="
	tests := []struct {
		name    string
		environ []string
		args    []string
		want    string // in what is announced
	}{
		{"embedded", nil, nil, "sessions      embedded: "},
		{"redis", []string{"REDIS_URL=" + redis.URL()}, nil, "sessions      in Redis\n"},
		{"no-key", nil, nil, "verification  no public key: "},
		{"key-of-telnyx", []string{"TELNYX_PUBLIC_KEY=" + key}, nil, "verification  requests must be signed"},
		{"two-keys", []string{"TEXMLSRV_PUBLIC_KEY=" + key + "," + key}, nil, "verification  requests must be signed"},
		{"observe", []string{"TEXMLSRV_VERIFY=observe"}, nil, "verification  observed: "},
		{"off", nil, []string{"--verify", "off"}, "verification  OFF: "},
		{"flag-before-variable", []string{"TEXMLSRV_VERIFY=off"}, []string{"--verify", "observe"}, "verification  observed: "},
		{"public-url", nil, []string{"--public-url", "https://voice.example.com/in/"}, "status URL    https://voice.example.com/in/callbacks/status\n"},
		{"webhooks", nil, []string{"--public-url", "https://voice.example.com/in/"}, "webhook URL   https://voice.example.com/in/webhooks\n"},
		{"settings-missing", []string{"FLOW_MESSAGES_URL=https://messages.example"}, nil, "not set in the environment: FLOW_BOOKING_URL, FLOW_FRONT_DESK_NUMBER, SECRET_BOOKING, SECRET_MESSAGES\n"},
		{"settings-unread", []string{"FLOW_BOKING_URL=https://booking.example"}, nil, "settings      set in the environment, and read by no flow: FLOW_BOKING_URL\n"},
		{"default-flow", nil, nil, " front-desk (default), "},
		{"no-default-flow", nil, []string{"--templates", "testdata/two"}, "/texml/<flow>?texml_key="},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := start(t, tt.environ, tt.args...)
			if !strings.Contains(p.announced, tt.want) {
				t.Errorf("%q is not in\n%s", tt.want, p.announced)
			}
		})
	}
}

// TestServe_fetchKey checks when the URL in the portal stays the same.
func TestServe_fetchKey(t *testing.T) {
	redis := redistest.Start(t)
	tests := []struct {
		name string
		args []string
		same bool
	}{
		{"embedded", nil, false},
		{"redis", []string{"--redis-url", redis.URL()}, true},
		{"secret", []string{"--secret", "known to all of our servers"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			key := regexp.MustCompile(`texml_key=[0-9a-f]+`)
			one, two := start(t, nil, tt.args...), start(t, nil, tt.args...)
			first, second := key.FindString(one.announced), key.FindString(two.announced)
			if first == "" || second == "" || (first == second) != tt.same {
				t.Errorf("%q and %q: the same is %v, want %v", first, second, first == second, tt.same)
			}
		})
	}
}

func TestServe_addressInUse(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var stderr strings.Builder
	code := run(t.Context(), []string{"serve", "--addr", listener.Addr().String()}, nil, nil, io.Discard, &stderr)
	if code != exitFailed || !strings.Contains(stderr.String(), "address already in use (--addr takes another address)") {
		t.Errorf("exit %d\n%s", code, stderr.String())
	}
}

// slowFlow looks something up and says goodbye, whatever came of it.
const slowFlow = `
start: look
steps:
  look:
    lookup: {url: "{{ env.SLOW_URL }}", into: found}
    next: bye
    otherwise: bye
  bye:
    document: <Say>Goodbye.</Say><Hangup/>
`

// underWay starts a server and a call whose first document is being decided:
// its look-up has arrived, and is answered when release is closed.
func underWay(t *testing.T) (p *process, reply <-chan string, release chan struct{}) {
	t.Helper()
	arrived := make(chan struct{})
	release = make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		select {
		case <-release:
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(slow.Close)
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "slow"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "slow", "flow.yaml"), []byte(slowFlow), 0o644); err != nil {
		t.Fatal(err)
	}
	p = start(t, []string{"FLOW_SLOW_URL=" + slow.URL}, "--templates", root)
	replies := make(chan string, 1)
	go func() { replies <- fetch(t.Context(), p.addr) }()
	<-arrived
	return p, replies, release
}

// fetch is the first document of a call, or what went wrong.
func fetch(ctx context.Context, addr string) string {
	form := strings.NewReader(url.Values{"CallSid": {"v3:abc"}}.Encode())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+"/texml", form)
	if err != nil {
		return err.Error()
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return err.Error()
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		return err.Error()
	}
	return reply.Status + "\n" + string(body)
}

// TestServe_stopsInOrder stops a server while a caller waits for a document.
func TestServe_stopsInOrder(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(strings.ReplaceAll(signal.String(), " ", "-"), func(t *testing.T) {
			p, reply, release := underWay(t)
			p.signal(signal)
			p.until("stopping: ")
			close(release)
			if got := <-reply; !strings.HasPrefix(got, "200 OK\n") || !strings.Contains(got, ">Goodbye.</Say>") {
				t.Errorf("the request under way was answered with %s", got)
			}
			if _, state := p.end(); state.ExitCode() != exitDone {
				t.Errorf("%v, want exit code 0", state)
			}
			if got := fetch(t.Context(), p.addr); strings.HasPrefix(got, "200") {
				t.Errorf("a server that was stopped answers: %s", got)
			}
		})
	}
}

// TestServe_lingers answers after it was told to stop, and says that it is about
// to, so that a load balancer can look elsewhere first.
func TestServe_lingers(t *testing.T) {
	p := start(t, nil, "--linger", "1h")
	p.signal(syscall.SIGTERM)
	p.until("lingering: ")
	if got := get(t, "http://"+p.addr+"/readyz"); got != "503 draining" {
		t.Errorf("/readyz says %s", got)
	}
	if got := fetch(t.Context(), p.addr); !strings.HasPrefix(got, "200 OK\n") {
		t.Errorf("a call was answered with %s", got)
	}
	p.signal(syscall.SIGTERM)
	if _, state := p.end(); state.Success() {
		t.Error("the second signal did not end it")
	}
}

// TestServe_lingersBriefly ends by itself.
func TestServe_lingersBriefly(t *testing.T) {
	p := start(t, nil, "--linger", "1ms")
	p.signal(syscall.SIGTERM)
	if said, state := p.end(); state.ExitCode() != exitDone || !strings.Contains(said, "lingering: ") || !strings.Contains(said, "stopping: ") {
		t.Errorf("%v:\n%s", state, said)
	}
}

// get is the status that an address answers with, and the one in what it says.
func get(t *testing.T, address string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	var said struct{ Status string }
	if err := json.NewDecoder(reply.Body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(reply.StatusCode) + " " + said.Status
}

// TestServe_stopsAtOnce sends a second signal to a server that still waits.
func TestServe_stopsAtOnce(t *testing.T) {
	p, _, release := underWay(t)
	defer close(release)
	p.signal(syscall.SIGINT)
	p.until("stopping: ")
	p.signal(syscall.SIGINT)
	_, state := p.end()
	if status, is := state.Sys().(syscall.WaitStatus); !is || !status.Signaled() {
		t.Errorf("%v, want the end by a signal", state)
	}
}
