package story

import (
	"slices"
	"strings"
	"time"

	"maps"

	"texmlsrv/sessions"
	"texmlsrv/telnyx/commands"
)

// Beside is what came or went beside the turns.
type Beside struct {
	At    time.Time `json:"at"`
	Kind  string    `json:"kind"` // as in the timeline: duplicate, stray, status, callback, event, command, push, leg …
	Title string    `json:"title"`
	Tone  Tone      `json:"tone"`
	Turn  int       `json:"turn,omitempty"` // that it belongs to; 0 for what came before the call
	Early bool      `json:"early,omitempty"`
	Notes []string  `json:"notes,omitempty"`

	Request  *Request `json:"request,omitempty"`
	Settings string   `json:"settings,omitempty"` // of a command, as JSON
}

// besides tells everything that is no turn, in order.
func (t *Story) besides() {
	at := -1
	for i := range t.entries {
		e := &t.entries[i]
		if decides(e) {
			at++
			continue
		}
		if e.Kind == sessions.EntryWrap {
			t.After = t.reply(e)
			continue
		}
		b := t.beside(e)
		if b.Early = at < 0; !b.Early {
			b.Turn = t.entry(max(0, t.owner(i))).Turn
		}
		t.Beside = append(t.Beside, b)
	}
}

func (t *Story) beside(e *sessions.Entry) Beside {
	b := Beside{At: e.At, Kind: e.Kind, Tone: Quiet, Notes: e.Notes, Request: requestOf(e)}
	b.Title = title(e)
	if s := e.Sending; s != nil {
		b.Settings = pretty(string(s.Settings))
		if s.Outcome != "ok" {
			b.Tone = Bad
			if s.Outcome == "gone" {
				b.Tone = Quiet
			}
		}
	}
	return b
}

// title says in a few words what an entry is.
func title(e *sessions.Entry) string {
	switch e.Kind {
	case sessions.EntryDuplicate:
		return "A request came again; it got the document of turn " + itoa(e.Turn) + " again"
	case sessions.EntryStray:
		return "A request that belongs to no turn; it got the current document"
	case sessions.EntryPush:
		return "The platform fetched the document that it was told to fetch"
	case sessions.EntryCommand:
		return commandTitle(e.Sending)
	case sessions.EntryEvent:
		return "Event " + eventKind(e)
	case sessions.EntryStatus:
		return strings.TrimSpace("The call is " + worded(e))
	case sessions.EntryLeg:
		return strings.TrimSpace("The leg that was rung is " + worded(e))
	case sessions.EntryCallback:
		text := "Callback"
		if e.Request != nil && e.Request.Via != "" {
			text += " of the kind " + e.Request.Via
		}
		return strings.TrimSuffix(text+": "+worded(e), ": ")
	}
	return sentenceCase(plain(e.Kind))
}

func eventKind(e *sessions.Entry) string {
	if e.Event == nil || e.Event.Kind == "" {
		return "of no kind"
	}
	return e.Event.Kind
}

// worded is the platform's word in a callback: what a field calls a status.
func worded(e *sessions.Entry) string {
	if e.Ended != "" {
		return plain(e.Ended)
	}
	if e.Request == nil {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(e.Request.Fields)) {
		if strings.HasSuffix(name, "Status") && e.Request.Fields[name] != "" {
			return plain(e.Request.Fields[name])
		}
	}
	return ""
}

func commandTitle(s *sessions.Sending) string {
	if s == nil {
		return "A command"
	}
	what := "The command " + s.Name
	if s.Name == commands.UpdateCall {
		what = "The platform was told to fetch the next document"
	}
	switch s.Outcome {
	case "ok":
		if s.Name == commands.UpdateCall {
			return what
		}
		return what + " was taken"
	case "gone":
		return what + ": the call was over"
	case "no_api_key":
		return what + " could not be sent: there is no API key"
	}
	return what + " failed: " + plain(s.Outcome)
}
