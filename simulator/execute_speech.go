package simulator

import (
	"context"
	"strings"
	"unicode/utf8"

	"texmlsrv/texml"
)

// plays executes a verb that asks nothing and leads nowhere.
func (l *leg) plays(ctx context.Context, verb texml.Verb) onward {
	gone := false
	switch v := verb.(type) {
	case *texml.Start:
		gone = l.starts(ctx, v)
	case *texml.Stop:
		gone = l.stops(ctx, v)
	case *texml.Say, *texml.Play, *texml.Pause:
		gone = l.played(v)
	default: // Telnyx drops it without a word
		gone = l.hears(Line{Kind: "unknown", Text: texml.Name(verb)}, 0)
	}
	if gone {
		return hungUp
	}
	return onward{}
}

// played plays Say, Play or Pause, and reports whether the caller hung up.
func (l *leg) played(verb texml.Verb) (gone bool) {
	switch v := verb.(type) {
	case *texml.Say:
		text := spaced(v.Content.Text())
		return l.hears(Line{Kind: "say", Text: text, Voice: v.Voice, Language: v.Language}, repeats(v.Loop)*spoken(text))
	case *texml.Play:
		return l.playsAudio(v)
	case *texml.Pause:
		return l.hears(Line{Kind: "pause"}, float64(max(v.Length, 1)))
	}
	return false
}

func (l *leg) playsAudio(v *texml.Play) (gone bool) {
	switch {
	case v.Digits != "":
		return l.hears(Line{Kind: "digits", Text: v.Digits}, 0.3*float64(len(v.Digits)))
	case v.RingTone != "":
		return l.hears(Line{Kind: "ring", Text: v.RingTone}, repeats(v.Loop)*4)
	case v.MediaStorage != nil && *v.MediaStorage:
		return l.hears(Line{Kind: "play", Text: v.URL}, repeats(v.Loop)*10)
	}
	return l.hears(Line{Kind: "play", Text: l.resolve(v.URL)}, repeats(v.Loop)*10)
}

// spaced is a text with single spaces, as it is spoken.
func spaced(text string) string { return strings.Join(strings.Fields(text), " ") }

// repeats is how often something is played; for ever is ten times here.
func repeats(loop *int) float64 {
	switch {
	case loop == nil:
		return 1
	case *loop <= 0:
		return 10
	}
	return float64(*loop)
}

// spoken is how many seconds it takes to say a text.
func spoken(text string) float64 { return 0.5 + float64(utf8.RuneCountInString(text))/15 }
