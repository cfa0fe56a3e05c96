// Package wire is what Telnyx sends, to the byte: the form of every kind of
// request, the JSON events, and the signature over both.
//
// It exists so that everything that plays Telnyx (the simulated platform,
// texmlsrv trigger, tests) sends the same requests, and so that what Telnyx's
// pages say of a field is written down once. It knows nothing of documents:
// who sends what when is decided elsewhere. Where the pages leave a choice
// open, the caller of this package makes it.
package wire

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
)

// Call holds the ids and parties of one call, or of one leg that a call
// dialed. Use Filled before anything else: it derives what is empty.
type Call struct {
	Seed uint64 // of what is not given; the same seed gives the same call

	SID          string // CallSid, and call_control_id of events
	AccountSID   string // UUID of the account; the same for every seed
	ConnectionID string // 19 digits, of the TeXML application; the same for every seed
	LegID        string // UUID
	SessionID    string // UUID, shared by the legs of a call

	From, To   string // E.164 numbers or SIP addresses, without sip:
	CallerID   string // display name or number; default From
	Type       string // pstn or sip; default by From
	Direction  string // outbound is sent along with a fetch; anything else is not
	AnsweredBy string // machine detection, in Telnyx's words: human, machine_start …; "" was not asked for
	Parent     string // SID of the call that dialed this leg; "" for none
}

// What every call has in common unless it says otherwise.
const (
	defaultAccount    = "7c1e5b0a-52f4-4a0e-9d3a-1f6c2b8d4e90"
	defaultConnection = "2087654321098765432"
	defaultTo         = "+13125550188"
)

// Filled is the call with everything that is empty derived from its seed.
func (c Call) Filled() Call {
	setDefault(&c.AccountSID, defaultAccount)
	setDefault(&c.ConnectionID, defaultConnection)
	setDefault(&c.To, defaultTo)
	setDefault(&c.SID, c.newSID("call"))
	setDefault(&c.LegID, c.NewUUID("leg"))
	setDefault(&c.SessionID, c.NewUUID("session"))
	setDefault(&c.From, fmt.Sprintf("+141555501%02d", c.Seed%100))
	setDefault(&c.CallerID, c.From)
	if c.Type == "" {
		c.Type = "pstn"
		if strings.Contains(c.From, "@") {
			c.Type = "sip"
		}
	}
	return c
}

// Leg is the n-th leg (1, 2 …) that this call dials: to a number or SIP
// address, with ids of its own and this call as its parent.
func (c Call) Leg(n int, to string) Call {
	leg := Call{
		Seed: c.Seed, AccountSID: c.AccountSID, ConnectionID: c.ConnectionID, SessionID: c.SessionID,
		From: c.From, To: to, CallerID: c.CallerID, Type: c.Type, Parent: c.SID,
	}
	leg.SID = leg.newSID(fmt.Sprintf("leg %d of %s", n, c.SID))
	leg.LegID = leg.NewUUID(fmt.Sprintf("leg %d of %s", n, c.LegID))
	return leg.Filled()
}

// newSID is a CallSid in Telnyx's present form: v3: and 54 characters of
// URL-safe base64.
func (c Call) newSID(of string) string {
	sum := sha512.Sum512(c.digestible(of))
	return "v3:" + base64.RawURLEncoding.EncodeToString(sum[:40])
}

// NewUUID is an id that belongs to this call: the same for the same seed,
// CallSid and purpose.
func (c Call) NewUUID(of string) string {
	sum := sha256.Sum256(c.digestible(of))
	sum[6] = sum[6]&0x0f | 0x40
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

func (c Call) digestible(of string) []byte {
	return append(binary.BigEndian.AppendUint64(nil, c.Seed), c.SID+"\x00"+of...)
}

func setDefault(s *string, to string) {
	if *s == "" {
		*s = to
	}
}

// form makes values of alternating names and values, leaving out what is empty.
func form(pairs ...string) url.Values {
	v := url.Values{}
	add(v, pairs...)
	return v
}

func add(v url.Values, pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
}

// ids are the fields that name a call, in almost every form.
func (c Call) ids() url.Values {
	return form("AccountSid", c.AccountSID, "CallSid", c.SID, "CallSidLegacy", c.SID)
}

// party are ids, connection, from and to.
func (c Call) party() url.Values {
	v := c.ids()
	add(v, "ConnectionId", c.ConnectionID, "From", c.From, "To", c.To)
	return v
}

// with adds alternating names and values to a form, leaving out what is empty.
func with(v url.Values, pairs ...string) url.Values {
	add(v, pairs...)
	return v
}
