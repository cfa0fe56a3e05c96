package main

import (
	"bufio"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"texmlsrv/console/access"
)

// browser is a client with cookies that follows redirects.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: time.Minute}
}

// body reads an answer to its end.
func body(t *testing.T, answer *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// linkIn is the one-time link that was printed.
func linkIn(t *testing.T, printed string) *url.URL {
	t.Helper()
	found := regexp.MustCompile(`(?m)^console +(http\S+/signin\?link=\S+) signs you in once`).FindStringSubmatch(printed)
	if found == nil {
		t.Fatalf("no link:\n%s", printed)
	}
	link, err := url.Parse(found[1])
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// use signs in with a link, as its page does, and gives the page that follows.
func use(t *testing.T, client *http.Client, link *url.URL) string {
	t.Helper()
	answer, err := client.PostForm("http://"+link.Host+"/signin", url.Values{"link": {link.Query().Get("link")}})
	return body(t, answer, err)
}

// TestConsole_link uses the link that serve prints, asks for another, and finds
// neither listener to answer for the other.
func TestConsole_link(t *testing.T) {
	p := start(t, nil)
	link, client := linkIn(t, p.announced), browser(t)
	if page := use(t, client, link); !strings.Contains(page, "<h1>Calls</h1>") {
		t.Errorf("signed in:\n%s", page)
	}
	if page := use(t, browser(t), link); !strings.Contains(page, "used already") {
		t.Errorf("the link a second time:\n%s", page)
	}
	answer, err := browser(t).PostForm("http://"+link.Host+"/signin/link", nil)
	if page := body(t, answer, err); !strings.Contains(page, "A new link was printed") {
		t.Errorf("asking for another:\n%s", page)
	}
	if page := use(t, browser(t), linkIn(t, p.until("console "))); !strings.Contains(page, "<h1>Calls</h1>") {
		t.Errorf("the other link:\n%s", page)
	}
	for _, wrong := range []string{"http://" + p.addr + "/calls", "http://" + p.addr + "/signin", "http://" + link.Host + "/texml", "http://" + link.Host + "/readyz"} {
		answer, err := client.Get(wrong)
		body(t, answer, err)
		if answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", wrong, answer.StatusCode)
		}
	}
}

// TestConsole_users signs in with a password from the users file, and has the
// file changed while the server runs.
func TestConsole_users(t *testing.T) {
	const good = "correct horse battery"
	path := filepath.Join(t.TempDir(), "users")
	line := access.Line("ada", access.Operator, access.HashPassword(good))
	if err := os.WriteFile(path, []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, nil, "--users", path)
	found := regexp.MustCompile(`(?m)^console +(http://127\.0\.0\.1:\d+)$`).FindStringSubmatch(p.announced)
	if found == nil {
		t.Fatalf("announced:\n%s", p.announced)
	}
	client := browser(t)
	answer, err := client.PostForm(found[1]+"/signin", url.Values{"name": {"ada"}, "password": {good}})
	if page := body(t, answer, err); !strings.Contains(page, "<h1>Calls</h1>") {
		t.Errorf("signed in:\n%s", page)
	}
	if err := os.WriteFile(path, []byte("# nobody any more\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	answer, err = client.Get(found[1] + "/calls")
	if page := body(t, answer, err); !strings.Contains(page, "<h1>Sign in</h1>") {
		t.Errorf("taken out of the file:\n%s", page)
	}
}

// TestConsole_off leaves the console out.
func TestConsole_off(t *testing.T) {
	for _, args := range [][]string{{"--console-addr", "off"}, {"--console-addr="}} {
		p := start(t, nil, args...)
		if !strings.Contains(p.announced, "\nconsole       off (--console-addr)\n") {
			t.Errorf("%v: announced\n%s", args, p.announced)
		}
	}
}

// TestConsole_calls tells a page that is open of a call, and lists it.
func TestConsole_calls(t *testing.T) {
	p := start(t, nil)
	link, client := linkIn(t, p.announced), browser(t)
	if page := use(t, client, link); !strings.Contains(page, "No calls yet") {
		t.Errorf("before:\n%s", page)
	}
	stream, err := client.Get("http://" + link.Host + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	begun, err := http.PostForm("http://"+p.addr+"/texml/front-desk", url.Values{"CallSid": {"v3:abc"}, "From": {"+35319600001"}, "To": {"+13125550100"}})
	if document := body(t, begun, err); begun.StatusCode != http.StatusOK {
		t.Fatalf("the call: %d\n%s", begun.StatusCode, document)
	}
	events := bufio.NewScanner(stream.Body)
	for events.Scan() && !strings.Contains(events.Text(), `"sid":"v3:abc"`) {
	}
	if err := events.Err(); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/calls": `href="/calls/v3:abc"`, "/calls?q=9600001": `href="/calls/v3:abc"`,
		"/calls/v3:abc": "35319600001", "/calls/export?format=csv": "v3:abc,inbound,•••0001",
	} {
		answer, err := client.Get("http://" + link.Host + path)
		if page := body(t, answer, err); answer.StatusCode != http.StatusOK || !strings.Contains(page, want) {
			t.Errorf("%s: %d, without %s\n%s", path, answer.StatusCode, want, page)
		}
	}
}

// TestConsole_stops ends with the server.
func TestConsole_stops(t *testing.T) {
	p := start(t, nil)
	use(t, browser(t), linkIn(t, p.announced))
	p.signal(syscall.SIGTERM)
	if said, state := p.end(); state.ExitCode() != exitDone {
		t.Errorf("exit %d\n%s", state.ExitCode(), said)
	}
}
