package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"texmlsrv/flows/format"
	"texmlsrv/simulator/wire"
)

const (
	triggerServer  = "http://127.0.0.1:8080"
	triggerTimeout = 30 * time.Second
	triggerAnswer  = 4 << 20 // bytes that are read of an answer
	staleBy        = time.Hour
)

type triggerCommand struct {
	Kind  string `arg:"" optional:"" help:"What to send; the list is above."`
	Event string `arg:"" optional:"" help:"The type of an event, such as call.ai_gather.ended."`

	URL    string            `default:"http://127.0.0.1:8080" help:"Where to send it: a server, a URL on it, or a path on 127.0.0.1:8080. Without a path it is the one that the kind belongs to." placeholder:"URL"`
	Set    map[string]string `mapsep:"none" help:"A field of Telnyx's (From), a word of the kind (status), or any other field. As often as needed." placeholder:"NAME=VALUE"`
	Result string            `help:"What an AI gather gathered: a JSON object." placeholder:"JSON"`
	SID    string            `name:"sid" help:"CallSid (default: the same call every time)." placeholder:"ID"`
	At     string            `help:"When it is sent, such as 2026-12-25T10:00:00Z (default: now)." placeholder:"TIME"`

	Get          bool   `help:"Send a form by GET. Servers that want proof want ?texml_key= in --url then."`
	Duplicate    int    `help:"Send it so many times more, at once." placeholder:"N"`
	Key          string `help:"Private key to sign with, base64 (default: the test key; its public key is above)." placeholder:"KEY"`
	BadSignature bool   `help:"Sign something else than what is sent."`
	Stale        bool   `help:"Sign as of an hour ago."`
	Unsigned     bool   `help:"Do not sign."`
}

// Help lists the kinds, and the words that each knows.
func (triggerCommand) Help() string {
	var b strings.Builder
	b.WriteString("Sends one request as Telnyx would, and prints what is answered.\n\nKinds, and in brackets what --set knows of each beside the fields themselves:\n\n")
	for _, k := range triggerKinds() {
		about := k.about
		if len(k.words) > 0 {
			about += " [" + strings.Join(k.words, " ") + "]"
		}
		fmt.Fprintf(&b, "  %-21s %s\n", k.name, about)
	}
	fmt.Fprintf(&b, "\nWords of every kind: %s\n", strings.Join(callWords, " "))
	fmt.Fprintf(&b, "\nA server that is tried out with the test key is started with\n\n  texmlsrv serve --public-key %s\n", wire.PublicKey(wire.TestKey()))
	return b.String()
}

// Run sends the request and prints the answer: the answer's body to standard
// output, all else to standard error.
func (c *triggerCommand) Run(a *app) error {
	kind, err := c.kind()
	if err != nil {
		return err
	}
	at, err := c.at()
	if err != nil {
		return err
	}
	sent, err := c.message(kind, at)
	if err != nil {
		return err
	}
	if err := c.sign(sent, at); err != nil {
		return err
	}
	sent.show(a.stderr)
	return c.report(a, sent.send(a, c.Duplicate+1))
}

// kind is what to send; the flags that do not go with it are refused.
func (c *triggerCommand) kind() (triggerKind, error) {
	var names []string
	for _, k := range triggerKinds() {
		names = append(names, k.name)
		if k.name != c.Kind {
			continue
		}
		switch {
		case c.Event != "" && k.event == nil:
			return k, usage("%s goes with event alone", c.Event)
		case c.Result != "" && !k.gathers:
			return k, usage("--result goes with ai-gather and event")
		case c.Result != "" && !json.Valid([]byte(c.Result)):
			return k, usage("--result is not JSON: %s", c.Result)
		case c.Get && k.event != nil:
			return k, usage("--get is for forms; an event is a POST")
		case c.Duplicate < 0 || c.Duplicate > 100:
			return k, usage("--duplicate is a number from 0 to 100")
		}
		return k, nil
	}
	if c.Kind == "" {
		return triggerKind{}, usage("what to send is missing: %s", strings.Join(names, ", "))
	}
	return triggerKind{}, usage("there is no kind %q; there are %s", c.Kind, strings.Join(names, ", "))
}

func (c *triggerCommand) at() (time.Time, error) {
	if c.At == "" {
		return time.Now(), nil
	}
	at, err := time.Parse(time.RFC3339, c.At)
	if err != nil {
		return at, usage("--at must look like 2026-12-25T10:00:00Z, not %q", c.At)
	}
	return at, nil
}

// message is the request without its signature.
func (c *triggerCommand) message(kind triggerKind, at time.Time) (*message, error) {
	said := &settings{values: c.Set, used: map[string]bool{}, at: at, result: json.RawMessage(c.Result)}
	call := said.call(c.SID)
	target, err := c.target(kind.path)
	if err != nil {
		return nil, err
	}
	m := &message{method: http.MethodPost, url: target, header: http.Header{"User-Agent": {wire.UserAgent}}}
	if kind.event != nil {
		event, err := kind.event(said, call, c.Event)
		if err != nil {
			return nil, err
		}
		m.body, m.shown = event.JSON(), jsonLines(event.JSON())
		m.header.Set("Content-Type", wire.JSONType)
		return m, said.err
	}
	form := kind.form(said, call)
	said.rest(form)
	m.shown = fieldLines(form)
	if c.Get {
		m.method, m.url = http.MethodGet, wire.WithQuery(target, wire.Encode(form))
		return m, said.err
	}
	m.body = []byte(wire.Encode(form))
	m.header.Set("Content-Type", wire.FormType)
	return m, said.err
}

// target is where the request goes: --url, with the path of the kind where it
// has none.
func (c *triggerCommand) target(path string) (string, error) {
	base, err := url.Parse(triggerServer)
	if err != nil {
		return "", err
	}
	given, err := url.Parse(c.URL)
	if err != nil { // such as 127.0.0.1:8080, which is taken for a path
		return "", usage("--url must look like %s or /texml, not %q", triggerServer, c.URL)
	}
	u := base.ResolveReference(given)
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", usage("--url must look like %s or /texml, not %q", triggerServer, c.URL)
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = path
	}
	return u.String(), nil
}

// sign puts the two headers on the request, right or wrong as is asked.
func (c *triggerCommand) sign(m *message, at time.Time) error {
	key := wire.TestKey()
	if c.Key != "" {
		given, err := wire.ParseKey(c.Key)
		if err != nil {
			return usage("--key: %s", reason(err, "wire: "))
		}
		key = given
	}
	if c.Unsigned {
		return nil
	}
	signed := m.body
	if c.BadSignature {
		signed = append([]byte("something else: "), m.body...)
	}
	if c.Stale {
		at = at.Add(-staleBy)
	}
	for name, values := range wire.Sign(key, at, signed) {
		m.header[name] = values
	}
	return nil
}

// message is one request on its way.
type message struct {
	method, url string
	header      http.Header
	body        []byte
	shown       string // what is in it, for people
}

// jsonLines is JSON with its members on lines of their own.
func jsonLines(text []byte) string {
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return string(text)
	}
	return b.String()
}

// fieldLines are the fields of a form, decoded, one a line.
func fieldLines(form url.Values) string {
	var b strings.Builder
	for pair := range strings.SplitSeq(wire.Encode(form), "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, _ = url.QueryUnescape(name) // just escaped
		value, _ = url.QueryUnescape(value)
		fmt.Fprintf(&b, "%s=%s\n", name, value)
	}
	return b.String()
}

// show prints the request: its line, the headers that matter, what is in it.
func (m *message) show(w io.Writer) {
	fmt.Fprintf(w, "%s %s\n", m.method, m.url)
	for _, name := range []string{wire.TimestampHeader, wire.SignatureHeader, "Content-Type"} {
		if value := m.header.Get(name); value != "" {
			fmt.Fprintf(w, "%s: %s\n", name, value)
		}
	}
	fmt.Fprintf(w, "\n%s\n\n", strings.TrimRight(m.shown, "\n"))
}

// reply is what a server answered to one of the requests sent at once.
type reply struct {
	status int
	line   string // status, type, size and time, for people
	body   []byte
	err    error
}

// send sends the request so many times at once, and gives the answers in the
// order they came.
func (m *message) send(a *app, times int) []reply {
	client := &http.Client{
		Timeout:       triggerTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // as Telnyx
	}
	defer client.CloseIdleConnections()
	arrived := make(chan reply, times)
	var under sync.WaitGroup
	for range times {
		under.Go(func() { arrived <- m.once(a, client) })
	}
	under.Wait()
	close(arrived)
	var replies []reply
	for r := range arrived {
		replies = append(replies, r)
	}
	return replies
}

func (m *message) once(a *app, client *http.Client) reply {
	request, err := http.NewRequestWithContext(a.ctx, m.method, m.url, bytes.NewReader(m.body))
	if err != nil {
		return reply{err: err}
	}
	request.Header = m.header.Clone()
	began := time.Now()
	response, err := client.Do(request)
	if err != nil {
		return reply{err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, triggerAnswer))
	if err != nil {
		return reply{err: err}
	}
	line := []string{response.Status}
	for _, name := range []string{"Content-Type", "Location"} {
		if value := response.Header.Get(name); value != "" {
			line = append(line, value)
		}
	}
	line = append(line, count(len(body), "byte"), fmt.Sprintf("%d ms", time.Since(began).Milliseconds()))
	return reply{status: response.StatusCode, line: strings.Join(line, ", "), body: body}
}

// report prints the answers. Whatever is not 200 makes the command fail, as it
// makes Telnyx.
func (c *triggerCommand) report(a *app, replies []reply) error {
	first := replies[0]
	if first.err != nil {
		return fmt.Errorf("no answer: %w", first.err)
	}
	fmt.Fprintln(a.stderr, first.line)
	body := pretty(first.body)
	if len(body) > 0 && body[len(body)-1] != '\n' {
		body = append(body, '\n')
	}
	if _, err := a.stdout.Write(body); err != nil {
		return err
	}
	failed := first
	for _, again := range replies[1:] {
		switch {
		case again.err != nil:
			return fmt.Errorf("no answer to one that was sent at the same time: %w", again.err)
		case bytes.Equal(again.body, first.body) && again.status == first.status:
			fmt.Fprintf(a.stderr, "the same again: %s\n", again.line)
		default:
			fmt.Fprintf(a.stderr, "another answer: %s\n%s\n", again.line, again.body)
		}
		if failed.status == http.StatusOK {
			failed = again
		}
	}
	return c.verdict(failed)
}

// verdict says what Telnyx would make of an answer.
func (c *triggerCommand) verdict(r reply) error {
	switch {
	case r.status == http.StatusOK:
		return nil
	case r.status == http.StatusForbidden && c.Key == "" && !c.BadSignature && !c.Stale && !c.Unsigned && !c.Get:
		return fmt.Errorf("refused; a server takes this signature when it is started with --public-key %s", wire.PublicKey(wire.TestKey()))
	case r.status == http.StatusForbidden:
		return errors.New("refused")
	case r.status >= 300 && r.status < 400:
		return fmt.Errorf("answered %d: Telnyx does not follow redirects", r.status)
	}
	return fmt.Errorf("answered %d: Telnyx takes 200 alone", r.status)
}

// pretty is a document with its elements on lines of their own; anything else
// as it is.
func pretty(body []byte) []byte {
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		return body
	}
	out, err := format.Source("answer.xml", body)
	if err != nil {
		return body
	}
	return out
}
