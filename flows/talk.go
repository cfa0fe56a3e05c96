package flows

import (
	"slices"
	"time"

	"texmlsrv/sessions"
)

// The talk of a call grows in two ways: an action brings the whole of a gather
// when it is over, and before that, events may tell of it message by message.
// Both are held against the talk as it was when the document was made, so that
// what was told already is not told twice.

// historyLimit and historyBytes bound the conversation that is carried along.
const (
	historyLimit = 40
	historyBytes = 8 << 10
)

// Heard gives a session that knows what an event told of the talk of its
// current turn: it takes the place of what earlier events told. What is said to
// a sensitive gather is not kept, nor anything of a step that is not served.
func (r *Release) Heard(s sessions.Session, told []sessions.Message) sessions.Session {
	d := r.decide(&s, time.Time{})
	if d.flow == nil || d.flow.Steps[s.Step] == nil || d.secretive(d.flow.Steps[s.Step]) {
		return s
	}
	before, _ := talk(&s)
	live := latest(spokenSince(before, d.flow.Defaults.Carry, tidyHistory(told)))
	s.History, s.Live = append(slices.Clip(before), live...), len(live)
	return s
}

// listen adds to the talk so far what a gather returned, and gives what was said
// in it. Where it returned nothing new, that is what events told. What is said
// to a sensitive gather is not carried along.
func (d *turn) listen(returned []sessions.Message) []sessions.Message {
	before, said := talk(&d.session)
	if since := spokenSince(before, d.flow.Defaults.Carry, returned); len(since) > 0 {
		said = since
	}
	if step := d.flow.Steps[d.session.Step]; !d.secretive(step) {
		d.session.History, d.session.Live = latest(append(slices.Clip(before), said...)), 0
	}
	return said
}

// settle ends what was known of a turn only while it lasted.
func (d *turn) settle() {
	s := &d.session
	s.History, s.Live, s.HeardAt = latest(s.History), 0, time.Time{}
	s.Partial, s.PartialAt = nil, time.Time{}
}

// talk is what was said before the current document was made, and what events
// told of since.
func talk(s *sessions.Session) (before, live []sessions.Message) {
	n := max(0, len(s.History)-s.Live)
	return s.History[:n], s.History[n:]
}

// spokenSince is what of a returned history is new. One that begins with the
// talk so far, as it was sent, repeats that; any other has only new messages.
func spokenSince(so []sessions.Message, sent bool, returned []sessions.Message) []sessions.Message {
	same := func(a, b sessions.Message) bool { return a.Role == b.Role && sentText(a) == sentText(b) }
	if sent && len(returned) >= len(so) && slices.EqualFunc(returned[:len(so)], so, same) {
		return returned[len(so):]
	}
	return returned
}

// latest keeps the end of a conversation, within its bounds.
func latest(messages []sessions.Message) []sessions.Message {
	size, from := 0, len(messages)
	for from > 0 && len(messages)-from < historyLimit {
		m := messages[from-1]
		if size += len(m.Role) + len(m.Content); size > historyBytes {
			break
		}
		from--
	}
	return slices.Clone(messages[from:])
}
