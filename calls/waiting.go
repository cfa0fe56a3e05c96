package calls

import (
	"context"
	"slices"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/telnyx/commands"
)

// An answer can come twice: by the action of a verb, and by an event. It can
// come by event alone, because live reports know AIGathers whose action never
// arrived, and because a command has no action. So an event that brings an
// answer to the current turn is kept in the session for a moment, in which the
// action may come and is answered as ever. Then the turn is decided with what
// the event brought.

const (
	actionGrace = time.Second // in which an action may follow its event
	// settleTime is how long after a document the end of a talk still is that
	// of the talk before: it is told a little after the action that led here.
	settleTime = time.Second
	// repeatTime is how long after a document a result that says the same as
	// the last answer is taken for the event of that answer.
	repeatTime = 5 * time.Second
)

// What an event is worth as an answer. A better one takes the place of a poorer.
const (
	worthEnd     = iota + 1 // the talk is over, and nobody says what came of it
	worthOutcome            // the gather is over and has no result
	worthResult
)

// hungUp is how a gather ended that somebody left.
const hungUp = "call_hangup"

// worth is what an answer that waits is worth.
func worth(w *sessions.Waiting) int {
	switch {
	case w.Kind == "digits" && w.Digits == "" && w.Status == hungUp:
		return worthEnd
	case w.Kind != "ai" || w.Result != nil:
		return worthResult
	case w.Event.Kind == EventAIGatherEnded || w.Event.Kind == EventAIGatherFailed:
		return worthOutcome
	}
	return worthEnd
}

// answers reports whether an event of this kind can be the answer of a turn.
func (e *Event) answers() bool {
	switch e.Kind {
	case EventAIGatherEnded, EventAIGatherFailed, EventGatherEnded:
		return true
	}
	return e.endsTalk()
}

// endsTalk reports whether an event tells that an AI conversation is over.
func (e *Event) endsTalk() bool {
	return e.Kind == EventConversationEnded || e.Kind == ConversationEnded
}

// asking is the verb that an event can answer, of those that the turn asks; ""
// for none. How the talk with an assistant ended is an answer only where a
// command began it: the Connect of a document has its action.
func (e *Event) asking(s *sessions.Session) string {
	verbs := []string{"AIGather"}
	switch {
	case e.Kind == EventGatherEnded:
		verbs = []string{"Gather"}
	case e.endsTalk() && s.Command != nil && s.Command.Name == commands.AIAssistantStart:
		verbs = append(verbs, "Connect")
	}
	for _, verb := range verbs {
		if s.Ask.Has(verb) {
			return verb
		}
	}
	return ""
}

// brings is what the event brings as the answer of the current turn, to which it
// belongs (see strange). why says why that is no answer; both are empty for an
// event that never is one.
func (e *Event) brings(s *sessions.Session) (w *sessions.Waiting, why string) {
	if !e.answers() {
		return nil, ""
	}
	tied := e.tied(s)
	w = &sessions.Waiting{Event: e.Event, Kind: "ai", Status: e.Status}
	switch verb := e.asking(s); {
	case verb == "" && s.Ask.Has("Connect"):
		return nil, ""
	case verb == "":
		return nil, notAsked
	case verb == "Gather" && !tied:
		return nil, "it does not say which turn it is of"
	case verb == "Gather":
		w.Kind = "digits"
		if e.Digits != nil {
			w.Digits = *e.Digits
		}
	case verb == "Connect":
		w.Kind, w.Reason = "connect", e.Reason
	case e.endsTalk():
		w.Status = "no_input"
	case e.Kind == EventAIGatherFailed: // whatever it says, it is trouble
		w.Status = "failed"
	case !tied && e.Result != nil && !flows.Fits(s.Ask, e.Result):
		return nil, "its result does not fit what was asked"
	case !tied && e.Result != nil && e.At.Before(s.SentAt.Add(repeatTime)) && flows.Repeats(s.Ask, s.Answer, e.Result):
		return nil, "it says again what was answered in the turn before"
	default:
		w.Result, w.Malformed = e.Result, e.Malformed
	}
	return w, ""
}

// tied reports whether the event says itself that it is of the current turn: by
// its client state, or by the talk that the turn's command began.
func (e *Event) tied(s *sessions.Session) bool {
	return e.Turn == s.Turn || s.Command != nil && e.Conversation != "" && e.Conversation == s.Command.Conversation
}

// certain reports whether no action can follow the event: a command asked, and
// this is its result. Whoever hung up may still be told of.
func (e *Event) certain(s *sessions.Session, w *sessions.Waiting) bool {
	if s.Command == nil || !e.tied(s) || worth(w) == worthEnd || e.Status == hungUp {
		return false
	}
	switch s.Command.Name {
	case commands.GatherUsingAI:
		return w.Kind == "ai"
	case commands.Gather, commands.GatherUsingAudio, commands.GatherUsingSpeak:
		return w.Kind == "digits"
	}
	return w.Kind == "connect"
}

// keep has what the event brings wait in the session, unless something that is
// worth as much waits there already.
func (p *placing) keep(s sessions.Session, entry *sessions.Entry) sessions.Session {
	e := p.request.Event
	w, why := e.brings(&s)
	switch {
	case why != "":
		entry.Notes = append(entry.Notes, why)
		return s
	case w == nil:
		return s
	case s.Waiting != nil && worth(s.Waiting) >= worth(w):
		entry.Notes = append(entry.Notes, "another event has brought the answer of this turn")
		return s
	}
	w.Due = p.Now()
	switch {
	case e.certain(&s, w):
	case s.Waiting != nil:
		w.Due = s.Waiting.Due
	default:
		w.Due = w.Due.Add(p.ActionGrace)
	}
	s.Waiting = w
	return s
}

// takeWaiting decides the turn with what an event brought, and pushes its
// document.
func (p *placing) takeWaiting(ctx context.Context, s *sessions.Session) (*sessions.Session, error) {
	next, err := p.settled(ctx, p.byEvent(s))
	if err != nil {
		return nil, err
	}
	return p.push(ctx, next)
}

// byEvent decides the current turn with what an event brought to it.
func (p *placing) byEvent(s *sessions.Session) flows.Decision {
	w := s.Waiting
	via, b := flows.ViaEvent, flows.Brought{}
	switch w.Kind {
	case "digits":
		b.Digits = &w.Digits
		if w.Status == "invalid" && w.Digits != "" {
			via = flows.ViaInvalid
		}
	case "connect":
		b.Words = map[string]flows.Word{"Connect": {Status: w.Status, Reason: w.Reason}}
	default:
		b.AI = &flows.AIResult{Status: w.Status, Result: w.Result, Malformed: w.Malformed}
	}
	d := p.release.Answer(s, b, via, "", p.Now())
	d.Session.Cause, d.Entry.Event = flows.ViaEvent, &w.Event
	return d
}

// byRequest decides the current turn with what a request brought to it. Where
// that is nothing, and an event has brought something, the event's counts: the
// document ran out because the platform went on without the action, or the
// action came without its result.
func (p *placing) byRequest(s *sessions.Session) flows.Decision {
	b, w, via := p.request.Brought, s.Waiting, flows.ViaAction
	if p.ticketed {
		via = p.ticket.Via
	}
	if w != nil && via == flows.ViaNext && worth(w) > worthEnd {
		return p.byEvent(s)
	}
	taken := w != nil && w.Result != nil && via == flows.ViaAction &&
		flows.Gathered(s.Ask, b.AI) == nil && (b.AI != nil || !b.Answers(s.Ask))
	if taken {
		ai := flows.AIResult{Status: w.Status, Result: w.Result}
		if b.AI != nil {
			ai.History = b.AI.History
		}
		b.AI, b.Malformed = &ai, false
	}
	d := p.release.Answer(s, b, via, p.request.Step, p.Now())
	if taken {
		d.Entry.Event = &w.Event
		d.Entry.Notes = append(slices.Clip(d.Entry.Notes), "the request brought no result; that of the event counts")
	}
	return d
}
