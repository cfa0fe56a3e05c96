package flows

import (
	"maps"
	"reflect"

	"golang.org/x/text/language"

	"texmlsrv/flows/expressions"
	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
)

// settings are what holds for this call where a document says nothing: the
// language that the call has chosen, else the called number's, else the flow's.
func (d *turn) settings() settings {
	number := d.release.number(d.session.Call.To)
	return settings{
		voice:    firstOf(number.Voice, d.flow.Defaults.Voice),
		language: firstOf(d.chosen(number), d.language(number)),
	}
}

// language is what is spoken where the call has not chosen.
func (d *turn) language(number Number) string {
	return firstOf(number.Language, d.flow.Defaults.Language)
}

// chosen is vars.language where it names one: a flow may set it to what its
// caller said.
func (d *turn) chosen(number Number) string {
	for _, layer := range []sessions.Values{d.session.Vars, number.Variables, d.flow.Variables} {
		if v, has := layer["language"]; has {
			name, _ := v.(string)
			if _, err := language.Parse(name); err != nil {
				return ""
			}
			return name
		}
	}
	return ""
}

// scope is what expressions see now. Look-ups add secrets to it.
func (d *turn) scope() *expressions.Scope {
	number := d.release.number(d.session.Call.To)
	zone := d.flow.Zone
	if number.Zone != nil {
		zone = number.Zone
	}
	now := d.now.In(zone)
	s := &d.session
	return &expressions.Scope{
		Now:      now,
		Language: d.settings().language,
		Link: func(kind, step string) string {
			return Link{Via: kind, Flow: d.flow.Name, Step: step}.mark()
		},
		Values: map[string]any{
			"call":     callView(s),
			"answer":   answerView(s.Answer),
			"gathered": map[string]any(s.Gathered),
			"vars":     d.vars(number),
			"attempt":  float64(s.Attempt),
			"missing":  list(s.Ask.Missing),
			"now":      expressions.NowValue(now),
			"texts":    d.flow.texts.in(d.chosen(number), d.language(number)),
			"history":  historyView(s.History),
			"env":      map[string]any(d.release.env),
		},
	}
}

// vars are the flow's variables, over them those of the called number, over
// them what the call has set. A nil takes one away.
func (d *turn) vars(number Number) map[string]any {
	out := make(map[string]any, len(d.flow.Variables)+len(d.session.Vars))
	maps.Copy(out, d.flow.Variables)
	maps.Copy(out, number.Variables)
	maps.Copy(out, d.session.Vars)
	return out
}

func callView(s *sessions.Session) map[string]any {
	c := s.Call
	params := make(map[string]any, len(c.Params))
	for name, v := range c.Params {
		params[name] = v
	}
	party := c.From
	if c.Direction == "outbound" {
		party = c.To
	}
	return map[string]any{
		"sid": c.SID, "direction": text(c.Direction), "from": text(c.From), "to": text(c.To),
		"party": text(party), "caller_name": text(c.CallerName), "type": text(c.Type), "flow": c.Flow,
		"started_at": s.BeganAt.Format("2006-01-02T15:04:05Z07:00"), "answered_by": text(c.AnsweredBy),
		"params": params, "outcome": text(s.Outcome),
	}
}

// text is s, or nil when there is none: what is absent is nil to rules.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func answerView(a sessions.Answer) map[string]any {
	view := map[string]any{
		"kind": text(a.Kind), "status": text(a.Status), "choice": text(a.Choice), "digits": text(a.Digits),
		"speech": text(a.Speech), "result": a.Result, "recording": text(a.Recording),
		"reason": text(a.Reason), "problems": list(a.Problems),
	}
	for name, n := range map[string]float64{"confidence": a.Confidence, "seconds": a.Seconds, "code": float64(a.Code)} {
		if n != 0 {
			view[name] = n
		}
	}
	return view
}

func historyView(history []sessions.Message) []any {
	out := make([]any, len(history))
	for i, m := range history {
		out[i] = map[string]any{"role": m.Role, "content": m.Content}
	}
	return out
}

func list(names []string) []any {
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = n
	}
	return out
}

// changed adds to what an entry of the timeline says was changed: new values,
// and nil where there is none any more.
func changed(noted, before, after sessions.Values) sessions.Values {
	out := maps.Clone(noted)
	note := func(name string, v any) {
		if out == nil {
			out = sessions.Values{}
		}
		out[name] = v
	}
	for name, v := range after {
		if old, had := before[name]; !had || !reflect.DeepEqual(old, v) {
			note(name, v)
		}
	}
	for name := range before {
		if _, has := after[name]; !has {
			note(name, nil)
		}
	}
	return out
}

// schema is the schema of the template's AIGather with its expressions filled
// in; nil when it has none.
func (t *Template) schema(scope *expressions.Scope) (*schemas.Schema, error) {
	r := &renderer{file: t.file, scope: *scope}
	e := r.find(t.root, "Parameters")
	if e == nil {
		return nil, nil
	}
	return r.schemaOf(e)
}

// schemaOf is the schema that an element holds, with its expressions filled in.
func (r *renderer) schemaOf(e *element) (*schemas.Schema, error) {
	if e.schema != nil {
		return e.schema, nil
	}
	filled, err := r.json(e)
	if err != nil {
		return nil, err
	}
	node, err := schemas.ReadJSON([]byte(filled))
	if err != nil {
		return nil, err
	}
	return schemas.Cached(node)
}

// find is the first element of that name that is not left out, in document
// order.
func (r *renderer) find(in *element, name string) *element {
	for _, c := range in.children {
		if c.element == nil || !r.shown(c.element) {
			continue
		}
		if c.element.name == name {
			return c.element
		}
		if found := r.find(c.element, name); found != nil {
			return found
		}
	}
	return nil
}

// shown reports whether an element is wanted. Where that cannot be told here,
// inside a loop or after a failure, it is.
func (r *renderer) shown(e *element) bool {
	if e.when == nil || e.each != nil {
		return true
	}
	yes, err := e.when.Truth(&r.scope)
	return yes || err != nil
}
