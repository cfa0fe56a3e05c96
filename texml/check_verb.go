package texml

import (
	"strconv"
	"strings"
)

// special checks what only one element has.
func (c *checker) special(n *node) {
	switch n.decl.Key {
	case "Say":
		c.say(n)
	case "Voice":
		c.agentVoice(n)
	case "Play":
		c.play(n)
	case "Gather":
		c.leastAndMost(n)
		c.engine(n, "transcriptionEngine", "model")
	case "Transcription":
		c.engine(n, "transcriptionEngine", "model")
	case "Record":
		c.engine(n, "transcriptionEngine", "transcriptionModel")
	case "AIGather":
		c.aiGather(n)
	case "Dial":
		c.dial(n)
	case "Connect":
		c.connect(n)
	case "AIAssistant", "Response.AIAssistant":
		if n.attr("id") == nil && n.attr("join") == nil {
			c.report("TX204", n.start, "<AIAssistant> needs id, or join")
		}
	case "Suppression":
		if a := n.attr("size"); a != nil && n.is("size", "vf") && n.is("family", "sparrow") {
			c.report("TX220", a.at.start, `size="vf" has no effect without family="quail"`)
		}
	case "Pay":
		if n.is("transactionType", "charge") && n.attr("chargeAmount") == nil {
			c.report("TX204", n.start, `<Pay transactionType="charge"> needs chargeAmount`)
		}
	}
}

// play checks that there is one thing to play.
func (c *checker) play(n *node) {
	text := !isBlank(textOf(n.Element))
	for _, name := range []string{"digits", "ringTone"} {
		a := n.attr(name)
		if a == nil {
			continue
		}
		if text {
			c.report("TX221", a.at.start, "%s and a text exclude each other", name)
		}
		return
	}
	if !text {
		c.report("TX107", n.start, "<Play> needs the URL of audio, digits or ringTone")
	}
}

// leastAndMost compares minDigits and maxDigits.
func (c *checker) leastAndMost(n *node) {
	a := n.attr("minDigits")
	if a == nil || a.computed {
		return
	}
	most, known := n.value("maxDigits")
	least, err := strconv.Atoi(a.value)
	limit, err2 := strconv.Atoi(most)
	if known && err == nil && err2 == nil && least > limit {
		c.report("TX222", a.at.start, "minDigits=%q is more than maxDigits=%q", a.value, most)
	}
}

// aiGather checks what Telnyx accepts silently.
func (c *checker) aiGather(n *node) {
	if n.child("Greeting") == nil && n.child("MessageHistory") == nil {
		c.report("TX614", n.start, "<AIGather> has no <Greeting>: the call begins in silence")
	}
	assistant := n.child("Assistant")
	if assistant == nil || n.child("Tools") == nil {
		return
	}
	if tools := assistant.child("Tools"); tools != nil {
		c.report("TX613", tools.start, "there are <Tools> in <AIGather> and in <Assistant>")
	}
}

// dial checks who is dialed.
func (c *checker) dial(n *node) {
	text := textOf(n.Element)
	groups := map[string]bool{}
	for _, child := range n.children {
		group := child.decl.Key
		if group == "Sip" {
			group = "Number"
		}
		groups[group] = true
		if at := c.textAt(n.Element, strings.Index(text, strings.TrimSpace(text))); !isBlank(text) && child == n.children[0] {
			c.report("TX108", at, "<Dial> has both a number as text and <%s>", child.decl.Name())
		}
		if len(groups) > 1 && !child.maybe {
			c.report("TX108", child.start, "<%s> cannot be dialed together with <%s>", child.decl.Name(), n.children[0].decl.Name())
			break
		}
	}
	if len(n.ChildElements()) == 0 && isBlank(text) {
		c.report("TX107", n.start, "<Dial> dials nobody")
	}
	if groups["Number"] || len(groups) == 0 {
		return
	}
	if a := n.attr("record"); a != nil && !n.is("record", "do-not-record") {
		c.report("TX220", a.at.start, "record has no effect without <Number> or <Sip>")
	}
	if a := n.attr("hangupOnStar"); a != nil && groups["Conference"] {
		c.report("TX220", a.at.start, "hangupOnStar has no effect on a <Conference>")
	}
}

// connect checks that an action can be requested.
func (c *checker) connect(n *node) {
	if a := n.attr("action"); a != nil && len(n.children) == 1 && n.children[0].decl.Key == "Stream" {
		c.report("TX220", a.at.start, "action has no effect without <AIAssistant> or <ConversationRelay>")
	}
}

// vendors are how models begin that belong to an engine.
var vendors = map[string]string{
	"Deepgram": "deepgram", "deepgram": "deepgram", "Azure": "azure", "AssemblyAI": "assemblyai", "Soniox": "soniox",
	"Speechmatics": "speechmatics", "Parakeet": "nvidia", "xAI": "xai", "Humain": "humain", "Reson8": "reson8", "Cohere": "cohere",
}

// engine checks what goes with a speech engine.
func (c *checker) engine(n *node, engineAttr, modelAttr string) {
	engine, known := n.value(engineAttr)
	if !known || n.attr(engineAttr) == nil {
		return
	}
	model, _ := n.value(modelAttr)
	if a := n.attr(modelAttr); a != nil && !a.computed {
		c.model(a, engine, model)
	}
	if engine == "Azure" && n.attr("region") == nil && n.decl.Attr("region") != nil {
		c.report("TX510", n.start, "the engine Azure needs a region")
	}
	deepgram := strings.EqualFold(engine, "deepgram")
	drop := func(name string, dropped bool, whose string) {
		if a := n.attr(name); a != nil && dropped {
			c.report("TX509", a.at.start, "%s is for %s", name, whose)
		}
	}
	drop("hints", deepgram && !computed(model) && model != "deepgram/nova-2", "other engines and Deepgram nova-2")
	drop("keyterms", !deepgram || model == "deepgram/nova-2", "Deepgram nova-3")
	drop("smartFormat", !deepgram, "Deepgram")
	drop("useEnhanced", engine != "Google", "Google")
}

// model checks that a model is one of the engine's.
func (c *checker) model(a *attr, engine, model string) {
	vendor, _, slashed := strings.Cut(model, "/")
	want := vendors[engine]
	if want == "" || slashed && vendor == want {
		return
	}
	p := c.report("TX508", a.at.start, "%s=%q is not a model of %s", a.decl.Name, model, engine)
	if !slashed {
		p.Suggestion = want + "/" + model
	}
}
