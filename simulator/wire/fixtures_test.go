package wire_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/simulator/wire"
)

// The two calls of the fixtures.
func callA() wire.Call {
	return wire.Call{
		SID: "v3:Qm4-7aT_zX1kR9-wLp0_Yb6cNvE2sHdU8fGjKi3oMtB5xCqWrA_-aQ", From: "+14155550123",
		LegID: "5b2c0e7a-9d41-4f0a-8a1b-0c7d2e3f4a51", SessionID: "0f9e8d7c-6b5a-4d3c-9e2f-1a0b9c8d7e6f",
	}.Filled()
}

func callB() wire.Call {
	return wire.Call{
		SID: "v3:h_2-Ls9dKfJ3gHaPqOwIeUrYtZxCvBnM0-_8765lkjhgfdsaQWERT-y_A", From: "zoe.desk4@sip.telnyx.com",
		CallerID: "Zoë Núñez", SessionID: "0f9e8d7c-6b5a-4d3c-9e2f-1a0b9c8d7e6f",
	}.Filled()
}

// newYear is the beginning of the calls of the fixtures.
var newYear = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func after(seconds float64) time.Time {
	return newYear.Add(time.Duration(seconds * float64(time.Second)))
}

func text(s string) *string { return &s }

// fixtures reads an archive of texts by name.
func fixtures(t testing.TB) map[string]string {
	t.Helper()
	archive, err := os.ReadFile("testdata/fixtures.txtar")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for part := range strings.SplitSeq(string(archive), "\n-- ") {
		if name, body, is := strings.Cut(part, " --\n"); is {
			found[name] = strings.TrimSuffix(body, "\n")
		}
	}
	return found
}

// less is a form without fields that a fixture does not have.
func less(v url.Values, names ...string) url.Values {
	for _, name := range names {
		v.Del(name)
	}
	return v
}

// TestFormFixtures sends what the fixtures of the reference are, byte for byte.
func TestFormFixtures(t *testing.T) {
	a, b, listed := callA(), callB(), wire.Encoding{Listed: true}
	sipA := a // F6 is of a SIP caller under the id of A
	sipA.From = b.From
	gathered := json.RawMessage(`{"name":"José Ibáñez","party_size":4,"when":"Friday?","note":"party > 4? yes"}`)
	talk := []wire.Message{
		{Role: "assistant", Content: "¿Cuántas personas son?"},
		{Role: "user", Content: "Somos cuatro, el viernes. José Ibáñez."},
	}
	completed := wire.Progress{Status: "completed", Sequence: 3, At: after(47), Began: after(1.204), Answered: after(5)}
	tests := []struct {
		name, target string
		encoding     wire.Encoding
		form         url.Values
	}{
		{"F1", "/texml/voice?tenant=acme%2Fnorth", wire.Encoding{}, a.Fetch()},
		{"F2", "", wire.Encoding{}, less(b.Fetch(), "CallStatus")},
		{"F3", "", listed, a.AIGather(wire.AIGather{Result: gathered, History: talk})},
		{"F4", "/texml/intake/done?step=2", listed, a.AIGather(wire.AIGather{
			Result: json.RawMessage(`{"party_size":4,"name":"José Ibáñez"}`), Shape: wire.Bare, Alphabet: wire.Unpadded,
		})},
		{"F5", "", listed, a.AIGather(wire.AIGather{Status: "invalid"})},
		{"F6", "", wire.Encoding{}, sipA.Gather(wire.Gather{Digits: text("04*9")})},
		{"F7", "", wire.Encoding{}, a.Gather(wire.Gather{Speech: text("Sí, mañana a las siete & media"), Confidence: 0.87})},
		{"F8", "", wire.Encoding{}, less(a.Status(completed), "CallerId", "OccurredAt", "UserId")},
		{"F9", "", wire.Encoding{}, b.ConversationEnded(wire.Conversation{
			ID: "3e1d2c4b-5a69-4788-9706-a5b4c3d2e1f0", Duration: 17 * time.Second,
			Messages: []wire.Message{{Role: "assistant", Content: "Hi, your name please?"}, {Role: "user", Content: "Łukasz"}},
		}.Said(after(6)))},
		{"F10", "", wire.Encoding{}, a.Recording(wire.Recording{
			SID: "c2a1f0de-7b6c-4e5d-8f9a-0b1c2d3e4f50", Length: 12 * time.Second, Channels: 2,
			URL: "https://media.example.net/rec/a%20b.mp3?X-Expires=600&X-Sig=Ab%2Bc%2Fd%3D",
		})},
		{"F13", "", wire.Encoding{}, a.Cost("0.0106")},
	}
	want := fixtures(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.encoding.Encode(test.form)
			if test.target != "" {
				got = wire.WithQuery(test.target, got)
			}
			if diff := cmp.Diff(strings.Split(want[test.name], "&"), strings.Split(got, "&")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestEventFixtures is the same for JSON.
func TestEventFixtures(t *testing.T) {
	a := callA()
	name := wire.Message{Role: "assistant", Content: "Name?"}
	partial := a.PartialResults(after(12.345678), json.RawMessage(`{"name":"José"}`), []wire.Message{name, {Role: "user", Content: "José"}})
	partial.ID, partial.ClientState = "a4f3e2d1-0c9b-4a87-b654-3210fedcba98", "w6l0YXQ9MQ=="
	partial.DeliveredTo = "https://app.example.com/events"
	ended := a.AIGatherEnded(after(20.000001), wire.AIGather{Status: "client_error", History: []wire.Message{name}})
	ended.ID, ended.Attempt = "b5a4f3e2-1d0c-4b9a-8765-43210fedcba9", 2
	ended.DeliveredTo = "https://backup.example.com/events"
	want := fixtures(t)
	for fixture, event := range map[string]wire.Event{"F11": partial, "F12": ended} {
		if diff := cmp.Diff(want[fixture], string(event.JSON())); diff != "" {
			t.Errorf("%s (-want +got)\n%s", fixture, diff)
		}
	}
}

// TestSignatureVectors proves signatures against those of the reference.
func TestSignatureVectors(t *testing.T) {
	key, at := wire.TestKey(), time.Unix(1767225600, 0)
	if got, want := wire.PublicKey(key), "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="; got != want {
		t.Errorf("public key %s, want %s", got, want)
	}
	bodies := fixtures(t)
	for name, want := range map[string]string{
		"F6":  "rtKUauBtMWvEsN2fw1ojviiv+1VNG+rYoHHhDwkyqKQEBRVvtzSvcf3fEiqsqtx7VTwXq263R6KhXI67SaO0Bg==",
		"F11": "sN7PCKDOk7Pzc9Kw9P2jlAgHm2YIoWolozSC62w4W3Fp0z/6JnixQQGoER5uVBGnrX8i8uDq8k0+DjTZ/lR/CA==",
		"GET": "eG8QjRH4P5UpyUnjdQ3O7YIMT5vuVDQDTUjesOBpsv77Uts8qL5Z1tBYT5LgsaG0AYwO4I5PBQjV1j1UDZX6DQ==",
	} {
		header := wire.Sign(key, at, []byte(bodies[name]))
		if got := header.Get("telnyx-signature-ed25519"); got != want {
			t.Errorf("%s: signature %s, want %s", name, got, want)
		}
		if got := header.Get("telnyx-timestamp"); got != "1767225600" {
			t.Errorf("%s: timestamp %s", name, got)
		}
	}
}

func TestParseKey(t *testing.T) {
	key := wire.TestKey()
	for name, given := range map[string]string{
		"seed":  "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
		"whole": base64.StdEncoding.EncodeToString(key),
		"space": " AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
	} {
		if got, err := wire.ParseKey(given); err != nil || !got.Equal(key) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for _, given := range []string{"", "not base64", "AAEC", "-----BEGIN PRIVATE KEY-----"} {
		if _, err := wire.ParseKey(given); err == nil {
			t.Errorf("%q is taken for a key", given)
		}
	}
}
