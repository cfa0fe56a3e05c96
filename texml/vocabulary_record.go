package texml

// sectionNames is the contradiction on the page of Record.
const sectionNames = "the section on callbacks uses it, the table of attributes does not"

// recordVocabulary declares Record and Recording.
var recordVocabulary = []*ElementDecl{
	{
		Key:      "Record",
		Doc:      "Records the caller and waits until that is done. The URL of the audio lives ten minutes.",
		Terminal: WithAction,
		Asks:     true,
		Attrs: []AttrDecl{
			action("Requested when recording ends."),
			method("method", "action"),
			{Name: "finishOnKey", Type: TypeDigits, Chars: "0123456789*#", Default: "1234567890*#", Doc: "Any of these keys stops."},
			{Name: "timeout", Type: TypeInt, Range: atLeast(0), Default: "0", Doc: "Seconds of silence after speech that end it; 0 is never. Billed as transcription."},
			{Name: "maxLength", Type: TypeInt, Range: between(0, 14400), Default: "3600", Doc: "Seconds; 0 is no limit."},
			flag("playBeep", "true", "Beep before it."),
			{Name: "trim", Type: TypeEnum, Values: []string{"trim-silence"}, Doc: "Cut silence off; off when absent."},
			{Name: "channels", Type: TypeEnum, Values: []string{"single", "dual"}, Default: "dual", Doc: "Both sides on one channel, or one each."},
			{Name: "format", Type: TypeEnum, Values: []string{"mp3", "wav"}, Default: "mp3", Doc: "Format of the audio."},
			callback("recordingStatusCallback", "Told of the recording."),
			method("recordingStatusCallbackMethod", "recordingStatusCallback"),
			{Name: "recordingStatusCallbackEvent", Type: TypeList, Values: []string{"in-progress", "completed"}, Default: "completed", With: "recordingStatusCallback", Doc: "What is told."},
			flag("transcription", "false", "Transcribe it afterwards."),
			{Name: "transcriptionCallback", Type: TypeURL, URL: CallbackURL, With: "transcription=true", Doc: "Gets the text. The reply is not executed."},
			{Name: "transcriptionEngine", Type: TypeEnum, Values: []string{"A", "B", "Deepgram", "deepgram"}, Default: "A", With: "transcription=true", Doc: "A is Google, B is Telnyx."},
			{Name: "transcriptionModel", Type: TypeString, With: "transcription=true", Doc: "vendor/model, of the engine."},
			{Name: "transcriptionLanguage", Type: TypeLanguage, Default: "en-US", With: "transcription=true", Doc: "Language of speech."},
		},
		Disputed: []Alias{
			{"statusCallback", "recordingStatusCallback", sectionNames},
			{"transcribe", "transcription", sectionNames},
			{"transcribeCallback", "transcriptionCallback", sectionNames},
		},
		Doubts: []string{"Twilio's defaults differ: timeout 5, trimmed, mono."},
	},
	{
		Key: "Recording",
		Doc: "Records from here to the hang-up while the document goes on. Stop does not end it.",
		Attrs: []AttrDecl{
			callback("recordingStatusCallback", "Told of the recording."),
			method("recordingStatusCallbackMethod", "recordingStatusCallback"),
			{Name: "recordingStatusCallbackEvent", Type: TypeList, Values: recordingEvents, Default: "completed", With: "recordingStatusCallback", Doc: "What is told."},
			{Name: "channels", Type: TypeEnum, Values: []string{"mono", "single", "dual"}, Default: "dual", Doc: "Both sides on one channel, or one each."},
			{Name: "track", Type: TypeEnum, Values: []string{"inbound", "outbound", "both"}, Default: "both", Doc: "Which side is recorded."},
			{Name: "trim", Type: TypeEnum, Values: []string{"trim-silence"}, Doc: "Cut silence off; off when absent."},
			{Name: "format", Type: TypeEnum, Values: []string{"mp3", "wav"}, Default: "mp3", Doc: "Format of the audio."},
		},
	},
}
