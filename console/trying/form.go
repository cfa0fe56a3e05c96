package trying

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"texmlsrv/flows"
)

// What the names of fields begin with, in forms and in what is Wrong: the name of
// a variable, of a look-up, or of a value of an AI gather stands behind it.
const (
	fieldVariable = "variables."
	fieldLookup   = "lookups."
	fieldValue    = "values."
)

// VariableField is the field of a variable.
func VariableField(name string) string { return fieldVariable + name }

// LookupField is the field of what the look-up of a step brings: flow/step.
func LookupField(place string) string { return fieldLookup + place }

// ValueField is the field of a value of an AI gather, by its path: party.guests.
func ValueField(path string) string { return fieldValue + path }

// WishOf reads a form. There, from is the person and to our number, whoever calls.
func WishOf(form url.Values, release *flows.Release) Wish {
	w := Wish{
		Flow: form.Get("flow"), From: form.Get("from"), To: form.Get("to"), Name: form.Get("name"), Direction: form.Get("direction"),
		AnsweredBy: form.Get("answered_by"), Now: form.Get("now"), Params: lines(form.Get("params"), paramName), Env: lines(form.Get("env"), envName),
		Variables: map[string]json.RawMessage{},
		Lookups:   map[string]Brought{}, Misbehaviour: misbehaviourOf(form),
	}
	if w.Direction == outbound {
		w.From, w.To = w.To, w.From
	}
	if flow := release.Flows[w.Flow]; flow != nil {
		for name, has := range flow.Variables {
			text := form.Get(fieldVariable + name)
			if _, is := has.(string); is && text != "" {
				w.Variables[name] = jsonOf(text)
			} else if text != "" {
				w.Variables[name] = json.RawMessage(text)
			}
		}
	}
	for field := range form {
		if place, is := strings.CutPrefix(field, fieldLookup); is {
			w.Lookups[place] = Brought(form.Get(field))
		}
	}
	return w
}

// Form is the form of a wish for a flow: read again, it is the same one.
func (w Wish) Form(flow *flows.Flow) url.Values {
	if w.Direction == outbound {
		w.From, w.To = w.To, w.From
	}
	form := url.Values{}
	for field, text := range map[string]string{
		"flow": w.Flow, "from": w.From, "to": w.To, "name": w.Name, "direction": w.Direction, "answered_by": w.AnsweredBy, "now": w.Now,
		"times": counted(w.Times), "delay": counted(w.Delay), "fault": w.Fault,
		"params": joined(w.Params), "env": joined(w.Env),
	} {
		if text != "" {
			form.Set(field, text)
		}
	}
	for name, raw := range w.Variables {
		text := string(raw)
		if _, is := flow.Variables[name].(string); is {
			_ = json.Unmarshal(raw, &text) // it was one
		}
		form.Set(fieldVariable+name, text)
	}
	for place, text := range w.Lookups {
		if !strings.Contains(place, "/") {
			place = w.Flow + "/" + place
		}
		form.Set(fieldLookup+place, string(text))
	}
	for _, name := range w.Behaves {
		form.Add("behaves", name)
	}
	return form
}

// lines reads name=value, a line each. What is none has no name.
func lines(text string, names *regexp.Regexp) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch name, value, is := strings.Cut(line, "="); {
		case is && names.MatchString(name):
			out[name] = value
		case line != "":
			out[""] = line
		}
	}
	return out
}

// joined are those lines.
func joined(values map[string]string) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		out = append(out, name+"="+values[name])
	}
	return strings.Join(out, "\n")
}

func counted(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// FormWrong is what is wrong with a wish by the fields of its form.
func (w Wish) FormWrong(wrong Wrong) Wrong {
	from, to := wrong["from"], wrong["to"]
	if w.Direction != outbound || from == "" && to == "" {
		return wrong
	}
	delete(wrong, "from")
	delete(wrong, "to")
	for field, text := range map[string]string{"from": to, "to": from} {
		if text != "" {
			wrong[field] = text
		}
	}
	return wrong
}

// DeedOf reads a form. There, all values of an AI gather can stand in one field,
// whether they fit or not, and each key of a telephone is a button.
func DeedOf(form url.Values) Deed {
	d := Deed{
		Do: form.Get("do"), Press: strings.TrimSpace(form.Get("press")), Say: form.Get("say"), Mumbled: form.Get("mumbled") != "",
		Talk: slices.Collect(strings.Lines(form.Get("talk"))), Spoken: form.Get("spoken"),
		Status: form.Get("status"), Behind: form.Get("behind"), Misbehaviour: misbehaviourOf(form), typed: form,
	}
	if key, is := strings.CutPrefix(d.Do, "key"); is {
		d.Do, d.Press = DoPress, d.Press+key
	}
	whole := strings.TrimSpace(form.Get("json"))
	if whole != "" && (d.Do == DoGather || d.Do == DoAnyway) {
		d.Do, d.Values, d.typed = DoAnyway, json.RawMessage(whole), nil
	}
	return d
}

// misbehaviourOf reads switches, and numbers that a person may have typed beyond
// what there is.
func misbehaviourOf(form url.Values) Misbehaviour {
	number := func(field string, most int) int {
		n, _ := strconv.Atoi(form.Get(field))
		return min(max(n, 0), most)
	}
	return Misbehaviour{Behaves: form["behaves"], Times: number("times", timesMost), Delay: number("delay", delayMost), Fault: form.Get("fault")}
}
