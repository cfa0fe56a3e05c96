package simulator

import (
	"context"
	"strings"

	"texmlsrv/texml"
)

// records records the caller. A hang-up is a usual way to end it.
func (l *leg) records(ctx context.Context, v *texml.Record) (onward, error) {
	if l.hears(Line{Kind: "record"}, 0) {
		return hungUp, nil
	}
	act, err := l.asks(ctx, Moment{Kind: MomentRecord, Verb: v})
	if err != nil {
		return onward{}, err
	}
	r := l.recorder("RecordVerb", v.RecordingStatusCallback, v.RecordingStatusCallbackMethod, v.RecordingStatusCallbackEvent)
	l.tell(ctx, r.begins()...)
	r.recording.Length = seconds(lasts(v, act.Seconds))
	if act.Seconds > 0 {
		l.does("records", r.recording.Length.String())
	} else {
		l.does("silent", "")
	}
	l.clock.Advance(r.recording.Length)
	action := l.request(MomentRecord, v.Method, v.ActionURL, l.ids.Record(r.as("completed")))
	switch {
	case act.HangUp:
		l.does("hangs_up", "")
		if act.Seconds > 0 || l.draw("silent record hung up", 2) == 1 {
			l.partings = append(l.partings, r.ends()...)
			if strings.TrimSpace(v.ActionURL) != "" {
				l.partings = append(l.partings, action)
			}
		}
		return hungUp, nil
	case act.Seconds == 0:
		return l.unspoken(ctx, v, r, action)
	}
	with := around{after: append(r.ends(), r.transcribed(v)...)}
	if l.draw("recording callback", 2) == 1 {
		with = around{before: r.ends(), after: r.transcribed(v)}
	}
	return l.answers(ctx, action, v.ActionURL, with)
}

// unspoken ends a recording in which nobody spoke. Telnyx does not say what
// follows: the next verb, as with TwiML, or the action all the same.
func (l *leg) unspoken(ctx context.Context, v *texml.Record, r *recorded, action request) (onward, error) {
	switch l.draw("silent record", 3) {
	case 1:
		action.form = l.ids.Record(r.as("absent"))
		return l.answers(ctx, action, v.ActionURL, around{})
	case 2:
		return l.answers(ctx, action, v.ActionURL, around{after: r.ends()})
	}
	return onward{}, l.skips(ctx)
}

// lasts is how many seconds of a recording there are; silence is recorded until
// somebody gives up.
func lasts(v *texml.Record, seconds float64) float64 {
	longest := 3600.0
	if v.MaxLength != nil && *v.MaxLength > 0 {
		longest = float64(*v.MaxLength)
	}
	if seconds <= 0 {
		seconds = 10
	}
	return min(seconds, longest)
}
