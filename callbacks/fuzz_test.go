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
