package texml

// speechRules are about voices and what they say.
var speechRules = []Rule{
	{
		Code: "TX401", Severity: Error, Title: "not the name of a voice",
		Explanation: "A voice is man, woman or alice on Say, or begins with its provider: Telnyx.<model>.<voice>, Polly.<voice>, Azure.<voice>, ElevenLabs.<model>.<voice>, and so on.",
		Wrong:       `<Say voice="Joanna">Hello.</Say>`,
		Right:       `<Say voice="Polly.Joanna-Neural">Hello.</Say>`,
	},
	{
		Code: "TX402", Severity: Warning, Title: "Telnyx does not list this provider here",
		Explanation: "The page of AIGather names Telnyx, ElevenLabs and AWS Polly; that of Say leaves out xAI and Humain.",
		Wrong:       `<Say voice="xAI.eve">Hello.</Say>`,
		Right:       `<Say voice="Telnyx.NaturalHD.astra">Hello.</Say>`,
	},
	{
		Code: "TX403", Severity: Warning, Title: "the letter case of the voice",
		Explanation: "The pages of TeXML write providers with capitals; those of the speech API do not. Whether case matters is not stated.",
		Wrong:       `<Say voice="polly.Joanna-Neural">Hello.</Say>`,
		Right:       `<Say voice="Polly.Joanna-Neural">Hello.</Say>`,
	},
	{
		Code: "TX404", Severity: Warning, Title: "a Polly voice that is not neural",
		Explanation: "Telnyx's notes say that such a voice may be replaced by a default voice.",
		Wrong:       `<Say voice="Polly.Joanna">Hello.</Say>`,
		Right:       `<Say voice="Polly.Joanna-Neural">Hello.</Say>`,
	},
	{
		Code: "TX405", Severity: Warning, Title: "the provider of the voice ignores this",
		Explanation: "gender and effect are for Azure, languageBoost is for Telnyx.Qwen3TTS, voice_speed is for Telnyx voices, man and woman speak English only.",
		Wrong:       `<Say voice="Polly.Joanna-Neural" gender="Female">Hello.</Say>`,
		Right:       `<Say voice="Azure.en-CA-ClaraNeural" gender="Female">Hello.</Say>`,
	},
	{
		Code: "TX406", Severity: Error, Title: "the voice needs a key",
		Explanation: "ElevenLabs voices need api_key_ref, the name of a secret kept at Telnyx; Azure with a key of one's own needs region.",
		Wrong:       `<Say voice="ElevenLabs.Default.cgSgspJ2msm6clMCkdW9">Hello.</Say>`,
		Right:       `<Say voice="ElevenLabs.Default.cgSgspJ2msm6clMCkdW9" api_key_ref="elevenlabs">Hello.</Say>`,
	},
	{
		Code: "TX407", Severity: Warning, Title: "the text is longer than 3,000 characters",
		Explanation: "The Voice API takes 3,000 characters at a time, also for a greeting; for Say no limit is given.",
		Wrong:       `<Say>…3,001 characters…</Say>`,
		Right:       `<Say>Short.</Say>`,
	},
	{
		Code: "TX408", Severity: Warning, Title: "SSML where Telnyx does not document it",
		Explanation: "No page of Telnyx's shows SSML inside of Say, though TwiML allows it. In a Greeting it is documented for AWS Polly voices.",
		Wrong:       `<Say voice="Polly.Joanna-Neural">Wait<break time="1s"/> please.</Say>`,
		Right:       `<Say voice="Polly.Joanna-Neural">Wait please.</Say>`,
	},
}

// orderRules are about what runs after what, and with what.
var orderRules = []Rule{
	{
		Code: "TX501", Severity: Error, Title: "the verb is never reached",
		Explanation: "Nothing runs after Redirect, Reject, Hangup, Leave and Pay.",
		Wrong:       `<Hangup/><Say>Goodbye.</Say>`,
		Right:       `<Say>Goodbye.</Say><Hangup/>`,
	},
	{
		Code: "TX502", Severity: Warning, Title: "a playback that fails ends the document",
		Explanation: `When audio cannot be played Telnyx drops the rest of the document. continueOnError="true" goes on.`,
		Wrong:       `<Play>https://cdn.example.com/hello.mp3</Play><Dial>+13125550123</Dial>`,
		Right:       `<Play continueOnError="true">https://cdn.example.com/hello.mp3</Play><Dial>+13125550123</Dial>`,
	},
	{
		Code: "TX503", Severity: Error, Title: "Pay without action",
		Explanation: "At the end Pay requests the current document again, which takes the payment again, and so on.",
		Wrong:       `<Pay chargeAmount="12.50"/>`,
		Right:       `<Pay chargeAmount="12.50" action="https://app.example.com/paid"/>`,
	},
	{
		Code: "TX504", Severity: Warning, Title: "what is gathered goes nowhere",
		Explanation: "Without an action the input is dropped and the next verb runs. TwiML would request the current document.",
		Wrong:       `<Gather numDigits="1"><Say>Press one.</Say></Gather><Hangup/>`,
		Right:       `<Gather numDigits="1" action="/menu"><Say>Press one.</Say></Gather><Hangup/>`,
	},
	{
		Code: "TX505", Severity: Warning, Title: "nothing follows when nothing is gathered",
		Explanation: "When the caller stays silent the next verb runs; without one the call ends. Reports say that the action of AIGather is sometimes not requested at all.",
		Wrong:       `<Gather action="/menu"><Say>Press one.</Say></Gather>`,
		Right:       `<Gather action="/menu"><Say>Press one.</Say></Gather><Say>We heard nothing.</Say>`,
	},
	{
		Code: "TX506", Severity: Warning, Title: "repeated for ever",
		Explanation: `loop="0" repeats until the caller hangs up; what follows is never reached.`,
		Wrong:       `<Say loop="0">Please hold.</Say><Redirect>/menu</Redirect>`,
		Right:       `<Say loop="3">Please hold.</Say><Redirect>/menu</Redirect>`,
	},
	{
		Code: "TX507", Severity: Warning, Title: "Reject after other verbs",
		Explanation: "Only as the first verb Reject refuses the call at no cost; once something was played the call is answered, and Reject hangs up.",
		Wrong:       `<Say>We are closed.</Say><Reject/>`,
		Right:       `<Reject reason="busy"/>`,
	},
	{
		Code: "TX508", Severity: Error, Title: "model and engine do not belong together",
		Explanation: "A model is written vendor/model, and the vendor is the engine's; only Google's phone_call and the like have none.",
		Wrong:       `<Gather input="speech" transcriptionEngine="Azure" region="eastus" model="deepgram/nova-3" action="/menu"/><Hangup/>`,
		Right:       `<Gather input="speech" transcriptionEngine="Deepgram" model="deepgram/nova-3" action="/menu"/><Hangup/>`,
	},
	{
		Code: "TX509", Severity: Warning, Title: "the speech engine drops this",
		Explanation: "Deepgram nova-3 takes keyterms, nova-2 takes hints; smartFormat is Deepgram's, useEnhanced is Google's.",
		Wrong:       `<Gather input="speech" transcriptionEngine="Deepgram" model="deepgram/nova-3" hints="sales" action="/menu"/><Hangup/>`,
		Right:       `<Gather input="speech" transcriptionEngine="Deepgram" model="deepgram/nova-3" keyterms="sales" action="/menu"/><Hangup/>`,
	},
	{
		Code: "TX510", Severity: Error, Title: "the engine needs a region",
		Explanation: "Azure does not work without region.",
		Wrong:       `<Start><Transcription transcriptionEngine="Azure"/></Start><Hangup/>`,
		Right:       `<Start><Transcription transcriptionEngine="Azure" region="eastus"/></Start><Hangup/>`,
	},
}
