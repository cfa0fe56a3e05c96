package callbacks

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// apiKey is how the API keys of Telnyx begin.
var apiKey = regexp.MustCompile(`^KEY[0-9A-Za-z_]{10,}$`)

// KeyMistake tells what a text is that should be a public key. Mistake is a
// sentence, "" for a text that ParseKey takes and that can be a key of Telnyx;
// meant is the public key that the text holds in another form, nil where it
// holds none. Neither repeats a secret.
func KeyMistake(text string) (mistake string, meant ed25519.PublicKey) {
	text = strings.TrimSpace(text)
	if key, err := ParseKey(text); err == nil {
		if !onCurve(key) {
			return "These 32 bytes are no point of Ed25519: a private key, perhaps. Copy the public key from the Telnyx portal.", nil
		}
		return "", key
	}
	switch {
	case text == "":
		return "The key is empty.", nil
	case apiKey.MatchString(text):
		return "This is an API key, which is a secret. The public key stands in the Telnyx portal under Keys & Credentials, Public Key.", nil
	case strings.Contains(text, "-----BEGIN"):
		return pemMistake(text)
	case strings.Trim(text, `"'`) != text:
		_, meant = KeyMistake(strings.Trim(text, `"'`))
		return "The key stands in quotes that have become part of it.", meant
	}
	if raw, err := hex.DecodeString(text); err == nil {
		return bytesMistake(raw, "in hexadecimal")
	}
	raw, err := decodeBase64(text)
	if err != nil {
		return "This is neither base64 nor anything else that keys are written in.", nil
	}
	return bytesMistake(raw, "in another kind of base64")
}

// bytesMistake tells what bytes are by their number and form.
func bytesMistake(raw []byte, written string) (string, ed25519.PublicKey) {
	switch {
	case len(raw) == ed25519.PublicKeySize && onCurve(raw):
		return "The key is written " + written + ".", raw
	case len(raw) == ed25519.PrivateKeySize:
		return "This is 64 bytes: a private key, or a signature. A public key has 32.", nil
	}
	return derMistake(raw)
}

// pemMistake tells what a PEM block holds.
func pemMistake(text string) (string, ed25519.PublicKey) {
	block, _ := pem.Decode([]byte(strings.ReplaceAll(text, `\n`, "\n")))
	if block == nil {
		return "This is PEM that is cut off or on one line. Telnyx shows the key in base64, without PEM.", nil
	}
	return derMistake(block.Bytes)
}

// derMistake tells what a key with its wrapping is.
func derMistake(raw []byte) (string, ed25519.PublicKey) {
	if any, err := x509.ParsePKIXPublicKey(raw); err == nil {
		if key, is := any.(ed25519.PublicKey); is {
			return "The key has the wrapping of PEM or DER around it.", key
		}
		return "This is a public key of another kind: Telnyx signs with Ed25519.", nil
	}
	if _, err := x509.ParsePKCS8PrivateKey(raw); err == nil {
		return "This is a private key, which is a secret and must not be here. The public key of Telnyx is wanted.", nil
	}
	return fmt.Sprintf("This is %d bytes, and a public key has 32: it is cut off, or something else.", len(raw)), nil
}

// onCurve reports whether 32 bytes are a point of Ed25519, as every public key
// is and half of all other bytes are not: -x²+y² = 1+d·x²·y² has an x.
func onCurve(key []byte) bool {
	p := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	reversed := make([]byte, len(key))
	for i, b := range key {
		reversed[len(key)-1-i] = b
	}
	reversed[0] &= 0x7f // the sign of x
	y := new(big.Int).SetBytes(reversed)
	d := new(big.Int).ModInverse(big.NewInt(121666), p)
	d.Mul(d, big.NewInt(-121665)).Mod(d, p)
	yy := new(big.Int).Mul(y, y)
	above := new(big.Int).Sub(yy, big.NewInt(1))
	below := new(big.Int).Mul(d, yy)
	below.Add(below, big.NewInt(1)).Mod(below, p)
	below.ModInverse(below, p) // never zero: -1/d is no square
	xx := above.Mul(above, below)
	return big.Jacobi(xx.Mod(xx, p), p) >= 0
}

// KeyText is a public key as the Telnyx portal shows it.
func KeyText(key ed25519.PublicKey) string { return base64.StdEncoding.EncodeToString(key) }
