package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"texmlsrv/callbacks"
	"texmlsrv/flows"
	"texmlsrv/simulator/wire"
	"texmlsrv/templates"
)

type doctorCommand struct {
	Templates string   `help:"Folder of flows (default: the flows that come with the program)." placeholder:"DIR"`
	RedisURL  string   `help:"Redis for the sessions, as serve takes it. REDIS_URL is honoured too." placeholder:"URL"`
	PublicURL string   `help:"Address that Telnyx reaches the server by. It is asked a few things, and logs some of them as refused." placeholder:"URL"`
	PublicKey []string `help:"Public key of your Telnyx account, base64; several while it changes. TELNYX_PUBLIC_KEY is honoured too." placeholder:"KEY"`
	Request   string   `help:"Look only at a request that was refused, written down as it came over the wire (- is standard input), and tell what is to blame." placeholder:"FILE"`
	At        string   `help:"When that request arrived, such as 2026-12-25T10:00:00Z: judges the clock." placeholder:"TIME"`
	JSON      bool     `name:"json" help:"Print one JSON object."`
}

// Help says what is looked at.
func (doctorCommand) Help() string {
	return "Looks at Redis, the public key, the clock, the public URL and the flows, with the flags and variables that serve takes, " +
		"and says of each whether it is right (ok), worth a look (warn) or wrong (fail), and what to do. It exits with 1 when something is wrong."
}

// How a check came out.
const (
	checkOK   = "ok"
	checkWarn = "warn"
	checkFail = "fail"
)

// checkup is the outcome of one check.
type checkup struct {
	Check  string `json:"check"`
	Status string `json:"status"` // ok, warn, fail
	Says   string `json:"says"`
	Do     string `json:"do,omitempty"`
}

// examination collects what is found.
type examination struct {
	checks []checkup
	keys   []ed25519.PublicKey // those that can be read
	clocks []otherClock
}

func (e *examination) ok(check, format string, args ...any) {
	e.checks = append(e.checks, checkup{Check: check, Status: checkOK, Says: fmt.Sprintf(format, args...)})
}

func (e *examination) warn(check, do, format string, args ...any) {
	e.checks = append(e.checks, checkup{check, checkWarn, fmt.Sprintf(format, args...), do})
}

func (e *examination) fail(check, do, format string, args ...any) {
	e.checks = append(e.checks, checkup{check, checkFail, fmt.Sprintf(format, args...), do})
}

// Run looks at everything, and prints what it found.
func (c *doctorCommand) Run(a *app) error {
	e := &examination{}
	if c.Request != "" {
		if err := c.request(a, e); err != nil {
			return err
		}
		return c.report(a, e)
	}
	if c.At != "" {
		return usage("--at goes with --request")
	}
	e.publicKeys(c.PublicKey)
	e.redis(a.ctx, c.RedisURL)
	e.publicURL(a.ctx, c.PublicURL)
	e.clock()
	if err := c.flows(a, e); err != nil {
		return err
	}
	return c.report(a, e)
}

// report prints the checks to standard output, a summary to standard error.
func (c *doctorCommand) report(a *app, e *examination) error {
	var out bytes.Buffer
	if c.JSON {
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(map[string]any{"checks": e.checks}); err != nil {
			return err
		}
	} else {
		e.print(&out)
	}
	if _, err := a.stdout.Write(out.Bytes()); err != nil {
		return err
	}
	failed, warned := e.count(checkFail), e.count(checkWarn)
	if failed > 0 {
		return fmt.Errorf("%s wrong, %d worth a look", count(failed, "thing"), warned)
	}
	if !c.JSON {
		fmt.Fprintf(a.stderr, "texmlsrv: nothing wrong, %d worth a look\n", warned)
	}
	return nil
}

func (e *examination) count(status string) int {
	n := 0
	for _, check := range e.checks {
		n += one(check.Status == status)
	}
	return n
}

// print writes a line for each check, and one below for what to do.
func (e *examination) print(w io.Writer) {
	wide := 0
	for _, check := range e.checks {
		wide = max(wide, len(check.Check))
	}
	for _, check := range e.checks {
		fmt.Fprintf(w, "%-4s  %-*s  %s\n", check.Status, wide, check.Check, check.Says)
		if check.Do != "" {
			fmt.Fprintf(w, "%s  -> %s\n", strings.Repeat(" ", 6+wide), check.Do)
		}
	}
}

// keyAdvice is where the key is found.
const keyAdvice = "Copy the public key from the Telnyx portal (Keys & Credentials, Public Key): 44 characters that end in =."

// publicKeys looks at each key by itself.
func (e *examination) publicKeys(texts []string) {
	if len(texts) == 0 {
		e.warn("key", "Give it with --public-key or TELNYX_PUBLIC_KEY.",
			"No public key: a server without one takes only requests that come straight from its own machine.")
		return
	}
	for i, text := range texts {
		check := "key"
		if len(texts) > 1 {
			check = fmt.Sprintf("key %d", i+1)
		}
		says, key := callbacks.KeyMistake(text)
		switch {
		case says != "" && key != nil:
			e.fail(check, "Telnyx shows this key as "+callbacks.KeyText(key), "%s", says)
		case says != "":
			e.fail(check, keyAdvice, "%s", says)
		case wire.TestKey().Public().(ed25519.PublicKey).Equal(key):
			e.warn(check, "Use it to try things out, never on a server that Telnyx calls.", "This is the test key of texmlsrv: everybody can sign with it.")
		default:
			e.ok(check, "An Ed25519 key of 32 bytes, %s…", text[:min(len(text), 6)])
		}
		if key != nil {
			e.keys = append(e.keys, key)
		}
	}
}

// flows looks at the flows as check does.
func (c *doctorCommand) flows(a *app, e *examination) error {
	var root fs.FS = templates.FS
	if c.Templates != "" {
		if err := flowFolder(c.Templates); err != nil {
			return err
		}
		root = os.DirFS(c.Templates)
	}
	see := strings.TrimSpace("texmlsrv check " + c.Templates)
	release, found := flows.Inspect(root, flows.EnvironmentOf(a.environ))
	switch wrong := found.Errors(); {
	case found.Err() != nil:
		e.fail("flows", see+" shows all of them.", "%s in the flows; the first: %s", count(len(wrong), "problem"), below(c.Templates, wrong)[0].Error())
	case len(found) > 0:
		e.warn("flows", see+" shows what.", "%s, with %s", flowNames(release), count(len(found), "warning"))
	default:
		e.ok("flows", "%s", flowNames(release))
	}
	if found.Err() == nil {
		e.settings(release, c.Templates != "")
	}
	return nil
}

// settings looks for what flows miss in the environment, and for names that none
// of them reads.
func (e *examination) settings(release *flows.Release, theirs bool) {
	missing, unread := settingsOf(release, theirs)
	if missing != "" {
		e.warn("settings", "Flows do without what they try first, as in {when: not env.NAME, goto: ...}; elsewhere nothing stands in its place.", "%s", missing)
	}
	if unread != "" {
		e.warn("settings", "Is a name misspelt?", "%s", unread)
	}
}

// requestLimit is the most that is read of a captured request.
const requestLimit = 8 << 20

// request tells what is to blame for the signature of a captured request.
func (c *doctorCommand) request(a *app, e *examination) error {
	var arrived time.Time
	if c.At != "" {
		at, err := time.Parse(time.RFC3339, c.At)
		if err != nil {
			return usage("--at must look like 2026-12-25T10:00:00Z, not %q", c.At)
		}
		arrived = at
	}
	text, err := c.captured(a)
	if err != nil {
		return err
	}
	r, err := callbacks.ParseCaptured(text)
	if err != nil {
		return fmt.Errorf("%s: %s", c.Request, reason(err, "callbacks: "))
	}
	e.publicKeys(c.PublicKey)
	e.diagnose(r, arrived)
	return nil
}

func (c *doctorCommand) captured(a *app) ([]byte, error) {
	if c.Request == "-" {
		return io.ReadAll(io.LimitReader(a.stdin, requestLimit))
	}
	info, err := os.Stat(c.Request)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usage("--request: there is no file %s", c.Request)
	case err != nil:
		return nil, err
	case info.Size() > requestLimit:
		return nil, fmt.Errorf("%s has more than 8 MiB, which no request of Telnyx has", c.Request)
	}
	return os.ReadFile(c.Request)
}

// diagnose puts a request's diagnosis among the checks, under what is to blame.
func (e *examination) diagnose(r callbacks.Captured, arrived time.Time) {
	d := callbacks.Diagnose(r, e.keys, arrived)
	test := wire.TestKey().Public().(ed25519.PublicKey)
	switch byTest := callbacks.Diagnose(r, []ed25519.PublicKey{test}, arrived); {
	case d.Blame == callbacks.BlameNothing:
		e.ok("request", "%s", d.Says)
	case d.Blame == callbacks.BlameKey && byTest.Blame == callbacks.BlameNothing:
		e.fail("request: key", "A server that is tried out with it is started with --public-key "+callbacks.KeyText(test),
			"It was signed with the test key of texmlsrv, not by Telnyx.")
	default:
		e.fail("request: "+string(d.Blame), d.Do, "%s", d.Says)
	}
}
