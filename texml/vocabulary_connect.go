package texml

var interruptions = []string{"none", "any", "speech", "dtmf", "true", "false"}

// assistantAttrs are the attributes of AIAssistant.
var assistantAttrs = []AttrDecl{
	{Name: "id", Type: TypeString, Without: []string{"join"}, Doc: "Assistant to start: assistant-…"},
	{Name: "join", Type: TypeString, Doc: "Conversation to join instead."},
	{Name: "participantName", Type: TypeString, With: "join", Doc: "Who joins."},
	{Name: "participantRole", Type: TypeEnum, Values: []string{"user", "assistant"}, Default: "user", With: "join", Doc: "As what."},
}

// connectVocabulary declares what a call can be handed to.
var connectVocabulary = []*ElementDecl{
	{
		Key:      "Connect",
		Doc:      "Hands the call to a service and waits until it ends.",
		Terminal: WithAction,
		Asks:     true,
		Children: each("Stream", "AIAssistant", "ConversationRelay"),
		OnlyOne:  true,
		Attrs: []AttrDecl{
			action("Requested when an AIAssistant or a ConversationRelay ends."),
			method("method", "action"),
		},
		Doubts: []string{"When an AIAssistant transfers the call (Reason normal), the action is not requested and the document goes on."},
	},
	{
		Key:        "AIAssistant",
		Doc:        "Starts a stored assistant, or joins a running conversation.",
		TelnyxOnly: true,
		Attrs:      assistantAttrs,
		Doubts:     []string{"The REST command that joins accepts the role user only."},
	},
	{
		Key:        "Response.AIAssistant",
		Doc:        "A stored assistant, as one sample of Telnyx's has it; the page of the verb does not.",
		TelnyxOnly: true,
		Attrs:      append([]AttrDecl{{Name: "voice", Type: TypeVoice, Doc: "Voice; in that sample only."}}, assistantAttrs...),
		Text:       TextDecl{Type: TypeString, Doc: "Greeting; in that sample only."},
	},
	{
		Key: "ConversationRelay",
		Doc: "Telnyx does speech to text and back for a WebSocket server that speaks text. Its action belongs on Connect.",
		Attrs: []AttrDecl{
			{Name: "url", Type: TypeURL, URL: SocketURL, Required: true, Doc: "wss://…"},
			{Name: "welcomeGreeting", Type: TypeString, Doc: "Spoken first."},
			{Name: "voice", Type: TypeVoice, Doc: "Voice, with its provider."},
			{Name: "language", Type: TypeLanguage, Doc: "Language of both directions, such as en."},
			{Name: "transcriptionProvider", Type: TypeEnum, Values: []string{"deepgram", "google", "telnyx"}, Open: true, Doc: "Speech engine, in lower case here."},
			{Name: "interruptible", Type: TypeEnum, Values: interruptions, Default: "any", Doc: "What interrupts speech; true is any, false is none."},
			{Name: "welcomeGreetingInterruptible", Type: TypeEnum, Values: interruptions, Default: "any", With: "welcomeGreeting", Doc: "What interrupts the greeting."},
			flag("dtmfDetection", "false", "Send dtmf frames."),
			{Name: "backgroundAudioType", Type: TypeEnum, Values: []string{"media_url"}, With: "backgroundAudioValue", Doc: "Kind of the background audio."},
			{Name: "backgroundAudioValue", Type: TypeURL, URL: MediaURL, With: "backgroundAudioType", Doc: "URL of the background audio."},
		},
		Children: each("Language", "Parameter"),
		Doubts:   []string{"The compatibility table omits it. What its action carries is not published."},
	},
	{
		Key: "Language",
		Doc: "How a ConversationRelay handles one language.",
		Attrs: []AttrDecl{
			{Name: "code", Type: TypeLanguage, Required: true, Doc: "The language."},
			{Name: "ttsProvider", Type: TypeString, Doc: "Provider of the voice."},
			{Name: "voice", Type: TypeString, Doc: "Voice."},
			{Name: "transcriptionProvider", Type: TypeEnum, Values: []string{"deepgram", "google", "telnyx"}, Open: true, Doc: "Speech engine."},
			{Name: "speechModel", Type: TypeString, Doc: "Its model, such as nova-2."},
			{Name: "backgroundAudioType", Type: TypeEnum, Values: []string{"media_url"}, With: "backgroundAudioValue", Doc: "Kind of the background audio."},
			{Name: "backgroundAudioValue", Type: TypeURL, URL: MediaURL, With: "backgroundAudioType", Doc: "URL of the background audio."},
		},
	},
}
