package scenarios

import (
	"fmt"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/problems"
	"texmlsrv/flows/strictyaml"
	"texmlsrv/simulator"
)

func (r *reader) given(n *yaml.Node) {
	g := &r.out.Given
	r.Mapping(n, "given", strictyaml.Fields{
		"now":         func(v *yaml.Node) { g.Now, g.Zoned = r.now(v) },
		"called":      func(v *yaml.Node) { g.Called = r.matching(v, "called", ours, oursAdvice) },
		"direction":   func(v *yaml.Node) { g.Direction = r.word(v, "direction", "inbound", "outbound") },
		"answered_by": func(v *yaml.Node) { g.AnsweredBy = r.matching(v, "answered_by", answerer, wordAdvice) },
		"params":      func(v *yaml.Node) { g.Params = r.texts(v, "params") },
		"variables":   func(v *yaml.Node) { g.Variables = r.values(v, "variables") },
		"env":         func(v *yaml.Node) { g.Env = r.settings(v, "env") },
		"secrets":     func(v *yaml.Node) { g.Secrets = r.settings(v, "secrets") },
		"lookups":     func(v *yaml.Node) { r.canned(v) },
		"behaves":     func(v *yaml.Node) { g.Behaves = r.behaves(v) },
		"api_key":     func(v *yaml.Node) { g.Keyless = !r.truth(v, "api_key") },
	})
}

// truth is true or false.
func (r *reader) truth(n *yaml.Node, what string) bool {
	v, is := r.Value(n, what, nil).(bool)
	if !is {
		r.Report(n, "", "%s is true or false", what)
	}
	return v
}

// canned reads what is answered to look-ups.
func (r *reader) canned(n *yaml.Node) {
	for _, p := range r.Pairs(n, "lookups") {
		if !stepName.MatchString(p.Key.Value) {
			r.Report(p.Key, stepAdvice, "lookups cannot have %q", p.Key.Value)
			continue
		}
		c := Canned{Step: p.Key.Value, Place: place(p.Key)}
		if p.Value.Kind == yaml.SequenceNode {
			for _, item := range r.Items(p.Value, "replies") {
				c.Replies = append(c.Replies, r.reply(item))
			}
		} else {
			c.Replies = []Reply{r.reply(p.Value)}
		}
		if len(c.Replies) == 0 {
			r.Report(p.Value, "for example: {result: {}}", "%s has no reply", c.Step)
		}
		r.out.Given.Lookups = append(r.out.Given.Lookups, c)
	}
}

func (r *reader) reply(n *yaml.Node) Reply {
	out := Reply{Code: 200}
	r.Mapping(n, "a reply", strictyaml.Fields{
		"asked": func(v *yaml.Node) {
			out.Asked = &Asked{Place: place(v)}
			r.Mapping(v, "asked", r.askedFields(out.Asked))
			if v.Kind == yaml.MappingNode && len(v.Content) == 0 {
				r.Report(v, "for example: {method: POST}", "asked is empty")
			}
		},
		"code": func(v *yaml.Node) {
			if code, ok := r.Int(v, "code", 100, 599); ok {
				out.Code = code
			}
		},
		"result": func(v *yaml.Node) { out.Result = r.Value(v, "result", nil) },
		"text":   func(v *yaml.Node) { out.Text, _ = r.Text(v, "text") },
		"takes":  func(v *yaml.Node) { out.Takes = r.duration(v, "takes", shortTime, "800ms") },
		"fails":  func(v *yaml.Node) { out.Fails = r.word(v, "fails", "timeout", "connection") },
	})
	r.exclude(n, "a reply", "fails", "code", "result", "text")
	r.exclude(n, "a reply", "text", "result")
	return out
}

// askedFields are the keys that say what a look-up was.
func (r *reader) askedFields(a *Asked) strictyaml.Fields {
	return strictyaml.Fields{
		"method": func(v *yaml.Node) { a.Method = r.word(v, "method", "GET", "POST", "PUT", "PATCH", "DELETE") },
		"url": func(v *yaml.Node) {
			a.URL = r.matching(v, "url", wholeURL, "the whole address: https://booking.example/slots")
		},
		"headers": func(v *yaml.Node) { a.Headers = r.texts(v, "headers") },
		"body":    func(v *yaml.Node) { a.Body, a.HasBody = r.Value(v, "body", nil), true },
	}
}

// exclude reports keys that cannot stand beside another.
func (r *reader) exclude(n *yaml.Node, what, key string, others ...string) {
	if member(n, key) == nil {
		return
	}
	for _, other := range others {
		if v := member(n, other); v != nil {
			r.Report(v, "", "%s has either %s or %s", what, key, other)
		}
	}
}

// behaves reads misbehaviours: words, or a word with how often or how long.
func (r *reader) behaves(n *yaml.Node) []simulator.Behaviour {
	var out []simulator.Behaviour
	seen := map[string]bool{}
	for _, item := range r.Items(n, "behaves") {
		b := r.behaviour(item)
		if seen[b.Name] && b.Name != "" {
			r.Report(item, "", "%s stands twice", b.Name)
		}
		seen[b.Name] = true
		out = append(out, b)
	}
	if len(out) == 0 && strictyaml.Deref(n).Kind == yaml.SequenceNode {
		r.Report(n, "for example: [duplicate]", "behaves is empty")
	}
	return out
}

func (r *reader) behaviour(n *yaml.Node) simulator.Behaviour {
	if n.Kind != yaml.MappingNode {
		name := r.misbehaviour(n)
		if name == simulator.Delay {
			r.Report(n, "for example: {delay: 3s}", "how long a delay is must be said")
		}
		return simulator.Behaviour{Name: name}
	}
	b := simulator.Behaviour{}
	pairs := r.Pairs(n, "a misbehaviour")
	if len(pairs) != 1 {
		r.Report(n, "for example: {delay: 3s}", "a misbehaviour has one key")
		return b
	}
	key, value := pairs[0].Key, pairs[0].Value
	switch b.Name = r.misbehaviour(key); b.Name {
	case simulator.Duplicate, simulator.LateDuplicate:
		b.Times, _ = r.Int(value, b.Name, 1, 5)
	case simulator.Delay:
		b.Delay = r.duration(value, "delay", longTime, "3s")
	case simulator.API:
		b.Fault = r.word(value, "api", simulator.APIFaults()...)
	case "":
	default:
		r.Report(key, "write "+b.Name+" alone", "%s has no value", b.Name)
	}
	return b
}

// misbehaviour is the name of one; "" when there is none of that name.
func (r *reader) misbehaviour(n *yaml.Node) string {
	known := simulator.Behaviours()
	text, ok := r.Text(n, "a misbehaviour")
	if !ok {
		return ""
	}
	for _, b := range known {
		if b == text {
			return b
		}
	}
	hint := problems.Nearest(text, known)
	if hint == "" {
		hint = fmt.Sprintf("there are %s", either(known))
	}
	r.Report(n, hint, "there is no misbehaviour %q", text)
	return ""
}
