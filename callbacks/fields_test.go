package callbacks

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParseFields(t *testing.T) {
	tests := []struct {
		name, text string
		want       []pair
	}{
		{"nothing", "", nil},
		{"one", "Digits=1", []pair{{"Digits", "1"}}},
		{"empty-value", "Digits=", []pair{{"Digits", ""}}},
		{"no-equals-sign", "Digits", []pair{{"Digits", ""}}},
		{"equals-signs-in-the-value", "R=eyJ9==", []pair{{"R", "eyJ9=="}}},
		{"empty-pairs", "&&a=1&&", []pair{{"a", "1"}}},
		{"no-name", "=1&a=1", []pair{{"a", "1"}}},
		{"plus-and-20", "a=b+c%20d%2Be", []pair{{"a", "b c d+e"}}},
		{"small-hexadecimal-digits", "a=%c3%a9", []pair{{"a", "é"}}},
		{"semicolon", "a=1;b=2", []pair{{"a", "1;b=2"}}},
		{"bad-escapes", "a=%zz&b=%&c=%4&d=100%25", []pair{{"a", "%zz"}, {"b", "%"}, {"c", "%4"}, {"d", "100%"}}},
		{"escaped-twice-is-decoded-once", "a=%2520", []pair{{"a", "%20"}}},
		{"fetch-key-is-ours", "texml_key=s&a=1&texml%5Fkey=t", []pair{{"a", "1"}}},
		{"repeated", "a=1&a=2", []pair{{"a", "1"}, {"a", "2"}}},
		{"brackets", "a%5Bb=1&]=2&c[0].d=3", []pair{{"a[b", "1"}, {"]", "2"}, {"c[0].d", "3"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := parseFields(tt.text)
			if diff := cmp.Diff(tt.want, got.pairs, cmp.AllowUnexported(pair{})); diff != "" || got.overfull {
				t.Errorf("overfull = %t, fields (-want +got):\n%s", got.overfull, diff)
			}
		})
	}
}

func TestParseFields_bounds(t *testing.T) {
	keys := func(n int) string { return strings.Join(numbered("k%d=1", n), "&") }
	tests := []struct {
		name, text string
		overfull   bool
		pairs      int
	}{
		{"256-keys", keys(256), false, 256},
		{"257-keys", keys(257), true, 256},
		{"declared-after-256-keys", keys(300) + "&CallSid=a", true, 257},
		{"64-values", strings.Repeat("a=1&", 64), false, 64},
		{"65-values", strings.Repeat("a=1&", 65), true, 64},
		{"key-of-1-KiB", strings.Repeat("k", 1024) + "=1", false, 1},
		{"key-over-1-KiB", strings.Repeat("k", 1025) + "=1&CallSid=a", true, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := parseFields(tt.text)
			if got.overfull != tt.overfull || len(got.pairs) != tt.pairs {
				t.Errorf("overfull = %t with %d pairs, want %t with %d", got.overfull, len(got.pairs), tt.overfull, tt.pairs)
			}
		})
	}
}

// A form of 100,000 bracketed keys costs ten times one of 10,000, and leaves
// the library no more to do. Allocations stand for work: they do not depend on
// how busy the machine is.
func TestParseFields_isLinear(t *testing.T) {
	work := func(n int) float64 {
		text := strings.Join(numbered("x%d%%5B1%%5D=1", n), "&") + "&CallSid=v3:a"
		return testing.AllocsPerRun(1, func() {
			in := incoming{method: "POST", text: text}
			in.decode()
			if r := in.documentRequest(); !r.Brought.Malformed || r.Call.SID != "v3:a" || len(r.Fields) != 257 {
				t.Errorf("malformed = %t of %q with %d fields", r.Brought.Malformed, r.Call.SID, len(r.Fields))
			}
		})
	}
	few, many := work(10_000), work(100_000)
	if many > 12*few {
		t.Errorf("%.0f allocations for 100,000 keys, %.0f for 10,000", many, few)
	}
}

func numbered(format string, n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprintf(format, i)
	}
	return texts
}

func TestFields_kept(t *testing.T) {
	long := strings.Repeat("é", 40<<10)
	f := fields{pairs: []pair{
		{"a\x00b", "x\x00y\xff"}, {"ab", "second of the same name"},
		{"b", long}, {"c", long}, {"d", long}, {"e", long}, {"last", "v"},
	}}
	kept := f.kept()
	if kept["ab"] != "xy\uFFFD" {
		t.Errorf("ab = %q, want the first value, cleaned", kept["ab"])
	}
	total := 0
	for key, value := range kept {
		total += len(key) + len(value)
		if !utf8.ValidString(value) || len(value) > textLimit {
			t.Errorf("%s has %d bytes, valid UTF-8: %t", key, len(value), utf8.ValidString(value))
		}
	}
	if total > fieldsBytes || total < fieldsBytes-8 {
		t.Errorf("%d bytes are kept, want about %d", total, fieldsBytes)
	}
}

// A value that Fields cuts is read whole.
func TestDecode_longValue(t *testing.T) {
	in := incoming{method: "POST", text: "CallSid=a&Base64Result=" + strings.Repeat("IiAi", 20<<10)}
	in.decode()
	if n := len(in.form.Base64Result); n != 80<<10 {
		t.Errorf("%d bytes were decoded, want all %d", n, 80<<10)
	}
	if n := len(in.fields.kept()["Base64Result"]); n != textLimit {
		t.Errorf("%d bytes are kept, want %d", n, textLimit)
	}
}

func TestDecodeForm_hostile(t *testing.T) {
	for _, text := range []string{
		"a[b=1", "]=1", "CallSid[=1", "CallSid.x=1", "CallSid[0]=1", "Digits.Digits=1",
		strings.Repeat("C[0].", 5000) + "=1", "%00=%00", "%ff=%ff", "CallSid=%00%ff",
	} {
		in := incoming{method: "POST", text: text}
		in.decode()
		if in.undecoded {
			t.Errorf("%.40q was not decoded", text)
		}
		if sid := in.form.CallSid; sid != "" && sid != "\uFFFD" {
			t.Errorf("%.40q gives the CallSid %q", text, sid)
		}
	}
}

func TestDecodeForm_firstValueWins(t *testing.T) {
	in := incoming{method: "POST", text: "CallSid=a&CallSid=b&Digits=&Digits=2"}
	in.decode()
	if in.form.CallSid != "a" || in.form.Digits == nil || *in.form.Digits != "" {
		t.Errorf("CallSid = %q, Digits = %v", in.form.CallSid, in.form.Digits)
	}
}

// Overfull forms are told apart by their text, because their excess is not in
// the fields.
func TestFields_fingerprintOfOverfull(t *testing.T) {
	printOf := func(text string) string { return parseFields(text).fingerprint(text) }
	base := strings.Join(numbered("k%d=1", 256), "&")
	if printOf(base+"&over=1") == printOf(base+"&over=2") {
		t.Error("two forms that differ in their excess have one fingerprint")
	}
	if printOf("a=1&b=2") != printOf("b=2&a=1") || printOf("a=1&b=2") == printOf("a=1b=&2") {
		t.Error("order counts, or where a name ends does not")
	}
}

// Names of the HttpRequest's own must not hide among those we know.
func TestStandard_isNotDeclaredTwice(t *testing.T) {
	for name := range standard {
		if declared[name] {
			t.Errorf("%s is both declared and standard", name)
		}
	}
	if declared[""] {
		t.Error("a field of form has no name")
	}
}

func FuzzDecodeForm(f *testing.F) {
	for _, text := range []string{
		"CallSid=v3%3Aa&Digits=1", "a[b=1", "]=1", "M[a=1&CallSid=1", "x1[1]=1&x2[2]=1", "a=%zz&b=2", "a=1;b=2", "%00=%ff",
		"CallSid=a&CallSid=b", "texml_key=1", strings.Repeat("C[0].", 50) + "=1", strings.Repeat("k=1&", 70),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		in := incoming{method: "POST", text: text}
		in.decode()
		if in.undecoded {
			t.Errorf("%q was not decoded", text)
		}
		if n := len(in.fields.pairs); n > (keyLimit+len(declared))*repeatLimit {
			t.Errorf("%d pairs of %q", n, text)
		}
		for key, value := range in.fields.kept() {
			if !utf8.ValidString(key+value) || strings.Contains(key+value, "\x00") {
				t.Errorf("%q: %q is not clean", key, value)
			}
		}
		agreesWithURL(t, text, in.fields)
	})
}

// agreesWithURL compares with the standard library, where that finds no fault.
func agreesWithURL(t *testing.T, text string, got fields) {
	t.Helper()
	want, err := url.ParseQuery(text)
	if err != nil || got.overfull {
		return
	}
	delete(want, "")
	delete(want, fetchKeyField)
	have := make(url.Values)
	for _, p := range got.pairs {
		have[p.key] = append(have[p.key], p.value)
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("%q reads otherwise than net/url (-url +ours):\n%s", text, diff)
	}
}

func BenchmarkDecodeForm(b *testing.B) {
	text := fixture(b, "f03-ai-envelope")
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		in := incoming{method: "POST", flow: "booking", step: "party", ticket: "3.action.tok", text: text}
		in.decode()
		if r := in.documentRequest(); r.Brought.AI == nil || r.Brought.AI.Status != "valid" {
			b.Fatal("the form was not decoded")
		}
	}
}
