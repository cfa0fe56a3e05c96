package commands

func gatherUsingAI() Declaration {
	return Declaration{
		Name: GatherUsingAI,
		Doc:  "Have an AI agent talk with the caller until the fields of a JSON Schema are filled.",
		Params: append([]Param{
			schemaOf("parameters", "What to gather: a JSON Schema of type object. The gather ends when all names in required are gathered; without required, after the first value.").required(),
			// The limit is Telnyx's prose; the schema of its API has none.
			text("greeting", "Said first; without it the agent waits for the caller. May be SSML for AWS.Polly voices.").atMost(3000).private(),
			text("gather_ended_speech", "Said when everything is gathered.").atMost(3000).private(),
			text("voice", "The agent's voice.").as(VoiceName).normally("Telnyx.KokoroTTS.af"),
			voiceSettings(agentVoices()...),
			recognitionLanguage(),
			transcription(),
			interruptions(),
			gatherAssistant(),
			list("message_history", "What was said before, for the agent to know.", union("", "A message.", "role",
				Variant{Name: "assistant", Doc: "Said by the agent.", Fields: []Param{content()}},
				Variant{Name: "user", Doc: "Said by the caller.", Fields: []Param{content()}},
			)),
			boolean("send_partial_results", "Send call.ai_gather.partial_results as fields are filled.").normally(false),
			boolean("send_message_history_updates", "Send call.ai_gather.message_history_updated as the talk goes on.").normally(false),
			// An older page has 5000, and says that the agent then asks
			// whether the caller is still there. No range is given.
			integer("user_response_timeout_ms", "How long to wait for the caller to say something, in milliseconds.").atLeast(0).normally(10000),
		}, shared()...),
		Events: []string{
			"call.ai_gather.ended", "call.conversation.ended",
			"call.ai_gather.partial_results", "call.ai_gather.message_history_updated",
		},
	}
}

func content() Param { return text("content", "What was said.").required().private() }

// recognitionLanguage are codes of Google's speech recognition, not locales:
// en, never en-US. Which wins, it or transcription.language, Telnyx does not say.
func recognitionLanguage() Param {
	return text("language", "Language that the caller speaks.").normally("en").oneOf(
		"af", "sq", "am", "ar", "hy", "az", "eu", "bn", "bs", "bg", "my", "ca", "yue", "zh", "hr", "cs", "da", "nl", "en",
		"et", "fil", "fi", "fr", "gl", "ka", "de", "el", "gu", "iw", "hi", "hu", "is", "id", "it", "ja", "jv", "kn", "kk",
		"km", "ko", "lo", "lv", "lt", "mk", "ms", "ml", "mr", "mn", "ne", "no", "fa", "pl", "pt", "pa", "ro", "ru", "rw",
		"sr", "si", "sk", "sl", "ss", "st", "es", "su", "sw", "sv", "ta", "te", "th", "tn", "tr", "ts", "uk", "ur", "uz",
		"ve", "vi", "xh", "zu")
}

// transcription has no region and no key, although Telnyx's own list of models
// says that Azure's need them.
func transcription() Param {
	return object("transcription", "How the caller's speech becomes text. Models that hear for themselves do not look at it.",
		text("model", "The recognition model.").normally("distil-whisper/distil-large-v2").known(
			"distil-whisper/distil-large-v2", "openai/whisper-large-v3-turbo", "google/latest_long",
			"deepgram/flux", "flux", "deepgram/nova-3", "deepgram/nova-2",
			"speechmatics/standard", "speechmatics/enhanced", "assemblyai/universal-streaming", "soniox/stt-rt-v4",
			"xai/grok-stt", "nvidia/parakeet-v3", "azure/fast", "azure/realtime", "humain/realtime", "reson8/turns"),
		text("language", "Language for the model; auto recognises it.").normally("auto"),
	)
}

func interruptions() Param {
	return object("interruption_settings", "What happens when the caller talks over the agent.",
		boolean("enable", "Whether the caller may interrupt.").normally(true),
	)
}
