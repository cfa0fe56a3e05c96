package callbacks_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"texmlsrv/callbacks"
)

// FuzzRequest sends anything anywhere: no answer is a 5xx, none comes from a
// panic, and what reaches calls is clean.
func FuzzRequest(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join("testdata", "requests", "*.txtar"))
	if err != nil || len(paths) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, path := range paths {
		r := readRequestFile(f, path)
		target, query, _ := strings.Cut(r.target, "?")
		f.Add(r.method, target, query, r.body)
	}
	f.Add("POST", "/texml//", "", "CallSid=a&a[b=1")
	f.Add("POST", "/texml/a\x00b/c/d\xff", "%zz;&", "CallSid=a&%00=%ff&Confidence=NaN&DialCallDuration=-Inf&DialCallSid=b")
	f.Add("POST", "/texml/a/b/c", "", `CallSid=a&Result={"a\u0000":["\u0000"]}`)
	f.Add("HEAD", "/healthz/", "", "")
	f.Fuzz(func(t *testing.T, method, path, query, body string) {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost/", strings.NewReader(body))
		req.Method = method
		req.URL = &url.URL{Path: path, RawQuery: query}
		req.Host = "localhost"
		logs, fake := &syncedText{}, &fakeCalls{}
		recorder := httptest.NewRecorder()
		callbacks.New(fake, callbacks.Options{Log: slog.New(slog.NewTextHandler(logs, nil))}).ServeHTTP(recorder, req)

		healthy := path != "/readyz" && path != "/readyz/" // 503 without flows
		if recorder.Code >= 500 && healthy || strings.Contains(logs.String(), "panic") {
			t.Errorf("%s %q?%q %q: %d\n%s", method, path, query, body, recorder.Code, logs)
		}
		if recorder.Code >= 300 && recorder.Code < 400 {
			t.Errorf("%s %q is redirected", method, path)
		}
		for _, r := range slices.Concat(fake.documents, fake.notices, fake.events) {
			// A backslash that was in a text is two in JSON.
			if text := readable(t, r); strings.Contains(strings.ReplaceAll(text, `\\`, ""), `\u0000`) {
				t.Errorf("NUL reached calls:\n%s", text)
			}
		}
	})
}

// FuzzWebhook sends anything as an event: it is answered with 200, and what
// reaches calls is bounded, clean, and can be stored.
func FuzzWebhook(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join("testdata", "requests", "webhook-*.txtar"))
	if err != nil || len(paths) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, path := range paths {
		f.Add(readRequestFile(f, path).body)
	}
	f.Add(`{"data":{"event_type":5,"id":{},"occurred_at":"0000-01-01T00:00:00+23:59","payload":{"call_control_id":"a","client_state":"eyJ0dXJuIjoxfQ=="}}}`)
	f.Add(`{"event_type":"call.ai_gather.ended","call_control_id":"a","result":"\"{\\\"a\\\":1}\"","message_history":"[[]]"}`)
	f.Add(`{"data":{"event_type":"call.ai_gather.partial_results","payload":{"call_control_id":"a","partial_results":{"\u0000":{"\ud800":1e-400}}}}}`)
	f.Fuzz(func(t *testing.T, body string) {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost/webhooks", strings.NewReader(body))
		logs, fake, recorder := &syncedText{}, &fakeCalls{}, httptest.NewRecorder()
		callbacks.New(fake, callbacks.Options{Log: slog.New(slog.NewTextHandler(logs, nil))}).ServeHTTP(recorder, req)
		if recorder.Code != http.StatusOK || strings.Contains(logs.String(), "panic") {
			t.Fatalf("%q: %d\n%s", body, recorder.Code, logs)
		}
		for _, r := range fake.events {
			text := readable(t, r)
			if strings.Contains(strings.ReplaceAll(text, `\\`, ""), `\u0000`) {
				t.Errorf("NUL reached calls:\n%s", text)
			}
			size := 0
			for name, value := range r.Fields {
				size += len(name) + len(value)
			}
			if size > 256<<10 || len(r.Malformed) > 64<<10 || len(r.Event.Kind) > 128 || len(r.Event.ID) > 128 {
				t.Errorf("%d bytes of fields, %d malformed, kind %q, id %q", size, len(r.Malformed), r.Event.Kind, r.Event.ID)
			}
		}
	})
}
