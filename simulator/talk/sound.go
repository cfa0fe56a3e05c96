package talk

import (
	"strings"

	"texmlsrv/simulator"
)

// Sound is what is heard that is no words; "" for what is not heard.
func Sound(l simulator.Line) string {
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
