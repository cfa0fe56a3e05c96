package callbacks_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"strings"
	"testing"

	"texmlsrv/callbacks"
)

// der is the wrapping of a key.
func der(t *testing.T, key any) []byte {
	t.Helper()
	wrap := x509.MarshalPKIXPublicKey
	if _, private := key.(ed25519.PrivateKey); private {
		wrap = x509.MarshalPKCS8PrivateKey
	}
	raw, err := wrap(key)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestKeyMistake(t *testing.T) {
	private := ed25519.NewKeyFromSeed(seed)
	public := private.Public().(ed25519.PublicKey)
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	std := base64.StdEncoding.EncodeToString
	inPEM := func(kind string, key any) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der(t, key)}))
	}
	tests := []struct {
		name, text, says string
		meant            bool // the key can be told all the same
	}{
		{"right", publicKey, "", true},
		{"space-around", "\n " + publicKey + " ", "", true},
		{"empty", "", "is empty", false},
		{"quotes", `"` + publicKey + `"`, "quotes", true},
		{"hex", hex.EncodeToString(public), "in hexadecimal", true},
		{"url-safe", strings.NewReplacer("+", "-", "/", "_").Replace(publicKey), "another kind of base64", true},
		{"unpadded", strings.TrimRight(publicKey, "="), "another kind of base64", true},
		{"pem", inPEM("PUBLIC KEY", public), "wrapping", true},
		{"pem-with-backslash-n", strings.ReplaceAll(inPEM("PUBLIC KEY", public), "\n", `\n`), "wrapping", true},
		{"pem-cut", "-----BEGIN PUBLIC KEY-----", "cut off", false},
		{"der", std(der(t, public)), "wrapping", true},
		{"other-kind", inPEM("PUBLIC KEY", &other.PublicKey), "another kind: Telnyx", false},
		{"private-pem", inPEM("PRIVATE KEY", private), "a private key, which is a secret", false},
		{"private-der", std(der(t, private)), "a private key, which is a secret", false},
		{"private", std(private), "64 bytes", false},
		{"private-seed", std(bytes.Repeat([]byte{2}, 32)), "no point", false},
		{"api-key", "KEY0123456789ABCDEF_abcdefghij", "API key", false},
		{"short", std(public[:20]), "20 bytes", false},
		{"words", "my public key!", "neither base64", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			says, meant := callbacks.KeyMistake(tt.text)
			if (says == "") != (tt.says == "") || !strings.Contains(says, tt.says) {
				t.Errorf("says %q, want %q", says, tt.says)
			}
			if got := meant.Equal(public); got != tt.meant || !got && meant != nil {
				t.Errorf("means %x", meant)
			}
		})
	}
}

// TestKeyMistake_takesEveryKey holds that no key of an account is called none.
func TestKeyMistake_takesEveryKey(t *testing.T) {
	none := 0
	for i := range 200 {
		s := bytes.Repeat([]byte{byte(i), byte(i >> 4)}, 16)
		if says, _ := callbacks.KeyMistake(callbacks.KeyText(ed25519.NewKeyFromSeed(s).Public().(ed25519.PublicKey))); says != "" {
			t.Errorf("seed %x: %s", s, says)
		}
		if says, _ := callbacks.KeyMistake(base64.StdEncoding.EncodeToString(s)); says != "" {
			none++
		}
	}
	if none < 50 {
		t.Errorf("of 200 private keys %d were told", none)
	}
}
