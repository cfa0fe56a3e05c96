package texml

import "slices"

// tracks are the sides of a call, in the words of Stream and Siprec; sides in those of the others.
var (
	tracks = []string{"inbound_track", "outbound_track", "both_tracks"}
	sides  = []string{"inbound", "outbound", "both"}
)

const (
	withKrisp      Condition = "noiseSuppressionEngine=Krisp"
	withAiCoustics Condition = "noiseSuppressionEngine=AiCoustics"
)

// serviceVocabulary declares what runs beside a document.
var serviceVocabulary = []*ElementDecl{
	{
		Key:      "Start",
		Doc:      "Begins a service and goes on at once.",
		Children: each("Suppression", "Transcription", "Stream", "Siprec", "Recording"),
		OnlyOne:  true,
		Doubts: []string{
			"The table of children omits Siprec, whose page nests it here.",
			"The page about SIPREC over REST says that a Siprec blocks until it is stopped.",
		},
	},
	{
		Key:      "Stop",
		Doc:      "Ends a service. A Recording cannot be stopped.",
		Children: each("Stop.Suppression", "Stop.Transcription", "Stop.Stream", "Stop.Siprec"),
		OnlyOne:  true,
	},
	{
		Key:        "Suppression",
		Doc:        "Takes noise out of the audio.",
		TelnyxOnly: true,
		Attrs: []AttrDecl{
			{Name: "direction", Type: TypeEnum, Values: sides, Default: "inbound", Doc: "Which side; each is billed."},
			{Name: "noiseSuppressionEngine", Type: TypeEnum, Values: []string{"Denoiser", "DeepFilterNet", "Krisp", "AiCoustics"}, Default: "Denoiser", Disputed: []string{"AICoustics"}, Doc: "How."},
			{Name: "model", Type: TypeEnum, Values: []string{
				"krisp-viva-tel-v2.kef", "krisp-viva-tel-lite-v1.kef", "krisp-viva-pro-v1.kef", "krisp-viva-ss-v1.kef",
			}, With: withKrisp, Doc: "Krisp's model."},
			{Name: "suppressionLevel", Type: TypeDecimal, Range: between(0, 100), With: withKrisp, Doc: "How much; Krisp."},
			{Name: "family", Type: TypeEnum, Values: []string{"sparrow", "quail"}, Default: "sparrow", With: withAiCoustics, Doc: "AiCoustics' family of models."},
			{Name: "size", Type: TypeEnum, Values: []string{"s", "l", "vf"}, Default: "s", With: withAiCoustics, Doc: "AiCoustics' size of model; vf needs the family quail."},
			{Name: "enhancementLevel", Type: TypeDecimal, Range: between(0, 1), Default: "0.8", With: withAiCoustics, Doc: "How much; AiCoustics."},
		},
		Disputed: []Alias{{"noise_suppression_engine", "noiseSuppressionEngine", "the tutorial on noise suppression writes it so, the page of the verb does not"}},
		Doubts:   []string{"The compatibility table credits TwiML with Suppression; Telnyx's notes call it Telnyx-only."},
	},
	{
		Key: "Transcription",
		Doc: "Turns speech into text while the call goes on.",
		Attrs: []AttrDecl{
			callback("transcriptionCallback", "Gets the text."),
			method("transcriptionCallbackMethod", "transcriptionCallback"),
			{Name: "transcriptionEngine", Type: TypeEnum, Values: slices.Concat(engines, []string{"A", "B"}), Default: "Google", Doc: "Speech engine; A is Google, B is Telnyx."},
			{Name: "model", Type: TypeString, Doc: "vendor/model, of the engine; Google: phone_call."},
			{Name: "language", Type: TypeLanguage, Default: "en", Doc: "Language of speech."},
			{Name: "transcriptionTracks", Type: TypeEnum, Values: sides, Default: "inbound", Doc: "Which side; inbound is the leg that asked."},
			{Name: "interimResults", Type: TypeBool, Default: "false", With: "transcriptionEngine=Google|A", Doc: "Send text before it is final; Google only."},
			{Name: "hints", Type: TypeCSV, Doc: "Words to expect; Deepgram takes them with nova-2 only."},
			{Name: "keyterms", Type: TypeCSV, Doc: "Words to expect, for Deepgram nova-3 only."},
			{Name: "smartFormat", Type: TypeBool, Default: "true", Doc: "Deepgram's formatting."},
			{Name: "apiKeyRef", Type: TypeString, Doc: "Name of a secret."},
			{Name: "region", Type: TypeString, Doc: "Cloud region; needed for Azure."},
		},
	},
	{
		Key: "Stream",
		Doc: "Sends the audio to a WebSocket.",
		Attrs: []AttrDecl{
			{Name: "url", Type: TypeURL, URL: SocketURL, Required: true, Doc: "wss://…"},
			{Name: "track", Type: TypeEnum, Values: tracks, Default: "inbound_track", Doc: "Which side is sent."},
			{Name: "name", Type: TypeString, Doc: "Handle for Stop."},
			{Name: "codec", Type: TypeEnum, Values: []string{"PCMU", "PCMA", "G722", "OPUS", "AMR-WB", "default"}, Default: "default", Doc: "Codec that is sent."},
			{Name: "bidirectionalMode", Type: TypeEnum, Values: []string{"mp3", "rtp"}, Default: "mp3", Doc: "What the other side sends back."},
			{Name: "bidirectionalCodec", Type: TypeEnum, Values: []string{"PCMU", "PCMA", "G722", "OPUS", "AMR-WB"}, Default: "PCMU", With: "bidirectionalMode=rtp", Doc: "Codec that comes back; rtp only."},
			{Name: "bidirectionalSamplingRate", Type: TypeInt, Values: []string{"8000", "16000", "24000"}, Default: "8000", Doc: "Hz that come back."},
			callback("statusCallback", "Told of the stream: stream-started, stream-stopped, stream-failed."),
			method("statusCallbackMethod", "statusCallback"),
			flag("enableReconnect", "true", "Connect again when the connection breaks."),
		},
		Children: each("Parameter"),
	},
	{
		Key: "Parameter",
		Doc: "A name and a value that go along.",
		Attrs: []AttrDecl{
			{Name: "name", Type: TypeString, Required: true, Doc: "Name."},
			{Name: "value", Type: TypeString, Required: true, Doc: "Value."},
		},
	},
	{
		Key: "Siprec",
		Doc: "Sends a copy of the audio to a recorder by SIPREC.",
		Attrs: []AttrDecl{
			{Name: "connectorName", Type: TypeString, Required: true, Doc: "Connector that is configured at Telnyx."},
			{Name: "name", Type: TypeString, Doc: "Handle for Stop."},
			{Name: "track", Type: TypeEnum, Values: tracks, Default: "both_tracks", Doc: "Which side is sent; TwiML's default is inbound."},
			callback("statusCallback", "Told of the session: siprec-started, siprec-stopped, siprec-failed."),
			method("statusCallbackMethod", "statusCallback"),
			flag("includeMetadataCustomHeaders", "false", "Put custom parameters into the metadata instead of SIP headers."),
			flag("secure", "false", "SRTP and TLS; the connector's port is then 5061."),
			{Name: "sessionTimeoutSecs", Type: TypeInt, Range: &Range{Min: 90, Max: 14440, OrZero: true}, Default: "1800", Doc: "Seconds of the SIP session; 0 is off."},
		},
		Children: []ChildDecl{{Key: "Parameter", Doubt: "Telnyx mentions custom parameters of a Siprec without documenting an element for them."}},
	},
	{Key: "Stop.Suppression", Doc: "Ends noise suppression.", TelnyxOnly: true},
	{Key: "Stop.Transcription", Doc: "Ends the transcription."},
	{Key: "Stop.Stream", Doc: "Ends a stream.", Attrs: []AttrDecl{{Name: "name", Type: TypeString, Doc: "Which one."}}},
	{Key: "Stop.Siprec", Doc: "Ends a SIPREC session.", Attrs: []AttrDecl{{Name: "name", Type: TypeString, Doc: "Which one."}}},
}
