package texml

// ringTones are the countries whose ringback tone Telnyx can play.
var ringTones = []string{
	"at", "au", "bg", "br", "be", "ch", "cl", "cn", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hu", "il", "in", "it", "lt",
	"jp", "mx", "my", "nl", "no", "nz", "ph", "pl", "pt", "ru", "se", "sg", "th", "tw", "ve", "za", "us", "us-old", "uk",
}

// speechVocabulary declares what the caller only listens to.
var speechVocabulary = []*ElementDecl{
	{
		Key:  "Say",
		Doc:  "Speaks text.",
		Text: TextDecl{Type: TypeSpeech, Required: true, Doc: "What is spoken."},
		Attrs: []AttrDecl{
			{Name: "voice", Type: TypeVoice, Default: "man", Doc: "man, woman, alice, or a voice with its provider, such as Polly.Joanna-Neural or Telnyx.NaturalHD.astra."},
			{Name: "language", Type: TypeLanguage, Doc: "Language; honoured for alice. man and woman always speak en-US, Polly voices their own."},
			{Name: "loop", Type: TypeInt, Range: between(0, 10), Default: "1", Doc: "How often it is spoken; 0 repeats for ever."},
			{Name: "gender", Type: TypeEnum, Values: []string{"Male", "Female"}, Doc: "Gender; Azure voices only."},
			{Name: "effect", Type: TypeEnum, Values: []string{"eq_telecomhp8k", "eq_car"}, Doc: "Sound effect; Azure voices only."},
			{Name: "voiceSpeed", Type: TypeDecimal, Range: between(0.1, 2), Default: "1", Doc: "Rate of speech."},
			{Name: "api_key_ref", Type: TypeString, Doc: "Name of an integration secret; needed for ElevenLabs, possible for Azure."},
			{Name: "region", Type: TypeString, Doc: "Cloud region; needed for Azure with a key of one's own."},
			{Name: "pronunciationDictId", Type: TypeUUID, Doc: "Pronunciation dictionary to apply."},
			{Name: "languageBoost", Type: TypeEnum, Values: []string{
				"Auto", "English", "German", "Chinese", "French", "Italian", "Japanese", "Korean", "Portuguese", "Russian", "Spanish",
				"en", "de", "zh", "fr", "it", "ja", "ko", "pt", "ru", "es",
			}, Doc: "Hint for Telnyx's Qwen3TTS voices."},
		},
		Doubts: []string{
			"No page of Telnyx's shows SSML inside of Say; TwiML allows it.",
			"Polly voices that are not neural may be replaced by a default voice.",
			"No limit of length is given; the same text in the Voice API may have 3,000 characters.",
		},
	},
	{
		Key:  "Play",
		Doc:  "Plays audio, DTMF or a ringback tone. A playback that fails ends the document unless continueOnError is true.",
		Text: TextDecl{Type: TypeURL, URL: MediaURL, Doc: "URL of an MP3 or WAV; a name in Telnyx's media storage with mediaStorage; nothing with digits or ringTone."},
		Attrs: []AttrDecl{
			{Name: "loop", Type: TypeInt, Range: atLeast(0), Default: "1", Doc: "How often it is played; with ringTone 0 is until interrupted."},
			flag("mediaStorage", "false", "The text is the name of a file in Telnyx's media storage."),
			{Name: "digits", Type: TypeDigits, Chars: "0123456789*#w", Without: []string{"ringTone"}, Doc: "DTMF that is sent instead of audio; w waits half a second."},
			{Name: "failoverUrl", Type: TypeURL, URL: MediaURL, Doc: "Audio tried once when the first fails; mediaStorage holds for it too."},
			flag("continueOnError", "false", "Go on with the next verb when playing fails, instead of ending the document."),
			{Name: "ringTone", Type: TypeEnum, Values: ringTones, Doc: "Ringback tone of a country; excludes a text."},
		},
		Doubts: []string{"What loop=\"0\" means for ordinary audio is not defined."},
	},
	{
		Key: "Pause",
		Doc: "Waits.",
		Attrs: []AttrDecl{
			{Name: "length", Type: TypeInt, Range: between(1, 180), Default: "1", Doc: "Seconds."},
		},
	},
}
