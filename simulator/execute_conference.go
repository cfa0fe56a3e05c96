package simulator

import (
	"context"
	"slices"
	"strings"

	"texmlsrv/texml"
)

// conference puts the caller into a room until he or the others leave. What
// is heard until it begins is asked for once.
func (t *talk) conference(ctx context.Context, n *texml.Conference) (onward, error) {
	room := strings.TrimSpace(n.Name)
	told := func(event string) {
		if slices.Contains(strings.Fields(n.StatusCallbackEvent), event) {
			t.tell(ctx, t.notice(KindConference, n.StatusCallbackMethod, n.StatusCallback, t.ids.Conference(event, room))...)
		}
	}
	told("join")
	if strings.TrimSpace(n.WaitURL) != "" {
		next, err := t.waits(ctx, n)
		if err != nil || next.end != "" {
			return next, err
		}
	}
	told("start")
	t.pass(t.seconds)
	told("leave")
	told("end")
	if n.Record == "record-from-start" {
		r := recorded{l: t.leg, source: "Conference", seconds: t.seconds, callback: n.RecordingStatusCallback,
			method: n.RecordingStatusCallbackMethod, events: n.RecordingStatusCallbackEvent}
		t.tell(ctx, append(r.begins(), r.ends()...)...)
	}
	return onward{}, ctx.Err()
}

// waits plays what is heard before the conference begins: audio, or a document.
func (t *talk) waits(ctx context.Context, n *texml.Conference) (onward, error) {
	l := t.leg
	if audio(n.WaitURL) {
		if l.hears(Line{Kind: "play", Text: l.resolve(n.WaitURL)}, 10) {
			return hungUp, nil
		}
		return onward{}, nil
	}
	waiting := l.again()
	end, err := l.aside(ctx, waiting, texml.ConferenceWait, l.request(KindWait, n.WaitMethod, n.WaitURL, l.ids.Fetch()))
	switch end {
	case InvalidDocument, TooLong, CallerHungUp, HungUp:
		return onward{end: end}, err
	}
	return onward{}, err
}

// audio reports whether a URL is of a recording by its name: whoever serves
// both documents and audio is asked for documents alone.
func audio(ref string) bool {
	path, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(ref)), "?")
	return strings.HasSuffix(path, ".mp3") || strings.HasSuffix(path, ".wav")
}
