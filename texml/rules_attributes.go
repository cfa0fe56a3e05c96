package texml

// attributeRules are about the names and the values of attributes.
var attributeRules = []Rule{
	{
		Code: "TX201", Severity: Error, Title: "there is no such attribute",
		Explanation: "Telnyx ignores an attribute that it does not know and uses the default instead, without a word.",
		Wrong:       `<Pause seconds="2"/><Hangup/>`,
		Right:       `<Pause length="2"/><Hangup/>`,
	},
	{
		Code: "TX202", Severity: Error, Title: "the name of the attribute is written differently",
		Explanation: "Names are case-sensitive, and Telnyx spells the same idea differently from element to element: voiceSpeed on Say, voice_speed on Voice.",
		Wrong:       `<Gather numdigits="1" action="/menu"/><Hangup/>`,
		Right:       `<Gather numDigits="1" action="/menu"/><Hangup/>`,
	},
	{
		Code: "TX203", Severity: Error, Title: "the attribute belongs on another element",
		Explanation: "Telnyx ignores it here.",
		Wrong:       `<Connect><ConversationRelay url="wss://app.example.com/relay" action="/done"/></Connect>`,
		Right:       `<Connect action="/done"><ConversationRelay url="wss://app.example.com/relay"/></Connect>`,
	},
	{
		Code: "TX204", Severity: Error, Title: "an attribute is missing",
		Explanation: "Telnyx cannot do without it.",
		Wrong:       `<Connect><Stream/></Connect>`,
		Right:       `<Connect><Stream url="wss://app.example.com/media"/></Connect>`,
	},
	{
		Code: "TX205", Severity: Error, Title: "neither true nor false",
		Explanation: "A boolean is the literal true or false.",
		Wrong:       `<Record playBeep="yes"/>`,
		Right:       `<Record playBeep="true"/>`,
	},
	{
		Code: "TX206", Severity: Error, Title: "not a whole number",
		Explanation: "The value is decimal digits, without a unit, a point or spaces.",
		Wrong:       `<Pause length="2s"/><Hangup/>`,
		Right:       `<Pause length="2"/><Hangup/>`,
	},
	{
		Code: "TX207", Severity: Error, Title: "not a decimal number",
		Explanation: "The value is digits with at most one point, no comma.",
		Wrong:       `<Say voice="Telnyx.NaturalHD.astra" voiceSpeed="1,2">Hello.</Say>`,
		Right:       `<Say voice="Telnyx.NaturalHD.astra" voiceSpeed="1.2">Hello.</Say>`,
	},
	{
		Code: "TX208", Severity: Error, Title: "the number is out of its range",
		Explanation: "Telnyx documents which values it takes; what it does with others is not said.",
		Wrong:       `<Pause length="600"/><Hangup/>`,
		Right:       `<Pause length="180"/><Hangup/>`,
	},
	{
		Code: "TX209", Severity: Error, Title: "not one of the values",
		Explanation: "The attribute takes only certain words. Telnyx uses the default in place of others.",
		Wrong:       `<Reject reason="away"/>`,
		Right:       `<Reject reason="busy"/>`,
	},
	{
		Code: "TX210", Severity: Error, Title: "the value is written differently",
		Explanation: "Values are case-sensitive, and the order of words counts.",
		Wrong:       `<Gather input="DTMF" action="/menu"/><Hangup/>`,
		Right:       `<Gather input="dtmf" action="/menu"/><Hangup/>`,
	},
	{
		Code: "TX211", Severity: Warning, Title: "a word stands twice in a list",
		Explanation: "One of them is too many; perhaps another word was meant.",
		Wrong:       `<Dial><Number statusCallback="/leg" statusCallbackEvent="ringing ringing">+13125550123</Number></Dial>`,
		Right:       `<Dial><Number statusCallback="/leg" statusCallbackEvent="ringing answered">+13125550123</Number></Dial>`,
	},
	{
		Code: "TX212", Severity: Error, Title: "characters that are not allowed",
		Explanation: "Keys are 0 to 9, * and #; where DTMF is sent, w waits half a second.",
		Wrong:       `<Gather finishOnKey="A" action="/menu"/><Hangup/>`,
		Right:       `<Gather finishOnKey="*" action="/menu"/><Hangup/>`,
	},
	{
		Code: "TX213", Severity: Warning, Title: "not an international phone number",
		Explanation: "Telnyx wants numbers as E.164: +, country code, number, without spaces.",
		Wrong:       `<Dial><Number>(312) 555-0123</Number></Dial>`,
		Right:       `<Dial><Number>+13125550123</Number></Dial>`,
	},
	{
		Code: "TX214", Severity: Error, Title: "not a SIP address",
		Explanation: "A SIP address is sip:name@host.",
		Wrong:       `<Dial><Sip>desk@pbx.example.com</Sip></Dial>`,
		Right:       `<Dial><Sip>sip:desk@pbx.example.com</Sip></Dial>`,
	},
	{
		Code: "TX215", Severity: Error, Title: "not a UUID",
		Explanation: "The id is 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.",
		Wrong:       `<Say pronunciationDictId="names">Hello.</Say>`,
		Right:       `<Say pronunciationDictId="0ccc7b54-4df3-4bca-a65a-3da1ecc777f0">Hello.</Say>`,
	},
	{
		Code: "TX216", Severity: Error, Title: "the attribute is not JSON",
		Explanation: "The attribute holds JSON; in double quotes, its quotes are written &quot;.",
		Wrong:       `<Pay action="/paid" parameters="{order: 1}"/>`,
		Right:       `<Pay action="/paid" parameters='{"order": 1}'/>`,
	},
	{
		Code: "TX217", Severity: Warning, Title: "not a language tag",
		Explanation: "A language is written as en or en-US.",
		Wrong:       `<Gather input="speech" language="en_US" action="/menu"/><Hangup/>`,
		Right:       `<Gather input="speech" language="en-US" action="/menu"/><Hangup/>`,
	},
	{
		Code: "TX218", Severity: Error, Title: "the text is too long or has characters that are not allowed",
		Explanation: "A display name is at most 128 of letters, digits, space and -_~!.+",
		Wrong:       `<Dial fromDisplayName="Ana &amp; Co">+13125550123</Dial>`,
		Right:       `<Dial fromDisplayName="Ana and Co">+13125550123</Dial>`,
	},
	{
		Code: "TX219", Severity: Warning, Title: "Telnyx's own sources disagree",
		Explanation: "Two pages of Telnyx's say different things about this. The page of the verb is followed here, and its table before its prose; try it out.",
		Wrong:       `<Record action="/saved" transcribe="true"/>`,
		Right:       `<Record action="/saved" transcription="true"/>`,
	},
	{
		Code: "TX220", Severity: Warning, Title: "the attribute has no effect here",
		Explanation: "It matters only together with another attribute or content, which is not there.",
		Wrong:       `<Dial><Number statusCallbackEvent="ringing">+13125550123</Number></Dial>`,
		Right:       `<Dial><Number statusCallback="/leg" statusCallbackEvent="ringing">+13125550123</Number></Dial>`,
	},
	{
		Code: "TX221", Severity: Warning, Title: "attributes or contents that exclude each other",
		Explanation: "Only one of the two is used.",
		Wrong:       `<Gather numDigits="4" maxDigits="6" action="/pin"/><Hangup/>`,
		Right:       `<Gather numDigits="4" action="/pin"/><Hangup/>`,
	},
	{
		Code: "TX222", Severity: Error, Title: "the least is more than the most",
		Explanation: "No input can be both.",
		Wrong:       `<Gather minDigits="6" maxDigits="4" action="/pin"/><Hangup/>`,
		Right:       `<Gather minDigits="4" maxDigits="6" action="/pin"/><Hangup/>`,
	},
	{
		Code: "TX223", Severity: Warning, Title: "the attribute is documented for this element elsewhere",
		Explanation: "The element has the attribute in another place; here it is bare. Under Stop, only Stream and Siprec carry anything: their name.",
		Wrong:       `<Stop><Transcription language="en"/></Stop><Hangup/>`,
		Right:       `<Stop><Transcription/></Stop><Hangup/>`,
	},
}

// urlRules are about URLs.
var urlRules = []Rule{
	{
		Code: "TX301", Severity: Error, Title: "not a URL",
		Explanation: "A URL has no spaces: write %20 or +.",
		Wrong:       `<Redirect>https://app.example.com/main menu</Redirect>`,
		Right:       `<Redirect>https://app.example.com/main%20menu</Redirect>`,
	},
	{
		Code: "TX302", Severity: Error, Title: "not a URL that Telnyx can request",
		Explanation: "Telnyx requests http and https only. A number is called with Dial, not redirected to.",
		Wrong:       `<Redirect>tel:+13125550123</Redirect>`,
		Right:       `<Redirect>https://app.example.com/menu</Redirect>`,
	},
	{
		Code: "TX303", Severity: Error, Title: "not the URL of a WebSocket",
		Explanation: "Telnyx opens a WebSocket: the URL is absolute and begins with wss:// (or ws://).",
		Wrong:       `<Connect><Stream url="https://app.example.com/media"/></Connect>`,
		Right:       `<Connect><Stream url="wss://app.example.com/media"/></Connect>`,
	},
	{
		Code: "TX304", Severity: Warning, Title: "audio at a relative URL",
		Explanation: `Telnyx documents absolute URLs for audio, or the name of a file in its media storage with mediaStorage="true".`,
		Wrong:       `<Play>hello.mp3</Play>`,
		Right:       `<Play>https://cdn.example.com/hello.mp3</Play>`,
	},
	{
		Code: "TX305", Severity: Warning, Title: "audio in a format that Telnyx does not list",
		Explanation: "Telnyx plays MP3 and WAV.",
		Wrong:       `<Play>https://cdn.example.com/hello.ogg</Play>`,
		Right:       `<Play>https://cdn.example.com/hello.mp3</Play>`,
	},
	{
		Code: "TX306", Severity: Warning, Title: "Telnyx cannot reach this host",
		Explanation: "The URL is requested from Telnyx's network, where localhost and private addresses are not yours. A tunnel has a public name.",
		Wrong:       `<Redirect>http://localhost:8080/menu</Redirect>`,
		Right:       `<Redirect>https://app.example.com/menu</Redirect>`,
	},
	{
		Code: "TX307", Severity: Warning, Title: "the URL is escaped twice",
		Explanation: "What the other side gets is amp;, not &. Escape once.",
		Wrong:       `<Redirect>https://app.example.com/menu?a=1&amp;amp;b=2</Redirect>`,
		Right:       `<Redirect>https://app.example.com/menu?a=1&amp;b=2</Redirect>`,
	},
	{
		Code: "TX308", Severity: Warning, Title: "a host name is read as a relative path",
		Explanation: "Without a scheme the whole is resolved against the URL of the document.",
		Wrong:       `<Redirect>app.example.com/menu</Redirect>`,
		Right:       `<Redirect>https://app.example.com/menu</Redirect>`,
	},
}
