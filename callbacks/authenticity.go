package callbacks

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Mode says what becomes of a request that is not proven authentic.
type Mode int

// The modes of verification.
const (
	ModeOn      Mode = iota // it is refused
	ModeObserve             // it passes; that it would be refused is counted and logged
	ModeOff                 // it passes, and nothing is checked
)

// ParseMode reads on, observe or off.
func ParseMode(s string) (Mode, error) {
	for _, m := range []Mode{ModeOn, ModeObserve, ModeOff} {
		if s == m.String() {
			return m, nil
		}
	}
	return ModeOn, fmt.Errorf("callbacks: verification %q is not on, observe or off", s)
}

func (m Mode) String() string {
	switch m {
	case ModeOn:
		return "on"
	case ModeObserve:
		return "observe"
	case ModeOff:
		return "off"
	}
	return "Mode(" + strconv.Itoa(int(m)) + ")"
}

// errKey says what a Telnyx public key looks like.
var errKey = errors.New("callbacks: a public key is 32 bytes in base64, as the Telnyx portal shows it (44 characters, no PEM)")

// ParseKey reads a public key as the Telnyx portal shows it: standard base64
// of 32 bytes, not PEM. Space around it is ignored.
func ParseKey(s string) (ed25519.PublicKey, error) {
	key, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSpace(s))
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errKey
	}
	return key, nil
}

// Telnyx signs timestamp|body and sends both parts in these headers. Its Go
// SDK allows five minutes in both directions.
const (
	signatureHeader = "Telnyx-Signature-Ed25519"
	timestampHeader = "Telnyx-Timestamp"
	tolerance       = 300 // seconds
)

// guard decides whether a request is authentic.
type guard struct {
	mode     Mode
	keys     []ed25519.PublicKey
	fetchKey string
	now      func() time.Time
	observed atomic.Int64 // how many would have been refused
}

func newGuard(o Options) *guard {
	return &guard{mode: o.Verify, keys: slices.Clone(o.Keys), fetchKey: o.FetchKey, now: o.Now}
}

// observes reports whether what refusal finds is only written down.
func (g *guard) observes() bool { return g.mode == ModeObserve }

// refusal says in one sentence, without secrets, why a request is not
// authentic; "" is a request that is. With a key a POST must be signed, and
// nothing else helps it; a GET, whose fields no signature covers, must carry a
// ticket that holds or the fetch key. Without a key a request must have come
// straight to this machine.
func (g *guard) refusal(r *http.Request, body string, ticketHolds func() bool) string {
	switch {
	case g.mode == ModeOff:
		return ""
	case len(g.keys) == 0:
		return throughProxy(r)
	case r.Method == http.MethodPost:
		return g.signatureProblem(r.Header, body)
	case ticketHolds() || g.fetchKeyHolds(r.URL.RawQuery):
		return ""
	}
	return "A GET cannot be signed, so it needs the fetch key (?texml_key=) or the ticket of a URL that was handed out to this call; this one has neither that holds."
}

// fetchKeyHolds compares the fetch key in a time that tells nothing of it.
func (g *guard) fetchKeyHolds(query string) bool {
	values, _ := url.ParseQuery(query) // a query that is partly wrong still gives the rest
	given := sha256.Sum256([]byte(values.Get(fetchKeyField)))
	want := sha256.Sum256([]byte(g.fetchKey))
	return g.fetchKey != "" && subtle.ConstantTimeCompare(given[:], want[:]) == 1
}

// signatureProblem says why the headers do not sign the body; "" when they do.
func (g *guard) signatureProblem(h http.Header, body string) string {
	timestamp, problem := soleHeader(h, timestampHeader)
	if problem != "" {
		return problem
	}
	signature, problem := soleHeader(h, signatureHeader)
	if problem != "" {
		return problem
	}
	// Only the canonical decimal form: no sign, no leading zero, no fraction.
	at, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || at < 0 || strconv.FormatInt(at, 10) != timestamp {
		return "The telnyx-timestamp header is not a number of seconds since 1970."
	}
	if now := g.now().Unix(); at < now-tolerance || at > now+tolerance {
		return "The telnyx-timestamp header is more than five minutes away from this server's clock."
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(signature)
	if err != nil || len(raw) != ed25519.SignatureSize {
		return "The telnyx-signature-ed25519 header is not 64 bytes of standard base64."
	}
	if !g.signed([]byte(timestamp+"|"+body), raw) {
		return "The telnyx-signature-ed25519 header does not fit timestamp, body and public key: the key is another account's, or the body was changed on its way."
	}
	return ""
}

// signed reports whether one of the keys made signature over message.
func (g *guard) signed(message, signature []byte) bool {
	return slices.ContainsFunc(g.keys, func(key ed25519.PublicKey) bool {
		// Verify panics on a key of another size.
		return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, message, signature)
	})
}

// soleHeader returns the value of a header that must come exactly once.
func soleHeader(h http.Header, name string) (value, problem string) {
	values := h.Values(name)
	if len(values) > 1 {
		return "", "The " + strings.ToLower(name) + " header came more than once."
	}
	if len(values) == 1 {
		value = strings.TrimSpace(values[0])
	}
	if value == "" {
		return "", "The request is not signed: the " + strings.ToLower(name) + " header is missing."
	}
	return value, ""
}

// throughProxy says what shows that a request did not come straight to this
// machine; "" when nothing does.
func throughProxy(r *http.Request) string {
	const advice = "This server has no Telnyx public key, so it takes only requests that come straight to it on this machine; this one %s. Give it the account's public key, or turn verification off."
	if name := proxyHeader(r.Header); name != "" {
		return fmt.Sprintf(advice, "came through a proxy or tunnel (it has a "+name+" header)")
	}
	if !loopback(r.Host) {
		return fmt.Sprintf(advice, "was sent to a Host that is not loopback")
	}
	return ""
}

// proxyHeader returns a header that only proxies and tunnels write, or "".
func proxyHeader(h http.Header) string {
	for _, name := range []string{"Forwarded", "Via", "X-Real-Ip"} {
		if _, is := h[name]; is {
			return name
		}
	}
	for name := range h {
		if strings.HasPrefix(name, "X-Forwarded-") {
			return "X-Forwarded-…"
		}
	}
	return ""
}

// loopback reports whether a Host header, with or without a port, names this
// machine.
func loopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	if strings.EqualFold(strings.TrimSuffix(name, "."), "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(name)
	return err == nil && addr.Unmap().IsLoopback()
}
