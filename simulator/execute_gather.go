package simulator

import (
	"context"

	"texmlsrv/texml"
)

// gather plays prompts and waits for keys or speech.
func (l *leg) gather(ctx context.Context, v *texml.Gather) (onward, error) {
	for _, prompt := range v.Prompts {
		if l.played(prompt) {
			return onward{end: CallerHungUp}, nil
		}
	}
	act, err := l.asks(ctx, Moment{Kind: MomentGather, Verb: v})
	switch {
	case err != nil:
		return onward{}, err
	case act.HangUp:
		l.does("hangs_up", "")
		return onward{end: CallerHungUp}, nil
	case act.Digits == nil && act.Speech == nil:
		l.does("silent", "")
		l.pass(float64(max(v.Timeout, 5)))
		return onward{}, nil
	}
	form := l.ids.Gather(act.Digits, act.Speech, act.Confidence)
	return l.goes(l.fetch(ctx, l.request(MomentGather, l.method(), v.ActionURL, form), around{}))
}
