package callbacks

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
)

// search tries what may have been signed until a key fits.
type search struct {
	keys []ed25519.PublicKey
	body []byte
}

// key is the index of the key that made signature over message; -1 for none.
func (s search) key(message, signature []byte) int {
	for i, key := range s.keys {
		if len(key) == ed25519.PublicKeySize && ed25519.Verify(key, message, signature) {
			return i
		}
	}
	return -1
}

// look finds what was signed: what Telnyx signs, first with everything as it
// came, then with one change of the body undone, then with two.
func (s search) look(r Captured, stamp string, signature []byte) Diagnosis {
	stamps := append([]string{stamp}, otherStamps(stamp)...)
	if d, found := s.timed(stamps, nil, r.Body, signature); found {
		return d
	}
	if d, found := s.otherMessages(stamp, signature); found {
		return d
	}
	known := alterations(r)
	for _, one := range known {
		if body, could := one.undo(r.Body); could {
			if d, found := s.timed(stamps, []alteration{one}, body, signature); found {
				return d
			}
		}
	}
	if d, found := s.twice(known, stamps, signature); found {
		return d
	}
	return s.nothingFits(r)
}

// twiceLimit keeps the many tries of two changes each to a second or so.
const twiceLimit = 64 << 10

// twice undoes two changes, one after the other.
func (s search) twice(known []alteration, stamps []string, signature []byte) (Diagnosis, bool) {
	if len(s.body) > twiceLimit {
		return Diagnosis{}, false
	}
	for _, first := range known {
		once, could := first.undo(s.body)
		if !could || len(once) > twiceLimit { // little text may unpack to much
			continue
		}
		for _, second := range known {
			body, could := second.undo(once)
			if !could {
				continue
			}
			if d, found := s.timed(stamps, []alteration{first, second}, body, signature); found {
				return d, true
			}
		}
	}
	return Diagnosis{}, false
}

// timed tries a body with each way to write the timestamp.
func (s search) timed(stamps []string, undone []alteration, body, signature []byte) (Diagnosis, bool) {
	for i, stamp := range stamps {
		key := s.key(append([]byte(stamp+"|"), body...), signature)
		if key < 0 {
			continue
		}
		d := Diagnosis{Key: key}
		if i > 0 {
			d.Blame = BlameTimestamp
			d.Says = fmt.Sprintf("The signature fits when the telnyx-timestamp header is written %s: it was changed on its way.", stamp)
			d.Do = "Hand the header on as it came: seconds since 1970, no more."
		}
		for _, a := range undone {
			d.Blame, d.Do = a.blame, a.do
			d.Says = joined(d.Says, a.was)
		}
		if len(undone) > 0 {
			d.Says = joined("The body is not the one that was signed.", d.Says)
		}
		return d, true
	}
	return Diagnosis{}, false
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

// otherStamps are other ways to write the same instant.
func otherStamps(stamp string) []string {
	at, _ := secondsOf(stamp)
	if at.IsZero() {
		return nil
	}
	var others []string
	for _, other := range []string{strconv.FormatInt(at.Unix(), 10), strconv.FormatInt(at.UnixMilli(), 10)} {
		if other != stamp {
			others = append(others, other)
		}
	}
	return others
}

// otherMessages tries what people sign who do not know what Telnyx signs.
func (s search) otherMessages(stamp string, signature []byte) (Diagnosis, bool) {
	body := string(s.body)
	for _, m := range []struct{ message, what string }{
		{body, "the body alone"},
		{stamp + "." + body, "timestamp and body with a dot between them, as Standard Webhooks do"},
		{stamp + body, "timestamp and body with nothing between them"},
		{base64.StdEncoding.EncodeToString([]byte(stamp + "|" + body)), "timestamp and body in base64"},
	} {
		if key := s.key([]byte(m.message), signature); key >= 0 {
			d := blame(BlameSigner, "The key fits, but what was signed is "+m.what+".", "Whoever signed this is not Telnyx, which signs timestamp|body.")
			d.Key = key
			return d, true
		}
	}
	return Diagnosis{}, false
}

// nothingFits is the end of the search. The length that was announced tells
// whether the body or the key is the likelier culprit.
func (s search) nothingFits(r Captured) Diagnosis {
	announced, err := strconv.Atoi(r.Header.Get("Content-Length"))
	switch {
	case err == nil && announced != len(r.Body):
		return blame(BlameBody,
			fmt.Sprintf("The body has %d bytes, but Content-Length announced %d: it was cut off or rewritten.", len(r.Body), announced),
			"Capture the request before anything reads it, and keep the bytes as they are.")
	case r.Method == http.MethodPost && len(r.Body) == 0:
		return blame(BlameBody, "There is no body, and the signature is of one that has something in it: something read the body before.",
			"Let whatever reads it first hand it on.")
	case len(s.keys) == 0:
		return blame(BlameKey, "There is no public key to try.", "Give the key of the account with --public-key: it is in the Telnyx portal under Keys & Credentials.")
	}
	return blame(BlameKey, "No key fits, whatever is undone: it is the key of another account, or the body was changed in a way that cannot be undone.",
		"Copy the public key of the account that the number belongs to from the Telnyx portal once more. If it is the same, capture the request nearer to Telnyx.")
}
