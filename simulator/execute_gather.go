package simulator

import (
	"context"
	"strings"

	"texmlsrv/simulator/wire"
	"texmlsrv/texml"
)

// gather plays prompts and waits for keys or speech.
func (l *leg) gather(ctx context.Context, v *texml.Gather) (onward, error) {
	for _, prompt := range v.Prompts {
		if l.played(prompt) {
			return hungUp, nil
		}
	}
	act, err := l.asks(ctx, Moment{Kind: MomentGather, Verb: v})
	if err != nil {
		return onward{}, err
	}
	if act.HangUp {
		return l.hangsUpGather(v), nil
	}
	e := entered(v, act)
	for _, key := range e.pressed {
		l.does("presses", string(key))
	}
	switch {
	case e.speech != nil:
		return l.spoke(ctx, v, *e.speech, act.Confidence)
	case e.digits == nil:
		return l.silent(ctx, v)
	case e.invalid && strings.TrimSpace(v.InvalidDigitsAction) != "":
		form := l.ids.Gather(wire.Gather{Digits: e.digits})
		return l.answers(ctx, l.request(KindInvalid, l.method(), v.InvalidDigitsAction, form), v.InvalidDigitsAction, around{})
	}
	return l.input(ctx, v, wire.Gather{Digits: e.digits}, around{})
}

// input requests the action with what was entered.
func (l *leg) input(ctx context.Context, v *texml.Gather, brought wire.Gather, with around) (onward, error) {
	action := l.request(MomentGather, l.method(), v.ActionURL, l.ids.Gather(brought))
	return l.answers(ctx, action, v.ActionURL, with)
}

// spoke requests the action with what was said, after it was told of in parts.
func (l *leg) spoke(ctx context.Context, v *texml.Gather, speech string, confidence float64) (onward, error) {
	l.does("says", speech)
	l.pass(spoken(speech) + float64(v.SpeechTimeout))
	if confidence == 0 {
		confidence = 0.9
	}
	first, _, _ := strings.Cut(speech, " ")
	parts := l.notice(KindPartial, v.PartialResultCallbackMethod, v.PartialResultCallback, l.ids.Partial(first))
	parts = append(parts, l.transcript(speech, confidence)...)
	return l.input(ctx, v, wire.Gather{Speech: &speech, Confidence: confidence}, around{before: parts})
}

// silent waits until nothing was entered. Telnyx does not say what follows: the
// next verb, or an action that brings nothing.
func (l *leg) silent(ctx context.Context, v *texml.Gather) (onward, error) {
	l.does("silent", "")
	timeout := v.Timeout
	if timeout == 0 {
		timeout = 5
	}
	if l.lasts(float64(timeout)) {
		return onward{}, nil
	}
	nothing := ""
	if l.draw("no input", 2) == 0 {
		return onward{}, l.skips(ctx)
	}
	if takes(v, "dtmf") {
		return l.input(ctx, v, wire.Gather{Digits: &nothing}, around{})
	}
	return l.input(ctx, v, wire.Gather{Speech: &nothing}, around{})
}

// hangsUpGather ends the call in the middle of a Gather; an action that brings
// nothing may still come.
func (l *leg) hangsUpGather(v *texml.Gather) onward {
	l.does("hangs_up", "")
	if v.ActionURL != "" && l.draw("gather hung up", 3) == 2 {
		nothing := ""
		l.partings = append(l.partings, l.request(MomentGather, l.method(), v.ActionURL, l.ids.Gather(wire.Gather{Digits: &nothing})))
	}
	return hungUp
}

// entry is what of an Act a Gather took.
type entry struct {
	digits  *string // without the key that ended it
	speech  *string
	pressed string // keys, up to the one that ended it
	invalid bool
}

// entered is what a Gather takes of an Act: input that it listens for, up to
// the finish key or as many digits as it wants.
func entered(v *texml.Gather, act Act) (e entry) {
	if act.Digits == nil || !takes(v, "dtmf") {
		if takes(v, "speech") {
			e.speech = act.Speech
		}
		return e
	}
	finish := "#"
	if v.FinishOnKey != nil {
		finish = *v.FinishOnKey
	}
	most := v.MaxDigits
	if v.NumDigits > 0 {
		most = v.NumDigits
	}
	if most == 0 {
		most = 128
	}
	var digits strings.Builder
	for _, key := range *act.Digits {
		e.pressed += string(key)
		if strings.ContainsRune(finish, key) {
			break
		}
		e.invalid = e.invalid || v.ValidDigits != "" && !strings.ContainsRune(v.ValidDigits, key)
		digits.WriteRune(key)
		if digits.Len() >= most {
			break
		}
	}
	if e.pressed == "" {
		return e
	}
	e.invalid = e.invalid || digits.Len() < v.MinDigits
	taken := digits.String()
	e.digits = &taken
	return e
}

// takes reports whether a Gather listens for a kind of input.
func takes(v *texml.Gather, kind string) bool {
	if v.Input == "" {
		return kind == "dtmf"
	}
	for _, word := range strings.Fields(v.Input) {
		if word == kind {
			return true
		}
	}
	return false
}
