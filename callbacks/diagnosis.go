package callbacks

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Blame is what makes a signature fail.
type Blame string

// What can be to blame.
const (
	BlameNothing   Blame = ""          // the signature holds
	BlameHeaders   Blame = "headers"   // one of the two headers is missing, or came twice
	BlameTimestamp Blame = "timestamp" // the timestamp header is not written as Telnyx writes it
	BlameSignature Blame = "signature" // the signature header is not written as Telnyx writes it
	BlameEncoding  Blame = "encoding"  // the body was decoded and encoded anew
	BlameBody      Blame = "body"      // the body was changed otherwise
	BlameSigner    Blame = "signer"    // something else was signed than Telnyx signs
	BlameClock     Blame = "clock"     // it was signed too long before or after it arrived
	BlameMethod    Blame = "method"    // a GET, whose fields no signature covers
	BlameKey       Blame = "key"       // no key fits, whatever is tried
)

// Diagnosis is why the signature of a request fails.
type Diagnosis struct {
	Blame Blame
	Says  string    // what is wrong, or that nothing is, in a sentence or two
	Do    string    // what to do; "" where there is nothing to do
	Key   int       // index of the key that made the signature; -1 when none did
	At    time.Time // when it was signed; zero when that cannot be told
}

// Diagnose tells which part of a request is to blame for its signature: it
// undoes what proxies and frameworks are known to do to a request until the
// signature fits one of the keys. A request for which it says BlameNothing is
// one that a server with these keys takes, if its clock is right. Arrived is
// when the request came in, to judge the clock by; zero is not known.
func Diagnose(r Captured, keys []ed25519.PublicKey, arrived time.Time) Diagnosis {
	stamp, signature, found := signatureHeaders(r.Header)
	if !found.fine() {
		return found
	}
	s := search{keys: keys, body: r.Body}
	at, canonical := secondsOf(stamp)
	raw, spelling := signatureOf(signature)
	if raw == nil {
		return blame(BlameSignature, spelling, "Look for what cuts or rewrites the telnyx-signature-ed25519 header on its way.")
	}
	d := s.look(r, stamp, raw)
	d.At = at
	switch {
	case !d.fine():
	case spelling != "":
		d.Blame, d.Says = BlameSignature, "The signature fits, but its header "+spelling+"."
		d.Do = "Hand the header on as it came: standard base64, with + / and =."
	case !canonical:
		d.Blame, d.Says = BlameTimestamp, "The signature fits, but the telnyx-timestamp header is not a plain number of seconds since 1970."
		d.Do = "Hand the header on as it came."
	case r.Method == http.MethodGet:
		d.Blame, d.Says = BlameMethod, "The signature is genuine, but it covers nothing of a GET: the fields are in the URL, and only a body is signed."
		d.Do = "Set the method of the URL in the Telnyx portal to POST, or put ?texml_key= into the URL."
	default:
		d = d.judge(at, arrived)
	}
	return d
}

func blame(b Blame, says, do string) Diagnosis {
	return Diagnosis{Blame: b, Says: says, Do: do, Key: -1}
}

// fine reports whether nothing is to blame.
func (d Diagnosis) fine() bool { return d.Blame == BlameNothing }

// judge holds the time of a signature that fits against that of its arrival.
func (d Diagnosis) judge(at, arrived time.Time) Diagnosis {
	signed := at.UTC().Format("2006-01-02 15:04:05 UTC")
	if arrived.IsZero() {
		d.Says = "The signature fits. It was made at " + signed + "; a server whose clock is more than five minutes away from that refuses it."
		return d
	}
	off := arrived.Sub(at).Round(time.Second)
	d.Says = "The signature fits. It was made at " + signed + "."
	if off.Abs() <= tolerance*time.Second {
		return d
	}
	d.Blame = BlameClock
	d.Says = fmt.Sprintf("The signature fits, but it was made at %s, and the request arrived %s.", signed, apart(off))
	d.Do = "Set the clock of this server by NTP. If it is right, the request was held up on its way, or somebody sent it again."
	if rest := off.Abs() % (30 * time.Minute); off.Abs() >= 30*time.Minute && min(rest, 30*time.Minute-rest) < 30*time.Second {
		d.Do = "That is a time zone: a clock that shows local time is taken for UTC. " + d.Do
	}
	return d
}

// apart is how far an arrival is from its signature, in words.
func apart(off time.Duration) string {
	if off < 0 {
		return (-off).String() + " earlier"
	}
	return off.String() + " later"
}

// signatureHeaders takes the two headers out of a request, exactly as they
// came but for the space around them.
func signatureHeaders(h http.Header) (stamp, signature string, d Diagnosis) {
	stamp, problem := soleHeader(h, timestampHeader)
	if problem == "" {
		signature, problem = soleHeader(h, signatureHeader)
	}
	if problem == "" {
		return stamp, signature, Diagnosis{Key: -1}
	}
	do := "If Telnyx sent the request, a proxy in between dropped its headers: let it pass all that begin with telnyx-."
	for _, name := range headerNames(h) {
		if lookalike(name) {
			do = "There is a header " + name + ", which is not the name that Telnyx uses: whoever renames it must stop."
		}
	}
	if len(h.Values(timestampHeader)) > 1 || len(h.Values(signatureHeader)) > 1 {
		do = "A proxy in between adds the header again: each must come once."
	}
	return "", "", blame(BlameHeaders, problem, do)
}

func headerNames(h http.Header) []string {
	var names []string
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// lookalike reports whether a header may be one of the two under another name.
func lookalike(name string) bool {
	lower := strings.ToLower(name)
	if http.CanonicalHeaderKey(name) == timestampHeader || http.CanonicalHeaderKey(name) == signatureHeader {
		return false
	}
	return strings.Contains(lower, "telnyx") && (strings.Contains(lower, "signature") || strings.Contains(lower, "timestamp")) ||
		lower == "webhook-signature" || lower == "webhook-timestamp"
}

// secondsOf reads a timestamp however it is written: seconds, milliseconds, or
// a date. It is canonical when Telnyx writes it so.
func secondsOf(stamp string) (at time.Time, canonical bool) {
	if n, err := strconv.ParseInt(stamp, 10, 64); err == nil {
		if n > 1e11 {
			return time.UnixMilli(n), false
		}
		return time.Unix(n, 0), n >= 0 && strconv.FormatInt(n, 10) == stamp
	}
	if f, err := strconv.ParseFloat(stamp, 64); err == nil && f > 0 && f < 1e11 {
		return time.Unix(int64(f), 0), false
	}
	for _, layout := range []string{time.RFC3339Nano, http.TimeFormat, "2006-01-02 15:04:05"} {
		if at, err := time.Parse(layout, stamp); err == nil {
			return at, false
		}
	}
	return time.Time{}, false
}

// signatureOf reads a signature however it is written, and says how if it is
// not as Telnyx writes it. Without bytes it says what is wrong.
func signatureOf(text string) (raw []byte, spelling string) {
	if raw, err := base64.StdEncoding.Strict().DecodeString(text); err == nil && len(raw) == ed25519.SignatureSize {
		return raw, ""
	}
	if raw, err := hex.DecodeString(text); err == nil && len(raw) == ed25519.SignatureSize {
		return raw, "is written in hexadecimal"
	}
	plain := strings.Trim(text, `"'`)
	raw, err := decodeBase64(plain)
	switch {
	case err != nil:
		return nil, "The telnyx-signature-ed25519 header is not base64."
	case len(raw) != ed25519.SignatureSize:
		return nil, fmt.Sprintf("The telnyx-signature-ed25519 header is %d bytes in base64, and a signature has 64.", len(raw))
	case plain != text:
		return raw, "stands in quotes"
	case strings.ContainsAny(text, "-_"):
		return raw, "is in the URL-safe alphabet of base64"
	case strings.Contains(text, " "):
		return raw, "has spaces where base64 has a plus"
	}
	return raw, "lacks the = at its end"
}
