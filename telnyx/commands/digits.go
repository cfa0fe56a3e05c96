package commands

// This file declares the commands that gather digits: gather,
// gather_using_audio, gather_using_speak, and gather_stop. Their ranges are
// those of Telnyx's error codes 90022 to 90026 and 90056.

func gather() Declaration {
	return Declaration{
		Name: Gather,
		Doc:  "Gather digits that the caller presses, without saying anything.",
		Params: append(append(digitCounts(),
			integer("initial_timeout_millis", "How long to wait for the first digit, in milliseconds.").between(1, 120000).normally(5000),
			integer("timeout_millis", "How long the whole gather may last, in milliseconds.").between(1, 120000).normally(60000),
			text("gather_id", "Names this gather, for gather_stop.").between(1, 40),
		), shared()...),
		Rules:  []Rule{digitsInOrder()},
		Events: []string{"call.dtmf.received", "call.gather.ended"},
	}
}

func gatherStop() Declaration {
	return Declaration{
		Name:   GatherStop,
		Doc:    "Stop the gather that is running. Telnyx does not say whether this also stops gather_using_ai.",
		Params: shared(),
		Events: []string{"call.gather.ended"},
	}
}

func gatherUsingAudio() Declaration {
	params := []Param{
		text("audio_url", "The WAV or MP3 file to play.").as(URL),
		text("media_name", "The file to play, by the name it was uploaded to Telnyx with."),
		text("invalid_audio_url", "What to play when the digits are not valid.").as(URL),
		text("invalid_media_name", "The same, by the name it was uploaded to Telnyx with."),
	}
	params = append(params, digitCounts()...)
	params = append(params, tries()...)
	return Declaration{
		Name:   GatherUsingAudio,
		Doc:    "Play a file and gather digits that the caller presses.",
		Params: append(params, shared()...),
		// Telnyx requires neither audio_url nor media_name; without both there
		// is nothing to play, and what happens then is not said.
		Rules: []Rule{
			{Kind: AtMostOne, Names: []string{"audio_url", "media_name"}},
			{Kind: AtMostOne, Names: []string{"invalid_audio_url", "invalid_media_name"}},
			digitsInOrder(),
		},
		Events: []string{"call.playback.started", "call.playback.ended", "call.dtmf.received", "call.gather.ended"},
	}
}

func gatherUsingSpeak() Declaration {
	params := []Param{
		// The catalogue of error codes has 5000 for 90010; the command's page 3000.
		text("payload", "What to say.").between(1, 3000).required().private(),
		text("voice", "The voice to say it with.").as(VoiceName).required(),
		text("invalid_payload", "What to say when the digits are not valid.").between(1, 3000).private(),
		text("payload_type", "Whether the payload is text or SSML.").oneOf("text", "ssml").normally("text"),
		text("service_level", "basic is en-US and text alone.").oneOf("basic", "premium").normally("premium"),
		text("language", "Language of the payload; not looked at for Polly voices.").oneOf(
			"arb", "cmn-CN", "cy-GB", "da-DK", "de-DE", "en-AU", "en-GB", "en-GB-WLS", "en-IN", "en-US",
			"es-ES", "es-MX", "es-US", "fr-CA", "fr-FR", "hi-IN", "is-IS", "it-IT", "ja-JP", "ko-KR",
			"nb-NO", "nl-NL", "pl-PL", "pt-BR", "pt-PT", "ro-RO", "ru-RU", "sv-SE", "tr-TR"),
		voiceSettings(append(agentVoices(), minimaxVoice(), inworldVoice())...),
	}
	params = append(params, digitCounts()...)
	params = append(params, tries()...)
	return Declaration{
		Name:   GatherUsingSpeak,
		Doc:    "Say something and gather digits that the caller presses.",
		Params: append(params, shared()...),
		Rules: []Rule{
			{Kind: OnlyWith, Names: []string{"service_level", "payload_type"}, Value: "basic", Other: "text"},
			{Kind: OnlyWith, Names: []string{"service_level", "language"}, Value: "basic", Other: "en-US"},
			digitsInOrder(),
		},
		Events: []string{"call.dtmf.received", "call.gather.ended"},
	}
}

// digitCounts are the parameters of all three gathers.
func digitCounts() []Param {
	return []Param{
		integer("minimum_digits", "Fewest digits.").between(1, 128).normally(1),
		integer("maximum_digits", "Most digits.").between(1, 128).normally(128),
		integer("inter_digit_timeout_millis", "How long to wait for the next digit, in milliseconds.").between(1, 120000).normally(5000),
		text("terminating_digit", "Ends the input.").as(Digit).normally("#"),
		text("valid_digits", "The digits that count.").as(Digits).normally("0123456789#*"),
	}
}

// tries are the parameters of the gathers that say or play something.
func tries() []Param {
	return []Param{
		integer("timeout_millis", "How long to wait for digits after the prompt before it is repeated, in milliseconds.").between(1, 120000).normally(60000),
		integer("maximum_tries", "How often the prompt is given.").between(1, 128).normally(3),
	}
}

func digitsInOrder() Rule {
	return Rule{Kind: Ordered, Names: []string{"minimum_digits", "maximum_digits"}}
}
