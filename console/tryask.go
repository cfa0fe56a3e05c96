package console

import (
	"net/url"

	"texmlsrv/console/tries"
	"texmlsrv/console/trying"
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
	Keys    bool
	Speech  bool
	Digits  int // exactly so many are pressed; 0 leaves that open
	Finish  string
	Valid   string // keys that count; "" for all
	Fields  []askField
	Event   *talk.Event
	Given   map[string]string
	Wrong   trying.Wrong // values is the whole
	Behaves []behaveField
	Faults  []string
}

// askField is a value of an AI gather.
type askField struct {
	Field, ID, Name string
	Required        bool
	Wants           string // in an example or a few words; "" where About says it
	About           string // of the author
	Kind            string // choice, choices or text
	Choices         []string
	Decimal         bool // digits alone
	Parts           []askField
}

// answered is a form that was sent for a moment, and what of it cannot be.
type answered struct {
	form  url.Values
	wrong trying.Wrong
}

// asking is the form for the moment that a try waits at; with what was sent for it
// before, where that cannot be.
func asking(state tries.State, before *answered) *askView {
	m := state.Moment
	v := &askView{
		Asked: state.Asked, Kind: m.Kind, Title: trying.Title(*m), Given: map[string]string{}, Wrong: trying.Wrong{},
		Faults: simulator.APIFaults(),
	}
	form := url.Values{}
	if before != nil {
		v.Wrong, form = before.wrong, before.form
		for field := range form {
			v.Given[field] = form.Get(field)
		}
	}
	v.Behaves = behaveFields(m.Kind, form)
	switch m.Kind {
	case simulator.MomentGather:
		v.gather(trying.GatherOf(*m))
	case simulator.MomentAI:
		v.Fields = askFields("", talk.Properties(m.Schema))
	case simulator.MomentRecord:
	default:
		event := talk.EventOf(*m)
		v.Event = &event
	}
	return v
}

func (v *askView) gather(g *texml.Gather) {
	v.Keys, v.Speech = talk.Takes(g)
	v.Digits, v.Valid, v.Finish = g.NumDigits, g.ValidDigits, "#"
	if g.FinishOnKey != nil {
		v.Finish = *g.FinishOnKey
	}
}

// Pad are the keys of a telephone, row by row.
func (v *askView) Pad() []string {
	return []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"}
}

// unpatterned is a property without the patterns that its texts must match: nobody
// reads those in a field, where they are cut off as well.
func unpatterned(p schemas.Property) schemas.Property {
	p.Pattern = ""
	if p.Items != nil {
		items := unpatterned(*p.Items)
		p.Items = &items
	}
	return p
}

func askFields(prefix string, properties []schemas.Property) []askField {
	var out []askField
	for _, p := range properties {
		f := askField{
			Field: trying.ValueField(prefix + p.Name), ID: idOf(trying.ValueField(prefix + p.Name)), Name: p.Name, Required: p.Required, About: p.Description, Kind: "text",
		}
		switch {
		case p.Enum != nil:
			f.Kind = "choice"
			for _, one := range p.Enum {
				f.Choices = append(f.Choices, talk.Written(one))
			}
		case len(p.Properties) > 0:
			f.Kind, f.Parts = "parts", askFields(prefix+p.Name+".", p.Properties)
		case len(p.Types) == 1 && p.Types[0] == "boolean":
			f.Kind, f.Choices = "choice", []string{"yes", "no"}
		default:
			if p.Description == "" {
				f.Wants = talk.Wanted(unpatterned(p))
			}
			f.Decimal = len(p.Types) == 1 && (p.Types[0] == "integer" || p.Types[0] == "number")
		}
		out = append(out, f)
	}
	return out
}
