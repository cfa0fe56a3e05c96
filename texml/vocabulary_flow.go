package texml

// flowVocabulary declares the root and what steers a call.
var flowVocabulary = []*ElementDecl{
	{
		Key: "Response",
		Doc: "The document: verbs that run from top to bottom.",
		Children: append(each(
			"Say", "Play", "Pause", "Gather", "AIGather", "Dial", "Refer", "Enqueue", "Leave", "Redirect", "Reject", "Hangup",
			"Record", "Start", "Stop", "Connect", "HttpRequest", "Pay",
		), ChildDecl{
			Key:   "Response.AIAssistant",
			Doubt: "One sample of Telnyx's puts AIAssistant directly into the Response; its own page has it in Connect only.",
		}),
		Doubts: []string{
			"An empty Response is not described; the call probably ends.",
			"There is a limit of size, whose value is not published.",
		},
	},
	{
		Key:      "Enqueue",
		Doc:      "Puts the call into a queue and waits until it leaves.",
		Terminal: WithAction,
		Asks:     true,
		Text: TextDecl{
			Type: TypeString, Doc: "Name of the queue.",
			Missing: "Telnyx's page shows an empty Enqueue and never explains the text; its notes, like TwiML, use the text as the name of the queue.",
		},
		Attrs: []AttrDecl{
			action("Requested when the call leaves the queue: after Leave, the longest wait, or the talk that followed."),
			method("method", "action"),
			{Name: "waitUrl", Type: TypeURL, URL: DocumentURL, Context: WaitURL, Doc: "Document played meanwhile, requested again each time it runs out."},
			method("waitUrlMethod", "waitUrl"),
			{Name: "maxWaitTimeSecs", Type: TypeInt, Range: atLeast(1), Default: "14400", Doc: "Seconds after which the call is taken out; Telnyx only."},
		},
	},
	{
		Key:      "Leave",
		Doc:      "Takes the call out of its queue, in the document of a waitUrl, and goes on after the Enqueue.",
		Terminal: Always,
	},
	{
		Key:      "Redirect",
		Doc:      "Goes on with the document of another URL; nothing after it runs.",
		Terminal: Always,
		Text:     TextDecl{Type: TypeURL, URL: DocumentURL, Required: true, Doc: "URL of the document."},
		Attrs: []AttrDecl{
			{Name: "method", Type: TypeEnum, Values: []string{"GET", "POST"}, Default: "POST", Doc: "HTTP method of the request."},
		},
	},
	{
		Key:      "Reject",
		Doc:      "Refuses an incoming call. As the first verb it costs nothing; later it hangs up.",
		Terminal: Always,
		Attrs: []AttrDecl{
			{Name: "reason", Type: TypeEnum, Values: []string{"rejected", "busy"}, Default: "rejected", Doc: "What the caller is told."},
		},
		Doubts: []string{"Which SIP codes are sent, 404 and 486, is only in Telnyx's notes."},
	},
	{
		Key:      "Hangup",
		Doc:      "Ends the call.",
		Terminal: Always,
	},
}
