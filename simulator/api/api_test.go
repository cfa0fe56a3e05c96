package api_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/simulator/api"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const (
	key     = "KEY-of-a-test"
	account = "acc-1"
	call    = "v3:Qm4-7aT_zX1k=="
	jsonIs  = "application/json"
	formIs  = "application/x-www-form-urlencoded"
)

func newAPI(t *testing.T, o api.Options) *api.API {
	t.Helper()
	o.APIKey, o.AccountID = key, account
	a, err := api.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// post sends a request straight to the handler.
func post(a http.Handler, path, contentType, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

func action(name string) string { return "/v2/calls/" + call + "/actions/" + name }

const (
	calls   = "/v2/texml/Accounts/" + account + "/Calls"
	oneCall = calls + "/" + call
)

// TestAnswers shows the answer to every kind of request, right and wrong.
func TestAnswers(t *testing.T) {
	was := time.Date(2026, 8, 21, 9, 30, 0, 0, time.UTC)
	known := map[string]api.Call{
		call:      {From: "+14155550123", To: "+13125550188", Direction: "inbound", Status: "in-progress", Started: was},
		"ended":   {Status: "completed"},
		"ringing": {Status: "ringing"},
	}
	tests := []struct{ name, path, contentType, body string }{
		{"command", action("gather"), jsonIs, `{}`},
		{"command-with-conversation", action("gather_using_ai"), jsonIs, `{"parameters": {"type": "object"}, "command_id": "c1"}`},
		{"command-no-json", action("gather"), jsonIs, `{"minimum_digits": 4`},
		{"command-null", action("gather"), jsonIs, `null`},
		{"command-as-form", action("gather"), formIs, `minimum_digits=4`},
		{"command-missing", action("gather_using_speak"), jsonIs, `{}`},
		{"command-ranges", action("gather_using_speak"), jsonIs, `{"payload": "x", "voice": "female", "minimum_digits": 0, "maximum_digits": 129, "maximum_tries": 0, "timeout_millis": 0, "inter_digit_timeout_millis": 120001}`},
		{"command-too-long", action("gather_using_speak"), jsonIs, `{"payload": "` + strings.Repeat("é", 3001) + `", "voice": "female"}`},
		{"command-client-state", action("gather_stop"), jsonIs, `{"client_state": "{}"}`},
		{"command-types", action("gather_using_ai"), jsonIs, `{"parameters": [], "language": "en-US", "send_partial_results": 1, "greting": "x"}`},
		{"command-tool", action("gather_using_ai"), jsonIs, `{"parameters": {"type": "object"}, "assistant": {"tools": [{"type": "transfer", "transfer": {"from": "555", "targets": []}}]}}`},
		{"command-unknown-tool", action("gather_using_ai"), jsonIs, `{"parameters": {"type": "object"}, "assistant": {"tools": [{"type": "pay"}]}}`},
		{"command-two-audios", action("gather_using_audio"), jsonIs, `{"audio_url": "https://x.example/a", "media_name": "a"}`},
		{"command-unknown", action("gather_using_telepathy"), jsonIs, `{}`},
		{"call-unknown", "/v2/calls/nobody/actions/gather_stop", jsonIs, `{}`},
		{"call-ended", "/v2/calls/ended/actions/gather_stop", jsonIs, `{}`},
		{"call-ringing", "/v2/calls/ringing/actions/gather", jsonIs, `{}`},
		{"update-as-form", oneCall, formIs, `Url=https%3A%2F%2Fx.example%2F%3Fa%3Db&Method=POST`},
		{"update-as-json", oneCall, jsonIs, `{"Status": "completed"}`},
		{"update-neither", oneCall, "text/xml", `<Response/>`},
		{"update-twice", oneCall, formIs, `Status=completed&Status=completed`},
		{"update-status", oneCall, formIs, `Status=busy`},
		{"update-snake-case", oneCall, formIs, `status=completed`},
		{"update-ended", calls + "/ended", formIs, `Status=completed`},
		{"update-unknown", calls + "/nobody", formIs, `Status=completed`},
		{"update-other-account", "/v2/texml/Accounts/acc-2/Calls/" + call, formIs, `Status=completed`},
		{"initiate", calls, jsonIs, `{"To": "+14155550123", "From": "+13125550188", "ApplicationSid": "2087"}`},
		{"initiate-numbers", calls, jsonIs, `{"To": "4155550123", "From": "+13125550188", "ApplicationSid": "2087"}`},
		{"nowhere", "/v2/texml/Accounts//Calls", jsonIs, `{}`},
		{"without-prefix", "/calls/" + call + "/actions/gather", jsonIs, `{}`},
	}
	var b strings.Builder
	for _, tt := range tests {
		a := newAPI(t, api.Options{
			Now:  func() time.Time { return was.Add(95 * time.Second) },
			Call: func(id string) (api.Call, bool) { c, is := known[id]; return c, is },
		})
		w := post(a, tt.path, tt.contentType, tt.body)
		fmt.Fprintf(&b, "# %s\n%d %s\n\n", tt.name, w.Code, strings.TrimSpace(w.Body.String()))
	}
	golden(t, "answers.txt", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got), -update rewrites it:\n%s", path, diff)
	}
}

func TestKey(t *testing.T) {
	a := newAPI(t, api.Options{})
	for _, authorization := range []string{"", "Bearer ", "Bearer other", "Basic " + key, key} {
		r := httptest.NewRequest(http.MethodPost, action("gather"), strings.NewReader(`{}`))
		r.Header.Set("Authorization", authorization)
		r.Header.Set("Content-Type", jsonIs)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), "10009") {
			t.Errorf("%q was answered %d %s", authorization, w.Code, w.Body)
		}
	}
	r := httptest.NewRequest(http.MethodGet, action("gather"), http.NoBody)
	r.Header.Set("Authorization", "Bearer "+key)
	w := httptest.NewRecorder()
	if a.ServeHTTP(w, r); w.Code != http.StatusNotFound {
		t.Errorf("GET was answered %d", w.Code)
	}
}

// TestOnce keeps a command with the same id from being carried out again within
// a minute, and lets one that was refused be sent again.
func TestOnce(t *testing.T) {
	now := time.Date(2026, 8, 21, 9, 30, 0, 0, time.UTC)
	done, refuse := 0, true
	a := newAPI(t, api.Options{
		Now: func() time.Time { return now },
		OnCommand: func(context.Context, api.Command) *api.Failure {
			if refuse {
				return api.AssistantRunning()
			}
			done++
			return nil
		},
	})
	const body = `{"assistant": {"id": "a"}, "command_id": "c1", "client_state": "MQ=="}`
	if w := post(a, action("ai_assistant_start"), jsonIs, body); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "90061") {
		t.Errorf("the hook's refusal was answered %d %s", w.Code, w.Body)
	}
	refuse = false
	first := post(a, action("ai_assistant_start"), jsonIs, body)
	now = now.Add(59 * time.Second)
	second := post(a, action("ai_assistant_start"), jsonIs, body)
	if done != 1 || first.Code != http.StatusOK || first.Body.String() != second.Body.String() {
		t.Errorf("carried out %d times; answered %s and %s", done, first.Body, second.Body)
	}
	post(a, "/v2/calls/other/actions/ai_assistant_start", jsonIs, body)
	now = now.Add(time.Second)
	post(a, action("ai_assistant_start"), jsonIs, body)
	if done != 3 {
		t.Errorf("carried out %d times; another call, and another minute, are two more", done)
	}
	var duplicates []bool
	for _, r := range a.Received() {
		duplicates = append(duplicates, r.Duplicate)
	}
	if diff := cmp.Diff([]bool{false, false, true, false, false}, duplicates); diff != "" {
		t.Errorf("duplicates (-want +got):\n%s", diff)
	}
}

// TestHooks shows what reaches them.
func TestHooks(t *testing.T) {
	var got []any
	a := newAPI(t, api.Options{
		OnCommand:    func(_ context.Context, c api.Command) *api.Failure { got = append(got, c); return nil },
		OnUpdateCall: func(_ context.Context, u api.Update) *api.Failure { got = append(got, u); return nil },
		OnInitiate:   func(_ context.Context, i api.Initiate) *api.Failure { got = append(got, i); return api.TooManyDials(0) },
	})
	post(a, action("gather"), jsonIs, `{"maximum_digits": 4, "client_state": "MQ==", "command_id": "c1"}`)
	post(a, oneCall, formIs, `Texml=%3CResponse%2F%3E&StatusCallback=https%3A%2F%2Fx.example%2Fs`)
	w := post(a, calls, jsonIs, `{"To": "+14155550123", "From": "+13125550188", "ApplicationSid": "2087", "Url": "https://x.example", "Timeout": 20}`)
	want := []any{
		api.Command{CallID: call, Name: "gather", ID: "c1", ClientState: "MQ==", Params: map[string]any{"maximum_digits": 4.0, "client_state": "MQ==", "command_id": "c1"}},
		api.Update{AccountID: account, CallSID: call, Texml: "<Response/>", StatusCallback: "https://x.example/s"},
		api.Initiate{AccountID: account, To: "+14155550123", From: "+13125550188", ApplicationSID: "2087", URL: "https://x.example", Params: map[string]any{
			"To": "+14155550123", "From": "+13125550188", "ApplicationSid": "2087", "Url": "https://x.example", "Timeout": 20.0,
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if w.Code != http.StatusTooManyRequests {
		t.Errorf("the hook's refusal was answered %d", w.Code)
	}
}

// TestLimits counts requests of a second, and new calls of five.
func TestLimits(t *testing.T) {
	now := time.Date(2026, 8, 21, 9, 30, 0, 0, time.UTC)
	a := newAPI(t, api.Options{Now: func() time.Time { return now }, Limit: 2, Dials: 3})
	if w := post(a, action("gather"), jsonIs, `{}`); w.Code != http.StatusOK || w.Header().Get("X-Ratelimit-Remaining") != "1" {
		t.Errorf("%d, %v", w.Code, w.Header())
	}
	post(a, action("gather"), jsonIs, `{}`)
	if w := post(a, action("gather"), jsonIs, `{}`); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" || !strings.Contains(w.Body.String(), "10011") {
		t.Errorf("%d, %v, %s", w.Code, w.Header(), w.Body)
	}
	const dial = `{"To": "+14155550123", "From": "+13125550188", "ApplicationSid": "2087"}`
	for range 3 {
		now = now.Add(time.Second)
		if w := post(a, calls, jsonIs, dial); w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	now = now.Add(time.Second)
	if w := post(a, calls, jsonIs, dial); !strings.Contains(w.Body.String(), "90103") {
		t.Errorf("the fourth call in five seconds was answered %d %s", w.Code, w.Body)
	}
	now = now.Add(2 * time.Second)
	if w := post(a, calls, jsonIs, dial); w.Code != http.StatusOK {
		t.Errorf("five seconds after the first call: %d %s", w.Code, w.Body)
	}
}

// gone is whether the handler closed the connection without an answer.
func gone(f func()) (closed bool) {
	defer func() {
		if err, is := recover().(error); is && errors.Is(err, http.ErrAbortHandler) {
			closed = true
		}
	}()
	f()
	return false
}

// TestFaults are the ways to go wrong, one after the other.
func TestFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := 0
		a := newAPI(t, api.Options{OnCommand: func(context.Context, api.Command) *api.Failure { done++; return nil }})
		a.Script(
			api.Fault{Drop: true},
			api.Fault{Lose: true},
			api.Fault{Delay: 3 * time.Second},
			api.Fault{Failure: api.ServerError(http.StatusBadGateway)},
			api.Fault{Body: []byte("<html>")},
		)
		send := func() *httptest.ResponseRecorder { return post(a, action("gather"), jsonIs, `{}`) }
		if !gone(func() { send() }) || done != 0 {
			t.Errorf("dropped: carried out %d times", done)
		}
		if !gone(func() { send() }) || done != 1 {
			t.Errorf("lost: carried out %d times", done)
		}
		if began := time.Now(); send().Code != http.StatusOK || time.Since(began) != 3*time.Second {
			t.Errorf("delayed by %v", time.Since(began))
		}
		if w := send(); w.Code != http.StatusBadGateway || strings.Contains(w.Body.String(), "errors") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if w := send(); w.Code != http.StatusOK || w.Body.String() != "<html>" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if w := send(); w.Code != http.StatusOK || done != 4 {
			t.Errorf("well again: %d, carried out %d times", w.Code, done)
		}
		var statuses []int
		for _, r := range a.Received() {
			statuses = append(statuses, r.Status)
		}
		if diff := cmp.Diff([]int{0, 200, 200, 502, 200, 200}, statuses); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestKeep(t *testing.T) {
	a := newAPI(t, api.Options{Keep: 2})
	for _, name := range []string{"gather", "gather_stop", "ai_assistant_stop"} {
		post(a, action(name), jsonIs, `{}`)
	}
	got := a.Received()
	if len(got) != 2 || got[0].Name != "gather_stop" || got[1].Name != "ai_assistant_stop" || got[1].CallID != call {
		t.Errorf("%+v", got)
	}
}

// FuzzServe holds the API to an answer in Telnyx's shape, whatever comes.
func FuzzServe(f *testing.F) {
	f.Add(action("gather_using_ai"), jsonIs, `{"parameters": {"type": "object"}, "assistant": {"tools": [{}]}}`)
	f.Add(oneCall, formIs, `Url=%zz`)
	f.Add(calls, jsonIs, `{"To": {}}`)
	f.Add(action("ai_assistant_start"), jsonIs, `{"voice_settings": {"type": 3}, "message_history": [{"role": null}]}`)
	a, err := api.New(api.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path, contentType, body string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1"+path, strings.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set("Authorization", "Bearer x")
		r.Header.Set("Content-Type", contentType)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != http.StatusOK && !strings.HasPrefix(w.Body.String(), `{"errors":[{"code":"`) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
