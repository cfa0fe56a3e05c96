package texml

// twimlElements are elements of TwiML that Telnyx does not have, by "Parent.Name" or by name, and what
// to write instead.
var twimlElements = map[string]string{
	"Client":               "dial the SIP address of the credential: <Sip>sip:user@sip.telnyx.com</Sip>",
	"Identity":             "dial the SIP address of the credential: <Sip>sip:user@sip.telnyx.com</Sip>",
	"Room":                 "Telnyx has no video rooms in TeXML; <Dial><Conference> joins an audio conference",
	"VirtualAgent":         "use <Connect><AIAssistant id=\"assistant-…\"/></Connect>",
	"Autopilot":            "use <Connect><AIAssistant id=\"assistant-…\"/></Connect> or <AIGather>",
	"Connect.Assistant":    "use <AIAssistant id=\"assistant-…\"/>",
	"AiSession":            "use <Connect><AIAssistant id=\"assistant-…\"/></Connect>",
	"Connect.Conversation": "use <Connect><AIAssistant id=\"assistant-…\"/></Connect>",
	"Sms":                  "send it through Telnyx's messaging API, or with <HttpRequest>",
	"Response.Message":     "send it through Telnyx's messaging API, or with <HttpRequest>",
	"Echo":                 "Telnyx has nothing like it; <Record> and <Play> come close",
	"Task":                 "Telnyx has no TaskRouter; <Enqueue> takes the name of a queue as its text",
	"Application":          "dial a number or a SIP address of the other application",
	"Sim":                  "dial the number of the SIM",
	"WhatsApp":             "dial a number or a SIP address",
}

// renamed is an attribute of TwiML: what Telnyx calls it, or what to do without it.
type renamed struct{ to, hint string }

// twimlAttrs are attributes of TwiML that Telnyx does not have, by "Element.attribute".
var twimlAttrs = map[string]renamed{
	"Gather.method":              {hint: "the action uses the method that the TeXML application is configured with"},
	"Gather.actionOnEmptyResult": {hint: "when nothing is entered the next verb runs: put a <Redirect> behind the Gather"},
	"Gather.speechModel":         {to: "model"},
	"Gather.enhanced":            {to: "useEnhanced"},
	"Gather.debug":               {hint: "leave it out"},
	"Gather.bargeIn":             {hint: "input always interrupts the prompts"},

	"Dial.trim":           {hint: "recordings of a Dial are not trimmed"},
	"Dial.recordingTrack": {to: "recordingChannels"},
	"Dial.referUrl":       {hint: "Telnyx has <Refer action> for calls that it hands over itself"},
	"Dial.referMethod":    {hint: "Telnyx has <Refer action> for calls that it hands over itself"},
	"Dial.callReason":     {hint: "leave it out"},

	"Number.byoc":                    {hint: "trunks are chosen in the portal"},
	"Number.amdStatusCallbackMethod": {hint: "POST is used"},
	"Number.phoneNumberSid":          {hint: "leave it out"},
	"Sip.amdStatusCallbackMethod":    {hint: "POST is used"},

	"Conference.region":           {hint: "the room is where the call is"},
	"Conference.jitterBufferSize": {hint: "leave it out"},
	"Conference.coach":            {hint: "supervise through the REST call's SuperviseCallSid"},
	"Conference.eventCallbackUrl": {to: "statusCallback"},

	"Queue.reservationSid":      {hint: "Telnyx has no TaskRouter"},
	"Queue.postWorkActivitySid": {hint: "Telnyx has no TaskRouter"},
	"Enqueue.workflowSid":       {hint: "Telnyx has no TaskRouter: the text is the name of a queue"},

	"Record.recordingTrack": {hint: "the caller is recorded; channels says how"},

	"Transcription.statusCallbackUrl":          {to: "transcriptionCallback"},
	"Transcription.statusCallbackMethod":       {to: "transcriptionCallbackMethod"},
	"Transcription.languageCode":               {to: "language"},
	"Transcription.track":                      {to: "transcriptionTracks"},
	"Transcription.partialResults":             {to: "interimResults"},
	"Transcription.speechModel":                {to: "model"},
	"Transcription.name":                       {hint: "<Stop><Transcription/></Stop> needs no name"},
	"Transcription.inboundTrackLabel":          {hint: "leave it out"},
	"Transcription.outboundTrackLabel":         {hint: "leave it out"},
	"Transcription.profanityFilter":            {hint: "only Gather has it"},
	"Transcription.enableAutomaticPunctuation": {to: "smartFormat"},
	"Transcription.intelligenceService":        {hint: "leave it out"},
	"Transcription.enableProviderData":         {hint: "leave it out"},
	"Stop.Transcription.name":                  {hint: "<Stop><Transcription/></Stop> needs no name"},

	"Pay.tokenType":       {hint: "the connector decides"},
	"Pay.bankAccountType": {hint: "leave it out"},
	"Pay.input":           {hint: "keys are what is collected"},
	"Pay.securityCode":    {hint: "the security code is always asked for"},

	"ConversationRelay.ttsLanguage":                  {to: "language"},
	"ConversationRelay.transcriptionLanguage":        {to: "language"},
	"ConversationRelay.welcomeGreetingLanguage":      {to: "language"},
	"ConversationRelay.ttsProvider":                  {to: "voice"},
	"ConversationRelay.speechModel":                  {hint: "a <Language> has speechModel"},
	"ConversationRelay.interruptSensitivity":         {to: "interruptible"},
	"ConversationRelay.interruptByDtmf":              {to: "interruptible"},
	"ConversationRelay.reportInputDuringAgentSpeech": {hint: "leave it out"},
	"ConversationRelay.preemptible":                  {hint: "leave it out"},
	"ConversationRelay.hints":                        {hint: "leave it out"},
	"ConversationRelay.debug":                        {hint: "leave it out"},
	"ConversationRelay.elevenlabsTextNormalization":  {hint: "leave it out"},
}

// twimlValues are values of TwiML that Telnyx does not take, by "Element.attribute=value", and what to
// write instead.
var twimlValues = map[string]string{
	"Gather.speechTimeout=auto":                        `a number of seconds, such as "2"`,
	"Gather.timeout=auto":                              `a number of seconds, such as "5"`,
	"Gather.finishOnKey=any":                           `"0123456789*#"`,
	"Dial.record=true":                                 `"record-from-answer"`,
	"Dial.record=false":                                `"do-not-record"`,
	"Conference.record=true":                           `"record-from-start"`,
	"Conference.record=false":                          `"do-not-record"`,
	"Record.trim=do-not-trim":                          "leave it out: silence is kept",
	"Recording.trim=do-not-trim":                       "leave it out: silence is kept",
	"Dial.recordingChannels=mono":                      `"single"`,
	"Record.channels=mono":                             `"single"`,
	"Siprec.track=inbound":                             `"inbound_track"`,
	"Siprec.track=outbound":                            `"outbound_track"`,
	"Siprec.track=both":                                `"both_tracks"`,
	"Stream.track=inbound":                             `"inbound_track"`,
	"Stream.track=outbound":                            `"outbound_track"`,
	"Stream.track=both":                                `"both_tracks"`,
	"Suppression.direction=inbound_track":              `"inbound"`,
	"Transcription.transcriptionTracks=inbound_track":  `"inbound"`,
	"Transcription.transcriptionTracks=outbound_track": `"outbound"`,
	"Transcription.transcriptionTracks=both_tracks":    `"both"`,
	"Conference.waitUrl=":                              "leave it out",
}
