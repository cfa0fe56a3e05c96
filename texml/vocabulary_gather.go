package texml

// engines are the speech engines of Gather and Transcription.
var engines = []string{
	"Google", "Telnyx", "Deepgram", "Azure", "xAI", "AssemblyAI", "Soniox", "Speechmatics", "Parakeet", "Humain", "Reson8", "Cohere",
}

// speechInput holds when a Gather listens to speech, keyInput when it listens to keys.
const (
	speechInput Condition = "input=speech|dtmf speech"
	keyInput    Condition = "input=dtmf|dtmf speech"
)

// gatherVocabulary declares Gather.
var gatherVocabulary = []*ElementDecl{{
	Key:      "Gather",
	Doc:      "Collects digits or speech while its prompts are played. Its requests use the method that the application is configured with.",
	Terminal: WithAction,
	Asks:     true,
	Children: append(each("Say", "Play"), ChildDecl{
		Key: "Pause", Doubt: "TwiML nests Pause in Gather; Telnyx lists only Say and Play there.",
	}),
	Attrs: []AttrDecl{
		action("Gets what was entered or said; its reply is the next document."),
		{Name: "input", Type: TypeEnum, Values: []string{"dtmf", "speech", "dtmf speech"}, Default: "dtmf", Doc: "What to listen for."},
		{Name: "timeout", Type: TypeInt, Range: between(1, 120), Default: "5", Doc: "Seconds to wait for a digit, counted once the prompts are over."},
		{Name: "speechTimeout", Type: TypeInt, Range: atLeast(0), With: speechInput, Doc: "Seconds of silence that end speech."},
		{Name: "numDigits", Type: TypeInt, Range: atLeast(1), With: keyInput, Without: []string{"minDigits", "maxDigits"}, Doc: "Exact count of digits."},
		{Name: "minDigits", Type: TypeInt, Range: between(1, 128), Default: "1", With: keyInput, Doc: "Fewest digits."},
		{Name: "maxDigits", Type: TypeInt, Range: between(1, 128), Default: "128", With: keyInput, Doc: "Most digits."},
		{Name: "validDigits", Type: TypeDigits, Chars: "0123456789*#", With: keyInput, Doc: "The digits that are accepted."},
		{Name: "invalidDigitsAction", Type: TypeURL, URL: DocumentURL, With: "validDigits", Doc: "Gets input that was rejected and takes over the call."},
		{Name: "finishOnKey", Type: TypeDigits, Chars: "0123456789*#", Default: "#", With: keyInput, Doc: "Keys that end the input; empty for none."},
		{Name: "language", Type: TypeLanguage, Default: "en-US", Doc: "Language of speech."},
		{Name: "transcriptionEngine", Type: TypeEnum, Values: engines, With: speechInput, Doc: "Speech engine."},
		{Name: "model", Type: TypeString, With: speechInput, Doc: "vendor/model, of the engine, such as deepgram/nova-3."},
		{Name: "hints", Type: TypeCSV, With: speechInput, Doc: "Words to expect; Deepgram takes them with nova-2 only."},
		{Name: "keyterms", Type: TypeCSV, With: speechInput, Doc: "Words to expect, for Deepgram nova-3 only."},
		{Name: "smartFormat", Type: TypeBool, Default: "true", With: speechInput, Doc: "Deepgram's formatting; dropped by other engines."},
		{Name: "profanityFilter", Type: TypeBool, With: speechInput, Doc: "Filter profanity."},
		{Name: "useEnhanced", Type: TypeBool, With: speechInput, Doc: "Google's enhanced models phone_call and video."},
		{Name: "apiKeyRef", Type: TypeString, With: speechInput, Doc: "Name of a secret: a key of one's own for Azure."},
		{Name: "region", Type: TypeString, With: speechInput, Doc: "Cloud region; needed for Azure."},
		callback("partialResultCallback", "Gets interim speech."),
		method("partialResultCallbackMethod", "partialResultCallback"),
	},
	Doubts: []string{
		"What happens when nothing is entered is not documented; Telnyx's examples assume that the next verb runs.",
		"A language that Deepgram does not know is reported to fail silently, with an empty SpeechResult.",
	},
}}

// onlyInExample is the doubt about children that AIGather's table does not list.
const onlyInExample = "Telnyx shows it in the example of AIGather only; the table of children does not list it."

// aiGatherVocabulary declares AIGather and what belongs into it.
var aiGatherVocabulary = []*ElementDecl{
	{
		Key:        "AIGather",
		Doc:        "A voice agent asks until an object described by a JSON Schema is filled, then requests the action with it.",
		Terminal:   WithAction,
		Asks:       true,
		TelnyxOnly: true,
		Children: []ChildDecl{
			{Key: "Greeting", Max: 1},
			{Key: "Voice", Max: 1},
			{Key: "Parameters", Min: 1, Max: 1},
			{Key: "MessageHistory", Max: 1},
			{Key: "Tools", Max: 1},
			{Key: "InterruptionSettings", Max: 1, Doubt: onlyInExample},
			{Key: "AIGather.Transcription", Max: 1, Doubt: onlyInExample},
			{Key: "Assistant", Max: 1, Doubt: onlyInExample},
		},
		Attrs: []AttrDecl{
			action("Gets the result as Base64Result and Base64MessageHistory; its reply is the next document."),
			method("method", "action"),
		},
		Doubts: []string{
			"One sentence says that the method of the application is used for the action, though there is a method attribute.",
			"Reports say that the action is sometimes never requested: keep a verb after it.",
		},
	},
	{
		Key:        "Greeting",
		Doc:        "What the agent says first; without one it is silent until it is spoken to.",
		TelnyxOnly: true,
		Text:       TextDecl{Type: TypeSpeech, Required: true, Doc: "What is said; at most 3,000 characters, SSML with Polly voices only."},
	},
	{
		Key:        "Voice",
		Doc:        "The agent's voice.",
		TelnyxOnly: true,
		Attrs: []AttrDecl{
			{Name: "name", Type: TypeVoice, Default: "Telnyx.NaturalHD.Astra", Doc: "Telnyx.<model>.<voice>, ElevenLabs.<model>.<voice> or AWS.Polly.<voice>."},
			{Name: "api_key_ref", Type: TypeString, Doc: "Name of a secret; ElevenLabs only."},
			{Name: "voice_speed", Type: TypeDecimal, Range: between(0.1, 2), Default: "1", Doc: "Rate of speech; Telnyx voices only, not Bayan and Sukhan."},
		},
		Doubts: []string{"The Voice API's default is Telnyx.KokoroTTS.af. Whether letter case of a voice matters is not stated."},
	},
	{
		Key:        "Parameters",
		Doc:        "The object to fill. The gather ends when everything in required is known, or with the first value when there is no required.",
		TelnyxOnly: true,
		Text:       TextDecl{Type: TypeSchema, Required: true, Doc: "JSON Schema whose type is object, in CDATA; the agent asks from the descriptions."},
	},
	{
		Key:        "MessageHistory",
		Doc:        "The conversation so far, oldest first.",
		TelnyxOnly: true,
		Children:   each("Message"),
	},
	{
		Key:        "Message",
		Doc:        "One thing said in the conversation.",
		TelnyxOnly: true,
		Text:       TextDecl{Type: TypeString, Required: true, Doc: "What was said."},
		Attrs: []AttrDecl{
			{Name: "role", Type: TypeEnum, Values: []string{"user", "assistant"}, Required: true, Doc: "Who said it."},
		},
	},
	{
		Key:        "Tools",
		Doc:        "The tools that the agent may use.",
		TelnyxOnly: true,
		Children:   each("Tool"),
		Doubts:     []string{"The table has Tools in AIGather, the example in Assistant."},
	},
	{
		Key:        "Tool",
		Doc:        "The definition of one tool, in the shape of the gather_using_ai command.",
		TelnyxOnly: true,
		Text:       TextDecl{Type: TypeTool, Required: true, Doc: `{"type": "<type>", "<type>": {…}} in CDATA.`},
	},
	{
		Key:        "InterruptionSettings",
		Doc:        "Whether the caller can interrupt the agent.",
		TelnyxOnly: true,
		Attrs:      []AttrDecl{flag("enable", "true", "The caller can interrupt.")},
	},
	{
		Key:        "AIGather.Transcription",
		Doc:        "How the agent hears.",
		TelnyxOnly: true,
		Attrs: []AttrDecl{
			{Name: "model", Type: TypeString, Default: "distil-whisper/distil-large-v2", Doc: "Model of the Voice API, such as deepgram/nova-3."},
		},
	},
	{
		Key:        "Assistant",
		Doc:        "The language model behind the agent.",
		TelnyxOnly: true,
		Children:   []ChildDecl{{Key: "Tools", Max: 1}},
		Attrs: []AttrDecl{
			{Name: "model", Type: TypeString, Default: "Qwen/Qwen3-235B-A22B", Doc: "Name of the model."},
			{Name: "api_key_ref", Type: TypeString, Doc: "Name of a secret: a key for OpenAI's models."},
			{Name: "instructions", Type: TypeString, Doc: "System prompt."},
		},
	},
}
