package callbacks_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"texmlsrv/callbacks"
)

func TestParseMode(t *testing.T) {
	for _, s := range []string{"on", "observe", "off"} {
		m, err := callbacks.ParseMode(s)
		if err != nil || m.String() != s {
			t.Errorf("ParseMode(%q) = %v, %v", s, m, err)
		}
	}
	for _, s := range []string{"", "ON", "true"} {
		if m, err := callbacks.ParseMode(s); err == nil || m != callbacks.ModeOn {
			t.Errorf("ParseMode(%q) = %v, %v, want on and an error", s, m, err)
		}
	}
}

func TestParseKey(t *testing.T) {
	if k := key(t, " "+publicKey+"\n"); !k.Equal(ed25519.NewKeyFromSeed(seed).Public()) {
		t.Errorf("ParseKey gave another key: %x", k)
	}
	for _, s := range []string{"", "A6EHv", publicKey[:40] + "====", "-----BEGIN PUBLIC KEY-----", publicKey + publicKey} {
		if _, err := callbacks.ParseKey(s); err == nil || strings.Contains(err.Error(), "A6EHv") {
			t.Errorf("ParseKey(%q) gives the error %v", s, err)
		}
	}
}

// The vectors of the reference: made outside of this code.
func TestSignature_vectors(t *testing.T) {
	h := signedServer(t, &fakeCalls{})
	const ofF6 = "rtKUauBtMWvEsN2fw1ojviiv+1VNG+rYoHHhDwkyqKQEBRVvtzSvcf3fEiqsqtx7VTwXq263R6KhXI67SaO0Bg=="
	header := http.Header{"Telnyx-Timestamp": {"1767225600"}, "Telnyx-Signature-Ed25519": {ofF6}}
	if got := h.do("POST", "/texml/booking", bodyOf(t, "f06-digits"), header); got.status != http.StatusOK {
		t.Errorf("F6 is answered %d %q", got.status, got.body)
	}
	header.Set("Telnyx-Signature-Ed25519", "sN7PCKDOk7Pzc9Kw9P2jlAgHm2YIoWolozSC62w4W3Fp0z/6JnixQQGoER5uVBGnrX8i8uDq8k0+DjTZ/lR/CA==")
	if got := h.do("POST", "/webhooks", bodyOf(t, "webhook-f11-partial-results"), header); got.status != http.StatusOK {
		t.Errorf("F11 is answered %d %q", got.status, got.body)
	}
	// A GET's signature is over nothing, and proves nothing of its fields.
	const ofNothing = "eG8QjRH4P5UpyUnjdQ3O7YIMT5vuVDQDTUjesOBpsv77Uts8qL5Z1tBYT5LgsaG0AYwO4I5PBQjV1j1UDZX6DQ=="
	header.Set("Telnyx-Signature-Ed25519", ofNothing)
	if got := h.do("GET", "/texml/booking?CallSid=a", "", header); got.status != http.StatusForbidden {
		t.Errorf("a signed GET is answered %d, want 403", got.status)
	}
	// The signature of an empty body is good; there is no call in it.
	if got := h.do("POST", "/texml/booking", "", header); got.status != http.StatusBadRequest {
		t.Errorf("a signed empty body is answered %d, want 400", got.status)
	}
}

// signedServer verifies with the key of the vectors, and has a key it replaces.
func signedServer(t *testing.T, fake *fakeCalls) *harness {
	t.Helper()
	old := key(t, base64.StdEncoding.EncodeToString(make([]byte, 32)))
	return serve(t, fake, callbacks.Options{Keys: []ed25519.PublicKey{old, key(t, publicKey)}, FetchKey: "fetch"})
}

func TestSignature_edges(t *testing.T) {
	const body = "CallSid=v3:a"
	with := func(name string, values ...string) func(http.Header) {
		return func(h http.Header) { h[name] = values }
	}
	const timestamp, signature = "Telnyx-Timestamp", "Telnyx-Signature-Ed25519"
	good := sign(body, signedAt).Get(signature)
	tests := []struct {
		name, body string
		at         int64
		change     func(http.Header)
		says       string // of the 403; "" is 200
	}{
		{"good", body, signedAt, nil, ""},
		{"body-with-a-trailing-newline", body + "&x=\n", signedAt, nil, ""},
		{"300-s-behind", body, signedAt - 300, nil, ""},
		{"301-s-behind", body, signedAt - 301, nil, "five minutes"},
		{"300-s-ahead", body, signedAt + 300, nil, ""},
		{"301-s-ahead", body, signedAt + 301, nil, "five minutes"},
		{"space-around-the-signature", body, signedAt, with(signature, " "+good+" "), ""},
		{"no-signature", body, signedAt, with(signature), "telnyx-signature-ed25519 header is missing"},
		{"empty-signature", body, signedAt, with(signature, ""), "telnyx-signature-ed25519 header is missing"},
		{"no-timestamp", body, signedAt, with(timestamp), "telnyx-timestamp header is missing"},
		{"timestamp-is-text", body, signedAt, with(timestamp, "yesterday"), "not a number"},
		{"timestamp-is-negative", body, signedAt, with(timestamp, "-1767225600"), "not a number"},
		{"timestamp-is-padded", body, signedAt, with(timestamp, "01767225600"), "not a number"},
		{"timestamp-has-a-fraction", body, signedAt, with(timestamp, "1767225600.0"), "not a number"},
		{"timestamp-beyond-64-bits", body, signedAt, with(timestamp, "99999999999999999999"), "not a number"},
		{"timestamp-at-the-end-of-64-bits", body, signedAt, with(timestamp, "9223372036854775807"), "five minutes"},
		{"another-timestamp", body, signedAt, with(timestamp, "1767225601"), "does not fit"},
		{"two-timestamps", body, signedAt, with(timestamp, "1767225600", "1767225600"), "more than once"},
		{"two-signatures", body, signedAt, with(signature, good, good), "more than once"},
		{"signature-in-url-safe-base64", body, signedAt, with(signature, strings.Repeat("-_", 43)+"=="), "64 bytes of standard base64"},
		{"signature-too-short", body, signedAt, with(signature, "AAAA"), "64 bytes of standard base64"},
		{"signature-with-a-prefix", body, signedAt, with(signature, "v1a,"+good), "64 bytes of standard base64"},
		{"signature-of-another-body", body, signedAt, with(signature, sign("CallSid=v3:b", signedAt).Get(signature)), "does not fit"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := &fakeCalls{}
			header := sign(tt.body, tt.at)
			if tt.change != nil {
				tt.change(header)
			}
			got := signedServer(t, fake).do("POST", "/texml/booking", tt.body, header)
			if tt.says == "" {
				if got.status != http.StatusOK || fake.received() != 1 {
					t.Errorf("reply = %d %q, want 200", got.status, got.body)
				}
				return
			}
			if got.status != http.StatusForbidden || !strings.Contains(got.body, tt.says) || fake.received() != 0 {
				t.Errorf("reply = %d %q, want 403 with %q; %d reached calls", got.status, got.body, tt.says, fake.received())
			}
		})
	}
}

// What a proxy or another account changed.
func TestSignature_tampered(t *testing.T) {
	const body = "CallSid=v3:a&To=%2B13125550188"
	tests := []struct{ name, sent string }{
		{"sorted-anew", "To=%2B13125550188&CallSid=v3:a"},
		{"escaped-anew", "CallSid=v3%3Aa&To=%2B13125550188"},
		{"newline-added", body + "\n"},
		{"zipped", "\x1f\x8b\x08\x00\x00\x00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := signedServer(t, &fakeCalls{}).do("POST", "/texml/booking", tt.sent, sign(body, signedAt))
			if got.status != http.StatusForbidden || !strings.Contains(got.body, "does not fit") {
				t.Errorf("reply = %d %q, want 403", got.status, got.body)
			}
		})
	}
	t.Run("wrong-account", func(t *testing.T) {
		other, _, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		h := serve(t, &fakeCalls{}, callbacks.Options{Keys: []ed25519.PublicKey{other}})
		if got := h.do("POST", "/texml/booking", body, sign(body, signedAt)); got.status != http.StatusForbidden {
			t.Errorf("status = %d, want 403", got.status)
		}
	})
	t.Run("key-of-another-size", func(t *testing.T) {
		h := serve(t, &fakeCalls{}, callbacks.Options{Keys: []ed25519.PublicKey{{1, 2, 3}}})
		if got := h.do("POST", "/texml/booking", body, sign(body, signedAt)); got.status != http.StatusForbidden {
			t.Errorf("status = %d, want 403", got.status)
		}
	})
}

// way is how a request of the matrix comes.
type way struct {
	name, method, path string
	signed             bool
	header             http.Header
	keyed, keyless     bool // whether it passes with keys, without
}

func ways() []way {
	const ticketURL, sid = "/texml/booking/party/3.action.", "CallSid=v3:a"
	forwarded := http.Header{"X-Forwarded-For": {"203.0.113.9"}}
	return []way{
		{"post-signed", "POST", "/texml/booking", true, nil, true, true},
		{"post-signed-ticket-fails", "POST", ticketURL + "bad", true, nil, true, true},
		{"post-signed-through-a-proxy", "POST", "/texml/booking", true, forwarded, true, false},
		{"post-unsigned", "POST", "/texml/booking", false, nil, false, true},
		{"post-unsigned-ticket-holds", "POST", ticketURL + "good", false, nil, false, true},
		{"post-unsigned-fetch-key", "POST", "/texml/booking?texml_key=fetch", false, nil, false, true},
		{"post-unsigned-through-a-proxy", "POST", "/texml/booking", false, forwarded, false, false},
		{"callback-unsigned", "POST", "/callbacks/status", false, nil, false, true},
		{"webhook-signed", "POST", "/webhooks", true, nil, true, true},
		{"webhook-unsigned", "POST", "/webhooks", false, nil, false, true},
		{"webhook-unsigned-through-a-proxy", "POST", "/webhooks/", false, forwarded, false, false},
		{"get-webhook-bare", "GET", "/webhooks?call_control_id=v3:a", false, nil, false, true},
		{"get-webhook-fetch-key", "GET", "/webhooks?texml_key=fetch&call_control_id=v3:a", false, nil, true, true},
		{"get-bare", "GET", "/texml/booking?" + sid, false, nil, false, true},
		{"get-signed", "GET", "/texml/booking?" + sid, true, nil, false, true},
		{"get-fetch-key", "GET", "/texml/booking?texml_key=fetch&" + sid, false, nil, true, true},
		{"get-fetch-key-wrong", "GET", "/texml/booking?texml_key=fetcH&" + sid, false, nil, false, true},
		{"get-fetch-key-empty", "GET", "/texml/booking?texml_key=&" + sid, false, nil, false, true},
		{"get-ticket-holds", "GET", ticketURL + "good?" + sid, false, nil, true, true},
		{"get-ticket-of-another-call", "GET", ticketURL + "good?CallSid=v3:b", false, nil, false, true},
		{"get-ticket-fails", "GET", ticketURL + "bad?" + sid, false, nil, false, true},
		{"get-ticket-fails-fetch-key", "GET", ticketURL + "bad?texml_key=fetch&" + sid, false, nil, true, true},
		{"get-callback-bare", "GET", "/callbacks/status?" + sid, false, nil, false, true},
		{"get-callback-fetch-key", "GET", "/callbacks/status?texml_key=fetch&" + sid, false, nil, true, true},
		{"get-ticket-through-a-proxy", "GET", ticketURL + "good?" + sid, false, forwarded, true, false},
		{"get-forwarded", "GET", "/texml?" + sid, false, http.Header{"Forwarded": {"for=203.0.113.9"}}, false, false},
		{"get-via", "GET", "/texml?" + sid, false, http.Header{"Via": {"1.1 proxy"}}, false, false},
		{"get-real-ip", "GET", "/texml?" + sid, false, http.Header{"X-Real-Ip": {"203.0.113.9"}}, false, false},
		{"get-forwarded-proto", "GET", "/texml?" + sid, false, http.Header{"X-Forwarded-Proto": {"https"}}, false, false},
		{"get-tunnel", "GET", "/texml?" + sid, false, http.Header{"Host": {"abc.tunnel.example"}}, false, false},
		{"get-rebound-name", "GET", "/texml?" + sid, false, http.Header{"Host": {"localhost.example:8080"}}, false, false},
		{"get-private-address", "GET", "/texml?" + sid, false, http.Header{"Host": {"192.168.1.4:8080"}}, false, false},
		{"get-localhost", "GET", "/texml?" + sid, false, http.Header{"Host": {"LOCALHOST:8080"}}, false, true},
		{"get-loopback-v6", "GET", "/texml?" + sid, false, http.Header{"Host": {"[::1]"}}, false, true},
		{"get-loopback-127-9", "GET", "/texml?" + sid, false, http.Header{"Host": {"127.9.9.9:1"}}, false, true},
	}
}

// Every way a request can come, under every mode, with keys and without.
func TestAuthenticity(t *testing.T) {
	for _, mode := range []callbacks.Mode{callbacks.ModeOn, callbacks.ModeObserve, callbacks.ModeOff} {
		for _, keyed := range []bool{true, false} {
			for _, w := range ways() {
				t.Run(fmt.Sprintf("%s/keyed-%t/%s", mode, keyed, w.name), func(t *testing.T) {
					authentic := keyed && w.keyed || !keyed && w.keyless
					checkAuthenticity(t, mode, keyed, w, authentic)
				})
			}
		}
	}
}

func checkAuthenticity(t *testing.T, mode callbacks.Mode, keyed bool, w way, authentic bool) {
	t.Helper()
	fake := &fakeCalls{ticket: "3.action.good", sid: "v3:a"}
	o := callbacks.Options{Verify: mode, FetchKey: "fetch"}
	if keyed {
		o.Keys = []ed25519.PublicKey{key(t, publicKey)}
	}
	h := serve(t, fake, o)
	body := ""
	if w.method == http.MethodPost {
		body = "CallSid=v3:a"
	}
	header := http.Header{}
	if w.signed {
		header = sign(body, signedAt)
	}
	for name, values := range w.header {
		header[name] = values
	}
	got := h.do(w.method, w.path, body, header)

	want, received := http.StatusOK, 1
	if mode == callbacks.ModeOn && !authentic {
		want, received = http.StatusForbidden, 0
	}
	if got.status != want || fake.received() != received {
		t.Errorf("status = %d, want %d; %d requests reached calls: %s", got.status, want, fake.received(), got.body)
	}
	if observed := strings.Contains(h.logs.String(), `"would_refuse_total":1`); observed != (mode == callbacks.ModeObserve && !authentic) {
		t.Errorf("observed = %t:\n%s", observed, h.logs)
	}
	if strings.Contains(got.body, "fetch&") || strings.Contains(got.body, "=fetch") || strings.Contains(got.body, publicKey) {
		t.Errorf("a secret is in %q", got.body)
	}
}

// What is not authentic is not even read: its faults are not told.
func TestAuthenticity_comesFirst(t *testing.T) {
	h := signedServer(t, &fakeCalls{})
	for _, body := range []string{"", "CallSid=a+b", "a[b=1"} {
		if got := h.do("POST", "/texml/no-such-flow", body, nil); got.status != http.StatusForbidden {
			t.Errorf("%q: status = %d, want 403", body, got.status)
		}
	}
}

// Observing goes on counting.
func TestAuthenticity_observeCounts(t *testing.T) {
	h := serve(t, &fakeCalls{}, callbacks.Options{Verify: callbacks.ModeObserve, Keys: []ed25519.PublicKey{key(t, publicKey)}})
	for range 3 {
		h.do("POST", "/texml/booking", "CallSid=v3:a", nil)
	}
	logs := h.logs.String()
	for _, want := range []string{`"would_refuse_total":3`, `"would_refuse":"The request is not signed`, `"level":"WARN"`} {
		if !strings.Contains(logs, want) {
			t.Errorf("the log has no %s:\n%s", want, logs)
		}
	}
}
