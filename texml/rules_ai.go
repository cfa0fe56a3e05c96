package texml

// aiRules are about AIGather and what is written as JSON in it.
var aiRules = []Rule{
	{
		Code: "TX601", Severity: Error, Title: "AIGather without Parameters",
		Explanation: "Parameters say what to ask for; Telnyx requires them.",
		Wrong:       `<AIGather action="/got"><Greeting>Hello.</Greeting></AIGather><Hangup/>`,
		Right:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object","properties":{"name":{"type":"string","description":"Name"}},"required":["name"]}]]></Parameters></AIGather><Hangup/>`,
	},
	{
		Code: "TX602", Severity: Error, Title: "Parameters are not JSON",
		Explanation: "Parameters hold a JSON Schema. Put it into CDATA, so that its quotes and ampersands need no escaping.",
		Wrong:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object",}]]></Parameters></AIGather><Hangup/>`,
		Right:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object","properties":{"name":{"type":"string","description":"Name"}},"required":["name"]}]]></Parameters></AIGather><Hangup/>`,
	},
	{
		Code: "TX603", Severity: Error, Title: "Parameters are not the schema of an object",
		Explanation: `The schema has "type": "object" and "properties" with what to ask for.`,
		Wrong:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"string"}]]></Parameters></AIGather><Hangup/>`,
		Right:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object","properties":{"name":{"type":"string","description":"Name"}},"required":["name"]}]]></Parameters></AIGather><Hangup/>`,
	},
	{
		Code: "TX604", Severity: Warning, Title: "a property without description",
		Explanation: "The agent asks from the description; from a bare name it guesses.",
		Wrong:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object","properties":{"n":{"type":"string"}},"required":["n"]}]]></Parameters></AIGather><Hangup/>`,
		Right:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object","properties":{"n":{"type":"string","description":"The caller's full name"}},"required":["n"]}]]></Parameters></AIGather><Hangup/>`,
	},
	{
		Code: "TX605", Severity: Warning, Title: "several properties and none required",
		Explanation: "Without required the first value that is collected ends the gather; the others are never asked for.",
		Wrong:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object","properties":{"name":{"type":"string","description":"Name"},"time":{"type":"string","description":"Time"}}}]]></Parameters></AIGather><Hangup/>`,
		Right:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object","properties":{"name":{"type":"string","description":"Name"},"time":{"type":"string","description":"Time"}},"required":["name","time"]}]]></Parameters></AIGather><Hangup/>`,
	},
	{
		Code: "TX606", Severity: Error, Title: "required names what is not there",
		Explanation: "The gather ends when everything in required is known; what is not among the properties never is.",
		Wrong:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object","properties":{"name":{"type":"string","description":"Name"}},"required":["phone"]}]]></Parameters></AIGather><Hangup/>`,
		Right:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object","properties":{"name":{"type":"string","description":"Name"}},"required":["name"]}]]></Parameters></AIGather><Hangup/>`,
	},
	{
		Code: "TX607", Severity: Warning, Title: "a key stands twice in JSON",
		Explanation: "Which of the two counts is anybody's guess.",
		Wrong:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object","properties":{"name":{"type":"string","description":"Name"},"name":{"type":"string","description":"Name"}},"required":["name"]}]]></Parameters></AIGather><Hangup/>`,
		Right:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object","properties":{"name":{"type":"string","description":"Name"}},"required":["name"]}]]></Parameters></AIGather><Hangup/>`,
	},
	{
		Code: "TX608", Severity: Error, Title: "the Tool is not the JSON of a tool",
		Explanation: `A tool is {"type": "<type>", "<type>": {…}}.`,
		Wrong:       withTool(`hangup`),
		Right:       withTool(`{"type":"hangup","hangup":{}}`),
	},
	{
		Code: "TX609", Severity: Error, Title: "there is no such tool",
		Explanation: "The tools are hangup, transfer, webhook, retrieval, book_appointment and check_availability. Stored assistants know more.",
		Wrong:       withTool(`{"type":"hang_up","hang_up":{}}`),
		Right:       withTool(`{"type":"hangup","hangup":{}}`),
	},
	{
		Code: "TX610", Severity: Error, Title: "the tool lacks the key of its type",
		Explanation: `Both keys are required, also when there is nothing to say: "hangup": {}.`,
		Wrong:       withTool(`{"type":"hangup"}`),
		Right:       withTool(`{"type":"hangup","hangup":{}}`),
	},
	{
		Code: "TX611", Severity: Warning, Title: "the shape of the transfer tool is disputed",
		Explanation: `The example of AIGather has a list of targets, the API an object: {"from": …, "targets": [{"name", "to"}]}. The API's is typed and the safer one.`,
		Wrong:       withTool(`{"type":"transfer","transfer":[{"name":"Sales","to":"+13125550123"}]}`),
		Right:       withTool(`{"type":"transfer","transfer":{"from":"+13125550100","targets":[{"name":"Sales","to":"+13125550123"}]}}`),
	},
	{
		Code: "TX612", Severity: Error, Title: "the tool lacks something, or has it wrong",
		Explanation: "Each type has fields that Telnyx requires: a transfer from and targets with to, a webhook name, description and url.",
		Wrong:       withTool(`{"type":"webhook","webhook":{"name":"stock"}}`),
		Right:       withTool(`{"type":"webhook","webhook":{"name":"stock","description":"Is it in stock?","url":"https://app.example.com/stock"}}`),
	},
	{
		Code: "TX613", Severity: Warning, Title: "tools in two places",
		Explanation: "The table of AIGather has Tools in the verb, the example in Assistant. Which of the two Telnyx reads is not said: write one.",
		Wrong:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object","properties":{"name":{"type":"string","description":"Name"}}}]]></Parameters><Tools><Tool>{"type":"hangup","hangup":{}}</Tool></Tools><Assistant><Tools><Tool>{"type":"hangup","hangup":{}}</Tool></Tools></Assistant></AIGather><Hangup/>`,
		Right:       withTool(`{"type":"hangup","hangup":{}}`),
	},
	{
		Code: "TX614", Severity: Warning, Title: "the call begins in silence",
		Explanation: "Without a Greeting the agent waits until the caller speaks, and the caller waits too.",
		Wrong:       `<AIGather action="/got"><Parameters><![CDATA[{"type":"object","properties":{"name":{"type":"string","description":"Name"}}}]]></Parameters></AIGather><Hangup/>`,
		Right:       `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object","properties":{"name":{"type":"string","description":"Name"}}}]]></Parameters></AIGather><Hangup/>`,
	},
}

// withTool is an example around the JSON of a tool.
func withTool(json string) string {
	return `<AIGather action="/got"><Greeting>Your name?</Greeting><Parameters><![CDATA[{"type":"object","properties":{"name":{"type":"string","description":"Name"}}}]]></Parameters>` +
		`<Tools><Tool><![CDATA[` + json + `]]></Tool></Tools></AIGather><Hangup/>`
}

// twimlRules are about what Twilio has and Telnyx has not.
var twimlRules = []Rule{
	{
		Code: "TX701", Severity: Error, Title: "an element of TwiML that Telnyx does not have",
		Explanation: "Telnyx drops it silently.",
		Wrong:       `<Dial><Client>ana</Client></Dial>`,
		Right:       `<Dial><Sip>sip:ana@sip.telnyx.com</Sip></Dial>`,
	},
	{
		Code: "TX702", Severity: Error, Title: "an attribute of TwiML that Telnyx calls something else",
		Explanation: "Telnyx ignores the name that TwiML has for it.",
		Wrong:       `<Gather input="speech" speechModel="phone_call" action="/menu"/><Hangup/>`,
		Right:       `<Gather input="speech" transcriptionEngine="Google" model="phone_call" action="/menu"/><Hangup/>`,
	},
	{
		Code: "TX703", Severity: Warning, Title: "an attribute of TwiML that Telnyx does not have",
		Explanation: "Telnyx ignores it; the rest of the verb works.",
		Wrong:       `<Gather method="POST" action="/menu"/><Hangup/>`,
		Right:       `<Gather action="/menu"/><Hangup/>`,
	},
	{
		Code: "TX704", Severity: Error, Title: "a value as TwiML has it",
		Explanation: "The attribute is the same, but its values or their unit are not.",
		Wrong:       `<Dial><Number machineDetection="Enable" machineDetectionTimeout="30">+13125550123</Number></Dial>`,
		Right:       `<Dial><Number machineDetection="Enable" machineDetectionTimeout="30000">+13125550123</Number></Dial>`,
	},
}
