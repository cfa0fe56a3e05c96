package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"texmlsrv/flows"
	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

type renderCommand struct {
	Flow      string            `arg:"" help:"The flow, by its name or its folder."`
	Step      string            `arg:"" help:"The step whose document is wanted."`
	Templates string            `help:"Folder of flows (default: the flows that come with the program)." placeholder:"DIR"`
	Set       []string          `sep:"none" help:"Something the document can read: gathered.NAME, vars.NAME, answer.NAME or attempt. As often as needed." placeholder:"NAME=VALUE"`
	Call      map[string]string `mapsep:"none" help:"Something of the call: from, to, direction, type, caller_name, answered_by or sid. As often as needed." placeholder:"NAME=VALUE"`
	Param     map[string]string `mapsep:"none" help:"Parameter of the URL that the call began with: call.params.NAME. As often as needed." placeholder:"NAME=VALUE"`
	Now       string            `help:"When it is, such as 2026-12-25T10:00, in the flow's time zone unless it says another (default: now)." placeholder:"TIME"`
	Session   string            `help:"File with a session to begin with, as redis-cli shows it; - is standard input." placeholder:"FILE"`
	Raw       bool              `help:"The document as it is sent, in one line."`
}

// Run prints what a step sends, and what is wrong with it.
func (c *renderCommand) Run(a *app) error {
	world := callCommand{Flow: c.Flow, Templates: c.Templates, To: c.Call["to"], Now: c.Now}
	if err := world.locate(); err != nil {
		return err
	}
	masked := *a // look-ups are shown with what they ask, never with a secret
	masked.environ = withoutSecrets(a.environ)
	release, err := world.load(&masked)
	if err != nil {
		return err
	}
	c.Flow = world.Flow
	if _, err := world.begins(release); err != nil {
		return err
	}
	now, err := world.instant(release, c.Flow)
	if err != nil {
		return err
	}
	s, err := c.session(a, release)
	if err != nil {
		return err
	}
	return c.show(a, release, s, now)
}

// withoutSecrets is an environment whose secrets are masked.
func withoutSecrets(environ []string) []string {
	out := slices.Clone(environ)
	for i, pair := range out {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "SECRET_") {
			out[i] = name + "=" + sessions.Mask
		}
	}
	return out
}

// show prints the document of the step, its command, or its look-up.
func (c *renderCommand) show(a *app, release *flows.Release, s *sessions.Session, now time.Time) error {
	p, err := release.Preview(s, c.Flow, c.Step, now)
	if _, is := errors.AsType[*flows.UnknownStepError](err); is {
		return usage("in the flow %s %v", c.Flow, err)
	}
	c.showGaps(a, p.Gaps)
	if err != nil {
		fmt.Fprintf(a.stderr, "texmlsrv: %s/%s cannot be rendered: %v\n", c.Flow, c.Step, err)
		return errPrinted
	}
	switch {
	case p.Lookup != nil:
		return showLookup(a.stdout, p.Lookup)
	case p.Document.IsZero():
		fmt.Fprintf(a.stderr, "texmlsrv: %s/%s sends nothing: it has rules alone\n", c.Flow, c.Step)
		return nil
	}
	if err := c.showDocument(a.stdout, p.Document); err != nil {
		return err
	}
	if p.Command != nil {
		if err := showCommand(a.stdout, p.Command); err != nil {
			return err
		}
	}
	return c.checkDocument(a, p.Document)
}

// showGaps tells which expressions have no value, so that their text has gaps.
func (c *renderCommand) showGaps(a *app, gaps []string) {
	if len(gaps) == 0 {
		return
	}
	told, advice := strings.Join(gaps, " }}, {{ "), "give values with --set, --call or --param"
	if strings.Contains(told, "env.") {
		advice += "; env.NAME is the variable FLOW_NAME of the environment"
	}
	fmt.Fprintf(a.stderr, "%s/%s: no value for {{ %s }}: nothing stands in its place (%s)\n", c.Flow, c.Step, told, advice)
}

// showDocument prints a document: its links say how they are reached, and where
// they lead.
func (c *renderCommand) showDocument(w io.Writer, d flows.Document) error {
	text := d.Fill(func(l flows.Link) string { return l.Via + ":" + l.Flow + "/" + l.Step })
	if c.Raw {
		_, err := fmt.Fprintf(w, "%s\n", bytes.TrimRight(text, "\n"))
		return err
	}
	_, err := w.Write(pretty(text))
	return err
}

// checkDocument prints what is wrong with a document, as it would be sent.
func (c *renderCommand) checkDocument(a *app, d flows.Document) error {
	sent := d.Fill(func(l flows.Link) string { return "/texml/" + l.Flow + "/" + l.Step + "/" + l.Via })
	wrong := false
	for _, p := range texml.Check(sent, texml.CheckOptions{}) {
		if p.Code == "TX306" { // which host Telnyx reaches is not the document's to say
			continue
		}
		wrong = wrong || p.Severity == texml.Error
		fmt.Fprintf(a.stderr, "%s/%s: %s: %s [%s]\n", c.Flow, c.Step, p.Severity, p.Message, p.Code)
	}
	if wrong {
		return errPrinted
	}
	return nil
}

func showCommand(w io.Writer, command *sessions.Command) error {
	var settings bytes.Buffer
	if err := json.Indent(&settings, command.Settings, "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s %s\n", command.Name, settings.Bytes())
	return err
}

func showLookup(w io.Writer, r *flows.LookupRequest) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s\n", r.Method, r.URL)
	for _, h := range r.Headers {
		fmt.Fprintf(&out, "%s: %s\n", h[0], h[1])
	}
	if r.Body != nil {
		out.WriteString("\n")
		if err := json.Indent(&out, r.Body, "", "  "); err != nil {
			return err
		}
		out.WriteString("\n")
	}
	_, err := w.Write(out.Bytes())
	return err
}

// session is what the document can read: that of the file, with what the flags
// say over it.
func (c *renderCommand) session(a *app, release *flows.Release) (*sessions.Session, error) {
	s := &sessions.Session{Call: sessions.Call{
		SID: "v3:render", Direction: "inbound", From: "+14155550123", To: "+13125550188", Type: "pstn", Flow: c.Flow,
	}}
	if c.Session != "" {
		if err := c.readSession(a, s); err != nil {
			return nil, err
		}
	}
	s.Release, s.Attempt = release.ID, 1
	for name, value := range c.Param {
		if s.Call.Params == nil {
			s.Call.Params = map[string]string{}
		}
		s.Call.Params[name] = value
	}
	if err := c.setCall(&s.Call); err != nil {
		return nil, err
	}
	for _, pair := range c.Set {
		name, value, is := strings.Cut(pair, "=")
		if !is {
			return nil, usage("--set takes NAME=VALUE, such as gathered.name=Ada, not %q", pair)
		}
		if err := c.set(release, s, name, value); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (c *renderCommand) readSession(a *app, s *sessions.Session) error {
	text, err := os.ReadFile(c.Session)
	if c.Session == "-" {
		text, err = io.ReadAll(a.stdin)
	}
	if err != nil {
		return usage("--session: %v", err)
	}
	if err := json.Unmarshal(text, s); err != nil {
		return usage("--session: %s is not the JSON of a session: %v", c.Session, err)
	}
	return nil
}

// setCall puts what --call says into the call.
func (c *renderCommand) setCall(call *sessions.Call) error {
	fields := map[string]*string{
		"sid": &call.SID, "direction": &call.Direction, "from": &call.From, "to": &call.To,
		"caller_name": &call.CallerName, "type": &call.Type, "answered_by": &call.AnsweredBy,
	}
	for name, value := range c.Call {
		field := fields[name]
		if field == nil {
			return usage("--call: there is no call.%s to set; there are answered_by, caller_name, direction, from, sid, to, type", name)
		}
		*field = value
	}
	return nil
}

// settable is what --set takes.
var settable = regexp.MustCompile(`^(gathered|vars|answer)\.([A-Za-z_][A-Za-z0-9_]*)$|^attempt$`)

// set puts one value into the session.
func (c *renderCommand) set(release *flows.Release, s *sessions.Session, name, text string) error {
	m := settable.FindStringSubmatch(name)
	switch {
	case m == nil:
		return usage("--set takes gathered.NAME, vars.NAME, answer.NAME or attempt, not %q", name)
	case name == "attempt":
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return usage("--set: attempt is a whole number from 1, not %q", text)
		}
		s.Attempt = n
	case m[1] == "answer":
		return setAnswer(&s.Answer, m[2], text)
	case m[1] == "gathered":
		s.Gathered = with(s.Gathered, m[2], release.Typed(c.Flow, m[2], text))
	default:
		s.Vars = with(s.Vars, m[2], asJSON(text))
	}
	return nil
}

func with(values sessions.Values, name string, v any) sessions.Values {
	if values == nil {
		values = sessions.Values{}
	}
	values[name] = v
	return values
}

// asJSON is the value that a text is, where it is JSON, else the text.
func asJSON(text string) any {
	if v, err := schemas.DecodeJSON([]byte(text)); err == nil {
		return v
	}
	return text
}

// setAnswer sets a member of the latest answer, whose names are those of its
// JSON.
func setAnswer(answer *sessions.Answer, name, text string) error {
	for _, v := range []any{asJSON(text), text} {
		raw, err := json.Marshal(map[string]any{name: v})
		if err != nil {
			continue
		}
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.DisallowUnknownFields()
		if decoder.Decode(answer) == nil {
			return nil
		}
	}
	return usage("--set: answer.%s cannot be %q", name, text)
}
