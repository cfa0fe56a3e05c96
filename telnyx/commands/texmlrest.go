package commands

// This file declares the TeXML REST requests that change or begin a call. Their
// keys are CamelCase; Telnyx does not take others.

func updateCall() Declaration {
	return Declaration{
		Name: UpdateCall,
		Doc:  "Change a running TeXML call: fetch another document, go on with an inline one, or hang up.",
		Params: []Param{
			text("Url", "Fetch this document, and go on with it.").as(URL).private(),
			method("Method", "How Url is fetched."),
			text("FallbackUrl", "Fetched when Url does not answer.").as(URL).private(),
			method("FallbackMethod", "How FallbackUrl is fetched."),
			text("Texml", "Go on with this document.").private(),
			text("Status", "completed hangs up.").oneOf("completed"),
			text("StatusCallback", "Where the call's progress is told from now on.").as(URL).private(),
			method("StatusCallbackMethod", "How StatusCallback is asked."),
		},
		// Which of them wins is not documented, so more than one is never sent.
		Rules: []Rule{
			{Kind: AtMostOne, Names: []string{"Url", "Texml", "Status"}},
			{Kind: AtLeastOne, Names: []string{"Url", "Texml", "Status", "StatusCallback"}},
		},
	}
}

func initiateCall() Declaration {
	params := []Param{
		text("To", "Number or SIP address to call.").as(Party).required().private(),
		text("From", "Number that calls.").as(Party).required().private(),
		text("ApplicationSid", "The TeXML application.").required(),
		text("Url", "The first document; without it, and without Texml, the application's.").as(URL).private(),
		method("UrlMethod", "How Url is fetched."),
		text("FallbackUrl", "Fetched when Url does not answer.").as(URL).private(),
		text("Texml", "The first document itself.").private(),
		text("CallerId", "Name shown to the person called; else From.").as(CallerName).atMost(128).private(),
		integer("Timeout", "How long it rings, in seconds.").between(5, 120).normally(30),
		integer("TimeLimit", "How long the call may last, in seconds.").between(30, 14400).normally(14400),
		text("StatusCallback", "Where the call's progress is told.").as(URL).private(),
		method("StatusCallbackMethod", "How it is told.").normally("POST"),
		text("StatusCallbackEvent", "What is told.").as(Words).oneOf("initiated", "ringing", "answered", "completed").normally("completed"),
	}
	params = append(params, machineDetection()...)
	params = append(params, recording()...)
	return Declaration{
		Name:   InitiateCall,
		Doc:    "Begin a call on a TeXML application. The answer has no call id: the first fetch brings it.",
		Params: append(params, route()...),
		Rules:  []Rule{{Kind: AtMostOne, Names: []string{"Url", "Texml"}}},
	}
}

// machineDetection tells people from answering machines. The two thresholds and
// the silence are not looked at under premium detection.
func machineDetection() []Param {
	return []Param{
		text("MachineDetection", "Whether a machine is listened for.").oneOf("Enable", "Disable", "DetectMessageEnd").normally("Disable"),
		text("DetectionMode", "Which detection.").oneOf("Regular", "Premium", "PremiumCallScreening").normally("Regular"),
		integer("MachineDetectionTimeout", "How long it may take, in milliseconds.").between(500, 60000).normally(30000),
		integer("MachineDetectionSilenceTimeout", "Silence at the start from which on it is a machine, in milliseconds.").atLeast(0).normally(3500),
		integer("MachineDetectionSpeechThreshold", "Greeting from which on it is a machine, in milliseconds.").atLeast(0).normally(3500),
		integer("MachineDetectionSpeechEndThreshold", "Silence after a greeting from which on it is a person, in milliseconds.").atLeast(0).normally(800),
		integer("MachineDetectionPromptEndTimeout", "How long to wait for the end of a screening prompt, in milliseconds; with PremiumCallScreening.").between(1000, 120000),
		text("MachineDetectionBeepProfile", "How a beep is recognised.").oneOf("both", "freq_only").normally("both"),
		boolean("AsyncAmd", "Detect while the document already runs.").normally(false),
		text("AsyncAmdStatusCallback", "Where the finding is told.").as(URL).private(),
		method("AsyncAmdStatusCallbackMethod", "How it is told."),
		boolean("CancelPlaybackOnMachineDetection", "Stop what is playing when it is a machine.").normally(true),
		boolean("CancelPlaybackOnDetectMessageEnd", "Stop what is playing when the greeting has ended.").normally(true),
		text("DeepfakeDetection", "Whether a made-up voice is listened for.").oneOf("Enable"),
		text("DeepfakeDetectionCallbackUrl", "Where the finding is told.").as(URL).private(),
		method("DeepfakeDetectionCallbackMethod", "How it is told."),
	}
}

func recording() []Param {
	return []Param{
		boolean("Record", "Record the call.").normally(false),
		text("RecordingChannels", "Both sides in one channel, or each in its own.").oneOf("mono", "dual").normally("mono"),
		text("RecordingTrack", "Which side.").oneOf("inbound", "outbound", "both").normally("both"),
		integer("RecordingTimeout", "Silence that ends the recording, in seconds; 0 never.").atLeast(0).normally(0),
		text("Trim", "Whether silence is cut off at both ends.").oneOf("trim-silence", "do-not-trim").normally("trim-silence"),
		boolean("SendRecordingUrl", "Whether callbacks have the recording's URL.").normally(true),
		text("RecordingStatusCallback", "Where the recording's progress is told.").as(URL).private(),
		text("RecordingStatusCallbackEvent", "What is told.").as(Words).oneOf("in-progress", "completed", "absent").normally("completed"),
		method("RecordingStatusCallbackMethod", "How it is told.").normally("POST"),
	}
}

// route is how the call gets to the person called.
func route() []Param {
	return []Param{
		text("SipAuthUsername", "User at the SIP address called.").private(),
		text("SipAuthPassword", "Password at the SIP address called.").private(),
		text("SipRegion", "Region the call leaves from.").oneOf("US", "Europe", "Canada", "Australia", "Middle East").normally("US"),
		text("MediaEncryption", "Encryption of the sound; for SIP addresses.").oneOf("disabled", "SRTP", "DTLS").normally("disabled"),
		text("PreferredCodecs", "Codecs to offer, with commas between them."),
		list("CustomHeaders", "SIP headers to send along.", object("", "A header.",
			text("name", "Its name.").required(),
			text("value", "Its value.").required().private(),
		)),
		text("SuperviseCallSid", "A running call that this one listens to; no callbacks are sent for it."),
		text("SupervisingRole", "What the supervisor hears and who hears them.").oneOf("barge", "whisper", "monitor").normally("barge"),
	}
}
