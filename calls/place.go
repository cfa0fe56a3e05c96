package calls

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// place is what is to become of a request, given the session as it stands.
type place int

const (
	placeBegin   place = iota // the call is new
	placeAnswer               // it answers the current turn
	placeAgain                // its turn was answered: the current document again
	placeCurrent              // an older turn, or a stray: the current document
	placeLost                 // the store has lost turns
	placeNotice               // a callback that strayed onto a document route
)

// placing finds the place of one request and answers it.
type placing struct {
	*Service
	request  Request
	ticket   Ticket
	ticketed bool
	served   *flows.Release // when the request came
	release  *flows.Release // decides: that of the session, so far as it is known
	budget   time.Duration  // of store work, what is left of it
	lookBy   time.Time      // when look-ups have to be done; zero before the first
	looked   []looked       // those made so far

	unasked   bool       // no request is answered: something is due
	attention attention  // what, when unasked
	person    bool       // what is due is what a person wants
	gone      bool       // the platform says that there is no such call any more
	came      sent       // of what was pushed
	out       *attention // the document that is the answer has a command, which is due then
}

// where is the table of turns (design, section 7). s is nil for a call that
// the store does not know.
func (p *placing) where(s *sessions.Session) place {
	t := p.ticket.Turn
	switch {
	case !p.ticketed:
		return p.byContent(s)
	case s == nil || t > s.Turn:
		return placeLost
	case p.ticket.Via == flows.ViaPush: // whatever came meanwhile, it fetches
		return placeCurrent
	case t == s.Turn:
		return placeAnswer
	case t == s.Turn-1 && p.overtaken(s):
		return placeAnswer
	case t == s.Turn-1:
		return placeAgain
	}
	return placeCurrent
}

// overtaken is the one exception to a turn being answered once: the document
// ran out, or an event told that nothing was gathered, and it was asked again
// while the answer was still on its way.
func (p *placing) overtaken(s *sessions.Session) bool {
	answers := p.ticket.Via == flows.ViaAction || p.ticket.Via == flows.ViaInvalid
	switch again := answers && s.Reasked && s.Flow == p.request.Flow && s.Step == p.request.Step; s.Cause {
	case flows.ViaNext:
		return again
	case flows.ViaEvent:
		return again && s.Answer.Result == nil && flows.Gathered(s.Ask, p.request.Brought.AI) != nil
	}
	return false
}

// byContent places a request without a ticket by what it brings.
func (p *placing) byContent(s *sessions.Session) place {
	answers := s != nil && p.request.Brought.Answers(s.Ask)
	switch {
	case p.request.Callback != nil && !(answers && p.request.Callback.looksLikeAnswer()):
		return placeNotice
	case s == nil && p.request.underWay():
		return placeLost // never at the greeting: the call was on its way
	case s == nil:
		return placeBegin
	case s.Remembers(p.request.Fingerprint):
		return placeAgain
	case answers:
		return placeAnswer
	}
	return placeCurrent
}

// answer places the request and answers it; when another request was faster,
// it is placed anew.
func (p *placing) answer(ctx context.Context) ([]byte, error) {
	s, early, err := p.load(ctx)
	if err != nil {
		return p.withoutStore(ctx, err)
	}
	for range placings {
		document, err := p.settle(ctx, s, early)
		stale, is := errors.AsType[*sessions.StaleError](err)
		if !is {
			return document, err
		}
		s = stale.Current
	}
	return nil, errors.New("calls: the session changed faster than it could be decided")
}

// load gives the session: the one this process committed last if the request
// is of its turn (the commit will prove it), else the stored one. For a new
// call it is nil, with the entries that came before the call.
func (p *placing) load(ctx context.Context) (*sessions.Session, []sessions.Entry, error) {
	sid := p.request.Call.SID
	if s, ok := p.cache.Get(sid); ok && p.ticketed && p.ticket.Turn == s.Turn {
		return s, nil, nil
	}
	var s *sessions.Session
	err := p.spend(ctx, func(ctx context.Context) (err error) {
		s, err = p.Store.Load(ctx, sid)
		return err
	})
	if unknown, is := errors.AsType[*sessions.NotFoundError](err); is {
		return nil, unknown.Early, nil
	}
	return s, nil, err
}

func (p *placing) settle(ctx context.Context, s *sessions.Session, early []sessions.Entry) ([]byte, error) {
	r := p.request
	at := p.where(s)
	p.goOnWith(s)
	if s == nil && !p.ticketed && at != placeNotice && p.release.Flows[r.Flow] == nil {
		return nil, p.unknown(r.Flow)
	}
	switch at {
	case placeBegin:
		return p.decide(ctx, joined(p.begin(early), early))
	case placeAnswer:
		return p.decide(ctx, p.byRequest(s))
	case placeLost:
		lost := p.remains(s, early)
		d := p.release.Lost(lost, p.Now())
		d.Entry.Kind = sessions.EntryLost
		return p.decide(ctx, d)
	case placeNotice:
		return p.strayed(ctx, s), nil
	default:
		return p.repeat(ctx, at, s)
	}
}

// begin decides the first document. A call that was already over when its
// first fetch came stays so, and who answered it may have been told before.
func (p *placing) begin(early []sessions.Entry) flows.Decision {
	call := p.request.Call
	for _, e := range slices.Backward(early) {
		call.AnsweredBy = cmp.Or(call.AnsweredBy, e.AnsweredBy)
	}
	if ending := ended(early); ending != "" {
		return p.release.BeginEnded(call, p.request.Flow, ending, p.Now())
	}
	return p.release.Begin(call, p.request.Flow, p.Now())
}

// ended is how a call ended before it began; "" when it did not.
func ended(early []sessions.Entry) string {
	for _, e := range early {
		if e.Ended != "" {
			return e.Ended
		}
	}
	return ""
}

// remains is what is known of a call whose turns the store has lost: the
// ticket says flow, step and turn; without one the URL gives a hint of them.
func (p *placing) remains(s *sessions.Session, early []sessions.Entry) *sessions.Session {
	lost := sessions.Session{Call: p.request.Call, Release: p.release.ID, BeganAt: p.Now()}
	if s != nil {
		lost = *s
	} else if ending := ended(early); ending != "" {
		lost.EndedAt, lost.Ending = p.Now(), ending
	}
	lost.Flow, lost.Step, lost.Turn = p.request.Flow, p.request.Step, p.ticket.Turn
	lost.Attempt, lost.Ask, lost.Cause = 1, sessions.Ask{}, p.ticket.Via
	lost.Guarded = lost.Guarded || p.release.Secretive(lost.Flow, lost.Step)
	return &lost
}

// repeat answers with the current document, as it is stored. A document that
// is fetched without end is left for otherwise.
func (p *placing) repeat(ctx context.Context, at place, s *sessions.Session) ([]byte, error) {
	entry := p.entry(sessions.EntryDuplicate)
	if at == placeCurrent && !p.ticketed {
		entry.Kind = sessions.EntryStray
	}
	if p.ticketed && (p.ticket.Via == flows.ViaPush || p.ticket.Via == flows.ViaNext && s.Push != nil) {
		entry.Kind = sessions.EntryPush // nobody had the document so far
	}
	entry.Turn = s.Turn
	s.MaskEntry(&entry)
	if s.Push != nil {
		document, err := p.deliver(ctx, s, entry)
		if _, stale := errors.AsType[*sessions.StaleError](err); stale {
			return nil, err
		}
		if err != nil {
			p.Log.Error("a request was not noted; it got the document it was due", "call_sid", s.Call.SID, "error", err)
		}
		return document, nil
	}
	current, fetches, err := p.again(ctx, entry)
	switch {
	case errors.Is(err, sessions.ErrNotFound):
		return nil, &sessions.StaleError{}
	case err != nil: // the document that was loaded is the best there is
		p.Log.Error("a request was not noted; it got the document it was due", "call_sid", s.Call.SID, "error", err)
		return s.Document, nil
	case fetches > fetchLimit:
		p.goOnWith(current)
		return p.decide(ctx, p.release.Escape(current, "one document was fetched too often", p.Now()))
	}
	return current.Document, nil
}

// again notes a request that moves nothing, and gives the session as stored
// and how often its document was fetched without a ticket.
func (p *placing) again(ctx context.Context, entry sessions.Entry) (s *sessions.Session, fetches int, err error) {
	err = p.spend(ctx, func(ctx context.Context) (err error) {
		if p.ticketed {
			s, err = p.Store.Append(ctx, p.request.Call.SID, entry)
		} else {
			s, fetches, err = p.Store.Fetched(ctx, p.request.Call.SID, entry)
		}
		return err
	})
	return s, fetches, err
}

// strayed notes a callback that came to a document route. Its reply should not
// be executed; if it is, the current document of its own call is right.
func (p *placing) strayed(ctx context.Context, s *sessions.Session) []byte {
	noted, err := p.notice(ctx)
	if err != nil && !errors.Is(err, sessions.ErrNotFound) {
		p.Log.Error("a callback on a document route was not kept", "call_sid", p.request.Call.SID, "error", err)
	}
	if noted != nil && noted.Call.SID == p.request.Call.SID {
		s = noted
	}
	if s == nil {
		return emptyDocument
	}
	return s.Document
}

// entry is a line for the timeline about this request.
func (p *placing) entry(kind string) sessions.Entry {
	return sessions.Entry{At: p.Now(), Kind: kind, Request: p.described()}
}

func (p *placing) described() *sessions.Request {
	switch {
	case p.person:
		return &sessions.Request{Via: flows.ViaPerson}
	case p.unasked:
		return &sessions.Request{Via: flows.ViaEvent}
	}
	r := p.request
	via := p.ticket.Via
	if !p.ticketed {
		via = flows.ViaFetch
	}
	return &sessions.Request{
		Method: r.Method, Path: r.Path, Via: via, Fingerprint: r.Fingerprint,
		Fields: r.Fields, Malformed: r.Malformed,
	}
}
