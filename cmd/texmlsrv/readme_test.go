package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/sessions/redistest"
)

// What the README says, and what it is in the test.
const (
	readmeAddr    = "127.0.0.1:8080"
	readmeConsole = "127.0.0.1:8081"
	readmeRedis   = "redis://127.0.0.1:6379"
)

// guides are the documents with commands; each begins anew.
var guides = []string{"README.md", "docs/first-flow.md", "docs/flows.md", "docs/editors.md", "docs/api.md"}

// TestGuides does what a reader of the README and of other guides does: it runs
// every sh block in one shell, from top to bottom, and holds what is printed
// against the block that follows. A block that starts the server replaces the
// one that runs.
func TestGuides(t *testing.T) {
	for _, guide := range guides {
		t.Run(strings.TrimSuffix(filepath.Base(guide), ".md"), func(t *testing.T) { follow(t, guide) })
	}
}

// follow does what a guide says.
func follow(t *testing.T, guide string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", guide))
	if err != nil {
		t.Fatal(err)
	}
	r := newReader(t, guide)
	ran := 0
	for rest := fences(string(text)); len(rest) > 0; {
		f := rest[0]
		rest = rest[1:]
		if f.lang != "sh" {
			t.Errorf("%s:%d: no command prints this block, so nothing checks it", guide, f.line)
			continue
		}
		want, shown := "", len(rest) > 0 && rest[0].lang != "sh"
		if shown {
			want, rest = rest[0].text, rest[1:]
		}
		ran++
		got, ok := r.run(f)
		t.Logf("%s:%d:\n%s\n%s", guide, f.line, f.text, got)
		if !shown && strings.Contains(f.text, "texmlsrv serve") {
			continue // as before
		}
		if !matches(want, got) {
			t.Errorf("%s:%d: (-printed there +printed now)\n%s", guide, f.line, cmp.Diff(lines(want), lines(got)))
		}
		if !shown && !ok {
			t.Errorf("%s:%d: failed without a word", guide, f.line)
		}
	}
	if ran == 0 {
		t.Errorf("%s has no commands", guide)
	}
}

// fence is a fenced block.
type fence struct {
	line int // of its text
	lang string
	text string
}

func fences(markdown string) []fence {
	var found []fence
	var open *fence
	for i, line := range strings.SplitAfter(markdown, "\n") {
		lang, is := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case is && open == nil:
			open = &fence{line: i + 2, lang: lang}
		case is:
			found, open = append(found, *open), nil
		case open != nil:
			open.text += line
		}
	}
	return found
}

// matches reports whether got is want, where … in want is any part of a line.
func matches(want, got string) bool {
	parts := strings.Split(strings.TrimRight(want, "\n"), "…")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile(`^` + strings.Join(parts, `.*`) + `\n*$`).MatchString(got)
}

func lines(text string) []string { return strings.Split(strings.TrimRight(text, "\n"), "\n") }

func TestMatches(t *testing.T) {
	tests := []struct {
		name, want, got string
		match           bool
	}{
		{"equal", "a\nb\n", "a\nb", true},
		{"another-word", "a b", "a c", false},
		{"a-line-more", "a", "a\nb", false},
		{"a-line-less", "a\nb", "a", false},
		{"left-out", "a … d", "a b c d", true},
		{"left-out-ends-with-the-line", "a …\nd", "a b\nc\nd", false},
		{"nothing", "", "", true},
		{"something-for-nothing", "", "a", false},
		{"no-pattern", "a.c", "abc", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := matches(tt.want, tt.got); got != tt.match {
				t.Errorf("matches(%q, %q) = %v", tt.want, tt.got, got)
			}
		})
	}
}

// reader is a person with a terminal for the server and one for the rest.
type reader struct {
	t      *testing.T
	guide  string // what is read
	env    []string
	real   *strings.Replacer // from what the README says to what it is here
	said   *strings.Replacer // and back
	in     io.Writer
	out    *bufio.Reader
	server *exec.Cmd
	log    chan string // of the server, once it has ended
}

func newReader(t *testing.T, guide string) *reader {
	t.Helper()
	redis := redistest.Start(t)
	addr, consoleAddr := freeAddr(t), freeAddr(t)
	r := &reader{
		t: t, guide: guide, env: readerEnv(t, "TEXMLSRV_ADDR="+addr, "TEXMLSRV_CONSOLE_ADDR="+consoleAddr),
		real: strings.NewReplacer(readmeAddr, addr, readmeConsole, consoleAddr, readmeRedis, redis.URL()),
		said: strings.NewReplacer(addr, readmeAddr, consoleAddr, readmeConsole),
	}
	shell := exec.CommandContext(t.Context(), "bash")
	shell.Dir, shell.Env = "../..", r.env
	in, err := shell.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, both, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	shell.Stdout, shell.Stderr = both, both
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	_ = both.Close() // the shell has its own
	t.Cleanup(func() {
		r.stopServer()
		_ = in.Close()
		_ = shell.Wait() // its result is that of the last command, which may have been meant to fail
		_ = out.Close()
	})
	r.in, r.out = in, bufio.NewReader(out)
	fmt.Fprintf(in, "redis-cli() { command redis-cli -s %q \"$@\"; }\n", strings.TrimPrefix(redis.URL(), "unix://"))
	return r
}

// readerEnv is the environment of a person who has set nothing up: a home of
// their own, Go's caches so that nothing is built twice, and no settings of ours.
func readerEnv(t *testing.T, more ...string) []string {
	t.Helper()
	env := slices.DeleteFunc(os.Environ(), func(pair string) bool {
		return regexp.MustCompile(`^(TEXMLSRV_|TELNYX_|FLOW_|SECRET_|REDIS_URL=|HOME=)`).MatchString(pair)
	})
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		value, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(value)))
	}
	return append(append(env, "HOME="+t.TempDir()), more...)
}

// freeAddr is an address of this machine that the test has to itself, so that
// the server can be started on it again and again: loopback is a large network.
func freeAddr(t *testing.T) string {
	t.Helper()
	pid := os.Getpid()
	own := fmt.Sprintf("127.%d.%d.%d:0", 1+pid>>16&0x7f, pid>>8&0xff, 1+pid&0x7f)
	listener, err := net.Listen("tcp", own)
	if err != nil { // not Linux
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// run runs a block, and gives what it printed and whether it succeeded.
func (r *reader) run(f fence) (output string, ok bool) {
	r.t.Helper()
	if strings.Contains(f.text, "texmlsrv serve") {
		r.stopServer()
		return r.startServer(f), true
	}
	const end = "@@ the block has ended "
	fmt.Fprintf(r.in, "%s\nprintf '\\n%s%%d\\n' $?\n", r.real.Replace(f.text), end)
	var printed strings.Builder
	for {
		line, err := r.out.ReadString('\n')
		if err != nil {
			r.t.Fatalf("%s:%d: the shell ended: %v\n%s", r.guide, f.line, err, printed.String())
		}
		if code, is := strings.CutPrefix(line, end); is {
			return r.said.Replace(printed.String()), code == "0\n"
		}
		printed.WriteString(line)
	}
}

// startServer runs a block in the terminal of the server, and gives what it
// says until it serves.
func (r *reader) startServer(f fence) string {
	r.t.Helper()
	server := exec.Command("bash", "-c", r.real.Replace(f.text))
	server.Dir, server.Env = "../..", r.env
	server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that Ctrl-C reaches all of it
	out, err := server.StderrPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		r.t.Fatal(err)
	}
	var said strings.Builder
	in := bufio.NewReader(out)
	for !strings.Contains(said.String(), "\nverification") {
		line, err := in.ReadString('\n')
		if said.WriteString(line); err != nil { // it has closed its end: it is gone
			r.t.Fatalf("%s:%d: the server does not start: %v\n%s", r.guide, f.line, server.Wait(), said.String())
		}
	}
	r.server = server
	r.log = make(chan string, 1)
	go func() {
		rest, _ := io.ReadAll(in) // to its end, however that comes
		r.log <- string(rest)
	}()
	return r.said.Replace(said.String())
}

// stopServer is Ctrl-C. What go run makes of that is go's affair; the server
// has to say that it stops, and not that it failed.
func (r *reader) stopServer() {
	r.t.Helper()
	if r.server == nil {
		return
	}
	if err := syscall.Kill(-r.server.Process.Pid, syscall.SIGINT); err != nil {
		r.t.Error(err)
	}
	log := <-r.log
	_ = r.server.Wait()
	if !strings.HasSuffix(log, "stopping: requests under way are finished first\n") {
		r.t.Errorf("the server did not stop in an orderly way:\n%s", log)
	}
	r.server = nil
}

// TestDocuments checks that the links in the documentation lead somewhere.
func TestDocuments(t *testing.T) {
	const root = "../.."
	var files []string
	for _, pattern := range []string{"/*.md", "/docs/*.md", "/docs/*/*.md"} {
		found, err := filepath.Glob(root + pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: no documents: %v", pattern, err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, link := range regexp.MustCompile(`\]\(([^)]*)\)`).FindAllStringSubmatch(string(text), -1) {
			path, anchor, _ := strings.Cut(link[1], "#")
			if path = filepath.Join(filepath.Dir(file), path); strings.HasPrefix(link[1], "#") {
				path = file
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			if anchor == "" {
				continue
			}
			there, err := os.ReadFile(path)
			if err != nil || !slices.Contains(anchors(string(there)), anchor) {
				t.Errorf("%s: there is no heading #%s in %s", file, anchor, path)
			}
		}
	}
}

// anchors are the names that links to the headings of a text have.
func anchors(markdown string) []string {
	var found []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(markdown, -1) {
		plain := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		found = append(found, strings.ReplaceAll(plain, " ", "-"))
	}
	return found
}
