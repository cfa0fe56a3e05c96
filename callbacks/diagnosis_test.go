package callbacks_test

import (
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"texmlsrv/callbacks"
)

const (
	signedForm = "CallSid=v3%3Aa&CallerId=Zo%C3%AB+N&SpeechResult=four+%2B+one%2C+yes%21&From=%2B14155550123"
	signedJSON = `{"data":{"event_type":"call.gather.ended","payload":{"call_control_id":"v3:a","note":"Zoë","url":"https://a/b"}}}`
)

// stamp is when everything in these tests was signed.
var stamp = strconv.FormatInt(signedAt, 10)

// signedRequest is a request as Telnyx sends it.
func signedRequest(body string) callbacks.Captured {
	r := callbacks.Captured{Method: http.MethodPost, Target: "/callbacks/status", Header: sign(body, signedAt), Body: []byte(body)}
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return r
}

// raw is a signature over any bytes.
func raw(message string) []byte {
	return ed25519.Sign(ed25519.NewKeyFromSeed(seed), []byte(message))
}

// anothers is the key of another account.
func anothers() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
}

// diagnosisTest is a request to which something happened.
type diagnosisTest struct {
	name    string
	body    string // that was signed
	happens func(*callbacks.Captured)
	want    callbacks.Blame
	says    string // in what the diagnosis says, or what to do
}

// becomes changes the body, and the length with it, as a proxy does.
func becomes(change func(string) string) func(*callbacks.Captured) {
	return func(r *callbacks.Captured) {
		r.Body = []byte(change(string(r.Body)))
		r.Header.Set("Content-Length", strconv.Itoa(len(r.Body)))
	}
}

func replaced(pairs ...string) func(*callbacks.Captured) {
	return becomes(strings.NewReplacer(pairs...).Replace)
}

func header(name string, change func(string) string) func(*callbacks.Captured) {
	return func(r *callbacks.Captured) { r.Header.Set(name, change(r.Header.Get(name))) }
}

const (
	signatureName = "Telnyx-Signature-Ed25519"
	timestampName = "Telnyx-Timestamp"
)

func diagnosisTests() []diagnosisTest {
	json, form := signedJSON, signedForm
	always := func(s string) func(string) string { return func(string) string { return s } }
	signatureOver := func(message string) func(*callbacks.Captured) {
		return header(signatureName, always(base64.StdEncoding.EncodeToString(raw(message))))
	}
	return []diagnosisTest{
		{"as-it-came", form, func(*callbacks.Captured) {}, callbacks.BlameNothing, "The signature fits."},
		{"json-as-it-came", json, func(*callbacks.Captured) {}, callbacks.BlameNothing, "The signature fits."},
		{"empty-body", "", func(*callbacks.Captured) {}, callbacks.BlameNothing, "The signature fits."},

		{"no-signature", form, func(r *callbacks.Captured) { r.Header.Del(signatureName) }, callbacks.BlameHeaders, "signature-ed25519 header is missing"},
		{"no-timestamp", form, func(r *callbacks.Captured) { r.Header.Del(timestampName) }, callbacks.BlameHeaders, "a proxy in between dropped"},
		{"header-renamed", form, func(r *callbacks.Captured) {
			r.Header.Set("Telnyx-Timestamp-Ed25519", stamp)
			r.Header.Del(timestampName)
		}, callbacks.BlameHeaders, "There is a header Telnyx-Timestamp-Ed25519"},
		{"header-twice", form, func(r *callbacks.Captured) { r.Header.Add(timestampName, stamp) }, callbacks.BlameHeaders, "each must come once"},

		{"timestamp-made-milliseconds", form, header(timestampName, always(stamp+"000")), callbacks.BlameTimestamp, "fits when the telnyx-timestamp header is written 1767225600"},
		{"timestamp-signed-in-milliseconds", form, func(r *callbacks.Captured) {
			header(timestampName, always(stamp+"123"))(r)
			signatureOver(stamp + "123|" + form)(r)
		}, callbacks.BlameTimestamp, "not a plain number of seconds"},
		{"timestamp-made-a-date", form, header(timestampName, always("2026-01-01T00:00:00Z")), callbacks.BlameTimestamp, "1767225600"},
		{"timestamp-with-fraction", form, header(timestampName, always(stamp+".0")), callbacks.BlameTimestamp, "1767225600"},
		{"timestamp-padded", form, header(timestampName, always("0"+stamp)), callbacks.BlameTimestamp, "1767225600"},
		{"timestamp-is-nothing", form, header(timestampName, always("now")), callbacks.BlameKey, "No key fits"},

		{"signature-url-safe", form, header(signatureName, strings.NewReplacer("+", "-", "/", "_").Replace), callbacks.BlameSignature, "URL-safe alphabet"},
		{"signature-unpadded", form, header(signatureName, func(s string) string { return strings.TrimRight(s, "=") }), callbacks.BlameSignature, "lacks the ="},
		{"signature-plus-lost", form, header(signatureName, strings.NewReplacer("+", " ").Replace), callbacks.BlameSignature, "spaces where"},
		{"signature-hex", form, header(signatureName, always(hex.EncodeToString(raw(stamp+"|"+form)))), callbacks.BlameSignature, "hexadecimal"},
		{"signature-quoted", form, header(signatureName, func(s string) string { return `"` + s + `"` }), callbacks.BlameSignature, "quotes"},
		{"signature-cut", form, header(signatureName, func(s string) string { return s[:40] }), callbacks.BlameSignature, "is 30 bytes"},
		{"signature-is-none", form, header(signatureName, always("v1a,!!")), callbacks.BlameSignature, "not base64"},

		{"line-break-added", form, becomes(func(s string) string { return s + "\n" }), callbacks.BlameBody, "A line break was added at its end."},
		{"line-break-lost", json + "\n", becomes(strings.TrimSpace), callbacks.BlameBody, "The line break at its end was taken away."},
		{"crlf-break-lost", json + "\r\n", becomes(strings.TrimSpace), callbacks.BlameBody, "The line break at its end was taken away."},
		{"crlf-made-lf", "{\r\n\"a\":1\r\n}", replaced("\r\n", "\n"), callbacks.BlameBody, "from CRLF into LF"},
		{"lf-made-crlf", "{\n\"a\":1\n}", replaced("\n", "\r\n"), callbacks.BlameBody, "from LF into CRLF"},
		{"space-around", form, becomes(func(s string) string { return "  " + s + " " }), callbacks.BlameBody, "Space was added"},
		{"byte-order-mark", json, becomes(func(s string) string { return "\ufeff" + s }), callbacks.BlameBody, "byte order mark"},

		{"spaces-percent", form, replaced("+", "%20"), callbacks.BlameEncoding, "from + into %20"},
		{"spaces-plus", strings.ReplaceAll(form, "+", "%20"), replaced("%20", "+"), callbacks.BlameEncoding, "from %20 into +"},
		{"decoded", form, becomes(always("CallSid=v3:a&CallerId=Zoë N&SpeechResult=four + one, yes!&From=+14155550123")), callbacks.BlameEncoding, "It was decoded"},
		{"escapes-small", form, replaced("%3A", "%3a", "%C3%AB", "%c3%ab", "%2B", "%2b", "%2C", "%2c"), callbacks.BlameEncoding, "small letters"},
		{"escapes-capital", strings.NewReplacer("%3A", "%3a", "%2B", "%2b", "%C3%AB", "%c3%ab", "%2C", "%2c").Replace(form), replaced("%3a", "%3A", "%2b", "%2B", "%c3%ab", "%C3%AB", "%2c", "%2C"), callbacks.BlameEncoding, "capitals"},
		{"marks-escaped", "Digits=*9&CallSid=a", replaced("*", "%2A"), callbacks.BlameEncoding, "Marks such as * and ( were escaped"},
		{"marks-decoded", "CallSid=a&Digits=%2A9", replaced("%2A", "*"), callbacks.BlameEncoding, "were decoded"},
		{"order-changed", "CallSid=a&Digits=9&From=b", becomes(always("From=b&CallSid=a&Digits=9")), callbacks.BlameEncoding, "another order"},

		{"json-laid-out", json, becomes(laidOut), callbacks.BlameEncoding, "laid out anew"},
		{"json-letters-escaped", json, replaced("ë", `\u00eb`), callbacks.BlameEncoding, "escaped as"},
		{"json-letters-unescaped", strings.ReplaceAll(json, "ë", `\u00eb`), replaced(`\u00eb`, "ë"), callbacks.BlameEncoding, "turned into letters"},
		{"json-letters-beyond", `{"a":"😀 \" \n"}`, replaced("😀", `\ud83d\ude00`), callbacks.BlameEncoding, "escaped as"},
		{"json-slashes-escaped", json, replaced("/", `\/`), callbacks.BlameEncoding, "slashes were escaped"},
		{"json-slashes-unescaped", strings.ReplaceAll(json, "/", `\/`), replaced(`\/`, "/"), callbacks.BlameEncoding, "were taken away"},

		{"gzip", form, becomes(zipped), callbacks.BlameEncoding, "gzip"},
		{"base64", form, becomes(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }), callbacks.BlameEncoding, "base64 here"},
		{"latin1-twice", json, replaced("ë", "Ã«"), callbacks.BlameEncoding, "taken for Latin-1"},
		{"latin1", json, replaced("ë", "\xeb"), callbacks.BlameEncoding, "turned into Latin-1"},
		{"get-made-post", "", becomes(always(form)), callbacks.BlameBody, "an empty body"},
		{"fields-in-query", form, func(r *callbacks.Captured) {
			r.Target += "?" + form
			becomes(always(""))(r)
		}, callbacks.BlameBody, "moved into the URL"},

		{"two-changes", form, becomes(func(s string) string { return strings.ReplaceAll(s, "+", "%20") + "\r\n" }), callbacks.BlameEncoding, "from + into %20"},
		{"body-and-timestamp", form, func(r *callbacks.Captured) {
			header(timestampName, always(stamp+"000"))(r)
			becomes(func(s string) string { return s + "\n" })(r)
		}, callbacks.BlameBody, "written 1767225600"},

		{"signed-body-alone", form, signatureOver(form), callbacks.BlameSigner, "the body alone"},
		{"signed-with-dot", form, signatureOver(stamp + "." + form), callbacks.BlameSigner, "Standard Webhooks"},
		{"signed-with-nothing", form, signatureOver(stamp + form), callbacks.BlameSigner, "nothing between"},
		{"signed-base64", form, signatureOver(base64.StdEncoding.EncodeToString([]byte(stamp + "|" + form))), callbacks.BlameSigner, "in base64"},

		{"get", "", func(r *callbacks.Captured) { r.Method = http.MethodGet }, callbacks.BlameMethod, "covers nothing of a GET"},
		{"another-account", form, header(signatureName, always(base64.StdEncoding.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32)), []byte(stamp+"|"+form))))), callbacks.BlameKey, "another account"},
		{"cut-off", form, func(r *callbacks.Captured) { r.Body = r.Body[:30] }, callbacks.BlameBody, "has 30 bytes, but Content-Length announced"},
		{"body-read-before", form, becomes(always("")), callbacks.BlameBody, "There is no body"},
		{"rewritten", form, becomes(strings.ToUpper), callbacks.BlameKey, "in a way that cannot be undone"},
	}
}

func laidOut(s string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(s), "", "  ") != nil {
		return s
	}
	return b.String()
}

func zipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(s)) // into memory
	_ = w.Close()
	return b.String()
}

// TestDiagnose does to requests what is known to happen to them, and holds the
// diagnosis against what a server makes of the same request.
func TestDiagnose(t *testing.T) {
	keys := []ed25519.PublicKey{anothers().Public().(ed25519.PublicKey), key(t, publicKey)}
	h := serve(t, &fakeCalls{}, callbacks.Options{Keys: keys})
	for _, tt := range diagnosisTests() {
		t.Run(tt.name, func(t *testing.T) {
			r := signedRequest(tt.body)
			tt.happens(&r)
			d := callbacks.Diagnose(r, keys, time.Unix(signedAt, 0))
			if d.Blame != tt.want {
				t.Errorf("blames %q, want %q: %s", d.Blame, tt.want, d.Says)
			}
			if !strings.Contains(d.Says+" "+d.Do, tt.says) {
				t.Errorf("%q is not in %q, %q", tt.says, d.Says, d.Do)
			}
			if fits := strings.Contains(d.Says, "The signature fits"); fits && d.Key != 1 {
				t.Errorf("key %d fits, want 1", d.Key)
			}
			r.Header.Del("Content-Length")
			refused := h.do(r.Method, r.Target, string(r.Body), r.Header).status == http.StatusForbidden
			if takes := d.Blame == callbacks.BlameNothing; takes == refused {
				t.Errorf("the server refuses it: %t, blamed is %q", refused, d.Blame)
			}
		})
	}
}

func TestDiagnose_clock(t *testing.T) {
	keys := []ed25519.PublicKey{key(t, publicKey)}
	tests := []struct {
		name    string
		arrived time.Duration // after it was signed
		want    callbacks.Blame
		says    string
	}{
		{"at-once", 0, callbacks.BlameNothing, "2026-01-01 00:00:00 UTC"},
		{"five-minutes", 300 * time.Second, callbacks.BlameNothing, ""},
		{"over-five-minutes", 301 * time.Second, callbacks.BlameClock, "arrived 5m1s later"},
		{"behind", -10 * time.Minute, callbacks.BlameClock, "arrived 10m0s earlier"},
		{"an-hour", time.Hour + 2*time.Second, callbacks.BlameClock, "time zone"},
		{"india", -(5*time.Hour + 30*time.Minute - time.Second), callbacks.BlameClock, "time zone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := callbacks.Diagnose(signedRequest(signedForm), keys, time.Unix(signedAt, 0).Add(tt.arrived))
			if d.Blame != tt.want || !strings.Contains(d.Says+d.Do, tt.says) {
				t.Errorf("blames %q, want %q: %s %s", d.Blame, tt.want, d.Says, d.Do)
			}
		})
	}
	t.Run("not-known", func(t *testing.T) {
		d := callbacks.Diagnose(signedRequest(signedForm), keys, time.Time{})
		if d.Blame != callbacks.BlameNothing || !d.At.Equal(time.Unix(signedAt, 0)) || !strings.Contains(d.Says, "more than five minutes away") {
			t.Errorf("%+v", d)
		}
	})
}

func TestDiagnose_withoutKeys(t *testing.T) {
	d := callbacks.Diagnose(signedRequest(signedForm), nil, time.Time{})
	if d.Blame != callbacks.BlameKey || !strings.Contains(d.Says, "no public key") {
		t.Errorf("%+v", d)
	}
}

func TestParseCaptured(t *testing.T) {
	tests := []struct{ name, text, method, target, body, sole string }{
		{"lf", "POST /a?b=c HTTP/1.1\nHost: x\n\nA=1", "POST", "/a?b=c", "A=1", "x"},
		{"crlf", "POST /a HTTP/1.1\r\nHost: x\r\n\r\nA=1\r\n\r\n", "POST", "/a", "A=1\r\n\r\n", "x"},
		{"editor-added-a-line", "POST /a HTTP/1.1\nHost: x\nContent-Length: 3\n\nA=1\n", "POST", "/a", "A=1", "x"},
		{"longer-than-announced", "POST /a HTTP/1.1\nHost: x\nContent-Length: 1\n\nA=1\n", "POST", "/a", "A=1\n", "x"},
		{"chunked", "POST /a HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n3\r\nA=1\r\n0\r\n\r\n", "POST", "/a", "A=1", "x"},
		{"chunked-undone", "POST /a HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\nA=1", "POST", "/a", "A=1", "x"},
		{"no-body", "GET /a HTTP/1.1\nHost: x", "GET", "/a", "", "x"},
		{"no-version", "\n\npost https://example.com/a\nhost:x\n\n", "POST", "https://example.com/a", "", "x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := callbacks.ParseCaptured([]byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if c.Method != tt.method || c.Target != tt.target || string(c.Body) != tt.body || c.Header.Get("Host") != tt.sole {
				t.Errorf("%+v", c)
			}
		})
	}
	for _, text := range []string{"", "hello", "POST\n\n", "A=1&B=2", "POST /a HTTP/1.1\nA=1", "POST /a HTTP/1.1\nHost: x\nnot a header\n\n"} {
		if _, err := callbacks.ParseCaptured([]byte(text)); err == nil {
			t.Errorf("%q is taken for a request", text)
		}
	}
}

// FuzzDiagnose holds that no capture can make it fail, and that whatever it
// finds nothing wrong with is what a server takes.
func FuzzDiagnose(f *testing.F) {
	for _, tt := range diagnosisTests() {
		r := signedRequest(tt.body)
		tt.happens(&r)
		var b bytes.Buffer
		b.WriteString(r.Method + " " + r.Target + " HTTP/1.1\n")
		_ = r.Header.Write(&b) // into memory
		b.WriteString("\n")
		b.Write(r.Body)
		f.Add(b.Bytes())
	}
	keys := []ed25519.PublicKey{key(f, publicKey)}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := callbacks.ParseCaptured(text)
		if err != nil || len(text) > 1<<10 {
			return
		}
		d := callbacks.Diagnose(r, keys, time.Unix(signedAt, 0))
		if d.Says == "" || d.Blame != callbacks.BlameNothing && d.Do == "" {
			t.Errorf("%+v", d)
		}
	})
}
