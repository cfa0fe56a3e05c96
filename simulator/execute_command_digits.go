package simulator

import (
	"cmp"
	"context"

	"texmlsrv/texml"
)

// keysErrand is a gather of digits that a command began.
type keysErrand struct {
	*errand
	verb *texml.Gather
	left int    // tries
	keys string // of the last try
	file string // that is played now; "" for none
}

// gathersDigits waits for keys, after something was said or played.
func (e *errand) gathersDigits() {
	tries := 1
	if e.command.Name != gatherDigits {
		tries = cmp.Or(int(e.number("maximum_tries")), 3)
	}
	k := &keysErrand{errand: e, verb: e.asGather(), left: tries}
	e.broke = k.broken
	k.tries("payload", "audio_url", "media_name")
}

// broken is what is told when it is broken off.
func (k *keysErrand) broken(word string) []request {
	now := k.clock.Now()
	var told []request
	if k.file != "" {
		told = k.tells(k.ids.PlaybackEnded(now, k.file, word, ""))
	}
	return append(told, k.tells(k.ids.GatherEnded(now, "", word))...)
}

// asGather is the verb that asks what the command asks.
func (e *errand) asGather() *texml.Gather {
	finish := cmp.Or(e.word("terminating_digit"), "#")
	v := &texml.Gather{
		MinDigits: cmp.Or(int(e.number("minimum_digits")), 1), MaxDigits: int(e.number("maximum_digits")),
		ValidDigits: e.word("valid_digits"), FinishOnKey: &finish, Timeout: int(e.waits()),
	}
	if text := e.word("payload"); text != "" {
		v.Prompts = []texml.Verb{&texml.Say{Content: texml.Plain(text), Voice: e.word("voice"), Language: e.word("language")}}
	}
	return v
}

// waits is how many seconds pass without a key until a try is over.
func (e *errand) waits() float64 {
	whole := cmp.Or(e.number("timeout_millis"), 60_000)
	if e.command.Name == gatherDigits {
		whole = min(whole, cmp.Or(e.number("initial_timeout_millis"), 5_000))
	}
	return whole / 1000
}

// tries says or plays the prompt whose parameters these are, and asks.
func (k *keysErrand) tries(payload, url, media string) {
	k.left--
	now := k.clock.Now()
	file := cmp.Or(k.word(url), k.word(media))
	switch {
	case k.word(payload) != "":
		text := spaced(k.word(payload))
		k.hears(Line{Kind: "say", Text: text, Voice: k.word("voice"), Language: k.word("language")}, 0)
		k.then(spoken(text), func(ctx context.Context) error {
			k.tell(ctx, k.tells(k.ids.SpeakEnded(k.clock.Now(), "completed"))...)
			return k.listens(ctx)
		})
	case file != "":
		k.hears(Line{Kind: "play", Text: file}, 0)
		k.file = file
		k.tell(k.ctx, k.tells(k.ids.PlaybackStarted(now, file))...)
		k.then(10, func(ctx context.Context) error {
			k.file = ""
			k.tell(ctx, k.tells(k.ids.PlaybackEnded(k.clock.Now(), file, "completed", ""))...)
			return k.listens(ctx)
		})
	default:
		k.then(0, k.listens)
	}
}

// listens waits for keys.
func (k *keysErrand) listens(ctx context.Context) error {
	act, err := k.asks(ctx, Moment{Kind: MomentGather, Verb: k.verb, Command: k.command.Name})
	if err != nil {
		return err
	}
	if act.HangUp {
		k.then(1, k.hangsUp)
		return nil
	}
	given := entered(k.verb, act)
	k.keys = ""
	for _, key := range given.pressed {
		k.does("presses", string(key))
		k.tell(ctx, k.tells(k.ids.DTMFReceived(k.clock.Now(), string(key)))...)
	}
	switch {
	case given.digits == nil:
		k.does("silent", "")
		k.then(k.waits(), func(ctx context.Context) error { return k.unfit(ctx, "timeout") })
	case given.invalid:
		k.keys = *given.digits
		k.then(1, func(ctx context.Context) error { return k.unfit(ctx, "invalid") })
	default:
		k.keys = *given.digits
		k.then(1, func(ctx context.Context) error { return k.brings(ctx, "valid") })
	}
	return ctx.Err()
}

// unfit asks once more, as long as there are tries left.
func (k *keysErrand) unfit(ctx context.Context, word string) error {
	switch {
	case k.left > 0 && word == "invalid" && (k.word("invalid_payload") != "" || k.word("invalid_audio_url") != "" || k.word("invalid_media_name") != ""):
		k.tries("invalid_payload", "invalid_audio_url", "invalid_media_name")
		return ctx.Err()
	case k.left > 0:
		k.tries("payload", "audio_url", "media_name")
		return ctx.Err()
	case word == "timeout" && k.draw("gather without keys", 2) == 1:
		word = "invalid" // as some have seen it
	}
	return k.brings(ctx, word)
}

// brings tells how the gather ended. The misbehaviours that are due are those of
// the event: it has the place of an action.
func (k *keysErrand) brings(ctx context.Context, word string) error {
	b := k.due()
	if b.has(OnlyFallThrough) || b.has(OnlyConversationEnded) {
		return ctx.Err()
	}
	k.pass(b.delay())
	for _, r := range k.tells(k.ids.GatherEnded(k.clock.Now(), k.keys, word)) {
		k.done(k.deliver(ctx, r, b))
	}
	return ctx.Err()
}
