package texml

// documentRules are about the document as a whole.
var documentRules = []Rule{
	{
		Code: "TX001", Severity: Error, Title: "the document is not well-formed XML",
		Explanation: "Telnyx cannot read such a document, and the call ends. Only straight quotes are quotes, & is written &amp;, < is written &lt;.",
		Wrong:       `<Say>Tom & Jerry</Say>`,
		Right:       `<Say>Tom &amp; Jerry</Say>`,
	},
	{
		Code: "TX002", Severity: Error, Title: "the root is not Response",
		Explanation: "A document is one Response with verbs in it; the name is case-sensitive.",
		Wrong:       `<Responses><Hangup/></Responses>`,
		Right:       `<Response><Hangup/></Response>`,
	},
	{
		Code: "TX003", Severity: Warning, Title: "the document is too large",
		Explanation: "Telnyx has a limit of size, whose value it does not publish; texmlsrv sends at most 64 KiB. Split the document with Redirect.",
		Wrong:       `<Response><Say>…64 KiB of text…</Say></Response>`,
		Right:       `<Response><Say>Short.</Say></Response>`,
	},
	{
		Code: "TX004", Severity: Warning, Title: "a namespace where TeXML has none",
		Explanation: "TeXML has no namespaces. What Telnyx does with a prefix or a default namespace is not documented; it may take the element for an unknown one and drop it.",
		Wrong:       `<Response xmlns="http://example.com/texml"><Hangup/></Response>`,
		Right:       `<Response><Hangup/></Response>`,
	},
	{
		Code: "TX005", Severity: Warning, Title: "the document does nothing",
		Explanation: "Telnyx does not describe what an empty Response does; the call probably ends. Write Hangup, if that is what is meant.",
		Wrong:       `<Response/>`,
		Right:       `<Response><Hangup/></Response>`,
	},
	{
		Code: "TX006", Severity: Warning, Title: "{{ is left in the document",
		Explanation: "Telnyx runs Mustache over fetched documents: {{From}} is replaced, {{#secret}} speaks a secret. In a finished document it is either that, on purpose, or a template that was never rendered. In the parts of an HttpRequest and in a Tool it is expected.",
		Wrong:       `<Say>Hello {{name}}.</Say>`,
		Right:       `<Say>Hello Ana.</Say>`,
	},
	{
		Code: "TX007", Severity: Error, Title: "a part of a template in a finished document",
		Explanation: "flow:if, flow:for, and src of Parameters are for the templates of texmlsrv, which takes them out when it renders. Telnyx knows none of them. If the file is a template, check it as one.",
		Wrong:       `<Response xmlns:flow="https://texmlsrv/flow"><Say flow:if="attempt == 1">Hello.</Say></Response>`,
		Right:       `<Response><Say>Hello.</Say></Response>`,
	},
	{
		Code: "TX008", Severity: Error, Title: "the prefix flow is not declared as it has to be",
		Explanation: `A template that uses flow:if or flow:for declares the prefix on its root: xmlns:flow="https://texmlsrv/flow".`,
		Wrong:       `<Response><Say flow:if="attempt == 1">Hello.</Say></Response>`,
		Right:       `<Response xmlns:flow="https://texmlsrv/flow"><Say flow:if="attempt == 1">Hello.</Say></Response>`,
	},
	{
		Code: "TX009", Severity: Error, Title: "there is no such flow: attribute",
		Explanation: "Templates have flow:if and flow:for, on any element.",
		Wrong:       `<Response xmlns:flow="https://texmlsrv/flow"><Say flow:when="attempt == 1">Hello.</Say></Response>`,
		Right:       `<Response xmlns:flow="https://texmlsrv/flow"><Say flow:if="attempt == 1">Hello.</Say></Response>`,
	},
}

// elementRules are about which elements stand where.
var elementRules = []Rule{
	{
		Code: "TX101", Severity: Error, Title: "there is no such element",
		Explanation: "Telnyx drops an element that it does not know, with all that is in it, without a word.",
		Wrong:       `<Speak>Hello.</Speak>`,
		Right:       `<Say>Hello.</Say>`,
	},
	{
		Code: "TX102", Severity: Error, Title: "the name of the element is written differently",
		Explanation: "Names are case-sensitive. Telnyx drops an element whose name it does not know.",
		Wrong:       `<say>Hello.</say>`,
		Right:       `<Say>Hello.</Say>`,
	},
	{
		Code: "TX103", Severity: Error, Title: "the element does not belong here",
		Explanation: "Telnyx knows the element, but not in this place, and drops it.",
		Wrong:       `<Number>+13125550123</Number>`,
		Right:       `<Dial><Number>+13125550123</Number></Dial>`,
	},
	{
		Code: "TX104", Severity: Error, Title: "an element is missing inside",
		Explanation: "The element does nothing without it.",
		Wrong:       `<Connect/>`,
		Right:       `<Connect><AIAssistant id="assistant-1"/></Connect>`,
	},
	{
		Code: "TX105", Severity: Error, Title: "the element stands here too often",
		Explanation: "Telnyx documents one. Which of several it takes is not said.",
		Wrong:       `<Refer><Sip>sip:a@example.com</Sip><Sip>sip:b@example.com</Sip></Refer>`,
		Right:       `<Refer><Sip>sip:a@example.com</Sip></Refer>`,
	},
	{
		Code: "TX106", Severity: Error, Title: "text where none belongs",
		Explanation: "Nobody hears it: only Say speaks.",
		Wrong:       `<Gather action="/menu">Press one.</Gather><Hangup/>`,
		Right:       `<Gather action="/menu"><Say>Press one.</Say></Gather><Hangup/>`,
	},
	{
		Code: "TX107", Severity: Error, Title: "the text is missing",
		Explanation: "The element has nothing to work with.",
		Wrong:       `<Redirect/>`,
		Right:       `<Redirect>https://app.example.com/menu</Redirect>`,
	},
	{
		Code: "TX108", Severity: Error, Title: "contents that exclude each other",
		Explanation: "A Dial has either a number as text, or Number and Sip elements, or one Queue, or one Conference. Telnyx does not say which of them wins.",
		Wrong:       `<Dial>+13125550123<Number>+13125550124</Number></Dial>`,
		Right:       `<Dial><Number>+13125550123</Number><Number>+13125550124</Number></Dial>`,
	},
	{
		Code: "TX109", Severity: Warning, Title: "the place is not documented, or contradicted",
		Explanation: "Telnyx's own pages disagree on whether the element may stand here, or only TwiML says so. It may be dropped.",
		Wrong:       `<Gather action="/menu"><Say>Press one.</Say><Pause/></Gather><Hangup/>`,
		Right:       `<Gather action="/menu" timeout="6"><Say>Press one.</Say></Gather><Hangup/>`,
	},
	{
		Code: "TX110", Severity: Error, Title: "the verb cannot be used in a document that is fetched for this",
		Explanation: "Hold documents, screening documents and the documents of a queue may use only some verbs. On the callee of a Number, for example, a whisper is a Say inside of a Gather.",
		Wrong:       `<Dial><Number>+13125550123</Number></Dial>`,
		Right:       `<Say>You are number two in line.</Say><Pause length="5"/>`,
	},
	{
		Code: "TX111", Severity: Warning, Title: "Leave outside of a waitUrl document",
		Explanation: "Leave takes a call out of the queue that it waits in; it works only in the document that the waitUrl of an Enqueue fetched.",
		Wrong:       `<Say>Leaving.</Say><Leave/>`,
		Right:       `<Say>Goodbye.</Say><Hangup/>`,
	},
}
