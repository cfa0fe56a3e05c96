package simulator

import (
	"cmp"
	"context"
	"slices"
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
	r := &recorded{l: l, source: "RecordVerb", seconds: l.lasts(v, act.Seconds), callback: v.RecordingStatusCallback,
		method: v.RecordingStatusCallbackMethod, events: v.RecordingStatusCallbackEvent}
	l.tell(ctx, r.begins()...)
	if act.Seconds > 0 {
		l.does("records", r.length())
	} else {
		l.does("silent", "")
	}
	l.pass(r.seconds)
	action := l.request(MomentRecord, v.Method, v.ActionURL, r.form("completed"))
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
		action.form = r.form("absent")
		return l.answers(ctx, action, v.ActionURL, around{})
	case 2:
		return l.answers(ctx, action, v.ActionURL, around{after: r.ends()})
	}
	return onward{}, l.skips(ctx)
}

// lasts is how many seconds of a recording there are; silence is recorded until
// somebody gives up.
func (l *leg) lasts(v *texml.Record, seconds float64) float64 {
	longest := 3600.0
	if v.MaxLength != nil && *v.MaxLength > 0 {
		longest = float64(*v.MaxLength)
	}
	if seconds <= 0 {
		seconds = 10
	}
	return min(seconds, longest)
}

// recorded is one recording, and who is told of it.
type recorded struct {
	l        *leg
	id       string
	source   string
	seconds  float64
	callback string
	method   string
	events   string
}

// wants reports whether the callback is told of an event.
func (r *recorded) wants(event string) bool {
	return slices.Contains(strings.Fields(cmp.Or(r.events, "completed")), event)
}

// begins tells that it has begun, where that is wanted.
func (r *recorded) begins() []request { return r.told("in-progress") }

// ends tells that it is over.
func (r *recorded) ends() []request { return r.told("completed") }

func (r *recorded) told(event string) []request {
	if !r.wants(event) {
		return nil
	}
	return r.l.notice(KindRecording, r.method, r.callback, r.form(event))
}

// transcribed tells what was said in a recording.
func (r *recorded) transcribed(v *texml.Record) []request {
	if v.Transcription == nil || !*v.Transcription {
		return nil
	}
	return r.l.notice(KindTranscription, "", v.TranscriptionCallback, r.transcription())
}
