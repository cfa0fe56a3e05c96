package trying

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"texmlsrv/flows/schemas"
	"texmlsrv/simulator"
	"texmlsrv/simulator/talk"
	"texmlsrv/texml"
)

// Words for what is done in a try.
const (
	DoPress   = "press"   // Press
	DoSay     = "say"     // Say
	DoGather  = "gather"  // Values, which fit
	DoAnyway  = "anyway"  // Values, whether they fit or not: it is how an assistant fails
	DoRecord  = "record"  // Spoken
	DoHappens = "happens" // Status, of something outside the call
	DoSilent  = "silent"
	DoHangUp  = "hang_up" // the caller does, of a recording after Spoken
)

// Can are the words for what can be done at a moment, the likeliest first.
func Can(m simulator.Moment) []string {
	switch m.Kind {
	case simulator.MomentGather:
		keys, speech := talk.Takes(GatherOf(m))
		out := []string{DoSilent, DoHangUp}
		if keys {
			out = append([]string{DoPress}, out...)
		}
		if speech {
			out = append([]string{DoSay}, out...)
		}
		return out
	case simulator.MomentAI:
		return []string{DoGather, DoAnyway, DoSilent, DoHangUp}
	case simulator.MomentRecord:
		return []string{DoRecord, DoSilent, DoHangUp}
	}
	return []string{DoHappens, DoHangUp}
}

// GatherOf is the Gather that waits at a moment.
func GatherOf(m simulator.Moment) *texml.Gather {
	if g, is := m.Verb.(*texml.Gather); is {
		return g
	}
	return &texml.Gather{}
}

// Title says what a moment waits for.
func Title(m simulator.Moment) string {
	var title string
	switch m.Kind {
	case simulator.MomentGather:
		title = talk.Waits(GatherOf(m))
	case simulator.MomentAI:
		title = talk.Introduction(talk.Properties(m.Schema))
	case simulator.MomentRecord:
		title = "The caller is recorded."
	default:
		title = talk.EventOf(m).Asks
	}
	if m.Leg != "" {
		title = "The person called is asked. " + title
	}
	return title
}

// Deed is what somebody does in a try.
type Deed struct {
	Do      string          `json:"do"`
	Press   string          `json:"press"`   // keys
	Say     string          `json:"say"`     // words
	Mumbled bool            `json:"mumbled"` // they are hardly understood
	Values  json.RawMessage `json:"values"`  // of an AI gather, an object
	Talk    []string        `json:"talk"`    // what the caller says on the way to them
	Spoken  string          `json:"spoken"`  // into a recording: words, or for how many seconds
	Status  string          `json:"status"`  // how something outside the call went, in a word
	Behind  string          `json:"behind"`  // what stands behind that word, see talk.Event.Takes
	Misbehaviour

	typed url.Values // values of a form, by values.NAME; they take the place of Values
}

// deed is a Deed on its way to an act.
type deed struct {
	Deed
	act   simulator.Act
	wrong Wrong
}

// Act is what it comes to at a moment, or what of it cannot be.
func (d Deed) Act(m simulator.Moment) (simulator.Act, Wrong) {
	a := &deed{Deed: d, wrong: Wrong{}}
	can := Can(m)
	if !slices.Contains(can, d.Do) {
		a.wrong["do"] = "This can be done now: " + strings.Join(can, ", ") + "."
		return a.act, a.wrong
	}
	switch d.Do {
	case DoHangUp:
		a.act.HangUp = true
		if m.Kind == simulator.MomentRecord {
			a.act.Seconds = talk.Length(orElse(strings.TrimSpace(d.Spoken), "0"))
		}
	case DoPress:
		a.presses()
	case DoSay:
		a.says()
	case DoGather, DoAnyway:
		a.gathers(m)
	case DoRecord:
		spoken := strings.TrimSpace(d.Spoken)
		if spoken == "" {
			a.wrong["spoken"] = "Say something, or for how many seconds; “say nothing” is there, too."
		}
		a.act.Seconds = talk.Length(orElse(spoken, "0"))
	case DoHappens:
		a.happens(m)
	}
	a.act.Behaves = d.behaves(m.Kind, a.wrong)
	return a.act, a.wrong
}

func (a *deed) presses() {
	act, err := talk.Pressed(strings.TrimSpace(a.Press))
	if err != nil {
		a.wrong["press"] = "Keys are 0 to 9, * and #."
	}
	a.act = act
}

func (a *deed) says() {
	words := strings.TrimSpace(a.Say)
	if words == "" {
		a.wrong["say"] = "No words are there to be said."
	}
	a.act = talk.Said(words, a.Mumbled)
}

// happens is how something outside the call goes.
func (a *deed) happens(m simulator.Moment) {
	event := talk.EventOf(m)
	typed := strings.TrimSpace(a.Status)
	if event.Takes != "" {
		typed += " " + strings.TrimSpace(a.Behind)
	}
	act, err := event.Act(typed)
	if err != nil {
		field := "behind"
		if strings.TrimSpace(a.Status) == "" {
			field = "status"
		}
		a.wrong[field] = strings.ToUpper(err.Error()[:1]) + err.Error()[1:] + "."
	}
	a.act = act
}

// gathers is what an AI gather brings.
func (a *deed) gathers(m simulator.Moment) {
	for _, line := range a.Talk {
		if line = strings.TrimSpace(line); line != "" {
			a.act.Conversation = append(a.act.Conversation, simulator.Message{Role: "user", Content: line})
		}
	}
	a.act.Conversation = talk.Spoken(m, a.act.Conversation)
	properties, anyway := talk.Properties(m.Schema), a.Do == DoAnyway
	if a.typed != nil {
		text, err := a.values(fieldValue, properties, anyway).MarshalJSON()
		if err != nil {
			a.wrong["values"] = "The values cannot be written as JSON."
		}
		a.Values = text
	}
	if len(a.Values) == 0 {
		a.wrong["values"] = "An object is wanted."
	}
	a.act.Gathers = a.Values
	if a.wrong["values"] == "" {
		a.fit(m.Schema, properties, anyway)
	}
}

// fit tells what of the values does not fit the schema, each at its field.
func (a *deed) fit(schema *schemas.Schema, properties []schemas.Property, anyway bool) {
	amiss, err := talk.Whole(schema, string(a.Values))
	if err != nil {
		a.wrong["values"] = strings.ToUpper(err.Error()[:1]) + err.Error()[1:] + "."
	}
	if anyway {
		return
	}
	for _, one := range amiss {
		path, keyword, _ := strings.Cut(one, ": ")
		switch p, known := propertyAt(properties, path); {
		case known && keyword == "required":
			a.required(fieldValue + path)
		case known:
			a.unfit(fieldValue+path, p)
		default:
			a.wrong["values"] = "The values do not fit together (" + path + ": " + keyword + "). " + a.anyway() + " sends them all the same."
		}
	}
}

// propertyAt is a property by its path: party.guests.
func propertyAt(properties []schemas.Property, path string) (schemas.Property, bool) {
	name, rest, inner := strings.Cut(path, ".")
	for _, p := range properties {
		switch {
		case p.Name != name:
		case inner && len(p.Properties) > 0:
			return propertyAt(p.Properties, rest)
		default:
			return p, true
		}
	}
	return schemas.Property{}, false
}

// values are those of the fields of a form that were filled in.
func (a *deed) values(prefix string, properties []schemas.Property, anyway bool) talk.Object {
	values := talk.Object{}
	for _, p := range properties {
		field := prefix + p.Name
		typed := strings.TrimSpace(a.typed.Get(field))
		switch {
		case len(p.Properties) > 0 && p.Enum == nil:
			parts := p.Properties
			if !a.filled(field + ".") {
				parts = nil
			}
			inner := a.values(field+".", parts, anyway || parts == nil)
			if len(inner) > 0 || p.Required && !anyway {
				values = append(values, talk.Member{Name: p.Name, Value: inner})
			}
		case typed == "":
			if p.Required && !anyway {
				a.required(field)
			}
		default:
			value, err := talk.ValueOf(p, typed)
			if err != nil && !anyway {
				a.unfit(field, p)
				continue
			}
			if err != nil {
				value = typed
			}
			values = append(values, talk.Member{Name: p.Name, Value: value})
		}
	}
	return values
}

// filled reports whether anything was typed into fields that begin alike.
func (a *deed) filled(prefix string) bool {
	for field := range a.typed {
		if strings.HasPrefix(field, prefix) && strings.TrimSpace(a.typed.Get(field)) != "" {
			return true
		}
	}
	return false
}

func (a *deed) unfit(field string, p schemas.Property) {
	if a.wrong[field] == "" {
		a.wrong[field] = "This does not fit: it must be " + talk.Wanted(p) + "."
	}
}

func (a *deed) required(field string) {
	if a.wrong[field] != "" { // it was given, and could not be read
		return
	}
	a.wrong[field] = "This is required. " + a.anyway() + " leaves it out all the same."
}

// anyway names the way around a schema, as whoever sends the values has it.
func (a *deed) anyway() string {
	if a.typed != nil {
		return "“Send as it is”"
	}
	return "“" + DoAnyway + "”"
}
