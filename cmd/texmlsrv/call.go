package main

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"texmlsrv/simulator"
	"texmlsrv/simulator/talk"
	"texmlsrv/simulator/terminal"
	"texmlsrv/simulator/wire"
)

const (
	// answerBudget is what a document may take: the look-ups of a turn share
	// 1.5 s, the rest has 0.5 s.
	answerBudget = 2 * time.Second
	// hangUpGrace is how long a call may still take once it was interrupted.
	hangUpGrace = 3 * time.Second
	// humanPatience is how long somebody may think about what a service answers.
	humanPatience = time.Hour
)

type callCommand struct {
	Flow       string            `arg:"" optional:"" help:"The flow to call, by its name or its folder (default: the one that app.yaml begins a call with)."`
	Templates  string            `help:"Folder of flows (default: the flows that come with the program)." placeholder:"DIR"`
	From       string            `help:"Number or SIP address of whoever calls." placeholder:"NUMBER"`
	To         string            `help:"Number that is called; app.yaml may have something to say of it." placeholder:"NUMBER"`
	Direction  string            `help:"Whether the caller calls us (inbound), or was called (outbound); the default is inbound, with --answered-by outbound." placeholder:"WORD"`
	AnsweredBy string            `help:"Who answered an outbound call, in Telnyx' word: human, machine_end_beep …" placeholder:"WORD"`
	Param      map[string]string `mapsep:"none" help:"Parameter of the URL that the call begins with; flows read it as call.params.NAME. As often as needed." placeholder:"NAME=VALUE"`
	Now        string            `help:"When the call begins, such as 2026-12-25T10:00, in the flow's time zone unless it says another (default: now)." placeholder:"TIME"`
	Lookup     map[string]string `mapsep:"none" help:"What the look-up of a step brings, in place of making it: JSON, a status such as 409, timeout, or connection. As often as needed." placeholder:"STEP=ANSWER"`
	Ask        bool              `help:"Ask here what look-ups bring, in place of making them."`
	Document   bool              `help:"Show the XML of every document."`
	Save       string            `help:"Write the conversation as a scenario: NAME in the flow's folder of scenarios, or a file by its path." placeholder:"FILE"`
	Seed       uint64            `default:"0" help:"Draws what Telnyx leaves open; 0 is what is documented or likeliest."`
	URL        string            `help:"Call the server at this address in place of one of our own: its portal URL, or its address alone." placeholder:"URL"`
	Key        string            `help:"Private key to sign the requests with, base64 of an Ed25519 seed or key (default: with --url the test key, as trigger does)." placeholder:"KEY"`
}

// Run has one conversation.
func (c *callCommand) Run(a *app) error {
	key, err := c.key()
	if err != nil {
		return err
	}
	if err := cmp.Or(c.directed(), c.alone()); err != nil {
		return err
	}
	ctx, cancel := c.lasting(a)
	defer cancel()
	line := &callLine{command: c, app: a, key: key}
	if c.URL != "" {
		return line.elsewhere(ctx)
	}
	return line.here(ctx)
}

// directed settles which way the call goes: somebody answers only what is
// outbound.
func (c *callCommand) directed() error {
	switch {
	case c.Direction == "" && c.AnsweredBy != "":
		c.Direction = "outbound"
	case c.Direction == "":
		c.Direction = "inbound"
	case c.Direction != "inbound" && c.Direction != "outbound":
		return usage("--direction is inbound or outbound, not %q", c.Direction)
	case c.Direction == "inbound" && c.AnsweredBy != "":
		return usage("--answered-by is for calls of ours, which are outbound")
	}
	return nil
}

// alone refuses flags that cannot go together.
func (c *callCommand) alone() error {
	switch {
	case c.URL == "":
		return nil
	case c.Templates != "" || len(c.Lookup) > 0 || c.Ask || c.Now != "" || c.Save != "":
		return usage("--url calls a server that has flows, look-ups and a clock of its own: --templates, --lookup, --ask, --now and --save do not go with it")
	}
	return nil
}

// lasting is a context that outlives an interruption for as long as hanging up
// takes.
func (c *callCommand) lasting(a *app) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(a.ctx))
	stop := context.AfterFunc(a.ctx, func() {
		a.unheed() // who does not want to wait says so again
		time.AfterFunc(hangUpGrace, cancel)
	})
	return ctx, func() { stop(); cancel() }
}

// key reads --key. Without it, what goes to a server is signed with the test
// key: a server that was started to be tried out takes it.
func (c *callCommand) key() (ed25519.PrivateKey, error) {
	switch {
	case c.Key == "" && c.URL == "":
		return nil, nil
	case c.Key == "":
		return wire.TestKey(), nil
	}
	key, err := wire.ParseKey(c.Key)
	if err != nil {
		return nil, usage("--key: %s", reason(err, "wire: "))
	}
	return key, nil
}

// callLine is one call that is being made.
type callLine struct {
	command *callCommand
	app     *app
	key     ed25519.PrivateKey
	talk    *terminal.Conversation
	telnyx  *simulator.Telnyx
}

// options say where the conversation takes place.
func (l *callLine) options() terminal.Options {
	o := terminal.Options{
		In: l.app.stdin, Out: l.app.stdout, Echo: !isTerminal(l.app.stdin), Documents: l.command.Document,
		Gone: l.app.ctx.Done(), Transport: l.again,
	}
	if screen, is := l.app.stdout.(*os.File); is && isTerminal(screen) {
		if width, _, err := term.GetSize(int(screen.Fd())); err == nil {
			o.Width = width
		}
		o.Colours = !slices.ContainsFunc(l.app.environ, func(pair string) bool {
			return strings.HasPrefix(pair, "NO_COLOR=") && pair != "NO_COLOR=" || pair == "TERM=dumb"
		})
	}
	return o
}

// isTerminal reports whether a person sits at the other end.
func isTerminal(end any) bool {
	file, is := end.(*os.File)
	return is && term.IsTerminal(int(file.Fd()))
}

// call is who calls whom.
func (l *callLine) call(ctx context.Context) simulator.Call {
	c := l.command
	call := simulator.Call{
		From: c.From, To: c.To, Direction: c.Direction, AnsweredBy: c.AnsweredBy, Seed: c.Seed,
		Caller: l.talk, Params: url.Values{},
	}
	call.Observe = func(x simulator.Exchange) { l.talk.Observe(ctx, x) }
	person, ours := &call.From, &call.To
	if c.Direction == "outbound" {
		person, ours = ours, person
	}
	if *person == "" {
		*person = "+14155550123"
	}
	if *ours == "" {
		*ours = "+13125550188"
	}
	if strings.Contains(*person, "@") {
		call.Type = "sip"
	}
	for name, value := range c.Param {
		call.Params.Set(name, value)
	}
	return call
}

// again sends a request once more, the same bytes.
func (l *callLine) again(ctx context.Context, x simulator.Exchange) simulator.Exchange {
	return talk.Again(ctx, l.telnyx.Transport, x)
}

// ended gives the error of a call that no caller should have.
func ended(r *simulator.Record) error {
	switch r.End {
	case simulator.InvalidDocument:
		return errPrinted
	case simulator.NoDocument, simulator.TooLong:
		return errors.New("the call could not go on")
	}
	return nil
}

// details say who calls whom and when.
func (l *callLine) details(call simulator.Call, now time.Time) [][2]string {
	details := [][2]string{{"call", call.From + " calls " + call.To}}
	if call.AnsweredBy != "" {
		details[0][1] += ", answered by " + call.AnsweredBy
	}
	zone := now.Location().String()
	if zone == time.Local.String() {
		zone = now.Format("MST")
	}
	details = append(details, [2]string{"time", now.Format("Monday, 2 January 2006, 15:04 (") + zone + ")"})
	if len(call.Params) > 0 {
		details = append(details, [2]string{"params", strings.ReplaceAll(call.Params.Encode(), "&", ", ")})
	}
	return details
}
