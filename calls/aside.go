package calls

import (
	"context"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// aside answers a request for a document that is played without being a turn.
// It is made from the session of the call that owns the ticket, whichever leg
// asks, and changes nothing.
func (p *placing) aside(ctx context.Context) []byte {
	var s *sessions.Session
	err := p.spend(ctx, func(ctx context.Context) (err error) {
		s, err = p.Store.Load(ctx, p.ticket.Owner)
		return err
	})
	if err != nil {
		p.Log.Warn("an aside could not be played", "call_sid", p.ticket.Owner, "error", err)
		return flows.Quiet().Fill(nil)
	}
	p.goOnWith(s)
	document, err := p.release.Aside(s, p.request.Flow, p.request.Step, p.Now())
	if err != nil {
		p.Log.Warn("an aside could not be played", "call_sid", p.ticket.Owner, "error", err)
	}
	return document.Fill(p.link(s))
}
