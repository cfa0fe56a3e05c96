package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"texmlsrv/telnyx"
)

// dialTimeout bounds the one request that is made.
const dialTimeout = 20 * time.Second

// What the server takes of the URL that a call begins with.
const (
	mostParams  = 32
	longestText = 1 << 10
)

type dialCommand struct {
	Flow      string            `arg:"" help:"The flow that the call begins with, as the server knows it."`
	To        string            `help:"Whom to call: a number with its country code, or a SIP address." placeholder:"NUMBER"`
	From      string            `help:"Which of your numbers calls." placeholder:"NUMBER"`
	Set       map[string]string `mapsep:"none" help:"A value for the flow, which reads it as call.params.NAME. As often as needed." placeholder:"NAME=VALUE"`
	CallerID  string            `name:"caller-id" help:"Name to show to the person called (default: the number)." placeholder:"NAME"`
	Ring      time.Duration     `help:"How long it rings, 5s to 2m (default: Telnyx' own, 30s)." placeholder:"TIME"`
	TimeLimit time.Duration     `help:"How long the call may last, 30s to 4h (default: Telnyx' own, 4h)." placeholder:"TIME"`
	detectionFlags
	PublicURL     string   `help:"Address that Telnyx reaches the server by, as serve takes it." placeholder:"URL"`
	Secret        []string `help:"Secret of the running server, as serve takes it, for a URL that can be fetched by GET too." placeholder:"TEXT"`
	RedisURL      string   `help:"Redis of the running server, where its secret is kept if it was given none. REDIS_URL is honoured too." placeholder:"URL"`
	APIKey        string   `help:"API key of your Telnyx account. TELNYX_API_KEY is honoured too." placeholder:"KEY"`
	AccountID     string   `help:"Account id of TeXML requests: the organization id of your Telnyx account." placeholder:"ID"`
	ApplicationID string   `help:"Id of the TeXML application that the call is made on." placeholder:"ID"`
	BaseURL       string   `help:"Address of Telnyx' API (default: https://api.telnyx.com/v2). TELNYX_BASE_URL is honoured too." placeholder:"URL"`
	JSON          bool     `name:"json" help:"Print one JSON object."`
}

// detectionFlags say whether machines are told from people.
type detectionFlags struct {
	MachineDetection string        `enum:",Enable,DetectMessageEnd" default:"" help:"Find out whether a person or a machine answers: Enable, or DetectMessageEnd to wait for the end of its greeting. Flows read call.answered_by." placeholder:"WORD"`
	DetectionMode    string        `enum:",Regular,Premium,PremiumCallScreening" default:"" help:"Which detection: Regular, Premium or PremiumCallScreening." placeholder:"WORD"`
	DetectionTimeout time.Duration `help:"How long it may take, 500ms to 1m." placeholder:"TIME"`
	DetectionAsync   bool          `help:"Begin with the flow at once, and tell it who answered as soon as that is known."`
}

// Help says what has to be there.
func (dialCommand) Help() string {
	return "Calls somebody: Telnyx places the call, and when it is answered fetches the first document of the flow from the running server. " +
		"Telnyx has to reach that server at --public-url."
}

// Run asks Telnyx to place one call.
func (c *dialCommand) Run(a *app) error {
	if err := c.alone(); err != nil {
		return err
	}
	link, err := c.link(a)
	if err != nil {
		return err
	}
	client, err := telnyx.New(telnyx.Options{
		APIKey: telnyx.Key(c.APIKey), AccountID: c.AccountID, BaseURL: c.BaseURL, Timeout: dialTimeout,
	})
	if err != nil {
		return usage("%s", reason(err, "telnyx: "))
	}
	defer client.Close()
	queued, err := client.InitiateCall(a.ctx, c.request(link))
	if err != nil {
		return refusedDial(err)
	}
	return c.report(a, queued)
}

// alone refuses flags that are missing or cannot go together.
func (c *dialCommand) alone() error {
	for _, needed := range []struct{ flag, value, what string }{
		{"--to", c.To, "whom to call, such as +13125550188"},
		{"--from", c.From, "which of your numbers calls"},
		{"--public-url", c.PublicURL, "the address that Telnyx reaches the server by"},
		{"--api-key", c.APIKey, "an API key of your Telnyx account (TELNYX_API_KEY)"},
		{"--account-id", c.AccountID, "the organization id of your Telnyx account"},
		{"--application-id", c.ApplicationID, "the id of a TeXML application, which the portal shows"},
	} {
		if needed.value == "" {
			return usage("%s is missing: %s", needed.flag, needed.what)
		}
	}
	switch {
	case !isBase(c.PublicURL):
		return usage("--public-url must look like https://voice.example.com, not %q", c.PublicURL)
	case c.MachineDetection == "" && (c.DetectionMode != "" || c.DetectionTimeout != 0 || c.DetectionAsync):
		return usage("--detection-… say how --machine-detection is done: give it too")
	}
	return c.settable()
}

// settable refuses values that the server would not read.
func (c *dialCommand) settable() error {
	if len(c.Set) > mostParams {
		return usage("--set: the server reads %d values, not %d", mostParams, len(c.Set))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Set)) {
		switch {
		case name == fetchKeyName:
			return usage("--set: %s is a name of the server's own: take another", name)
		case !readable(name):
			return usage("--set: a name is letters, digits and _, and begins with a small letter, not %q", name)
		case len(c.Set[name]) > longestText:
			return usage("--set: %s has %d bytes; the server reads %d", name, len(c.Set[name]), longestText)
		}
	}
	return nil
}

// readable reports whether a flow can read a value as call.params.NAME. What
// begins with a capital is Telnyx'.
func readable(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) || i == 0 && unicode.IsUpper(r) {
			return false
		}
	}
	return name != ""
}

// fetchKeyName is the parameter that lets a URL be fetched by GET.
const fetchKeyName = "texml_key"

// link is the URL that the call begins with: the flow's in the portal, with what
// was set. Without a secret it has no key: Telnyx signs the POST that fetches it.
func (c *dialCommand) link(a *app) (string, error) {
	query := url.Values{}
	for name, value := range c.Set {
		query.Set(name, value)
	}
	key, err := c.fetchKey(a)
	if err != nil {
		return "", err
	}
	if key != "" {
		query.Set(fetchKeyName, key)
	}
	link := strings.TrimSuffix(c.PublicURL, "/") + "/texml/" + url.PathEscape(c.Flow)
	if len(query) > 0 {
		link += "?" + query.Encode()
	}
	return link, nil
}

// fetchKey is the running server's, by its secret; "" when nothing tells it.
func (c *dialCommand) fetchKey(a *app) (string, error) {
	server := serveCommand{Addr: "127.0.0.1:0", Verify: "on", Secret: c.Secret, RedisURL: c.RedisURL, Retain: time.Hour}
	trust, err := server.trust()
	if err != nil || len(trust.secrets) == 0 && c.RedisURL == "" {
		return "", err
	}
	if len(trust.secrets) > 0 {
		tickets, err := trust.tickets(a.ctx, nil)
		return tickets.FetchKey(), err
	}
	store, closeStore, err := server.store(a)
	if err != nil {
		return "", err
	}
	defer closeStore()
	tickets, err := trust.tickets(a.ctx, store)
	return tickets.FetchKey(), err
}

// request is the call as Telnyx wants it. Its progress is told to the server.
func (c *dialCommand) request(link string) telnyx.InitiateCall {
	status := strings.TrimSuffix(c.PublicURL, "/") + "/callbacks/status"
	i := telnyx.InitiateCall{
		To: c.To, From: c.From, ApplicationSID: c.ApplicationID, CallerID: c.CallerID,
		URL: link, URLMethod: "POST", FallbackURL: link,
		Timeout: int(c.Ring.Seconds()), TimeLimit: int(c.TimeLimit.Seconds()),
		StatusCallback: status, StatusCallbackMethod: "POST", StatusCallbackEvent: "initiated ringing answered completed",
	}
	i.MachineDetection, i.DetectionMode = c.MachineDetection, c.DetectionMode
	i.MachineDetectionTimeout = int(c.DetectionTimeout.Milliseconds())
	if c.DetectionAsync {
		i.AsyncAmd, i.AsyncAmdStatusCallback, i.AsyncAmdStatusCallbackMethod = true, status, "POST"
	}
	return i
}

// report prints what Telnyx said. It documents no CallSid for a new call; where
// there is one, that is what whoever called wants to know.
func (c *dialCommand) report(a *app, queued telnyx.Queued) error {
	if c.JSON {
		return json.NewEncoder(a.stdout).Encode(map[string]string{
			"call_sid": queued.SID, "status": queued.Status, "from": queued.From, "to": queued.To, "flow": c.Flow,
		})
	}
	if queued.SID != "" {
		fmt.Fprintln(a.stdout, queued.SID)
		return nil
	}
	fmt.Fprintln(a.stdout, queued.Status)
	_, err := io.WriteString(a.stderr, "texmlsrv: Telnyx gave no CallSid: the server learns it when the call is answered\n")
	return err
}

// refusedDial says what went wrong, and what to do.
func refusedDial(err error) error {
	invalid, is := errors.AsType[*telnyx.InvalidError](err)
	refused, api := errors.AsType[*telnyx.APIError](err)
	sent, unanswered := errors.AsType[*telnyx.SendError](err)
	_, strange := errors.AsType[*telnyx.AnswerError](err)
	switch {
	case is:
		return usage("%s", inFlags(invalid))
	case telnyx.IsUnauthorized(err):
		return advised(err, "The API key is wrong, or may not make calls: look at --api-key (TELNYX_API_KEY) in the portal, under API Keys.")
	case telnyx.HasCode(err, telnyx.CodeTooManyDials), telnyx.IsRateLimited(err):
		return advised(err, "Too many calls were begun at once: wait a little, and try again.")
	case api && refused.Status == 404:
		return advised(err, "Telnyx knows no such account: --account-id is the organization id of the account, and --base-url ends in /v2.")
	case api && refused.Status >= 500:
		return advised(err, "The call may have been placed all the same: look before you try again.")
	case api:
		return advised(err, "Look at what it names: the numbers, the application (--application-id), the account's permissions.")
	case strange:
		return advised(err, "--base-url (TELNYX_BASE_URL) leads to another server. The call may have been placed all the same.")
	case unanswered && sent.Sent:
		return advised(err, "The call may have been placed all the same: look before you try again.")
	case unanswered:
		return advised(err, "Telnyx cannot be reached, and no call was placed: look at the network, and at --base-url.")
	}
	return err
}

// dialFlags are the flags that parameters of Telnyx's are given by.
var dialFlags = map[string]string{
	"To": "--to", "From": "--from", "ApplicationSid": "--application-id", "account_sid": "--account-id",
	"CallerId": "--caller-id", "Timeout": "--ring (in seconds)", "TimeLimit": "--time-limit (in seconds)",
	"MachineDetectionTimeout": "--detection-timeout (in milliseconds)", "Url": "--public-url", "FallbackUrl": "--public-url",
	"StatusCallback": "--public-url",
}

// inFlags says what is wrong with a request in terms of the flags.
func inFlags(invalid *telnyx.InvalidError) string {
	var said []string
	for _, p := range invalid.Problems {
		if flag, is := dialFlags[strings.Join(p.Path, ".")]; is {
			said = append(said, flag+" "+p.Message)
		} else {
			said = append(said, p.String())
		}
	}
	return strings.Join(said, "; ")
}

func advised(err error, do string) error { return fmt.Errorf("%s\n  %s", reason(err, "telnyx: "), do) }
