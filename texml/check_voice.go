package texml

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// provider is who makes a voice.
type provider struct {
	prefix   string // with the dot
	parts    int    // how many parts its voices have behind the prefix, at least
	say      bool   // the page of Say lists it
	aiGather bool   // the page of AIGather lists it
}

// providers, the longer of two prefixes first.
var providers = []provider{
	{prefix: "AWS.Polly.", parts: 1, say: true, aiGather: true},
	{prefix: "Polly.", parts: 1, say: true, aiGather: true},
	{prefix: "Telnyx.", parts: 2, say: true, aiGather: true},
	{prefix: "ElevenLabs.", parts: 1, say: true, aiGather: true},
	{prefix: "Azure.", parts: 1, say: true},
	{prefix: "Minimax.", parts: 2, say: true},
	{prefix: "Rime.", parts: 2, say: true},
	{prefix: "Resemble.", parts: 2, say: true},
	{prefix: "Inworld.", parts: 2, say: true},
	{prefix: "FishAudio.", parts: 2, say: true},
	{prefix: "xAI.", parts: 1},
	{prefix: "Humain.", parts: 1},
}

// basicVoices have no provider.
var basicVoices = []string{"man", "woman", "alice", "male", "female"}

func providerOf(voice string) *provider {
	for i := range providers {
		p := &providers[i]
		if len(voice) >= len(p.prefix) && strings.EqualFold(voice[:len(p.prefix)], p.prefix) {
			return p
		}
	}
	return nil
}

// voice checks the name of a voice.
func (c *checker) voice(n *node, a *attr) {
	at, name := a.at.start, a.value
	if basic := foldIn(name, basicVoices); basic != "" {
		c.basicVoice(n, at, name, basic)
		return
	}
	p := providerOf(name)
	if p == nil {
		c.unknownVoice(at, name)
		return
	}
	prefix, rest := name[:len(p.prefix)], name[len(p.prefix):]
	parts := strings.SplitN(rest, ".", p.parts)
	switch {
	case len(parts) < p.parts || slices.Contains(parts, ""):
		form := p.prefix + "<voice>"
		if p.parts > 1 {
			form = p.prefix + "<model>.<voice>"
		}
		c.report("TX401", at, "voice %q is written %s", name, form)
	case prefix != p.prefix:
		c.report("TX403", at, "the provider of the voice %q is written %s", name, strings.TrimSuffix(p.prefix, ".")).Suggestion = p.prefix + rest
	case n.decl.Key == "Say" && !p.say || n.decl.Key == "Voice" && !p.aiGather:
		c.report("TX402", at, "the page of this element does not list %s", strings.TrimSuffix(p.prefix, "."))
	case strings.HasSuffix(p.prefix, "Polly.") && !strings.Contains(rest, "-"):
		c.report("TX404", at, "%s is not a neural voice", name).Suggestion = name + "-Neural, if there is one"
	}
}

func (c *checker) basicVoice(n *node, at int, name, basic string) {
	said := basic == "man" || basic == "woman" || basic == "alice"
	switch {
	case name != basic:
		c.report("TX403", at, "the voice %q is written %s", name, basic)
	case n.decl.Key == "Say" && !said, n.decl.Key != "Say" && n.decl.Key != "Pay":
		p := c.report("TX402", at, "Telnyx does not list the voice %s for <%s>", name, n.decl.Name())
		if n.decl.Key == "Say" {
			p.Suggestion = map[string]string{"male": "man", "female": "woman"}[name]
		}
	}
}

func (c *checker) unknownVoice(at int, name string) {
	if rest, google := strings.CutPrefix(name, "Google."); google {
		c.report("TX704", at, "Google's voices are TwiML: %s", rest).Suggestion = "a voice of Telnyx, Polly or Azure"
		return
	}
	p := c.report("TX401", at, "%q is not the name of a voice", name)
	prefix, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		return
	}
	names := make([]string, len(providers))
	for i := range providers {
		names[i] = strings.TrimSuffix(providers[i].prefix, ".")
	}
	if guess := nearest(prefix, names); guess != "" {
		p.Suggestion = "did you mean " + guess + "." + rest + "?"
	}
}

// voiceOf returns the voice that an element speaks with and whether it is known.
func (c *checker) voiceOf(n *node, attribute string) (voice string, known bool) {
	if n.attr(attribute) == nil && c.options.Template {
		return "", false // rendering adds the flow's
	}
	return n.value(attribute)
}

// ignored reports attributes that only voices of certain providers heed.
func (c *checker) ignored(n *node, voice, whose string, heeded bool, names ...string) {
	for _, name := range names {
		if a := n.attr(name); a != nil && !heeded {
			c.report("TX405", a.at.start, "%s is for %s; the voice is %s", name, whose, voice)
		}
	}
}

// say checks what goes with the voice of a Say.
func (c *checker) say(n *node) {
	voice, known := c.voiceOf(n, "voice")
	if !known {
		return
	}
	p := providerOf(voice)
	has := func(prefix string) bool { return p != nil && strings.HasPrefix(p.prefix, prefix) }
	c.ignored(n, voice, "Azure voices", has("Azure."), "gender", "effect", "region")
	c.ignored(n, voice, "ElevenLabs and Azure voices", has("Azure.") || has("ElevenLabs."), "api_key_ref")
	c.ignored(n, voice, "Telnyx.Qwen3TTS voices", strings.HasPrefix(voice, "Telnyx.Qwen3TTS."), "languageBoost")
	c.ignored(n, voice, "other voices", !fixedSpeed(voice), "voiceSpeed")
	c.key(n, voice)
	if a := n.attr("language"); a != nil && !a.computed && (voice == "man" || voice == "woman") && !english(a.value) {
		c.report("TX405", a.at.start, "the voice %s speaks English only", voice).Suggestion = `voice="alice", or a voice of that language`
	}
	if a := n.attr("region"); has("Azure.") && a == nil && n.attr("api_key_ref") != nil {
		c.report("TX406", n.start, "a key of one's own for Azure needs a region")
	}
}

func english(language string) bool {
	return strings.EqualFold(language, "en") || len(language) > 2 && strings.EqualFold(language[:3], "en-")
}

// fixedSpeed reports the Telnyx voices whose speed cannot be set.
func fixedSpeed(voice string) bool {
	return strings.HasPrefix(voice, "Telnyx.Bayan.") || strings.HasPrefix(voice, "Telnyx.Sukhan.")
}

func (c *checker) key(n *node, voice string) {
	if strings.HasPrefix(voice, "ElevenLabs.") && n.attr("api_key_ref") == nil {
		c.report("TX406", n.start, "%s needs api_key_ref", voice)
	}
}

// agentVoice checks the Voice of an AIGather.
func (c *checker) agentVoice(n *node) {
	voice, known := c.voiceOf(n, "name")
	if !known {
		return
	}
	c.ignored(n, voice, "ElevenLabs voices", strings.HasPrefix(voice, "ElevenLabs."), "api_key_ref")
	c.ignored(n, voice, "Telnyx voices, not Bayan and Sukhan,", strings.HasPrefix(voice, "Telnyx.") && !fixedSpeed(voice), "voice_speed")
	c.key(n, voice)
}

// spokenLimit is how many characters the Voice API speaks at a time.
const spokenLimit = 3000

// speech checks what is spoken; polly says that the voice is one of Polly's.
func (c *checker) speech(n *node, polly bool) {
	text := contentOf(n.Element).Text()
	if count := utf8.RuneCountInString(text); count > spokenLimit {
		c.report("TX407", n.start, "<%s> has %d characters; the Voice API takes %d", n.decl.Name(), count, spokenLimit)
	}
	if n.speaks && !polly {
		c.report("TX408", n.start, "<%s> has SSML in it, which Telnyx does not document here", n.decl.Name())
	}
}
