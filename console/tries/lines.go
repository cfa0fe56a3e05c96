package tries

import (
	"strconv"
	"strings"

	"texmlsrv/flows"
	"texmlsrv/simulator"
	"texmlsrv/simulator/talk"
)

// Line is one thing that was heard, done or told.
type Line struct {
	Who  string // assistant (it is heard), caller, or system
	Kind string // as in simulator.Line; turn for the beginning of a document; keys, speech, silence, talk … of the caller
	Text string
	Turn int // of a turn
	Step string
	Try  int // attempt
}

// did is what was done, as people read it.
func did(m simulator.Moment, act simulator.Act) []Line {
	line := Line{Who: "caller", Kind: m.Kind}
	switch {
	case m.Leg != "" && act.Digits != nil:
		line = Line{Who: "system", Kind: "leg", Text: leg(m.Leg) + " presses " + *act.Digits}
	case m.Leg != "":
		line = Line{Who: "system", Kind: "leg", Text: leg(m.Leg) + " does nothing"}
	case m.Kind == simulator.MomentRecord && act.Seconds > 0:
		line.Text = "speaks for " + strconv.FormatFloat(act.Seconds, 'f', -1, 64) + " s"
		if act.HangUp {
			line.Text += ", and hangs up"
		}
	case act.HangUp:
		line.Who, line.Kind, line.Text = "system", "ends", "The caller hangs up."
	case act.Digits != nil:
		line.Kind, line.Text = "keys", *act.Digits
	case act.Speech != nil:
		line.Kind, line.Text = "speech", *act.Speech
		if act.Confidence > 0 {
			line.Text += " (hardly understood)"
		}
	case act.Gathers != nil:
		return append(saidTo(act), Line{Who: "system", Kind: "collected", Text: "The assistant understood " + talk.Spaced(act.Gathers)})
	case act.Status != "":
		line.Who, line.Text = "system", went(m, act)
	default:
		line.Kind, line.Text = "silence", "says nothing"
	}
	return append([]Line{line}, behaved(act.Behaves)...)
}

// saidTo is what was said to an assistant on the way.
func saidTo(act simulator.Act) []Line {
	var lines []Line
	for _, m := range act.Conversation {
		if m.Role == "user" {
			lines = append(lines, Line{Who: "caller", Kind: "talk", Text: m.Content})
		}
	}
	return append(lines, behaved(act.Behaves)...)
}

// went is how something outside the call went.
func went(m simulator.Moment, act simulator.Act) string {
	text := strings.ToUpper(m.Kind[:1]) + m.Kind[1:] + ": " + strings.ReplaceAll(act.Status, "_", " ")
	if act.Seconds > 0 {
		text += " after " + strconv.FormatFloat(act.Seconds, 'f', -1, 64) + " s"
	}
	return text
}

// behaved tells how the request that follows misbehaves.
func behaved(all []simulator.Behaviour) []Line {
	if len(all) == 0 {
		return nil
	}
	var names []string
	for _, b := range all {
		names = append(names, strings.ReplaceAll(b.Name, "_", " "))
	}
	return []Line{{Who: "system", Kind: "behaves", Text: "The request misbehaves: " + strings.Join(names, ", ")}}
}

// leg names somebody else on the line.
func leg(name string) string {
	if name == "callee" {
		return "The person called"
	}
	return "The person who is " + name
}

// brought is what came of a look-up that the flow made.
func brought(found flows.Found, canned bool) string {
	switch {
	case !canned:
		return "nothing was given for it, so nobody could be reached"
	case found.Failed != "" && found.Failed != "status":
		return "it failed: " + found.Failed
	case found.Result == nil:
		return "status " + strconv.Itoa(found.Code)
	}
	return talk.Written(found.Result)
}

// Ending says how the call of a try ended; "" while it goes on.
func Ending(s State) string {
	switch {
	case s.Failed != "":
		return s.Failed
	case s.Record == nil:
		return ""
	}
	text := talk.Ended(s.Record.End)
	if s.Record.Reason != "" {
		text += " (" + s.Record.Reason + ")"
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
