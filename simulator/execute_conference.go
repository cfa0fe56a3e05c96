package simulator

import (
	"context"
	"slices"
	"strings"

	"texmlsrv/simulator/wire"
	"texmlsrv/texml"
)

// wireEvents are the words of a conference's callback by the tokens that ask
// for them. Telnyx publishes those of start and leave.
var wireEvents = map[string]string{
	"start": "conference-start", "end": "conference-end", "join": "participant-join", "leave": "participant-leave",
}

// conference puts the caller into a room until he or the others leave. What
// is heard until it begins is asked for once.
func (t *talk) conference(ctx context.Context, v *texml.Conference) (onward, error) {
	room := strings.TrimSpace(v.Name)
	n := 0
	told := func(event string) {
		if slices.Contains(strings.Fields(v.StatusCallbackEvent), event) {
			t.tell(ctx, t.notice(KindConference, v.StatusCallbackMethod, v.StatusCallback, t.ids.Conference(wire.Conference{Event: wireEvents[event], Room: room, Sequence: n, At: t.clock.Now()}))...)
			n++
		}
	}
	told("join")
	if strings.TrimSpace(v.WaitURL) != "" {
		next, err := t.waits(ctx, v)
		if err != nil || next.end != "" {
			return next, err
		}
	}
	told("start")
	t.pass(t.seconds)
	told("leave")
	told("end")
	if v.Record == "record-from-start" {
		r := t.recorder("Conference", v.RecordingStatusCallback, v.RecordingStatusCallbackMethod, v.RecordingStatusCallbackEvent)
		r.recording.Length = seconds(t.seconds)
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
