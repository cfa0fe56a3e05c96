package callbacks

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fixture returns the body of a request of testdata.
func fixture(t testing.TB, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "requests", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "-- body --\n")
	body, _, _ := strings.Cut(rest, "\n-- want.json --\n")
	return body
}

// spellings are the forms in which the same base64 reaches us.
func spellings(b []byte) map[string]string {
	standard := base64.StdEncoding.EncodeToString(b)
	half := len(standard) / 2
	return map[string]string{
		"standard":            standard,
		"no-padding":          base64.RawStdEncoding.EncodeToString(b),
		"url-safe":            base64.URLEncoding.EncodeToString(b),
		"url-safe-no-padding": base64.RawURLEncoding.EncodeToString(b),
		"plus-became-space":   strings.ReplaceAll(standard, "+", " "),
		"lines":               standard[:half] + "\r\n" + standard[half:] + "\n",
	}
}

func TestDecodeBase64(t *testing.T) {
	for _, text := range []string{"", "a", "ab", "abc", `{"name":"José","note":"party > 4? yes"}`, "\xfb\xff\xfe\xfa"} {
		for name, spelled := range spellings([]byte(text)) {
			got, err := decodeBase64(spelled)
			if err != nil || string(got) != text {
				t.Errorf("%s: decodeBase64(%q) = %q, %v, want %q", name, spelled, got, err, text)
			}
		}
	}
	for _, broken := range []string{"a", "ab=c", "a!bc", "é", "{}", "\x00\x00\x00\x00"} {
		if got, err := decodeBase64(broken); err == nil {
			t.Errorf("decodeBase64(%q) = %q, want an error", broken, got)
		}
	}
}

// JSON from outside is bounded; what is beyond is malformed, not an accident.
func TestAI_bounds(t *testing.T) {
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	tests := []struct {
		name, json string
		malformed  bool
	}{
		{"deep", strings.Repeat(`{"a":`, 60) + "1" + strings.Repeat("}", 60), false},
		{"too-deep", strings.Repeat(`[`, 100_000), true},
		{"number-beyond-float64", `{"a":1e999}`, true},
		{"trailing", `{"a":1} {"b":2}`, true},
		{"scalar", `4`, false},
		{"list", `[1]`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := form{Base64Result: encode(tt.json)}
			got, malformed := f.ai()
			if got.Malformed != tt.malformed || (malformed != "") != tt.malformed || (got.Result == nil) != tt.malformed {
				t.Errorf("AI = %+v, malformed text of %d bytes; want malformed %t", got, len(malformed), tt.malformed)
			}
			if len(malformed) > textLimit {
				t.Errorf("%d bytes are kept", len(malformed))
			}
		})
	}
}

// The first history that can be read counts.
func TestAI_history(t *testing.T) {
	const base64One = "W3sicm9sZSI6InVzZXIiLCJjb250ZW50Ijoib25lIn1d"
	const two, three = `[{"role":"user","text":"two"}]`, `[{"role":"assistant","content":"three","timestamp":"t"}]`
	tests := []struct {
		name      string
		form      form
		want      string
		malformed string
	}{
		{"base64-first", form{Base64MessageHistory: base64One, MessageHistory: two, Messages: three}, "one", ""},
		{"plain-next", form{MessageHistory: two, Messages: three}, "two", ""},
		{"messages-last", form{Messages: three}, "three", ""},
		{"broken-is-passed-over", form{Base64MessageHistory: "?", MessageHistory: two}, "two", "?"},
		{"object-is-no-history", form{MessageHistory: `{}`}, "", "{}"},
		{"null-is-empty", form{MessageHistory: `null`, Messages: three}, "", ""},
		{"items-that-are-no-messages", form{MessageHistory: `[1,null,[],{},{"role":"user"},{"role":"system","content":"x"},{"role":"user","content":" "}]`}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, malformed := tt.form.ai()
			said := ""
			for _, m := range got.History {
				said += m.Content
			}
			if said != tt.want || malformed != tt.malformed {
				t.Errorf("history = %q, malformed = %q; want %q, %q", said, malformed, tt.want, tt.malformed)
			}
		})
	}
}

func FuzzBase64(f *testing.F) {
	for _, s := range []string{"", "eyJ9", "W3t9XQ==", "-_ +/", "====", "a b", "\r\n\x00\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for name, spelled := range spellings(b) {
			if got, err := decodeBase64(spelled); err != nil || !bytes.Equal(got, b) {
				t.Errorf("%s: %q came back as %q, %v", name, b, got, err)
			}
		}
		// As it comes: any text is decoded or refused.
		if got, err := decodeBase64(string(b)); err == nil && len(got) > len(b) {
			t.Errorf("%q grew to %q", b, got)
		}
		if r, malformed := (&form{Base64Result: string(b), MessageHistory: string(b)}).ai(); r.Malformed && malformed == "" && len(clean(string(b))) > 0 {
			t.Errorf("the text of %q is lost", b)
		}
	})
}
