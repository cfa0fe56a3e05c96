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

	Request  *Request `json:"request,omitempty"`  // left out in Story.Beside
	Settings string   `json:"settings,omitempty"` // of a command, as JSON; left out there as well
}

// Besides is Story.Beside with the requests.
func (t *Story) Besides() []Beside { return t.besides(t.beside) }

// besides tells everything that is no turn, in order.
func (t *Story) besides(tell func(*sessions.Entry) Beside) (all []Beside) {
	at := -1
	for i := range t.entries {
		e := &t.entries[i]
		if decides(e) {
			at++
			continue
		}
		if e.Kind == sessions.EntryWrap {
			continue
		}
		b := tell(e)
		if b.Early = at < 0; !b.Early {
			b.Turn = t.entry(max(0, t.owner(i))).Turn
		}
		all = append(all, b)
	}
	return all
}

// KindCount is how many there are of a kind.
type KindCount struct {
	Kind string `json:"kind"`
	N    int    `json:"n"`
}

// BesideCounts counts what came beside the turns, by kind, in the order in which
// the kinds came first.
func (t *Story) BesideCounts() (counts []KindCount) {
	for _, b := range t.Beside {
		i := slices.IndexFunc(counts, func(c KindCount) bool { return c.Kind == b.Kind })
		if i < 0 {
			counts, i = append(counts, KindCount{Kind: b.Kind}), len(counts)
		}
		counts[i].N++
	}
	return counts
}

// beside is an entry that is no turn, with its request.
func (t *Story) beside(e *sessions.Entry) Beside {
	b := briefly(e)
	b.Request = requestOf(e)
	if e.Sending != nil {
		b.Settings = pretty(string(e.Sending.Settings))
	}
	return b
}

// briefly is an entry that is no turn, without its request.
func briefly(e *sessions.Entry) Beside {
	b := Beside{At: e.At, Kind: e.Kind, Title: title(e), Tone: Quiet, Notes: e.Notes}
	if s := e.Sending; s != nil && s.Outcome != "ok" && s.Outcome != "gone" {
		b.Tone = Bad
	}
	return b
}

// Odd are those that somebody should know of: what came before the call, but for
// its progress, what belongs to no turn, and what failed.
func (t *Story) Odd() (odd []Beside) {
	for _, b := range t.Beside {
		if b.Early && b.Kind != sessions.EntryStatus || b.Kind == sessions.EntryStray || b.Tone == Bad {
			odd = append(odd, b)
		}
	}
	return odd
}

// title says in a few words what an entry is.
func title(e *sessions.Entry) string {
	switch e.Kind {
	case sessions.EntryDuplicate:
		return "A request came again; it got the document of turn " + itoa(e.Turn) + " again"
	case sessions.EntryStray:
		return "A request that belongs to no turn; it got the current document"
	case sessions.EntryPush:
		if e.Request != nil && e.Request.Via == "next" {
			return "The document had run out; the platform fetched that of turn " + itoa(e.Turn)
		}
		return "The platform fetched the document that it was told to fetch"
	case sessions.EntryCommand:
		return commandTitle(e.Sending)
	case sessions.EntryEvent:
		return "Event " + eventKind(e)
	case sessions.EntryIntervention:
		if e.Help != nil {
			return byPerson(e.Help)
		}
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
	if hangsUp(s) {
		what = "The platform was told to hang up"
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
