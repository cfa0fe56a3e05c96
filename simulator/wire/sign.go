package wire

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers that Telnyx signs with.
const (
	SignatureHeader = "Telnyx-Signature-Ed25519"
	TimestampHeader = "Telnyx-Timestamp"
)

// Content types of what Telnyx posts.
const (
	FormType = "application/x-www-form-urlencoded"
	JSONType = "application/json"
)

// UserAgent is what Telnyx calls itself on webhooks.
const UserAgent = "telnyx-webhooks"

// Sign gives the two headers that sign a body (empty on a GET) at an instant:
// Ed25519 over seconds|body, in standard base64.
func Sign(key ed25519.PrivateKey, at time.Time, body []byte) http.Header {
	seconds := strconv.FormatInt(at.Unix(), 10)
	signature := ed25519.Sign(key, append([]byte(seconds+"|"), body...))
	return http.Header{
		TimestampHeader: {seconds},
		SignatureHeader: {base64.StdEncoding.EncodeToString(signature)},
	}
}

// TestKey is a private key that everybody knows: it proves nothing, and is for
// servers that were started with its public key to be tried out.
func TestKey() ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = byte(i)
	}
	return ed25519.NewKeyFromSeed(seed)
}

// ParseKey reads a private key: base64 of its seed of 32 bytes, or of seed and
// public key.
func ParseKey(text string) (ed25519.PrivateKey, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	switch {
	case err == nil && len(raw) == ed25519.SeedSize:
		return ed25519.NewKeyFromSeed(raw), nil
	case err == nil && len(raw) == ed25519.PrivateKeySize:
		return ed25519.NewKeyFromSeed(raw[:ed25519.SeedSize]), nil
	}
	return nil, fmt.Errorf("wire: a private key is 32 or 64 bytes in base64")
}

// PublicKey is the public key of a private one as the Telnyx portal shows it:
// 32 bytes in standard base64.
func PublicKey(key ed25519.PrivateKey) string {
	return base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
}
