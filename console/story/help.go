package story

import (
	"time"

	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
	"texmlsrv/telnyx/commands"
)

// Helped is what a person did about the call, or wrote down about it.
type Helped struct {
	ID   string    `json:"id"`
	At   time.Time `json:"at"`
	Who  string    `json:"who"`
	Kind string    `json:"kind"` // repeat, goto, value, say … note; see package calls
	Did  string    `json:"did"`  // what, in words: took the call to the step bye
	Why  string    `json:"why,omitempty"`
	Turn int       `json:"turn,omitempty"` // that it led to, or happened in
	Came Mark      `json:"came"`           // what Telnyx made of it
}

// helps tells what people did, in order.
func (t *Story) helps() {
	for i := range t.entries {
		e := &t.entries[i]
		if e.Help == nil {
			continue
		}
		t.Helps = append(t.Helps, Helped{
			ID: e.Help.ID, At: e.At, Who: e.Help.Who, Kind: e.Help.Kind, Did: helped(e.Help), Why: e.Help.Why,
			Turn: e.Turn, Came: t.carried(i),
		})
	}
}

// carried is what came of what a person did: whether Telnyx took it.
func (t *Story) carried(at int) Mark {
	kept := Mark{Word: "done", Tone: Quiet, More: "Telnyx was asked nothing."}
	if t.entries[at].Help.Kind == "note" {
		kept.Word = "kept"
		return kept
	}
	for i := at + 1; i < len(t.entries) && t.entries[i].Help == nil; i++ {
		s := t.entries[i].Sending
		switch {
		case t.entries[i].Kind != sessions.EntryCommand || s == nil:
		case s.Outcome == "ok":
			return Mark{Word: "done", Tone: Good, More: commandTitle(s) + "."}
		default:
			return Mark{Word: plain(s.Outcome), Tone: Bad, More: commandTitle(s) + "."}
		}
	}
	return kept
}

// helped says what a person did.
func helped(h *sessions.Help) string {
	switch h.Kind {
	case "repeat":
		return "had the question asked again"
	case "goto":
		return "took the call to the step " + h.Flow + "/" + h.Step
	case "value":
		before := "nothing"
		if h.Before != nil {
			before = written(h.Before)
		}
		return "changed " + h.Name + " from " + before + " to " + written(h.After)
	case "say":
		return "had “" + cut(collapse(h.Text), 160) + "” said"
	case "stop_gather":
		return "stopped the gather"
	case "start_assistant":
		return "started the assistant " + h.Name
	case "stop_assistant":
		return "stopped the AI agent"
	case "transfer":
		return "had " + h.To + " rung"
	case "hang_up":
		return "hung up"
	case "note":
		return "noted: " + collapse(h.Text)
	}
	return plain(h.Kind)
}

// byPerson says who did what, with the reason.
func byPerson(h *sessions.Help) string {
	text := h.Who + " " + helped(h)
	if h.Why != "" {
		text += " (" + h.Why + ")"
	}
	return text
}

// hangsUp reports whether a request to the platform was to end the call.
func hangsUp(s *sessions.Sending) bool {
	return s.Name == commands.UpdateCall && string(s.Settings) == `{"Status":"completed"}`
}

// Wants says in words what a value may be.
func Wants(p schemas.Property) string { return wants(p) }

// Written is a value as people read it.
func Written(v any) string { return written(v) }

// Shown are the lines of a document for people: highlighted, and without the
// proofs of our links.
func Shown(document string) []Line { return lines(document) }
