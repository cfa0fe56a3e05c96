package story

import (
	"cmp"
	"strings"
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

// doings are the words for what people do about a call: once it is done, and
// before. Where there is a gap stands which step, value, number or agent it is
// about.
var doings = map[string]struct{ did, would string }{
	"repeat":          {"had the question asked again", "have the question asked again"},
	"goto":            {"took the call to the step %s", "take the call to the step %s"},
	"value":           {"changed %s", "change %s"},
	"say":             {"had “%s” said", "have something said"},
	"stop_gather":     {"stopped the gather", "stop the gather"},
	"start_assistant": {"started the assistant %s", "start the assistant %s"},
	"stop_assistant":  {"stopped the AI agent", "stop the AI agent"},
	"transfer":        {"had %s rung", "have %s rung"},
	"hang_up":         {"hung up", "hang up"},
	"note":            {"noted: %s", "note something"},
}

// Would says what a person wants to do, in the words in which it is told once it
// is done: change day, take the call to the step bye. About is which step, value,
// number or agent; "" where there is nothing of the kind.
func Would(kind, about string) string {
	words := doings[kind].would
	if about == "" {
		about = "…"
	}
	return cmp.Or(strings.Replace(words, "%s", about, 1), plain(kind))
}

// helped says what a person did.
func helped(h *sessions.Help) string {
	about := map[string]string{
		"goto": h.Flow + "/" + h.Step, "value": h.Name, "say": cut(collapse(h.Text), 160),
		"start_assistant": h.Name, "transfer": h.To, "note": collapse(h.Text),
	}[h.Kind]
	text := cmp.Or(strings.Replace(doings[h.Kind].did, "%s", about, 1), plain(h.Kind))
	if h.Kind != "value" {
		return text
	}
	before := "nothing"
	if h.Before != nil {
		before = written(h.Before)
	}
	return text + " from " + before + " to " + written(h.After)
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
