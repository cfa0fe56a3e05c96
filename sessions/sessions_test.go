package sessions_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/sessions"
	"texmlsrv/sessions/storetest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestJSON pins what is stored: operators read it, and sessions written by one
// version of the program are read by the next.
func TestJSON(t *testing.T) {
	tests := []struct {
		name  string // of the golden file
		value any
	}{
		{"session", storetest.Session("v3:abc")},
		{"session-begun", &sessions.Session{Call: sessions.Call{SID: "v3:abc"}, Turn: 1}},
		{"entry", storetest.Entry()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got bytes.Buffer
			enc := json.NewEncoder(&got)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(tt.value); err != nil {
				t.Fatal(err)
			}
			golden(t, tt.name+".json", got.Bytes())
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", path, diff)
	}
}

func TestRemember(t *testing.T) {
	var s sessions.Session
	if s.Remembers("f0") {
		t.Error("a new session remembers a request")
	}
	for i := range 9 {
		s.Remember(fmt.Sprint("f", i))
	}
	if s.Remembers("f0") || !s.Remembers("f1") || !s.Remembers("f8") {
		t.Errorf("of f0 to f8 it remembers %v, want the last eight", s.Recent)
	}
}

// TestRemember_copies checks that a session and the one decided from it, which
// begins as a plain copy, do not write into each other's memory.
func TestRemember_copies(t *testing.T) {
	s := sessions.Session{Recent: make([]string, 0, 8)}
	one, two := s, s
	one.Remember("one")
	two.Remember("two")
	if !one.Remembers("one") || one.Remembers("two") || s.Remembers("one") {
		t.Errorf("one remembers %v, the original %v", one.Recent, s.Recent)
	}
}

func TestTake(t *testing.T) {
	var s sessions.Session
	for i := range 33 {
		s.Take(fmt.Sprint("e", i))
	}
	if s.Took("e0") || !s.Took("e1") || !s.Took("e32") {
		t.Errorf("of e0 to e32 it took %v, want the last 32", s.Events)
	}
}

// TestMasked_partial checks that what a gather has so far is masked once
// something sensitive was asked, and only then.
func TestMasked_partial(t *testing.T) {
	s := sessions.Session{Partial: sessions.Values{"card": "4012", "name": nil}}
	if diff := cmp.Diff(s.Partial, s.Masked().Partial); diff != "" {
		t.Errorf("of a call that was asked nothing sensitive (-want +got):\n%s", diff)
	}
	s.Guarded = true
	want := sessions.Values{"card": sessions.Mask, "name": sessions.Mask}
	if diff := cmp.Diff(want, s.Masked().Partial); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s.Partial["card"] != "4012" {
		t.Error("the session itself was masked")
	}
	if s.Partial = nil; s.Masked().Partial != nil {
		t.Error("something came of no partial result")
	}
}

func TestMaskNumber(t *testing.T) {
	for number, want := range map[string]string{
		"+13125550188": "•••0188", "13125550188": "•••0188", "+4930123": "•••",
		"": "•••", "sip:ada@example.com": "•••", "ada20000000": "•••", "++13125550188": "•••",
	} {
		if got := sessions.MaskNumber(number); got != want {
			t.Errorf("MaskNumber(%q) = %q, want %q", number, got, want)
		}
	}
}

// TestUsableSID holds the ids of calls to what may stand in keys and links.
func TestUsableSID(t *testing.T) {
	for _, sid := range []string{"v3:9X2v-PDF_aiQ", "a", "=.~", strings.Repeat("x", 128)} {
		if !sessions.UsableSID(sid) {
			t.Errorf("%q is refused", sid)
		}
	}
	for _, sid := range []string{"", "{}", "a}b", "a/b", "a b", "é", "a\n", strings.Repeat("x", 129)} {
		if sessions.UsableSID(sid) {
			t.Errorf("%q is let through", sid)
		}
	}
}

func TestStaleError(t *testing.T) {
	tests := []struct{ err, want string }{
		{(&sessions.StaleError{}).Error(), "sessions: the session is gone"},
		{(&sessions.StaleError{Current: storetest.Session("v3:abc")}).Error(),
			"sessions: the session of call v3:abc is at turn 7 by now"},
	}
	for _, tt := range tests {
		if tt.err != tt.want {
			t.Errorf("got %q, want %q", tt.err, tt.want)
		}
	}
}

// TestMaskEntry_read masks what a rule read of something sensitive.
func TestMaskEntry_read(t *testing.T) {
	s := sessions.Session{Sensitive: []string{"pin"}, Gathered: sessions.Values{"pin": "12"}}
	e := sessions.Entry{
		Answer: &sessions.Answer{Kind: "digits", Status: "valid", Digits: "42424242", Sensitive: true},
		Path: []sessions.Visit{{Step: "pin", Tried: []sessions.Tried{{Rule: "next[0]", Read: sessions.Values{
			"answer.digits": "42424242", "answer.status": "valid", "gathered.pin": "12", "gathered.name": nil, "vars.copy": "4242 4242", "attempt": 1.0,
		}}}}},
	}
	before := e.Path[0].Tried[0].Read
	s.MaskEntry(&e)
	want := sessions.Values{
		"answer.digits": sessions.Mask, "answer.status": "valid", "gathered.pin": sessions.Mask, "gathered.name": nil,
		"vars.copy": sessions.Mask, "attempt": 1.0,
	}
	if diff := cmp.Diff(want, e.Path[0].Tried[0].Read); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if before["gathered.pin"] != "12" {
		t.Error("the entry itself was changed")
	}
}
