// Package redistest starts real Redis servers for tests: a single one, a
// cluster, a master with its sentinel. They run as children of the test, keep
// their files in a directory of their own and go with the test.
//
// Without a redis-server on the machine the test is skipped, and under CI it
// fails.
package redistest

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"texmlsrv/needed"
)

// patience bounds every wait for a server, on a busy machine.
const patience = 30 * time.Second

// Server is one redis-server process. Its methods fail the test when they
// cannot do what they say, and belong to the test's goroutine.
type Server struct {
	tb            testing.TB
	dir           string // its files; working directory
	args          []string
	network, addr string // where it listens
	program       string // redis-server
	cmd           *exec.Cmd
	exited        chan struct{} // closed when cmd has ended
}

// Start starts a server on a unix socket that keeps everything in memory: after
// Restart it is empty.
func Start(tb testing.TB) *Server {
	tb.Helper()
	return startOnSocket(tb, "--appendonly", "no")
}

// StartDurable starts a server on a unix socket that has every write on disk
// before it answers: after Restart it knows what it knew, also after Kill.
func StartDurable(tb testing.TB) *Server {
	tb.Helper()
	return startOnSocket(tb, "--appendonly", "yes", "--appendfsync", "always")
}

func startOnSocket(tb testing.TB, args ...string) *Server {
	tb.Helper()
	s := newServer(tb)
	s.network, s.addr = "unix", filepath.Join(s.dir, "redis.sock")
	s.args = append([]string{"--port", "0", "--unixsocket", s.addr, "--unixsocketperm", "700", "--save", ""}, args...)
	s.mustStart()
	return s
}

// newServer prepares a server that is not running yet. Its directory is not
// tb.TempDir, whose length may exceed what the path of a socket may have.
func newServer(tb testing.TB) *Server {
	tb.Helper()
	program := needed.Program(tb, "redis-server", "redis-server")
	dir, err := os.MkdirTemp("", "redistest")
	if err != nil {
		tb.Fatalf("redistest: %v", err)
	}
	s := &Server{tb: tb, dir: dir, program: program}
	tb.Cleanup(func() {
		s.Kill()
		_ = os.RemoveAll(dir) // what is left of it does no harm
	})
	return s
}

// URL is where the server listens, as redisstore.Open takes it. It stays the
// same over Restart.
func (s *Server) URL() string {
	if s.network == "unix" {
		return "unix://" + s.addr
	}
	return "redis://" + s.addr
}

// Stop ends the server in an orderly way and waits for it.
func (s *Server) Stop() {
	s.tb.Helper()
	s.signal(syscall.SIGTERM)
	select {
	case <-s.exited:
	case <-time.After(patience):
		s.tb.Fatalf("redistest: the server does not stop\n%s", s.log())
	}
}

// Kill ends the server at once, as a crash would. Killing one that does not
// run is not an error.
func (s *Server) Kill() {
	if s.exited == nil {
		return
	}
	s.signal(syscall.SIGKILL)
	<-s.exited
}

// Freeze stops the server from answering while its connections stay open, as a
// lost network does. Thaw lets it go on.
func (s *Server) Freeze() { s.signal(syscall.SIGSTOP) }

// Thaw undoes Freeze.
func (s *Server) Thaw() { s.signal(syscall.SIGCONT) }

// Restart stops the server if it runs and starts it on the same files and URL.
func (s *Server) Restart() {
	s.tb.Helper()
	if s.running() {
		s.Stop()
	}
	s.mustStart()
}

func (s *Server) running() bool {
	select {
	case <-s.exited:
		return false
	default:
		return s.exited != nil
	}
}

func (s *Server) signal(sig os.Signal) {
	if s.running() {
		_ = s.cmd.Process.Signal(sig) // fails when it ended meanwhile: the same to the caller
	}
}

func (s *Server) mustStart() {
	s.tb.Helper()
	if !s.start() {
		s.tb.Fatalf("redistest: the server does not start\n%s", s.log())
	}
}

// start starts the server and reports whether it answers.
func (s *Server) start() bool {
	s.tb.Helper()
	logFile, err := os.OpenFile(s.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.tb.Fatalf("redistest: %v", err)
	}
	defer logFile.Close()
	cmd := exec.Command(s.program, s.args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, logFile, logFile
	cmd.SysProcAttr = withParent()
	if err := cmd.Start(); err != nil {
		s.tb.Fatalf("redistest: %v", err)
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait() // how it ended does not matter, its log is shown where it does
		close(exited)
	}()
	s.cmd, s.exited = cmd, exited
	return poll(func() bool { return !s.running() || s.answers() }) && s.running()
}

// answers reports whether the server has loaded its data and takes commands.
func (s *Server) answers() bool {
	conn, err := net.DialTimeout(s.network, s.addr, time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	if conn.SetDeadline(time.Now().Add(time.Second)) != nil {
		return false
	}
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && strings.HasPrefix(line, "+PONG")
}

func (s *Server) logPath() string { return filepath.Join(s.dir, "log") }

func (s *Server) log() string {
	text, err := os.ReadFile(s.logPath())
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// poll asks until the answer is yes, and reports false when patience ends.
func poll(done func() bool) bool {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	end := time.After(patience)
	for !done() {
		select {
		case <-ticker.C:
		case <-end:
			return false
		}
	}
	return true
}
