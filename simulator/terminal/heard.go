package terminal

import (
	"strings"

	"texmlsrv/simulator"
	"texmlsrv/simulator/talk"
)

// Hears implements simulator.Caller.
func (c *Conversation) Hears(l simulator.Line) (hangsUp bool) {
	lead := "   "
	switch l.Leg {
	case "":
	case "callee":
		lead = "   (the person called hears) "
	default:
		lead = "   (" + l.Leg + ") "
	}
	switch l.Kind {
	case "say", "greeting":
		c.hearsWords(l, lead)
	case "redirect":
	default:
		if told := talk.Sound(l); told != "" {
			c.screen.block(plain, lead, "   ", told)
		}
	}
	return false
}

// hearsWords writes what is said, in quotes; a change of the voice is told.
func (c *Conversation) hearsWords(l simulator.Line, lead string) {
	if strings.TrimSpace(l.Text) == "" {
		return
	}
	if l.Leg == "" {
		c.story.Heard(l.Text)
		voice := strings.Join(strings.Fields(l.Language+" "+l.Voice), ", ")
		if l.Kind == "greeting" {
			voice = l.Voice
		}
		if c.voice != "" && voice != "" && !sameVoice(c.voice, voice) {
			c.screen.line(dim, "   (in another voice: "+voice+")")
		}
		if voice != "" {
			c.voice = voice
		}
	}
	c.screen.block(bold, lead+"“", strings.Repeat(" ", 4), strings.TrimSpace(l.Text)+"”")
}

// sameVoice reports whether two voices are one: an AI gather names a voice
// without a language.
func sameVoice(a, b string) bool {
	return a == b || strings.HasSuffix(a, ", "+b) || strings.HasSuffix(b, ", "+a)
}
