package callbacks_test

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/callbacks"
	"texmlsrv/calls"
)

var update = flag.Bool("update", false, "rewrite golden files")

// requestFile is one file of testdata/requests, in the txtar format: a comment,
// a request as it comes over the wire, and what becomes of it in our words.
type requestFile struct {
	path, comment       string
	request, body, want string // the sections
	method, target      string
	header              http.Header
}

const (
	requestMark = "-- request --\n"
	bodyMark    = "-- body --\n"
	wantMark    = "-- want.json --\n"
)

func readRequestFile(t testing.TB, path string) requestFile {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f := requestFile{path: path, header: http.Header{}}
	comment, rest, a := strings.Cut(string(raw), requestMark)
	request, rest, b := strings.Cut(rest, bodyMark)
	body, want, c := strings.Cut(rest, wantMark)
	if !a || !b || !c {
		t.Fatalf("%s has not the sections request, body and want.json", path)
	}
	f.comment, f.request, f.body, f.want = comment, request, strings.TrimSuffix(body, "\n"), want
	line, rest, _ := strings.Cut(request, "\n")
	f.method, f.target, _ = strings.Cut(line, " ")
	for h := range strings.Lines(rest) {
		name, value, _ := strings.Cut(strings.TrimSpace(h), ": ")
		f.header.Set(name, value)
	}
	return f
}

// write puts another want.json into the file.
func (f requestFile) write(t testing.TB, want string) {
	t.Helper()
	body := f.body
	if body != "" {
		body += "\n"
	}
	text := f.comment + requestMark + f.request + bodyMark + body + wantMark + want
	if err := os.WriteFile(f.path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// bodyOf returns the body of a request of testdata.
func bodyOf(t testing.TB, name string) string {
	t.Helper()
	return readRequestFile(t, filepath.Join("testdata", "requests", name+".txtar")).body
}

func TestRequests(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "requests", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no requests in testdata: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			f := readRequestFile(t, path)
			fake := &fakeCalls{}
			got := serve(t, fake, callbacks.Options{}).do(f.method, f.target, f.body, f.header)
			if got.status != http.StatusOK {
				t.Fatalf("status = %d, want 200: %s", got.status, got.body)
			}
			checkGolden(t, f, sole(t, fake))
		})
	}
}

// sole returns the one request that reached calls.
func sole(t testing.TB, fake *fakeCalls) calls.Request {
	t.Helper()
	requests := slices.Concat(fake.documents, fake.notices, fake.events)
	if len(requests) != 1 {
		t.Fatalf("%d requests reached calls, want 1", len(requests))
	}
	return requests[0]
}

func checkGolden(t *testing.T, f requestFile, r calls.Request) {
	t.Helper()
	got := readable(t, r)
	if *update {
		f.write(t, got)
		f.want = got
	}
	if diff := cmp.Diff(f.want, got); diff != "" {
		t.Errorf("the request reads otherwise (-want +got):\n%s", diff)
	}
}

// readable is a request as JSON, without what is zero.
func readable(t testing.TB, r calls.Request) string {
	t.Helper()
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(withoutZeros(tree)); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func withoutZeros(tree map[string]any) map[string]any {
	for name, value := range tree {
		switch v := value.(type) {
		case nil:
			delete(tree, name)
		case map[string]any:
			withoutZeros(v)
		case bool, float64:
			if v == false || v == 0.0 {
				delete(tree, name)
			}
		case string:
			// An empty text is not the same as none where a key was pressed or a word said.
			if v == "" && name != "Digits" && name != "Speech" {
				delete(tree, name)
			}
		}
	}
	return tree
}

// One request has one fingerprint, however it is sent; another has another.
func TestRequests_fingerprint(t *testing.T) {
	fake := &fakeCalls{}
	h := serve(t, fake, callbacks.Options{})
	const form = "CallSid=v3:a&Digits=1&From=%2B14155550123"
	h.do(http.MethodPost, "/texml/booking", form, nil)
	h.do(http.MethodGet, "/texml/booking?texml_key=k&"+form, "", nil)
	h.do(http.MethodPost, "/texml/booking/?texml_key=k", "From=%2b14155550123&Digits=1&CallSid=v3%3Aa", nil)
	h.do(http.MethodPost, "/texml/booking", form+"&Digits=1", nil)
	h.do(http.MethodPost, "/texml/booking", "CallSid=v3:a&Digits=1F&rom=%2B14155550123", nil)
	first := fake.documents[0].Fingerprint
	if len(first) != 32 {
		t.Errorf("fingerprint = %q, want 32 hexadecimal digits", first)
	}
	for i, same := range []bool{true, true, true, false, false} {
		if got := fake.documents[i].Fingerprint == first; got != same {
			t.Errorf("request %d has the fingerprint of the first: %t, want %t", i, got, same)
		}
	}
}
