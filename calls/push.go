package calls

import (
	"context"
	"net/http"
	"time"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/telnyx"
	"texmlsrv/telnyx/commands"
)

// sendBudget bounds one request to the platform, with all its repetitions.
const sendBudget = 8 * time.Second

// Commander asks the platform to do something with a call. *telnyx.API is one.
type Commander interface {
	Do(ctx context.Context, callControlID string, c telnyx.Command) (telnyx.Accepted, error)
	UpdateCall(ctx context.Context, callSID string, u telnyx.UpdateCall) (telnyx.Call, error)
}

// pushing is how the document gets to the call that a decision without a request
// has led to.
//
// It is pushed by the instance that stored the decision, and by no other: a
// document that was pushed twice would begin twice. So the session says that it
// was pushed before it is, and where the instance dies in between, the call gets
// it when the document it plays has run out. Nobody is pushed a document who is
// gone.
func (p *placing) pushing(next *sessions.Session) *sessions.Push {
	switch {
	case next.Ended():
		return nil
	case p.Commander == nil:
		return &sessions.Push{Failed: noKey}
	case p.gone:
		return &sessions.Push{Failed: gone}
	case !p.Push:
		return &sessions.Push{Failed: "not_set_up"}
	}
	return &sessions.Push{SentAt: p.Now()}
}

// push tells the platform to fetch the document of a session that was just
// decided without a request. What goes wrong is in the timeline, and not tried
// again: the call fetches the document when the one it plays has run out.
func (p *placing) push(ctx context.Context, s *sessions.Session) (*sessions.Session, error) {
	if s.Push == nil || s.Push.SentAt.IsZero() {
		return s, nil
	}
	link := p.link(s)(flows.Link{Via: flows.ViaPush, Flow: s.Flow, Step: s.Step})
	bounded, cancel := context.WithTimeout(ctx, sendBudget)
	defer cancel()
	_, err := p.Commander.UpdateCall(bounded, s.Call.SID, telnyx.UpdateCall{URL: link, Method: http.MethodPost})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	came := outcome(err)
	p.came = came
	p.tell(ctx, s, commands.UpdateCall, came, err)
	sending := came.of(commands.UpdateCall)
	entry := sessions.Entry{At: p.Now(), Kind: sessions.EntryCommand, Sending: &sending}
	p.budget = p.StoreBudget
	return p.change(ctx, s, entry, func(now sessions.Session, _ *sessions.Entry) (sessions.Session, bool) {
		if err != nil && now.Turn == s.Turn && now.Push != nil { // else it was fetched meanwhile
			now.Push = &sessions.Push{Failed: came.word}
		}
		return now, true
	})
}

// deliver answers with a document that nobody had so far: from now on it need
// not be pushed, and its command may follow.
func (p *placing) deliver(ctx context.Context, s *sessions.Session, entry sessions.Entry) ([]byte, error) {
	next := *s
	next.Push = nil
	p.arm(&next)
	err := p.commit(ctx, &next, entry)
	if err != nil {
		p.cache.Remove(s.Call.SID)
		return s.Document, err
	}
	p.cache.Add(s.Call.SID, &next)
	p.goesOut(&next)
	return next.Document, nil
}
