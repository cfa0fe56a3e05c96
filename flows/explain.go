package flows

import (
	"slices"

	"texmlsrv/texml"
)

// Finding is one kind of mistake that Check looks for in flows. Those in
// documents are texml's: see texml.Explain. Codes are never given to another
// kind.
type Finding struct {
	Code        string // "FL" and three digits, the first of which is the group
	Severity    texml.Severity
	Title       string // one line
	Explanation string // why it matters, and what to do
}

// Explain returns the kind of mistake of a code, such as "FL101".
func Explain(code string) (Finding, bool) {
	i := slices.IndexFunc(findings, func(f Finding) bool { return f.Code == code })
	if i < 0 {
		return Finding{}, false
	}
	return findings[i], true
}

// Findings returns every kind of mistake, in the order of the codes.
func Findings() []Finding { return slices.Clone(findings) }

// Codes of what goes wrong in reading.
const (
	codeYAML       = "FL001"
	codeFormat     = "FL002"
	codeFile       = "FL003"
	codeNowhere    = "FL004"
	codeApp        = "FL005"
	codeTexts      = "FL006"
	codeExpression = "FL011"
	codeTemplate   = "FL012"
	codeSchema     = "FL013"
	codeCommand    = "FL014"
)

// Codes of what types show.
const (
	codeNoName     = "FL101"
	codeElsewhere  = "FL102"
	codeKind       = "FL103"
	codeNever      = "FL104"
	codeAbsent     = "FL105"
	codeStatus     = "FL106"
	codeHours      = "FL107"
	codeOneBrace   = "FL108"
	codeMayKind    = "FL109"
	codeVariable   = "FL110"
	codeValue      = "FL201"
	codeMayValue   = "FL202"
	codeHost       = "FL203"
	codeEscape     = "FL204"
	codeWantsAside = "FL205"
	codeWantsStep  = "FL206"
	codeOwnRoute   = "FL207"
)

// Codes of what the way through a flow shows.
const (
	codeUnreachable = "FL301"
	codeNoEnd       = "FL302"
	codeLoop        = "FL303"
	codeMayLoop     = "FL304"
	codeNoWayOut    = "FL305"
	codeDial        = "FL306"
	codeTimeouts    = "FL307"
	codeWords       = "FL308"
	codeNoWords     = "FL309"
	codeUnused      = "FL310"
	codeUnusedFile  = "FL311"
	codeDeeper      = "FL312"
	codeNoAside     = "FL313"
	codeBack        = "FL314"
	codeNoRendering = "FL401"
	codeRendering   = "FL402"
	codeNoRequest   = "FL403"
	codeRequest     = "FL404"
)

var findings = slices.Concat(readingFindings, typeFindings, attributeFindings, wayFindings, renderingFindings)

var readingFindings = []Finding{
	{codeYAML, texml.Error, "the file is not YAML", "Nothing in it can be read. Often a value with {{ or : needs quotes, or a line is indented with tabs."},
	{codeFormat, texml.Error, "not the format of a flow", "A key is not known here, or its value is of the wrong kind."},
	{codeFile, texml.Error, "a file cannot be read", "The file does not exist, is too large, or has a name that cannot stand in a URL."},
	{codeNowhere, texml.Error, "there is no such step or flow", "A rule or a setting leads to a place that does not exist."},
	{codeApp, texml.Error, "not the format of app.yaml", "app.yaml names the default flow and the numbers."},
	{codeTexts, texml.Error, "not the format of texts.yaml", "texts.yaml holds sentences by name, each as text or by language."},
	{codeExpression, texml.Error, "the expression cannot be read", "It is not written as expressions are, or uses a name or function that does not exist."},
	{codeTemplate, texml.Error, "the document cannot be read", "It is not well-formed XML, or uses flow: attributes in a way that there is not."},
	{codeSchema, texml.Error, "the schema cannot be used", "Parameters hold a JSON Schema of an object; a keyword is not known or has a wrong value."},
	{codeCommand, texml.Error, "a command that Telnyx would refuse", "There is no such command, or a setting of it is not known, missing, or outside of what Telnyx takes."},
}

var typeFindings = []Finding{
	{codeNoName, texml.Error, "a name that nothing brings", "No gather, into, variable, set, look-up or text has this name, so it is always absent: a question is skipped, a rule never holds, a sentence has a hole."},
	{codeElsewhere, texml.Warning, "a name that is brought elsewhere only", "Some gather or rule brings it, but none that a call can have passed before it gets here."},
	{codeKind, texml.Error, "a value of the wrong kind", "A number is compared with text, or a function is given what it cannot work on. When it runs, the rule fails and is passed over, and a document cannot be sent."},
	{codeNever, texml.Error, "a comparison with a value that cannot be", "All values that can stand on one side are known, and the other is none of them: the rule never holds."},
	{codeAbsent, texml.Warning, "a value that is always absent here", "None of the answers that can have come before brings it."},
	{codeStatus, texml.Error, "a status that the step cannot have", "What the step asks never brings this status, so the rules under it are never tried."},
	{codeHours, texml.Error, "opening hours that cannot be read", "open() fails on them while a caller waits, and its rule is passed over. Days are mon to sun, ranges of them or dates; hours are spans such as 9:00-18:00, several with spaces between, closed, open or 24h."},
	{codeOneBrace, texml.Warning, "an expression in one brace", "Only what stands in {{ two braces }} is worked out. In one it is text, and a caller hears its name."},
	{codeMayKind, texml.Warning, "a value that may be of the wrong kind", "One rule, say, sets the variable to a number, and another to text. With the other one the rule fails and is passed over, and a document cannot be sent. Make it one kind everywhere, or take it away with null."},
	{codeVariable, texml.Warning, "an expression in a variable", "Variables are there before anything that an expression could read, and are taken as they stand: a caller hears the name of what was meant. Write the expression into the document, or set the variable in a rule."},
}

var attributeFindings = []Finding{
	{codeValue, texml.Error, "a value that the attribute cannot have", "The expression can become something that Telnyx does not take there."},
	{codeMayValue, texml.Warning, "a value that nothing bounds", "The attribute takes numbers or one of a few words, and the expression can be any text that a caller says. Give the property a pattern or an enum."},
	{codeHost, texml.Error, "the caller could choose where a URL leads", "The beginning of the URL is text that the caller chooses. Scheme and host come from the author or from env."},
	{codeEscape, texml.Warning, "the caller's text in a URL is not escaped", "A & or / in it would change the URL. Write urlquery(…) around it."},
	{codeWantsAside, texml.Error, "step() where a call is not led", `What is fetched there is played to someone else, or is no document at all. Use aside("name"), which moves nothing.`},
	{codeWantsStep, texml.Error, "aside() where the call goes on", `An aside never moves the session: the call would be stuck. Use step("name").`},
	{codeOwnRoute, texml.Error, "a URL of ours, written by hand", `Without its ticket such a URL leads back to the current document. Write step("name"), or leave the URL out: it is added.`},
}

var wayFindings = []Finding{
	{codeUnreachable, texml.Warning, "a step that nothing leads to", "No rule, link or flow leads here."},
	{codeNoEnd, texml.Warning, "a step from which the call never ends", "Whatever the caller says, the call goes round until the caller hangs up, or until 200 turns are over."},
	{codeLoop, texml.Error, "steps that go round for ever", "No step of the circle asks the caller anything, and no rule leads out of it."},
	{codeMayLoop, texml.Warning, "steps that may go round without a question", "No step of the circle asks the caller anything: unless a rule leads out of it, the call is stuck."},
	{codeNoWayOut, texml.Warning, "a step without a way out", "When its question was asked often enough, its look-up or command fails, or none of its rules holds, there is nowhere to go, and the apology is spoken. Give the step, or the flow's defaults, an otherwise without a condition."},
	{codeDial, texml.Warning, "a Dial whose failure is not looked at", "Busy, no answer and failed lead to the same place as a talk that took place, or nowhere. Test answer.status."},
	{codeTimeouts, texml.Warning, "look-ups that take too long together", "The look-ups of one turn share 1.5 seconds; the caller hears silence meanwhile. Give each a timeout."},
	{codeWords, texml.Warning, "words to say where nobody listens", `The choices can be said, but the Gather listens to keys only: input="dtmf speech".`},
	{codeNoWords, texml.Warning, "speech without words to say", "The Gather listens to speech, but no choice has a word that can be said."},
	{codeUnused, texml.Warning, "nothing reads this", "A variable or text that no expression reads. Perhaps its name is mistyped where it is meant."},
	{codeUnusedFile, texml.Warning, "nothing uses this file", "No step names it."},
	{codeDeeper, texml.Warning, "flows that go through each other", "Every round waits for the next to come back, and after eight there is no deeper: the call goes to otherwise, and then to the apology. With goto: flow/step a call goes there for good."},
	{codeNoAside, texml.Error, "an aside of a step without a document", "There is nothing to play: who waits or is called hears silence."},
	{codeBack, texml.Warning, "an otherwise that leads back", "A step that has failed is never asked again by its otherwise, so this rule is passed over."},
}

var renderingFindings = []Finding{
	{codeNoRendering, texml.Error, "the document can never be sent", "Whatever is known, rendering it fails, and the call goes to otherwise."},
	{codeRendering, texml.Warning, "the document cannot always be sent", "With the input that is named, rendering fails and the call goes to otherwise. Ask for the value before, or leave the element out with flow:if."},
	{codeNoRequest, texml.Error, "the look-up can never be made", "Whatever is known, there is no request that could be sent, and the look-up fails at once."},
	{codeRequest, texml.Warning, "the look-up cannot always be made", "With the input that is named there is no request that could be sent, and the look-up fails at once."},
}
