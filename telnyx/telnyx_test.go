package telnyx_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/simulator/api"
	"texmlsrv/telnyx"
	"texmlsrv/telnyx/commands"
)

func TestNew(t *testing.T) {
	tests := []struct {
		name string
		o    telnyx.Options
		want string // in the error; "" for none
	}{
		{"telnyx", telnyx.Options{APIKey: key}, ""},
		{"other-server", telnyx.Options{APIKey: key, BaseURL: "http://127.0.0.1:9000/v2/"}, ""},
		{"no-key", telnyx.Options{}, "no API key"},
		{"key-with-a-line-break", telnyx.Options{APIKey: "KEY\n1"}, "the API key holds spaces"},
		{"no-scheme", telnyx.Options{APIKey: key, BaseURL: "api.telnyx.com"}, "does not begin with"},
		{"other-scheme", telnyx.Options{APIKey: key, BaseURL: "file:///etc"}, "does not begin with"},
		{"with-query", telnyx.Options{APIKey: key, BaseURL: "https://x.example/v2?a=b"}, "more than a host"},
		{"with-password", telnyx.Options{APIKey: key, BaseURL: "https://u:hunter2@x.example"}, "more than a host"},
		{"no-url", telnyx.Options{APIKey: key, BaseURL: "https://u:hunter2@x.example/%zz"}, "is not a URL"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := telnyx.New(tt.o)
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("%v, want %s", err, tt.want)
			case err != nil && (strings.Contains(err.Error(), "hunter2") || tt.o.APIKey != "" && strings.Contains(err.Error(), string(tt.o.APIKey))):
				t.Errorf("a secret is in %v", err)
			}
		})
	}
}

func TestOptionsFromEnv(t *testing.T) {
	got := telnyx.OptionsFromEnv([]string{"PATH=/bin", "TELNYX_API_KEY=first", "TELNYX_API_KEY= KEY=1 ", "TELNYX_BASE_URL=http://127.0.0.1:9/v2", "BROKEN"})
	if string(got.APIKey) != "KEY=1" || got.BaseURL != "http://127.0.0.1:9/v2" {
		t.Errorf("%q, %q", string(got.APIKey), got.BaseURL)
	}
}

// TestErrors is every refusal that somebody decides by, as Telnyx would give it.
func TestErrors(t *testing.T) {
	tests := []struct {
		name                        string
		failure                     *api.Failure
		want                        string
		gone, unauthorized, limited bool
	}{
		{"key", api.Unauthorized(), "telnyx: gather_using_ai: 401: 10009 Authentication failed", false, true, false},
		{"forbidden", &api.Failure{Status: 403, Code: "10010", Title: "Not authorised"}, "telnyx: gather_using_ai: 403: 10010 Not authorised", false, true, false},
		{"not-found", api.NotFound(), "telnyx: gather_using_ai: 404: 10005 Resource not found", true, false, false},
		{"ended", api.CallEnded(), "telnyx: gather_using_ai: 422: 90018 Call has already ended", true, false, false},
		{"assistant", api.AssistantRunning(), "telnyx: gather_using_ai: 422: 90061 AI Assistant already in progress", false, false, false},
		{"limited", api.TooMany(time.Hour), "telnyx: gather_using_ai: 429: 10011 Too many requests", false, false, true},
		{"two", &api.Failure{Status: 422, Code: "10004", Title: "Missing", Pointer: "/parameters", Detail: "+14155550123", More: []api.Failure{{Code: "10032", Title: "Enum"}}}, "telnyx: gather_using_ai: 422: 10004 Missing (/parameters); 10032 Enum", false, false, false},
		{"no-shape", api.ServerError(http.StatusTeapot), "telnyx: gather_using_ai: 418: I'm a teapot", false, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, telnyx.Options{}, api.Options{})
			r.fake.Script(api.Fault{Failure: tt.failure})
			_, err := do(t, r, ask())
			refused, is := errors.AsType[*telnyx.APIError](err)
			if !is || err.Error() != tt.want || refused.RetryAfter != tt.failure.RetryAfter {
				t.Fatalf("%v, want %s", err, tt.want)
			}
			wrapped := fmt.Errorf("calls: %w", err)
			if telnyx.IsGone(wrapped) != tt.gone || telnyx.IsUnauthorized(wrapped) != tt.unauthorized || telnyx.IsRateLimited(wrapped) != tt.limited {
				t.Errorf("gone %v, unauthorized %v, limited %v", telnyx.IsGone(wrapped), telnyx.IsUnauthorized(wrapped), telnyx.IsRateLimited(wrapped))
			}
			if tt.failure.Code != "" && !telnyx.HasCode(wrapped, tt.failure.Code) {
				t.Errorf("it has not the code %s", tt.failure.Code)
			}
		})
	}
	for _, is := range []func(error) bool{telnyx.IsGone, telnyx.IsUnauthorized, telnyx.IsRateLimited, telnyx.MayHaveHappened} {
		if is(nil) || is(errors.New("another")) {
			t.Error("an error that is not Telnyx's was taken for one")
		}
	}
}

// TestNotSent is what Telnyx would refuse: it finds nothing on the wire.
func TestNotSent(t *testing.T) {
	r := newRig(t, telnyx.Options{}, api.Options{})
	tests := []struct {
		name string
		ask  func() error
		want string
	}{
		{"all-problems", func() error {
			_, err := r.Do(t.Context(), sid, telnyx.GatherUsingSpeak{Digits: telnyx.Digits{MaximumDigits: 200}})
			return err
		}, "telnyx: gather_using_speak: payload is missing; voice is missing; maximum_digits is 200, not between 1 and 128"},
		{"no-command", func() error { _, err := r.Do(t.Context(), sid, nil); return err }, "telnyx: there is no command to give"},
		{"no-call", func() error { _, err := r.Do(t.Context(), "", telnyx.GatherStop{}); return err }, "telnyx: gather_stop: call_control_id is missing"},
		{"another-folder", func() error { _, err := r.HangUp(t.Context(), ".."); return err }, "telnyx: update_call: call_sid is not an id"},
		{"schema-that-is-none", func() error {
			_, err := r.Do(t.Context(), sid, telnyx.GatherUsingAI{Parameters: json.RawMessage(`{"type":`)})
			return err
		}, "unexpected end of JSON input"},
		{"two-at-once", func() error {
			_, err := r.UpdateCall(t.Context(), sid, telnyx.UpdateCall{Texml: "<Response/>", Status: "completed"})
			return err
		}, "telnyx: update_call: Status cannot stand beside Texml"},
		{"too-large", func() error {
			_, err := r.UpdateCall(t.Context(), sid, telnyx.UpdateCall{Texml: strings.Repeat("x", 1<<20)})
			return err
		}, "telnyx: update_call: has 1048588 bytes; 1048576 are allowed"},
		{"no-number", func() error { _, err := r.InitiateCall(t.Context(), telnyx.InitiateCall{To: "911"}); return err },
			"telnyx: initiate_call: To is neither a number like +13125550100 nor a SIP address; From is missing; ApplicationSid is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.ask()
			if err == nil || !strings.HasSuffix(err.Error(), tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
	if len(r.wire.sent) != 0 {
		t.Errorf("sent:\n%s", r.wire.sent[0])
	}
	r.API, _ = telnyx.New(telnyx.Options{APIKey: key, Transport: r.wire})
	if _, err := r.HangUp(t.Context(), sid); err == nil || err.Error() != "telnyx: update_call: account_sid is missing" {
		t.Errorf("without an account: %v", err)
	}
}

// TestNothingSecretIsShown looks for the key, numbers and words in logs and
// errors, and in commands however they are printed.
func TestNothingSecretIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, telnyx.Options{}, api.Options{})
		log := slog.New(slog.NewTextHandler(r.log, nil))
		leak := &api.Failure{Status: 503, Code: "10015", Title: "Bad", Detail: "to +14155550123 said secret-words"}
		failed := func(err error) { log.Error("failed", "error", err); fmt.Fprintf(r.log, "%v %s\n", err, err) }
		for _, c := range full() {
			r.fake.Script(api.Fault{Failure: leak})
			if _, err := do(t, r, c); err != nil {
				t.Error(err)
			}
			log.Info("command", "command", c)
			fmt.Fprintf(r.log, "%v %+v %s %#v\n", c, c, c, c)
		}
		leak.Status = 400
		dialled := telnyx.InitiateCall{To: "+14155550123", From: "+14155550123", ApplicationSID: "2087", SipAuthPassword: "secret-words"}
		for range 2 {
			r.fake.Script(api.Fault{Failure: leak})
			_, err := r.InitiateCall(t.Context(), dialled)
			failed(err)
			dialled.CallerID = "secret-words <>"
		}
		updated := telnyx.UpdateCall{Texml: "<Response>secret-words</Response>", URL: "https://secret-words"}
		_, err := r.UpdateCall(t.Context(), sid, updated)
		failed(err)
		log.Info("requests", "dial", dialled, "update", updated, "key", telnyx.Key(key), "options", telnyx.Options{APIKey: key})
		fmt.Fprintf(r.log, "%v %+v %#v %v %+v %#v %v %#v\n", dialled, dialled, dialled, updated, updated, updated, telnyx.Key(key), telnyx.Options{APIKey: key})
		if out, err := json.Marshal(telnyx.Options{APIKey: key, Transport: nil}.APIKey); err != nil || strings.Contains(string(out), key) {
			t.Errorf("%s, %v", out, err)
		}
		for _, secret := range []string{key, "secret-words", "4155550123", "Hello", "hurry", "Zoë", "Be brief", "Your PIN"} {
			if i := strings.Index(r.log.String(), secret); i >= 0 {
				t.Errorf("%q is in the log: …%s…", secret, r.log.String()[max(0, i-200):min(r.log.Len(), i+50)])
			}
		}
		for _, wanted := range []string{"command=gather_using_ai", "call_sid=", "command_id=", "attempt=1"} {
			if !strings.Contains(r.log.String(), wanted) {
				t.Errorf("the log has no %s", wanted)
			}
		}
	})
}

// TestDecode makes commands of what a flow.yaml has.
func TestDecode(t *testing.T) {
	got, err := telnyx.Decode("gather_using_ai", map[string]any{
		"parameters": json.RawMessage(`{"type":"object","properties":{"b":{},"a":{}}}`),
		"greeting":   nil, "send_partial_results": true, "user_response_timeout_ms": 9000,
		"message_history": []any{map[string]any{"role": "user", "content": "<hi>"}},
	})
	want := telnyx.GatherUsingAI{
		Parameters:         json.RawMessage(`{"type":"object","properties":{"b":{},"a":{}}}`),
		SendPartialResults: true, UserResponseTimeoutMS: new(9000),
		MessageHistory: []telnyx.Message{{Role: "user", Content: "<hi>"}},
	}
	if diff := cmp.Diff(telnyx.Command(want), got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	_, err = telnyx.Decode("gather", map[string]any{"minimum_digits": "four", "greeting": "hi"})
	invalid, is := errors.AsType[*telnyx.InvalidError](err)
	if !is || len(invalid.Problems) != 2 || invalid.Problems[1].Path.String() != "greeting" {
		t.Errorf("%v", err)
	}
	if _, err := telnyx.Decode("gather", map[string]any{"minimum_digits": commands.Unknown{}}); err == nil {
		t.Error("a value that is not known yet was taken")
	}
	for _, name := range []string{"", "dial", commands.UpdateCall} {
		if _, err := telnyx.Decode(name, nil); err == nil {
			t.Errorf("%q is a command", name)
		} else if _, is := errors.AsType[*telnyx.UnknownCommandError](err); !is {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, d := range telnyx.Commands() {
		if telnyx.Schema(d.Name) == nil {
			t.Errorf("%s has no schema", d.Name)
		}
	}
	if telnyx.Schema("dial") != nil {
		t.Error("dial has a schema")
	}
}

func TestCommandID(t *testing.T) {
	one := telnyx.CommandID(sid, "4", "table")
	if one != telnyx.CommandID(sid, "4", "table") || len(one) != 36 || one[14] != '8' {
		t.Errorf("%s, then %s", one, telnyx.CommandID(sid, "4", "table"))
	}
	for _, parts := range [][]string{{sid, "4table"}, {sid, "4", "table", ""}, {sid, "5", "table"}, {sid + "4", "", "table"}, nil} {
		if telnyx.CommandID(parts...) == one {
			t.Errorf("%v has the same id", parts)
		}
	}
}

// canned answers every request with the same bytes.
type canned struct {
	status int
	header http.Header
	body   string
}

func (c canned) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for name, values := range c.header {
		w.Header()[name] = values
	}
	w.WriteHeader(c.status)
	fmt.Fprint(w, c.body)
}

// TestRetryAfter reads the ways to ask for patience.
func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 8, 21, 9, 30, 0, 0, time.UTC)
	tests := []struct {
		name, header, value string
		want                time.Duration
	}{
		{"seconds", "Retry-After", "90", 90 * time.Second},
		{"fraction", "Retry-After", " 1.5 ", 1500 * time.Millisecond},
		{"date", "Retry-After", "Fri, 21 Aug 2026 09:31:00 GMT", time.Minute},
		{"date-that-was", "Retry-After", "Fri, 21 Aug 2026 09:29:00 GMT", 0},
		{"reset", "X-Ratelimit-Reset", "7", 7 * time.Second},
		{"for-ever", "Retry-After", "1e300", 24 * time.Hour},
		{"negative", "Retry-After", "-1", 0},
		{"not-a-number", "Retry-After", "NaN", 0},
		{"word", "Retry-After", "later", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := answered(canned{429, http.Header{tt.header: {tt.value}}, `{}`}, now, func(c *telnyx.API) error {
				_, err := c.Do(t.Context(), sid, telnyx.GatherStop{})
				return err
			})
			if refused, is := errors.AsType[*telnyx.APIError](err); !is || refused.RetryAfter != tt.want {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
}

// answered asks once, and is answered with the same bytes whatever it asks.
func answered(answer canned, now time.Time, ask func(*telnyx.API) error) error {
	client, err := telnyx.New(telnyx.Options{
		APIKey: key, AccountID: account, Transport: &direct{handler: answer}, Attempts: 1, Now: func() time.Time { return now },
	})
	if err != nil {
		return err
	}
	return ask(client)
}

// FuzzAnswers holds the client to a typed error, or an answer, whatever the
// server says; and errors to one line of a bearable length.
func FuzzAnswers(f *testing.F) {
	f.Add(200, `{"data":{"result":"ok","conversation_id":"c1"}}`)
	f.Add(200, `{"sid":"v3:x","status":"in-progress","duration":12}`)
	f.Add(200, `{"data":{"sid":"v3:x","status":"completed"}}`)
	f.Add(200, `{"data":null}`)
	f.Add(200, `[1,2`)
	f.Add(422, `{"errors":[{"code":90018,"title":"Call has already ended","source":"x"},3,{"code":null}]}`)
	f.Add(500, "<html>\n<body>")
	f.Add(429, `{"errors":{}}`)
	f.Add(204, ``)
	f.Add(302, ``)
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 599 {
			return
		}
		asks := []func(*telnyx.API) error{
			func(c *telnyx.API) error { _, err := c.Do(context.Background(), sid, telnyx.GatherStop{}); return err },
			func(c *telnyx.API) error { _, err := c.HangUp(context.Background(), sid); return err },
			func(c *telnyx.API) error {
				_, err := c.InitiateCall(context.Background(), telnyx.InitiateCall{To: "+14155550123", From: "+13125550188", ApplicationSID: "1"})
				return err
			},
		}
		for _, ask := range asks {
			err := answered(canned{status, nil, body}, time.Now(), ask)
			_, refused := errors.AsType[*telnyx.APIError](err)
			_, odd := errors.AsType[*telnyx.AnswerError](err)
			switch {
			case err == nil && status > 299, refused && status <= 299, err != nil && !refused && !odd:
				t.Errorf("%d gave %v", status, err)
			case err != nil && (strings.ContainsAny(err.Error(), "\r\n") || len(err.Error()) > 100_000):
				t.Errorf("it is said at length: %q", err.Error())
			}
		}
	})
}

// TestTooLong: an answer without end is not read to its end.
func TestTooLong(t *testing.T) {
	for _, status := range []int{200, 422} {
		err := answered(canned{status, nil, `{"data":{"result":"` + strings.Repeat("x", 2<<20)}, time.Now(), func(c *telnyx.API) error {
			_, err := c.Do(t.Context(), sid, telnyx.GatherStop{})
			return err
		})
		if err == nil || len(err.Error()) > 200 {
			t.Errorf("%d: %v", status, err)
		}
	}
}
