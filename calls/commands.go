package calls

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"texmlsrv/sessions"
	"texmlsrv/telnyx"
)

// The command of a turn is sent when its document is out. A document that came
// after its command would end what the command began, so nothing is sent before
// the document is on the wire and the platform had a moment to begin with it.
// The instance that answered with the document knows when that was, and sends
// the command a moment later, and holds the call in the schedule meanwhile. Should
// it die before, another one sends it, a little later still, when the document
// must be out. Telnyx ignores a command_id that it had within 60 s, so that a
// command which is sent again, because it is not known whether it was, does no
// harm.

const (
	commandDelay = 200 * time.Millisecond // from the answer to its command
	elsewhere    = 5                      // times that, until an instance sends it that did not give the answer
	commandLimit = 50 * time.Second       // later, Telnyx might not know the command_id any more
)

// Why a request to the platform failed, where something depends on it.
const (
	noKey = "no_api_key"
	gone  = "gone" // there is no such call any more
)

// unsent reports whether the command of the current turn is to be sent. That of
// a document which is out with nobody waits.
func unsent(s *sessions.Session) bool {
	return s.Command != nil && s.Command.SentAt.IsZero() && s.Push == nil
}

// arm says from when on the command of a session may be sent by whoever finds
// it, now that its document goes out.
func (p *placing) arm(next *sessions.Session) {
	if next.Ended() || !unsent(next) {
		return
	}
	armed := *next.Command
	armed.At = p.Now().Add(elsewhere * p.CommandDelay)
	next.Command = &armed
}

// goesOut notes that the document of a session is the answer that is given now.
func (p *placing) goesOut(s *sessions.Session) {
	if !s.Ended() && unsent(s) {
		p.out = &attention{sid: s.Call.SID, due: s.Command.At, sent: s.Turn}
	}
}

// send sends the command of the current turn. What Telnyx does not take, the
// flow is told of, and the document that follows is pushed.
func (p *placing) send(ctx context.Context, s *sessions.Session) (*sessions.Session, error) {
	conversation, came, err := p.do(ctx, s)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	p.tell(ctx, s, s.Command.Name, came, err)
	sending := came.of(s.Command.Name)
	sending.ID, sending.Settings = s.Command.ID, s.Command.Settings
	entry := sessions.Entry{At: p.Now(), Kind: sessions.EntryCommand, Turn: s.Turn, Sending: &sending}
	p.budget = p.StoreBudget
	if came.word != wentWell {
		return p.failed(ctx, s, came, entry)
	}
	return p.change(ctx, s, entry, func(now sessions.Session, _ *sessions.Entry) (sessions.Session, bool) {
		if sends(&now, s) {
			sent := *now.Command
			sent.SentAt, sent.Conversation = p.Now(), conversation
			sent.Tries++
			now.Command = &sent
		}
		return now, true
	})
}

// sends reports whether a session still is at the turn whose command was sent.
func sends(now, s *sessions.Session) bool {
	return now.Turn == s.Turn && now.Command != nil && now.Command.ID == s.Command.ID && now.Command.SentAt.IsZero()
}

// failed decides what comes after a command that was not taken, and pushes its
// document. A call that has gone on meanwhile, or is over, only takes note.
func (p *placing) failed(ctx context.Context, s *sessions.Session, came sent, entry sessions.Entry) (*sessions.Session, error) {
	p.gone = came.word == gone
	for range placings {
		p.goOnWith(s)
		line := entry
		s.MaskEntry(&line)
		next, err := p.settled(ctx, p.release.CommandFailed(s, came.status, came.word, p.Now()), line)
		stale, is := errors.AsType[*sessions.StaleError](err)
		switch {
		case err == nil:
			return p.push(ctx, next)
		case !is:
			return nil, err
		case stale.Current == nil:
			return nil, nil
		case stale.Current.Ended() || !sends(stale.Current, s):
			return p.change(ctx, stale.Current, entry, func(now sessions.Session, _ *sessions.Entry) (sessions.Session, bool) { return now, true })
		}
		s = stale.Current
	}
	return nil, errors.New("calls: the session changed faster than a command's failure could be noted")
}

// do gives the command of the current turn to the platform. conversation is that
// of the talk it began.
func (p *placing) do(ctx context.Context, s *sessions.Session) (conversation string, came sent, err error) {
	switch late := p.Now().Sub(s.Command.At); {
	case p.Commander == nil:
		return "", sent{word: noKey}, nil
	case late > commandLimit:
		return "", sent{word: "timeout"}, nil
	}
	command, err := decoded(s)
	if err != nil {
		return "", outcome(err), err
	}
	ctx, cancel := context.WithTimeout(ctx, sendBudget)
	defer cancel()
	accepted, err := p.Commander.Do(ctx, s.Call.SID, command)
	return accepted.ConversationID, outcome(err), err
}

// decoded is the command of a session as it is sent. A schema keeps the order of
// its members.
func decoded(s *sessions.Session) (telnyx.Command, error) {
	var params map[string]any
	var raw map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(s.Command.Settings, &params), json.Unmarshal(s.Command.Settings, &raw)); err != nil {
		return nil, &telnyx.InvalidError{Command: s.Command.Name}
	}
	if schema, has := raw["parameters"]; has {
		params["parameters"] = schema
	}
	params["client_state"] = ClientState(s.Flow, s.Step, s.Turn)
	params["command_id"] = s.Command.ID
	return telnyx.Decode(s.Command.Name, params)
}

// wentWell is the outcome of a request that was taken.
const wentWell = "ok"

// sent is what came of a request to the platform.
type sent struct {
	word   string // ok; else why it failed
	status int    // of HTTP; 0 when there is none
	codes  []string
}

// of is the same for the timeline.
func (c sent) of(name string) sessions.Sending {
	return sessions.Sending{Name: name, Outcome: c.word, Status: c.status, Codes: c.codes}
}

// outcome puts into a word what came of a request.
func outcome(err error) sent {
	refused, is := errors.AsType[*telnyx.APIError](err)
	if is {
		came := sent{word: "invalid", status: refused.Status}
		for _, d := range refused.Errors {
			came.codes = append(came.codes, d.Code)
		}
		switch {
		case telnyx.IsGone(err):
			came.word = gone
		case telnyx.IsUnauthorized(err):
			came.word = "unauthorized"
		case telnyx.IsRateLimited(err):
			came.word = "rate_limited"
		case refused.Status == http.StatusRequestTimeout:
			came.word = "timeout"
		case refused.Status >= http.StatusInternalServerError:
			came.word = "unavailable"
		}
		return came
	}
	var timeout net.Error
	switch {
	case err == nil:
		return sent{word: wentWell}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return sent{word: "timeout"}
	}
	if _, is := errors.AsType[*telnyx.SendError](err); is {
		return sent{word: "unavailable"}
	}
	if _, is := errors.AsType[*telnyx.AnswerError](err); is {
		return sent{word: "unavailable"}
	}
	return sent{word: "invalid"}
}

// tell logs a request that failed. That a call is gone is nobody's mistake.
func (p *placing) tell(ctx context.Context, s *sessions.Session, name string, came sent, err error) {
	level := slog.LevelWarn
	switch came.word {
	case wentWell:
		return
	case gone:
		level = slog.LevelInfo
	}
	p.Log.Log(ctx, level, "the platform did not take a request", "call_sid", s.Call.SID,
		"request", name, "reason", came.word, "error", err)
}
