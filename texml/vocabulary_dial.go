package texml

import "slices"

// thresholds is the contradiction about three attributes of Dial.
const thresholds = "Dial's page says that it needs the Premium mode; the REST call ignores the parameter of that name in Premium."

// recordingEvents are what a recording is reported about.
var recordingEvents = []string{"in-progress", "completed", "absent"}

// dialVocabulary declares what connects the caller to others.
var dialVocabulary = []*ElementDecl{
	{
		Key:      "Dial",
		Doc:      "Connects the caller to one number given as text, or to nouns. Several Number and Sip nouns ring at once unless sequential is true.",
		Terminal: WithAction,
		Asks:     true,
		Children: []ChildDecl{{Key: "Number"}, {Key: "Sip"}, {Key: "Queue", Max: 1}, {Key: "Conference", Max: 1}},
		Text:     TextDecl{Type: TypePhone, Doc: "The one destination, where there are no nouns."},
		Attrs: []AttrDecl{
			action("Requested when the dialed leg ends."),
			method("method", "action"),
			{Name: "callerId", Type: TypePhone, Doc: "Number that is shown, as +13125550100."},
			{Name: "fromDisplayName", Type: TypeString, MaxLen: 128, Chars: letters + "0123456789 -_~!.+", Doc: "SIP display name; the default is callerId."},
			flag("hangupOnStar", "false", "The caller drops the callee with *; not for a Conference."),
			{Name: "timeout", Type: TypeInt, Range: between(5, 120), Default: "30", Doc: "Seconds to ring."},
			{Name: "timeLimit", Type: TypeInt, Range: between(60, 14400), Default: "14400", Doc: "Seconds to talk."},
			{Name: "record", Type: TypeEnum, Values: []string{
				"do-not-record", "record-from-answer", "record-from-ringing", "record-from-answer-dual", "record-from-ringing-dual",
			}, Default: "do-not-record", Doc: "Record the call; Number and Sip only."},
			{Name: "recordingChannels", Type: TypeEnum, Values: []string{"single", "dual"}, Default: "single", With: "record!=do-not-record", Doc: "Both sides on one channel, or one each."},
			{Name: "recordMaxLength", Type: TypeInt, Range: between(0, 14400), Default: "0", With: "record!=do-not-record", Doc: "Seconds; 0 is no limit."},
			callback("recordingStatusCallback", "Told of the recording."),
			method("recordingStatusCallbackMethod", "recordingStatusCallback"),
			{Name: "recordingStatusCallbackEvent", Type: TypeList, Values: recordingEvents, Default: "completed", With: "recordingStatusCallback", Doc: "What is told."},
			flag("sendRecordingUrl", "true", "Put the URL of the recording into callbacks."),
			{Name: "ringTone", Type: TypeEnum, Values: ringTones, Default: "us", Without: []string{"audioUrl"}, Doc: "Ringback tone of a country."},
			{Name: "audioUrl", Type: TypeURL, URL: MediaURL, Doc: "Ringback of one's own; beats ringTone."},
			flag("answerOnBridge", "false", "Answer the caller only when the callee answers."),
			flag("sequential", "false", "Try Number and Sip nouns in their order."),
			flag("passDiversionHeader", "false", "Copy the SIP Diversion header."),
			{Name: "machineDetectionSpeechThreshold", Type: TypeInt, Range: atLeast(0), Conflict: thresholds, Doc: "Milliseconds; a longer greeting is a machine's."},
			{Name: "machineDetectionSpeechEndThreshold", Type: TypeInt, Range: atLeast(0), Conflict: thresholds, Doc: "Milliseconds of silence that end a greeting."},
			{Name: "machineDetectionSilenceTimeout", Type: TypeInt, Range: atLeast(0), Conflict: thresholds, Doc: "Milliseconds of silence at the beginning."},
		},
		Doubts: []string{"The table of children omits Conference, which has a page of its own."},
	},
	{
		Key:  "Number",
		Doc:  "A phone number to dial.",
		Text: TextDecl{Type: TypePhone, Required: true, Doc: "The number, as +13125550100."},
		Attrs: slices.Concat(legAttrs(), []AttrDecl{
			{Name: "deepfakeDetection", Type: TypeEnum, Values: []string{"Enable"}, Doc: "Analyse the voice of the callee."},
			{Name: "deepfakeDetectionCallbackUrl", Type: TypeURL, URL: CallbackURL, With: "deepfakeDetection", Doc: "Told of the result. The reply is not executed."},
		}, legRegion()),
	},
	{
		Key:  "Sip",
		Doc:  "A SIP address to dial.",
		Text: TextDecl{Type: TypeSIP, Required: true, Doc: "sip:name@host."},
		Attrs: slices.Concat(slices.DeleteFunc(legAttrs(), func(a AttrDecl) bool { return a.Name == "sendDigits" }), legRegion(), []AttrDecl{
			{Name: "username", Type: TypeString, With: "password", Doc: "User of SIP digest authentication."},
			{Name: "password", Type: TypeString, With: "username", Doc: "Password of SIP digest authentication: a secret."},
		}),
	},
	{
		Key:  "Queue",
		Doc:  "Connects to the caller who has waited longest in a queue.",
		Text: TextDecl{Type: TypeString, Required: true, Doc: "Name of the queue."},
		Attrs: []AttrDecl{
			{Name: "url", Type: TypeURL, URL: DocumentURL, Context: QueueURL, Doc: "Document run on the waiting caller just before."},
			method("method", "url"),
		},
		Doubts: []string{"Dial's page words it as adding a call to a queue; behaviour and examples take one out."},
	},
	{
		Key:   "Conference",
		Doc:   "A room with a name, created by whoever enters first.",
		Text:  TextDecl{Type: TypeString, Required: true, Doc: "Name of the room."},
		Attrs: conferenceAttrs,
	},
	{
		Key:      "Refer",
		Doc:      "Hands the call to another platform by SIP REFER.",
		Terminal: WithAction,
		Asks:     true,
		Children: []ChildDecl{{Key: "Refer.Sip", Min: 1, Max: 1}},
		Attrs: []AttrDecl{
			action("Requested when the handing over is done."),
			method("method", "action"),
		},
	},
	{
		Key:    "Refer.Sip",
		Doc:    "The address that a call is handed to.",
		Text:   TextDecl{Type: TypeSIP, Required: true, Doc: "sip:name@host."},
		Doubts: []string{"Attributes are not documented here."},
	},
}

// legAttrs are the attributes of Number and Sip up to where they differ; legRegion is the one after it.
func legAttrs() []AttrDecl {
	detecting := Condition("machineDetection!=Disable")
	return []AttrDecl{
		{Name: "url", Type: TypeURL, URL: DocumentURL, Context: ScreenURL, Doc: "Document run on the callee before the two are connected."},
		method("method", "url"),
		callback("statusCallback", "Told of this leg."),
		{Name: "statusCallbackEvent", Type: TypeList, Values: []string{"initiated", "ringing", "answered", "amd", "dtmf", "completed", "deepfake"}, Default: "completed", With: "statusCallback", Doc: "What is told."},
		method("statusCallbackMethod", "statusCallback"),
		{Name: "sendDigits", Type: TypeDigits, Chars: "0123456789#*w", Doc: "DTMF sent after the answer; w waits half a second."},
		{Name: "machineDetection", Type: TypeEnum, Values: []string{"Enable", "DetectMessageEnd", "Disable"}, Default: "Disable", Doc: "Detect answering machines."},
		{Name: "detectionMode", Type: TypeEnum, Values: []string{"Regular", "Premium", "PremiumCallScreening"}, Default: "Regular", With: detecting, Doc: "How they are detected."},
		{Name: "machineDetectionTimeout", Type: TypeInt, Range: between(500, 60000), Default: "3500", With: detecting, Doc: "Milliseconds; TwiML counts seconds."},
		{Name: "machineDetectionPromptEndTimeout", Type: TypeInt, Range: between(1000, 120000), With: "detectionMode=PremiumCallScreening", Doc: "Milliseconds; PremiumCallScreening only."},
		{Name: "machineDetectionBeepProfile", Type: TypeEnum, Values: []string{"both", "freq_only"}, Default: "both", With: detecting, Doc: "Which beeps are recognised."},
		{Name: "amdStatusCallback", Type: TypeURL, URL: CallbackURL, With: detecting, Doc: "Told of the detection. The reply is not executed."},
	}
}

func legRegion() []AttrDecl {
	return []AttrDecl{{Name: "sipRegion", Type: TypeEnum, Values: []string{"US", "Europe", "Canada", "Australia", "Middle East"}, Default: "US", Doc: "Where the SIP leg begins."}}
}

var conferenceAttrs = []AttrDecl{
	flag("muted", "false", "Enter muted."),
	flag("startConferenceOnEnter", "true", "false waits, muted and with music."),
	flag("endConferenceOnExit", "false", "Leaving ends it for all."),
	{Name: "maxParticipants", Type: TypeInt, Range: between(2, 250), Default: "250", Doc: "How many may enter."},
	{Name: "beep", Type: TypeEnum, Values: []string{"true", "false", "onEnter", "onExit"}, Default: "true", Doc: "When the others hear a beep."},
	{Name: "participantLabel", Type: TypeString, Doc: "A unique handle."},
	{Name: "record", Type: TypeEnum, Values: []string{"do-not-record", "record-from-start"}, Default: "do-not-record", Doc: "Record the room."},
	{Name: "recordBeep", Type: TypeBool, Default: "true", With: "record!=do-not-record", Doc: "Beep when recording begins."},
	{
		Name: "recordingTimeout", Type: TypeInt, Range: between(0, 14400), Default: "0", With: "record!=do-not-record", Doc: "Seconds of silence that end the recording; 0 is off.",
		Conflict: "Its page says that it is a limit of silence, which is billed as transcription; older notes call it the greatest length.",
	},
	{Name: "trim", Type: TypeEnum, Values: []string{"trim-silence", "do-not-trim"}, Default: "do-not-trim", With: "record!=do-not-record", Doc: "Cut silence off the recording."},
	flag("sendRecordingUrl", "true", "Put the URL of the recording into callbacks."),
	callback("recordingStatusCallback", "Told of the recording."),
	{Name: "recordingStatusCallbackEvent", Type: TypeList, Values: recordingEvents, Default: "completed", With: "recordingStatusCallback", Doc: "What is told."},
	method("recordingStatusCallbackMethod", "recordingStatusCallback"),
	callback("statusCallback", "Told of the room."),
	{Name: "statusCallbackEvent", Type: TypeList, Values: []string{"start", "end", "join", "leave", "speaker"}, With: "statusCallback", Doc: "What is told; nothing by default."},
	method("statusCallbackMethod", "statusCallback"),
	{Name: "waitUrl", Type: TypeURL, URL: WaitMediaURL, Context: ConferenceWait, Doc: "Audio or document before it begins."},
	method("waitMethod", "waitUrl"),
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
