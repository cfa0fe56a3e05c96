package terminal

import (
	"strings"

	"texmlsrv/simulator"
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
		if told := sound(l); told != "" {
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
		c.story.heard(l.Text)
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

// sound is what is heard that is no words; "" for what is not heard.
func sound(l simulator.Line) string {
	switch l.Kind {
	case "play":
		return "♪ " + l.Text
	case "pause":
		return "(" + strings.TrimSpace(seconds(l.Text)+" silence") + ")"
	case "ring":
		return "(it rings)"
	case "digits":
		return "(tones " + l.Text + ")"
	case "dial":
		return "☎ calling " + l.Text
	case "record":
		return "(beep)"
	case "enqueue":
		return strings.TrimSpace("(the caller waits in the queue " + l.Text + ")")
	case "connect":
		return "(connected to " + l.Text + ")"
	case "refer":
		return "(handed over to " + l.Text + ")"
	case "pay":
		return strings.TrimSpace("(a payment is taken " + l.Text + ")")
	case "http":
		return "(a request to " + l.Text + ")"
	case "start", "stop":
		return "(" + l.Kind + " " + l.Text + ")"
	case "whisper":
		return "(whisper " + l.Text + ")"
	case "leave":
		return "(leaves the queue)"
	case "reject":
		return "(the call is rejected)"
	case "hangup":
		return ""
	case "unknown":
		return "(" + l.Text + " is unknown to Telnyx and does nothing)"
	}
	return ""
}

// seconds adds the unit to a bare number.
func seconds(text string) string {
	if text != "" && strings.Trim(text, "0123456789.") == "" {
		return text + " s"
	}
	return text
}
