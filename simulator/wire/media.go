package wire

import (
	"net/url"
	"strconv"
	"time"
)

// Conference is something that happened in a conference.
type Conference struct {
	Event    string // conference-start, participant-leave; others are likely, but unpublished
	Room     string
	SID      string // default derived from Room
	Label    string // of the participant; may be empty
	Sequence int
	At       time.Time
}

// Conference is a conference callback.
func (c Call) Conference(e Conference) url.Values {
	setDefault(&e.SID, "conf_"+Call{Seed: c.Seed}.NewUUID("conference " + e.Room)[:8])
	return with(c.party(), "ConferenceSid", e.SID, "FriendlyName", e.Room, "SequenceNumber", strconv.Itoa(e.Sequence),
		"StatusCallbackEvent", e.Event, "Timestamp", seconds(e.At), "CallingPartyType", "customer",
		"FromSipUri", c.fromSIP(), "ToSipUri", c.toSIP(), "ParticipantLabel", e.Label)
}

// Siprec tells of a SIPREC session: siprec-started, siprec-stopped or
// siprec-failed, which has an error.
func (c Call) Siprec(event, problem string, at time.Time) url.Values {
	return form("AccountSid", c.AccountSID, "CallSid", c.SID, "SiprecSid", c.NewUUID("siprec"),
		"SiprecEvent", event, "SiprecError", problem, "Timestamp", seconds(at))
}

// Stream tells of a media stream: stream-started, stream-stopped or
// stream-error, which has an error.
func (c Call) Stream(event, name, problem string, at time.Time) url.Values {
	return with(c.ids(), "StreamSid", c.NewUUID("stream "+name), "StreamName", name,
		"StreamEvent", event, "StreamError", problem, "Timestamp", seconds(at))
}
