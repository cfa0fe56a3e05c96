package telnyx

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"strconv"
)

// Key is an API key of Telnyx. However it is printed, logged or encoded, it is
// not shown.
type Key string

// hidden is what is shown of a key.
const hidden = "•••"

func (Key) String() string { return hidden }

// GoString hides the key from %#v.
func (Key) GoString() string { return strconv.Quote(hidden) }

// LogValue hides the key from logs.
func (Key) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the key from JSON and YAML.
func (Key) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// CommandID makes a command_id of what tells one command from every other: the
// call, the turn, the step. The same parts give the same id, so a command that is
// sent again after a crash, or by another instance, is carried out once; Telnyx
// remembers an id for 60 seconds. Two commands that are both meant need different
// parts, also when they say the same.
func CommandID(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return uuid(h.Sum(nil), 8) // version 8: of our own making
}

// randomID is a UUID of chance, as Telnyx advises.
func randomID() string {
	b := make([]byte, 16)
	rand.Read(b) // it never fails
	return uuid(b, 4)
}

// uuid writes the first 16 bytes as a UUID of a version.
func uuid(b []byte, version byte) string {
	b = append([]byte(nil), b[:16]...)
	b[6] = b[6]&0x0f | version<<4
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b)
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
