package console

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"texmlsrv/console/tries"
	"texmlsrv/flows/schemas"
	"texmlsrv/simulator"
	"texmlsrv/simulator/talk"
	"texmlsrv/texml"
)

// askView is what a try waits for, as a form.
type askView struct {
	Asked   int
	Kind    string
	Title   string
	Waits   string
	Other   bool // somebody else on the line is asked
	Keys    bool
	Speech  bool
	Digits  int // exactly so many are pressed; 0 leaves that open
	Finish  string
	Valid   string // keys that count; "" for all
	Fields  []askField
	Event   *talk.Event
	Given   map[string]string
	Wrong   map[string]string // by field; "" is the whole
	Behaves []behaveField
	Faults  []string
}

// askField is a value of an AI gather.
type askField struct {
	Field, ID, Name string
	Required        bool
	Wants           string
	About           string // of the author
	Kind            string // choice, choices or text
	Choices         []string
	Decimal         bool // digits alone
	Parts           []askField
}

// answered is a form that was sent for a moment.
type answered struct {
	act   simulator.Act
	form  url.Values
	amiss map[string]string // by field; "" is the whole
}

func (a *answered) wrong() bool { return len(a.amiss) > 0 }

// fieldValue is what the names of an AI gather's fields begin with.
const fieldValue = "value."

// asking is the form for the moment that a try waits at; with what was sent for it
// before, where that cannot be.
func asking(state tries.State, before *answered) *askView {
	m := state.Moment
	v := &askView{
		Asked: state.Asked, Kind: m.Kind, Other: m.Leg != "", Given: map[string]string{}, Wrong: map[string]string{},
		Faults: simulator.APIFaults(),
	}
	form := url.Values{}
	if before != nil {
		v.Wrong, form = before.amiss, before.form
		for field := range form {
			v.Given[field] = form.Get(field)
		}
	}
	v.Behaves = behaveFields(m.Kind, form)
	switch m.Kind {
	case simulator.MomentGather:
		v.gather(m)
	case simulator.MomentAI:
		properties := talk.Properties(m.Schema)
		v.Title, v.Fields = talk.Introduction(properties), askFields(fieldValue, properties)
	case simulator.MomentRecord:
		v.Title = "The caller is recorded."
	default:
		event := talk.EventOf(*m)
		v.Title, v.Event = event.Asks, &event
	}
	if v.Other {
		v.Title = "The person called is asked. " + v.Title
	}
	return v
}

func (v *askView) gather(m *simulator.Moment) {
	g, is := m.Verb.(*texml.Gather)
	if !is {
		g = &texml.Gather{}
	}
	v.Keys, v.Speech = talk.Takes(g)
	v.Title = talk.Waits(g)
	v.Digits, v.Valid, v.Finish = g.NumDigits, g.ValidDigits, "#"
	if g.FinishOnKey != nil {
		v.Finish = *g.FinishOnKey
	}
}

// Pad are the keys of a telephone, row by row.
func (v *askView) Pad() []string {
	return []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"}
}

func askFields(prefix string, properties []schemas.Property) []askField {
	var out []askField
	for _, p := range properties {
		f := askField{
			Field: prefix + p.Name, ID: idOf(prefix + p.Name), Name: p.Name, Required: p.Required, About: p.Description, Kind: "text",
		}
		switch {
		case p.Enum != nil:
			f.Kind = "choice"
			for _, one := range p.Enum {
				f.Choices = append(f.Choices, talk.Written(one))
			}
		case len(p.Properties) > 0:
			f.Kind, f.Parts = "parts", askFields(f.Field+".", p.Properties)
		case len(p.Types) == 1 && p.Types[0] == "boolean":
			f.Kind, f.Choices = "choice", []string{"yes", "no"}
		default:
			f.Wants = talk.Wanted(p)
			f.Decimal = len(p.Types) == 1 && (p.Types[0] == "integer" || p.Types[0] == "number")
		}
		out = append(out, f)
	}
	return out
}

// answering reads what was sent for a moment.
func answering(m simulator.Moment, form url.Values) *answered {
	a := &answered{form: form, amiss: map[string]string{}}
	switch do := form.Get("do"); {
	case do == "hangup":
		a.act.HangUp = true
		if m.Kind == simulator.MomentRecord {
			a.act.Seconds = talk.Length(orElse(strings.TrimSpace(form.Get("spoken")), "0"))
		}
	case do == "silent":
	case m.Kind == simulator.MomentGather:
		a.pressesOrSays(do)
	case m.Kind == simulator.MomentAI:
		a.gathers(m, do == "anyway")
	case m.Kind == simulator.MomentRecord:
		spoken := strings.TrimSpace(form.Get("spoken"))
		if spoken == "" {
			a.amiss["spoken"] = "Say something, or for how many seconds; “say nothing” is there, too."
		}
		a.act.Seconds = talk.Length(orElse(spoken, "0"))
	default:
		a.happens(m)
	}
	a.act.Behaves = behavesIn(m.Kind, form)
	return a
}

func (a *answered) pressesOrSays(do string) {
	key, isKey := strings.CutPrefix(do, "key")
	pressed, words := strings.TrimSpace(a.form.Get("press")), strings.TrimSpace(a.form.Get("say"))
	switch {
	case isKey:
		pressed += key
	case do == "say" && words != "":
		a.act = talk.Said(words, a.form.Get("mumbled") != "")
		return
	case do == "say":
		a.amiss["say"] = "No words are there to be said."
		return
	}
	act, err := talk.Pressed(pressed)
	if err != nil {
		a.amiss["press"] = "Keys are 0 to 9, * and #."
	}
	a.act = act
}

// gathers reads the values of an AI gather. What does not fit is sent anyway where
// that is wanted: it is how an assistant fails.
func (a *answered) gathers(m simulator.Moment, anyway bool) {
	for line := range strings.Lines(a.form.Get("talk")) {
		if line = strings.TrimSpace(line); line != "" {
			a.act.Conversation = append(a.act.Conversation, simulator.Message{Role: "user", Content: line})
		}
	}
	a.act.Conversation = talk.Spoken(m, a.act.Conversation)
	if line := strings.TrimSpace(a.form.Get("json")); line != "" {
		if _, err := talk.Whole(m.Schema, line); err != nil {
			a.amiss["json"] = strings.ToUpper(err.Error()[:1]) + err.Error()[1:] + "."
			return
		}
		a.act.Gathers = json.RawMessage(line)
		return
	}
	properties := talk.Properties(m.Schema)
	values := a.values(fieldValue, properties, anyway)
	text, err := values.MarshalJSON()
	if err != nil {
		a.amiss[""] = "The values cannot be written as JSON."
	}
	a.act.Gathers = text
	if !anyway && !a.wrong() {
		a.fit(m.Schema, properties, text)
	}
}

// fit tells what of values does not fit the schema, each at its field.
func (a *answered) fit(schema *schemas.Schema, properties []schemas.Property, values []byte) {
	amiss, err := talk.Whole(schema, string(values))
	if err != nil {
		a.amiss[""] = "The values cannot be sent: " + err.Error() + "."
	}
	for _, one := range amiss {
		path, keyword, _ := strings.Cut(one, ": ")
		if p, known := propertyAt(properties, path); known {
			a.unfit(fieldValue+path, p)
		} else {
			a.amiss[""] = "The values do not fit together (" + path + ": " + keyword + "). “Send as it is” sends them all the same."
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

// values are those of the fields that were filled in.
func (a *answered) values(prefix string, properties []schemas.Property, anyway bool) talk.Object {
	values := talk.Object{}
	for _, p := range properties {
		field := prefix + p.Name
		typed := strings.TrimSpace(a.form.Get(field))
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
				a.amiss[field] = "This is required. “Send as it is” leaves it out all the same."
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
func (a *answered) filled(prefix string) bool {
	for field := range a.form {
		if strings.HasPrefix(field, prefix) && strings.TrimSpace(a.form.Get(field)) != "" {
			return true
		}
	}
	return false
}

func (a *answered) unfit(field string, p schemas.Property) {
	if a.amiss[field] == "" {
		a.amiss[field] = "This does not fit: it must be " + talk.Wanted(p) + "."
	}
}

// happens reads how something outside the call goes.
func (a *answered) happens(m simulator.Moment) {
	event := talk.EventOf(m)
	typed := strings.TrimSpace(a.form.Get("status"))
	if event.Takes != "" {
		typed += " " + strings.TrimSpace(a.form.Get("behind"))
	}
	act, err := event.Act(typed)
	if err != nil {
		a.amiss["behind"] = strings.ToUpper(err.Error()[:1]) + err.Error()[1:] + "."
	}
	a.act = act
}

func number(n int) string { return strconv.Itoa(n) }
