package callbacks_test

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"texmlsrv/callbacks"
	"texmlsrv/calls"
)

func TestRoutes(t *testing.T) {
	const sid = "CallSid=v3:a"
	tests := []struct {
		path               string
		flow, step, ticket string
		notice             bool
	}{
		{"/texml", "", "", "", false},
		{"/texml/booking", "booking", "", "", false},
		{"/texml/booking/party", "booking", "", "", false},
		{"/texml/booking/party/3.action.tok", "booking", "party", "3.action.tok", false},
		{"/callbacks/status", "", "", "", true},
		{"/webhooks", "", "", "", true},
	}
	for _, tt := range tests {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			for _, slash := range []string{"", "/"} {
				t.Run(method+strings.ReplaceAll(tt.path+slash, "/", "_"), func(t *testing.T) {
					fake := &fakeCalls{}
					h := serve(t, fake, callbacks.Options{})
					path, body := tt.path+slash, sid
					if method == http.MethodGet {
						path, body = path+"?"+sid, ""
					}
					got := h.do(method, path, body, nil)
					r := sole(t, fake)
					if r.Flow != tt.flow || r.Step != tt.step || r.Ticket != tt.ticket || r.Method != method || r.Path != tt.path+slash {
						t.Errorf("request = %s %s %q %q %q", r.Method, r.Path, r.Flow, r.Step, r.Ticket)
					}
					if tt.notice {
						checkNotice(t, fake, got)
					} else {
						checkDocument(t, fake, got)
					}
				})
			}
		}
	}
}

func checkDocument(t *testing.T, fake *fakeCalls, got reply) {
	t.Helper()
	if len(fake.documents) != 1 || got.status != http.StatusOK || got.body != document {
		t.Errorf("reply = %d %q after %d document requests", got.status, got.body, len(fake.documents))
	}
	if ct, cc := got.header.Get("Content-Type"), got.header.Get("Cache-Control"); ct != "application/xml; charset=utf-8" || cc != "no-store" {
		t.Errorf("Content-Type = %q, Cache-Control = %q", ct, cc)
	}
}

func checkNotice(t *testing.T, fake *fakeCalls, got reply) {
	t.Helper()
	if len(fake.notices) != 1 || got.status != http.StatusOK || got.body != "" {
		t.Errorf("reply = %d %q after %d notices", got.status, got.body, len(fake.notices))
	}
}

func TestRoutes_refused(t *testing.T) {
	tests := []struct {
		name, method, path, body string
		status                   int
		says                     string
	}{
		{"no-such-path", "POST", "/telnyx", "CallSid=a", 404, "/texml/{flow}"},
		{"double-slash-is-not-redirected", "POST", "//texml/booking", "CallSid=a", 404, "nothing here"},
		{"too-many-segments", "POST", "/texml/a/b/c/d", "CallSid=a", 404, "nothing here"},
		{"other-case-is-not-redirected", "POST", "/TeXML/booking", "CallSid=a", 404, "nothing here"},
		{"put-a-document", "PUT", "/texml/booking", "CallSid=a", 405, "GET, POST"},
		{"head-of-a-document", "HEAD", "/texml/booking?CallSid=a", "", 405, ""},
		{"delete-a-callback", "DELETE", "/callbacks/status", "", 405, "GET, POST"},
		{"no-call-by-post", "POST", "/texml/booking", "From=%2B14155550123", 400, "curl -d CallSid"},
		{"no-call-by-get", "GET", "/texml/booking", "", 400, "?CallSid="},
		{"no-call-on-a-callback", "POST", "/callbacks/status", "CallStatus=completed", 400, "There is no CallSid"},
		{"call-in-the-query-of-a-post", "POST", "/texml/booking?CallSid=a", "", 400, "not in the query"},
		{"json", "POST", "/texml/booking", `{"CallSid":"a"}`, 400, "is JSON"},
		{"call-with-a-space", "POST", "/texml/booking", "CallSid=a+b", 400, "1 to 128 characters"},
		{"call-with-a-brace", "POST", "/texml/booking", "CallSid=%7Ba%7D", 400, "1 to 128 characters"},
		{"call-with-a-newline", "POST", "/texml/booking", "CallSid=a%0A", 400, "1 to 128 characters"},
		{"call-of-129", "POST", "/texml/booking", "CallSid=" + strings.Repeat("a", 129), 400, "1 to 128 characters"},
		{"body-over-4-MiB", "POST", "/texml/booking", "CallSid=a&x=" + strings.Repeat("a", 4<<20), 413, "4 MiB"},
		{"put-a-webhook", "PUT", "/webhooks", "", 405, "GET, POST"},
		{"webhook-over-4-MiB", "POST", "/webhooks", `{"data":{"payload":{"call_control_id":"a","x":"` + strings.Repeat("a", 5<<20) + `"}}}`, 413, "4 MiB"},
		{"callback-over-4-MiB", "POST", "/callbacks/status", "CallSid=a&x=" + strings.Repeat("a", 4<<20), 413, "4 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := &fakeCalls{}
			got := serve(t, fake, callbacks.Options{}).do(tt.method, tt.path, tt.body, nil)
			if got.status != tt.status || !strings.Contains(got.body, tt.says) {
				t.Errorf("reply = %d %q, want %d with %q", got.status, got.body, tt.status, tt.says)
			}
			if ct := got.header.Get("Content-Type"); ct != "text/plain; charset=utf-8" {
				t.Errorf("Content-Type = %q", ct)
			}
			if n := fake.received(); n != 0 {
				t.Errorf("%d requests reached calls", n)
			}
		})
	}
}

func TestRoutes_longestCallSid(t *testing.T) {
	fake := &fakeCalls{}
	sid := strings.Repeat("a", 116) + ":_-=.~AZ09zz"
	got := serve(t, fake, callbacks.Options{}).do("POST", "/texml/booking", "CallSid="+sid, nil)
	if got.status != http.StatusOK || sole(t, fake).Call.SID != sid {
		t.Errorf("reply = %d %q", got.status, got.body)
	}
}

func TestRoutes_unknownFlow(t *testing.T) {
	fake := &fakeCalls{documentErr: &calls.UnknownFlowError{Flow: "bokking", Known: []string{"booking", "survey"}}}
	got := serve(t, fake, callbacks.Options{}).do("POST", "/texml/bokking", "CallSid=a", nil)
	if got.status != http.StatusNotFound || !strings.Contains(got.body, `"bokking"`) || !strings.Contains(got.body, "booking, survey") {
		t.Errorf("reply = %d %q", got.status, got.body)
	}
}

// A long form is too much for an answer, not for a callback.
func TestRoutes_bodyOver1MiB(t *testing.T) {
	fake := &fakeCalls{}
	h := serve(t, fake, callbacks.Options{})
	form := "Note=" + strings.Repeat("%C3%A9", 200<<10) + "&Digits=1&CallStatus=completed&CallSid=v3:a"
	for _, path := range []string{"/texml/booking/party/3.action.tok", "/callbacks/status"} {
		if got := h.do("POST", path, form, nil); got.status != http.StatusOK {
			t.Errorf("%s: status = %d, want 200", path, got.status)
		}
	}
	answer, notice := fake.documents[0], fake.notices[0]
	if !answer.Brought.Malformed || answer.Brought.Digits != nil || answer.Call.SID != "v3:a" {
		t.Errorf("Brought = %+v of %q, want nothing but malformed", answer.Brought, answer.Call.SID)
	}
	if n := len(answer.Malformed); n > 64<<10 || n < 64<<10-4 {
		t.Errorf("%d bytes are kept as malformed, want about 64 KiB", n)
	}
	if notice.Malformed != "" || !notice.Callback.Ends {
		t.Errorf("callback = %+v, malformed %q", notice.Callback, notice.Malformed)
	}
	if n := len(notice.Fields["Note"]); n > 64<<10 || n < 64<<10-4 {
		t.Errorf("%d bytes are kept of a field, want about 64 KiB", n)
	}
}

// A callback beyond the bounds of a form is kept as text, and still classified.
func TestRoutes_overfullCallback(t *testing.T) {
	fake := &fakeCalls{}
	form := strings.Repeat("a=1&", 65) + "CallStatus=completed&CallSid=v3:a"
	serve(t, fake, callbacks.Options{}).do("POST", "/callbacks/status", form, nil)
	if r := sole(t, fake); r.Malformed != form || !r.Callback.Ends {
		t.Errorf("callback = %+v, malformed %q", r.Callback, r.Malformed)
	}
}

// A body that breaks off is no form.
func TestRoutes_bodyBreaksOff(t *testing.T) {
	fake := &fakeCalls{}
	body := io.MultiReader(strings.NewReader("CallSid=v3:a"), iotest.ErrReader(io.ErrUnexpectedEOF))
	req := httptest.NewRequestWithContext(t.Context(), "POST", "http://localhost/texml/booking", body)
	recorder := httptest.NewRecorder()
	callbacks.New(fake, callbacks.Options{}).ServeHTTP(recorder, req)
	if recorder.Code != http.StatusBadRequest || fake.received() != 0 {
		t.Errorf("reply = %d %q, want 400", recorder.Code, recorder.Body)
	}
}

// Whatever breaks behind a route: a document is answered with a document, and
// a callback with 200.
func TestRoutes_defects(t *testing.T) {
	for _, fake := range []*fakeCalls{{panics: true}, {documentErr: errors.New("secret cause")}} {
		got := serve(t, fake, callbacks.Options{}).do("POST", "/texml/booking", "CallSid=a", nil)
		if got.status != http.StatusOK || !strings.Contains(got.body, "<Hangup/></Response>") || !strings.Contains(got.body, "<Say>") {
			t.Errorf("reply = %d %q, want an apology", got.status, got.body)
		}
		if strings.Contains(got.body, "secret") {
			t.Errorf("the cause is in the reply: %q", got.body)
		}
	}
	h := serve(t, &fakeCalls{noticeErr: errors.New("store away")}, callbacks.Options{})
	if got := h.do("POST", "/callbacks/status", "CallSid=a", nil); got.status != http.StatusOK || got.body != "" {
		t.Errorf("reply = %d %q, want 200 and nothing", got.status, got.body)
	}
	if !strings.Contains(h.logs.String(), "store away") {
		t.Error("the failure is not in the log")
	}
}

func TestRoutes_health(t *testing.T) {
	away := errors.New("dial tcp 10.0.0.1:6379")
	tests := []struct {
		name   string
		health calls.Health
		status int
		body   readiness
	}{
		{"ok", calls.Health{Flows: 3}, 200, readiness{"ok", 3, "ok"}},
		{"degraded", calls.Health{Flows: 3, Store: away}, 200, readiness{"degraded", 3, "unreachable"}},
		{"draining", calls.Health{Flows: 3, Draining: true}, 503, readiness{"draining", 3, "ok"}},
		{"no-flows", calls.Health{}, 503, readiness{"no flows", 0, "ok"}},
		{"everything", calls.Health{Draining: true, Store: away}, 503, readiness{"draining", 0, "unreachable"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// Health is asked from anywhere, by who cannot sign.
			h := serve(t, &fakeCalls{health: tt.health}, callbacks.Options{Keys: []ed25519.PublicKey{key(t, publicKey)}})
			got := h.do("GET", "/readyz", "", http.Header{"Host": {"texmlsrv.internal"}})
			var body readiness
			if err := json.Unmarshal([]byte(got.body), &body); err != nil || body != tt.body || got.status != tt.status {
				t.Errorf("readyz = %d %s, want %d %+v", got.status, got.body, tt.status, tt.body)
			}
			if got := h.do("HEAD", "/readyz/", "", nil); got.status != tt.status {
				t.Errorf("HEAD = %d, want %d", got.status, tt.status)
			}
			if got := h.do("GET", "/healthz", "", nil); got.status != 200 || got.body != "ok\n" {
				t.Errorf("healthz = %d %q", got.status, got.body)
			}
		})
	}
}

// readiness is the body of /readyz, as a monitor reads it.
type readiness struct {
	Status string
	Flows  int
	Store  string
}

// The log names pattern and call, and never what was said, pressed or dialed.
func TestRoutes_accessLog(t *testing.T) {
	h := serve(t, &fakeCalls{}, callbacks.Options{FetchKey: "hunter2"})
	h.do("GET", "/texml/booking/party/3.action.tok?texml_key=hunter2&CallSid=v3:a&From=%2B14155550123&SpeechResult=my+secret", "", nil)
	h.do("GET", "/nowhere/14155550123", "", nil)
	logs := h.logs.String()
	for _, want := range []string{`"route":"/texml/:flow/:step/:ticket"`, `"method":"GET"`, `"status":200`, `"duration":`, `"call_sid":"v3:a"`, `"status":404`} {
		if !strings.Contains(logs, want) {
			t.Errorf("the log has no %s:\n%s", want, logs)
		}
	}
	for _, never := range []string{"hunter2", "14155550123", "secret", "tok"} {
		if strings.Contains(logs, never) {
			t.Errorf("the log has %s:\n%s", never, logs)
		}
	}
}
