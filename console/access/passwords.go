package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// What a password costs whoever guesses: 19 MiB and two passes, as OWASP asks
// for at least. A sign-in takes a tenth of a second.
const (
	memory  = 19 << 10 // KiB
	passes  = 2
	threads = 1
	saltLen = 16
	keyLen  = 32
)

// What a line of the users file may cost the server at most.
const (
	memoryMost = 256 << 10 // KiB
	passesMost = 16
	lenMost    = 64
)

const (
	atOnce  = 2  // passwords that are tried at the same time: each takes its memory
	inQueue = 32 // and that wait for their turn
)

// ErrBusy says that too many people sign in at once.
var ErrBusy = errors.New("access: too many people sign in just now")

// hashed is a password as the users file holds it.
type hashed struct {
	memory, passes uint32
	threads        uint8
	salt, key      []byte
}

// HashPassword is what the users file says of a password: a PHC string of
// argon2id. It differs each time.
func HashPassword(password string) string {
	salt := make([]byte, saltLen)
	_, _ = rand.Read(salt) // never fails
	key := argon2.IDKey([]byte(password), salt, passes, memory, threads, keyLen)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, threads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// parseHashed reads a PHC string.
func parseHashed(text string) (hashed, error) {
	var h hashed
	parts := strings.Split(text, "$")
	switch {
	case len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id":
		return h, errors.New("the password must be hashed: texmlsrv users add prints the line")
	case parts[2] != "v="+strconv.Itoa(argon2.Version):
		return h, fmt.Errorf("this version of argon2id is not known: %s", parts[2])
	}
	var err error
	if h.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil || len(h.salt) < 8 || len(h.salt) > lenMost {
		return h, errors.New("the salt of the password is damaged")
	}
	if h.key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(h.key) < 16 || len(h.key) > lenMost {
		return h, errors.New("the hash of the password is damaged")
	}
	return h, h.costs(parts[3])
}

// costs reads what a password costs: m=19456,t=2,p=1.
func (h *hashed) costs(text string) error {
	values := [3]uint64{}
	most := [3]uint64{memoryMost, passesMost, 16}
	parts := strings.Split(text, ",")
	if len(parts) != len(values) {
		return fmt.Errorf("the cost of the password must look like m=19456,t=2,p=1, not %q", text)
	}
	for i, name := range []string{"m=", "t=", "p="} {
		number, found := strings.CutPrefix(parts[i], name)
		n, err := strconv.ParseUint(number, 10, 32)
		if !found || err != nil || n == 0 || n > most[i] {
			return fmt.Errorf("the cost of the password must look like m=19456,t=2,p=1, and be no more than m=%d,t=%d,p=%d", most[0], most[1], most[2])
		}
		values[i] = n
	}
	h.memory, h.passes, h.threads = uint32(values[0]), uint32(values[1]), uint8(values[2])
	return nil
}

// is reports whether a password is the one that was hashed.
func (h hashed) is(password string) bool {
	key := argon2.IDKey([]byte(password), h.salt, h.passes, h.memory, h.threads, uint32(len(h.key)))
	return subtle.ConstantTimeCompare(key, h.key) == 1
}

// tries lets a few passwords be tried at a time.
type tries struct{ queue, running chan struct{} }

func newTries() *tries {
	return &tries{queue: make(chan struct{}, inQueue), running: make(chan struct{}, atOnce)}
}

// is reports whether a password is the one that was hashed, when its turn has
// come.
func (t *tries) is(ctx context.Context, h hashed, password string) (bool, error) {
	select {
	case t.queue <- struct{}{}:
		defer func() { <-t.queue }()
	default:
		return false, ErrBusy
	}
	select {
	case t.running <- struct{}{}:
		defer func() { <-t.running }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	return h.is(password), nil
}
