package calls

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// Kinds of events that mean something here; there are others, and will be more.
const (
	EventAIGatherEnded  = "call.ai_gather.ended"
	EventAIGatherFailed = "call.ai_gather.failed"
	EventGatherEnded    = "call.gather.ended"

	EventConversationEnded = "call.conversation.ended"
	ConversationEnded      = "conversation_ended" // the same, as a status callback tells it
)

// Event is an event of the platform in our words: what a JSON webhook told. Of
// the fields only those are filled that its kind has.
type Event struct {
	sessions.Event        // which one; Turn is that of its client state
	Flow, Step     string // that its client state names, if it is ours

	Status    string // how a gather, a playback … ended, in snake_case
	Result    any    // of an AI gather: decoded JSON, not held against any schema; nil for none
	Malformed bool   // there was a result, but it was not readable
	Digits    *string
	History   []sessions.Message // what was said, as far as it tells
	Partial   sessions.Values    // what an AI gather has so far; nil where it does not tell

	Reason       string  // why a call or a conversation ended, in the platform's word
	Seconds      float64 // how long it was
	AnsweredBy   string  // of machine detection, in snake_case
	Conversation string  // the id of an AI conversation
	Ending       string  // the call is over: the final word, as of a status callback; "" while it is not
	Parked       bool    // the call waits for commands, and fetches no documents
	Connection   string  // the id of the application or connection that it came by
}

// Event takes an event: into the timeline of its call, and into the session
// what it tells of the current turn, and that the call is over. One that was
// taken already adds nothing. It never begins a call: one of an unknown call is
// kept for a while. r.Event is never nil.
func (s *Service) Event(ctx context.Context, r Request) error {
	p := s.take(r)
	session, early, err := p.load(ctx)
	if err != nil {
		return err
	}
	entry := p.entry(sessions.EntryEvent)
	entry.Event, entry.Request.Via = &r.Event.Event, ""
	entry.Ended, entry.AnsweredBy = r.Event.Ending, r.Event.AnsweredBy
	if session == nil {
		if slices.ContainsFunc(early, func(e sessions.Entry) bool { return idOf(&e) == p.id() }) {
			return nil
		}
		if r.Event.Parked {
			entry.Notes = append(entry.Notes, parkedNote)
			p.explainParked()
		}
	}
	if _, err = p.change(ctx, session, entry, p.taken); err != nil && !errors.Is(err, sessions.ErrNotFound) {
		return err
	}
	return nil
}

// id tells an event from others. One that has none is known by its text.
func (p *placing) id() string { return cmp.Or(p.request.Event.ID, p.request.Fingerprint) }

// idOf is the id of the event that an entry is of; "" for any other entry.
func idOf(e *sessions.Entry) string {
	if e.Event == nil || e.Request == nil {
		return ""
	}
	return cmp.Or(e.Event.ID, e.Request.Fingerprint)
}

// joined is a decision that knows of the events which came before the call.
func joined(d flows.Decision, early []sessions.Entry) flows.Decision {
	for i := range early {
		if id := idOf(&early[i]); id != "" {
			d.Session.Take(id)
		}
	}
	return d
}

// taken is a session that knows what the event tells. The entry says why what
// is told does not count.
func (p *placing) taken(s sessions.Session, entry *sessions.Entry) (sessions.Session, bool) {
	e := p.request.Event
	if s.Took(p.id()) {
		return s, false
	}
	s.Take(p.id())
	if e.AnsweredBy != "" {
		s.Call.AnsweredBy = e.AnsweredBy
	}
	s.Assisted = s.Assisted && !e.endsTalk()
	if len(e.History) > 0 || e.Partial != nil || e.answers() {
		if why := e.strange(&s); why != "" {
			entry.Notes = append(entry.Notes, why)
		} else {
			s = p.keep(p.learned(s, entry), entry)
		}
	}
	if e.Ending != "" && !s.Ended() {
		s.EndedAt, s.Ending = p.Now(), e.Ending
	}
	return s, true
}

// notAsked is why an event belongs to no turn.
const notAsked = "nothing that it could be of was asked in this turn"

// strange says why an event does not belong to the current turn; "" when it
// does. Its client state tells, or the talk that it is of; without them, it is of
// the gather that the document asks for, if it occurred after the document was
// sent. A gather that was asked before the call was over may have its result
// told afterwards.
func (e *Event) strange(s *sessions.Session) string {
	brings := e.answers() && (e.Result != nil || e.Digits != nil && *e.Digits != "") && s.Ask.Asks() && !s.Wrapped
	switch {
	case s.Ended() && !brings:
		return "the call was over"
	case e.Turn != 0 && (e.Turn != s.Turn || e.Flow != s.Flow || e.Step != s.Step):
		return fmt.Sprintf("it is of turn %d, the step %s/%s", e.Turn, e.Flow, e.Step)
	case e.tied(s):
		return ""
	case s.Command != nil && s.Command.Conversation != "" && e.Conversation != "":
		return "it is of another talk"
	case e.At.IsZero():
		return "it does not say when it occurred"
	case !e.At.After(s.SentAt):
		return "it occurred before the document of this turn was sent"
	case !s.Ask.Has("AIGather") && !s.Ask.Has("Connect") && e.Kind != EventGatherEnded:
		return notAsked
	case e.Kind != EventGatherEnded && e.answers() && e.Result == nil && !e.Malformed && e.ofBefore(s):
		return "it is the end of an earlier talk"
	}
	return ""
}

// ofBefore reports whether the end of a talk must be that of the turn before: it
// is told about when the action comes that led to this turn, and with an action
// that was fast, a little later. A talk of this turn begins after its document
// was sent, takes a moment, and says something that was not said before.
func (e *Event) ofBefore(s *sessions.Session) bool {
	if e.At.Before(s.SentAt.Add(settleTime)) {
		return true
	}
	began := e.At.Add(-time.Duration(e.Seconds * float64(time.Second)))
	known := s.History[:max(0, len(s.History)-s.Live)]
	return began.Before(s.SentAt.Add(-settleTime)) || len(e.History) > 0 && endsWith(known, e.History)
}

// endsWith reports whether the last of what was told are the last words known.
func endsWith(known, told []sessions.Message) bool {
	n := min(len(told), 2)
	return len(known) >= n && slices.Equal(known[len(known)-n:], told[len(told)-n:])
}

// learned adds to a session what an event of the current turn tells: each time
// all that is known so far, so that the youngest one counts.
func (p *placing) learned(s sessions.Session, entry *sessions.Entry) sessions.Session {
	e := p.request.Event
	partial := e.Partial != nil && !e.At.Before(s.PartialAt)
	talk := len(e.History) > 0 && !e.At.Before(s.HeardAt)
	if partial {
		s.Partial, s.PartialAt = e.Partial, e.At
	}
	if talk {
		p.goOnWith(&s)
		s = p.release.Heard(s, e.History)
		s.HeardAt = e.At
	}
	if !partial && !talk && (e.Partial != nil || len(e.History) > 0) {
		entry.Notes = append(entry.Notes, "something younger was told before")
	}
	return s
}
