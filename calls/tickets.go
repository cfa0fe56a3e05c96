package calls

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"texmlsrv/flows"
)

// tokenBytes is how much of the HMAC a ticket carries: 128 bits.
const tokenBytes = 16

// Ticket says which turn a request belongs to and how it was reached.
type Ticket struct {
	Turn  int
	Via   string
	Owner string // of an aside: the call it belongs to, whichever leg asks
}

// Tickets makes and opens tickets: `turn.via.token`, the token being an HMAC
// over call, flow, step, turn and way. The first secret signs; all of them are
// accepted, so that a secret can be changed while calls run.
type Tickets struct {
	secrets [][]byte
}

// NewTickets takes one secret or more.
func NewTickets(secrets ...[]byte) Tickets { return Tickets{secrets: slices.Clone(secrets)} }

// Make is the ticket for a link in the document of a turn.
func (t Tickets) Make(callSID, flow, step string, ticket Ticket) string {
	turn := strconv.Itoa(ticket.Turn)
	made := token(t.secrets[0], callSID, flow, step, turn, ticket.Via)
	if ticket.Via == flows.ViaAside {
		made = base64.RawURLEncoding.EncodeToString([]byte(callSID)) + ownerMark + made
	}
	return turn + "." + ticket.Via + "." + made
}

// ownerMark parts the owning call from the token in the ticket of an aside:
// the leg that asks has a CallSid of its own.
const ownerMark = "~"

// vias are the ways that a ticket can name.
var vias = []string{flows.ViaAction, flows.ViaInvalid, flows.ViaNext, flows.ViaStep, flows.ViaPush, flows.ViaAside}

// Open reads a ticket; ok is false when it is not one of ours for that call,
// flow and step.
func (t Tickets) Open(callSID, flow, step, raw string) (ticket Ticket, ok bool) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 || !slices.Contains(vias, parts[1]) {
		return Ticket{}, false
	}
	turn, err := strconv.Atoi(parts[0])
	if err != nil || turn < 1 || strconv.Itoa(turn) != parts[0] {
		return Ticket{}, false
	}
	ticket = Ticket{Turn: turn, Via: parts[1]}
	if ticket.Via == flows.ViaAside {
		owner, made, _ := strings.Cut(parts[2], ownerMark)
		sid, err := base64.RawURLEncoding.DecodeString(owner)
		if err != nil || base64.RawURLEncoding.EncodeToString(sid) != owner { // many spellings decode alike
			return Ticket{}, false
		}
		callSID, parts[2], ticket.Owner = string(sid), made, string(sid)
	}
	for _, secret := range t.secrets {
		if hmac.Equal([]byte(parts[2]), []byte(token(secret, callSID, flow, step, parts[0], parts[1]))) {
			return ticket, true
		}
	}
	return Ticket{}, false
}

// FetchKey is the secret that the portal's URL carries, so that a document
// fetch by GET, which no signature covers, can be told from a stranger's.
func (t Tickets) FetchKey() string {
	mac := hmac.New(sha256.New, t.secrets[0])
	mac.Write([]byte("texmlsrv fetch key"))
	return hex.EncodeToString(mac.Sum(nil)[:tokenBytes])
}

func token(secret []byte, fields ...string) string {
	mac := hmac.New(sha256.New, secret)
	for _, f := range fields { // with their lengths, so that no two lists give the same bytes
		var length [4]byte
		binary.BigEndian.PutUint32(length[:], uint32(len(f)))
		mac.Write(length[:])
		mac.Write([]byte(f))
	}
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:tokenBytes])
}
